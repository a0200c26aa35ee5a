"""The laws of sampling, for models that are tables of logits."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.names import BOUNDARY, SYMBOLS, VOCABULARY, Codes, DataError, encode
from experiments.sampling import LONGEST, Request, sample_names

Logits = npt.NDArray[np.float64]
SEEDS = st.integers(0, 2**32)


class Bigrams:
    """A model that looks at the last symbol only."""

    def __init__(self, table: Logits) -> None:
        """`table` has a row of logits for each symbol."""
        self.table = table
        self.seen: list[Codes] = []

    def __call__(self, contexts: Codes) -> Logits:
        """The rows of the last symbols."""
        self.seen.append(contexts)
        return self.table[contexts[:, -1]]


def random_bigrams(seed: int, scale: float = 2) -> Bigrams:
    """Some table."""
    return Bigrams(np.random.default_rng(seed).normal(scale=scale, size=(VOCABULARY, VOCABULARY)))


def sample(model: Bigrams, request: Request, seed: int = 0, context: int = 3) -> list[str]:
    """Names by this seed."""
    return sample_names(model, context, request, np.random.default_rng(seed))


@given(SEEDS, st.integers(1, 30), st.floats(0.01, 100), st.text("abcxyz", max_size=6), st.integers(1, 5))
def test_names_are_as_many_words_over_a_to_z_with_that_prefix(
    seed: int, count: int, temperature: float, prefix: str, context: int
) -> None:
    model = random_bigrams(seed)
    names = sample(model, Request(count=count, temperature=temperature, prefix=prefix), seed, context)
    assert len(names) == count
    for name in names:
        assert name.startswith(prefix)
        assert 1 <= len(name) <= len(prefix) + LONGEST
        assert set(name) <= set(SYMBOLS[1:])
    assert all(contexts.shape == (count, context) for contexts in model.seen)
    assert model.seen[0].tolist() == [encode(("." * context + prefix)[-context:]).tolist()] * count


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
    endless = np.full((VOCABULARY, VOCABULARY), 0.0)
    endless[:, BOUNDARY] = -np.inf
    assert [len(name) for name in sample(Bigrams(endless), Request(count=5, prefix="em"))] == [LONGEST + 2] * 5


def test_symbols_come_as_often_as_the_model_expects_at_this_temperature() -> None:
    """20,000 first letters: within five standard deviations of softmax(logits / temperature) without the boundary."""
    logits = np.linspace(-3, 3, VOCABULARY)
    model = Bigrams(np.tile(logits, (VOCABULARY, 1)))
    draws = 20_000
    for temperature in (0.5, 1.0, 3.0):
        names = sample(model, Request(count=draws, temperature=temperature), seed=1)
        counts = np.array([sum(name[0] == letter for name in names) for letter in SYMBOLS[1:]])
        expected = np.exp(logits[1:] / temperature)
        expected /= expected.sum()
        deviation = np.sqrt(expected * (1 - expected) / draws)
        assert np.all(np.abs(counts / draws - expected) < 5 * deviation)


@pytest.mark.parametrize("temperature", [1e-3, 1e-300, 5e-324])
def test_near_temperature_0_the_likeliest_symbol_is_sure(temperature: float) -> None:
    model = random_bigrams(5)
    greedy, last = "", BOUNDARY
    while len(greedy) < LONGEST:
        row = model.table[last].copy()
        row[BOUNDARY] = row[BOUNDARY] if greedy else -np.inf
        last = int(np.argmax(row))
        if last == BOUNDARY:
            break
        greedy += SYMBOLS[last]
    assert sample(model, Request(count=4, temperature=temperature)) == [greedy] * 4


def test_at_a_huge_temperature_all_letters_are_alike() -> None:
    names = sample(random_bigrams(5, scale=50), Request(count=2000, temperature=1e300))
    assert {name[0] for name in names} == set(SYMBOLS[1:])


def test_a_prefix_is_read_as_names_are_in_lower_case_and_must_be_of_known_symbols() -> None:
    assert all(name.startswith("em") for name in sample(random_bigrams(0), Request(prefix="Em")))
    with pytest.raises(DataError, match=r"found the character 'é' \(U\+00E9\)"):
        sample(random_bigrams(0), Request(prefix="zoé"))
