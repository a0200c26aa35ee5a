"""Lifting an arrow over one more axis: the functor behind `each`.

`Lift(N)` is a functor from the free cartesian category to itself. Structure is kept, and a primitive, which acts on
the last axes of arrays and lets leading ones through, is itself again between larger objects. One thing needs care:
not every array must have the new axis. Parameters are shared by all examples of a batch, and a constant is the same
for all. So a hom of `Lift(N)` is a function: told which arrays of the domain are lifted, it returns an arrow, and which
arrays of its codomain are; just as a hom of D(k) is a function from a value to a value and an arrow.

A primitive of which only some arguments are lifted may say what it does then (`LiftRule`): a matrix product only adds
an index. Otherwise the others are spread over the new axis first.

>>> from cat_ad import dot
>>> from cat_ad.arrows.printing import describe
>>> class I(Dim): ...
>>> class N(Dim): ...
>>> describe(lift(N, dot(I), (True, False)))
'dot: tuple[Float[N, I], Float[I]] -> Float[N]'
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeAlias

from cat_ad.arrows.generators import Lifted, Primitive
from cat_ad.arrows.products import Pairing, Regroup
from cat_ad.arrows.sharing import Machine
from cat_ad.arrows.spreading import over, settled, spread, spread_result
from cat_ad.arrows.structure import assoc_l, assoc_r, dup, exl, exr, identity, it, swap
from cat_ad.arrows.terms import SomeArrow, Wired
from cat_ad.categories.brands import branded, inverse_of
from cat_ad.categories.category import A, B, C, D, Hom, SomeHom
from cat_ad.categories.wiring import Value, Wires, Wiring, WiringDiagram
from cat_ad.objects.spaces import Dim, Unit, has_arrays
from cat_ad.objects.trees import joined, parts

Reading: TypeAlias = Callable[[Lifted], tuple[SomeArrow, Lifted]]


class Lifting:
    """The brand of `Lift(N)`: its homs are callables from `Lifted` to an arrow and `Lifted`."""


def hom(f: Reading) -> SomeHom[Lifting]:
    """A reading as an arrow of this category."""
    return branded(f)


function = inverse_of(hom)


class Lift(Wiring[Lifting]):
    """The functor that adds an axis."""

    def __init__(self, dim: type[Dim]) -> None:
        """`dim` is the new axis."""
        self.dim = dim

    def id(self, a: type[A]) -> Hom[Lifting, A, A]:
        """The identity of the lifted object."""
        return hom(lambda lifted: (identity(over(self.dim, a, lifted)), lifted))

    def compose(self, f: Hom[Lifting, A, B], g: Hom[Lifting, B, C]) -> Hom[Lifting, A, C]:
        """What f leaves lifted is what g finds lifted."""
        first, then = function(f), function(g)

        def read(lifted: Lifted) -> tuple[SomeArrow, Lifted]:
            left, between = first(lifted)
            right, after = then(between)
            return left >> right, after

        return hom(read)

    def wire(self, diagram: WiringDiagram, boxes: Sequence[SomeHom[Lifting]]) -> SomeHom[Lifting]:
        """Each box over the axis of those of its wires that are lifted, joined as before."""

        def read(lifted: Lifted) -> tuple[SomeArrow, Lifted]:
            machine, dom = Machine[SomeArrow](), over(self.dim, diagram.object_of(diagram.ins), lifted)
            ins = machine.fresh(dom)
            wires, on = diagram.frame(ins), diagram.frame(_apart(diagram.ins, lifted))
            for box, (take, put, _), (arguments, results) in zip(boxes, diagram.steps, diagram.boxes, strict=True):
                arrow, after = function(box)(_together(arguments, take(on)))
                put(wires, machine.apply(arrow.trace, take(wires)))
                put(on, _apart(results, after))
            outs, after = diagram.end(wires), _together(diagram.outs, diagram.end(on))
            cod = over(self.dim, diagram.object_of(diagram.outs), after)
            return Wired(dom, cod, *machine.between(ins, outs)), after

        return hom(read)

    def cross(self, f: Hom[Lifting, A, C], g: Hom[Lifting, B, D]) -> Hom[Lifting, tuple[A, B], tuple[C, D]]:
        """Each on its side."""

        def read(lifted: Lifted) -> tuple[SomeArrow, Lifted]:
            on_left, on_right = parts(lifted)
            left, after_left = function(f)(on_left)
            right, after_right = function(g)(on_right)
            return left * right, joined(after_left, after_right)

        return hom(read)

    def exl(self, a: type[A], b: type[B]) -> Hom[Lifting, tuple[A, B], A]:
        """exl of the lifted objects."""
        return hom(lambda m: (exl(over(self.dim, a, parts(m)[0]), over(self.dim, b, parts(m)[1])), parts(m)[0]))

    def exr(self, a: type[A], b: type[B]) -> Hom[Lifting, tuple[A, B], B]:
        """exr of the lifted objects."""
        return hom(lambda m: (exr(over(self.dim, a, parts(m)[0]), over(self.dim, b, parts(m)[1])), parts(m)[1]))

    def fork(self, f: Hom[Lifting, A, B], g: Hom[Lifting, A, C]) -> Hom[Lifting, A, tuple[B, C]]:
        """Both."""

        def read(lifted: Lifted) -> tuple[SomeArrow, Lifted]:
            left, after_left = function(f)(lifted)
            right, after_right = function(g)(lifted)
            return left & right, joined(after_left, after_right)

        return hom(read)

    def it(self, a: type[A]) -> Hom[Lifting, A, Unit]:
        """it of the lifted object."""
        return hom(lambda lifted: (it(over(self.dim, a, lifted)), True))

    def dup(self, a: type[A]) -> Hom[Lifting, A, tuple[A, A]]:
        """dup of the lifted object."""
        return hom(lambda lifted: (dup(over(self.dim, a, lifted)), joined(lifted, lifted)))

    def swap(self, a: type[A], b: type[B]) -> Hom[Lifting, tuple[A, B], tuple[B, A]]:
        """swap of the lifted objects."""

        def read(lifted: Lifted) -> tuple[SomeArrow, Lifted]:
            left, right = parts(lifted)
            return swap(over(self.dim, a, left), over(self.dim, b, right)), joined(right, left)

        return hom(read)

    def assoc_l(self, a: type[A], b: type[B], c: type[C]) -> Hom[Lifting, tuple[A, tuple[B, C]], tuple[tuple[A, B], C]]:
        """assoc_l of the lifted objects."""

        def read(lifted: Lifted) -> tuple[SomeArrow, Lifted]:
            first, (second, third) = parts(lifted)[0], parts(parts(lifted)[1])
            objects = over(self.dim, a, first), over(self.dim, b, second), over(self.dim, c, third)
            return assoc_l(*objects), joined(joined(first, second), third)

        return hom(read)

    def assoc_r(self, a: type[A], b: type[B], c: type[C]) -> Hom[Lifting, tuple[tuple[A, B], C], tuple[A, tuple[B, C]]]:
        """assoc_r of the lifted objects."""

        def read(lifted: Lifted) -> tuple[SomeArrow, Lifted]:
            (first, second), third = parts(parts(lifted)[0]), parts(lifted)[1]
            objects = over(self.dim, a, first), over(self.dim, b, second), over(self.dim, c, third)
            return assoc_r(*objects), joined(first, joined(second, third))

        return hom(read)

    def primitive(self, arrow: Primitive[A, B]) -> Hom[Lifting, A, B]:
        """The same primitive between larger objects."""

        def read(lifted: Lifted) -> tuple[SomeArrow, Lifted]:
            lifted = settled(arrow.dom, lifted)
            if lifted is False:
                return arrow, False
            loops = (self.dim, *arrow.loops)
            if isinstance(lifted, tuple) and isinstance(arrow, Pairing):  # which moves arrays, lifted or not
                regroup: Regroup = arrow.value
                after: Lifted = regroup(lifted)
                dom, cod = over(self.dim, arrow.dom, lifted), over(self.dim, arrow.cod, after)
                return replace(arrow, dom=dom, cod=cod, loops=loops, made_of=None), after
            by_rule = arrow.lift(self.dim, lifted) if arrow.lift else None
            if by_rule is not None:
                return (replace(by_rule, loops=loops) if isinstance(by_rule, Primitive) else by_rule), True
            dom, cod = over(self.dim, arrow.dom, True), over(self.dim, arrow.cod, True)
            parts = arrow.parts and partial(_parts, self.dim, arrow.parts)
            # `lift` spoke of the smaller; with other functions, it is the same operation
            larger = replace(arrow, dom=dom, cod=cod, lift=None, loops=loops, parts=parts, made_of=None)
            return (larger if lifted is True else spread(self.dim, arrow.dom, lifted) >> larger), True

        return hom(read)


def _apart(wires: Wires, lifted: Lifted) -> Value:  # for each wire of the bundle what is lifted of it
    """What is lifted, for each wire."""
    if isinstance(wires, int):
        return lifted
    if not wires:
        return ()
    left, right = wires
    on_left, on_right = parts(lifted)
    return _apart(left, on_left), _apart(right, on_right)


def _together(wires: Wires, lifted: Value) -> Lifted:
    """What is lifted of a bundle, from what is lifted of each wire."""
    if isinstance(wires, int):
        found: Lifted = lifted
        return found
    return joined(*[_together(*part) for part in zip(wires, lifted, strict=True)]) if wires else True


def _parts(dim: type[Dim], parts: Callable[[], SomeArrow]) -> SomeArrow:
    return lift(dim, parts(), True)


def lift(dim: type[Dim], f: SomeArrow, lifted: Lifted) -> SomeArrow:
    """f over the axis `dim` of those arrays of its domain that are lifted; all of its codomain is."""
    arrow, after = function(f.to(Lift(dim)))(lifted)
    if settled(f.cod, after) is True or not has_arrays(f.cod):
        return arrow
    return spread_result(dim, arrow, lifted, f.cod, after)
