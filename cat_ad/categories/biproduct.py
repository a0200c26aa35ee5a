"""Type classes of categories whose arrows add, with their laws: what derivatives live in (Elliott 2018, section 4.4).

In a biproduct category the product of objects is also their coproduct: what one can extract one can inject, what one
can fork one can join, and two arrows from A to B have a sum. Linear maps are the example. The laws are written as in
`cat_ad.categories.laws`, with `f | g` for the paper's join.

>>> from cat_ad.categories.laws import laws
>>> print([law.__doc__ for law in laws(Biproduct)][-1])
(f + g) ; h = (f ; h) + (g ; h)
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from functools import partial, reduce
from typing import Any, TypeAlias

from cat_ad.categories.category import A, B, C, Cartesian, Hom, Indexed, K, Monoidal, SomeHom
from cat_ad.categories.indexed import CartesianI, CocartesianI, require_family, size_of
from cat_ad.categories.laws import Sides, SomeSample
from cat_ad.errors import InterpretationError, told
from cat_ad.objects.arrays import AnyArray
from cat_ad.objects.spaces import UNIT, Dim, Unit, product
from cat_ad.objects.tangents import Tangent, row, stacked, summed


class Cocartesian(Monoidal[K]):
    """The product of objects is a coproduct too, and Unit is initial (section 4.4)."""

    @abstractmethod
    def inl(self, a: type[A], b: type[B]) -> Hom[K, A, tuple[A, B]]:
        """Inject on the left: (a, 0)."""

    @abstractmethod
    def inr(self, a: type[A], b: type[B]) -> Hom[K, B, tuple[A, B]]:
        """Inject on the right: (0, b)."""

    @abstractmethod
    def join(self, f: Hom[K, A, C], g: Hom[K, B, C]) -> Hom[K, tuple[A, B], C]:
        """f of the left, g of the right: the paper's f triangle-down g, written f ||| g in Haskell."""

    @abstractmethod
    def ti(self, a: type[A]) -> Hom[K, Unit, A]:
        """The one arrow from the initial object."""

    def jam(self, a: type[A]) -> Hom[K, tuple[A, A], A]:
        """Add: id | id."""
        return self.join(self.id(a), self.id(a))


def join_of_inl(k: Cocartesian[K], s: SomeSample[K]) -> Sides[K]:
    """inl ; (f | g) = f"""
    return k.compose(k.inl(s.a, s.c), k.join(s.f, s.into)), s.f


def join_of_inr(k: Cocartesian[K], s: SomeSample[K]) -> Sides[K]:
    """inr ; (f | g) = g"""
    return k.compose(k.inr(s.a, s.c), k.join(s.f, s.into)), s.into


def join_of_injections(k: Cocartesian[K], s: SomeSample[K]) -> Sides[K]:
    """inl | inr = id"""
    return k.join(k.inl(s.a, s.b), k.inr(s.a, s.b)), k.id(product(s.a, s.b))


def join_before(k: Cocartesian[K], s: SomeSample[K]) -> Sides[K]:
    """(f | g) ; h = (f ; h) | (g ; h)"""
    return k.compose(k.join(s.f, s.into), s.g), k.join(k.compose(s.f, s.g), k.compose(s.into, s.g))


def cross_by_join(k: Cocartesian[K], s: SomeSample[K]) -> Sides[K]:
    """f * g = (f ; inl) | (g ; inr)"""
    left, right = k.compose(s.f, k.inl(s.b, s.d)), k.compose(s.h, k.inr(s.b, s.d))
    return k.cross(s.f, s.h), k.join(left, right)


def join_by_jam(k: Cocartesian[K], s: SomeSample[K]) -> Sides[K]:
    """f | g = (f * g) ; jam"""
    return k.join(s.f, s.into), k.compose(k.cross(s.f, s.into), k.jam(s.b))


def unit_is_initial(k: Cocartesian[K], s: SomeSample[K]) -> Sides[K]:
    """ti ; f = ti"""
    return k.compose(k.ti(s.a), s.f), k.ti(s.b)


Cocartesian.laws = (
    join_of_inl,
    join_of_inr,
    join_of_injections,
    join_before,
    cross_by_join,
    join_by_jam,
    unit_is_initial,
)


Natural: TypeAlias = Callable[[SomeHom[K]], SomeHom[K]]  # puts its argument first in what it makes; or last, in `ended`


