"""Moving the entries of an array: `transpose`, `flatten`, `flip`, `roll`. Linear, and inverse to their transposes.

So is `rename`, which moves none.

>>> import numpy as np
>>> from cat_ad import Dim
>>> class I(Dim, size=2): ...
>>> class J(Dim, size=3): ...
>>> flatten(I, J)(np.arange(6.0).reshape(2, 3))
array([0., 1., 2., 3., 4., 5.])
"""

from __future__ import annotations

from typing import TypeVar, overload

from cat_ad.arrows.generators import Primitive, linear_primitive
from cat_ad.arrows.operations import Operation
from cat_ad.arrows.polymorphism import known, polymorphic
from cat_ad.arrows.spreading import renaming
from cat_ad.arrows.terms import Arrow, SomeArrow
from cat_ad.errors import SpaceError, told
from cat_ad.objects.arrays import AnyArray, namespace, reshaped
from cat_ad.objects.spaces import Dim, Float, Times, floats, require_dimension, times

I = TypeVar("I", bound=Dim)
J = TypeVar("J", bound=Dim)
K = TypeVar("K", bound=Dim)

TRANSPOSE = Operation("transpose")
FLATTEN = Operation("flatten", "constant derivative")
UNFLATTEN = Operation("unflatten")
FLIP = Operation("flip")
ROLL = Operation("roll")


@overload
def transpose(i: type[I], j: type[J], /) -> Arrow[Float[I, J], Float[J, I]]: ...
@overload
def transpose(i: type[I], j: type[J], k: type[K], /) -> Arrow[Float[I, J, K], Float[J, I, K]]: ...
@overload
def transpose(x: Float[I, J], /) -> Float[J, I]: ...
@overload
def transpose(x: Float[I, J, K], /) -> Float[J, I, K]: ...
@polymorphic()
def transpose(i: type[Dim], j: type[Dim], *rest: type[Dim]) -> SomeArrow:
    """Exchange the two axes of a matrix, or of a matrix of rows."""
    first = -2 - len(rest)

    def exchange(x: AnyArray) -> AnyArray:
        if first == -2:
            return x.mT
        axes = [*range(x.ndim)]
        axes[first], axes[first + 1] = axes[first + 1], axes[first]
        return namespace(x).permute_dims(x, tuple(axes))

    dom, cod = floats(i, j, *rest), floats(j, i, *rest)
    return linear_primitive(
        dom,
        cod,
        "transpose",
        exchange,
        lambda k: k.linear_map(exchange, exchange),
        operation=TRANSPOSE,
        parameters=(first,),
    )


@overload
def flatten(i: type[I], j: type[J], /) -> Arrow[Float[I, J], Float[Times[I, J]]]: ...
@overload
def flatten(x: Float[I, J], /) -> Float[Times[I, J]]: ...
@polymorphic()
def flatten(i: type[I], j: type[J]) -> Arrow[Float[I, J], Float[Times[I, J]]]:
    """Make one axis of two, row by row."""

    def join(x: AnyArray) -> AnyArray:
        return _reshape(x, 2, (x.shape[-2] * x.shape[-1],))

    def part(y: AnyArray) -> AnyArray:
        """Where no array tells the sizes, the dimensions must."""
        return _reshape(y, 1, _sizes("flatten", i, j, y.shape[-1]))

    return Primitive(
        floats(i, j),
        floats(times(i, j)),
        "flatten",
        join,
        lambda x, y, k: k.linear_map(join, lambda d: reshaped(d, x.shape)),
        linear=lambda k: k.linear_map(join, part),
        operation=FLATTEN,
        parameters=(i.size, j.size),
    )


@overload
def unflatten(i: type[I], j: type[J], /) -> Arrow[Float[Times[I, J]], Float[I, J]]: ...
@overload
def unflatten(x: Float[Times[I, J]], /) -> Float[I, J]: ...
@polymorphic()
def unflatten(i: type[I], j: type[J]) -> Arrow[Float[Times[I, J]], Float[I, J]]:
    """Make two axes of one. Raises `SpaceError` unless I or J has a size."""
    require_dimension("unflatten", i)
    require_dimension("unflatten", j)
    _sizes("unflatten", i, j, 0)

    def part(x: AnyArray) -> AnyArray:
        return _reshape(x, 1, _sizes("unflatten", i, j, x.shape[-1]))

    def join(y: AnyArray) -> AnyArray:
        return _reshape(y, 2, (y.shape[-2] * y.shape[-1],))

    return linear_primitive(
        floats(times(i, j)),
        floats(i, j),
        "unflatten",
        part,
        lambda k: k.linear_map(part, join),
        operation=UNFLATTEN,
        parameters=(i.size, j.size),
    )


@overload
def flip(n: type[I], /) -> Arrow[Float[I], Float[I]]: ...
@overload
def flip(x: Float[I], /) -> Float[I]: ...
@polymorphic()
def flip(n: type[I]) -> Arrow[Float[I], Float[I]]:
    """The entries from last to first. Its own inverse."""

    def turned(x: AnyArray) -> AnyArray:
        return x[..., ::-1]

    return linear_primitive(
        *(floats(n), floats(n), "flip", turned, lambda k: k.linear_map(turned, turned)), operation=FLIP, parameters=()
    )


@overload
def roll(n: type[I], shift: int, /) -> Arrow[Float[I], Float[I]]: ...
@overload
def roll(x: Float[I], shift: int, /) -> Float[I]: ...
@polymorphic()
def roll(n: type[I], shift: int) -> Arrow[Float[I], Float[I]]:
    """Each entry so many places further on, and from the end to the beginning. Its inverse is `roll(n, -shift)`.

    Raises `SpaceError` unless `shift` is an integer.
    """
    if isinstance(shift, bool) or not isinstance(shift, int):
        raise SpaceError(f"roll: wanted an integer of places, got {told(shift)}")

    def rolled(x: AnyArray, by: int) -> AnyArray:
        at = -by % max(x.shape[-1], 1)
        return namespace(x).concat([x[..., at:], x[..., :at]], axis=-1) if at else x

    return linear_primitive(
        floats(n),
        floats(n),
        "roll",
        lambda x: rolled(x, shift),
        lambda k: k.linear_map(lambda d: rolled(d, shift), lambda d: rolled(d, -shift)),
        operation=ROLL,
        parameters=(shift,),
    )


@overload
def rename(i: type[I], j: type[J], /) -> Arrow[Float[I], Float[J]]: ...
@overload
def rename(j: type[J], x: Float[I], /) -> Float[J]: ...
@polymorphic()
def rename(i: type[I], j: type[J]) -> Arrow[Float[I], Float[J]]:
    """The same numbers over another dimension. Raises `SpaceError` if both have sizes, and different ones."""
    require_dimension("rename", i)
    require_dimension("rename", j)
    if known(i) and known(j) and i.size != j.size:
        raise SpaceError(f"rename: wanted one size, got {i.__name__} of {i.size} and {j.__name__} of {j.size}")
    return renaming(floats(i), floats(j))


def _sizes(asked: str, i: type[Dim], j: type[Dim], length: int) -> tuple[int, int]:
    """The sizes of two axes whose product is so long."""
    if i.size is not None:
        return i.size, length // i.size
    if j.size is not None:
        return length // j.size, j.size
    raise SpaceError(f"{asked}: wanted a size for {i.__name__} or {j.__name__}, found none; give one of them a size")


def _reshape(x: AnyArray, axes: int, sizes: tuple[int, ...]) -> AnyArray:
    """x with its last axes replaced by axes of these sizes."""
    return reshaped(x, x.shape[: x.ndim - axes] + sizes)
