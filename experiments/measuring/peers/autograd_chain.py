"""The gradient of a chain of layers in HIPS autograd: NumPy code, differentiated with a tape.

>>> import numpy as np
>>> from experiments.measuring.peers import numpy_chain
>>> rng = np.random.default_rng(0)
>>> parameters, x = numpy_chain.initial(2, width=3, rng=rng), np.ones((4, 3), np.float32)
>>> (weight, bias), _ = make_gradient(parameters, x)()
>>> np.allclose(weight, numpy_chain.gradient(parameters, x)[0][0], atol=1e-6)
True
"""

# autograd makes its functions at run time:
# pyright: reportAttributeAccessIssue=false, reportCallIssue=false

from collections.abc import Callable, Sequence

import autograd.numpy as anp
from autograd import grad

from experiments.measuring.peers import Floats
from experiments.measuring.peers.numpy_chain import Layer


def make_gradient(parameters: Sequence[Layer], x: Floats) -> Callable[[], list[Layer]]:
    """What gives the derivative of the mean of the outputs squared with respect to each layer."""
    layers, gradient = list(parameters), grad(_value)
    return lambda: list(gradient(layers, x))


def _value(layers: Sequence[Layer], x: Floats) -> Floats:
    for weight, bias in layers:
        x = anp.tanh(anp.dot(x, weight.T) + bias)
    value: Floats = anp.mean(x * x)
    return value
