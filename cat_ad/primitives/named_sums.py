"""Sums over named dimensions: a typed Einstein notation, in which dimensions are the indices.

>>> import numpy as np
>>> from cat_ad import Dim, Float
>>> class I(Dim, size=2): ...
>>> class J(Dim, size=3): ...
>>> contraction(Float[I, J], Float[J], Float[I])((np.ones((2, 3)), np.ones(3)))
array([3., 3.])
>>> contraction(Float[I, J], Float[J])(np.ones((2, 3)))
array([2., 2., 2.])
"""

from __future__ import annotations

from math import prod
from typing import TypeVarTuple, overload

from cat_ad.arrows.elements import Element, Given, image, told_of
from cat_ad.arrows.generators import Primitive
from cat_ad.arrows.operations import Operation
from cat_ad.arrows.polymorphism import is_value
from cat_ad.arrows.structure import identity
from cat_ad.arrows.terms import Arrow, SomeArrow
from cat_ad.categories.category import A, B, C
from cat_ad.errors import SpaceError
from cat_ad.objects.array_operations import sum_last
from cat_ad.objects.arrays import AnyArray, namespace, over_last, reshaped
from cat_ad.objects.spaces import Dim, Float, dimensions, floats, is_array, kind, require_object, show
from cat_ad.primitives.contractions import contraction as indexed

S = TypeVarTuple("S")
T = TypeVarTuple("T")

SUMS = Operation("sums", "constant derivative")


@overload
def contraction(a: type[A], b: type[B], /) -> Arrow[A, B]: ...
@overload
def contraction(a: type[A], b: type[B], c: type[C], /) -> Arrow[tuple[A, B], C]: ...
@overload
def contraction(x: Float[*S], b: type[B], /) -> B: ...
@overload
def contraction(x: Float[*S], y: Float[*T], c: type[C], /) -> C: ...
def contraction(*given: Given) -> Given:
    """The product of two arrays, or one array, summed over the dimensions that the result, given last, does not have.

    A dimension that both arrays have is one index. Its derivative is two contractions of the other arguments. Of
    values, inside a function that `arrow` reads, it is what the arrow makes of them; an array of NumPy has no names of
    dimensions, there the arrow is applied, contraction(Float[I, J], Float[J, K], Float[I, K])(x, y).

    Raises `SpaceError` unless all are arrays of numbers, in none of which a dimension occurs twice, and the result has
    no dimension that the arguments have not.
    """
    if len(given) < 2:
        raise SpaceError(f"contraction: wanted one array or two, and the result, got {len(given)} arguments")
    *values, to = given
    if not any(map(is_value, values)):
        return _contraction(*given)
    if not all(isinstance(x, Element) for x in values):
        raise SpaceError(
            "contraction: wanted values whose dimensions have names, got "
            f"{', '.join(map(told_of, values))}; write contraction(Float[...], ..., {told_of(to)})(...) of objects"
        )
    f = _contraction(*[x.space for x in values], to)
    return image(f, values[0] if len(values) == 1 else tuple(values))


def _contraction(a: type, b: type, *rest: type) -> SomeArrow:
    if len(rest) > 1:
        raise SpaceError(f"contraction: wanted one array or two, and the result, got {2 + len(rest)} objects")
    for space in (a, b, *rest):
        require_object("contraction", space)
        if not is_array(space) or kind(space) != "Float" or len({*dimensions(space)}) < len(dimensions(space)):
            raise SpaceError(f"contraction: wanted an array of numbers of different dimensions, got {show(space)}")
    given = [a, b, *rest]
    arguments, out = given[:-1], given[-1]
    there = [*dict.fromkeys(dim for space in arguments for dim in dimensions(space))]
    if new := [dim.__name__ for dim in dimensions(out) if dim not in there]:
        raise SpaceError(f"contraction: wanted a result of {', '.join(map(_name, there))}, got {', '.join(new)} too")
    if not rest:
        return _sums(a, out)
    u, v = _without(a, b, out), _without(b, a, out)
    letter = {dim: chr(ord("a") + at) for at, dim in enumerate(there)}
    left, right, result = ("".join(letter[dim] for dim in dimensions(space)) for space in (u, v, out))
    product: SomeArrow = indexed("contraction", u, v, out, left, right, result)
    if (u, v) == (a, b):
        return product
    to_u: SomeArrow = identity(a) if u == a else _sums(a, u)
    to_v: SomeArrow = identity(b) if v == b else _sums(b, v)
    return to_u * to_v >> product


def _name(dim: type[Dim]) -> str:
    return dim.__name__


def _without(space: type, other: type, out: type) -> type:
    """The array without those dimensions that it has alone."""
    return floats(*[dim for dim in dimensions(space) if dim in {*dimensions(other), *dimensions(out)}])


def _sums(a: type, c: type) -> SomeArrow:
    """The entries of an array summed over the dimensions that the other has not, which may be in another order."""
    dims, kept = dimensions(a), dimensions(c)
    order = [*map(dims.index, kept), *(at for at, dim in enumerate(dims) if dim not in kept)]
    back = [order.index(at) for at in range(len(order))]

    def ordered(x: AnyArray, order: list[int]) -> AnyArray:
        before = x.ndim - len(dims)
        axes = (*range(before), *(before + at for at in order))
        return x if axes == tuple(range(x.ndim)) else namespace(x).permute_dims(x, axes)

    def value(x: AnyArray) -> AnyArray:
        y = ordered(x, order)
        axes = y.ndim - len(dims) + len(kept)
        return sum_last(reshaped(y, (*y.shape[:axes], prod(y.shape[axes:])))) if len(kept) < len(dims) else y

    def spread(dy: AnyArray, sizes: tuple[int, ...]) -> AnyArray:
        return ordered(over_last(dy, tuple([sizes[at] for at in order[len(kept) :]])), back)

    return Primitive(
        *(a, c, "contraction", value),
        lambda x, y, k: k.linear_map(value, lambda d: spread(d, x.shape[x.ndim - len(dims) :])),
        operation=SUMS,
        parameters=(tuple(order), len(kept)),
    )
