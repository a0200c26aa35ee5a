"""The category of string diagrams: boxes joined by wires (Joyal & Street 1991).

A diagram is one of DisCoPy, an arrow of the free Markov category (Fritz & Liang 2023): primitives are boxes, arrays are
wires. The wires of a product run side by side, and Unit has none. The structure of a cartesian category is made of
wires alone: id is wires, dup copies them, swap crosses them, and exl, exr and it let them end.

>>> from cat_ad import Scalar, dup, mul
>>> print(diagram((dup(Scalar) >> mul(Scalar)).to(Diagrams())))
Copy(Scalar) >> mul
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from types import ModuleType
from typing import Any, TypeAlias

from cat_ad.arrows.generators import Primitive
from cat_ad.arrows.sharing import boxes_of
from cat_ad.categories.brands import branded
from cat_ad.categories.category import A, B, C, D, Hom, SomeHom
from cat_ad.categories.wiring import Wiring as WiringCategory
from cat_ad.categories.wiring import WiringDiagram, each_wire
from cat_ad.errors import InterpretationError
from cat_ad.objects.spaces import Unit, factors, is_array, show

Wiring: TypeAlias = Any  # Any: a discopy.markov.Diagram, or its wires; DisCoPy is untyped, and need not be installed


class Diagram:
    """The brand of diagrams: `Hom[Diagram, A, B]` is a `discopy.markov.Diagram` from the wires of A to those of B."""


def hom(wiring: Wiring) -> Hom[Diagram, A, B]:
    """A diagram of DisCoPy as an arrow of this category."""
    return branded(wiring)


def diagram(f: Hom[Diagram, A, B]) -> Wiring:
    """An arrow of this category as the diagram that it is. Each box has its primitive as `data`."""
    return f


def discopy(asked: str) -> ModuleType:
    """DisCoPy's Markov categories. Raises `InterpretationError`, naming what was asked, unless it is installed."""
    try:
        from discopy import markov
    except ImportError as error:
        raise InterpretationError(
            f"{asked}: wanted DisCoPy, which draws diagrams, but it is not installed; pip install -e '.[diagrams]'"
        ) from error
    found: ModuleType = markov
    return found


