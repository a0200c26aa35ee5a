"""The category of plain functions: objects are spaces of values, an arrow from A to B is a Python callable.

Calling an arrow reads it here. The brand is static only, so that a hom costs what a function costs.

>>> functions = Functions()
>>> square = hom(lambda x: x * x)
>>> function(functions.compose(functions.fork(square, square), hom(lambda pair: pair[0] + pair[1])))(3)
18
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from cat_ad.categories.brands import branded, inverse_of
from cat_ad.categories.category import A, B, C, D, Hom, Indexed, SomeHom
from cat_ad.categories.indexed import CartesianI, require_family, size_of
from cat_ad.categories.wiring import Wiring, WiringDiagram
from cat_ad.objects.spaces import Dim, Unit
from cat_ad.objects.tangents import row, stacked


class Function:
    """The brand of plain functions: `Hom[Function, A, B]` is a callable from A to B."""


def hom(f: Callable[[A], B]) -> Hom[Function, A, B]:
    """A callable as an arrow of this category."""
    return branded(f)


function = inverse_of(hom)


class Functions(Wiring[Function], CartesianI[Function]):
    """Plain functions, with the product of values as the pair."""

    def id(self, a: type[A]) -> Hom[Function, A, A]:
        """Return the argument."""
        return hom(lambda x: x)

    def compose(self, f: Hom[Function, A, B], g: Hom[Function, B, C]) -> Hom[Function, A, C]:
        """Call f, then g."""
        first, then = function(f), function(g)
        return hom(lambda x: then(first(x)))

    def chain(self, path: Sequence[SomeHom[Function]]) -> SomeHom[Function]:
        """Call each in turn: one frame however long the path."""
        steps = [function(f) for f in path]

        def run(x: object) -> object:
            for step in steps:
                x = step(x)
            return x

        return hom(run)

    def wire(self, diagram: WiringDiagram, boxes: Sequence[SomeHom[Function]]) -> SomeHom[Function]:
        """Call each box in turn: one frame however many."""
        return hom(partial(diagram.run, [function(f) for f in boxes]))

    def cross(self, f: Hom[Function, A, C], g: Hom[Function, B, D]) -> Hom[Function, tuple[A, B], tuple[C, D]]:
        """Call f on the first, g on the second."""
        left, right = function(f), function(g)
        return hom(lambda x: (left(x[0]), right(x[1])))

    def exl(self, a: type[A], b: type[B]) -> Hom[Function, tuple[A, B], A]:
        """Return the first."""
        return hom(lambda x: x[0])

    def exr(self, a: type[A], b: type[B]) -> Hom[Function, tuple[A, B], B]:
        """Return the second."""
        return hom(lambda x: x[1])

    def fork(self, f: Hom[Function, A, B], g: Hom[Function, A, C]) -> Hom[Function, A, tuple[B, C]]:
        """Call both."""
        left, right = function(f), function(g)
        return hom(lambda x: (left(x), right(x)))

    def it(self, a: type[A]) -> Hom[Function, A, Unit]:
        """Return the empty tuple."""
        return hom(lambda x: ())

    def dup(self, a: type[A]) -> Hom[Function, A, tuple[A, A]]:
        """Return the argument twice."""
        return hom(lambda x: (x, x))

    def swap(self, a: type[A], b: type[B]) -> Hom[Function, tuple[A, B], tuple[B, A]]:
        """Exchange."""
        return hom(lambda x: (x[1], x[0]))

    def assoc_l(
        self, a: type[A], b: type[B], c: type[C]
    ) -> Hom[Function, tuple[A, tuple[B, C]], tuple[tuple[A, B], C]]:
        """Associate to the left."""
        return hom(lambda x: ((x[0], x[1][0]), x[1][1]))

    def assoc_r(
        self, a: type[A], b: type[B], c: type[C]
    ) -> Hom[Function, tuple[tuple[A, B], C], tuple[A, tuple[B, C]]]:
        """Associate to the right."""
        return hom(lambda x: (x[0][0], (x[0][1], x[1])))

    def cross_i(self, n: type[Dim], fs: Sequence[Hom[Function, A, B]]) -> SomeHom[Function]:
        """Call each on its row."""
        require_family(n, fs)
        calls = [function(f) for f in fs]
        return hom(lambda x: stacked([call(row(x, i)) for i, call in enumerate(calls)]))

    def ex_i(self, n: type[Dim], a: type[A]) -> Sequence[Hom[Function, Indexed[A], A]]:
        """The rows."""
        return [hom(partial(row, i=i)) for i in range(size_of(n))]

    def repl_i(self, n: type[Dim], a: type[A]) -> Hom[Function, A, Indexed[A]]:
        """The argument in every row."""
        return hom(lambda x: stacked([x] * size_of(n)))
