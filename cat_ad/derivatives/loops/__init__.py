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

from collections.abc import Callable
from dataclasses import dataclass, replace

from cat_ad.arrows.completeness import arrow_of
from cat_ad.arrows.elements import Element, Elements, Given, image, variables
from cat_ad.arrows.elements import leaves as elements_in
from cat_ad.arrows.generators import Lifted, Primitive, SomePrimitive
from cat_ad.arrows.lifting import lift
from cat_ad.arrows.operations import Operation
from cat_ad.arrows.spreading import copies, over, settled
from cat_ad.arrows.terms import SomeArrow
from cat_ad.derivatives.loops.course import Course, along, axes
from cat_ad.derivatives.loops.steps import AlongSteps, Steps
from cat_ad.errors import SpaceError
from cat_ad.objects.spaces import Dim, dimensions, factors, is_array, leading
from cat_ad.objects.trees import Tree, parts, tree_map

LOOP = Operation("loop")


@dataclass(frozen=True)
class Body:
    """The body of a loop, which equals another if it is the same arrow."""

    arrow: SomeArrow


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Loop(Primitive[Tree, Tree]):
    """A body along a dimension."""

    body: SomeArrow
    course: Course

    def through(self, call: Callable[[Tree], Tree]) -> Callable[[Tree], Tree]:
        """The loop of another reading of the body, which is called with each of its arguments."""
        return lambda a: Steps(self.body, self.course).value(a, call)


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
    name: str, course: Course, f: Callable[[Given, Given, Given], tuple[Elements, Elements]], p: type, s: type, x: type
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
