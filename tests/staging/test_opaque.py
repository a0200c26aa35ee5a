"""What staging does not look into is called as it is, in one line, bit for bit the same."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from cat_ad import StagingError, stage
from tests.staging.test_stage import DTYPES
from tests.support.arrows import PHASES, SEEDS
from tests.support.in_c import assert_close
from tests.support.trees import Tree

UFUNCS = [f for name in dir(np) if isinstance(f := getattr(np, name), np.ufunc) and not f.signature]
OF_AN_ARRAY: list[Callable[[Tree], Tree]] = [
    *(np.sum, np.prod, np.max, np.min, np.mean, np.var, np.std, np.any, np.all, np.argmax, np.argmin, np.median),
    *(np.cumsum, np.cumprod, np.sort, np.argsort, np.flip, np.ravel, np.ptp, np.trace, np.diff, np.fft.fft, np.tril),
    lambda x: np.clip(x, -0.5, 0.5),
    lambda x: np.var(x, axis=-1, keepdims=True, ddof=1),
    lambda x: np.any(x > 1, axis=0) & np.all(x < 2, axis=0),
    lambda x: np.einsum("ij,kj->ik", x, x),
    lambda x: np.add.accumulate(x, axis=1),
    lambda x: np.add.reduce(x, axis=1, where=[True, False, True]),
    lambda x: np.sum(x, dtype=np.float32),
    lambda x: np.zeros_like(x, shape=(5,)),
    lambda x: np.roll(x, 2, axis=1),
    lambda x: np.split(x, 2),
    lambda x: np.linalg.svd(x @ x.T),
    lambda x: np.linalg.solve(x[:3] @ x[:3].T + np.eye(3), x[:3]),
    lambda x: np.where(np.isfinite(x), x // 2, np.shape(x)[0]),
    lambda x: (x * x).astype(np.int64) << 2 ^ 5 >> 1,
]


def drawn(seed: int, dtype: type = np.float64) -> Tree:
    """Four rows of three numbers."""
    return np.random.default_rng(seed).normal(size=(4, 3)).astype(dtype)


def all_of(x: Tree) -> Tree:
    """Each function, of what is computed, and then computed with."""
    found = [f(np.exp(x)) for f in OF_AN_ARRAY]
    return found, [y * 2 if hasattr(y, "shape") else y for y in found], x * 2


STAGED = stage(all_of)


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.__name__)
@settings(max_examples=5, deadline=None, phases=PHASES)
@given(seed=SEEDS)
def test_functions_of_numpy(seed: int, dtype: type) -> None:
    """Also where they are given options, give several arrays, or views."""
    x = drawn(seed, dtype)
    assert_close(STAGED(x), all_of(x), 0)


@settings(max_examples=5, deadline=None, phases=PHASES)
@given(seed=SEEDS)
def test_ufuncs(seed: int) -> None:
    """All that NumPy has, of floats, integers and truth values, where it takes them."""
    x = drawn(seed)
    for y in (x, (x * 4).astype(np.int64), x > 0):
        known = [f for f in UFUNCS if takes(f, y)]
        assert len(known) > 30

        def f(y: Tree, known: Any = known) -> Tree:
            return [f(*[y] * f.nin) for f in known]

        with np.errstate(all="ignore"):
            assert_close(stage(lambda y, f=f: f(y))(y), f(y), 0)


def takes(f: np.ufunc, x: Tree) -> bool:
    """Does it take such arrays to arrays of numbers?"""
    with np.errstate(all="ignore"):
        try:
            found = f(*[x] * f.nin)
        except (TypeError, ValueError):
            return False
    return all(y.dtype.kind in "biuf" for y in (found if isinstance(found, tuple) else (found,)))


def test_the_source_says_so() -> None:
    """By the name of the function."""
    staged = stage(lambda a, b: np.linalg.solve(a, b) * 2)
    staged(np.eye(2), np.ones(2))
    assert "    t0 = solve_call2(x0, x1)  # called as it is\n" in staged.source


def test_results_and_arguments_are_apart() -> None:
    """A result that looks at an argument, or that the function keeps, is the caller's own, and the argument too."""
    x = np.arange(3.0)
    kept = stage(lambda x: (np.broadcast_to(x, (2, 3)), np.flip(x), np.real(x), np.atleast_2d(x)))
    for y in kept(x):
        y += 1.0
    np.testing.assert_array_equal(x, np.arange(3.0))
    donated = stage(lambda x: (np.flip(x), x * 2), donate=(0,))
    flipped, twice = donated(x)
    np.testing.assert_array_equal((flipped, twice), ([2.0, 1.0, 0.0], [0.0, 2.0, 4.0]))


def test_a_result_of_another_shape_is_refused() -> None:
    """When it is called, if it was not when it was staged."""
    staged: Tree = stage(lambda x: np.delete(x, np.argsort(x)[:1] // 2 * np.array([1])))
    longer: Tree = stage(lambda x: np.repeat(x, x.astype(np.int64)))
    np.testing.assert_array_equal(staged(np.arange(3.0)), [1.0, 2.0])
    np.testing.assert_array_equal(longer(np.ones(3)), np.ones(3))
    with pytest.raises(StagingError, match=r"wanted float64\[3\] of repeat, as when it was staged, got float64\[6\]"):
        longer(np.full(3, 2.0))
