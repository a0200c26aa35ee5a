"""The step by this library: the pipeline of `experiments/mlp_names.py`, with plain gradient descent."""

from typing import Any

from cat_ad import check, sgd, value_and_gradient
from cat_ad.trees import leaves
from experiments.mlp_names import Flags, mlp
from experiments.peers import Parameters, Step, Symbols


def make_step(parameters: Parameters, learning_rate: float) -> Step:
    """A step of gradient descent that gives new arrays for the old ones."""
    embedding, weight1, bias1, weight2, bias2 = parameters
    loss = mlp(Flags()).loss
    both = value_and_gradient(loss.arrow)
    optimizer = sgd(learning_rate)
    current = check(loss.parameters, ((embedding, (weight1, bias1)), (weight2, bias2)))
    state = optimizer.init(current)

    def run(contexts: Symbols, targets: Symbols) -> float:
        nonlocal state, current
        batch: Any = contexts, targets  # Any: NumPy's arrays, which the boundary of the arrow checks at every step
        loss, (gradient, _) = both((current, batch))
        state, current = optimizer.step(state, current, gradient)
        return float(loss)

    def read() -> Parameters:
        e, w1, b1, w2, b2 = leaves(current)
        return e, w1, b1, w2, b2

    return Step(run, read)
