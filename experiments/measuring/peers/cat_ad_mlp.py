"""The step by this library: the pipeline of `experiments/mlp_names.py`, with plain gradient descent, on any backend."""

from cat_ad import Optimizer, Para, Scalar, check, sgd, value_and_gradient
from cat_ad.objects.trees import leaves
from experiments.measuring.peers import Parameters, Step, Symbols
from experiments.mlp_names import Flags, mlp
from experiments.training import backends
from experiments.training.backends import Backend, Now, NumPy, P, X


def make_step(parameters: Parameters, learning_rate: float, backend: Backend | None = None) -> Step:
    """A step of gradient descent, on NumPy as it is unless another backend is given."""
    embedding, weight1, bias1, weight2, bias2 = parameters
    backend = backend or NumPy()
    loss = mlp(Flags()).loss
    optimizer = sgd(learning_rate)
    descend = backend.compiled(step_of(loss, optimizer))
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


def step_of(loss: Para[P, X, Scalar], optimizer: Optimizer) -> backends.Step[P, X]:
    """The step that a backend runs; the rate is the optimizer's own."""
    both = value_and_gradient(loss.arrow)

    def step(now: Now[P], batch: X, rate: float) -> tuple[Scalar, Now[P]]:
        state, params = now
        value, (gradient, _) = both((params, batch))
        return value, optimizer.step(state, params, gradient)

    return step
