"""Steps staged: as a straight line of operations, once for each shape of a batch.

The state and parameters that a step is given are donated to it, as in `jax_backend.py`, so that parameters and moments
are updated in place. The number of the step and the learning rate are arguments of what is staged.
"""

from __future__ import annotations

import numpy as np

from cat_ad import State
from cat_ad.objects.trees import tree_map
from cat_ad.staging import stage
from experiments.training.backends import Backend, Now, P, Run, Step, X


class Staged(Backend):
    """Steps staged for a target of `cat_ad.stage`."""

    def __init__(self, target: str = "numpy", threads: int = 1) -> None:
        """An unknown target, or more threads than processors, are an error when a step is compiled."""
        self.target = target
        self.threads = threads

    def compiled(self, step: Step[P, X]) -> Run[P, X]:
        """One call of the staged function. Raises what `stage` does, here or at the first run."""
        staged = stage(step, self.target, donate=(0,), threads=self.threads)

        def run(now: Now[P], batch: X, rate: float) -> tuple[float, Now[P]]:
            loss, then = staged(now, batch, rate)
            return float(loss), then

        return run

    def put(self, now: Now[P]) -> Now[P]:
        """Copies, over which a step may write."""
        state, params = now
        copies = tuple(tree_map(np.array, moment) for moment in state.moments)
        return State(state.steps, copies), tree_map(np.array, params)

    def get(self, now: Now[P]) -> Now[P]:
        """Copies, over which no step writes."""
        return self.put(now)
