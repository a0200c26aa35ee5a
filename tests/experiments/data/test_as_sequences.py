"""Sequences of names: against their definition, one name at a time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.data.alphabet import A_TO_Z
from experiments.data.as_sequences import NONE, sequences
from experiments.data.names import load_names
from experiments.process.errors import DataError

VOCABULARY, decode = len(A_TO_Z), A_TO_Z.decode

NAMES = st.lists(st.text("abcxyz", max_size=6), min_size=1, max_size=8)
CONTEXTS = st.integers(1, 10)


def by_definition(name: str, context: int) -> tuple[str, str]:
    """What is read, and what comes after each symbol of it: at most so many of them."""
    return f".{name}"[:context], f"{name}."[:context]


@st.composite
def some_of_some_names(draw: st.DrawFn) -> tuple[list[str], list[int]]:
    """Names, and the places of a batch of them, in any order and with repeats."""
    names = draw(NAMES)
    return names, draw(st.lists(st.integers(0, len(names) - 1), min_size=1))


@given(some_of_some_names(), CONTEXTS)
def test_a_batch_is_its_names_one_by_one_and_past_their_ends_there_is_no_target(
    chosen: tuple[list[str], list[int]], context: int
) -> None:
    names, places = chosen
    data = sequences(names, context)
    inputs, targets = data.batch(np.array(places))
    expected = [by_definition(names[place], context) for place in places]
    lengths = [len(read) for read, _ in expected]
    assert inputs.shape == targets.shape == (len(places), max(lengths))
    assert data.lengths[places].tolist() == lengths
    found = [
        (decode(symbols[:length]), decode(after[:length]))
        for symbols, after, length in zip(inputs, targets, lengths, strict=True)
    ]
    assert found == expected
    past = np.arange(max(lengths)) >= np.array(lengths)[:, None]
    assert np.array_equal(targets == NONE, past)
    assert inputs.dtype == targets.dtype == np.int64
    assert np.all((inputs >= 0) & (inputs < VOCABULARY))  # there too is something that can be read


@given(NAMES, CONTEXTS)
def test_of_a_name_longer_than_the_context_its_beginning_is_read_and_not_its_end(
    names: list[str], context: int
) -> None:
    longer = [name.ljust(context, "a") for name in names]
    data = sequences(longer, context)
    again = sequences([name + "bcd" for name in longer], context)
    assert set(data.lengths.tolist()) == {context}
    assert np.array_equal(data.inputs, again.inputs)
    assert np.array_equal(data.targets, again.targets)
    assert not np.any(data.targets == 0)


def test_the_shipped_list_has_a_target_for_each_byte_of_its_file() -> None:
    data = sequences(load_names(), 16)
    assert data.lengths.sum() == np.count_nonzero(data.targets != NONE) == 229_201
    assert np.count_nonzero(data.targets == 0) == 32_178


def test_sequences_refuse_what_is_no_name() -> None:
    with pytest.raises(DataError, match=r"character 'A' \(U\+0041\)"):
        sequences(["Ann"], 3)
    with pytest.raises(DataError, match=r"found '\.', the boundary, inside one; give"):
        sequences(["ann.bob"], 3)
