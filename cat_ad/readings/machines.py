"""Machines: an arrow that only looks back, read step by step (Mealy 1955).

An arrow along a dimension T, such as time, is causal if its output at t depends on its input up to t alone.
`Machines(T)` reads it as a machine that takes the input at one t after the other, remembers what it will need, and
gives the output at each. Nothing is computed twice: so a sequence is made whose next entry depends on what came out
before. What acts on each place by itself remembers nothing, attention remembers keys and values, and an arrow that
looks ahead has no machine. A scan is made of a machine already, which it runs along all entries at once: as a machine
again it is the same scan, which goes on from the state that it has come to.

The arrays that a machine takes and gives have one entry along T. Running it along a sequence is the arrow:

>>> import numpy as np
>>> from cat_ad import attention
>>> class Time(Dim): ...
>>> class Heads(Dim, size=2): ...
>>> class HeadDim(Dim, size=4): ...
>>> look = attention(Time, Heads, HeadDim)
>>> x = np.random.default_rng(0).normal(size=(2, 24))
>>> machine = function(look.to(Machines(Time)))
>>> state, first = machine.step(machine.start, x[:1])
>>> state, second = machine.step(state, x[1:])
>>> bool(np.allclose(np.concatenate([first, second]), look(x)))
True
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from typing import Any, ClassVar, Generic, NoReturn, Protocol, TypeAlias

from cat_ad.arrows.generators import Primitive, SomePrimitive
from cat_ad.arrows.operations import Rules
from cat_ad.categories.brands import branded, inverse_of
from cat_ad.categories.category import A, B, C, D, Hom, SomeHom
from cat_ad.categories.wiring import Wiring, WiringDiagram
from cat_ad.derivatives.loops import Loop, as_loop
from cat_ad.derivatives.scanning import fold
from cat_ad.errors import InterpretationError
from cat_ad.learning.layers import sizes
from cat_ad.learning.transformer import attention, beside, in_heads, softmax_of_scores
from cat_ad.objects.arrays import AnyArray, namespace
from cat_ad.objects.spaces import Dim, Scalar, Unit, dimensions, factors, floats, is_array, require_dimension
from cat_ad.objects.trees import Tree, tree_map
from cat_ad.primitives.arithmetic import add
from cat_ad.primitives.constants import full_like, number
from cat_ad.primitives.indexing import positions
from cat_ad.primitives.sliding import cumulative_sum

State: TypeAlias = Any  # Any: what a machine remembers is its own affair


@dataclass(frozen=True)
class Mealy(Generic[A, B]):
    """A state to start from, and a step: from state and input to state and output."""

    start: State
    step: Callable[[State, A], tuple[State, B]]


SomeMealy: TypeAlias = Mealy[Any, Any]  # Any: a part of a machine, whose objects exist, not which


class Machine:
    """The brand of machines: `Hom[Machine, A, B]` is a `Mealy[A, B]`."""


def hom(machine: Mealy[A, B]) -> Hom[Machine, A, B]:
    """A machine as an arrow of this category."""
    return branded(machine)


function = inverse_of(hom)


def without_memory(f: Callable[[A], B]) -> Hom[Machine, A, B]:
    """The machine that does the same at every step."""
    return hom(Mealy(None, lambda state, a: (state, f(a))))


class MealyMachines(Wiring[Machine]):
    """Mealy machines. What is composed of them remembers what its parts do."""

    def id(self, a: type[A]) -> Hom[Machine, A, A]:
        """Return the input."""
        return without_memory(lambda x: x)

    def compose(self, f: Hom[Machine, A, B], g: Hom[Machine, B, C]) -> Hom[Machine, A, C]:
        """A step of f, then one of g."""
        return self.chain([f, g])

    def chain(self, path: Sequence[SomeHom[Machine]]) -> SomeHom[Machine]:
        """A step of each in turn."""
        machines: list[SomeMealy] = [function(f) for f in path]

        def step(states: State, x: object) -> tuple[State, object]:
            after = []
            for machine, state in zip(machines, states, strict=True):
                state, x = machine.step(state, x)
                after.append(state)
            return tuple(after), x

        return hom(Mealy(tuple(machine.start for machine in machines), step))

    def wire(self, diagram: WiringDiagram, boxes: Sequence[SomeHom[Machine]]) -> SomeHom[Machine]:
        """A step of each box in turn."""
        machines: list[SomeMealy] = [function(f) for f in boxes]

        def step(states: State, x: object) -> tuple[State, object]:
            after = list[State]()

            def stepped(machine: SomeMealy, state: State, x: object) -> object:
                state, y = machine.step(state, x)
                after.append(state)
                return y

            steps = [partial(stepped, machine, state) for machine, state in zip(machines, states, strict=True)]
            y = diagram.run(steps, x)
            return tuple(after), y

        return hom(Mealy(tuple(machine.start for machine in machines), step))

    def cross(self, f: Hom[Machine, A, C], g: Hom[Machine, B, D]) -> Hom[Machine, tuple[A, B], tuple[C, D]]:
        """A step of each on its side."""
        left, right = function(f), function(g)

        def step(states: State, x: tuple[A, B]) -> tuple[State, tuple[C, D]]:
            left_state, c = left.step(states[0], x[0])
            right_state, d = right.step(states[1], x[1])
            return (left_state, right_state), (c, d)

        return hom(Mealy((left.start, right.start), step))

    def exl(self, a: type[A], b: type[B]) -> Hom[Machine, tuple[A, B], A]:
        """Return the first."""
        return without_memory(lambda x: x[0])

    def exr(self, a: type[A], b: type[B]) -> Hom[Machine, tuple[A, B], B]:
        """Return the second."""
        return without_memory(lambda x: x[1])

    def fork(self, f: Hom[Machine, A, B], g: Hom[Machine, A, C]) -> Hom[Machine, A, tuple[B, C]]:
        """A step of each with one input."""
        left, right = function(f), function(g)

        def step(states: State, x: A) -> tuple[State, tuple[B, C]]:
            left_state, b = left.step(states[0], x)
            right_state, c = right.step(states[1], x)
            return (left_state, right_state), (b, c)

        return hom(Mealy((left.start, right.start), step))

    def it(self, a: type[A]) -> Hom[Machine, A, Unit]:
        """Return the empty tuple."""
        return without_memory(lambda x: ())


class MachineRule(Protocol):
    """How a primitive that looks back along a dimension goes along it step by step."""

    def __call__(self, p: SomePrimitive, dim: type[Dim], /) -> SomeMealy | None:
        """The machine of the primitive along `dim`, or `None` if there is none."""
        ...


class Machines(MealyMachines):
    """Machines that go along one dimension."""

    rules: ClassVar[Rules[MachineRule]] = Rules()

    def __init__(self, dim: type[Dim]) -> None:
        """`dim` is the dimension (else `SpaceError`)."""
        require_dimension("Machines", dim)
        self.dim = dim

    def primitive(self, arrow: Primitive[A, B]) -> Hom[Machine, A, B]:
        """Its value, if it does the same at each place; or its own machine."""
        axes = max(_axes(self.dim, arrow.dom), _axes(self.dim, arrow.cod))
        if axes <= arrow.loops.count(self.dim):
            return without_memory(arrow.value)
        rule = self.rules.of(arrow) if axes == 1 else None
        machine = rule(arrow, self.dim) if rule else None
        if machine is not None:
            return hom(machine)
        raise InterpretationError(
            f"wanted {arrow} read in {self}, but it may look ahead along {self.dim.__name__}; "
            f"make it by each({self.dim.__name__}, ...), or use an arrow that only looks back, as `attention` does"
        )

    def __repr__(self) -> str:
        """Machines(T)"""
        return f"Machines({self.dim.__name__})"


def _axes(dim: type[Dim], space: type) -> int:
    """How often the dimension occurs in an array of this object; the most, if there are several."""
    if is_array(space):
        return dimensions(space).count(dim)
    return max((_axes(dim, part) for part in factors(space)), default=0)


# Which primitives look back ------------------------------------------------------------------------------------------

Past: TypeAlias = tuple[AnyArray, AnyArray]  # keys and values


def _positions(p: SomePrimitive, dim: type[Dim]) -> Mealy[AnyArray, AnyArray] | None:
    """The next position is the number of places that have passed."""

    def step(passed: int, x: AnyArray) -> tuple[int, AnyArray]:
        return passed + 1, p.value(x) + passed

    return Mealy(0, step) if p.parameters == (dim,) else None


def _constant(p: SomePrimitive, dim: type[Dim]) -> SomeMealy:
    """Of any entry the same number."""
    return Mealy(None, lambda state, x: (state, p.value(x)))


def _cumulative_sum(p: SomePrimitive, dim: type[Dim]) -> Mealy[AnyArray, AnyArray] | None:
    """The sum of what has passed."""

    def step(passed: AnyArray, x: AnyArray) -> tuple[AnyArray, AnyArray]:
        y = x + passed
        return y, y

    return Mealy(0.0, step) if dimensions(p.dom)[-1] is dim else None


def _attention(p: SomePrimitive, dim: type[Dim]) -> Mealy[AnyArray, AnyArray] | None:
    """Attention at one place, which keeps the keys and values of earlier places."""
    t, h, d = p.parameters
    heads, size = sizes("attention", h, d)

    def step(past: Past | None, x: AnyArray) -> tuple[Past, AnyArray]:
        q, k, v = in_heads(x, heads, size)
        if past is not None:
            k, v = namespace(x).concat((past[0], k), axis=-2), namespace(x).concat((past[1], v), axis=-2)
        return (k, v), beside(softmax_of_scores(q @ (k.mT * size**-0.5)) @ v)

    return Mealy(None, step) if dim is t else None


class LastState:
    """The state after the last place, at an earlier one: whoever computes with it looks ahead."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise InterpretationError(
            "wanted an arrow that only looks back, found one that computes with the last state of a scan; end it by exr"
        )

    __array_namespace__ = __array__ = __array_ufunc__ = __getattr__ = __getitem__ = _refuse


