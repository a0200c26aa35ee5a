"""The alphabet of a list of names: its symbols, and the number of each.

Symbol 0 is the boundary, which stands before and after every name. It is written '.', or as a new line if names have a
'.' in them. The others are the letters, in the order of Unicode: whatever the names have, accents, hyphens and spaces
included. `encode` and `decode` are inverse to each other:

    decode(encode(text)) == text        encode(decode(codes)) == codes

>>> alphabet = Alphabet.of(["zoë", "jean-luc"])
>>> alphabet.symbols
'.-acejlnouzë'
>>> alphabet.encode(".zoë.").tolist()
[0, 10, 8, 11, 0]
>>> alphabet.decode([10, 8, 11])
'zoë'

A letter is one code point of a text in lower case and in normal form C, in which 'ë' is one, however it was typed. An
accent that cannot be joined with its letter into one code point is a letter by itself, and so is each part of an emoji.
(To find what readers see as one letter takes tables of Unicode that Python does not have. There would be many more
letters, most of them rare; and a model soon learns which accents may follow which letters.)
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from experiments.process.errors import DataError

Codes: TypeAlias = npt.NDArray[np.int64]

BOUNDARY = 0
MOST_LETTERS = 5_000
JOINERS = "\u200c\u200d"  # without and with a ligature, as names in Persian have them, and emoji
CONTROLS = "Cc", "Cf", "Cs", "Zl", "Zp"  # categories of Unicode: what a terminal obeys, and what ends a line
SPACES = {point: " " for point in range(0x3001) if unicodedata.category(chr(point)) == "Zs"}  # all there are

SHOWN = 40  # letters in a message


def normalised(text: str) -> str:
    """The text in lower case and normal form C, with plain spaces.

    The dotted capital İ of Turkish becomes an i, and not an i with a dot that stands by itself, as Python has it.
    """
    lower = unicodedata.normalize("NFC", text).replace("İ", "i").lower()
    return unicodedata.normalize("NFC", lower).translate(SPACES)


def is_letter(character: str) -> bool:
    """Can it stand in a name?"""
    return unicodedata.category(character) not in CONTROLS or character in JOINERS


def shown(character: str) -> str:
    """A character in a message, whatever it is."""
    return f"the character {character!r} (U+{ord(character):04X})"


@dataclass(frozen=True)
class Alphabet:
    """The boundary and the letters."""

    symbols: str

    def __post_init__(self) -> None:
        """Raise ValueError unless these are the symbols of some list of names."""
        if not 1 < len(self) <= 1 + MOST_LETTERS or not all(map(is_letter, self.letters)):
            raise ValueError("no letters of names")
        if self.symbols != _symbols(self.letters):
            raise ValueError("symbols in another order")

    @staticmethod
    def of(names: Iterable[str]) -> "Alphabet":
        """The alphabet of a list of names. Raises ValueError if there are no letters, or too many."""
        return Alphabet(_symbols("".join(names)))

    def __len__(self) -> int:
        """How many symbols there are."""
        return len(self.symbols)

    @property
    def boundary(self) -> str:
        """The symbol that no name has."""
        return self.symbols[:1]

    @property
    def letters(self) -> str:
        """The other symbols."""
        return self.symbols[1:]

    def encode(self, text: str) -> Codes:
        """The numbers of the symbols of `text`, shape (len(text),).

        Raises DataError at the first character that is no symbol.
        """
        points, letters = _code_points(text), self._letters
        places = np.searchsorted(letters, points)
        codes: Codes = np.where(letters[places % len(letters)] == points, places + 1, -1)
        codes[points == ord(self.boundary)] = BOUNDARY
        strangers = np.flatnonzero(codes < 0)
        if strangers.size:
            raise DataError(
                f"encode: asked for numbers of the {len(self)} symbols {self}; "
                f"found {shown(text[strangers[0]])}; give only these symbols"
            )
        return codes

    def decode(self, codes: Iterable[int]) -> str:
        """The text whose symbols have these numbers; the inverse of `encode`.

        Raises DataError at the first number that is not that of a symbol.
        """
        numbers = list(codes)
        for number in numbers:
            if not 0 <= number < len(self):
                raise DataError(
                    f"decode: asked for symbols by numbers 0..{len(self) - 1}; found {number}; give only these numbers"
                )
        return "".join(self.symbols[number] for number in numbers)

    def __str__(self) -> str:
        """The letters in a message, or the first of many."""
        few = self.letters[:SHOWN]
        return repr(few) if len(few) == len(self.letters) else f"{few!r} and {len(self.letters) - SHOWN:,} more"

    @cached_property
    def _letters(self) -> npt.NDArray[np.uint32]:
        """The code points of the letters, in order."""
        return _code_points(self.letters)


def _symbols(letters: Iterable[str]) -> str:
    """The boundary, and each of the letters once."""
    distinct = sorted({*letters})
    return "".join(["\n" if "." in distinct else ".", *distinct])


def _code_points(text: str) -> npt.NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


A_TO_Z = Alphabet(".abcdefghijklmnopqrstuvwxyz")
