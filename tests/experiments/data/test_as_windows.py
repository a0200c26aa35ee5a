"""Windows of names and their tally: each against its definition, one name at a time."""

import math
from collections import Counter
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.data.alphabet import A_TO_Z
from experiments.data.as_windows import Tally, Windows, mean_loss, tally, windows
from experiments.data.names import load_names
from experiments.process.errors import DataError

VOCABULARY, encode, decode = len(A_TO_Z), A_TO_Z.encode, A_TO_Z.decode

NAMES = st.lists(st.text("abcxyz", max_size=6), max_size=8)
CONTEXTS = st.integers(1, 20)


def windows_by_definition(names: list[str], context: int) -> list[tuple[str, str]]:
    """Context and target of each window, in text."""
    padded = [("." * context + name, name + ".") for name in names]
    return [(past[place : place + context], target) for past, future in padded for place, target in enumerate(future)]


def in_text(data: Windows) -> list[tuple[str, str]]:
    """Context and target of each window, in text."""
    return [(decode(c), decode([t])) for c, t in zip(*data, strict=True)]


def some_logits(counted: Tally) -> npt.NDArray[np.float64]:
    """Logits for each distinct context."""
    return np.random.default_rng(0).normal(scale=3, size=counted.counts.shape)


def log_frequencies(counted: Tally) -> npt.NDArray[np.float64]:
    """What a model that has only counted believes; -inf for the unseen."""
    counts = counted.counts
    frequencies = counts / counts.sum(axis=1, keepdims=True)
    logs = np.full(counts.shape, -np.inf)
    np.log(frequencies, out=logs, where=counts > 0)
    return logs


# Windows


@given(NAMES, CONTEXTS)
def test_windows_are_those_of_each_name(names: list[str], context: int) -> None:
    data = windows(names, context)
    total = sum(len(name) + 1 for name in names)
    assert data.contexts.shape == (total, context)
    assert data.targets.shape == (total,)
    assert data.contexts.dtype == data.targets.dtype == np.int64
    assert in_text(data) == windows_by_definition(names, context)


@given(NAMES, CONTEXTS)
def test_the_targets_spell_the_names(names: list[str], context: int) -> None:
    assert decode(windows(names, context).targets).split(".")[:-1] == names


def test_the_shipped_list_has_a_window_for_each_byte_of_its_file() -> None:
    contexts, targets = windows(load_names(), 3)
    assert contexts.shape == (229_201, 3)
    assert np.count_nonzero(targets == 0) == 32_178


def test_windows_refuse_what_is_no_name_and_no_context() -> None:
    with pytest.raises(DataError, match=r"character 'A' \(U\+0041\)"):
        windows(["Ann"], 3)
    with pytest.raises(DataError, match=r"found '\.', the boundary, inside one; give"):
        windows(["ann.bob"], 3)
    with pytest.raises(ValueError, match=r"asked for 0 symbols of context; .* give"):
        windows(["ann"], 0)


# Tally


@given(NAMES, CONTEXTS)
def test_a_tally_counts_every_window(names: list[str], context: int) -> None:
    data = windows(names, context)
    contexts, counts = tally(data)
    counted = {
        (decode(c), decode([t])): int(counts[row, t])
        for row, c in enumerate(contexts)
        for t in np.flatnonzero(counts[row]).tolist()
    }
    assert counted == Counter(in_text(data))
    rows = data.contexts.tolist()
    assert contexts.tolist() == [list(row) for row in sorted({tuple(row) for row in rows})]
    assert counts.shape == (len(contexts), VOCABULARY)


