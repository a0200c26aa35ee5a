"""The step in NumPy, with the gradient by hand.

The rows of the embedding's gradient are added up by ``np.add.at``, which is the idiom; or, by someone who has
measured, as a product with one-hot rows.

>>> rng = np.random.default_rng(0)
>>> shapes = (27, 10), (128, 30), (128,), (27, 128), (27,)
>>> e, w1, b1, w2, b2 = (rng.normal(0, 0.1, s).astype(np.float32) for s in shapes)
>>> step = make_step((e, w1, b1, w2, b2), learning_rate=0.5)
>>> contexts, targets = np.array([[0, 0, 5], [0, 5, 13]]), np.array([13, 0])
>>> step.run(contexts, targets) > step.run(contexts, targets)
True
"""

import numpy as np

from experiments.measuring.peers import Parameters, Step, Symbols


def make_step(parameters: Parameters, learning_rate: float, one_hot_rows: bool = False) -> Step:
    """A step of gradient descent, in place on its own copy of the parameters."""
    current = _copy(parameters)

    def run(contexts: Symbols, targets: Symbols) -> float:
        loss, gradient = loss_and_gradient(current, contexts, targets, one_hot_rows)
        for parameter, slope in zip(current, gradient, strict=True):
            parameter -= learning_rate * slope
        return loss

    return Step(run, lambda: _copy(current))


def loss_and_gradient(
    parameters: Parameters, contexts: Symbols, targets: Symbols, one_hot_rows: bool = False
) -> tuple[float, Parameters]:
    """The mean loss over the batch, and its gradient with respect to each parameter."""
    embedding, weight1, bias1, weight2, bias2 = parameters
    symbols, features = embedding.shape
    batch = len(targets)
    one_hot = np.eye(symbols, dtype=embedding.dtype)

    x = embedding[contexts].reshape(batch, -1)
    h = np.tanh(x @ weight1.T + bias1)
    z = h @ weight2.T + bias2
    exponentials = np.exp(z - z.max(axis=1, keepdims=True))
    p = exponentials / exponentials.sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(batch), targets]).mean()

    dz = (p - one_hot[targets]) / batch
    da = (dz @ weight2) * (1 - h * h)
    dx = (da @ weight1).reshape(-1, features)
    if one_hot_rows:
        dembedding = one_hot[contexts.reshape(-1)].T @ dx
    else:
        dembedding = np.zeros_like(embedding)
        np.add.at(dembedding, contexts.reshape(-1), dx)
    return float(loss), (dembedding, da.T @ x, da.sum(axis=0), dz.T @ h, dz.sum(axis=0))


def _copy(parameters: Parameters) -> Parameters:
    embedding, weight1, bias1, weight2, bias2 = (p.copy() for p in parameters)
    return embedding, weight1, bias1, weight2, bias2
