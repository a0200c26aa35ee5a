"""Derivatives of functions, and at variables, as a program has them that is itself a function (`arrow`).

What a derivative such as `gradient` takes, an arrow or a parametrised one, may also be an ordinary function, which is
run on variables and read off as an arrow; values that it uses and that are not among its arguments are held fixed. And
the point may have variables in it: then the result depends on them, and is an arrow when all is (`cat_ad.symbolic`).

>>> from cat_ad import Scalar, arrow, gradient
>>> @arrow
... def newton(x: Scalar, y: Scalar) -> Scalar:
...     def miss(x: Scalar) -> Scalar:
...         return x**2 - y
...     return x - miss(x) / gradient(miss)(x)
>>> print(newton)
((x, y) -> a = sub(power 2(x), y); sub(x, div(a, mul(scale 2(power 1(x)), one(a)))))
>>> newton(1.0, 4.0)
np.float64(2.5)
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import partial, wraps
from inspect import Parameter, Signature
from types import GenericAlias
from typing import TypeAlias

from cat_ad.arrows.abstraction import closed
from cat_ad.arrows.completeness import arrow_of
from cat_ad.arrows.elements import (
    WORDS,
    Element,
    Elements,
    Given,
    OfGiven,
    first_in,
    image,
    is_general,
    object_of,
    variables,
)
from cat_ad.arrows.fitting import fitted
from cat_ad.arrows.parametrised import Para
from cat_ad.arrows.polymorphism import constant_of
from cat_ad.arrows.signatures import annotated, at_line
from cat_ad.arrows.terms import Arrow, SomeArrow
from cat_ad.errors import SpaceError
from cat_ad.objects.spaces import factors

# Of an arrow from A, or from what is held fixed and A; the one, if any, and a point in A; all of elements, as what is
# made of them, or a function of such
AtElements: TypeAlias = Callable[[SomeArrow, Elements, Elements], Given]
AT_ELEMENTS: dict[str, AtElements] = {}  # by the names of derivatives; `cat_ad.symbolic` says what they are

Derivative: TypeAlias = OfGiven  # what its types are, its stub says


def of_functions(derivative: Derivative) -> Derivative:
    """Let a derivative of arrows take functions too, points that are variables, and the point at once."""

    @wraps(derivative)
    def either(f: Given, *point: Given, **options: object) -> Given:
        make = _of_function if is_function(f) else _of_arrow
        made = make(partial(derivative, **options), derivative.__name__, f)
        return made(*point) if point else made

    return either


def is_function(f: object) -> bool:
    """Is it an ordinary function, and no arrow?"""
    return callable(f) and not isinstance(f, Arrow | Para | type | GenericAlias)


def _of_arrow(derivative: Derivative, word: str, f: Given) -> OfGiven:
    """The derivative of an arrow, as a function of arrays and of elements."""
    of_arrays = derivative(f)

    @wraps(of_arrays)
    def at(*given: Given, **named: Given) -> Given:
        try:
            return of_arrays(*given, **named)
        except TypeError:
            if named or not is_general(given):
                raise
        point = _fitted(f, given)
        if isinstance(f, Para) and word.endswith("gradient"):  # the input is held fixed
            parameters, x = map(variables, factors(f.arrow.dom))
            held = arrow_of(image(f.arrow, (parameters, x)), (x, parameters))
            return AT_ELEMENTS[word](held, point[1], point[0])
        return AT_ELEMENTS[word](f.arrow, (), point)

    return at


def _fitted(f: Given, given: tuple[Given, ...]) -> Given:
    """A point of an arrow, whose parts may be side by side, as elements."""
    if isinstance(f, Para) and len(given) > 2:
        given = given[0], given[1:]
    return fitted(str(f), f.arrow.dom, given[0] if len(given) == 1 else given, first_in(given))


def _of_function(derivative: Derivative, word: str, f: Given) -> OfGiven:
    """The derivative of a function, as one that is annotated likewise."""
    name = f"{word}({getattr(f, '__name__', 'f').replace('<lambda>', 'f')})"
    names, objects, is_open = ([], {}, True) if f in WORDS.values() else annotated(name, f)

    def at(*given: Given) -> Given:
        if len(given) == 1 and isinstance(given[0], tuple) and len(names) == len(given[0]) > 1:
            given = given[0]
        if len(given) != len(names) and not (is_open and len(given) > len(names)):
            many = f"{len(given)} argument{'s' * (len(given) != 1)}"
            raise SpaceError(f"{name}: wanted {', '.join(names) or 'a function of something'}, got {many}")
        known = [objects.get(argument) for argument in names] + [None] * (len(given) - len(names))
        point = given[0] if len(given) == 1 else given
        with nullcontext() if is_general(point) else at_line(f):
            g, held = closed(name, f, list(map(_object, given, known)))
        if is_general((held, point)):
            return AT_ELEMENTS[word](g, held, _as_elements(point))
        return derivative(g)(point)

    at.__name__, at.__annotations__ = name, objects
    if not is_open:
        at.__signature__ = Signature([Parameter(x, Parameter.POSITIONAL_OR_KEYWORD) for x in names])  # type: ignore[attr-defined]  # which `signature` asks for
    return at


def _object(x: object, annotated: type | None) -> type:
    """The object of a value: of elements their own, and of arrays what is said of them, or else their sizes."""
    return object_of(_as_elements(x)) if annotated is None or is_general(x) else annotated


def _as_elements(x: object) -> Elements:
    """A value as elements, of which an array of numbers is a constant."""
    if isinstance(x, tuple):
        return tuple(map(_as_elements, x))
    return x if isinstance(x, Element) else constant_of(x)
