"""Staging changes nothing in programs of arrays of every kind: bit for bit, with arguments that lie oddly, or refused.

The numbers are small integers, also those that are floating point, so that no order of additions is another result.
"""

import copy
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import make_dataclass
from enum import Enum
from itertools import combinations
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cat_ad import StagingError, stage
from cat_ad.staging.c.callbacks import calls_of
from cat_ad.staging.c.operations import CTYPES
from cat_ad.staging.c.source import Writer
from cat_ad.staging.trace.program import traced
from cat_ad.staging.trace.trees import flatten
from tests.support.arrows import PHASES, SEEDS
from tests.support.in_c import all_of, in_c
from tests.support.owned import assert_own, spoil
from tests.support.trees import Tree

Program: TypeAlias = Callable[..., Tree]
SHAPES = (), (1,), (3,), (2, 3), (1, 3), (0, 3), (2, 2, 3), (1, 2, 1, 1, 3), (17,)
DTYPES = np.bool_, np.int8, np.uint8, np.int64, np.float16, np.float32, np.float64, np.complex128, np.dtype(">f8")


def bits(x: Tree) -> Tree:
    """What tells results apart: classes, shapes, dtypes and bits; a number of NumPy is an array without axes."""
    if isinstance(x, np.ndarray | np.generic):
        return x.shape, x.dtype, np.asarray(x).tobytes()
    if isinstance(x, tuple | list):
        return type(x), [bits(part) for part in x]
    if isinstance(x, dict):
        return [(key, bits(part)) for key, part in x.items()]
    return (type(x), bits(x.value)) if type(x) in STATES else (type(x), repr(x))


STATES = [make_dataclass(name, ["value"]) for name in ("State", "State", "add", "len")]


# Random programs -----------------------------------------------------------------------------------------------------


def tame(x: Tree) -> Tree:
    """Numbers that stay small."""
    return np.where((x > 4) | (x < -4), np.sign(x), x) if x.dtype.kind in "if" else x


