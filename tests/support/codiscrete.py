"""The category with exactly one arrow between any two objects: an arrow is its pair of objects.

It has every structure there is, and all laws hold in it. Reading a law here tells between which objects its sides go.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias, cast

from cat_ad.arrows.spreading import over
from cat_ad.categories.biproduct import Biproduct
from cat_ad.categories.category import A, B, C, D, Hom, SomeHom
from cat_ad.categories.indexed import CartesianI, CocartesianI
from cat_ad.objects.spaces import UNIT, Dim, Unit, product

Ends: TypeAlias = tuple[type, type]


class Only:
    """The brand of the only arrow."""


def hom(a: type[A], b: type[B]) -> Hom[Only, A, B]:
    """The arrow from a to b."""
    return cast(Hom[Only, A, B], (a, b))


def ends(f: Hom[Only, A, B]) -> tuple[type[A], type[B]]:
    """Where an arrow begins and ends."""
    return cast(tuple[type[A], type[B]], f)


class Codiscrete(Biproduct[Only], CartesianI[Only], CocartesianI[Only]):
    """All objects are isomorphic, in one way."""

    def id(self, a: type[A]) -> Hom[Only, A, A]:
        """From a to itself."""
        return hom(a, a)

    def compose(self, f: Hom[Only, A, B], g: Hom[Only, B, C]) -> Hom[Only, A, C]:
        """From the beginning of f to the end of g, which must meet."""
        assert ends(f)[1] == ends(g)[0], f"{f} does not meet {g}"
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
        assert ends(f)[0] == ends(g)[0], f"{f} does not begin with {g}"
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
        assert ends(f)[1] == ends(g)[1], f"{f} does not end with {g}"
        return hom(product(ends(f)[0], ends(g)[0]), ends(f)[1])

    def ti(self, a: type[A]) -> Hom[Only, Unit, A]:
        """From Unit."""
        return hom(UNIT, a)

    def cross_i(self, n: type[Dim], fs: Sequence[Hom[Only, A, B]]) -> SomeHom[Only]:
        """Between indexed products."""
        (a, b), *others = map(ends, fs)
        assert len(fs) == n.size, f"{len(fs)} arrows for {n}"
        assert all(other == (a, b) for other in others), "a family has one beginning and one end"
        return hom(over(n, a, True), over(n, b, True))

    def ex_i(self, n: type[Dim], a: type[A]) -> Sequence[Hom[Only, Any, A]]:  # Any: an indexed product
        """To each."""
        return [hom(over(n, a, True), a)] * (n.size or 0)

    def repl_i(self, n: type[Dim], a: type[A]) -> Hom[Only, A, Any]:  # Any: an indexed product
        """To all."""
        return hom(a, over(n, a, True))

    def in_i(self, n: type[Dim], a: type[A]) -> Sequence[Hom[Only, A, Any]]:  # Any: an indexed product
        """From each."""
        return [hom(a, over(n, a, True))] * (n.size or 0)

    def jam_i(self, n: type[Dim], a: type[A]) -> Hom[Only, Any, A]:  # Any: an indexed product
        """From all."""
        return hom(over(n, a, True), a)
