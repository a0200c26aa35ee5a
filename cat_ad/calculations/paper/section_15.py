"""Scaling up (Elliott 2018, section 15): products of as many as one likes, and their derivatives.

Theorem 6 follows from theorems 1 and 3, since an arrow to a product is known by its parts.

>>> print(the_indexed_cross_rule())
the indexed cross rule, theorem 6: D (crossI fᵢ) a = crossI (D fᵢ aᵢ)
"""

from functools import cache

from cat_ad.calculations import Equation, calculate
from cat_ad.calculations.laws import (
    crossI_at,
    crossI_by_forkI,
    entry_of_each,
    exI_at,
    exI_of_forkI,
    forkI_by_replI,
    forkI_of_parts,
    jamI_by_joinI,
    joinI_after_crossI,
    joinI_by_jamI,
    joinI_of_inI,
    joinI_of_parts,
    replI_at,
)
from cat_ad.calculations.paper import section_4, section_12, section_13
from cat_ad.calculations.paper.appendix_c import dot_of_undot, undot_of_dot
from cat_ad.calculations.paper.section_3 import (
    chain_rule,
    linear_rule,
    the_derivative,
    the_value,
    value_and_derivative_of_a_linear_function,
    with_derivative,
)
from cat_ad.calculations.vocabulary import (
    Cont,
    D,
    D_plus,
    Differentiable,
    Dual,
    as_dual,
    cont,
    crossI,
    dot,
    each,
    entry,
    exI,
    exl,
    exr,
    families,
    forkI,
    identity,
    inI,
    jamI,
    joinI,
    linear_families,
    linear_variables,
    replI,
    undot,
    variables,
)

a, h, u = variables("a h u")
(fs,) = families("f")
(ps,) = families("p", of=Differentiable)
(qs,) = families("q", of=Cont)
(rs,) = families("r", of=Dual)
(n,) = linear_variables("n")
(ls,) = linear_families("l")


@cache
def derivative_of_forkI() -> Equation:
    """D (forkI fᵢ) a = forkI (D fᵢ a)"""
    start = D(forkI(fs))(a)
    return (
        calculate(start)
        .by(forkI_of_parts, forkI(exI @ start))
        .by(linear_rule, forkI(D(exI)(forkI(fs)(a)) @ start))
        .by(chain_rule, forkI(D(exI @ forkI(fs))(a)))
        .by(exI_of_forkI, forkI(D(fs)(a)))
        .proves("the derivative of forkI", "section 15")
    )


@cache
def the_indexed_cross_rule() -> Equation:
    """D (crossI fᵢ) a = crossI (D fᵢ aᵢ): theorem 6, from theorems 1 and 3."""
    return (
        calculate(D(crossI(fs))(a))
        .by(crossI_by_forkI, D(forkI(fs @ exI))(a))
        .by(derivative_of_forkI(), forkI(D(fs @ exI)(a)))
        .by(chain_rule, forkI(D(fs)(exI(a)) @ D(exI)(a)))
        .by(linear_rule, forkI(D(fs)(exI(a)) @ exI))
        .by(exI_at, forkI(D(fs)(entry(a)) @ exI))
        .by(crossI_by_forkI, crossI(D(fs)(entry(a))))
        .proves("the indexed cross rule", "theorem 6")
    )


@cache
def derivative_of_joinI() -> Equation:
    """D (joinI fᵢ) a = joinI (D fᵢ aᵢ)"""
    return (
        calculate(D(joinI(fs))(a))
        .by(joinI_by_jamI, D(jamI @ crossI(fs))(a))
        .by(chain_rule, D(jamI)(crossI(fs)(a)) @ D(crossI(fs))(a))
        .by(linear_rule, jamI @ D(crossI(fs))(a))
        .by(the_indexed_cross_rule(), jamI @ crossI(D(fs)(entry(a))))
        .by(joinI_by_jamI, joinI(D(fs)(entry(a))))
        .proves("the derivative of joinI", "section 15")
    )


@cache
def derivative_of_exI() -> Equation:
    """D exIᵢ a = exIᵢ"""
    return calculate(D(exI)(a)).by(linear_rule, exI).proves("the derivative of exI", "theorem 6")


@cache
def derivative_of_replI() -> Equation:
    """D replI a = replI"""
    return calculate(D(replI)(a)).by(linear_rule, replI).proves("the derivative of replI", "theorem 6")


@cache
def derivative_of_inI() -> Equation:
    """D inIᵢ a = inIᵢ"""
    return calculate(D(inI)(a)).by(linear_rule, inI).proves("the derivative of inI", "theorem 6")


@cache
def derivative_of_jamI() -> Equation:
    """D jamI a = jamI"""
    return calculate(D(jamI)(a)).by(linear_rule, jamI).proves("the derivative of jamI", "theorem 6")


# What an instance must be --------------------------------------------------------------------------------------------


