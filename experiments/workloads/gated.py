"""A gated recurrent unit (Cho et al. 2014) that reads a digit row by row, and tells which one it is.

>>> from experiments.workloads.digits import accuracy
>>> accuracy(scores, steps=60) > 0.9
True
"""

from types import ModuleType
from typing import TypeAlias

import numpy as np

from cat_ad import Dim, Float, Int, check, gru, linear, model, scan
from experiments.workloads.digits import Columns, Digits, Images, Rows, images, loss_of, surprise
from experiments.workloads.workload import Integers, Numbers, Workload, repeated


class Hidden(Dim, size=24):
    """What is kept from row to row."""


NOTHING = check(Float[Hidden], np.zeros(24))


@model
def scores(image: Float[Rows, Columns]) -> Float[Digits]:
    """How much it seems to be each digit."""
    state, _ = scan(Rows, gru(Columns, Hidden))((NOTHING, image))
    return linear(Hidden, Digits)(state)


LOSS = loss_of(scores)
Gate: TypeAlias = tuple[Numbers, Numbers, Numbers]  # of the input, of the state, and a bias
Weights: TypeAlias = tuple[tuple[Gate, Gate, Gate], tuple[Numbers, Numbers]]


def by_numpy(xp: ModuleType, weights: Weights, batch: tuple[Numbers, Integers]) -> object:
    """The same loss, with all images at once."""

    def through(gate: Gate, state: Numbers, row: Numbers) -> Numbers:
        w, u, b = gate
        return state @ u.T + row @ w.T + b

    ((reset, update, new), (w, b)), (shown, digits) = weights, batch

    def step(at: int, state: Numbers) -> Numbers:
        row = shown[:, at]
        r = 1.0 / (1.0 + xp.exp(-through(reset, state, row)))
        z = 1.0 / (1.0 + xp.exp(-through(update, state, row)))
        after: Numbers = z * state + (1.0 - z) * xp.tanh(through(new, r * state, row))
        return after

    return surprise(xp, repeated(xp, 8, step, xp.zeros((len(digits), 24))) @ w.T + b, digits)


def arguments(rng: np.random.Generator) -> tuple[object, tuple[Float[Images, Rows, Columns], Int[Images]]]:
    """The first 32 images, and weights that are drawn."""
    return LOSS.init(rng), images(0, 32)


GATED = Workload("gated recurrent unit", LOSS.arrow, by_numpy, arguments)
