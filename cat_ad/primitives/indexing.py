"""Looking up rows of a table: linear in the table, and constant in the index, which is an integer.

And `positions`: the index of each place, by which a table can have a row for each place.

The transpose adds each row's cotangent into the row that it came from.

>>> import numpy as np
>>> from cat_ad import Dim, gradient, total, Float
>>> class V(Dim): ...
>>> class E(Dim): ...
>>> table_gradient, _ = gradient(lookup(V, E) >> total(Float[E]))((np.zeros((3, 2)), 1))
>>> table_gradient
array([[0., 0.],
       [1., 1.],
       [0., 0.]])
"""

from __future__ import annotations

from math import prod
from typing import TypeVar, overload

from cat_ad.arrows.generators import Lifted, Primitive
from cat_ad.arrows.operations import Operation
from cat_ad.arrows.polymorphism import polymorphic
from cat_ad.arrows.terms import Arrow, SomeArrow
from cat_ad.categories.category import A, B, C
from cat_ad.objects.array_operations import one_hot, sum_by_index
from cat_ad.objects.arrays import AnyArray, as_indices, common, namespace, reshaped, rows_at
from cat_ad.objects.spaces import Dim, Float, Index, Int, Scalar, floats, integers, leading, product

E = TypeVar("E", bound=Dim)
N = TypeVar("N", bound=Dim)
V = TypeVar("V", bound=Dim)

ENTRY = Operation("entry", "constant derivative")
POSITIONS = Operation("positions", "constant derivative")
LOOKUP = Operation("lookup", "constant derivative")


@overload
def lookup(v: type[V], e: type[E], /) -> Arrow[tuple[Float[V, E], Index], Float[E]]: ...
@overload
def lookup(table: Float[V, E], index: Index, /) -> Float[E]: ...
@polymorphic()
def lookup(v: type[V], e: type[E]) -> Arrow[tuple[Float[V, E], Index], Float[E]]:
    """The row of a table at an index from 0 to V - 1; a negative one counts from the end.

    Beyond the end, NumPy raises an `IndexError`, and JAX gives nan.
    """
    return _lookup(floats(v, e), Index, floats(e), 0)


@overload
def entry(n: type[N], /) -> Arrow[tuple[Float[N], Index], Scalar]: ...
@overload
def entry(x: Float[N], index: Index, /) -> Scalar: ...
@polymorphic()
def entry(n: type[N]) -> Arrow[tuple[Float[N], Index], Scalar]:
    """The entry of a vector at an index, as in `lookup`."""
    return Primitive(
        product(floats(n), Index),
        Scalar,
        "entry",
        lambda x: chosen(*x),
        lambda x, y, k: k.join(
            k.linear_map(
                lambda d: chosen(d, x[1]),
                lambda dy: one_hot(x[1], size=x[0].shape[-1], dtype=x[0].dtype) * dy[..., None],
            ),
            k.zero(Index, Scalar),
        ),
        operation=ENTRY,
        parameters=(),
    )


def chosen(x: AnyArray, index: AnyArray) -> AnyArray:
    """The entry of each row of x at its index."""
    index = as_indices(index)
    if namespace(x) is not namespace(index):  # one of them is a constant of another library
        return common(x, index).take_along_axis(x, index[..., None], axis=-1)[..., 0]
    if index.ndim != 1:
        rows = reshaped(x, (prod(index.shape), x.shape[-1]))
        return reshaped(chosen(rows, reshaped(index, (-1,))), index.shape)
    return x[namespace(x).arange(index.shape[0]), index]


@overload
def positions(n: type[N], /) -> Arrow[Int[N], Int[N]]: ...
@overload
def positions(x: Int[N], /) -> Int[N]: ...
@polymorphic()
def positions(n: type[N]) -> Arrow[Int[N], Int[N]]:
    """0, 1, 2, ..., as many as there are entries, in the type of indices: a small one may not hold them."""

    def value(x: AnyArray) -> AnyArray:
        places = namespace(x).arange(x.shape[-1])
        return namespace(x).zeros(x.shape, dtype=places.dtype) + places

    a = integers(n)
    return Primitive(
        a,
        a,
        "positions",
        value,
        lambda x, y, k: k.zero(a, a),
        operation=POSITIONS,
        parameters=(n,),
    )


def _lookup(table: type[A], index: type[B], row: type[C], axes: int) -> Arrow[tuple[A, B], C]:
    """`lookup` of an array of indices of so many axes in one table."""

    def value(x: tuple[AnyArray, AnyArray]) -> AnyArray:
        t, i = x
        if t.ndim == 2:
            return rows_at(t, i)
        found = common(t, i).take_along_axis(t, as_indices(_in_a_row(i))[..., None], axis=-2)
        return reshaped(found, i.shape + t.shape[-1:])

    def adjoint(x: tuple[AnyArray, AnyArray], dw: AnyArray) -> AnyArray:
        t, i = x
        index = _in_a_row(i)
        rows = dw if axes == 1 else reshaped(dw, index.shape + dw.shape[-1:])
        return sum_by_index(rows, index, size=t.shape[-2])

    def _in_a_row(i: AnyArray) -> AnyArray:
        if axes == 1:
            return i
        kept = i.shape[: i.ndim - axes]
        return reshaped(i, (*kept, prod(i.shape[i.ndim - axes :])))

    def lift(dim: type[Dim], lifted: Lifted) -> SomeArrow | None:
        if lifted != (False, True):
            return None
        return _lookup(table, leading(dim, index), leading(dim, row), axes + 1)

    return Primitive(
        product(table, index),
        row,
        "lookup",
        value,
        lambda x, y, k: k.join(
            k.linear_map(lambda d: value((d, x[1])), lambda dw: adjoint(x, dw)),
            k.zero(index, row),
        ),
        lift,
        operation=LOOKUP,
        parameters=(axes,),
    )
