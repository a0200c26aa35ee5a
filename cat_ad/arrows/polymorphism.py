"""One name, two uses: of objects a family of arrows gives the arrow, and of values what that arrow makes of them.

    tanh(Float[Hidden])    the arrow                 matvec(I, O)    the arrow
    tanh(x)                of x: its tanh            matvec(w, x)    of w and x: their product

The objects of which the arrow is wanted are found from those of the values, by matching (Milner 1978): the family at
unknown objects begins at a pattern, such as `tuple[Float[O, I], Float[I]]`, and the objects of the values say what the
unknowns are; those that the values do not tell are given before them, in order. Values are generalised elements, of
which the result is one; or arrays, which are computed with at once:

>>> import numpy as np
>>> from cat_ad import matvec
>>> matvec(np.ones((2, 3)), np.ones(3))
array([3., 3.])
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache, wraps
from inspect import Parameter, signature
from types import GenericAlias, new_class
from typing import TypeAlias

import numpy as np

from cat_ad.arrows.completeness import arrow_of
from cat_ad.arrows.elements import (
    WORDS,
    Element,
    Elements,
    Given,
    OfGiven,
    image,
    in_a_tuple,
    is_general,
    require_no_holder,
    told_of,
    variable,
)
from cat_ad.arrows.fitting import constant, fitted
from cat_ad.errors import SpaceError
from cat_ad.objects.arrays import MANY, AnyArray, as_dtype, namespace
from cat_ad.objects.ownership import own
from cat_ad.objects.spaces import (
    UNIT,
    Dim,
    Index,
    Scalar,
    Truth,
    brief,
    dimensions,
    factors,
    floats,
    integers,
    is_array,
    kind,
    nameless,
    of_kind,
    products,
    truths,
)
from cat_ad.objects.trees import leaves, tree_map
from cat_ad.objects.values import describe, has_kind, is_plain

RANKS = 5  # how many more axes a family of any rank may have

Family: TypeAlias = OfGiven  # of objects to an arrow between them, or of values to a value
INSTEAD = dict[Family, str]()  # what else to write, by family


class Unknown(Dim):
    """A dimension that is to be found."""


class AnyObject(Dim):
    """The dimension of an array that stands for any object."""


def polymorphic(*names: str, instead: str = "") -> Callable[[Family], Given]:  # its types, of values, the family says
    """Let a function of objects to arrows take values too; elements know it by its name, and by these.

    `instead` is what else to write of values that it does not take, which its errors say.
    """

    def decorate(family: Family) -> Given:
        @wraps(family)
        def either(*given: Given, **named: Given) -> Given:
            require_no_holder(family.__name__, given)
            if _has_values(given):
                return _applied(family, given, named)
            try:
                return family(*given, **named)
            except TypeError as error:
                if _takes(family, given, named):
                    raise
                call = f"{family.__name__}({', '.join(signature(family).parameters)})"
                raise SpaceError(f"wanted the call {call}, or one of values, got {len(given)} arguments") from error

        WORDS.update(dict.fromkeys((family.__name__, *names), either))
        INSTEAD[family] = instead
        return either

    return decorate


def _takes(family: Family, given: tuple[Given, ...], named: dict[str, Given]) -> bool:
    """Does it take so many arguments?"""
    try:
        signature(family).bind(*given, **named)
    except TypeError:
        return False
    return True


def is_value(x: object) -> bool:
    """Is it a value: an element, an array, a number, or a tuple of values?"""
    return isinstance(x, Element | tuple | int | float) or is_plain(x)


def _has_values(given: tuple[object, ...]) -> bool:
    """Is it of values? These begin the arguments, or follow objects, which numbers may follow too."""
    many = _objects(given)
    return len(given) > many and (is_value(given[0]) or is_general(given[many]) or _has_axes(given[many]))


def _objects(given: tuple[object, ...]) -> int:
    """How many objects and dimensions the arguments begin with."""
    return next((at for at, x in enumerate(given) if not isinstance(x, type | GenericAlias)), len(given))


def _applied(family: Family, given: tuple[Given, ...], named: dict[str, Given]) -> Given:
    objects, given = given[: _objects(given)], given[_objects(given) :]
    if len(objects) >= len(_unknowns(family)):
        return _told(family, objects, given, named)
    if not is_general(given):
        return at_once(lambda *values: _applied(family, (*objects, *values), named), given)
    name = family.__name__
    unknowns, pattern, values, more = _apart(family, given, named)
    values = _constants(pattern, values)
    found = dict[type, type]()
    _match(pattern, values, found)
    if not objects:
        _match_arrays(pattern, values, found)
    missing = [at for at in unknowns if at not in found]
    if len(missing) != len(objects):
        which = ", ".join(map(_name, missing))
        told = f"tells all but {which or 'none'}" if objects else f"does not tell {which}"
        raise _refused(family, given, named, f"of {_written(pattern)}, got {told_of(values)}, which {told}")
    found.update(zip(missing, objects, strict=True))
    arrow = family(*[found[at] for at in unknowns], *more, **named)
    return image(arrow, fitted(name, arrow.dom, values, _largest(values)))


def _told(family: Family, objects: tuple[Given, ...], given: tuple[Given, ...], named: dict[str, Given]) -> Given:
    """The arrow of all objects, of the values."""
    for many in range(len(given), 0, -1):
        try:
            arrow = family(*objects, *given[many:], **named)
        except TypeError:  # this many values are too many, or too few
            continue
        if many in (1, len(factors(arrow.dom))):
            return arrow(*given[:many])
    raise _refused(family, objects, named, "beside these objects")


def _apart(
    family: Family, given: tuple[Given, ...], named: dict[str, Given]
) -> tuple[tuple[type, ...], type, Given, tuple[Given, ...]]:
    """Unknown objects, the domain at these; and what is given, as a value of that, and as what else the family takes.

    A family of any rank has as many unknown dimensions as the values have axes.
    """
    found = []
    for rest in range(RANKS if _any_rank(family) else 1):
        unknowns = _unknowns(family, rest)
        for many in range(len(given), 0, -1):
            values, more = given[:many], given[many:]
            try:
                dom = family(*unknowns, *more, **named).dom if more or named else _pattern(family, unknowns)
            except TypeError:  # this many values are too many, or too few
                continue
            parts = len(factors(dom))
            alone = many == 1 and (not parts or isinstance(values[0], tuple))
            if alone or many == parts:
                value = values[0] if alone else values
                if _fits(dom, value):
                    return unknowns, dom, value, more
                found.append((unknowns, dom, value, more))
    if found:
        return found[0]
    simple = len(signature(family).parameters) == len(_unknowns(family)) or _any_rank(family)
    dom = f"of {_written(family(*_unknowns(family)).dom)}" if simple else "of other objects"
    raise _refused(family, given, named, f"{dom}, each by itself, got {told_of(given)}")


@lru_cache(maxsize=MANY)
def _pattern(family: Family, unknowns: tuple[type, ...]) -> type:
    """The domain at these. Raises as the family."""
    pattern: type = family(*unknowns).dom
    return pattern


def _fits(pattern: type, value: object) -> bool:
    """Have all elements as many axes as the pattern has?"""
    if any_object(pattern) or not is_general(value):
        return True
    if isinstance(value, tuple):
        return all(map(_fits, factors(pattern), value))
    return len(_axes(_object(value))) == len(_axes(pattern))


def _refused(family: Family, given: tuple[Given, ...], named: dict[str, Given], wanted: str) -> SpaceError:
    """What values the family takes; and of numbers alone, which may be meant as objects, what it says of these."""
    if _has_axes(given) or any(x.run for x in _elements(given)):
        advice = INSTEAD.get(family)
        return SpaceError(f"{family.__name__}: wanted values {wanted}{f'; {advice}' if advice else ''}")
    try:
        family(*given, **named)
    except TypeError as error:  # a SpaceError is one
        return SpaceError(f"{error}; or values {wanted}")
    return SpaceError(f"{family.__name__}: wanted objects, or values {wanted}")


@lru_cache(maxsize=MANY)
def _any_rank(family: Family) -> bool:
    """Does it take any number of dimensions?"""
    return any(parameter.kind is Parameter.VAR_POSITIONAL for parameter in signature(family).parameters.values())


@lru_cache(maxsize=MANY)
def _unknowns(family: Family, rest: int = 0) -> tuple[type, ...]:
    """Unknown objects and dimensions, as many as the family wants, which its annotations tell; and so many more."""
    found = list[type]()
    for name, parameter in signature(family).parameters.items():
        variable_of = re.fullmatch(r"(?:type|TypeForm)\[(\w+)\]", str(parameter.annotation))
        for _ in range((rest if parameter.kind is Parameter.VAR_POSITIONAL else 1) if variable_of else 0):
            assert variable_of
            of = family.__globals__[variable_of[1]]
            bound = getattr(of, "__bound__", None)
            wanted: type[Dim] = Unknown if Dim in (of, bound) else AnyObject
            made = new_class(name.upper(), (wanted,), {"size": 2})  # some size, which a family may ask for
            form = truths if "Bool" in str(bound) else floats
            found.append(made if wanted is Unknown else form(made))
    return tuple(found)


def known(dim: type[Dim]) -> bool:
    """Is it known which size it has? That of a dimension that is to be found means nothing."""
    return dim.size is not None and not issubclass(dim, Unknown)


def _match(pattern: type, value: object, found: dict[type, type]) -> None:
    """Find what the unknowns of a pattern stand for in a value, from the elements in it."""
    if any_object(pattern):
        if isinstance(value, Element | tuple) and is_general(value):
            here = _object(value)
            if here is not None and len(_axes(here)) >= len(_axes(found.get(pattern, UNIT))):
                found[pattern] = here
            if kind(pattern) == "Bool" and here is not None and is_array(here):  # a mask, of numbers over its axes
                found.setdefault(floats(*dimensions(pattern)), floats(*dimensions(here)))
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
    if getattr(pattern, "form", None) is getattr(dim, "form", None):
        for wanted, part in zip(getattr(pattern, "factors", ()), getattr(dim, "factors", ()), strict=True):
            _match_dimension(wanted, part, found)


def _match_arrays(pattern: type, value: object, found: dict[type, type]) -> None:
    """Find what elements do not tell in arrays of numbers, whose dimensions have no names."""
    if isinstance(value, tuple):
        for part, x in zip(factors(pattern), value, strict=False):
            _match_arrays(part, x, found)
    elif not isinstance(value, Element) and not any_object(pattern):
        for wanted, n in zip(dimensions(pattern), getattr(value, "shape", ()), strict=False):
            _match_dimension(wanted, nameless(n), found)


def any_object(pattern: type) -> bool:
    """Does it stand for any object, which is to be found?"""
    return is_array(pattern) and any(issubclass(dim, AnyObject) for dim in dimensions(pattern))


def _constants(pattern: type, values: Given) -> Given:
    """The values, but arrays with more axes than the elements beside them are constants, over which these are spread.

    The last axes of such an array have the dimensions of the element with the most; those before have no names.
    """
    parts = factors(pattern)
    if not isinstance(values, tuple) or not parts:
        return values

    def as_constant(part: type, x: Given) -> Given:
        beside = [y for other, y in zip(parts, values, strict=True) if other is part and isinstance(y, Element)]
        if isinstance(x, Element) or not hasattr(x, "shape") or not any_object(part) or not beside:
            return x
        space = _largest(tuple(beside)).space
        dims = dimensions(space)
        more = len(x.shape) - len(dims)
        if more <= 0 or any(dim.size not in (None, n) for dim, n in zip(dims, x.shape[more:], strict=True)):
            return x
        return constant(of_kind(space, *map(nameless, x.shape[:more]), *dims), x)

    return tuple(map(as_constant, parts, values))


def _axes(space: type | None) -> tuple[type, ...]:
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
    if any_object(pattern):
        return _name(pattern)
    return f"tuple[{', '.join(map(_written, parts))}]" if (parts := factors(pattern)) else brief(pattern)


# At once -------------------------------------------------------------------------------------------------------------


def at_once(f: Callable[..., Elements], given: tuple[Given, ...]) -> Given:
    """A function of elements, of arrays: their objects are those of their shapes, in which a size is a dimension."""
    if not any(map(_has_array, given)):  # of numbers alone, the first is the argument
        given = (tree_map(np.asarray, given[0]), *given[1:])
    try:
        return _of_arrays(f, given)
    except SpaceError:
        for numbers in _as_numbers(given):
            with suppress(SpaceError):
                return _of_arrays(f, numbers)
        raise


def _as_numbers(given: tuple[Given, ...]) -> Iterator[tuple[Given, ...]]:
    """With floats for integers that stand beside floats, and then for truth values too, as NumPy computes."""
    arrays = [x for x in leaves(given) if hasattr(x, "shape") and is_plain(x)]
    floating = next((x for x in arrays if has_kind(Scalar, x)), None)
    for forms in (Index,), (Index, Truth):
        others = {id(x) for x in arrays if any(has_kind(form, x) for form in forms)}
        if floating is not None and others:
            wide = namespace(floating).float64
            yield tree_map(lambda x, wide=wide, others=others: as_dtype(x, wide) if id(x) in others else x, given)


def _of_arrays(f: Callable[..., Elements], given: tuple[Given, ...]) -> Given:
    arrays = list[tuple[Element, AnyArray]]()
    made = f(*[_variable(x, arrays) for x in given])
    variables, values = zip(*arrays, strict=True)
    together = (lambda x: x[0]) if len(arrays) == 1 else tuple
    a = together(values)
    return own(arrow_of(made, together(variables)).unchecked(a), a)


def _has_array(x: object) -> bool:
    return any(map(_has_array, x)) if isinstance(x, tuple) else hasattr(x, "shape")


def _has_axes(x: object) -> bool:
    if isinstance(x, tuple):
        return any(map(_has_axes, x))
    return bool(dimensions(x.space) if isinstance(x, Element) else getattr(x, "shape", ()))


def _variable(x: Given, arrays: list[tuple[Element, AnyArray]]) -> Given:
    """A variable for each array."""
    if isinstance(x, tuple):
        return tuple(_variable(part, arrays) for part in x)
    if not hasattr(x, "shape"):
        return x
    made = variable(space_of(x))
    arrays.append((made, x))
    return made


def constant_of(x: Given) -> Element:
    """An array of numbers as a constant, whose dimensions have no names. Raises `SpaceError` for what makes none."""
    require_no_holder("a constant", (x,))
    array = x if hasattr(x, "shape") else np.asarray(x)
    if array.dtype == object:
        raise SpaceError(f"wanted an array, or a tuple of arrays, got {told_of(x)}{in_a_tuple(x)}")
    space = space_of(array)
    return Element(space, WORDS["constant"](space, array))


def space_of(x: AnyArray) -> type:
    """The object of an array, in which each size is a dimension. Raises `SpaceError` for one of no numbers."""
    dims = map(nameless, x.shape)
    for form, make in (Scalar, floats), (Index, integers), (Truth, truths):
        if has_kind(form, x):
            return make(*dims)
    raise SpaceError(f"wanted an array of floating-point numbers, of integers or of truth values, got {describe(x)}")
