"""Each target writes a named operation in its own way, and all give what it means."""

import numpy as np
import pytest

from cat_ad import stage
from cat_ad.objects.array_operations import NAMED
from cat_ad.staging.c.lowering import lowered
from cat_ad.staging.trace.program import traced
from cat_ad.staging.trace.trees import flatten
from tests.support.in_c import assert_close, in_c
from tests.support.trees import Tree

SHAPES = [(3,), (2, 3), (129, 5), (4, 40), (300, 2, 33), (3, 0), (0, 3), (2, 1025)]
OF_ROWS = sorted(set(NAMED) - {"one_hot", "sum_by_index", "inner_last"})


def all_of(x: Tree, rows: Tree, index: Tree) -> tuple[Tree, ...]:
    """Every named operation, of the rows of one table and of two."""
    tables, by_table = NAMED["sum_by_index"], {"size": 7}
    return (
        *(NAMED[name](x) for name in OF_ROWS),
        NAMED["inner_last"](x, x * 2.0),
        NAMED["one_hot"](index, size=7, dtype=x.dtype),
        tables(rows, index, **by_table),
        tables(rows[None] * np.ones((2, 1, 1), x.dtype), index[None] + np.zeros((2, 1), int), **by_table),
    )


def arguments(shape: tuple[int, ...], dtype: type) -> tuple[Tree, ...]:
    """Of some rows, and others with their indices."""
    rng = np.random.default_rng(0)
    return rng.normal(size=shape).astype(dtype), rng.normal(size=(9, 4)).astype(dtype), rng.integers(-7, 7, 9)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_staged_for_numpy_it_is_the_way_of_arrays(shape: tuple[int, ...], dtype: type) -> None:
    """Bit for bit."""
    given = arguments(shape, dtype)
    for found, expected in zip(stage(all_of)(*given), all_of(*given), strict=True):
        assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("shape", SHAPES)
def test_in_c_it_is_up_to_rounding(shape: tuple[int, ...]) -> None:
    """Of the sizes of what is added; and exactly by index."""
    given = arguments(shape, np.float32)
    assert_close(in_c(all_of)(*given), all_of(*given), 1e-5)


def test_a_symbol_writes_down_the_name_and_c_has_no_product_for_it() -> None:
    """One line for each; in C what is no loop over entries is a sum by index, or a product of several tables."""
    leaves, form = flatten(arguments((4, 5), np.float32))
    program = traced(all_of, form, leaves)
    names = [line.operation for line in program.lines]
    assert {name: names.count(name) for name in NAMED} == dict.fromkeys(NAMED, 1) | {"sum_by_index": 2}
    assert "matmul" not in names
    in_loops = [line.operation for line in lowered(program).lines]
    assert set(in_loops) & set(NAMED) == {"one_hot", "sum_by_index"}
    assert in_loops.count("matmul") == 1
