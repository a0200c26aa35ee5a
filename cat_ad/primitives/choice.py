"""Choosing: the greater and the lesser, what a mask says, and the comparisons that make masks.

Where two numbers tie, a slope is what autodiff makes of it; here it is the same in every mode, library and target: **of
equal numbers each has the same share**. So at x = y, `maximum` and `minimum` have slopes 1/2 and 1/2, `clip` has 1/2 at
either end, `absolute`, which is maximum(x, -x), has 0 at 0, and `largest` 1/n at each of n equal entries. (`relu` is an
activation, with slope 0 at 0, as in the libraries.) A nan has no share.

A mask is an array of truth values, `Bool[...]`, of which there is no tangent; `where` chooses by it, and takes nothing
from the other side, in its derivative neither, be it infinite or nan.

>>> import numpy as np
>>> from cat_ad import Scalar, gradient
>>> gradient(maximum(Scalar))((2.0, 2.0))
(np.float64(0.5), np.float64(0.5))
>>> x = np.array([-1.0, 2.0])
>>> where(greater(x, 0.0), x, 0.1 * x)
array([-0.1,  2. ])
"""

from __future__ import annotations

from collections.abc import Callable
from math import isnan
from typing import Any, Protocol, TypeAlias, TypeVar, TypeVarTuple, overload

import numpy as np
from typing_extensions import TypeForm

from cat_ad.arrows.generators import Primitive
from cat_ad.arrows.operations import Operation
from cat_ad.arrows.polymorphism import polymorphic
from cat_ad.arrows.terms import Arrow, SomeArrow
from cat_ad.categories.biproduct import Linear
from cat_ad.categories.category import A, Hom, K
from cat_ad.errors import SpaceError
from cat_ad.objects.array_operations import inner_last, max_last, sum_last
from cat_ad.objects.arrays import AnyArray, as_dtype, common, namespace, widened
from cat_ad.objects.spaces import (
    Bool,
    Dim,
    Float,
    Int,
    Scalar,
    Truth,
    dimensions,
    floats,
    is_array,
    kind,
    product,
    products,
    require_object,
    show,
    truths,
)
from cat_ad.objects.trees import Tree
from cat_ad.objects.values import Flag, Number
from cat_ad.primitives.arithmetic import Pair, entry_by_entry, of_two
from cat_ad.primitives.elementwise import elementwise, of_one, real
from cat_ad.primitives.named_dimensions import along, by_rows, reduction

N = TypeVar("N", bound=Dim)
M = TypeVar("M", bound="Bool[*tuple[Any, ...]]")  # Any: of any dimensions
S = TypeVarTuple("S")

Three: TypeAlias = tuple[AnyArray, AnyArray, AnyArray]

WHERE = Operation("where", "elementwise")
LARGEST, SMALLEST = Operation("largest", "increasing"), Operation("smallest", "increasing")
SHARES = Operation("shares")
OPERATIONS = dict[str, Operation]()  # one of each name


# The greater and the lesser ------------------------------------------------------------------------------------------


@of_two
def maximum(a: type[A]) -> Arrow[tuple[A, A], A]:
    """The greater of x and y, with slope 1 at that one and 0 at the other; 1/2 at both where they are equal."""
    return entry_by_entry(
        "maximum",
        a,
        lambda x: common(*x).maximum(x[0], x[1]),
        lambda x, y, k: k.join(k.scale(_share(x[0], x[1])), k.scale(_share(x[1], x[0]))),
        properties=("increasing",),
    )


@of_two
def minimum(a: type[A]) -> Arrow[tuple[A, A], A]:
    """The lesser of x and y, with slope 1 at that one and 0 at the other; 1/2 at both where they are equal."""
    return entry_by_entry(
        "minimum",
        a,
        lambda x: common(*x).minimum(x[0], x[1]),
        lambda x, y, k: k.join(k.scale(_share(x[1], x[0])), k.scale(_share(x[0], x[1]))),
        properties=("increasing",),
    )


