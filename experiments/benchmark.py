"""How fast is it? Whole training steps of this library, beside other ways to write them.

    python experiments/benchmark.py                  four tables, and runs/benchmark.json

The competitors take turns in one run, round after round, each long enough to have its own data in the caches, as in
training; a figure is the median of the rounds, and what counts is the ratio of two figures. Peers that are not
installed are left out. The products of matrices have one thread unless the environment asks for more, and the checks
at the boundary of an arrow are on.
"""

import experiments.threads  # noqa: F401  (before NumPy is imported)

# isort: split
import gc
import json
import os
import platform
import tracemalloc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from time import perf_counter
from types import ModuleType
from typing import TypeAlias

import numpy as np
import tyro
from rich.console import Console
from rich.progress import track
from rich.table import Table

from cat_ad import (
    Arrow,
    Dim,
    Float,
    Scalar,
    check,
    compose,
    dup,
    each,
    linear,
    mean,
    mul,
    negate,
    power,
    reverse,
    sin,
    stack,
    tanh,
    value_and_gradient,
)
from cat_ad.trees import tree_map
from experiments.names import load_names
from experiments.peers import numpy_chain, numpy_mlp, scalar_gpt
from experiments.peers.gpt import from_matrices
from experiments.runs import write
from experiments.sequences import sequences

Timings: TypeAlias = dict[str, float]  # microseconds, by competitor

IDIOMATIC, PLAIN = "NumPy", "plain Python"
LIBRARIES = {"cat_ad": "cat_ad", IDIOMATIC: "numpy", "HIPS autograd": "autograd", "PyTorch": "torch", "JAX": "jax"}
LEARNING_RATE = 0.1
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")  # one thread for JAX too


@dataclass(frozen=True, kw_only=True)
class Flags:
    """Measure training steps of this library beside other ways to write them."""

    batches: tuple[int, ...] = (32, 64, 128, 512)
    """Batch sizes of the step of the names MLP."""
    names: tuple[int, ...] = (1, 32, 64)
    """Names in the step of the GPT: 1 in float64, as in its recipe, more in float32."""
    depths: tuple[int, ...] = (1, 4, 16, 64, 256)
    """Depths of the chain of tanh layers, 64 wide, at batch 64."""
    rounds: int = 20
    """How often the competitors take turns."""
    out: Path = Path("runs/benchmark.json")
    """Where the figures go."""


def take_turns(competitors: Mapping[str, Callable[[], object]], rounds: int, block: float = 0.05) -> Timings:
    """The median time of a call of each, in microseconds; each runs for `block` seconds a turn."""
    many = {name: _calls_in(call, block) for name, call in competitors.items()}
    times: dict[str, list[float]] = {name: [] for name in competitors}
    for _ in range(rounds):
        for name, call in competitors.items():
            gc.disable()  # as timeit does: when Python collects garbage depends on all that lives in this program
            start = perf_counter()
            for _ in range(many[name]):
                call()
            times[name].append((perf_counter() - start) / many[name])
            gc.enable()
    return {name: 1e6 * median(taken) for name, taken in times.items()}


def _calls_in(call: Callable[[], object], seconds: float) -> int:
    call()  # the first call may compile
    start = perf_counter()
    call()
    return max(1, int(seconds / (perf_counter() - start)))


def peers(model: str) -> dict[str, ModuleType]:
    """The modules that make a step of this model, of those libraries that are installed."""
    found = {name: library for name, library in LIBRARIES.items() if find_spec(library)}
    return {name: import_module(f"experiments.peers.{library}_{model}") for name, library in found.items()}


def measure_mlp(batch: int, rounds: int) -> Timings:
    """Whole steps of the names MLP, in microseconds."""
    rng = np.random.default_rng(0)
    contexts, targets = rng.integers(0, 27, (batch, 3)), rng.integers(0, 27, batch)
    shapes = (27, 10), (128, 30), (128,), (27, 128), (27,)
    e, w1, b1, w2, b2 = (rng.normal(0, 0.1, shape).astype(np.float32) for shape in shapes)
    makers = {name: peer.make_step for name, peer in peers("mlp").items()}
    makers["NumPy, one-hot"] = partial(numpy_mlp.make_step, one_hot_rows=True)
    steps = {name: make_step((e, w1, b1, w2, b2), LEARNING_RATE) for name, make_step in makers.items()}
    return take_turns({name: partial(step.run, contexts, targets) for name, step in steps.items()}, rounds)


