"""The calculations of Elliott 2018, one section a file: each is a function that gives an `Equation`, with its `proof`.

    section_3               rules for differentiation: the corollaries, and theorem 2 from the others
    section_4, section_5    what an instance must be for D⁺ to be a functor; fork, join, numbers; the examples
    section_12              continuations, section_13 their duals, section_14 beginnings
    section_15              families: theorem 6 from the others, and the instances
    appendix_b, appendix_c  the lemmas of the proofs
    reverse_derivatives     gradients, and the axioms of reverse derivative categories

>>> from cat_ad.calculations.paper import section_13
>>> section_13.duplication()
dup of Dual, theorem 5: dup_Dual (u, v) = jam (u, v)
>>> section_13.duplication().proof
  dup_Dual (u, v)
= { asDual keeps dup, theorem 5 }
  asDual dup_Cont (u, v)
= { definition of asDual, section 13 }
  dot⁻¹ (dup_Cont (dot (u, v)))
= { dup of Cont, theorem 4 }
  dot⁻¹ (dot (u, v) ∘ inl + dot (u, v) ∘ inr)
= { unjoin of dot, appendix C.4 }
  dot⁻¹ (dot u + dot (u, v) ∘ inr)
= { unjoin of dot, appendix C.4 }
  dot⁻¹ (dot u + dot v)
= { dot is linear, appendix C.4 }
  dot⁻¹ (dot (u + v))
= { dot⁻¹ is the inverse of dot, section 13 }
  u + v
= { jam of a pair, section 4.4 }
  jam (u, v)
"""
