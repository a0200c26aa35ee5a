"""Lines, boxes and words on paper, as `cat_ad.readings.diagrams.drawing` asks Matplotlib for them; written as SVG.

>>> from io import BytesIO
>>> figure, file = Figure(), BytesIO()
>>> axes = figure.add_axes((0, 0, 1, 1))
>>> axes.set(xlim=(0, 1), ylim=(1, 0))
>>> axes.add_artist(Circle((0.5, 0.5), 0.25, color="black", gid="dot"))
>>> figure.set_size_inches(1, 1)
>>> figure.savefig(file)
>>> file.getvalue().decode().splitlines()[1]
'<g id="dot"><circle cx="36" cy="36" r="18" fill="black" stroke="black"/></g>'
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from io import BytesIO
from pathlib import Path as File

__all__ = ["Circle", "FancyBboxPatch", "Figure", "Path", "PathPatch", "TextPath", "context"]

INCH = 72  # points
WIDTHS = {  # of letters of DejaVu Sans, in hundredths of the size of the font
    28: "ijlI' ",
    34: "J|.,:;",
    40: "ft()[]r-/\\",
    52: "szcxykv",
    60: "aegFLPTEXYZbdhnopqu0123456789KSVABR",
    70: "CU",
    78: "GHNDOQ=+<>×→",
    86: "Mm",
    98: "W@",
}
OF_LETTER = {letter: width / 100 for width, letters in WIDTHS.items() for letter in letters}
BASE, LINES = 0.93, 1.21  # of the size: from the top of a line to its letters' feet, and to the next line

Point = tuple[float, float]


@contextmanager
def context(styles: object) -> Iterator[None]:
    """There is one style."""
    yield


@dataclass
class Extents:
    """How large something is."""

    width: float


class TextPath:
    """A line of text, measured."""

    def __init__(self, at: Point, text: str, size: float) -> None:
        """Of a font of this size, in points; wherever it is."""
        self.width = size * sum(OF_LETTER.get(letter, 0.62) for letter in text.replace(r"\$", "$"))

    def get_extents(self) -> Extents:
        """In points."""
        return Extents(self.width)


class Path:
    """Lines through points, or curves; several of them together."""

    MOVETO, CURVE4 = 1, 4
    pieces: list[tuple[Sequence[Point], bool]]

    def __init__(self, points: Sequence[Point], codes: Sequence[int] = ()) -> None:
        """Straight from one to the next, or as a curve with two handles."""
        self.pieces = [(points, Path.CURVE4 in codes)]

    @staticmethod
    def make_compound_path(*paths: Path) -> Path:
        """All of them."""
        made = Path([])
        made.pieces = [piece for path in paths for piece in path.pieces]
        return made


class Artist:
    """Something on the paper; what has a larger `zorder` is drawn later."""

    def __init__(self, zorder: float = 1, gid: str = "") -> None:
        """With a name, or none."""
        self.zorder, self.gid = zorder, gid

    def set_gid(self, gid: str) -> None:
        """Its name."""
        self.gid = gid

    def set(self, gid: str, **_: object) -> None:
        """Its name; ends of lines are always round."""
        self.gid = gid

    def svg(self, axes: Axes) -> str:
        """How it is written."""
        raise NotImplementedError


class PathPatch(Artist):
    """Lines."""

    def __init__(self, path: Path, facecolor: str, edgecolor: str, linewidth: float) -> None:
        """In two colours, or without one; so many points wide."""
        super().__init__()
        self.path, self.face, self.edge, self.width = path, facecolor, edgecolor, linewidth

    def svg(self, axes: Axes) -> str:
        """One path."""
        written = []
        for points, curved in self.path.pieces:
            first, *others = (f"{x:g} {y:g}" for x, y in map(axes.at, points))
            written.append(f"M {first} {'C' if curved else 'L'} {' '.join(others)}")
        drawn = f'fill="{self.face}" stroke="{self.edge}" stroke-width="{self.width:g}" stroke-linecap="round"'
        return f'<path d="{" ".join(written)}" {drawn}/>'


class Circle(Artist):
    """A dot."""

    def __init__(self, at: Point, radius: float, color: str, zorder: float = 1, gid: str = "") -> None:
        """Of this radius, in inches."""
        super().__init__(zorder, gid)
        self.middle, self.radius, self.color = at, radius, color

    def svg(self, axes: Axes) -> str:
        """A circle."""
        x, y = axes.at(self.middle)
        drawn = f'fill="{self.color}" stroke="{self.color}"'
        return f'<circle cx="{x:g}" cy="{y:g}" r="{self.radius * INCH:g}" {drawn}/>'


class FancyBboxPatch(Artist):
    """A box with round corners."""

    ROUND = 0.05

    def __init__(
        self, corner: Point, width: float, height: float, style: str, facecolor: str, edgecolor: str, zorder: float
    ) -> None:
        """Of this size, in inches; its corners are round whatever the style says."""
        super().__init__(zorder)
        self.corner, self.width, self.height = corner, width, height
        self.face, self.edge = facecolor, edgecolor

    def svg(self, axes: Axes) -> str:
        """A path, as Matplotlib writes it: pages give it colours."""
        (x, y), w, h, r = axes.at(self.corner), self.width * INCH, self.height * INCH, self.ROUND * INCH
        corners = f"h {w - 2 * r:g} q {r:g} 0 {r:g} {r:g} v {h - 2 * r:g} q 0 {r:g} {-r:g} {r:g} h {2 * r - w:g}"
        d = f"M {x + r:g} {y:g} {corners} q {-r:g} 0 {-r:g} {-r:g} v {2 * r - h:g} q 0 {-r:g} {r:g} {-r:g} z"
        return f'<path d="{d}" fill="{self.face}" stroke="{self.edge}"/>'


class Text(Artist):
    """Words, in one line or several."""

    def __init__(self, at: Point, text: str, size: float, color: str, ha: str, va: str) -> None:
        """Right of a place and below it, or around it."""
        super().__init__(zorder=3)
        self.place, self.text, self.size, self.color, self.ha, self.va = at, text, size, color, ha, va

    def svg(self, axes: Axes) -> str:
        """A text, with its lines."""
        x, y = axes.at(self.place)
        y += self.size * (0.36 if self.va == "center" else BASE)
        lines = "".join(
            f'<tspan x="{x:g}" y="{y + number * self.size * LINES:g}">{escape(line)}</tspan>'
            for number, line in enumerate(self.text.splitlines())
        )
        anchor = ' text-anchor="middle"' if self.ha == "center" else ""
        drawn = f'fill="{self.color}" font-size="{self.size:g}" font-family="DejaVu Sans, sans-serif"'
        return f"<text {drawn}{anchor}>{lines}</text>"


class Axes:
    """The paper, and where on it things are, in inches; y goes down."""

    def __init__(self) -> None:
        """Nothing is drawn yet."""
        self.artists = list[Artist]()
        self.left = self.top = 0.0

    def set_axis_off(self) -> None:
        """There is none."""

    def add_artist(self, artist: Artist) -> None:
        """Draw it too."""
        self.artists.append(artist)

    def text(
        self, x: float, y: float, text: str, size: float, color: str = "black", ha: str = "left", **how: object
    ) -> None:
        """Write words there."""
        self.artists.append(Text((x, y), text, size, color, ha, str(how.get("va"))))

    def set(self, xlim: Point, ylim: Point) -> None:
        """From left to right, and from the bottom to the top."""
        self.left, self.top = xlim[0], ylim[1]

    def at(self, place: Point) -> Point:
        """A place in points, from the upper left corner."""
        return (place[0] - self.left) * INCH, (place[1] - self.top) * INCH


class Figure:
    """A sheet of paper."""

    def __init__(self, facecolor: str = "white") -> None:
        """White, whatever is asked for."""
        self.axes, self.size = Axes(), (1.0, 1.0)

    def add_axes(self, where: object) -> Axes:
        """All of it."""
        return self.axes

    def set_size_inches(self, width: float, height: float) -> None:
        """How large it is."""
        self.size = width, height

    def savefig(self, file: BytesIO | File | str, format: str = "svg", **_: object) -> None:  # noqa: A002
        """Write it. Raises `ValueError` for another format than SVG."""
        if format != "svg":
            raise ValueError(f"asked for a picture as {format}; found that a page can only write .svg; ask for that")
        width, height = (f"{length * INCH:g}" for length in self.size)
        size = f'width="{width}pt" height="{height}pt" viewBox="0 0 {width} {height}"'
        drawn = sorted(self.axes.artists, key=lambda artist: artist.zorder)
        lines = [
            f'<g id="{artist.gid}">{artist.svg(self.axes)}</g>' if artist.gid else artist.svg(self.axes)
            for artist in drawn
        ]
        text = "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" {size}>', *lines, "</svg>\n"])
        if isinstance(file, BytesIO):
            file.write(text.encode())
        else:
            File(file).write_text(text, "utf-8")
