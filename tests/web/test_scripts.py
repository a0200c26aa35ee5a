"""The TypeScript of the page gives what NumPy, Python and the programs give."""

import hashlib
import random
from pathlib import Path

import numpy as np
import pytest

from experiments.data.alphabet import Alphabet
from experiments.data.names import load_names
from experiments.process.errors import DataError
from experiments.training.schedules import factor
from tests.web.conftest import Answers, choice


def test_generators_give_numpys_numbers_to_the_bit(answers: Answers) -> None:
    """Enough of them for all layers of the ziggurat, and its tail; seeds of one word and of two."""
    for seed, key, count in ((0, (), 60_000), (2**33 + 5, (3, 0, *b"mlp_names"), 1_000), (7, (2, 70_000), 2)):
        found = answers("draws", seed, key, count)
        generator = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))
        assert found["permutation"] == generator.permutation(count).tolist()
        assert found["normals"] == generator.standard_normal(count).tolist()
        np.testing.assert_allclose(found["gumbels"], generator.gumbel(size=count), 1e-13, 1e-13)


def test_the_twister_gives_pythons_numbers(answers: Answers) -> None:
    """Shuffles to the bit, and what takes a sine to rounding."""
    for seed, count in ((42, 3_000), (2**40, 7)):
        found, other, things = answers("twisted", seed, count), random.Random(seed), [*range(count)]
        other.shuffle(things)
        assert found["shuffled"] == things
        np.testing.assert_allclose(found["normals"], [other.gauss(0, 1) for _ in range(count)], 1e-13, 1e-13)


TEXTS = (
    b"Emma\nOlivia \n\n  Anna\xc2\xa0 Maria\r\n",
    "\ufeffZO\u00cb\nI\u0307nci\nİnci\nJean-Luc\nO'Neil\u2003X\n".encode(),
    "ΣΟΦΟΣ\n👩\u200d🚀\n".encode(),
    b"",
    b" \n\t\n",
    b"ann\nb\xffb\n",
    b"ann\n\nb\xe2\x82",
    b"ann\nbo\x00b\n",
    "ann\nb\u2028c\n".encode(),
    "a'b\u202e\n".encode(),
    b"a\n" + b"b" * 1001,
)


def test_names_are_read_as_the_programs_read_them(answers: Answers, tmp_path: Path) -> None:
    """With the same messages, but for what only a command line has."""
    for text, found in zip(TEXTS, answers("names", [list(text) for text in TEXTS]), strict=True):
        (path := tmp_path / "names.txt").write_bytes(text)
        try:
            assert found == {"value": list(load_names(path))}
        except DataError as error:
            said = str(error).replace(str(path), "names.txt").removesuffix(", with --data PATH")
            assert found == {"error": said}


def test_more_letters_than_a_model_of_the_page_has_are_refused(answers: Answers) -> None:
    """They are those of any alphabet."""
    greek = "αβγδεζηθικλμνξοπρστυφχψω"
    (found, refused) = answers("names", [list(greek.encode()), list((greek + "abc").encode())])
    assert found == {"value": [greek]}
    assert "found 27 letters that differ (26 are the most on this page" in refused["error"]


def test_symbols_are_an_alphabet_of_26_letters(answers: Answers) -> None:
    """All that the names have, and some of a to z, in the order of Unicode."""
    lists = [["ann"], ["zoë", "j. r."], ["мария", "𐐼"]]
    for names, symbols in zip(lists, answers("symbols", lists), strict=True):
        assert {*"".join(names)} <= {*symbols}
        assert len(Alphabet("".join(symbols))) == 27


def test_hashes_are_hashlibs(answers: Answers) -> None:
    """Of texts around every length of a block."""
    texts = [bytes(range(256))[:size] for size in (0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 200)]
    assert answers("sha256", [list(text) for text in texts]) == [hashlib.sha256(text).hexdigest() for text in texts]


@pytest.mark.parametrize("schedule", ["linear", "cosine", "constant"])
def test_rates_follow_the_schedule_of_the_programs(answers: Answers, schedule: str) -> None:
    """At every step."""
    steps, settings = [0, 1, 19, 20, 21, 500, 999], {"rate": 0.3, "schedule": schedule, "steps": 1_000}
    expected = [0.3 * factor(schedule, step / 1_000) for step in steps]  # type: ignore[arg-type]  # it is one
    np.testing.assert_allclose(answers("rates", "mlp", settings, steps), expected, 1e-15)
    assert choice("mlp").flags.schedule == "linear"