@cache
def crossI_of_D() -> Equation:
    """crossI pᵢ a = (each (exl (pᵢ aᵢ)), crossI (exr (pᵢ aᵢ))): each at its place, values and derivatives."""
    of_f = D_plus(fs)(entry(a))
    return (
        calculate(crossI(D_plus(fs))(a))
        .by(section_4.functor.keeps_crossI, D_plus(crossI(fs))(a))
        .by(with_derivative, (crossI(fs)(a), D(crossI(fs))(a)))
        .by(the_indexed_cross_rule(), (crossI(fs)(a), crossI(D(fs)(entry(a)))))
        .by(crossI_at, (each(fs(entry(a))), crossI(D(fs)(entry(a)))))
        .by(the_value, (each(exl(of_f)), crossI(D(fs)(entry(a)))))
        .by(the_derivative, (each(exl(of_f)), crossI(exr(of_f))))
        .defines("crossI of D", "section 15", {D_plus(fs): ps})
    )


@cache
def exI_of_D() -> Equation:
    """exIᵢ_D a = (aᵢ, exIᵢ)"""
    return (
        calculate(exI[Differentiable](a))
        .by(section_4.functor.keeps(exI), D_plus(exI)(a))
        .by(value_and_derivative_of_a_linear_function(), (exI(a), exI))
        .by(exI_at, (entry(a), exI))
        .proves("exI of D", "section 15")
    )


@cache
def replI_of_D() -> Equation:
    """replI_D a = (each a, replI)"""
    return (
        calculate(replI[Differentiable](a))
        .by(section_4.functor.keeps(replI), D_plus(replI)(a))
        .by(value_and_derivative_of_a_linear_function(), (replI(a), replI))
        .by(replI_at, (each(a), replI))
        .proves("replI of D", "section 15")
    )


@cache
def inI_of_D() -> Equation:
    """inIᵢ_D a = (inIᵢ a, inIᵢ)"""
    return (
        calculate(inI[Differentiable](a))
        .by(section_4.functor.keeps(inI), D_plus(inI)(a))
        .by(value_and_derivative_of_a_linear_function(), (inI(a), inI))
        .proves("inI of D", "section 15")
    )


@cache
def jamI_of_D() -> Equation:
    """jamI_D a = (jamI a, jamI)"""
    return (
        calculate(jamI[Differentiable](a))
        .by(section_4.functor.keeps(jamI), D_plus(jamI)(a))
        .by(value_and_derivative_of_a_linear_function(), (jamI(a), jamI))
        .proves("jamI of D", "section 15")
    )


@cache
def joinI_before() -> Equation:
    """n ∘ joinI lᵢ = joinI (n ∘ lᵢ)"""
    both = n @ joinI(ls)
    return (
        calculate(both)
        .by(joinI_of_parts, joinI(both @ inI))
        .by(joinI_of_inI, joinI(n @ ls))
        .proves("joinI before an arrow", "section 15")
    )


@cache
def crossI_of_Cont() -> Equation:
    """crossI qᵢ h = joinI (qᵢ (h ∘ inIᵢ)): each after its part, and the join."""
    definition = section_12.definition
    return (
        calculate(crossI(cont(fs))(h))
        .by(section_12.functor.keeps_crossI, cont(crossI(fs))(h))
        .by(definition, h @ crossI(fs))
        .by(joinI_of_parts, joinI(h @ inI) @ crossI(fs))
        .by(joinI_after_crossI, joinI(h @ inI @ fs))
        .by(definition, joinI(cont(fs)(h @ inI)))
        .defines("crossI of Cont", "section 15", {cont(fs): qs})
    )


@cache
def exI_of_Cont() -> Equation:
    """exIᵢ_Cont h = h ∘ exIᵢ"""
    return (
        calculate(exI[Cont](h))
        .by(section_12.functor.keeps(exI), cont(exI)(h))
        .by(section_12.definition, h @ exI)
        .proves("exI of Cont", "section 15")
    )


@cache
def replI_of_Cont() -> Equation:
    """replI_Cont h = jamI ∘ forkI (h ∘ inIᵢ): what is used in all places has the sum of the derivatives."""
    return (
        calculate(replI[Cont](h))
        .by(section_12.functor.keeps(replI), cont(replI)(h))
        .by(section_12.definition, h @ replI)
        .by(joinI_of_parts, joinI(h @ inI) @ replI)
        .by(joinI_by_jamI, jamI @ crossI(h @ inI) @ replI)
        .by(forkI_by_replI, jamI @ forkI(h @ inI))
        .proves("replI of Cont", "section 15")
    )


@cache
def inI_of_Cont() -> Equation:
    """inIᵢ_Cont h = h ∘ inIᵢ"""
    return (
        calculate(inI[Cont](h))
        .by(section_12.functor.keeps(inI), cont(inI)(h))
        .by(section_12.definition, h @ inI)
        .proves("inI of Cont", "section 15")
    )


