"""Rules: bounds of a primitive in a box, from its value and a property that it has.

A rule takes the value of the primitive, a function, and a box, and gives lower and upper outputs. Most are the tightest
possible: of a function that increases in each entry, its values at the ends.

Which primitive has which property is told by examples, not by names, which anyone may give: a primitive is like an
example if its value is the same code, whatever numbers, dimensions or indices the code closes over. So `dot` is an
example of all contractions, and of their derivatives.

>>> from cat_ad import Dim, Float, Primitive, matmul
>>> class I(Dim): ...
>>> rule_for(exp(Float[I])) is increasing, rule_for(matmul(I, I, I)) is bilinear
(True, True)
>>> rule_for(Primitive(Scalar, Scalar, "exp", lambda x: -x, lambda x, y, k: k.scale(-1.0))) is None
True
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from math import inf, pi
from types import CodeType
from typing import TypeAlias

import numpy as np

from cat_ad.arrays import AnyArray, namespace, one_hot
from cat_ad.arrow import SomeArrow, it, path_of
from cat_ad.attention import queries_keys_values
from cat_ad.differential.linearization import derivative_of
from cat_ad.differential.reverse import reverse_derivative
from cat_ad.intervals.boxes import Bounds, Box, Tree, ends
from cat_ad.lifting import lift
from cat_ad.packing import unpack
from cat_ad.primitives import Primitive, SomePrimitive
from cat_ad.primitives.affine import affine
from cat_ad.primitives.arithmetic import add, div, mul, sub
from cat_ad.primitives.constant import constant, zero
from cat_ad.primitives.contraction import dot
from cat_ad.primitives.elementwise import (
    cos,
    exp,
    log,
    negate,
    power,
    reciprocal,
    relu,
    scale,
    shift,
    sigmoid,
    sin,
    sqrt,
    step,
    tanh,
)
from cat_ad.primitives.indexing import entry, lookup, positions
from cat_ad.primitives.layout import flatten, transpose, unflatten
from cat_ad.primitives.masking import causal, masked_mean
from cat_ad.primitives.normalization import rms_norm
from cat_ad.primitives.reductions import mean, total
from cat_ad.primitives.softmax import cross_entropy, log_softmax, logsumexp, softmax
from cat_ad.products import nest, unnest
from cat_ad.spaces import Dim, Float, Scalar

Value: TypeAlias = Callable[[Tree], Tree]
Rule: TypeAlias = Callable[[Value, Box], tuple[Tree, Tree]]  # of a primitive's value and a box: lower and upper


def increasing(value: Value, x: Box) -> tuple[Tree, Tree]:
    """Increasing in each entry: the values at both ends."""
    lower, upper = ends(x)
    return value(lower), value(upper)


def monotone(value: Value, x: Bounds) -> tuple[Tree, Tree]:
    """Entry by entry, increasing or decreasing: the values at both ends, in order."""
    return _range([value(x.lower), value(x.upper)])


def difference(value: Value, x: tuple[Bounds, Bounds]) -> tuple[Tree, Tree]:
    """Increasing in the first, decreasing in the second."""
    left, right = x
    return value((left.lower, right.upper)), value((left.upper, right.lower))


def corners(value: Value, x: tuple[Bounds, Bounds]) -> tuple[Tree, Tree]:
    """Monotone in each of two numbers while the other is fixed: the extremes are at the corners."""
    left, right = x
    return _range([value((u, v)) for u in (left.lower, left.upper) for v in (right.lower, right.upper)])


def quotient(value: Value, x: tuple[Bounds, Bounds]) -> tuple[Tree, Tree]:
    """At the corners, if the denominator does not reach zero."""
    return _unless(_has_zero(x[1]), *corners(value, x))


def inverse(value: Value, x: Bounds) -> tuple[Tree, Tree]:
    """Decreasing, on either side of zero."""
    return _unless(_has_zero(x), value(x.upper), value(x.lower))


def of_power(value: Value, x: Bounds) -> tuple[Tree, Tree]:
    """x^n: its value at 0 tells the sign of n, and its value at -1 whether n is even, odd or no integer."""
    at_zero, at_minus_one = value(np.float64(0.0)), value(np.float64(-1.0))
    if at_minus_one == 1.0:  # even: a function of |x|
        x = Bounds(*_magnitudes(x))
    if at_zero <= 1.0:
        return increasing(value, x)
    return inverse(value, x) if at_minus_one == -1.0 else (value(x.upper), value(x.lower))


def wave(peak: float) -> Rule:
    """A sine that is 1 at `peak`: the values at both ends, but 1 and -1 where a peak and a trough are between."""

    def rule(value: Value, x: Bounds) -> tuple[Tree, Tree]:
        xp = namespace(x.lower)
        slack = 4 * xp.finfo(x.lower.dtype).eps * _magnitudes(x)[1]  # the rounding error in the place of a peak

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


def of_affine(value: Value, x: tuple[tuple[Bounds, Bounds], Bounds]) -> tuple[Tree, Tree]:
    """Bilinear in weight and input, and increasing in the bias."""
    (weight, bias), a = x
    (c, r), (b, t), (d, s) = map(_center_and_radius, (weight, bias, a))
    center = value(((c, b), d))
    radius = value(((abs(c), t), s)) + value(((r, t * 0), abs(d) + s))
    return center - radius, center + radius


def against_the_rest(value: Value, x: Bounds) -> tuple[Tree, Tree]:
    """Each entry of the result increases with the same entry of the row, and decreases with each of the others."""
    return (
        _entry_by_entry(value, x.lower, x.upper[..., None, :]),
        _entry_by_entry(value, x.upper, x.lower[..., None, :]),
    )


def normalized(value: Value, x: Bounds) -> tuple[Tree, Tree]:
    """Each entry of the result increases with the same entry of the row, and shrinks as the others grow in size."""
    xp, (small, large) = namespace(x.lower), _magnitudes(x)

    def extreme(own: AnyArray, near: AnyArray) -> AnyArray:
        return _entry_by_entry(value, own, xp.where(near[..., :, None], large[..., None, :], small[..., None, :]))

    return extreme(x.lower, x.lower >= 0), extreme(x.upper, x.upper < 0)


def surprisal(value: Value, x: tuple[Bounds, AnyArray]) -> tuple[Tree, Tree]:
    """Cross-entropy: decreasing in the score of the target, and increasing in the others."""
    scores, target = x
    xp, lower, upper = namespace(scores.lower), scores.lower, scores.upper
    chosen = one_hot(target, lower.shape[-1], lower) > 0
    return value((xp.where(chosen, upper, lower), target)), value((xp.where(chosen, lower, upper), target))


# Which primitive has which rule --------------------------------------------------------------------------------------


class N(Dim, size=1):
    """The axis of the examples."""


@cache
def examples() -> dict[Rule, tuple[SomeArrow, ...]]:
    """For each rule, arrows whose last steps have it; made at the first use, and not at import."""
    moving: tuple[SomeArrow, ...] = (queries_keys_values(N, N), transpose(N, N), unpack(N, Float[N]))
    spreading = lift(N, it(Scalar) >> constant(Scalar, np.ones(())), True)  # the last step of this, in many copies
    return {
        increasing: (
            *(add(Scalar), exp(Scalar), log(Scalar), logsumexp(N), masked_mean(N), mean(Scalar), relu(Scalar)),
            *(shift(Scalar, 1.0), sigmoid(Scalar), sqrt(Scalar), step(Scalar), tanh(Scalar), total(Scalar)),
            *(constant(Scalar, np.ones(())), positions(N), zero(Scalar)),  # which take no numbers
            *(causal(N), entry(N), flatten(N, N), lookup(N, N), unflatten(N, N)),  # or compute none, but move them
            *(nest(tuple[Scalar, Scalar]), unnest(tuple[Scalar, Scalar]), spreading),
            *(*moving, *[reverse_derivative(f) for f in moving]),
        ),
        monotone: (negate(Scalar), scale(Scalar, 1.0)),
        difference: (sub(Scalar),),
        corners: (mul(Scalar),),
        quotient: (div(Scalar),),
        inverse: (reciprocal(Scalar),),
        of_power: (power(Scalar, 0), power(Scalar, 1)),
        wave(pi / 2): (sin(Scalar),),
        wave(0.0): (cos(Scalar),),
        bilinear: (dot(N),),
        of_affine: (affine(N, N),),
        against_the_rest: (softmax(N), log_softmax(N)),
        normalized: (rms_norm(N),),
        surprisal: (cross_entropy(N),),
    }


def rule_for(p: SomePrimitive) -> Rule | None:
    """The rule of the examples that a primitive is like; `None` if it is like none.

    The derivative of an increasing function is nowhere negative. Hence if it is the same at every point, it is itself
    increasing, in the tangent that is pushed or pulled back: so for `total` or `lookup`.
    """
    of = derivative_of(p)
    if of is None:
        return _rules().get(_code(p.value))
    return increasing if of.constant_derivative and rule_for(of) is increasing else None


Code: TypeAlias = tuple[str, CodeType]  # the name of its file, and the code


def _code(value: Value) -> Code | None:
    """The code of a Python function; `None` for any other callable."""
    code = getattr(value, "__code__", None)
    return None if code is None else (code.co_filename, code)


def _last(f: SomeArrow) -> Value:
    """The value of the last primitive of an arrow."""
    step = path_of(f)[-1]
    assert isinstance(step, Primitive)
    return step.value


@cache
def _rules() -> dict[Code | None, Rule]:
    return {_code(_last(f)): rule for rule, arrows in examples().items() for f in arrows}


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
    """These bounds, but infinite ones where nothing is known."""
    xp = namespace(lower)
    return xp.where(unknown, -inf, lower), xp.where(unknown, inf, upper)


def _magnitudes(x: Bounds) -> tuple[AnyArray, AnyArray]:
    """The bounds of |x|."""
    small, large = _range([abs(x.lower), abs(x.upper)])
    return namespace(small).where(_has_zero(x), 0.0, small), large


def _center_and_radius(x: Bounds) -> tuple[AnyArray, AnyArray]:
    return (x.lower + x.upper) / 2, (x.upper - x.lower) / 2


def _entry_by_entry(value: Value, own: AnyArray, others: AnyArray) -> AnyArray:
    """For each i, entry i of the result if entry i of its row is from `own`, and the rest from row i of `others`."""
    xp, size = namespace(own), own.shape[-1]
    places = xp.arange(size)
    rows = xp.where(places[:, None] == places[None, :], own[..., None, :], others)
    return xp.linalg.diagonal(value(rows))
