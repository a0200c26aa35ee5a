"""A deep chain of layers in NumPy, with the gradient by hand.

The layers are ``tanh(x weight^T + bias)``, one after another, and the value of the
chain is the mean of its outputs squared. The backward pass needs of each layer its
input and its output, and the output of one is the input of the next: for a chain of
L layers, L + 1 arrays are kept to the end, as such a loop is usually written.

>>> rng = np.random.default_rng(0)
>>> parameters, x = initial(8, width=64, rng=rng), np.ones((64, 64), np.float32)
>>> slopes = gradient(parameters, x)
>>> down = [(w - 0.1 * dw, b - 0.1 * db) for (w, b), (dw, db) in zip(parameters, slopes)]
>>> forward(down, x) < forward(parameters, x)
True
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from experiments.measuring.peers import Floats

Layer: TypeAlias = tuple[Floats, Floats]
"""``(weight, bias)`` of shapes ``(width, width)`` and ``(width,)``."""


def initial(depth: int, width: int, rng: np.random.Generator) -> list[Layer]:
    """Layers that keep the size of what passes: variance 1 / width, no bias."""
    spread = np.float32(width**-0.5)
    return [
        (
            spread * rng.standard_normal((width, width), np.float32),
            np.zeros(width, np.float32),
        )
        for _ in range(depth)
    ]


def forward(parameters: Sequence[Layer], x: Floats) -> float:
    """The mean of the outputs squared, for a batch x of shape (batch, width)."""
    for weight, bias in parameters:
        x = np.tanh(x @ weight.T + bias)
    return float(np.mean(x * x))


def gradient(parameters: Sequence[Layer], x: Floats) -> list[Layer]:
    """The derivative of `forward` with respect to the weight and the bias of each layer."""
    kept = [x]
    for weight, bias in parameters:
        kept.append(np.tanh(kept[-1] @ weight.T + bias))

    doutput: Floats = kept[-1] * np.float32(2 / kept[-1].size)
    slopes: list[Layer] = []
    for (weight, _), x, output in zip(reversed(parameters), kept[-2::-1], kept[:0:-1], strict=True):
        dsum = doutput * (1 - output * output)
        slopes.append((dsum.T @ x, dsum.sum(axis=0)))
        doutput = dsum @ weight
    slopes.reverse()
    return slopes
