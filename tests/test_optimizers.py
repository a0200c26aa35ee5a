"""Optimisers against their papers' formulas, written out for one number at a time."""

from collections.abc import Iterator
from itertools import islice
from math import sqrt
from typing import Any, TypeAlias

import numpy as np
import pytest

from cat_ad import Optimizer, SpaceError, adam, sgd
from cat_ad.optimizers import LearningRate
from tests.support.trees import Tree, leaves

Bad: TypeAlias = Any  # Any: what a type checker refuses is the point of some tests

STEPS = 300


def rate(lr: LearningRate, step: int) -> float:
    """The learning rate of a step, counted from 0."""
    return lr(step) if callable(lr) else lr


def by_sgd(x: float, slopes: list[float], lr: LearningRate, momentum: float = 0.0) -> Iterator[float]:
    """Polyak 1964, as Sutskever et al. 2013 write it with the rate outside: v = m v + g, x = x - lr v."""
    v = 0.0
    for step, g in enumerate(slopes):
        v = momentum * v + g
        x = x - rate(lr, step) * v
        yield x


def by_adam(
    x: float, slopes: list[float], lr: LearningRate, b1: float = 0.9, b2: float = 0.999, eps: float = 1e-8
) -> Iterator[float]:
    """Kingma & Ba 2015, algorithm 1."""
    m = v = 0.0
    for t, g in enumerate(slopes, start=1):
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g**2
        x = x - rate(lr, t - 1) * (m / (1 - b1**t)) / (sqrt(v / (1 - b2**t)) + eps)
        yield x


def falling(step: int) -> float:
    """A learning rate that depends on the step."""
    return 0.1 / (1 + step)


RULES: dict[str, tuple[Optimizer, Any]] = {  # Any: a formula above with its numbers
    "sgd": (sgd(0.1), lambda x, g: by_sgd(x, g, 0.1)),
    "sgd, falling": (sgd(falling), lambda x, g: by_sgd(x, g, falling)),
    "momentum": (sgd(0.1, 0.9), lambda x, g: by_sgd(x, g, 0.1, 0.9)),
    "momentum, falling": (sgd(falling, momentum=0.5), lambda x, g: by_sgd(x, g, falling, 0.5)),
    "adam": (adam(0.1), lambda x, g: by_adam(x, g, 0.1)),
    "adam, falling": (adam(falling), lambda x, g: by_adam(x, g, falling)),
    "adam, all told": (adam(0.01, 0.5, 0.9, 1e-3), lambda x, g: by_adam(x, g, 0.01, 0.5, 0.9, 1e-3)),
    "adam, its floor as high as the slopes": (adam(0.01, eps=1.0), lambda x, g: by_adam(x, g, 0.01, eps=1.0)),
}
EVERY = pytest.mark.parametrize(("optimizer", "formula"), RULES.values(), ids=RULES)


def slopes() -> Tree:
    """The gradients of some steps, for parameters that are a product of products."""
    rng = np.random.default_rng(0)
    return [(rng.normal(size=3), (rng.normal(size=(2, 2)), np.asarray(rng.normal()))) for _ in range(STEPS)]


PARAMETERS: Tree = (np.arange(3.0), (np.ones((2, 2)), np.asarray(-1.0)))


@EVERY
def test_every_number_follows_the_formula(optimizer: Optimizer, formula: Bad) -> None:
    """Over many steps, whatever the shapes of the arrays and of the tree."""
    state, parameters = optimizer.init(PARAMETERS), PARAMETERS
    path = [parameters]
    for gradient in slopes():
        state, parameters = optimizer.step(state, parameters, gradient)
        path.append(parameters)
    assert state.steps == STEPS
    for leaf in range(len(list(leaves(PARAMETERS)))):
        numbers = np.array([np.ravel(list(leaves(tree))[leaf]) for tree in path])
        along = np.array([np.ravel(list(leaves(tree))[leaf]) for tree in slopes()])
        for x, g in zip(numbers.T, along.T, strict=True):
            np.testing.assert_allclose(x[1:], list(formula(x[0], g.tolist())), rtol=1e-12, atol=1e-12)


