"""A variational autoencoder (Kingma & Welling 2014) of the digits of scikit-learn."""

from types import ModuleType
from typing import TypeAlias

import numpy as np

from cat_ad import Dim, Float, Scalar, check, each, exp, linear, mean, model, softplus, tanh, total
from experiments.workloads.workload import Numbers, Workload


class Images(Dim):
    """Examples."""


class Pixels(Dim, size=64):
    """Eight by eight."""


class Hidden(Dim, size=32):
    """Of the encoder, and of the decoder."""


class Latent(Dim, size=4):
    """What an image is encoded as."""


@model
def loss(image: Float[Pixels], noise: Float[Latent]) -> Scalar:
    """How surprising the image is when it is decoded, and how far its code is from a standard normal one."""
    h = tanh(linear(Pixels, Hidden)(image))
    m, v = linear(Hidden, Latent)(h), linear(Hidden, Latent)(h)  # mean, and logarithm of the variance
    code = m + exp(0.5 * v) * noise
    scores = linear(Hidden, Pixels)(tanh(linear(Latent, Hidden)(code)))
    return total(softplus(scores) - image * scores) + 0.5 * total(exp(v) + m * m - v - 1.0)


LOSS = each(Images, loss) >> mean(Float[Images])
Layer: TypeAlias = tuple[Numbers, Numbers]  # a weight and a bias
Layers: TypeAlias = tuple[tuple[tuple[tuple[Layer, Layer], Layer], Layer], Layer]


def by_numpy(xp: ModuleType, weights: Layers, batch: tuple[Numbers, Numbers]) -> object:
    """The same."""
    (((((w1, b1), (w2, b2)), (w3, b3)), (w4, b4)), (w5, b5)), (image, noise) = weights, batch
    h = xp.tanh(image @ w1.T + b1)
    m, v = h @ w2.T + b2, h @ w3.T + b3
    scores = xp.tanh((m + xp.exp(0.5 * v) * noise) @ w4.T + b4) @ w5.T + b5
    surprise = xp.sum(xp.log1p(xp.exp(scores)) - image * scores, axis=1)
    return xp.mean(surprise + 0.5 * xp.sum(xp.exp(v) + m * m - v - 1.0, axis=1))


def arguments(rng: np.random.Generator) -> tuple[object, tuple[Float[Images, Pixels], Float[Images, Latent]]]:
    """The first 32 digits, and weights that are drawn."""
    from sklearn.datasets import load_digits

    images = check(Float[Images, Pixels], load_digits(return_X_y=True)[0][:32] / 16.0)
    return LOSS.init(rng), (images, check(Float[Images, Latent], rng.normal(size=(32, 4))))


AUTOENCODER = Workload("variational autoencoder", LOSS.arrow, by_numpy, arguments)