class Biproduct(Cartesian[K], Cocartesian[K]):
    """Products and coproducts coincide, so arrows add (section 4.4)."""

    def zero(self, a: type[A], b: type[B]) -> Hom[K, A, B]:
        """The zero arrow: it ; ti."""
        return self.compose(self.it(a), self.ti(b))

    def plus(self, a: type[A], f: Hom[K, A, B], g: Hom[K, A, B]) -> Hom[K, A, B]:
        """The sum of two arrows from A: dup ; (f | g)."""
        return self.compose(self.dup(a), self.join(f, g))

    def begun(self, h: SomeHom[K], path: Sequence[Natural[K]]) -> SomeHom[K]:
        """Each function of the path applied in turn, to h at first; each puts its argument first: f(h) = h ; f(id).

        So there are two ways. This one, f(h), keeps to the order of composition, for arrows that are values, such as
        matrices. The other, h ; f(id), uses h once, for arrows that do their work anew wherever they are used
        (section 14).
        """
        return reduce(lambda arrow, f: f(arrow), path, h)

    def ended(self, h: SomeHom[K], path: Sequence[Natural[K]]) -> SomeHom[K]:
        """The same where each function puts its argument last: f(h) = f(id) ; h (section 12)."""
        return reduce(lambda arrow, f: f(arrow), path, h)


def inl_then_exl(k: Biproduct[K], s: SomeSample[K]) -> Sides[K]:
    """inl ; exl = id"""
    return k.compose(k.inl(s.a, s.b), k.exl(s.a, s.b)), k.id(s.a)


def inl_then_exr(k: Biproduct[K], s: SomeSample[K]) -> Sides[K]:
    """inl ; exr = 0"""
    return k.compose(k.inl(s.a, s.b), k.exr(s.a, s.b)), k.zero(s.a, s.b)


def inr_then_exl(k: Biproduct[K], s: SomeSample[K]) -> Sides[K]:
    """inr ; exl = 0"""
    return k.compose(k.inr(s.a, s.b), k.exl(s.a, s.b)), k.zero(s.b, s.a)


def inr_then_exr(k: Biproduct[K], s: SomeSample[K]) -> Sides[K]:
    """inr ; exr = id"""
    return k.compose(k.inr(s.a, s.b), k.exr(s.a, s.b)), k.id(s.b)


def fork_is_a_sum(k: Biproduct[K], s: SomeSample[K]) -> Sides[K]:
    """f & g = (f ; inl) + (g ; inr)"""
    left, right = k.compose(s.f, k.inl(s.b, s.c)), k.compose(s.beside, k.inr(s.b, s.c))
    return k.fork(s.f, s.beside), k.plus(s.a, left, right)


def join_is_a_sum(k: Biproduct[K], s: SomeSample[K]) -> Sides[K]:
    """f | g = (exl ; f) + (exr ; g)"""
    left, right = k.compose(k.exl(s.a, s.c), s.f), k.compose(k.exr(s.a, s.c), s.into)
    return k.join(s.f, s.into), k.plus(product(s.a, s.c), left, right)


def plus_commutes(k: Biproduct[K], s: SomeSample[K]) -> Sides[K]:
    """f + g = g + f"""
    return k.plus(s.a, s.f, s.parallel), k.plus(s.a, s.parallel, s.f)


def plus_associates(k: Biproduct[K], s: SomeSample[K]) -> Sides[K]:
    """(f + g) + h = f + (g + h)"""
    h = k.compose(s.beside, s.into)
    return k.plus(s.a, k.plus(s.a, s.f, s.parallel), h), k.plus(s.a, s.f, k.plus(s.a, s.parallel, h))


def zero_is_neutral(k: Biproduct[K], s: SomeSample[K]) -> Sides[K]:
    """f + 0 = f"""
    return k.plus(s.a, s.f, k.zero(s.a, s.b)), s.f


def begun_with(k: Biproduct[K], s: SomeSample[K]) -> Sides[K]:
    """(h -> h ; g, h -> h & h) begun with f = (f ; g) & (f ; g)"""
    then = k.compose(s.f, s.g)
    return k.begun(s.f, [lambda h: k.compose(h, s.g), lambda h: k.fork(h, h)]), k.fork(then, then)


def ended_with(k: Biproduct[K], s: SomeSample[K]) -> Sides[K]:
    """(h -> f ; h, h -> h | h) ended with g = (f ; g) | (f ; g)"""
    then = k.compose(s.f, s.g)
    return k.ended(s.g, [lambda h: k.compose(s.f, h), lambda h: k.join(h, h)]), k.join(then, then)


