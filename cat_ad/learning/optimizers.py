"""Optimisers: pure functions of parameters, gradient and what they remember; and lenses.

    state = optimizer.init(params)
    state, params = optimizer.step(state, params, gradient)

A learning rate is a number, or a function of the step, which counts from 0. Parameters and moments keep their dtypes,
whatever that of the gradient; squares and roots of float16 are computed in float32.

>>> import numpy as np
>>> optimizer, x = sgd(lr=0.5), np.array([3.0])
>>> state, x = optimizer.step(optimizer.init(x), x, np.array([2.0]))
>>> x
array([2.])

An optimiser is a lens from (State x P, State x P) to (P, P) (Cruttwell et al. 2022, section 3.3): `get` gives the
parameters at which it wants the gradient, `step` is its put. Of all but Nesterov's, get gives the parameters
themselves. Nesterov's differs from momentum in nothing else: it looks ahead.

    descent     get: x                 put:                 x - lr g
    momentum    get: x                 put: v' = m v + g,   x - lr v'
    Nesterov    get: x - lr m v        put: v' = m v + g,   x - lr v'
    Adagrad     get: x                 put: s' = s + g^2,   x - lr g / (sqrt(s') + eps)
    Adam        get: x                 put: m' = b1 m + (1 - b1) g,    v' = b2 v + (1 - b2) g^2,
                                            x - lr (m' / c1) / (sqrt(v' / c2) + eps)

where c1 = 1 - b1^t and c2 = 1 - b2^t, at step t = 1, 2, ..., make up for moments that begin at 0.

`optimizer.lens(P)` is that lens, ready to be put onto the port of a model; see `cat_ad.learning.steps`. And
`scheduled(adam, P)` is the lens of all `adam(lr)` at once: the rate comes in with the state.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, fields
from math import inf
from numbers import Real
from types import GenericAlias
from typing import ClassVar, Generic, TypeAlias, TypeVar, cast

import numpy as np
from typing_extensions import TypeForm

from cat_ad.errors import SpaceError, require_number, told
from cat_ad.learning.lenses import Lens, checked
from cat_ad.objects.arrays import AnyArray, as_dtype, namespace, widened
from cat_ad.objects.spaces import product, require_object
from cat_ad.objects.trees import leaves, tree_map, unlike
from cat_ad.objects.values import Deferred, is_subclass

P = TypeVar("P")

LearningRate: TypeAlias = float | Callable[[int], float]


@dataclass(frozen=True)
class State(Generic[P]):
    """What an optimiser remembers: how many steps it made, and moments that have the structure of the parameters."""

    steps: int
    moments: tuple[P, ...]


class Optimizer(ABC):
    """An optimiser; make one by `sgd`, `nesterov`, `adagrad` or `adam`."""

    name: ClassVar[str] = "optimizer"

    @abstractmethod
    def init(self, params: P) -> State[P]:
        """The state before the first step."""

    def get(self, state: State[P], params: P) -> P:
        """The parameters at which `step` wants the gradient: `params`, of all but `nesterov`."""
        return params

    @abstractmethod
    def step(self, state: State[P], params: P, gradient: P) -> tuple[State[P], P]:
        """One step against the gradient, which was taken at `get(state, params)`. Writes to none of its arguments.

        Raises `SpaceError` unless state, parameters and gradient have one structure.
        """

    def lens(self, p: TypeForm[P]) -> Lens[tuple[State[P], P], tuple[State[P], P], P, P]:
        """`get`, and `step` for put, for parameters in P (`SpaceError` unless it is an object)."""
        p = require_object("lens", p)
        both = product(_states(p), p)

        def run(there: tuple[State[P], P]) -> tuple[P, Callable[[P], tuple[State[P], P]]]:
            state, params = checked(self.name, there)
            return self.get(state, params), lambda gradient: self.step(state, params, gradient)

        return Lens(self.name, (both, both), (p, p), run)


def sgd(lr: LearningRate, momentum: float = 0.0) -> Optimizer:
    """Gradient descent; with momentum m, along v = m v + gradient (Polyak 1964).

    This and the other optimisers raise `SpaceError` for a rate that is neither a number nor a function, and for other
    numbers that are negative; `b1` and `b2` must be less than 1 too.
    """
    _require_rate("sgd", lr)
    m = require_number("sgd", "a momentum of 0 or more", momentum, 0.0, inf)
    return _Momentum(lr, m) if m else _Descent(lr)


def nesterov(lr: LearningRate, momentum: float) -> Optimizer:
    """Momentum, with the gradient taken where momentum alone would lead (Nesterov 1983; Sutskever et al. 2013).

    The gradient that `step` takes is that at `get(state, params)`, the point ahead, and not that at `params`. A step by
    `lens` takes it there by itself. Other libraries store the point ahead in place of the parameters, and update it by
    x - lr (g + m v'), with v' as here: as long as lr is constant, that is the same path.
    """
    _require_rate("nesterov", lr)
    return _Nesterov(lr, require_number("nesterov", "a momentum of 0 or more", momentum, 0.0, inf))


def adagrad(lr: LearningRate, eps: float = 1e-10) -> Optimizer:
    """Adagrad (Duchi, Hazan & Singer 2011): along the gradient, divided by the root of the sum of all squared ones."""
    _require_rate("adagrad", lr)
    return _Adagrad(lr, require_number("adagrad", "an eps of 0 or more", eps, 0.0, inf))


def adam(lr: LearningRate, b1: float = 0.9, b2: float = 0.999, eps: float = 1e-8) -> Optimizer:
    """Adam (Kingma & Ba 2015): along the mean gradient, divided by the root of the mean squared gradient."""
    _require_rate("adam", lr)
    b1 = require_number("adam", "b1 in [0, 1)", b1, 0.0, 1.0)
    b2 = require_number("adam", "b2 in [0, 1)", b2, 0.0, 1.0)
    return _Adam(lr, b1, b2, require_number("adam", "an eps of 0 or more", eps, 0.0, inf))


def scheduled(
    optimizer: Callable[[LearningRate], Optimizer], p: type[P]
) -> Lens[tuple[float, tuple[State[P], P]], tuple[State[P], P], P, P]:
    """The lens of an optimiser whose learning rate is an argument: `adam` is given, not `adam(lr)`.

        scheduled(adam, P).put((lr, (state, params)), gradient) = adam(lr).lens(P).put((state, params), gradient)

    Nothing comes back to the rate. Raises `SpaceError` unless the first is a function that makes an optimiser of a rate
    (`lambda lr: sgd(lr, momentum=0.9)`), and the second an object.
    """
    require_object("scheduled", p)
    if not callable(optimizer):
        raise SpaceError(f"scheduled: wanted what makes an optimizer of a rate, such as adam, got {told(optimizer)}")
    both = product(_states(p), p)

    def run(there: tuple[float, tuple[State[P], P]]) -> tuple[P, Callable[[P], tuple[State[P], P]]]:
        rate, now = checked("scheduled", there)
        made = optimizer(lambda step: rate)
        if not isinstance(made, Optimizer):
            raise SpaceError(f"scheduled: wanted what makes an optimizer of a rate, got one that makes {told(made)}")
        at_rate: Lens[tuple[State[P], P], tuple[State[P], P], P, P] = made.lens(p)
        return at_rate.run(now)

    return Lens("scheduled", (product(float, both), both), (p, p), run)


@dataclass(frozen=True, repr=False)
class _Rule(Optimizer):
    """An optimiser with a learning rate and `many` moments, which are zero at first."""

    many: ClassVar[int]
    lr: LearningRate

    def __repr__(self) -> str:
        """The call that makes it."""
        return f"{self.name}({', '.join(f'{part.name}={told(getattr(self, part.name))}' for part in fields(self))})"

    def init(self, params: P) -> State[P]:
        return State(0, tuple([_zeros(params) for _ in range(self.many)]))

    def rate(self, step: int) -> float:
        """The learning rate as a float of Python: one of NumPy would make float64 of float32. A symbol stays one."""
        rate = self.lr(step) if callable(self.lr) else self.lr
        if isinstance(rate, Real) or (isinstance(rate, np.ndarray) and rate.shape == ()):
            return float(rate)
        if getattr(rate, "shape", None) == () or isinstance(rate, Deferred):
            return rate
        raise SpaceError(f"{self.name}: wanted a rate that is a number, got {told(rate)} at step {told(step)}")

    def moments(self, state: State[P]) -> tuple[P, ...]:
        """The moments, if the state has as many as there should be."""
        if not isinstance(state, State) or len(state.moments) != self.many:
            found = f"one of {len(state.moments)}" if isinstance(state, State) else type(state).__name__
            raise SpaceError(f"{self.name}: wanted a state of {self.many} moments, got {found}; make it by init")
        return state.moments


@dataclass(frozen=True, repr=False)
class _Descent(_Rule):
    name, many = "sgd", 0

    def step(self, state: State[P], params: P, gradient: P) -> tuple[State[P], P]:
        self.moments(state)
        rate = self.rate(state.steps)
        return State(state.steps + 1, ()), _descended(rate, params, gradient)


@dataclass(frozen=True, repr=False)
class _Momentum(_Rule):
    name, many = "sgd", 1
    momentum: float

    def step(self, state: State[P], params: P, gradient: P) -> tuple[State[P], P]:
        (velocity,), rate = self.moments(state), self.rate(state.steps)

        def accumulate(v: AnyArray, g: AnyArray) -> AnyArray:
            _require_alike(v, g)
            return as_dtype(self.momentum * v + g, v.dtype)

        velocity = tree_map(accumulate, velocity, gradient)
        return State(state.steps + 1, (velocity,)), _descended(rate, params, velocity)


@dataclass(frozen=True, repr=False)
class _Nesterov(_Momentum):
    name = "nesterov"

    def get(self, state: State[P], params: P) -> P:
        (velocity,), rate = self.moments(state), self.rate(state.steps)
        return _descended(rate * self.momentum, params, velocity)


@dataclass(frozen=True, repr=False)
class _Adagrad(_Rule):
    name, many = "adagrad", 1
    eps: float

    def step(self, state: State[P], params: P, gradient: P) -> tuple[State[P], P]:
        (sums,), rate, eps = self.moments(state), self.rate(state.steps), self.eps

        def add(s: AnyArray, g: AnyArray) -> AnyArray:
            _require_alike(s, g)
            return widened(s) + widened(g) * widened(g)

        def update(p: AnyArray, g: AnyArray, s: AnyArray) -> AnyArray:
            _require_alike(s, p)
            return as_dtype(p - rate * g / (namespace(s).sqrt(s) + eps), p.dtype)

        more = tree_map(add, sums, gradient)
        return State(state.steps + 1, (_like(sums, more),)), tree_map(update, params, gradient, more)


@dataclass(frozen=True, repr=False)
class _Adam(_Rule):
    name, many = "adam", 2
    b1: float
    b2: float
    eps: float

    def step(self, state: State[P], params: P, gradient: P) -> tuple[State[P], P]:
        (means, squares), steps, b1, b2 = self.moments(state), state.steps + 1, self.b1, self.b2
        unbias = (1 - b2**steps) ** 0.5  # in the order of their section 2, which costs less
        rate, floor = self.rate(state.steps) * unbias / (1 - b1**steps), self.eps * unbias

        def mean(m: AnyArray, g: AnyArray) -> AnyArray:
            _require_alike(m, g)
            return b1 * widened(m) + (1 - b1) * widened(g)

        def square(v: AnyArray, g: AnyArray) -> AnyArray:
            wide = widened(g)
            return b2 * widened(v) + (1 - b2) * (wide * wide)

        def update(p: AnyArray, m: AnyArray, v: AnyArray) -> AnyArray:
            _require_alike(m, p)
            return as_dtype(p - rate * m / (namespace(v).sqrt(v) + floor), p.dtype)

        first, second = tree_map(mean, means, gradient), tree_map(square, squares, gradient)
        return State(steps, (_like(means, first), _like(squares, second))), tree_map(update, params, first, second)


def _descended(rate: float, params: P, along: P) -> P:
    """params - rate along"""

    def update(p: AnyArray, g: AnyArray) -> AnyArray:
        _require_alike(p, g)
        return as_dtype(p - rate * g, p.dtype)

    return tree_map(update, params, along)


def _require_alike(x: AnyArray, y: AnyArray) -> None:
    """Raise `SpaceError` unless both have one shape and NumPy's operations, as an `np.matrix` has not."""
    if type(x) is type(y) is np.ndarray and x.shape == y.shape:  # as it mostly is
        return
    if getattr(x, "shape", None) != getattr(y, "shape", ()) or is_subclass(x) or is_subclass(y):
        raise unlike(x, y)


def _like(tree: P, found: P) -> P:
    """What was found, in the dtypes of a tree."""
    return tree_map(lambda x, y: as_dtype(y, x.dtype), tree, found)


def _zeros(params: P) -> P:
    for leaf in leaves(params):
        if getattr(leaf, "shape", None) is None or is_subclass(leaf):
            found = type(leaf).__name__
            raise SpaceError(f"init: wanted parameters as nested tuples of arrays, got {found}; model.init draws them")
    return tree_map(lambda p: p * 0, params)


def _require_rate(asked: str, lr: object) -> None:
    if not callable(lr):
        require_number(asked, "a learning rate that is a finite number or a function of the step", lr, -inf, inf)


def _states(p: type[P]) -> type[State[P]]:
    """The object of states for parameters in P."""
    return cast(type[State[P]], GenericAlias(State, (p,)))
