"""Diagrams of a free Markov category, as `discopy.markov` has them: boxes, each beside wires, one below the other.

>>> x = Ty("X")
>>> f = Box("f", x @ x, x)
>>> print(Diagram.copy(x, 2) >> f)
Copy(X) >> f
>>> print(x @ f, (x @ f).offsets)
X @ f [1]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import overload


class Ty:
    """Wires, side by side, each with a name."""

    def __init__(self, *names: str) -> None:
        """From left to right."""
        self.names = names

    def tensor(self, *others: Ty) -> Ty:
        """These, and beside them the others."""
        return Ty(*self.names, *(name for other in others for name in other.names))

    @overload
    def __matmul__(self, other: Ty) -> Ty: ...
    @overload
    def __matmul__(self, other: Diagram) -> Diagram: ...
    def __matmul__(self, other: Ty | Diagram) -> Ty | Diagram:
        return self.tensor(other) if isinstance(other, Ty) else Diagram.id(self).tensor(other)

    def __getitem__(self, at: int | slice) -> Ty:
        return Ty(*self.names[at]) if isinstance(at, slice) else Ty(self.names[at])

    def __iter__(self) -> Iterator[Ty]:
        return map(Ty, self.names)

    def __len__(self) -> int:
        return len(self.names)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ty) and self.names == other.names

    def __hash__(self) -> int:
        return hash(self.names)

    def __str__(self) -> str:
        return " @ ".join(self.names) or "Ty()"


class Diagram:
    """Boxes from top to bottom; each has its first wire at its offset."""

    def __init__(self, dom: Ty, cod: Ty, boxes: Sequence[Box], offsets: Sequence[int]) -> None:
        """From the wires of dom to those of cod."""
        self.dom, self.cod, self.boxes, self.offsets = dom, cod, [*boxes], [*offsets]

    @staticmethod
    def id(wires: Ty = Ty()) -> Diagram:  # noqa: B008  (it never changes)
        """The wires alone."""
        return Diagram(wires, wires, [], [])

    def then(self, *others: Diagram) -> Diagram:
        """This above the others."""
        return reduce(_below, others, self)

    def tensor(self, *others: Diagram) -> Diagram:
        """This beside the others."""
        return reduce(_beside, others, self)

    def __rshift__(self, other: Diagram) -> Diagram:
        return _below(self, other)

    def __matmul__(self, other: Diagram | Ty) -> Diagram:
        return _beside(self, other if isinstance(other, Diagram) else Diagram.id(other))

    @staticmethod
    def swap(left: Ty, right: Ty) -> Diagram:
        """Two bundles of wires, exchanged."""
        return _moved(left @ right, [*range(len(left), len(left) + len(right)), *range(len(left))])

    @staticmethod
    def copy(wires: Ty, n: int = 2) -> Diagram:
        """So many copies of the wires, side by side; none, where they end."""
        if len(wires) == 1:
            return Box(f"Copy({wires})" if n == 2 else f"Copy({wires}, {n})", wires, Ty().tensor(*[wires] * n))
        each = Diagram.id().tensor(*(Diagram.copy(wire, n) for wire in wires))
        return each >> _moved(each.cod, [wire * n + turn for turn in range(n) for wire in range(len(wires))])

    def __str__(self) -> str:
        wires, lines = self.dom, list[str]()
        for box, at in zip(self.boxes, self.offsets, strict=True):
            before, after = wires[:at], wires[at + len(box.dom) :]
            lines.append(" @ ".join([*before.names, box.name, *after.names]))
            wires = before @ box.cod @ after
        return " >> ".join(lines) or f"Id({self.dom})"


class Box(Diagram):
    """One box; one without data is made of wires alone."""

    def __init__(self, name: str, dom: Ty, cod: Ty, data: object = None) -> None:
        """`data` is what it stands for."""
        self.name, self.data = name, data
        super().__init__(dom, cod, [self], [0])


def _below(above: Diagram, below: Diagram) -> Diagram:
    if above.cod != below.dom:
        raise ValueError(f"wanted a diagram from {above.cod}, got one from {below.dom}")
    return Diagram(above.dom, below.cod, [*above.boxes, *below.boxes], [*above.offsets, *below.offsets])


def _beside(left: Diagram, right: Diagram) -> Diagram:
    offsets = [*left.offsets, *(len(left.cod) + at for at in right.offsets)]
    return Diagram(left.dom @ right.dom, left.cod @ right.cod, [*left.boxes, *right.boxes], offsets)


def _moved(wires: Ty, order: Sequence[int]) -> Diagram:
    """The wires in another order, by crossings of neighbours."""
    here, made = [*range(len(wires))], Diagram.id(wires)
    for at, wire in enumerate(order):
        for left in range(here.index(wire) - 1, at - 1, -1):
            one, other = made.cod[left], made.cod[left + 1]
            crossing = Box(f"Swap({one}, {other})", one @ other, other @ one)
            made = made >> made.cod[:left] @ crossing @ made.cod[left + 2 :]
            here[left : left + 2] = here[left + 1], here[left]
    return made
