"""Every primitive computes its function and its derivative, alone and in random compositions."""

from dataclasses import replace
from itertools import count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cat_ad
from cat_ad import D, Primitive, Residual, primitive
from cat_ad.arrows.sharing import boxes_of
from cat_ad.arrows.terms import Arrow
from cat_ad.derivatives.chain_rule import function
from cat_ad.objects.trees import leaves
from tests.categories.test_laws import LINEAR
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.derivatives import assert_agreement
from tests.support.primitives import INTEGERS, MATRICES, PRIMITIVES, Twin
from tests.support.seen import seen
from tests.support.trees import Tree, point

MANY = 12
EVERY = (*PRIMITIVES, *INTEGERS, *MATRICES)


@pytest.mark.parametrize("f", EVERY, ids=str)
def test_five_ways_to_the_derivative_agree(f: Twin) -> None:
    """Forward, reverse, Jacobian, central differences and HIPS autograd, at a few points."""
    for seed in range(3):
        assert_agreement(f, point(f.arrow.dom, np.random.default_rng(seed), *f.domain))


KEEPING = tuple(f for f in EVERY if isinstance(f.arrow, Primitive) and isinstance(f.arrow.derivative, Residual))


@pytest.mark.parametrize("f", KEEPING, ids=str)
def test_a_residual_changes_nothing_but_that_it_is_computed_once(f: Twin) -> None:
    """Value and derivative are those of the primitive without it, in every category; each takes one run."""
    assert isinstance(f.arrow, Primitive)
    assert isinstance(f.arrow.derivative, Residual)
    plain, residual, runs = f.arrow.derivative.__call__, f.arrow.derivative, count()

    def run(a: Tree) -> tuple[Tree, Tree]:
        next(runs)
        return residual.run(a)

    kept = primitive("f", f.arrow.dom, f.arrow.cod, f.arrow.value, Residual(run, residual.rule))
    a = point(f.arrow.dom, np.random.default_rng(0), *f.domain)
    for many, k in enumerate(LINEAR):
        b, without = function(replace(f.arrow, derivative=lambda a, b, k: plain(a, b, k)).to(D(k)))(a)
        value, derivative = function(kept.to(D(k)))(a)
        assert next(runs) == 2 * many + 1
        left, right = (seen(k, h, f.arrow.dom, f.arrow.cod, np.random.default_rng(1)) for h in (derivative, without))
        np.testing.assert_array_equal(left, right, repr(k))
        for x, y, z in zip(leaves(value), leaves(b), leaves(f.arrow.value(a)), strict=True):
            np.testing.assert_array_equal(x, y)
            np.testing.assert_array_equal(z, y)


def test_the_primitives_that_keep_a_residual_are_tried() -> None:
    assert {"logsumexp", "cross_entropy", "rms_norm"} <= {str(f).split()[0] for f in KEEPING}


def test_no_public_primitive_is_forgotten() -> None:
    """Each factory of `cat_ad.primitives` that the library exports is in the table."""
    exported = {
        name for name, made in vars(cat_ad).items() if getattr(made, "__module__", "").startswith("cat_ad.primitives.")
    }
    known = {str(box).split()[0] for f in EVERY for box in boxes_of(f.arrow)}
    assert exported <= known | {str(f).split()[0] for f in EVERY}
    assert all(isinstance(f.arrow, Arrow) for f in EVERY)


@st.composite
def compositions(draw: st.DrawFn) -> Twin:
    """A composition of at least so many primitives, through random objects."""
    f = draw(twins(draw(objects(2)), draw(objects(1)), 2))
    while f.primitives < MANY:
        f = f.then(draw(twins(f.arrow.cod, draw(objects(1)), 2)))
    return f


@settings(max_examples=40, phases=PHASES)
@given(f=compositions(), seed=SEEDS)
def test_five_ways_to_the_derivative_of_a_composition_agree(f: Twin, seed: int) -> None:
    """The same of at least twelve primitives, forked, crossed and composed at random."""
    assert_agreement(f, point(f.arrow.dom, np.random.default_rng(seed)))
