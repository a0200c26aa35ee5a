"""Trees of arrays: the values of products, as nested tuples.

>>> tree_map(lambda x, y: x + y, (1, (2, 3)), (10, (20, 30)))
(11, (22, 33))
>>> leaves((1, (2, 3)))
[1, 2, 3]
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from cat_ad.errors import SpaceError
from cat_ad.objects.arrays import AnyArray
from cat_ad.objects.values import describe

T = TypeVar("T")


def tree_map(f: Callable[..., AnyArray], tree: T, *others: T) -> T:
    """f of the arrays in the same place of each tree. Raises `SpaceError` unless the trees have one structure."""
    return cast(T, _map(f, (tree, *others)))


def _map(f: Callable[..., AnyArray], trees: tuple[AnyArray, ...]) -> AnyArray:
    first = trees[0]
    is_product = type(first) is tuple
    for other in trees:
        if (type(other) is tuple) is not is_product or (is_product and len(other) != len(first)):
            raise unlike(*trees)
    return tuple([_map(f, row) for row in zip(*trees, strict=True)]) if is_product else f(*trees)


def unlike(*trees: object) -> SpaceError:
    """The error of trees that should have one structure."""
    return SpaceError(f"wanted trees of one structure, got {' and '.join(map(describe, trees))}")


def leaves(tree: object) -> list[AnyArray]:
    """The arrays of a tree, from left to right."""
    return [leaf for part in tree for leaf in leaves(part)] if isinstance(tree, tuple) else [tree]
