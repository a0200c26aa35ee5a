"""Training: steps of Adam along the gradient of a loss, until a budget is spent or someone says stop.

A step is one lens: the way there is the loss, the way back the update (`cat_ad.learning`). Nothing here knows
what the model is, or what an example is: a `Plan` says what to do, a `Training` how far it got.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Generic, TypeVar

import numpy as np

from cat_ad import Para, Scalar, State, adam
from cat_ad.learning import training_step
from experiments.errors import DivergenceError
from experiments.schedules import Budget

P = TypeVar("P")
X = TypeVar("X")

POINTS = 40  # of the curve, at equal distances of progress


@dataclass(frozen=True)
class Point:
    """A point of the curve: the mean losses after so many steps."""

    steps: int
    seconds: float
    train_loss: float
    test_loss: float


@dataclass(frozen=True)
class StepLoss:
    """The loss of the batch of a step, before its update; steps count from 0."""

    step: int
    loss: float


@dataclass(frozen=True)
class Training(Generic[P]):
    """All that changes while a model trains: enough to go on from."""

    params: P
    optimizer: State[P]
    seconds: float = 0.0
    curve: tuple[Point, ...] = ()

    @property
    def steps(self) -> int:
        """How many steps were made."""
        return self.optimizer.steps


@dataclass(frozen=True)
class Plan(Generic[P, X]):
    """All that stays the same: the loss of a batch, the batch of a step, the rate at a progress, and when to end."""

    loss: Para[P, X, Scalar]
    batch: Callable[[int], X]
    rate: Callable[[float], float]
    budget: Budget
    measure: Callable[[P], tuple[float, float]] | None  # the train and test loss, for the curve, if there is to be one
    betas: tuple[float, float] = (0.9, 0.99)  # of Adam


def begin(params: P) -> Training[P]:
    """The training before its first step."""
    return Training(params, adam(0.0).init(params))


@np.errstate(all="ignore")  # NumPy's warnings: DivergenceError says it once
def train(
    plan: Plan[P, X],
    start: Training[P],
    watch: Callable[[int, float, float], None] = lambda steps, seconds, loss: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Training[P]:
    """Go on from `start` until the budget is spent or `stopped()`.

    `watch` sees each step: how many were made, in how many seconds, and the loss of the batch. The seconds in which
    the curve is measured do not count. Raises DivergenceError when a loss is not finite.
    """
    params, state, curve = start.params, start.optimizer, list(start.curve)
    seconds = start.seconds
    progress = plan.budget.progress(state.steps, seconds)
    optimizer = adam(lambda _: plan.rate(progress), *plan.betas)  # of the progress at the time of the step
    step = training_step(plan.loss, optimizer)

    def measure() -> None:
        if plan.measure is None:
            return
        train_loss, test_loss = plan.measure(params)
        _require_finite(train_loss + test_loss, state.steps)
        if curve and curve[-1].steps == state.steps:
            curve.pop()
        curve.append(Point(state.steps, seconds, train_loss, test_loss))

    next_point = math.ceil(progress * POINTS)
    began = perf_counter() - seconds
    while progress < 1 and not stopped():
        if progress * POINTS >= next_point:
            measure()
            next_point = math.floor(progress * POINTS) + 1
            began = perf_counter() - seconds
        loss, ((state, params), _) = step.get_and_put(((state, params), plan.batch(state.steps)), ())
        seconds, error = perf_counter() - began, float(loss)
        _require_finite(error, state.steps)
        watch(state.steps, seconds, error)
        progress = plan.budget.progress(state.steps, seconds)
    measure()
    return Training(params, state, seconds, tuple(curve))


def _require_finite(loss: float, steps: int) -> None:
    if not math.isfinite(loss):
        raise DivergenceError(f"asked for a finite loss; found {loss} at step {steps}; try a smaller --rate")
