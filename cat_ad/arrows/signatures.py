"""What an ordinary function says of itself: the objects of its arguments, and where it is written.

>>> from cat_ad import Dim, Float
>>> class N(Dim): ...
>>> def double(x: Float[N]) -> Float[N]:
...     return x * 2.0
>>> names, objects, result = signature_of("arrow", double, ())
>>> names, str(result)
(['x'], 'Float[N]')
"""

from __future__ import annotations

import linecache
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from inspect import Parameter, get_annotations, getclosurevars, isfunction, ismethod, signature, unwrap
from pathlib import Path
from types import FunctionType, GenericAlias, TracebackType
from typing import Any, TypeAlias, TypeVar

from cat_ad.errors import CompositionError, InterpretationError, SpaceError, shortened, told
from cat_ad.objects.spaces import dimensions, factors, is_array, require_object

HERE = Path(__file__).parent.parent  # what is in it is the library, and not the user's function

LIBRARIES = "autograd", "jax", "scipy", "torch"  # whose errors speak of their own arrays

Made = TypeVar("Made")
Some: TypeAlias = Callable[..., Any]  # Any: a function of whatever


def signature_of(asked: str, f: Some, given: Sequence[type]) -> tuple[list[str], list[type], type | None]:
    """The names and the objects of the arguments of a function, and that of its result, if it says it.

    What is no function, or no objects, is refused here. Raises `SpaceError`.
    """
    if not callable(f) or isinstance(f, type | GenericAlias):
        raise SpaceError(f"{asked}: wanted a function, got {told(f)}")
    names, is_open = _names(asked, f)
    if given:
        spaces: list[type] = [require_object(asked, space) for space in given]
        if len(names) != len(spaces) and not (is_open and len(names) < len(spaces)):
            raise SpaceError(f"{asked}: wanted an object for each of {', '.join(names)}, got {len(spaces)}")
        return names, spaces, None
    instead = f"write {asked}({name_of(f)}, Float[N], ...)"
    if is_open:
        raise SpaceError(f"{asked}: wanted the objects of the arguments of {place_of(f)}; {instead}")
    found = _annotations(asked, f)
    for name in names:
        if name not in found:
            raise SpaceError(f"{asked}: wanted the object of {name} of {place_of(f)}; annotate it, or {instead}")
        for any_of in _any_of(found[name]):
            raise SpaceError(f"{asked}: wanted an object for {name} of {place_of(f)}, got any {any_of}; {instead}")
    spaces = [require_object(f"{place_of(f)}, of {name}", found[name]) for name in names]
    for name, p in signature(f).parameters.items():
        if p.default is not Parameter.empty and p.kind is not Parameter.KEYWORD_ONLY and is_space(found.get(name)):
            raise SpaceError(
                f"{asked}: wanted no default of {name} of {place_of(f)}, since an arrow is given all its arguments; "
                f"without its annotation, {name} stays at its default"
            )
    return names, spaces, require_object(f"{place_of(f)}, its result", found["return"]) if "return" in found else None


def annotated(asked: str, f: Some) -> tuple[list[str], dict[str, type], bool]:
    """The names of the arguments of a function, the objects of those that have one, and whether it takes more."""
    names, is_open = _names(asked, f)
    found = _annotations(asked, f)
    objects = {x: a for x, a in found.items() if is_space(a) and not _any_of(a)}
    return names, {x: objects[x] for x in names if x in objects}, is_open


def is_space(found: object) -> bool:
    """Is it an object, which is not empty?"""
    return is_array(found) or bool(factors(found))


def _any_of(space: object) -> list[str]:
    """The type variables in an object."""
    if is_array(space):
        return [name for dim in dimensions(space) for name in _any_of(dim)]
    variables = (space,) if isinstance(space, TypeVar) else getattr(space, "__parameters__", ())
    return [variable.__name__ for variable in variables]


def _names(asked: str, f: Some) -> tuple[list[str], bool]:
    """The names of the arguments of a function that have no default, and whether it takes more, without names."""
    try:
        parameters = signature(f).parameters.values()
    except (TypeError, ValueError):
        return [], True
    wanted = [p for p in parameters if p.default is Parameter.empty and p.kind is not Parameter.VAR_KEYWORD]
    if named := [p.name for p in wanted if p.kind is Parameter.KEYWORD_ONLY]:
        raise SpaceError(
            f"{asked}: wanted arguments by position, got {named[0]} of {place_of(f)}, which is given by name; "
            "functools.partial gives it a value"
        )
    at_a_place = [p.name for p in wanted if p.kind is not Parameter.VAR_POSITIONAL]
    return at_a_place, len(at_a_place) < len(wanted)


