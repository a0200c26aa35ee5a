"""Names as data: lists of names, and their split.

A name is a line of a text. Its letters are whatever the text has: `experiments.data.alphabet` gives them numbers.

>>> names = load_names()
>>> len(names), names[:3]
(32178, ('emma', 'olivia', 'ava'))

A split shuffles the distinct names, so no name is on both sides:

>>> train, test = split_names(names, np.random.default_rng(0))
>>> len(train), len(test), set(train) & set(test)
(26658, 2961, set())
"""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from experiments.data.alphabet import MOST_LETTERS, is_letter, normalised, shown
from experiments.process.errors import DataError, reason
from experiments.process.files import require_regular

LARGEST = 50_000_000  # bytes of a file of names: there are not that many
LONGEST = 1_000  # letters of a name: no name is as long

SHIPPED = Path(__file__).with_name("us_names_2018.txt")
BUILT_IN, MAKEMORE = KNOWN = "built-in", "makemore"  # lists that are no file of the user's
MAKEMORE_URL = "https://raw.githubusercontent.com/karpathy/makemore/988aa59/names.txt"
MAKEMORE_SHA256 = "0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d"


def load_names(source: str | Path | None = None) -> tuple[str, ...]:
    """The names of `source` in its order, normalised, repeats kept.

    None is the list in `data/`. "makemore" is Karpathy's list, downloaded once, checked
    and cached. Anything else is the path of a UTF-8 text file with one name a line;
    blank lines and white space around a name are ignored, and white space inside is one
    space. Raises DataError.
    """
    if source is None:
        return _read(SHIPPED)
    if source == MAKEMORE:
        return _read(_download_makemore())
    return _read(Path(source))


def require_known(source: str) -> str:
    """The source itself. Raises DataError if it is a file: a stranger may have written its name in a checkpoint."""
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
    lines = [content.strip() for content in normalised(text).split("\n")]
    letters = set("".join(lines))
    strangers = {letter for letter in letters if not is_letter(letter)}
    right = not strangers and max(map(len, lines)) <= LONGEST
    for line, content in enumerate(() if right else lines, start=1):
        if stranger := next((letter for letter in content if letter in strangers), None):
            raise _refusal(path, f"{shown(stranger)} on line {line}")
        if len(content) > LONGEST:
            raise _refusal(path, f"a name of {len(content):,} letters on line {line} ({LONGEST:,} are the most)")
    if len(letters) > MOST_LETTERS:
        raise _refusal(path, f"{len(letters):,} letters that differ ({MOST_LETTERS:,} are the most)")
    names = tuple(" ".join(content.split()) for content in lines if content)
    if not names:
        raise _refusal(path, "no names")
    return names


def _download_makemore() -> Path:
    """Where the cache holds Karpathy's list, fetched if it is not there yet."""
    # Imported here: only this branch should pay for it. It ships no types.
    import pooch

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
        "give a text file (UTF-8) with one name a line, with --data PATH"
    )
