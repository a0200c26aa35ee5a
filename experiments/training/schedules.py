"""How far a run has come, and how fast it learns there.

Progress goes from 0 to 1 with the steps made or the seconds spent. A schedule is a factor of the peak learning rate:
it warms up over the first 2 % of the run and then falls to 0.

>>> [round(factor("linear", progress), 2) for progress in (0, 0.01, 0.02, 0.51, 1)]
[0.0, 0.5, 1.0, 0.5, 0.0]
"""

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

Schedule: TypeAlias = Literal["linear", "cosine", "constant"]

WARM_UP = 0.02


@dataclass(frozen=True)
class Budget:
    """A number of seconds, or a number of steps, for a whole run."""

    seconds: float | None = None
    steps: int | None = None

    def __post_init__(self) -> None:
        """Raise ValueError unless exactly one is given."""
        if (self.seconds is None) == (self.steps is None):
            raise ValueError(f"Budget: asked for seconds or steps; found {self!r}; give exactly one")

    def progress(self, steps: int, seconds: float) -> float:
        """The share that is spent: 0 at the start, 1 or more when the run is over."""
        if self.steps is not None:
            return steps / self.steps
        return seconds / (self.seconds or math.inf)

    def __str__(self) -> str:
        """The number and its unit."""
        return f"{self.seconds:g} seconds" if self.steps is None else f"{self.steps:,} steps"


def factor(schedule: Schedule, progress: float) -> float:
    """The share of the peak learning rate at this progress; "constant" neither warms up nor falls."""
    if schedule == "constant":
        return 1.0
    if progress < WARM_UP:
        return progress / WARM_UP
    fallen = min(1.0, (progress - WARM_UP) / (1 - WARM_UP))
    return 1 - fallen if schedule == "linear" else (1 + math.cos(math.pi * fallen)) / 2
