"""Bounds of functions of one number or two, entry by entry.

Soundness of each has two parts. The true values in a box lie between those at its ends, or at its corners, by how the
function grows and falls. And those that are computed lie as near to the true ones as the library says: + - * / and the
root are rounded to the nearest, and the others are within `LIBRARY` ulps. So, where a function grows, the value that is
computed at any x <= u is at most f(x) + 4 ulps <= f(u) + 4 ulps, and f(u) is at most what is computed there + 4 ulps.

Outside its domain a function is taken to go on as at the nearest point of it: log(x) = -inf and sqrt(x) = 0 for x < 0.
So extended, it still grows with x, and a larger box has larger bounds; where f has a value, nothing changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf, log, pi
from typing import TypeAlias

from cat_ad.objects.arrays import AnyArray, namespace
from cat_ad.objects.trees import Tree
from cat_ad.readings.intervals.boxes import Bounds, Box, ends
from cat_ad.readings.intervals.rounding import Rounding

Value: TypeAlias = Callable[[Tree], Tree]
Rule: TypeAlias = Callable[[Value, Box, Rounding], tuple[Tree, Tree]]  # lower and upper outputs
Ends: TypeAlias = tuple[AnyArray, AnyArray]

LOWEST = -4096.0  # x e^x is 0 below, in each dtype
LIBRARY = 4  # ulps: what NumPy's own tests demand of its functions


def exact(value: Value, x: Box, r: Rounding) -> tuple[Tree, Tree]:
    """Increasing in each entry, and never rounded, such as what only moves entries: the values at both ends."""
    lower, upper = ends(x)
    return value(lower), value(upper)


def increasing(
    ulps: float = 2 * LIBRARY, least: float = -inf, most: float = inf, start: float = -inf, end: float = inf
) -> Rule:
    """Increasing from `start` to `end`, with values from `least` to `most`: those at both ends, so many ulps outward.

    What is computed keeps to `least` and `most` too: 1 / (1 + e) is at most 1 however e >= 0 is rounded.
    """

    def rule(value: Value, x: Bounds, r: Rounding) -> Ends:
        xp = namespace(x.lower)
        lower, upper = r.outward(value(_within(x.lower, start, end)), value(_within(x.upper, start, end)), ulps)
        return xp.maximum(lower, least), xp.minimum(upper, most)

    return rule


def decreasing(
    ulps: float = 2 * LIBRARY, least: float = -inf, most: float = inf, start: float = -inf, end: float = inf
) -> Rule:
    """The same of a decreasing function."""
    same = increasing(ulps, least, most, start, end)
    return lambda value, x, r: same(value, Bounds(x.upper, x.lower), r)


def _within(x: AnyArray, low: float, high: float) -> AnyArray:
    xp = namespace(x)
    return x if low == -inf and high == inf else xp.minimum(xp.maximum(x, low), high)


def even(value: Value, x: Bounds, r: Rounding) -> Ends:
    """Increasing in the size of x."""
    small, large = _magnitudes(x)
    return r.outward(value(small), value(large), 2 * LIBRARY)


def arch(value: Value, x: Bounds, r: Rounding) -> Ends:
    """Decreasing in the size of x, from 1 at 0 to 0 at 1, and nothing beyond."""
    small, large = _magnitudes(x)
    return decreasing(least=0.0, most=1.0, end=1.0)(value, Bounds(small, large), r)


def weighed(weight: Rule, least: float) -> Rule:
    """x w, for a weight w that grows with x from 0 to 1: what is least of it is not seen where both factors vary."""

    def rule(value: Value, x: Bounds, r: Rounding) -> Ends:
        xp = namespace(x.lower)
        low, high = weight(value, x, r)
        lower = x.lower * xp.where(x.lower < 0, high, low)
        upper = xp.where((x.upper < 0) & (low == 0), 0.0, x.upper * xp.where(x.upper < 0, low, high))
        lower, upper = r.outward(xp.maximum(lower, least), upper, 2 * LIBRARY)
        return lower, xp.where(x.upper < 0, xp.minimum(upper, 0.0), upper)

    return rule


def distance(value: Value, x: tuple[Bounds, Bounds], r: Rounding) -> Ends:
    """sqrt(x^2 + y^2), increasing in both sizes."""
    (low, high), (least, most) = map(_magnitudes, x)
    lower, upper = r.outward(value((low, least)), value((high, most)), 2 * LIBRARY)
    return namespace(lower).maximum(lower, 0.0), upper


def angle(value: Value, x: tuple[Bounds, Bounds], r: Rounding) -> Ends:
    """The angle of (a, b), of the pair (b, a): at the corners, unless the box reaches where it jumps, at a <= 0 = b."""
    b, a = x
    corners = [value((v, u)) for v in (b.lower, b.upper) for u in (a.lower, a.upper)]
    lower, upper = r.outward(*_range(corners), 2 * LIBRARY)
    jumps, xp = _has_zero(b) & (a.lower <= 0), namespace(lower)
    half = float(r.up(xp.asarray(pi), 2 * LIBRARY))
    return xp.where(jumps, -half, lower), xp.where(jumps, half, upper)


def power_of_two(value: Value, x: tuple[Bounds, Bounds], r: Rounding) -> Ends:
    """x^y = e^(y log x) for x >= 0, at the corners; of negative x nothing is known, nor of 0 to negative powers."""
    base, exponent = x
    pairs = [(u, v) for u in (base.lower, base.upper) for v in (exponent.lower, exponent.upper)]
    lower, upper = r.outward(*_range([value(pair) for pair in pairs]), 2 * LIBRARY)
    unknown = (base.lower < 0) | ((base.lower <= 0) & (exponent.lower < 0))
    return _unless(unknown, namespace(lower).maximum(lower, 0.0), upper)


def unless_point(value: Value, x: Bounds, r: Rounding) -> Ends:
    """No bounds, but of a single number the value; none where that is no number."""
    xp, found = namespace(x.lower), value(x.lower)
    lower, upper = r.outward(found, found, 4 * LIBRARY)
    return _unless((x.lower != x.upper) | xp.isnan(found), lower, upper)


def anything(value: Value, x: Box, r: Rounding) -> tuple[Tree, Tree]:
    """No bounds."""
    found = value(ends(x)[0])
    xp = namespace(found)
    return xp.full_like(found, -inf), xp.full_like(found, inf)


def growing(value: Value, x: Box, r: Rounding) -> tuple[Tree, Tree]:
    """Increasing in each entry, and computed to `LIBRARY` ulps: what a user may say of a primitive."""
    lower, upper = ends(x)
    return r.outward(value(lower), value(upper), 2 * LIBRARY)


def falling(value: Value, x: Box, r: Rounding) -> tuple[Tree, Tree]:
    """Decreasing in each entry, and computed to `LIBRARY` ulps."""
    lower, upper = ends(x)
    return r.outward(value(upper), value(lower), 2 * LIBRARY)


def logistic(value: Value, x: Bounds, r: Rounding) -> Ends:
    """1 / (1 + e^-x), in which each operation grows or falls, unlike in e^x / (1 + e^x).

    16 ulps are enough for the errors of e^-x, of the sum and of the quotient, both here and in the value of the
    primitive. Where e^-x overflows, the result is at most 1 divided by the greatest number.
    """
    xp = namespace(x.lower)
    greatest = float(xp.finfo(x.lower.dtype).max)
    lower, upper = 1 / (1 + xp.exp(-x.lower)), 1 / xp.minimum(1 + xp.exp(-x.upper), greatest)
    return xp.maximum(r.down(lower, 16), 0.0), xp.minimum(r.up(upper, 16), 1.0)


def soft(sign: float) -> Rule:
    """s log(1 + e^(s x)), for a sign s: as with `logistic`, what is computed here grows, unlike max(x, 0) + log(...).

    Where s x is greater than 700, it is that, and the rest is less than any rounding.
    """

    def rule(value: Value, x: Bounds, r: Rounding) -> Ends:
        xp = namespace(x.lower)

        def plus(x: AnyArray) -> AnyArray:
            y = xp.log1p(xp.exp(xp.minimum(x, far)))
            return xp.where(x > far, xp.maximum(x, y), y)

        far = log(float(xp.finfo(x.lower.dtype).max)) - 9
        lower, upper = r.outward(sign * plus(sign * x.lower), sign * plus(sign * x.upper), 16)
        return (xp.maximum(lower, 0.0), upper) if sign > 0 else (lower, xp.minimum(upper, 0.0))

    return rule


def root(value: Value, x: Bounds, r: Rounding) -> Ends:
    """Increasing from 0 on, and rounded to the nearest: what is computed grows too, and the true root is an ulp off."""
    xp = namespace(x.lower)
    return _increasing(value(xp.maximum(x.lower, 0.0)), value(xp.maximum(x.upper, 0.0)), r)


def sum_of_two(value: Value, x: tuple[Bounds, Bounds], r: Rounding) -> Ends:
    """x + y, increasing in both. It is 0 only where it is exactly 0, since small sums are not rounded."""
    lower, upper = ends(x)
    return _increasing(value(lower), value(upper), r)


def difference(value: Value, x: tuple[Bounds, Bounds], r: Rounding) -> Ends:
    """x - y, increasing in the first, decreasing in the second. It is 0 only where it is exactly 0."""
    left, right = x
    return _increasing(value((left.lower, right.upper)), value((left.upper, right.lower)), r)


def shifted(value: Value, x: Bounds, r: Rounding) -> Ends:
    """x + c, increasing; where c itself is rounded to the precision of x, it is off by `literal` of it."""
    lower, upper = value(x.lower), value(x.upper)
    if not r.literal:
        return _increasing(lower, upper, r)
    c = abs(value(namespace(x.lower).zeros_like(x.lower))) * r.literal
    return r.outward(lower - c, upper + c, 1)


def multiple(value: Value, x: Bounds, r: Rounding) -> Ends:
    """c x, increasing or decreasing, or 0. To change a sign does not round."""
    xp = namespace(x.lower)
    c = value(xp.ones_like(x.lower))
    if xp.all(abs(c) == 1):
        return _range([value(x.lower), value(x.upper)])
    ulps = 2 if r.literal else 1
    return _hull([(value(end), (end == 0) | (c == 0)) for end in (x.lower, x.upper)], r, ulps)


def corners(value: Value, x: tuple[Bounds, Bounds], r: Rounding) -> Ends:
    """x y, monotone in each while the other is fixed: the extremes are at the corners.

    0 times an infinite end is taken as 0, since 0 times each number in the box is 0.
    """
    left, right = x
    pairs = [(u, v) for u in (left.lower, left.upper) for v in (right.lower, right.upper)]
    return _hull([(value((u, v)), (u == 0) | (v == 0)) for u, v in pairs], r)


def quotient(value: Value, x: tuple[Bounds, Bounds], r: Rounding) -> Ends:
    """x / y, at the corners, if y does not reach zero, of either sign.

    Where both ends at a corner are infinite, that quotient tells nothing: those at the other corners are the bounds.
    """
    left, right = x
    pairs = [(u, v) for u in (left.lower, left.upper) for v in (right.lower, right.upper)]
    found = [(value(pair), pair[0] == 0) for pair in pairs]
    xp = namespace(found[0][0])
    return _unless(_has_zero(right), *_hull([(y, zero | xp.isnan(y)) for y, zero in found], r))


def inverse(value: Value, x: Bounds, r: Rounding) -> Ends:
    """1 / x, decreasing on either side of zero. As zero has two signs, a box that ends at zero reaches both sides."""
    return _unless(_has_zero(x), *_hull([(value(end), end != end) for end in (x.lower, x.upper)], r))


def of_power(value: Value, x: Bounds, r: Rounding) -> Ends:
    """x^n: its value at 0 tells the sign of n, and its value at -1 whether n is even, odd or no integer.

    An n that is rounded to the precision of x, as quarters are not, is off by `literal` of it, and so the power by that
    times its logarithm; and where n is so small that it may be rounded to 0, the power may be 1. For an n that is no
    integer the power of -inf is a number nevertheless, inf or 0, as for an even n.
    """
    xp = namespace(x.lower)
    one = xp.ones_like(x.lower)
    at_zero, at_minus_one = value(one * 0), value(-one)
    n = xp.log2(value(one + one))
    rounded = r.literal and not xp.all((abs(n) > 0.1) & (abs(n) < 32) & (abs(4 * n - xp.round(4 * n)) < 1e-12))
    ulps = 2 * LIBRARY + (2 * log(r.largest) if rounded else 0)
    if not at_zero.size or xp.all((at_zero == 1) & (at_minus_one == 1)):  # n = 0, and no number
        return value(x.lower), value(x.upper)
    even, odd, falling = xp.all(at_minus_one == 1), xp.all(at_minus_one == -1), xp.all(at_zero > 0)
    if odd:
        lower, upper = r.outward(*_range([value(x.lower), value(x.upper)]), ulps)
        return _unless(_has_zero(x), lower, upper) if falling else (lower, upper)
    small, large = _magnitudes(x) if even else (xp.maximum(x.lower, 0.0), xp.maximum(x.upper, 0.0))
    if not even:
        large = xp.where(x.lower == -inf, inf, large)
    near, far = (large, small) if falling else (small, large)
    lower, upper = xp.maximum(r.down(value(near), ulps), 0.0), r.up(value(far), ulps)
    if rounded and xp.all(abs(n) < 1e-7):
        return xp.minimum(lower, 1.0), xp.maximum(upper, 1.0)
    return lower, upper


def wave(peak: float) -> Rule:
    """A sine that is 1 at `peak`: the values at both ends, but 1 and -1 where a peak and a trough are between.

    How many periods an end is from a peak is known to four parts in 2^52. So an end near 10^16 may lie before the next
    peak or after it, and every box out there gets all values, from -1 to 1.
    """

    def rule(value: Value, x: Bounds, r: Rounding) -> Ends:
        xp = namespace(x.lower)
        slack = 4 * float(xp.finfo(x.lower.dtype).eps)

        def between(place: float) -> AnyArray:
            first, last = (x.lower - place) / (2 * pi), (x.upper - place) / (2 * pi)
            return xp.ceil(first - slack * (abs(first) + 1)) <= xp.floor(last + slack * (abs(last) + 1))

        lower, upper = r.outward(*_range([value(x.lower), value(x.upper)]), 2 * LIBRARY)
        lower, upper = xp.where(between(peak + pi), -1.0, lower), xp.where(between(peak), 1.0, upper)
        unknown = xp.isnan(lower) | xp.isnan(upper)  # an end is infinite
        return xp.where(unknown, -1.0, xp.maximum(lower, -1.0)), xp.where(unknown, 1.0, xp.minimum(upper, 1.0))

    return rule


def sized(value: Value, x: Bounds, r: Rounding) -> Ends:
    """|x|, which is not rounded."""
    return _magnitudes(x)


def literal(value: Value, x: Box, r: Rounding) -> Ends:
    """Increasing, and not rounded, unless the numbers that it has are, to the precision of x."""
    lower, upper = map(value, ends(x))
    return r.outward(lower, upper, 1) if r.literal else (lower, upper)


def rising_falling(value: Value, x: tuple[Bounds, Bounds], r: Rounding) -> tuple[Tree, Tree]:
    """Increasing in the first, decreasing in the second, and never rounded, as the comparison x > y."""
    left, right = x
    return value((left.lower, right.upper)), value((left.upper, right.lower))


def falling_rising(value: Value, x: tuple[Bounds, Bounds], r: Rounding) -> tuple[Tree, Tree]:
    """The other way round, as x < y."""
    left, right = x
    return value((left.upper, right.lower)), value((left.lower, right.upper))


def same(value: Value, x: tuple[Box, Box], r: Rounding) -> tuple[Tree, Tree]:
    """x = y: surely where both are one number, perhaps where their intervals meet."""
    (low, lower), (high, upper) = ends(x)
    return (low == upper) & (high == lower), (low <= upper) & (lower <= high)


def different(value: Value, x: tuple[Box, Box], r: Rounding) -> tuple[Tree, Tree]:
    """The negation of that."""
    lower, upper = same(value, x, r)
    return ~upper, ~lower


def negation(value: Value, x: Bounds, r: Rounding) -> tuple[Tree, Tree]:
    """Decreasing, and never rounded."""
    return value(x.upper), value(x.lower)


def choice(value: Value, x: tuple[Bounds, Box, Box], r: Rounding) -> tuple[Tree, Tree]:
    """The bounds of the side that is chosen; of both, where it may be either."""
    mask, (low, lower), (high, upper) = x[0], *ends(x[1:])
    xp = namespace(low)
    either = mask.lower != mask.upper
    return (
        xp.where(either, xp.minimum(low, lower), xp.where(mask.lower, low, lower)),
        xp.where(either, xp.maximum(high, upper), xp.where(mask.lower, high, upper)),
    )


# What they are made of -----------------------------------------------------------------------------------------------


def _increasing(lower: AnyArray, upper: AnyArray, r: Rounding) -> Ends:
    """Two numbers that were rounded to the nearest, and are 0 only where they are exactly that."""
    return _below(lower, lower == 0, r), -_below(-upper, upper == 0, r)


def _below(y: AnyArray, zero: AnyArray, r: Rounding, ulps: int = 1) -> AnyArray:
    """So many ulps down from a number that was rounded to the nearest; 0, where it says so.

    However small it is, it keeps its sign, even if it is rounded to 0 or to -0: so 0 is below what is not negative.
    """
    xp, lower = namespace(y), r.down(y, ulps)
    return xp.where(zero, 0.0, xp.where(xp.signbit(y), lower, xp.maximum(lower, 0.0)))


def _hull(found: Sequence[tuple[AnyArray, AnyArray]], r: Rounding, ulps: int = 1) -> Ends:
    """The least and the greatest of some numbers that were rounded to the nearest; each may be said to be 0."""
    lower, upper = [_below(y, zero, r, ulps) for y, zero in found], [-_below(-y, zero, r, ulps) for y, zero in found]
    return _range(lower)[0], _range(upper)[1]


def _range(values: Sequence[AnyArray]) -> Ends:
    """The least and the greatest of some arrays, entry by entry."""
    lower = upper = values[0]
    xp = namespace(lower)
    for value in values[1:]:
        lower, upper = xp.minimum(lower, value), xp.maximum(upper, value)
    return lower, upper


def _has_zero(x: Bounds) -> AnyArray:
    return (x.lower <= 0) & (x.upper >= 0)


def _unless(unknown: AnyArray, lower: AnyArray, upper: AnyArray) -> Ends:
    """These bounds, but infinite ones where nothing is known."""
    xp = namespace(lower)
    return xp.where(unknown, -inf, lower), xp.where(unknown, inf, upper)


def _magnitudes(x: Bounds) -> Ends:
    """The bounds of |x|."""
    small, large = _range([abs(x.lower), abs(x.upper)])
    return namespace(small).where(_has_zero(x), 0.0, small), large


magnitudes = _magnitudes
