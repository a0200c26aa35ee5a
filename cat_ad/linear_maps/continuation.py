"""Continuations: a linear map as what it does to maps out of its codomain (Elliott 2018, section 12).

An arrow of `Cont(k, r)` from A to B is a function from the arrows B -> R of k to the arrows A -> R. It takes a
continuation h, which says what will be made of b, and puts the linear map f before it: f ; h. So arrows compose as
functions do, in reverse, and in `D(Cont(k, r))` everything is associated from the right: reverse mode. That each f of k
becomes the arrow h -> f ; h is a functor (theorem 4).

A fork uses its continuation twice. Where h is a matrix that costs nothing more. Where h is a function, it would be
called twice, and four times after the next fork. But an arrow f of this category only puts something before h: f(h) =
f(id) ; h, which calls h once. Which of the two it is, k knows (`ended`).

To a number, the identity of R starts it:

>>> from cat_ad import Additive, D, Scalar, dup, mul
>>> from cat_ad.derivatives.chain_rule import function as differentiable
>>> from cat_ad.linear_maps import additive
>>> k = Additive()
>>> square = dup(Scalar) >> mul(Scalar)
>>> value, derivative = differentiable(square.to(D(Cont(k, Scalar))))(3.0)
>>> additive.function(function(derivative)(k.id(Scalar)))(1.0)
6.0
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic

from cat_ad.categories.biproduct import SOME, Linear, Natural, require_linear
from cat_ad.categories.brands import branded, inverse_of
from cat_ad.categories.category import A, B, C, D, Hom, K, SomeHom
from cat_ad.objects.arrays import AnyArray
from cat_ad.objects.spaces import Unit, require_object, show
from cat_ad.objects.tangents import Tangent


class Continued(Generic[K]):
    """The brand of continuations in K: `Hom[Continued[K], A, B]` takes a `Hom[K, B, R]` to a `Hom[K, A, R]`."""


def hom(f: Callable[[Hom[K, B, Any]], Hom[K, A, Any]]) -> Hom[Continued[K], A, B]:  # Any: R
    """A function of continuations as an arrow of this category."""
    return branded(f)


function = inverse_of(hom)


class Cont(Linear[Continued[K]]):
    """Continuations to R in a category of linear maps."""

    def __init__(self, k: Linear[K], r: type) -> None:
        """Continuations go to `r`, in `k`."""
        require_linear("Cont", k)
        require_object("Cont", r)
        self.k = k
        self.r = r

    def before(self, f: Hom[K, A, B]) -> Hom[Continued[K], A, B]:
        """An arrow of k as one of this category: first f, then what is continued with. A functor (theorem 4)."""
        return hom(lambda h: self.k.compose(f, h))

    def id(self, a: type[A]) -> Hom[Continued[K], A, A]:
        """Go on."""
        return hom(lambda h: h)

    def compose(self, f: Hom[Continued[K], A, B], g: Hom[Continued[K], B, C]) -> Hom[Continued[K], A, C]:
        """f of what g makes of the continuation."""
        first, then = function(f), function(g)
        return hom(lambda h: first(then(h)))

    def chain(self, path: Sequence[SomeHom[Continued[K]]]) -> SomeHom[Continued[K]]:
        """Each applied to what the one after it makes, from the last on."""
        return hom(lambda h: self.k.ended(h, [function(f) for f in reversed(path)]))

    def cross(
        self, f: Hom[Continued[K], A, C], g: Hom[Continued[K], B, D]
    ) -> Hom[Continued[K], tuple[A, B], tuple[C, D]]:
        """join of f and g, of the two that it goes on with: unjoin, f * g, join."""
        left, right = function(f), function(g)

        def run(h: Hom[K, tuple[C, D], Any]) -> Hom[K, tuple[A, B], Any]:  # Any: R
            of_c, of_d = self.k.unjoin(h)
            return self.k.join(left(of_c), right(of_d))

        return self.chain([hom(run)])

    def exl(self, a: type[A], b: type[B]) -> Hom[Continued[K], tuple[A, B], A]:
        """exl of k, before."""
        return self.before(self.k.exl(a, b))

    def exr(self, a: type[A], b: type[B]) -> Hom[Continued[K], tuple[A, B], B]:
        """exr of k, before."""
        return self.before(self.k.exr(a, b))

    def fork(self, f: Hom[Continued[K], A, B], g: Hom[Continued[K], A, C]) -> Hom[Continued[K], A, tuple[B, C]]:
        """The sum of f and g, of the two that it goes on with."""
        left, right = function(f), function(g)

        def run(h: Hom[K, tuple[B, C], Any]) -> Hom[K, A, Any]:  # Any: R
            of_b, of_c = self.k.unjoin(h)
            return self.k.plus(SOME, left(of_b), right(of_c))

        return self.chain([hom(run)])

    def it(self, a: type[A]) -> Hom[Continued[K], A, Unit]:
        """it of k, before."""
        return self.before(self.k.it(a))

    def inl(self, a: type[A], b: type[B]) -> Hom[Continued[K], A, tuple[A, B]]:
        """inl of k, before."""
        return self.before(self.k.inl(a, b))

    def inr(self, a: type[A], b: type[B]) -> Hom[Continued[K], B, tuple[A, B]]:
        """inr of k, before."""
        return self.before(self.k.inr(a, b))

    def join(self, f: Hom[Continued[K], A, C], g: Hom[Continued[K], B, C]) -> Hom[Continued[K], tuple[A, B], C]:
        """join of what f and g make of it."""
        left, right = function(f), function(g)
        return self.chain([hom(lambda h: self.k.join(left(h), right(h)))])

    def begun(self, h: SomeHom[Continued[K]], path: Sequence[Natural[Continued[K]]]) -> SomeHom[Continued[K]]:
        """Call h, once."""
        return self.chain([h, *(f(self.id(SOME)) for f in path)])

    def ended(self, h: SomeHom[Continued[K]], path: Sequence[Natural[Continued[K]]]) -> SomeHom[Continued[K]]:
        """Call h, once."""
        return self.chain([*(f(self.id(SOME)) for f in reversed(path)), h])

    def ti(self, a: type[A]) -> Hom[Continued[K], Unit, A]:
        """ti of k, before."""
        return self.before(self.k.ti(a))

    def scale(self, factor: AnyArray) -> Hom[Continued[K], A, A]:
        """scale of k, before."""
        return self.before(self.k.scale(factor))

    def linear_map(self, apply: Callable[[A], Tangent], adjoint: Callable[[B], Tangent]) -> Hom[Continued[K], A, B]:
        """The map in k, before."""
        return self.before(self.k.linear_map(apply, adjoint))

    def __repr__(self) -> str:
        """Cont(k, r)"""
        return f"Cont({self.k!r}, {show(self.r)})"
