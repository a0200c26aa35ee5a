"""Parts of arrays: what was put together comes apart again, for all sizes, ranks and ways to say it."""

import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cat_ad import Dim, Float, Plus, SpaceError, arrow, concat, each, exl, pad, split
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
