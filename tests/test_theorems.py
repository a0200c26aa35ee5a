"""The theorems of Elliott 2018: one representation of linear maps is the image of another, by a functor."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cat_ad import Additive, Begin, Cont, D, Dual, Matrices, Scalar
from cat_ad.biproduct import Linear
from cat_ad.category import SomeHom
from cat_ad.derivative import function
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.primitives import Twin
from tests.support.seen import seen
from tests.support.trees import Tree, assert_close, point

Some = Linear[Any]  # Any: the brands of all representations

REPRESENTATIONS: tuple[Some, ...] = (Additive(), Matrices(), Dual(Additive()), Dual(Matrices()))
EVERY = pytest.mark.parametrize("k", REPRESENTATIONS, ids=repr)


@st.composite
def arrows(draw: st.DrawFn) -> Twin:
    """An arrow between two objects, of which one is two deep."""
    a, b = draw(objects(1)), draw(objects(2))
    return draw(twins(a, b, fuel=2))


def derivative_in(k: Some, f: Twin, x: Tree) -> SomeHom[Any]:  # Any: the brand of k
    """The derivative at x."""
    return function(f.arrow.to(D(k)))(x)[1]


def assert_same(k: Some, one: SomeHom[Any], other: SomeHom[Any], f: Twin, seed: int) -> None:
    """No experiment tells the two apart."""
    left, right = (seen(k, h, f.arrow.dom, f.arrow.cod, np.random.default_rng(seed)) for h in (one, other))
    assert_close(left, right, 1e-12, repr(k), floor=1.0)


@EVERY
@settings(max_examples=25, phases=PHASES)
@given(f=arrows(), seed=SEEDS)
def test_continuing_is_a_functor(k: Some, f: Twin, seed: int) -> None:
    """Theorem 4: what is composed of continuations is the continuation of what is composed."""
    x, into = point(f.arrow.dom, np.random.default_rng(seed)), Cont(k, Scalar)
    assert_same(into, derivative_in(into, f, x), into.before(derivative_in(k, f, x)), f, seed)


@EVERY
@settings(max_examples=25, phases=PHASES)
@given(f=arrows(), seed=SEEDS)
def test_beginning_is_a_functor(k: Some, f: Twin, seed: int) -> None:
    """Theorem 6: and likewise of beginnings."""
    x, into = point(f.arrow.dom, np.random.default_rng(seed)), Begin(k, Scalar)
    assert_same(into, derivative_in(into, f, x), into.after(derivative_in(k, f, x)), f, seed)


@EVERY
@settings(max_examples=25, phases=PHASES)
@given(f=arrows(), seed=SEEDS)
def test_the_dual_of_the_dual_is_the_category(k: Some, f: Twin, seed: int) -> None:
    """To turn around twice changes nothing: an arrow of `Dual(Dual(k))` is one of k."""
    x, twice = point(f.arrow.dom, np.random.default_rng(seed)), Dual(Dual(k))
    assert_same(twice, derivative_in(twice, f, x), derivative_in(k, f, x), f, seed)
