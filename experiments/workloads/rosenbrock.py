"""Rosenbrock's valley (1960), whose floor Newton's method finds in a few steps.

>>> [round(x, 6) for x in newton((-1.2, 1.0))]
[1.0, 1.0]
"""

from types import ModuleType

import numpy as np

from cat_ad import Scalar, arrow, check, gradient, hessian
from experiments.workloads.workload import Workload


@arrow
def valley(x: Scalar, y: Scalar) -> Scalar:
    """Lowest at (1, 1), at the end of a bent valley."""
    return (1.0 - x) ** 2 + 100.0 * (y - x**2) ** 2


def newton(start: tuple[float, float], steps: int = 7) -> tuple[float, float]:
    """The point after so many steps, each to where the gradient would vanish if the valley were a bowl."""
    x, y = start
    for _ in range(steps):
        x, y = (x, y) - np.linalg.solve(np.array(hessian(valley)((x, y))), np.array(gradient(valley)((x, y))))
    return float(x), float(y)


def by_numpy(xp: ModuleType, x: float, y: float) -> float:
    """The same."""
    return (1.0 - x) ** 2 + 100.0 * (y - x**2) ** 2


def arguments(rng: np.random.Generator) -> tuple[Scalar, Scalar]:
    """A point."""
    return check(Scalar, rng.normal()), check(Scalar, rng.normal())


ROSENBROCK = Workload("Rosenbrock", valley, by_numpy, arguments)