class Diagrams(WiringCategory[Diagram]):
    """Diagrams, put below and beside each other."""

    def __init__(self) -> None:
        """Raises `InterpretationError` unless DisCoPy is installed."""
        self.markov = discopy("Diagrams")

    def wires(self, a: type) -> Wiring:
        """The wires of an object: its arrays, from left to right."""
        if is_array(a):
            return self.markov.Ty(show(a))
        return self.markov.Ty().tensor(*map(self.wires, factors(a)))

    def id(self, a: type[A]) -> Hom[Diagram, A, A]:
        """The wires."""
        return hom(self.markov.Diagram.id(self.wires(a)))

    def compose(self, f: Hom[Diagram, A, B], g: Hom[Diagram, B, C]) -> Hom[Diagram, A, C]:
        """f above g."""
        return hom(diagram(f) >> diagram(g))

    def wire(self, diagram: WiringDiagram, boxes: Sequence[SomeHom[Diagram]]) -> SomeHom[Diagram]:
        """Each box below the others, on copies of its wires that are brought side by side."""
        state, drawn = [*each_wire(diagram.ins)], list[Wiring]()
        for at, ((ins, outs), box) in enumerate(zip(diagram.boxes, boxes, strict=True)):
            used = [*each_wire(ins)]
            kept = [wire for wire in state if diagram.last[wire] > at]
            place = sum(wire in kept for wire in state[: state.index(used[-1]) + 1]) if used else len(kept)
            before, after = (self._side_by_side(diagram, wires) for wires in (kept[:place], kept[place:]))
            drawn += self._moved(diagram, state, [*kept[:place], *used, *kept[place:]])
            drawn += [before @ self._drawn(box) @ after]
            state = [*kept[:place], *each_wire(outs), *kept[place:]]
        start = self.markov.Diagram.id(self.wires(diagram.object_of(diagram.ins)))
        return hom(start.then(*drawn, *self._moved(diagram, state, [*each_wire(diagram.outs)])))

    def _drawn(self, box: SomeHom[Diagram]) -> Wiring:
        return diagram(box)

    def _moved(self, diagram: WiringDiagram, state: Sequence[int], to: Sequence[int]) -> list[Wiring]:
        """From wires side by side to others of them, one below the other: copied, or ended, and then exchanged."""
        if state == to:
            return []
        parts = list[Wiring]()
        for once, run in groupby(state, lambda wire: to.count(wire) == 1):
            wires = [*run]
            copies = [self._copies(self.wires(diagram.spaces[wire]), to.count(wire)) for wire in wires]
            parts += [self._side_by_side(diagram, wires)] if once else copies
        drawn = [self.markov.Diagram.id().tensor(*parts)]
        here = [wire for wire in state for _ in range(to.count(wire))]
        for at, wire in enumerate(to):
            found = here.index(wire, at)
            for left in range(found - 1, at - 1, -1):
                one, other = (self.wires(diagram.spaces[w]) for w in here[left : left + 2])
                before, after = (self._side_by_side(diagram, wires) for wires in (here[:left], here[left + 2 :]))
                drawn.append(before @ self.markov.Diagram.swap(one, other) @ after)
                here[left : left + 2] = here[left + 1], here[left]
        return drawn

    def _side_by_side(self, diagram: WiringDiagram, wires: Sequence[int]) -> Wiring:
        objects = [self.wires(diagram.spaces[wire]) for wire in wires]
        return self.markov.Diagram.id(self.markov.Ty().tensor(*objects))

    def cross(self, f: Hom[Diagram, A, C], g: Hom[Diagram, B, D]) -> Hom[Diagram, tuple[A, B], tuple[C, D]]:
        """f beside g."""
        return hom(diagram(f) @ diagram(g))

    def exl(self, a: type[A], b: type[B]) -> Hom[Diagram, tuple[A, B], A]:
        """The wires of B end."""
        return branded(self.cross(self.id(a), self.it(b)))  # the wires of A x Unit are those of A

    def exr(self, a: type[A], b: type[B]) -> Hom[Diagram, tuple[A, B], B]:
        """The wires of A end."""
        return branded(self.cross(self.it(a), self.id(b)))  # as above

    def fork(self, f: Hom[Diagram, A, B], g: Hom[Diagram, A, C]) -> Hom[Diagram, A, tuple[B, C]]:
        """f beside g, below two copies of the wires."""
        return hom(self._copies(diagram(f).dom, 2) >> diagram(f) @ diagram(g))

    def it(self, a: type[A]) -> Hom[Diagram, A, Unit]:
        """The wires end."""
        return hom(self._copies(self.wires(a), 0))

    def dup(self, a: type[A]) -> Hom[Diagram, A, tuple[A, A]]:
        """The wires are copied."""
        return hom(self._copies(self.wires(a), 2))

    def swap(self, a: type[A], b: type[B]) -> Hom[Diagram, tuple[A, B], tuple[B, A]]:
        """The wires cross."""
        return hom(self.markov.Diagram.swap(self.wires(a), self.wires(b)))

    def assoc_l(self, a: type[A], b: type[B], c: type[C]) -> Hom[Diagram, tuple[A, tuple[B, C]], tuple[tuple[A, B], C]]:
        """The wires, which know no parentheses."""
        return hom(self.markov.Diagram.id(self.wires(a) @ self.wires(b) @ self.wires(c)))

    def assoc_r(self, a: type[A], b: type[B], c: type[C]) -> Hom[Diagram, tuple[tuple[A, B], C], tuple[A, tuple[B, C]]]:
        """The wires, which know no parentheses."""
        return hom(self.markov.Diagram.id(self.wires(a) @ self.wires(b) @ self.wires(c)))

    def primitive(self, arrow: Primitive[A, B]) -> Hom[Diagram, A, B]:
        """A box with its name, and the arrow as its data; what only groups wires is no box."""
        if not boxes_of(arrow):
            return hom(self.markov.Diagram.id(self.wires(arrow.dom)))
        return hom(self.markov.Box(arrow.name, self.wires(arrow.dom), self.wires(arrow.cod), data=arrow))

    def _copies(self, wires: Wiring, n: int) -> Wiring:
        """So many copies of the wires, side by side."""
        return self.markov.Diagram.copy(wires, n)
