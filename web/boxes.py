"""Backpropagation box by box: what each primitive of an arrow makes, what comes back to it, and what it passes on.

This is reverse mode, `D(Dual(Additive()))`, in which primitives tell of themselves. A loop, such as a stack of layers,
tells of the primitives of its body, each time that it goes through them.

>>> from cat_ad import Scalar, dup, mul, sin
>>> value, slope, boxes = backpropagated(sin(Scalar) >> dup(Scalar) >> mul(Scalar), np.asarray(1.0))
>>> [box.arrow.name for box in boxes], wires(boxes, ())
(['sin', 'mul'], [[None], [(0, 0), (0, 0)]])
>>> boxes[1].slope[0] + boxes[1].slope[1] == boxes[0].cotangent           # backward, a dup is an add
np.True_
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from cat_ad.arrows.generators import Primitive, SomeLinear, SomePrimitive
from cat_ad.arrows.terms import SomeArrow
from cat_ad.categories.category import A, AnyHom, B, Hom
from cat_ad.derivatives.chain_rule import D, Differentiable, function, hom
from cat_ad.derivatives.loops import as_loop
from cat_ad.derivatives.loops.in_library import Sloped
from cat_ad.derivatives.loops.steps import Passed, Steps
from cat_ad.linear_maps import additive, dual
from cat_ad.linear_maps.additive import Additive, AdditiveFunction
from cat_ad.linear_maps.dual import Dual, Opposite, turned
from cat_ad.objects.trees import leaves

Tree: TypeAlias = Any  # Any: arrays of any objects, or their tangents


@dataclass
class Box:
    """A primitive where it runs: on the way there its argument and value, and on the way back a cotangent of each."""

    arrow: SomePrimitive
    argument: Tree
    value: Tree
    cotangent: Tree = None
    slope: Tree = None


class Told(D[Opposite[AdditiveFunction]]):
    """Reverse mode that keeps its boxes, in the order in which they run."""

    def __init__(self) -> None:
        """None yet."""
        super().__init__(Dual(Additive()))
        self.boxes = list[Box]()

    def primitive(self, arrow: Primitive[A, B]) -> Hom[Differentiable[Opposite[AdditiveFunction]], A, B]:
        """Value and derivative, and a box of both."""
        if loop := as_loop(arrow):
            return hom(_Steps(loop.body, loop.course, self).within(self.k))
        both = function(super().primitive(arrow))

        def run(a: A) -> tuple[B, Hom[Opposite[AdditiveFunction], A, B]]:
            b, derivative = both(a)
            box, back = Box(arrow, a, b), additive.function(turned(derivative))
            self.boxes.append(box)

            def told(cotangent: Tree) -> Tree:
                box.cotangent, box.slope = cotangent, back(cotangent)
                return box.slope

            return b, dual.hom(additive.hom(told))

        return hom(run)


@dataclass(frozen=True)
class _Steps(Steps):
    """Steps of a loop, read so too; each is passed by itself, even where a library has loops."""

    told: Told

    def within(self, k: SomeLinear) -> Callable[[Tree], tuple[Tree, AnyHom]]:
        """Value and derivative in k, which pulls back."""

        def both(a: Tree) -> tuple[Tree, AnyHom]:
            passed = Passed(self, a)
            return passed.value("pull"), k.linear(passed.push, passed.pull)

        return both

    @cached_property
    def _pulling(self) -> Sloped:
        return function(self.body.to(self.told))


def backpropagated(arrow: SomeArrow, a: Tree) -> tuple[Tree, Tree, list[Box]]:
    """The value of an arrow that ends in a number, its gradient, and its boxes."""
    told = Told()
    b, derivative = function(arrow.to(told))(a)
    one = np.ones((), b.dtype)
    return b, additive.function(turned(derivative))(one), told.boxes


def entries(box: Box) -> dict[str, tuple[Tree, ...]]:
    """What a box makes, its cotangent and those that it passes on, array by array; `None` of one that has none."""
    return {
        "value": tuple(leaves(box.value)),
        "cotangent": tuple(_aligned(box.value, box.cotangent)),
        "slope": tuple(_aligned(box.argument, box.slope)),
    }


def _aligned(x: Tree, tangent: Tree) -> list[Tree]:
    """A tangent for each array of x; where one is zero, `None` for each that it is of."""
    if not isinstance(x, tuple):
        return [tangent]
    inside = [None] * len(x) if tangent is None else tangent
    return [one for part, other in zip(x, inside, strict=True) for one in _aligned(part, other)]


def wires(boxes: Sequence[Box], given: Tree) -> list[list[tuple[int, int] | None]]:
    """For each box, where each array of its argument is from: a box, and which of its arrays; -1 is what was given.

    `None` is a part of one, as a row of the weights of all layers is.
    """
    places = {id(x): (-1, at) for at, x in enumerate(leaves(given))}
    found = list[list[tuple[int, int] | None]]()
    for number, box in enumerate(boxes):
        found.append([places.get(id(x)) for x in leaves(box.argument)])
        places |= {id(x): (number, at) for at, x in enumerate(leaves(box.value))}
    return found
