"""A job: to train a model, to keep what it has learned, and then to tell of it.

What was learned is on disk before anything else is tried. If anything fails after that, the disk, a picture or the
terminal, nothing else is lost: it is told in one line, and the exit code is 1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkdtemp

from cat_ad.objects.trees import leaves
from experiments.commands.plots import loss_picture
from experiments.commands.progress import progress_bar
from experiments.data.alphabet import Alphabet
from experiments.models.name_model import P, X
from experiments.models.sampling import print_names
from experiments.process.attempts import Attempts
from experiments.process.ctrl_c import Interrupts, interrupts
from experiments.process.errors import InputError
from experiments.process.files import put
from experiments.training.backends import Backend
from experiments.training.checkpoint import CHECKPOINT, Checkpoint, fingerprint, read, written
from experiments.training.flags import TrainingFlags
from experiments.training.loop import Plan, Point, StepLoss, Training, train
from experiments.training.runs import (
    LOSSES,
    METRICS,
    PICTURE,
    Metrics,
    metrics_json,
    new_run_folder,
    refusal,
    run_folder,
    table_csv,
)


@dataclass(frozen=True)
class Job:
    """What to train with: the flags, the names to learn from, how many symbols to predict in them, and their alphabet.

    The hash is of all names. `saved` is the run that goes on, unless it is trained from the beginning.
    """

    program: str
    flags: TrainingFlags
    names: Sequence[str]
    predictions: int
    names_sha256: str
    alphabet: Alphabet
    saved: Checkpoint | None = None

    def folder(self) -> AbstractContextManager[Path]:
        """Where it is written, for as long as no other run may write there. Raises what `run_folder` does."""
        folder = self.flags.out or self.flags.resume
        return new_run_folder(self.program) if folder is None else run_folder(folder, over=self.flags.resume)

    def content(self, training: Training[P]) -> bytes:
        """The checkpoint."""
        return written(training, self.program, self.flags.settings(), self.names_sha256, self.alphabet)

    def require_unchanged(self, folder: Path) -> None:
        """Raise InputError if the run that goes on has gone on in this folder since it was read."""
        if self.saved is None or self.flags.resume is None or folder.resolve() != self.flags.resume.resolve():
            return
        if read(folder, self.program).sha256 != self.saved.sha256:
            raise InputError(f"--resume: asked to go on in {str(folder)!r}; found that it just went on; ask again")


@dataclass(frozen=True)
class Outcome:
    """What came of it: names, and losses."""

    samples: Sequence[str]
    train_loss: float
    test_loss: float | None


def carry_out(
    job: Job,
    plan: Plan[P, X],
    start: Training[P],
    outcome: Callable[[Training[P]], Outcome],
    backend: Backend,
    every_loss: list[StepLoss] | None = None,
) -> None:
    """Train, with a progress bar, until the end or Ctrl-C; write the run, and print what came of it.

    The rows of losses.csv are the points of the curve or, if a list is given for them, the losses of all steps.

    Of several processes the first writes and prints, and the others only train. None may stop before the others, so
    Ctrl-C ends them all at once; a process that is alone saves first (`experiments.process.ctrl_c`). Raises InputError
    before the training if the run could not be written, and UnfinishedError if only the checkpoint was.
    """
    backend.require_same(fingerprint(start, job.program, job.flags.settings(), job.names_sha256, job.alphabet))
    if not backend.first:
        train(replace(plan, measure=None), start, backend=backend)
        return
    attempts, size = Attempts(), sum(leaf.size for leaf in leaves(start.params))
    listening = interrupts() if job.flags.processes == 1 else nullcontext(Interrupts())
    with job.folder() as folder, listening as interrupted:
        job.require_unchanged(folder)
        print(f"{size:,} parameters, {len(job.names):,} names, {job.predictions:,} symbols to predict", flush=True)
        with progress_bar(plan.budget) as show:

            def tell(steps: int, seconds: float, loss: float) -> None:
                if every_loss is not None:
                    every_loss.append(StepLoss(steps - 1, loss))
                show(steps, seconds, loss)

            def save(training: Training[P]) -> None:
                with interrupted.held(), attempts.at("a checkpoint on the way"):
                    _keep(folder, job.content(training))

            trained = train(plan, start, tell, interrupted.asked, backend, save)
        with interrupted.held():
            folder = _keep_somewhere(folder, job, trained, attempts)
            interrupted.all_is_saved()
        if interrupted.asked():
            print(f"stopped by Ctrl-C after {trained.steps:,} steps; saving", flush=True)
        _tell(job, folder, size, trained, outcome, trained.curve if every_loss is None else every_loss, attempts)
    attempts.require_all(f"the run is in {str(folder)!r}")


def _keep(folder: Path, content: bytes) -> None:
    """Write a checkpoint. Raises OSError."""
    put(folder / CHECKPOINT, content, instead_of=[folder / file for file in (METRICS, LOSSES, PICTURE)])


def _keep_somewhere(folder: Path, job: Job, trained: Training[P], attempts: Attempts) -> Path:
    """Write the checkpoint to this folder; or, if that has become impossible, to a new one.

    Raises InputError if neither can be done.
    """
    content = job.content(trained)
    try:
        _keep(folder, content)
    except OSError as error:
        elsewhere = Path(mkdtemp(prefix=f"{job.program}-"))
        try:
            put(elsewhere / CHECKPOINT, content)
        except OSError:
            elsewhere.rmdir()
            raise refusal(folder, error) from None
        attempts.note(f"a checkpoint in {str(folder)!r}", error)
        return elsewhere
    return folder


def _tell(
    job: Job,
    folder: Path,
    size: int,
    trained: Training[P],
    outcome: Callable[[Training[P]], Outcome],
    losses: Sequence[Point] | Sequence[StepLoss],
    attempts: Attempts,
) -> None:
    """Write and print what came of it."""
    pace = trained.steps / trained.seconds if trained.seconds else 0.0
    found = None
    with attempts.at(METRICS):
        found = outcome(trained)
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
        put(folder / METRICS, metrics_json(metrics))
    with attempts.at(LOSSES):
        put(folder / LOSSES, table_csv(losses))
    with attempts.at(PICTURE):
        title = f"{job.program}: {size:,} parameters, {trained.steps:,} steps in {trained.seconds:.1f} s"
        put(folder / PICTURE, loss_picture(losses, title))
    print(f"{trained.steps:,} steps in {trained.seconds:.2f} s, {pace:,.0f} a second")
    if found is not None:
        tested = "" if found.test_loss is None else f", test loss {found.test_loss:.4f}"
        print(f"train loss {found.train_loss:.4f}{tested}\n")
        print_names(found.samples, job.names)
    print(f"\n{folder}")
