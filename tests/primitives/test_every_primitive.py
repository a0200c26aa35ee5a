"""Every primitive computes its function and its derivative, alone and in random compositions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cat_ad
from cat_ad.arrows.terms import Arrow
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.derivatives import assert_agreement
from tests.support.primitives import INTEGERS, PRIMITIVES, Twin
from tests.support.trees import point

MANY = 12
EVERY = (*PRIMITIVES, *INTEGERS)


@pytest.mark.parametrize("f", EVERY, ids=str)
def test_five_ways_to_the_derivative_agree(f: Twin) -> None:
    """Forward, reverse, Jacobian, central differences and HIPS autograd, at a few points."""
    for seed in range(3):
        assert_agreement(f, point(f.arrow.dom, np.random.default_rng(seed), *f.domain))


def test_no_public_primitive_is_forgotten() -> None:
    """Each factory of `cat_ad.primitives` that the library exports is in the table."""
    exported = {
        name for name, made in vars(cat_ad).items() if getattr(made, "__module__", "").startswith("cat_ad.primitives.")
    }
    assert exported <= {str(f).split()[0] for f in EVERY}
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
