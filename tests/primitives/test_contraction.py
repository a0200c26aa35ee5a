"""Contractions are what `np.einsum` says, for indices in any order, and in runs that are made one; staged too."""

from collections.abc import Callable
from functools import reduce
from itertools import product
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cat_ad as c
from cat_ad import Dim, reverse, stage
from cat_ad.arrows.lifting import lift
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.array_operations import NAMED
from cat_ad.objects.trees import leaves, tree_map
from cat_ad.primitives.affine import affine
from cat_ad.primitives.contractions import contract
from tests.staging.test_array_programs import bits
from tests.support.arrows import SEEDS
from tests.support.in_c import all_of
from tests.support.primitives import I, J
from tests.support.trees import Tree, assert_close, point

Plan: TypeAlias = tuple[str, str, str]


class Over(Dim):
    """As many as there are."""


LETTERS = "ijklmn"
LEFT, RIGHT, OUT = range(3)
MEMBERS = (LEFT, RIGHT), (LEFT, OUT), (RIGHT, OUT), (LEFT, RIGHT, OUT)  # every index is in two of the three, or in all


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """The indices of three arrays: runs of one to three indices each, in an order of its own in each array.

    Some runs are torn apart, or have their indices exchanged, in one of the arrays.
    """
    lengths = draw(st.lists(st.integers(1, 3), max_size=4))
    ends = np.cumsum(lengths)
    runs = [LETTERS[end - length : end] for length, end in zip(lengths, ends, strict=True) if end <= len(LETTERS)]
    members = [draw(st.sampled_from(MEMBERS)) for _ in runs]
    arrays = []
    for array in (LEFT, RIGHT, OUT):
        here = "".join(
            draw(st.permutations([run for run, inside in zip(runs, members, strict=True) if array in inside]))
        )
        torn = draw(st.integers(0, 3)) == 0
        arrays.append("".join(draw(st.permutations(here))) if torn else here)
    left, right, out = arrays
    return left, right, out


@settings(max_examples=150)
@given(plan=plans(), sizes=st.lists(st.integers(0, 3), min_size=6, max_size=6), seed=SEEDS)
def test_contraction_is_einstein_s_sum(plan: Plan, sizes: list[int], seed: int) -> None:
    """Of any sizes, zero too."""
    left, right, out = plan
    size, rng = dict(zip(LETTERS, sizes, strict=True)), np.random.default_rng(seed)
    u, v = (rng.standard_normal([size[i] for i in indices]) for indices in (left, right))
    found: Tree = contract(left, right, out)(u, v)
    expected: Tree = np.einsum(f"{left},{right}->{out}", u, v)
    assert found.shape == expected.shape
    assert_close(np.ravel(found), np.ravel(expected), 1e-12, floor=1.0)


FLAWED = np.array([0.0, -0.0, 1.0, -1.0, 2.0, np.nan, np.inf])  # 0 times the last two is nan
SUMS = "sum_last", "flaws_last", "mean_last", "sum_leading"


@pytest.mark.parametrize("plan", ["i,i->", "oi,i->o", "i,oi->o", "o,i->oi", "ij,jk->ik", "jk,ij->ki"])
def test_no_flaw_is_lost(plan: str) -> None:
    """What is infinite or nan shows in all that it is part of, and what is staged gives the same, bit for bit."""
    left, right, out = plan.replace("->", ",").split(",")
    rng, letters = np.random.default_rng(len(plan)), sorted({*left, *right})
    functions, arguments = list[Callable[..., Tree]](), list[tuple[Tree, ...]]()
    for sizes in product(range(4), repeat=len(letters)):
        size = dict(zip(letters, sizes, strict=True))
        u, v = (np.asarray(rng.choice(FLAWED, [size[i] for i in indices])) for indices in (left, right))
        functions += [contract(left, right, out), *(NAMED[name] for name in SUMS)]
        arguments += [(u, v), *[(u,)] * len(SUMS)]
    with np.errstate(invalid="ignore"):
        found = all_of(functions)(*arguments)
        for (u, v), sums in zip(arguments[:: len(SUMS) + 1], found[:: len(SUMS) + 1], strict=True):
            np.testing.assert_array_equal(sums, np.einsum(plan, u, v))
        assert bits(stage(all_of(functions))(*arguments)) == bits(found)


@pytest.mark.parametrize("f", [c.dot(I), c.matvec(I, J), c.matmul(J, J, I), affine(I, J)], ids=str)
@pytest.mark.parametrize("lifted", [(True, True), (False, True)])
def test_an_array_may_have_all_the_axes_that_numpy_allows(f: SomeArrow, lifted: tuple[bool, bool]) -> None:
    """More than there are letters; all but the last are of one entry here, and change no number."""
    more, (left, right) = (1,) * 60, point(f.dom, np.random.default_rng(0))
    many = reduce(lambda g, _: lift(Over, g, lifted), more, f)

    def seen(x: Tree) -> Tree:
        return np.reshape(x, more + np.shape(x))

    wide = tree_map(seen, left) if lifted[0] else left, seen(right)
    y, pull = reverse(f)((left, right))
    y_too, pull_too = reverse(many)(wide)
    assert_close(y_too, seen(y), 1e-12)
    for one, other in zip(leaves(pull_too(seen(y))), leaves(pull(y)), strict=True):
        assert_close(np.ravel(one), np.ravel(other), 1e-12)
