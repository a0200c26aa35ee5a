"""The step in NumPy, with the gradient by hand.

The positions of all names are the rows of one matrix, but in attention, where they are (..., heads, T, W / heads).
Scores (..., keys, queries) and logits (V, positions) are columns: NumPy sums short columns faster than short rows, and
finds their maxima in half the time or less.

>>> rng = np.random.default_rng(0)
>>> shapes = (27, 16), (16, 16), (16, 16), (16, 16), (16, 16), (16, 16), (64, 16), (16, 64), (27, 16)
>>> wte, wpe, *layer, lm_head = (rng.normal(0, 0.1, shape) for shape in shapes)
>>> step = make_step(GptParameters(wte, wpe, (GptLayer(*layer),), lm_head), heads=4)
>>> inputs, targets = np.array([[26, 0, 13, 13], [26, 0, 26, 26]]), np.array([[0, 13, 13, 26], [0, 26, -1, -1]])
>>> step.run(inputs, targets) > step.run(inputs, targets)
True
"""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np

from experiments.measuring.peers import Floats, Symbols
from experiments.measuring.peers.gpt import (
    ADAM,
    EPSILON,
    Adam,
    GptLayer,
    GptParameters,
    GptStep,
    constant,
    map_matrices,
    matrices,
)

LossAndGradient: TypeAlias = Callable[[GptParameters, int, Symbols, Symbols], tuple[float, GptParameters]]


def make_step(
    parameters: GptParameters, heads: int, adam: Adam = ADAM, decay: Callable[[int], float] = constant
) -> GptStep:
    """A step of Adam, in place on its own copy of the parameters."""
    return adam_step(loss_and_gradient, parameters, heads, adam, decay)


def adam_step(
    differentiate: LossAndGradient,
    parameters: GptParameters,
    heads: int,
    adam: Adam,
    decay: Callable[[int], float],
) -> GptStep:
    """The same, whatever gives the gradient."""
    current = map_matrices(np.copy, parameters)
    means, squares = map_matrices(np.zeros_like, current), map_matrices(np.zeros_like, current)
    step = 0

    def run(inputs: Symbols, targets: Symbols) -> float:
        nonlocal step
        loss, gradient = differentiate(current, heads, inputs, targets)
        rate = adam.rate * decay(step)
        step += 1
        unbias1, unbias2 = 1 - adam.b1**step, 1 - adam.b2**step
        for p, g, m, v in zip(*map(matrices, (current, gradient, means, squares)), strict=True):
            m *= adam.b1
            m += (1 - adam.b1) * g
            v *= adam.b2
            v += (1 - adam.b2) * (g * g)
            p -= rate / unbias1 * m / (np.sqrt(v / unbias2) + adam.eps)
        return loss

    return GptStep(run, lambda: map_matrices(np.copy, current))


def loss_and_gradient(
    parameters: GptParameters, heads: int, inputs: Symbols, targets: Symbols
) -> tuple[float, GptParameters]:
    """The mean loss over the positions with a target, and its gradient with respect to each parameter."""
    wte, wpe, layers, lm_head = parameters
    length, width = inputs.shape[-1], wte.shape[-1]
    one_hot = np.eye(len(wte), dtype=wte.dtype)
    split = *inputs.shape, heads, width // heads

    x, _ = start = _norm((wte[inputs] + wpe[:length]).reshape(-1, width))
    kept = []
    for layer in layers:
        x, keep = _forward(layer, x, split)
        kept.append(keep)
    z = lm_head @ x.T
    wanted, weight = one_hot[:, targets.reshape(-1)], (targets.reshape(-1) >= 0).astype(z.dtype)
    weight /= weight.sum()
    z -= z.max(axis=0)
    p = np.exp(z)
    total = p.sum(axis=0)
    p /= total
    loss = weight @ (np.log(total) - (z * wanted).sum(axis=0))

    dz = (p - wanted) * weight
    dlm_head = dz @ x
    dx: Floats = dz.T @ lm_head
    dlayers = []
    for layer, keep in zip(reversed(layers), reversed(kept), strict=True):
        dx, dlayer = _backward(layer, keep, dx, split)
        dlayers.append(dlayer)
    dx = _norm_back(start, dx)
    dwpe = np.zeros_like(wpe)
    dwpe[:length] = dx.reshape(-1, length, width).sum(axis=0)
    dwte = one_hot[inputs.reshape(-1)].T @ dx
    return float(loss), GptParameters(dwte, dwpe, tuple(reversed(dlayers)), dlm_head)


class _Kept(NamedTuple):
    """What the gradient of a layer needs of its forward pass."""

    a: tuple[Floats, Floats]
    q: Floats
    k: Floats
    v: Floats
    p: Floats
    merged: Floats
    b: tuple[Floats, Floats]
    h: Floats


def _forward(layer: GptLayer, x: Floats, split: tuple[int, ...]) -> tuple[Floats, _Kept]:
    a, _ = norm_a = _norm(x)
    q, k, v = ((a @ w.T).reshape(split).swapaxes(-2, -3) for w in (layer.wq, layer.wk, layer.wv))
    q = q * split[-1] ** -0.5
    scores = np.where(np.tri(split[-3], dtype=bool).T, k @ q.swapaxes(-1, -2), -np.inf)
    scores -= scores.max(axis=-2, keepdims=True)
    p = np.exp(scores)
    p /= p.sum(axis=-2, keepdims=True)
    merged = (p.swapaxes(-1, -2) @ v).swapaxes(-2, -3).reshape(x.shape)
    x = x + merged @ layer.wo.T
    b, _ = norm_b = _norm(x)
    h = np.maximum(b @ layer.fc1.T, 0)
    return x + h @ layer.fc2.T, _Kept(norm_a, q, k, v, p, merged, norm_b, h)


def _backward(layer: GptLayer, kept: _Kept, dx: Floats, split: tuple[int, ...]) -> tuple[Floats, GptLayer]:
    (a, _), q, k, v, p, merged, (b, _), h = kept
    dh = dx @ layer.fc2
    dh *= h > 0
    dfc1, dfc2 = dh.T @ b, dx.T @ h
    dx = dx + _norm_back(kept.b, dh @ layer.fc1)

    dmerged = (dx @ layer.wo).reshape(split).swapaxes(-2, -3)
    dwo = dx.T @ merged
    dscores = v @ dmerged.swapaxes(-1, -2)
    dscores -= np.einsum("...ij,...ij->...j", p, dscores)[..., None, :]
    dscores *= p
    dq, dk, dv = (
        d.swapaxes(-2, -3).reshape(a.shape)
        for d in (dscores.swapaxes(-1, -2) @ k * split[-1] ** -0.5, dscores @ q, p @ dmerged)
    )
    da = dq @ layer.wq + dk @ layer.wk + dv @ layer.wv
    return dx + _norm_back(kept.a, da), GptLayer(dq.T @ a, dk.T @ a, dv.T @ a, dwo, dfc1, dfc2)


def _norm(x: Floats) -> tuple[Floats, Floats]:
    """Rows of root mean square 1, and what they were multiplied by."""
    scale = 1 / np.sqrt(np.vecdot(x, x) / x.shape[-1] + EPSILON)[:, None]
    return x * scale, scale


def _norm_back(norm: tuple[Floats, Floats], dy: Floats) -> Floats:
    y, scale = norm
    along: Floats = np.vecdot(y, dy) / y.shape[-1]
    return scale * (dy - y * along[:, None])
