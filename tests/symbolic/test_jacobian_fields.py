"""Jacobians as arrows, and Hessians: the same matrices as those of `jacobian`, at each point and for each example."""

import numpy as np
import pytest

from cat_ad import (
    Dim,
    Float,
    Index,
    Scalar,
    SpaceError,
    arrow,
    cross_entropy,
    dot,
    dup,
    each,
    exp,
    gradient,
    gradient_field,
    hessian,
    hessian_vector_product,
    identity,
    it,
    jacobian,
    jacobian_field,
    linear,
    logsumexp,
    matvec,
    softmax,
    stage,
    tanh,
)
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.spaces import is_array, kind
from tests.support.primitives import MATRICES, PRIMITIVES, I, J, Twin
from tests.support.trees import Tree, point

OF_ARRAYS = [
    twin
    for twin in (*PRIMITIVES, *MATRICES)
    if all(is_array(a) and kind(a) == "Float" for a in (twin.arrow.dom, twin.arrow.cod))
]


class N(Dim):
    """Examples."""


@pytest.mark.parametrize("twin", OF_ARRAYS, ids=lambda twin: str(twin.arrow))
def test_the_arrow_is_the_jacobian(twin: Twin) -> None:
    """At one point, and for each of several examples."""
    f, rng = twin.arrow, np.random.default_rng(0)
    low, high = twin.domain
    xs = low + (high - low) * (1 + np.tanh(np.stack([point(f.dom, rng) for _ in range(3)]))) / 2
    field, matrix = jacobian_field(f), jacobian(f)
    for x in xs:
        np.testing.assert_allclose(field(x), matrix(x), 1e-12, 1e-12)
    of_each: Tree = each(N, field)
    np.testing.assert_allclose(of_each(xs), np.stack([matrix(x) for x in xs]), 1e-12, 1e-12)


def test_a_chain_of_jacobians_is_the_jacobian_of_the_chain() -> None:
    """And staged it is the same."""
    f: SomeArrow = arrow(lambda x: exp(x) * x, Float[I])
    g: SomeArrow = softmax(I)
    x = np.array([0.3, -0.8])
    np.testing.assert_allclose(jacobian_field(f >> g)(x), jacobian_field(g)(f(x)) @ jacobian_field(f)(x), 1e-12)
    np.testing.assert_array_equal(stage(jacobian_field(f >> g))(x), jacobian_field(f >> g)(x))


def test_a_hessian_is_symmetric_and_times_a_vector_the_product() -> None:
    """Of a vector, and in blocks of a product."""
    f: SomeArrow = logsumexp(J) >> exp(Scalar)
    x: Tree = np.array([0.1, -0.4, 0.9])
    u: Tree = np.array([1.0, 2.0, -0.5])
    matrix: Tree = hessian(f)(x)
    np.testing.assert_allclose(matrix, matrix.T, 1e-12)
    np.testing.assert_allclose(matrix @ u, hessian_vector_product(f)((x, u)), 1e-12)
    of_two: SomeArrow = dot(J) >> exp(Scalar)
    blocks: Tree = hessian(of_two)
    (aa, ab), (ba, bb) = blocks((x, u))
    assert aa.shape == ab.shape == ba.shape == bb.shape == (3, 3)
    np.testing.assert_allclose(ab, ba.T, 1e-12)


def test_third_derivatives_are_differences_of_hessians() -> None:
    """The Jacobian of the Jacobian of the gradient."""
    f: SomeArrow = logsumexp(J)
    third: SomeArrow = jacobian_field(jacobian_field(gradient_field(f)))
    x: Tree = np.array([0.1, -0.4, 0.9])
    step = 1e-5
    for i, e in enumerate(np.eye(3)):
        slope = (hessian(f)(x + step * e) - hessian(f)(x - step * e)) / (2 * step)
        np.testing.assert_allclose(third(x)[..., i], slope, 1e-6, 1e-8)


def test_newton_finds_the_valley_of_rosenbrock() -> None:
    """In a few steps, as its second derivatives are exact."""

    @arrow
    def rosenbrock(x: Scalar, y: Scalar) -> Scalar:
        return (1.0 - x) ** 2 + 100.0 * (y - x * x) ** 2

    at = np.array([-1.2, 1.0])
    for _ in range(7):
        slope = np.array(gradient(rosenbrock)(tuple(at)))
        at = at - np.linalg.solve(np.array(hessian(rosenbrock)(tuple(at))), slope)
    np.testing.assert_allclose(at, 1.0, 1e-9)


def test_of_a_product_it_is_a_product() -> None:
    """A Jacobian in each array, for each example, some of which share an argument."""
    f: SomeArrow = arrow(lambda w, b, x: tanh(matvec(w, x) + b), Float[I, J], Float[I], Float[J])
    rng = np.random.default_rng(0)
    w, b, xs = rng.normal(size=(2, 3)), rng.normal(size=2), rng.normal(size=(4, 3))
    every: Tree = each  # which wants types of a lambda

    def rows(w: Tree, b: Tree, xs: Tree) -> Tree:
        return every(N, lambda x: jacobian_field(f)(w, b, x))(xs)

    of_each: Tree = arrow(rows, Float[I, J], Float[I], Float[N, J])
    found: Tree = of_each(w, b, xs)
    for i, x in enumerate(xs):
        for block, wanted in zip(found, jacobian(f)((w, b, x)), strict=True):
            np.testing.assert_allclose(block[i], wanted, 1e-12, 1e-12)


@pytest.mark.parametrize(
    "wrong", [cross_entropy(J), it(Scalar), dup(Scalar), linear(I, J) & linear(I, J), identity(Index)]
)
def test_it_goes_from_arrays_to_one(wrong: SomeArrow) -> None:
    """Of floating-point numbers."""
    with pytest.raises(
        SpaceError, match="jacobian_field: wanted an arrow from arrays of floating-point numbers to one"
    ):
        jacobian_field(wrong)
    of_no_number: SomeArrow = tanh(Float[I])
    with pytest.raises(SpaceError, match="gradient_field: wanted an arrow to Scalar"):
        hessian(of_no_number)
