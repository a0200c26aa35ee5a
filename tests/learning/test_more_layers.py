"""Recurrent cells, layer_norm and dropout: their formulas in NumPy, and derivatives that are differences."""

import numpy as np
import pytest

from cat_ad import (
    Dim,
    Float,
    Para,
    Scalar,
    SpaceError,
    check_derivative,
    convolution,
    dropout,
    each,
    gru,
    layer_norm,
    lstm,
    total,
)
from cat_ad.objects.trees import leaves, tree_map
from tests.support.trees import Tree


class I(Dim, size=2):  # noqa: E742  (a dimension, as everywhere)
    """Inputs."""


class H(Dim, size=3):
    """States."""


class Open(Dim):
    """Without a size."""


def sigmoid(x: Tree) -> Tree:
    """By its formula."""
    return 1 / (1 + np.exp(-x))


def through(gate: Tree, s: Tree, x: Tree) -> Tree:
    """W x + U s + b"""
    w, u, b = gate
    return w @ x + u @ s + b


def by_hand_gru(p: Tree, at: Tree) -> Tree:
    """Cho et al. 2014."""
    (r, z, n), (s, x) = p, at
    update = sigmoid(through(z, s, x))
    t = update * s + (1 - update) * np.tanh(through(n, sigmoid(through(r, s, x)) * s, x))
    return t, t


def by_hand_lstm(p: Tree, at: Tree) -> Tree:
    """Gers et al. 2000."""
    (i, f, o, g), ((s, c), x) = p, at
    d = sigmoid(through(f, s, x)) * c + sigmoid(through(i, s, x)) * np.tanh(through(g, s, x))
    t = sigmoid(through(o, s, x)) * np.tanh(d)
    return (t, d), t


CELLS = [
    (gru(I, H), by_hand_gru, (np.array([0.1, -0.2, 0.3]), np.array([0.5, -0.5]))),
    (lstm(I, H), by_hand_lstm, ((np.array([0.1, -0.2, 0.3]), np.array([1.0, 0.5, -2.0])), np.array([0.5, -0.5]))),
]


@pytest.mark.parametrize(("cell", "by_hand", "at"), CELLS, ids=["gru", "lstm"])
def test_a_cell_is_its_formula(cell: Tree, by_hand: Tree, at: Tree) -> None:
    """With biases too; and its derivative is that of its value."""
    rng = np.random.default_rng(0)
    p = tree_map(lambda x: x + 0.1 * rng.normal(size=x.shape), cell.init(rng))
    for found, wanted in zip(leaves(cell(p, at)), leaves(by_hand(p, at)), strict=True):
        np.testing.assert_allclose(found, wanted, 1e-13)
    check_derivative(cell.arrow, (p, at))


def test_a_layer_is_normalized() -> None:
    """Mean 0 and variance 1, then gain and bias; however large the numbers are."""
    layer = layer_norm(H)
    x, p = np.array([1.0, 2.0, 4.0]), (np.array([2.0, 1.0, 0.5]), np.array([0.0, 1.0, 2.0]))
    by_hand = p[0] * (x - x.mean()) / np.sqrt(x.var() + 1e-5) + p[1]
    made: Tree = layer
    np.testing.assert_allclose(made(p, x), by_hand, 1e-13)
    start = made.init(np.random.default_rng(0))
    assert [part.tolist() for part in start] == [[1.0, 1.0, 1.0], [0.0, 0.0, 0.0]]
    np.testing.assert_allclose(made(start, 1e200 * x), (x - x.mean()) / x.std(), 1e-12)
    check_derivative(made.arrow, (p, x))


def test_dropout_keeps_the_mean() -> None:
    """What is kept is scaled up by what is dropped."""
    f: Tree = dropout(Float[H], 0.75)
    assert f((np.ones(3), np.array([0.0, 1.0, 0.0]))).tolist() == [0.0, 4.0, 0.0]
    for rate in (-0.1, 1.0, float("nan")):
        with pytest.raises(SpaceError, match="dropout: wanted a rate from 0 to below 1"):
            dropout(Scalar, rate)


class Long(Dim, size=7):
    """A row."""


class Window(Dim, size=3):
    """Of it."""


class Places(Dim, size=5):
    """Where the window fits."""


def test_a_convolution_is_its_sum() -> None:
    """At each place, over channels and the window; over a batch too."""
    layer: Tree = convolution(Long, Window, Places, I, H)
    rng = np.random.default_rng(0)
    (kernel, bias), xs = (rng.normal(size=(3, 2, 3)), rng.normal(size=3)), rng.normal(size=(4, 7, 2))
    by_hand = [[np.einsum("oiw,wi->o", kernel, x[p : p + 3]) + bias for p in range(5)] for x in xs]
    np.testing.assert_allclose(layer((kernel, bias), xs[0]), by_hand[0], 1e-12)
    batch: Tree = each(Open, layer)
    np.testing.assert_allclose(batch((kernel, bias), xs), by_hand, 1e-12)
    check_derivative(layer.arrow, ((kernel, bias), xs[0]))


def test_sizes_are_asked_for() -> None:
    """By name."""
    for name, make in {"gru": gru, "lstm": lstm}.items():
        with pytest.raises(SpaceError, match=f"{name}: wanted a size for Open"):
            make(I, Open)
    with pytest.raises(SpaceError, match="layer_norm: wanted a size for Open"):
        layer_norm(Open)
    assert isinstance(layer_norm(H) >> total(Float[H]), Para)
