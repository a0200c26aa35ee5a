"""Masks are data, not branches: `causal` hides the future from the past, `masked_mean` leaves out what has no target.

>>> import numpy as np
>>> from cat_ad import Dim, softmax, each
>>> class Time(Dim): ...
>>> (causal(Time) >> each(Time, softmax(Time)))(np.zeros((3, 3))).round(2)
array([[1.  , 0.  , 0.  ],
       [0.5 , 0.5 , 0.  ],
       [0.33, 0.33, 0.33]])
"""

from __future__ import annotations

from math import prod
from typing import TypeAlias, TypeVar, overload

from cat_ad.arrays import AnyArray, ArrayNamespace, common, inner_last, kept, namespace, sum_last
from cat_ad.arrow import Arrow, SomeArrow
from cat_ad.biproduct import Linear
from cat_ad.category import Hom, K
from cat_ad.primitives import Primitive
from cat_ad.spaces import Dim, Float, Int, Scalar, floats, integers, product

I = TypeVar("I", bound=Dim)
J = TypeVar("J", bound=Dim)
N = TypeVar("N", bound=Dim)

Point: TypeAlias = tuple[AnyArray, AnyArray]  # numbers, and the index of each

HIDDEN = -1e30  # e to this is 0; and it is finite, so that the difference of two is 0


def causal(n: type[N]) -> Arrow[Float[N, N], Float[N, N]]:
    """Entry (i, j) as it is where j <= i, and -1e30 where j > i: its softmax along j is 0 there."""

    def hide(x: AnyArray, hidden: float) -> AnyArray:
        xp = namespace(x)
        return xp.where(triangle(xp, x.shape[-1]), x, hidden)

    return Primitive(
        floats(n, n),
        floats(n, n),
        "causal",
        lambda x: hide(x, HIDDEN),
        lambda x, y, k: k.linear(lambda d: hide(d, 0.0), lambda d: hide(d, 0.0)),
        constant_derivative=True,
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
    """The mean of those entries whose index is not negative: -1 in the place of a target says that there is none."""
    axes = len(dims)

    def counted(at: Point) -> tuple[AnyArray, AnyArray]:
        """Which entries count, 1 or 0 for each, and how many."""
        x, index = at
        counts = common(x, index).astype(_in_a_row(index, axes) >= 0, x.dtype)
        return counts, sum_last(counts)

    def mean(x: AnyArray, counts: AnyArray, many: AnyArray) -> AnyArray:
        return inner_last(counts, _in_a_row(x, axes)) / many

    def together(at: Point, k: Linear[K]) -> tuple[AnyArray, Hom[K, Point, AnyArray]]:
        x, (counts, many) = at[0], counted(at)

        def spread(dy: AnyArray) -> AnyArray:
            return ((dy / many)[..., None] * counts).reshape(x.shape)

        return mean(x, counts, many), k.linear(
            lambda d: None if d[0] is None else mean(d[0], counts, many), lambda dy: (spread(dy), None)
        )

    return Primitive(
        product(floats(*dims), integers(*dims)),
        Scalar,
        "masked_mean",
        lambda at: mean(at[0], *counted(at)),
        lambda at, y, k: together(at, k)[1],
        together=together,
        constant_derivative=True,
    )


def _in_a_row(x: AnyArray, axes: int) -> AnyArray:
    """The last axes made one."""
    return x if axes == 1 else x.reshape((*x.shape[: x.ndim - axes], prod(x.shape[x.ndim - axes :])))
