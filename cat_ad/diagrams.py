"""Diagrams: an arrow as a string diagram, to look at (Joyal & Street 1991; Fritz & Liang 2023).

`f.to(Diagrams())` is a diagram of DisCoPy, an arrow of the free Markov category: primitives are boxes, arrays are
wires. Of a product the wires run side by side, and of Unit there is none. What every cartesian category has is made
of wires alone: id is wires, dup copies them, swap crosses them, exl, exr and it let them end.

>>> from cat_ad import Scalar, add, dup, mul
>>> square = dup(Scalar) >> mul(Scalar)
>>> print(diagram(square.to(Diagrams())))
Copy(Float[()]) >> mul
>>> magnitude = diagram((square * square >> add(Scalar)).to(Diagrams()))
>>> [box.name for box in magnitude.boxes if box.data]
['mul', 'mul', 'add']
>>> print(magnitude.dom, "to", magnitude.cod)
Float[()] @ Float[()] to Float[()]

`draw(f, "f.svg")` draws it. All this needs DisCoPy: `pip install 'cat_ad[diagrams]'`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any, TypeAlias

from cat_ad.category import A, B, C, Cartesian, D, Hom
from cat_ad.errors import InterpretationError, SpaceError, told
from cat_ad.spaces import Unit, factors, is_array, show

if TYPE_CHECKING:
    from os import PathLike

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from cat_ad.arrow import SomeArrow
    from cat_ad.primitives import Primitive

Wiring: TypeAlias = Any  # Any: a discopy.markov.Diagram; DisCoPy is untyped, and need not be installed


class Diagram:
    """The brand of diagrams: `Hom[Diagram, A, B]` is a `discopy.markov.Diagram` from the wires of A to those of B."""


def hom(wiring: Wiring) -> Hom[Diagram, A, B]:
    """A diagram of DisCoPy as an arrow of this category."""
    return wiring  # type: ignore[no-any-return]  # a brand is static: nothing happens at run time


def diagram(f: Hom[Diagram, A, B]) -> Wiring:
    """An arrow of this category as the diagram that it is. Each box has its primitive as `data`."""
    return f


def _discopy(asked: str) -> Any:  # Any: a module that need not be installed
    """DisCoPy's Markov categories, or `InterpretationError`."""
    try:
        from discopy import markov
    except ImportError as error:
        raise InterpretationError(
            f"{asked}: wanted DisCoPy, which draws diagrams, but it is not installed; pip install 'cat_ad[diagrams]'"
        ) from error
    return markov


class Diagrams(Cartesian[Diagram]):
    """Diagrams, whose parts are put below and beside each other."""

    def __init__(self) -> None:
        """`InterpretationError` unless DisCoPy is installed."""
        self.markov = _discopy("Diagrams")

    def wires(self, a: type) -> Any:  # Any: a discopy.monoidal.Ty
        """The wires of an object: its arrays, from left to right."""
        if is_array(a):
            return self.markov.Ty(show(a))
        return self.markov.Ty().tensor(*map(self.wires, factors(a)))

    def id(self, a: type[A]) -> Hom[Diagram, A, A]:
        """The wires."""
        return hom(self.markov.Diagram.id(self.wires(a)))

    def compose(self, f: Hom[Diagram, A, B], g: Hom[Diagram, B, C]) -> Hom[Diagram, A, C]:
        """The one above the other."""
        return hom(diagram(f) >> diagram(g))

    def cross(self, f: Hom[Diagram, A, C], g: Hom[Diagram, B, D]) -> Hom[Diagram, tuple[A, B], tuple[C, D]]:
        """The one beside the other."""
        return hom(diagram(f) @ diagram(g))

    def exl(self, a: type[A], b: type[B]) -> Hom[Diagram, tuple[A, B], A]:
        """The wires of the right end."""
        return self.cross(self.id(a), self.it(b))  # type: ignore[return-value]  # the wires of A x Unit are those of A

    def exr(self, a: type[A], b: type[B]) -> Hom[Diagram, tuple[A, B], B]:
        """The wires of the left end."""
        return self.cross(self.it(a), self.id(b))  # type: ignore[return-value]  # as above

    def fork(self, f: Hom[Diagram, A, B], g: Hom[Diagram, A, C]) -> Hom[Diagram, A, tuple[B, C]]:
        """The one beside the other, below copies of the wires."""
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
        """A box with its name, and the arrow as its data."""
        return hom(self.markov.Box(arrow.name, self.wires(arrow.dom), self.wires(arrow.cod), data=arrow))

    def _copies(self, wires: Any, n: int) -> Wiring:  # Any: a discopy.monoidal.Ty
        """So many copies of the wires, side by side."""
        return self.markov.Diagram.copy(wires, n)