def _annotations(asked: str, f: Some) -> Mapping[str, type]:
    """The annotations of a function, which may be strings, and name what is in sight where the function is made."""
    plain = plain_of(f)
    if not plain:
        return {}
    if not any(isinstance(annotation, str) for annotation in get_annotations(plain).values()):
        return get_annotations(plain)
    around, frame = dict[str, object](), sys._getframe()
    while frame.f_back and Path(frame.f_code.co_filename).is_relative_to(HERE):
        frame = frame.f_back
    around |= frame.f_locals
    around |= getclosurevars(plain).nonlocals
    try:
        return get_annotations(plain, locals=around, eval_str=True)
    except NameError as error:
        raise SpaceError(
            f"{asked}: wanted the objects of {place_of(f)}, found no {error.name} that its annotations name; "
            f"write {asked}({name_of(f)}, ...) with its objects"
        ) from None


# Where it is written -------------------------------------------------------------------------------------------------


def plain_of(f: Some) -> FunctionType | None:
    """The function of Python behind one that is wrapped, of which some arguments are given, or that is a method."""
    f = unwrap(f)
    while isinstance(f, partial):
        f = unwrap(f.func)
    if not isfunction(f):
        f = getattr(f if ismethod(f) else type(f).__call__, "__func__", type(f).__call__)
    return f if isfunction(f) else None


def name_of(f: Some) -> str:
    """The name of a function, or of that of which some arguments are given; or of the class of what can be called."""
    return name_of(f.func) if isinstance(f, partial) else str(getattr(f, "__name__", type(f).__name__))


def told_by(made: Made, f: Some) -> Made:
    """What is made of a function, with its name and what it says of itself, which `help` shows."""
    vars(made).update(
        {name: getattr(f, name) for name in ("__name__", "__doc__", "__module__") if getattr(f, name, "")}
    )
    return made


def place_of(f: Some) -> str:
    """Its name, and the line where it begins."""
    plain = plain_of(f)
    return f"{name_of(f)}, line {plain.__code__.co_firstlineno}" if plain else name_of(f)


@contextmanager
def at_line(f: Some) -> Iterator[None]:
    """Name the line of the user's function in the errors of what is done there."""
    try:
        yield
    except (CompositionError, InterpretationError, SpaceError) as error:
        raise _told_at(f, error, type(error), str(error)) from error
    except RecursionError as error:
        text = (
            "wanted calls no deeper than Python goes, found deeper ones, as of a function that calls itself without "
            "end; fold and iterate repeat a step"
        )
        raise _told_at(f, error, InterpretationError, text) from error
    except TypeError as error:
        if "Element" not in str(error):
            raise
        if library := _library(error):
            text = (
                f"wanted what can be done with variables, whose numbers are not there yet, found a function of "
                f"{library}; help(cat_ad) lists what does the same"
            )
            raise _told_at(f, error, InterpretationError, text) from error
        lines = [line for line in str(error).splitlines()[:2] if "Element(" not in line]  # jaxtyping writes many
        said = " ".join(lines).replace("'Element'", "a variable").replace("Element", "a variable")
        text = f"wanted what can be done with variables, whose numbers are not there yet: {said}; help(cat_ad) lists it"
        raise _told_at(f, error, InterpretationError, text) from error


def _told_at(f: Some, error: Exception, kind: type[Exception], text: str) -> Exception:
    plain = plain_of(f)
    place = _last_line(error.__traceback__, plain.__code__.co_filename) if plain else None
    return kind(f"{name_of(f)}, {place}: {text}" if place else text)


def _library(error: Exception) -> str:
    """The name of the library of arrays in which an error was raised, if it was; JAX hides where."""
    name, traceback = "", error.__traceback__
    while traceback is not None:
        name = str(traceback.tb_frame.f_globals.get("__name__", "")).partition(".")[0]
        traceback = traceback.tb_next
    of_jax = "jax" if re.search(r"\bJAX\b|jit-wrapped", str(error)) else ""
    return name if name in LIBRARIES else of_jax


def _last_line(traceback: TracebackType | None, file: str) -> str | None:
    """The last line in a file, which is that of the user's function."""
    found = None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == file:
            line = linecache.getline(file, traceback.tb_lineno).strip()
            found = f"line {traceback.tb_lineno}" + (f", `{shortened(line, 100)}`" if line else "")
        traceback = traceback.tb_next
    return found
