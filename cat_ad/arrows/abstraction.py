"""Ordinary functions as arrows: `arrow(f)`.

A typed function of arrays is run once, on variables, and read off as an arrow: what it computes is a graph, and that
an arrow of the free cartesian category (functional completeness, Lambek & Scott 1986, I.6; Elliott 2017). A value that
has a name is computed once, however often the name is used; what nobody uses is not computed; and all that can be asked
of an arrow can be asked of it. The law is that it is the function:

    arrow(f)(a) = f(a)

>>> import numpy as np
>>> from cat_ad import Dim, Float, cost, matvec, tanh
>>> class Hidden(Dim, size=3): ...
>>> class Inputs(Dim, size=2): ...
>>> @arrow
... def layer(w: Float[Hidden, Inputs], b: Float[Hidden], x: Float[Inputs]) -> Float[Hidden]:
...     return tanh(matvec(w, x) + b)
>>> print(layer)
((w, b, x) -> tanh(affine((w, b), x)))
>>> layer(np.ones((3, 2)), np.zeros(3), np.ones(2)).round(2)
array([0.96, 0.96, 0.96])

A function of one argument is an arrow from its object, and one of more from their product. A function that has no
annotations is given its objects:

>>> square = arrow(lambda x: x * x, Float[Hidden])
>>> square(np.arange(3.0))
array([0., 1., 4.])
"""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial, reduce
from inspect import Parameter, get_annotations, getclosurevars, isfunction, ismethod, signature, unwrap
from pathlib import Path
from types import GenericAlias, TracebackType
from typing import Any, TypeVar, TypeVarTuple, Unpack, overload

import numpy as np
from typing_extensions import TypeForm

from cat_ad.arrows.elements import (
    Element,
    Elements,
    arrow_of,
    fitted,
    free_in,
    is_general,
    leaves,
    object_of,
    told_of,
    variables,
    weights_in,
)
from cat_ad.arrows.parametrised import Para, SomePara
from cat_ad.arrows.terms import Arrow, SomeArrow, with_names
from cat_ad.categories.category import A, B, C, D
from cat_ad.errors import CompositionError, InterpretationError, SpaceError, shortened, told
from cat_ad.objects.differences import first_difference
from cat_ad.objects.spaces import Unit, brief, require_object

E = TypeVar("E")
More = TypeVarTuple("More")

HERE = Path(__file__).parent.parent  # what is in it is the library, and not the user's function


@overload
def arrow(f: Callable[[], E], /) -> Arrow[Unit, E]: ...
@overload
def arrow(f: Callable[[A], E], /) -> Arrow[A, E]: ...
@overload
def arrow(f: Callable[[A, B, Unpack[More]], E], /) -> Arrow[tuple[A, B, *More], E]: ...
@overload
def arrow(f: Callable[[A], E], a: TypeForm[A], /) -> Arrow[A, E]: ...
@overload
def arrow(f: Callable[[A, B], E], a: TypeForm[A], b: TypeForm[B], /) -> Arrow[tuple[A, B], E]: ...
@overload
def arrow(f: Callable[[A, B, C], E], a: TypeForm[A], b: TypeForm[B], c: TypeForm[C], /) -> Arrow[tuple[A, B, C], E]: ...
@overload
def arrow(
    f: Callable[[A, B, C, D], E], a: TypeForm[A], b: TypeForm[B], c: TypeForm[C], d: TypeForm[D], /
) -> Arrow[tuple[A, B, C, D], E]: ...
def arrow(f: Any, /, *objects: Any) -> SomeArrow:
    """The arrow of a function of arrays, from its objects, which are those of its annotations if none are given."""
    names, spaces, cod = _objects("arrow", f, objects)
    context, result = _run(f, spaces, cod)
    for weight in weights_in(result):
        raise InterpretationError(
            f"{_name(f)}: wanted a function without parameters of its own, found those of {weight.drawn.layer}; "
            "@model collects them"
        )
    return with_names(arrow_of(result, context, as_written=True), names)


