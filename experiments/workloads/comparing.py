"""A workload beside the same formula in other libraries: values, slopes, and how long they take."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

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
    """Run it in every way that is here."""
    others = {"JAX": _jax, "autograd": _autograd, "PyTorch": _torch}
    ways = workload.calls() | {name: partial(make, workload) for name, make in others.items()}
    try:
        off = error(workload)
    except ImportError:
        off = np.nan
    return Compared(workload.name, workload.slopes()[0], off, turns.take(ways))


def error(workload: SomeWorkload) -> float:
    """How far the value and the slopes are from JAX's, as a part of the largest of each array."""
    value, slopes = workload.slopes()
    value_by_jax, by_jax = _by_jax(workload)()
    off = [abs(value - float(value_by_jax)) / abs(float(value_by_jax))]
    for found, wanted in zip(slopes, map(np.asarray, by_jax), strict=True):
        off.append(float(np.max(np.abs(found - wanted)) / (np.max(np.abs(wanted)) or 1.0)))
    return max(off)


def _by_jax(workload: SomeWorkload) -> Callable[[], tuple[float, list[Numbers]]]:
    jax = importlib.import_module("jax")
    jax.config.update("jax_enable_x64", True)
    both = jax.jit(jax.value_and_grad(lambda arrays: workload.by(jax.numpy, arrays)))
    arrays = workload.arrays()
    return lambda: both(arrays)


def _jax(workload: SomeWorkload) -> Call:
    both, jax = _by_jax(workload), importlib.import_module("jax")
    return lambda: jax.block_until_ready(both())


def _autograd(workload: SomeWorkload) -> Call:
    autograd, numpy = importlib.import_module("autograd"), importlib.import_module("autograd.numpy")
    both, arrays = autograd.value_and_grad(lambda arrays: workload.by(numpy, arrays)), workload.arrays()
    return lambda: both(arrays)


def _torch(workload: SomeWorkload) -> Call:
    torch = importlib.import_module("torch")
    torch.set_default_dtype(torch.float64)
    arrays = [torch.tensor(x, requires_grad=True) for x in workload.arrays()]

    def both() -> object:
        value = workload.by(torch, arrays)
        return value, torch.autograd.grad(value, arrays, allow_unused=True)

    return both
