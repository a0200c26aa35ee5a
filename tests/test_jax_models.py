"""Models and optimisers on arrays of JAX: compiled, and differentiated by JAX, they give what they give on NumPy's."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from cat_ad import Optimizer, State, adam, gradient, hessian_vector_product, sgd, value_and_gradient
from cat_ad.arrows.parametrised import SomePara
from cat_ad.arrows.terms import SomeArrow
from cat_ad.learning.optimizers import adagrad, nesterov
from cat_ad.objects.trees import tree_map
from experiments import gpt_names, mlp_names
from tests.support.trees import Tree, assert_close, numbers

jax: Any = pytest.importorskip("jax", reason="pip install -e '.[jax]'")  # Any: it may not be there


@pytest.fixture(autouse=True)
def in_double_precision() -> Iterator[None]:
    """As NumPy counts."""
    with jax.enable_x64(True):
        yield


def mlp() -> tuple[SomePara, Tree]:
    """The loss of the names MLP, and a batch."""
    rng = np.random.default_rng(0)
    return mlp_names.mlp(mlp_names.Flags()).loss, (rng.integers(27, size=(8, 3)), rng.integers(27, size=8))


def gpt() -> tuple[SomePara, Tree]:
    """The loss of the names GPT, and a batch in which names are of different length."""
    rng = np.random.default_rng(0)
    targets = np.where(np.arange(5) < rng.integers(1, 6, size=(8, 1)), rng.integers(27, size=(8, 5)), -1)
    return gpt_names.gpt(gpt_names.Flags(width=8)).loss, (rng.integers(27, size=(8, 5)), targets)


@pytest.mark.parametrize("make", [mlp, gpt])
def test_the_gradient_of_a_model_is_the_gradient(make: Callable[[], tuple[SomePara, Tree]]) -> None:
    """Ours on NumPy's arrays, ours compiled, and the one JAX finds."""
    loss, batch = make()
    params = loss.init(np.random.default_rng(0))
    value, (wanted, _) = value_and_gradient(loss.arrow)((params, batch))
    ours = jax.jit(lambda p: value_and_gradient(loss.arrow)((p, batch)))(params)
    theirs = jax.jit(jax.value_and_grad(lambda p: loss(p, batch)))(params)
    for found_value, found in ((ours[0], ours[1][0]), theirs):
        assert_close(numbers(found_value), numbers(value), 1e-14)
        assert_close(numbers(found), numbers(wanted), 1e-12)


def test_the_gradient_is_differentiated_again() -> None:
    """JAX's derivative of our gradient is our product of the Hessian and a vector."""
    loss, batch = mlp()
    f: SomeArrow = loss.arrow
    params = loss.init(np.random.default_rng(0))
    towards = tree_map(lambda p: np.random.default_rng(1).normal(size=p.shape), params)
    wanted = hessian_vector_product(f)(((params, batch), (towards, tree_map(np.zeros_like, batch))))
    _, found = jax.jvp(jax.jit(lambda p: gradient(f)((p, batch))[0]), (params,), (towards,))
    assert_close(numbers(found), numbers(wanted[0]), 1e-12)


def falling(step: Tree) -> Tree:
    """A learning rate that depends on the step, be that a number or stand for one."""
    return 0.1 / (1 + step)


OPTIMIZERS = {
    "sgd": sgd(0.1),
    "momentum": sgd(falling, momentum=0.9),
    "nesterov": nesterov(falling, momentum=0.9),
    "adagrad": adagrad(falling),
    "adam": adam(falling),
}


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_optimisers_are_compiled_once_for_all_steps(optimizer: Optimizer) -> None:
    """The number of the step is an argument like any other."""
    rng, traced = np.random.default_rng(0), list[object]()
    params: Tree = rng.normal(size=3), (rng.normal(size=(2, 2)),)

    def step(steps: Tree, moments: Tree, params: Tree, slope: Tree) -> tuple[Tree, Tree, Tree]:
        traced.append(steps)
        state, params = optimizer.step(State(steps, moments), params, slope)
        return state.steps, state.moments, params

    compiled, state = jax.jit(step), optimizer.init(params)
    ours = 0, state.moments, params
    for _ in range(5):
        slope = tree_map(lambda p: rng.normal(size=p.shape), params)
        state, params = optimizer.step(state, params, slope)
        ours = compiled(*ours, slope)
        assert_close(numbers(ours), numbers((np.asarray(state.steps), state.moments, params)), 1e-12)
    assert len(traced) <= 2  # once for a number of Python, and once for the array that comes of it
