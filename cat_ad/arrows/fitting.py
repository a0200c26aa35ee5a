"""Values beside elements: numbers and arrays are constants, and what has fewer axes is spread.

An arrow is applied to values in its domain. Where one of these is an element, the others may be numbers or arrays, and
are fitted into their objects, as NumPy fits shapes and dtypes:

>>> import numpy as np
>>> from cat_ad import Dim, Float, Scalar, add, arrow
>>> class N(Dim, size=3): ...
>>> sums = arrow(lambda a, x: add(x, a) * np.arange(3), Scalar, Float[N])
>>> print(sums)
((a, x) -> mul(add(x, spread N(x, a)), constant()))
>>> sums(1.0, np.ones(3))
array([0., 2., 4.])
"""

from __future__ import annotations

import numpy as np

from cat_ad.arrows.elements import WORDS, Element, Elements, Given, first_in, image, in_a_tuple, number_of, told_of
from cat_ad.arrows.spreading import copies, renaming
from cat_ad.arrows.terms import SomeArrow
from cat_ad.errors import SpaceError
from cat_ad.objects.arrays import AnyArray, as_dtype, namespace
from cat_ad.objects.differences import first_difference
from cat_ad.objects.dimensions import dim_name
from cat_ad.objects.spaces import Index, Truth, brief, dimensions, factors, is_array, kind, leading, may_be, of_kind
from cat_ad.objects.values import has_kind


def apply(f: SomeArrow, value: object) -> Elements:
    """f of a value that has elements in it, beside which numbers and arrays are constants.

    Raises `SpaceError` unless it is in the domain of f.
    """
    return image(f, fitted(str(f), f.dom, value, first_in(value)))


def fitted(asked: str, space: type, value: object, near: Element) -> Elements:
    """The value as an element of an object: a number or an array is a constant, and what has fewer axes is spread.

    A number has the dtype that `near` has. Raises `SpaceError` if it is not in the object.
    """
    if isinstance(value, tuple) and not is_array(space):
        parts = factors(space)
        if len(parts) == len(value):
            return tuple(fitted(asked, part, x, near) for part, x in zip(parts, value, strict=True))
    elif isinstance(value, Element) and is_array(space):
        if value.space == space:
            return value
        if may_be_alike(value.space, space):
            return named_as(space, value)
        as_long = dimensions(near.space) == dimensions(space)
        if as_long and (missing := axes_missing(value.space, space)) is not None:
            return spread_like(near, value, missing)
    elif is_array(space) and (made := _constant(space, value, near)) is not None:
        return fitted(asked, space, made, near)
    elif is_array(space) and hasattr(value, "shape"):
        array: AnyArray = value
        is_number = dimensions(space) and not array.shape
        return fitted(asked, space, constant(of_kind(space), array), near) if is_number else constant(space, array)
    raise SpaceError(f"{asked}: wanted {brief(space)}, got {told_of(value)}{_advice(space, value)}")


def _constant(space: type, value: object, near: Element) -> Element | None:
    """A number as an element of the kind of an object: of its own shape and dtype where one with its axes is near."""
    if isinstance(value, bool) and kind(space) == "Bool":
        return Element(Truth, WORDS["constant"](Truth, value))
    number = number_of(float(value) if isinstance(value, bool) and kind(space) == "Float" else value)
    if number is None or kind(space) == "Bool" or (kind(space) == "Int" and not isinstance(number, int)):
        return None
    made: Element
    if near.space == space:
        made = WORDS["full_like"](near, number)
    elif kind(near.space) == kind(space) == "Float":
        own = space if ends_alike(near.space, space) else of_kind(space)
        made = Element(own, WORDS["full_behind"](near.space, own, number), near)
    else:
        form = float if kind(space) == "Float" else int
        made = Element(of_kind(space), WORDS["constant"](of_kind(space), np.asarray(number, form)))
    return made


def constant(space: type, value: Given) -> Elements:
    """An array of numbers, or a tuple of them, as a constant; of integers or truth values, as floats where it must be.

    Raises `SpaceError` if it is not in the object.
    """
    made: Elements = image(WORDS["constant"](space, _as_numbers(space, value)), ())
    return made


def _as_numbers(space: type, x: Given) -> Given:
    """The arrays that are of integers or of truth values, in floats where the object has these, as NumPy computes."""
    if isinstance(x, tuple) and len(x) == len(factors(space)):
        return tuple(map(_as_numbers, factors(space), x))
    whole = is_array(space) and kind(space) == "Float" and hasattr(x, "shape") and not has_kind(space, x)
    return as_dtype(x, namespace(x).float64) if whole and (has_kind(Index, x) or has_kind(Truth, x)) else x


def named_as(space: type, x: Elements) -> Elements:
    """The same elements, with the dimensions that the object has where theirs have no names."""
    if isinstance(x, tuple):
        parts = factors(space)
        return tuple(map(named_as, parts, x)) if len(parts) == len(x) else x
    renames = is_array(space) and x.space != space and may_be_alike(x.space, space)
    return Element(space, renaming(x.space, space), x) if renames else x


def may_be_alike(a: type, b: type) -> bool:
    """Are they of one kind, and of dimensions that may be the same, since some have no name?"""
    ours, theirs = dimensions(a), dimensions(b)
    return kind(a) == kind(b) and len(ours) == len(theirs) and all(map(may_be, ours, theirs))


def ends_alike(large: type, small: type) -> bool:
    """Are the last axes of one array those of another?"""
    own = len(dimensions(small))
    return len(dimensions(large)) >= own > 0 and dimensions(large)[-own:] == dimensions(small)


def axes_missing(small: type, large: type) -> int | None:
    """How many axes in front the large object has more than the small one, if all others are the same."""
    if not is_array(small) or kind(small) != kind(large):
        return None
    ours, theirs = dimensions(small), dimensions(large)
    many = len(theirs) - len(ours)
    return many if many > 0 and theirs[many:] == ours else None


def spread_like(long: Element, x: Element, many: int) -> Element:
    """Copies of x over the first `many` axes of another element, which has the axes of x after those."""
    dims = dimensions(long.space)
    for at in reversed(range(many)):
        larger = leading(dims[at], x.space)
        x = Element(
            larger, copies(dims[at], at - len(dims), len(dims) - at - 1, long.space, x.space, larger), (long, x)
        )
    return x


def _of_each(wanted: type, found: type) -> str:
    """Along which dimension to go, where one of two arrays has it, or has it first."""
    ours, theirs = dimensions(found), dimensions(wanted)
    if kind(wanted) != kind(found) or not ours:
        return ""
    first, last = dim_name(ours[0]), dim_name(ours[-1])
    if ours[1:] == theirs:
        return f"; each({first}, f) goes along {first}"
    if ours[:-1] == theirs:
        return f"; each({last}, f) of the transpose goes along {last}"
    return f"; each({first}, f) goes along {first} of both" if ours == theirs[: len(ours)] else ""


def _advice(space: type, value: object) -> str:
    if value is None:
        return "; the N.size of a dimension without a size is None, but mean(x) needs none"
    if isinstance(value, Element) and is_array(space):
        whole = kind(space) == "Float" != kind(value.space)
        numbers = "; .astype(float) of the array makes numbers of it" if whole else ""
        return f"; {first_difference(value.space, space)}{numbers or _of_each(space, value.space)}"
    if is_array(value) or factors(value):
        return "; the arrow is made of objects alone, and applied to values alone"
    return in_a_tuple(value)


WORDS["apply"] = apply
