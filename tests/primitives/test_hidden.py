"""What is hidden does not matter, whatever it holds: in value and derivative, forward and reverse, in every target."""

from collections.abc import Callable
from functools import cache
from math import inf, nan
from typing import Any, TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cat_ad import (
    Dim,
    attention,
    attention_by_parts,
    causal,
    cross_entropy,
    each,
    forward,
    masked_mean,
    reverse,
    softmax,
)
from cat_ad import stage as staged
from cat_ad.arrows.terms import SomeArrow
from tests.support.arrows import SEEDS
from tests.support.trees import Tree, leaves

HELD = st.sampled_from([nan, inf, -inf, 1e300, -1e300, -1e31])
DTYPES = st.sampled_from([np.float32, np.float64])
# How close, for numpy.testing
CLOSE: dict[Any, Any] = {  # Any: by dtype
    np.float32: {"rtol": 1e-4, "atol": 1e-5},
    np.float64: {"rtol": 1e-10, "atol": 1e-12},
}
Run: TypeAlias = Callable[[Tree, Tree, Tree], tuple[Tree, Tree, Tree]]


class Time(Dim):
    """Places, as many as there are."""


class Heads(Dim, size=2):
    """Two."""


class HeadDim(Dim, size=3):
    """Three."""


class V(Dim):
    """As many as there are."""


LOOK: SomeArrow = attention(Time, Heads, HeadDim)
PARTS: SomeArrow = attention_by_parts(Time, Heads, HeadDim)
WEIGHTS: SomeArrow = causal(Time, -inf) >> each(Time, softmax(Time))
MEAN: SomeArrow = masked_mean(Time)
LOSS: SomeArrow = each(Time, cross_entropy(V))


def normal(rng: np.random.Generator, dtype: type, *shape: int) -> Tree:
    """Numbers from the normal distribution."""
    return rng.normal(size=shape).astype(dtype)


def where(here: Tree, x: Tree, y: Tree) -> Tree:
    """In the dtype of the array among the two."""
    found: Tree = np.where(here, x, y)
    return found.astype(getattr(x, "dtype", None) or y.dtype)


def derivatives(f: SomeArrow) -> Run:
    """From a point, a tangent there and one at the value: value, tangent pushed, and the other pulled back."""
    return lambda x, dx, dy: (f(x), forward(f)(x)[1](dx), reverse(f)(x)[1](dy))


def in_jax(run: Run) -> Run:
    """Compiled by JAX."""
    jax: Any = pytest.importorskip("jax", reason="pip install -e '.[jax]'")  # Any: it may not be there

    fast = jax.jit(run)

    def called(*arguments: Tree) -> tuple[Tree, Tree, Tree]:
        with jax.enable_x64(True):
            found: tuple[Tree, Tree, Tree] = fast(*arguments)
            return found

    return called


TARGETS: dict[str, Callable[[Run], Run]] = {
    "closures": lambda run: run,
    "staged": staged,
    "C": lambda run: staged(run, target="c"),
    "JAX": in_jax,
}


@cache
def compiled(target: str, f: SomeArrow) -> Run:
    """Once for each arrow."""
    return TARGETS[target](derivatives(f))


@pytest.mark.parametrize("target", TARGETS)
@settings(max_examples=12, deadline=None)
@given(held=HELD, in_tangents=st.booleans(), part=st.integers(0, 3), dtype=DTYPES, seed=SEEDS)
def test_the_future_does_not_matter_to_attention(
    target: str, held: float, in_tangents: bool, part: int, dtype: type, seed: int
) -> None:
    """Be it in queries, keys or values, and in their tangents; and no cotangent that comes from the past goes there."""
    rng = np.random.default_rng(seed)
    places, now = 5, int(rng.integers(1, 5))
    x, dx, dy = (normal(rng, dtype, places, width) for width in (18, 18, 6))
    dy[now:] = 0
    columns = slice(6 * part, 6 * part + 6) if part < 3 else slice(None)
    spoiled, tangent = x.copy(), dx.copy()
    with np.errstate(all="ignore"):
        spoiled[now:, columns] = held
        if in_tangents:
            tangent[now:, columns] = held
        expected = derivatives(LOOK)(x[:now], dx[:now], dy[:now])
        y, pushed, pulled = map(np.asarray, compiled(target, LOOK)(spoiled, tangent, dy))
    for found, right in zip((y, pushed, pulled), expected, strict=True):
        np.testing.assert_allclose(found[:now], right, **CLOSE[dtype])
    np.testing.assert_array_equal(pulled[now:], 0.0)


