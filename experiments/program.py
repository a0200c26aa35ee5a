"""What the programs on names do: train a model and write its run, or invent names with a model that was trained.

A program says only what is its own: its flags, its model, and the names it has built in.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from cat_ad.trees import leaves
from experiments.backends import Backend, backend_of
from experiments.batches import shuffled_batches
from experiments.checkpoint import CHECKPOINT, Checkpoint, fingerprint, read, written
from experiments.dataset import dataset, sha256
from experiments.errors import InputError
from experiments.explain import next_symbols
from experiments.flags import SampleFlags, TrainingFlags
from experiments.interrupts import interrupts
from experiments.name_model import Examples, NameModel, P, SomeNameModel, X
from experiments.names import DataError, Split, load_names
from experiments.plots import loss_picture
from experiments.progress import progress_bar
from experiments.randomness import Purpose, generator
from experiments.runs import FILES, Metrics, metrics_json, new_folder, run_folder, table_csv, write, write_all
from experiments.sampling import Request, sample_names
from experiments.schedules import factor
from experiments.training import Plan, Point, StepLoss, Training, begin, train

F = TypeVar("F", bound=TrainingFlags)


@dataclass(frozen=True)
class Program(Generic[F]):
    """A program on names."""

    name: str
    flags: type[F]
    model: Callable[[F], SomeNameModel]
    built_in: Callable[[], Sequence[str]]
    trained_names: Callable[[F, Sequence[str], int], Sequence[str]] = lambda flags, names, steps: (
        dataset(names, flags.seed).train
    )
    train: Callable[[Program[F], F, Checkpoint | None], None] = lambda program, flags, saved: run_training(
        program, flags, saved
    )

    def saved_flags(self, saved: Checkpoint) -> F:
        """The flags of a saved run. Raises InputError if another version of the program had others."""
        try:
            return self.flags(**saved.about["flags"])
        except TypeError:
            message = f"asked for a run of this {self.name}; found one of another version; train again"
            raise InputError(message) from None

    def names(self, flags: F) -> Sequence[str]:
        """The names that --data says."""
        return self.built_in() if flags.data == "built-in" else load_names(flags.data)


def run_training(program: Program[F], flags: F, saved: Checkpoint | None = None) -> None:
    """Train from the beginning, or from where a saved run stopped; write the run; print what came of it.

    Raises InputError or DataError before anything is written, DivergenceError if the loss does not stay finite.
    """
    names = program.names(flags)
    if saved is not None:
        _require_same(names, saved, flags)
    data = dataset(names, flags.seed)
    model = program.model(flags)
    params = _first_parameters(model, flags)
    start = begin(params) if saved is None else saved.training(params)
    if flags.budget.progress(start.steps, start.seconds) >= 1:
        raise InputError(f"--resume: asked to go on; found {flags.budget} spent; give more --seconds or --steps")
    examples = model.examples(data.train, few_shapes=flags.backend == "jax" or flags.target == "c")
    _require_shares(min(flags.batch, examples.count), flags)
    plan = _plan(model, examples, data, flags)

    def outcome(trained: Training[Any]) -> Outcome:  # Any: the parameters of this model
        samples = _invent(model, trained.params, Request(), flags.seed)
        point = trained.curve[-1]
        return Outcome(samples, point.train_loss, point.test_loss, trained.curve)

    job = Job(program.name, flags, data.train, examples.predictions, sha256(names))
    carry_out(job, plan, start, outcome, backend_of(flags))


@dataclass(frozen=True)
class Job:
    """What is trained: the flags, the names to learn from, how many symbols to predict in them, and their hash."""

    program: str
    flags: TrainingFlags
    names: Sequence[str]
    predictions: int
    names_sha256: str


@dataclass(frozen=True)
class Outcome:
    """What came of it: names, losses, and the rows of losses.csv."""

    samples: Sequence[str]
    train_loss: float
    test_loss: float | None
    losses: Sequence[Point] | Sequence[StepLoss]


def carry_out(
    job: Job,
    plan: Plan[P, X],
    start: Training[P],
    outcome: Callable[[Training[P]], Outcome],
    backend: Backend,
    watch: Callable[[int, float, float], None] = lambda steps, seconds, loss: None,
) -> None:
    """Train, with a progress bar, until the end or Ctrl-C; write the run, and print what came of it.

    Of several processes the first does that, and the others only train. None of them may stop before the others, so
    there Ctrl-C ends them at once. `watch` is as in `train`. Raises InputError before the training if the run could not
    be written.
    """
    of_job = job.program, job.flags.settings(), job.names_sha256
    backend.require_same(fingerprint(start, *of_job))
    if not backend.first:
        train(replace(plan, measure=None), start, backend=backend)
        return
    folder = job.flags.out or job.flags.resume or new_folder(job.program)
    listening = interrupts() if job.flags.processes == 1 else nullcontext(lambda: False)

    def save(training: Training[P]) -> None:
        write(folder / CHECKPOINT, written(training, *of_job))

    with run_folder(folder, over=job.flags.resume), listening as interrupted:
        size = sum(leaf.size for leaf in leaves(start.params))
        print(f"{size:,} parameters, {len(job.names):,} names, {job.predictions:,} symbols to predict", flush=True)
        with progress_bar(plan.budget) as show:

            def tell(steps: int, seconds: float, loss: float) -> None:
                watch(steps, seconds, loss)
                show(steps, seconds, loss)

            trained = train(plan, start, tell, interrupted, backend, save)
        if interrupted():
            print(f"stopped by Ctrl-C after {trained.steps:,} steps; saving", flush=True)
        found = outcome(trained)
        pace = trained.steps / trained.seconds if trained.seconds else 0.0
        metrics = Metrics(
            parameters=size,
            names=len(job.names),
            windows=job.predictions,
            steps=trained.steps,
            seconds=trained.seconds,
            steps_per_second=pace,
            train_loss=found.train_loss,
            test_loss=found.test_loss,
            samples=found.samples,
        )
        title = f"{job.program}: {size:,} parameters, {trained.steps:,} steps in {trained.seconds:.1f} s"
        files = (
            written(trained, *of_job),
            metrics_json(metrics),
            table_csv(found.losses),
            loss_picture(found.losses, title),
        )
        write_all(folder, dict(zip(FILES, files, strict=True)))
    print(f"{trained.steps:,} steps in {trained.seconds:.2f} s, {pace:,.0f} a second")
    tested = "" if found.test_loss is None else f", test loss {found.test_loss:.4f}"
    print(f"train loss {found.train_loss:.4f}{tested}\n")
    print_names(found.samples, job.names)
    print(f"\n{folder}")


def run_sampling(program: Program[F], request: SampleFlags) -> None:
    """Print names that a saved run invents, each marked as new or not if the names it was trained on can be read.

    Or, with --explain, print what it expects after some letters. Raises InputError if there is no such run, or a
    prefix is too long for its model.
    """
    saved = read(request.run, program.name)
    flags = program.saved_flags(saved)
    model = program.model(flags)
    params = saved.training(_first_parameters(model, flags)).params
    for flag, text in (("--prefix", request.prefix), ("--explain", request.explain or "")):
        if model.longest is not None and len(text) >= model.longest:
            raise InputError(
                f"{flag}: asked for {len(text)} letters; found a model that reads {model.longest} symbols, "
                f"of which one is the beginning; give at most {model.longest - 1}"
            )
    if request.explain is not None:
        _explain(model, params, request, request.explain.lower())
        return
    samples = _invent(model, params, request, request.seed)
    try:
        names = program.names(flags)
        _require_same(names, saved, flags)
    except (InputError, DataError) as error:
        print(*samples, sep="\n")
        print(f"{program.name}: names are not marked: {error}", file=sys.stderr)
    else:
        print_names(samples, program.trained_names(flags, names, saved.about["steps"]))


def print_names(names: Sequence[str], known: Sequence[str]) -> None:
    """Names, one a line, and of each whether it is new or was trained on."""
    memory, width = set(known), max(map(len, names))
    for name in names:
        print(f"{name:{width}}  {'memorised' if name in memory else 'new'}")


def _require_same(names: Sequence[str], saved: Checkpoint, flags: TrainingFlags) -> None:
    """Raise InputError unless these are the names of the saved run."""
    if saved.about["names_sha256"] != sha256(names):
        raise InputError(f"asked for the names of this run; found others in {flags.data!r}; give them with --data")


def _require_shares(batch: int, flags: TrainingFlags) -> None:
    """Raise InputError unless all devices get equally many rows of a batch."""
    many = flags.devices * flags.processes
    if batch % many:
        raise InputError(
            f"--devices: asked for {many} devices in all to share batches of {batch}; "
            f"found {batch % many} left over; give a --batch that is a multiple of {many}"
        )


def _first_parameters(model: NameModel[P, X], flags: TrainingFlags) -> P:
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


def _invent(model: NameModel[P, X], params: P, request: Request, seed: int) -> list[str]:
    reader = model.reader(params, request.count)
    return sample_names(reader, request, generator(seed, Purpose.SAMPLES), model.longest)


def _explain(model: NameModel[P, X], params: P, request: SampleFlags, text: str) -> None:
    """Print what may come next, and write pictures of how the model reads the text to the folder of the run."""
    next_symbols(model.reader(params, 1), text, request)
    for name, picture in model.pictures(params, text).items():
        write(request.run / name, picture)
        print(f"\n{request.run / name}")
