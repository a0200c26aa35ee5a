"""Scaling up (Elliott 2018, section 15): products of as many as one likes, and their derivatives.

Theorem 6 follows from theorems 1 and 3, since an arrow to a product is known by its parts.

>>> print(the_indexed_cross_rule())
the indexed cross rule, theorem 6: D (crossI fᵢ) a = crossI (D fᵢ aᵢ)
"""

from functools import cache

from cat_ad.calculations import Equation, calculate
from cat_ad.calculations.laws import (
    crossI_by_forkI,
    exI_at,
    exI_of_forkI,
    forkI_of_parts,
    joinI_after_crossI,
    joinI_by_jamI,
    joinI_of_parts,
)
from cat_ad.calculations.paper import section_12
from cat_ad.calculations.paper.section_3 import (
    chain_rule,
    linear_rule,
)
from cat_ad.calculations.vocabulary import (
    Cont,
    D,
    cont,
    crossI,
    entry,
    exI,
    families,
    forkI,
    inI,
    jamI,
    joinI,
    replI,
    variables,
)

a, h = variables("a h")
(fs,) = families("f")
(ps,) = families("p", of=Cont)


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


# Families, by what they do to others ---------------------------------------------------------------------------------

definition = section_12.definition


@cache
def crossI_of_Cont() -> Equation:
    """crossI pᵢ h = joinI (pᵢ (h ∘ inIᵢ)): each after its part, and the join."""
    keeps_crossI = Equation("cont keeps crossI", "section 15", cont(crossI(fs)), crossI(cont(fs)))
    return (
        calculate(crossI(cont(fs))(h))
        .by(keeps_crossI, cont(crossI(fs))(h))
        .by(definition, h @ crossI(fs))
        .by(joinI_of_parts, joinI(h @ inI) @ crossI(fs))
        .by(joinI_after_crossI, joinI(h @ inI @ fs))
        .by(definition, joinI(cont(fs)(h @ inI)))
        .defines("crossI of Cont", "section 15", {cont(fs): ps})
    )
