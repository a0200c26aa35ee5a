"""More elementary functions, entry by entry: near 0, inverse, hyperbolic; and of two numbers.

    log1p expm1 sinh cosh arctan arcsin arccos silu     A -> A
    hypot arctan2 power                                 A x A -> A

Each slope is stated in words that elements have too, so that there are derivatives of all orders.

>>> from cat_ad import Scalar, gradient
>>> gradient(arctan(Scalar))(0.0)
np.float64(1.0)
>>> power(2.0, 3.0), gradient(power(Scalar))((2.0, 3.0))[0]
(np.float64(8.0), np.float64(12.0))
"""

from __future__ import annotations

from typing import TypeVarTuple, overload

from cat_ad.arrows.elements import WORDS, Given, number_of
from cat_ad.arrows.polymorphism import is_value
from cat_ad.arrows.terms import Arrow
from cat_ad.categories.biproduct import Linear
from cat_ad.categories.category import A, Hom, K
from cat_ad.objects.arrays import AnyArray, common, namespace
from cat_ad.objects.spaces import Float, Scalar
from cat_ad.primitives import elementwise as numbers
from cat_ad.primitives.arithmetic import Pair, entry_by_entry, of_two
from cat_ad.primitives.elementwise import elementwise, logistic, of_one

S = TypeVarTuple("S")

LEAST = -4096.0  # x e^x is 0 below, in each dtype


@of_one()
def log1p(a: type[A]) -> Arrow[A, A]:
    """log(1 + x), exact near 0; with slope 1 / (1 + x)."""
    return elementwise(
        *("log1p", a, lambda x: namespace(x).log1p(x), lambda x, y, k: k.scale(1.0 / (1.0 + x))),
        properties=("increasing",),
    )


@of_one()
def expm1(a: type[A]) -> Arrow[A, A]:
    """e^x - 1, exact near 0; with slope e^x."""
    return elementwise(
        *("expm1", a, lambda x: namespace(x).expm1(x), lambda x, y, k: k.scale(namespace(x).exp(x))),
        properties=("increasing",),
    )


@of_one()
def sinh(a: type[A]) -> Arrow[A, A]:
    """The hyperbolic sine, with slope cosh x."""
    return elementwise(
        *("sinh", a, lambda x: namespace(x).sinh(x), lambda x, y, k: k.scale(namespace(x).cosh(x))),
        properties=("increasing",),
    )


@of_one()
def cosh(a: type[A]) -> Arrow[A, A]:
    """The hyperbolic cosine, with slope sinh x."""
    return elementwise("cosh", a, lambda x: namespace(x).cosh(x), lambda x, y, k: k.scale(namespace(x).sinh(x)))


@of_one("atan")
def arctan(a: type[A]) -> Arrow[A, A]:
    """The angle from -pi/2 to pi/2 whose tangent is x, with slope 1 / (1 + x^2), in which no square overflows."""

    def derivative(x: AnyArray, y: AnyArray, k: Linear[K]) -> Hom[K, AnyArray, AnyArray]:
        root = 1.0 / namespace(x).hypot(x, 1.0 + namespace(x).zeros_like(x))
        return k.scale(root * root)

    return elementwise("arctan", a, lambda x: namespace(x).atan(x), derivative, properties=("increasing",))


@of_one("asin")
def arcsin(a: type[A]) -> Arrow[A, A]:
    """The angle from -pi/2 to pi/2 whose sine is x, with slope 1 / sqrt(1 - x^2); beyond 1 nan."""
    return elementwise(
        *("arcsin", a, lambda x: namespace(x).asin(x), lambda x, y, k: k.scale(1.0 / _half_circle(x))),
        properties=("increasing",),
    )


@of_one("acos")
def arccos(a: type[A]) -> Arrow[A, A]:
    """The angle from 0 to pi whose cosine is x, with slope -1 / sqrt(1 - x^2); beyond 1 nan."""
    return elementwise(
        *("arccos", a, lambda x: namespace(x).acos(x), lambda x, y, k: k.scale(-1.0 / _half_circle(x))),
        properties=("decreasing",),
    )


@of_one()
def half_circle(a: type[A]) -> Arrow[A, A]:
    """y = sqrt(1 - x^2), the cosine of `arcsin`, with slope -x / y; beyond 1 nan. In neither does anything cancel."""
    return elementwise("half_circle", a, _half_circle, lambda x, y, k: k.scale(-x / y))


def _half_circle(x: AnyArray) -> AnyArray:
    xp = namespace(x)
    if hasattr(xp, "half_circle"):  # of elements, which know the function as an arrow, and so its slope
        return xp.half_circle(x)
    return xp.sqrt((1.0 - x) * (1.0 + x))


