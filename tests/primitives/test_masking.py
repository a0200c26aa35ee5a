"""Masks: the past of `causal`, and the targets of `masked_mean`."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cat_ad import Dim, Float, causal, each, gradient, jacobian, masked_mean, mean, reverse, softmax
from cat_ad.arrows.lifting import lift
from cat_ad.arrows.terms import SomeArrow
from tests.support.arrows import SEEDS
from tests.support.trees import Tree


class I(Dim):  # noqa: E742  (a dimension, as everywhere)
    """As many as there are."""


class J(Dim):
    """As many as there are."""


MEAN: SomeArrow = masked_mean(I)
MEAN_OF_ROWS: SomeArrow = masked_mean(I, J)
CAUSAL: SomeArrow = causal(I)

SIZES = st.integers(1, 5)


def normal(seed: int, *shape: int) -> Tree:
    """Numbers from the normal distribution."""
    return np.random.default_rng(seed).standard_normal(shape)


def targets(seed: int, *shape: int) -> Tree:
    """Some targets, and -1 where there is none; there is one in each row."""
    rng = np.random.default_rng(seed)
    return np.where((rng.random(shape) < 1 / 2) & (np.arange(shape[-1]) > 0), -1, rng.integers(9, size=shape))


@given(seed=SEEDS, i=SIZES, j=SIZES)
def test_where_all_is_targeted_it_is_the_mean(seed: int, i: int, j: int) -> None:
    """In value and gradient."""
    x, index = normal(seed, i, j), abs(targets(seed, i, j))
    np.testing.assert_allclose(MEAN_OF_ROWS((x, index)), mean(Float[I, J])(x), rtol=1e-13, atol=1e-15)
    towards, nothing = gradient(MEAN_OF_ROWS)((x, index))
    np.testing.assert_allclose(towards, gradient(mean(Float[I, J]))(x), rtol=1e-13)
    assert nothing is None


@given(seed=SEEDS, i=SIZES, j=SIZES)
def test_it_is_the_mean_of_the_rest(seed: int, i: int, j: int) -> None:
    """Whatever stands where no target is; nothing goes back there, and an equal share to each other place."""
    x, index = normal(seed, i, j), targets(seed, i, j)
    there = index >= 0
    np.testing.assert_allclose(MEAN_OF_ROWS((x, index)), np.mean(x[there]), rtol=1e-13, atol=1e-15)
    towards, _ = gradient(MEAN_OF_ROWS)((x, index))
    np.testing.assert_allclose(towards, there / np.count_nonzero(there), rtol=1e-14)
    assert not towards[~there].any()
    np.testing.assert_array_equal(MEAN_OF_ROWS((np.where(there, x, 1e9), index)), MEAN_OF_ROWS((x, index)))


@given(seed=SEEDS, i=SIZES, j=SIZES)
def test_each_row_has_a_mask_of_its_own(seed: int, i: int, j: int) -> None:
    """Its own mean, of as many as it has; a mask may also be shared by rows, or a row by masks."""
    x, index, weights = normal(seed, j, i), targets(seed, j, i), normal(seed + 1, j)
    rows = [(row, own >= 0) for row, own in zip(x, index, strict=True)]
    each_row: SomeArrow = each(J, MEAN)
    value, pull = reverse(each_row)((x, index))
    np.testing.assert_allclose(value, [np.mean(row[there]) for row, there in rows], rtol=1e-13, atol=1e-15)
    shares = [w * there / np.count_nonzero(there) for w, (_, there) in zip(weights, rows, strict=True)]
    np.testing.assert_allclose(pull(weights)[0], shares, rtol=1e-13)
    shared_mask, shared_row = (lift(J, MEAN, lifted) for lifted in ((True, False), (False, True)))
    expected = [np.mean(row[index[0] >= 0]) for row in x], [np.mean(x[0][own >= 0]) for own in index]
    np.testing.assert_allclose(shared_mask((x, index[0])), expected[0], rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(shared_row((x[0], index)), expected[1], rtol=1e-13, atol=1e-15)


@given(seed=SEEDS, i=SIZES)
def test_the_past_is_on_and_below_the_diagonal(seed: int, i: int) -> None:
    """It stays as it is, the rest is hidden; doing it twice is doing it once, and so says the derivative."""
    x = 1e3 * normal(seed, i, i)
    past, hidden = np.tril(np.ones((i, i))), np.triu(np.full((i, i), -1e30), 1)
    np.testing.assert_array_equal(CAUSAL(x), np.tril(x) + hidden)
    np.testing.assert_array_equal((CAUSAL >> CAUSAL)(x), CAUSAL(x))
    of_two: SomeArrow = each(J, CAUSAL)
    np.testing.assert_array_equal(of_two(np.stack([x, -x])), [CAUSAL(x), CAUSAL(-x)])
    np.testing.assert_array_equal(reverse(CAUSAL)(x)[1](x), np.tril(x))
    np.testing.assert_array_equal(jacobian(CAUSAL)(x).reshape(i * i, i * i), np.diag(past.ravel()))


@given(seed=SEEDS, i=SIZES)
def test_the_softmax_of_what_is_hidden_is_zero(seed: int, i: int) -> None:
    """Exactly, and without a warning, in single precision too; the rest are the probabilities of the past."""
    look: SomeArrow = CAUSAL >> each(I, softmax(I))
    for x, rtol in ((1e3 * normal(seed, i, i), 1e-9), (normal(seed, i, i).astype(np.float32), 1e-5)):
        p = look(x)
        assert p.dtype == x.dtype
        assert not np.triu(p, 1).any()
        for t in range(i):
            np.testing.assert_allclose(p[t, : t + 1], softmax(I)(x[t, : t + 1]), rtol=rtol)
