"""Primitives that know their axes: rows of a table, moved entries, constants, and the layer in one step."""

import numpy as np

from cat_ad import (
    Dim,
    Float,
    Index,
    Scalar,
    Times,
    constant,
    each,
    flatten,
    gradient,
    identity,
    it,
    lookup,
    positions,
    reverse,
    total,
    transpose,
    unflatten,
)
from cat_ad.arrows.lifting import lift
from cat_ad.arrows.terms import SomeArrow
from cat_ad.primitives.affine import affine, affine_by_parts
from tests.support.trees import Tree, assert_close, numbers, point


class I(Dim, size=2):  # noqa: E742  (a dimension, as everywhere)
    """Two."""


class J(Dim, size=3):
    """Three."""


class N(Dim):
    """As many as there are."""


MATRIX: Tree = np.arange(6.0).reshape(2, 3)


def test_a_row_that_is_looked_up_often_gets_the_sum() -> None:
    """The gradient of a table adds up what each round sends back, as np.add.at does."""
    rows: Tree = np.array([1, 0, 1, 1])
    table, back = point(Float[I, J], np.random.default_rng(0)), np.arange(12.0).reshape(4, 3)
    _, pull = reverse(lift(N, lookup(I, J), (False, True)))((table, rows))
    expected = np.zeros((2, 3))
    np.add.at(expected, rows, back)
    np.testing.assert_allclose(pull(back)[0], expected)


def test_moving_entries_and_moving_them_back_changes_nothing() -> None:
    """flatten and unflatten are inverse, transpose is its own inverse, and they move what NumPy moves."""
    there: SomeArrow = flatten(I, J) >> unflatten(I, J)
    back: SomeArrow = unflatten(I, J) >> flatten(I, J)
    twice: SomeArrow = transpose(I, J) >> transpose(J, I)
    assert there.dom == there.cod == Float[I, J]
    assert back.dom == back.cod == Float[Times[I, J]]
    for f in (there, twice):
        np.testing.assert_array_equal(f(MATRIX), MATRIX)
    np.testing.assert_array_equal(back(MATRIX.ravel()), MATRIX.ravel())
    np.testing.assert_array_equal(transpose(I, J)(MATRIX), MATRIX.T)
    np.testing.assert_array_equal(flatten(I, J)(MATRIX), MATRIX.ravel())


def test_two_axes_of_three_are_exchanged() -> None:
    """As NumPy exchanges them, of each matrix of rows; and back."""
    x = point(Float[N, I, J, N], np.random.default_rng(0))
    f: SomeArrow = each(N, transpose(I, J, N))
    assert f.cod == Float[N, J, I, N]
    np.testing.assert_array_equal(f(x), np.swapaxes(x, 1, 2))
    np.testing.assert_array_equal((f >> each(N, transpose(J, I, N)))(x), x)


def test_positions_count_from_zero() -> None:
    """Whatever the entries, in each row, and in the type of indices; a table looked up there is the table."""
    f: SomeArrow = positions(N)
    in_rows: SomeArrow = each(I, f)
    found: Tree
    for arrow, given in (
        (f, np.array([3, -1, 7])),
        (in_rows, np.zeros((2, 0), int)),
        (in_rows, np.full((2, 4), 9, "i1")),
    ):
        found = arrow(given)
        assert found.dtype == np.intp
        np.testing.assert_array_equal(found, np.broadcast_to(np.arange(given.shape[-1]), given.shape))
    at_each_place: SomeArrow = identity(Float[I, J]) * f >> lift(N, lookup(I, J), (False, True))
    np.testing.assert_array_equal(at_each_place((MATRIX, np.array([5, 5]))), MATRIX)


def test_one_size_is_enough_to_unflatten() -> None:
    """The other follows from the data."""
    rows: SomeArrow = unflatten(I, N)
    columns: SomeArrow = unflatten(N, J)
    np.testing.assert_array_equal(rows(MATRIX.ravel()), MATRIX)
    np.testing.assert_array_equal(columns(MATRIX.ravel()), MATRIX)


def test_a_constant_has_no_derivative() -> None:
    """Whatever comes in, the same comes out, and nothing goes back."""
    f: SomeArrow = it(Float[J]) >> constant(Float[I, J], MATRIX)
    x: Tree = np.ones(3)
    np.testing.assert_array_equal(f(x), MATRIX)
    np.testing.assert_array_equal(gradient(f >> total(Float[I, J]))(x), np.zeros(3))
    assert (it(Float[J]) >> constant(Scalar, np.float64(2.5)))(x) == 2.5
    assert (it(Float[J]) >> constant(Index, np.asarray(2)))(x) == 2


def test_a_constant_stays_what_it_was() -> None:
    """An arrow is immutable, whatever becomes of the array that it was made from."""
    given: Tree = MATRIX.copy()
    f: SomeArrow = constant(Float[I, J], given)
    given[:] = 7.0
    np.testing.assert_array_equal(f(()), MATRIX)


def test_affine_is_what_its_parts_are() -> None:
    """W x + b by matvec and add, and its derivatives."""
    whole, parts = affine(J, I), affine_by_parts(J, I)
    assert (whole.dom, whole.cod) == (parts.dom, parts.cod)
    a = point(whole.dom, np.random.default_rng(0))
    b, pull = reverse(whole)(a)
    c, pull_parts = reverse(parts)(a)
    assert_close(numbers(b), numbers(c), 1e-14)
    assert_close(numbers(pull(b)), numbers(pull_parts(b)), 1e-14)