@of_one()
def silu(a: type[A]) -> Arrow[A, A]:
    """x s, where s = 1 / (1 + e^-x) is `sigmoid`, a smooth `relu`; with slope s + x s (1 - s).

    The slope is within 8 units in the last place; near x = -1.28, where it is 0, of its two terms, which cancel.
    """
    return elementwise("silu", a, _silu, lambda x, y, k: k.scale(logistic(x) + y * logistic(-x)))


def _silu(x: AnyArray) -> AnyArray:
    """x e^x / (1 + e^x) where x < 0, by two roots of e^x, which do not vanish before x e^x does."""
    xp = namespace(x)
    half = xp.exp(-0.5 * abs(x))
    return xp.where(x < 0, xp.maximum(x, LEAST) * half * half, x) / (1.0 + half * half)


# Of two --------------------------------------------------------------------------------------------------------------


@of_two
def hypot(a: type[A]) -> Arrow[tuple[A, A], A]:
    """h = sqrt(x^2 + y^2), in which no square overflows or vanishes; its slopes are x / h and y / h, at 0 nan."""
    return entry_by_entry(
        *("hypot", a, lambda x: common(*x).hypot(*x)),
        lambda x, h, k: k.join(k.scale(x[0] / h), k.scale(x[1] / h)),
    )


@of_two
def arctan2(a: type[A]) -> Arrow[tuple[A, A], A]:
    """The angle from -pi to pi of the point (x, y), of the pair (y, x); its slopes are x / h^2 and -y / h^2, at 0 nan.

    Here h is `hypot`, whose square is not computed, since it may overflow.
    """

    def derivative(at: Pair, z: AnyArray, k: Linear[K]) -> Hom[K, Pair, AnyArray]:
        (y, x), h = at, common(*at).hypot(*at)
        return k.join(k.scale(x / h / h), k.scale(-y / h / h))

    return entry_by_entry("arctan2", a, lambda x: common(*x).atan2(*x), derivative)


WORDS["atan2"] = arctan2


@overload
def power(a: type[A], n: float, /) -> Arrow[A, A]: ...
@overload
def power(a: type[A], /) -> Arrow[tuple[A, A], A]: ...
@overload
def power(x: Float[*S], y: Float[*S] | Scalar | float, /) -> Float[*S]: ...
@overload
def power(x: Scalar | float, y: Float[*S], /) -> Float[*S]: ...
@overload
def power(x: float, y: float, /) -> Scalar: ...
def power(a: Given, n: Given = ..., /) -> Given:
    """x^n, of an object and a number n; or x^y, of two arrays, or of an object alone.

    For a number n the slope is n x^(n-1); for n = 0 that is 0 even at x = 0. In the dtype of x, n and n - 1 may have to
    be rounded, which moves x^n by up to n log x units in the last place; and the slope overflows where x^(n-1) does.

    Of two arrays the slopes are y x^(y-1), which is 0 where y = 0, and x^y log x, which is 0 where x = 0 and y > 0. For
    negative x there is a value only where y is an integer, and none of the second slope.
    """
    if n is ...:
        return raised(a)
    return raised(a, n) if is_value(a) and number_of(n) is None else numbers.power(a, n)


WORDS["power"] = WORDS["pow"] = power


@of_two
def raised(a: type[A]) -> Arrow[tuple[A, A], A]:
    """x^y: see `power`."""
    return entry_by_entry(
        *("power", a, lambda x: x[0] ** x[1]),
        lambda x, z, k: k.join(k.scale(_power_slope(*x)), k.scale(z * _logarithm(x[0]))),
    )


@of_two
def power_slope(a: type[A]) -> Arrow[tuple[A, A], A]:
    """g(x, y) = y x^(y-1), but 0 where y = 0; its slopes are y g(x, y - 1) and x^(y-1) + g log x."""
    return entry_by_entry(
        *("power_slope", a, lambda x: _power_slope(*x)),
        lambda x, g, k: k.join(
            k.scale(x[1] * _power_slope(x[0], x[1] - 1.0)), k.scale(x[0] ** (x[1] - 1.0) + g * _logarithm(x[0]))
        ),
    )


@of_one()
def logarithm(a: type[A]) -> Arrow[A, A]:
    """log x, but 0 at x = 0; with slope 1 / x."""
    return elementwise("logarithm", a, _logarithm, lambda x, y, k: k.scale(1.0 / x))


def _power_slope(x: AnyArray, y: AnyArray) -> AnyArray:
    xp = common(x, y)
    if hasattr(xp, "power_slope"):  # of elements
        return xp.power_slope(x, y)
    return y * xp.where(y == 0, 1.0, x) ** (y - 1.0)


def _logarithm(x: AnyArray) -> AnyArray:
    xp = namespace(x)
    if hasattr(xp, "logarithm"):  # of elements
        return xp.logarithm(x)
    return xp.log(xp.where(x == 0, 1.0, x))
