"""A program on names: what it does not share with the others, and how its model is trained.

That is its flags, its model, and the names that are built in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Generic, TypeVar

import numpy as np

from experiments.commands.jobs import Job, Outcome, carry_out
from experiments.data.alphabet import A_TO_Z, Alphabet
from experiments.data.names import BUILT_IN, Split, load_names
from experiments.data.parts import dataset, sha256
from experiments.models.name_model import Examples, NameModel, P, SomeNameModel, X
from experiments.models.sampling import Request, invent
from experiments.process.errors import InputError
from experiments.process.randomness import Purpose, generator
from experiments.training.backend_choice import backend_of
from experiments.training.batches import shuffled_batches
from experiments.training.checkpoint import Checkpoint
from experiments.training.flags import TrainingFlags, of_settings
from experiments.training.loop import Plan, Training, begin
from experiments.training.runs import is_whole
from experiments.training.schedules import factor

F = TypeVar("F", bound=TrainingFlags)


@dataclass(frozen=True)
class Program(Generic[F]):
    """A program on names."""

    name: str
    flags: type[F]
    model: Callable[[F, Alphabet], SomeNameModel]
    built_in: Callable[[], Sequence[str]]
    trained_names: Callable[[F, Sequence[str], int], Sequence[str]] = lambda flags, names, steps: (
        dataset(names, flags.seed).train
    )
    train: Callable[[Program[F], F, Checkpoint | None], None] = lambda program, flags, saved: run_training(
        program, flags, saved
    )

    def saved_flags(self, saved: Checkpoint) -> F:
        """The flags of a saved run. Raises InputError if this program has no such flags."""
        return of_settings(self.flags, saved.about["flags"])

    def names(self, data: str) -> Sequence[str]:
        """The names that --data says."""
        return self.built_in() if data == BUILT_IN else load_names(data)

    def chance(self, flags: F, seed: int) -> np.random.Generator:
        """The generator of names."""
        return generator(seed, Purpose.SAMPLES, drawer=self.drawer(flags))

    def drawer(self, flags: F) -> str:
        """Who draws names: another one for each model and size of it, or all would invent the same."""
        own = {field.name for field in fields(flags)} - {field.name for field in fields(TrainingFlags)} | {"context"}
        sizes = (f"{name}={getattr(flags, name)}" for name in sorted(own))
        return " ".join([self.name, *sizes])

    def alphabet(self, data: str, names: Sequence[str]) -> Alphabet:
        """The alphabet of the names; of those built in, a to z, even if some letters do not occur."""
        return A_TO_Z if data == BUILT_IN else Alphabet.of(names)


def run_training(program: Program[F], flags: F, saved: Checkpoint | None = None) -> None:
    """Train from the beginning, or from where a saved run stopped; write the run; print what came of it.

    Raises InputError or DataError before anything is written, DivergenceError if the loss does not stay finite.
    """
    names = program.names(flags.data)
    model = program.model(flags, program.alphabet(flags.data, names) if saved is None else saved.alphabet)
    if saved is not None:
        saved.require_names(names, flags.data)
        saved.require_shapes(model.shapes())
    data = dataset(names, flags.seed)
    params = first_parameters(model, flags)
    start = begin(params) if saved is None else saved.training(params)
    if flags.budget.progress(start.steps, start.seconds) >= 1 and not _must_be_told(flags):
        raise InputError(f"--resume: asked to go on; found {flags.budget} spent; give more --seconds or --steps")
    examples = model.examples(data.train, few_shapes=flags.backend == "jax" or flags.target == "c")
    _require_shares(min(flags.batch, examples.count), flags)
    plan = _plan(model, examples, data, flags)
    job = Job(program.name, flags, data.train, examples.predictions, sha256(names), model.alphabet, saved)
    chance = program.chance(flags, flags.seed)
    carry_out(job, plan, start, lambda trained: _outcome(model, trained, chance), backend_of(flags))


def _outcome(model: NameModel[P, X], trained: Training[P], chance: np.random.Generator) -> Outcome:
    point = trained.curve[-1]
    (names,) = invent(model, trained.params, Request(), chance)
    return Outcome(names, point.train_loss, point.test_loss)


def _must_be_told(flags: TrainingFlags) -> bool:
    """Is this a run that goes on in its own folder, and was ended between its checkpoint and the rest?"""
    return flags.resume is not None and flags.out in (None, flags.resume) and not is_whole(flags.resume)


def _require_shares(batch: int, flags: TrainingFlags) -> None:
    """Raise InputError unless all devices get equally many rows of a batch."""
    many = flags.devices * flags.processes
    if batch % many:
        raise InputError(
            f"--devices: asked for {many} devices in all to share batches of {batch}; "
            f"found {batch % many} left over; give a --batch that is a multiple of {many}"
        )


def first_parameters(model: NameModel[P, X], flags: TrainingFlags) -> P:
    """The parameters that a training begins with."""
    return model.init(generator(flags.seed, Purpose.PARAMETERS), flags.dtype)


def _plan(model: NameModel[P, X], examples: Examples[X], data: Split, flags: TrainingFlags) -> Plan[P, X]:
    places = shuffled_batches(examples.count, flags.batch, flags.seed)
    of_train, of_test = model.measure(data.train), model.measure(data.test)
    return Plan(
        loss=model.loss,
        batch=lambda step: examples.at(places(step)),
        rate=lambda progress: flags.rate * factor(flags.schedule, progress),
        budget=flags.budget,
        measure=lambda p: (of_train(p), of_test(p)),
        save_every=flags.save_every,
    )
