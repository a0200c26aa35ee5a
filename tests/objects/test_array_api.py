"""Arrows on arrays of a library that has what the array API standard demands and nothing else."""

import array_api_strict
import numpy as np
import pytest

from cat_ad import Dim, each, forward, reverse
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.trees import tree_map
from tests.support.loops import lifts
from tests.support.primitives import INTEGERS, MATRICES, PRIMITIVES, Twin
from tests.support.trees import Tree, assert_close, coordinates, direction, is_float, leaves, numbers, point

EVERY = [
    f for f in (*PRIMITIVES, *INTEGERS, *MATRICES) if str(f) != "constant"
]  # which takes no array, and gives NumPy's


class Over(Dim):
    """However many."""


def strict(tree: Tree) -> Tree:
    """In arrays of that library."""
    return tree_map(lambda x: None if x is None else array_api_strict.asarray(x), tree)


def plain(tree: Tree) -> Tree:
    """Back in arrays of NumPy."""
    return tree_map(lambda x: None if x is None else np.asarray(x), tree)


def tangent_at(like: Tree, rng: np.random.Generator) -> Tree:
    """A random tangent, with `None` for an integer's."""
    return tree_map(lambda x, d: d if is_float(x) else None, like, direction(like, rng))


@pytest.mark.parametrize("f", EVERY, ids=str)
def test_a_primitive_keeps_to_the_standard(f: Twin) -> None:
    """Value, forward and reverse, of one and of each: those of NumPy's arrays, in arrays of the library."""
    lifted: list[SomeArrow] = [each(Over, f.arrow)] if lifts(f.arrow.dom, True) else []
    for arrow in (f.arrow, *lifted):
        rng = np.random.default_rng(0)
        a = point(arrow.dom, rng, *f.domain)
        b = arrow(a)
        da, db = tangent_at(a, rng), tangent_at(b, rng)
        value, push = forward(arrow)(strict(a))
        _, pull = reverse(arrow)(strict(a))
        assert all(isinstance(x, type(array_api_strict.asarray(0))) for x in leaves(value))
        assert_close(numbers(plain(value)), numbers(b), 1e-12, "value", floor=1.0)
        pushed, pulled = forward(arrow)(a)[1](da), reverse(arrow)(a)[1](db)
        assert_close(coordinates(b, plain(push(strict(da)))), coordinates(b, pushed), 1e-12, "forward", floor=1.0)
        assert_close(coordinates(a, plain(pull(strict(db)))), coordinates(a, pulled), 1e-12, "reverse", floor=1.0)
