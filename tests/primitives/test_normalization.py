"""`rms_norm`: rows of root mean square one, whatever their size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cat_ad import Dim, forward, jacobian, rms_norm
from cat_ad.arrows.terms import SomeArrow
from tests.support.arrows import SEEDS
from tests.support.trees import Tree


class N(Dim):
    """As many as there are."""


EPSILON = 1e-5
NORM: SomeArrow = rms_norm(N)
SIZES = st.integers(1, 6)


def normal(seed: int, *shape: int) -> Tree:
    """Numbers from the normal distribution."""
    return np.random.default_rng(seed).standard_normal(shape)


def great(seed: int, n: int) -> Tree:
    """Numbers of which the square is so great that epsilon is nothing beside it."""
    return 1e6 * (1 + abs(normal(seed, n))) * np.sign(normal(seed + 1, n))


@given(seed=SEEDS, n=SIZES)
def test_the_root_mean_square_is_one(seed: int, n: int) -> None:
    """Of a great row; of any, its square m becomes m / (m + epsilon)."""
    assert np.sqrt(np.mean(NORM(great(seed, n)) ** 2)) == pytest.approx(1.0, rel=1e-14)
    for size in (1e-6, 1e-3, 1.0):
        x = size * normal(seed, n)
        m = np.mean(x**2)
        assert np.mean(NORM(x) ** 2) == pytest.approx(m / (m + EPSILON), rel=1e-12)
        assert np.mean(rms_norm(N, 0.5)(x) ** 2) == pytest.approx(m / (m + 0.5), rel=1e-12)


@given(seed=SEEDS, n=SIZES, factor=st.floats(1.0, 1e6))
def test_the_size_of_a_great_row_is_forgotten(seed: int, n: int, factor: float) -> None:
    """So along itself it has no derivative."""
    x = great(seed, n)
    np.testing.assert_allclose(NORM(factor * x), NORM(x), rtol=1e-14)
    np.testing.assert_allclose(forward(NORM)(x)[1](x), 0.0, atol=1e-14)


@given(seed=SEEDS, n=SIZES)
def test_turning_before_is_turning_after(seed: int, n: int) -> None:
    """By any orthogonal matrix."""
    turn, _ = np.linalg.qr(normal(seed, n, n))
    x = normal(seed + 1, n)
    np.testing.assert_allclose(NORM(turn @ x), turn @ NORM(x), rtol=1e-12, atol=1e-12)


@given(seed=SEEDS, n=SIZES)
def test_the_derivative_is_its_own_transpose(seed: int, n: int) -> None:
    """At any point, and at zero it is finite: one over the root of epsilon."""
    matrix = jacobian(NORM)(normal(seed, n))
    np.testing.assert_allclose(matrix, matrix.T, rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(NORM(np.zeros(n)), np.zeros(n))
    np.testing.assert_allclose(jacobian(NORM)(np.zeros(n)), np.eye(n) / EPSILON**0.5, rtol=1e-14)
