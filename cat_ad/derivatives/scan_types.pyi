"""What a type checker takes `scan`, `fold` and `iterate` to be; no module of this name runs.

`cat_ad.derivatives.scanning` has what they do.
"""

# Pyright needs the overloads of floats, where a dimension is a variable:
# mypy: disable-error-code="overload-cannot-match"
# pyright: reportOverlappingOverload=false

from collections.abc import Callable
from typing import Protocol, TypeVar, TypeVarTuple, overload

from cat_ad.arrows.each_types import Between, Model, Pair
from cat_ad.arrows.parametrised import P, Para
from cat_ad.arrows.terms import Arrow
from cat_ad.objects.array_types import Float, Floats, Over, Rows
from cat_ad.objects.spaces import Dim

N = TypeVar("N", bound=Dim)
R = TypeVarTuple("R")
V = TypeVarTuple("V")
W = TypeVarTuple("W")

A = TypeVar("A")
B = TypeVar("B")
E = TypeVar("E")
F = TypeVar("F")
S = TypeVar("S")
T = TypeVar("T")

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
        self, n: type[N], f: Callable[[S, A], tuple[S, tuple[Floats[*V], Floats[*W]]]], *, keep: int | None = None
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
        self, n: type[N], f: Callable[[S, A], tuple[S, Floats[*V]]], s: S, xs: Rows[N, A], /, *, keep: int | None = None
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
        self, n: type[N], f: Callable[[S], tuple[S, tuple[Floats[*V], Floats[*W]]]], s: S, /, *, keep: int | None = None
    ) -> tuple[S, tuple[Float[N, *V], Float[N, *W]]]: ...

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
        f: Callable[[S, tuple[A, B]], S],
        s: S,
        xs: tuple[Rows[N, A], Rows[N, B]],
        /,
        *,
        keep: int | None = None,
    ) -> S: ...
    @overload
    def __call__(
        self, n: type[N], f: Callable[[S, A], S], s: S, xs: Rows[N, A], /, *, keep: int | None = None
    ) -> S: ...

class Iterate(Protocol):
    """A step, so many times."""

    @overload
    def __call__(self, n: int, f: Arrow[A, A], *, keep: int | None = None) -> Arrow[A, A]: ...
    @overload
    def __call__(self, n: int, f: Para[P, A, A], *, keep: int | None = None) -> Para[P, A, A]: ...
    @overload
    def __call__(self, n: int, f: Callable[[A], A], *, keep: int | None = None) -> Callable[[A], A]: ...
    @overload
    def __call__(self, n: int, f: Callable[[A], A], a: A, /, *, keep: int | None = None) -> A: ...
