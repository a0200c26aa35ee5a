"""Dual categories: a linear map, represented by its transpose in k (Elliott 2018, section 13).

An arrow of `Dual(k)` from A to B is an arrow of k from B to A. Every operation becomes its opposite: composition turns
around, projections become injections, forking becomes adding. `D(Dual(Additive()))` is reverse mode, backpropagation.

>>> from cat_ad.linear_maps.additive import Additive, function
>>> backward = Dual(Additive()).fork(Additive().scale(2.0), Additive().scale(3.0))   # B x C -> A, for A -> B x C
>>> function(backward)((10.0, 1.0))
23.0
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic

from cat_ad.categories.biproduct import Linear, Natural, require_linear
from cat_ad.categories.category import A, B, C, D, Hom, K, SomeHom
from cat_ad.categories.wiring import BackWiring, WiringDiagram, by_structure, wired
from cat_ad.objects.arrays import AnyArray
from cat_ad.objects.spaces import Dim, Unit
from cat_ad.objects.tangents import Tangent


class Opposite(Generic[K]):
    """The brand of the dual of K: `Hom[Opposite[K], A, B]` is a `Hom[K, B, A]`."""


def hom(f: Hom[K, B, A]) -> Hom[Opposite[K], A, B]:
    """An arrow of k, turned around."""
    return f  # type: ignore[return-value]  # a brand is static: nothing happens at run time


def turned(f: Hom[Opposite[K], A, B]) -> Hom[K, B, A]:
    """The arrow of k that represents an arrow of its dual."""
    return f  # type: ignore[return-value]  # a brand is static: nothing happens at run time


def turned_path(path: Sequence[SomeHom[Opposite[K]]]) -> Sequence[SomeHom[K]]:
    """The path of k that represents a path of its dual."""
    return path[::-1]  # type: ignore[return-value]  # a brand is static: nothing happens at run time


def turned_functions(path: Sequence[Natural[Opposite[K]]]) -> Sequence[Natural[K]]:
    """Functions of arrows of the dual as those of the arrows of k that represent them."""
    return path  # type: ignore[return-value]  # a brand is static: nothing happens at run time


class Dual(Linear[Opposite[K]], BackWiring[Opposite[K]]):
    """The dual of a category of linear maps."""

    def __init__(self, k: Linear[K]) -> None:
        """The dual of `k`."""
        require_linear("Dual", k)
        self.k = k

    def id(self, a: type[A]) -> Hom[Opposite[K], A, A]:
        """Identity of k."""
        return hom(self.k.id(a))

    def compose(self, f: Hom[Opposite[K], A, B], g: Hom[Opposite[K], B, C]) -> Hom[Opposite[K], A, C]:
        """In k, first g, then f."""
        return hom(self.k.compose(turned(g), turned(f)))

    def chain(self, path: Sequence[SomeHom[Opposite[K]]]) -> SomeHom[Opposite[K]]:
        """The path, backwards."""
        return hom(self.k.chain(turned_path(path)))

    def wire(self, diagram: WiringDiagram, boxes: Sequence[SomeHom[Opposite[K]]]) -> SomeHom[Opposite[K]]:
        """Along the wires of k, backwards."""
        if isinstance(self.k, BackWiring):
            back: SomeHom[K] = self.k.wire_back(diagram, [turned(f) for f in boxes])
            return hom(back)
        return by_structure(self, diagram, boxes)

    def wire_back(self, diagram: WiringDiagram, boxes: Sequence[SomeHom[Opposite[K]]]) -> SomeHom[Opposite[K]]:
        """Along the wires of k, forwards."""
        forward: SomeHom[K] = wired(self.k, diagram, [turned(f) for f in boxes])
        return hom(forward)

    def cross(self, f: Hom[Opposite[K], A, C], g: Hom[Opposite[K], B, D]) -> Hom[Opposite[K], tuple[A, B], tuple[C, D]]:
        """Cross of k."""
        return self.k.cross(f, g)  # type: ignore[arg-type, return-value]  # not by `turned`: this runs at every step

    def exl(self, a: type[A], b: type[B]) -> Hom[Opposite[K], tuple[A, B], A]:
        """inl of k."""
        return hom(self.k.inl(a, b))

    def exr(self, a: type[A], b: type[B]) -> Hom[Opposite[K], tuple[A, B], B]:
        """inr of k."""
        return hom(self.k.inr(a, b))

    def fork(self, f: Hom[Opposite[K], A, B], g: Hom[Opposite[K], A, C]) -> Hom[Opposite[K], A, tuple[B, C]]:
        """join of k."""
        return self.k.join(f, g)  # type: ignore[arg-type, return-value]  # not by `turned`: this runs at every step

    def it(self, a: type[A]) -> Hom[Opposite[K], A, Unit]:
        """ti of k."""
        return hom(self.k.ti(a))

    def swap(self, a: type[A], b: type[B]) -> Hom[Opposite[K], tuple[A, B], tuple[B, A]]:
        """swap of k, the other way."""
        return hom(self.k.swap(b, a))

    def assoc_l(
        self, a: type[A], b: type[B], c: type[C]
    ) -> Hom[Opposite[K], tuple[A, tuple[B, C]], tuple[tuple[A, B], C]]:
        """assoc_r of k."""
        return hom(self.k.assoc_r(a, b, c))

    def assoc_r(
        self, a: type[A], b: type[B], c: type[C]
    ) -> Hom[Opposite[K], tuple[tuple[A, B], C], tuple[A, tuple[B, C]]]:
        """assoc_l of k."""
        return hom(self.k.assoc_l(a, b, c))

    def inl(self, a: type[A], b: type[B]) -> Hom[Opposite[K], A, tuple[A, B]]:
        """exl of k."""
        return hom(self.k.exl(a, b))

    def inr(self, a: type[A], b: type[B]) -> Hom[Opposite[K], B, tuple[A, B]]:
        """exr of k."""
        return hom(self.k.exr(a, b))

    def join(self, f: Hom[Opposite[K], A, C], g: Hom[Opposite[K], B, C]) -> Hom[Opposite[K], tuple[A, B], C]:
        """fork of k."""
        return self.k.fork(f, g)  # type: ignore[arg-type, return-value]  # not by `turned`: this runs at every step

    def dup(self, a: type[A]) -> Hom[Opposite[K], A, tuple[A, A]]:
        """jam of k."""
        return hom(self.k.jam(a))

    def jam(self, a: type[A]) -> Hom[Opposite[K], tuple[A, A], A]:
        """dup of k."""
        return hom(self.k.dup(a))

    def begun(self, h: SomeHom[Opposite[K]], path: Sequence[Natural[Opposite[K]]]) -> SomeHom[Opposite[K]]:
        """ended of k."""
        return hom(self.k.ended(turned(h), turned_functions(path)))

    def ended(self, h: SomeHom[Opposite[K]], path: Sequence[Natural[Opposite[K]]]) -> SomeHom[Opposite[K]]:
        """begun of k."""
        return hom(self.k.begun(turned(h), turned_functions(path)))

    def cross_i(self, n: type[Dim], fs: Sequence[Hom[Opposite[K], A, B]]) -> SomeHom[Opposite[K]]:
        """cross_i of k."""
        return hom(self.k.cross_i(n, [turned(f) for f in fs]))

    def ti(self, a: type[A]) -> Hom[Opposite[K], Unit, A]:
        """it of k."""
        return hom(self.k.it(a))

    def zero(self, a: type[A], b: type[B]) -> Hom[Opposite[K], A, B]:
        """zero of k, the other way."""
        return hom(self.k.zero(b, a))

    def scale(self, factor: AnyArray) -> Hom[Opposite[K], A, A]:
        """A diagonal matrix is its own transpose."""
        return self.k.scale(factor)  # type: ignore[return-value]  # not by `hom`: this runs at every step

    def linear_map(self, apply: Callable[[A], Tangent], adjoint: Callable[[B], Tangent]) -> Hom[Opposite[K], A, B]:
        """The adjoint, whose adjoint is the map."""
        transposed: Hom[K, B, A] = self.k.linear_map(adjoint, apply)
        return transposed  # type: ignore[return-value]  # not by `hom`: this runs at every step

    def __repr__(self) -> str:
        """Dual(k)"""
        return f"Dual({self.k!r})"
