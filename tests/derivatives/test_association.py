"""Every association of a chain of linear maps gives the same matrix, at the cost that it tells, and none costs less."""

from collections.abc import Callable
from itertools import pairwise
from math import comb
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import cat_ad as c
from cat_ad import Dim, Float, Index, Scalar, SpaceError, jacobian
from cat_ad.arrows.terms import SomeArrow
from cat_ad.derivatives import association
from cat_ad.derivatives.association import Association, cheapest, dimensions_along, every, jacobian_in, left, right
from cat_ad.linear_maps.matrix import Matrix
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.primitives import I, J
from tests.support.trees import Tree, assert_close, leaves, point


class Many(Dim, size=5):
    """Five."""


class One(Dim, size=1):
    """A waist."""


class Open(Dim):
    """As long as its data."""


def chains(least: int, most: int, low: int = 1) -> st.SearchStrategy[list[int]]:
    """The dimensions of chains of so many maps."""
    return st.lists(st.integers(low, 50), min_size=least + 1, max_size=most + 1)


def drawn(draw: st.DataObject, dims: list[int]) -> Association:
    """Any association, made by composing two neighbours after the other; its cost is counted on the way."""
    places, products, cost = list(range(len(dims))), list[tuple[int, int, int]](), 0
    while len(places) > 2:
        at = draw.draw(st.integers(1, len(places) - 2))
        i, j, k = places[at - 1 : at + 2]
        products.append((i, j, k))
        cost += dims[i] * dims[j] * dims[k]
        del places[at]
    return Association(cost, tuple(products))


@given(data=st.data(), dims=chains(1, 30))
def test_no_association_costs_less_than_the_cheapest(data: st.DataObject, dims: list[int]) -> None:
    assert cheapest(dims).cost <= min(drawn(data, dims).cost, left(dims).cost, right(dims).cost)


@settings(max_examples=20)
@given(dims=chains(1, 7))
def test_the_cheapest_is_that_of_all(dims: list[int]) -> None:
    """By trying each; and so are forward and reverse."""
    found = list(every(dims))
    assert cheapest(dims).cost == min(one.cost for one in found)
    assert {cheapest(dims), left(dims), right(dims)} <= set(found)


@pytest.mark.parametrize("maps", range(1, 9))
def test_associations_are_catalan_many(maps: int) -> None:
    """No two the same."""
    found = [repr(one) for one in every([1] * (maps + 1))]
    assert len(set(found)) == len(found) == comb(2 * (maps - 1), maps - 1) // maps


@given(dims=chains(1, 30))
def test_the_formulas_of_forward_and_reverse(dims: list[int]) -> None:
    pairs = [x * y for x, y in pairwise(dims)]
    assert left(dims).cost == dims[0] * sum(pairs[1:])
    assert right(dims).cost == dims[-1] * sum(pairs[:-1])


@given(dims=chains(1, 30))
def test_reverse_is_forward_of_the_transposed(dims: list[int]) -> None:
    """Transposing turns the chain around, and left to right."""
    assert right(dims).cost == left(dims[::-1]).cost
    assert cheapest(dims).cost == cheapest(dims[::-1]).cost


@given(dims=chains(1, 15, low=2), narrow=st.integers(1, 25))
def test_narrow_ends_decide_the_mode(dims: list[int], narrow: int) -> None:
    """An end of at most half the coordinates of any other place: reverse into it, and forward out of it."""
    dims = [max(dim, 2 * narrow) for dim in dims]
    assert cheapest([*dims, narrow]).cost == right([*dims, narrow]).cost
    assert cheapest([narrow, *dims]).cost == left([narrow, *dims]).cost


def test_a_narrow_end_is_not_enough_beside_a_waist() -> None:
    """Into one number, where another place has but one, reverse mode may cost more."""
    assert (right((1, 9, 1, 1)).cost, left((1, 9, 1, 1)).cost) == (18, 10)


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (left((2, 3)), "0"),
        (left((1, 1, 1, 1, 1)), "(((0 1) 2) 3)"),
        (right((1, 1, 1, 1, 1)), "(0 (1 (2 3)))"),
        (cheapest((1, 1, 1, 1, 1)), "(((0 1) 2) 3)"),
        (cheapest((5, 5, 1, 5, 5)), "((0 1) (2 3))"),
        (cheapest((30, 35, 15, 5, 10, 20, 25)), "((0 (1 2)) ((3 4) 5))"),  # the example in Cormen et al.
    ],
)
def test_an_association_prints_as_parentheses(found: Association, text: str) -> None:
    assert repr(found) == text