@given(held=HELD, dtype=DTYPES, seed=SEEDS)
def test_the_future_does_not_matter_to_the_weights_of_its_past(held: float, dtype: type, seed: int) -> None:
    """Nor do scores however low take part of it; and what is there does not matter to attention by parts."""
    rng = np.random.default_rng(seed)
    scores, past = normal(rng, dtype, 4, 4), np.tri(4) > 0
    with np.errstate(all="ignore"):
        spoiled = where(past, scores, held)
        low = where(past, scores - 1e32, held)
        for x, like in ((spoiled, scores), (low, where(past, scores - 1e32, 0.0))):
            p, pull = reverse(WEIGHTS)(x)
            q, pull_too = reverse(WEIGHTS)(like)
            np.testing.assert_array_equal(p, q)
            assert not np.triu(p, 1).any()
            assert np.allclose(p.sum(axis=-1), 1)
            np.testing.assert_array_equal(pull(scores), pull_too(scores))
        x = normal(rng, dtype, 5, 18)
        later = where((np.arange(5) > 2)[:, None], held, x)
        np.testing.assert_array_equal(PARTS(later)[:3], PARTS(x)[:3])


@cache
def losses_in(target: str) -> Run:
    """Compiled once."""
    return TARGETS[target](of_losses)


def of_losses(x: Tree, dx: Tree, dy: Tree) -> tuple[Tree, Tree, Tree]:
    """Losses and means, tangents of these, and what is pulled back; x is scores and targets."""
    scores, index = x
    rows, push = forward(LOSS)((scores, index))
    y, push_mean = forward(MEAN)((rows, index))
    mean, pull = reverse(MEAN)((scores[:, 0], index))
    return (y, rows, mean), push_mean((push((dx, None)), None)), (pull(y)[0], reverse(LOSS)((scores, index))[1](dy)[0])


@pytest.mark.parametrize("target", TARGETS)
@settings(max_examples=12, deadline=None)
@given(held=HELD, dtype=DTYPES, seed=SEEDS, none=st.integers(-100, -1))
def test_what_has_no_target_does_not_matter(target: str, held: float, dtype: type, seed: int, none: int) -> None:
    """Not to a mean, nor to losses, which are 0 there."""
    rng = np.random.default_rng(seed)
    there = (rng.random(6) < 1 / 2) | (np.arange(6) == 0)
    index = np.where(there, rng.integers(0, 4, 6), none)

    x, dx, dy = normal(rng, dtype, 6, 4), normal(rng, dtype, 6, 4), normal(rng, dtype, 6)
    with np.errstate(all="ignore"):
        spoiled, tangent = (where(there[:, None], whole, held) for whole in (x, dx))
        cotangent = where(there, dy, held)
        found, right = losses_in(target)((spoiled, index), tangent, cotangent), of_losses((x, index), dx, dy)
    for one, other in zip(leaves(found), leaves(right), strict=True):
        np.testing.assert_allclose(one, other, **CLOSE[dtype])
    assert not np.asarray(found[2][0])[~there].any()
    assert not np.asarray(found[2][1])[~there].any()
    assert not np.asarray(found[0][1])[~there].any()


def test_the_mean_of_none_is_nan_and_has_no_slope() -> None:
    """Where no entry has a target; each row has a mask of its own."""
    x: Tree = np.ones((2, 3))
    index: Tree = np.array([[-1, -1, -1], [0, -1, 2]])
    means: SomeArrow = each(V, MEAN)
    y, pull = reverse(means)((x, index))
    np.testing.assert_array_equal(y, [nan, 1.0])
    np.testing.assert_array_equal(pull(np.ones(2))[0], [[0, 0, 0], [0.5, 0, 0.5]])
