"""Type classes of categories, which have their laws in `cat_ad.categories.laws` (Elliott 2018, sections 4.1 to 4.3).

`Hom[K, A, B]` is "the K-arrows from A to B": K is a brand, a class that stands for a category. That is lightweight
higher-kinded polymorphism (Yallop & White 2014): what an instance really uses for its arrows (functions, matrices,
pictures) is its own business, and its `hom` makes an arrow of it, which `inverse_of(hom)` undoes.

There is one order of composition in this library, that of `>>`: `compose(f, g)` is first f, then g, the paper's g .
f. Coproducts, and the categories of linear maps, are in `cat_ad.categories.biproduct`. What a cartesian category says:

>>> sorted(Cartesian.__abstractmethods__)
['compose', 'cross', 'exl', 'exr', 'fork', 'id', 'it']
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NoReturn, TypeAlias, TypeVar

from cat_ad.errors import MissingError
from cat_ad.objects.spaces import Unit, product

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
K = TypeVar("K")


class Hom(Generic[K, A, B]):
    """The type of K-arrows from A to B. No value has this class; see `Category`."""


class Indexed(Generic[A]):
    """The type of the N-fold product of A, N A, for some dimension N (section 15). No value has this class."""


SomeHom: TypeAlias = Hom[K, Any, Any]  # Any: the objects inside a chain are known to exist, not which they are
AnyHom: TypeAlias = Hom[Any, Any, Any]  # Any: of any category too

Law: TypeAlias = Callable[[Any, Any], tuple[AnyHom, AnyHom]]  # Any: a category, and a sample of its arrows


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
            error = MissingError(
                f"wanted {name} of {of}, which has none of this name; "
                "define it there, or read the arrow in a category that has it"
            )
            error.name, error.obj = name, self
            raise error

    def __repr__(self) -> str:
        """The name of the category."""
        return type(self).__name__


class Monoidal(Category[K]):
    """Arrows go side by side (section 4.2)."""

    @abstractmethod
    def cross(self, f: Hom[K, A, C], g: Hom[K, B, D]) -> Hom[K, tuple[A, B], tuple[C, D]]:
        """f on the first, g on the second: the paper's f x g."""


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