def measure_gpt(batch: int, rounds: int) -> Timings:
    """Whole steps of the names GPT, in microseconds: of a batch in float32, or of one name in float64."""
    names = sequences(load_names(), context=16)
    places = np.random.default_rng(0).integers(0, len(names.lengths), batch)
    if batch == 1:  # a name of usual length
        places = np.argsort(names.lengths)[len(names.lengths) // 2, None]
    inputs, targets = names.batch(places)
    if batch == 1:
        inputs, targets = inputs[0], targets[0]
    rng, dtype = np.random.default_rng(0), np.float64 if batch == 1 else np.float32
    shapes = (27, 16), (16, 16), *[(16, 16)] * 4, (64, 16), (16, 64), (27, 16)
    parameters = from_matrices([rng.normal(0, 0.08, shape).astype(dtype) for shape in shapes])
    makers = {name: peer.make_step for name, peer in peers("gpt").items()}
    if batch == 1:
        makers[PLAIN] = scalar_gpt.make_step
    steps = {name: make_step(parameters, 4) for name, make_step in makers.items()}
    return take_turns({name: partial(step.run, inputs, targets) for name, step in steps.items()}, rounds)


class Examples(Dim):
    """However many examples."""


class Width(Dim, size=64):
    """The width of every layer of the chain."""


@dataclass(frozen=True)
class Chain:
    """A chain of layers of some depth: time in microseconds, peak memory in megabytes."""

    depth: int
    forward: float
    gradient: float
    by_hand: float
    peak: float
    peak_by_hand: float


def measure_chain(depth: int, rounds: int) -> Chain:
    """The forward pass and the gradient of so many tanh layers, and the gradient by hand."""
    rng = np.random.default_rng(0)
    block = linear(Width, Width) >> tanh(Float[Width])
    model = stack(block, depth)
    loss = each(Examples, model) >> power(Float[Examples, Width], 2) >> mean(Float[Examples, Width])
    parameters = tree_map(lambda p: p.astype(np.float32), loss.init(rng))
    x = check(Float[Examples, Width], rng.standard_normal((64, 64), np.float32))
    both, layers = value_and_gradient(loss.arrow), list(parameters)
    ours, theirs = (lambda: both((parameters, x))), (lambda: numpy_chain.gradient(layers, x))
    times = take_turns({"forward": lambda: loss(parameters, x), "gradient": ours, "by hand": theirs}, rounds)
    return Chain(depth, times["forward"], times["gradient"], times["by hand"], peak(ours), peak(theirs))


@dataclass(frozen=True)
class Long:
    """A chain of one arrow over and over: the time of a call in microseconds, and of its value and pullback."""

    arrow: str
    length: int
    call: float
    reverse: float


def measure_long(link: Arrow[Scalar, Scalar], length: int, rounds: int) -> Long:
    """How the cost of many small arrows grows with their number."""
    f = compose(link, *[link] * (length - 1))
    back, x, one = reverse(f), check(Scalar, 0.5), check(Scalar, 1.0)
    times = take_turns({"call": lambda: f(x), "reverse": lambda: back(x)[1](one)}, rounds)
    return Long(repr(link), length, times["call"], times["reverse"])


def peak(call: Callable[[], object]) -> float:
    """The most memory that a call holds at once, in megabytes."""
    call()
    tracemalloc.start()
    call()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1e6


def steps_table(model: str, rows: Mapping[int, Timings]) -> Table:
    """Time relative to idiomatic NumPy."""
    table = Table(title=f"A step of the names {model}, relative to hand-written {IDIOMATIC} (its µs in brackets)")
    names = list(dict.fromkeys(name for times in rows.values() for name in times))
    table.add_column("batch", justify="right")
    for name in names:
        table.add_column(name, justify="right")
    for batch, times in rows.items():
        ratios = [f"{times[name] / times[IDIOMATIC]:.2f}" if name in times else "" for name in names]
        ratios[names.index(IDIOMATIC)] += f" ({times[IDIOMATIC]:.0f})"
        table.add_row(str(batch), *ratios)
    return table


def chain_table(rows: list[Chain]) -> Table:
    """Growth with depth."""
    table = Table(title="The gradient of a chain of tanh layers, 64 wide, batch 64")
    for column in ("depth", "gradient / forward", "time / by hand", "peak memory / by hand", "MB a layer"):
        table.add_column(column, justify="right")
    for row in rows:
        ratios = row.gradient / row.forward, row.gradient / row.by_hand, row.peak / row.peak_by_hand
        table.add_row(str(row.depth), *(f"{ratio:.2f}" for ratio in ratios), f"{row.peak / row.depth:.3f}")
    return table


def long_table(rows: list[Long]) -> Table:
    """Growth with length."""
    table = Table(title="Value and pullback of a chain of arrows on one number, relative to a call")
    for column in ("arrow", "length", "reverse / call", "µs an arrow"):
        table.add_column(column, justify="right")
    for row in rows:
        ratio, each_arrow = row.reverse / row.call, row.reverse / row.length
        table.add_row(row.arrow, f"{row.length:,}", f"{ratio:.2f}", f"{each_arrow:.2f}")
    return table


def main(flags: Flags) -> None:
    """Measure, print, and write down."""
    console = Console()
    mlp = {batch: measure_mlp(batch, flags.rounds) for batch in track(flags.batches, "MLP steps", console=console)}
    gpt = {batch: measure_gpt(batch, flags.rounds) for batch in track(flags.names, "GPT steps", console=console)}
    chains = [measure_chain(depth, flags.rounds) for depth in track(flags.depths, "Chains", console=console)]
    links = tanh(Scalar), sin(Scalar), negate(Scalar), dup(Scalar) >> mul(Scalar)
    pairs = [(link, length) for link in links for length in (1_000, 10_000)]
    long = [measure_long(*pair, rounds=flags.rounds // 2) for pair in track(pairs, "Long chains", console=console)]
    console.print(steps_table("MLP", mlp), steps_table("GPT", gpt), chain_table(chains), long_table(long))
    machine = {"python": platform.python_version(), "numpy": np.__version__, "machine": platform.machine()}
    figures = {
        "machine": machine,
        "mlp_step_us": mlp,
        "gpt_step_us": gpt,
        "chain": list(map(vars, chains)),
        "long": list(map(vars, long)),
    }
    flags.out.parent.mkdir(parents=True, exist_ok=True)
    write(flags.out, json.dumps(figures, indent=2).encode())
    console.print(f"written to {flags.out}")


if __name__ == "__main__":
    main(tyro.cli(Flags, description=__doc__))
