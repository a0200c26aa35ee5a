"""Training: steps of Adam along the gradient of a loss, until a budget is spent or someone says stop.

A step is one lens, with its learning rate as an argument: the way there is the loss, the way back the update
(`cat_ad.learning.steps`). It is a pure function of arrays, `step_of(plan)`, which a backend runs
(`experiments.training.backends`). Nothing here knows what the model is, or what an example is: a `Plan` says what to
do, a `Training` how far it got.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Generic, TypeVar

import numpy as np

from cat_ad import Para, Scalar, State, adam, scheduled_training_step
from experiments.process.errors import DivergenceError
from experiments.training.backends import Backend, Now, NumPy, Step
from experiments.training.schedules import Budget

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
    """What stays the same: the loss of a batch, the batch of each step, the rate at each progress, and when to end."""

    loss: Para[P, X, Scalar]
    batch: Callable[[int], X]
    rate: Callable[[float], float]
    budget: Budget
    measure: Callable[[P], tuple[float, float]] | None  # the train and test loss, for the curve, if there is to be one
    betas: tuple[float, float] = (0.9, 0.99)  # of Adam
    save_every: int | None = None  # steps, if the training is to be saved on the way


def begin(params: P) -> Training[P]:
    """The training before its first step."""
    return Training(params, adam(0.0).init(params))


def step_of(plan: Plan[P, X]) -> Step[P, X]:
    """The step of a plan: from the state and parameters now, a batch and a rate, the loss, and the two after it."""
    learn = scheduled_training_step(plan.loss, lambda rate: adam(rate, *plan.betas))

    def step(now: Now[P], batch: X, rate: float) -> tuple[Scalar, Now[P]]:
        loss, (then, _) = learn.get_and_put(((rate, now), batch), ())
        return loss, then

    return step


@np.errstate(all="ignore")  # instead of many warnings, one DivergenceError
def train(
    plan: Plan[P, X],
    start: Training[P],
    watch: Callable[[int, float, float], None] = lambda steps, seconds, loss: None,
    stopped: Callable[[], bool] = lambda: False,
    backend: Backend | None = None,
    save: Callable[[Training[P]], None] = lambda training: None,
    clock: Callable[[], float] = perf_counter,
) -> Training[P]:
    """Go on from `start` until the budget is spent or `stopped()`, on NumPy unless another backend is given.

    `watch` sees each step: how many were made, in how many seconds, and the loss of the batch. `save` gets the training
    after every `plan.save_every` steps, and when a measurement is broken off, as by Ctrl-C. The time in which the curve
    is measured, or something is saved, does not count. Raises DivergenceError when a loss is not finite.
    """
    backend = backend or NumPy()
    run = backend.compiled(step_of(plan))
    now = backend.put((start.optimizer, start.params))
    steps, seconds, curve = start.steps, start.seconds, list(start.curve)
    progress = plan.budget.progress(steps, seconds)

    def reached() -> Training[P]:
        state, params = backend.get(now)
        return Training(params, State(steps, state.moments), seconds, tuple(curve))

    def measure() -> None:
        if plan.measure is None:
            return
        try:
            train_loss, test_loss = plan.measure(backend.get(now)[1])
        except BaseException:  # Ctrl-C, or no memory for it
            if steps > start.steps:
                save(reached())
            raise
        _require_finite(train_loss + test_loss, steps)
        if curve and curve[-1].steps == steps:
            curve.pop()
        curve.append(Point(steps, seconds, train_loss, test_loss))

    next_point = math.floor(plan.budget.progress(curve[-1].steps, curve[-1].seconds) * POINTS) + 1 if curve else 0
    began = clock() - seconds
    while progress < 1 and not stopped():
        if progress * POINTS >= next_point:
            measure()
            next_point = math.floor(progress * POINTS) + 1
            began = clock() - seconds
        loss, now = run(now, plan.batch(steps), plan.rate(progress))
        steps, seconds = steps + 1, clock() - began
        _require_finite(loss, steps)
        watch(steps, seconds, loss)
        progress = plan.budget.progress(steps, seconds)
        if plan.save_every and steps % plan.save_every == 0 and progress < 1:
            save(reached())
            began = clock() - seconds
    measure()
    return reached()


def _require_finite(loss: float, steps: int) -> None:
    if not math.isfinite(loss):
        raise DivergenceError(f"asked for a finite loss; found {loss} at step {steps}; try a smaller --rate")
