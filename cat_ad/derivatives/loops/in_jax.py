"""A loop on arrays of JAX: `jax.lax.scan` (Bradbury et al. 2018), and so are its derivatives.

Only the state before each step is kept, from which the step is computed again with its derivative.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from cat_ad.arrows.terms import SomeArrow
from cat_ad.derivatives.chain_rule import D, function
from cat_ad.derivatives.loops.course import Course, Tree
from cat_ad.linear_maps import additive
from cat_ad.linear_maps.additive import Additive
from cat_ad.linear_maps.dual import Dual, turned
from cat_ad.objects.arrays import AnyArray, as_dtype, common, has_tangents, namespace
from cat_ad.objects.tangents import Tangent, plus
from cat_ad.objects.trees import joined, parts, pruned


@dataclass(frozen=True)
class InJAX:
    """A body along a dimension, on arrays of JAX."""

    body: SomeArrow
    course: Course

    def value(self, a: Tree) -> Tree:
        """The last state, and all outputs."""
        return self.value_and_states(a)[0]

    def value_and_states(self, a: Tree) -> tuple[Tree, Tree]:
        """The value, and the states."""
        p, s, x = self.course.opened(a)

        def step(s: Tree, x: Tree) -> tuple[Tree, Tree]:
            after, y = self.course.parted(self.body.unchecked(self.course.argument(p, s, x)))
            return after, (y, s)

        rows = _in_front(x, self.course.entry)
        s, (ys, states) = self._scan(step, s, rows, self.course.many(x), self.course.backwards)
        return self.course.result(s, _behind(ys, self.course.output)), (s, states)

    def push(self, a: Tree, states: Tree, u: Tangent) -> Tangent:
        """The derivative: tangents along."""
        course, run = self.course, function(self.body.to(D(Additive())))
        (p, _, x), (dp, ds, dx) = course.opened(a), course.opened(u)

        def step(ds: Tree, at: Tree) -> tuple[Tree, Tree]:
            s, x, dx = at
            b, f = run(course.argument(p, s, x))
            d = pruned(course.argument(dp, ds, dx))
            return course.parted(_full(b, None if d is None else additive.function(f)(d)))

        rows = states[1], _in_front(x, course.entry), _in_front(dx, course.entry)
        ds, dys = self._scan(step, _full(states[0], ds), rows, course.many(x), course.backwards)
        return pruned(course.result(ds, _behind(dys, course.output)))

    def pull(self, a: Tree, states: Tree, v: Tangent) -> Tangent:
        """Its transpose: cotangents back."""
        course, run = self.course, function(self.body.to(D(Dual(Additive()))))
        (p, _, x), (ds, dy) = course.opened(a), course.parted(v)

        def step(d: Tree, at: Tree) -> tuple[Tree, Tree]:
            (dp, ds), (s, x, dy) = d, at
            a = course.argument(p, s, x)
            _, f = run(a)
            d = pruned(course.result(ds, dy))
            more, ds, dx = course.opened(_full(a, None if d is None else additive.function(turned(f))(d)))
            return (_full(p, plus(dp, more)), ds), dx

        rows = states[1], _in_front(x, course.entry), _in_front(dy, course.output)
        start = _full(p, None), _full(states[0], ds)
        (dp, ds), dxs = self._scan(step, start, rows, course.many(x), not course.backwards)
        return pruned(course.argument(dp, ds, _behind(dxs, course.entry)))

    def _scan(self, step: Callable[..., Tree], s: Tree, rows: Tree, many: int, backwards: bool) -> tuple[Tree, Tree]:
        """`jax.lax.scan`, from a state of the dtypes that it has after a step."""
        jax: Any = import_module("jax")  # Any: it may not be installed
        row = jax.tree.map(lambda x: jax.ShapeDtypeStruct(x.shape[1:], x.dtype), rows)
        after = jax.eval_shape(lambda s, row: step(s, row)[0], s, row)
        s = jax.tree.map(lambda x, like: jax.numpy.broadcast_to(jax.numpy.astype(x, like.dtype), like.shape), s, after)
        found: tuple[Tree, Tree] = jax.lax.scan(step, s, rows, length=many, reverse=backwards)
        return found


def _in_front(x: Tree, behind: Tree) -> Tree:
    """The axis of the places in front."""
    return _mapped(lambda x, behind: common(x).moveaxis(x, -1 - behind, 0), x, behind)


def _behind(x: Tree, behind: Tree) -> Tree:
    """And in its place again."""
    return _mapped(lambda x, behind: common(x).moveaxis(x, 0, -1 - behind), x, behind)


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
    return namespace(like).zeros_like(like) if u is None else as_dtype(u, like.dtype)
