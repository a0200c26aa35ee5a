"""A pendulum through a hundred Runge-Kutta steps; its length, from where it was seen in the end.

>>> seen, _ = end(0.8, (0.5, 0.0))
>>> round(length_of(seen), 6)
0.8
"""

from types import ModuleType
from typing import TypeAlias

import numpy as np

from cat_ad import Scalar, arrow, check, iterate, sin, value_and_gradient
from experiments.workloads.workload import Workload, repeated

State: TypeAlias = tuple[Scalar, Scalar]  # an angle, and how fast it grows


def slope(length: Scalar, s: State) -> State:
    """Gravity turns it back."""
    angle, speed = s
    return speed, -9.81 / length * sin(angle)


def further(s: State, by: float, d: State) -> State:
    """In so many seconds at this slope."""
    return s[0] + by * d[0], s[1] + by * d[1]


def step(length: Scalar, s: State) -> State:
    """A fiftieth of a second (Runge 1895, Kutta 1901)."""
    a = slope(length, s)
    b = slope(length, further(s, 0.01, a))
    c = slope(length, further(s, 0.01, b))
    d = slope(length, further(s, 0.02, c))
    return further(further(s, 0.02 / 6, further(a, 1.0, d)), 0.02 / 3, further(b, 1.0, c))


@arrow
def end(length: Scalar, start: State) -> State:
    """Where it is after two seconds."""
    return iterate(100, lambda s: step(length, s), start)


@arrow
def miss(length: Scalar, start: State, seen: Scalar) -> Scalar:
    """How far that is from where it was seen, squared."""
    return (end(length, start)[0] - seen) ** 2


def length_of(seen: Scalar, guess: float = 0.9) -> float:
    """The length with which it ends where it was seen, if it starts at (0.5, 0.0); by the steps of Gauss and Newton."""
    for _ in range(20):
        at = check(Scalar, guess), check(tuple[Scalar, Scalar], (0.5, 0.0)), seen
        far, (slope_of_miss, _, _) = value_and_gradient(miss)(at)
        guess -= float(2 * far / slope_of_miss) if far else 0.0
    return guess


def by_numpy(xp: ModuleType, length: float, start: tuple[float, float], seen: float) -> float:
    """The same."""

    def slope(s: tuple[float, float]) -> tuple[float, float]:
        return s[1], -9.81 / length * xp.sin(s[0])

    def further(s: tuple[float, float], by: float, d: tuple[float, float]) -> tuple[float, float]:
        return s[0] + by * d[0], s[1] + by * d[1]

    def step(at: int, s: tuple[float, float]) -> tuple[float, float]:
        a = slope(s)
        b = slope(further(s, 0.01, a))
        c = slope(further(s, 0.01, b))
        d = slope(further(s, 0.02, c))
        return further(further(s, 0.02 / 6, further(a, 1.0, d)), 0.02 / 3, further(b, 1.0, c))

    return (repeated(xp, 100, step, start)[0] - seen) ** 2


def arguments(rng: np.random.Generator) -> tuple[Scalar, State, Scalar]:
    """A length, a state to start in, and where it was seen."""
    length, angle, speed, seen = (check(Scalar, x) for x in (1.0 + rng.random(), rng.normal(), rng.normal(), 0.2))
    return length, (angle, speed), seen


PENDULUM = Workload("pendulum", miss, by_numpy, arguments)