def tidy(wiring: Wiring) -> Wiring:
    """The same without the copies that only end: by the law that a copy of which one side ends is a wire.

    >>> from cat_ad import Scalar, dup, exl
    >>> print(tidy(diagram((dup(Scalar) >> exl(Scalar, Scalar)).to(Diagrams()))))
    Id(Float[()])
    """
    markov = _discopy("tidy")
    steps, wires = list[tuple[Any, int, list[int], list[int]]](), list(range(len(wiring.dom)))  # Any: a box
    count = len(wires)
    for box, at in zip(wiring.boxes, wiring.offsets, strict=True):
        outs = list(range(count, count + len(box.cod)))
        count += len(outs)
        steps.append((box, at, wires[at : at + len(box.dom)], outs))
        wires[at : at + len(box.dom)] = outs
    used = set(wires)
    for box, _, ins, outs in reversed(steps):
        if box.data is not None or (len(ins) == 1 and used.intersection(outs)):
            used.update(ins)
        elif len(ins) == 2:
            used.update(wire for wire, other in zip(ins, reversed(outs), strict=True) if other in used)

    def end_the_rest(wires: Any, ids: Sequence[int]) -> Wiring:  # Any: a discopy.monoidal.Ty
        parts = (
            markov.Diagram.id(wire) if i in used else markov.Diagram.copy(wire, 0)
            for wire, i in zip(wires, ids, strict=True)
        )
        return markov.Diagram.id().tensor(*parts)

    wires = list(range(len(wiring.dom)))
    tidied = end_the_rest(wiring.dom, wires)
    for box, at, ins, outs in steps:
        before = len(used.intersection(wires[:at]))
        wires[at : at + len(ins)] = outs
        if box.data is not None or used.issuperset([*ins, *outs]):
            after = before + len(ins)
            tidied = tidied >> tidied.cod[:before] @ (box >> end_the_rest(box.cod, outs)) @ tidied.cod[after:]
    return tidied


# Layout --------------------------------------------------------------------------------------------------------------

SWEEPS = 100  # over all wires, each time moving each to where its ends want it


@dataclass(eq=False)
class _Strand:
    """A wire from the box that it comes from to the one that it goes to: at rest in x, from row to row."""

    label: str
    start: int  # the row that it comes from; 0 is above all
    told: bool  # is it labelled?
    ready: int = 0  # the row after which it may end
    end: int = -1
    x: float = 0.0
    left: set[_Strand] = field(default_factory=set)  # its neighbours
    right: set[_Strand] = field(default_factory=set)
    # At each end, the strands on its side, those on the other, and how far it wants to be from their middle; `None`:
    # that both middles agree.
    wants: list[tuple[Sequence[_Strand], Sequence[_Strand], float | None]] = field(default_factory=list)

    def settle(self) -> None:
        """Move to where the two ends want it, as far as the neighbours let it."""
        wanted = [_middle(to) + (self.x - _middle(of) if beside is None else beside) for of, to, beside in self.wants]
        if wanted:
            x = min([sum(wanted) / len(wanted), *(other.x - 1 for other in self.right)])
            self.x = max([x, *(other.x + 1 for other in self.left)])


@dataclass(frozen=True, eq=False)
class _Node:
    """A box, copy, end or crossing, in its row."""

    box: Any  # Any: a discopy.markov.Box
    row: int
    inputs: Sequence[_Strand]
    outputs: Sequence[_Strand]
    before: Sequence[_Strand]  # the strand to the left, if any: where something without inputs goes


def _middle(strands: Sequence[_Strand]) -> float:
    return (strands[0].x + strands[-1].x) / 2


