"""The step by this library: the pipeline of `experiments/mlp_names.py`, with plain gradient descent, on any backend."""

from typing import Any

from cat_ad import Scalar, check, sgd, value_and_gradient
from cat_ad.objects.trees import leaves
from experiments.measuring.peers import Parameters, Step, Symbols
from experiments.mlp_names import Flags, mlp
from experiments.training.backends import Backend, Now, NumPy


def make_step(parameters: Parameters, learning_rate: float, backend: Backend | None = None) -> Step:
    """A step of gradient descent, on NumPy as it is unless another backend is given."""
    embedding, weight1, bias1, weight2, bias2 = parameters
    backend = backend or NumPy()
    loss = mlp(Flags()).loss
    both, optimizer = value_and_gradient(loss.arrow), sgd(learning_rate)

    def step(now: Now[Any], batch: Any, _: float) -> tuple[Scalar, Now[Any]]:  # Any: trees of arrays of the backend
        state, params = now
        value, (gradient, _) = both((params, batch))
        return value, optimizer.step(state, params, gradient)

    descend = backend.compiled(step)
    start = check(loss.parameters, ((embedding, (weight1, bias1)), (weight2, bias2)))
    now = backend.put((optimizer.init(start), start))

    def run(contexts: Symbols, targets: Symbols) -> float:
        nonlocal now
        value, now = descend(now, (contexts, targets), learning_rate)
        return value

    def read() -> Parameters:
        e, w1, b1, w2, b2 = leaves(backend.get(now)[1])
        return e, w1, b1, w2, b2

    return Step(run, read)
