"""What a type checker takes `scan`, `fold` and `iterate` to be; no module of this name runs.

`cat_ad.derivatives.scanning` has what they do.
"""

# Pyright needs the overloads of floats, where a dimension is a variable:
# mypy: disable-error-code="overload-cannot-match, overload-overlap"
# pyright: reportOverlappingOverload=false

from collections.abc import Callable
from typing import Any, Protocol, TypeVar, TypeVarTuple, overload

from cat_ad.arrows.each_types import Between, Model, Pair
from cat_ad.arrows.parametrised import P, Para
from cat_ad.arrows.terms import Arrow
from cat_ad.objects.array_types import Float, Floats, Int, Over, Rows
from cat_ad.objects.spaces import Dim, Scalar
from cat_ad.objects.values import Number, Numbers

N = TypeVar("N", bound=Dim)
R = TypeVarTuple("R")
V = TypeVarTuple("V")
W = TypeVarTuple("W")

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")
F = TypeVar("F")
S = TypeVar("S")
T = TypeVar("T")

# Others than numbers and arrays of them, of which it is said apart
State = TypeVar("State", bound=Int[*tuple[Any, ...]] | tuple[object, ...])  # Any: of any shape

class Scan(Protocol):
    """A step along all entries.

    So typed are entries that are an array or a pair, and outputs that are; of functions, outputs of floats. What has
    others runs, but not as typed.
    """

    @overload
    def __call__(
        self, n: type[N], f: Between[T, tuple[S, Over[N, A]], tuple[S, Over[N, E]]], *, keep: int | None = None
    ) -> Arrow[tuple[S, A], tuple[S, E]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, tuple[S, Over[N, A]], tuple[S, Over[N, E]]], *, keep: int | None = None
    ) -> Para[P, tuple[S, A], tuple[S, E]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Between[T, tuple[S, Over[N, A]], tuple[S, Pair[N, E, F]]], *, keep: int | None = None
    ) -> Arrow[tuple[S, A], tuple[S, tuple[E, F]]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, tuple[S, Over[N, A]], tuple[S, Pair[N, E, F]]], *, keep: int | None = None
    ) -> Para[P, tuple[S, A], tuple[S, tuple[E, F]]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Between[T, tuple[S, Pair[N, A, B]], tuple[S, Over[N, E]]], *, keep: int | None = None
    ) -> Arrow[tuple[S, tuple[A, B]], tuple[S, E]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, tuple[S, Pair[N, A, B]], tuple[S, Over[N, E]]], *, keep: int | None = None
    ) -> Para[P, tuple[S, tuple[A, B]], tuple[S, E]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Between[T, tuple[S, Pair[N, A, B]], tuple[S, Pair[N, E, F]]], *, keep: int | None = None
    ) -> Arrow[tuple[S, tuple[A, B]], tuple[S, tuple[E, F]]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, tuple[S, Pair[N, A, B]], tuple[S, Pair[N, E, F]]], *, keep: int | None = None
    ) -> Para[P, tuple[S, tuple[A, B]], tuple[S, tuple[E, F]]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Between[T, tuple[S, Float[*R]], tuple[S, Float[*V]]], *, keep: int | None = None
    ) -> Arrow[tuple[S, Float[N, *R]], tuple[S, Float[N, *V]]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, tuple[S, Float[*R]], tuple[S, Float[*V]]], *, keep: int | None = None
    ) -> Para[P, tuple[S, Float[N, *R]], tuple[S, Float[N, *V]]]: ...
    # Of functions; where these begin at numbers, one of Python may be given
    @overload
    def __call__(
        self, n: type[N], f: Callable[[Scalar, tuple[A, B]], tuple[Scalar, Floats[*V]]], *, keep: int | None = None
    ) -> Callable[[Number, tuple[Rows[N, A], Rows[N, B]]], tuple[Scalar, Float[N, *V]]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Callable[[Scalar, A], tuple[Scalar, Floats[*V]]], *, keep: int | None = None
    ) -> Callable[[Number, Rows[N, A]], tuple[Scalar, Float[N, *V]]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Callable[[Scalar], tuple[Scalar, Floats[*V]]], *, keep: int | None = None
    ) -> Callable[[Number], tuple[Scalar, Float[N, *V]]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Callable[[S, tuple[A, B]], tuple[S, Floats[*V]]], *, keep: int | None = None
    ) -> Callable[[S, tuple[Rows[N, A], Rows[N, B]]], tuple[S, Float[N, *V]]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Callable[[S, A], tuple[S, Floats[*V]]], *, keep: int | None = None
    ) -> Callable[[S, Rows[N, A]], tuple[S, Float[N, *V]]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Callable[[S], tuple[S, Floats[*V]]], *, keep: int | None = None
    ) -> Callable[[S], tuple[S, Float[N, *V]]]: ...
    @overload
    def __call__(
        self,
        n: type[N],
        f: Callable[[S, tuple[A, B]], tuple[S, tuple[Floats[*V], Floats[*W]]]],
        *,
        keep: int | None = None,
    ) -> Callable[[S, tuple[Rows[N, A], Rows[N, B]]], tuple[S, tuple[Float[N, *V], Float[N, *W]]]]: ...
    @overload
    def __call__(
        self,
        n: type[N],
        f: Callable[[S, A], tuple[S, tuple[Floats[*V], Floats[*W]]]],
        *,
        keep: int | None = None,
    ) -> Callable[[S, Rows[N, A]], tuple[S, tuple[Float[N, *V], Float[N, *W]]]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Callable[[S], tuple[S, tuple[Floats[*V], Floats[*W]]]], *, keep: int | None = None
    ) -> Callable[[S], tuple[S, tuple[Float[N, *V], Float[N, *W]]]]: ...
    @overload
    def __call__(
        self,
        n: type[N],
        f: Callable[[S, tuple[A, B]], tuple[S, Floats[*V]]],
        s: S,
        xs: tuple[Rows[N, A], Rows[N, B]],
        /,
        *,
        keep: int | None = None,
    ) -> tuple[S, Float[N, *V]]: ...
    @overload
    def __call__(
        self,
        n: type[N],
        f: Callable[[S, A], tuple[S, Floats[*V]]],
        s: S,
        xs: Rows[N, A],
        /,
        *,
        keep: int | None = None,
    ) -> tuple[S, Float[N, *V]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Callable[[S], tuple[S, Floats[*V]]], s: S, /, *, keep: int | None = None
    ) -> tuple[S, Float[N, *V]]: ...
    @overload
    def __call__(
        self,
        n: type[N],
        f: Callable[[S, tuple[A, B]], tuple[S, tuple[Floats[*V], Floats[*W]]]],
        s: S,
        xs: tuple[Rows[N, A], Rows[N, B]],
        /,
        *,
        keep: int | None = None,
    ) -> tuple[S, tuple[Float[N, *V], Float[N, *W]]]: ...
    @overload
    def __call__(
        self,
        n: type[N],
        f: Callable[[S, A], tuple[S, tuple[Floats[*V], Floats[*W]]]],
        s: S,
        xs: Rows[N, A],
        /,
        *,
        keep: int | None = None,
    ) -> tuple[S, tuple[Float[N, *V], Float[N, *W]]]: ...
    @overload
    def __call__(
        self,
        n: type[N],
        f: Callable[[S], tuple[S, tuple[Floats[*V], Floats[*W]]]],
        s: S,
        /,
        *,
        keep: int | None = None,
    ) -> tuple[S, tuple[Float[N, *V], Float[N, *W]]]: ...
    @overload
    def __call__(
        self,
        n: type[N],
        f: Callable[[Scalar, tuple[A, B]], tuple[Scalar, Floats[*V]]],
        s: Number,
        xs: tuple[Rows[N, A], Rows[N, B]],
        /,
        *,
        keep: int | None = None,
    ) -> tuple[Scalar, Float[N, *V]]: ...
    @overload
    def __call__(
        self,
        n: type[N],
        f: Callable[[Scalar, tuple[A, B]], tuple[Scalar, tuple[Floats[*V], Floats[*W]]]],
        s: Number,
        xs: tuple[Rows[N, A], Rows[N, B]],
        /,
        *,
        keep: int | None = None,
    ) -> tuple[Scalar, tuple[Float[N, *V], Float[N, *W]]]: ...
    @overload
    def __call__(
        self,
        n: type[N],
        f: Callable[[Scalar, A], tuple[Scalar, Floats[*V]]],
        s: Number,
        xs: Rows[N, A],
        /,
        *,
        keep: int | None = None,
    ) -> tuple[Scalar, Float[N, *V]]: ...
    @overload
    def __call__(
        self,
        n: type[N],
        f: Callable[[Scalar, A], tuple[Scalar, tuple[Floats[*V], Floats[*W]]]],
        s: Number,
        xs: Rows[N, A],
        /,
        *,
        keep: int | None = None,
    ) -> tuple[Scalar, tuple[Float[N, *V], Float[N, *W]]]: ...
    @overload
    def __call__(
        self, n: type[N], f: Callable[[Scalar], tuple[Scalar, Floats[*V]]], s: Number, /, *, keep: int | None = None
    ) -> tuple[Scalar, Float[N, *V]]: ...
    @overload
    def __call__(
        self,
        n: type[N],
        f: Callable[[Scalar], tuple[Scalar, tuple[Floats[*V], Floats[*W]]]],
        s: Number,
        /,
        *,
        keep: int | None = None,
    ) -> tuple[Scalar, tuple[Float[N, *V], Float[N, *W]]]: ...
    @overload
    def __call__(
        self,
        n: type[N],
        f: Callable[[tuple[Scalar, Scalar], A], tuple[tuple[Scalar, Scalar], Floats[*V]]],
        s: Numbers,
        xs: Rows[N, A],
        /,
        *,
        keep: int | None = None,
    ) -> tuple[tuple[Scalar, Scalar], Float[N, *V]]: ...
    @overload
    def __call__(
        self,
        n: type[N],
        f: Callable[[tuple[Scalar, Scalar], A], tuple[tuple[Scalar, Scalar], tuple[Floats[*V], Floats[*W]]]],
        s: Numbers,
        xs: Rows[N, A],
        /,
        *,
        keep: int | None = None,
    ) -> tuple[tuple[Scalar, Scalar], tuple[Float[N, *V], Float[N, *W]]]: ...
    @overload
    def __call__(
        self,
        n: type[N],
        f: Callable[[tuple[Scalar, Scalar]], tuple[tuple[Scalar, Scalar], Floats[*V]]],
        s: Numbers,
        /,
        *,
        keep: int | None = None,
    ) -> tuple[tuple[Scalar, Scalar], Float[N, *V]]: ...
    @overload
    def __call__(
        self,
        n: type[N],
        f: Callable[[tuple[Scalar, Scalar]], tuple[tuple[Scalar, Scalar], tuple[Floats[*V], Floats[*W]]]],
        s: Numbers,
        /,
        *,
        keep: int | None = None,
    ) -> tuple[tuple[Scalar, Scalar], tuple[Float[N, *V], Float[N, *W]]]: ...

