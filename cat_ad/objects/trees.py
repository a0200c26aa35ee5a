"""Trees: the values of products, as nested tuples, and whatever else there is one of for each array.

>>> tree_map(lambda x, y: x + y, (1, (2, 3)), (10, (20, 30)))
(11, (22, 33))
>>> leaves((1, (2, 3)))
[1, 2, 3]

One leaf may stand for a whole product, of which it says the same of all: the zero tangent is `None`, and "all of it"
and "none of it" are `True` and `False`. So a tree can be taken apart there too, and what is put together is such a leaf
again.

>>> parts((1.0, None)), parts(None)
((1.0, None), (None, None))
>>> joined(1.0, None), joined(None, None)
((1.0, None), None)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias, TypeVar, cast

from cat_ad.errors import SpaceError
from cat_ad.objects.arrays import AnyArray
from cat_ad.objects.spaces import factors, is_array
from cat_ad.objects.values import describe

T = TypeVar("T")
Tree: TypeAlias = Any  # Any: a tree of whatever leaves


def tree_map(f: Callable[..., AnyArray], tree: T, *others: T) -> T:
    """f of the arrays in the same place of each tree. Raises `SpaceError` unless the trees have one structure."""
    return cast(T, _zipped(f, (tree, *others)) if others else _map(f, tree))


def _map(f: Callable[[Tree], Tree], tree: Tree) -> Tree:
    return tuple([_map(f, part) for part in tree]) if isinstance(tree, tuple) else f(tree)


def _zipped(f: Callable[..., Tree], trees: tuple[Tree, ...]) -> Tree:
    is_product = isinstance(trees[0], tuple)
    for tree in trees[1:]:
        if isinstance(tree, tuple) is not is_product or (is_product and len(tree) != len(trees[0])):
            raise unlike(*trees)
    return tuple([_zipped(f, row) for row in zip(*trees, strict=True)]) if is_product else f(*trees)


def unlike(*trees: object) -> SpaceError:
    """The error of trees that should have one structure."""
    return SpaceError(f"wanted trees of one structure, got {' and '.join(map(describe, trees))}")


def leaves(tree: object) -> list[AnyArray]:
    """The arrays of a tree, from left to right."""
    return [leaf for part in tree for leaf in leaves(part)] if isinstance(tree, tuple) else [tree]


def rebuilt(tree: Tree, leaves: Iterable[Tree]) -> Tree:
    """The tree with these for its leaves, from left to right."""
    rest = iter(leaves)
    return _map(lambda _: next(rest), tree)


def tree_of(space: object) -> Tree:
    """The array objects of an object, as a tree like its values.

    >>> from cat_ad import Index, Scalar
    >>> tree_of(tuple[Scalar, tuple[Index, Scalar]])
    (Scalar, (Index, Scalar))
    """
    return space if is_array(space) else tuple(map(tree_of, factors(space)))


def parts(tree: T, many: int = 2) -> tuple[T, ...]:
    """The trees of the factors of a product of so many."""
    return tree if isinstance(tree, tuple) else (tree,) * many


def joined(*parts: T) -> T | tuple[T, ...]:
    """The tree of a product of one factor or more: these, or one leaf if it says all."""
    first = parts[0]
    if first is None or isinstance(first, bool):
        for part in parts:
            if part is not first:
                return parts
        return first
    return parts


def pruned(tree: Tree) -> Tree:
    """The tree of a tangent, with `None` for each product that is zero."""
    return (joined(*map(pruned, tree)) if tree else None) if isinstance(tree, tuple) else tree
