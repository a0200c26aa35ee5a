"""Differentiable functions: the category `D(k)`, written once for every representation k of linear maps.

An arrow of D(k) from A to B is a function from a in A to the pair of f(a) and the derivative of f at a, an arrow of k
from A to B (Elliott 2018, section 4.1 and figure 6). Composition is the chain rule; nothing else in the library is.
Structure is linear, hence its own derivative everywhere; a primitive states its own.

    k                    D(k) gives
    Additive()           forward mode
    Dual(Additive())     reverse mode
    Matrices()           the Jacobian matrix

>>> from cat_ad import Additive, Scalar, dup, mul
>>> from cat_ad.linear import additive
>>> square = dup(Scalar) >> mul(Scalar)
>>> value, derivative = function(square.to(D(Additive())))(3.0)
>>> value, additive.function(derivative)(1.0)
(9.0, 6.0)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from cat_ad.biproduct import Linear
from cat_ad.category import A, B, C, Cartesian, Hom, K, SomeHom
from cat_ad.spaces import Unit

if TYPE_CHECKING:
    from cat_ad.arrow import Primitive

E = TypeVar("E")


class Differentiable(Generic[K]):
    """The brand of D(k): `Hom[Differentiable[K], A, B]` is a callable from A to `tuple[B, Hom[K, A, B]]`."""


def hom(f: Callable[[A], tuple[B, Hom[K, A, B]]]) -> Hom[Differentiable[K], A, B]:
    """A function that returns value and derivative, as an arrow of D(k)."""
    return cast(Hom[Differentiable[K], A, B], f)


def function(f: Hom[Differentiable[K], A, B]) -> Callable[[A], tuple[B, Hom[K, A, B]]]:
    """An arrow of D(k) as the function that it is."""
    return cast(Callable[[A], tuple[B, Hom[K, A, B]]], f)


class D(Cartesian[Differentiable[K]]):
    """Functions with their derivatives in k."""

    def __init__(self, k: Linear[K]) -> None:
        """Derivatives are represented in `k`."""
        self.k = k

    def id(self, a: type[A]) -> Hom[Differentiable[K], A, A]:
        """The identity is linear."""
        derivative = self.k.id(a)
        return hom(lambda x: (x, derivative))

    def compose(
        self, f: Hom[Differentiable[K], A, B], g: Hom[Differentiable[K], B, C]
    ) -> Hom[Differentiable[K], A, C]:
        """The chain rule: the derivative of (f ; g) at a is that of f at a, then that of g at f(a) (theorem 1)."""
        k, first, then = self.k, function(f), function(g)

        def run(a: A) -> tuple[C, Hom[K, A, C]]:
            b, f_derivative = first(a)
            c, g_derivative = then(b)
            return c, k.compose(f_derivative, g_derivative)

        return hom(run)

    def chain(self, path: Sequence[SomeHom[Differentiable[K]]]) -> SomeHom[Differentiable[K]]:
        """The chain rule along a path: one frame however long it is."""
        k, steps = self.k, [function(f) for f in path]

        def run(x: object) -> tuple[object, SomeHom[K]]:
            derivatives = []
            for step in steps:
                x, derivative = step(x)
                derivatives.append(derivative)
            return x, k.chain(derivatives)

        return hom(run)

    def cross(
        self, f: Hom[Differentiable[K], A, C], g: Hom[Differentiable[K], B, E]
    ) -> Hom[Differentiable[K], tuple[A, B], tuple[C, E]]:
        """The derivative of f * g at (a, b) is that of f at a, cross that of g at b (theorem 2)."""
        k, left, right = self.k, function(f), function(g)

        def run(x: tuple[A, B]) -> tuple[tuple[C, E], Hom[K, tuple[A, B], tuple[C, E]]]:
            c, f_derivative = left(x[0])
            d, g_derivative = right(x[1])
            return (c, d), k.cross(f_derivative, g_derivative)

        return hom(run)

    def exl(self, a: type[A], b: type[B]) -> Hom[Differentiable[K], tuple[A, B], A]:
        """exl is linear."""
        derivative = self.k.exl(a, b)
        return hom(lambda x: (x[0], derivative))

    def exr(self, a: type[A], b: type[B]) -> Hom[Differentiable[K], tuple[A, B], B]:
        """exr is linear."""
        derivative = self.k.exr(a, b)
        return hom(lambda x: (x[1], derivative))

    def fork(
        self, f: Hom[Differentiable[K], A, B], g: Hom[Differentiable[K], A, C]
    ) -> Hom[Differentiable[K], A, tuple[B, C]]:
        """The derivative of f & g at a is that of f at a, fork that of g at a."""
        k, left, right = self.k, function(f), function(g)

        def run(a: A) -> tuple[tuple[B, C], Hom[K, A, tuple[B, C]]]:
            b, f_derivative = left(a)
            c, g_derivative = right(a)
            return (b, c), k.fork(f_derivative, g_derivative)

        return hom(run)

    def it(self, a: type[A]) -> Hom[Differentiable[K], A, Unit]:
        """it is linear."""
        derivative = self.k.it(a)
        return hom(lambda x: ((), derivative))

    def primitive(self, arrow: Primitive[A, B]) -> Hom[Differentiable[K], A, B]:
        """Its value, and the derivative that it states."""
        k, value, derivative = self.k, arrow.value, arrow.derivative

        def run(a: A) -> tuple[B, Hom[K, A, B]]:
            b = value(a)
            return b, derivative(a, b, k)

        return hom(run)

    def __repr__(self) -> str:
        """D(k)"""
        return f"D({self.k!r})"
