"""Type classes of categories, each with its laws beside it (Elliott 2018, sections 4.1 to 4.3).

`Hom[K, A, B]` is "the K-arrows from A to B": K is a brand, a class that stands for a category. That is lightweight
higher-kinded polymorphism (Yallop & White 2014): what an instance really uses for its arrows (functions, matrices,
pictures) is its own business, and its `hom` makes an arrow of it, which `inverse_of(hom)` undoes.

There is one order of composition in this library, that of `>>`: `compose(f, g)` is first f, then g, the paper's g .
f. In the laws below `f ; g` says the same; `f & g` is the paper's fork, `f * g` its cross. Coproducts, and the
categories of linear maps, are in `cat_ad.categories.biproduct`.

A law is a function from a category and a `Sample` of its arrows to the two sides of an equation:

>>> for law in laws(Cartesian)[:5]: print(f"{law.__name__}: {law.__doc__}")
left_identity: id ; f = f
right_identity: f ; id = f
associativity: (f ; g) ; h = f ; (g ; h)
chain_composes: chain(f, g, h) = (f ; g) ; h
cross_of_identities: id * id = id
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NoReturn, TypeAlias, TypeVar

from cat_ad.errors import MissingError
from cat_ad.objects.spaces import Unit, product

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
K = TypeVar("K")
X = TypeVar("X")
Y = TypeVar("Y")


class Hom(Generic[K, A, B]):
    """The type of K-arrows from A to B. No value has this class; see `Category`."""


def inverse_of(hom: Callable[[X], Y]) -> Callable[[Y], X]:
    """From arrows of a category to what it uses for them: the other way of `hom`, which gives that its brand.

    A brand is static: at run time this returns its argument.
    """
    return _same


def _same(arrow: Any) -> Any:  # Any: to a checker, two types of one value
    return arrow


SomeHom: TypeAlias = Hom[K, Any, Any]  # Any: the objects inside a chain are known to exist, not which they are


@dataclass(frozen=True)
class Sample(Generic[K, A, B, C, D]):
    """Objects and arrows for a law to speak about: a path A to B to C to D, and one more arrow for each corner."""

    a: type[A]
    b: type[B]
    c: type[C]
    d: type[D]
    f: Hom[K, A, B]
    g: Hom[K, B, C]
    h: Hom[K, C, D]
    beside: Hom[K, A, C]  # another arrow out of A
    into: Hom[K, C, B]  # another arrow into B
    parallel: Hom[K, A, B]  # another arrow from A to B


SomeSample: TypeAlias = Sample[K, Any, Any, Any, Any]  # Any: a law holds for all objects
Law: TypeAlias = Callable[[Any, SomeSample[Any]], tuple[SomeHom[Any], SomeHom[Any]]]  # Any: of any class and brand


class Category(ABC, Generic[K]):
    """Arrows compose, and every object has an identity (section 4.1)."""

    laws: ClassVar[tuple[Law, ...]]

    @abstractmethod
    def id(self, a: type[A]) -> Hom[K, A, A]:
        """The identity A -> A."""

    @abstractmethod
    def compose(self, f: Hom[K, A, B], g: Hom[K, B, C]) -> Hom[K, A, C]:
        """First f, then g: the paper's g . f."""

    def chain(self, path: Sequence[SomeHom[K]]) -> SomeHom[K]:
        """Compose a path of one arrow or more; halving it keeps the depth of the result logarithmic."""
        if len(path) == 1:
            return path[0]
        middle = len(path) // 2
        return self.compose(self.chain(path[:middle]), self.chain(path[middle:]))

    if not TYPE_CHECKING:  # to a checker, what a category lacks is lacking

        def __getattr__(self, name: str) -> NoReturn:
            """Raise `MissingError`: an arrow may need more than there is in the category that it is read in."""
            of = self if vars(self) else type(self).__name__  # when it is unpickled, it has nothing to tell of itself
            raise MissingError(f"wanted {name} of {of}, which has none; read the arrow in a category that has it")

    def __repr__(self) -> str:
        """The name of the category."""
        return type(self).__name__


def left_identity(k: Category[K], s: SomeSample[K]) -> tuple[SomeHom[K], SomeHom[K]]:
    """id ; f = f"""
    return k.compose(k.id(s.a), s.f), s.f


