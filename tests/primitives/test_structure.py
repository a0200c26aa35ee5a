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
    Machines,
    Plus,
    SpaceError,
    arrow,
    concat,
    contraction,
    cost,
    cumulative_sum,
    each,
    exl,
    flip,
    lower,
    lower_triangle,
    matvec,
    max_pool,
    pad,
    rename,
    reverse,
    roll,
    scatter,
    split,
    take,
    transpose,
    windows,
)
from cat_ad.objects.spaces import Times, floats, nameless
from cat_ad.readings.machines import function

SIZES = st.integers(1, 5)


def some(*shape: int) -> Any:  # Any: an array of any dimensions
    """Different numbers."""
    return np.random.default_rng(0).normal(size=shape)


def dim(size: int) -> Any:  # Any: to a checker, a dimension is a class
    """The dimension of this size."""
    return nameless(size)


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


@given(st.integers(1, 300), st.lists(SIZES, max_size=2))
def test_sums_up_to_each_place(n: int, before: list[int]) -> None:
    """And step by step, as a machine."""
    x, f = some(*before, n), cumulative_sum(dim(n))
    for size in reversed(before):
        f = each(dim(size), f)
    np.testing.assert_allclose(f(x), np.cumsum(x, axis=-1))
    machine = function(cumulative_sum(K).to(Machines(K)))
    state, found = machine.start, []
    for entry in x.reshape(-1, n)[0]:
        state, y = machine.step(state, entry[None])
        found.append(y)
    np.testing.assert_allclose(np.concatenate(found), np.cumsum(x.reshape(-1, n)[0]))


def test_a_long_sum_is_linear_in_time_and_has_a_gradient() -> None:
    """A million entries take as many additions."""
    counted = cost(cumulative_sum(dim(10**6)))
    assert counted.additions == 10**6 - 1
    value, back = reverse(cumulative_sum(K))(some(10**6))
    np.testing.assert_allclose(back(np.ones_like(value))[[0, -1]], [1e6, 1.0])


@given(st.integers(1, 9), st.integers(1, 9), st.lists(SIZES, max_size=2))
def test_windows_along_a_row(many: int, width: int, before: list[int]) -> None:
    """Also more windows than places; in the transpose each entry is counted as often as windows see it."""
    x = some(*before, many + width - 1)
    f = windows(K, dim(width), dim(many))
    for size in reversed(before):
        f = each(dim(size), f)
    seen = np.lib.stride_tricks.sliding_window_view(x, width, axis=-1)
    np.testing.assert_array_equal(f(x), seen)
    value, back = reverse(f)(x)
    assert back(np.ones_like(value)).sum() == value.size
    if not before:
        np.testing.assert_array_equal(windows(dim(width), dim(many), x), seen)


def test_a_convolution_is_windows_and_a_product() -> None:
    """Of a row, and of an image."""
    x, w = some(7), some(3)
    rows = windows(dim(3), dim(5), x)
    np.testing.assert_allclose(matvec(rows, w), np.correlate(x, w))
    image = some(6, 7)
    along = each(dim(6), windows(dim(7), dim(3), dim(5))) >> transpose(dim(6), dim(5), dim(3))
    both = each(dim(5), transpose(dim(6), dim(3)) >> each(dim(3), windows(dim(6), dim(2), dim(5))))
    seen = np.lib.stride_tricks.sliding_window_view(image, (2, 3)).transpose(1, 3, 0, 2)
    np.testing.assert_array_equal((along >> both)(image), seen)


AXES = st.lists(st.sampled_from("ijkl"), unique=True, max_size=4)


@given(AXES, AXES, st.data())
def test_a_contraction_is_einsum(left: list[str], right: list[str], data: st.DataObject) -> None:
    """Of one array and of two, for all dimensions that they have alone or in common."""
    sizes = {"i": 2, "j": 3, "k": 4, "l": 1}
    dims = {letter: type(letter, (Dim,), {}) for letter in sizes}

    def space(letters: list[str]) -> Any:  # Any: an object, to a checker
        return floats(*[dims[letter] for letter in letters])

    out = [*data.draw(st.permutations(sorted({*left, *right})))]
    out = out[: data.draw(st.integers(0, len(out)))]
    x, y = some(*[sizes[i] for i in left]), some(*[sizes[i] for i in right])
    formula = f"{''.join(left)},{''.join(right)}->{''.join(out)}"
    arrow: Any = contraction(space(left), space(right), space(out))
    np.testing.assert_allclose(arrow((np.asarray(x), np.asarray(y))), np.einsum(formula, x, y), atol=1e-12)
    kept = [letter for letter in out if letter in left]
    alone: Any = contraction(space(left), space(kept))
    np.testing.assert_allclose(alone(np.asarray(x)), np.einsum(f"{''.join(left)}->{''.join(kept)}", x), atol=1e-12)


def test_what_is_no_contraction_is_refused() -> None:
    with pytest.raises(SpaceError, match="contraction: wanted a result of I, J, got K too"):
        contraction(Float[I, J], Float[K])
    with pytest.raises(SpaceError, match="of different dimensions, got Float"):
        contraction(Float[I, I], Float[I])


def test_the_greatest_of_each_window() -> None:
    x = some(12)
    np.testing.assert_array_equal(max_pool(K, J)(x), x.reshape(4, 3).max(axis=1))
    _, back = reverse(max_pool(K, J))(x)
    np.testing.assert_array_equal(back(some(4) * 0 + 1).reshape(4, 3).sum(axis=1), np.ones(4))


def test_sizes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(SpaceError, match="rename: wanted one size, got I of 2 and J of 3"):
        rename(I, J)
    with pytest.raises(SpaceError, match="lower_triangle: wanted a size for I, not 2, and 3 for I, not 2"):
        lower_triangle(I, I)
    with pytest.raises(SpaceError, match="lower_triangle: wanted a size for K"):
        lower_triangle(K, J)
    with pytest.raises(SpaceError, match="scatter: wanted a size for K"):
        scatter(K, J)
    with pytest.raises(SpaceError, match="windows: wanted 2 places of windows of 2 along 3, got J of 3"):
        windows(J, I, J)
    with pytest.raises(SpaceError, match="windows: wanted a size for K"):
        windows(J, K, I)
    with pytest.raises(SpaceError, match="windows: wanted a row that is longer than the window of 3, got 1"):
        windows(K, J, K)(some(1))
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
