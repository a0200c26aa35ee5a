"""Softmax and its family: facts of probability, and no overflow however great the numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cat_ad import Dim, SpaceError, cross_entropy, each, gradient, jacobian, log_softmax, logsumexp, softmax
from cat_ad.arrows.terms import SomeArrow
from tests.support.trees import Tree


class V(Dim):
    """As many as there are."""


class Rows(Dim):
    """As many as there are."""


LSE: SomeArrow = logsumexp(V)
P: SomeArrow = softmax(V)
LOG_P: SomeArrow = log_softmax(V)
LOSS: SomeArrow = cross_entropy(V)

SCORES = st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=6).map(np.array)


@given(SCORES)
def test_probabilities_are_probabilities(x: Tree) -> None:
    """None is negative, and they sum to one; their logarithms are the log_softmax."""
    p = P(x)
    assert (p >= 0).all()
    assert p.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(np.exp(LOG_P(x)), p, rtol=1e-12, atol=1e-300)


@given(SCORES, st.floats(-1e4, 1e4))
def test_a_constant_moves_only_the_logsumexp(x: Tree, c: float) -> None:
    """By itself."""
    np.testing.assert_allclose(P(x + c), P(x), atol=1e-10)
    assert LSE(x + c) == pytest.approx(LSE(x) + c, abs=1e-9)


@given(SCORES)
def test_logsumexp_is_a_soft_maximum(x: Tree) -> None:
    """Between the greatest and that with the logarithm of their number; its gradient is the softmax."""
    slack = 1e-12 * (1 + np.abs(x).max())
    assert x.max() - slack <= LSE(x) <= x.max() + np.log(len(x)) + slack
    np.testing.assert_allclose(gradient(LSE)(x), P(x), atol=1e-12)


@given(SCORES, st.data())
def test_cross_entropy_is_the_negative_log_probability(x: Tree, data: st.DataObject) -> None:
    """Of the target; its gradient is the softmax less the unit vector of the target."""
    target = data.draw(st.integers(0, len(x) - 1))
    assert LOSS((x, target)) == pytest.approx(-LOG_P(x)[target], abs=1e-9)
    towards, nothing = gradient(LOSS)((x, target))
    np.testing.assert_allclose(towards, P(x) - np.eye(len(x))[target], atol=1e-11)
    assert nothing is None


@pytest.mark.parametrize("great", [1e3, 1e30, 1e300])
def test_great_numbers_do_not_overflow(great: float) -> None:
    """One certain symbol: its loss is zero, another's is the distance, and derivatives are finite."""
    x = np.array([great, 0.0, -great])
    np.testing.assert_array_equal(P(x), [1.0, 0.0, 0.0])
    np.testing.assert_array_equal(LOG_P(x), [0.0, -great, -2 * great])
    assert LSE(x) == great
    assert [LOSS((x, target)) for target in range(3)] == [0.0, great, 2 * great]
    np.testing.assert_array_equal(gradient(LOSS)((x, 1))[0], [1.0, -1.0, 0.0])
    assert np.isfinite(jacobian(P)(x)).all()
    assert np.isfinite(jacobian(LOG_P)(x)).all()


@pytest.mark.parametrize("target", [0, -1])
def test_of_no_classes_there_is_no_cross_entropy(target: int) -> None:
    """Not even where there is no target, but of no rows there are none."""
    scores: Tree = np.zeros((2, 0))
    with pytest.raises(SpaceError, match="cross_entropy: wanted scores of one class or more"):
        LOSS((scores[0], target))
    of_rows: SomeArrow = each(Rows, LOSS)
    with pytest.raises(SpaceError, match="cross_entropy: wanted scores of one class or more"):
        of_rows((scores, np.full(2, target)))
    assert of_rows((scores[:0], np.zeros(0, int))).shape == (0,)
