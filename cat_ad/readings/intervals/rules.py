"""Which primitive has which rule for bounds.

A rule takes the value of the primitive, a function, a box, and how exact numbers are, and gives lower and upper
outputs. The rules stand beside the arguments for them: for functions of numbers in `entrywise`, for `sums`, for `rows`.

A rule stands for an operation: `exp` of any object has that of `exp`, and `dot` has that of all contractions. Anyone
can give one for a primitive of theirs, or say that it is increasing, decreasing or bilinear:

>>> from cat_ad import Dim, Float, Intervals, bounds, matmul, primitive
>>> class I(Dim): ...
>>> rule_for(relu(Float[I])) is exact, rule_for(matmul(I, I, I)) is bilinear
(True, True)
>>> cube = primitive("cube", Scalar, Scalar, lambda x: x**3, lambda x, y, k: k.scale(3 * x * x))
>>> Intervals.rules[cube] = exact
>>> bounds(cube)(np.float64(-1.0), np.float64(2.0))
(np.float64(-1.0), np.float64(8.0))
"""

from __future__ import annotations

from functools import cache
from math import pi

import numpy as np

from cat_ad.arrows.generators import Primitive, SomePrimitive
from cat_ad.arrows.lifting import lift
from cat_ad.arrows.operations import Property, Rules
from cat_ad.arrows.products import nest, unnest
from cat_ad.arrows.sharing import boxes_of
from cat_ad.arrows.structure import it
from cat_ad.arrows.terms import SomeArrow
from cat_ad.learning.packing import pack, unpack
from cat_ad.learning.transformer import queries_keys_values
from cat_ad.objects.spaces import Dim, Float, Scalar, Truth
from cat_ad.primitives import linear_algebra, special
from cat_ad.primitives.affine import affine
from cat_ad.primitives.arithmetic import add, div, mul, sub
from cat_ad.primitives.choice import (
    absolute,
    clip,
    equal,
    greater,
    greater_equal,
    less,
    less_equal,
    logical_and,
    logical_not,
    logical_or,
    maximum,
    minimum,
    not_equal,
    row_largest,
    row_smallest,
    share,
    shares,
    sign,
    where,
)
from cat_ad.primitives.concatenation import concat, pad, split
from cat_ad.primitives.constants import constant, full_like, number, one, zero
from cat_ad.primitives.contractions import dot
from cat_ad.primitives.elementary import (
    arccos,
    arcsin,
    arctan,
    arctan2,
    cosh,
    expm1,
    half_circle,
    hypot,
    log1p,
    logarithm,
    power_slope,
    raised,
    silu,
    sinh,
)
from cat_ad.primitives.elementwise import (
    cos,
    exp,
    log,
    log_sigmoid,
    negate,
    over,
    power,
    reciprocal,
    relu,
    scale,
    shift,
    sigmoid,
    sin,
    softplus,
    sqrt,
    step,
    tanh,
)
from cat_ad.primitives.indexing import entry, lookup, positions, scatter
from cat_ad.primitives.layout import flatten, flip, rename, roll, transpose, unflatten
from cat_ad.primitives.lengths import direction, inverse_or_zero, row_norm
from cat_ad.primitives.masking import causal, lower_triangle, masked_mean, some_target, targeted
from cat_ad.primitives.multiplying import others, row_product, rows_of_others
from cat_ad.primitives.named_sums import contraction
from cat_ad.primitives.normalization import rms_norm
from cat_ad.primitives.probabilities import cross_entropy, log_softmax, logsumexp, softmax
from cat_ad.primitives.reductions import mean, total
from cat_ad.primitives.sliding import cumulative_sum, windows
from cat_ad.readings.intervals.entrywise import (
    Rule,
    angle,
    anything,
    arch,
    choice,
    corners,
    decreasing,
    difference,
    different,
    distance,
    even,
    exact,
    falling,
    falling_rising,
    growing,
    increasing,
    inverse,
    literal,
    logistic,
    multiple,
    negation,
    of_power,
    power_of_two,
    quotient,
    rising_falling,
    root,
    same,
    shifted,
    sized,
    soft,
    sum_of_two,
    unless_point,
    wave,
    weighed,
)
from cat_ad.readings.intervals.rows import length, multiplied, normalized, surprisal, unit
from cat_ad.readings.intervals.rows import log_softmax as row_logarithms
from cat_ad.readings.intervals.rows import log_sum_exp as row_sum
from cat_ad.readings.intervals.rows import shares as row_shares
from cat_ad.readings.intervals.rows import softmax as row_weights
from cat_ad.readings.intervals.sums import bilinear, means, of_affine, sums
from cat_ad.symbolic.bulk import derivative_of
from cat_ad.symbolic.jacobian_fields import units
from cat_ad.symbolic.reverse_derivatives import reverse_derivative

# Which operation has which rule --------------------------------------------------------------------------------------

RULES = Rules[Rule]()


class N(Dim, size=1):
    """The axis of the primitives that stand for their operations."""


class Open(Dim):
    """One without a size."""


def rule_for(p: SomePrimitive) -> Rule | None:
    """The rule for a primitive: that of its operation, or else by its properties; `None` if it has neither.

    A derivative that is the same at every point is linear in the tangent that is pushed or pulled back. That of what
    moves, adds or averages numbers moves, adds or averages tangents.
    """
    _learn()
    of = derivative_of(p)
    if of is not None and of.has("constant derivative"):
        return {exact: sums, literal: sums, sums: sums, means: means}.get(rule_for(of) or of_power)
    known = RULES.of(p)
    return known or next((rule for said, rule in _SAID.items() if p.has(said)), None)


