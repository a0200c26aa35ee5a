"""A workload beside the same formula in other libraries: values, slopes, and how long they take."""

import importlib
from dataclasses import dataclass

import numpy as np

from cat_ad.objects.trees import leaves, tree_map
from experiments.measuring.turns import Turns
from experiments.workloads.workload import Call, Numbers, SomeWorkload


@dataclass(frozen=True)
class Compared:
    """What came of a workload: its value, how far it and its slopes are from JAX's, and microseconds of each way."""

    name: str
    value: float
    error: float
    times: dict[str, float]


def compared(workload: SomeWorkload, turns: Turns) -> Compared:
    """Run it in every way that is here. Raises `ImportError` without JAX."""
    ways = workload.calls() | {"autograd": lambda: _autograd(workload), "PyTorch": lambda: _torch(workload)}
    return Compared(workload.name, workload.slopes()[0], error(workload), turns.take(ways))


def error(workload: SomeWorkload) -> float:
    """How far the value and the slopes are from JAX's, as a part of the largest of each array."""
    (value, slopes), (value_by_jax, by_jax) = workload.slopes(), slopes_by_jax(workload)
    off = [abs(value - value_by_jax) / abs(value_by_jax)]
    for found, wanted in zip(slopes, by_jax, strict=True):
        off.append(float(np.max(np.abs(found - wanted)) / (np.max(np.abs(wanted)) or 1.0)))
    return max(off)


def slopes_by_jax(workload: SomeWorkload) -> tuple[float, list[Numbers]]:
    """The value and all slopes, by JAX."""
    jax = importlib.import_module("jax")
    jax.config.update("jax_enable_x64", True)
    value, slopes = jax.value_and_grad(lambda at: workload.by_numpy(jax.numpy, *at))(workload.at())
    return float(value), [np.asarray(slope) for slope in leaves(slopes)]


def _autograd(workload: SomeWorkload) -> Call:
    autograd, numpy = importlib.import_module("autograd"), importlib.import_module("autograd.numpy")
    both, at = autograd.value_and_grad(lambda at: workload.by_numpy(numpy, *at)), workload.at()
    return lambda: both(at)


def _torch(workload: SomeWorkload) -> Call:
    torch = importlib.import_module("torch")
    at = tree_map(lambda x: torch.tensor(x, dtype=torch.float64, requires_grad=True), workload.at())
    return lambda: torch.autograd.grad(workload.by_numpy(torch, *at), leaves(at), allow_unused=True)
