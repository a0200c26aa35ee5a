"""The step in PyTorch: eager, with one tape a step and its own Adam, fused; or compiled as a whole.

For one thread the caller says ``torch.set_num_threads(1)``. What is compiled is compiled at the first run at each
shape, which needs a C++ compiler.
"""

# measured where it is installed:
# pyright: reportMissingImports=false

from collections.abc import Callable
from typing import TypeAlias

import torch
from torch.nn import functional

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
    matrices,
)

Tensors: TypeAlias = GptParameters[torch.Tensor]
Descend: TypeAlias = Callable[[torch.Tensor, torch.Tensor, int, float], torch.Tensor]  # also: which step, and its rate


def make_step(
    parameters: GptParameters,
    heads: int,
    adam: Adam = ADAM,
    decay: Callable[[int], float] = constant,
    compiled: bool = False,
) -> GptStep:
    """A step of Adam on tensors that begin as copies of the parameters."""
    make = _compiled if compiled else _eager
    current = map_matrices(lambda p: torch.tensor(p, requires_grad=not compiled), parameters)
    descend, step = make(current, heads, adam), 0

    def run(inputs: Symbols, targets: Symbols) -> float:
        nonlocal step
        rate = adam.rate * decay(step)
        step += 1
        return float(descend(torch.from_numpy(inputs), torch.from_numpy(targets), step, rate).item())

    return GptStep(run, lambda: map_matrices(lambda p: p.detach().numpy().copy(), current))


def _eager(current: Tensors, heads: int, adam: Adam) -> Descend:
    optimizer = torch.optim.Adam(matrices(current), lr=adam.rate, betas=(adam.b1, adam.b2), eps=adam.eps, fused=True)

    def descend(inputs: torch.Tensor, targets: torch.Tensor, _: int, rate: float) -> torch.Tensor:
        loss = _loss(current, heads, inputs, targets)
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.param_groups[0]["lr"] = rate
        optimizer.step()
        return loss

    return descend


def _compiled(current: Tensors, heads: int, adam: Adam) -> Descend:
    means, squares = map_matrices(torch.zeros_like, current), map_matrices(torch.zeros_like, current)

    def whole(inputs: torch.Tensor, targets: torch.Tensor, size: torch.Tensor, root: torch.Tensor) -> torch.Tensor:
        loss: torch.Tensor
        gradient, loss = torch.func.grad_and_value(_loss)(current, heads, inputs, targets)
        for p, g, m, v in zip(*map(matrices, (current, gradient, means, squares)), strict=True):
            m.mul_(adam.b1).add_(g, alpha=1 - adam.b1)
            v.mul_(adam.b2).addcmul_(g, g, value=1 - adam.b2)
            p.sub_(size * m / (v.sqrt() * root + adam.eps))
        return loss

    once = torch.compile(whole, fullgraph=True, dynamic=False)

    def descend(inputs: torch.Tensor, targets: torch.Tensor, step: int, rate: float) -> torch.Tensor:
        # tensors, as a number would be compiled in, and compiled again when it changes
        size, root = rate / (1 - adam.b1**step), (1 - adam.b2**step) ** -0.5
        return once(inputs, targets, *(torch.tensor(number, dtype=torch.float64) for number in (size, root)))

    return descend


def _loss(parameters: Tensors, heads: int, inputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    wte, wpe, layers, lm_head = parameters
    x = _norm(functional.embedding(inputs, wte) + wpe[: inputs.shape[-1]])
    for layer in layers:
        x = x + _attention(layer, heads, _norm(x))
        x = x + functional.linear(functional.relu(functional.linear(_norm(x), layer.fc1)), layer.fc2)
    z = functional.linear(x, lm_head)
    return functional.cross_entropy(z.flatten(0, -2), targets.flatten(), ignore_index=-1)


def _attention(layer: GptLayer[torch.Tensor], heads: int, x: torch.Tensor) -> torch.Tensor:
    q, k, v = (
        functional.linear(x, w).view(*x.shape[:-1], heads, -1).transpose(-2, -3) for w in (layer.wq, layer.wk, layer.wv)
    )
    y = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
    return functional.linear(y.transpose(-2, -3).flatten(-2), layer.wo)


def _norm(x: torch.Tensor) -> torch.Tensor:
    return functional.rms_norm(x, x.shape[-1:], eps=EPSILON)