@of_two
def share(a: type[A]) -> Arrow[tuple[A, A], A]:
    """1 where x > y, 1/2 where they are equal, 0 elsewhere: what x has of `maximum`(x, y). Its slopes are 0."""
    return entry_by_entry("share", a, lambda x: _share(*x), lambda x, y, k: k.join(k.scale(0.0), k.scale(0.0)))


def _share(x: AnyArray, y: AnyArray) -> AnyArray:
    """As `share`; of elements, the arrow."""
    xp = common(x, y)
    if hasattr(xp, "share"):
        return xp.share(x, y)
    if isinstance(x, float) and isinstance(y, float):  # where an arrow is read and called with numbers of Python
        return 0.5 * (x > y) + 0.5 * (x >= y)
    dtype = y.dtype if isinstance(x, float) else x.dtype
    return 0.5 * (as_dtype(x > y, dtype) + as_dtype(x >= y, dtype))


@overload
def clip(a: type[A], low: float, high: float, /) -> Arrow[A, A]: ...
@overload
def clip(x: Float[*S], low: float, high: float, /) -> Float[*S]: ...
@overload
def clip(x: float, low: float, high: float, /) -> Scalar: ...
@polymorphic()
def clip(a: type[A], low: float, high: float) -> Arrow[A, A]:
    """x, but `low` where it is less and `high` where it is more; with slope 1 between them, 1/2 at either, 0 beyond.

    Raises `SpaceError` unless low <= high, which may be infinite.
    """
    low, high = float(real("clip", low)), float(real("clip", high))
    if isnan(low) or isnan(high) or low > high:
        raise SpaceError(f"clip: wanted two numbers, the lower first, got {low:g} and {high:g}")

    def value(x: AnyArray) -> AnyArray:
        xp = namespace(x)
        return xp.minimum(xp.maximum(x, low), high)

    return elementwise(
        f"clip {low:g} {high:g}",
        a,
        value,
        lambda x, y, k: k.scale(_share(x, low) * _share(high, x)),
        number=(low, high),
        properties=("increasing",),
    )


@of_one("abs")
def absolute(a: type[A]) -> Arrow[A, A]:
    """|x|, with slope `sign`(x): 0 at 0, where JAX has 1."""
    return elementwise("absolute", a, abs, lambda x, y, k: k.scale(namespace(x).sign(x)))


@of_one()
def sign(a: type[A]) -> Arrow[A, A]:
    """-1, 0 or 1, by the sign of x, with slope 0, at 0 too."""
    return elementwise(
        "sign", a, lambda x: namespace(x).sign(x), lambda x, y, k: k.scale(0.0), properties=("increasing",)
    )


@reduction("max")
def largest(a: type[A], to: type | None = None) -> SomeArrow:
    """The greatest of all entries, or of those along the dimensions that `to` lacks; of none, -inf.

    Its derivative is the mean of the tangents where that is, alone or equal. Raises `SpaceError` unless A is one array
    of numbers, and `to` one of some of its dimensions, which are different.
    """
    return along("largest", a, to, by_rows(row_largest))


@reduction("min")
def smallest(a: type[A], to: type | None = None) -> SomeArrow:
    """The least of all entries, or of those along the dimensions that `to` lacks; of none, inf.

    Its derivative is the mean of the tangents where that is, alone or equal. Raises `SpaceError` unless A is one array
    of numbers, and `to` one of some of its dimensions, which are different.
    """
    return along("smallest", a, to, by_rows(row_smallest))


def row_largest(n: type[Dim]) -> SomeArrow:
    """The greatest entry of a vector."""
    return _of_row("largest", n, LARGEST, 1.0)


def row_smallest(n: type[Dim]) -> SomeArrow:
    """The least."""
    return _of_row("smallest", n, SMALLEST, -1.0)


def _of_row(name: str, n: type[Dim], its: Operation, sign: float) -> SomeArrow:
    """The greatest of the entries times a sign, times that sign."""

    def derivative(x: AnyArray, y: AnyArray, k: Linear[K]) -> Hom[K, AnyArray, AnyArray]:
        return k.linear_map(
            lambda dx: inner_last(_shares(x * sign), dx),
            lambda dy: _shares(x * sign) * dy[..., None],
        )

    return Primitive(
        *(floats(n), Scalar, name),
        max_last if sign > 0 else lambda x: -max_last(-x),
        derivative,
        operation=its,
        parameters=(sign,),
    )


