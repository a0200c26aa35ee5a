"""The digits of scikit-learn: 1,797 handwritten ones, of eight by eight pixels, and how a model of them is trained."""

from functools import cache
from types import ModuleType
from typing import TypeVar

import numpy as np

from cat_ad import (
    Dim,
    Float,
    Index,
    Int,
    Para,
    Scalar,
    adam,
    check,
    cross_entropy,
    each,
    gradient,
    identity,
    mean,
    stage,
)
from experiments.workloads.workload import Integers, Numbers

P = TypeVar("P")


class Images(Dim):
    """Examples."""


class Rows(Dim, size=8):
    """Of an image, from top to bottom."""


class Columns(Dim, size=8):
    """Of an image, from left to right."""


class Digits(Dim, size=10):
    """What an image may be one of."""


def loss_of(
    scores: Para[P, Float[Rows, Columns], Float[Digits]],
) -> Para[P, tuple[Float[Images, Rows, Columns], Int[Images]], Scalar]:
    """How surprising the digits are, by the scores of a model."""
    return each(Images, scores * identity(Index) >> cross_entropy(Digits)) >> mean(Float[Images])


@cache
def all_images() -> tuple[Numbers, Integers]:
    """Of numbers from 0 to 1, and what they show, in an order that is drawn."""
    from sklearn.datasets import load_digits

    pixels, digits = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(digits))
    return pixels[order].reshape(-1, 8, 8) / 16.0, digits[order]


def images(start: int, stop: int) -> tuple[Float[Images, Rows, Columns], Int[Images]]:
    """Some of them, from one to another."""
    shown, digits = all_images()
    return check(Float[Images, Rows, Columns], shown[start:stop]), check(Int[Images], digits[start:stop])


def accuracy(scores: Para[P, Float[Rows, Columns], Float[Digits]], steps: int, lr: float = 0.03) -> float:
    """The part of the last 297 images that are told, after so many steps of training on 100 of the others each."""
    loss, optimizer = loss_of(scores), adam(lr=lr)
    slopes = stage(gradient(loss))
    parameters = scores.init(np.random.default_rng(0))
    state = optimizer.init(parameters)
    for step in range(steps):
        at = step % 15 * 100
        state, parameters = optimizer.step(state, parameters, slopes(parameters, images(at, at + 100)))
    shown, digits = images(1500, 1797)
    return float(np.mean(np.argmax(each(Images, scores)(parameters, shown), axis=1) == digits))


def surprise(xp: ModuleType, scores: Numbers, digits: Integers) -> object:
    """The mean cross-entropy, by NumPy and its like."""
    return xp.mean(xp.log(xp.sum(xp.exp(scores), axis=1)) - scores[np.arange(len(digits)), digits])
