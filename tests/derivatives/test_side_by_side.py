"""The parts of a point of a product, one after the other or as one tuple: the same, whatever is asked of the arrow."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from cat_ad import (
    Dim,
    Float,
    Index,
    Scalar,
    arrow,
    check_derivative,
    cross_entropy,
    forward,
    gradient,
    identity,
    jacobian,
    linear,
    matvec,
    reverse,
    stage,
    total,
    value_and_gradient,
)
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.trees import leaves
from tests.support.trees import Tree, point


class I(Dim, size=2):  # noqa: E742
    """Inputs."""


class O(Dim, size=3):  # noqa: E742
    """Outputs."""


@arrow
def three(w: Float[O, I], b: Float[O], x: Float[I]) -> Scalar:
    """Of a product of three."""
    return total(matvec(w, x) * b)


TWO = matvec(I, O) >> total(Float[O])
ASKS: list[Callable[[Any], Any]] = [  # Any: arrows, and functions of their points
    gradient,
    value_and_gradient,
    jacobian,
    lambda f: forward(f)(*point(f.dom, np.random.default_rng(1)))[1],
    lambda f: stage(gradient(f)),
    lambda f: stage(forward(f)(point(f.dom, np.random.default_rng(1)))[1]),
    lambda f: reverse(identity(f.dom))(point(f.dom, np.random.default_rng(1)))[1],  # of tangents of its codomain
]


def same(left: Tree, right: Tree) -> None:
    """Bit for bit."""
    for x, y in zip(leaves(left), leaves(right), strict=True):
        np.testing.assert_array_equal(x, y)


@pytest.mark.parametrize("f", [TWO, three], ids=["two", "three"])
@pytest.mark.parametrize("ask", ASKS)
def test_parts_may_be_given_side_by_side(ask: Callable[[Any], Any], f: SomeArrow) -> None:
    """Of a point, and of a tangent there."""
    a = point(f.dom, np.random.default_rng(0))
    same(ask(f)(*a), ask(f)(a))


def test_so_may_those_of_a_point_at_which_a_derivative_is_checked() -> None:
    check_derivative(three, *point(three.dom, np.random.default_rng(0)), tolerance=1e-5)


def test_the_parts_of_an_input_stand_after_the_parameters() -> None:
    """Of a model, its gradient, and both staged."""
    model = linear(I, O) * identity(Index) >> cross_entropy(O)
    p, x, t = model.init(np.random.default_rng(0)), np.ones(2), np.asarray(1)
    calls: list[Any] = [model, gradient(model), value_and_gradient(model), stage(gradient(model)), stage(model)]
    for call in calls:
        same(call(p, x, t), call(p, (x, t)))
