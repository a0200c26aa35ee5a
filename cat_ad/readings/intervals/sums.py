"""Bounds of sums: of entries with weights that are not negative, and of products.

A sum of n numbers is off by (n - 1) eps / 2 of the sum of their sizes at most, in whatever order they are added, fused
with products or not, and so by n eps / 2 if they are products (Jeannerod & Rump 2013). Let P be the sum of those terms
that are positive, and -N of the others. Then whatever is computed for P - N lies between

    P (1 - c) - N (1 + c + c^2) and P (1 + c + c^2) - N (1 - c)                  c = (n + 4) eps

with one half of c for the error of what is computed, and one for that of P and N here, which have terms of one sign. It
grows with P and falls with N, and P and N are sums of what grows or falls with the ends of the box. (A bound by center
and radius is computed from both ends at once, so that a smaller box may have a bound that is larger by its rounding.)

A product that underflows is off by `tiny` more. A sum of no terms is exactly 0.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, prod
from typing import TypeAlias

from cat_ad.objects.arrays import AnyArray, namespace
from cat_ad.objects.trees import Tree, leaves, tree_map
from cat_ad.readings.intervals.boxes import Bounds, Box
from cat_ad.readings.intervals.entrywise import Ends, Rule, Value
from cat_ad.readings.intervals.rounding import Rounding, is_number

Times: TypeAlias = Callable[[AnyArray, AnyArray], AnyArray]
At: TypeAlias = Callable[[Callable[[Bounds], AnyArray]], Tree]  # the value where each part of a box is replaced

ENDLESS = 2.0**60  # stands for an infinite term where terms are counted: more than the square of any number of them


def linear(terms: Callable[[At, Box], Tree]) -> Rule:
    """Linear, with weights that are not negative, of so many terms for each entry of the result."""

    def rule(value: Value, x: Box, r: Rounding) -> tuple[Tree, Tree]:
        def at(of: Callable[[Bounds], AnyArray]) -> Tree:
            return value(tree_map(lambda part: of(part) if isinstance(part, Bounds) else part, x))

        many = terms(at, x)

        def least(end: Callable[[Bounds], AnyArray]) -> Tree:
            """With the sign that makes it the least."""
            plus, minus = at(lambda part: _finite(end(part), r)), at(lambda part: _finite(-end(part), r))
            return tree_map(
                lambda p, m, count, n: _least(p, m, count, n, r) if is_number(p) else p,
                *(plus, minus, at(lambda part: _counted(-end(part))), many),
            )

        lower, upper = least(lambda part: part.lower), least(lambda part: -part.upper)
        return lower, tree_map(lambda y: -y if is_number(y) else y, upper)

    return rule


def counted(at: At, x: Box) -> Tree:
    """Where all weights are 1, the terms are counted by adding ones."""
    return at(lambda part: namespace(part.lower).ones_like(part.lower))


def averaged(at: At, x: Box) -> Tree:
    """Of a mean there are as many terms as entries for each result, and two more, since weights are rounded too."""
    size = max(part.lower.size for part in leaves(x) if isinstance(part, Bounds))
    return tree_map(lambda y: y * 0 + (2 + size // max(prod(y.shape), 1)), counted(at, x))


sums = linear(counted)
means = linear(averaged)


def bilinear(value: Value, x: tuple[Bounds, Bounds], r: Rounding) -> Ends:
    """Sums of products."""
    return _products(lambda u, v: value((u, v)), *x, r)


def of_affine(value: Value, x: tuple[tuple[Bounds, Bounds], Bounds], r: Rounding) -> Ends:
    """Sums of products, and one term more."""
    (weight, bias), a = x
    zero = namespace(bias.lower).zeros_like(bias.lower)
    return _products(lambda u, v: value(((u, zero), v)), weight, a, r, bias)


def _products(times: Times, u: Bounds, v: Bounds, r: Rounding, bias: Bounds | None = None) -> Ends:
    """Both bounds of sums of u v, and of a bias.

    With x = x+ - x-, parts that are not negative, u v = u+ v+ + u- v- - u+ v- - u- v+. In a box u+ is at least that of
    the lower end, and u- that of the upper. This is as tight as can be where u or v has one sign; of two that have both
    signs, products of either sign are counted twice.
    """
    xp = namespace(u.lower)
    many = times(xp.ones_like(u.lower), xp.ones_like(v.lower)) + (bias is not None)
    many = xp.maximum(many, 2 * xp.ones_like(many))  # a sum of one term is not rounded, but that term is, a product

    def least(v: Bounds, bias: AnyArray | None) -> AnyArray:
        plus = [(u.lower, v.lower), (-u.upper, -v.upper)]
        minus = [(u.upper, -v.lower), (-u.lower, v.upper)]
        p, m = (sum(times(_finite(a, r), _finite(b, r)) for a, b in pairs) for pairs in (plus, minus))
        count = sum(times(_counted(a), _counted(b)) for a, b in minus)
        if bias is None:
            return _least(p, m, count, many, r)
        return _least(p + _finite(bias, r), m + _finite(-bias, r), count + _counted(-bias), many, r)

    upper = least(Bounds(-v.upper, -v.lower), None if bias is None else -bias.upper)
    return least(v, None if bias is None else bias.lower), -upper


def _finite(x: AnyArray, r: Rounding) -> AnyArray:
    """The positive part, at most the greatest number."""
    xp = namespace(x)
    return xp.minimum(xp.maximum(x, 0.0), _largest(x))


def _counted(x: AnyArray) -> AnyArray:
    """1 where it is positive, and `ENDLESS` where infinite."""
    xp = namespace(x)
    one = xp.ones_like(x)
    return xp.where(x == inf, one * ENDLESS, xp.where(x > 0, one, one * 0))


def _least(p: AnyArray, m: AnyArray, count: AnyArray, n: AnyArray, r: Rounding) -> AnyArray:
    """The least that P - N can be, from what was computed for P and for N, and from a count of the terms of N.

    Those that are negative may be added first, and be infinite.
    """
    xp = namespace(p)
    c, t = xp.where(n > 1, (n + 4) * r.eps, 0 * n), xp.where(n > 1, (2 * n + 4) * r.tiny, 0 * n)
    low = xp.maximum(xp.minimum(p, _largest(p)) * (1 - c) - t, 0.0)
    high = xp.where(count > 0, m * (1 + c + c * c) + t, 0.0)
    endless = (count * n >= ENDLESS / 2) | (high > r.largest)
    return low - xp.where(endless, inf, high)


def _largest(x: AnyArray) -> float:
    return float(namespace(x).finfo(x.dtype).max)
