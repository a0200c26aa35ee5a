"""Arrays one after the other along an axis: `concat`, its inverse `split`, and `pad`. Linear.

So a slice is a projection of `split`, along any axis by `each`; of more parts, of Plus[I, Plus[J, K]].

>>> import numpy as np
>>> from cat_ad import Dim
>>> class I(Dim, size=2): ...
>>> class J(Dim, size=1): ...
>>> concat(I, J)((np.zeros(2), np.ones(1)))
array([0., 0., 1.])
>>> split(I, J)(np.arange(3.0))
(array([0., 1.]), array([2.]))
"""

from __future__ import annotations

from typing import TypeAlias, TypeVar, TypeVarTuple, overload

from cat_ad.arrows.generators import Primitive, linear_primitive
from cat_ad.arrows.operations import Operation
from cat_ad.arrows.polymorphism import polymorphic
from cat_ad.arrows.terms import Arrow, SomeArrow
from cat_ad.errors import SpaceError
from cat_ad.objects.arrays import AnyArray, common, namespace
from cat_ad.objects.spaces import Dim, Float, Plus, floats, plus, product, require_dimension
from cat_ad.objects.tangents import Tangent

I = TypeVar("I", bound=Dim)
J = TypeVar("J", bound=Dim)
K = TypeVar("K", bound=Dim)
L = TypeVar("L", bound=Dim)
S = TypeVarTuple("S")

Sizes: TypeAlias = tuple[int | None, int | None]

CONCAT = Operation("concat", "constant derivative")
SPLIT = Operation("split", "constant derivative")
PAD = Operation("pad")


@overload
def concat(i: type[I], j: type[J], /) -> Arrow[tuple[Float[I], Float[J]], Float[Plus[I, J]]]: ...
@overload
def concat(i: type[I], j: type[J], k: type[K], /) -> Arrow[tuple[Float[I, K], Float[J, K]], Float[Plus[I, J], K]]: ...
@overload
def concat(
    i: type[I], j: type[J], k: type[K], l: type[L], /
) -> Arrow[tuple[Float[I, K, L], Float[J, K, L]], Float[Plus[I, J], K, L]]: ...
@overload
def concat(x: Float[I, *S], y: Float[J, *S], /) -> Float[Plus[I, J], *S]: ...
@polymorphic(instead="pack(N, x, y) makes a vector of numbers, and concat(x, concat(y, z)) one of three")
def concat(i: type[Dim], j: type[Dim], *rest: type[Dim]) -> SomeArrow:
    """One array after the other, along the first axis: of numbers, or of rows that have the axes `rest`.

    Linear; its transpose is `split`.
    """
    axes = 1 + len(rest)

    def value(x: tuple[AnyArray, AnyArray]) -> AnyArray:
        return common(*x).concat(x, axis=-axes)

    return Primitive(
        product(floats(i, *rest), floats(j, *rest)),
        floats(plus(i, j), *rest),
        "concat",
        value,
        lambda x, y, k: k.linear(
            lambda u: _together("concat", axes, u, _lengths(axes, x)), lambda d: _apart(axes, d, x[0].shape[-axes])
        ),
        linear=lambda k: k.linear(
            lambda u: _together("concat", axes, u, (i.size, j.size)),
            lambda d: _apart(axes, d, _first("concat", i, j, d.shape[-axes])),
        ),
        operation=CONCAT,
        parameters=(axes, i.size, j.size),
    )


