"""The gradient of a chain of layers in PyTorch, eager: one tape a call.

For one thread the caller says ``torch.set_num_threads(1)``.
"""

# measured where it is installed:
# pyright: reportMissingImports=false

from collections.abc import Callable, Sequence

import torch
from torch.nn import functional

from experiments.measuring.peers import Floats
from experiments.measuring.peers.numpy_chain import Layer


def make_gradient(parameters: Sequence[Layer], x: Floats) -> Callable[[], list[tuple[torch.Tensor, ...]]]:
    """What gives the derivative of the mean of the outputs squared with respect to each layer."""
    tensors = [torch.tensor(parameter, requires_grad=True) for layer in parameters for parameter in layer]
    inputs = torch.tensor(x)

    def gradient() -> list[tuple[torch.Tensor, ...]]:
        value = inputs
        for weight, bias in zip(tensors[::2], tensors[1::2], strict=True):
            value = torch.tanh(functional.linear(value, weight, bias))
        slopes = torch.autograd.grad((value * value).mean(), tensors)
        return list(zip(slopes[::2], slopes[1::2], strict=True))

    return gradient
