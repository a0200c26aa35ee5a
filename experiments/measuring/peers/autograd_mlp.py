"""The step in HIPS autograd: NumPy code, differentiated with a tape.

>>> rng = np.random.default_rng(0)
>>> shapes = (27, 10), (128, 30), (128,), (27, 128), (27,)
>>> e, w1, b1, w2, b2 = (rng.normal(0, 0.1, s).astype(np.float32) for s in shapes)
>>> step = make_step((e, w1, b1, w2, b2), learning_rate=0.5)
>>> contexts, targets = np.array([[0, 0, 5], [0, 5, 13]]), np.array([13, 0])
>>> step.run(contexts, targets) > step.run(contexts, targets)
True
"""

# autograd makes its functions at run time:
# pyright: reportAttributeAccessIssue=false, reportCallIssue=false

import autograd.numpy as anp
import numpy as np
from autograd import value_and_grad
from autograd.tracer import getval

from experiments.measuring.peers import Floats, Parameters, Step, Symbols


def make_step(parameters: Parameters, learning_rate: float) -> Step:
    """A step of gradient descent, in place on its own copy of the parameters."""
    current = _copy(parameters)
    value_and_gradient = value_and_grad(_loss)

    def run(contexts: Symbols, targets: Symbols) -> float:
        loss, gradient = value_and_gradient(current, contexts, targets)
        for parameter, slope in zip(current, gradient, strict=True):
            parameter -= learning_rate * slope
        return float(loss)

    return Step(run, lambda: _copy(current))


def _loss(parameters: Parameters, contexts: Symbols, targets: Symbols) -> Floats:
    embedding, weight1, bias1, weight2, bias2 = parameters
    batch = len(targets)
    x = embedding[contexts].reshape((batch, -1))
    h = anp.tanh(anp.dot(x, weight1.T) + bias1)
    z = anp.dot(h, weight2.T) + bias2
    # The maximum cancels in the loss: no gradient need pass through it.
    shifted = z - np.max(getval(z), axis=1, keepdims=True)
    log_sum = anp.log(anp.sum(anp.exp(shifted), axis=1))
    loss: Floats = anp.mean(log_sum - shifted[np.arange(batch), targets])
    return loss


def _copy(parameters: Parameters) -> Parameters:
    embedding, weight1, bias1, weight2, bias2 = (p.copy() for p in parameters)
    return embedding, weight1, bias1, weight2, bias2
