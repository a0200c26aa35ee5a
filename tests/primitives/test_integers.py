"""Integers of any type are indices: a small one does not wrap around, and a large one reads no other row."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cat_ad.objects.arrays
from cat_ad import Dim, cross_entropy, each, gradient, identity, lookup, positions, stage, total
from cat_ad.arrows.lifting import lift
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.array_operations import one_hot, sum_by_index
from cat_ad.objects.arrays import as_indices, rows_at
from cat_ad.objects.spaces import floats
from cat_ad.primitives.indexing import entry
from tests.support.arrows import SEEDS
from tests.support.trees import Tree

INTEGERS = [np.dtype(f"{sign}int{bits}") for sign in ("", "u") for bits in (8, 16, 32, 64)]
SIZES = st.sampled_from([1, 2, 127, 128, 129, 255, 256, 257, 1023, 1024, 1025])  # around what types and `one_hot` hold


class T(Dim):
    """Places, as many as there are."""


class V(Dim):
    """Rows, as many as there are."""


class E(Dim, size=2):
    """Two."""


LOOK_UP: SomeArrow = lookup(V, E)
ROWS: SomeArrow = lift(T, LOOK_UP, (False, True))
ENTRIES: SomeArrow = each(T, entry(V))
PLACES: SomeArrow = positions(T)
LOSSES: SomeArrow = each(T, cross_entropy(V))


def indices(size: int, dtype: np.dtype[Any], rng: np.random.Generator) -> Tree:  # Any: of any integers
    """Some that this type holds, among them the first and the last, and from the end."""
    low, high = max(-size, np.iinfo(dtype).min), min(size - 1, np.iinfo(dtype).max)
    return np.append(rng.integers(low, high, 6, endpoint=True), [low, high, 0]).astype(dtype)


@settings(max_examples=40)
@given(size=SIZES, dtype=st.sampled_from(INTEGERS), seed=SEEDS)
def test_every_type_of_integers_is_an_index(size: int, dtype: np.dtype[Any], seed: int) -> None:  # Any: as above
    """Value and gradient are those of the same indices in 64 bits, of each primitive that has indices."""
    rng = np.random.default_rng(seed)
    index = indices(size, dtype, rng)
    wide = index.astype(np.int64)
    table, scores = rng.normal(size=(size, 2)), rng.normal(size=(len(index), size))
    for f, given_ in ((ROWS, table), (ENTRIES, scores), (LOSSES, scores)):
        places = index if f is not LOSSES else abs(index.astype(np.int64)).clip(0, size - 1).astype(dtype)
        same = wide if f is not LOSSES else places.astype(np.int64)
        loss: SomeArrow = f >> total(f.cod)
        np.testing.assert_array_equal(f((given_, places)), f((given_, same)))
        np.testing.assert_array_equal(gradient(loss)((given_, places))[0], gradient(loss)((given_, same))[0])
    np.testing.assert_array_equal(LOOK_UP((table, index[0])), table[wide[0]])
    np.testing.assert_array_equal(rows_at(table, index.reshape(3, 3)), table[wide.reshape(3, 3)])
    np.testing.assert_array_equal(one_hot(index, size=size, dtype=table.dtype), np.eye(size)[wide])
    summed = np.zeros((size, size))
    np.add.at(summed, wide, scores)
    np.testing.assert_allclose(sum_by_index(scores, index, size=size), summed, atol=1e-12)


@given(dtype=st.sampled_from(INTEGERS), places=st.sampled_from([0, 1, 127, 128, 129, 200, 256, 300]))
def test_places_are_counted_beyond_what_the_symbols_hold(dtype: np.dtype[Any], places: int) -> None:  # Any: as above
    """So each reads the row of its own place."""
    symbols, table = np.zeros(places, dtype), np.arange(600.0).reshape(300, 2)
    np.testing.assert_array_equal(PLACES(symbols), np.arange(places))
    at_places: SomeArrow = identity(floats(V, E)) * PLACES >> ROWS
    np.testing.assert_array_equal(at_places((table, symbols)), table[:places])


def test_an_index_beyond_all_types_reads_no_row() -> None:
    """2^64 - 1 is not -1; and where indices have 32 bits, 2^32 is not 0."""
    for beyond in (np.uint64(2**64 - 1), np.uint64(2**63)):
        with pytest.raises(IndexError):
            LOOK_UP((np.zeros((3, 2)), np.array(beyond)))


@pytest.mark.parametrize("dtype", INTEGERS, ids=str)
def test_on_a_machine_of_32_bits_indices_have_32(dtype: np.dtype[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """And those that do not fit are at its ends, which are out of range."""  # Any: as above
    monkeypatch.setattr(cat_ad.objects.arrays, "INDEX", np.dtype(np.int32))
    ends = np.array([np.iinfo(dtype).min, 0, 1, np.iinfo(dtype).max], dtype)
    found = as_indices(ends)
    assert found.dtype == np.int32
    np.testing.assert_array_equal(found, [max(-(2**31), min(int(end), 2**31 - 1)) for end in ends])


@pytest.mark.parametrize("target", ["numpy", "c"])
@pytest.mark.parametrize("dtype", INTEGERS, ids=str)
def test_staged_it_is_the_same(target: Any, dtype: np.dtype[Any]) -> None:  # Any: one of the two, and as above
    """Value and gradient, of a table with more rows than a small type holds."""
    rng = np.random.default_rng(0)
    table, index = rng.normal(size=(1025, 2)), indices(1025, dtype, rng)
    loss: SomeArrow = ROWS >> total(floats(T, E))

    def run(table: Tree, index: Tree) -> tuple[Tree, Tree, Tree]:
        return ROWS((table, index)), gradient(loss)((table, index))[0], PLACES(index)

    for found, expected in zip(stage(run, target=target)(table, index), run(table, index), strict=True):
        assert found.dtype == expected.dtype
        np.testing.assert_array_equal(found, expected)


def test_a_large_table_gets_its_rows_by_counting() -> None:
    """In memory for the rows and not for one-hot ones, staged too; and what is nan in one row is so in no other."""
    rng = np.random.default_rng(0)
    rows: Tree = rng.normal(size=(2, 60, 3))
    rows[0, 7] = np.nan
    index: Tree = rng.integers(-20000, 20000, (2, 60))
    found = sum_by_index(rows, index, size=20000)
    staged = stage(lambda rows, index: sum_by_index(rows, index, size=20000))(rows, index)
    expected: Tree = np.zeros((2, 20000, 3))
    np.add.at(expected, (np.array([[0], [1]]), index), rows)
    np.testing.assert_allclose(found, expected, atol=1e-14)
    np.testing.assert_array_equal(staged, found)
    with pytest.raises(IndexError, match="out of bounds for an axis of size 20000"):
        sum_by_index(rows, index + 20000, size=20000)
