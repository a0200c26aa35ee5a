"""Loops: one arrow along all entries of an axis, with a state that goes from each to the next.

A body from state and entry to state and output becomes an arrow from a state and all entries to the last state and all
outputs. Shared by all steps may be an argument that does not change, such as parameters:

    body: tuple[P, tuple[S, X]] -> tuple[S, Y]      loop: tuple[P, tuple[S, N X]] -> tuple[S, N Y]

P may be missing, and so may X and Y. The derivative at a point is a loop too: tangents go along, and cotangents back,
through the derivative of each step. On arrays of NumPy that of each step is kept from when the value was computed, as
in a composition; or, to save memory, only the state at every few steps (`keep`), from which the steps between are
computed again. On arrays of JAX all of these are `jax.lax.scan`, which keeps the states, and computes each step again.

>>> import numpy as np
>>> from cat_ad import Dim, Scalar, add, dup, reverse
>>> class N(Dim): ...
>>> sums = loop("sums", add(Scalar) >> dup(Scalar), Course(N))
>>> sums
sums: tuple[Scalar, Float[N]] -> tuple[Scalar, Float[N]]
>>> sums(0.0, np.array([1.0, 2.0, 3.0]))
(np.float64(6.0), array([1., 3., 6.]))
>>> reverse(sums)((0.0, np.array([1.0, 2.0, 3.0])))[1]((1.0, np.zeros(3)))
(np.float64(1.0), array([1., 1., 1.]))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from importlib import import_module
from typing import Any, TypeAlias

import numpy as np

from cat_ad.arrows.elements import Element, Elements, arrow_of, image, variables
from cat_ad.arrows.elements import leaves as elements_in
from cat_ad.arrows.generators import Lifted, Primitive, Residual, SomeLinear, SomePrimitive
from cat_ad.arrows.lifting import lift
from cat_ad.arrows.operations import Operation
from cat_ad.arrows.spreading import copies, over, settled
from cat_ad.arrows.terms import SomeArrow
from cat_ad.categories.category import AnyHom
from cat_ad.derivatives.chain_rule import D, function
from cat_ad.errors import SpaceError
from cat_ad.linear_maps import additive
from cat_ad.linear_maps.additive import Additive
from cat_ad.linear_maps.dual import Dual, turned
from cat_ad.objects.arrays import AnyArray, as_dtype, common, has_tangents, namespace, of_jax
from cat_ad.objects.spaces import (
    UNIT,
    Dim,
    dimensions,
    factors,
    is_array,
    leading,
    of_kind,
    product,
    products,
)
from cat_ad.objects.tangents import Tangent, plus
from cat_ad.objects.trees import joined, leaves, parts, pruned, tree_map, tree_of

Tree: TypeAlias = Any  # Any: values, tangents, objects or elements of a product; or what there is one of for each array
Call: TypeAlias = Callable[[Tree], Tree]

Slope: TypeAlias = Callable[[Tangent], Tangent]
Slopes: TypeAlias = Callable[[Tree], tuple[Tree, Slope]]  # the body, and its derivative there

LOOP = Operation("loop")


@dataclass(frozen=True)
class Course:
    """How a loop goes: along which dimension, and what it takes and gives.

    `state`, `entry` and `output` say of each array how many of its axes are behind that dimension. `times` is how often
    it goes where there are no entries; `None` for the size of the dimension. It may go from the end to the beginning.
    """

    n: type[Dim]
    shares: bool = False
    reads: bool = True
    writes: bool = True
    backwards: bool = False
    times: int | None = None
    keep: int | None = None
    state: Tree = None
    entry: Tree = None
    output: Tree = None

    def opened(self, a: Tree) -> tuple[Tree, Tree, Tree]:
        """What is shared, the state, and entries, of an argument; () for what there is not."""
        p, a = parts(a) if self.shares else ((), a)
        s, x = parts(a) if self.reads else (a, ())
        return p, s, x

    def argument(self, p: Tree, s: Tree, x: Tree) -> Tree:
        """The inverse."""
        inside = joined(s, x) if self.reads else s
        return joined(p, inside) if self.shares else inside

    def parted(self, b: Tree) -> tuple[Tree, Tree]:
        """State and outputs of a result."""
        s, y = parts(b) if self.writes else (b, ())
        return s, y

    def result(self, s: Tree, y: Tree) -> Tree:
        """The inverse."""
        return joined(s, y) if self.writes else s

    def objects(self, body: SomeArrow) -> tuple[type, type, type, type]:
        """The objects of what is shared, of the state, of an entry, and of an output, of a body."""
        p, rest = factors(body.dom) if self.shares else (UNIT, body.dom)
        s, x = factors(rest) if self.reads else (rest, UNIT)
        return p, s, x, factors(body.cod)[1] if self.writes else UNIT

    def between(self, p: type, s: type, x: type, y: type) -> tuple[type, type]:
        """The objects between which such a body, or loop, is."""
        inside = product(s, x) if self.reads else s
        return product(p, inside) if self.shares else inside, product(s, y) if self.writes else s

    def many(self, x: Tree) -> int:
        """How often it goes along these entries."""
        for array, behind in zip(leaves(x), leaves(self.entry), strict=False):
            return int(array.shape[-1 - behind])
        found = self.n.size if self.times is None else self.times
        assert found is not None, "the loop has a length"
        return found

    def passed(
        self, call: Call, p: Tree, s: Tree, row: Callable[[int], Tree], places: Iterable[int]
    ) -> tuple[Tree, list[Tree]]:
        """The state after these places, and the output at each, by calling a body."""
        ys = list[Tree]()
        for i in places:
            s, y = self.parted(call(self.argument(p, s, row(i))))
            ys.append(y)
        return s, ys

    def row(self, x: Tree, i: int) -> Tree:
        """The entry in place i."""
        return _row(x, self.entry, i)

    def outputs(self, ys: list[Tree]) -> Tree:
        """Outputs as arrays: given in the order in which they were made."""
        return _stacked(ys[:: -1 if self.backwards else 1], self.output)

    def order(self, many: int) -> Sequence[int]:
        """The places, as it goes along them."""
        return range(many)[:: -1 if self.backwards else 1]


def along(n: type[Dim], space: type, behind: Tree) -> type:
    """The object with a dimension more in each array, which has so many axes behind it."""
    if not is_array(space):
        return products(*[along(n, part, places) for part, places in zip(factors(space), behind, strict=True)])
    dims = dimensions(space)
    at = len(dims) - behind
    return of_kind(space, *dims[:at], n, *dims[at:])


def axes(space: type) -> Tree:
    """How many axes each array of an object has: as many as are behind a dimension that is put before all."""
    return tree_map(lambda array: len(dimensions(array)), tree_of(space))


@dataclass(frozen=True)
class Body:
    """The body of a loop, which equals another if it is the same arrow."""

    arrow: SomeArrow


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Loop(Primitive[Any, Any]):
    """A body along a dimension."""

    body: SomeArrow
    course: Course


def as_loop(p: SomePrimitive) -> Loop | None:
    """The primitive, if it is a loop, and no copy with a function of its own."""
    return p if isinstance(p, Loop) and p.operation is LOOP else None


def loop(name: str, body: SomeArrow, course: Course) -> Loop:
    """The loop of a body. Raises `SpaceError` if the body leaves the state in another object."""
    p, s, x, y = course.objects(body)
    after = factors(body.cod)[0] if course.writes else body.cod
    if after != s:
        raise SpaceError(f"{name}: wanted a state in {s}, as before the step, got {after}")
    if course.state is None:  # else it is one that has been lifted
        course = replace(course, state=axes(s), entry=axes(x), output=axes(y))
    dom, cod = course.between(p, s, along(course.n, x, course.entry), along(course.n, y, course.output))
    steps = Steps(body, course)
    return Loop(
        *(dom, cod, name, steps.value, AlongSteps(steps.run, steps.rule, steps)),
        lift=lambda dim, lifted: _lifted(name, body, course, dim, lifted),
        operation=LOOP,
        parameters=(Body(body), course),
        body=body,
        course=course,
    )


def loop_on_elements(
    name: str, course: Course, f: Callable[[Any, Any, Any], tuple[Elements, Elements]], p: type, s: type, x: type
) -> Loop:
    """The loop of a function of elements: of what is shared, state and entry, to state and output."""
    given = [variables(space) for space in (p, s, x)]
    return loop(name, arrow_of(course.result(*f(*given)), course.argument(*given)), course)


def _lifted(name: str, body: SomeArrow, course: Course, dim: type[Dim], lifted: Lifted) -> SomeArrow:
    """The loop over one more axis. The state has it too, since it depends on all else."""
    p, s, x = course.opened(lifted)
    larger = loop(name, lift(dim, body, course.argument(p, True, x)), course)
    _, state, _, _ = course.objects(body)
    if settled(state, s) == settled(state, True):
        return larger
    small = loop(name, body, course).dom
    given = variables(over(dim, small, lifted))
    long = next(one for one, on in zip(elements_in(given), _flags(small, lifted), strict=True) if on)
    p_here, s_here, x_here = course.opened(given)
    flags = iter(_flags(state, s))
    spread = tree_map(lambda one: one if next(flags) else _spread(dim, long, one), s_here)
    return arrow_of(image(larger, course.argument(p_here, spread, x_here)), given)


def _spread(dim: type[Dim], long: Element, x: Element) -> Element:
    """Copies of x over a new axis in front, the first that `long` has."""
    rank, larger = len(dimensions(x.space)), leading(dim, x.space)
    return Element(larger, copies(dim, -len(dimensions(long.space)), rank, long.space, x.space, larger), (long, x))


def _flags(space: type, lifted: Lifted) -> list[bool]:
    """Whether it is lifted, for each array of an object."""
    if is_array(space):
        return [bool(lifted)]
    inside = factors(space)
    return [flag for part, on in zip(inside, parts(lifted, len(inside)), strict=True) for flag in _flags(part, on)]


# On arrays -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Steps:
    """A body along a dimension, on arrays."""

    body: SomeArrow
    course: Course

    def value(self, a: Tree) -> Tree:
        """The last state, and all outputs."""
        if any(map(of_jax, leaves(a))):
            return InJAX(self.body, self.course).value(a)
        p, s, x = self.course.opened(a)
        many = self.course.many(x)
        s, ys = self.course.passed(self.body.unchecked, p, s, partial(self.course.row, x), self.course.order(many))
        return self.course.result(s, self.collected(ys, p, s, x))

    def collected(self, ys: list[Tree], p: Tree, s: Tree, x: Tree) -> Tree:
        """The outputs, in order of their places, as arrays."""
        course = self.course
        if ys or not course.writes:
            return course.outputs(ys)
        blank = tree_map(lambda array, behind: _blank(array, behind), x, course.entry)
        with np.errstate(all="ignore"):  # only the shapes are wanted
            _, y = course.parted(self.body.unchecked(course.argument(p, s, blank)))
        return tree_map(lambda array, behind: _none_of(array, behind), _stacked([y], course.output), course.output)

    @cached_property
    def sloped(self) -> dict[str, Slopes]:
        """The body with its derivative, and with the transpose of that."""
        there, back = function(self.body.to(D(Additive()))), function(self.body.to(D(Dual(Additive()))))

        def push(a: Tree) -> tuple[Tree, Slope]:
            b, slope = there(a)
            return b, additive.function(slope)

        def pull(a: Tree) -> tuple[Tree, Slope]:
            b, slope = back(a)
            return b, additive.function(turned(slope))

        return {"push": push, "pull": pull}

    def run(self, a: Tree) -> tuple[Tree, Tree]:
        """The value, and the argument."""
        return self.value(a), a

    def rule(self, a: Tree, kept: Tree, k: SomeLinear) -> AnyHom:
        """The derivative."""
        return self.within(k)(a)[1]

    def within(self, k: SomeLinear) -> Callable[[Tree], tuple[Tree, AnyHom]]:
        """Value and derivative in k."""

        def both(a: Tree) -> tuple[Tree, AnyHom]:
            if any(map(of_jax, leaves(a))):
                there = InJAX(self.body, self.course)
                b, states = there.value_and_states(a)
                return b, k.linear(lambda u: there.push(a, states, u), lambda v: there.pull(a, states, v))
            passed = Passed(self, a)
            found: Any = k.linear(passed.push, passed.pull)
            passed.known = "push" if found == passed.push else "pull" if found == passed.pull else None
            return passed.value(), found

        return both


@dataclass(frozen=True)
class AlongSteps(Residual[Any, Any, Any]):
    """The derivative of a loop: in a k that wants to push only, or to pull only, each step is kept for that."""

    steps: Steps

    def within(self, k: SomeLinear) -> Callable[[Tree], tuple[Tree, AnyHom]]:
        """Value and derivative in k."""
        return self.steps.within(k)


@dataclass
class Passed:
    """A loop that has passed along an argument: the state at some places, and the derivatives of the steps."""

    steps: Steps
    a: Tree
    known: str | None = None  # the way for which derivatives are kept as the value is computed
    marks: list[Tree] = field(default_factory=list)  # the state before each stretch
    kept: dict[tuple[str, int], list[Slope]] = field(default_factory=dict)  # the derivatives along each stretch

    @cached_property
    def stretches(self) -> list[Sequence[int]]:
        """The places, in the stretches that are passed at once."""
        course = self.steps.course
        order = course.order(course.many(course.opened(self.a)[2]))
        size = course.keep or len(order) or 1
        return [order[at : at + size] for at in range(0, len(order), size)]

    def value(self) -> Tree:
        """The value; on the way, what is kept is kept."""
        steps, course = self.steps, self.steps.course
        p, s, x = course.opened(self.a)
        ys = list[Tree]()
        for at, places in enumerate(self.stretches):
            self.marks.append(s)
            if self.known and not course.keep:
                s, more, self.kept[self.known, at] = self.sloped(self.known, at)
            else:
                s, more = course.passed(steps.body.unchecked, p, s, partial(course.row, x), places)
            ys += more
        return course.result(s, steps.collected(ys, p, s, x))

    def sloped(self, way: str, at: int) -> tuple[Tree, list[Tree], list[Slope]]:
        """State and outputs along a stretch, and the derivatives of its steps."""
        course = self.steps.course
        p, _, x = course.opened(self.a)
        both, slopes = self.steps.sloped[way], list[Slope]()

        def call(a: Tree) -> Tree:
            b, slope = both(a)
            slopes.append(slope)
            return b

        s, ys = course.passed(call, p, self.marks[at], partial(course.row, x), self.stretches[at])
        return s, ys, slopes

    def slopes(self, way: str, at: int) -> list[Slope]:
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
        dys = list[Tangent]()
        for at, places in enumerate(self.stretches):
            for i, slope in zip(places, self.slopes("push", at), strict=True):
                d = course.argument(dp, ds, course.row(dx, i))
                ds, dy = course.parted(None if d is None else slope(d))
                dys.append(dy)
        return course.result(ds, course.outputs(dys))

    def pull(self, v: Tangent) -> Tangent:
        """Its transpose: cotangents back."""
        course = self.steps.course
        ds, dy = course.parted(v)
        dp, dxs = None, list[Tangent]()
        for at, places in [*enumerate(self.stretches)][::-1]:
            for i, slope in zip(places[::-1], self.slopes("pull", at)[::-1], strict=True):
                d = course.result(ds, _row(dy, course.output, i))
                more, ds, dx = course.opened(None if d is None else slope(d))
                dp = plus(dp, more)
                dxs.append(dx)
        return course.argument(dp, ds, _stacked(dxs[:: 1 if course.backwards else -1], course.entry))


def _row(x: Tree, behind: Tree, i: int) -> Tree:
    """The entry in place i: of each array, which has so many axes behind that of the places; of `None`, `None`."""
    if isinstance(behind, tuple):
        return joined(*map(_row, parts(x, len(behind)), behind, (i,) * len(behind))) if behind else ()
    if x is None:
        return None
    return x[i] if x.ndim == behind + 1 else x[(..., i, *(slice(None),) * behind)]


def _stacked(rows: Sequence[Tree], behind: Tree) -> Tree:
    """The rows as arrays that have an axis for their places, with zeros for what is `None`; `None` if all are."""
    if isinstance(behind, tuple):
        apart = [*zip(*[parts(row, len(behind)) for row in rows], strict=True)] or [()] * len(behind)
        return joined(*map(_stacked, apart, behind)) if behind else ()
    given = [row for row in rows if row is not None]
    if not given:
        return None
    xp = common(*given)
    if len(given) < len(rows):
        zero = xp.zeros_like(given[0])
        rows = [zero if row is None else row for row in rows]
    return xp.stack([xp.asarray(row) for row in rows], axis=-1 - behind)


def _blank(x: AnyArray, behind: int) -> AnyArray:
    """A row of zeros."""
    axis = x.ndim - 1 - behind
    return namespace(x).zeros(x.shape[:axis] + x.shape[axis + 1 :], dtype=x.dtype)


def _none_of(x: AnyArray, behind: int) -> AnyArray:
    """None of the rows."""
    return x[(..., slice(0, 0), *(slice(None),) * behind)]


# On arrays of JAX ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class InJAX:
    """The same by `jax.lax.scan`: the value, and its derivatives from the state before each step."""

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