@EVERY
def test_a_step_is_a_function(optimizer: Optimizer, formula: Bad) -> None:
    """The same arguments give the same results, and keep their own values."""
    state = optimizer.init(PARAMETERS)
    for gradient in islice(slopes(), 2):
        state, _ = optimizer.step(state, PARAMETERS, gradient)
    before = [x.tobytes() for x in leaves((state.moments, PARAMETERS))]
    first, again = (optimizer.step(state, PARAMETERS, slopes()[0]) for _ in range(2))
    assert [x.tobytes() for x in leaves((state.moments, PARAMETERS))] == before
    assert first[0].steps == again[0].steps == state.steps + 1
    same = zip(leaves((first[0].moments, first[1])), leaves((again[0].moments, again[1])), strict=True)
    assert all(np.array_equal(x, y) for x, y in same)


def test_the_learning_rate_is_asked_for_each_step_once() -> None:
    """With the number of steps made so far, counted from 0."""
    asked: list[int] = []

    def lr(step: int) -> float:
        asked.append(step)
        return 0.1

    for optimizer in (sgd(lr), sgd(lr, momentum=0.9), adam(lr)):
        asked.clear()
        state, parameters = optimizer.init(PARAMETERS), PARAMETERS
        for gradient in slopes():
            state, parameters = optimizer.step(state, parameters, gradient)
        assert asked == list(range(STEPS))


def test_adam_first_steps_by_the_learning_rate() -> None:
    """Whatever the size of the gradient: the moments' bias is corrected (section 2.1 of its paper)."""
    optimizer = adam(0.1)
    for size in (1e-3, 1.0, 1e3):
        _, x = optimizer.step(optimizer.init(np.zeros(2)), np.zeros(2), np.array([size, -size]))
        np.testing.assert_allclose(x, [-0.1, 0.1], rtol=1e-4)


@EVERY
def test_a_bowl_is_descended(optimizer: Optimizer, formula: Bad) -> None:
    """Of x^2, from 1, the distance from the bottom falls."""
    state, x = optimizer.init(np.ones(1)), np.ones(1)
    for _ in range(20):
        state, x = optimizer.step(state, x, 2 * x)
    assert abs(x[0]) < 1


VECTOR: Tree = np.full(3, 12345.678)  # contents that no error may print

TREES: dict[str, tuple[Tree, Tree, Tree]] = {
    "fewer gradients": ((VECTOR, VECTOR), (VECTOR, VECTOR), (VECTOR,)),
    "an array for a pair": ((VECTOR, VECTOR), (VECTOR, VECTOR), VECTOR),
    "a pair for an array": (VECTOR, VECTOR, (VECTOR, VECTOR)),
    "list": ((VECTOR, VECTOR), (VECTOR, VECTOR), [VECTOR, VECTOR]),
    "no gradient": ((VECTOR, VECTOR), (VECTOR, VECTOR), (VECTOR, None)),
    "state of other parameters": (VECTOR, (VECTOR, VECTOR), (VECTOR, VECTOR)),
    "shape": (VECTOR, VECTOR, np.full(4, 12345.678)),
    "shape that would spread": (VECTOR, VECTOR, np.full((3, 3), 12345.678)),
}


@pytest.mark.parametrize("optimizer", [sgd(0.1), sgd(0.1, momentum=0.9), adam(0.1)], ids=["sgd", "momentum", "adam"])
@pytest.mark.parametrize(("of", "params", "towards"), TREES.values(), ids=TREES)
def test_an_optimiser_wants_trees_of_one_structure(optimizer: Bad, of: Tree, params: Tree, towards: Tree) -> None:
    """State, parameters and gradient have the same tuples, and in them arrays of the same shapes."""
    state = optimizer.init(of)
    if of is not params and not state.moments:
        return
    with pytest.raises(SpaceError, match=r"^wanted trees of one structure, got ") as caught:
        optimizer.step(state, params, towards)
    assert "12345" not in str(caught.value)
