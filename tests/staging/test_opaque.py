"""What staging does not look into is called as it is, in one line, bit for bit the same."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from cat_ad import (
    Dim,
    Float,
    Scalar,
    StagingError,
    arrow,
    fold,
    jacobian,
    primitive,
    stage,
    tanh,
    value_and_gradient,
)
from tests.staging.test_stage import DTYPES
from tests.support.arrows import PHASES, SEEDS
from tests.support.in_c import TOLERANCE, assert_close, in_c
from tests.support.trees import Tree

pytestmark = pytest.mark.filterwarnings("ignore:stage. C calls Python")  # test_c_limits has the warnings
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
    np.linalg.qr,
    lambda x: np.linalg.solve(x[:3] @ x[:3].T + np.eye(3), x[:3]),
    lambda x: np.where(np.isfinite(x), x // 2, np.shape(x)[0]),
    lambda x: [f((x * 9).astype(np.int64), axis=0) for f in (np.mean, np.cumsum, np.cumprod, np.sum, np.var)],
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
IN_C = in_c(all_of)


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.__name__)
@settings(max_examples=5, deadline=None, phases=PHASES)
@given(seed=SEEDS)
def test_functions_of_numpy(seed: int, dtype: type) -> None:
    """Also where they are given options, give several arrays, or views."""
    x = drawn(seed, dtype)
    assert_close(STAGED(x), all_of(x), 0)
    assert_close(IN_C(x), all_of(x), 20 * TOLERANCE[dtype])


def in_turns(x: Tree, y: Tree, n: float) -> Tree:
    """What C computes, and what Python does, one after the other, of views, parts, numbers and constants."""
    a = np.sort(np.exp(x) * n, axis=0)
    b = np.linalg.solve(a[:3] @ a[:3].T + np.eye(3), y[::-1, :2])
    both = np.concatenate([np.median(a.T, axis=0), b.reshape(-1), np.tanh(y[0])])
    top, rest = np.split(both * 2, [4])
    return a.T, b, both, np.flip(np.cos(top)), (np.ptp(rest), np.heaviside(rest, n) + 1j, n)


TURNS = in_c(in_turns), in_c(in_turns, donate=(0, 1))


@settings(max_examples=10, deadline=None, phases=PHASES)
@given(seed=SEEDS)
def test_c_and_python_in_turns(seed: int) -> None:
    """Of arrays in any order in memory, also if they may be written over."""
    rng = np.random.default_rng(seed)
    x, y, n = rng.normal(size=(4, 3)), rng.normal(size=(6, 3))[::2], float(rng.uniform(0.5, 2))
    expected = in_turns(x, y, n)
    for given_x in (x, np.asfortranarray(x)):
        assert_close(TURNS[0](given_x, y, n), expected, 1e-10)
    assert_close(TURNS[1](x.copy(), y.copy(), n), expected, 1e-10)


class N(Dim):
    """Steps."""


act = primitive("act", Scalar, Scalar, lambda x: np.heaviside(x, 0.5) * np.sinc(x), lambda x, y, k: k.scale(np.i0(x)))


@arrow
def run(w: Scalar, xs: Float[N]) -> Scalar:
    """A loop with calls in it."""
    return fold(N, lambda s, x: tanh(act(w * s) + x), w * 0.0, xs)


@pytest.mark.parametrize("many", [0, 1, 30])
def test_a_loop_with_a_call_in_it(many: int) -> None:
    """Is a loop of Python, which C calls; in derivatives too."""
    a: Any = np.asarray(0.5), np.linspace(-1, 1, many)
    for f in (run, value_and_gradient(run), jacobian(run)):
        assert_close(stage(f)(a), f(a), 0)
        assert_close(in_c(f)(a), f(a), 1e-12)


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
