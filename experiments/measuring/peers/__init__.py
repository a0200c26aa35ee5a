"""One training step, written by hand or in other libraries, to compare with.

Each ``*_mlp`` module has one function ``make_step(parameters, learning_rate)``
for the same model (Bengio et al. 2003), where V symbols have E features each and
a context is C symbols::

    x = embedding[contexts]         (batch, C * E)
    h = tanh(x weight1^T + bias1)   (batch, H)
    z = h weight2^T + bias2         (batch, V)
    loss = mean of -log softmax(z)[target]

A step is the whole of it: forward, gradient, update by plain gradient descent,
all in float32. From the same parameters and batches, all peers stay together to
rounding error. Some take one more option: the backend of this library, whether PyTorch
compiles, how NumPy adds up rows.

The caller chooses the threads, before any of this is imported:
``OMP_NUM_THREADS`` and ``OPENBLAS_NUM_THREADS`` for NumPy,
``torch.set_num_threads`` for PyTorch,
``XLA_FLAGS=--xla_cpu_multi_thread_eigen=false`` for JAX.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.floating]
Symbols: TypeAlias = NDArray[np.int64]

Parameters: TypeAlias = tuple[Floats, Floats, Floats, Floats, Floats]
"""``(embedding, weight1, bias1, weight2, bias2)`` of shapes
``(V, E)``, ``(H, C * E)``, ``(H,)``, ``(V, H)``, ``(V,)``."""


class Step(NamedTuple):
    """A training step, with parameters of its own."""

    run: Callable[[Symbols, Symbols], float]
    """Contexts (batch, C) and targets (batch,) to the loss before the update."""

    read: Callable[[], Parameters]
    """The parameters now, as arrays of the caller's own."""
