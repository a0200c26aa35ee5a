"""Diagrams in a page are DisCoPy's, and pictures there have all that Matplotlib's have."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import matplotlib
import matplotlib.textpath
import numpy as np
import pytest

from cat_ad import Scalar, add, draw, dup, mul, reverse_derivative, sin, swap
from cat_ad.arrows.pictures import picture_of
from cat_ad.arrows.terms import SomeArrow
from cat_ad.readings.diagrams import Diagrams, category, diagram, drawing, tidy, tidying
from tests.web.conftest import choice
from web.standins import markov as our_markov
from web.standins import plotting

square = dup(Scalar) >> mul(Scalar)
ARROWS: dict[str, SomeArrow] = {
    "square": square,
    "magnitude": square * square >> add(Scalar),
    "crossed": swap(Scalar, Scalar) >> sin(Scalar) * square,
    "derivative": reverse_derivative(square * square >> mul(Scalar)),
    "model": choice("mlp").loss_of_one.arrow,
    "layers": choice("gpt").loss_of_one.arrow,
}


@contextmanager
def standins() -> Iterator[None]:
    """As in a page."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (category, drawing, tidying):
            patch.setattr(module, "discopy", lambda asked: our_markov)
        for name in ("figure", "patches", "path", "style", "textpath"):
            patch.setitem(sys.modules, f"matplotlib.{name}", plotting)
            patch.setattr(matplotlib, name, plotting, raising=False)
        drawing._width.cache_clear()
        yield
    drawing._width.cache_clear()


def rows(f: SomeArrow) -> list[Any]:  # Any: what is told of each part
    """Where all parts of a diagram are."""
    return [
        [(part.ins, part.outs, part.primitive, part.number, part.dot, part.labels) for part in row]
        for row in drawing.arranged(tidy(diagram(f.to(Diagrams()))))
    ]


def told(svg: str) -> tuple[set[str], list[str]]:
    """The names of boxes, dots and wires in a picture, and its words."""
    root = ElementTree.fromstring(svg)
    names = {part.get("id", "") for part in root.iter() if re.match("box-|dot-|wire-", part.get("id", ""))}
    words = [word for part in root.iter() for word in (part.text or "").split() if part.tag[-5:] in ("}text", "tspan")]
    return names, sorted(words)


@pytest.mark.parametrize("name", ARROWS)
def test_diagrams_are_those_of_discopy(name: str) -> None:
    """Their parts are in the same rows, joined by the same wires."""
    there = rows(ARROWS[name])
    with standins():
        assert rows(ARROWS[name]) == there


@pytest.mark.parametrize("name", ["square", "magnitude", "crossed", "derivative", "model"])
def test_pictures_have_what_those_of_matplotlib_have(name: str, tmp_path: Path) -> None:
    """The same boxes, dots, wires and words, on paper as large; and what a cell shows is what `draw` writes."""
    draw(ARROWS[name], tmp_path / "there.svg")
    there = (tmp_path / "there.svg").read_text("utf-8")
    with standins():
        draw(ARROWS[name], tmp_path / "here.svg")
        here = (tmp_path / "here.svg").read_text("utf-8")
        assert picture_of(ARROWS[name]) == here
    assert told(here) == told(there)
    size, wanted = ([float(x) for x in re.findall(r'(?:width|height)="([\d.]+)pt"', svg)] for svg in (here, there))
    np.testing.assert_allclose(size, wanted, rtol=0.05)


def test_words_are_as_wide_as_matplotlib_makes_them() -> None:
    """Within a tenth, of names as boxes and wires have them."""
    for text in ("cross_entropy", "Float[Batch, Vocab]", "Context×Emb, Hidden", "layer_norm", "matvec", "Scalar"):
        there = matplotlib.textpath.TextPath((0, 0), text, size=9.0).get_extents().width
        assert abs(plotting.TextPath((0, 0), text, 9.0).get_extents().width / there - 1) < 0.1


def test_only_svg_is_written(tmp_path: Path) -> None:
    """Another format is refused in a line."""
    with standins(), pytest.raises(ValueError, match=r"a page can only write \.svg"):
        draw(square, tmp_path / "here.png")
