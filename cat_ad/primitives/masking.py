"""Masks are data, not branches: `causal` hides the future from the past, `masked_mean` leaves out what has no target.

And triangles: `lower` is that of a matrix, and `lower_triangle` a matrix of the entries of one.

>>> import numpy as np
>>> from cat_ad import Dim, softmax, each
>>> class Time(Dim): ...
>>> (causal(Time) >> each(Time, softmax(Time)))(np.zeros((3, 3))).round(2)
array([[1.  , 0.  , 0.  ],
       [0.5 , 0.5 , 0.  ],
       [0.33, 0.33, 0.33]])
"""

from __future__ import annotations

from math import nan, prod
from typing import TypeVar, overload

import numpy as np

from cat_ad.arrows.generators import Primitive, linear_primitive
from cat_ad.arrows.operations import Operation
from cat_ad.arrows.polymorphism import known, polymorphic
from cat_ad.arrows.terms import Arrow, SomeArrow
from cat_ad.errors import SpaceError
from cat_ad.objects.array_operations import sum_last
from cat_ad.objects.arrays import AnyArray, ArrayNamespace, as_dtype, common, kept, namespace, reshaped, small, widened
from cat_ad.objects.spaces import Dim, Float, Index, Int, Scalar, floats, integers, product, require_dimension
from cat_ad.primitives.elementwise import real

I = TypeVar("I", bound=Dim)
J = TypeVar("J", bound=Dim)
M = TypeVar("M", bound=Dim)
N = TypeVar("N", bound=Dim)

CAUSAL = Operation("causal", "constant derivative")
LOWER_TRIANGLE = Operation("lower_triangle")
TARGETED = Operation("targeted", "constant derivative")
SOME_TARGET = Operation("some_target", "constant derivative")
MASKED_MEAN = Operation("masked_mean", "constant derivative")


@overload
def causal(n: type[N], hidden: float = -1e30) -> Arrow[Float[N, N], Float[N, N]]: ...
@overload
def causal(x: Float[N, N], hidden: float = -1e30, /) -> Float[N, N]: ...
@polymorphic()
def causal(n: type[N], hidden: float = -1e30) -> Arrow[Float[N, N], Float[N, N]]:
    """Entry (i, j) as it is where j <= i, and `hidden` where j > i: its softmax along j is 0 there.

    With -1e30, which is finite, all is finite; -inf hides even beside the lowest scores, as in attention. Raises
    `SpaceError` unless `hidden` is a number.
    """
    return _hidden("causal", n, float(real("causal", hidden)))


@overload
def lower(n: type[N], /) -> Arrow[Float[N, N], Float[N, N]]: ...
@overload
def lower(x: Float[N, N], /) -> Float[N, N]: ...
@polymorphic("tril")
def lower(n: type[N]) -> Arrow[Float[N, N], Float[N, N]]:
    """The lower triangle of a matrix, its diagonal included: zero at (i, j) where j > i. Linear, its own transpose."""
    return _hidden("lower", n, 0.0)


@overload
def lower_triangle(n: type[N], m: type[M], /, *, strict: bool = False) -> Arrow[Float[M], Float[N, N]]: ...
@overload
def lower_triangle(n: type[N], x: Float[M], /, *, strict: bool = False) -> Float[N, N]: ...
@polymorphic()
def lower_triangle(n: type[N], m: type[M], /, *, strict: bool = False) -> Arrow[Float[M], Float[N, N]]:
    """A lower triangular matrix of its entries, column by column, as in LAPACK's packed storage and in ADBench.

    There are N (N + 1) / 2; or N (N - 1) / 2, those below the diagonal, if it is `strict`. Zero elsewhere. Linear; its
    transpose takes these entries of a matrix. Raises `SpaceError` unless N has a size, and M that many, if it has any.
    """
    require_dimension("lower_triangle", n)
    require_dimension("lower_triangle", m)
    size, many = n.size or 0, (n.size or 0) * ((n.size or 0) + (-1 if strict else 1)) // 2
    if not size or (known(n) and known(m) and m.size != many):
        raise SpaceError(
            f"lower_triangle: wanted a size for {n.__name__}, not {n.size}, and {many} for {m.__name__}, not {m.size}"
        )
    columns, rows = np.triu_indices(size, 1 if strict else 0)
    places = rows * size + columns
    entries = np.full(size * size, many)  # by place; beyond the entries there is a zero
    entries[places] = np.arange(many)

    def matrix(x: AnyArray) -> AnyArray:
        if x.shape[-1] != many:
            raise SpaceError(f"lower_triangle: wanted {many} entries for {n.__name__} of {size}, got {x.shape[-1]}")
        xp = namespace(x)
        whole = xp.concat([x, xp.zeros((*x.shape[:-1], 1), dtype=x.dtype)], axis=-1)
        return reshaped(xp.take(whole, xp.asarray(entries), axis=-1), (*x.shape[:-1], size, size))

    def vector(y: AnyArray) -> AnyArray:
        xp = namespace(y)
        return xp.take(reshaped(y, (*y.shape[:-2], size * size)), xp.asarray(places), axis=-1)

    return linear_primitive(
        floats(m),
        floats(n, n),
        "lower_triangle",
        matrix,
        lambda k: k.linear_map(matrix, vector),
        operation=LOWER_TRIANGLE,
        parameters=(size, strict),
    )


