"""Looking up rows of a table: linear in the table, and constant in the index, which is an integer.

`lookup` takes one row, and `take` several; `scatter` is the transpose, which adds each row into that of its index. And
`positions`: the index of each place, by which a table can have a row for each place.

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
from typing import TypeVar, TypeVarTuple, overload

from cat_ad.arrows.generators import Lifted, Primitive
from cat_ad.arrows.operations import Operation
from cat_ad.arrows.polymorphism import polymorphic
from cat_ad.arrows.terms import Arrow, SomeArrow
from cat_ad.categories.category import A, B, C
from cat_ad.errors import SpaceError
from cat_ad.objects.array_operations import one_hot, sum_by_index
from cat_ad.objects.arrays import AnyArray, as_indices, common, namespace, reshaped, rows_at
from cat_ad.objects.spaces import Dim, Float, Index, Int, Scalar, floats, integers, leading, product, require_dimension
from cat_ad.objects.values import Whole

E = TypeVar("E", bound=Dim)
M = TypeVar("M", bound=Dim)
N = TypeVar("N", bound=Dim)
S = TypeVarTuple("S")
V = TypeVar("V", bound=Dim)

ENTRY = Operation("entry", "constant derivative")
POSITIONS = Operation("positions", "constant derivative")
SCATTER = Operation("scatter", "constant derivative")
LOOKUP = Operation("lookup", "constant derivative")


@overload
def lookup(v: type[V], e: type[E], /) -> Arrow[tuple[Float[V, E], Index], Float[E]]: ...
@overload
def lookup(table: Float[V, E], index: Whole, /) -> Float[E]: ...
@polymorphic(instead="entry(x, i) gives the number of a vector at an index")
def lookup(v: type[V], e: type[E]) -> Arrow[tuple[Float[V, E], Index], Float[E]]:
    """The row of a table at an index from 0 to V - 1; a negative one counts from the end.

    Beyond the end, NumPy raises an `IndexError`, and JAX gives nan.
    """
    return _lookup("lookup", floats(v, e), Index, floats(e), 0, 1)


@overload
def take(n: type[N], m: type[M], /) -> Arrow[tuple[Float[N], Int[M]], Float[M]]: ...
@overload
def take(n: type[N], m: type[M], e: type[E], /) -> Arrow[tuple[Float[N, E], Int[M]], Float[M, E]]: ...
@overload
def take(n: type[N], m: type[M], e: type[E], v: type[V], /) -> Arrow[tuple[Float[N, E, V], Int[M]], Float[M, E, V]]: ...
@overload
def take(x: Float[N, *S], indices: Int[M], /) -> Float[M, *S]: ...
@polymorphic(instead="entry(x, i) gives the number of a vector at an index, and lookup(x, i) the row of a table")
def take(n: type[Dim], m: type[Dim], *rest: type[Dim]) -> SomeArrow:
    """The numbers, or the rows that have the axes `rest`, at indices from 0 to N - 1, as in `lookup`.

    Linear in the first argument; its transpose is `scatter`.
    """
    return _lookup("take", floats(n, *rest), integers(m), floats(m, *rest), 1, len(rest))


@overload
def scatter(n: type[N], m: type[M], /) -> Arrow[tuple[Float[M], Int[M]], Float[N]]: ...
@overload
def scatter(n: type[N], m: type[M], e: type[E], /) -> Arrow[tuple[Float[M, E], Int[M]], Float[N, E]]: ...
@overload
def scatter(
    n: type[N], m: type[M], e: type[E], v: type[V], /
) -> Arrow[tuple[Float[M, E, V], Int[M]], Float[N, E, V]]: ...
@overload
def scatter(n: type[N], x: Float[M, *S], indices: Int[M], /) -> Float[N, *S]: ...
@polymorphic()
def scatter(n: type[Dim], m: type[Dim], *rest: type[Dim]) -> SomeArrow:
    """Zeros, and each number, or row that has the axes `rest`, added at its index, as in `lookup`.

    Linear in the first argument; its transpose is `take`. In NumPy a row that is infinite or nan makes nan of others
    too, while table and rows are so small that a product with one-hot rows is quickest.

    Raises `SpaceError` unless N has a size.
    """
    require_dimension("scatter", n)
    if n.size is None:
        raise SpaceError(f"scatter: wanted a size for {n.__name__}, found none; give it one")
    size, own = n.size, len(rest)
    there, index, rows = floats(n, *rest), integers(m), floats(m, *rest)

    def added(x: AnyArray, i: AnyArray) -> AnyArray:
        return _added(x, i, size, own)

    return Primitive(
        product(rows, index),
        there,
        "scatter",
        lambda x: added(*x),
        lambda x, y, k: k.join(
            k.linear_map(lambda d: added(d, x[1]), lambda dy: _rows(dy, x[1], own)),
            k.zero(index, there),
        ),
        operation=SCATTER,
        parameters=(size, own),
    )


@overload
def entry(n: type[N], /) -> Arrow[tuple[Float[N], Index], Scalar]: ...
@overload
def entry(x: Float[N], index: Whole, /) -> Scalar: ...
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


def _lookup(name: str, table: type[A], index: type[B], row: type[C], axes: int, own: int) -> Arrow[tuple[A, B], C]:
    """`lookup` of an array of indices of so many axes in one table, whose rows have so many of their own."""

    def value(x: tuple[AnyArray, AnyArray]) -> AnyArray:
        t, i = x
        if t.ndim == own + 1:
            return rows_at(t, i)
        return reshaped(_rows(t, _in_a_row(i), own), i.shape + t.shape[t.ndim - own :])

    def adjoint(x: tuple[AnyArray, AnyArray], dw: AnyArray) -> AnyArray:
        t, i = x
        index = _in_a_row(i)
        rows = dw if axes == 1 else reshaped(dw, index.shape + dw.shape[dw.ndim - own :])
        return _added(rows, index, t.shape[-own - 1], own)

    def _in_a_row(i: AnyArray) -> AnyArray:
        if axes == 1:
            return i
        kept = i.shape[: i.ndim - axes]
        return reshaped(i, (*kept, prod(i.shape[i.ndim - axes :])))

    def lift(dim: type[Dim], lifted: Lifted) -> SomeArrow | None:
        if lifted != (False, True):
            return None
        return _lookup(name, table, leading(dim, index), leading(dim, row), axes + 1, own)

    return Primitive(
        product(table, index),
        row,
        name,
        value,
        lambda x, y, k: k.join(
            k.linear_map(lambda d: value((d, x[1])), lambda dw: adjoint(x, dw)),
            k.zero(index, row),
        ),
        lift,
        operation=LOOKUP,
        parameters=(axes, own),
    )


def _rows(tables: AnyArray, index: AnyArray, own: int) -> AnyArray:
    """The rows of each table, which have so many axes, at each of its indices."""
    if tables.ndim == own + 1:
        return rows_at(tables, index)
    flat = _flat(tables, own)
    found = common(flat, index).take_along_axis(flat, as_indices(index)[..., None], axis=-2)
    return reshaped(found, index.shape + tables.shape[tables.ndim - own :])


def _added(rows: AnyArray, index: AnyArray, size: int, own: int) -> AnyArray:
    """The transpose: tables of this size, of sums of rows."""
    xp = common(rows, index)
    if namespace(rows) is not namespace(index):  # one of them is a constant of another library
        rows, index = xp.asarray(rows), xp.asarray(index)
    tables = sum_by_index(_flat(rows, own), index, size=size)
    return reshaped(tables, (*tables.shape[:-1], *rows.shape[rows.ndim - own :])) if own != 1 else tables


def _flat(rows: AnyArray, own: int) -> AnyArray:
    """Rows with one axis instead of so many."""
    return rows if own == 1 else reshaped(rows, (*rows.shape[: rows.ndim - own], prod(rows.shape[rows.ndim - own :])))
