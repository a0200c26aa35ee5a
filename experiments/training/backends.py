"""Backends: what runs a step of training, and on which kind of arrays.

A step is a pure function of trees of arrays, from what changes, a batch and a learning rate to the loss and what comes
next:

    step((state, params), batch, rate)  ->  loss, (state, params)

A backend makes of it a function that computes the same, perhaps faster, and converts arrays to those which that takes:

    NumPy    the step as it is
    Staged   the step as a straight line of operations of NumPy, or of C (`experiments.training.staged_backend`)
    Jax      the step compiled by JAX as a whole, on one device or on many (`experiments.training.jax_backend`)

Batches are drawn with NumPy, from a seed, whatever runs the step: so the losses of two backends can be compared.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TypeAlias, TypeVar

from cat_ad import Scalar, State

P = TypeVar("P")
X = TypeVar("X")

Now: TypeAlias = tuple[State[P], P]  # all that a step changes
Step: TypeAlias = Callable[[Now[P], X, float], tuple[Scalar, Now[P]]]
Run: TypeAlias = Callable[[Now[P], X, float], tuple[float, Now[P]]]  # the same, but it waits for the loss


class Backend(ABC):
    """A way to run steps."""

    first = True  # is this the process that writes and prints, if there are several?

    def require_same(self, beginning: str) -> None:  # noqa: B027  (where there is one, it does)
        """Raise InputError unless this text is the same in all processes, if there are several."""

    @abstractmethod
    def compiled(self, step: Step[P, X]) -> Run[P, X]:
        """The function that runs a step. It may write over the state and parameters that it is given."""

    @abstractmethod
    def put(self, now: Now[P]) -> Now[P]:
        """From NumPy's arrays to those of this backend, over which a step may write."""

    @abstractmethod
    def get(self, now: Now[P]) -> Now[P]:
        """Back to NumPy's, over which no step writes."""


class NumPy(Backend):
    """The step as it is."""

    def compiled(self, step: Step[P, X]) -> Run[P, X]:
        """The loss is there already."""

        def run(now: Now[P], batch: X, rate: float) -> tuple[float, Now[P]]:
            loss, then = step(now, batch, rate)
            return float(loss), then

        return run

    def put(self, now: Now[P]) -> Now[P]:
        """The same arrays: this step writes over none of its arguments."""
        return now

    def get(self, now: Now[P]) -> Now[P]:
        """The same arrays."""
        return now
