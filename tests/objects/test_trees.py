"""Trees: what is taken apart is put together again."""

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from cat_ad.objects.trees import Tree, joined, leaves, parts, pruned, rebuilt, tree_map

TREES = st.recursive(st.integers() | st.none(), lambda inner: st.lists(inner, max_size=4).map(tuple), max_leaves=12)


@given(TREES)
def test_a_tree_is_rebuilt_of_its_leaves(tree: Tree) -> None:
    """And mapping is mapping the leaves."""
    assert rebuilt(tree, leaves(tree)) == tree
    assert tree_map(lambda x: (0, x), tree) == rebuilt(tree, [(0, x) for x in leaves(tree)])
    assert tree_map(lambda x, y: x is y, tree, tree) == tree_map(lambda x: True, tree)


@given(TREES)
def test_what_is_pruned_has_the_same_leaves(tree: Tree) -> None:
    """`None` stands for as many as there were, none of its products is zero, and pruning it changes nothing."""

    def filled(like: Tree, found: Tree) -> Tree:
        return tuple(map(filled, like, parts(found, len(like)))) if isinstance(like, tuple) else found

    found = pruned(tree)
    assert filled(tree, found) == tree
    assert pruned(found) == found
    assert found is None or any(x is not None for x in leaves(found))


@given(TREES, TREES)
def test_a_pair_is_the_joined_parts_of_it(left: Tree, right: Tree) -> None:
    """Whether one leaf stands for it or not."""
    assert parts(joined(left, right)) == (left, right)


class Pair(NamedTuple):
    """Two numbers."""

    x: float
    y: float


def test_a_named_tuple_is_a_tuple() -> None:
    """As at the boundary of a call."""
    assert tree_map(lambda x, y: x + y, Pair(1.0, 2.0), (3.0, 4.0)) == (4.0, 6.0)