class Fold(Protocol):
    """A step along all entries without outputs, which are typed likewise."""

    @overload
    def __call__(
        self, n: type[N], f: Between[T, tuple[S, Over[N, A]], S], *, keep: int | None = None
    ) -> Arrow[tuple[S, A], S]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, tuple[S, Over[N, A]], S], *, keep: int | None = None
    ) -> Para[P, tuple[S, A], S]: ...
    @overload
    def __call__(
        self, n: type[N], f: Between[T, tuple[S, Pair[N, A, B]], S], *, keep: int | None = None
    ) -> Arrow[tuple[S, tuple[A, B]], S]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, tuple[S, Pair[N, A, B]], S], *, keep: int | None = None
    ) -> Para[P, tuple[S, tuple[A, B]], S]: ...
    @overload
    def __call__(
        self, n: type[N], f: Between[T, tuple[S, Float[*R]], S], *, keep: int | None = None
    ) -> Arrow[tuple[S, Float[N, *R]], S]: ...
    @overload
    def __call__(
        self, n: type[N], f: Model[T, P, tuple[S, Float[*R]], S], *, keep: int | None = None
    ) -> Para[P, tuple[S, Float[N, *R]], S]: ...
    # Of functions, likewise; from arrays, pairs, and others
    @overload
    def __call__(
        self, n: type[N], f: Callable[[Scalar, tuple[A, B]], Scalar], *, keep: int | None = None
    ) -> Callable[[Number, tuple[Rows[N, A], Rows[N, B]]], Scalar]: ...
    @overload
    def __call__(
        self, n: type[N], f: Callable[[Scalar, A], Scalar], *, keep: int | None = None
    ) -> Callable[[Number, Rows[N, A]], Scalar]: ...
    @overload
    def __call__(
        self, n: type[N], f: Callable[[S, tuple[A, B]], S], *, keep: int | None = None
    ) -> Callable[[S, tuple[Rows[N, A], Rows[N, B]]], S]: ...
    @overload
    def __call__(
        self, n: type[N], f: Callable[[S, A], S], *, keep: int | None = None
    ) -> Callable[[S, Rows[N, A]], S]: ...
    @overload
    def __call__(
        self,
        n: type[N],
        f: Callable[[Float[*V], tuple[A, B]], Float[*V]],
        s: Float[*V],
        xs: tuple[Rows[N, A], Rows[N, B]],
        /,
        *,
        keep: int | None = None,
    ) -> Float[*V]: ...
    @overload
    def __call__(
        self,
        n: type[N],
        f: Callable[[Float[*V], A], Float[*V]],
        s: Float[*V],
        xs: Rows[N, A],
        /,
        *,
        keep: int | None = None,
    ) -> Float[*V]: ...
    @overload
    def __call__(
        self,
        n: type[N],
        f: Callable[[tuple[C, D], tuple[A, B]], tuple[C, D]],
        s: tuple[C, D],
        xs: tuple[Rows[N, A], Rows[N, B]],
        /,
        *,
        keep: int | None = None,
    ) -> tuple[C, D]: ...
    @overload
    def __call__(
        self,
        n: type[N],
        f: Callable[[tuple[C, D], A], tuple[C, D]],
        s: tuple[C, D],
        xs: Rows[N, A],
        /,
        *,
        keep: int | None = None,
    ) -> tuple[C, D]: ...
    @overload
    def __call__(
        self,
        n: type[N],
        f: Callable[[State, tuple[A, B]], State],
        s: State,
        xs: tuple[Rows[N, A], Rows[N, B]],
        /,
        *,
        keep: int | None = None,
    ) -> State: ...
    @overload
    def __call__(
        self, n: type[N], f: Callable[[State, A], State], s: State, xs: Rows[N, A], /, *, keep: int | None = None
    ) -> State: ...
    @overload
    def __call__(
        self,
        n: type[N],
        f: Callable[[Scalar, tuple[A, B]], Scalar],
        s: Number,
        xs: tuple[Rows[N, A], Rows[N, B]],
        /,
        *,
        keep: int | None = None,
    ) -> Scalar: ...
    @overload
    def __call__(
        self, n: type[N], f: Callable[[Scalar, A], Scalar], s: Number, xs: Rows[N, A], /, *, keep: int | None = None
    ) -> Scalar: ...

