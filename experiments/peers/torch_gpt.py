"""The step in PyTorch, eager: one tape a step, and its own Adam, fused.

For one thread the caller says ``torch.set_num_threads(1)``.
"""

# measured where it is installed:
# pyright: reportMissingImports=false

from collections.abc import Callable

import torch
from torch.nn import functional

from experiments.peers import Symbols
from experiments.peers.gpt import (
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


def make_step(
    parameters: GptParameters, heads: int, adam: Adam = ADAM, decay: Callable[[int], float] = constant
) -> GptStep:
    """A step of Adam on tensors that begin as copies of the parameters."""
    current = map_matrices(lambda p: torch.tensor(p, requires_grad=True), parameters)
    optimizer = torch.optim.Adam(matrices(current), lr=adam.rate, betas=(adam.b1, adam.b2), eps=adam.eps, fused=True)
    step = 0

    def run(inputs: Symbols, targets: Symbols) -> float:
        nonlocal step
        loss = _loss(current, heads, torch.from_numpy(inputs), torch.from_numpy(targets))
        optimizer.zero_grad()
        loss.backward()
        optimizer.param_groups[0]["lr"] = adam.rate * decay(step)
        optimizer.step()
        step += 1
        return float(loss.item())

    return GptStep(run, lambda: map_matrices(lambda p: p.detach().numpy().copy(), current))


def _loss(
    parameters: GptParameters[torch.Tensor], heads: int, inputs: torch.Tensor, targets: torch.Tensor
) -> torch.Tensor:
    wte, wpe, layers, lm_head = parameters
    x = _norm(functional.embedding(inputs, wte) + wpe[: inputs.shape[-1]])
    for layer in layers:
        x = x + _attention(layer, heads, _norm(x))
        x = x + functional.linear(functional.relu(functional.linear(_norm(x), layer.fc1)), layer.fc2)
    z = functional.linear(x, lm_head)
    return functional.cross_entropy(z.flatten(0, -2), targets.flatten(), ignore_index=-1)


def _attention(layer: GptLayer[torch.Tensor], heads: int, x: torch.Tensor) -> torch.Tensor:
    q, k, v = (
        functional.linear(x, w).unflatten(-1, (heads, -1)).transpose(-2, -3) for w in (layer.wq, layer.wk, layer.wv)
    )
    y = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
    return functional.linear(y.transpose(-2, -3).flatten(-2), layer.wo)


def _norm(x: torch.Tensor) -> torch.Tensor:
    return functional.rms_norm(x, x.shape[-1:], eps=EPSILON)
