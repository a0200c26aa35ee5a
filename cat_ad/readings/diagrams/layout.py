"""Layout: where the boxes and wires of a diagram go on paper (Sugiyama, Tagawa & Toda 1981).

The meaning of a diagram is where the results of each box go, by whatever way. So only that is kept, as `parts` joined
by strands, and then

- each part goes to a row, below all parts from which it takes something (`in_rows`);
- the parts of each row are sorted, so that few strands cross (`untangle`);
- each part goes as near as it can to the parts that it is joined with (`place`).

A strand passes a row between the parts that stand there, and crosses others only between rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, islice, pairwise

import numpy as np

from cat_ad.arrows.generators import SomePrimitive
from cat_ad.readings.diagrams.category import Wiring

UNTANGLE = 24  # sweeps over all rows, down and up in turns
SETTLE = 60  # sweeps over all parts, to the left and to the right in turns
PORT, GAP = 0.32, 0.16  # inches between the wires of a box, and between two parts

Row = list["Part"]


@dataclass(eq=False)
class Part:
    """What stands in a row: a box, a dot that copies or ends, or a piece of wire. Strands are given by number.

    A piece of wire in the first row begins a strand, in the last row ends it, and in others passes it on.
    """

    ins: Sequence[int]
    outs: Sequence[int]
    primitive: SomePrimitive | None = None  # of a box
    number: int = 0  # of a box, in the order of the diagram
    dot: bool = False
    labels: Sequence[str] = ()  # of `outs`, where a new value begins
    step: float = PORT  # inches between `outs`
    left: float = 0.0  # inches of room on each side
    right: float = 0.0
    x: float = 0.0

    @property
    def wire(self) -> bool:
        """Is it a piece of wire?"""
        return self.primitive is None and not self.dot

    def offset(self, strand: int, ends: Sequence[int]) -> float:
        """How far from the middle a strand arrives or leaves: `ends` is `ins` or `outs`."""
        if self.dot:
            return 0.0
        step = PORT if ends is self.ins else self.step
        return step * (ends.index(strand) - (len(ends) - 1) / 2)


def parts(wiring: Wiring) -> list[Part]:
    """The parts of a diagram, from top to bottom: pieces of wire for its domain, boxes and dots, and its codomain."""
    labels = [*map(str, wiring.dom)]  # of the values: those of the domain, and the results of boxes
    values, boxes = list(range(len(labels))), list[tuple[SomePrimitive, list[int], list[int]]]()
    for box, at in zip(wiring.boxes, wiring.offsets, strict=True):
        to = at + len(box.dom)
        if box.data is not None:
            new = list(range(len(labels), len(labels) + len(box.cod)))
            labels += map(str, box.cod)
            boxes.append((box.data, values[at:to], new))
            values[at:to] = new
        else:  # a swap, or copies
            values[at:to] = values[at:to][::-1] if len(box.dom) == 2 else values[at:to] * len(box.cod)

    uses, fresh = Counter([*values, *(value for _, ins, _ in boxes for value in ins)]), count(len(labels))
    strands = {v: [v] if uses[v] == 1 else list(islice(fresh, uses[v])) for v in range(len(labels))}
    dots = {v: Part([v], tuple(strands[v]), dot=True) for v in strands if uses[v] != 1}

    def copied(values: Sequence[int]) -> list[Part]:
        return [dots[v] for v in values if v in dots]

    made = [Part((), [v], labels=[labels[v]]) for v in range(len(wiring.dom))]
    made += copied(range(len(wiring.dom)))
    for number, (primitive, ins, outs) in enumerate(boxes):
        made.append(Part([strands[v].pop(0) for v in ins], outs, primitive, number, labels=[labels[v] for v in outs]))
        made += copied(outs)
    return made + [Part([strands[v].pop(0)], ()) for v in values]


def in_rows(made: Iterable[Part]) -> list[Row]:
    """The parts in rows, with pieces of wire where a strand passes a row; a part without inputs is above its use."""
    made = list(made)
    boxes = dict.fromkeys(part for part in made if not part.wire)
    begin, end, row = dict[int, int](), dict[int, int](), dict[Part, int]()
    begin.update((strand, 0) for part in made for strand in part.outs if part not in boxes)
    for part in boxes:
        row[part] = 1 + max((begin[strand] for strand in part.ins), default=0)
        begin.update((strand, row[part]) for strand in part.outs)
    last = 1 + max(row.values(), default=0)
    end.update((strand, row.get(part, last)) for part in made for strand in part.ins)
    for part in reversed(boxes):
        if not part.ins:
            row[part] = min(end[strand] for strand in part.outs) - 1
            begin.update((strand, row[part]) for strand in part.outs)
    rows: list[Row] = [[] for _ in range(last + 1)]
    for part in made:
        rows[row.get(part, last if part.ins else 0)].append(part)
    for strand in end:
        for passed in range(begin[strand] + 1, end[strand]):
            rows[passed].append(Part([strand], [strand]))
    return rows


def names(rows: Sequence[Row]) -> dict[int, str]:
    """What each strand joins: 0.1-2.0 from result 1 of box 0 to argument 0 of box 2; `in.0` and `out.0` are the ends.

    A dot has the name of what it copies: 0.1-dot is the strand that leads to it.
    """
    starts, ends = dict[int, str](), dict[int, str]()
    for part in (part for row in rows for part in row if part.primitive):
        starts |= {strand: f"{part.number}.{at}" for at, strand in enumerate(part.outs)}
        ends |= {strand: f"{part.number}.{at}" for at, strand in enumerate(part.ins)}
    starts |= {part.outs[0]: f"in.{at}" for at, part in enumerate(rows[0]) if part.wire and not part.ins}
    ends |= {part.ins[0]: f"out.{at}" for at, part in enumerate(rows[-1]) if part.wire and not part.outs}
    for part in (part for row in rows for part in row if part.dot):
        starts |= dict.fromkeys(part.outs, starts[part.ins[0]])
        ends[part.ins[0]] = "dot"
    return {strand: f"{start}-{ends[strand]}" for strand, start in starts.items()}


def untangle(rows: list[Row]) -> list[Row]:
    """The same rows, all but the first and last sorted so that few strands cross."""
    best, rows = rows, [list(row) for row in rows]
    for sweep in range(UNTANGLE):
        down = sweep % 2 == 1
        for at in range(1, len(rows) - 1) if down else range(len(rows) - 2, 0, -1):
            fixed = _order(rows[at - 1], below=True) if down else _order(rows[at + 1], below=False)
            wanted = list[float]()
            for part in rows[at]:
                ends = [fixed[strand] for strand in (part.ins if down else part.outs)]
                wanted.append(sum(ends) / len(ends) if ends else max(wanted[-1:], default=-1.0))
            rows[at] = [rows[at][i] for i in sorted(range(len(wanted)), key=wanted.__getitem__)]
        if crossings(rows) <= crossings(best):
            best = [list(row) for row in rows]
    return best


def crossings(rows: Sequence[Row]) -> int:
    """How often two strands cross between rows."""
    total = 0
    for above, below in pairwise(rows):
        start, end = _order(above, below=True), _order(below, below=False)
        x, y = (np.array([order[strand] for strand in start]) for order in (start, end))
        total += int(np.sum((x[:, None] < x) & (y[:, None] > y)))
    return total


def _order(row: Row, *, below: bool) -> dict[int, float]:
    """The places of the strands that leave a row below, or arrive from above; all those of a dot have one place."""
    places, place = dict[int, float](), 0.0
    for part in row:
        for strand in part.outs if below else part.ins:
            places[strand] = place
            place += not part.dot
        place += part.dot
    return places


@dataclass(eq=False)
class _Block:
    """Parts one under the other: a box, a dot, or pieces of one strand."""

    wire: bool
    x: float = 0.0
    lefts: list[tuple[_Block, float]] = field(default_factory=list)  # its neighbours, and their least distance
    rights: list[tuple[_Block, float]] = field(default_factory=list)
    joins: list[tuple[_Block, float]] = field(default_factory=list)  # partners; its x should be theirs plus this

    def settle(self) -> None:
        """Move to the best place, as far as the neighbours let it."""
        wires = self.wire or all(other.wire for other, _ in self.joins)  # else a box does not follow wires
        wanted = [other.x + right for other, right in self.joins if wires or not other.wire]
        if self.wire:  # with one bend rather than two
            x = min(wanted, key=lambda x: abs(x - self.x), default=self.x)
        else:
            x = sum(wanted) / len(wanted) if wanted else self.x
        x = min([x, *(other.x - space for other, space in self.rights)])
        self.x = max([x, *(other.x + space for other, space in self.lefts)])


def place(rows: Sequence[Row]) -> None:
    """Give each part its x, in the order of its row and with room to its neighbours."""
    block_of = _blocks(rows)
    for row in rows:
        for one, other in pairwise(row):
            space = one.right + GAP + other.left
            block_of[one].rights.append((block_of[other], space))
            block_of[other].lefts.append((block_of[one], space))
    for above, below in pairwise(rows):
        for one, other, strand in _joined(above, below):
            if block_of[one] is not block_of[other]:
                right = one.offset(strand, one.outs) - other.offset(strand, other.ins)
                block_of[one].joins.append((block_of[other], -right))
                block_of[other].joins.append((block_of[one], right))
    blocks = list(dict.fromkeys(block_of.values()))
    for _ in blocks:  # to the right, until nothing is too near
        before = [block.x for block in blocks]
        for block in blocks:
            block.x = max([block.x, *(other.x + space for other, space in block.lefts)])
        if before == [block.x for block in blocks]:
            break
    for sweep in range(SETTLE):
        for block in sorted(blocks, key=lambda block: block.x, reverse=sweep % 2 == 0):
            block.settle()
    least = min((block.x - part.left for part, block in block_of.items()), default=0.0)
    for part, block in block_of.items():
        part.x = block.x - least


def _blocks(rows: Sequence[Row]) -> dict[Part, _Block]:
    """The block of each part. Pieces of one strand are one block, unless another such strand crosses there."""
    block_of = {part: _Block(part.wire) for row in rows for part in row}
    for above, below in pairwise(rows):
        pieces = [(one, other) for one, other, _ in _joined(above, below) if one.wire and other.wire]
        places = [(above.index(one), below.index(other)) for one, other in pieces]
        for (one, other), (x, y) in zip(pieces, places, strict=True):
            if not any((u - x) * (v - y) < 0 for u, v in places):
                block_of[other] = block_of[one]
    return block_of


def _joined(above: Row, below: Row) -> Iterator[tuple[Part, Part, int]]:
    """The strands between two rows, each as the two parts that it joins, and its number."""
    ends = {strand: part for part in below for strand in part.ins}
    return ((part, ends[strand], strand) for part in above for strand in part.outs)
