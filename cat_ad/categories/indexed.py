"""Type classes of categories with products indexed by a dimension: not of two, but of N (Elliott 2018, section 15).

Of an object A, the N-fold product is A with the axis N in front of each of its arrays; call it N A. Its arrows are
built from families, one for each index i of N:

    cross_i    from f_i: A -> B         to N A -> N B     all side by side
    ex_i       the family N A -> A      that extracts     with repl_i: A -> N A, the same in every place
    in_i       the family A -> N A      that injects      with jam_i: N A -> A, the sum of all places
    fork_i     from f_i: A -> B         to A -> N B       repl_i, then cross_i
    join_i     from f_i: A -> B         to N A -> B       cross_i, then jam_i

So `each(N, f)` is cross_i of a family that is f everywhere, `total` is jam_i, and spreading over an axis is repl_i. N
has a size, which says how many there are. The laws are stated for two.

>>> import numpy as np
>>> from cat_ad.categories.functions import Functions, function, hom
>>> class N(Dim, size=3): ...
>>> steps = Functions().cross_i(N, [hom(lambda x, i=i: x + i) for i in range(3)])
>>> function(steps)(np.zeros(3))
array([0., 1., 2.])
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from cat_ad.categories.category import A, B, Category, Hom, Indexed, K, SomeHom
from cat_ad.categories.laws import Sides, SomeSample
from cat_ad.errors import SpaceError
from cat_ad.objects.spaces import Dim, require_dimension


class MonoidalI(Category[K]):
    """Families of arrows go side by side."""

    @abstractmethod
    def cross_i(self, n: type[Dim], fs: Sequence[Hom[K, A, B]]) -> SomeHom[K]:
        """f_i in place i: N A -> N B. There are as many as N says."""


class CartesianI(MonoidalI[K]):
    """The indexed product is a product."""

    @abstractmethod
    def ex_i(self, n: type[Dim], a: type[A]) -> Sequence[Hom[K, Indexed[A], A]]:
        """Extract each place."""

    @abstractmethod
    def repl_i(self, n: type[Dim], a: type[A]) -> Hom[K, A, Indexed[A]]:
        """The same in every place."""

    def fork_i(self, n: type[Dim], a: type[A], fs: Sequence[Hom[K, A, B]]) -> Hom[K, A, Indexed[B]]:
        """Each f_i of one argument."""
        return self.compose(self.repl_i(n, a), self.cross_i(n, fs))

    def unfork_i(self, n: type[Dim], b: type[B], f: Hom[K, A, Indexed[B]]) -> Sequence[Hom[K, A, B]]:
        """The family that f is the fork of."""
        return [self.compose(f, ex) for ex in self.ex_i(n, b)]


class CocartesianI(MonoidalI[K]):
    """The indexed product is a coproduct too."""

    @abstractmethod
    def in_i(self, n: type[Dim], a: type[A]) -> Sequence[Hom[K, A, Indexed[A]]]:
        """Inject into each place, with zeros in the others."""

    @abstractmethod
    def jam_i(self, n: type[Dim], a: type[A]) -> Hom[K, Indexed[A], A]:
        """The sum of all places."""

    def join_i(self, n: type[Dim], b: type[B], fs: Sequence[Hom[K, A, B]]) -> Hom[K, Indexed[A], B]:
        """The sum of each f_i of place i."""
        return self.compose(self.cross_i(n, fs), self.jam_i(n, b))

    def unjoin_i(self, n: type[Dim], a: type[A], f: Hom[K, Indexed[A], B]) -> Sequence[Hom[K, A, B]]:
        """The family that f is the join of."""
        return [self.compose(into, f) for into in self.in_i(n, a)]


class Two(Dim, size=2):
    """The dimension that the laws speak of."""


def cross_i_of_compositions(k: MonoidalI[K], s: SomeSample[K]) -> Sides[K]:
    """cross_i f_i ; cross_i g = cross_i (f_i ; g)"""
    crosses = k.compose(k.cross_i(Two, [s.f, s.parallel]), k.cross_i(Two, [s.g, s.g]))
    return crosses, k.cross_i(Two, [k.compose(s.f, s.g), k.compose(s.parallel, s.g)])


MonoidalI.laws = (cross_i_of_compositions,)


def ex_i_of_fork_i(k: CartesianI[K], s: SomeSample[K]) -> Sides[K]:
    """fork_i f_i ; ex_1 = f_1"""
    return k.unfork_i(Two, s.b, k.fork_i(Two, s.a, [s.f, s.parallel]))[1], s.parallel


def fork_i_of_unfork_i(k: CartesianI[K], s: SomeSample[K]) -> Sides[K]:
    """fork_i (f ; ex_i) = f, here of f = repl_i ; cross_i f_i"""
    f = k.compose(k.repl_i(Two, s.a), k.cross_i(Two, [s.f, s.parallel]))
    return k.fork_i(Two, s.a, k.unfork_i(Two, s.b, f)), f


def repl_i_is_natural(k: CartesianI[K], s: SomeSample[K]) -> Sides[K]:
    """repl_i ; cross_i f = f ; repl_i"""
    return k.compose(k.repl_i(Two, s.a), k.cross_i(Two, [s.f, s.f])), k.compose(s.f, k.repl_i(Two, s.b))


CartesianI.laws = (ex_i_of_fork_i, fork_i_of_unfork_i, repl_i_is_natural)


def in_i_of_join_i(k: CocartesianI[K], s: SomeSample[K]) -> Sides[K]:
    """in_1 ; join_i f_i = f_1"""
    return k.unjoin_i(Two, s.a, k.join_i(Two, s.b, [s.f, s.parallel]))[1], s.parallel


def join_i_of_unjoin_i(k: CocartesianI[K], s: SomeSample[K]) -> Sides[K]:
    """join_i (in_i ; f) = f, here of f = cross_i f_i ; jam_i"""
    f = k.compose(k.cross_i(Two, [s.f, s.parallel]), k.jam_i(Two, s.b))
    return k.join_i(Two, s.b, k.unjoin_i(Two, s.a, f)), f


def jam_i_is_natural(k: CocartesianI[K], s: SomeSample[K]) -> Sides[K]:
    """cross_i f ; jam_i = jam_i ; f"""
    return k.compose(k.cross_i(Two, [s.f, s.f]), k.jam_i(Two, s.b)), k.compose(k.jam_i(Two, s.a), s.f)


CocartesianI.laws = (in_i_of_join_i, join_i_of_unjoin_i, jam_i_is_natural)


# Families of values and of tangents ----------------------------------------------------------------------------------


def size_of(n: type[Dim]) -> int:
    """How many indices there are. Raises `SpaceError` if the dimension has no size."""
    require_dimension("an indexed product", n)
    if n.size is None:
        raise SpaceError(f"an indexed product: wanted a size for {n.__name__}, found none; give it one")
    return n.size


def require_family(n: type[Dim], fs: Sequence[object]) -> None:
    """Raise `SpaceError` unless there is one arrow for each index."""
    if len(fs) != size_of(n):
        raise SpaceError(
            f"an indexed product: wanted {size_of(n)} arrows, one for each index of {n.__name__}, got {len(fs)}"
        )
