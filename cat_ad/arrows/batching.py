"""`each(N, f)`: an arrow for one example, over an axis of examples. Its meaning is the loop over that axis.

>>> import numpy as np
>>> from cat_ad import Dim, dot
>>> class I(Dim): ...
>>> class Batch(Dim): ...
>>> each(Batch, dot(I))((np.ones((2, 3)), np.ones((2, 3))))
array([3., 3.])

Parameters are shared by all examples:

>>> from cat_ad import linear
>>> class O(Dim, size=4): ...
>>> class Pixels(Dim, size=3): ...
>>> layer = each(Batch, linear(Pixels, O))
>>> parameters = layer.init(np.random.default_rng(0))
>>> layer(parameters, np.ones((5, 3))).shape
(5, 4)
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from typing_extensions import TypeIs

from cat_ad.arrows.abstraction import closed, with_constants
from cat_ad.arrows.composing import is_function
from cat_ad.arrows.elements import Element, Given, OfGiven, image, in_a_tuple, is_general, told_of
from cat_ad.arrows.fitting import named_as
from cat_ad.arrows.lifting import lift
from cat_ad.arrows.parametrised import Para
from cat_ad.arrows.polymorphism import constant_of
from cat_ad.arrows.printing import WHOLE
from cat_ad.arrows.spreading import over
from cat_ad.arrows.terms import Arrow
from cat_ad.errors import SpaceError, told
from cat_ad.objects.differences import first_difference
from cat_ad.objects.spaces import Dim, dimensions, has_arrays, leading, products, require_dimension, show, without_first
from cat_ad.objects.tangents import stacked
from cat_ad.objects.trees import leaves, tree_map
from cat_ad.objects.values import describe

if TYPE_CHECKING:
    from cat_ad.arrows.each_types import Each


def _typed(each: OfGiven) -> Each:
    return each


@_typed
def each(n: type[Dim], f: Given, *values: Given) -> Given:
    """f on each of N arguments; of a parametrised arrow, with one parameter for all; and of a function, a function.

    A function may use values that are not among its arguments, which then are the same for all N. Given the arguments
    too, it is called on them at once: `each(N, f, x)` is `each(N, f)(x)`, where checkers know what a lambda is of.

    Raises `SpaceError` if the domain has no array to lift.
    """
    if values:
        return each(n, f)(*values)
    require_dimension("each", n)
    if not isinstance(f, Arrow | Para):
        if is_function(f):
            return partial(_each_of, n, f)
        raise SpaceError(f"each({n.__name__}, ...): wanted an arrow, got {told(f)}")
    if not has_arrays(f.dom):
        raise SpaceError(f"each({n.__name__}, ...): wanted an array to lift over {n.__name__}, found {show(f.dom)}")
    if isinstance(f, Arrow):
        return lift(n, f, True)
    return replace(
        f,
        name=f"each({n.__name__}, {f})",
        dom=over(n, f.dom, True),
        cod=over(n, f.cod, True),
        weave=lambda: lift(n, f.arrow, (False, True)),
        tightness=WHOLE,
        stages=(),
    )


def _each_of(n: type[Dim], f: OfGiven, *given: Given) -> Given:
    """f of each row of values that have the axis."""
    asked = f"each({n.__name__}, {getattr(f, '__name__', 'f')})"
    values = given[0] if len(given) == 1 else given
    if not is_general(values):
        rows_of_result = [f(*[row_of(x, i) for x in given]) for i in range(length_of(asked, values))]
        if not is_general(tuple(rows_of_result)):
            return stacked(rows_of_result)
    given = along(n, given)
    values = given[0] if len(given) == 1 else given
    rows = tuple(rows_of(asked, n, x) for x in given)
    g, free = closed(asked, f, rows, partial(with_constants, asked))
    larger = lift(n, g, (False, True) if is_general(free) else True)
    return image(larger, (free, values) if is_general(free) else values)


def along(n: type[Dim], x: Given) -> Given:
    """The value as elements with the axis in front, of which an array of numbers is a constant."""
    if isinstance(x, tuple):
        return tuple(along(n, part) for part in x)
    if not isinstance(x, Element):
        x = constant_of(x)
    first = dimensions(x.space)[:1]
    return named_as(leading(n, without_first(x.space)), x) if first else x


def rows_of(asked: str, n: type[Dim], x: object) -> type:
    """The object of one row of a value. Raises `SpaceError` where it has not the axis."""
    if isinstance(x, tuple):
        return products(*(rows_of(asked, n, part) for part in x))
    if not isinstance(x, Element) or n not in dimensions(x.space)[:1]:
        other = f": {first_difference(x.space, leading(n, without_first(x.space)))}" if _has_axes(x) else ""
        raise SpaceError(f"{asked}: wanted an array whose first dimension is {n.__name__}, got {told_of(x)}{other}")
    return without_first(x.space)


def _has_axes(x: object) -> TypeIs[Element]:
    return isinstance(x, Element) and bool(dimensions(x.space))


def row_of(x: Given, i: int) -> Given:
    """Row i of each array."""
    return tree_map(lambda array: array[i], x)


def length_of(asked: str, values: object) -> int:
    """How many rows all arrays have. Raises `SpaceError` if there is none."""
    many = {len(array) for array in leaves(values) if getattr(array, "ndim", 0)}
    if len(many) != 1:
        raise SpaceError(f"{asked}: wanted arrays of one length, got {describe(values)}{in_a_tuple(values)}")
    return many.pop()
