"""Training steps of the two models of names, in all the ways there are to write them (`peers/`)."""

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from typing import Literal, TypeAlias, TypeVar, overload

import numpy as np

from experiments.data.as_sequences import sequences
from experiments.data.names import load_names
from experiments.measuring.peers import Step, Symbols
from experiments.measuring.peers.gpt import GptStep, from_matrices
from experiments.measuring.report import ARROWS, AUTOGRAD, BY_HAND, JAX, ON_JAX, STAGED, STAGED_IN_C, TORCH, Steps
from experiments.measuring.turns import Call, Turns
from experiments.training.staged_backend import Staged

ONE_HOT, PLAIN = "NumPy, one-hot", "plain Python"
LEARNING_RATE = 0.1
HEADS = 4

N = TypeVar("N")
MakeStep: TypeAlias = Callable[..., Step | GptStep]  # `make_step` of a peer


def measure_mlp(batch: int, turns: Turns) -> Steps:
    """Whole steps of the names MLP."""
    return Steps(turns.take(mlp_calls(batch, ways("mlp", np.float32))), "MLP", batch, "float32")


def mlp_calls(batch: int, makers: Mapping[N, MakeStep]) -> dict[N, Callable[[], Call]]:
    """For each way to make the step, a maker of the call that runs it on the same batch, from the same start."""
    rng = np.random.default_rng(0)
    contexts, targets = rng.integers(0, 27, (batch, 3)), rng.integers(0, 27, batch)
    shapes = (27, 10), (128, 30), (128,), (27, 128), (27,)
    parameters = tuple(rng.normal(0, 0.1, shape).astype(np.float32) for shape in shapes)
    return {name: _begin(make, (parameters, LEARNING_RATE), contexts, targets) for name, make in makers.items()}


def measure_gpt(batch: int, turns: Turns) -> Steps:
    """Whole steps of the names GPT: of a batch in float32, or of one name in float64, as in its recipe."""
    names = sequences(load_names(), context=16)
    places = np.random.default_rng(0).integers(0, len(names.lengths), batch)
    if batch == 1:  # a name of median length
        places = np.argsort(names.lengths)[len(names.lengths) // 2, None]
    inputs, targets = names.batch(places)
    rng, dtype = np.random.default_rng(0), np.float64 if batch == 1 else np.float32
    shapes = (27, 16), (16, 16), *[(16, 16)] * 4, (64, 16), (16, 64), (27, 16)
    parameters = from_matrices([rng.normal(0, 0.08, shape).astype(dtype) for shape in shapes])
    makers: Mapping[str, MakeStep] = ways("gpt", dtype)
    if batch == 1:
        inputs, targets = inputs[0], targets[0]
        makers = {**makers, PLAIN: peer("scalar_gpt")}
    calls = {name: _begin(make, (parameters, HEADS), inputs, targets) for name, make in makers.items()}
    return Steps(turns.take(calls), "GPT", batch, np.dtype(dtype).name)


@overload
def ways(model: Literal["mlp"], dtype: type[np.floating]) -> Mapping[str, Callable[..., Step]]: ...
@overload
def ways(model: Literal["gpt"], dtype: type[np.floating]) -> Mapping[str, Callable[..., GptStep]]: ...
@overload
def ways(model: str, dtype: type[np.floating]) -> Mapping[str, MakeStep]: ...
def ways(model: str, dtype: type[np.floating]) -> Mapping[str, MakeStep]:
    """The functions `make_step` for a model, "mlp" or "gpt", with numbers of this dtype.

    They raise ImportError or StagingError for what is not installed, and PyTorch RuntimeError without a compiler.
    """

    def on_jax(*start: object) -> Step | GptStep:
        jax = import_module("experiments.training.jax_backend").Jax(precise=dtype is np.float64)
        return peer(f"cat_ad_{model}", backend=jax)(*start)

    one_hot = {ONE_HOT: peer("numpy_mlp", one_hot_rows=True)} if model == "mlp" else {}
    return {
        BY_HAND: peer(f"numpy_{model}"),
        **one_hot,
        ARROWS: peer(f"cat_ad_{model}"),
        STAGED: peer(f"cat_ad_{model}", backend=Staged()),
        STAGED_IN_C: peer(f"cat_ad_{model}", backend=Staged("c")),
        ON_JAX: on_jax,
        AUTOGRAD: peer(f"autograd_{model}"),
        TORCH: peer(f"torch_{model}"),
        "PyTorch, compiled": peer(f"torch_{model}", compiled=True),
        JAX: peer(f"jax_{model}"),
    }


def peer(name: str, **options: object) -> MakeStep:
    """The function `make_step` of a peer, which is imported only when this function is called."""
    return lambda *start: import_module(f"experiments.measuring.peers.{name}").make_step(*start, **options)


def _begin(make: MakeStep, start: tuple[object, ...], inputs: Symbols, targets: Symbols) -> Callable[[], Call]:
    """A maker of the call that runs the step on this batch, from this start."""
    return lambda: partial(make(*start).run, inputs, targets)