def _rows(wiring: Wiring) -> tuple[list[_Strand], list[_Node], int]:
    """The strands at the top, the nodes, each in the first row that has space for it, and the number of rows."""
    top = [_Strand(str(wire), 0, True) for wire in wiring.dom]
    strands, gaps, nodes = [*top], [0] * (len(top) + 1), list[_Node]()
    for box, at in zip(wiring.boxes, wiring.offsets, strict=True):
        to = at + len(box.dom)
        inputs, around = strands[at:to], strands[max(at - 1, 0) : to + 1]
        row = 1 + max([0, *(strand.ready for strand in (inputs or around)), *(gaps[at + 1 : to] or [gaps[at]])])
        if not inputs:
            row = max(row, gaps[at] + 1)
            for strand in around:
                strand.ready = row - 1
        for strand in inputs:
            strand.end = row
        outputs = [_Strand(str(wire), row, box.data is not None, row) for wire in box.cod]
        nodes.append(_Node(box, row, inputs, outputs, strands[max(at - 1, 0) : at]))
        strands[at:to] = outputs
        gaps[at : to + 1] = (
            [row] * (len(outputs) + 1)
            if not inputs or not outputs
            else [gaps[at], *[row] * (len(outputs) - 1), gaps[to]]
        )
    rows = max((node.row for node in nodes), default=0) + 1
    for strand in strands:
        strand.end = rows
    return top, nodes, rows


def _place(top: Sequence[_Strand], nodes: Sequence[_Node], rows: int) -> list[_Strand]:
    """All strands, each at its x: neighbours at least one apart, and the ends of a strand where it is."""
    strands, cut = [*top], [*top]
    for row in range(rows):
        for node in (node for node in nodes if node.row == row):
            at = cut.index(node.inputs[0]) if node.inputs else cut.index(node.before[0]) + 1 if node.before else 0
            cut[at : at + len(node.inputs)] = node.outputs
            strands += node.outputs
        for left, right in pairwise(cut):
            left.right.add(right)
            right.left.add(left)
            right.x = max(right.x, left.x + 1)
    for _ in strands:  # push to the right what is too near
        moved = [(right, left.x + 1) for left in strands for right in left.right if right.x < left.x + 1]
        for right, x in moved:
            right.x = max(right.x, x)
        if not moved:
            break
    for node in nodes:
        ins, outs = node.inputs, node.outputs
        pairs = list(zip(ins, outs, strict=True)) if len(ins) == len(outs) else []
        for one, other in pairs:
            one.wants.append(([one], [other], None))
            other.wants.append(([other], [one], None))
        if ins and outs and not pairs:
            for strand in ins:
                strand.wants.append((ins, outs, None))
            for at, strand in enumerate(outs):  # close together
                strand.wants.append((outs, ins, at - (len(outs) - 1) / 2))
    for sweep in range(SWEEPS):
        for strand in sorted(strands, key=lambda strand: strand.x, reverse=sweep % 2 == 0):
            strand.settle()
    least = min((strand.x for strand in strands), default=0.0)
    for strand in strands:
        strand.x -= least
    return strands


# Drawing -------------------------------------------------------------------------------------------------------------

ENDINGS = ".svg", ".png"
COLUMN, ROW, BEND, MARGIN = 0.9, 0.8, 0.36, 0.5  # inches: between wires, of a row with boxes, of another, and around
HIGH, WIDE, DOT = 0.3, 0.28, 0.045  # of a box, of a box beyond its wires, and of a dot
NAME, LABEL = 9.0, 6.0  # points of the name of a box, and of the label of a wire
LETTER, WRAP = 0.085, 14  # inches of a letter of a name; letters after which a label is broken
STYLE: dict[str, Any] = {  # Any: as Matplotlib has it
    "svg.hashsalt": "cat_ad",
    "svg.fonttype": "none",  # text stays text
    "font.family": "DejaVu Sans",
}
METADATA: dict[str, dict[str, str | None]] = {".svg": {"Date": None, "Creator": None}, ".png": {"Software": None}}