def shares(n: type[N], sign: float) -> Arrow[Float[N], Float[N]]:
    """What each entry has of the `largest`, or of the smallest, by the sign: 1 of n equal ones 1/n. Its slope is 0."""
    a = floats(n)
    return Primitive(
        *(a, a, "shares", lambda x: _shares(x * sign), lambda x, y, k: k.zero(a, a)),
        operation=SHARES,
        parameters=(sign,),
    )


def _shares(x: AnyArray) -> AnyArray:
    wide = widened(x)
    there = as_dtype(wide == max_last(wide)[..., None], wide.dtype)
    many = namespace(x).maximum(sum_last(there), 1.0)  # where one is nan, there are none
    return as_dtype(there / many[..., None], x.dtype)


# By a mask -----------------------------------------------------------------------------------------------------------


@overload
def where(a: TypeForm[Float[*S]], /) -> Arrow[tuple[Bool[*S], Float[*S], Float[*S]], Float[*S]]: ...
@overload
def where(a: TypeForm[Int[*S]], /) -> Arrow[tuple[Bool[*S], Int[*S], Int[*S]], Int[*S]]: ...
@overload
def where(mask: Bool[*S], x: Float[*S] | Number, y: Float[*S] | Number, /) -> Float[*S]: ...
@overload
def where(mask: Bool[*S], x: Int[*S] | int, y: Int[*S] | int, /) -> Int[*S]: ...
@overload
def where(mask: bool | np.bool, x: Number, y: Number, /) -> Scalar: ...
@overload
def where(mask: Flag, x: Float[*S] | Number, y: Float[*S] | Number, /) -> Float[*S]: ...
@polymorphic()
def where(a: type[A]) -> SomeArrow:
    """x where the mask is true, y elsewhere. What is not chosen does not matter, even if it is infinite or nan.

    So it is in the derivative: the side that is not chosen gets zeros. What made it may still make nan of these, as the
    slope of `sqrt` at 0, which is infinite, does: there choose its argument too, sqrt(where(m, x, 1.0)).

    Raises `SpaceError` unless a is one array, of numbers or of integers.
    """
    mask: type = truths(*_array("where", a))

    def chosen(there: AnyArray, x: AnyArray, y: AnyArray) -> AnyArray:
        x, y = 0.0 if x is None else x, 0.0 if y is None else y
        return common(there, x, y).where(there, x, y)

    def derivative(at: Three, z: AnyArray, k: Linear[K]) -> Hom[K, Three, AnyArray]:
        if kind(a) == "Int":
            return k.zero(products(mask, a, a), a)
        return k.linear(
            lambda d: chosen(at[0], d[1], d[2]),
            lambda dz: (None, chosen(at[0], dz, None), chosen(at[0], None, dz)),
        )

    return Primitive(
        *(products(mask, a, a), a, "where"),
        lambda at: chosen(*at),
        derivative,
        loops=dimensions(a),
        operation=WHERE,
        parameters=(),
    )


def _array(name: str, a: type) -> tuple[type[Dim], ...]:
    """The dimensions of one array of numbers. Raises `SpaceError` for another object."""
    require_object(name, a)
    if not is_array(a) or kind(a) == "Bool":
        raise SpaceError(f"{name}: wanted one array of numbers, got {show(a)}")
    return dimensions(a)


# Comparisons, which make masks ---------------------------------------------------------------------------------------


class Comparison(Protocol):
    """A comparison of two numbers: of an object, the arrow; and of two arrays, the mask of what is true."""

    @overload
    def __call__(self, a: TypeForm[Float[*S]], /) -> Arrow[tuple[Float[*S], Float[*S]], Bool[*S]]: ...
    @overload
    def __call__(self, a: TypeForm[Int[*S]], /) -> Arrow[tuple[Int[*S], Int[*S]], Bool[*S]]: ...
    @overload
    def __call__(self, x: Float[*S], y: Float[*S] | Scalar | float, /) -> Bool[*S]: ...
    @overload
    def __call__(self, x: Scalar | float, y: Float[*S], /) -> Bool[*S]: ...
    @overload
    def __call__(self, x: Int[*S], y: Int[*S] | int, /) -> Bool[*S]: ...
    @overload
    def __call__(self, x: float, y: float, /) -> Truth: ...


