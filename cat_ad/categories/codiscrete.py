"""The category with exactly one arrow between any two objects: an arrow is its pair of objects.

It has every structure there is, and all laws hold in it. Reading a law here tells between which objects its sides go.

>>> from cat_ad.objects.spaces import Scalar
>>> k = Codiscrete()
>>> ends(k.fork(hom(UNIT, UNIT), k.ti(Scalar))) == (UNIT, product(UNIT, Scalar))
True
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias, cast

from cat_ad.categories.biproduct import Biproduct
from cat_ad.categories.brands import branded
from cat_ad.categories.category import A, B, C, D, Hom, Indexed, SomeHom
from cat_ad.categories.indexed import CartesianI, CocartesianI, require_family, size_of
from cat_ad.errors import CompositionError
from cat_ad.objects.spaces import UNIT, Dim, Unit, brief, factors, is_array, leading, product, products

Ends: TypeAlias = tuple[type, type]


class Only:
    """The brand of the only arrow."""


def hom(a: type[A], b: type[B]) -> Hom[Only, A, B]:
    """The arrow from a to b."""
    return branded((a, b))


def ends(f: Hom[Only, A, B]) -> tuple[type[A], type[B]]:
    """Where an arrow begins and ends."""
    return cast(tuple[type[A], type[B]], f)


class Codiscrete(Biproduct[Only], CartesianI[Only], CocartesianI[Only]):
    """All objects are isomorphic, in one way."""

    def primitive(self, arrow: Any) -> SomeHom[Only]:  # Any: a primitive, of a room that knows this one
        """From its domain to its codomain."""
        return hom(arrow.dom, arrow.cod)

    def id(self, a: type[A]) -> Hom[Only, A, A]:
        """From a to itself."""
        return hom(a, a)

    def compose(self, f: Hom[Only, A, B], g: Hom[Only, B, C]) -> Hom[Only, A, C]:
        """From the beginning of f to the end of g, which must meet."""
        _require_one("compose", ends(f)[1], ends(g)[0])
        return hom(ends(f)[0], ends(g)[1])

    def cross(self, f: Hom[Only, A, C], g: Hom[Only, B, D]) -> Hom[Only, tuple[A, B], tuple[C, D]]:
        """Between products."""
        return hom(product(ends(f)[0], ends(g)[0]), product(ends(f)[1], ends(g)[1]))

    def exl(self, a: type[A], b: type[B]) -> Hom[Only, tuple[A, B], A]:
        """To the left."""
        return hom(product(a, b), a)

    def exr(self, a: type[A], b: type[B]) -> Hom[Only, tuple[A, B], B]:
        """To the right."""
        return hom(product(a, b), b)

    def fork(self, f: Hom[Only, A, B], g: Hom[Only, A, C]) -> Hom[Only, A, tuple[B, C]]:
        """From one beginning."""
        _require_one("fork", ends(f)[0], ends(g)[0])
        return hom(ends(f)[0], product(ends(f)[1], ends(g)[1]))

    def it(self, a: type[A]) -> Hom[Only, A, Unit]:
        """To Unit."""
        return hom(a, UNIT)

    def inl(self, a: type[A], b: type[B]) -> Hom[Only, A, tuple[A, B]]:
        """From the left."""
        return hom(a, product(a, b))

    def inr(self, a: type[A], b: type[B]) -> Hom[Only, B, tuple[A, B]]:
        """From the right."""
        return hom(b, product(a, b))

    def join(self, f: Hom[Only, A, C], g: Hom[Only, B, C]) -> Hom[Only, tuple[A, B], C]:
        """To one end."""
        _require_one("join", ends(f)[1], ends(g)[1])
        return hom(product(ends(f)[0], ends(g)[0]), ends(f)[1])

    def ti(self, a: type[A]) -> Hom[Only, Unit, A]:
        """From Unit."""
        return hom(UNIT, a)

    def cross_i(self, n: type[Dim], fs: Sequence[Hom[Only, A, B]]) -> SomeHom[Only]:
        """Between indexed products."""
        (a, b), *others = map(ends, fs)
        require_family(n, fs)
        for c, d in others:
            _require_one("cross_i", a, c)
            _require_one("cross_i", b, d)
        return hom(_indexed(n, a), _indexed(n, b))

    def ex_i(self, n: type[Dim], a: type[A]) -> Sequence[Hom[Only, Indexed[A], A]]:
        """To each."""
        return [hom(_indexed(n, a), a)] * size_of(n)

    def repl_i(self, n: type[Dim], a: type[A]) -> Hom[Only, A, Indexed[A]]:
        """To all."""
        return hom(a, _indexed(n, a))

    def in_i(self, n: type[Dim], a: type[A]) -> Sequence[Hom[Only, A, Indexed[A]]]:
        """From each."""
        return [hom(a, _indexed(n, a))] * size_of(n)

    def jam_i(self, n: type[Dim], a: type[A]) -> Hom[Only, Indexed[A], A]:
        """From all."""
        return hom(_indexed(n, a), a)


def _indexed(n: type[Dim], a: type) -> type:
    """N A."""
    return leading(n, a) if is_array(a) else products(*(_indexed(n, part) for part in factors(a)))


def _require_one(asked: str, here: type, there: type) -> None:
    """Raise `CompositionError` unless these objects are the same."""
    if here != there:
        raise CompositionError(f"{asked}: wanted arrows that meet in one object, got {brief(here)} and {brief(there)}")
