"""A convolutional network (LeCun et al. 1989) that tells which digit an image shows.

>>> from experiments.workloads.digits import accuracy
>>> accuracy(scores, steps=30) > 0.9
True
"""

from types import ModuleType

import numpy as np

from cat_ad import (
    Dim,
    Float,
    Int,
    Times,
    check,
    contraction,
    each,
    flatten,
    linear,
    model,
    parameter,
    relu,
    transpose,
    windows,
)
from experiments.workloads.digits import Columns, Digits, Images, Rows, images, loss_of, surprise
from experiments.workloads.workload import Integers, Numbers, Workload


class Down(Dim, size=6):
    """Where a patch may begin, from top to bottom."""


class Across(Dim, size=6):
    """From left to right."""


class Tall(Dim, size=3):
    """Rows of a patch."""


class Wide(Dim, size=3):
    """And its columns."""


class Features(Dim, size=8):
    """What is looked for in each patch."""


def patches(image: Float[Rows, Columns]) -> Float[Down, Tall, Across, Wide]:
    """All patches of an image: windows along its columns, and then along its rows."""
    tall = transpose(each(Columns, lambda column: windows(Tall, Down, column), image.T))
    return each(Down, lambda part: each(Tall, lambda row: windows(Wide, Across, row), part.T), tall)


def drawn(rng: np.random.Generator) -> Float[Features, Tall, Wide]:
    """Kernels to begin with."""
    return check(Float[Features, Tall, Wide], rng.normal(size=(8, 3, 3)) / 3.0)


@model
def scores(image: Float[Rows, Columns]) -> Float[Digits]:
    """How much it seems to be each digit, by what is found in its patches."""
    kernels = parameter(Float[Features, Tall, Wide], drawn)()
    found = relu(contraction(kernels, patches(image), Float[Down, Across, Features]))
    flat = flatten(each(Down, lambda row: flatten(row), found))
    return linear(Times[Down, Times[Across, Features]], Digits)(flat)


LOSS = loss_of(scores)


def by_numpy(
    xp: ModuleType, weights: tuple[Numbers, tuple[Numbers, Numbers]], batch: tuple[Numbers, Integers]
) -> object:
    """The same loss, with all images at once."""
    (kernels, (w, b)), (shown, digits) = weights, batch
    places = [(i, j) for i in range(3) for j in range(3)]
    seen = [shown[:, i : i + 6, j : j + 6, None] * kernels[:, i, j] for i, j in places]
    found = xp.sum(xp.stack(seen), axis=0)
    flat = (found * (found > 0.0)).reshape(len(digits), -1)
    return surprise(xp, flat @ w.T + b, digits)


def arguments(rng: np.random.Generator) -> tuple[object, tuple[Float[Images, Rows, Columns], Int[Images]]]:
    """The first 32 images, and weights that are drawn."""
    return LOSS.init(rng), images(0, 32)


CONVOLUTIONAL = Workload("convolutional network", LOSS.arrow, by_numpy, arguments)