def comparison(family: Callable[[type[A]], SomeArrow]) -> Comparison:
    """Let a function of objects take two values too."""
    made: Comparison = polymorphic()(family)
    return made


@comparison
def less(a: type[A]) -> SomeArrow:
    """x < y"""
    return _truth("less", a, lambda x: x[0] < x[1])


@comparison
def less_equal(a: type[A]) -> SomeArrow:
    """x <= y"""
    return _truth("less_equal", a, lambda x: x[0] <= x[1])


@comparison
def greater(a: type[A]) -> SomeArrow:
    """x > y"""
    return _truth("greater", a, lambda x: x[0] > x[1])


@comparison
def greater_equal(a: type[A]) -> SomeArrow:
    """x >= y"""
    return _truth("greater_equal", a, lambda x: x[0] >= x[1])


@comparison
def equal(a: type[A]) -> SomeArrow:
    """x = y, to the last digit; a nan is equal to nothing."""
    return _truth("equal", a, lambda x: x[0] == x[1])


@comparison
def not_equal(a: type[A]) -> SomeArrow:
    """x and y differ, as a nan does from all."""
    return _truth("not_equal", a, lambda x: x[0] != x[1])


def _truth(name: str, a: type, value: Callable[[Pair], AnyArray]) -> SomeArrow:
    """The primitive of a comparison, whose derivative is zero. Raises `SpaceError` unless of one array of numbers."""
    mask: type = truths(*_array(name, a))
    return Primitive(
        *(product(a, a), mask, name, value, lambda x, y, k: k.zero(product(a, a), mask)),
        loops=dimensions(a),
        operation=OPERATIONS.setdefault(name, Operation(name, "elementwise")),
        parameters=(),
    )


# Between masks -------------------------------------------------------------------------------------------------------


class OfTwoMasks(Protocol):
    """A connective: of an object, the arrow; and of two masks, a mask."""

    @overload
    def __call__(self, a: type[M], /) -> Arrow[tuple[M, M], M]: ...
    @overload
    def __call__(self, x: Bool[*S], y: Bool[*S] | Truth, /) -> Bool[*S]: ...


def _of_two_masks(family: Callable[[type[M]], SomeArrow]) -> OfTwoMasks:
    made: OfTwoMasks = polymorphic()(family)
    return made


@_of_two_masks
def logical_and(a: type[M]) -> SomeArrow:
    """Both; of masks also x & y."""
    return _connective("logical_and", a, product(a, a), lambda x: common(*x).logical_and(*x))


@_of_two_masks
def logical_or(a: type[M]) -> SomeArrow:
    """One of them, or both; of masks also x | y."""
    return _connective("logical_or", a, product(a, a), lambda x: common(*x).logical_or(*x))


@overload
def logical_not(a: type[M], /) -> Arrow[M, M]: ...
@overload
def logical_not(x: Bool[*S], /) -> Bool[*S]: ...
@overload
def logical_not(x: bool, /) -> Truth: ...
@polymorphic()
def logical_not(a: type[M]) -> SomeArrow:
    """The other of both; of a mask also ~x."""
    return _connective("logical_not", a, a, lambda x: namespace(x).logical_not(x))


def _connective(name: str, a: type, dom: type, value: Callable[[Tree], AnyArray]) -> SomeArrow:
    """The primitive, whose derivative is zero. Raises `SpaceError` unless of one array of truth values."""
    require_object(name, a)
    if not is_array(a) or kind(a) != "Bool":
        raise SpaceError(f"{name}: wanted an array of truth values, such as Bool[I], got {show(a)}")
    return Primitive(
        *(dom, a, name, value, lambda x, y, k: k.zero(dom, a)),
        loops=dimensions(a),
        operation=OPERATIONS.setdefault(name, Operation(name, "elementwise")),
        parameters=(),
    )
