"""Reductions of an array: of all its entries to a number, or to an array of those dimensions that are to be left.

    total(Float[I, J])             Float[I, J] -> Scalar          total(x)
    total(Float[I, J], Float[J])   Float[I, J] -> Float[J]        total(x, Float[J])
    total(I)                       Float[I] -> Scalar

The dimensions that the result does not have are those along which it goes, as in `contraction`. An array of NumPy has
no names of dimensions; there the arrow is applied, total(Float[I, J], Float[J])(x).

>>> import numpy as np
>>> from cat_ad import Dim, Float, mean
>>> class I(Dim, size=2): ...
>>> class J(Dim, size=3): ...
>>> mean(Float[I, J], Float[J])(np.array([[1.0, 2.0, 3.0], [3.0, 4.0, 5.0]]))
array([2., 3., 4.])
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Protocol, TypeVar, TypeVarTuple, overload

from typing_extensions import TypeForm

from cat_ad.arrows.lifting import lift
from cat_ad.arrows.polymorphism import any_object, polymorphic
from cat_ad.arrows.structure import identity
from cat_ad.arrows.terms import Arrow, SomeArrow
from cat_ad.errors import SpaceError
from cat_ad.objects.spaces import (
    Dim,
    Float,
    Scalar,
    brief,
    dimensions,
    floats,
    is_array,
    kind,
    require_object,
    show,
    times,
)
from cat_ad.primitives.elementwise import require_float
from cat_ad.primitives.layout import flatten
from cat_ad.primitives.named_sums import contraction

N = TypeVar("N", bound=Dim)
S = TypeVarTuple("S")
T = TypeVarTuple("T")


class Reduction(Protocol):
    """A reduction: of an object, the arrow, and of an array, the number; or to the array of a given object."""

    # Of values first: ty takes one for a TypeForm
    @overload
    def __call__(self, x: Float[*S], /) -> Scalar: ...
    @overload
    def __call__(self, x: Float[*S], to: TypeForm[Float[*T]], /) -> Float[*T]: ...
    @overload
    def __call__(self, a: TypeForm[Float[*S]], /) -> Arrow[Float[*S], Scalar]: ...
    @overload
    def __call__(self, n: type[N], /) -> Arrow[Float[N], Scalar]: ...
    @overload
    def __call__(self, a: TypeForm[Float[*S]], to: TypeForm[Float[*T]], /) -> Arrow[Float[*S], Float[*T]]: ...


def reduction(*names: str) -> Callable[[Callable[..., SomeArrow]], Reduction]:
    """Let a function of an object, and of another, take a value too; elements know it by its name, and by these."""
    return polymorphic(*names)


def along(name: str, a: type, to: type | None, whole: Callable[[type], SomeArrow]) -> SomeArrow:
    """The reduction to an object, or to a number, that does `whole` of all entries along what that has not.

    Raises `SpaceError` unless a is one array of numbers, or a dimension, for which that of a vector stands; and unless
    the other is one of some of its dimensions, in which each occurs once.
    """
    a = floats(a) if isinstance(a, type) and issubclass(a, Dim) else require_object(name, a)
    if not is_array(a):
        raise SpaceError(f"{name}: wanted one array, got {show(a)}; take it of each factor")
    require_float(name, a)
    if to is None or any_object(a):
        return whole(a)
    dims, kept = dimensions(a), _kept(name, a, to)
    front = 0
    while dims[front : front + 1] == kept[front : front + 1] != ():
        front += 1
    stay, rest = kept[front:], dims[front:]
    gone = tuple(dim for dim in rest if dim not in stay)
    arrow = _over(stay, whole(floats(*gone)))
    if stay + gone != rest:
        arrow = contraction(floats(*rest), floats(*stay, *gone)) >> arrow
    return _over(dims[:front], arrow)


def _kept(name: str, a: type, to: type) -> tuple[type[Dim], ...]:
    """The dimensions of an array that stay. Raises `SpaceError` unless they are some of those of another."""
    require_object(name, to)
    if is_array(to) and kind(to) == "Float":
        dims, kept = dimensions(a), dimensions(to)
        if {*kept} <= {*dims} and len({*dims}) == len(dims) and len({*kept}) == len(kept):
            return kept
        if twice := [dim for dim in dims if dims.count(dim) > 1]:
            raise SpaceError(
                f"{name}: wanted an array of some of the dimensions of {show(a)}, which are different, found "
                f"{twice[0].__name__} more than once; each({dims[0].__name__}, f) goes through the first"
            )
    raise SpaceError(
        f"{name}: wanted an array of some of the dimensions of {show(a)}, which are different, got {show(to)}; "
        f"an array of NumPy has no names of dimensions: {name}(Float[...], {brief(to)})(x)"
    )


def by_rows(
    row: Callable[[type[Dim]], SomeArrow], alone: Callable[[type], SomeArrow] = identity
) -> Callable[[type], SomeArrow]:
    """What `row` does of a vector, of all entries of an object, in a row; and of a number, what `alone` does."""

    def whole(a: type) -> SomeArrow:
        dims = dimensions(a)
        if len(dims) < 2:
            return row(dims[0]) if dims else alone(a)
        more, (i, j) = dims[:-2], dims[-2:]
        return _over(more, flatten(i, j)) >> whole(floats(*more, times(i, j)))

    return whole


def _over(dims: tuple[type[Dim], ...], arrow: SomeArrow) -> SomeArrow:
    """The arrow over more axes in front."""
    return reduce(lambda f, dim: lift(dim, f, True), reversed(dims), arrow)
