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
from cat_ad.arrows.operations import Operation
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


def of_two(family: Callable[[type[A]], Arrow[tuple[A, A], A]]) -> ElementwiseOfTwo:
    """Let a function of objects take two values too."""
    made: ElementwiseOfTwo = polymorphic()(family)
    return made


@of_two
def add(a: type[A]) -> Arrow[tuple[A, A], A]:
    """x + y"""
    return _of_two("add", a, lambda x: x[0] + x[1], lambda x, y, k: k.jam(a), lambda k: k.jam(a))


@of_two
def sub(a: type[A]) -> Arrow[tuple[A, A], A]:
    """x - y"""
    return _of_two("sub", a, lambda x: x[0] - x[1], lambda x, y, k: _difference(k, a), lambda k: _difference(k, a))


def _difference(k: Linear[K], a: type[AnyArray]) -> Hom[K, Pair, AnyArray]:
    return k.join(k.id(a), k.scale(-1.0))


@of_two
def mul(a: type[A]) -> Arrow[tuple[A, A], A]:
    """x y"""
    return _of_two("mul", a, lambda x: x[0] * x[1], lambda x, y, k: k.join(k.scale(x[1]), k.scale(x[0])))


@of_two
def div(a: type[A]) -> Arrow[tuple[A, A], A]:
    """x / y; with z = x / y the derivative is scale (1/y) | scale (-z/y)"""
    return _of_two("div", a, lambda x: x[0] / x[1], lambda x, z, k: k.join(k.scale(1.0 / x[1]), k.scale(-z / x[1])))


def _of_two(
    name: str,
    a: type[A],
    value: Callable[[Pair], AnyArray],
    derivative: DerivativeRule[Pair, AnyArray],
    linear: LinearRule | None = None,
) -> Arrow[tuple[A, A], A]:
    """On arrays, a primitive; on a product, on each factor."""
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
            operation=OPERATIONS.setdefault(name, Operation(name, "elementwise")),
            parameters=(),
        )
    parts = factors(a)
    if len(parts) != 2:
        pairs: SomeArrow = _of_two(name, nested(a), value, derivative, linear) if parts else it(product(a, a))
        return nest(a) * nest(a) >> pairs >> unnest(a) if parts else pairs
    left, right = parts
    lefts: SomeArrow = exl(left, right) * exl(left, right) >> _of_two(name, left, value, derivative, linear)
    rights: SomeArrow = exr(left, right) * exr(left, right) >> _of_two(name, right, value, derivative, linear)
    both: SomeArrow = lefts & rights
    return both


entry_by_entry = _of_two
