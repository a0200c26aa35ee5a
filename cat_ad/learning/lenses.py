"""Lenses: a way there, and a way back that knows where it began.

A lens from (S, T) to (A, B) is

    get: S -> A            there
    put: S x B -> T        back

and is represented by one function, s -> (get(s), b -> put(s, b)), so that the way back shares the work of the way
there. Lenses compose, and go side by side:

    get of f >> g:  s -> g.get(f.get(s))        put of f >> g:  s, c -> f.put(s, g.put(f.get(s), c))

That is the shape of the chain rule. `lens(f)`, of an arrow, is reverse mode: get is the value and
put the transposed derivative. It is a functor (Cruttwell, Gavranovic, Ghani, Wilson & Zanasi 2022, section 2):
`lens(f >> g)` is `lens(f) >> lens(g)`, and `lens(f * g)` is `lens(f) * lens(g)`. Optimisers are lenses too: see
`cat_ad.learning.steps`.

Lenses were invented for views of data that can be updated (Foster et al. 2007), where T is S and B is A:

>>> from cat_ad import Scalar, dup, mul
>>> part = first(Scalar, Scalar)
>>> part.get((1.0, 2.0)), part.put((1.0, 2.0), 5.0)
(1.0, (5.0, 2.0))
>>> square = lens(dup(Scalar) >> mul(Scalar))
>>> square.get(3.0), square.put(3.0, 1.0)
(np.float64(9.0), np.float64(6.0))

The laws of a view are `get_put`, `put_get` and `put_put`. They hold for `first` and `second`, for `lens(f)` where f is
a linear isometry, such as `swap` or `negate`, since its transpose is its inverse, and for what is composed of these.
For other arrows they do not hold, since put gives no new s, but a change of s, a tangent; nor for optimisers, whose put
gives a new s, but takes a change. Learning needs only the laws of a category, and these hold for all lenses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from cat_ad.arrows.composing import Composable, misfit, unknown
from cat_ad.arrows.given import HasArrow, require_arrow
from cat_ad.arrows.printing import CHAIN, CROSS, WHOLE, held
from cat_ad.arrows.printing import named as name_of
from cat_ad.categories.category import A, B, C, D
from cat_ad.derivatives.forward_and_reverse import reverse
from cat_ad.errors import SpaceError, shortened, told
from cat_ad.objects.spaces import brief, product
from cat_ad.objects.values import describe

S = TypeVar("S")
T = TypeVar("T")
U = TypeVar("U")
V = TypeVar("V")
X = TypeVar("X")
Y = TypeVar("Y")

Ends: TypeAlias = tuple[type[A], type[B]]  # the objects of what passes on the way there, and on the way back


@dataclass(frozen=True, eq=False, repr=False)
class Lens(Composable, Generic[S, T, A, B]):
    """A lens from the objects `dom`, S and T, to the objects `cod`, A and B; `run` is both of its functions in one."""

    name: str
    dom: Ends[S, T]
    cod: Ends[A, B]
    run: Callable[[S], tuple[A, Callable[[B], T]]]
    tightness: int = WHOLE

    def __post_init__(self) -> None:
        """Raise `SpaceError` unless there are two objects at both ends."""
        for ends in (self.dom, self.cod):
            if type(ends) is not tuple or len(ends) != 2:
                raise SpaceError(f"Lens: wanted two objects at each end, there and back, got {told(ends)}")

    def get(self, s: S) -> A:
        """The way there."""
        return self.run(s)[0]

    def put(self, s: S, b: B) -> T:
        """The way back from `b`, after the way there from `s`."""
        return self.run(s)[1](b)

    def get_and_put(self, s: S, b: B) -> tuple[A, T]:
        """There and back: get(s) and put(s, b), doing once the work that both need."""
        a, back = self.run(s)
        return a, back(b)

    def __rshift__(self, then: Lens[A, B, C, D]) -> Lens[S, T, C, D]:
        """There first this, then that, and back the other way round; `CompositionError` unless they fit.

        A composition of many lenses calls as deep as it is long; `lens` of a composition of many arrows does not.
        """
        if not isinstance(then, Lens):
            return unknown(self, ">>", then)
        require_fit(self, then, self.cod, then.dom)
        this, that = self.run, then.run

        def run(s: S) -> tuple[C, Callable[[D], T]]:
            a, back_to_s = this(s)
            c, back_to_a = that(a)
            return c, lambda d: back_to_s(back_to_a(d))

        return Lens(f"{self} >> {then}", self.dom, then.cod, run, CHAIN)

    def __mul__(self, other: Lens[U, V, C, D]) -> Lens[tuple[S, U], tuple[T, V], tuple[A, C], tuple[B, D]]:
        """Side by side: this on the first of a pair, that on the second (called on what is no pair, `SpaceError`)."""
        if not isinstance(other, Lens):
            return unknown(self, "*", other)
        name = f"{held(self.name, self.tightness, CROSS)} * {held(other.name, other.tightness, WHOLE)}"
        left, right = self.run, other.run

        def run(pair: tuple[S, U]) -> tuple[tuple[A, C], Callable[[tuple[B, D]], tuple[T, V]]]:
            s, u = checked(name, pair)
            a, back_to_s = left(s)
            c, back_to_u = right(u)

            def back(pair: tuple[B, D]) -> tuple[T, V]:
                b, d = checked(name, pair)
                return back_to_s(b), back_to_u(d)

            return (a, c), back

        (s, t), (u, v), (a, b), (c, d) = self.dom, other.dom, self.cod, other.cod
        return Lens(name, (product(s, u), product(t, v)), (product(a, c), product(b, d)), run, CROSS)

    def __str__(self) -> str:
        """As the operators are typed."""
        return f"{self.name}"

    def __repr__(self) -> str:
        """As the operators are typed, and the objects, there and back."""
        (s, t), (a, b) = ([brief(space) for space in ends] for ends in (self.dom, self.cod))
        return f"{self}: ({s}, {t}) -> ({a}, {b})"


def lens(f: HasArrow[A, B]) -> Lens[A, A, B, B]:
    """Reverse mode: get is the value of f, and put takes a tangent at f(a) back to one at a.

    Zeros, integers and errors are as in `reverse`, which is its `run`. Raises `SpaceError` unless f is an arrow.
    """
    f = require_arrow("lens", f)
    return Lens(f"lens({name_of(f)})", (f.dom, f.dom), (f.cod, f.cod), reverse(f))


def identity(s: type[S], t: type[T]) -> Lens[S, T, S, T]:
    """The lens that does nothing, neither there nor back."""
    return Lens("id", (s, t), (s, t), lambda there: (there, lambda back: back))


def first(a: type[A], b: type[B]) -> Lens[tuple[A, B], tuple[A, B], A, A]:
    """The first of a pair; put replaces it. (What `lens(exl(a, b))` puts back is (a, 0), the tangent.)"""

    def run(pair: tuple[A, B]) -> tuple[A, Callable[[A], tuple[A, B]]]:
        old, other = checked("first", pair)
        return old, lambda new: (new, other)

    return Lens("first", (product(a, b), product(a, b)), (a, a), run)


def second(a: type[A], b: type[B]) -> Lens[tuple[A, B], tuple[A, B], B, B]:
    """The second of a pair; put replaces it."""

    def run(pair: tuple[A, B]) -> tuple[B, Callable[[B], tuple[A, B]]]:
        other, old = checked("second", pair)
        return old, lambda new: (other, new)

    return Lens("second", (product(a, b), product(a, b)), (b, b), run)


# The laws of a view: the two sides of an equation (Foster et al. 2007) ------------------------------------------------


def get_put(f: Lens[S, S, A, A], s: S) -> tuple[S, S]:
    """put(s, get(s)) = s: to put back what was there changes nothing."""
    return f.put(s, f.get(s)), s


def put_get(f: Lens[S, S, A, A], s: S, a: A) -> tuple[A, A]:
    """get(put(s, a)) = a: what was put is there."""
    return f.get(f.put(s, a)), a


def put_put(f: Lens[S, S, A, A], s: S, a: A, b: A) -> tuple[S, S]:
    """put(put(s, a), b) = put(s, b): what was put before does not matter."""
    return f.put(f.put(s, a), b), f.put(s, b)


# Errors --------------------------------------------------------------------------------------------------------------


def require_fit(f: object, g: object, cod: Ends[A, B], dom: Ends[C, D]) -> None:
    """Raise `CompositionError` unless f, a lens to `cod`, ends where g, one from `dom`, begins, there and back."""
    (a, b), (c, d) = cod, dom
    asked = f"{shortened(str(f), 200)} >> {shortened(str(g), 200)}"
    if a != c:
        raise misfit(asked, "there, the first ends in", a, "the second begins at", c)
    if b != d:
        raise misfit(asked, "back, the first begins at", b, "the second ends in", d)


def checked(asked: str, pair: tuple[A, B]) -> tuple[A, B]:
    """The pair, if it is one; else raise `SpaceError`."""
    if type(pair) is not tuple or len(pair) != 2:
        raise SpaceError(f"{asked}: wanted a pair, got {describe(pair)}")
    return pair
