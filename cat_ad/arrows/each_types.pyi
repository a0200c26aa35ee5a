"""What a type checker takes `each` to be; no module of this name runs. `cat_ad.arrows.batching` has what it does."""

# Pyright needs the overloads of floats, where a dimension is a variable:
# mypy: disable-error-code="overload-cannot-match"
# pyright: reportOverlappingOverload=false

from collections.abc import Callable
from typing import Protocol, TypeVar, TypeVarTuple, overload

from cat_ad.arrows.parametrised import P, Para
from cat_ad.arrows.terms import Arrow
from cat_ad.objects.array_types import Bool, Bools, Float, Floats, Int, Ints, Over, Rows
from cat_ad.objects.spaces import Dim

N = TypeVar("N", bound=Dim)
R = TypeVarTuple("R")
S = TypeVarTuple("S")
U = TypeVarTuple("U")
V = TypeVarTuple("V")
W = TypeVarTuple("W")

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")
F = TypeVar("F")
G = TypeVar("G")
H = TypeVar("H")
T = TypeVar("T")
P_co = TypeVar("P_co", covariant=True)
Dom = TypeVar("Dom", covariant=True)
Cod = TypeVar("Cod", covariant=True)
Term = TypeVar("Term", covariant=True)

class Between(Protocol[Term, Dom, Cod]):
    """An arrow, as far as its objects go. Without the term, mypy would take an argument for an arrow of these."""

    @property
    def shared(self) -> Term:
        """Itself."""
        ...

    @property
    def dom(self) -> type[Dom]:
        """Where it begins."""
        ...

    @property
    def cod(self) -> type[Cod]:
        """Where it ends."""
        ...

class Model(Protocol[Term, P_co, Dom, Cod]):
    """A parametrised arrow, likewise."""

    @property
    def arrow(self) -> Term:
        """That of parameters and input."""
        ...

    @property
    def parameters(self) -> type[P_co]:
        """The object of the parameters."""
        ...

    @property
    def dom(self) -> type[Dom]:
        """Where it begins."""
        ...

    @property
    def cod(self) -> type[Cod]:
        """Where it ends."""
        ...

type Pair[N: Dim, A, B] = tuple[Over[N, A], Over[N, B]]
type Left[N: Dim, A, B, C] = tuple[Pair[N, A, B], Over[N, C]]
type Right[N: Dim, A, B, C] = tuple[Over[N, A], Pair[N, B, C]]
type Pairs[N: Dim, A, B, C, D] = tuple[Pair[N, A, B], Pair[N, C, D]]
type FourLL[N: Dim, A, B, C, D] = tuple[Left[N, A, B, C], Over[N, D]]
type FourRL[N: Dim, A, B, C, D] = tuple[Right[N, A, B, C], Over[N, D]]
type FourLR[N: Dim, A, B, C, D] = tuple[Over[N, A], Left[N, B, C, D]]
type FourRR[N: Dim, A, B, C, D] = tuple[Over[N, A], Right[N, B, C, D]]
type Three[N: Dim, A, B, C] = tuple[Over[N, A], Over[N, B], Over[N, C]]
type Four[N: Dim, A, B, C, D] = tuple[Over[N, A], Over[N, B], Over[N, C], Over[N, D]]