ONE: dict[str, Program] = {
    "same": lambda x: x * 1,
    "ones": lambda x: x * np.ones(x.shape, x.dtype),
    "number": lambda x: tame(x * 2 + True),
    "zeros": lambda x: x * np.zeros(x.shape, x.dtype) + -0.0,
    "square": lambda x: tame(x**2),
    "abs": lambda x: abs(x),
    "negative": lambda x: x == 0 if x.dtype == np.bool_ else -x,
    "sum": lambda x: tame(x.sum(-1) if x.ndim else x.sum()),
    "sums": lambda x: tame(x.sum(0, keepdims=True) + x if x.ndim else x),
    "max": lambda x: x.max(axis=0, keepdims=True) + False if x.size and x.dtype.kind != "c" else x,
    "transpose": lambda x: x.T,
    "row": lambda x: x[-1] if x.ndim and len(x) else x,
    "every second": lambda x: x[..., ::2] if x.ndim else x[None],
    "backwards": lambda x: x[::-1] if x.ndim else x[()],
    "flat": lambda x: x.reshape(-1),
    "columns": lambda x: x.reshape(-1, 2) if x.size % 2 == 0 and x.size else x,
    "wide": lambda x: np.broadcast_to(x, (2, *x.shape)) if x.ndim < 3 else x,
    "float32": lambda x: x.astype(np.float32) if x.dtype.kind != "c" else x,
    "integers": lambda x: x.astype(np.int64) if x.dtype.kind != "c" else x,
    "copy": lambda x: x.copy() if x.ndim else x + 0,
    "take": lambda x: np.take(x, np.array([[0], [len(x) - 1]]), axis=0) if x.ndim and len(x) else x,
    "last": lambda x: x[..., np.array([-1, 0])] if x.ndim and x.shape[-1] else x,
    "twice": lambda x: np.concatenate([x, x], axis=-1) if x.ndim else np.stack([x, x]),
    "positive": lambda x: np.where(x, x, 2) if x.dtype.kind != "c" else x,
    "spread": lambda x: np.broadcast_to(x.sum(), (4,)),
    "joined": lambda x: np.concatenate([np.broadcast_to(x.sum(), (3,)), np.broadcast_to(tame(x.sum()), (2,))]),
    "inner": lambda x: np.expand_dims(x, x.ndim // 2) if x.ndim < 5 else x.sum(2),
    "constant": lambda x: np.arange(3.0),
}
TWO: dict[str, Program] = {
    "add": lambda x, y: tame(x + y),
    "subtract": lambda x, y: tame(x - y) if np.bool_ not in (x.dtype, y.dtype) else x,
    "multiply": lambda x, y: tame(x * y),
    "maximum": lambda x, y: np.maximum(x, y) + False,  # of 0.0 and -0.0 it is the one or the other
    "less": lambda x, y: x <= y,
    "where": lambda x, y: np.where(x == y, x, y),
    "concatenate": lambda x, y: np.concatenate([y.reshape(-1), x.reshape(-1), y.reshape(-1)[:1]]),
    "stack": lambda x, y: np.stack([x + y, np.broadcast_to(y, np.broadcast_shapes(x.shape, y.shape))], axis=-1),
}


def fits(x: Tree, y: Tree) -> bool:
    """Do these go together entry by entry?"""
    return all(one == other or 1 in (one, other) for one, other in zip(x.shape[::-1], y.shape[::-1], strict=False))


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Up to eight operations, each on arguments or results before it, some of which are given back."""
    places = st.integers(0, 9)
    steps = draw(st.lists(st.tuples(st.sampled_from([*ONE, *TWO]), places, places), min_size=1, max_size=8))
    given_back = draw(st.lists(places, min_size=1, max_size=3))

    def program(*arguments: Tree) -> Tree:
        found = list(arguments)
        for name, first, second in steps:
            x, y = found[-1 - first % len(found)], found[second % len(found)]
            made = ONE[name](x) if name in ONE else TWO[name](x, y) if fits(x, y) else x
            found.append(made if made.ndim < 6 else x)
        return found[-1], [found[-1 - place % len(found)] for place in given_back]

    return program


def numbers(rng: np.random.Generator, shape: tuple[int, ...], dtype: Any) -> Tree:
    """Small integers of this dtype, which are not one after the other in memory, now and then."""
    x = rng.integers(0 if np.dtype(dtype).kind in "bu" else -2, 3, shape).astype(dtype)
    x = np.where(x == 0, -x, x).astype(dtype) if x.dtype.kind == "f" and rng.random() < 1 / 2 else x
    x = np.asfortranarray(x) if rng.random() < 1 / 4 else x
    return x[::-1] if x.ndim and rng.random() < 1 / 4 else x


def two(values: Sequence[Any]) -> st.SearchStrategy[tuple[Any, Any]]:
    """Two of these, one for each argument."""
    return st.tuples(st.sampled_from(values), st.sampled_from(values))


@settings(max_examples=100, phases=PHASES)
@given(program=programs(), shapes=two(SHAPES), dtypes=two(DTYPES), seed=SEEDS)
def test_random_programs(program: Program, shapes: Sequence[Any], dtypes: Sequence[Any], seed: int) -> None:
    """Give the same, and it is the caller's own; write only to what is donated, if at all."""
    rng = np.random.default_rng(seed)
    staged, donating, kept = stage(program), stage(program, donate=(0, 1)), []
    for _ in range(3):
        arguments = [numbers(rng, shape, dtype) for shape, dtype in zip(shapes, dtypes, strict=True)]
        if rng.random() < 1 / 4:  # one array twice, or the same memory
            arguments[1] = arguments[0][::-1] if arguments[0].ndim and rng.random() < 1 / 2 else arguments[0]
        before = bits(arguments)
        with np.errstate(all="ignore"):
            expected, found = program(*arguments), staged(*arguments)
            given_up = donating(*[np.array(x) for x in arguments])
        assert bits(found) == bits(given_up) == bits(expected)
        assert bits(arguments) == before
        assert_own(found, arguments)
        assert_own(given_up)
        spoil(given_up)
        kept.append((found, bits(expected)))
    for found, bits_then in kept:
        assert bits(found) == bits_then, "a later call changed it"
        spoil(found)


@settings(max_examples=1, phases=PHASES)
@given(many=st.lists(st.tuples(programs(), two(SHAPES), two([*CTYPES])), min_size=30, max_size=30), seed=SEEDS)
def test_random_programs_in_c(many: list[tuple[Program, Any, Any]], seed: int) -> None:
    """Those that are not refused compile, and give the same; it is the caller's own."""
    rng = np.random.default_rng(seed)
    taken = [part for part in many if is_taken(part[0], [np.ones(*of) for of in zip(*part[1:], strict=True)])]
    given_up = [at for at in range(len(taken)) if rng.random() < 1 / 2]
    run, kept = all_of([program for program, _, _ in taken]), []
    staged = in_c(run, given_up)
    for _ in range(2):
        arguments = [[numbers(rng, *of) for of in zip(shapes, dtypes, strict=True)] for _, shapes, dtypes in taken]
        with np.errstate(all="ignore"):
            expected = bits(run(*arguments))
        found = staged(*[[np.array(x) for x in part] if i in given_up else part for i, part in enumerate(arguments)])
        assert bits(found) == expected
        assert_own(found, [part for i, part in enumerate(arguments) if i not in given_up])
        kept.append((found, expected))
    for found, expected in kept:
        assert bits(found) == expected, "a later call changed it"
        spoil(found)


def is_taken(program: Program, arguments: list[Tree]) -> bool:
    """Can C express this, without a call of Python?"""
    leaves, form = flatten(tuple(arguments))
    with np.errstate(all="ignore"):
        return not calls_of(Writer(traced(program, form, leaves), frozenset(), 32).program)


# Programs that could go wrong ----------------------------------------------------------------------------------------

X, Y = np.array([1.0, -2.0, 3.0]), np.array([0.5, 0.25, -4.0])
A, B = np.arange(6.0).reshape(2, 3) - 2.5, 1.5 - np.arange(6.0).reshape(2, 3)
F = X.astype(np.float32)
ONES, SIGNS, PLACES = np.ones(3), np.array([0.0, -0.0, 0.0]), np.array([2, 0, 1])


class Pair(NamedTuple):
    """Two of anything."""

    first: Tree
    second: Tree


class Color(Enum):
    """Of something."""

    RED = 1


def changing(x: Tree) -> Tree:
    """Fills a constant while it is used."""
    mask, found = np.zeros(3), list[Tree]()
    for at in range(3):
        mask[at] = 1.0
        found.append(x * mask)
    return found


SAME: dict[str, tuple[Program, list[tuple[Tree, ...]]]] = {
    "entry of a result": (lambda x: np.sin(x)[0] + x, [(X,), (Y,)]),
    "infinite numbers": (lambda x: (np.where(x > 0, x, -np.inf), -np.inf, np.nan), [(X,), (Y,)]),
    "both zeros": (lambda x: (x * 0.0, x * -0.0, x * SIGNS, x + SIGNS), [(X,), (-SIGNS,)]),
    "one times nan": (lambda x: (x * 1, x * ONES, x + 0, 0 * x), [(np.array([np.nan, -0.0, np.inf]),)]),
    "reduce": (lambda x: (np.add.reduce(x), np.maximum.reduce(x, keepdims=True), np.add.reduce(x, None)), [(A,), (B,)]),
    "axes": (lambda x: (x.sum((0, -1)), np.sum(x, ()), np.transpose(x, (-1, 0)), x.sum(np.int64(1))), [(A,), (B,)]),
    "shapes of NumPy's numbers": (lambda x: np.sin(x).reshape(np.int64(3), np.prod((1, 2))), [(A,), (B,)]),
    "take": (lambda x, i: (np.take(x, i), np.take(x, i, axis=1), np.sin(x)[:, i]), [(A, PLACES), (B, PLACES)]),
    "uint64": (lambda x, i: np.sin(x)[i], [(X, PLACES.astype(np.uint64))]),
    "lists": (lambda x: (x[[0, 2]], x - [1, 2, 3], x == [1, 2, 3], np.add((1, 2, 3), x)), [(X,), (Y,)]),
    "row that varies": (lambda x, i: np.sin(x)[i, :] * 2 + np.exp(np.cos(x) * 2), [(A, np.int64(1)), (B, np.int64(0))]),
    "place that varies": (lambda x, n: np.sin(x)[n] + x, [(X, 1), (Y, 2)]),
    "axes of indices": (lambda x, i: np.sin(x)[i, None, i] + 1, [(A, np.array([0, 1])), (B, np.array([1, 1]))]),
    "empty index": (lambda x: np.sin(x)[()] + 1, [(X,), (Y,)]),
    "conditions": (lambda x, n: (np.where(x, 1.0, 2.0), np.where(n, x, 3)), [(SIGNS, 0), (X, 1)]),
    "changing constant": (changing, [(X,), (Y,)]),
    "means": (lambda x: (np.mean(x), np.mean(x, 1), np.mean(x, (0, -1), keepdims=True)), [(A,), (F[None],)]),
    "signs": (lambda x: (+x, ~(x > 0), np.floor(x), np.isnan(x / x), np.isnan(x > 0)), [(SIGNS,), (F,)]),
    "near zero": (lambda x, n: (np.expm1(x), np.log1p(abs(x)), np.isnan(n), np.floor(n)), [(X, 0.5), (F, -0.5)]),
    "powers": (lambda x, n: (x**n, x**2, n**2 * x, x ** np.float64(2)), [(F, 1), (F, 2), (F, -1), (F + 1j, 2)]),
    "roots": (lambda x, n: (x**n, x**0.5), [(abs(F), 0.5), (SIGNS, 0.5), (np.array([-np.inf, 2.0]), 0.5)]),
    "root of a number": (lambda x: x**0.5, [(np.array(-0.0),), (np.float64(-0.0),), (np.array(-0.0),)]),
    "complex": (lambda x: np.sin(x) * 2j - x, [(X,), (Y + 1j,)]),
    "ufunc of a number": (lambda x, n: (x * abs(np.negative(n)), ONES * n), [(F, 2.0), (F, 3.0)]),
    "true and 1": (lambda x, n: x * n, [(X > 0, True), (X > 0, 1), (X > 0, 1.0), (X > 0, np.array(1)), (X > 0, True)]),
    "nothing and something": (lambda x, y: x if y is None else x + y, [(X, None), (X, Y), (X, 1.0), (X, None)]),
    "order of a dictionary": (lambda x: next(iter(x.values())) + 1, [({"a": X, "b": Y},), ({"b": Y, "a": X},)]),
    "keys": (lambda x: {Color.RED: x[Color.RED] + 1, 1: x[(0, 1)], None: 1}, [({Color.RED: X, (0, 1): Y},)]),
    "named tuples": (lambda x: Pair(x.second + 1, x), [(Pair(X, 2),), (Pair(Y, 3),)]),
    "classes of one name": (lambda x: [s(np.add(x[0].value, 1)) for s in STATES], [([s(X) for s in STATES],)]),
    "memory map": (lambda x: x.sum() + x, [(X,), (X.view(np.memmap),)]),
    "staged within": (lambda x, n: stage(lambda y, m: np.sin(y) * m)(x, n) + 1, [(X, 1.0), (Y, 2.0)]),
    "overflow": (lambda x, n: (x + n, x * 3, x.sum(), -x), [(np.full(3, 100, np.int8), 100)]),
    "spread and kept": (lambda x: (np.broadcast_to(np.sin(x), (2, 3)), np.sum(np.exp(x * 2) * 3)), [(X,), (Y,)]),
    "numbers among parts": (
        lambda x, n: (np.concatenate([x, n, 5, 0.5, True], None), np.concatenate([n, x, [1]], None)),
        [(x, n) for x in (A, F, X > 0, F.astype(np.float32), np.full(2, 2**64 - 1, np.uint64)) for n in (3, 0.25)],
    ),
    "integers among parts": (
        lambda x: np.concatenate([x, 5, True], None),
        [(np.full((2, 2), 100, dtype),) for dtype in (np.bool_, np.int8, np.uint64, np.float32)],
    ),
    "no entries": (lambda x: (x.sum(0), x.T @ x, x[:0] + 1, np.concatenate([x, x])), [(np.zeros((0, 3)),)]),
}


@pytest.mark.parametrize(("program", "calls"), SAME.values(), ids=SAME)
def test_the_same_bit_for_bit(program: Program, calls: list[tuple[Tree, ...]]) -> None:
    """At one call after the other."""
    staged = stage(program)
    with np.errstate(all="ignore"):
        for arguments in calls:
            assert bits(staged(*arguments)) == bits(program(*arguments))


def test_sums_of_what_is_computed_of_a_transpose() -> None:
    """Up to rounding: unstaged, the result lies in memory as the transpose does, and staged row by row."""
    x = np.random.default_rng(0).normal(size=(20, 30))

    def program(x: Tree) -> Tree:
        return (x.T + 1).sum(0), np.mean(np.exp(x.T)), np.exp(x.T) @ x[:, 0]

    for found, right in zip(stage(program)(x), program(x), strict=True):
        np.testing.assert_allclose(found, right, 1e-13)


# Whose the memory is -------------------------------------------------------------------------------------------------


def test_constant_results_are_the_callers() -> None:
    """Those that the function makes at each call, and those that it holds."""
    staged = stage(lambda x: (x + 1, np.zeros(3), np.zeros(3), ONES, np.zeros_like(x), np.float64(7), np.full((), 7.0)))
    for found in staged(X)[1:]:
        found += 5.0
    assert bits(staged(X)) == bits((X + 1, *[np.zeros(3)] * 2, np.ones(3), np.zeros(3), *[np.float64(7)] * 2))


def test_what_is_computed_once_is_returned_twice() -> None:
    """As two arrays, so that both can be donated to the next call; a product with ones is no argument, but a copy."""
    y, transposed, times_one, x = stage(lambda x: (np.sin(x), np.sin(x).T, np.sin(x) * 1.0, (x * 1.0).reshape(-1)))(A)
    assert not any(np.shares_memory(one, other) for one, other in combinations([y, transposed, times_one, x, A], 2))


def test_the_constants_are_those_of_the_first_call() -> None:
    """All together, if what the function holds changes."""
    held = np.ones(3)
    staged = stage(lambda x: (x * held, held, np.sin(x) + held[0]))
    before = bits(staged(X))
    held[:] = 7.0
    assert bits(staged(X)) == before


IN_ANY_ORDER: list[Program] = [
    lambda x: x @ x,
    lambda x: np.sin(x).reshape(2, 8).T.reshape(4, 4),
    lambda x: (np.exp(x.T), x * 0.5),
    lambda x: (x[1:] * 2, x + 1, x.sum()),
    lambda x: (x + 1, x),
    lambda x: (np.broadcast_to(x, (2, 4, 4)), x + 1),
]


@pytest.mark.parametrize("program", IN_ANY_ORDER, ids=range(len(IN_ANY_ORDER)))
def test_a_donated_array_may_lie_in_any_order(program: Program) -> None:
    """Results are written to it only where that is right."""
    x = np.arange(16.0).reshape(4, 4)
    expected = bits(program(x))
    for given_up in (x.copy(), np.asfortranarray(x), np.repeat(x, 2, axis=1)[:, ::2]):
        assert bits(stage(program, donate=(0,))(given_up)) == expected


def test_a_copy_is_staged_anew() -> None:
    """Its buffers are its own."""
    staged = stage(matrix_of)
    expected = bits(staged(A)), bits(staged(B))
    for other in (copy.copy(staged), copy.deepcopy(staged)):
        assert (bits(other(A)), bits(other(B))) == expected


def matrix_of(x: Tree) -> Tree:
    """Reads a view of a buffer."""
    return (np.sin(x).T @ x)[0] + 1


def test_staging_takes_no_more_memory_than_the_program() -> None:
    """A result is kept for as long as the program holds it."""

    def program(x: Tree) -> Tree:
        for _ in range(50):
            x = np.tanh(x) + 1.0
        return x

    x = np.zeros(200_000)
    peaks = []
    for run in (program, stage(program)):
        tracemalloc.start()
        run(x)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 2 * peaks[0]


# What is refused -----------------------------------------------------------------------------------------------------

NO_TREES: list[Tree] = [
    np.random.default_rng(0),
    {1},
    1j,
    len,
    X.view(np.recarray),
    np.ma.masked_array(X),
    X.astype(object),
    X.astype(str),
    np.datetime64("2020-01-01"),
    np.zeros(2, [("a", float)]),
]


@pytest.mark.parametrize("value", NO_TREES, ids=lambda value: type(value).__name__)
def test_trees_are_of_arrays_and_numbers(value: Tree) -> None:
    """What else a function is given, or gives, is refused: it could hold a number that varies, or a symbol."""
    with pytest.raises(StagingError, match="trees of arrays and numbers, got"):
        stage(lambda x, y: x)(X, value)
    with pytest.raises(StagingError, match=r"trees of arrays and numbers, got|array of"):
        stage(lambda x: (x, value))(X)


def test_symbols_do_not_outlive_their_run() -> None:
    """One that is left from another call, or from a function around this one, is refused."""
    left = list[Tree]()

    def leaving(x: Tree) -> Tree:
        left.append(np.sin(x))
        return left[0] + x

    staged = stage(leaving)
    assert bits(staged(X)) == bits(np.sin(X) + X)
    with pytest.raises(StagingError, match="left from another run"):
        staged(A[0].astype(np.float32))
    with pytest.raises(StagingError, match="left from another run"):
        stage(lambda x: stage(lambda y: y + x)(Y))(X)
    with pytest.raises(StagingError, match="left from another run"):
        stage(lambda x: left[0])(X)