def _hidden(name: str, n: type[N], hidden: float) -> Arrow[Float[N, N], Float[N, N]]:
    """A matrix with this number above its diagonal."""

    def hide(x: AnyArray, instead: float) -> AnyArray:
        xp = namespace(x)
        return xp.where(triangle(xp, x.shape[-1]), x, instead)

    return Primitive(
        floats(n, n),
        floats(n, n),
        name,
        lambda x: hide(x, hidden),
        lambda x, y, k: k.linear_map(lambda d: hide(d, 0.0), lambda d: hide(d, 0.0)),
        operation=CAUSAL,
        parameters=(hidden,),
    )


def targeted(*dims: type[Dim]) -> SomeArrow:
    """(Float[*dims], Index) to Float[*dims]: the array itself, or zeros where the index, a target, is negative."""
    a = floats(*dims)

    def hide(x: AnyArray, index: AnyArray) -> AnyArray:
        there = index >= 0
        return common(x, index).where(reshaped(there, there.shape + (1,) * len(dims)), x, 0.0)

    return Primitive(
        product(a, Index),
        a,
        "targeted",
        lambda at: hide(*at),
        lambda at, y, k: k.join(
            k.linear_map(lambda d: hide(d, at[1]), lambda dy: hide(dy, at[1])),
            k.zero(Index, a),
        ),
        operation=TARGETED,
        parameters=(len(dims),),
    )


def some_target() -> Arrow[Index, Index]:
    """A target, and 0 in the place of a negative one, which says that there is none."""
    return Primitive(
        Index,
        Index,
        "some_target",
        lambda x: namespace(x).maximum(x, 0),
        lambda x, y, k: k.zero(Index, Index),
        operation=SOME_TARGET,
        parameters=(),
    )


@kept
def triangle(xp: ArrayNamespace, size: int) -> AnyArray:
    """True at (i, j) where j <= i."""
    places = xp.arange(size)
    return places[:, None] >= places[None, :]


@overload
def masked_mean(i: type[I], /) -> Arrow[tuple[Float[I], Int[I]], Scalar]: ...
@overload
def masked_mean(i: type[I], j: type[J], /) -> Arrow[tuple[Float[I, J], Int[I, J]], Scalar]: ...
def masked_mean(*dims: type[Dim]) -> SomeArrow:
    """The mean of those entries, of any size, whose index is not negative: -1 for a target says that there is none.

    The mean of no entries is nan, and has no slope. What is left out does not matter, even if it is infinite or nan.
    """
    axes, targets = len(dims), integers(*dims)

    def mean(x: AnyArray, index: AnyArray) -> AnyArray:
        row, there, xp = widened(_in_a_row(x, axes)), _in_a_row(index, axes) >= 0, common(x, index)
        weight = small(row.shape[-1])
        return as_dtype(sum_last(xp.where(there, row * weight, 0.0)) / (count(there, row) * weight), x.dtype)

    def count(there: AnyArray, like: AnyArray) -> AnyArray:
        """How many there are, or nan for none."""
        many = sum_last(as_dtype(there, like.dtype))
        return namespace(many).where(many > 0, many, nan)

    def spread(x: AnyArray, index: AnyArray, dy: AnyArray) -> AnyArray:
        there, wide = _in_a_row(index, axes) >= 0, widened(dy)
        share = as_dtype(wide / count(there, wide), dy.dtype)
        shares = common(dy, index).where(there, share[..., None], 0.0)
        return reshaped(shares, shares.shape[:-1] + x.shape[x.ndim - axes :])

    return Primitive(
        product(floats(*dims), targets),
        Scalar,
        "masked_mean",
        lambda at: mean(*at),
        lambda at, y, k: k.join(
            k.linear_map(lambda d: mean(d, at[1]), lambda dy: spread(at[0], at[1], dy)),
            k.zero(targets, Scalar),
        ),
        operation=MASKED_MEAN,
        parameters=(axes,),
    )


def _in_a_row(x: AnyArray, axes: int) -> AnyArray:
    """The last axes made one."""
    return x if axes == 1 else reshaped(x, (*x.shape[: x.ndim - axes], prod(x.shape[x.ndim - axes :])))