def right_identity(k: Category[K], s: SomeSample[K]) -> tuple[SomeHom[K], SomeHom[K]]:
    """f ; id = f"""
    return k.compose(s.f, k.id(s.b)), s.f


def associativity(k: Category[K], s: SomeSample[K]) -> tuple[SomeHom[K], SomeHom[K]]:
    """(f ; g) ; h = f ; (g ; h)"""
    return k.compose(k.compose(s.f, s.g), s.h), k.compose(s.f, k.compose(s.g, s.h))


def chain_composes(k: Category[K], s: SomeSample[K]) -> tuple[SomeHom[K], SomeHom[K]]:
    """chain(f, g, h) = (f ; g) ; h"""
    return k.chain([s.f, s.g, s.h]), k.compose(k.compose(s.f, s.g), s.h)


Category.laws = (left_identity, right_identity, associativity, chain_composes)


class Monoidal(Category[K]):
    """Arrows go side by side (section 4.2)."""

    @abstractmethod
    def cross(self, f: Hom[K, A, C], g: Hom[K, B, D]) -> Hom[K, tuple[A, B], tuple[C, D]]:
        """f on the first, g on the second: the paper's f x g."""


def cross_of_identities(k: Monoidal[K], s: SomeSample[K]) -> tuple[SomeHom[K], SomeHom[K]]:
    """id * id = id"""
    return k.cross(k.id(s.a), k.id(s.b)), k.id(product(s.a, s.b))


def interchange(k: Monoidal[K], s: SomeSample[K]) -> tuple[SomeHom[K], SomeHom[K]]:
    """(f * g) ; (g * h) = (f ; g) * (g ; h)"""
    return (
        k.compose(k.cross(s.f, s.g), k.cross(s.g, s.h)),
        k.cross(k.compose(s.f, s.g), k.compose(s.g, s.h)),
    )


Monoidal.laws = (cross_of_identities, interchange)


class Cartesian(Monoidal[K]):
    """The product of objects is a categorical product, and Unit is terminal (section 4.3)."""

    @abstractmethod
    def exl(self, a: type[A], b: type[B]) -> Hom[K, tuple[A, B], A]:
        """Extract the left."""

    @abstractmethod
    def exr(self, a: type[A], b: type[B]) -> Hom[K, tuple[A, B], B]:
        """Extract the right."""

    @abstractmethod
    def fork(self, f: Hom[K, A, B], g: Hom[K, A, C]) -> Hom[K, A, tuple[B, C]]:
        """Both of one argument: the paper's f triangle-up g, written f &&& g in Haskell."""

    @abstractmethod
    def it(self, a: type[A]) -> Hom[K, A, Unit]:
        """The one arrow to the terminal object."""

    def dup(self, a: type[A]) -> Hom[K, A, tuple[A, A]]:
        """Duplicate: id & id."""
        return self.fork(self.id(a), self.id(a))

    def swap(self, a: type[A], b: type[B]) -> Hom[K, tuple[A, B], tuple[B, A]]:
        """Exchange: exr & exl."""
        return self.fork(self.exr(a, b), self.exl(a, b))

    def assoc_l(self, a: type[A], b: type[B], c: type[C]) -> Hom[K, tuple[A, tuple[B, C]], tuple[tuple[A, B], C]]:
        """Associate to the left: (id * exl) & (exr ; exr)."""
        bc = product(b, c)
        return self.fork(self.cross(self.id(a), self.exl(b, c)), self.compose(self.exr(a, bc), self.exr(b, c)))

    def assoc_r(self, a: type[A], b: type[B], c: type[C]) -> Hom[K, tuple[tuple[A, B], C], tuple[A, tuple[B, C]]]:
        """Associate to the right: (exl ; exl) & (exr * id)."""
        ab = product(a, b)
        return self.fork(self.compose(self.exl(ab, c), self.exl(a, b)), self.cross(self.exr(a, b), self.id(c)))


def exl_of_fork(k: Cartesian[K], s: SomeSample[K]) -> tuple[SomeHom[K], SomeHom[K]]:
    """(f & g) ; exl = f"""
    return k.compose(k.fork(s.f, s.beside), k.exl(s.b, s.c)), s.f


def exr_of_fork(k: Cartesian[K], s: SomeSample[K]) -> tuple[SomeHom[K], SomeHom[K]]:
    """(f & g) ; exr = g"""
    return k.compose(k.fork(s.f, s.beside), k.exr(s.b, s.c)), s.beside


