"""ADBench's D-LSTM: two layers whose weights are vectors, which predict each next row of a sequence.

(Srajer, Kukelova & Fitzgibbon 2018, A benchmark of selected algorithmic differentiation tools.)
"""

from types import ModuleType
from typing import TypeAlias

import numpy as np

from cat_ad import Dim, Float, Scalar, arrow, check, dot, exp, log, mean, scan, sigmoid, tanh, total
from experiments.workloads.workload import Numbers, Workload, repeated


class Time(Dim):
    """Places of the sequence."""


class Width(Dim, size=14):
    """Of its rows."""


Row: TypeAlias = Float[Width]
Gates: TypeAlias = tuple[Row, Row, Row, Row]  # that forget, that let in, that let out, and what changes
Layer: TypeAlias = tuple[Gates, Gates]  # weights and biases
State: TypeAlias = tuple[Row, Row]  # what a layer shows, and what it remembers
Outer: TypeAlias = tuple[Row, Row, Row]  # a weight before the layers, and a weight and a bias after them


GatesOfNumPy: TypeAlias = tuple[Numbers, Numbers, Numbers, Numbers]
LayerOfNumPy: TypeAlias = tuple[GatesOfNumPy, GatesOfNumPy]
StateOfNumPy: TypeAlias = tuple[Numbers, Numbers]


def through(layer: Layer, state: State, x: Row) -> State:
    """A layer's next state."""
    ((forget, enter, leave, change), (forgets, enters, leaves, changes)), (shown, kept) = layer, state
    kept = kept * sigmoid(x * forget + forgets)
    kept = kept + sigmoid(shown * enter + enters) * tanh(shown * change + changes)
    return sigmoid(x * leave + leaves) * tanh(kept), kept


@arrow
def loss(
    layers: tuple[Layer, Layer],
    outer: Outer,
    start: tuple[State, State],
    xs: Float[Time, Width],
    ys: Float[Time, Width],
) -> Scalar:
    """How surprising each next row is, a letter of which is one."""

    def step(states: tuple[State, State], pair: tuple[Row, Row]) -> tuple[tuple[State, State], Scalar]:
        x, y = pair
        first = through(layers[0], states[0], x * outer[0])
        second = through(layers[1], states[1], first[0])
        scores = second[0] * outer[1] + outer[2]
        return (first, second), dot(y, scores - log(total(exp(scores)) + 2.0))

    return -mean(scan(Time, step)(start, (xs, ys))[1]) / 14.0


def by_numpy(
    xp: ModuleType,
    layers: tuple[LayerOfNumPy, LayerOfNumPy],
    outer: tuple[Numbers, Numbers, Numbers],
    start: tuple[StateOfNumPy, StateOfNumPy],
    xs: Numbers,
    ys: Numbers,
) -> object:
    """The same."""

    def sigmoid(x: Numbers) -> Numbers:
        y: Numbers = 1.0 / (1.0 + xp.exp(-x))
        return y

    def through(layer: LayerOfNumPy, state: StateOfNumPy, x: Numbers) -> StateOfNumPy:
        (weights, biases), (shown, kept) = layer, state
        forget, enter, leave, change = weights
        kept = kept * sigmoid(x * forget + biases[0])
        kept = kept + sigmoid(shown * enter + biases[1]) * xp.tanh(shown * change + biases[3])
        return sigmoid(x * leave + biases[2]) * xp.tanh(kept), kept

    def step(at: int, state: tuple[StateOfNumPy, StateOfNumPy, float]) -> tuple[StateOfNumPy, StateOfNumPy, float]:
        first = through(layers[0], state[0], xs[at] * outer[0])
        second = through(layers[1], state[1], first[0])
        scores = second[0] * outer[1] + outer[2]
        return first, second, state[2] + xp.sum(ys[at] * (scores - xp.log(xp.sum(xp.exp(scores)) + 2.0)))

    return -repeated(xp, len(xs), step, (*start, 0.0))[2] / (14.0 * len(xs))


def arguments(
    rng: np.random.Generator,
) -> tuple[tuple[Layer, Layer], Outer, tuple[State, State], Float[Time, Width], Float[Time, Width]]:
    """Six letters, and those that come next."""

    def row() -> Row:
        return check(Float[Width], rng.normal(size=14))

    def layer() -> Layer:
        return (row(), row(), row(), row()), (row(), row(), row(), row())

    letters = np.eye(14)[rng.integers(0, 14, 7)]
    rows = check(Float[Time, Width], letters[:-1]), check(Float[Time, Width], letters[1:])
    return (layer(), layer()), (row(), row(), row()), ((row(), row()), (row(), row())), *rows


DIAGONAL_LSTM = Workload("D-LSTM", loss, by_numpy, arguments)
