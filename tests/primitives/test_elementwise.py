"""Functions of one number where they are delicate: at their edges, and on products."""

import numpy as np
import pytest

from cat_ad import Dim, Float, Scalar, exp, gradient, mul, negate, power, relu, scale, sigmoid, sin, tanh
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.spaces import UNIT
from tests.support.trees import Tree, leaves, numbers, point


class N(Dim, size=3):
    """Three."""


SIGMOID: SomeArrow = sigmoid(Scalar)
TANH: SomeArrow = tanh(Scalar)
RELU: SomeArrow = relu(Scalar)


@pytest.mark.parametrize("x", [-1e4, -800.0, 800.0, 1e4])
def test_sigmoid_and_tanh_do_not_overflow(x: float) -> None:
    """Far out they are flat, and say so without a warning."""
    assert SIGMOID(x) == float(x > 0)
    assert TANH(x) == np.sign(x)
    assert gradient(SIGMOID)(x) == gradient(TANH)(x) == 0.0


@pytest.mark.parametrize(
    ("x", "y", "slope"), [(-np.inf, 0.0, 0.0), (-1.0, 0.0, 0.0), (-0.0, 0.0, 0.0), (0.0, 0.0, 0.0), (2.0, 2.0, 1.0)]
)
def test_relu_is_flat_at_zero(x: float, y: float, slope: float) -> None:
    """Its slope there is 0, as everywhere on the left."""
    assert RELU(x) == y
    assert gradient(RELU)(x) == slope


@pytest.mark.parametrize(("n", "y", "slope"), [(0, 1.0, 0.0), (1, 0.0, 1.0), (2, 0.0, 0.0), (3, 0.0, 0.0)])
def test_whole_powers_have_a_derivative_at_zero(n: int, y: float, slope: float) -> None:
    """Without a warning, and of x^0 too."""
    f: SomeArrow = power(Scalar, n)
    assert f(0.0) == y
    assert gradient(f)(0.0) == slope


@pytest.mark.parametrize("n", [2, 3, 5])
def test_negative_numbers_have_whole_powers(n: int) -> None:
    """And those have derivatives."""
    f: SomeArrow = power(Scalar, n)
    assert f(-1.7) == pytest.approx((-1.7) ** n)
    assert gradient(f)(-1.7) == pytest.approx(n * (-1.7) ** (n - 1))


PRODUCT = tuple[Float[N], tuple[Scalar, Float[N, N]]]
WIDE = tuple[Float[N], Scalar, Float[N, N]]


@pytest.mark.parametrize("space", [PRODUCT, WIDE])
def test_on_a_product_each_factor_is_met(space: type) -> None:
    """However it is nested; two numbers are taken from the same place of two products."""
    x, y = (point(space, np.random.default_rng(seed)) for seed in range(2))
    made: list[tuple[SomeArrow, Tree]] = [
        (sin(space), np.sin),
        (exp(space), np.exp),
        (scale(space, 3.0), lambda x: 3 * x),
        (negate(space), lambda x: -x),
    ]
    for f, function in made:
        np.testing.assert_allclose(numbers(f(x)), function(numbers(x)))
        assert [part.shape for part in leaves(f(x))] == [part.shape for part in leaves(x)]
    np.testing.assert_allclose(numbers(mul(space)((x, y))), numbers(x) * numbers(y))


def test_on_unit_there_is_nothing_to_do() -> None:
    """The product of no factors."""
    one: SomeArrow = sin(UNIT)
    two: SomeArrow = mul(UNIT)
    assert one(()) == two(((), ())) == ()