@overload
def split(i: type[I], j: type[J], /) -> Arrow[Float[Plus[I, J]], tuple[Float[I], Float[J]]]: ...
@overload
def split(i: type[I], j: type[J], k: type[K], /) -> Arrow[Float[Plus[I, J], K], tuple[Float[I, K], Float[J, K]]]: ...
@overload
def split(
    i: type[I], j: type[J], k: type[K], l: type[L], /
) -> Arrow[Float[Plus[I, J], K, L], tuple[Float[I, K, L], Float[J, K, L]]]: ...
@overload
def split(i: type[I], j: type[J], x: Float[Plus[I, J]], /) -> tuple[Float[I], Float[J]]: ...
@overload
def split(x: Float[Plus[I, J], *S], /) -> tuple[Float[I, *S], Float[J, *S]]: ...
@polymorphic()
def split(i: type[Dim], j: type[Dim], *rest: type[Dim]) -> SomeArrow:
    """The two arrays of which `concat` makes one. Raises `SpaceError` unless I or J has a size."""
    require_dimension("split", i)
    require_dimension("split", j)
    _first("split", i, j, 0)
    axes = 1 + len(rest)

    def value(x: AnyArray) -> tuple[AnyArray, AnyArray]:
        return _apart(axes, x, _first("split", i, j, x.shape[-axes]))

    return Primitive(
        floats(plus(i, j), *rest),
        product(floats(i, *rest), floats(j, *rest)),
        "split",
        value,
        lambda x, y, k: k.linear(value, lambda d: _together("split", axes, d, _lengths(axes, y))),
        linear=lambda k: k.linear(value, lambda d: _together("split", axes, d, (i.size, j.size))),
        operation=SPLIT,
        parameters=(axes, i.size, j.size),
    )


@overload
def pad(before: type[I], n: type[J], after: type[K], /) -> Arrow[Float[J], Float[Plus[I, Plus[J, K]]]]: ...
@overload
def pad(
    before: type[I], n: type[J], after: type[K], l: type[L], /
) -> Arrow[Float[J, L], Float[Plus[I, Plus[J, K]], L]]: ...
@overload
def pad(before: type[I], after: type[K], x: Float[J, *S], /) -> Float[Plus[I, Plus[J, K]], *S]: ...
@polymorphic()
def pad(before: type[Dim], n: type[Dim], after: type[Dim], *rest: type[Dim]) -> SomeArrow:
    """Zeros before and after, along the first axis. Raises `SpaceError` unless both that are new have sizes.

    Linear; its transpose leaves out what was added.
    """
    for new in (before, after):
        require_dimension("pad", new)
        if new.size is None:
            raise SpaceError(f"pad: wanted a size for {new.__name__}, found none; give it one")
    first, last, axes = before.size or 0, after.size or 0, 1 + len(rest)
    own = (slice(None),) * len(rest)

    def larger(x: AnyArray) -> AnyArray:
        parts = [_zeros(axes, x, first), x, _zeros(axes, x, last)]
        return namespace(x).concat(parts, axis=-axes)

    def smaller(y: AnyArray) -> AnyArray:
        return y[(..., slice(first, y.shape[-axes] - last), *own)]

    return linear_primitive(
        floats(n, *rest),
        floats(plus(before, plus(n, after)), *rest),
        "pad",
        larger,
        lambda k: k.linear_map(larger, smaller),
        operation=PAD,
        parameters=(first, last, axes),
    )


def _together(asked: str, axes: int, parts: Tangent, lengths: Sizes) -> AnyArray:
    """Two tangents one after the other, with zeros, so many, for one that is `None`."""
    there = [part for part in parts if part is not None]
    xp = common(*there)
    whole = []
    for part, length in zip(parts, lengths, strict=True):
        if part is None and length is None:
            raise SpaceError(f"{asked}: wanted sizes of both dimensions where one of two tangents is zero, found none")
        whole.append(_zeros(axes, there[0], length or 0) if part is None else part)
    return xp.concat(whole, axis=-axes)


def _apart(axes: int, x: AnyArray, first: int) -> tuple[AnyArray, AnyArray]:
    own = (slice(None),) * (axes - 1)
    return x[(..., slice(None, first), *own)], x[(..., slice(first, None), *own)]


def _lengths(axes: int, pair: tuple[AnyArray, AnyArray]) -> Sizes:
    x, y = pair
    return x.shape[-axes], y.shape[-axes]


def _first(asked: str, i: type[Dim], j: type[Dim], length: int) -> int:
    """The length of the first of two parts that are so long together."""
    if i.size is not None:
        return i.size
    if j.size is not None:
        return length - j.size
    raise SpaceError(f"{asked}: wanted a size for {i.__name__} or {j.__name__}, found none; give one of them a size")


def _zeros(axes: int, like: AnyArray, length: int) -> AnyArray:
    """Zeros in the shape of an array, but for its first axis, which is so long."""
    shape = list(like.shape)
    shape[-axes] = length
    return namespace(like).zeros(tuple(shape), dtype=like.dtype)
