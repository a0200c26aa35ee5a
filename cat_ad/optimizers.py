"""Optimisers: pure functions of parameters, gradient and what they remember.

    state = optimizer.init(params)
    state, params = optimizer.step(state, params, gradient)

A learning rate is a number, or a function of the step, which counts from 0.

>>> import numpy as np
>>> optimizer, x = sgd(lr=0.5), np.array([3.0])
>>> state, x = optimizer.step(optimizer.init(x), x, np.array([2.0]))
>>> x
array([2.])
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import Generic, TypeAlias, TypeVar

from cat_ad.arrays import AnyArray, namespace
from cat_ad.errors import SpaceError
from cat_ad.trees import leaves, tree_map, unlike

P = TypeVar("P")

LearningRate: TypeAlias = float | Callable[[int], float]


@dataclass(frozen=True)
class State(Generic[P]):
    """What an optimiser remembers: how many steps it made, and moments that have the structure of the parameters."""

    steps: int
    moments: tuple[P, ...]


class Optimizer(ABC):
    """An optimiser; make one by `sgd` or `adam`."""

    @abstractmethod
    def init(self, params: P) -> State[P]:
        """The state before the first step."""

    @abstractmethod
    def step(self, state: State[P], params: P, gradient: P) -> tuple[State[P], P]:
        """One step against the gradient. Writes to none of its arguments.

        Raises `SpaceError` unless state, parameters and gradient have one structure.
        """


def sgd(lr: LearningRate, momentum: float = 0.0) -> Optimizer:
    """Gradient descent; with momentum m, along v = m v + gradient (Polyak 1964)."""
    return _Sgd(lr, momentum)


def adam(lr: LearningRate, b1: float = 0.9, b2: float = 0.999, eps: float = 1e-8) -> Optimizer:
    """Adam (Kingma & Ba 2015): along the mean gradient, divided by the root of the mean squared gradient."""
    return _Adam(lr, b1, b2, eps)


@dataclass(frozen=True)
class _Sgd(Optimizer):
    lr: LearningRate
    momentum: float

    def init(self, params: P) -> State[P]:
        return State(0, (_zeros(params),) if self.momentum else ())

    def step(self, state: State[P], params: P, gradient: P) -> tuple[State[P], P]:
        rate, moments = _rate(self.lr, state.steps), _moments("sgd", state, 1 if self.momentum else 0)

        def average(v: AnyArray, g: AnyArray) -> AnyArray:
            if getattr(g, "shape", None) != v.shape:
                raise unlike(v, g)
            return self.momentum * v + g

        def update(p: AnyArray, g: AnyArray) -> AnyArray:
            if getattr(g, "shape", None) != p.shape:
                raise unlike(p, g)
            return p - rate * g

        if self.momentum:
            gradient = tree_map(average, moments[0], gradient)
            moments = (gradient,)
        return State(state.steps + 1, moments), tree_map(update, params, gradient)


@dataclass(frozen=True)
class _Adam(Optimizer):
    lr: LearningRate
    b1: float
    b2: float
    eps: float

    def init(self, params: P) -> State[P]:
        return State(0, (_zeros(params), _zeros(params)))

    def step(self, state: State[P], params: P, gradient: P) -> tuple[State[P], P]:
        steps, b1, b2, eps = state.steps + 1, self.b1, self.b2, self.eps
        means, squares = _moments("adam", state, 2)
        unbias = sqrt(1 - b2**steps)  # in the order of their section 2, which costs less
        rate, floor = _rate(self.lr, state.steps) * unbias / (1 - b1**steps), eps * unbias

        def mean(m: AnyArray, g: AnyArray) -> AnyArray:
            if getattr(g, "shape", None) != m.shape:
                raise unlike(m, g)
            return b1 * m + (1 - b1) * g

        def update(p: AnyArray, m: AnyArray, v: AnyArray) -> AnyArray:
            if m.shape != p.shape:
                raise unlike(p, m)
            return p - rate * m / (namespace(v).sqrt(v) + floor)

        first = tree_map(mean, means, gradient)
        second = tree_map(lambda v, g: b2 * v + (1 - b2) * (g * g), squares, gradient)
        return State(steps, (first, second)), tree_map(update, params, first, second)


def _rate(lr: LearningRate, step: int) -> float:
    return float(lr(step) if callable(lr) else lr)  # NumPy's own floats would make float64 of float32


def _moments(asked: str, state: State[P], many: int) -> tuple[P, ...]:
    if len(state.moments) != many:
        raise SpaceError(f"{asked}: wanted a state of {many} moments, got one of {len(state.moments)}; make it by init")
    return state.moments


def _zeros(params: P) -> P:
    for leaf in leaves(params):
        if isinstance(leaf, list):
            raise SpaceError("init: wanted parameters as nested tuples of arrays, got a list; model.init draws them")
    return tree_map(lambda p: p * 0, params)
