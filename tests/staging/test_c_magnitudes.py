"""What is right in NumPy is right in C, at every magnitude: from subnormal numbers to where sums overflow."""

from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from cat_ad import (
    Dim,
    Float,
    attention,
    cross_entropy,
    dot,
    log_softmax,
    logsumexp,
    masked_mean,
    matmul,
    matvec,
    mean,
    mul,
    rms_norm,
    softmax,
    tanh,
    total,
)
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.trees import leaves, tree_map
from cat_ad.staging.c.functions import APART, MANY
from tests.staging.test_stage import DTYPES, both_ways, cotangent, in_dtype
from tests.support.arrows import PHASES, SEEDS
from tests.support.in_c import TOLERANCE, all_of, in_c
from tests.support.trees import Tree, is_float, point


class N(Dim, size=5):
    """Five entries."""


class M(Dim, size=4):
    """Four."""


class Two(Dim, size=2):
    """Two heads, of two entries."""


V = Float[N]
ARROWS: list[SomeArrow] = [
    *(total(V), mean(V), mean(Float[M, N]), masked_mean(N), dot(N), matvec(N, M), matmul(N, M, N), mul(V), tanh(V)),
    *(rms_norm(N), rms_norm(N, 0.0), softmax(N), log_softmax(N), logsumexp(N), cross_entropy(N)),
    attention(N, Two, Two),
]
ATTENTION, NORMS = attention(N, Two, Two), (rms_norm(N), rms_norm(N, 0.0))
LOGARITHMS = (
    logsumexp(N),
    log_softmax(N),
    cross_entropy(N),
)  # of sums near 1: these are rounded, and not only the result
RUNS = [(both_ways(f), f, dtype) for f in ARROWS for dtype in DTYPES]
STAGED = in_c(all_of([run for run, _, _ in RUNS]))


def of_size(x: Tree, sizes: Any, rng: np.random.Generator) -> Tree:
    """Numbers of one sign and of one size, or each of another, so that no sum cancels."""
    if not is_float(x):
        return x
    scale = rng.choice(sizes) if rng.random() < 2 / 3 else rng.choice(sizes, x.shape)
    return np.asarray(scale * rng.choice([-1, 1]) * rng.uniform(0.5, 1, x.shape), x.dtype)


def conditioning(f: SomeArrow, x: Any) -> tuple[float, float]:
    """By how much f enlarges the rounding of what it computes first, and the size of what cancels in its slopes.

    Attention takes exponentials of scores, and subtracts values that are weighted, times queries or keys. A norm
    subtracts from the cotangent, 1, what goes along with x, and divides by the size of x.
    """
    if f in NORMS:
        size = float(np.sqrt(np.mean(np.square(x, dtype=np.longdouble))))
        return 1.0, 1 / max(size, float(np.finfo(x.dtype).tiny))
    if f != ATTENTION:
        return 1.0, 1.0
    queries, keys, values = x.reshape(5, 3, 2, 2).astype(float).transpose(1, 2, 0, 3)
    scores = np.where(np.tri(5, dtype=bool), queries @ keys.transpose(0, 2, 1) / np.sqrt(2), -np.inf)
    largest = scores.max(-1, keepdims=True)
    seen = np.isfinite(scores) & (scores > largest - 800) & (largest < np.inf)
    seen &= seen.sum(-1, keepdims=True) > 1  # one alone has all the weight, exactly
    cancelled = np.abs(values).max() * max(np.abs(queries).max(), np.abs(keys).max())
    return max(1.0, float(np.max(np.abs(scores[seen]), initial=0.0))), min(float(cancelled), np.finfo(x.dtype).max)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of NumPy, at products that overflow
@settings(max_examples=8, phases=PHASES)
@given(seed=SEEDS)
def test_values_and_pullbacks_at_every_magnitude(seed: int) -> None:
    """As close as rounding allows, wherever NumPy gives a number."""
    rng, arguments = np.random.default_rng(seed), list[Any]()
    for _, f, dtype in RUNS:
        info = np.finfo(dtype)
        few = [0, info.smallest_subnormal, 8 * info.smallest_subnormal, info.tiny, np.sqrt(info.tiny)]
        sizes = np.array([*few, 1, 20, 90, 700, np.sqrt(info.max), info.max / 16, info.max / 2, info.max], dtype)
        a = in_dtype(point(f.dom, rng), dtype)
        v = cotangent(f(a), rng)
        a = tree_map(lambda x, sizes=sizes: of_size(x, sizes, rng), a)
        arguments.append((a, tree_map(np.ones_like, v)))
    for found, (run, f, dtype), given_ in zip(STAGED(*arguments), RUNS, arguments, strict=True):
        (value, *slopes), expected = leaves(found), leaves(run(*given_))
        enlarged, cancelled = conditioning(f, given_[0])
        for one, other in zip((value, *slopes), expected, strict=True):
            if is_float(other):
                there = np.isfinite(other)
                least = cancelled if one is not value else float(f in LOGARITHMS)
                size = np.max(np.abs(other[there]), initial=least)
                tolerance = 4 * TOLERANCE[dtype] * enlarged * size + np.finfo(dtype).tiny
                np.testing.assert_allclose(one[there], other[there], 0, tolerance, err_msg=f"{f}")


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.__name__)
def test_many_exponentials(dtype: type) -> None:
    """Which are no longer copied to where they are called, give what a few give, in vectors and beside them."""
    x: Any = np.concatenate([np.linspace(-120, 120, 1001), [0.0, -0.0, np.inf, -np.inf, np.nan]]).astype(dtype)

    def run(x: Any, many: int) -> Any:
        return [np.exp(x / number) * np.tanh(x / number) for number in range(1, many + 1)]

    few, more = in_c(partial(run, many=3)), in_c(partial(run, many=MANY // 2 + 1))
    with np.errstate(all="ignore"):
        for one, other, right in zip(few(x), more(x), run(x, 3), strict=False):
            for found in (one, other):
                np.testing.assert_allclose(found, right, TOLERANCE[dtype])
    assert (APART in few.source, APART in more.source) == (False, True)