@given(NAMES, CONTEXTS, st.integers(1, 9))
def test_a_tally_of_few_contexts_is_of_the_windows_before_the_first_that_has_one_too_many(
    names: list[str], context: int, most: int
) -> None:
    data = windows(names, context)
    contexts, counts = tally(data, most=most)
    end = int(counts.sum())
    assert len(contexts) <= most
    expected = tally(Windows(data.contexts[:end], data.targets[:end]))
    assert np.array_equal(contexts, expected.contexts)
    assert np.array_equal(counts, expected.counts)
    if end < len(data.targets):
        assert len(contexts) == most
        assert data.contexts[end].tolist() not in contexts.tolist()


def test_contexts_that_agree_modulo_two_to_the_64_stay_apart() -> None:
    """2**64 has 14 digits in base 27; int64 reads that numeral as 0."""
    digits = [2**64 // 27**place % 27 for place in reversed(range(14))]
    contexts = np.array([digits, [0] * 14, digits], dtype=np.int64)
    counted = tally(Windows(contexts, np.array([1, 2, 3])))
    assert counted.contexts.tolist() == [[0] * 14, digits]
    assert np.argwhere(counted.counts).tolist() == [[0, 2], [1, 1], [1, 3]]


def test_a_tally_refuses_codes_outside_the_vocabulary() -> None:
    data = windows(["ann"], 2)
    with pytest.raises(ValueError, match=r"codes 0\.\.9; found 0\.\.14; give"):
        tally(data, vocabulary=10)
    with pytest.raises(ValueError, match=r"codes 0\.\.26; found -1\.\.13; give"):
        tally(Windows(data.contexts - 1, data.targets))


# The mean loss


@given(NAMES.filter(bool), CONTEXTS)
def test_the_mean_over_a_tally_is_the_mean_over_windows(names: list[str], context: int) -> None:
    data = windows(names, context)
    counted = tally(data)
    logits = some_logits(counted)
    row_of = {decode(c): row for row, c in enumerate(counted.contexts)}
    losses = [
        math.log(sum(map(math.exp, logits[row_of[c]]))) - logits[row_of[c], encode(t)[0]] for c, t in in_text(data)
    ]
    assert mean_loss(counted, logits) == pytest.approx(math.fsum(losses) / len(losses))


def test_a_constant_added_to_a_contexts_logits_changes_nothing() -> None:
    counted = tally(windows(["emma", "ava"], 2))
    logits = some_logits(counted)
    shifts = np.linspace(-1e4, 1e4, len(logits))[:, None]
    expected = mean_loss(counted, logits)
    assert mean_loss(counted, logits + shifts) == pytest.approx(expected)


def test_the_frequencies_lose_the_conditional_entropy() -> None:
    """After '.', a or e; after either, always '.': one bit for every two windows."""
    counted = tally(windows(["a", "e"], 1))
    assert mean_loss(counted, log_frequencies(counted)) == pytest.approx(math.log(2) / 2)


def test_the_counts_of_makemores_list_lose_what_its_author_found(reference: Path) -> None:
    """Karpathy's lecture on bigrams: 228,146 of them, and a mean loss of 2.454094.

    His float32 sum, one bigram at a time, is good for four digits: hence 1e-4.
    """
    counted = tally(windows(load_names(reference / "names.txt"), 1))
    assert counted.counts.sum() == 228_146
    loss = mean_loss(counted, log_frequencies(counted))
    assert loss == pytest.approx(2.454094, abs=1e-4)


def test_a_target_ruled_out_but_seen_loses_infinitely() -> None:
    counted = tally(windows(["a"], 1))
    logits = np.zeros(counted.counts.shape)
    logits[0, 1] = -np.inf
    assert mean_loss(counted, logits) == math.inf


def test_mean_loss_refuses_logits_for_other_contexts_and_no_windows() -> None:
    counted = tally(windows(["ann"], 2))
    with pytest.raises(ValueError, match=r"shape \(4, 27\); .* shape \(3, 27\); give"):
        mean_loss(counted, np.zeros((3, 27)))
    with pytest.raises(ValueError, match=r"shape \(0, 27\)"):
        mean_loss(tally(windows([], 2)), np.zeros((0, 27)))