def fork_of_projections(k: Cartesian[K], s: SomeSample[K]) -> tuple[SomeHom[K], SomeHom[K]]:
    """exl & exr = id"""
    return k.fork(k.exl(s.a, s.b), k.exr(s.a, s.b)), k.id(product(s.a, s.b))


def fork_after(k: Cartesian[K], s: SomeSample[K]) -> tuple[SomeHom[K], SomeHom[K]]:
    """f ; (g & h) = (f ; g) & (f ; h)"""
    other = k.compose(s.g, s.into)
    return k.compose(s.f, k.fork(s.g, other)), k.fork(k.compose(s.f, s.g), k.compose(s.f, other))


def cross_by_fork(k: Cartesian[K], s: SomeSample[K]) -> tuple[SomeHom[K], SomeHom[K]]:
    """f * g = (exl ; f) & (exr ; g)"""
    left, right = k.compose(k.exl(s.a, s.c), s.f), k.compose(k.exr(s.a, s.c), s.h)
    return k.cross(s.f, s.h), k.fork(left, right)


def fork_by_dup(k: Cartesian[K], s: SomeSample[K]) -> tuple[SomeHom[K], SomeHom[K]]:
    """f & g = dup ; (f * g)"""
    return k.fork(s.f, s.beside), k.compose(k.dup(s.a), k.cross(s.f, s.beside))


def swap_twice(k: Cartesian[K], s: SomeSample[K]) -> tuple[SomeHom[K], SomeHom[K]]:
    """swap ; swap = id"""
    return k.compose(k.swap(s.a, s.b), k.swap(s.b, s.a)), k.id(product(s.a, s.b))


def swap_is_natural(k: Cartesian[K], s: SomeSample[K]) -> tuple[SomeHom[K], SomeHom[K]]:
    """(f * g) ; swap = swap ; (g * f)"""
    return k.compose(k.cross(s.f, s.h), k.swap(s.b, s.d)), k.compose(k.swap(s.a, s.c), k.cross(s.h, s.f))


def assoc_there_and_back(k: Cartesian[K], s: SomeSample[K]) -> tuple[SomeHom[K], SomeHom[K]]:
    """assoc_l ; assoc_r = id"""
    return (
        k.compose(k.assoc_l(s.a, s.b, s.c), k.assoc_r(s.a, s.b, s.c)),
        k.id(product(s.a, product(s.b, s.c))),
    )


def assoc_back_and_there(k: Cartesian[K], s: SomeSample[K]) -> tuple[SomeHom[K], SomeHom[K]]:
    """assoc_r ; assoc_l = id"""
    return (
        k.compose(k.assoc_r(s.a, s.b, s.c), k.assoc_l(s.a, s.b, s.c)),
        k.id(product(product(s.a, s.b), s.c)),
    )


def assoc_is_natural(k: Cartesian[K], s: SomeSample[K]) -> tuple[SomeHom[K], SomeHom[K]]:
    """(f * (g * h)) ; assoc_l = assoc_l ; ((f * g) * h)"""
    return (
        k.compose(k.cross(s.f, k.cross(s.g, s.h)), k.assoc_l(s.b, s.c, s.d)),
        k.compose(k.assoc_l(s.a, s.b, s.c), k.cross(k.cross(s.f, s.g), s.h)),
    )


def unit_is_terminal(k: Cartesian[K], s: SomeSample[K]) -> tuple[SomeHom[K], SomeHom[K]]:
    """f ; it = it"""
    return k.compose(s.f, k.it(s.b)), k.it(s.a)


Cartesian.laws = (
    exl_of_fork,
    exr_of_fork,
    fork_of_projections,
    fork_after,
    cross_by_fork,
    fork_by_dup,
    swap_twice,
    swap_is_natural,
    assoc_there_and_back,
    assoc_back_and_there,
    assoc_is_natural,
    unit_is_terminal,
)


def laws(category: type[Category[K]]) -> tuple[Law, ...]:
    """All laws that a class of categories promises, its own and those of the classes above it."""
    classes = [c for c in reversed(category.__mro__) if issubclass(c, Category) and "laws" in vars(c)]
    return tuple(law for c in classes for law in c.laws)
