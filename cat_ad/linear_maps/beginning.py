"""Beginnings: a linear map as what it does to maps into its domain (Elliott 2018, section 14).

An arrow of `Begin(k, r)` from A to B is a function from the arrows R -> A of k to the arrows R -> B, the mirror image
of `Cont(k, r)`. Everything is composed onto the beginning, one arrow after the other: forward mode, from a seed. Every
f of k becomes the arrow h -> h ; f of this category, and that is a functor (section 14). The paper does not print the
operations; each follows from that one law. A fork uses its beginning h twice. If h is a function, it would be called
twice, and four times after the next fork. But an arrow f of this category only puts something after h: f(h) = h ;
f(id), which calls h once. Which of the two it is, k knows (`begun`).

From a number, the identity of R starts it:

>>> from cat_ad import Additive, D, Scalar, dup, mul
>>> from cat_ad.derivatives.chain_rule import function as differentiable
>>> from cat_ad.linear_maps import additive
>>> k = Additive()
>>> square = dup(Scalar) >> mul(Scalar)
>>> value, derivative = differentiable(square.to(D(Begin(k, Scalar))))(3.0)
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


class Begun(Generic[K]):
    """The brand of beginnings in K: `Hom[Begun[K], A, B]` takes a `Hom[K, R, A]` to a `Hom[K, R, B]`."""


def hom(f: Callable[[Hom[K, Any, A]], Hom[K, Any, B]]) -> Hom[Begun[K], A, B]:  # Any: R
    """A function of beginnings as an arrow of this category."""
    return branded(f)


function = inverse_of(hom)


class Begin(Linear[Begun[K]]):
    """Beginnings from R in a category of linear maps."""

    def __init__(self, k: Linear[K], r: type) -> None:
        """Beginnings come from `r`, in `k`."""
        require_linear("Begin", k)
        require_object("Begin", r)
        self.k = k
        self.r = r

    def after(self, f: Hom[K, A, B]) -> Hom[Begun[K], A, B]:
        """An arrow of k as one of this category: what was begun with, then f. A functor (section 14)."""
        return hom(lambda h: self.k.compose(h, f))

    def id(self, a: type[A]) -> Hom[Begun[K], A, A]:
        """Stay there."""
        return hom(lambda h: h)

    def compose(self, f: Hom[Begun[K], A, B], g: Hom[Begun[K], B, C]) -> Hom[Begun[K], A, C]:
        """Put f after the beginning, then g."""
        first, then = function(f), function(g)
        return hom(lambda h: then(first(h)))

    def chain(self, path: Sequence[SomeHom[Begun[K]]]) -> SomeHom[Begun[K]]:
        """Put each after the beginning, in turn."""
        return hom(lambda h: self.k.begun(h, [function(f) for f in path]))

    def cross(self, f: Hom[Begun[K], A, C], g: Hom[Begun[K], B, D]) -> Hom[Begun[K], tuple[A, B], tuple[C, D]]:
        """Take the beginning apart (unfork), go on with f from the one part and with g from the other, and fork."""
        left, right = function(f), function(g)

        def run(h: Hom[K, Any, tuple[A, B]]) -> Hom[K, Any, tuple[C, D]]:  # Any: R
            to_a, to_b = self.k.unfork(h)
            return self.k.fork(left(to_a), right(to_b))

        return self.chain([hom(run)])

    def exl(self, a: type[A], b: type[B]) -> Hom[Begun[K], tuple[A, B], A]:
        """exl of k, after."""
        return self.after(self.k.exl(a, b))

    def exr(self, a: type[A], b: type[B]) -> Hom[Begun[K], tuple[A, B], B]:
        """exr of k, after."""
        return self.after(self.k.exr(a, b))

    def fork(self, f: Hom[Begun[K], A, B], g: Hom[Begun[K], A, C]) -> Hom[Begun[K], A, tuple[B, C]]:
        """fork of what f and g make of it."""
        left, right = function(f), function(g)
        return self.chain([hom(lambda h: self.k.fork(left(h), right(h)))])

    def it(self, a: type[A]) -> Hom[Begun[K], A, Unit]:
        """it of k, after."""
        return self.after(self.k.it(a))

    def inl(self, a: type[A], b: type[B]) -> Hom[Begun[K], A, tuple[A, B]]:
        """inl of k, after."""
        return self.after(self.k.inl(a, b))

    def inr(self, a: type[A], b: type[B]) -> Hom[Begun[K], B, tuple[A, B]]:
        """inr of k, after."""
        return self.after(self.k.inr(a, b))

    def join(self, f: Hom[Begun[K], A, C], g: Hom[Begun[K], B, C]) -> Hom[Begun[K], tuple[A, B], C]:
        """The sum of f and g, of the two that it began with."""
        left, right = function(f), function(g)

        def run(h: Hom[K, Any, tuple[A, B]]) -> Hom[K, Any, C]:  # Any: R
            to_a, to_b = self.k.unfork(h)
            return self.k.plus(SOME, left(to_a), right(to_b))

        return self.chain([hom(run)])

    def begun(self, h: SomeHom[Begun[K]], path: Sequence[Natural[Begun[K]]]) -> SomeHom[Begun[K]]:
        """Call h, once."""
        return self.chain([h, *(f(self.id(SOME)) for f in path)])

    def ended(self, h: SomeHom[Begun[K]], path: Sequence[Natural[Begun[K]]]) -> SomeHom[Begun[K]]:
        """Call h, once."""
        return self.chain([*(f(self.id(SOME)) for f in reversed(path)), h])

    def ti(self, a: type[A]) -> Hom[Begun[K], Unit, A]:
        """ti of k, after."""
        return self.after(self.k.ti(a))

    def scale(self, factor: AnyArray) -> Hom[Begun[K], A, A]:
        """scale of k, after."""
        return self.after(self.k.scale(factor))

    def linear_map(self, apply: Callable[[A], Tangent], adjoint: Callable[[B], Tangent]) -> Hom[Begun[K], A, B]:
        """The map in k, after."""
        return self.after(self.k.linear_map(apply, adjoint))

    def __repr__(self) -> str:
        """Begin(k, r)"""
        return f"Begin({self.k!r}, {show(self.r)})"
