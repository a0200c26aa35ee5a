"""What the programs on names do: train a model and write its run, or invent names with a model that was trained.

A program says only what is its own: its flags, its model, and the names it has built in.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeAlias, TypeVar

from cat_ad import Int
from cat_ad.trees import leaves
from experiments.batches import shuffled_batches
from experiments.checkpoint import Checkpoint, read, written
from experiments.dataset import Dataset, dataset
from experiments.errors import InputError
from experiments.flags import SampleFlags, TrainingFlags
from experiments.interrupts import interrupts
from experiments.name_model import Batch, N, NameModel, P, SomeNameModel
from experiments.names import DataError, load_names
from experiments.plots import loss_curve
from experiments.progress import progress_bar
from experiments.randomness import Purpose, generator
from experiments.runs import FILES, Metrics, losses_csv, metrics_json, new_folder, run_folder, write_all
from experiments.sampling import Request, sample_names
from experiments.schedules import factor
from experiments.training import Plan, begin, train

F = TypeVar("F", bound=TrainingFlags)
Examples: TypeAlias = tuple[Int[Batch, N], Int[Batch]]


@dataclass(frozen=True)
class Program(Generic[F]):
    """A program on names."""

    name: str
    flags: type[F]
    model: Callable[[F], SomeNameModel]
    names: Callable[[], Sequence[str]]

    def saved_flags(self, saved: Checkpoint) -> F:
        """The flags of a saved run. Raises InputError if another version of the program had others."""
        try:
            return self.flags(**saved.about["flags"])
        except TypeError:
            message = f"asked for a run of this {self.name}; found one of another version; train again"
            raise InputError(message) from None


def run_training(program: Program[F], flags: F, saved: Checkpoint | None = None) -> None:
    """Train from the beginning, or from where a saved run stopped; write the run; print what came of it.

    Raises InputError or DataError before anything is written, DivergenceError if the loss does not stay finite.
    """
    data = _dataset(program, flags, saved)
    model = program.model(flags)
    params = _first_parameters(model, flags)
    start = begin(params) if saved is None else saved.training(params)
    if flags.budget.progress(start.steps, start.seconds) >= 1:
        raise InputError(f"--resume: asked to go on; found {flags.budget} spent; give more --seconds or --steps")
    folder = flags.out or flags.resume or new_folder(program.name)
    with run_folder(folder, over=flags.resume), interrupts() as interrupted:
        size = sum(leaf.size for leaf in leaves(params))
        print(f"{size:,} parameters, {len(data.train_names):,} names, {len(data.train.targets):,} windows", flush=True)
        with progress_bar(flags.budget) as watch:
            trained = train(_plan(model, data, flags), start, watch, interrupted)
        if interrupted():
            print(f"stopped by Ctrl-C after {trained.steps:,} steps; saving", flush=True)
        samples = _invent(model, trained.params, flags, Request(), flags.seed)
        metrics = Metrics(
            parameters=size,
            names=len(data.train_names),
            windows=len(data.train.targets),
            steps=trained.steps,
            seconds=trained.seconds,
            steps_per_second=trained.steps / trained.seconds if trained.seconds else 0.0,
            train_loss=trained.curve[-1].train_loss,
            test_loss=trained.curve[-1].test_loss,
            samples=samples,
        )
        title = f"{program.name}: {size:,} parameters, {trained.steps:,} steps in {trained.seconds:.1f} s"
        files = (
            written(trained, program.name, flags.settings(), data.sha256),
            metrics_json(metrics),
            losses_csv(trained.curve),
            loss_curve(trained.curve, title),
        )
        write_all(folder, dict(zip(FILES, files, strict=True)))
    print(f"{metrics.steps:,} steps in {metrics.seconds:.1f} s, {metrics.steps_per_second:,.0f} a second")
    print(f"train loss {metrics.train_loss:.4f}, test loss {metrics.test_loss:.4f}\n")
    _print_names(samples, data)
    print(f"\n{folder}")


def run_sampling(program: Program[F], request: SampleFlags) -> None:
    """Print names that a saved run invents, marked if the names it was trained on are still there to compare.

    Raises InputError if there is no such run.
    """
    saved = read(request.run, program.name)
    flags = program.saved_flags(saved)
    model = program.model(flags)
    params = saved.training(_first_parameters(model, flags)).params
    samples = _invent(model, params, flags, request, request.seed)
    try:
        data = _dataset(program, flags, saved)
    except (InputError, DataError) as error:
        print(*samples, sep="\n")
        print(f"{program.name}: names are not marked: {error}", file=sys.stderr)
    else:
        _print_names(samples, data)


def _dataset(program: Program[F], flags: F, saved: Checkpoint | None) -> Dataset:
    names = program.names() if flags.data == "built-in" else load_names(flags.data)
    data = dataset(names, flags.seed, flags.context)
    if saved is not None and saved.about["names_sha256"] != data.sha256:
        raise InputError(f"asked for the names of this run; found others in {flags.data!r}; give them with --data")
    return data


def _first_parameters(model: NameModel[P, N], flags: TrainingFlags) -> P:
    return model.init(generator(flags.seed, Purpose.PARAMETERS))


def _plan(model: NameModel[P, N], data: Dataset, flags: TrainingFlags) -> Plan[P, Examples[N]]:
    examples = model.examples(data.train)
    places = shuffled_batches(len(data.train.targets), flags.batch, flags.seed)
    return Plan(
        loss=model.loss,
        batch=lambda step: model.batch(examples, places(step)),
        rate=lambda progress: flags.rate * factor(flags.schedule, progress),
        budget=flags.budget,
        measure=lambda p: (model.mean_loss(p, data.train_counted), model.mean_loss(p, data.test_counted)),
    )


def _invent(model: NameModel[P, N], params: P, flags: TrainingFlags, request: Request, seed: int) -> list[str]:
    rng = generator(seed, Purpose.SAMPLES)
    return sample_names(partial(model.logits, params), flags.context, request, rng)


def _print_names(names: Sequence[str], data: Dataset) -> None:
    width = max(map(len, names))
    for name in names:
        print(f"{name:{width}}  {data.mark(name)}")
