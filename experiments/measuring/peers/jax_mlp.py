"""The step in JAX: loss, gradient and update compiled together, the new parameters in the memory of the old ones.

The first run at each batch size compiles. Each run waits for its loss, so that what
is timed is the work and not only its dispatch.
"""

from typing import TypeAlias

# measured where it is installed:
# pyright: reportMissingImports=false
import jax
import jax.numpy as jnp
import numpy as np

from experiments.measuring.peers import Parameters, Step, Symbols

Arrays: TypeAlias = tuple[jax.Array, jax.Array, jax.Array, jax.Array, jax.Array]


def make_step(parameters: Parameters, learning_rate: float) -> Step:
    """A step of gradient descent that gives new arrays for the old ones."""
    e, w1, b1, w2, b2 = (jnp.array(p) for p in parameters)
    current = e, w1, b1, w2, b2

    def descend(old: Arrays, contexts: jax.Array, targets: jax.Array) -> tuple[jax.Array, Arrays]:
        loss, gradient = jax.value_and_grad(_loss)(old, contexts, targets)
        new: Arrays = jax.tree.map(lambda p, g: p - learning_rate * g, old, gradient)
        return loss, new

    compiled = jax.jit(descend, donate_argnums=0)

    def run(contexts: Symbols, targets: Symbols) -> float:
        nonlocal current
        loss, current = compiled(current, contexts, targets)
        return float(loss)

    def read() -> Parameters:
        e, w1, b1, w2, b2 = (np.array(p) for p in current)
        return e, w1, b1, w2, b2

    return Step(run, read)


def _loss(parameters: Arrays, contexts: jax.Array, targets: jax.Array) -> jax.Array:
    embedding, weight1, bias1, weight2, bias2 = parameters
    x = embedding[contexts].reshape(len(targets), -1)
    h = jnp.tanh(x @ weight1.T + bias1)
    log_p = jax.nn.log_softmax(h @ weight2.T + bias2)
    return -jnp.take_along_axis(log_p, targets[:, None], axis=1).mean()
