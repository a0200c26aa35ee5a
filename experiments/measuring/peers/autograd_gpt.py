"""The step in HIPS autograd: the loss in NumPy code, differentiated with a tape. Adam is that of `numpy_gpt`."""

# autograd makes its functions at run time:
# pyright: reportAttributeAccessIssue=false, reportCallIssue=false

from collections.abc import Callable, Sequence

import autograd.numpy as anp
import numpy as np
from autograd import value_and_grad
from autograd.tracer import getval

from experiments.measuring.peers import Floats, Symbols
from experiments.measuring.peers.gpt import (
    ADAM,
    EPSILON,
    Adam,
    GptLayer,
    GptParameters,
    GptStep,
    constant,
    from_matrices,
    matrices,
)
from experiments.measuring.peers.numpy_gpt import adam_step


def make_step(
    parameters: GptParameters, heads: int, adam: Adam = ADAM, decay: Callable[[int], float] = constant
) -> GptStep:
    """A step of Adam, in place on its own copy of the parameters."""
    differentiate = value_and_grad(_loss)

    def loss_and_gradient(
        current: GptParameters, heads: int, inputs: Symbols, targets: Symbols
    ) -> tuple[float, GptParameters]:
        loss, gradient = differentiate(matrices(current), heads, inputs, targets)
        return float(loss), from_matrices(gradient)

    return adam_step(loss_and_gradient, parameters, heads, adam, decay)


def _loss(flat: Sequence[Floats], heads: int, inputs: Symbols, targets: Symbols) -> Floats:
    wte, wpe, layers, lm_head = from_matrices(flat)
    x = _norm(wte[inputs] + wpe[: inputs.shape[-1]])
    for layer in layers:
        x = x + _attention(layer, heads, _norm(x))
        x = x + anp.dot(anp.maximum(anp.dot(_norm(x), layer.fc1.T), 0), layer.fc2.T)
    z = _lowered(anp.dot(x, lm_head.T))
    counted = np.nonzero(targets >= 0)
    log_sum = anp.log(anp.sum(anp.exp(z), axis=-1))
    loss: Floats = anp.mean(log_sum[counted] - z[(*counted, targets[counted])])
    return loss


def _attention(layer: GptLayer, heads: int, x: Floats) -> Floats:
    split = *x.shape[:-1], heads, x.shape[-1] // heads
    q, k, v = (anp.swapaxes(anp.reshape(anp.dot(x, w.T), split), -2, -3) for w in (layer.wq, layer.wk, layer.wv))
    scores = anp.matmul(q, anp.swapaxes(k, -1, -2)) * q.shape[-1] ** -0.5
    e = anp.exp(_lowered(anp.where(np.tri(x.shape[-2], dtype=bool), scores, -np.inf)))
    apart = anp.matmul(e / anp.sum(e, axis=-1, keepdims=True), v)
    y: Floats = anp.dot(anp.reshape(anp.swapaxes(apart, -2, -3), x.shape), layer.wo.T)
    return y


def _norm(x: Floats) -> Floats:
    y: Floats = x / anp.sqrt(anp.mean(x * x, axis=-1, keepdims=True) + EPSILON)
    return y


def _lowered(z: Floats) -> Floats:
    """Its maximum 0 in each row. The maximum cancels in a softmax: no gradient need pass through it."""
    greatest: Floats = np.max(getval(z), axis=-1, keepdims=True)
    return z - greatest
