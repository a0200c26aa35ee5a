"""The laws of an alphabet: which letters it has, and that numbers and symbols say the same."""

from unicodedata import is_normalized, normalize

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from experiments.data.alphabet import A_TO_Z, BOUNDARY, MOST_LETTERS, Alphabet, is_letter, normalised
from experiments.process.errors import DataError

LETTERS = st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp"))
NAMES = st.lists(st.text(LETTERS, min_size=1, max_size=9), min_size=1, max_size=9)
ALPHABETS = st.just(A_TO_Z) | NAMES.map(Alphabet.of)


def test_the_boundary_is_0_and_the_letters_are_1_to_26() -> None:
    assert A_TO_Z.encode(A_TO_Z.symbols).tolist() == list(range(27))
    assert A_TO_Z.encode("").shape == (0,)
    assert A_TO_Z.encode("emma").dtype == np.int64


@given(st.data(), ALPHABETS)
def test_decode_undoes_encode(data: st.DataObject, alphabet: Alphabet) -> None:
    text = data.draw(st.text(alphabet.symbols))
    assert alphabet.decode(alphabet.encode(text)) == text


@given(st.data(), ALPHABETS)
def test_encode_undoes_decode(data: st.DataObject, alphabet: Alphabet) -> None:
    codes = data.draw(st.lists(st.integers(0, len(alphabet) - 1)))
    assert alphabet.encode(alphabet.decode(codes)).tolist() == codes


@given(st.data(), ALPHABETS)
def test_encode_names_the_first_stranger(data: st.DataObject, alphabet: Alphabet) -> None:
    good = data.draw(st.text(alphabet.symbols))
    bad = data.draw(st.characters().filter(lambda letter: letter not in alphabet.symbols))
    with pytest.raises(DataError) as caught:
        alphabet.encode(good + bad + data.draw(st.text()))
    assert f"(U+{ord(bad):04X})" in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("number", [-1, len(A_TO_Z)])
def test_decode_names_the_number_out_of_range(number: int) -> None:
    with pytest.raises(DataError, match=rf"numbers 0\.\.26; found {number}; give"):
        A_TO_Z.decode([1, number])


@given(NAMES)
def test_it_has_what_the_names_have_and_the_boundary_which_they_have_not(names: list[str]) -> None:
    alphabet = Alphabet.of(names)
    assert list(alphabet.letters) == sorted(set("".join(names)))
    assert alphabet.boundary == alphabet.symbols[BOUNDARY] not in alphabet.letters
    assert Alphabet(alphabet.symbols) == Alphabet.of(reversed(names)) == alphabet


@given(st.text() | st.text("abc.\n"))
def test_what_is_no_alphabet_is_refused(symbols: str) -> None:
    """As in a checkpoint that was made to do harm: it is that of its own letters, or none."""
    letters = symbols[1:]
    ours = "".join(sorted({*letters})) == letters != "" and all(map(is_letter, letters))
    if ours and symbols[0] == ("\n" if "." in letters else "."):
        assert Alphabet(symbols) == Alphabet.of(letters)
    else:
        with pytest.raises(ValueError, match=r"symbols in|no letters"):
            Alphabet(symbols)


@pytest.mark.parametrize("symbols", ["", ".", "a", "ab", ".ba", ".aa", ".a.", "\nab", ".a\n", ".\ud800"])
def test_no_alphabet_is_made_of_anything_else(symbols: str) -> None:
    with pytest.raises(ValueError, match=r"symbols in|no letters"):
        Alphabet(symbols)
    with pytest.raises(ValueError, match="no letters"):
        Alphabet("." + "a" * 10_000_000)
    with pytest.raises(ValueError, match="no letters"):
        Alphabet.of([])
    with pytest.raises(ValueError, match="no letters"):
        Alphabet.of(map(chr, range(0x4E00, 0x4E01 + MOST_LETTERS)))


@given(st.characters())
@example("İ")
@example("I\u0307")
def test_a_letter_has_as_many_in_lower_case(character: str) -> None:
    """Of Turkish too, and however it was typed."""
    assert len(normalised(character)) == len(normalize("NFC", character))


@given(st.text())
def test_a_text_that_is_normalised_stays_so(text: str) -> None:
    once = normalised(text)
    assert normalised(once) == once
    assert is_normalized("NFC", once)


@pytest.mark.parametrize("category", ["Cc", "Cf", "Zl", "Zp"])
def test_what_a_terminal_obeys_is_no_letter(category: str) -> None:
    controls = {"Cc": "\t\x00\x1b\x85", "Cf": "\u202e\u2066\ufeff\u200f\u00ad", "Zl": "\u2028", "Zp": "\u2029"}
    assert not any(map(is_letter, controls[category]))
    assert all(map(is_letter, "a é-'\u0301\u200d\u200c山\U0001f600\ufe0f"))
