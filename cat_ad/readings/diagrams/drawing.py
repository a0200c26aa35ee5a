"""Drawing: a diagram as SVG or PNG, by Matplotlib.

>>> from cat_ad import Scalar, dup, mul
>>> for row in arranged(diagram((dup(Scalar) >> mul(Scalar)).to(Diagrams()))):
...     print(["wire" if part.wire else "dot" if part.dot else str(part.primitive) for part in row])
['wire']
['dot']
['mul']
['wire']
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.util import find_spec
from io import BytesIO
from itertools import pairwise
from os import PathLike
from pathlib import Path
from textwrap import wrap
from typing import IO, TYPE_CHECKING

from cat_ad.arrows.given import HasArrow, require_arrow
from cat_ad.arrows.pictures import drawn_by
from cat_ad.arrows.sharing import boxes_of
from cat_ad.arrows.terms import Arrow
from cat_ad.categories.category import A, B
from cat_ad.errors import SpaceError, told
from cat_ad.readings.diagrams.category import Diagrams, Wiring, diagram, discopy
from cat_ad.readings.diagrams.layout import GAP, PORT, Part, Row, in_rows, names, parts, place, untangle
from cat_ad.readings.diagrams.tidying import tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.path import Path as Line

    from cat_ad.arrows.terms import SomeArrow

ENDINGS = ".svg", ".png"
NAME, LABEL, LINE = 9.0, 6.5, 0.11  # font sizes of a name and a label, in points; height of a line of labels, in inches
HIGH, EDGE, DOT = 0.26, 0.1, 0.04  # inches: height of a box; its side to its name or first wire; radius of a dot
MARGIN, STUB = 0.12, 0.08  # inches: around all; length of a wire beside its label
BEND, STEEP = 0.14, 0.2  # inches between rows; and more for each inch that a wire goes aside there
SHOWN = 40  # boxes of an arrow that a notebook shows: they are drawn in seconds, and more are no picture to look at
WRAP = 18  # letters after which a label is broken
FILL = "aliceblue"
STYLE = {
    "svg.hashsalt": "cat_ad",
    "svg.fonttype": "none",  # text stays text
    "font.family": ["DejaVu Sans", "sans-serif"],
}
METADATA: dict[str, dict[str, str | None]] = {".svg": {"Date": None, "Creator": None}, ".png": {"Software": None}}


def draw(f: HasArrow[A, B], path: str | PathLike[str]) -> None:
    """Draw an arrow, from its domain at the top to its codomain below, as SVG or PNG by the ending of the path.

    A dot copies a wire, or ends it. What is not used is not drawn: see `tidy`. Drawn again, the file is the same. In
    SVG boxes have ids, box-0, box-1 and so on as they run, and so have wires: wire-0.1-2.0 leads from result 1 of box 0
    to argument 0 of box 2. Ends are in.0 and out.0; wire-0.1-dot is copied, or ends, at dot-0.1.
    Raises `SpaceError` for what is no arrow, for another ending, and for a folder that is not there;
    `InterpretationError` unless DisCoPy is installed.
    """
    f = require_arrow("draw", f)
    if not isinstance(path, str | PathLike):
        raise SpaceError(f"draw: wanted a path that ends in .svg or .png, got {told(path)}")
    ending, folder = Path(path).suffix.lower(), Path(path).parent
    if ending not in ENDINGS or Path(path).is_dir():
        raise SpaceError(f"draw: wanted a path that ends in .svg or .png, got {told(str(path))}")
    if not folder.is_dir():
        raise SpaceError(f"draw: wanted a path in a folder that is there, got {told(str(path))}; make the folder first")
    discopy("draw")
    _save(f, path, ending)


def _save(f: SomeArrow, file: str | PathLike[str] | IO[bytes], ending: str) -> None:
    from matplotlib import style

    with style.context(["default", STYLE]):
        figure = _figure(arranged(tidy(diagram(f.to(Diagrams())))))
        figure.savefig(file, dpi=150, format=ending[1:], metadata=METADATA[ending])


@drawn_by
def shown(f: object) -> str | None:
    """An arrow as a notebook shows it, as SVG; `None` of one of many boxes, and where no DisCoPy is installed."""
    if not isinstance(f, Arrow) or len(boxes_of(f)) > SHOWN or not (find_spec("discopy") and find_spec("matplotlib")):
        return None
    file = BytesIO()
    _save(f, file, ".svg")
    text = file.getvalue().decode()
    return text[text.index("<svg") :]


def arranged(wiring: Wiring) -> list[Row]:
    """The parts of a diagram in rows, each with its place."""
    rows = untangle(in_rows(parts(wiring)))
    for part in (part for row in rows for part in row):
        _make_room(part)
    place(rows)
    return rows


def _make_room(part: Part) -> None:
    """Set the room of a part: as much as its box, its dot and its labels need."""
    part.labels = [_short(label) for label in part.labels]
    widths = [max(_width(line, LABEL) for line in label.splitlines()) for label in part.labels]
    part.step = max([PORT, *(width + GAP for width in widths[:-1])])
    part.left = part.right = DOT if part.dot else 0.0
    if part.primitive:
        ports = max(PORT * (len(part.ins) - 1), part.step * (len(part.outs) - 1))
        part.left = part.right = max(_width(part.primitive.name, NAME), ports, HIGH) / 2 + EDGE
    if widths:
        part.right = max(part.right, part.step * (len(widths) - 1) / 2 + STUB + widths[-1])


def _short(label: str) -> str:
    """An object as it is written on a wire: I×J for Times[I, J], and broken into lines."""
    while (shorter := re.sub(r"Times\[([^\[\]]*?), ([^\[\]]*?)\]", r"\1×\2", label)) != label:
        label = shorter
    return "\n".join(wrap(label, WRAP, break_long_words=False))


@lru_cache(maxsize=4096)
def _width(text: str, size: float) -> float:
    """The width of a line of text, in inches."""
    from matplotlib.textpath import TextPath

    line = TextPath((0, 0), text.replace("$", r"\$"), size=size)
    return float(line.get_extents().width) / 72 if text.strip() else 0.0


def _figure(rows: Sequence[Row]) -> Figure:
    """The figure of parts that have their places, as large as it need be."""
    from matplotlib.figure import Figure
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Line

    width = max((part.x + part.right for row in rows for part in row), default=0.0)
    figure = Figure(facecolor="white")
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    y = 0.0
    name, wires = names(rows), dict[int, list[Line]]()
    for row, below in pairwise([*rows, list[Part]()]):
        high = max((HIGH if part.primitive else 2 * DOT if part.dot else 0.0 for part in row), default=0.0)
        lines = max((1 + label.count("\n") for part in row for label in part.labels), default=0)
        low = y + high + LINE * lines + (STUB if lines else 0.0)
        for part in row:
            for strand, piece in _draw_part(axes, part, name, y, y + high, low):
                wires.setdefault(strand, []).append(piece)
        start = {strand: part.x + part.offset(strand, part.outs) for part in row for strand in part.outs}
        end = {strand: part.x + part.offset(strand, part.ins) for part in below for strand in part.ins}
        aside = max((abs(end[strand] - x) for strand, x in start.items()), default=0.0)
        y = low + BEND + STEEP * aside if below else low
        for strand, x in start.items():
            wires[strand].append(_curve((x, low), (end[strand], y)))
    for strand, pieces in wires.items():
        wire = PathPatch(Line.make_compound_path(*pieces), facecolor="none", edgecolor="black", linewidth=1.0)
        wire.set(gid=f"wire-{name[strand]}", capstyle="round", snap=False)
        axes.add_artist(wire)
    width, height = width + 2 * MARGIN, y + 2 * MARGIN
    figure.set_size_inches(width, height)
    axes.set(xlim=(-MARGIN, width - MARGIN), ylim=(height - MARGIN, -MARGIN))
    return figure


def _draw_part(
    axes: Axes, part: Part, name: Mapping[int, str], top: float, bottom: float, low: float
) -> list[tuple[int, Line]]:
    """Draw a box with its name, or a dot, between two heights, with labels below; return the wires in and out."""
    from matplotlib.patches import Circle, FancyBboxPatch

    middle = (top + bottom) / 2
    wires: list[tuple[int, Line]] = []
    for ends, start, stop in ((part.ins, top, middle), (part.outs, middle, low)):
        places = [(strand, part.x + part.offset(strand, ends)) for strand in ends]
        wires += [(strand, _curve((x, start), (x, stop))) for strand, x in places]
    for strand, label in zip(part.outs, part.labels, strict=False):
        x = part.x + part.offset(strand, part.outs) + STUB / 2
        axes.text(x, bottom + STUB / 2, label, size=LABEL, va="top", color="dimgray", parse_math=False, linespacing=1.1)
    if part.dot:
        gid = f"dot-{name[part.ins[0]].split('-')[0]}"
        axes.add_artist(Circle((part.x, middle), DOT, color="black", zorder=3, gid=gid))
    if part.primitive:
        corner, style = (part.x - part.left, middle - HIGH / 2), "round,pad=0,rounding_size=0.05"
        box = FancyBboxPatch(corner, 2 * part.left, HIGH, style, facecolor=FILL, edgecolor="black", zorder=2)
        box.set_gid(f"box-{part.number}")
        axes.add_artist(box)
        axes.text(part.x, middle, part.primitive.name, size=NAME, ha="center", va="center", parse_math=False, zorder=3)
    return wires


def _curve(start: tuple[float, float], end: tuple[float, float]) -> Line:
    """A wire that leaves and arrives vertically."""
    from matplotlib.path import Path as Line

    (x, y), (u, v) = start, end
    if x == u:
        return Line([(x, y), (u, v)])
    points = [(x, y), (x, (y + v) / 2), (u, (y + v) / 2), (u, v)]
    return Line(points, [Line.MOVETO, Line.CURVE4, Line.CURVE4, Line.CURVE4])
