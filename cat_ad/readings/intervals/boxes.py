"""Boxes: intervals of the values of any object.

>>> from cat_ad import Scalar
>>> box(tuple[Scalar, Scalar], (0.0, 1.0), (2.0, 3.0))
(Bounds(lower=0.0, upper=2.0), Bounds(lower=1.0, upper=3.0))
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from cat_ad.objects.arrays import AnyArray
from cat_ad.objects.spaces import kind
from cat_ad.objects.trees import Tree, tree_map, tree_of


@dataclass(frozen=True, slots=True)
class Bounds:
    """All arrays between two of one shape, entry by entry."""

    lower: AnyArray
    upper: AnyArray


Box: TypeAlias = Any  # Any: a tree of `Bounds` and arrays of integers, of an object known at run time


def box(space: type, lower: Tree, upper: Tree) -> Box:
    """All values of an object between two, whose integers agree."""
    return tree_map(lambda a, l, u: Bounds(l, u) if kind(a) != "Int" else l, tree_of(space), lower, upper)


def ends(x: Box) -> tuple[Tree, Tree]:
    """The least and the greatest value in a box."""
    lower = tree_map(lambda part: part.lower if isinstance(part, Bounds) else part, x)
    return lower, tree_map(lambda part: part.upper if isinstance(part, Bounds) else part, x)
