"""Pictures of the lessons, as notebooks and pages show them.

>>> from matplotlib.figure import Figure
>>> line = Figure((2, 2))
>>> _ = line.subplots().plot([0, 1], [0, 2])
>>> picture(line).svg.startswith("<svg")
True

And of arrows, which show themselves at the end of a cell, where a picture is wanted:

>>> from cat_ad import Scalar, dup, mul
>>> diagram(dup(Scalar) >> mul(Scalar)).svg.startswith("<svg")
True
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib as mpl
from matplotlib.figure import Figure

from cat_ad import Arrow, draw
from cat_ad.categories.category import A, B


@dataclass(frozen=True)
class Picture:
    """A drawing in SVG."""

    svg: str

    def _repr_svg_(self) -> str:
        return self.svg


def picture(figure: Figure) -> Picture:
    """A figure of matplotlib, the same for the same figure."""
    written = StringIO()
    with mpl.rc_context({"svg.hashsalt": "", "svg.fonttype": "none", "font.family": "sans-serif"}):
        figure.savefig(written, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return _picture(written.getvalue())


def diagram(f: Arrow[A, B]) -> Picture:
    """An arrow as a string diagram. Errors as in `draw`."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "arrow.svg"
        draw(f, file)
        return _picture(file.read_text("utf-8"))


def _picture(text: str) -> Picture:
    """Without what stands before the drawing in a file."""
    return Picture(text[text.index("<svg") :])


@dataclass(frozen=True)
class Frames:
    """Pictures of which one is seen, chosen by a slider; each has its caption."""

    label: str
    pictures: Mapping[str, Picture]

    def _repr_html_(self) -> str:
        """The component of the page that has this name makes the slider; without it, all are seen."""
        shown = "".join(
            f"<figure>{each.svg}<figcaption>{escape(caption)}</figcaption></figure>"
            for caption, each in self.pictures.items()
        )
        return f'<div class="frames" data-component="frames" data-label="{escape(self.label)}">{shown}</div>'
