"""Functions of two numbers, entry by entry: A x A -> A (Elliott 2018, section 4.6).

    add    its own derivative, being linear: jam
    mul    at (x, y), scale y | scale x

>>> from cat_ad import Scalar, gradient
>>> gradient(mul(Scalar))((3.0, 4.0))
(np.float64(4.0), np.float64(3.0))
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias, TypeVarTuple, overload

from cat_ad.arrows.generators import DerivativeRule, LinearRule, Primitive
from cat_ad.arrows.operations import Operation, Property
from cat_ad.arrows.polymorphism import polymorphic
from cat_ad.arrows.products import nest, nested, unnest
from cat_ad.arrows.structure import exl, exr, it
from cat_ad.arrows.terms import Arrow, SomeArrow
from cat_ad.categories.biproduct import Linear
from cat_ad.categories.category import A, Hom, K
from cat_ad.objects.arrays import AnyArray
from cat_ad.objects.spaces import Float, Scalar, dimensions, factors, is_array, product, require_object
from cat_ad.primitives.elementwise import require_float

S = TypeVarTuple("S")

Pair: TypeAlias = tuple[AnyArray, AnyArray]

OPERATIONS = dict[str, Operation]()  # one of each name


class ElementwiseOfTwo(Protocol):
    """A function of two numbers: of an object, the arrow; and of two arrays, what it makes of their entries."""

    @overload
    def __call__(self, a: type[A], /) -> Arrow[tuple[A, A], A]: ...
    @overload
    def __call__(self, x: Float[*S], y: Float[*S] | Scalar | float, /) -> Float[*S]: ...
    @overload
    def __call__(self, x: Scalar | float, y: Float[*S], /) -> Float[*S]: ...
    @overload
    def __call__(self, x: float, y: float, /) -> Scalar: ...


def of_two(family: Callable[[type[A]], Arrow[tuple[A, A], A]]) -> ElementwiseOfTwo:
    """Let a function of objects take two values too."""
    made: ElementwiseOfTwo = polymorphic()(family)
    return made


@of_two
def add(a: type[A]) -> Arrow[tuple[A, A], A]:
    """x + y"""
    return entry_by_entry("add", a, lambda x: x[0] + x[1], lambda x, y, k: k.jam(a), lambda k: k.jam(a))


@of_two
def sub(a: type[A]) -> Arrow[tuple[A, A], A]:
    """x - y"""
    return entry_by_entry(
        "sub", a, lambda x: x[0] - x[1], lambda x, y, k: _difference(k, a), lambda k: _difference(k, a)
    )


def _difference(k: Linear[K], a: type[AnyArray]) -> Hom[K, Pair, AnyArray]:
    return k.join(k.id(a), k.scale(-1.0))


@of_two
def mul(a: type[A]) -> Arrow[tuple[A, A], A]:
    """x y"""
    return entry_by_entry("mul", a, lambda x: x[0] * x[1], lambda x, y, k: k.join(k.scale(x[1]), k.scale(x[0])))


@of_two
def div(a: type[A]) -> Arrow[tuple[A, A], A]:
    """x / y; with z = x / y the derivative is scale (1/y) | scale (-z/y)"""
    return entry_by_entry(
        "div", a, lambda x: x[0] / x[1], lambda x, z, k: k.join(k.scale(1.0 / x[1]), k.scale(-z / x[1]))
    )


def entry_by_entry(
    name: str,
    a: type[A],
    value: Callable[[Pair], AnyArray],
    derivative: DerivativeRule[Pair, AnyArray],
    linear: LinearRule | None = None,
    properties: tuple[Property, ...] = (),
) -> Arrow[tuple[A, A], A]:
    """The arrow of a function of two numbers: on arrays, a primitive; on a product, on each factor."""
    require_object(name, a)
    if is_array(a):
        require_float(name, a)
        return Primitive(
            product(a, a),
            a,
            name,
            value,
            derivative,
            linear=linear,
            loops=dimensions(a),
            operation=OPERATIONS.setdefault(name, Operation(name, "elementwise", *properties)),
            parameters=(),
        )
    parts = factors(a)
    if len(parts) != 2:
        pairs: SomeArrow = (
            entry_by_entry(name, nested(a), value, derivative, linear, properties) if parts else it(product(a, a))
        )
        return nest(a) * nest(a) >> pairs >> unnest(a) if parts else pairs
    left, right = parts
    lefts: SomeArrow = exl(left, right) * exl(left, right) >> entry_by_entry(
        name, left, value, derivative, linear, properties
    )
    rights: SomeArrow = exr(left, right) * exr(left, right) >> entry_by_entry(
        name, right, value, derivative, linear, properties
    )
    both: SomeArrow = lefts & rights
    return both
