"""Where an operation was asked for: the arrow that a line comes from, and the place that an error names."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from traceback import walk_tb
from types import FrameType

from cat_ad.errors import StagingError

INSTEAD = "compose it of what cat_ad/staging/trace/operations.py lists, or compute it outside"
COMPOSING = "categories", "arrows", "linear_maps", "derivatives"  # rooms whose code calls what an arrow is made of
PASSING = "staging", "objects"  # and through which an arrow does what it does
OF_CATEGORY = ".primitive.<locals>."  # functions that a category makes in its method of this name


def origin(parts: Iterable[str], called: str = "") -> str:
    """The arrow, or the function, that asks for an operation now, on arguments of these origins.

    That is the outermost function that code which composes arrows has called; what a category makes of a primitive is
    such code too. Where there is none, it is what is `called` then, or what computed the arguments. Where nothing is
    composed, it is the innermost function.
    """
    names, room = list[str](), ""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        room = _room(frame)
        if room in COMPOSING:
            break
        if room not in PASSING and OF_CATEGORY not in frame.f_code.co_qualname:
            names.append(frame.f_code.co_qualname)
        frame = frame.f_back
    if names:
        name = _titled(names[-1 if room in COMPOSING else 0])
    else:
        name = called.replace("derivative_of_", "derivative of ", 1) or next(filter(None, parts), "")
    is_derivative = room == "linear_maps" and name and not name.startswith("derivative of ")
    return f"derivative of {name}" if is_derivative else name


def _room(frame: FrameType) -> str:
    """The room of this library that a frame is in; of another one, or of code that is in no file, nothing."""
    return "" if frame.f_code.co_filename.startswith("<") else _room_of(frame.f_globals.get("__name__"))


@lru_cache
def _room_of(module: object) -> str:
    library, _, rest = f"{module}.".partition(".")
    return rest.split(".")[0] if library == __name__.split(".")[0] else ""


@lru_cache(1024)
def _titled(name: str) -> str:
    """The first part of a qualified name."""
    return plain(name.split(".")[0].strip("_"))


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
        is_outside = not _room(frame) and not frame.f_code.co_filename.startswith("<")
        if not names or is_outside:
            names.append(f"{Path(frame.f_code.co_filename).name}, line {line}")
        if is_outside:
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
    return _room(frame) == "staging"
