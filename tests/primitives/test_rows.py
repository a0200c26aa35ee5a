"""Sums, means, inner products and maxima along the last axis are NumPy's, for arrays of any number of axes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cat_ad.objects.arrays import inner_last, max_last, mean_last, sum_last, sum_leading
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