class Each(Protocol):
    """An arrow over one more axis, and so a parametrised arrow, or a function of values.

    No checker can say "and so on for products of products". So typed are these: from one array, two, or three, in pairs
    or a triple, to such (not from three in pairs to a triple, nor back); from a pair of pairs to an array, a pair, or a
    pair of pairs; from four in other pairs of pairs to an array or a pair; and from four side by side to an array, or
    an arrow to such. What has others runs, but not as typed.
    """

    @overload
    def __call__(self, n: type[N], f: Between[T, Over[N, A], Over[N, E]]) -> Arrow[A, E]: ...
    @overload
    def __call__(self, n: type[N], f: Model[T, P, Over[N, A], Over[N, E]]) -> Para[P, A, E]: ...
    @overload
    def __call__(self, n: type[N], f: Between[T, Pair[N, A, B], Over[N, E]]) -> Arrow[tuple[A, B], E]: ...
    @overload
    def __call__(self, n: type[N], f: Model[T, P, Pair[N, A, B], Over[N, E]]) -> Para[P, tuple[A, B], E]: ...
    @overload
    def __call__(self, n: type[N], f: Between[T, Pair[N, A, B], Pair[N, E, F]]) -> Arrow[tuple[A, B], tuple[E, F]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, Pair[N, A, B], Pair[N, E, F]]
    ) -> Para[P, tuple[A, B], tuple[E, F]]: ...
    @overload
    def __call__(self, n: type[N], f: Between[T, Over[N, A], Pair[N, E, F]]) -> Arrow[A, tuple[E, F]]: ...
    @overload
    def __call__(self, n: type[N], f: Model[T, P, Over[N, A], Pair[N, E, F]]) -> Para[P, A, tuple[E, F]]: ...
    @overload
    def __call__(self, n: type[N], f: Between[T, Left[N, A, B, C], Over[N, E]]) -> Arrow[tuple[tuple[A, B], C], E]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, Left[N, A, B, C], Over[N, E]]
    ) -> Para[P, tuple[tuple[A, B], C], E]: ...
    @overload
    def __call__(
        self, n: type[N], f: Between[T, Left[N, A, B, C], Pair[N, E, F]]
    ) -> Arrow[tuple[tuple[A, B], C], tuple[E, F]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, Left[N, A, B, C], Pair[N, E, F]]
    ) -> Para[P, tuple[tuple[A, B], C], tuple[E, F]]: ...
    @overload
    def __call__(self, n: type[N], f: Between[T, Right[N, A, B, C], Over[N, E]]) -> Arrow[tuple[A, tuple[B, C]], E]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, Right[N, A, B, C], Over[N, E]]
    ) -> Para[P, tuple[A, tuple[B, C]], E]: ...
    @overload
    def __call__(
        self, n: type[N], f: Between[T, Right[N, A, B, C], Pair[N, E, F]]
    ) -> Arrow[tuple[A, tuple[B, C]], tuple[E, F]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, Right[N, A, B, C], Pair[N, E, F]]
    ) -> Para[P, tuple[A, tuple[B, C]], tuple[E, F]]: ...
    @overload
    def __call__(self, n: type[N], f: Between[T, Three[N, A, B, C], Over[N, E]]) -> Arrow[tuple[A, B, C], E]: ...
    @overload
    def __call__(self, n: type[N], f: Model[T, P, Three[N, A, B, C], Over[N, E]]) -> Para[P, tuple[A, B, C], E]: ...
    @overload
    def __call__(
        self, n: type[N], f: Between[T, Three[N, A, B, C], Pair[N, E, F]]
    ) -> Arrow[tuple[A, B, C], tuple[E, F]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, Three[N, A, B, C], Pair[N, E, F]]
    ) -> Para[P, tuple[A, B, C], tuple[E, F]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Between[T, Pairs[N, A, B, C, D], Over[N, E]]
    ) -> Arrow[tuple[tuple[A, B], tuple[C, D]], E]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, Pairs[N, A, B, C, D], Over[N, E]]
    ) -> Para[P, tuple[tuple[A, B], tuple[C, D]], E]: ...
    @overload
    def __call__(
        self, n: type[N], f: Between[T, Pairs[N, A, B, C, D], Pair[N, E, F]]
    ) -> Arrow[tuple[tuple[A, B], tuple[C, D]], tuple[E, F]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, Pairs[N, A, B, C, D], Pair[N, E, F]]
    ) -> Para[P, tuple[tuple[A, B], tuple[C, D]], tuple[E, F]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Between[T, Pairs[N, A, B, C, D], Pairs[N, E, F, G, H]]
    ) -> Arrow[tuple[tuple[A, B], tuple[C, D]], tuple[tuple[E, F], tuple[G, H]]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, Pairs[N, A, B, C, D], Pairs[N, E, F, G, H]]
    ) -> Para[P, tuple[tuple[A, B], tuple[C, D]], tuple[tuple[E, F], tuple[G, H]]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Between[T, Left[N, A, B, C], Right[N, E, F, G]]
    ) -> Arrow[tuple[tuple[A, B], C], tuple[E, tuple[F, G]]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, Left[N, A, B, C], Right[N, E, F, G]]
    ) -> Para[P, tuple[tuple[A, B], C], tuple[E, tuple[F, G]]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Between[T, Right[N, A, B, C], Left[N, E, F, G]]
    ) -> Arrow[tuple[A, tuple[B, C]], tuple[tuple[E, F], G]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, Right[N, A, B, C], Left[N, E, F, G]]
    ) -> Para[P, tuple[A, tuple[B, C]], tuple[tuple[E, F], G]]: ...
    @overload
    def __call__(self, n: type[N], f: Between[T, Over[N, A], Left[N, E, F, G]]) -> Arrow[A, tuple[tuple[E, F], G]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, Over[N, A], Left[N, E, F, G]]
    ) -> Para[P, A, tuple[tuple[E, F], G]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Between[T, Pair[N, A, B], Left[N, E, F, G]]
    ) -> Arrow[tuple[A, B], tuple[tuple[E, F], G]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, Pair[N, A, B], Left[N, E, F, G]]
    ) -> Para[P, tuple[A, B], tuple[tuple[E, F], G]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Between[T, Left[N, A, B, C], Left[N, E, F, G]]
    ) -> Arrow[tuple[tuple[A, B], C], tuple[tuple[E, F], G]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, Left[N, A, B, C], Left[N, E, F, G]]
    ) -> Para[P, tuple[tuple[A, B], C], tuple[tuple[E, F], G]]: ...
    @overload
    def __call__(self, n: type[N], f: Between[T, Over[N, A], Right[N, E, F, G]]) -> Arrow[A, tuple[E, tuple[F, G]]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, Over[N, A], Right[N, E, F, G]]
    ) -> Para[P, A, tuple[E, tuple[F, G]]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Between[T, Pair[N, A, B], Right[N, E, F, G]]
    ) -> Arrow[tuple[A, B], tuple[E, tuple[F, G]]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, Pair[N, A, B], Right[N, E, F, G]]
    ) -> Para[P, tuple[A, B], tuple[E, tuple[F, G]]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Between[T, Right[N, A, B, C], Right[N, E, F, G]]
    ) -> Arrow[tuple[A, tuple[B, C]], tuple[E, tuple[F, G]]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, Right[N, A, B, C], Right[N, E, F, G]]
    ) -> Para[P, tuple[A, tuple[B, C]], tuple[E, tuple[F, G]]]: ...
    @overload
    def __call__(self, n: type[N], f: Between[T, Over[N, A], Three[N, E, F, G]]) -> Arrow[A, tuple[E, F, G]]: ...
    @overload
    def __call__(self, n: type[N], f: Model[T, P, Over[N, A], Three[N, E, F, G]]) -> Para[P, A, tuple[E, F, G]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Between[T, Pair[N, A, B], Three[N, E, F, G]]
    ) -> Arrow[tuple[A, B], tuple[E, F, G]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, Pair[N, A, B], Three[N, E, F, G]]
    ) -> Para[P, tuple[A, B], tuple[E, F, G]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Between[T, Three[N, A, B, C], Three[N, E, F, G]]
    ) -> Arrow[tuple[A, B, C], tuple[E, F, G]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, Three[N, A, B, C], Three[N, E, F, G]]
    ) -> Para[P, tuple[A, B, C], tuple[E, F, G]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Between[T, FourLL[N, A, B, C, D], Over[N, E]]
    ) -> Arrow[tuple[tuple[tuple[A, B], C], D], E]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, FourLL[N, A, B, C, D], Over[N, E]]
    ) -> Para[P, tuple[tuple[tuple[A, B], C], D], E]: ...
    @overload
    def __call__(
        self, n: type[N], f: Between[T, FourLL[N, A, B, C, D], Pair[N, E, F]]
    ) -> Arrow[tuple[tuple[tuple[A, B], C], D], tuple[E, F]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, FourLL[N, A, B, C, D], Pair[N, E, F]]
    ) -> Para[P, tuple[tuple[tuple[A, B], C], D], tuple[E, F]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Between[T, FourRL[N, A, B, C, D], Over[N, E]]
    ) -> Arrow[tuple[tuple[A, tuple[B, C]], D], E]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, FourRL[N, A, B, C, D], Over[N, E]]
    ) -> Para[P, tuple[tuple[A, tuple[B, C]], D], E]: ...
    @overload
    def __call__(
        self, n: type[N], f: Between[T, FourRL[N, A, B, C, D], Pair[N, E, F]]
    ) -> Arrow[tuple[tuple[A, tuple[B, C]], D], tuple[E, F]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, FourRL[N, A, B, C, D], Pair[N, E, F]]
    ) -> Para[P, tuple[tuple[A, tuple[B, C]], D], tuple[E, F]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Between[T, FourLR[N, A, B, C, D], Over[N, E]]
    ) -> Arrow[tuple[A, tuple[tuple[B, C], D]], E]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, FourLR[N, A, B, C, D], Over[N, E]]
    ) -> Para[P, tuple[A, tuple[tuple[B, C], D]], E]: ...
    @overload
    def __call__(
        self, n: type[N], f: Between[T, FourLR[N, A, B, C, D], Pair[N, E, F]]
    ) -> Arrow[tuple[A, tuple[tuple[B, C], D]], tuple[E, F]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, FourLR[N, A, B, C, D], Pair[N, E, F]]
    ) -> Para[P, tuple[A, tuple[tuple[B, C], D]], tuple[E, F]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Between[T, FourRR[N, A, B, C, D], Over[N, E]]
    ) -> Arrow[tuple[A, tuple[B, tuple[C, D]]], E]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, FourRR[N, A, B, C, D], Over[N, E]]
    ) -> Para[P, tuple[A, tuple[B, tuple[C, D]]], E]: ...
    @overload
    def __call__(
        self, n: type[N], f: Between[T, FourRR[N, A, B, C, D], Pair[N, E, F]]
    ) -> Arrow[tuple[A, tuple[B, tuple[C, D]]], tuple[E, F]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, FourRR[N, A, B, C, D], Pair[N, E, F]]
    ) -> Para[P, tuple[A, tuple[B, tuple[C, D]]], tuple[E, F]]: ...
    @overload
    def __call__(self, n: type[N], f: Between[T, Four[N, A, B, C, D], Over[N, E]]) -> Arrow[tuple[A, B, C, D], E]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, Four[N, A, B, C, D], Over[N, E]]
    ) -> Para[P, tuple[A, B, C, D], E]: ...
    @overload
    def __call__(
        self, n: type[N], f: Between[T, Four[N, A, B, C, D], Four[N, E, F, G, H]]
    ) -> Arrow[tuple[A, B, C, D], tuple[E, F, G, H]]: ...
    # Of floats alone, which pyright needs where N is a variable
    @overload
    def __call__(self, n: type[N], f: Between[T, Float[*R], Float[*U]]) -> Arrow[Float[N, *R], Float[N, *U]]: ...
    @overload
    def __call__(self, n: type[N], f: Model[T, P, Float[*R], Float[*U]]) -> Para[P, Float[N, *R], Float[N, *U]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Between[T, tuple[Float[*R], Float[*S]], Float[*U]]
    ) -> Arrow[tuple[Float[N, *R], Float[N, *S]], Float[N, *U]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, tuple[Float[*R], Float[*S]], Float[*U]]
    ) -> Para[P, tuple[Float[N, *R], Float[N, *S]], Float[N, *U]]: ...
    # Of functions
    @overload
    def __call__(self, n: type[N], f: Callable[[A], Floats[*V]]) -> Callable[[Rows[N, A]], Float[N, *V]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Callable[[A], tuple[Floats[*V], Floats[*W]]]
    ) -> Callable[[Rows[N, A]], tuple[Float[N, *V], Float[N, *W]]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Callable[[A, B], Floats[*V]]
    ) -> Callable[[Rows[N, A], Rows[N, B]], Float[N, *V]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Callable[[A, B], tuple[Floats[*V], Floats[*W]]]
    ) -> Callable[[Rows[N, A], Rows[N, B]], tuple[Float[N, *V], Float[N, *W]]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Callable[[A, B, C], Floats[*V]]
    ) -> Callable[[Rows[N, A], Rows[N, B], Rows[N, C]], Float[N, *V]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Callable[[A, B, C], tuple[Floats[*V], Floats[*W]]]
    ) -> Callable[[Rows[N, A], Rows[N, B], Rows[N, C]], tuple[Float[N, *V], Float[N, *W]]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Callable[[A, B, C, D], Floats[*V]]
    ) -> Callable[[Rows[N, A], Rows[N, B], Rows[N, C], Rows[N, D]], Float[N, *V]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Callable[[A, B, C, D], tuple[Floats[*V], Floats[*W]]]
    ) -> Callable[[Rows[N, A], Rows[N, B], Rows[N, C], Rows[N, D]], tuple[Float[N, *V], Float[N, *W]]]: ...
    @overload
    def __call__(self, n: type[N], f: Callable[[A], Ints[*V]]) -> Callable[[Rows[N, A]], Int[N, *V]]: ...
    @overload
    def __call__(self, n: type[N], f: Callable[[A, B], Ints[*V]]) -> Callable[[Rows[N, A], Rows[N, B]], Int[N, *V]]: ...
    @overload
    def __call__(self, n: type[N], f: Callable[[A], Bools[*V]]) -> Callable[[Rows[N, A]], Bool[N, *V]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Callable[[A, B], Bools[*V]]
    ) -> Callable[[Rows[N, A], Rows[N, B]], Bool[N, *V]]: ...
    # Of a function and its arguments at once, which tell what a lambda is of
    @overload
    def __call__(self, n: type[N], f: Callable[[A], Floats[*V]], a: Rows[N, A], /) -> Float[N, *V]: ...
    @overload
    def __call__(
        self, n: type[N], f: Callable[[A], tuple[Floats[*V], Floats[*W]]], a: Rows[N, A], /
    ) -> tuple[Float[N, *V], Float[N, *W]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Callable[[A, B], Floats[*V]], a: Rows[N, A], b: Rows[N, B], /
    ) -> Float[N, *V]: ...
    @overload
    def __call__(
        self, n: type[N], f: Callable[[A, B], tuple[Floats[*V], Floats[*W]]], a: Rows[N, A], b: Rows[N, B], /
    ) -> tuple[Float[N, *V], Float[N, *W]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Callable[[A, B, C], Floats[*V]], a: Rows[N, A], b: Rows[N, B], c: Rows[N, C], /
    ) -> Float[N, *V]: ...
    @overload
    def __call__(
        self,
        n: type[N],
        f: Callable[[A, B, C], tuple[Floats[*V], Floats[*W]]],
        a: Rows[N, A],
        b: Rows[N, B],
        c: Rows[N, C],
        /,
    ) -> tuple[Float[N, *V], Float[N, *W]]: ...
    @overload
    def __call__(
        self,
        n: type[N],
        f: Callable[[A, B, C, D], Floats[*V]],
        a: Rows[N, A],
        b: Rows[N, B],
        c: Rows[N, C],
        d: Rows[N, D],
        /,
    ) -> Float[N, *V]: ...
    @overload
    def __call__(
        self,
        n: type[N],
        f: Callable[[A, B, C, D], tuple[Floats[*V], Floats[*W]]],
        a: Rows[N, A],
        b: Rows[N, B],
        c: Rows[N, C],
        d: Rows[N, D],
        /,
    ) -> tuple[Float[N, *V], Float[N, *W]]: ...
    @overload
    def __call__(self, n: type[N], f: Callable[[A], Ints[*V]], a: Rows[N, A], /) -> Int[N, *V]: ...
    @overload
    def __call__(self, n: type[N], f: Callable[[A, B], Ints[*V]], a: Rows[N, A], b: Rows[N, B], /) -> Int[N, *V]: ...
    @overload
    def __call__(self, n: type[N], f: Callable[[A], Bools[*V]], a: Rows[N, A], /) -> Bool[N, *V]: ...
    @overload
    def __call__(self, n: type[N], f: Callable[[A, B], Bools[*V]], a: Rows[N, A], b: Rows[N, B], /) -> Bool[N, *V]: ...
