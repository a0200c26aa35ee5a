"""The step in PyTorch, an update of the tensors in place: eager, with one tape a step, or compiled as a whole.

The update is written out, as ``torch.optim.SGD`` costs half as much again at small
batches. For one thread the caller says ``torch.set_num_threads(1)``. What is compiled
is compiled at the first run at each batch size, which needs a C++ compiler.
"""

# measured where it is installed:
# pyright: reportMissingImports=false

from collections.abc import Sequence

import torch
from torch.nn import functional

from experiments.measuring.peers import Parameters, Step, Symbols


def make_step(parameters: Parameters, learning_rate: float, compiled: bool = False) -> Step:
    """A step of gradient descent on tensors that begin as copies of the parameters."""
    current = [torch.tensor(p) for p in parameters]

    def update(gradient: Sequence[torch.Tensor]) -> None:
        for parameter, slope in zip(current, gradient, strict=True):
            parameter.sub_(slope, alpha=learning_rate)

    def eager(contexts: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        loss = _loss(current, contexts, targets)
        gradient = torch.autograd.grad(loss, current)
        with torch.no_grad():
            update(gradient)
        return loss

    def whole(contexts: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        loss: torch.Tensor
        gradient, loss = torch.func.grad_and_value(_loss)(current, contexts, targets)
        update(gradient)
        return loss

    for parameter in current:
        parameter.requires_grad_(not compiled)
    step = torch.compile(whole, fullgraph=True, dynamic=False) if compiled else eager

    def run(contexts: Symbols, targets: Symbols) -> float:
        return float(step(torch.from_numpy(contexts), torch.from_numpy(targets)).item())

    def read() -> Parameters:
        e, w1, b1, w2, b2 = (p.detach().numpy().copy() for p in current)
        return e, w1, b1, w2, b2

    return Step(run, read)


def _loss(parameters: Sequence[torch.Tensor], contexts: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    embedding, weight1, bias1, weight2, bias2 = parameters
    x = functional.embedding(contexts, embedding).flatten(1)
    h = torch.tanh(functional.linear(x, weight1, bias1))
    return functional.cross_entropy(functional.linear(h, weight2, bias2), targets)
