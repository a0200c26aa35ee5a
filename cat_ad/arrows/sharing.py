"""Sharing: the wiring diagram of a term, in which what is computed twice is computed once.

A term is run on wires, as it is run on values. That is done by the categorical abstract machine (Cousineau, Curien &
Mauny 1987), which has a stack of values and a list of what is to be done, so that however deep a term is nested, Python
calls nothing deep:

    f ; g    do f, do g
    f & g    push, do f, swap, do g, cons
    f * g    split, do f, swap, do g, cons

A primitive on wires becomes a box, unless the same primitive has been on the same wires: then its wires are known, as
are those of a term that was on the same wires before. So the work is linear in the number of distinct boxes.

>>> from cat_ad import Scalar, add, identity
>>> t = identity(Scalar)
>>> for doubling in range(12):
...     t = (t & t) >> add(Scalar)
>>> machine = Machine()
>>> diagram, boxes = machine.diagram(t.dom, t.trace)
>>> len(boxes), machine.met
(12, 4095)
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeAlias, TypeVar

from cat_ad.categories.wiring import Box, Wires, WiringDiagram, each_wire, halves
from cat_ad.objects.spaces import UNIT, factors

F = TypeVar("F")  # what a box holds
Step: TypeAlias = "Callable[[Machine[Any]], None]"  # Any: a step does not look into boxes


@dataclass(frozen=True, eq=False, slots=True)
class _Itself:
    """A term, compared by identity: to tell whether two terms are equal takes long."""

    term: object

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and self.term is other.term

    def __hash__(self) -> int:
        return id(self.term)


class Traced(ABC):
    """A term that runs on a machine. Two are equal if they have one diagram."""

    dom: Any  # Any: of its subclass the type of an object
    cod: Any  # Any: likewise

    @abstractmethod
    def trace(self, machine: Machine[Any]) -> None:  # Any: a subclass says what its boxes hold
        """Run this term on the wires on top of the stack of a machine."""

    @property
    def key(self) -> Hashable:
        """What equal terms have in common."""
        return self

    def __eq__(self, other: object) -> bool:
        """Are these the same arrow of the free category: does every cartesian category read both alike?

        They are if they have one diagram, up to what is computed twice, or for nothing. So `f & f == f >> dup`, and
        `f >> identity == f`. Two primitives are the same if they are one operation, of the same parameters, between the
        same objects. Numbers among parameters are told apart as they are written: 0.0 is not -0.0, and nan is nan.
        """
        return self._form == other._form if isinstance(other, Traced) else NotImplemented

    def __hash__(self) -> int:
        """Equal terms have one."""
        return hash(self._form)

    @cached_property
    def _form(self) -> Hashable:
        diagram, boxes = Machine[Traced]().diagram(self.dom, self.trace)
        return self.cod, diagram.form([box.key for box in boxes])


T = TypeVar("T", bound=Traced)


def boxes_of(term: T) -> Sequence[T]:
    """The primitives that a term is made of, each after those that it needs."""
    return Machine[T]().diagram(term.dom, term.trace)[1]


class Machine(Generic[F]):
    """Runs terms on wires. It changes as it runs; the diagrams that it gives do not."""

    def __init__(self) -> None:
        """No wires and no boxes yet."""
        self.spaces: list[type] = []
        self.boxes: list[tuple[F, Box]] = []
        self.met = 0  # the boxes there would be, if nothing was shared
        self.depth = 0  # of the nesting of terms that have been run
        self._values: list[Wires] = []
        self._todo: list[Step] = []
        self._known: dict[Hashable, tuple[Wires, int]] = {}

    def fresh(self, space: type) -> Wires:
        """New wires for an object."""
        parts = factors(space)
        if parts or space == UNIT:
            return tuple([self.fresh(part) for part in parts])
        self.spaces.append(space)
        return len(self.spaces) - 1

    def apply(self, term: Step, wires: Wires) -> Wires:
        """Run a term on wires."""
        values, todo = self._values, self._todo
        values.append(wires)
        todo.append(term)
        while todo:
            todo.pop()(self)
            self.depth = max(self.depth, len(values))
        return values.pop()

    def box(self, held: F, key: Hashable, cod: type) -> None:
        """A box on the wires on top of the stack, in whose place those come that lead out of it."""
        self._values[-1] = self.boxed(held, key, cod, self._values[-1])

    def boxed(self, held: F, key: Hashable, cod: type, ins: Wires) -> Wires:
        """The wires that lead out of a box on these wires: new ones, unless it was there before."""
        self.met += 1
        known = self._known.get((key, ins))
        if known is None:
            outs = self.fresh(cod)
            self.boxes.append((held, (ins, outs)))
            self._known[key, ins] = outs, 1
            return outs
        return known[0]

    def do(self, *steps: Step) -> None:
        """Go on with these steps, in this order."""
        self._todo.extend(reversed(steps))

    def once(self, term: object, *steps: Step) -> None:
        """Run this term by these steps, unless it was run before on the wires that are on top of the stack."""
        at, met = (_Itself(term), self._values[-1]), self.met
        known = self._known.get(at)
        if known is not None:
            self._values[-1] = known[0]
            self.met += known[1]
            return

        def remember(machine: Machine[F]) -> None:
            machine._known[at] = machine._values[-1], machine.met - met

        self.do(*steps, remember)

    def change(self, f: Callable[[Wires], Wires]) -> None:
        """Rearrange the wires on top of the stack."""
        self._values[-1] = f(self._values[-1])

    def push(self) -> None:
        """x to x, x"""
        self._values.append(self._values[-1])

    def swap(self) -> None:
        """x, y to y, x"""
        self._values[-2:] = self._values[:-3:-1]

    def split(self) -> None:
        """(x, y) to y, x"""
        x, y = halves(self._values.pop())
        self._values += [y, x]

    def cons(self) -> None:
        """x, y to (x, y)"""
        y, x = self._values.pop(), self._values.pop()
        self._values.append((x, y))

    def diagram(self, dom: type, term: Step) -> tuple[WiringDiagram, list[F]]:
        """The diagram of a term, and what its boxes hold."""
        ins = self.fresh(dom)
        return self.between(ins, self.apply(term, ins))

    def between(self, ins: Wires, outs: Wires) -> tuple[WiringDiagram, list[F]]:
        """The diagram that leads from wires to wires, without the boxes that nobody needs, and what its boxes hold."""
        needed, used = set(each_wire(outs)), list[tuple[F, Box]]()
        for held, (into, out) in reversed(self.boxes):
            if not needed.isdisjoint(each_wire(out)):
                needed.update(each_wire(into))
                used.append((held, (into, out)))
        used.reverse()
        return WiringDiagram(self.spaces, ins, outs, [box for _, box in used]), [held for held, _ in used]
