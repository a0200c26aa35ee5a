"""Named operations are what they mean, in NumPy's way too, for arrays of any number of axes."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cat_ad.objects.array_operations import NAMED, inner_last, max_last, mean_last, sum_last, sum_leading
from tests.support.arrows import SEEDS
from tests.support.trees import Tree, assert_close

ROWS = st.lists(st.integers(0, 3), max_size=3)
ENTRIES = st.integers(1, 8) | st.just(1024)  # few, and many


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@given(rows=ROWS, entries=ENTRIES, seed=SEEDS, turned=st.booleans())
def test_what_is_made_of_rows(dtype: type, rows: list[int], entries: int, seed: int, turned: bool) -> None:
    """Of no rows, of one, of many; however they lie in memory; and in the precision of the array."""
    two: Tree = np.random.default_rng(seed).standard_normal((2, *rows, entries)).astype(dtype)
    x, y = map(np.asfortranarray, two) if turned else two
    made: tuple[tuple[Tree, Tree], ...] = (
        (sum_last(x), np.sum(x, axis=-1)),
        (mean_last(x), np.mean(x, axis=-1)),
        (inner_last(x, y), np.sum(x * y, axis=-1)),
        (sum_leading(x), np.sum(x, axis=tuple(range(len(rows))))),
    )
    for found, expected in made:
        assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
        assert_close(np.ravel(found), np.ravel(expected), 1e-12 if dtype is np.float64 else 1e-4, floor=1.0)
    assert max_last(x).dtype == dtype
    np.testing.assert_array_equal(max_last(x), np.max(x, axis=-1))


LENGTHS = st.sampled_from([1, 2, 27, 127, 128, 129, 300, 1023, 1024, 1025, 4097])  # around what NumPy's ways know
INDICES = st.sampled_from([1, 3, 1024, 1025])
GIVEN: dict[str, Callable[[Tree, Tree], tuple[Tree, ...]]] = {
    "inner_last": lambda x, index: (x, x[..., ::-1]),
    "one_hot": lambda x, index: (index,),
    "sum_by_index": lambda x, index: (x, index),
}


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
@settings(max_examples=20)
@given(rows=st.lists(st.integers(1, 3), min_size=1, max_size=2), many=LENGTHS, size=INDICES, seed=SEEDS)
def test_the_way_of_numpy_gives_what_is_meant(
    name: str, dtype: type, rows: list[int], many: int, size: int, seed: int
) -> None:
    """Up to rounding; by index, exactly in its zeros too."""
    rng = np.random.default_rng(seed)
    x: Tree = rng.standard_normal((*rows, many)).astype(dtype)
    index = rng.integers(-size, size, rows)
    options = {"one_hot": {"size": size, "dtype": x.dtype}, "sum_by_index": {"size": size}}.get(name, {})
    arrays = GIVEN.get(name, lambda x, index: (x,))(x, index)
    found, meant = NAMED[name](*arrays, **options), NAMED[name].meaning(*arrays, **options)
    assert (found.dtype, found.shape) == (meant.dtype, meant.shape)
    close = {"float64": 1e-13, "float32": 1e-4, "float16": 2e-1}[x.dtype.name]
    np.testing.assert_allclose(found, meant, atol=close * many**0.5, rtol=close)


class Shares:
    """A library of which nothing is known but that it keeps to the standard, as far as a sum goes."""

    def __init__(self, entries: Tree) -> None:
        """Of these entries."""
        self.entries = entries
        self.shape = np.shape(entries)

    def __array_namespace__(self) -> object:
        return type("Namespace", (), {"sum": staticmethod(lambda x, axis: Shares(np.sum(x.entries, axis=axis)))})


def test_the_arrays_of_any_library_have_the_meaning() -> None:
    """And are asked for no more than it says."""
    np.testing.assert_array_equal(sum_last(Shares(np.ones((2, 3)))).entries, [3, 3])