def _loop(p: SomePrimitive, dim: type[Dim]) -> SomeMealy | None:
    """A machine that goes on with the loop; or, along another dimension, goes along with each of its steps."""
    loop = as_loop(p)
    if not loop:
        return None
    return _going_on(loop) if loop.course.n is dim else _going_along(loop, function(loop.body.to(Machines(dim))))


def _going_on(loop: Loop) -> SomeMealy | None:
    """The scan of the entries that come, from the state after those that came; at first, from the one that is given."""
    course, value = loop.course, loop.value
    if course.backwards or not (course.reads and course.writes):
        return None

    def step(state: State, a: Tree) -> tuple[State, Tree]:
        shared, start, x = course.opened(a)
        after, y = course.parted(value(course.argument(shared, start if state is None else state, x)))
        return after, (tree_map(lambda _: LastState(), after), y)

    return Mealy(None, step)


def _going_along(loop: Loop, body: SomeMealy) -> SomeMealy:
    """All steps at each place, each by the machine of the body, with a state of its own."""

    def step(states: State, a: Tree) -> tuple[State, Tree]:
        after = list[State]()
        before = iter(states) if states is not None else repeat(body.start)

        def call(a: Tree) -> Tree:
            state, b = body.step(next(before), a)
            after.append(state)
            return b

        return after, loop.through(call)(a)

    return Mealy(None, step)


class _N(Dim, size=1):
    """The axis of the primitives that stand for their operations."""


Machines.rules[positions(_N)] = _positions
Machines.rules[fold(_N, add(Scalar))] = _loop
Machines.rules[full_like(floats(_N), 0.0)] = _constant
Machines.rules[number(floats(_N), 0.0)] = _constant
Machines.rules[cumulative_sum(_N)] = _cumulative_sum
Machines.rules[attention(_N, _N, _N)] = _attention
