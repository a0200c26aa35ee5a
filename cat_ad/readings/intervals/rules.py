"""Which primitive has which rule for bounds.

A rule takes the value of the primitive, a function, a box, and how exact numbers are, and gives lower and upper
outputs. The rules stand beside the arguments for them: for functions of numbers in `entrywise`, for `sums`, for `rows`.

Which primitive has which property is told by examples, not by names, which anyone may give: a primitive is like an
example if its value is the same code, whatever numbers, dimensions or indices the code closes over. So `dot` is an
example of all contractions, and of their derivatives.

>>> from cat_ad import Dim, Float, Primitive, matmul
>>> class I(Dim): ...
>>> rule_for(relu(Float[I])) is exact, rule_for(matmul(I, I, I)) is bilinear
(True, True)
>>> rule_for(Primitive(Scalar, Scalar, "exp", lambda x: -x, lambda x, y, k: k.scale(-1.0))) is None
True
"""

from __future__ import annotations

from functools import cache
from math import pi
from types import CodeType
from typing import TypeAlias

import numpy as np

from cat_ad.arrows.generators import Primitive, SomePrimitive
from cat_ad.arrows.lifting import lift
from cat_ad.arrows.products import nest, unnest
from cat_ad.arrows.terms import SomeArrow, boxes_of, it
from cat_ad.learning.packing import unpack
from cat_ad.learning.transformer import queries_keys_values
from cat_ad.objects.spaces import Dim, Float, Scalar
from cat_ad.primitives.affine import affine
from cat_ad.primitives.arithmetic import add, div, mul, sub
from cat_ad.primitives.constants import constant, one, zero
from cat_ad.primitives.contractions import dot
from cat_ad.primitives.elementwise import (
    cos,
    exp,
    log,
    log_sigmoid,
    negate,
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
from cat_ad.primitives.indexing import entry, lookup, positions
from cat_ad.primitives.layout import flatten, transpose, unflatten
from cat_ad.primitives.masking import causal, masked_mean, some_target, targeted
from cat_ad.primitives.normalization import rms_norm
from cat_ad.primitives.probabilities import cross_entropy, log_softmax, logsumexp, softmax
from cat_ad.primitives.reductions import mean, total
from cat_ad.readings.intervals.entrywise import (
    Rule,
    Value,
    corners,
    difference,
    exact,
    increasing,
    inverse,
    logistic,
    multiple,
    of_power,
    quotient,
    root,
    shifted,
    soft,
    sum_of_two,
    wave,
)
from cat_ad.readings.intervals.rows import log_softmax as row_logarithms
from cat_ad.readings.intervals.rows import log_sum_exp as row_sum
from cat_ad.readings.intervals.rows import normalized, surprisal
from cat_ad.readings.intervals.rows import softmax as row_weights
from cat_ad.readings.intervals.sums import bilinear, masked_means, means, of_affine, sums
from cat_ad.symbolic.bulk import derivative_of
from cat_ad.symbolic.reverse_derivatives import reverse_derivative

# Which primitive has which rule --------------------------------------------------------------------------------------


class N(Dim, size=1):
    """The axis of the examples."""


@cache
def examples() -> dict[Rule, tuple[SomeArrow, ...]]:
    """For each rule, arrows whose last steps have it; made at the first use, and not at import."""
    moving: tuple[SomeArrow, ...] = (queries_keys_values(N, N), transpose(N, N), unflatten(N, N), unpack(N, Float[N]))
    spreading = lift(N, it(Scalar) >> constant(Scalar, np.ones(())), True)  # the last step of this, in many copies
    return {
        exact: (
            *(relu(Scalar), step(Scalar)),
            *(constant(Scalar, np.ones(())), positions(N), some_target(), zero(Scalar), one()),  # which take no numbers
            *(causal(N), targeted(N), entry(N), flatten(N, N), lookup(N, N)),  # or compute none, but move them
            *(nest(tuple[Scalar, Scalar]), unnest(tuple[Scalar, Scalar]), spreading),
            *(*moving, *[reverse_derivative(f) for f in moving]),
        ),
        increasing(least=0.0): (exp(Scalar),),
        increasing(start=0.0): (log(Scalar),),
        increasing(least=-1.0, most=1.0): (tanh(Scalar),),
        logistic: (sigmoid(Scalar),),
        soft(1.0): (softplus(Scalar),),
        soft(-1.0): (log_sigmoid(Scalar),),
        root: (sqrt(Scalar),),
        shifted: (shift(Scalar, 1.0),),
        multiple: (negate(Scalar), scale(Scalar, 1.0)),
        inverse: (reciprocal(Scalar),),
        of_power: (power(Scalar, 0), power(Scalar, 1)),
        wave(pi / 2): (sin(Scalar),),
        wave(0.0): (cos(Scalar),),
        sum_of_two: (add(Scalar),),
        difference: (sub(Scalar),),
        corners: (mul(Scalar),),
        quotient: (div(Scalar),),
        means: (mean(Scalar), total(Scalar)),
        masked_means: (masked_mean(N),),
        bilinear: (dot(N),),
        of_affine: (affine(N, N),),
        row_sum: (logsumexp(N),),
        row_weights: (softmax(N),),
        row_logarithms: (log_softmax(N),),
        normalized: (rms_norm(N),),
        surprisal: (cross_entropy(N),),
    }


def rule_for(p: SomePrimitive) -> Rule | None:
    """The rule of the examples that a primitive is like; `None` if it is like none.

    A derivative that is the same at every point is linear in the tangent that is pushed or pulled back. That of what
    moves, adds or averages numbers moves, adds or averages tangents.
    """
    of = derivative_of(p)
    if of is None:
        return _rules().get(_code(p.value))
    if not of.constant_derivative:
        return None
    return {exact: sums, means: means, masked_means: masked_means}.get(rule_for(of) or of_power)


Code: TypeAlias = tuple[str, CodeType]  # the name of its file, and the code


def _code(value: Value) -> Code | None:
    """The code of a Python function; `None` for any other callable."""
    code = getattr(value, "__code__", None)
    return None if code is None else (code.co_filename, code)


def _last(f: SomeArrow) -> Value:
    """The value of the last primitive of an arrow."""
    step = boxes_of(f)[-1]
    assert isinstance(step, Primitive)
    return step.value


@cache
def _rules() -> dict[Code | None, Rule]:
    return {_code(_last(f)): rule for rule, arrows in examples().items() for f in arrows}
