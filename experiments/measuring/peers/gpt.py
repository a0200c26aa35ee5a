"""The types of the ``*_gpt`` peers: one training step of Karpathy's microgpt.

For V symbols, contexts of at most C, width W, heads that share W evenly, and any number of layers::

    x = norm(wte[inputs] + wpe[:T])                 norm(x) = x / sqrt(mean(x^2) + 1e-5)
    x = x + attention(norm(x))                      causal, scores q.k / sqrt(W / heads)
    x = x + relu(norm(x) fc1^T) fc2^T               these two for every layer
    loss = mean of -log softmax(x lm_head^T)[target]

where q, k and v are norm(x) times wq^T, wk^T and wv^T, a head is W / heads consecutive entries, and the result of
attention is the heads side by side, times wo^T. The mean is over the positions that have a target: -1 means none, as
past the end of a name in a batch.

Each peer has one function ``make_step(parameters, heads, adam, decay)``. A step is the whole of it: forward, gradient,
update by Adam, in the dtype of the parameters. From the same parameters and names, all peers stay together to rounding
error. The number of threads is the caller's choice, as in `experiments.measuring.peers`.
"""

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple

from typing_extensions import TypeVar

from experiments.measuring.peers import Floats, Symbols

EPSILON = 1e-5  # in norm

M = TypeVar("M", default=Floats)  # a matrix: NumPy's, or a peer's own
N = TypeVar("N", default=Floats)


class GptLayer(NamedTuple, Generic[M]):
    """The matrices of a layer, (outputs, inputs)."""

    wq: M
    wk: M
    wv: M
    wo: M
    """These four are (W, W)."""

    fc1: M
    """(4 W, W)."""

    fc2: M
    """(W, 4 W)."""


class GptParameters(NamedTuple, Generic[M]):
    """The matrices of the model."""

    wte: M
    """(V, W): a row for each symbol."""

    wpe: M
    """(C, W): a row for each position."""

    layers: tuple[GptLayer[M], ...]

    lm_head: M
    """(V, W)."""


class Adam(NamedTuple):
    """The constants of Adam; the rate is multiplied by the decay at each step."""

    rate: float = 0.01
    b1: float = 0.85
    b2: float = 0.99
    eps: float = 1e-8


class GptStep(NamedTuple):
    """A training step, with parameters of its own."""

    run: Callable[[Symbols, Symbols], float]
    """Inputs and targets, both (T,) or (batch, T) for T <= C, to the loss before the update."""

    read: Callable[[], GptParameters]
    """The parameters now, as arrays of the caller's own."""


ADAM = Adam()


def constant(step: int) -> float:
    """No decay."""
    return 1.0


def matrices(parameters: GptParameters[M]) -> list[M]:
    """All of them, in order."""
    wte, wpe, layers, lm_head = parameters
    return [wte, wpe, *(matrix for layer in layers for matrix in layer), lm_head]


def from_matrices(flat: Sequence[M]) -> GptParameters[M]:
    """The parameters with these matrices, in order."""
    wte, wpe, *inner, lm_head = flat
    size = len(GptLayer._fields)
    layers = (GptLayer(*inner[start : start + size]) for start in range(0, len(inner), size))
    return GptParameters(wte, wpe, tuple(layers), lm_head)


def map_matrices(f: Callable[[M], N], parameters: GptParameters[M]) -> GptParameters[N]:
    """The parameters with f of each matrix."""
    return from_matrices([f(matrix) for matrix in matrices(parameters)])