def deep(maps: int) -> SomeArrow:
    """A long chain of arrows of one number."""
    return c.compose(*[c.sin(Scalar)] * maps)


def test_long_chains_cost_no_depth() -> None:
    """Longer than Python's stack is deep."""
    f = deep(3000)
    dims = dimensions_along(f, 1.0)
    expected = jacobian(f)(1.0)
    for one in (left(dims), right(dims)):
        assert np.allclose(jacobian_in(f, 1.0, one), expected, rtol=1e-9, atol=0.0)
        assert repr(one).count("(") == one.cost == 2999


# A chain with a waist, one through products, one with an integer beside, and ones with zeros of unknown shape.
SQUARE: SomeArrow = c.dup(Float[Many]) >> c.mul(Float[Many])
WAIST: SomeArrow = c.sin(Float[Many]) >> c.total(Float[Many]) >> c.exp(Scalar) >> c.dup(Scalar) >> c.mul(Scalar)
PAIRS: SomeArrow = c.matmul(I, J, Many) >> c.tanh(Float[I, Many]) >> c.transpose(I, Many) >> c.sin(Float[Many, I])
ROW: SomeArrow = c.lookup(J, Many) >> SQUARE >> c.softmax(Many) >> c.dup(Float[Many])
FIXED: SomeArrow = c.it(Float[Many]) >> c.constant(Float[Many], np.arange(5.0))
HALF: SomeArrow = (c.sin(Float[Many]) & FIXED) >> c.swap(Float[Many], Float[Many]) >> c.mul(Float[Many])
MLP: SomeArrow = (c.linear(Many, J) >> c.tanh(Float[J]) >> c.linear(J, One) >> c.tanh(Float[One])).arrow
ARROWS = {
    "alone": c.sin(Float[Many]),
    "square": SQUARE,
    "waist": WAIST,
    "pairs": PAIRS,
    "row": ROW,
    "half": HALF >> c.total(Float[Many]),
    "layers": MLP,
    "open": c.cos(Float[Open]) >> c.dup(Float[Open]) >> c.dot(Open) >> c.dup(Scalar),
}
EVERY = pytest.mark.parametrize("f", ARROWS.values(), ids=ARROWS)


def counting(count: list[int]) -> Callable[[Matrix, Matrix], Matrix]:
    """The product of two matrices, one multiplication of two numbers after the other."""

    def multiplied(first: Matrix, then: Matrix) -> Matrix:
        found = np.zeros((len(then), first.shape[1]))
        for row, column in np.ndindex(found.shape):
            for x, y in zip(then[row], first[:, column], strict=True):
                count.append(1)
                found[row, column] += x * y
        return found

    return multiplied


def assert_same(found: Tree, expected: Tree) -> None:
    """The same blocks in the same places."""
    assert shapes(found) == shapes(expected)
    for block, wanted in zip(leaves(found), leaves(expected), strict=True):
        if wanted is not None:
            assert block.dtype == wanted.dtype
            assert_close(block.ravel(), wanted.ravel(), 1e-12, floor=1.0)


def shapes(tree: Tree) -> Tree:
    """The shape of each array of a tree."""
    return tuple(map(shapes, tree)) if isinstance(tree, tuple) else None if tree is None else tree.shape


@EVERY
def test_every_association_gives_the_jacobian(f: SomeArrow) -> None:
    a = point(f.dom, np.random.default_rng(0))
    expected, found = jacobian(f)(a), list(every(dimensions_along(f, a)))
    for one in found if len(found) < 50 else found[::20]:
        assert_same(jacobian_in(f, a, one), expected)


