"""The derivative of every primitive, alone, composed and over more axes, can be differentiated again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cat_ad import Dim, check_derivative, each, forward, reverse, reverse_derivative, tangent
from cat_ad.arrows.completeness import arrow_of
from cat_ad.arrows.elements import variables
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.spaces import dimensions, floats, has_arrays
from cat_ad.objects.trees import tree_map
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.primitives import EXTRA, INTEGERS, MATRICES, OPEN, PRIMITIVES, Twin
from tests.support.trees import Tree, assert_close, direction, is_float, numbers, point, stacked

EVERY = (*PRIMITIVES, *INTEGERS, *MATRICES, *EXTRA)


class N(Dim):
    """One more axis."""


def without_integers(tangent: Tree) -> Tree:
    """The tangent as the modes have it: that of an integer is `None`."""
    if isinstance(tangent, tuple):
        return tuple(map(without_integers, tangent))
    return tangent if is_float(tangent) else None


def assert_agrees_with_the_modes(f: SomeArrow, a: Tree, rng: np.random.Generator) -> None:
    """Both derivative arrows give what forward and reverse mode give."""
    (b, push), (_, pull) = forward(f)(a), reverse(f)(a)
    u, v = direction(a, rng), direction(b, rng)
    value, pushed = tangent(f)((a, u))
    assert_close(numbers(value), numbers(b), 1e-12, "value", 1.0)
    assert_close(numbers(without(pushed)), numbers(without(push(without_integers(u)))), 1e-12, "tangent", 1.0)
    pulled = reverse_derivative(f)((a, v))
    assert_close(numbers(without(pulled)), numbers(without(pull(without_integers(v)))), 1e-12, "cotangent", 1.0)


def without(tangent: Tree) -> Tree:
    """A tangent with nothing in the place of an integer's."""
    if isinstance(tangent, tuple):
        return tuple(map(without, tangent))
    return tangent if tangent is not None and is_float(tangent) else ()


@pytest.mark.parametrize("f", EVERY, ids=str)
def test_the_derivative_of_a_primitive_is_that_of_the_modes(f: Twin) -> None:
    """At a random point, in a random direction."""
    rng = np.random.default_rng(0)
    assert_agrees_with_the_modes(f.arrow, point(f.arrow.dom, rng, *f.domain), rng)


def squares(space: type) -> SomeArrow:
    """The square of each number of an object; whose derivative is in that object, and in no other of the same shape."""
    a = variables(space)
    return arrow_of(tree_map(lambda x: x * x if x.space == floats(*dimensions(x.space)) else x, a), a)


@pytest.mark.parametrize("f", EVERY, ids=str)
def test_the_derivative_of_a_primitive_is_in_its_objects(f: Twin) -> None:
    """So it composes with what is before it and after it, whatever the names of the dimensions."""
    rng = np.random.default_rng(0)
    between = squares(f.arrow.dom) >> f.arrow >> squares(f.arrow.cod)
    assert_agrees_with_the_modes(between, point(f.arrow.dom, rng, *f.domain), rng)


@pytest.mark.parametrize("f", EVERY, ids=str)
def test_the_second_and_third_derivatives_of_a_primitive_are_right(f: Twin) -> None:
    """Each derivative of the derivative arrows agrees with differences of them."""
    rng = np.random.default_rng(0)
    a = point(f.arrow.dom, rng, *f.domain)
    u, v = direction(a, rng), direction(f.arrow(a), rng)
    check_derivative(tangent(f.arrow), (a, u))
    pulled = reverse_derivative(f.arrow)
    check_derivative(pulled, (a, v))
    check_derivative(reverse_derivative(pulled), ((a, v), direction(a, rng)))
    assert_agrees_with_the_modes(pulled, (a, v), rng)
    assert_agrees_with_the_modes(tangent(pulled), ((a, v), direction((a, v), rng)), rng)


@pytest.mark.parametrize("f", [f for f in OPEN if has_arrays(f.arrow.dom)], ids=str)
def test_derivatives_over_one_more_axis_are_a_loop(f: Twin) -> None:
    """Deriving and lifting commute."""
    rng = np.random.default_rng(0)
    rows = [point(f.arrow.dom, rng, *f.domain) for _ in range(3)]
    covectors = [direction(f.arrow(a), rng) for a in rows]
    a, v = stacked(rows), stacked(covectors)
    lifted: SomeArrow = each(N, f.arrow)
    inside: SomeArrow = each(N, reverse_derivative(f.arrow))
    by_row = stacked([reverse_derivative(f.arrow)((x, y)) for x, y in zip(rows, covectors, strict=True)])
    for way in (reverse_derivative(lifted), inside):
        found = way((a, v))
        assert_close(numbers(found), numbers(by_row), 1e-12, "over an axis", 1.0)
    check_derivative(inside, (a, v))
    check_derivative(reverse_derivative(lifted), (a, v))


@settings(max_examples=12, phases=PHASES)
@given(data=st.data(), seed=SEEDS)
def test_the_derivative_of_a_composition_is_that_of_the_modes(data: st.DataObject, seed: int) -> None:
    """Of random arrows between random objects; and their derivatives are right."""
    f = data.draw(twins(data.draw(objects(1)), data.draw(objects(1)), 2))
    rng = np.random.default_rng(seed)
    a = point(f.arrow.dom, rng)
    assert_agrees_with_the_modes(f.arrow, a, rng)
    v = direction(f.arrow(a), rng)
    assert_agrees_with_the_modes(reverse_derivative(f.arrow), (a, v), rng)
