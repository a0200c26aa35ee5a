"""Partial derivatives: an arrow of two arguments, differentiated along the first. The second counts as constant.

    derivative of along_first(f) at (p, a)   =   (id * 0) ; derivative of f at (p, a)

A loss depends on parameters and data, and learning takes its slope in the parameters alone. Where a primitive has
arguments of both kinds, and states its derivative as a join of a map along each, a law says which of these are needed:

    (id * 0) ; (f | g)  =  f | 0

So g is never run. Nor is what comes before it, if that depends on the data alone.

>>> from cat_ad import Scalar, mul, reverse_cost
>>> reverse_cost(mul(Scalar)).multiplications, reverse_cost(along_first(mul(Scalar))).multiplications
(3, 2)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any, TypeAlias

from cat_ad.arrows.generators import Primitive, Residual, SomePrimitive
from cat_ad.arrows.parametrised import P
from cat_ad.arrows.sharing import Machine
from cat_ad.arrows.structure import identity
from cat_ad.arrows.terms import Arrow, SomeArrow, Wired
from cat_ad.categories.category import A, B
from cat_ad.categories.wiring import Wires, each_wire
from cat_ad.objects.spaces import factors, is_array, kind
from cat_ad.objects.trees import Tree

Varies: TypeAlias = "bool | tuple[Varies, Varies]"  # do all arrays of an object vary, or none, or those of its factors?
Map: TypeAlias = Any  # Any: a linear map of any category, between any objects
Maps: TypeAlias = Any  # Any: a category of them


def along_first(f: Arrow[tuple[P, A], B]) -> Arrow[tuple[P, A], B]:
    """The same function, whose derivative takes the second argument for a constant."""
    machine = Machine[SomeArrow]()
    diagram, boxes = machine.diagram(f.dom, f.trace)
    if not isinstance(diagram.ins, tuple) or not diagram.ins:
        return f
    _, second = diagram.ins
    constant = {wire for wire in each_wire(second) if _has_tangents(diagram.spaces[wire])}
    if not constant:
        return f

    def varies(wires: Wires) -> Varies:
        if isinstance(wires, int):
            return wires not in constant
        found = [varies(part) for part in wires]
        if len(found) != 2:  # joins are of two: of other products, all varies if anything does
            return not found or any(part is not False for part in found)
        left, right = found
        return left if left is right else (left, right)

    partial = list[SomeArrow]()
    for (ins, outs), box in zip(diagram.boxes, boxes, strict=True):
        varying = varies(ins)
        if varying is False:
            constant.update(wire for wire in each_wire(outs) if _has_tangents(diagram.spaces[wire]))
        partial.append(box if varying is True or not isinstance(box, Primitive) else _along(box, varying))
    p, a = factors(f.dom)
    held: SomeArrow = Primitive(a, a, "held", lambda x: x, lambda x, y, k: k.zero(a, a))  # for what no primitive uses
    start: SomeArrow = identity(p) * held
    return start >> Wired(f.dom, f.cod, diagram, partial)


def _has_tangents(space: type) -> bool:
    return kind(space) == "Float" if is_array(space) else any(map(_has_tangents, factors(space)))


def _along(p: SomePrimitive, varies: Varies) -> SomePrimitive:
    """A primitive whose derivative is that along those arguments that vary."""
    stated = p.derivative

    def derivative(a: Tree, b: Tree, k: Maps) -> Map:
        joins: Maps = _Joins(k)
        return k.zero(p.dom, p.cod) if varies is False else joins.along(stated(a, b, joins), varies, p.dom, p.cod)

    if varies is False or not isinstance(stated, Residual):
        return Primitive(p.dom, p.cod, p.name, p.value, derivative)
    return Primitive(p.dom, p.cod, p.name, p.value, _Along(stated.run, stated.rule, p, stated, varies))


@dataclass(frozen=True)
class _Along(Residual[Tree, Tree, Tree]):
    """A derivative that keeps something of the value, along those arguments that vary."""

    p: SomePrimitive
    stated: Residual[Tree, Tree, Tree]
    varies: Varies

    def within(self, k: Maps) -> Callable[[Tree], tuple[Tree, Map]]:
        """Value and derivative in k."""
        joins: Maps = _Joins(k)
        both = self.stated.within(joins)

        def run(a: Tree) -> tuple[Tree, Map]:
            b, f = both(a)
            return b, joins.along(f, self.varies, self.p.dom, self.p.cod)

        return run


@dataclass(frozen=True)
class _Join:
    """A join that is not made yet."""

    left: Map
    right: Map


def plain(k: Maps) -> Maps:
    """The category itself, of one that remembers joins."""
    return k.k if isinstance(k, _Joins) else k


class _Joins:
    """A category of linear maps that remembers joins, and keeps them by the laws of composition."""

    def __init__(self, k: Maps) -> None:
        self.k = k

    def join(self, f: Map, g: Map) -> Map:
        """To be made later."""
        return _Join(f, g)

    def jam(self, a: type) -> Map:
        """jam = id | id"""
        return _Join(self.k.id(a), self.k.id(a))

    def compose(self, f: Map, g: Map) -> Map:
        """(f | g) ; h = (f ; h) | (g ; h)"""
        if isinstance(f, _Join):
            return _Join(self.compose(f.left, g), self.compose(f.right, g))
        return self.k.compose(f, self.made(g))

    def chain(self, path: list[Map]) -> Map:
        """One after another."""
        return reduce(self.compose, path)

    def made(self, f: Map) -> Map:
        """The map, or maps, with all joins made."""
        if isinstance(f, _Join):
            return self.k.join(self.made(f.left), self.made(f.right))
        return [self.made(part) for part in f] if isinstance(f, list) else f

    def along(self, f: Map, varies: Varies, a: type, b: type) -> Map:
        """f from A to B, after zero on what does not vary."""
        if varies is True:
            return self.made(f)
        if varies is False:
            return self.k.zero(a, b)
        if not isinstance(f, _Join):
            return self.k.compose(self.kept(varies, a), f)
        sides = zip((f.left, f.right), varies, factors(a), strict=True)
        return self.k.join(*[self.along(side, part, space, b) for side, part, space in sides])

    def kept(self, varies: Varies, a: type) -> Map:
        """From A to itself: identity on what varies, zero on the rest."""
        if isinstance(varies, bool):
            return self.k.id(a) if varies else self.k.zero(a, a)
        return self.k.cross(*[self.kept(part, space) for part, space in zip(varies, factors(a), strict=True)])

    def __getattr__(self, name: str) -> Callable[..., Map]:
        """All else is as in that category."""
        operation = getattr(self.k, name)
        return lambda *arguments: operation(*[self.made(f) for f in arguments])
