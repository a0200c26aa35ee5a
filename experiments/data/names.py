"""Names as data: a vocabulary of 27 symbols, lists of names, and their split.

A name is a word over a-z. The vocabulary adds one symbol, the boundary, which stands
before and after every name; it is number 0 and is written '.'. `encode` and `decode`
are inverse to each other:

    decode(encode(text)) == text        encode(decode(codes)) == codes

>>> encode(".emma.").tolist()
[0, 5, 13, 13, 1, 0]
>>> decode([5, 13, 13, 1])
'emma'

A split shuffles the distinct names, so no name is on both sides:

>>> names = load_names()
>>> len(names), names[:3]
(32178, ('emma', 'olivia', 'ava'))
>>> train, test = split_names(names, np.random.default_rng(0))
>>> len(train), len(test), set(train) & set(test)
(26658, 2961, set())
"""

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from experiments.process.errors import DataError, reason
from experiments.process.files import require_regular

Codes: TypeAlias = npt.NDArray[np.int64]

SYMBOLS = ".abcdefghijklmnopqrstuvwxyz"
BOUNDARY = 0
VOCABULARY = len(SYMBOLS)
LARGEST = 50_000_000  # bytes of a file of names: there are not that many

SHIPPED = Path(__file__).with_name("us_names_2018.txt")
BUILT_IN, MAKEMORE = KNOWN = "built-in", "makemore"  # lists that are no file of the user's
MAKEMORE_URL = "https://raw.githubusercontent.com/karpathy/makemore/988aa59/names.txt"
MAKEMORE_SHA256 = "0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d"

_CODE_OF_BYTE = np.full(128, -1, dtype=np.int64)
_CODE_OF_BYTE[list(SYMBOLS.encode())] = range(VOCABULARY)


def encode(text: str) -> Codes:
    """The numbers of the symbols of `text`, shape (len(text),).

    Raises DataError at the first character that is no symbol.
    """
    # "replace" turns each character that is not ASCII into '?', which is no symbol: places are kept.
    codes = _CODE_OF_BYTE[np.frombuffer(text.encode("ascii", "replace"), np.uint8)]
    strangers = np.flatnonzero(codes < 0)
    if strangers.size:
        raise DataError(
            f"encode: asked for numbers of the symbols {SYMBOLS!r}; "
            f"found {_shown(text[strangers[0]])}; give only these symbols"
        )
    return codes


def decode(codes: Iterable[int]) -> str:
    """The text whose symbols have these numbers; the inverse of `encode`.

    Raises DataError at the first number that is not in 0..26.
    """
    numbers = list(codes)
    for number in numbers:
        if not 0 <= number < VOCABULARY:
            raise DataError(
                f"decode: asked for symbols by numbers 0..{VOCABULARY - 1}; found {number}; give only these numbers"
            )
    return "".join(SYMBOLS[number] for number in numbers)


def load_names(source: str | Path | None = None) -> tuple[str, ...]:
    """The names of `source` in its order, lower-cased, repeats kept.

    None is the list in `data/`. "makemore" is Karpathy's list, downloaded once, checked
    and cached. Anything else is the path of a UTF-8 text file with one name a line;
    blank lines and white space around a name are ignored. Raises DataError.
    """
    if source is None:
        return _read(SHIPPED)
    if source == MAKEMORE:
        return _read(_download_makemore())
    return _read(Path(source))


def require_known(source: str) -> str:
    """The source itself. Raises DataError if it is a file, whose name a stranger may have written in a checkpoint."""
    if source not in KNOWN:
        raise DataError(f"asked for names without --data; found that they are of a file, {source[:200]!r}; give --data")
    return source


class Split(NamedTuple):
    """Two lists with no name in common."""

    train: tuple[str, ...]
    test: tuple[str, ...]


def split_names(names: Sequence[str], rng: np.random.Generator, test_fraction: float = 0.1) -> Split:
    """Shuffle the distinct names and keep a fraction of them, rounded down, for tests.

    The result is determined by the order of `names` and the state of `rng`. Raises
    DataError if there are too few names to test with any, ValueError if the fraction is
    not between 0 and 1.
    """
    if not 0 < test_fraction < 1:
        raise ValueError(
            f"split_names: asked for a test fraction between 0 and 1; found {test_fraction}; give, say, 0.1"
        )
    distinct = tuple(dict.fromkeys(names))
    tests = int(len(distinct) * test_fraction)
    if tests == 0:
        needed = math.ceil(1 / test_fraction)
        raise DataError(
            f"--data: asked to keep {test_fraction:g} of the names for tests; "
            f"found {len(distinct)} distinct; give at least {needed}"
        )
    shuffled = [distinct[place] for place in rng.permutation(len(distinct)).tolist()]
    return Split(train=tuple(shuffled[tests:]), test=tuple(shuffled[:tests]))


def _read(path: Path) -> tuple[str, ...]:
    """The names in the file at `path`."""
    try:
        require_regular(path)
        if path.stat().st_size > LARGEST:
            raise _refusal(path, f"more than {LARGEST:,} bytes")
        text = path.read_text(encoding="utf-8-sig")  # also without a byte order mark
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise _refusal(path, f"bytes that are not UTF-8 on line {line}") from None
    except OSError as error:
        raise _refusal(path, reason(error)) from None
    names = []
    for line, content in enumerate(text.split("\n"), start=1):
        name = content.strip()
        if name.isascii() and name.isalpha():
            names.append(name.lower())
        elif name:
            stranger = next(c for c in name if not (c.isascii() and c.isalpha()))
            raise _refusal(path, f"{_shown(stranger)} on line {line}")
    if not names:
        raise _refusal(path, "no names")
    return tuple(names)


def _download_makemore() -> Path:
    """Where the cache holds Karpathy's list, fetched if it is not there yet."""
    # Imported here: only this branch should pay for it. It ships no types.
    import pooch  # type: ignore[import-untyped]

    try:
        return Path(
            pooch.retrieve(
                MAKEMORE_URL,
                known_hash=f"sha256:{MAKEMORE_SHA256}",
                fname="makemore_names.txt",
                path=pooch.os_cache("cat_ad"),
            )
        )
    except (OSError, ValueError) as error:  # no network or cache; another file there
        raise DataError(
            f"makemore: asked for the names at {MAKEMORE_URL}; found no good download "
            f"({type(error).__name__}); connect to the network and try again, "
            "or give any text file of names with --data PATH"
        ) from error


def _refusal(path: Path, found: str) -> DataError:
    return DataError(
        f"asked for names from {str(path)!r}; found {found}; "
        "give a text file (UTF-8) with one name a line, letters a-z, with --data PATH"
    )


def _shown(character: str) -> str:
    return f"the character {character!r} (U+{ord(character):04X})"
