"""`each(N, f)`: an arrow for one example, over an axis of examples. Its meaning is the loop over that axis.

>>> import numpy as np
>>> from cat_ad import Dim, dot
>>> class I(Dim): ...
>>> class Batch(Dim): ...
>>> each(Batch, dot(I))((np.ones((2, 3)), np.ones((2, 3))))
array([3., 3.])

Parameters are shared by all examples:

>>> from cat_ad import linear
>>> class O(Dim, size=4): ...
>>> class Pixels(Dim, size=3): ...
>>> layer = each(Batch, linear(Pixels, O))
>>> parameters = layer.init(np.random.default_rng(0))
>>> layer(parameters, np.ones((5, 3))).shape
(5, 4)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, overload

from cat_ad.arrows.abstraction import closed
from cat_ad.arrows.elements import Element, image, is_general, told_of
from cat_ad.arrows.lifting import lift
from cat_ad.arrows.parametrised import P, Para
from cat_ad.arrows.printing import WHOLE
from cat_ad.arrows.spreading import over
from cat_ad.arrows.terms import Arrow
from cat_ad.errors import SpaceError, told
from cat_ad.objects.arrays import namespace
from cat_ad.objects.spaces import Dim, dimensions, has_arrays, products, require_dimension, show, without_first
from cat_ad.objects.trees import leaves, tree_map
from cat_ad.objects.values import describe

N = TypeVar("N", bound=Dim)

if TYPE_CHECKING:
    from typing import Protocol, TypeAlias, TypeVarTuple

    from cat_ad.objects.array_types import Float, Int, Over

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

    Pair: TypeAlias = tuple[Over[N, A], Over[N, B]]
    Left: TypeAlias = tuple[Pair[N, A, B], Over[N, C]]
    Right: TypeAlias = tuple[Over[N, A], Pair[N, B, C]]
    Pairs: TypeAlias = tuple[Pair[N, A, B], Pair[N, C, D]]
    FourLL: TypeAlias = tuple[Left[N, A, B, C], Over[N, D]]
    FourRL: TypeAlias = tuple[Right[N, A, B, C], Over[N, D]]
    FourLR: TypeAlias = tuple[Over[N, A], Left[N, B, C, D]]
    FourRR: TypeAlias = tuple[Over[N, A], Right[N, B, C, D]]
    Three: TypeAlias = tuple[Over[N, A], Over[N, B], Over[N, C]]


# No checker can say "and so on for products of products". So typed are these: from one array, two, or three, in pairs
# or a triple, to such (not from three in pairs to a triple, nor back); from a pair of pairs to an array, a pair, or a
# pair of pairs; and from four in other pairs of pairs to an array or a pair. What has others runs, but not as typed
# Of floats alone, which pyright needs where N is a variable
@overload
def each(n: type[N], f: Between[T, Float[*R], Float[*U]]) -> Arrow[Float[N, *R], Float[N, *U]]: ...
@overload
def each(n: type[N], f: Model[T, P, Float[*R], Float[*U]]) -> Para[P, Float[N, *R], Float[N, *U]]: ...
@overload
def each(
    n: type[N], f: Between[T, tuple[Float[*R], Float[*S]], Float[*U]]
) -> Arrow[tuple[Float[N, *R], Float[N, *S]], Float[N, *U]]: ...
@overload
def each(
    n: type[N], f: Model[T, P, tuple[Float[*R], Float[*S]], Float[*U]]
) -> Para[P, tuple[Float[N, *R], Float[N, *S]], Float[N, *U]]: ...
@overload
def each(n: type[N], f: Between[T, Over[N, A], Over[N, E]]) -> Arrow[A, E]: ...
@overload
def each(n: type[N], f: Model[T, P, Over[N, A], Over[N, E]]) -> Para[P, A, E]: ...
@overload
def each(n: type[N], f: Between[T, Pair[N, A, B], Over[N, E]]) -> Arrow[tuple[A, B], E]: ...
@overload
def each(n: type[N], f: Model[T, P, Pair[N, A, B], Over[N, E]]) -> Para[P, tuple[A, B], E]: ...
@overload
def each(n: type[N], f: Between[T, Pair[N, A, B], Pair[N, E, F]]) -> Arrow[tuple[A, B], tuple[E, F]]: ...
@overload
def each(n: type[N], f: Model[T, P, Pair[N, A, B], Pair[N, E, F]]) -> Para[P, tuple[A, B], tuple[E, F]]: ...
@overload
def each(n: type[N], f: Between[T, Over[N, A], Pair[N, E, F]]) -> Arrow[A, tuple[E, F]]: ...
@overload
def each(n: type[N], f: Model[T, P, Over[N, A], Pair[N, E, F]]) -> Para[P, A, tuple[E, F]]: ...
@overload
def each(n: type[N], f: Between[T, Left[N, A, B, C], Over[N, E]]) -> Arrow[tuple[tuple[A, B], C], E]: ...
@overload
def each(n: type[N], f: Model[T, P, Left[N, A, B, C], Over[N, E]]) -> Para[P, tuple[tuple[A, B], C], E]: ...
@overload
def each(n: type[N], f: Between[T, Left[N, A, B, C], Pair[N, E, F]]) -> Arrow[tuple[tuple[A, B], C], tuple[E, F]]: ...
@overload
def each(
    n: type[N], f: Model[T, P, Left[N, A, B, C], Pair[N, E, F]]
) -> Para[P, tuple[tuple[A, B], C], tuple[E, F]]: ...
@overload
def each(n: type[N], f: Between[T, Right[N, A, B, C], Over[N, E]]) -> Arrow[tuple[A, tuple[B, C]], E]: ...
@overload
def each(n: type[N], f: Model[T, P, Right[N, A, B, C], Over[N, E]]) -> Para[P, tuple[A, tuple[B, C]], E]: ...
@overload
def each(n: type[N], f: Between[T, Right[N, A, B, C], Pair[N, E, F]]) -> Arrow[tuple[A, tuple[B, C]], tuple[E, F]]: ...
@overload
def each(
    n: type[N], f: Model[T, P, Right[N, A, B, C], Pair[N, E, F]]
) -> Para[P, tuple[A, tuple[B, C]], tuple[E, F]]: ...
@overload
def each(n: type[N], f: Between[T, Three[N, A, B, C], Over[N, E]]) -> Arrow[tuple[A, B, C], E]: ...
@overload
def each(n: type[N], f: Model[T, P, Three[N, A, B, C], Over[N, E]]) -> Para[P, tuple[A, B, C], E]: ...
@overload
def each(n: type[N], f: Between[T, Three[N, A, B, C], Pair[N, E, F]]) -> Arrow[tuple[A, B, C], tuple[E, F]]: ...
@overload
def each(n: type[N], f: Model[T, P, Three[N, A, B, C], Pair[N, E, F]]) -> Para[P, tuple[A, B, C], tuple[E, F]]: ...
@overload
def each(n: type[N], f: Between[T, Pairs[N, A, B, C, D], Over[N, E]]) -> Arrow[tuple[tuple[A, B], tuple[C, D]], E]: ...
@overload
def each(
    n: type[N], f: Model[T, P, Pairs[N, A, B, C, D], Over[N, E]]
) -> Para[P, tuple[tuple[A, B], tuple[C, D]], E]: ...
@overload
def each(
    n: type[N], f: Between[T, Pairs[N, A, B, C, D], Pair[N, E, F]]
) -> Arrow[tuple[tuple[A, B], tuple[C, D]], tuple[E, F]]: ...
@overload
def each(
    n: type[N], f: Model[T, P, Pairs[N, A, B, C, D], Pair[N, E, F]]
) -> Para[P, tuple[tuple[A, B], tuple[C, D]], tuple[E, F]]: ...
@overload
def each(
    n: type[N], f: Between[T, Pairs[N, A, B, C, D], Pairs[N, E, F, G, H]]
) -> Arrow[tuple[tuple[A, B], tuple[C, D]], tuple[tuple[E, F], tuple[G, H]]]: ...
@overload
def each(
    n: type[N], f: Model[T, P, Pairs[N, A, B, C, D], Pairs[N, E, F, G, H]]
) -> Para[P, tuple[tuple[A, B], tuple[C, D]], tuple[tuple[E, F], tuple[G, H]]]: ...
@overload
def each(
    n: type[N], f: Between[T, Left[N, A, B, C], Right[N, E, F, G]]
) -> Arrow[tuple[tuple[A, B], C], tuple[E, tuple[F, G]]]: ...
@overload
def each(
    n: type[N], f: Model[T, P, Left[N, A, B, C], Right[N, E, F, G]]
) -> Para[P, tuple[tuple[A, B], C], tuple[E, tuple[F, G]]]: ...
@overload
def each(
    n: type[N], f: Between[T, Right[N, A, B, C], Left[N, E, F, G]]
) -> Arrow[tuple[A, tuple[B, C]], tuple[tuple[E, F], G]]: ...
@overload
def each(
    n: type[N], f: Model[T, P, Right[N, A, B, C], Left[N, E, F, G]]
) -> Para[P, tuple[A, tuple[B, C]], tuple[tuple[E, F], G]]: ...
@overload
def each(n: type[N], f: Between[T, Over[N, A], Left[N, E, F, G]]) -> Arrow[A, tuple[tuple[E, F], G]]: ...
@overload
def each(n: type[N], f: Model[T, P, Over[N, A], Left[N, E, F, G]]) -> Para[P, A, tuple[tuple[E, F], G]]: ...
@overload
def each(n: type[N], f: Between[T, Pair[N, A, B], Left[N, E, F, G]]) -> Arrow[tuple[A, B], tuple[tuple[E, F], G]]: ...
@overload
def each(
    n: type[N], f: Model[T, P, Pair[N, A, B], Left[N, E, F, G]]
) -> Para[P, tuple[A, B], tuple[tuple[E, F], G]]: ...
@overload
def each(
    n: type[N], f: Between[T, Left[N, A, B, C], Left[N, E, F, G]]
) -> Arrow[tuple[tuple[A, B], C], tuple[tuple[E, F], G]]: ...
@overload
def each(
    n: type[N], f: Model[T, P, Left[N, A, B, C], Left[N, E, F, G]]
) -> Para[P, tuple[tuple[A, B], C], tuple[tuple[E, F], G]]: ...
@overload
def each(n: type[N], f: Between[T, Over[N, A], Right[N, E, F, G]]) -> Arrow[A, tuple[E, tuple[F, G]]]: ...
@overload
def each(n: type[N], f: Model[T, P, Over[N, A], Right[N, E, F, G]]) -> Para[P, A, tuple[E, tuple[F, G]]]: ...
@overload
def each(n: type[N], f: Between[T, Pair[N, A, B], Right[N, E, F, G]]) -> Arrow[tuple[A, B], tuple[E, tuple[F, G]]]: ...
@overload
def each(
    n: type[N], f: Model[T, P, Pair[N, A, B], Right[N, E, F, G]]
) -> Para[P, tuple[A, B], tuple[E, tuple[F, G]]]: ...
@overload
def each(
    n: type[N], f: Between[T, Right[N, A, B, C], Right[N, E, F, G]]
) -> Arrow[tuple[A, tuple[B, C]], tuple[E, tuple[F, G]]]: ...
@overload
def each(
    n: type[N], f: Model[T, P, Right[N, A, B, C], Right[N, E, F, G]]
) -> Para[P, tuple[A, tuple[B, C]], tuple[E, tuple[F, G]]]: ...
@overload
def each(n: type[N], f: Between[T, Over[N, A], Three[N, E, F, G]]) -> Arrow[A, tuple[E, F, G]]: ...
@overload
def each(n: type[N], f: Model[T, P, Over[N, A], Three[N, E, F, G]]) -> Para[P, A, tuple[E, F, G]]: ...
@overload
def each(n: type[N], f: Between[T, Pair[N, A, B], Three[N, E, F, G]]) -> Arrow[tuple[A, B], tuple[E, F, G]]: ...
@overload
def each(n: type[N], f: Model[T, P, Pair[N, A, B], Three[N, E, F, G]]) -> Para[P, tuple[A, B], tuple[E, F, G]]: ...
@overload
def each(n: type[N], f: Between[T, Three[N, A, B, C], Three[N, E, F, G]]) -> Arrow[tuple[A, B, C], tuple[E, F, G]]: ...
@overload
def each(
    n: type[N], f: Model[T, P, Three[N, A, B, C], Three[N, E, F, G]]
) -> Para[P, tuple[A, B, C], tuple[E, F, G]]: ...
@overload
def each(n: type[N], f: Between[T, FourLL[N, A, B, C, D], Over[N, E]]) -> Arrow[tuple[tuple[tuple[A, B], C], D], E]: ...
@overload
def each(
    n: type[N], f: Model[T, P, FourLL[N, A, B, C, D], Over[N, E]]
) -> Para[P, tuple[tuple[tuple[A, B], C], D], E]: ...
@overload
def each(
    n: type[N], f: Between[T, FourLL[N, A, B, C, D], Pair[N, E, F]]
) -> Arrow[tuple[tuple[tuple[A, B], C], D], tuple[E, F]]: ...
@overload
def each(
    n: type[N], f: Model[T, P, FourLL[N, A, B, C, D], Pair[N, E, F]]
) -> Para[P, tuple[tuple[tuple[A, B], C], D], tuple[E, F]]: ...
@overload
def each(n: type[N], f: Between[T, FourRL[N, A, B, C, D], Over[N, E]]) -> Arrow[tuple[tuple[A, tuple[B, C]], D], E]: ...
@overload
def each(
    n: type[N], f: Model[T, P, FourRL[N, A, B, C, D], Over[N, E]]
) -> Para[P, tuple[tuple[A, tuple[B, C]], D], E]: ...
@overload
def each(
    n: type[N], f: Between[T, FourRL[N, A, B, C, D], Pair[N, E, F]]
) -> Arrow[tuple[tuple[A, tuple[B, C]], D], tuple[E, F]]: ...
@overload
def each(
    n: type[N], f: Model[T, P, FourRL[N, A, B, C, D], Pair[N, E, F]]
) -> Para[P, tuple[tuple[A, tuple[B, C]], D], tuple[E, F]]: ...
@overload
def each(n: type[N], f: Between[T, FourLR[N, A, B, C, D], Over[N, E]]) -> Arrow[tuple[A, tuple[tuple[B, C], D]], E]: ...
@overload
def each(
    n: type[N], f: Model[T, P, FourLR[N, A, B, C, D], Over[N, E]]
) -> Para[P, tuple[A, tuple[tuple[B, C], D]], E]: ...
@overload
def each(
    n: type[N], f: Between[T, FourLR[N, A, B, C, D], Pair[N, E, F]]
) -> Arrow[tuple[A, tuple[tuple[B, C], D]], tuple[E, F]]: ...
@overload
def each(
    n: type[N], f: Model[T, P, FourLR[N, A, B, C, D], Pair[N, E, F]]
) -> Para[P, tuple[A, tuple[tuple[B, C], D]], tuple[E, F]]: ...
@overload
def each(n: type[N], f: Between[T, FourRR[N, A, B, C, D], Over[N, E]]) -> Arrow[tuple[A, tuple[B, tuple[C, D]]], E]: ...
@overload
def each(
    n: type[N], f: Model[T, P, FourRR[N, A, B, C, D], Over[N, E]]
) -> Para[P, tuple[A, tuple[B, tuple[C, D]]], E]: ...
@overload
def each(
    n: type[N], f: Between[T, FourRR[N, A, B, C, D], Pair[N, E, F]]
) -> Arrow[tuple[A, tuple[B, tuple[C, D]]], tuple[E, F]]: ...
@overload
def each(
    n: type[N], f: Model[T, P, FourRR[N, A, B, C, D], Pair[N, E, F]]
) -> Para[P, tuple[A, tuple[B, tuple[C, D]]], tuple[E, F]]: ...
@overload
def each(n: type[N], f: Callable[[Float[*R]], Float[*V]]) -> Callable[[Float[N, *R]], Float[N, *V]]: ...
@overload
def each(
    n: type[N], f: Callable[[Float[*R]], tuple[Float[*V], Float[*W]]]
) -> Callable[[Float[N, *R]], tuple[Float[N, *V], Float[N, *W]]]: ...
@overload
def each(n: type[N], f: Callable[[Int[*R]], Float[*V]]) -> Callable[[Int[N, *R]], Float[N, *V]]: ...
@overload
def each(
    n: type[N], f: Callable[[Int[*R]], tuple[Float[*V], Float[*W]]]
) -> Callable[[Int[N, *R]], tuple[Float[N, *V], Float[N, *W]]]: ...
@overload
def each(
    n: type[N], f: Callable[[Float[*R], Float[*S]], Float[*V]]
) -> Callable[[Float[N, *R], Float[N, *S]], Float[N, *V]]: ...
@overload
def each(
    n: type[N], f: Callable[[Float[*R], Float[*S]], tuple[Float[*V], Float[*W]]]
) -> Callable[[Float[N, *R], Float[N, *S]], tuple[Float[N, *V], Float[N, *W]]]: ...
@overload
def each(
    n: type[N], f: Callable[[Float[*R], Int[*S]], Float[*V]]
) -> Callable[[Float[N, *R], Int[N, *S]], Float[N, *V]]: ...
@overload
def each(
    n: type[N], f: Callable[[Float[*R], Int[*S]], tuple[Float[*V], Float[*W]]]
) -> Callable[[Float[N, *R], Int[N, *S]], tuple[Float[N, *V], Float[N, *W]]]: ...
@overload
def each(
    n: type[N], f: Callable[[Int[*R], Float[*S]], Float[*V]]
) -> Callable[[Int[N, *R], Float[N, *S]], Float[N, *V]]: ...
@overload
def each(
    n: type[N], f: Callable[[Int[*R], Float[*S]], tuple[Float[*V], Float[*W]]]
) -> Callable[[Int[N, *R], Float[N, *S]], tuple[Float[N, *V], Float[N, *W]]]: ...
@overload
def each(
    n: type[N], f: Callable[[Float[*R], Float[*S], Float[*U]], Float[*V]]
) -> Callable[[Float[N, *R], Float[N, *S], Float[N, *U]], Float[N, *V]]: ...
@overload
def each(
    n: type[N], f: Callable[[Float[*R], Float[*S], Float[*U]], tuple[Float[*V], Float[*W]]]
) -> Callable[[Float[N, *R], Float[N, *S], Float[N, *U]], tuple[Float[N, *V], Float[N, *W]]]: ...
@overload
def each(
    n: type[N], f: Callable[[Float[*R], Float[*S], Int[*U]], Float[*V]]
) -> Callable[[Float[N, *R], Float[N, *S], Int[N, *U]], Float[N, *V]]: ...
@overload
def each(
    n: type[N], f: Callable[[Float[*R], Float[*S], Int[*U]], tuple[Float[*V], Float[*W]]]
) -> Callable[[Float[N, *R], Float[N, *S], Int[N, *U]], tuple[Float[N, *V], Float[N, *W]]]: ...
def each(n: type[Dim], f: Any) -> Any:  # Any: whatever has such objects, which is looked at here
    """f on each of N arguments; of a parametrised arrow, with one parameter for all; and of a function, a function.

    A function may use values that are not among its arguments, which then are the same for all N.

    Raises `SpaceError` if the domain has no array to lift.
    """
    require_dimension("each", n)
    if not isinstance(f, Arrow | Para):
        if callable(f) and not isinstance(f, type):
            return partial(_each_of, n, f)
        raise SpaceError(f"each({n.__name__}, ...): wanted an arrow, got {told(f)}")
    if not has_arrays(f.dom):
        raise SpaceError(f"each({n.__name__}, ...): wanted an array to lift over {n.__name__}, found {show(f.dom)}")
    if isinstance(f, Arrow):
        return lift(n, f, True)
    return replace(
        f,
        name=f"each({n.__name__}, {f})",
        dom=over(n, f.dom, True),
        cod=over(n, f.cod, True),
        weave=lambda: lift(n, f.arrow, (False, True)),
        tightness=WHOLE,
        stages=(),
    )


def _each_of(n: type[Dim], f: Callable[..., Any], *given: Any) -> Any:  # Any: values
    """f of each row of values that have the axis."""
    asked = f"each({n.__name__}, {getattr(f, '__name__', 'f')})"
    values = given[0] if len(given) == 1 else given
    if not is_general(values):
        return stacked([f(*[_row(x, i) for x in given]) for i in range(_length(asked, values))])
    rows = tuple(_rows(asked, n, x) for x in given)
    g, free = closed(asked, f, rows)
    larger = lift(n, g, (False, True) if is_general(free) else True)
    return image(larger, (free, values) if is_general(free) else values)


def _rows(asked: str, n: type[Dim], x: object) -> type:
    """The object of one row of a value. Raises `SpaceError` where it has not the axis."""
    if isinstance(x, tuple):
        return products(*(_rows(asked, n, part) for part in x))
    if not isinstance(x, Element) or n not in dimensions(x.space)[:1]:
        raise SpaceError(f"{asked}: wanted an array whose first dimension is {n.__name__}, got {told_of(x)}")
    return without_first(x.space)


def _row(x: Any, i: int) -> Any:  # Any: arrays, or tuples of those
    return tree_map(lambda array: array[i], x)


def _length(asked: str, values: object) -> int:
    """How many rows all arrays have. Raises `SpaceError` if there is none."""
    many = {len(array) for array in leaves(values) if getattr(array, "ndim", 0)}
    if len(many) != 1:
        raise SpaceError(f"{asked}: wanted arrays of one length, got {describe(values)}")
    return many.pop()


def stacked(rows: Sequence[Any]) -> Any:  # Any: as above
    """The rows as arrays with one more axis."""
    return tree_map(lambda *arrays: namespace(arrays[0]).stack(arrays), *rows)
