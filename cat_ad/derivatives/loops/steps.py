"""A loop on arrays, step by step; its derivative goes through the derivatives of the steps, along or back.

These are kept from when the value was computed, as in a composition. Or, with `keep=k`, only every k-th state is: the
steps of a stretch between two are then computed again, when the derivative comes to it.

>>> import numpy as np
>>> from cat_ad import Dim, Scalar, mul
>>> class N(Dim): ...
>>> product = Steps(mul(Scalar), Course(N, writes=False, state=0, entry=0, output=()))
>>> passed = Passed(product, (1.0, np.array([2.0, 3.0])))
>>> passed.value()
np.float64(6.0)
>>> passed.pull(1.0)
(np.float64(6.0), array([3., 2.]))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from cat_ad.arrows.generators import Residual, SomeLinear
from cat_ad.arrows.terms import SomeArrow
from cat_ad.categories.category import AnyHom
from cat_ad.derivatives.chain_rule import D, function
from cat_ad.derivatives.loops.course import Course, Tree, blank, entries, none_of, stacked
from cat_ad.derivatives.loops.in_library import InLibrary, Sloped, Way
from cat_ad.linear_maps.additive import Additive, functions
from cat_ad.linear_maps.dual import Dual, turned_path
from cat_ad.objects.array_loops import loop_for
from cat_ad.objects.tangents import Tangent, plus
from cat_ad.objects.trees import leaves, tree_map


@dataclass(frozen=True)
class Steps:
    """A body along a dimension, on arrays."""

    body: SomeArrow
    course: Course

    def value(self, a: Tree, call: Callable[[Tree], Tree] | None = None) -> Tree:
        """The last state, and all outputs; where the body is to be read in another way, by calling that."""
        loop, course = loop_for(leaves(a)), self.course
        if loop and not call:
            return InLibrary(self.body, course, loop, self.sloped, a).value()
        p, s, x = course.opened(a)
        s, ys = course.passed(call or self.body.unchecked, p, s, entries(x, course.entry), course.order(course.many(x)))
        return course.result(s, self.outputs(ys, p, s, x))

    def outputs(self, ys: list[Tree], p: Tree, s: Tree, x: Tree) -> Tree:
        """The outputs as arrays. If there are none, the step tells the shapes of those arrays."""
        course = self.course
        if ys or not course.writes:
            return stacked(course.in_order(ys), course.output)
        with np.errstate(all="ignore"):  # only the shapes are wanted
            _, y = course.parted(self.body.unchecked(course.argument(p, s, tree_map(blank, x, course.entry))))
        return tree_map(none_of, stacked([y], course.output), course.output)

    def sloped(self, way: Way) -> Sloped:
        """The body with its derivative, which is read once."""
        return self._pushing if way == "push" else self._pulling

    @cached_property
    def _pushing(self) -> Sloped:
        return function(self.body.to(D(Additive())))

    @cached_property
    def _pulling(self) -> Sloped:
        return function(self.body.to(D(Dual(Additive()))))

    def run(self, a: Tree) -> tuple[Tree, Tree]:
        """The value, and the argument."""
        return self.value(a), a

    def rule(self, a: Tree, kept: Tree, k: SomeLinear) -> AnyHom:
        """The derivative."""
        return self.within(k)(a)[1]

    def within(self, k: SomeLinear) -> Callable[[Tree], tuple[Tree, AnyHom]]:
        """Value and derivative in k."""

        def both(a: Tree) -> tuple[Tree, AnyHom]:
            loop = loop_for(leaves(a))
            passed = InLibrary(self.body, self.course, loop, self.sloped, a) if loop else Passed(self, a)
            found: Any = k.linear(passed.push, passed.pull)  # Any: of many a k it is one of them
            return passed.value("push" if found == passed.push else "pull" if found == passed.pull else None), found

        return both


@dataclass(frozen=True)
class AlongSteps(Residual[Tree, Tree, Tree]):
    """The derivative of a loop: in a k that wants to push only, or to pull only, each step is kept for that."""

    steps: Steps

    def within(self, k: SomeLinear) -> Callable[[Tree], tuple[Tree, AnyHom]]:
        """Value and derivative in k."""
        return self.steps.within(k)


@dataclass
class Passed:
    """A loop that passes along an argument: the state before each stretch, and the derivatives of the steps."""

    steps: Steps
    a: Tree
    marks: list[Tree] = field(default_factory=list)
    kept: dict[tuple[Way, int], list[AnyHom]] = field(default_factory=dict)

    @cached_property
    def stretches(self) -> list[Sequence[int]]:
        """The places, in the stretches that are passed at once."""
        course = self.steps.course
        order = course.order(course.many(course.opened(self.a)[2]))
        size = course.keep or len(order) or 1
        return [order[at : at + size] for at in range(0, len(order), size)]

    def value(self, way: Way | None = None) -> Tree:
        """The value; the derivatives that way are kept, unless only states are."""
        steps, course = self.steps, self.steps.course
        p, s, x = course.opened(self.a)
        row, ys = entries(x, course.entry), list[Tree]()
        for at, places in enumerate(self.stretches):
            self.marks.append(s)
            if way and not course.keep:
                s, more, self.kept[way, at] = self.sloped(way, at)
            else:
                s, more = course.passed(steps.body.unchecked, p, s, row, places)
            ys += more
        return course.result(s, steps.outputs(ys, p, s, x))

    def sloped(self, way: Way, at: int) -> tuple[Tree, list[Tree], list[AnyHom]]:
        """State and outputs along a stretch, and the derivatives of its steps."""
        course, both, slopes = self.steps.course, self.steps.sloped(way), list[AnyHom]()
        p, _, x = course.opened(self.a)

        def call(a: Tree) -> Tree:
            b, slope = both(a)
            slopes.append(slope)
            return b

        s, ys = course.passed(call, p, self.marks[at], entries(x, course.entry), self.stretches[at])
        return s, ys, slopes

    def slopes(self, way: Way, at: int) -> list[AnyHom]:
        """The derivatives along a stretch."""
        if (way, at) in self.kept:
            return self.kept[way, at]
        _, _, slopes = self.sloped(way, at)
        if not self.steps.course.keep:
            self.kept[way, at] = slopes
        return slopes

    def push(self, u: Tangent) -> Tangent:
        """The derivative: tangents along."""
        course = self.steps.course
        dp, ds, dx = course.opened(u)
        row, dys = entries(dx, course.entry), list[Tangent]()
        for at, places in enumerate(self.stretches):
            for i, slope in zip(places, functions(self.slopes("push", at)), strict=True):
                d = course.argument(dp, ds, row(i))
                ds, dy = course.parted(None if d is None else slope(d))
                dys.append(dy)
        return course.result(ds, stacked(course.in_order(dys), course.output))

    def pull(self, v: Tangent) -> Tangent:
        """Its transpose: cotangents back."""
        course = self.steps.course
        ds, dy = course.parted(v)
        dp, row, dxs = None, entries(dy, course.output), list[Tangent]()
        for at, places in [*enumerate(self.stretches)][::-1]:
            for i, slope in zip(places[::-1], functions(turned_path(self.slopes("pull", at))), strict=True):
                d = course.result(ds, row(i))
                more, ds, dx = course.opened(None if d is None else slope(d))
                dp = plus(dp, more)
                dxs.append(dx)
        return course.argument(dp, ds, stacked(course.in_order(dxs[::-1]), course.entry))