def composition_is_bilinear(k: Biproduct[K], s: SomeSample[K]) -> Sides[K]:
    """(f + g) ; h = (f ; h) + (g ; h)"""
    return (
        k.compose(k.plus(s.a, s.f, s.parallel), s.g),
        k.plus(s.a, k.compose(s.f, s.g), k.compose(s.parallel, s.g)),
    )


Biproduct.laws = (
    inl_then_exl,
    inl_then_exr,
    inr_then_exl,
    inr_then_exr,
    fork_is_a_sum,
    join_is_a_sum,
    plus_commutes,
    plus_associates,
    zero_is_neutral,
    begun_with,
    ended_with,
    composition_is_bilinear,
)


SOME: type[Any] = UNIT  # Any: the objects of an arrow that does not tell; no category of linear maps asks for them


class Linear(Biproduct[K], CartesianI[K], CocartesianI[K]):
    """A category of linear maps: what a derivative is stated in (sections 4.4 and 4.6).

    What its arrows are does not depend on the objects that its operations are given, which are there for the laws and
    for static types.
    """

    @abstractmethod
    def scale(self, factor: AnyArray) -> Hom[K, A, A]:
        """Multiply an array by another, entry by entry: a diagonal matrix."""

    @abstractmethod
    def linear_map(self, apply: Callable[[A], Tangent], adjoint: Callable[[B], Tangent]) -> Hom[K, A, B]:
        """A linear map of one array to one array, told by itself and its adjoint: <apply(u), v> = <u, adjoint(v)>.

        Neither is ever given a zero, and where a result is zero they may return `None`.
        """

    def linear(self, apply: Callable[[A], Tangent], adjoint: Callable[[B], Tangent]) -> Hom[K, A, B]:
        """A linear map of products as a whole, where joins and forks of `linear_map` would not say it as well.

        Where A (or B) is a product, the argument of `apply` (or `adjoint`) is a tuple in which some parts, but not all,
        may be `None`, the zero of any space; so may parts of a result.
        """
        return self.linear_map(apply, adjoint)

    def unfork(self, f: Hom[K, A, tuple[B, C]]) -> tuple[Hom[K, A, B], Hom[K, A, C]]:
        """The two arrows of which f is the fork: f ; exl and f ; exr (section 4.5)."""
        return self.compose(f, self.exl(SOME, SOME)), self.compose(f, self.exr(SOME, SOME))

    def unjoin(self, f: Hom[K, tuple[A, B], C]) -> tuple[Hom[K, A, C], Hom[K, B, C]]:
        """The two arrows of which f is the join: inl ; f and inr ; f (section 4.5)."""
        return self.compose(self.inl(SOME, SOME), f), self.compose(self.inr(SOME, SOME), f)

    def cross_i(self, n: type[Dim], fs: Sequence[Hom[K, A, B]]) -> SomeHom[K]:
        """The sum of ex_i ; f_i ; in_i."""
        require_family(n, fs)
        paths = zip(self.ex_i(n, SOME), fs, self.in_i(n, SOME), strict=True)
        return reduce(partial(self.plus, SOME), [self.chain([ex, f, into]) for ex, f, into in paths])

    def ex_i(self, n: type[Dim], a: type[A]) -> Sequence[Hom[K, Indexed[A], A]]:
        """The rows: bulk linear maps, as all of these."""
        many = size_of(n)
        return [self.linear(partial(row, i=i), partial(_in_row, i, many)) for i in range(many)]

    def in_i(self, n: type[Dim], a: type[A]) -> Sequence[Hom[K, A, Indexed[A]]]:
        """The transposes of ex_i."""
        many = size_of(n)
        return [self.linear(partial(_in_row, i, many), partial(row, i=i)) for i in range(many)]

    def repl_i(self, n: type[Dim], a: type[A]) -> Hom[K, A, Indexed[A]]:
        """Copies, whose transpose is the sum."""
        many = size_of(n)
        return self.linear(lambda u: stacked([u] * many), summed)

    def jam_i(self, n: type[Dim], a: type[A]) -> Hom[K, Indexed[A], A]:
        """The sum, whose transpose is copies."""
        many = size_of(n)
        return self.linear(summed, lambda u: stacked([u] * many))


def require_linear(asked: str, k: object) -> None:
    """Raise `InterpretationError` unless k is a category of linear maps."""
    if not isinstance(k, Linear):
        raise InterpretationError(f"{asked}: wanted a category of linear maps, got {told(k)}; Additive() is one")


def _in_row(i: int, many: int, u: Tangent) -> Tangent:
    """In row i, with zeros in the others."""
    return stacked([u if at == i else None for at in range(many)])


Linear.laws = ()
