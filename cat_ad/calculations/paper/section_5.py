"""The examples of the paper, differentiated by hand (Elliott 2018, section 5)."""

from functools import cache

from cat_ad.calculations import Equation, calculate
from cat_ad.calculations.laws import dup_at, join_by_jam, plus_by_jam
from cat_ad.calculations.paper.section_3 import chain_rule, cross_rule, linear_rule
from cat_ad.calculations.paper.section_4 import (
    derivative_of_a_fork,
    derivative_of_cos,
    derivative_of_mul,
    derivative_of_sin,
)
from cat_ad.calculations.vocabulary import D, cos, dup, jam, mul, negate, scale, sin, variables

a, b = variables("a b")
sqr = mul @ dup
mag_sqr = jam @ (sqr * sqr)
cos_sin_prod = (cos & sin) @ mul


@cache
def derivative_of_sqr() -> Equation:
    """D (mul ∘ dup) a = scale a + scale a"""
    return (
        calculate(D(sqr)(a))
        .by(chain_rule, D(mul)(dup(a)) @ D(dup)(a))
        .by(linear_rule, D(mul)(dup(a)) @ dup)
        .by(dup_at, D(mul)(a, a) @ dup)
        .by(derivative_of_mul(), (scale(a) | scale(a)) @ dup)
        .by(join_by_jam, jam @ (scale(a) * scale(a)) @ dup)
        .by(plus_by_jam, scale(a) + scale(a))
        .proves("the derivative of sqr", "section 5")
    )


@cache
def derivative_of_mag_sqr() -> Equation:
    """D (jam ∘ (mul ∘ dup × mul ∘ dup)) (a, b) = (scale a + scale a) ▽ (scale b + scale b)"""
    return (
        calculate(D(mag_sqr)(a, b))
        .by(chain_rule, D(jam)((sqr * sqr)(a, b)) @ D(sqr * sqr)(a, b))
        .by(linear_rule, jam @ D(sqr * sqr)(a, b))
        .by(cross_rule, jam @ (D(sqr)(a) * D(sqr)(b)))
        .by(derivative_of_sqr(), jam @ ((scale(a) + scale(a)) * (scale(b) + scale(b))))
        .by(join_by_jam, scale(a) + scale(a) | scale(b) + scale(b))
        .proves("the derivative of magSqr", "section 5")
    )


@cache
def derivative_of_cos_sin_prod() -> Equation:
    """Of cosSinProd = (cos △ sin) ∘ mul at (a, b): where c = mul (a, b),

    D cosSinProd (a, b) = (scale (negate (sin c)) △ scale (cos c)) ∘ (scale b ▽ scale a)
    """
    c = mul(a, b)
    return (
        calculate(D(cos_sin_prod)(a, b))
        .by(chain_rule, D(cos & sin)(c) @ D(mul)(a, b))
        .by(derivative_of_a_fork(), (D(cos)(c) & D(sin)(c)) @ D(mul)(a, b))
        .by(derivative_of_cos, (scale(negate(sin(c))) & D(sin)(c)) @ D(mul)(a, b))
        .by(derivative_of_sin, (scale(negate(sin(c))) & scale(cos(c))) @ D(mul)(a, b))
        .by(derivative_of_mul(), (scale(negate(sin(c))) & scale(cos(c))) @ (scale(b) | scale(a)))
        .proves("the derivative of cosSinProd", "section 5")
    )