_SAID: dict[Property, Rule] = {"increasing": growing, "decreasing": falling, "bilinear": bilinear}


@cache
def _learn() -> None:
    """What the library knows of its own primitives. It is made when first asked for, since making it takes long."""
    moves: list[SomeArrow] = [
        queries_keys_values(N, N),
        transpose(N, N),
        unflatten(N, N),
        pack(N, Float[N]),
        pack(N, Float[Open]),
        unpack(N, Float[N]),
        unpack(N, Float[Open]),
        pad(N, N, N),
        *(flip(N), roll(N, 1), rename(N, Open), lower_triangle(N, N), windows(N, N, N)),
    ]
    spreads = lift(N, it(Scalar) >> constant(Scalar, np.ones(())), True)  # the last step of this, in many copies
    _know(exact, constant(Scalar, np.ones(())), positions(N), some_target(), zero(Scalar), one())  # of no numbers
    _know(exact, units(Scalar))
    _know(exact, concat(N, N), split(N, N))
    _know(
        exact,
        relu(Scalar),
        step(Scalar),
        sign(Scalar),
        maximum(Scalar),
        minimum(Scalar),
        row_largest(N),
        row_smallest(N),
    )
    _know(sized, absolute(Scalar))
    _know(literal, clip(Scalar, 0.0, 1.0), full_like(Scalar, 1.0), number(Scalar, 1.0))
    _know(rising_falling, share(Scalar), greater(Scalar), greater_equal(Scalar))
    _know(falling_rising, less(Scalar), less_equal(Scalar))
    _know(same, equal(Scalar))
    _know(different, not_equal(Scalar))
    _know(exact, logical_and(Truth), logical_or(Truth))
    _know(negation, logical_not(Truth))
    _know(choice, where(Scalar))
    _know(row_shares, shares(N, 1.0))
    _know(exact, causal(N), targeted(N), entry(N), flatten(N, N), lookup(N, N))  # or compute none, but move them
    _know(exact, nest(tuple[Scalar, Scalar]), unnest(tuple[Scalar, Scalar]), spreads)
    _know(exact, *moves, *[reverse_derivative(f) for f in moves])
    _know(increasing(least=0.0), exp(Scalar))
    _know(increasing(start=0.0), log(Scalar))
    _know(increasing(least=-1.0, most=1.0), tanh(Scalar))
    _know(increasing(), sinh(Scalar))
    _know(increasing(least=-1.0), expm1(Scalar))
    _know(increasing(start=-1.0), log1p(Scalar))
    _know(increasing(start=-1.0, end=1.0), arcsin(Scalar))
    _know(increasing(), arctan(Scalar))
    _know(decreasing(start=-1.0, end=1.0, least=0.0), arccos(Scalar))
    _know(even, cosh(Scalar))
    _know(arch, half_circle(Scalar))
    _know(weighed(logistic, least=-0.27846454276107380), silu(Scalar))
    _know(distance, hypot(Scalar))
    _know(angle, arctan2(Scalar))
    _know(power_of_two, raised(Scalar))
    _know(multiplied, row_product(N))
    _know(length, row_norm(N))
    _know(unit, direction(N))
    _know(inverse, inverse_or_zero(Scalar))
    _know(anything, others(N))
    _know(exact, rows_of_others(N))
    _know(anything, power_slope(Scalar), logarithm(Scalar))
    _know(anything, *[f(N) for f in linear_algebra.WORDS])
    _know(anything, linear_algebra.eigenvectors(N), linear_algebra.differences(N))
    _know(growing, linear_algebra.lower_half(N))
    _know(increasing(least=-1.0, most=1.0), special.erf(Scalar))
    _know(decreasing(least=0.0, most=2.0), special.erfc(Scalar))
    _know(unless_point, *[f(Scalar) for f in (special.gelu, special.lgamma, special.digamma)])
    _know(unless_point, special.hurwitz_zeta(Scalar, 2.0))
    _know(logistic, sigmoid(Scalar))
    _know(soft(1.0), softplus(Scalar))
    _know(soft(-1.0), log_sigmoid(Scalar))
    _know(root, sqrt(Scalar))
    _know(shifted, shift(Scalar, 1.0))
    _know(multiple, negate(Scalar), over(Scalar, 1.0), scale(Scalar, 1.0))
    _know(inverse, reciprocal(Scalar))
    _know(of_power, power(Scalar, 1))
    _know(wave(pi / 2), sin(Scalar))
    _know(wave(0.0), cos(Scalar))
    _know(sum_of_two, add(Scalar))
    _know(difference, sub(Scalar))
    _know(corners, mul(Scalar))
    _know(quotient, div(Scalar))
    _know(means, mean(Scalar), masked_mean(N), total(Scalar))
    _know(sums, scatter(N, N), cumulative_sum(N), reverse_derivative(cumulative_sum(N)), contraction(Float[N], Scalar))
    _know(bilinear, dot(N))
    _know(of_affine, affine(N, N))
    _know(row_sum, logsumexp(N))
    _know(row_weights, softmax(N))
    _know(row_logarithms, log_softmax(N))
    _know(normalized, rms_norm(N))
    _know(surprisal, cross_entropy(N))


def _know(rule: Rule, *arrows: SomeArrow) -> None:
    """Let this be the rule of the last step of each arrow, unless a user has given one."""
    for f in arrows:
        last = f if isinstance(f, Primitive) else boxes_of(f)[-1]
        if RULES.of(last) is None:
            RULES[last] = rule
