"""Bounds hold for all numbers: zeros of both signs, the smallest and the greatest, infinities, and their neighbours."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cat_ad as c
from cat_ad import Dim, Float
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.trees import tree_map
from cat_ad.readings import intervals
from tests.support.arrows import PHASES, SEEDS
from tests.support.extremes import extreme_box, inside
from tests.support.primitives import INTEGERS, PRIMITIVES
from tests.support.trees import Tree, is_float, leaves

DTYPES = np.float64, np.float32, np.float16


class N(Dim, size=4):
    """Some numbers."""


POWERS = 0, 1, 2, 3, 4, 7, -1, -2, -3, 0.5, 1.5, -0.5, -1.5, 1e-20, 1e20, 0.1
ARROWS: list[SomeArrow] = [
    *(f.arrow for f in (*PRIMITIVES, *INTEGERS)),
    *(c.power(Float[N], n) for n in POWERS),
    *(c.scale(Float[N], by) for by in (0.0, -1.0, 0.1, -3.0, 1e300, 1e-300)),
    *(c.shift(Float[N], by) for by in (0.0, -1.0, 0.1, 1e300, 1e-300)),
]


def assert_within(value: Tree, found: tuple[Tree, Tree], what: object = "") -> None:
    """Not a bit outside; what is no number is nowhere."""
    for y, l, u in zip(*map(leaves, (value, *found)), strict=True):
        assert not np.any(np.isnan(l) | np.isnan(u))
        assert np.all((y >= l) | np.isnan(y)), (what, y, l)
        assert np.all((y <= u) | np.isnan(y)), (what, y, u)


def assert_sound(f: SomeArrow, lower: Tree, upper: Tree, rng: np.random.Generator) -> None:
    """What is computed at points of a box is within its bounds, and so are the bounds of a smaller box."""
    run = intervals.bounds(f)
    found = run(lower, upper)
    for _ in range(8):
        x = inside(lower, upper, rng)
        with np.errstate(all="ignore"):
            assert_within(f(x), found, (lower, upper, x))
    for _ in range(3):
        one, other = inside(lower, upper, rng), inside(lower, upper, rng)
        smaller = tree_map(np.minimum, one, other), tree_map(np.maximum, one, other)
        for part in run(*smaller):
            assert_within(part, found, (lower, upper, smaller))


def directed(x: Tree) -> Tree:
    """A tangent in the space itself, where that of an integer is 0."""
    return tree_map(lambda part: part if is_float(part) else np.zeros_like(part), x)


@pytest.mark.parametrize("f", ARROWS, ids=str)
@settings(max_examples=2, phases=PHASES, deadline=None)
@given(seed=SEEDS, dtype=st.sampled_from(DTYPES))
def test_bounds_hold_of_all_magnitudes(f: SomeArrow, seed: int, dtype: type) -> None:
    """Of every primitive and its derivatives, what is computed anywhere; and a smaller box has no larger bounds."""
    rng = np.random.default_rng(seed)
    assert_sound(f, *extreme_box(f.dom, rng, dtype), rng)
    for derivative in (c.tangent(f), c.reverse_derivative(f)):
        (x, u), (y, v) = extreme_box(derivative.dom, rng, dtype)
        assert_sound(derivative, (x, directed(u)), (y, directed(v)), rng)
