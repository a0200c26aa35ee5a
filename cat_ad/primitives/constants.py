"""Constants: arrows from Unit.

>>> from cat_ad import Scalar, add, gradient, identity, it
>>> plus_one = (identity(Scalar) & (it(Scalar) >> constant(Scalar, 1.0))) >> add(Scalar)
>>> plus_one(41.0), gradient(plus_one)(41.0)
(np.float64(42.0), array(1.))
"""

from __future__ import annotations

from typing import TypeVarTuple, overload

import numpy as np
from typing_extensions import TypeForm

from cat_ad.arrows.elements import WORDS
from cat_ad.arrows.generators import Primitive, linear_primitive
from cat_ad.arrows.operations import Operation
from cat_ad.arrows.polymorphism import polymorphic
from cat_ad.arrows.products import cross
from cat_ad.arrows.structure import identity
from cat_ad.arrows.terms import Arrow, SomeArrow
from cat_ad.categories.category import A
from cat_ad.objects.arrays import AnyArray, namespace
from cat_ad.objects.spaces import UNIT, Float, Index, Scalar, Unit, dimensions, factors, is_array, require_object
from cat_ad.objects.trees import leaves, tree_map
from cat_ad.objects.values import Boundary, Number, Numbers
from cat_ad.primitives.elementwise import real

S = TypeVarTuple("S")

CONSTANT = Operation("constant")
ZERO = Operation("zero")
ONE = Operation("one", "constant derivative")
FULL_LIKE = Operation("full_like", "constant derivative")
NUMBER = Operation("number", "constant derivative")


@overload  # those of numbers first: to a checker, A might be a union of both
def constant(a: type[Scalar], value: Number) -> Arrow[Unit, Scalar]: ...
@overload
def constant(a: type[Index], value: int | Index) -> Arrow[Unit, Index]: ...
@overload
def constant(a: TypeForm[tuple[Scalar, Scalar]], value: Numbers) -> Arrow[Unit, tuple[Scalar, Scalar]]: ...
@overload
def constant(a: TypeForm[A], value: A) -> Arrow[Unit, A]: ...
def constant(a: TypeForm[A], value: object) -> Arrow[Unit, A]:
    """The arrow with this value, whose derivative is zero. Raises `SpaceError` if the value is not in A."""
    a = require_object("constant", a)
    fixed = tree_map(_kept, Boundary(lambda: "constant", a)(value))
    return Primitive(
        UNIT,
        a,
        "constant",
        lambda x: fixed,
        lambda x, y, k: k.ti(a),
        operation=CONSTANT,
        parameters=tuple(map(_bits, leaves(fixed))),
    )


@overload  # of values first: a type checker might take one for an object
def zero(x: Float[*S], /) -> Float[*S]: ...
@overload
def zero(x: float, /) -> Scalar: ...
@overload
def zero(a: TypeForm[A], /) -> Arrow[A, A]: ...
@polymorphic("zeros_like")
def zero(a: TypeForm[A]) -> Arrow[A, A]:
    """Zeros of the same shapes: the zero of each tangent space, of integers too."""
    a = require_object("zero", a)
    if not is_array(a):
        parts: list[SomeArrow] = [zero(part) for part in factors(a)]
        side_by_side: SomeArrow = cross(*parts) if parts else identity(a)
        return side_by_side
    return linear_primitive(
        a,
        a,
        "zero",
        lambda x: namespace(x).zeros_like(x),
        lambda k: k.zero(a, a),
        operation=ZERO,
        parameters=(),
    )


@overload
def full_like(a: type[A], c: float, /) -> Arrow[A, A]: ...
@overload
def full_like(x: Float[*S], c: float, /) -> Float[*S]: ...
@polymorphic()
def full_like(a: type[A], c: float) -> Arrow[A, A]:
    """The number c in every entry, as in the array API standard: in the shape and dtype of the argument."""
    return _constant_like("full_like", FULL_LIKE, a, a, c)


@overload
def number(a: type[A], c: float, /) -> Arrow[A, Scalar]: ...
@overload
def number(x: Float[*S], c: float, /) -> Scalar: ...
@polymorphic()
def number(a: type[A], c: float) -> Arrow[A, Scalar]:
    """The number c, in the dtype of the argument."""
    return _constant_like("number", NUMBER, a, Scalar, c)


def full_behind(a: type, b: type, c: float) -> SomeArrow:
    """The number c in every entry of an array over the last axes of the argument, in its dtype."""
    return _constant_like("number", NUMBER, a, b, c)


def _constant_like(name: str, its: Operation, a: type[A], b: type, c: float) -> SomeArrow:
    """Of any argument c in every entry of b, whose axes are the last of those of a. Its derivative is zero."""
    c, own = real(name, c), len(dimensions(b))

    def value(x: AnyArray) -> AnyArray:
        axes = len(dimensions(a))
        before, after = x.shape[: x.ndim - axes], x.shape[x.ndim - own :] if own else ()
        return namespace(x).full((*before, *after), c, dtype=x.dtype)

    return Primitive(
        *(a, b, f"{name} {c:g}", value, lambda x, y, k: k.zero(a, b)),
        operation=its,
        parameters=(c, own),
    )


def one() -> Arrow[Scalar, Scalar]:
    """1, in the dtype of the argument: where a gradient starts. Its derivative is zero, whatever the tangent."""
    return Primitive(
        Scalar,
        Scalar,
        "one",
        lambda x: namespace(x).ones_like(x),
        lambda x, y, k: k.zero(Scalar, Scalar),
        operation=ONE,
        parameters=(),
    )


def _bits(x: AnyArray) -> tuple[object, ...]:
    """By which equal arrays are told; one of another library than NumPy is equal to itself only."""
    return (x.dtype.str, x.shape, x.tobytes()) if isinstance(x, np.ndarray) else (object(),)


def _kept(x: AnyArray) -> AnyArray:
    """A copy that nobody writes to."""
    copy = namespace(x).asarray(x, copy=True)
    if isinstance(copy, np.ndarray):
        copy.flags.writeable = False
    return copy


WORDS.update({"constant": constant, "full_behind": full_behind})
