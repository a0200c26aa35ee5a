"""Boxes of values of any object, and intervals of the arrows that the tests make."""

from collections.abc import Callable

import numpy as np

import cat_ad as c
from cat_ad import Hom, Intervals, Primitive, Scalar
from cat_ad.categories.category import A, B
from cat_ad.objects.trees import tree_map
from cat_ad.readings.intervals import Interval, function, hom
from cat_ad.readings.intervals.boxes import Bounds
from tests.support.trees import Tree, is_float, point


def a_box(space: type, rng: np.random.Generator, low: float = -1.0, high: float = 1.0) -> tuple[Tree, Tree]:
    """The ends of a box in an object, some of whose sides are short, and some none."""
    one, other = point(space, rng, low, high), point(space, rng, low, high)

    def nearer(x: Tree, y: Tree) -> Tree:
        if x.dtype == np.bool_:
            return y
        return x + (y - x) * rng.choice([0.0, 0.01, 0.3, 1.0], x.shape) if is_float(x) else x

    other = tree_map(nearer, one, other)
    return tree_map(np.minimum, one, other), tree_map(np.maximum, one, other)


def between(lower: Tree, upper: Tree, rng: np.random.Generator) -> Tree:
    """A point of a box: each entry anywhere, or at an end."""

    def chosen(l: Tree, u: Tree) -> Tree:
        if not is_float(l):
            return np.where(rng.random(l.shape) < 0.5, l, u)
        part = np.where(rng.random(l.shape) < 1 / 3, rng.integers(0, 2, l.shape), rng.random(l.shape))
        return np.clip(l + part * (u - l), l, u)

    return tree_map(chosen, lower, upper)


class Known(Intervals):
    """Intervals that know the primitives which the tests make as users, too."""

    def primitive(self, arrow: Primitive[A, B]) -> Hom[Interval, A, B]:
        """`spread` goes one way in each entry, and `between` is a sine, shifted and scaled."""
        value: Callable[[Tree], Tree] = arrow.value
        if arrow.name == "spread" and arrow.dom is Scalar:
            return hom(lambda x: Bounds(*_outward(value(x.lower), value(x.upper))))
        if arrow.name == "between":
            low, high = value(np.float64(-np.pi / 2)), value(np.float64(np.pi / 2))
            sine = function(c.sin(arrow.dom).to(Intervals()))
            return hom(lambda x: _stretched(sine(x), low, high))
        return super().primitive(arrow)


def _stretched(x: Bounds, low: float, high: float) -> Bounds:
    """From between -1 and 1 to between two numbers."""
    return Bounds(*_outward(*(low + (high - low) * (end + 1) / 2 for end in (x.lower, x.upper))))


def _outward(one: Tree, other: Tree) -> tuple[Tree, Tree]:
    """In order, and a few ulps apart."""
    lower, upper = np.minimum(one, other), np.maximum(one, other)
    return lower - 1e-15 * (1 + abs(lower)), upper + 1e-15 * (1 + abs(upper))
