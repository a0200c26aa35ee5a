"""The peers of the GPT: from the same parameters and names they stay together, and their gradient is the gradient."""

from collections.abc import Callable, Sequence
from types import ModuleType

import numpy as np
import pytest

from experiments.measuring.peers import Floats, Symbols, autograd_gpt, numpy_gpt, scalar_gpt
from experiments.measuring.peers.gpt import (
    Adam,
    GptLayer,
    GptParameters,
    GptStep,
    from_matrices,
    map_matrices,
    matrices,
)
from experiments.measuring.report import STAGED
from experiments.measuring.steps import ways
from tests.experiments.measuring.ways_here import here

BOUNDARY, HEADS = 26, 4
Names = tuple[Symbols, Symbols]


def parameters(layers: int = 1, width: int = 16, context: int = 16) -> GptParameters:
    """Random ones."""
    rng = np.random.default_rng(0)

    def matrix(*shape: int) -> Floats:
        return rng.normal(0, 0.3, shape)

    square, wide = (width, width), (4 * width, width)
    inner = [GptLayer(*(matrix(*shape) for shape in (*[square] * 4, wide, wide[::-1]))) for _ in range(layers)]
    return GptParameters(matrix(27, width), matrix(context, width), tuple(inner), matrix(27, width))


def one(length: int, seed: int = 0) -> Names:
    """The inputs and targets of one random name: so many positions."""
    name = np.random.default_rng(seed).integers(0, 26, length - 1)
    return np.array([BOUNDARY, *name]), np.array([*name, BOUNDARY])


def padded(names: Names, length: int) -> Names:
    """As many positions, those past the end with no target."""
    more = 0, length - len(names[0])
    return np.pad(names[0], more, constant_values=BOUNDARY), np.pad(names[1], more, constant_values=-1)


def batch(*lengths: int) -> Names:
    """Names of these lengths, padded to the longest."""
    rows = [padded(one(length, seed), max(lengths)) for seed, length in enumerate(lengths)]
    inputs, targets = zip(*rows, strict=True)
    return np.array(inputs), np.array(targets)


def fading(step: int) -> float:
    """A rate that decays."""
    return 1 - step / 10


def apart(one: GptParameters, other: GptParameters) -> float:
    """The greatest difference of two entries."""
    return max(float(np.abs(a - b).max()) for a, b in zip(matrices(one), matrices(other), strict=True))


LENGTHS = {"one name at a time": [one(4), one(1), one(4)], "batches": [batch(3, 5, 1), batch(2), batch(3, 5, 1)]}


@pytest.mark.parametrize("names", LENGTHS.values(), ids=LENGTHS)
@pytest.mark.parametrize("way", here("gpt"))
def test_peers_stay_together(way: str, names: Sequence[Names]) -> None:
    """In float64, from names to names, whose lengths differ; but of one length with JAX, which compiles for each."""
    stay_together(ways("gpt", np.float64)[way], [names[0]] * 2 if "JAX" in way else names)


def test_the_scalar_peer_stays_with_them() -> None:
    """On one name at a time."""
    stay_together(scalar_gpt.make_step, LENGTHS["one name at a time"], layers=2)


def stay_together(make_step: Callable[..., GptStep], names: Sequence[Names], layers: int = 1) -> None:
    """A peer and the one by hand."""
    steps = [make(parameters(layers), HEADS, Adam(), fading) for make in (numpy_gpt.make_step, make_step)]
    for inputs, targets in names:
        ours, theirs = (step.run(inputs, targets) for step in steps)
        assert abs(ours - theirs) < 1e-10
    assert apart(*(step.read() for step in steps)) < 1e-10


@pytest.mark.parametrize("names", [one(6), batch(3, 8, 5)], ids=["one", "batch"])
def test_the_gradient_by_hand_agrees_with_finite_differences(names: Names) -> None:
    """At the steepest entry of each matrix."""
    start, small = parameters(layers=2), 1e-5
    _, gradient = numpy_gpt.loss_and_gradient(start, HEADS, *names)

    def loss(place: int, entry: int, change: float) -> float:
        moved = map_matrices(np.copy, start)
        matrices(moved)[place].flat[entry] += change
        return numpy_gpt.loss_and_gradient(moved, HEADS, *names)[0]

    for place, slopes in enumerate(matrices(gradient)):
        entry = int(np.abs(slopes).argmax())
        rise = loss(place, entry, small) - loss(place, entry, -small)
        assert slopes.flat[entry] == pytest.approx(rise / (2 * small), rel=1e-7)


@pytest.mark.parametrize("module", [numpy_gpt, autograd_gpt, scalar_gpt])
def test_padding_changes_nothing(module: ModuleType) -> None:
    """The first update of Adam is the rate times g / (|g| + eps): with a great eps, rounding stays small in it."""
    steps = [module.make_step(parameters(), HEADS, Adam(eps=1.0)) for _ in range(2)]
    short, long = steps[0].run(*one(5)), steps[1].run(*padded(one(5), 12))
    assert abs(short - long) < 1e-14
    assert apart(*(step.read() for step in steps)) < 1e-15


def test_a_batch_is_the_mean_over_all_positions_of_its_names() -> None:
    lengths = 3, 8, 5
    loss, gradient = numpy_gpt.loss_and_gradient(parameters(), HEADS, *batch(*lengths))
    alone = [
        numpy_gpt.loss_and_gradient(parameters(), HEADS, *one(length, seed)) for seed, length in enumerate(lengths)
    ]
    assert loss == pytest.approx(np.average([loss for loss, _ in alone], weights=lengths), rel=1e-14)
    flat = zip(*(matrices(slopes) for _, slopes in alone), strict=True)
    mean = from_matrices([np.average(slopes, axis=0, weights=lengths) for slopes in flat])
    assert apart(gradient, mean) < 1e-15


def test_float32_stays_float32() -> None:
    start = map_matrices(lambda matrix: matrix.astype(np.float32), parameters())
    _, gradient = numpy_gpt.loss_and_gradient(start, HEADS, *batch(3, 5))
    assert {matrix.dtype for matrix in matrices(gradient)} == {np.dtype(np.float32)}


@pytest.mark.parametrize("names", LENGTHS.values(), ids=LENGTHS)
def test_peers_of_two_layers_stay_together(names: Sequence[Names]) -> None:
    """Those that take a loop over the layers."""
    stay_together(ways("gpt", np.float64)["HIPS autograd"], names, layers=2)
    stay_together(ways("gpt", np.float64)[STAGED], names, layers=2)


@pytest.mark.parametrize("way", [name for name in here("gpt") if "JAX" not in name])
def test_steps_keep_their_parameters_to_themselves(way: str) -> None:
    """What was read stays as it was, and what was given too."""
    start = map_matrices(lambda matrix: matrix.astype(np.float32), parameters())
    given = map_matrices(np.copy, start)
    step = ways("gpt", np.float32)[way](start, HEADS)
    before = step.read()
    step.run(*one(5))
    assert apart(before, given) == apart(start, given) == 0 < apart(step.read(), before)
    assert {matrix.dtype for matrix in matrices(step.read())} == {np.dtype(np.float32)}


def test_the_scalar_peer_refuses_a_batch_and_float32() -> None:
    step = scalar_gpt.make_step(parameters(), HEADS)
    with pytest.raises(ValueError, match=r"one name at a time; found shape \(2, 5\); give shape \(T,\)"):
        step.run(*batch(3, 5))
    with pytest.raises(ValueError, match=r"found float32; give float64"):
        scalar_gpt.make_step(map_matrices(lambda matrix: matrix.astype(np.float32), parameters()), HEADS)
