"""Indexed products (Elliott 2018, section 15): lifting over an axis and the reductions are instances of them."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cat_ad import Additive, D, Dim, Dual, Float, Matrices, SpaceError, check, each, total
from cat_ad.arrows.lifting import lift
from cat_ad.arrows.spreading import over
from cat_ad.categories.category import SomeHom
from cat_ad.categories.functions import Functions
from cat_ad.categories.indexed import CartesianI, Two
from cat_ad.linear_maps import additive
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.primitives import Twin
from tests.support.seen import seen
from tests.support.trees import assert_close

Some = CartesianI[Any]  # Any: the brands of all instances
INSTANCES: tuple[Some, ...] = (Functions(), *(D[Any](k) for k in (Additive(), Dual(Additive()), Matrices())))


class Three(Dim, size=3):
    """Three places."""


class Open(Dim):
    """As many as there are."""


@st.composite
def arrows(draw: st.DrawFn) -> Twin:
    """An arrow between two objects."""
    return draw(twins(draw(objects(1)), draw(objects(1)), fuel=1))


def read(k: Some, f: Twin) -> SomeHom[Any]:  # Any: the brand of k
    """The arrow in a category."""
    return f.arrow.to(k)  # type: ignore[arg-type]  # every instance here is cartesian in both senses


@pytest.mark.parametrize("k", INSTANCES, ids=repr)
@settings(max_examples=25, phases=PHASES)
@given(f=arrows(), seed=SEEDS)
def test_each_is_the_family_that_is_the_same_everywhere(k: Some, f: Twin, seed: int) -> None:
    """each(N, f) = cross_i f"""
    lifted = Twin(lift(Three, f.arrow, True), f.twin)
    a, b = over(Three, f.arrow.dom, True), over(Three, f.arrow.cod, True)
    sides = read(k, lifted), k.cross_i(Three, [read(k, f)] * 3)
    left, right = (seen(k, side, a, b, np.random.default_rng(seed)) for side in sides)
    assert_close(left, right, 1e-12, repr(k), floor=1.0)


def test_the_total_of_a_vector_is_jam() -> None:
    """And its transpose is repl: what one number gives to every place."""
    k, u = Additive(), check(Float[Three], np.array([1.0, 2.0, 4.0]))
    assert additive.function(k.jam_i(Three, Float))(u) == total(Float[Three])(u)
    assert additive.function(k.repl_i(Three, Float))(np.float64(2.0)).tolist() == [2.0, 2.0, 2.0]


def test_what_is_zero_in_some_places_is_zero_there() -> None:
    """Of a family that gives zero in one place, and of zero injected."""
    k, u = Additive(), np.array([1.0, 2.0])
    zero: SomeHom[Any] = k.zero(Float, Float)  # Any: the objects
    both = additive.function(k.cross_i(Two, [k.scale(3.0), zero]))
    assert both(u).tolist() == [3.0, 0.0]
    assert additive.function(k.cross_i(Two, [zero, zero]))(u) is None
    assert additive.function(k.in_i(Three, Float)[1])(np.float64(5.0)).tolist() == [0.0, 5.0, 0.0]


def test_how_many_there_are_must_be_known() -> None:
    with pytest.raises(SpaceError, match="wanted a size for Open, found none; give it one"):
        Additive().jam_i(Open, Float)
    rows = check(Float[Open, Three], np.ones((2, 3)))
    assert each(Open, total(Float[Three]))(rows).tolist() == [3.0, 3.0], "each asks for no size"