def draw(f: SomeArrow, path: str | PathLike[str]) -> None:
    """Draw an arrow, from its domain at the top to its codomain below, as SVG or PNG by the ending of the path.

    A dot copies a wire, or ends it; of copies only those are drawn that are used. Drawn again, the file is the same.
    Raises `SpaceError` for another ending, and `InterpretationError` unless DisCoPy is installed.
    """
    ending = Path(path).suffix.lower()
    if ending not in ENDINGS:
        raise SpaceError(f"draw: wanted a path that ends in .svg or .png, got {told(str(path))}")
    _discopy("draw")
    from matplotlib import style

    with style.context(["default", STYLE]):
        _figure(tidy(diagram(f.to(Diagrams())))).savefig(path, dpi=150, metadata=METADATA[ending])


def _figure(wiring: Wiring) -> Figure:
    """The figure of a diagram, as large as it needs."""
    from matplotlib.figure import Figure

    top, nodes, rows = _rows(wiring)
    strands = _place(top, nodes, rows)
    with_boxes = {node.row for node in nodes if node.box.data is not None}
    heights = [ROW if row in with_boxes or row == 0 else BEND for row in range(rows + 1)]
    ends = [0.0, *accumulate(heights)]
    width = COLUMN * max((strand.x for strand in strands), default=0.0) + 2 * MARGIN + WIDE
    height = ends[-1]
    figure = Figure(figsize=(width, height), facecolor="white")
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0), xlim=(-MARGIN, width - MARGIN), ylim=(height, 0.0))
    axes.set_axis_off()
    for strand in strands:
        x, y = COLUMN * strand.x, ends[strand.start + 1] if strand.start else 0.1
        low = ends[strand.end] if strand.end < rows else height - 0.1
        axes.plot([x, x], [y, low], color="black", linewidth=1.0, zorder=1, snap=False)
        if strand.told:
            label = "\n".join(wrap(strand.label, WRAP, break_long_words=False))
            y = y - (ROW - HIGH) / 2 if strand.start else y
            axes.text(x + 0.04, y + 0.03, label, size=LABEL, va="top", color="dimgray", parse_math=False, zorder=4)
    for node in nodes:
        _draw_node(axes, node, ends[node.row], ends[node.row + 1])
    return figure


def _draw_node(axes: Axes, node: _Node, high: float, low: float) -> None:
    """A box with its name, a dot, or wires that cross, between two heights."""
    from matplotlib.patches import Circle, FancyBboxPatch

    ins, outs = ([COLUMN * strand.x for strand in strands] for strands in (node.inputs, node.outputs))
    y = (high + low) / 2
    if node.box.data is None and len(ins) == 2:
        _curve(axes, (ins[0], high), (outs[1], low))
        _curve(axes, (ins[1], high), (outs[0], low))
    elif node.box.data is None:
        _curve(axes, (ins[0], high), (ins[0], y))
        for x in outs:
            _curve(axes, (ins[0], y), (x, low))
        axes.add_patch(Circle((ins[0], y), DOT, color="black", zorder=3))
    else:
        for x in ins:
            _curve(axes, (x, high), (x, y))
        for x in outs:
            _curve(axes, (x, y), (x, low))
        left, right = min(ins + outs, default=0.0), max(ins + outs, default=0.0)
        wide = max(right - left + 2 * WIDE, 2 * WIDE)
        name = node.box.name
        size = NAME * min(1.0, max(wide, COLUMN - 0.1) / (LETTER * max(len(name), 1)))
        wide = max(wide, LETTER * (len(name) + 1) * size / NAME)
        corner = (left + right - wide) / 2, y - HIGH / 2
        style = "round,pad=0,rounding_size=0.05"
        axes.add_patch(FancyBboxPatch(corner, wide, HIGH, style, facecolor="aliceblue", edgecolor="black", zorder=2))
        axes.text((left + right) / 2, y, name, size=size, ha="center", va="center", parse_math=False, zorder=3)


def _curve(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    """A wire that leaves and arrives upright."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Line

    (x, y), (u, v) = start, end
    points = [(x, y), (x, (y + v) / 2), (u, (y + v) / 2), (u, v)]
    line = Line(points, [Line.MOVETO, Line.CURVE4, Line.CURVE4, Line.CURVE4])
    axes.add_patch(PathPatch(line, facecolor="none", edgecolor="black", linewidth=1.0, zorder=1, snap=False))
