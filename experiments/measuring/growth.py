"""How the cost of a gradient grows: with the depth of a chain of layers, with its width, and with the batch."""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import TypeVar

import numpy as np

from cat_ad import (
    Arrow,
    Dim,
    Float,
    Scalar,
    check,
    compose,
    each,
    linear,
    mean,
    power,
    reverse,
    stack,
    tanh,
    value_and_gradient,
)
from cat_ad.objects.trees import tree_map
from cat_ad.staging import stage
from experiments.measuring.peers import numpy_chain
from experiments.measuring.report import (
    ARROWS,
    AUTOGRAD,
    BY_HAND,
    JAX,
    ON_JAX,
    STAGED,
    STAGED_IN_C,
    TORCH,
    Growth,
    Long,
)
from experiments.measuring.turns import Call, Turns, peak

A = TypeVar("A")

FORWARD = "forward"
SEEN = BY_HAND, ARROWS, STAGED, STAGED_IN_C, AUTOGRAD  # whose arrays are in memory that Python accounts for


class Examples(Dim):
    """However many."""


def measure_growth(varied: str, turns: Turns, depth: int = 4, width: int = 64, batch: int = 64) -> Growth:
    """Measure the gradient of so many tanh layers, and the value alone; `varied` names the size that is varied."""
    competitors = chain(depth, width, batch)
    times = turns.take(competitors)
    memory = {name: peak(competitors[name]) for name in times if name in SEEN}
    return Growth(times, varied, depth, width, batch, memory)


def chain(depth: int, width: int, batch: int) -> dict[str, Callable[[], Call]]:
    """Makers of calls for the value of a chain of layers, and for its gradient in all ways."""

    class Width(Dim, size=width): ...

    rng = np.random.default_rng(0)
    model = stack(linear(Width, Width) >> tanh(Float[Width]), depth)
    loss = each(Examples, model) >> power(Float[Examples, Width], 2) >> mean(Float[Examples, Width])
    parameters = tree_map(lambda p: p.astype(np.float32), loss.init(rng))
    x = check(Float[Examples, Width], rng.standard_normal((batch, width), np.float32))
    both, point, layers = value_and_gradient(loss.arrow), (parameters, x), list(parameters)
    return {
        FORWARD: lambda: partial(loss.arrow, point),
        BY_HAND: lambda: partial(numpy_chain.gradient, layers, x),
        ARROWS: lambda: partial(both, point),
        STAGED: lambda: partial(stage(both), point),
        STAGED_IN_C: lambda: partial(stage(both, "c"), point),
        ON_JAX: lambda: _compiled_by_jax(both, point),
        AUTOGRAD: lambda: _peer("autograd", layers, x),
        TORCH: lambda: _peer("torch", layers, x),
        JAX: lambda: _peer("jax", layers, x),
    }


def _compiled_by_jax(f: Callable[[A], object], point: A) -> Call:
    jax = import_module("jax")
    compiled, there = jax.jit(f), jax.tree.map(jax.numpy.array, point)
    return lambda: jax.block_until_ready(compiled(there))


def _peer(library: str, *start: object) -> Call:
    """The gradient in another library, which is imported only now. Raises ImportError if it is not there."""
    call: Call = import_module(f"experiments.measuring.peers.{library}_chain").make_gradient(*start)
    return call


def measure_long(link: Arrow[Scalar, Scalar], length: int, turns: Turns) -> Long:
    """How the cost of many small arrows grows with their number."""
    f = compose(link, *[link] * (length - 1))
    back, x, one = reverse(f), check(Scalar, 0.5), check(Scalar, 1.0)
    times = turns.take({"call": lambda: partial(f, x), "reverse": lambda: lambda: back(x)[1](one)})
    return Long(repr(link), length, times["call"], times["reverse"])
