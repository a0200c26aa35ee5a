"""The step in JAX: loss, gradient and update compiled together, the new parameters in the memory of the old ones.

The first run at each shape compiles. Each run waits for its loss, so that what is timed is the work and not only its
dispatch. JAX has float64 only where it is asked for: here, for float64 parameters.
"""

from collections.abc import Callable
from typing import TypeAlias

# measured where it is installed:
# pyright: reportMissingImports=false
import jax
import jax.numpy as jnp
import numpy as np

from experiments.measuring.peers import Symbols
from experiments.measuring.peers.gpt import (
    ADAM,
    EPSILON,
    Adam,
    GptLayer,
    GptParameters,
    GptStep,
    constant,
    map_matrices,
)

Arrays: TypeAlias = GptParameters[jax.Array]
State: TypeAlias = tuple[Arrays, Arrays, Arrays]  # the parameters, and Adam's two moments of their gradient


def make_step(
    parameters: GptParameters, heads: int, adam: Adam = ADAM, decay: Callable[[int], float] = constant
) -> GptStep:
    """A step of Adam that gives new arrays for the old ones."""
    precise = parameters.wte.dtype == np.float64

    def descend(
        old: State, step: jax.Array, rate: jax.Array, inputs: jax.Array, targets: jax.Array
    ) -> tuple[jax.Array, State]:
        p, m, v = old
        loss, g = jax.value_and_grad(_loss)(p, heads, inputs, targets)
        m = jax.tree.map(lambda m, g: adam.b1 * m + (1 - adam.b1) * g, m, g)
        v = jax.tree.map(lambda v, g: adam.b2 * v + (1 - adam.b2) * g * g, v, g)
        unbias1, unbias2 = 1 - adam.b1**step, 1 - adam.b2**step
        p = jax.tree.map(lambda p, m, v: p - rate * (m / unbias1) / (jnp.sqrt(v / unbias2) + adam.eps), p, m, v)
        return loss, (p, m, v)

    compiled = jax.jit(descend, donate_argnums=0)
    with jax.enable_x64(precise):
        current: State = (
            map_matrices(jnp.array, parameters),
            map_matrices(jnp.zeros_like, parameters),
            map_matrices(jnp.zeros_like, parameters),
        )
    step = 0

    def run(inputs: Symbols, targets: Symbols) -> float:
        nonlocal current, step
        rate = adam.rate * decay(step)
        step += 1
        with jax.enable_x64(precise):
            loss, current = compiled(current, float(step), rate, inputs, targets)
            return float(loss)

    return GptStep(run, lambda: map_matrices(np.array, current[0]))


def _loss(parameters: Arrays, heads: int, inputs: jax.Array, targets: jax.Array) -> jax.Array:
    wte, wpe, layers, lm_head = parameters
    x = _norm(wte[inputs] + wpe[: inputs.shape[-1]])
    for layer in layers:
        x = x + _attention(layer, heads, _norm(x))
        x = x + jax.nn.relu(_norm(x) @ layer.fc1.T) @ layer.fc2.T
    log_p = jax.nn.log_softmax(x @ lm_head.T)
    counted = targets >= 0
    wanted = jnp.take_along_axis(log_p, targets[..., None], axis=-1)[..., 0]
    return -jnp.where(counted, wanted, 0).sum() / counted.sum()


def _attention(layer: GptLayer[jax.Array], heads: int, x: jax.Array) -> jax.Array:
    q, k, v = ((x @ w.T).reshape(*x.shape[:-1], heads, -1).swapaxes(-2, -3) for w in (layer.wq, layer.wk, layer.wv))
    scores = q @ k.swapaxes(-1, -2) * q.shape[-1] ** -0.5
    p = jax.nn.softmax(jnp.where(np.tri(x.shape[-2], dtype=bool), scores, -jnp.inf))
    return (p @ v).swapaxes(-2, -3).reshape(x.shape) @ layer.wo.T


def _norm(x: jax.Array) -> jax.Array:
    return x / jnp.sqrt(jnp.mean(x * x, axis=-1, keepdims=True) + EPSILON)
