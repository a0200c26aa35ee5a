"""One name, two uses: of objects a family of arrows gives the arrow, and of values what that arrow makes of them.

    tanh(Float[Hidden])    the arrow                 matvec(I, O)    the arrow
    tanh(x)                of x: its tanh            matvec(w, x)    of w and x: their product

The objects of which the arrow is wanted are found from those of the values, by matching (Milner 1978): the family at
unknown objects begins at a pattern, such as `tuple[Float[O, I], Float[I]]`, and the objects of the values say what the
unknowns are. Values are generalised elements, of which the result is one; or arrays, which are computed with at once:

>>> import numpy as np
>>> from cat_ad import matvec
>>> matvec(np.ones((2, 3)), np.ones(3))
array([3., 3.])
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, wraps
from inspect import get_annotations, signature
from typing import Any, TypeAlias

import numpy as np

from cat_ad.arrows.elements import WORDS, Element, Elements, arrow_of, fitted, image, is_general, told_of, variable
from cat_ad.errors import SpaceError
from cat_ad.objects.arrays import MANY, AnyArray
from cat_ad.objects.ownership import own
from cat_ad.objects.spaces import (
    UNIT,
    Dim,
    Index,
    Scalar,
    brief,
    dimensions,
    factors,
    floats,
    integers,
    is_array,
    kind,
    products,
)
from cat_ad.objects.trees import tree_map
from cat_ad.objects.values import describe, has_kind, is_plain

Family: TypeAlias = Callable[..., Any]  # Any: of objects to an arrow between them, or of values to a value


class Unknown(Dim):
    """A dimension that is to be found."""


class AnyObject(Dim):
    """The dimension of an array that stands for any object."""


def polymorphic(*names: str) -> Callable[[Family], Any]:  # Any: what its types are of values, the family says
    """Let a function of objects to arrows take values too; elements know it by its name, and by these."""

    def decorate(family: Family) -> Any:  # Any: likewise
        @wraps(family)
        def either(*given: Any, **named: Any) -> Any:  # Any: objects and numbers, or values and numbers
            return _applied(family, given, named) if given and is_value(given[0]) else family(*given, **named)

        WORDS.update(dict.fromkeys((family.__name__, *names), either))
        return either

    return decorate


def is_value(x: object) -> bool:
    """Is it a value: an element, an array, a number, or a tuple of values?"""
    return isinstance(x, Element | tuple | int | float) or is_plain(x)


def _applied(family: Family, given: tuple[Any, ...], named: dict[str, Any]) -> Any:  # Any: as above
    if not is_general(given):
        return at_once(lambda *values: _applied(family, values, named), given)
    name, unknowns = family.__name__, _unknowns(family)
    pattern, values, more = _apart(family, given, named)
    found = dict[type, type]()
    _match(pattern, values, found)
    if missing := [at for at in unknowns if at not in found]:
        which = ", ".join(_name(at) for at in missing)
        raise _refused(family, given, named, f"of {_written(pattern)}, and {told_of(values)} does not tell {which}")
    arrow = family(*[found[at] for at in unknowns], *more, **named)
    return image(arrow, fitted(name, arrow.dom, values, _largest(values)))


def _apart(family: Family, given: tuple[Any, ...], named: dict[str, Any]) -> tuple[type, Any, tuple[Any, ...]]:
    """The domain at unknown objects; and what is given, as a value of that, and as what else the family takes.

    Any: as above.
    """
    unknowns = _unknowns(family)
    for many in range(len(given), 0, -1):
        values, more = given[:many], given[many:]
        try:
            dom = family(*unknowns, *more, **named).dom
        except TypeError:  # this many values are too many, or too few
            continue
        parts = len(factors(dom))
        if many == 1 and (not parts or isinstance(values[0], tuple)):
            return dom, values[0], more
        if many == parts:
            return dom, values, more
    dom = _written(family(*unknowns).dom) if len(signature(family).parameters) == len(unknowns) else "of other objects"
    raise _refused(family, given, named, f"of {dom}, each by itself")


def _refused(family: Family, given: tuple[Any, ...], named: dict[str, Any], wanted: str) -> SpaceError:
    """What the family says of these as objects, and what values it takes."""
    try:
        family(*given, **named)
    except TypeError as error:  # a SpaceError is one
        return SpaceError(f"{error}; or values {wanted}")
    return SpaceError(f"{family.__name__}: wanted objects, or values {wanted}")


@lru_cache(maxsize=MANY)
def _unknowns(family: Family) -> tuple[type, ...]:
    """Unknown objects and dimensions, as many as the family wants, which its annotations tell."""
    found = list[type]()
    for name, annotation in get_annotations(family).items():
        variable_of = re.fullmatch(r"(?:type|TypeForm)\[(\w+)\]", str(annotation))
        if variable_of and name != "return":
            bound = getattr(family.__globals__[variable_of[1]], "__bound__", None)
            wanted = Unknown if bound is Dim else AnyObject
            made = type(variable_of[1], (wanted,), {}, size=2)  # some size, which a family may ask for
            found.append(made if wanted is Unknown else floats(made))
    return tuple(found)


def _match(pattern: type, value: object, found: dict[type, type]) -> None:
    """Find what the unknowns of a pattern stand for in a value, from the elements in it."""
    if _any_object(pattern):
        if isinstance(value, Element | tuple) and is_general(value):
            here = _object(value)
            if here is not None and len(_axes(here)) >= len(_axes(found.get(pattern, UNIT))):
                found[pattern] = here
    elif is_array(pattern):
        if isinstance(value, Element) and len(dimensions(value.space)) == len(dimensions(pattern)):
            for wanted, dim in zip(dimensions(pattern), dimensions(value.space), strict=True):
                _match_dimension(wanted, dim, found)
    elif isinstance(value, tuple):
        for part, x in zip(factors(pattern), value, strict=False):
            _match(part, x, found)


def _match_dimension(pattern: type, dim: type, found: dict[type, type]) -> None:
    if issubclass(pattern, Unknown):
        found.setdefault(pattern, dim)
    for wanted, part in zip(getattr(pattern, "factors", ()), getattr(dim, "factors", ()), strict=False):
        _match_dimension(wanted, part, found)


def _any_object(pattern: type) -> bool:
    return is_array(pattern) and any(issubclass(dim, AnyObject) for dim in dimensions(pattern))


def _axes(space: type) -> tuple[type, ...]:
    return dimensions(space) if is_array(space) else ()


def _object(value: object) -> type | None:
    """The object of a value of elements, if it has nothing else in it."""
    if isinstance(value, tuple):
        parts = list(map(_object, value))
        return None if None in parts else products(*parts)
    return value.space if isinstance(value, Element) else None


def _largest(value: object) -> Element:
    """The element with the most axes, of numbers that are not integers if there is one."""
    return max(_elements(value), key=lambda x: (kind(x.space) == "Float", len(dimensions(x.space))))


def _elements(value: object) -> list[Element]:
    if isinstance(value, tuple):
        return [x for part in value for x in _elements(part)]
    return [value] if isinstance(value, Element) else []


def _name(unknown: type) -> str:
    return dimensions(unknown)[0].__name__ if is_array(unknown) else unknown.__name__


def _written(pattern: type) -> str:
    """A pattern, in which an unknown object is its letter."""
    if _any_object(pattern):
        return _name(pattern)
    return f"tuple[{', '.join(map(_written, parts))}]" if (parts := factors(pattern)) else brief(pattern)


# At once -------------------------------------------------------------------------------------------------------------


def at_once(f: Callable[..., Elements], given: tuple[Any, ...]) -> Any:  # Any: arrays, numbers, and tuples of those
    """A function of elements, of arrays: their objects are those of their shapes, in which a size is a dimension."""
    if not any(map(_has_array, given)):  # of numbers alone, the first is the argument
        given = (tree_map(np.asarray, given[0]), *given[1:])
    arrays = list[tuple[Element, AnyArray]]()
    made = f(*[_variable(x, arrays) for x in given])
    variables, values = zip(*arrays, strict=True)
    together = (lambda x: x[0]) if len(arrays) == 1 else tuple
    a = together(values)
    return own(arrow_of(made, together(variables)).unchecked(a), a)


def _has_array(x: object) -> bool:
    return any(map(_has_array, x)) if isinstance(x, tuple) else hasattr(x, "shape")


def _variable(x: Any, arrays: list[tuple[Element, AnyArray]]) -> Any:  # Any: as above, and elements
    """A variable for each array."""
    if isinstance(x, tuple):
        return tuple(_variable(part, arrays) for part in x)
    if not hasattr(x, "shape"):
        return x
    made = variable(space_of(x))
    arrays.append((made, x))
    return made


def space_of(x: AnyArray) -> type:
    """The object of an array, in which each size is a dimension. Raises `SpaceError` for one of no numbers."""
    dims = map(sized, x.shape)
    for form, make in (Scalar, floats), (Index, integers):
        if has_kind(form, x):
            return make(*dims)
    raise SpaceError(f"wanted an array of floating-point numbers or of integers, got {describe(x)}")


@lru_cache(maxsize=MANY)
def sized(n: int) -> type[Dim]:
    """The dimension of arrays whose dimensions have no names."""
    made: type[Dim] = type(str(n), (Dim,), {}, size=n or None)
    return made
