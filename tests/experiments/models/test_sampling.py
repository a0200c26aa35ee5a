"""The laws of sampling, for models that are tables of logits."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.data.alphabet import A_TO_Z, BOUNDARY, Codes
from experiments.models.sampling import LONGEST, Request, sample_names
from experiments.process.errors import DataError

SYMBOLS, VOCABULARY, encode, decode = A_TO_Z.symbols, len(A_TO_Z), A_TO_Z.encode, A_TO_Z.decode

Logits = npt.NDArray[np.float64]
SEEDS = st.integers(0, 2**32)


class Bigrams:
    """A model that looks at the last symbol only."""

    def __init__(self, table: Logits) -> None:
        """`table` has a row of logits for each symbol."""
        self.table = table
        self.seen: list[Codes] = []

    def __call__(self, symbols: Codes) -> Logits:
        """The rows of these symbols."""
        self.seen.append(symbols)
        return self.table[symbols]


def random_bigrams(seed: int, scale: float = 2) -> Bigrams:
    """Some table."""
    return Bigrams(np.random.default_rng(seed).normal(scale=scale, size=(VOCABULARY, VOCABULARY)))


def sample(model: Bigrams, request: Request, seed: int = 0, longest: int | None = None) -> list[str]:
    """Names by this seed."""
    return sample_names(model, request, np.random.default_rng(seed), longest)


def greedy(model: Bigrams) -> str:
    """The name of the likeliest symbols."""
    name, last = "", BOUNDARY
    while len(name) < LONGEST:
        row = model.table[last].copy()
        row[BOUNDARY] = row[BOUNDARY] if name else -np.inf
        last = int(np.argmax(row))
        if last == BOUNDARY:
            break
        name += SYMBOLS[last]
    return name


@given(
    SEEDS,
    st.integers(1, 30),
    st.floats(0.01, 100),
    st.text("abcxyz", max_size=6),
    st.integers(1, VOCABULARY),
    st.none() | st.integers(7, 12),
)
def test_names_are_as_many_words_over_a_to_z_with_that_prefix(
    seed: int, count: int, temperature: float, prefix: str, top_k: int, longest: int | None
) -> None:
    model = random_bigrams(seed)
    request = Request(count=count, temperature=temperature, prefix=prefix, top_k=top_k)
    names = sample(model, request, seed, longest)
    assert len(names) == count
    for name in names:
        assert name.startswith(prefix)
        assert 1 <= len(name) <= (longest or len(prefix) + LONGEST)
        assert set(name) <= set(SYMBOLS[1:])


@given(SEEDS, st.integers(1, 5), st.text("abcxyz", max_size=6), st.none() | st.integers(7, 12))
def test_the_model_reads_the_boundary_and_the_name_symbol_by_symbol(
    seed: int, count: int, prefix: str, longest: int | None
) -> None:
    """Each symbol once, until all names have ended; the last letter of the longest is not read if it is the limit."""
    model = random_bigrams(seed)
    names = sample(model, Request(count=count, prefix=prefix), seed, longest)
    read = [decode(symbols) for symbols in np.column_stack(model.seen)]
    most = max(len(name) for name in names)
    limit = longest or len(prefix) + LONGEST
    assert read == [f".{name}".ljust(1 + most, ".")[:limit] for name in names]


@pytest.mark.parametrize(
    ("prefix", "longest", "expected"),
    [("", None, 50), ("em", None, 52), ("em", 1000, 52), ("", 16, 16), ("em", 16, 16), ("em", 3, 3), ("", 1, 1)],
)
def test_an_endless_name_has_50_letters_after_its_prefix_or_as_many_as_the_model_allows(
    prefix: str, longest: int | None, expected: int
) -> None:
    endless = np.zeros((VOCABULARY, VOCABULARY))
    endless[:, BOUNDARY] = -np.inf
    names = sample(Bigrams(endless), Request(count=5, prefix=prefix), longest=longest)
    assert [len(name) for name in names] == [expected] * 5


def test_a_name_may_end_after_its_prefix_but_has_a_letter() -> None:
    short = np.full((VOCABULARY, VOCABULARY), -1e3)
    short[:, BOUNDARY] = 0
    assert sample(Bigrams(short), Request(count=5, prefix="em")) == ["em"] * 5
    assert [len(name) for name in sample(Bigrams(short), Request(count=5))] == [1] * 5


@settings(max_examples=25)
@given(SEEDS)
def test_one_seed_gives_the_same_names_twice(seed: int) -> None:
    model = random_bigrams(0)
    assert sample(model, Request(), seed) == sample(model, Request(), seed)


def test_a_name_ends_where_the_boundary_is_sure_and_nowhere_else() -> None:
    spells = np.full((VOCABULARY, VOCABULARY), -1e3)
    for before, after in zip(".anb", "anb.", strict=True):
        spells[encode(before), encode(after)] = 0
    assert sample(Bigrams(spells), Request(count=3)) == ["anb"] * 3
    assert sample(Bigrams(spells), Request(count=1, prefix="zzn")) == ["zznb"]


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("top_k", [VOCABULARY, 5])
def test_symbols_come_as_often_as_the_model_expects_of_the_likeliest_at_this_temperature(
    temperature: float, top_k: int
) -> None:
    """20,000 first letters: within five standard deviations of softmax(logits / temperature) of those that may come."""
    logits = np.linspace(-3, 3, VOCABULARY)
    model = Bigrams(np.tile(logits, (VOCABULARY, 1)))
    draws = 20_000
    names = sample(model, Request(count=draws, temperature=temperature, top_k=top_k), seed=1, longest=1)
    counts = np.array([names.count(letter) for letter in SYMBOLS[1:]])
    expected = np.where(logits[1:] >= logits[-top_k], np.exp(logits[1:] / temperature), 0)
    expected /= expected.sum()
    deviation = np.sqrt(expected * (1 - expected) / draws)
    assert np.all(np.abs(counts / draws - expected) <= 5 * deviation)


@given(SEEDS, st.integers(1, VOCABULARY + 1), st.floats(0.01, 100))
def test_only_the_likeliest_are_drawn(seed: int, top_k: int, temperature: float) -> None:
    """No letter, and no end, has `top_k` or more that may come and are likelier."""
    model = random_bigrams(seed)
    for name in sample(model, Request(top_k=top_k, temperature=temperature), seed):
        ends = [BOUNDARY] if len(name) < LONGEST else []
        symbols = [BOUNDARY, *encode(name), *ends]
        for place, (before, after) in enumerate(pairwise(symbols)):
            may_come = model.table[before, 0 if place else 1 :]
            assert np.count_nonzero(may_come > model.table[before, after]) < top_k


@settings(max_examples=25)
@given(SEEDS, st.integers(VOCABULARY, 2**31 - 1))
def test_all_symbols_are_the_likeliest_27(seed: int, top_k: int) -> None:
    model = random_bigrams(0)
    assert sample(model, Request(top_k=top_k), seed) == sample(model, Request(), seed)


@given(SEEDS, st.floats(0.01, 100))
def test_the_likeliest_alone_is_sure_at_any_temperature(seed: int, temperature: float) -> None:
    model = random_bigrams(seed)
    request = Request(count=4, top_k=1, temperature=temperature)
    assert sample(model, request, seed) == [greedy(model)] * 4


@pytest.mark.parametrize("temperature", [1e-3, 1e-300, 5e-324])
def test_near_temperature_0_the_likeliest_symbol_is_sure(temperature: float) -> None:
    model = random_bigrams(5)
    assert sample(model, Request(count=4, temperature=temperature)) == [greedy(model)] * 4


def test_at_a_huge_temperature_all_letters_are_alike() -> None:
    names = sample(random_bigrams(5, scale=50), Request(count=2000, temperature=1e300))
    assert {name[0] for name in names} == set(SYMBOLS[1:])


def test_a_prefix_is_read_as_names_are_in_lower_case_and_must_be_of_known_symbols() -> None:
    assert all(name.startswith("em") for name in sample(random_bigrams(0), Request(prefix="Em")))
    with pytest.raises(DataError, match=r"found the character 'é' \(U\+00E9\)"):
        sample(random_bigrams(0), Request(prefix="zoé"))


def test_ties_are_no_way_around_top_k() -> None:
    assert len({*"".join(sample(Bigrams(np.zeros((VOCABULARY, VOCABULARY))), Request(count=50, top_k=4)))}) <= 4
