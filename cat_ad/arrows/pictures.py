"""What a notebook shows of an arrow: its picture.

Arrows do not know how they are drawn. The reading that draws them, `cat_ad.readings.diagrams`, says so here when it is
imported.

>>> picture_of(3) is None                      # nobody draws numbers, so that a notebook prints them
True
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Draw: TypeAlias = Callable[[object], str | None]  # SVG, or `None` of what it cannot draw

_ways: list[Draw] = []


def drawn_by(draw: Draw) -> Draw:
    """Draw things in this way, if no earlier way can. It can stand before a function, as a decorator."""
    _ways.append(draw)
    return draw


def picture_of(thing: object) -> str | None:
    """The picture, as SVG; `None` if there is no way to draw it."""
    return next((svg for draw in _ways if (svg := draw(thing)) is not None), None)