@cache
def jamI_of_Cont() -> Equation:
    """jamI_Cont h = joinI h"""
    return (
        calculate(jamI[Cont](h))
        .by(section_12.functor.keeps(jamI), cont(jamI)(h))
        .by(section_12.definition, h @ jamI)
        .by(jamI_by_joinI, h @ joinI(identity))
        .by(joinI_before(), joinI(h))
        .proves("jamI of Cont", "section 15")
    )


# Their duals ---------------------------------------------------------------------------------------------------------

dot_of_family = Equation("dot of a family", "section 15", dot(u), joinI(dot(entry(u))))
dot_of_jamI = Equation("dot is linear", "section 15", dot(jamI(u)), jamI @ forkI(dot(entry(u))))
dot_of_inI = Equation("dot is 0 elsewhere", "section 15", dot(inI(u)), dot(u) @ exI)


@cache
def dot_then_inI() -> Equation:
    """dot u ∘ inIᵢ = dot uᵢ"""
    return (
        calculate(dot(u) @ inI)
        .by(dot_of_family, joinI(dot(entry(u))) @ inI)
        .by(joinI_of_inI, dot(entry(u)))
        .proves("unjoinI of dot", "section 15")
    )


@cache
def undot_of_joinI() -> Equation:
    """dot⁻¹ (joinI fᵢ) = each (dot⁻¹ fᵢ)"""
    return (
        calculate(undot(joinI(fs)))
        .by(dot_of_undot, undot(joinI(dot(undot(fs)))))
        .by(entry_of_each, undot(joinI(dot(entry(each(undot(fs)))))))
        .by(dot_of_family, undot(dot(each(undot(fs)))))
        .by(undot_of_dot, each(undot(fs)))
        .proves("dot⁻¹ of joinI", "section 15")
    )


@cache
def crossI_of_Dual() -> Equation:
    """crossI rᵢ u = each (rᵢ uᵢ)"""
    definition = section_13.definition
    return (
        calculate(crossI(as_dual(qs))(u))
        .by(section_13.functor.keeps_crossI, as_dual(crossI(qs))(u))
        .by(definition, undot(crossI(qs)(dot(u))))
        .by(crossI_of_Cont(), undot(joinI(qs(dot(u) @ inI))))
        .by(dot_then_inI(), undot(joinI(qs(dot(entry(u))))))
        .by(undot_of_joinI(), each(undot(qs(dot(entry(u))))))
        .by(definition, each(as_dual(qs)(entry(u))))
        .defines("crossI of Dual", "section 15", {as_dual(qs): rs})
    )


@cache
def exI_of_Dual() -> Equation:
    """exIᵢ_Dual u = inIᵢ u: to extract becomes to inject."""
    return (
        calculate(exI[Dual](u))
        .by(section_13.functor.keeps(exI), as_dual(exI[Cont])(u))
        .by(section_13.definition, undot(exI[Cont](dot(u))))
        .by(exI_of_Cont(), undot(dot(u) @ exI))
        .by(dot_of_inI, undot(dot(inI(u))))
        .by(undot_of_dot, inI(u))
        .proves("exI of Dual", "section 15")
    )


@cache
def replI_of_Dual() -> Equation:
    """replI_Dual u = jamI u: copying becomes adding."""
    return (
        calculate(replI[Dual](u))
        .by(section_13.functor.keeps(replI), as_dual(replI[Cont])(u))
        .by(section_13.definition, undot(replI[Cont](dot(u))))
        .by(replI_of_Cont(), undot(jamI @ forkI(dot(u) @ inI)))
        .by(dot_then_inI(), undot(jamI @ forkI(dot(entry(u)))))
        .by(dot_of_jamI, undot(dot(jamI(u))))
        .by(undot_of_dot, jamI(u))
        .proves("replI of Dual", "section 15")
    )


@cache
def inI_of_Dual() -> Equation:
    """inIᵢ_Dual u = exIᵢ u: to inject becomes to extract."""
    return (
        calculate(inI[Dual](u))
        .by(section_13.functor.keeps(inI), as_dual(inI[Cont])(u))
        .by(section_13.definition, undot(inI[Cont](dot(u))))
        .by(inI_of_Cont(), undot(dot(u) @ inI))
        .by(dot_then_inI(), undot(dot(entry(u))))
        .by(undot_of_dot, entry(u))
        .by(exI_at, exI(u))
        .proves("inI of Dual", "section 15")
    )


@cache
def jamI_of_Dual() -> Equation:
    """jamI_Dual u = replI u: adding becomes copying."""
    return (
        calculate(jamI[Dual](u))
        .by(section_13.functor.keeps(jamI), as_dual(jamI[Cont])(u))
        .by(section_13.definition, undot(jamI[Cont](dot(u))))
        .by(jamI_of_Cont(), undot(joinI(dot(u))))
        .by(undot_of_joinI(), each(undot(dot(u))))
        .by(undot_of_dot, each(u))
        .by(replI_at, replI(u))
        .proves("jamI of Dual", "section 15")
    )