class Iterate(Protocol):
    """A step, so many times."""

    @overload
    def __call__(self, n: int, f: Arrow[A, A], *, keep: int | None = None) -> Arrow[A, A]: ...
    @overload
    def __call__(self, n: int, f: Para[P, A, A], *, keep: int | None = None) -> Para[P, A, A]: ...
    @overload
    def __call__(
        self, n: int, f: Callable[[Scalar], Scalar], *, keep: int | None = None
    ) -> Callable[[Number], Scalar]: ...
    @overload
    def __call__(self, n: int, f: Callable[[A], A], *, keep: int | None = None) -> Callable[[A], A]: ...
    @overload
    def __call__(
        self, n: int, f: Callable[[Float[*V]], Float[*V]], a: Float[*V], /, *, keep: int | None = None
    ) -> Float[*V]: ...
    @overload
    def __call__(
        self, n: int, f: Callable[[tuple[C, D]], tuple[C, D]], a: tuple[C, D], /, *, keep: int | None = None
    ) -> tuple[C, D]: ...
    @overload
    def __call__(self, n: int, f: Callable[[State], State], a: State, /, *, keep: int | None = None) -> State: ...
    @overload
    def __call__(self, n: int, f: Callable[[Scalar], Scalar], a: Number, /, *, keep: int | None = None) -> Scalar: ...
