"""The cost of a derivative, by how a chain is associated and by mode, and its memory, as Python sees it."""

import tracemalloc
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cat_ad as c
from cat_ad import (
    Arrow,
    Dim,
    Float,
    Scalar,
    each,
    matmul,
    reverse_derivative,
    tangent,
)
from cat_ad.arrows.terms import SomeArrow
from cat_ad.derivatives.association import Association, dimensions_along, every, left, multiplied, right
from cat_ad.objects.spaces import dimensions, factors, floats, is_array
from cat_ad.objects.trees import tree_map
from cat_ad.readings.costs import cost, forward_cost, modes, peak, reverse_cost
from cat_ad.readings.costs.counting import Counts, measured
from tests.support.primitives import MATRICES, PRIMITIVES, Twin
from tests.support.trees import Tree, is_float, point


class I(Dim):  # noqa: E742  (a dimension, as everywhere)
    """As many as a test says."""


class J(Dim):
    """As many as a test says."""


class Batch(Dim):
    """As many as a test says."""


class Four(Dim, size=4):
    """Four."""


class Three(Dim, size=3):
    """Three."""


def dimension(size: int) -> type[Dim]:
    """A new dimension."""
    return type("Size", (Dim,), {}, size=size)


def batch(f: SomeArrow) -> SomeArrow:
    """Over an axis of examples."""
    return each(Batch, f)


# Association (section 11) --------------------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(dims=st.lists(st.integers(1, 6), min_size=2, max_size=6))
def test_a_chain_of_matrices_costs_what_its_association_says(dims: list[int]) -> None:
    """In every order: by counting arrays, and as an arrow of matrix products."""
    matrices = [np.ones((after, before)) for before, after in pairwise(dims)]
    places = [dimension(size) for size in dims]
    for order in every(dims):
        _, counts = measured(lambda *parts, order=order: order.fold(parts, multiplied), *matrices)
        assert counts.multiplications == order.cost
        assert cost(product_of(places, order)).multiplications == order.cost


def product_of(places: list[type[Dim]], order: Association) -> SomeArrow:
    """The arrow that multiplies matrices between these places in an order."""

    def then(first: tuple[SomeArrow, int, int], second: tuple[SomeArrow, int, int]) -> tuple[SomeArrow, int, int]:
        (f, i, j), (g, _, k) = first, second
        return f * g >> matmul(places[i], places[j], places[k]), i, k

    leaf: list[tuple[SomeArrow, int, int]] = [
        (c.identity(floats(i, j)), at, at + 1) for at, (i, j) in enumerate(pairwise(places))
    ]
    return order.fold(leaf, then)[0]


def test_the_jacobian_of_a_chain_costs_what_its_association_says() -> None:
    """Multiplying the matrices of its parts takes what is told beforehand, and reverse mode less than forward."""
    f = c.sin(Float[Four]) >> c.dup(Float[Four]) >> c.mul(Float[Four]) >> c.total(Float[Four])
    a: Tree = np.ones(4)
    dims = dimensions_along(f, a)
    assert right(dims).cost < left(dims).cost
    both = modes(f, a)
    assert (both.inputs, both.outputs) == (dims[0], dims[-1])
    assert both.reverse.jacobian(1).operations < both.forward.jacobian(4).operations


# Derivatives ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("f", [*PRIMITIVES, *MATRICES], ids=str)
def test_the_modes_cost_what_they_do(f: Twin) -> None:
    """The public functions themselves, run on arrays that count; they fill in zeros for `None`."""
    a = point(f.arrow.dom, np.random.default_rng(0), *f.domain)
    da = filled(a)
    _, counts = measured(lambda a, da: c.forward(f.arrow)(a)[1](da), a, da)
    assert same_operations(counts, forward_cost(f.arrow, a))
    _, counts = measured(lambda a, db: c.reverse(f.arrow)(a)[1](db), a, filled(f.arrow(a)))
    assert same_operations(counts, reverse_cost(f.arrow, a))


def filled(like: Tree) -> Tree:
    """A tangent of ones."""
    if isinstance(like, tuple):
        return tuple(map(filled, like))
    return np.ones_like(like) if is_float(like) else None


