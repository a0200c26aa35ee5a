"""Where an operation was asked for: the arrow that a line comes from, and the place that an error names."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from traceback import walk_tb
from types import FrameType

from cat_ad.errors import StagingError

INSTEAD = "compose it of what cat_ad/staging/trace/operations.py lists, or compute it outside"

_LIBRARY = Path(__file__).parents[2]
_HERE = str(_LIBRARY / "staging")
_LINEAR = str(_LIBRARY / "linear_maps")  # where derivatives are composed
_VALUES = tuple(f"objects/{name}.py" for name in ("ownership", "trees", "values"))
_ROOMS = ("arrows/generators.py", "categories", "derivatives", *_VALUES)
_PLUMBING = (_LINEAR, *(str(_LIBRARY / name) for name in _ROOMS))


def origin(parts: Iterable[str]) -> str:
    """The arrow, or the function, that asks for an operation now, on arguments of these origins.

    That is the outermost function among the callers that is neither in this room nor plumbing, as the code is that
    calls whatever an arrow is made of. Where derivatives are composed there is no such function: then it is what
    computed the arguments.
    """
    frames, plumbing = list[FrameType](), None
    for frame, _ in _callers():
        if frame.f_code.co_filename.startswith(_PLUMBING):
            plumbing = frame
            break
        frames.append(frame)
    if frames:
        name = plain(frames[-1 if plumbing else 0].f_code.co_qualname.split(".")[0].strip("_"))
    else:
        name = next(filter(None, parts), "")
    derived = plumbing and plumbing.f_code.co_filename.startswith(_LINEAR)
    return f"derivative of {name}" if derived and name and not name.startswith("derivative of ") else name


def plain(name: str) -> str:
    """A name without what a comment could end with, in Python or in C: code may have any."""
    return "".join(c if c in "<>" or f"a{c}".isidentifier() else "_" for c in name)


def refusal(what: str, instead: str) -> StagingError:
    """The error of what cannot be staged: with the place in the program, and what to do instead."""
    return _error(what, _callers(), instead)


def refusal_of(error: TypeError) -> StagingError:
    """The same for a `TypeError` of Python, as for an operator that symbols do not have."""
    frames = reversed([(frame, line) for frame, line in walk_tb(error.__traceback__) if not _is_here(frame)])
    return _error(f"{error}", frames, INSTEAD)


def _error(what: str, frames: Iterable[tuple[FrameType, int]], instead: str) -> StagingError:
    """The error, which names the innermost place, and the innermost outside the library, if that is another one."""
    names = list[str]()
    for frame, line in frames:
        name = frame.f_code.co_filename
        if not names or not name.startswith((str(_LIBRARY), "<")):
            names.append(f"{Path(name).name}, line {line}")
        if not name.startswith((str(_LIBRARY), "<")):
            break
    place = f" ({' for '.join(dict.fromkeys(names))})" if names else ""
    return StagingError(f"stage: wanted operations on arrays, got {what}{place}; {instead}")


def _callers() -> Iterator[tuple[FrameType, int]]:
    """The frames that called into staging, from the inside to the outside, with the line that each is at."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if not _is_here(frame):
            yield frame, frame.f_lineno
        frame = frame.f_back


def _is_here(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(_HERE)
