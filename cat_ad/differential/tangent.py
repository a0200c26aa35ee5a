"""The tangent of an arrow is an arrow: `tangent(f): A x A -> B x B`, from a point and a tangent to those of B.

It is a functor from the free cartesian category to itself (Cockett & Cruttwell 2014): the chain rule says that the
tangent of a composition is the composition of the tangents, which is forward mode. With D[f] for the second half of
tangent(f), the axioms of a Cartesian differential category (Blute, Cockett & Seely 2009) are:

    1  D[f + g] = D[f] + D[g]                               and D[0] = 0
    2  D[f](a, u + v) = D[f](a, u) + D[f](a, v)             and D[f](a, 0) = 0
    3  D[id](a, u) = u, D[exl](a, u) = exl(u), D[exr](a, u) = exr(u)
    4  D[f & g] = D[f] & D[g]
    5  D[f ; g](a, u) = D[g](f(a), D[f](a, u))
    6  D[D[f]]((a, 0), (0, u)) = D[f](a, u)
    7  D[D[f]]((a, u), (v, 0)) = D[D[f]]((a, v), (u, 0))

>>> from cat_ad import Scalar, exp, sin
>>> tangent(exp(Scalar))                                # (a, u) to (e^a, e^a u), with one exponential
(((exp >>> dup) *** id) >>> ((exl >>> exr) &&& ((exl *** id) >>> mul)))
>>> tangent(sin(Scalar) >> exp(Scalar))((0.0, 1.0))
(np.float64(1.0), np.float64(1.0))
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic

from cat_ad.arrow import Arrow, SomeArrow, assoc_l, assoc_r, dup, exl, exr, identity, it, swap
from cat_ad.category import A, B, C, Cartesian, D, Hom
from cat_ad.differential.elements import Element, arrow_of, variable
from cat_ad.differential.linearization import linearization
from cat_ad.modes import require_arrow
from cat_ad.spaces import Unit

if TYPE_CHECKING:
    from cat_ad.primitives import Primitive


def tangent(f: Arrow[A, B]) -> Arrow[tuple[A, A], tuple[B, B]]:
    """(a, u) to f(a) and the derivative of f at a, applied to u. Raises `SpaceError` if f is no arrow.

    The tangent of an integer is the integer 0.
    """
    require_arrow("tangent", f)
    return function(f.to(Tangents())).tangent


def derivative(f: Arrow[A, B]) -> Arrow[tuple[A, A], B]:
    """(a, u) to the derivative of f at a, applied to u: the second half of `tangent`."""
    return tangent(f) >> exr(f.cod, f.cod)


@dataclass(frozen=True)
class WithTangent(Generic[A, B]):
    """An arrow and its tangent, `general`; `None` if the arrow is linear, hence its own derivative at every point."""

    arrow: Arrow[A, B]
    general: Arrow[tuple[A, A], tuple[B, B]] | None = None

    @property
    def tangent(self) -> Arrow[tuple[A, A], tuple[B, B]]:
        """The tangent: of a linear arrow, the arrow on the point beside the arrow on the tangent."""
        return self.general or self.arrow * self.arrow


class TangentMap:
    """The brand of tangents: `Hom[TangentMap, A, B]` is a `WithTangent[A, B]`."""


def hom(f: WithTangent[A, B]) -> Hom[TangentMap, A, B]:
    """An arrow with its tangent, as an arrow of this category."""
    return f  # type: ignore[return-value]  # a brand is static: nothing happens at run time


def function(f: Hom[TangentMap, A, B]) -> WithTangent[A, B]:
    """An arrow of this category, as the arrow with its tangent that it is."""
    return f  # type: ignore[return-value]  # a brand is static: nothing happens at run time


class Tangents(Cartesian[TangentMap]):
    """Arrows with their tangents. Structure is linear, and so is what is composed of linear arrows."""

    def id(self, a: type[A]) -> Hom[TangentMap, A, A]:
        """Linear."""
        return hom(WithTangent(identity(a)))

    def compose(self, f: Hom[TangentMap, A, B], g: Hom[TangentMap, B, C]) -> Hom[TangentMap, A, C]:
        """The chain rule: the tangent of the first, then that of the second."""
        first, then = function(f), function(g)
        general = first.tangent >> then.tangent if first.general or then.general else None
        return hom(WithTangent(first.arrow >> then.arrow, general))

    def cross(self, f: Hom[TangentMap, A, C], g: Hom[TangentMap, B, D]) -> Hom[TangentMap, tuple[A, B], tuple[C, D]]:
        """Each on its side."""
        left, right = function(f), function(g)
        general = None
        if left.general or right.general:
            there = interchange(left.arrow.dom, right.arrow.dom, left.arrow.dom, right.arrow.dom)
            back = interchange(left.arrow.cod, left.arrow.cod, right.arrow.cod, right.arrow.cod)
            general = there >> left.tangent * right.tangent >> back
        return hom(WithTangent(left.arrow * right.arrow, general))

    def fork(self, f: Hom[TangentMap, A, B], g: Hom[TangentMap, A, C]) -> Hom[TangentMap, A, tuple[B, C]]:
        """Both."""
        left, right = function(f), function(g)
        general = None
        if left.general or right.general:
            back = interchange(left.arrow.cod, left.arrow.cod, right.arrow.cod, right.arrow.cod)
            general = (left.tangent & right.tangent) >> back
        return hom(WithTangent(left.arrow & right.arrow, general))

    def exl(self, a: type[A], b: type[B]) -> Hom[TangentMap, tuple[A, B], A]:
        """Linear."""
        return hom(WithTangent(exl(a, b)))

    def exr(self, a: type[A], b: type[B]) -> Hom[TangentMap, tuple[A, B], B]:
        """Linear."""
        return hom(WithTangent(exr(a, b)))

    def dup(self, a: type[A]) -> Hom[TangentMap, A, tuple[A, A]]:
        """Linear."""
        return hom(WithTangent(dup(a)))

    def it(self, a: type[A]) -> Hom[TangentMap, A, Unit]:
        """Linear."""
        return hom(WithTangent(it(a)))

    def swap(self, a: type[A], b: type[B]) -> Hom[TangentMap, tuple[A, B], tuple[B, A]]:
        """Linear."""
        return hom(WithTangent(swap(a, b)))

    def assoc_l(
        self, a: type[A], b: type[B], c: type[C]
    ) -> Hom[TangentMap, tuple[A, tuple[B, C]], tuple[tuple[A, B], C]]:
        """Linear."""
        return hom(WithTangent(assoc_l(a, b, c)))

    def assoc_r(
        self, a: type[A], b: type[B], c: type[C]
    ) -> Hom[TangentMap, tuple[tuple[A, B], C], tuple[A, tuple[B, C]]]:
        """Linear."""
        return hom(WithTangent(assoc_r(a, b, c)))

    def primitive(self, arrow: Primitive[A, B]) -> Hom[TangentMap, A, B]:
        """Its value, and the derivative as an arrow."""
        if arrow.linear:
            return hom(WithTangent(arrow))
        found = linearization(arrow)
        if found.keep is None:
            return hom(WithTangent(arrow, arrow * found.push))
        r, y, u = variable(found.keep.cod), variable(arrow.cod), variable(arrow.dom)
        pushed = Element(arrow.cod, found.push, (r, u))
        general: SomeArrow = found.forward * identity(arrow.dom) >> arrow_of((y, pushed), ((r, y), u))
        return hom(WithTangent(arrow, general))


def interchange(
    a: type[A], b: type[B], c: type[C], d: type[D]
) -> Arrow[tuple[tuple[A, B], tuple[C, D]], tuple[tuple[A, C], tuple[B, D]]]:
    """((a, b), (c, d)) to ((a, c), (b, d))."""
    return (exl(a, b) * exl(c, d)) & (exr(a, b) * exr(c, d))
