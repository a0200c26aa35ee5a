"""The gradient of a chain of layers in JAX, compiled as a whole.

It is compiled at the first call. Each call waits for its arrays, so that what is timed
is the work and not only its dispatch.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

# measured where it is installed:
# pyright: reportMissingImports=false
import jax
import jax.numpy as jnp

from experiments.measuring.peers import Floats
from experiments.measuring.peers.numpy_chain import Layer

Layers: TypeAlias = list[tuple[jax.Array, jax.Array]]


def make_gradient(parameters: Sequence[Layer], x: Floats) -> Callable[[], Layers]:
    """What gives the derivative of the mean of the outputs squared with respect to each layer."""
    layers = [(jnp.array(weight), jnp.array(bias)) for weight, bias in parameters]
    inputs, gradient = jnp.array(x), jax.jit(jax.grad(_value))
    return lambda: jax.block_until_ready(gradient(layers, inputs))


def _value(layers: Layers, x: jax.Array) -> jax.Array:
    for weight, bias in layers:
        x = jnp.tanh(x @ weight.T + bias)
    return jnp.mean(x * x)
