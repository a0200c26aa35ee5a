"""Whole steps of training in C, as by NumPy."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from cat_ad import State, adam, sgd, value_and_gradient
from cat_ad.arrows.parametrised import SomePara
from cat_ad.objects.trees import tree_map
from experiments.gpt_names import Flags as GptFlags
from experiments.gpt_names import gpt
from tests.staging.test_stage import OPTIMIZERS, in_dtype, mlp_step
from tests.support.in_c import TOLERANCE, all_of, assert_close, in_c, tree_map_all
from tests.support.trees import Tree


def test_whole_steps_of_the_mlp() -> None:
    """Five steps of training, at two sizes of batches, in place."""
    optimizer = OPTIMIZERS["adam"]
    step, params, batches = mlp_step(optimizer)
    staged = in_c(step, donate=(0, 1))
    here: Any = optimizer.init(params), params
    there = tree_map_all(np.copy, here)
    for size in (8, 8, 5, 8, 5):
        batch = batches(size)
        expected, found = step(*here, batch), staged(*there, batch)
        assert_close(found, expected, TOLERANCE[np.float64])
        here, there = expected[1:], found[1:]


@pytest.mark.parametrize("donate", [(), (0, 1, 2, 3, 4)], ids=str)
def test_every_optimizer(donate: tuple[int, ...]) -> None:
    """Five steps along gradients that are given."""
    _, params, _ = mlp_step(sgd(0.1))
    steps: list[Callable[..., Any]] = [optimizer.step for optimizer in OPTIMIZERS.values()]
    staged = in_c(all_of(steps), donate)
    here: Any = [(optimizer.init(params), params) for optimizer in OPTIMIZERS.values()]
    there, rng = tree_map_all(np.copy, here), np.random.default_rng(0)
    for _ in range(5):
        slope = tree_map(lambda x: rng.normal(size=x.shape), params)
        expected = [step(*at, slope) for step, at in zip(steps, here, strict=True)]
        found = staged(*((*at, tree_map(np.copy, slope)) for at in there))
        assert_close(found, expected, TOLERANCE[np.float64])
        here, there = expected, found


@pytest.mark.parametrize(("batch", "dtype"), [(1, np.float64), (3, np.float32)], ids=str)
def test_whole_steps_of_the_gpt(batch: int, dtype: type) -> None:
    """Loss and gradient, and in float64 with Adam, which divides small differences by small numbers."""
    model = gpt(GptFlags(layers=1, width=8, heads=2))
    loss: SomePara = model.loss_of_one if batch == 1 else model.loss
    both, optimizer = value_and_gradient(loss.arrow), adam(0.01, 0.85, 0.99)
    train: Callable[..., Any] = optimizer.step
    rng = np.random.default_rng(0)
    params = in_dtype(loss.init(rng), dtype)

    def step(state: Any, params: Tree, batch: Tree) -> Tree:
        error, (slope, _) = both((params, batch))
        return (error, slope) if dtype == np.float32 else (error, *train(state, params, slope))

    plain: Callable[..., Any] = step
    staged = in_c(step, donate=(0, 1) if dtype == np.float64 else ())
    here: Any = optimizer.init(params), params
    there = tree_map_all(np.copy, here)
    for _ in range(3):
        shape = (5,) if batch == 1 else (batch, 5)
        names: Tree = rng.integers(0, 27, shape), rng.integers(-1, 27, shape)
        expected, found = plain(*here, names), staged(*there, names)
        assert_close(found, expected, TOLERANCE[dtype])
        if dtype == np.float64:
            here, there = expected[1:], found[1:]


def test_threads_do_not_disturb_each_other() -> None:
    """Each call has a workspace of its own."""
    step, params, batches = mlp_step(sgd(0.1))
    staged, many = in_c(step), [batches(16) for _ in range(40)]
    expected = [staged(State(0, ()), params, batch) for batch in many]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda batch: staged(State(0, ()), params, batch), many))
    assert_close(found, expected, 0)
