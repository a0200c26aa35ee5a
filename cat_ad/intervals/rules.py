"""Rules: bounds of a primitive in a box, from its value and a property that it has.

A rule is given the value of the primitive and a box, and gives lower and upper outputs. Most are the tightest: of what
increases in each entry they are the values at the ends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf, pi
from typing import TypeAlias

import numpy as np

from cat_ad.arrays import AnyArray, namespace, one_hot
from cat_ad.intervals.boxes import Bounds, Box, Tree, ends

Value: TypeAlias = Callable[[Tree], Tree]
Rule: TypeAlias = Callable[[Value, Box], tuple[Tree, Tree]]  # of a primitive's value and a box: lower and upper


def increasing(value: Value, x: Box) -> tuple[Tree, Tree]:
    """In each entry: the values at both ends."""
    lower, upper = ends(x)
    return value(lower), value(upper)


def monotone(value: Value, x: Bounds) -> tuple[Tree, Tree]:
    """Increasing or decreasing in each entry, by its own alone: the values at both ends, in their order."""
    return _range([value(x.lower), value(x.upper)])


def difference(value: Value, x: tuple[Bounds, Bounds]) -> tuple[Tree, Tree]:
    """Increasing in the first, decreasing in the second."""
    left, right = x
    return value((left.lower, right.upper)), value((left.upper, right.lower))


def corners(value: Value, x: tuple[Bounds, Bounds]) -> tuple[Tree, Tree]:
    """Monotone in each of two numbers while the other stays: the extremes are at the corners."""
    left, right = x
    return _range([value((u, v)) for u in (left.lower, left.upper) for v in (right.lower, right.upper)])


def quotient(value: Value, x: tuple[Bounds, Bounds]) -> tuple[Tree, Tree]:
    """As a product, on one side of zero."""
    return _unless(_has_zero(x[1]), *corners(value, x))


def inverse(value: Value, x: Bounds) -> tuple[Tree, Tree]:
    """Decreasing, on one side of zero."""
    return _unless(_has_zero(x), value(x.upper), value(x.lower))


def power(value: Value, x: Bounds) -> tuple[Tree, Tree]:
    """x^n: the sign of n is told by its value at 0, and whether it is even, odd or no integer by that at -1."""
    at_zero, at_minus_one = value(np.float64(0.0)), value(np.float64(-1.0))
    if at_minus_one == 1.0:  # even: a function of |x|
        x = Bounds(*_sizes(x))
    if at_zero <= 1.0:
        return increasing(value, x)
    return inverse(value, x) if at_minus_one == -1.0 else (value(x.upper), value(x.lower))


def wave(peak: float) -> Rule:
    """A sine that is 1 at `peak`: the values at both ends, but 1 and -1 where a peak and a trough are between."""

    def rule(value: Value, x: Bounds) -> tuple[Tree, Tree]:
        xp = namespace(x.lower)
        slack = 4 * xp.finfo(x.lower.dtype).eps * _sizes(x)[1]  # by so much the place of a peak may be mistaken

        def between(place: float) -> AnyArray:
            first = xp.ceil((x.lower - slack - place) / (2 * pi))
            return first <= xp.floor((x.upper + slack - place) / (2 * pi))

        lower, upper = monotone(value, x)
        return xp.where(between(peak + pi), -1.0, lower), xp.where(between(peak), 1.0, upper)

    return rule


def bilinear(value: Value, x: tuple[Bounds, Bounds]) -> tuple[Tree, Tree]:
    """A sum of products of (c + r) and (d + s), with |r| and |s| bounded: cd, and at most |c| s + r (|d| + s) off."""
    (c, r), (d, s) = map(_center_and_radius, x)
    center, radius = value((c, d)), value((abs(c), s)) + value((r, abs(d) + s))
    return center - radius, center + radius


def affine(value: Value, x: tuple[tuple[Bounds, Bounds], Bounds]) -> tuple[Tree, Tree]:
    """Bilinear in weight and input; and increasing in the bias."""
    (weight, bias), a = x
    (c, r), (b, t), (d, s) = map(_center_and_radius, (weight, bias, a))
    center = value(((c, b), d))
    radius = value(((abs(c), t), s)) + value(((r, t * 0), abs(d) + s))
    return center - radius, center + radius


def against_the_rest(value: Value, x: Bounds) -> tuple[Tree, Tree]:
    """Each entry of the result is increasing in its own, and decreasing in each of the others of its row."""
    return (
        _entry_by_entry(value, x.lower, x.upper[..., None, :]),
        _entry_by_entry(value, x.upper, x.lower[..., None, :]),
    )


def normalized(value: Value, x: Bounds) -> tuple[Tree, Tree]:
    """Each entry of the result is increasing in its own, and nearer to zero the greater the sizes of the others."""
    xp, (small, large) = namespace(x.lower), _sizes(x)

    def extreme(own: AnyArray, near: AnyArray) -> AnyArray:
        return _entry_by_entry(value, own, xp.where(near[..., :, None], large[..., None, :], small[..., None, :]))

    return extreme(x.lower, x.lower >= 0), extreme(x.upper, x.upper < 0)


def surprise(value: Value, x: tuple[Bounds, AnyArray]) -> tuple[Tree, Tree]:
    """Decreasing in the score of the target, and increasing in the others."""
    scores, target = x
    xp, lower, upper = namespace(scores.lower), scores.lower, scores.upper
    chosen = one_hot(target, lower.shape[-1], lower) > 0
    return value((xp.where(chosen, upper, lower), target)), value((xp.where(chosen, lower, upper), target))


INCREASING = (
    *("add", "exp", "log", "logsumexp", "masked_mean", "mean", "relu", "sigmoid", "sqrt", "tanh", "total"),
    *("causal", "constant", "flatten", "lookup", "nest", "positions", "queries_keys_values", "spread"),  # which only
    *("transpose", "unflatten", "unnest", "unpack"),  # move entries, or choose among them
)

RULES: dict[str, Rule] = {  # by the first word of the name of a primitive
    **dict.fromkeys(INCREASING, increasing),
    "negate": monotone,
    "scale": monotone,
    "sub": difference,
    "mul": corners,
    "div": quotient,
    "reciprocal": inverse,
    "power": power,
    "sin": wave(pi / 2),
    "cos": wave(0.0),
    "dot": bilinear,
    "matvec": bilinear,
    "matmul": bilinear,
    "affine": affine,
    "softmax": against_the_rest,
    "log_softmax": against_the_rest,
    "rms_norm": normalized,
    "cross_entropy": surprise,
}

ADVICE = {"attention": "use `attention_by_parts`, which is the same and has bounds"}


# What rules are made of ----------------------------------------------------------------------------------------------


def _range(values: Sequence[AnyArray]) -> tuple[AnyArray, AnyArray]:
    """The least and the greatest of some arrays, entry by entry."""
    lower = upper = values[0]
    xp = namespace(lower)
    for value in values[1:]:
        lower, upper = xp.minimum(lower, value), xp.maximum(upper, value)
    return lower, upper


def _has_zero(x: Bounds) -> AnyArray:
    return (x.lower <= 0) & (x.upper >= 0)


def _unless(unknown: AnyArray, lower: AnyArray, upper: AnyArray) -> tuple[AnyArray, AnyArray]:
    """The same bounds, but infinite ones where nothing is known."""
    xp = namespace(lower)
    return xp.where(unknown, -inf, lower), xp.where(unknown, inf, upper)


def _sizes(x: Bounds) -> tuple[AnyArray, AnyArray]:
    """The bounds of |x|."""
    small, large = _range([abs(x.lower), abs(x.upper)])
    return namespace(small).where(_has_zero(x), 0.0, small), large


def _center_and_radius(x: Bounds) -> tuple[AnyArray, AnyArray]:
    return (x.lower + x.upper) / 2, (x.upper - x.lower) / 2


def _entry_by_entry(value: Value, own: AnyArray, others: AnyArray) -> AnyArray:
    """Of each entry of a row, the result if it is as in `own`, and the rest of its row as in its row of `others`."""
    xp, size = namespace(own), own.shape[-1]
    places = xp.arange(size)
    rows = xp.where(places[:, None] == places[None, :], own[..., None, :], others)
    return xp.linalg.diagonal(value(rows))
