"""Boxes of all magnitudes, and the points of them at which bounds are most likely to fail."""

import numpy as np

from cat_ad.objects.trees import tree_map
from tests.support.trees import Tree, is_float, point


def numbers(rng: np.random.Generator, shape: tuple[int, ...], dtype: type) -> Tree:
    """Of all magnitudes, of both signs, and now and then special, or small."""
    info = np.finfo(dtype)
    special = [0.0, info.smallest_subnormal, info.smallest_normal, 1.0, info.max, np.inf, np.pi, 88.7, 709.7, 1e8]
    kind = rng.integers(0, 4, shape)
    far = np.ldexp(rng.uniform(0.5, 1.0, shape), rng.integers(info.minexp - info.nmant, info.maxexp, shape))
    near = rng.uniform(0.0, 2.0, shape)
    found = np.where(
        kind == 0, rng.choice(np.array(special), shape), np.where(kind == 1, far, near * (1 + 30 * (kind == 3)))
    )
    with np.errstate(all="ignore"):
        return (found * rng.choice([-1.0, 1.0], shape)).astype(dtype)


def extreme_box(space: type, rng: np.random.Generator, dtype: type) -> tuple[Tree, Tree]:
    """Ends of a box: each side has no width, or is as long as its neighbours are apart, or anything."""

    def drawn(x: Tree) -> Tree:
        return numbers(rng, x.shape, dtype) if is_float(x) else ~x if x.dtype == np.bool_ else x

    def nearer(x: Tree, y: Tree) -> Tree:
        if not is_float(x):
            return y if x.dtype == np.bool_ else x
        kind = rng.integers(0, 5, x.shape)
        with np.errstate(all="ignore"):
            neighbour = np.nextafter(x, y)
            close = (x * (1 + dtype(rng.choice([1e-6, 1e-3, 0.3])))).astype(dtype)
        return np.where(
            kind == 0, x, np.where(kind == 1, neighbour, np.where(kind == 2, close, np.where(kind == 3, -x, y)))
        )

    one = tree_map(drawn, point(space, rng))
    other = tree_map(nearer, one, tree_map(drawn, one))
    return tree_map(np.minimum, one, other), tree_map(np.maximum, one, other)


def inside(lower: Tree, upper: Tree, rng: np.random.Generator) -> Tree:
    """A point of a box: ends, their neighbours, zeros, ones, the middle, or anything between."""

    def chosen(l: Tree, u: Tree) -> Tree:
        if not is_float(l):
            return np.where(rng.random(l.shape) < 0.5, l, u)
        dtype = l.dtype.type
        with np.errstate(all="ignore"):
            middle = l / 2 + u / 2
            ways = [
                l,
                u,
                np.nextafter(l, u),
                np.nextafter(u, l),
                l * 0,
                -l * 0,
                l * 0 + 1,
                middle,
                numbers(rng, l.shape, dtype),
            ]
            ways.append(l + (u - l) * dtype(rng.random()))
            found = np.choose(rng.integers(0, len(ways), l.shape), ways).astype(l.dtype)
        found = np.where(np.isnan(found), l, found)
        return np.where((found >= l) & (found <= u), found, np.where(rng.random(l.shape) < 0.5, l, u))

    return tree_map(chosen, lower, upper)
