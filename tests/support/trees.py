"""Values and tangents of any object as vectors of numbers, so that one test can speak of all objects."""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from cat_ad.objects.spaces import dimensions, factors, is_array, kind

Tree: TypeAlias = Any  # Any: a value or a tangent of an object that is known only at run time
Vector: TypeAlias = npt.NDArray[np.float64]

UNSIZED = 3  # how long a dimension without a size is in these tests
INDICES = -1, 2  # every integer is an index of any dimension, from its end if negative
HIDES = -1e29  # below are only entries that `causal` hides


def point(space: object, rng: np.random.Generator, low: float = -1.0, high: float = 1.0) -> Tree:
    """A value of an object, its numbers uniform between two bounds, and the first integer of each row not negative."""
    if not is_array(space):
        return tuple(point(part, rng, low, high) for part in factors(space))
    shape = tuple(dim.size or UNSIZED for dim in dimensions(space))
    if kind(space) == "Float":
        return np.asarray(rng.uniform(low, high, shape))
    if kind(space) == "Bool":
        return np.asarray(rng.random(shape) < 0.5)
    integers = np.asarray(rng.integers(*INDICES, size=shape))
    return np.where(np.arange(shape[-1]) == 0, abs(integers), integers) if shape else integers


def tangent(like: Tree, rng: np.random.Generator) -> Tree:
    """A tangent at a value, with `None` at integers and, now and then, for the zero of any part."""
    if rng.random() < 1 / 8:
        return None
    if isinstance(like, tuple):
        return tuple(tangent(part, rng) for part in like)
    return np.asarray(rng.uniform(-1.0, 1.0, like.shape)) if is_float(like) else None


def direction(like: Tree, rng: np.random.Generator) -> Tree:
    """A tangent in the space of `like` itself, where that of an integer is 0."""
    if isinstance(like, tuple):
        return tuple(direction(part, rng) for part in like)
    return np.asarray(rng.uniform(-1.0, 1.0, like.shape)) if is_float(like) else np.zeros_like(like)


def is_float(array: Tree) -> bool:
    """Does this array have tangents?"""
    return bool(np.asarray(array).dtype.kind == "f")


def leaves(tree: Tree) -> Iterator[Tree]:
    """The arrays of a tree, from left to right."""
    for part in tree if isinstance(tree, tuple) else ():
        yield from leaves(part)
    if not isinstance(tree, tuple):
        yield tree


def numbers(value: Tree) -> Vector:
    """All the numbers of a value, integers too."""
    return np.concatenate([np.zeros(0), *map(_entries, leaves(value))])


def coordinates(like: Tree, tangent: Tree) -> Vector:
    """The coordinates of a tangent at `like`, where integers have none and `None` is zero."""
    if isinstance(like, tuple):
        parts = (None,) * len(like) if tangent is None else tangent
        return np.concatenate([np.zeros(0), *map(coordinates, like, parts)])
    if not is_float(like):
        assert tangent is None or tangent is like, "the tangent of an integer is None"
        return np.zeros(0)
    assert tangent is None or np.shape(tangent) == np.shape(like), "a tangent has the shape of its value"
    return np.zeros(np.size(like)) if tangent is None else _entries(tangent)


def _entries(array: Tree) -> Vector:
    """All entries in a row, with a moderate number for those hidden, beside which no other could be seen."""
    entries = np.asarray(array, np.float64).ravel()
    return np.where(entries < HIDES, -100.0, entries)


def with_coordinates(like: Tree, vector: Tree, integer: bool) -> Tree:
    """The tree of the shape of `like` with these coordinates, and its integers, or `None` in their places."""
    sizes = [leaf.size if is_float(leaf) else 0 for leaf in leaves(like)]
    starts = iter([0, *accumulate(sizes)])

    def filled(part: Tree) -> Tree:
        if isinstance(part, tuple):
            return tuple(map(filled, part))
        start = next(starts)
        if is_float(part):
            return vector[start : start + part.size].reshape(part.shape)
        return part if integer else None

    return filled(like)


def row(tree: Tree, n: int) -> Tree:
    """The nth entry along the first axis of every array."""
    if isinstance(tree, tuple):
        return tuple(row(part, n) for part in tree)
    return None if tree is None else tree[n]


def stacked(trees: Sequence[Tree]) -> Tree:
    """Trees of arrays as one tree of arrays with one more axis in front."""
    if isinstance(trees[0], tuple):
        return tuple(stacked(parts) for parts in zip(*trees, strict=True))
    return None if trees[0] is None else np.stack(trees)


def assert_close(left: Vector, right: Vector, tolerance: float, what: str = "", floor: float = 0.0) -> None:
    """Two vectors differ by at most this part of their size; of sizes below `floor`, of that."""
    assert left.shape == right.shape, what
    finite = np.isfinite(left) & np.isfinite(right)
    assert np.array_equal(left[~finite], right[~finite]), what
    left, right = left[finite], right[finite]
    size = max(floor, float(np.linalg.norm(left)), float(np.linalg.norm(right)))
    difference = float(np.linalg.norm(left - right))
    assert difference <= tolerance * size, f"{what}: {difference:.1e} is over {tolerance:.0e} of {size:.1e}"