def same_operations(x: Counts, y: Counts) -> bool:
    """All but the memory."""
    return replace(x, memory=0) == replace(y, memory=0)


def network(n: int) -> Arrow[Any, Scalar]:  # Any: weights
    """A network with n inputs, and one number as its output."""
    layers = c.linear(dimension(n), Three) >> c.tanh(Float[Three]) >> c.linear(Three, Four)
    return (layers >> c.softmax(Four) >> c.total(Float[Four])).arrow


@pytest.mark.parametrize("n", [1, 10, 100, 1000])
def test_a_gradient_is_cheap(n: int) -> None:
    """At most five times the function, however many inputs; the same by tangents takes one push for each."""
    f = network(n)
    found = modes(f)
    assert found.inputs > 3 * n
    assert reverse_cost(f).operations <= 5 * cost(f).operations
    assert cost(reverse_derivative(f)).operations <= 5 * cost(f).operations
    assert cost(tangent(f)).operations <= 5 * cost(f).operations
    assert found.reverse.jacobian(1) == reverse_cost(f)
    assert found.forward.jacobian(found.inputs).operations >= found.inputs * cost(f).operations


@pytest.mark.parametrize("f", [c.tanh(Float[Four]), c.sin(Float[Four]) >> c.exp(Float[Four]), c.matmul(I, Four, J)])
def test_derivatives_as_arrows_cost_what_the_closures_do(f: SomeArrow) -> None:
    """`tangent` gives the value beside, as `forward` does."""
    sizes = {I: 2, J: 3}
    assert same_operations(cost(tangent(f), sizes), forward_cost(f, sizes))


def waves(layers: int) -> SomeArrow:
    """A chain of sines."""
    return c.compose(*[c.sin(Float[I])] * layers)


def test_reverse_mode_remembers_every_layer() -> None:
    """Forward mode, as an arrow, needs no more memory for more layers; reverse mode keeps a number for each entry."""
    a = np.ones(100)
    for layers in (2, 8, 32):
        f = waves(layers)
        assert peak(f, a) == 200
        assert peak(tangent(f), (a, a)) == 400
        assert peak(reverse_derivative(f), (a, a)) >= 100 * layers
        found = modes(f, a)
        assert found.reverse.kept == 100 * layers  # the cosines
        assert found.reverse.peak <= 100 * (layers + 2)


def test_nothing_is_kept_of_a_linear_arrow() -> None:
    f = c.transpose(I, J) >> c.scale(Float[J, I], 2.0)
    found = modes(f, {I: 3, J: 4}).reverse
    assert (found.kept, found.value, found.linear) == (0, Counts(12, memory=12), Counts(12, memory=12))


def test_one_number_is_singular() -> None:
    assert str(modes(c.exp(Scalar))).endswith("reverse mode keeps 1 number from the value for the way back")


PEAKS: dict[str, SomeArrow] = {
    "chain": waves(5),
    "fork": (waves(3) & (c.exp(Float[I]) >> c.tanh(Float[I]))) >> c.mul(Float[I]) >> c.total(Float[I]),
    "products": c.matmul(I, I, I) >> c.tanh(Float[I, I]) >> c.transpose(I, I),
    "softmax": each(I, c.softmax(J)),
    "layer": batch((c.linear(Four, Three) >> c.tanh(Float[Three])).arrow),
}


@pytest.mark.parametrize("name", PEAKS)
def test_peaks_are_what_python_sees(name: str) -> None:
    """NumPy tells tracemalloc of its memory: eight bytes for each number, and a buffer where it broadcasts."""
    f, sizes = PEAKS[name], {I: 200, J: 200, Batch: 200}
    a = tree_map(np.asarray, argument(f.dom, sizes))
    f(a)  # what is remembered is there now
    tracemalloc.start()
    try:
        f(a)
        _, seen = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert -8000 <= seen - 8 * peak(f, sizes) <= 8000 + 8 * np.getbufsize()


def argument(space: type, sizes: dict[type[Dim], int]) -> Tree:
    """Ones."""
    if not is_array(space):
        return tuple(argument(part, sizes) for part in factors(space))
    return np.ones([sizes.get(dim, dim.size) or 0 for dim in dimensions(space)])
