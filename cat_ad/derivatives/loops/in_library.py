"""A loop on arrays of a library that has loops (`cat_ad.objects.array_loops`); its derivatives are such loops too.

A step is run once, on symbols. In JAX only the state before each step is kept, from which the step is computed again
with its derivative; and so it is with `keep`. Where a library `keeps` what a step has made, the derivative of the step
is the one that was found with the value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from cat_ad.arrows.terms import SomeArrow
from cat_ad.categories.category import AnyHom
from cat_ad.derivatives.loops.course import Course, Tree
from cat_ad.linear_maps import additive
from cat_ad.linear_maps.dual import turned
from cat_ad.objects.array_loops import ArrayLoop, Step
from cat_ad.objects.arrays import AnyArray, as_dtype, common, has_tangents, namespace
from cat_ad.objects.tangents import Tangent, plus
from cat_ad.objects.trees import joined, parts, pruned

Way: TypeAlias = Literal["push", "pull"]
Sloped: TypeAlias = Callable[[Tree], tuple[Tree, AnyHom]]  # the body with its derivative, or the transpose of that


@dataclass
class InLibrary:
    """A body along a dimension, on arrays of a library that has this loop, at an argument."""

    body: SomeArrow
    course: Course
    loop: ArrayLoop
    sloped: Callable[[Way], Sloped]
    a: Tree
    states: Tree = ()  # the last, those before each step, and what the steps gave
    found: dict[Way, AnyHom] = field(default_factory=dict)  # the derivative of a step, that was found with the value

    def value(self, way: Way | None = None) -> Tree:
        """The last state, and all outputs. The derivative of a step that way is found with it, if it can be kept."""
        course = self.course
        p, _, x = course.opened(self.a)
        keeps = way and self.loop.keeps and not course.keep
        both = self.sloped(way) if way and keeps else None

        def step(s: Tree, x: Tree) -> tuple[Tree, Tree]:
            a = course.argument(p, s, x)
            if both and way:
                b, self.found[way] = both(a)
            else:
                b = self.body.unchecked(a)
            after, y = course.parted(b)
            return after, (y, s)

        s, (ys, before) = self._scan(step, course.opened(self.a)[1], _in_front(x, course.entry))
        self.states = s, before, ys
        return course.result(s, _behind(ys, course.output))

    def push(self, u: Tangent) -> Tangent:
        """The derivative: tangents along."""
        course = self.course
        (p, _, x), (dp, ds, dx) = course.opened(self.a), course.opened(u)

        def step(ds: Tree, at: Tree) -> tuple[Tree, Tree]:
            s, x, y, dx = at
            d = pruned(course.argument(dp, ds, dx))
            slope = self._slope("push", course.argument(p, s, x))
            return course.parted(_full(course.result(s, y), None if d is None else additive.function(slope)(d)))

        last, before, ys = self.states
        rows = before, _in_front(x, course.entry), ys, _in_front(dx, course.entry)
        ds, dys = self._scan(step, _full(last, ds), rows)
        return pruned(course.result(ds, _behind(dys, course.output)))

    def pull(self, v: Tangent) -> Tangent:
        """Its transpose: cotangents back."""
        course = self.course
        (p, _, x), (ds, dy) = course.opened(self.a), course.parted(v)

        def step(d: Tree, at: Tree) -> tuple[Tree, Tree]:
            (dp, ds), (s, x, dy) = d, at
            a, d = course.argument(p, s, x), pruned(course.result(ds, dy))
            slope = turned(self._slope("pull", a))
            more, ds, dx = course.opened(_full(a, None if d is None else additive.function(slope)(d)))
            return (_full(p, plus(dp, more)), ds), dx

        last, before, _ = self.states
        rows = before, _in_front(x, course.entry), _in_front(dy, course.output)
        (dp, ds), dxs = self._scan(step, (_full(p, None), _full(last, ds)), rows, back=True)
        return pruned(course.argument(dp, ds, _behind(dxs, course.entry)))

    def _slope(self, way: Way, a: Tree) -> AnyHom:
        """The derivative of a step at its argument."""
        return self.found[way] if way in self.found else self.sloped(way)(a)[1]

    def _scan(self, step: Step, s: Tree, rows: Tree, back: bool = False) -> tuple[Tree, Tree]:
        many = self.course.many(self.course.opened(self.a)[2])
        return self.loop.scan(step, s, rows, many, self.course.backwards is not back)


def _in_front(x: Tree, behind: Tree) -> Tree:
    """The axis of the places in front."""
    return _mapped(lambda x, behind: common(x).moveaxis(x, -1 - behind, 0), x, behind)


def _behind(x: Tree, behind: Tree) -> Tree:
    """And in its place again."""

    def moved(x: AnyArray, behind: int) -> AnyArray:
        xp = common(x)
        return x if x.ndim == behind + 1 else xp.asarray(xp.moveaxis(x, 0, -1 - behind), copy=True)

    return _mapped(moved, x, behind)


def _mapped(f: Callable[[AnyArray, int], AnyArray], x: Tree, behind: Tree) -> Tree:
    if isinstance(behind, tuple):
        return (
            joined(*[_mapped(f, *part) for part in zip(parts(x, len(behind)), behind, strict=True)]) if behind else ()
        )
    return None if x is None else f(x, behind)


def _full(like: Tree, u: Tangent) -> Tangent:
    """The tangent with zeros in place of `None`, and in the dtypes of the point; integers have none."""
    if isinstance(like, tuple):
        return tuple(map(_full, like, parts(u, len(like))))
    if not has_tangents(like):
        return None
    return -namespace(like).zeros_like(like) if u is None else as_dtype(u, like.dtype)  # -0.0 + x is x, also of -0.0
