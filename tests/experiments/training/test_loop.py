"""The laws of training, on a model that has a line to find."""

import math
from dataclasses import replace
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import example as example_of
from hypothesis import given, settings
from hypothesis import strategies as st

from cat_ad import Dim, Float, check, dot, dup, identity, linear, sub
from cat_ad.objects.trees import leaves
from experiments.process.errors import DivergenceError
from experiments.training.loop import POINTS, Plan, Training, begin, train
from experiments.training.schedules import Budget


class In(Dim, size=3):
    """What is known of an example."""


class Out(Dim, size=2):
    """What is to be found."""


Weights: TypeAlias = tuple[Float[Out, In], Float[Out]]
Example: TypeAlias = tuple[Float[In], Float[Out]]

MODEL = linear(In, Out)
LOSS = MODEL * identity(Float[Out]) >> sub(Float[Out]) >> dup(Float[Out]) >> dot(Out)


def example(step: int) -> Example:
    """A point of a line, the same for the same step."""
    x = np.random.default_rng(step).normal(size=3)
    return check(LOSS.dom, (x, np.array([x.sum() + 1, x[0] - x[1]])))


def plan(budget: Budget, rate: float = 0.03) -> Plan[Weights, Example]:
    """Find the line. The losses measured are those of two examples."""
    return Plan(
        loss=LOSS,
        batch=example,
        rate=lambda progress: rate * (1 - min(progress, 1)),
        budget=budget,
        measure=lambda weights: (float(LOSS(weights, example(0))), float(LOSS(weights, example(10**6)))),
    )


def start() -> Training[Weights]:
    """Before the first step."""
    return begin(MODEL.init(np.random.default_rng(0)))


def same(one: Training[Weights], other: Training[Weights]) -> bool:
    """Whether two trainings are at the same numbers, to the last bit."""
    trees = (one.params, one.optimizer.moments), (other.params, other.optimizer.moments)
    ours, theirs = map(leaves, trees)
    return one.steps == other.steps and all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))


def test_it_finds_the_line() -> None:
    trained = train(plan(Budget(steps=600)), start())
    assert trained.steps == 600
    (weight, bias) = trained.params
    assert np.allclose(weight, [[1, 1, 1], [1, -1, 0]], atol=0.01)
    assert np.allclose(bias, [1, 0], atol=0.01)
    assert trained.curve[-1].test_loss < 1e-3 < trained.curve[0].test_loss


@pytest.mark.parametrize("pause", [0, 1, 40, 77, 79])
def test_stopping_and_going_on_is_not_stopping(pause: int) -> None:
    """Paused and whole runs agree to the last bit, and in all points of the curve but the one at the pause."""
    whole = train(plan(Budget(steps=80)), start())
    seen: list[int] = []
    first = train(
        plan(Budget(steps=80)), start(), lambda steps, seconds, loss: seen.append(steps), lambda: len(seen) == pause
    )
    assert first.steps == pause
    both = train(plan(Budget(steps=80)), first)
    assert same(both, whole)
    assert both.seconds >= first.seconds
    losses = {point.steps: (point.train_loss, point.test_loss) for point in both.curve}
    assert len(losses) == len(both.curve)
    assert losses.items() >= {(point.steps, (point.train_loss, point.test_loss)) for point in whole.curve}
    assert set(losses) <= {point.steps for point in whole.curve} | {pause}


def test_the_start_is_not_written_to() -> None:
    begun = start()
    train(plan(Budget(steps=20)), begun)
    assert same(begun, start())


def test_the_watcher_sees_every_step() -> None:
    seen: list[tuple[int, float, float]] = []
    trained = train(plan(Budget(steps=30)), start(), lambda *step: seen.append(step))
    assert [steps for steps, _, _ in seen] == list(range(1, 31))
    times = [seconds for _, seconds, _ in seen]
    assert times == sorted(times)
    assert times[-1] == trained.seconds
    assert seen[0][2] == float(LOSS(start().params, example(0)))


def test_the_curve_has_a_point_at_equal_distances_of_progress_and_at_the_end() -> None:
    steps = [point.steps for point in train(plan(Budget(steps=10 * POINTS)), start()).curve]
    assert steps == list(range(0, 10 * POINTS + 1, 10))


class Clock:
    """A clock that goes on by a part of a second at each step, and by an hour at each other thing that is done.

    Its parts are powers of 2, so that no sum of them is rounded.
    """

    def __init__(self, tick: float) -> None:
        """For steps that take so many seconds."""
        self.now, self.tick = 1e6, tick

    def __call__(self) -> float:
        """The seconds."""
        return self.now

    def plan(self, budget: Budget, save_every: int | None = None) -> Plan[Weights, Example]:
        """The plan from above, by this clock."""

        def batch(step: int) -> Example:
            self.now += self.tick
            return example(step)

        def measure(weights: Weights) -> tuple[float, float]:
            self.pause()
            return 0.0, 0.0

        return replace(plan(budget), batch=batch, measure=measure, save_every=save_every)

    def pause(self, *_: object) -> None:
        """What does not count."""
        self.now += 3600


@settings(max_examples=20)
@given(st.integers(-15, 3), st.integers(1, 150), st.none() | st.integers(1, 50))
@example_of(-8, 80, 7)
def test_a_budget_of_seconds_is_spent_and_exceeded_by_less_than_a_step(
    power: int, steps: int, save_every: int | None
) -> None:
    """Of the clock, without what is measured and saved; and the curve has a point at each distance of progress."""
    tick = 2.0**power
    clock = Clock(tick)
    budget = Budget(seconds=(steps - 0.5) * tick)
    trained = train(clock.plan(budget, save_every), start(), save=clock.pause, clock=clock)
    assert trained.steps == steps
    assert trained.seconds == steps * tick
    assert len(trained.curve) == min(POINTS, steps) + 1


@pytest.mark.parametrize("rate", [math.nan, math.inf, 1e200])
def test_a_loss_that_is_not_finite_ends_it_with_the_step_and_what_to_try(rate: float) -> None:
    with pytest.raises(DivergenceError, match=r"found (nan|inf) at step [23]; try a smaller --rate"):
        train(plan(Budget(steps=50), rate), start())


def test_a_curve_that_is_not_finite_ends_it_too() -> None:
    worse = Plan(LOSS, example, lambda progress: 0.1, Budget(steps=5), lambda weights: (0.0, math.nan))
    with pytest.raises(DivergenceError, match="found nan at step 0"):
        train(worse, start())
