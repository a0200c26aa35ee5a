"""The recipe of Karpathy's microgpt: its settings and its order, hence its losses and samples to the last digits.

All in float64; one name a step, in the order of one shuffle of the whole list; Python's `random` throughout, seeded
once. microgpt numbers the letters from 0 and puts the boundary last, and here the boundary is number 0: so the rows of
its tables come in another order, and nothing else differs. Both take whatever letters a list of names has, in the order
of Unicode.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from random import Random
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from cat_ad import Float, Int, check, pack
from experiments.commands.jobs import Job, Outcome, carry_out
from experiments.data.alphabet import BOUNDARY
from experiments.data.as_sequences import sequences
from experiments.data.parts import sha256
from experiments.models.sequence_model import Time
from experiments.models.transformer import SomeTransformer, Weights
from experiments.process.errors import InputError
from experiments.training.backend_choice import backend_of
from experiments.training.flags import TrainingFlags, flag_of
from experiments.training.loop import Plan, StepLoss, Training, begin
from experiments.training.schedules import Budget

SEED = 42
STEPS = 1_000
RATE = 0.01
BETAS = 0.85, 0.99
DEVIATION = 0.08  # of the first weights
TEMPERATURE = 0.5
SAMPLES = 20

# the flags that may be given with --recipe
FREE = ("data", "steps", "context", "width", "heads", "layers", "out", "recipe", "backend", "stage", "target")

Matrix: TypeAlias = npt.NDArray[np.float64]


def run_recipe(program: str, model: SomeTransformer, names: Sequence[str], flags: TrainingFlags, layers: int) -> None:
    """Train as microgpt does, write the run, and print what came of it.

    Raises InputError if a flag is given that the recipe decides, or a folder that cannot be written.
    """
    _require_free(flags)
    steps, losses = STEPS if flags.steps is None else flags.steps, list[StepLoss]()
    rng, documents = shuffled(names)
    params = first_parameters(model, rng, layers)
    data = sequences(documents, model.context, model.alphabet)

    def name(step: int) -> tuple[Int[Time], Int[Time]]:
        inputs, targets = data.batch(np.array([step % len(documents)]))
        return inputs[0], targets[0]

    plan = Plan(
        loss=model.loss_of_one,
        batch=name,
        rate=lambda progress: RATE * (1 - progress * steps / STEPS),
        budget=Budget(steps=steps),
        measure=None,
        betas=BETAS,
    )

    def outcome(trained: Training[Float[Weights]]) -> Outcome:
        samples = [sample(model, trained.params, rng) for _ in range(SAMPLES)]
        return Outcome(samples, model.measure(learned)(trained.params), None)

    learned = documents[:steps]
    job = Job(program, flags, learned, int(data.lengths[:steps].sum()), sha256(names), model.alphabet)

    carry_out(job, plan, begin(params), outcome, backend_of(replace(flags, dtype="float64")), losses)


def shuffled(names: Sequence[str]) -> tuple[Random, list[str]]:
    """The names in the order in which they are learned, one a step, and the generator in its state after that."""
    rng, documents = Random(SEED), list(names)
    rng.shuffle(documents)
    return rng, documents


def first_parameters(model: SomeTransformer, rng: Random, layers: int) -> Float[Weights]:
    """All matrices, in microgpt's order, row by row from the normal distribution."""

    def matrix(outputs: int, inputs: int) -> Matrix:
        return np.array([[rng.gauss(0, DEVIATION) for _ in range(inputs)] for _ in range(outputs)])

    def of_symbols() -> Matrix:
        return np.roll(matrix(vocabulary, width), 1, axis=0)  # its last row is the boundary's, ours the first

    width, vocabulary = model.width, len(model.alphabet)
    symbols, places, scores = of_symbols(), matrix(model.context, width), of_symbols()
    sizes = (3 * width, width), (width, width), (4 * width, width), (width, 4 * width)
    blocks = np.stack([np.concatenate([matrix(*size).ravel() for size in sizes]) for _ in range(layers)])
    tree = check(model.parameters, (((symbols, places), blocks), scores))
    return check(model.loss.parameters, pack(model.parameters, tree))


def sample(model: SomeTransformer, params: Float[Weights], rng: Random) -> str:
    """A name, drawn as microgpt draws it."""
    read, symbols, vocabulary = model.reader(params, 1), [BOUNDARY], len(model.alphabet)
    for _ in range(model.context):
        (logits,) = read(np.array(symbols[-1:])) / TEMPERATURE
        exponentials = np.exp(logits - logits.max())
        weights = np.roll(exponentials / exponentials.sum(), -1)  # in microgpt's order
        (number,) = rng.choices(range(vocabulary), weights.tolist())
        symbols.append((number + 1) % vocabulary)
        if symbols[-1] == BOUNDARY:
            break
    return model.alphabet.decode(symbols).strip(model.alphabet.boundary)


def _require_free(flags: TrainingFlags) -> None:
    if flags.resume is not None:
        raise InputError("--resume: asked to go on with a run by the recipe; found that it has an end; train again")
    for field in fields(flags):
        value = getattr(flags, field.name)
        if field.name not in FREE and value != field.default:
            flag = flag_of(field.name)
            raise InputError(f"{flag}: asked for {value}; the recipe decides that; leave {flag} out")
    if flags.steps is not None and flags.steps > STEPS:
        raise InputError(
            f"--steps: asked for {flags.steps}; by the recipe the rate is 0 from step {STEPS} on; give less"
        )