@overload
def model(f: Callable[[], E], /) -> Para[Any, Unit, E]: ...
@overload
def model(f: Callable[[A], E], /) -> Para[Any, A, E]: ...
@overload
def model(f: Callable[[A, B, Unpack[More]], E], /) -> Para[Any, tuple[A, B, *More], E]: ...
@overload
def model(f: Callable[[A], E], a: TypeForm[A], /) -> Para[Any, A, E]: ...
@overload
def model(f: Callable[[A, B], E], a: TypeForm[A], b: TypeForm[B], /) -> Para[Any, tuple[A, B], E]: ...
@overload
def model(
    f: Callable[[A, B, C], E], a: TypeForm[A], b: TypeForm[B], c: TypeForm[C], /
) -> Para[Any, tuple[A, B, C], E]: ...
@overload
def model(
    f: Callable[[A, B, C, D], E], a: TypeForm[A], b: TypeForm[B], c: TypeForm[C], d: TypeForm[D], /
) -> Para[Any, tuple[A, B, C, D], E]: ...
def model(f: Any, /, *objects: Any) -> SomePara:
    """The parametrised arrow of a function that applies parametrised arrows: its parameters are theirs, in order.

    They are paired to the left, as those of a pipeline are.
    """
    names, spaces, cod = _objects("model", f, objects)
    context, result = _run(f, spaces, cod)
    drawn = [*dict.fromkeys(weight.drawn for weight in weights_in(result))]
    whole: Elements = reduce(lambda left, right: (left, right), [one.whole for one in drawn]) if drawn else ()
    body = arrow_of(result, (whole, context), as_written=True)

    def init(rng: np.random.Generator) -> Any:  # Any: parameters of layers that are known when the function has run
        return reduce(lambda left, right: (left, right), [one.layer.init(rng) for one in drawn]) if drawn else ()

    shown = names[0] if len(names) == 1 else ", ".join(names)
    return Para(
        _name(f), object_of(whole), object_of(context), body.cod, init, lambda: with_names(body, ["parameters", shown])
    )


def _run(f: Callable[..., Any], spaces: list[type], cod: type | None) -> tuple[Elements, Elements]:
    """Variables, and what the function makes of them."""
    given = tuple(map(variables, spaces))
    context = given[0] if len(given) == 1 else given
    with at_line(f):
        result = f(*given)
    return context, as_elements(_name(f), result, cod, context)


def closed(asked: str, f: Callable[..., Any], spaces: Sequence[type]) -> tuple[SomeArrow, Elements]:
    """A local function as an arrow without free variables (closure conversion), and what its variables stand for.

    It begins at the product of the objects of those and of its arguments; if there are none, at that of its arguments.
    """
    given = tuple(map(variables, spaces))
    context = given[0] if len(given) == 1 else given
    result = as_elements(asked, f(*given), None, context)
    free = _balanced(free_in(result, min((x.made for x in leaves(context)), default=0)))
    return arrow_of(result, (free, context) if is_general(free) else context, as_written=True), free


