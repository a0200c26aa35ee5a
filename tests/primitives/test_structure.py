"""Parts of arrays: what was put together comes apart again, for all sizes, ranks and ways to say it."""

import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cat_ad import (
    Dim,
    Float,
    Plus,
    SpaceError,
    arrow,
    concat,
    each,
    exl,
    flip,
    lower,
    lower_triangle,
    pad,
    rename,
    reverse,
    roll,
    scatter,
    split,
    take,
)
from cat_ad.arrows.polymorphism import sized
from cat_ad.objects.spaces import Times

SIZES = st.integers(1, 5)


def some(*shape: int) -> Any:  # Any: an array of any dimensions
    """Different numbers."""
    return np.random.default_rng(0).normal(size=shape)


def dim(size: int) -> Any:  # Any: to a checker, a dimension is a class
    """The dimension of this size."""
    return sized(size)


class I(Dim, size=2):  # noqa: E742  (a dimension, as everywhere)
    """Two."""


class J(Dim, size=3):
    """Three."""


class K(Dim):
    """Open."""


def test_a_sum_of_dimensions_is_one_class_and_adds_sizes() -> None:
    different: set[object] = {Plus[I, J], Plus[I, J], Plus[J, I], Times[I, J]}
    assert len(different) == 3
    assert Plus[I, Plus[J, J]].size == 8
    assert Plus[I, K].size is None
    assert pickle.loads(pickle.dumps(Float[Plus[I, Times[J, J]]])) is Float[Plus[I, Times[J, J]]]


@pytest.mark.parametrize("wrong", [I, (I,), (I, J, K), (I, 3)], ids=str)
def test_it_is_of_two_dimensions(wrong: object) -> None:
    form: Any = Plus  # Any: that it is wrong is what is tested
    with pytest.raises(SpaceError, match="Plus"):
        form[wrong]


@given(SIZES, SIZES, st.lists(SIZES, max_size=3), st.lists(SIZES, max_size=2))
def test_what_is_put_together_comes_apart(i: int, j: int, rest: list[int], before: list[int]) -> None:
    """split(concat(x, y)) = (x, y), along any axis."""
    dims = [dim(n) for n in (i, j, *rest)]
    x, y = some(*before, i, *rest), some(*before, j, *rest)
    there, back = concat(*dims), split(*dims)
    for n in reversed(before):
        there, back = each(dim(n), there), each(dim(n), back)
    both = there((x, y))
    np.testing.assert_array_equal(both, np.concatenate([x, y], axis=len(before)))
    first, second = back(both)
    np.testing.assert_array_equal(first, x)
    np.testing.assert_array_equal(second, y)
    if not before:
        np.testing.assert_array_equal(concat(x, y), both)


@given(SIZES, SIZES, SIZES, st.lists(SIZES, max_size=3))
def test_zeros_around(i: int, n: int, k: int, rest: list[int]) -> None:
    x = some(n, *rest)
    wide = [(i, k), *[(0, 0)] * len(rest)]
    np.testing.assert_array_equal(pad(dim(i), dim(k), x), np.pad(x, wide))
    np.testing.assert_array_equal(pad(*map(dim, (i, n, k, *rest)))(x), np.pad(x, wide))


@arrow
def middle(x: Float[Plus[I, Plus[J, K]]]) -> Float[J]:
    """A slice."""
    _, rest = split(x)
    found, _ = split(rest)
    return found


def test_a_slice_is_a_projection() -> None:
    """In a function the objects are found, also of many parts; what has a size tells what has none."""
    x, xs = some(9), some(2, 5)
    np.testing.assert_array_equal(middle(x), x[2:5])
    np.testing.assert_array_equal(each(K, split(I, J) >> exl(Float[I], Float[J]))(xs), xs[:, :2])


@given(st.integers(1, 6), SIZES, st.lists(SIZES, max_size=3), st.data())
def test_rows_at_indices(n: int, m: int, rest: list[int], data: st.DataObject) -> None:
    """take is x[i], each row scatters to its index, and <take x, y> = <x, scatter y>."""
    i: Any = np.array(data.draw(st.lists(st.integers(-n, n - 1), min_size=m, max_size=m)))
    x, y = some(n, *rest), some(m, *rest)
    np.testing.assert_array_equal(take(x, i), x[i])
    np.testing.assert_array_equal(take(*map(dim, (n, m, *rest)))((x, i)), x[i])
    back = scatter(dim(n), y, i)
    sums = np.zeros_like(x)
    np.add.at(sums, i, y)
    np.testing.assert_allclose(back, sums, atol=1e-12)
    np.testing.assert_allclose((take(x, i) * y).sum(), (x * back).sum(), atol=1e-12)


@given(SIZES, st.integers(-12, 12))
def test_entries_change_places(n: int, shift: int) -> None:
    x = some(n)
    np.testing.assert_array_equal(flip(x), x[::-1])
    np.testing.assert_array_equal(roll(x, shift), np.roll(x, shift))
    np.testing.assert_array_equal(rename(K, x), x)


@given(SIZES, st.booleans())
def test_triangles(n: int, strict: bool) -> None:
    """Column by column: the transpose takes them out again."""
    x = some(n, n)
    np.testing.assert_array_equal(lower(x), np.tril(x))
    if not strict or n > 1:
        columns, rows = np.triu_indices(n, int(strict))
        entries = x[rows, columns]
        made = lower_triangle(dim(n), entries, strict=strict)
        np.testing.assert_array_equal(made, np.tril(x, -int(strict)))
        _, back = reverse(lower_triangle(dim(n), dim(len(entries)), strict=strict))(entries)
        np.testing.assert_array_equal(back(x), entries)


def test_sizes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(SpaceError, match="rename: wanted one size, got I of 2 and J of 3"):
        rename(I, J)
    with pytest.raises(SpaceError, match="lower_triangle: wanted a size for I, not 2, and 3 for I, not 2"):
        lower_triangle(I, I)
    with pytest.raises(SpaceError, match="lower_triangle: wanted a size for K"):
        lower_triangle(K, J)
    with pytest.raises(SpaceError, match="scatter: wanted a size for K"):
        scatter(K, J)
    with pytest.raises(SpaceError, match="roll: wanted an integer"):
        roll(I, True)


def test_values_that_do_not_tell_all_are_told_of_objects() -> None:
    x = some(5)
    first, second = split(I, J, x)
    np.testing.assert_array_equal(concat(second, first), np.roll(x, -2))
    with pytest.raises(SpaceError, match=r"split.*does not tell I, J"):
        split(x)
    with pytest.raises(SpaceError, match="split: wanted a size for K or K, found none"):
        split(K, K)
    with pytest.raises(SpaceError, match="pad: wanted a size for K"):
        pad(K, I, J)