@pytest.mark.parametrize("name", ["alone", "square", "waist", "row", "half", "open"])
def test_the_cost_is_what_is_multiplied(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    f = ARROWS[name]
    a, count = point(f.dom, np.random.default_rng(0)), list[int]()
    expected, dims = jacobian(f)(a), dimensions_along(f, a)
    monkeypatch.setattr(association, "multiplied", counting(count))
    for one in (left(dims), right(dims), cheapest(dims)):
        count.clear()
        assert_same(jacobian_in(f, a, one), expected)
        assert len(count) == one.cost


@settings(max_examples=20, phases=PHASES, deadline=None)
@given(data=st.data(), seed=SEEDS)
def test_any_arrow_in_any_order(data: st.DataObject, seed: int) -> None:
    """Of any composition, between any products."""
    f = data.draw(twins(data.draw(objects(1)), data.draw(objects(1)), 3)).arrow
    a = point(f.dom, np.random.default_rng(seed))
    dims = dimensions_along(f, a)
    assume(all(dims))
    assert_same(jacobian_in(f, a, drawn(data, list(dims))), jacobian(f)(a))


@EVERY
def test_dimensions_are_those_of_the_jacobian(f: SomeArrow) -> None:
    """First its columns, last its rows."""
    a = point(f.dom, np.random.default_rng(0))
    dims = dimensions_along(f, a)
    assert sum(x.size for x in leaves(jacobian(f)(a)) if x is not None) == dims[0] * dims[-1]


def test_integers_have_no_coordinates() -> None:
    """Beside numbers and alone."""
    assert dimensions_along(ROW, (np.ones((3, 5)), 1)) == (15, 5, 10, 5, 5, 10)
    assert dimensions_along(c.identity(Index), c.check(Index, 1)) == (0, 0)
    assert dimensions_along(FIXED, np.ones(5)) == (5, 0, 5)


def test_single_precision_stays() -> None:
    """As in `jacobian`."""
    a = np.ones(5, np.float32)
    assert_same(jacobian_in(SQUARE, a, right(dimensions_along(SQUARE, a))), jacobian(SQUARE)(a))


ORDERS = pytest.mark.parametrize("order", [left, right, cheapest, every], ids=lambda order: order.__name__)


@ORDERS
@pytest.mark.parametrize("dims", [(), (3,), 3, None, np.full(3, 12345)], ids=repr)
def test_a_chain_of_no_maps(order: Any, dims: Any) -> None:  # Any: what a type checker refuses is the point
    with pytest.raises(SpaceError) as caught:
        order(dims)
    assert str(caught.value).startswith(f"{order.__name__}: wanted the numbers of coordinates at two places or more, ")
    assert str(caught.value).endswith("; a chain of one map has two: pass those before and after it")
    assert "12345" not in str(caught.value)


@ORDERS
@pytest.mark.parametrize("dim", [0, -1, 2.0, True, "3", float("nan"), None], ids=repr)
def test_dimensions_are_positive(order: Any, dim: Any) -> None:  # Any: what a type checker refuses is the point
    with pytest.raises(SpaceError) as caught:
        order((2, dim, 3))
    assert str(caught.value) == (
        f"{order.__name__}: wanted a positive integer at place 1, got {dim!r}; "
        "dimensions_along gives them; where one is zero, so is the Jacobian, in every order"
    )


def test_an_association_belongs_to_a_chain() -> None:
    """Of as many maps; and what it folds, and where, must be such a chain."""
    a = np.ones(5)
    with pytest.raises(SpaceError, match=r"^jacobian_in: wanted an association of 2 maps for .*, got one of 3; "):
        jacobian_in(SQUARE, a, left((5, 10, 5, 5)))
    with pytest.raises(SpaceError, match=r"^association: wanted a chain of 3 maps, got one of 2; "):
        left((5, 10, 5, 5)).fold([1, 2], lambda first, then: first + then)
    with pytest.raises(SpaceError, match=r"wanted Float\[Many=5\], got float64\[4\]"):
        dimensions_along(SQUARE, np.ones(4))
    with pytest.raises(SpaceError, match=r"wanted Float\[Many=5\], got float64\[4\]"):
        jacobian_in(SQUARE, np.ones(4), left((5, 10, 5)))
    factory: Any = c.tanh  # Any: what a type checker refuses is the point
    for ask in (lambda: dimensions_along(factory, a), lambda: jacobian_in(factory, a, left((5, 5)))):
        with pytest.raises(SpaceError, match=r"wanted an arrow, got function; .* write tanh\("):
            ask()