def _balanced(x: Sequence[Elements]) -> Elements:
    """Nested pairs, as deep as must be."""
    if len(x) < 2:
        return x[0] if x else ()
    return _balanced(x[: len(x) // 2]), _balanced(x[len(x) // 2 :])


def as_elements(name: str, result: object, cod: type | None, context: Elements) -> Elements:
    """What a function gave as elements of an object, if that is known. Raises `SpaceError` if it is something else."""
    if not _all_general(result):
        near = leaves(context)
        if cod is None or not near or not _constants(result):
            raise SpaceError(f"{name}: wanted an array, or a tuple of arrays, as its result, got {told_of(result)}")
        result = fitted(name, cod, result, near[0])
    made: Elements = result  # type: ignore[assignment]  # it was looked at
    if cod is not None and object_of(made) != cod:
        found = object_of(made)
        raise SpaceError(f"{name}: wanted a result in {brief(cod)}, got {brief(found)}; {first_difference(found, cod)}")
    return made


def _all_general(x: object) -> bool:
    return isinstance(x, Element) or (isinstance(x, tuple) and all(map(_all_general, x)))


def _constants(x: object) -> bool:
    return (
        all(map(_constants, x)) if isinstance(x, tuple) else isinstance(x, Element | int | float) or hasattr(x, "shape")
    )


def _objects(asked: str, f: Any, given: tuple[Any, ...]) -> tuple[list[str], list[type], type | None]:
    """The names and the objects of the arguments of a function, and that of its result, if it says it."""
    if not callable(f) or isinstance(f, type | GenericAlias):
        raise SpaceError(f"{asked}: wanted a function, got {told(f)}")
    names, is_open = _names(asked, f)
    if given:
        spaces = [require_object(asked, space) for space in given]
        if len(names) != len(spaces) and not (is_open and len(names) < len(spaces)):
            raise SpaceError(f"{asked}: wanted an object for each of {', '.join(names)}, got {len(spaces)}")
        return names, spaces, None
    if is_open:
        raise SpaceError(
            f"{asked}: wanted the objects of the arguments of {_name(f)}; {asked}({_name(f)}, Float[N], ...)"
        )
    found = _annotations(asked, f)
    for name in names:
        if name not in found:
            raise SpaceError(
                f"{asked}: wanted the object of {name}; annotate it, def {_name(f)}({name}: Float[N], ...), or write "
                f"{asked}({_name(f)}, Float[N], ...)"
            )
    cod = require_object(f"{_name(f)}, its result", found["return"]) if "return" in found else None
    return names, [require_object(f"{_name(f)}, of {name}", found[name]) for name in names], cod


def _names(asked: str, f: Any) -> tuple[list[str], bool]:
    """The names of the arguments of a function that have no default, and whether it takes more, without names."""
    try:
        parameters = signature(f).parameters.values()
    except (TypeError, ValueError):
        return [], True
    wanted = [p for p in parameters if p.default is Parameter.empty and p.kind is not Parameter.VAR_KEYWORD]
    if named := [p.name for p in wanted if p.kind is Parameter.KEYWORD_ONLY]:
        raise SpaceError(f"{asked}: wanted arguments by position, got {named[0]} of {_name(f)}, which is given by name")
    at_a_place = [p.name for p in wanted if p.kind is not Parameter.VAR_POSITIONAL]
    return at_a_place, len(at_a_place) < len(wanted)


def _annotations(asked: str, f: Any) -> Mapping[str, Any]:
    """The annotations of a function, which may be strings, and name what is in sight where the function is made."""
    plain = unwrap(f)
    while isinstance(plain, partial):
        plain = unwrap(plain.func)
    if not isfunction(plain):
        plain = getattr(plain if ismethod(plain) else type(plain).__call__, "__func__", type(plain).__call__)
    if not isfunction(plain):
        return {}
    if not any(isinstance(annotation, str) for annotation in get_annotations(plain).values()):
        return get_annotations(plain)
    around, frame = dict[str, Any](), sys._getframe(2)
    while frame.f_back and Path(frame.f_code.co_filename).is_relative_to(HERE):
        frame = frame.f_back
    around |= frame.f_locals
    around |= getclosurevars(plain).nonlocals
    try:
        return get_annotations(plain, locals=around, eval_str=True)
    except NameError as error:
        raise SpaceError(
            f"{asked}: wanted the objects of {_name(f)}, found no {error.name} that its annotations name; "
            f"write {asked}({_name(f)}, ...) with its objects"
        ) from None


def _name(f: Any) -> str:
    return str(getattr(f, "__name__", "the function"))


@contextmanager
def at_line(f: Any) -> Iterator[None]:
    """Name the line of the user's function in the errors of what is done there."""
    try:
        yield
    except (CompositionError, InterpretationError, SpaceError) as error:
        raise _told_at(f, error, type(error), str(error)) from error
    except TypeError as error:
        if "Element" not in str(error):
            raise
        text = f"wanted no numbers of a variable, which are not there yet: {error}; help(cat_ad) lists what can be done"
        raise _told_at(f, error, InterpretationError, text) from error


def _told_at(f: Any, error: Exception, kind: type[Exception], text: str) -> Exception:
    place = _place(error.__traceback__, getattr(getattr(unwrap(f), "__code__", None), "co_filename", ""))
    return kind(f"{_name(f)}, {place}: {text}" if place else text)


def _place(traceback: TracebackType | None, file: str) -> str | None:
    """The last line in the file of the user's function."""
    found = None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == file:
            line = linecache.getline(file, traceback.tb_lineno).strip()
            found = f"line {traceback.tb_lineno}" + (f", `{shortened(line, 100)}`" if line else "")
        traceback = traceback.tb_next
    return found
