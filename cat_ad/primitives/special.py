"""Special functions, entry by entry: of the Gaussian integral, and of factorials. They are SciPy's (the extra `scipy`).

    erf erfc gelu       2 / sqrt(pi) times the integral of e^-t^2 from 0 to x; 1 - erf(x); x erfc(-x / sqrt 2) / 2
    lgamma digamma      log |(x - 1)!|, and its slope

Derivatives of all orders are there: those of `digamma` by the zeta function of Hurwitz.

>>> from math import log
>>> abs(float(lgamma(4.0)) - log(6)) < 1e-12
True
"""

from __future__ import annotations

from math import pi, sqrt

from cat_ad.arrows.polymorphism import polymorphic
from cat_ad.arrows.terms import Arrow
from cat_ad.categories.category import A
from cat_ad.objects.arrays import AnyArray, namespace
from cat_ad.objects.special_functions import special
from cat_ad.primitives.elementwise import elementwise, of_one

ROOT = sqrt(0.5)


@of_one()
def erf(a: type[A]) -> Arrow[A, A]:
    """The error function, with slope 2 / sqrt(pi) e^-x^2, which is exact to x^2 units in the last place."""
    return elementwise(
        *("erf", a, lambda x: special("erf", x), lambda x, y, k: k.scale(_bell(x))), properties=("increasing",)
    )


@of_one()
def erfc(a: type[A]) -> Arrow[A, A]:
    """1 - erf(x), also where erf(x) is 1; with slope -2 / sqrt(pi) e^-x^2: exact to x^2 units in the last place."""
    return elementwise(
        *("erfc", a, lambda x: special("erfc", x), lambda x, y, k: k.scale(-_bell(x))), properties=("decreasing",)
    )


def _bell(x: AnyArray) -> AnyArray:
    return (2 / sqrt(pi)) * namespace(x).exp(-(x * x))


@of_one()
def gelu(a: type[A]) -> Arrow[A, A]:
    """x p, with p = erfc(-x / sqrt(2)) / 2 the chance of a normal number below x; exact to x^2 units in the last place.

    Its slope is p + x e^(-x^2/2) / sqrt(2 pi), in which near x = -0.75 the terms cancel.
    """
    return elementwise(
        *("gelu", a, lambda x: x * _below(x)),
        lambda x, y, k: k.scale(_below(x) + x * namespace(x).exp(-0.5 * (x * x)) * (1 / sqrt(2 * pi))),
    )


def _below(x: AnyArray) -> AnyArray:
    xp = namespace(x)
    y = -ROOT * x
    return 0.5 * (xp.erfc(y) if hasattr(xp, "erfc") else special("erfc", y))


@of_one()
def lgamma(a: type[A]) -> Arrow[A, A]:
    """log |(x - 1)!|, the logarithm of the gamma function, with slope `digamma`; at 0, -1, ... inf.

    Near its zeros 1 and 2 it is exact to some units in the last place of 1. Of subnormal doubles SciPy has inf.
    """
    return elementwise("lgamma", a, lambda x: special("gammaln", x), lambda x, y, k: k.scale(_digamma(x)))


@of_one()
def digamma(a: type[A]) -> Arrow[A, A]:
    """The slope of `lgamma`, with slope zeta(2, x), the zeta function of Hurwitz, for x > 0."""
    return elementwise("digamma", a, _digamma, lambda x, y, k: k.scale(_zeta(x, 2)))


@polymorphic()
def hurwitz_zeta(a: type[A], s: float) -> Arrow[A, A]:
    """The sum of (x + n)^-s over n = 0, 1, ..., for x > 0, with slope -s zeta(s + 1, x)."""
    return elementwise(
        f"hurwitz_zeta {s:g}", a, lambda x: _zeta(x, s), lambda x, y, k: k.scale(-s * _zeta(x, s + 1)), number=s
    )


def _digamma(x: AnyArray) -> AnyArray:
    xp = namespace(x)
    return xp.digamma(x) if hasattr(xp, "digamma") else special("psi", x)


def _zeta(x: AnyArray, s: float) -> AnyArray:
    xp = namespace(x)
    return xp.hurwitz_zeta(x, s) if hasattr(xp, "hurwitz_zeta") else special("zeta", float(s), x)
