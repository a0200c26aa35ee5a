"""Arrows are functions: they write to no input, in eight threads as in one, whatever the layout of their arrays."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

import numpy as np
import pytest

from cat_ad import (
    Dim,
    Float,
    Index,
    Int,
    Optimizer,
    Scalar,
    adam,
    add,
    constant,
    cross_entropy,
    dot,
    each,
    embedding,
    forward,
    gradient,
    identity,
    jacobian,
    linear,
    matmul,
    matvec,
    mean,
    mul,
    reverse,
    sgd,
    tanh,
    total,
    transpose,
)
from cat_ad.arrows.parametrised import SomePara
from cat_ad.arrows.terms import SomeArrow
from cat_ad.categories.functions import Functions, function
from cat_ad.objects.spaces import products
from cat_ad.objects.trees import tree_map
from tests.support.loops import lifts
from tests.support.primitives import MATRICES, PRIMITIVES, I, J, Twin
from tests.support.trees import Tree, assert_close, leaves, numbers, point


class N(Dim):
    """As many as there are."""


Make: TypeAlias = Callable[[Tree], Tree]

LIFTABLE = [f for f in (*PRIMITIVES, *MATRICES) if lifts(f.arrow.dom, True)]
EVERY = pytest.mark.parametrize("f", LIFTABLE, ids=str)


def results(f: SomeArrow, a: Tree) -> Tree:
    """All that the library computes of an arrow at a point."""
    b, push = forward(f)(a)
    _, pull = reverse(f)(a)
    return f(a), push(tangent_of(a)), pull(tangent_of(b)), jacobian(f)(a)


def tangent_of(a: Tree) -> Tree:
    """A value as a tangent at itself."""
    return remade(lambda x: x if x.dtype.kind == "f" else None, a)


def remade(make: Make, tree: Tree) -> Tree:
    """Every array of a tree made anew."""
    return tree_map(make, tree)


def frozen(x: Tree) -> Tree:
    """A copy that may not be written to."""
    made = np.array(x)
    made.flags.writeable = False
    return made


def in_fortran_order(x: Tree) -> Tree:
    """The same numbers, columns first."""
    return np.array(x, order="F")


def with_gaps(x: Tree) -> Tree:
    """The same numbers, with others between them in memory, and backwards."""
    gaps = np.full([2 * size for size in x.shape], 7, x.dtype)
    backwards: Tree = (..., *(slice(None, None, -2) for _ in x.shape))
    view: Tree = gaps[backwards]
    view[...] = x
    return view


@EVERY
def test_inputs_are_not_written_to(f: Twin) -> None:
    """Neither points nor tangents change, and arrays that refuse to be written to will do."""
    for arrow in (f.arrow, each(N, f.arrow)):
        a = remade(frozen, point(arrow.dom, np.random.default_rng(0), *f.domain))
        before = [x.tobytes() for x in leaves(a)]
        results(arrow, a)
        assert [x.tobytes() for x in leaves(a)] == before


@pytest.mark.parametrize("make", [in_fortran_order, with_gaps])
@EVERY
def test_layout_in_memory_changes_nothing(f: Twin, make: Make) -> None:
    """Transposed, strided and reversed arrays hold the same numbers."""
    a = point(f.arrow.dom, np.random.default_rng(0), *f.domain)
    assert_close(all_numbers(f.arrow, remade(make, a)), all_numbers(f.arrow, a), 1e-14)
    lifted: SomeArrow = each(N, f.arrow)
    b = point(lifted.dom, np.random.default_rng(0), *f.domain)
    assert_close(all_numbers(lifted, remade(make, b)), all_numbers(lifted, b), 1e-14)


def all_numbers(f: SomeArrow, a: Tree) -> Tree:
    """All results as one vector."""
    return numbers(tuple(x for x in leaves(results(f, a)) if x is not None))


PAIRS: tuple[SomeArrow, ...] = (add(Float[J]), mul(Float[J]), dot(J), matmul(I, I, I), mul(tuple[Float[J], Scalar]))


@pytest.mark.parametrize("f", PAIRS, ids=str)
def test_one_array_in_two_places(f: SomeArrow) -> None:
    """It counts as two arrays with the same numbers, each with a derivative of its own."""
    x, _ = point(f.dom, np.random.default_rng(0))
    assert_close(all_numbers(f, (x, x)), all_numbers(f, (x, remade(np.copy, x))), 0.0)


def model() -> SomePara:
    """The loss of a small classifier of indices, over a batch."""
    layers = embedding(I, J) >> linear(J, J) >> tanh(Float[J]) >> linear(J, I)
    loss: SomePara = each(N, layers * identity(Index) >> cross_entropy(I)) >> mean(Float[N])
    return loss


def test_eight_threads_compute_what_one_does() -> None:
    """To the last bit, on arrows that all threads meet for the first time."""
    rng = np.random.default_rng(0)
    loss = model()
    a = loss.init(rng), (rng.integers(2, size=64), rng.integers(2, size=64))

    def work(_: int) -> list[bytes]:
        found = loss(*a), gradient(loss.arrow)(a), forward(loss.arrow)(a)[1]((a[0], None))
        return [np.asarray(x).tobytes() for x in leaves(found) if x is not None]

    with ThreadPoolExecutor(8) as pool:
        rounds = list(pool.map(work, range(64)))
    assert all(found == work(0) for found in rounds)


def test_what_an_arrow_keeps_is_written_to_by_nobody() -> None:
    """Not by who gave it, nor by a category, which may give it on to what it does not know; and results are copies."""
    given: Tree = (np.arange(3.0), (np.arange(3), np.ones(())))
    keeps: SomeArrow = constant(products(Float[N], products(Int[N], Scalar)), given)
    kept: Tree = function(keeps.to(Functions()))(())
    for mine, theirs in zip(leaves(given), leaves(kept), strict=True):
        mine[...] = 7
        with pytest.raises(ValueError, match="read-only"):
            theirs[...] = 7
    for result in (keeps(()), forward(keeps)(())[0], keeps(())):
        assert [x.tolist() for x in leaves(result)] == [[0, 1, 2], [0, 1, 2], 1]
        for x in leaves(result):
            x[...] = 7


@EVERY
def test_over_an_axis_of_length_zero(f: Twin) -> None:
    """No rounds: no results, no rows of the derivative, and gradients of the shape of the arguments."""
    lifted: SomeArrow = each(N, f.arrow)
    a = remade(lambda x: x[:0], point(lifted.dom, np.random.default_rng(0), *f.domain))
    b, push = forward(lifted)(a)
    _, pull = reverse(lifted)(a)
    assert all(len(y) == 0 for y in leaves(b))
    assert all(x is None or len(x) == 0 for x in leaves((push(None), pull(None), pull(tangent_of(b)))))


EMPTY: dict[str, tuple[SomeArrow, tuple[int, ...], Tree]] = {
    "total": (total(Float[N]), (), np.zeros(0)),
    "total of no rows": (total(Float[N, J]), (), np.zeros((0, 3))),
    "total of no columns": (total(Float[J, N]), (), np.zeros((3, 0))),
    "tanh": (tanh(Float[N]), (0,), np.zeros(0)),
    "transpose": (transpose(N, J), (3, 0), np.zeros((0, 3))),
    "dot": (dot(N), (), (np.zeros(0), np.zeros(0))),
    "matvec of no columns": (matvec(N, J), (3,), (np.zeros((3, 0)), np.zeros(0))),
    "matvec of no rows": (matvec(J, N), (0,), (np.zeros((0, 3)), np.zeros(3))),
    "matmul": (matmul(I, N, J), (2, 3), (np.zeros((2, 0)), np.zeros((0, 3)))),
}


@pytest.mark.parametrize(("f", "shape", "a"), EMPTY.values(), ids=EMPTY)
def test_a_sum_over_nothing_is_zero(f: SomeArrow, shape: tuple[int, ...], a: Tree) -> None:
    """Arrays without entries are arrays, with derivatives without entries."""
    b, pull = reverse(f)(a)
    assert np.array_equal(b, np.zeros(shape))
    assert [x.shape for x in leaves(pull(np.ones(shape)))] == [x.shape for x in leaves(a)]
    assert np.array_equal(forward(f)(a)[1](a), np.zeros(shape))


@pytest.mark.parametrize("f", [f for f in LIFTABLE if str(f) != "constant"], ids=str)
def test_float32_stays_float32(f: Twin) -> None:
    """In value and derivative, forward and in reverse, of one and of each."""
    lifted: SomeArrow = each(N, f.arrow)
    for arrow in (f.arrow, lifted):
        a = remade(in_float32, point(arrow.dom, np.random.default_rng(0), *f.domain))
        b, push = forward(arrow)(a)
        _, pull = reverse(arrow)(a)
        found = arrow(a), b, push(tangent_of(a)), push(None), pull(tangent_of(b)), pull(None)
        dtypes = {np.asarray(x).dtype for x in leaves(found) if x is not None}
        assert dtypes - {np.dtype(np.bool_)} == {np.dtype(np.float32)}


def in_float32(x: Tree) -> Tree:
    """Floating-point numbers in single precision."""
    return x.astype(np.float32) if x.dtype.kind == "f" else x


def schedule(step: int) -> Tree:
    """A learning rate as NumPy computes one: a float64."""
    return np.cos(step / 10) / 10


OPTIMIZERS = {
    "sgd": sgd(0.1),
    "sgd by schedule": sgd(schedule),
    "momentum": sgd(0.1, momentum=0.9),
    "momentum by schedule": sgd(schedule, momentum=0.9),
    "adam": adam(0.1),
    "adam by schedule": adam(schedule),
}
EVERY_OPTIMIZER = pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)


@EVERY_OPTIMIZER
def test_float32_stays_float32_in_training(optimizer: Optimizer) -> None:
    """Parameters, gradients and what the optimiser remembers."""
    rng = np.random.default_rng(0)
    loss = model()
    parameters = remade(in_float32, loss.init(rng))
    state = optimizer.init(parameters)
    for _ in range(2):
        towards, _ = gradient(loss.arrow)((parameters, (rng.integers(2, size=8), rng.integers(2, size=8))))
        state, parameters = optimizer.step(state, parameters, towards)
        assert {x.dtype for x in leaves((towards, state.moments, parameters))} == {np.dtype(np.float32)}


@EVERY_OPTIMIZER
def test_optimisers_write_to_no_argument(optimizer: Optimizer) -> None:
    """State, parameters and gradient are as they were, and may refuse to be written to."""
    parameters, towards = (remade(frozen, (np.arange(3.0), np.ones((2, 2)))) for _ in range(2))
    state = optimizer.init(parameters)
    after, _ = optimizer.step(state, parameters, towards)
    moments = remade(frozen, after.moments)
    before = [x.tobytes() for x in leaves((moments, parameters, towards))]
    optimizer.step(type(after)(after.steps, moments), parameters, towards)
    assert [x.tobytes() for x in leaves((moments, parameters, towards))] == before
