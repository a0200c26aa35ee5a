"""Step 1: a network with one hidden layer, which learns by gradient descent. Its gradient is written by hand.

It reads three symbols. Each is a row of the table E; x is the three rows side by side; and

    h = tanh(W x)        z = U h        loss = -log softmax(z)[target], the mean over a batch

The chain rule: the derivative of g(f(a)) is the derivative of g at f(a) times the derivative of f at a. A loss is one
number at the end of a chain, so it is cheapest to multiply from there. Write dz for the gradient of the loss by z. The
transposed derivative of a line of the forward pass takes the gradient by its result to the gradient by its argument:
the backward pass is these derivatives, in the opposite order.

That is easy to get wrong, and with a wrong gradient a network often learns all the same, only less. So before anything
is learned, the gradient is compared with a difference of losses.

The rate is that of all programs up to step 4: of 1/4, 1/2, 1 and 2 the largest at which all of them learn. This network
by itself would learn best at 2, and reach a loss of 2.22.

    python experiments/steps/step_1_by_hand.py
"""

import experiments.process.threads  # noqa: F401  (first: see experiments.process.start)

# isort: split
import sys
from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from experiments.data.alphabet import Codes
from experiments.data.as_windows import windows
from experiments.models.window_model import WindowScorer
from experiments.steps.common import VOCABULARY, Lesson, Names, main

CONTEXT, EMB, HIDDEN = 3, 10, 64
RATE = 0.5

Matrix: TypeAlias = npt.NDArray[np.float64]
Params: TypeAlias = tuple[tuple[Matrix, Matrix], Matrix]  # ((E, W), U)


def init(rng: np.random.Generator) -> Params:
    """From the normal distribution, scaled so that what comes out of a matrix is as large as what goes in."""
    E = rng.standard_normal((VOCABULARY, EMB))
    W = rng.standard_normal((HIDDEN, CONTEXT * EMB)) / np.sqrt(CONTEXT * EMB)
    U = rng.standard_normal((VOCABULARY, HIDDEN)) / np.sqrt(HIDDEN)
    return (E, W), U


def forward(params: Params, contexts: Codes) -> tuple[Matrix, Matrix, Matrix]:
    """x, h and z for each window; the backward pass needs them all."""
    (E, W), U = params
    x = E[contexts].reshape(len(contexts), CONTEXT * EMB)
    h = np.tanh(x @ W.T)
    z = h @ U.T
    return x, h, z


def loss_and_gradient(params: Params, contexts: Codes, targets: Codes) -> tuple[float, Params]:
    """The mean loss over a batch, and its gradient by each parameter."""
    (_, W), U = params
    x, h, z = forward(params, contexts)
    exponentials = np.exp(z - z.max(axis=1, keepdims=True))
    p = exponentials / exponentials.sum(axis=1, keepdims=True)
    one_hot = np.eye(VOCABULARY)
    loss = -np.log((p * one_hot[targets]).sum(axis=1)).mean()

    dz = (p - one_hot[targets]) / len(targets)  # what was expected, less what came
    dU, dh = dz.T @ h, dz @ U  # a product is linear in each of its factors
    da = dh * (1 - h**2)  # tanh' = 1 - tanh^2, and a = W x
    dW, dx = da.T @ x, da @ W
    dE = one_hot[contexts.ravel()].T @ dx.reshape(-1, EMB)  # to each row of E, from wherever it was read
    return float(loss), ((dE, dW), dU)


def moved(params: Params, by: float, direction: Params) -> Params:
    """Parameters plus so much of a direction."""
    ((E, W), U), ((dE, dW), dU) = params, direction
    return (E + by * dE, W + by * dW), U + by * dU


def require_gradient(params: Params, contexts: Codes, targets: Codes) -> None:
    """Raise ArithmeticError unless the loss changes along a random direction as its gradient says."""
    direction, small = init(np.random.default_rng(0)), 1e-5
    _, ((dE, dW), dU) = loss_and_gradient(params, contexts, targets)
    (e, w), u = direction
    slope = np.vdot(dE, e) + np.vdot(dW, w) + np.vdot(dU, u)
    ahead, _ = loss_and_gradient(moved(params, small, direction), contexts, targets)
    behind, _ = loss_and_gradient(moved(params, -small, direction), contexts, targets)
    measured = (ahead - behind) / (2 * small)
    if not np.isclose(slope, measured, rtol=1e-5):
        raise ArithmeticError(f"by the gradient the loss has slope {slope}, by differences {measured}")


def train(params: Params, names: Names, steps: int) -> Iterator[Params]:
    """Steps against the gradient, at a rate that falls to 0."""
    require_gradient(params, *windows(names.batch(0), CONTEXT))
    for step in range(steps):
        yield params
        contexts, targets = windows(names.batch(step), CONTEXT)
        _, gradient = loss_and_gradient(params, contexts, targets)
        params = moved(params, -RATE * (1 - step / steps), gradient)
    yield params


MODEL = WindowScorer[Params](CONTEXT, lambda params, contexts: forward(params, contexts)[-1])
LESSON = Lesson(1, "a network, by hand", init, train, MODEL)

if __name__ == "__main__":
    sys.exit(main(LESSON, __doc__))
