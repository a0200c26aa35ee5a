"""The step in PyTorch, eager: one tape a step, an update of the tensors in place.

The update is written out, as ``torch.optim.SGD`` costs half as much again at small
batches. For one thread the caller says ``torch.set_num_threads(1)``.
"""

# measured where it is installed:
# pyright: reportMissingImports=false

import torch
from torch.nn import functional

from experiments.peers import Parameters, Step, Symbols


def make_step(parameters: Parameters, learning_rate: float) -> Step:
    """A step of gradient descent on tensors that begin as copies of the parameters."""
    current = [torch.tensor(p, requires_grad=True) for p in parameters]
    embedding, weight1, bias1, weight2, bias2 = current

    def run(contexts: Symbols, targets: Symbols) -> float:
        x = functional.embedding(torch.from_numpy(contexts), embedding).flatten(1)
        h = torch.tanh(functional.linear(x, weight1, bias1))
        z = functional.linear(h, weight2, bias2)
        loss = functional.cross_entropy(z, torch.from_numpy(targets))
        gradient = torch.autograd.grad(loss, current)
        with torch.no_grad():
            for parameter, slope in zip(current, gradient, strict=True):
                parameter.sub_(slope, alpha=learning_rate)
        return float(loss.item())

    def read() -> Parameters:
        e, w1, b1, w2, b2 = (p.detach().numpy().copy() for p in current)
        return e, w1, b1, w2, b2

    return Step(run, read)
