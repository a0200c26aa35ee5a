"""The peers of the MLP: from the same parameters and batches they stay together, and their gradient is the gradient."""

import numpy as np
import pytest

from experiments.measuring.peers import Parameters, Symbols, numpy_mlp
from experiments.measuring.steps import ways
from tests.experiments.measuring.ways_here import here

SHAPES = (27, 10), (128, 30), (128,), (27, 128), (27,)


def parameters(dtype: type[np.floating]) -> Parameters:
    """Random ones."""
    rng = np.random.default_rng(0)
    e, w1, b1, w2, b2 = (rng.normal(0, 0.3, shape).astype(dtype) for shape in SHAPES)
    return e, w1, b1, w2, b2


def batch(size: int) -> tuple[Symbols, Symbols]:
    """Random contexts and targets."""
    rng = np.random.default_rng(size)
    return rng.integers(27, size=(size, 3)), rng.integers(27, size=size)


def apart(one: Parameters, other: Parameters) -> float:
    """The greatest difference of two entries."""
    return max(float(np.abs(a - b).max()) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("way", here("mlp"))
def test_peers_stay_together(way: str) -> None:
    """In float32, from batch to batch, whose sizes differ."""
    start = parameters(np.float32)
    steps = [make_step(start, 0.5) for make_step in (numpy_mlp.make_step, ways("mlp", np.float32)[way])]
    for size in (9, 4, 9):
        ours, theirs = (step.run(*batch(size)) for step in steps)
        assert abs(ours - theirs) < 1e-5
    assert apart(*(step.read() for step in steps)) < 1e-6 < 1e-2 < apart(steps[0].read(), start)


@pytest.mark.parametrize("way", here("mlp"))
def test_steps_keep_their_parameters_to_themselves(way: str) -> None:
    """What was read stays as it was, and what was given too."""
    start = parameters(np.float32)
    step = ways("mlp", np.float32)[way](start, 0.5)
    before = step.read()
    step.run(*batch(9))
    assert apart(before, start) == apart(start, parameters(np.float32)) == 0 < apart(step.read(), before)
    assert {p.dtype for p in step.read()} == {np.dtype(np.float32)}


@pytest.mark.parametrize("one_hot_rows", [False, True])
def test_the_gradient_by_hand_agrees_with_finite_differences(one_hot_rows: bool) -> None:
    """At the steepest entry of each parameter."""
    start, small, examples = parameters(np.float64), 1e-5, batch(9)
    _, gradient = numpy_mlp.loss_and_gradient(start, *examples, one_hot_rows)

    def loss(place: int, entry: int, change: float) -> float:
        e, w1, b1, w2, b2 = moved = [p.copy() for p in start]
        moved[place].flat[entry] += change
        return numpy_mlp.loss_and_gradient((e, w1, b1, w2, b2), *examples)[0]

    for place, slopes in enumerate(gradient):
        entry = int(np.abs(slopes).argmax())
        rise = loss(place, entry, small) - loss(place, entry, -small)
        assert slopes.flat[entry] == pytest.approx(rise / (2 * small), rel=1e-7)
