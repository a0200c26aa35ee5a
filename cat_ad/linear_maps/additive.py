"""Additive functions: a linear map, represented by itself, as a function (Elliott 2018, section 4.4).

`D(Additive())` is forward mode. The zero of every space is `None`, which costs nothing to make, to pass on or to add:
pulling back along `exl` gives `(da, None)` instead of an array of zeros, and an integer has no tangent but `None`.

>>> double = hom(lambda x: 2 * x)
>>> k = Additive()
>>> function(k.join(double, double))((3.0, 4.0))
14.0
>>> function(k.inl(float, float))(5.0)
(5.0, None)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from cat_ad.categories.biproduct import SOME, Linear, Natural
from cat_ad.categories.brands import inverse_of
from cat_ad.categories.category import A, B, C, D, Hom, SomeHom
from cat_ad.categories.wiring import BackWiring, WiringDiagram
from cat_ad.linear_maps.wires import pulled, pushed
from cat_ad.objects.arrays import AnyArray
from cat_ad.objects.spaces import Unit
from cat_ad.objects.tangents import Tangent, plus
from cat_ad.objects.trees import joined, parts


class AdditiveFunction:
    """The brand of additive functions: `Hom[AdditiveFunction, A, B]` is a callable on tangents."""


def hom(f: Callable[[Tangent], Tangent]) -> SomeHom[AdditiveFunction]:
    """A callable as an arrow of this category."""
    return f  # type: ignore[return-value]  # a brand is static: nothing happens at run time


function = inverse_of(hom)


def functions(path: Sequence[SomeHom[AdditiveFunction]]) -> Sequence[Callable[[Tangent], Tangent]]:
    """A path of arrows of this category as the callables that they are."""
    return path  # type: ignore[return-value]  # a brand is static: nothing happens at run time


class Additive(Linear[AdditiveFunction], BackWiring[AdditiveFunction]):
    """Functions with f(0) = 0 and f(u + v) = f(u) + f(v).

    They are not called with zero, `None` or a pair of `None`: what composes them takes zero to zero without a call.
    """

    def id(self, a: type[A]) -> Hom[AdditiveFunction, A, A]:
        """Return the tangent."""
        return hom(lambda u: u)

    def compose(self, f: Hom[AdditiveFunction, A, B], g: Hom[AdditiveFunction, B, C]) -> Hom[AdditiveFunction, A, C]:
        """Call f, then g."""
        first, then = functions((f, g))
        return hom(lambda u: None if (v := first(u)) is None else then(v))

    def chain(self, path: Sequence[SomeHom[AdditiveFunction]]) -> SomeHom[AdditiveFunction]:
        """Call each in turn, in one frame however long the path."""
        steps = functions(path)

        def run(u: Tangent) -> Tangent:
            for step in steps:
                if u is None:
                    return None
                u = step(u)
            return u

        return hom(run)

    def wire(self, diagram: WiringDiagram, boxes: Sequence[SomeHom[AdditiveFunction]]) -> SomeHom[AdditiveFunction]:
        """Push the tangents on all wires through the boxes, in order."""
        return hom(partial(pushed, diagram, functions(boxes)))

    def wire_back(
        self, diagram: WiringDiagram, boxes: Sequence[SomeHom[AdditiveFunction]]
    ) -> SomeHom[AdditiveFunction]:
        """Backpropagation: pull the tangents through the boxes, last to first."""
        return hom(partial(pulled, diagram, functions(boxes)))

    def cross(
        self, f: Hom[AdditiveFunction, A, C], g: Hom[AdditiveFunction, B, D]
    ) -> Hom[AdditiveFunction, tuple[A, B], tuple[C, D]]:
        """f on the first, g on the second."""
        left, right = functions((f, g))

        def each(u: Tangent) -> Tangent:
            v, w = None if u[0] is None else left(u[0]), None if u[1] is None else right(u[1])
            return None if v is None and w is None else (v, w)  # `joined`, without a call at every step

        return hom(each)

    def exl(self, a: type[A], b: type[B]) -> Hom[AdditiveFunction, tuple[A, B], A]:
        """The first of the pair."""
        return hom(lambda u: u[0])

    def exr(self, a: type[A], b: type[B]) -> Hom[AdditiveFunction, tuple[A, B], B]:
        """The second of the pair."""
        return hom(lambda u: u[1])

    def fork(
        self, f: Hom[AdditiveFunction, A, B], g: Hom[AdditiveFunction, A, C]
    ) -> Hom[AdditiveFunction, A, tuple[B, C]]:
        """Both."""
        left, right = functions((f, g))

        def both(u: Tangent) -> Tangent:
            v, w = left(u), right(u)
            return None if v is None and w is None else (v, w)  # as in `cross`

        return hom(both)

    def it(self, a: type[A]) -> Hom[AdditiveFunction, A, Unit]:
        """Zero."""
        return hom(_nothing)

    def swap(self, a: type[A], b: type[B]) -> Hom[AdditiveFunction, tuple[A, B], tuple[B, A]]:
        """Exchange."""
        return hom(lambda u: (u[1], u[0]))

    def assoc_l(
        self, a: type[A], b: type[B], c: type[C]
    ) -> Hom[AdditiveFunction, tuple[A, tuple[B, C]], tuple[tuple[A, B], C]]:
        """Associate to the left."""

        def regroup(u: Tangent) -> Tangent:
            second, third = parts(u[1])
            return joined(joined(u[0], second), third)

        return hom(regroup)

    def assoc_r(
        self, a: type[A], b: type[B], c: type[C]
    ) -> Hom[AdditiveFunction, tuple[tuple[A, B], C], tuple[A, tuple[B, C]]]:
        """Associate to the right."""

        def regroup(u: Tangent) -> Tangent:
            first, second = parts(u[0])
            return joined(first, joined(second, u[1]))

        return hom(regroup)

    def inl(self, a: type[A], b: type[B]) -> Hom[AdditiveFunction, A, tuple[A, B]]:
        """(u, 0)"""
        return hom(lambda u: (u, None))

    def inr(self, a: type[A], b: type[B]) -> Hom[AdditiveFunction, B, tuple[A, B]]:
        """(0, u)"""
        return hom(lambda u: (None, u))

    def join(
        self, f: Hom[AdditiveFunction, A, C], g: Hom[AdditiveFunction, B, C]
    ) -> Hom[AdditiveFunction, tuple[A, B], C]:
        """The sum of f of the first and g of the second."""
        left, right = functions((f, g))
        return hom(lambda u: plus(None if u[0] is None else left(u[0]), None if u[1] is None else right(u[1])))

    def begun(
        self, h: SomeHom[AdditiveFunction], path: Sequence[Natural[AdditiveFunction]]
    ) -> SomeHom[AdditiveFunction]:
        """Call h, once."""
        return self.chain([h, *(f(self.id(SOME)) for f in path)])

    def ended(
        self, h: SomeHom[AdditiveFunction], path: Sequence[Natural[AdditiveFunction]]
    ) -> SomeHom[AdditiveFunction]:
        """Call h, once."""
        return self.chain([*(f(self.id(SOME)) for f in reversed(path)), h])

    def ti(self, a: type[A]) -> Hom[AdditiveFunction, Unit, A]:
        """Zero."""
        return hom(_nothing)

    def zero(self, a: type[A], b: type[B]) -> Hom[AdditiveFunction, A, B]:
        """Zero."""
        return hom(_nothing)

    def scale(self, factor: AnyArray) -> Hom[AdditiveFunction, A, A]:
        """Multiply entry by entry."""
        # No partial(mul, factor): of a large factor that nothing else holds, NumPy takes the memory for the result.
        return lambda u: factor * u  # type: ignore[return-value]  # not by `hom`: this runs at every step

    def linear_map(self, apply: Callable[[A], Tangent], adjoint: Callable[[B], Tangent]) -> Hom[AdditiveFunction, A, B]:
        """The function itself."""
        return apply  # type: ignore[return-value]  # not by `hom`: this runs at every step


def _nothing(u: Tangent) -> None:
    """The zero of every space."""
