"""The folder of a run. One process at a time writes to it, and no other run is written over.

The checkpoint comes first, and removes what was written for the one before it: so metrics, losses and picture are there
only if they belong to the checkpoint, wherever a process is killed.
"""

from __future__ import annotations

import csv
import json
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from io import StringIO
from itertools import chain, count
from pathlib import Path
from tempfile import TemporaryFile

from experiments.process.claims import claim
from experiments.process.errors import InputError, reason
from experiments.process.files import UNFINISHED, clear, put
from experiments.training.checkpoint import CHECKPOINT
from experiments.training.loop import Point, StepLoss

METRICS, LOSSES, PICTURE = "metrics.json", "losses.csv", "loss.png"
FILES = (CHECKPOINT, METRICS, LOSSES, PICTURE)
RUNS = Path("runs")
LATEST = Path("latest")

TRIES = 100  # to make a folder that others make and remove at the same time


@dataclass(frozen=True)
class Metrics:
    """What a run came to. It learned from `names` names with `windows` symbols to predict; losses are in nats a symbol.

    A run that trains on all names has none left to test with, and no test loss.
    """

    parameters: int
    names: int
    windows: int
    steps: int
    seconds: float
    steps_per_second: float
    train_loss: float
    test_loss: float | None
    samples: Sequence[str]


def new_folder(program: str) -> Path:
    """runs/<program>/<time>, or the same with a number if there already is one."""
    folder = RUNS / program / time.strftime("%Y-%m-%d_%H-%M-%S")
    numbered = (folder.with_name(f"{folder.name}-{number}") for number in count(2))
    return folder if not folder.exists() else next(path for path in numbered if not path.exists())


def run_of(program: str, folder: Path, flag: str) -> Path:
    """The folder of a run; for "latest", the one in runs/<program>/ whose checkpoint was written last.

    Raises InputError if there is none.
    """
    if folder != LATEST:
        return folder
    found: dict[Path, int] = {}
    for checkpoint in (RUNS / program).glob(f"*/{CHECKPOINT}"):
        with suppress(OSError):  # it is being removed
            found[checkpoint.parent] = checkpoint.stat().st_mtime_ns
    if not found:
        asked = f"{flag}: asked for the latest run of {program}"
        raise InputError(f"{asked}; found none in {str(RUNS / program)!r}; train one, or give the folder of a run")
    return max(found, key=lambda run: (found[run], run))


class TakenError(InputError):
    """The folder of another run that is at work."""


@contextmanager
def run_folder(folder: Path, over: Path | None = None, shared: bool = False) -> Iterator[Path]:
    """Make the folder, before a training that could not be written costs time; if it stays empty, remove it.

    Within this no other process has it, unless it is to be shared. What dead processes have left in it, and in the
    folders beside it, is removed. Raises InputError if it cannot be written, or already has a run that is not the one
    at `over`, which is to go on; and TakenError if another run is at work in it.
    """
    made = [path for path in (folder, *folder.parents) if not os.path.lexists(path)]
    with ExitStack() as stack:
        try:
            ours = stack.enter_context(_claimed(folder))
        except (OSError, ValueError) as error:
            _remove_empty(made)
            raise refusal(folder, error) from None
        goes_on = over is not None and folder.resolve() == over.resolve()
        if ours is False and not shared:
            asked = "--resume: asked to go on in" if goes_on else "--out: asked to write to"
            advice = "wait until it has ended" if goes_on else "give another folder"
            raise TakenError(f"{asked} {str(folder)!r}; found a run at work; {advice}")
        stack.callback(_remove, folder, made)
        if not (shared or goes_on):
            _require_no_run(folder)
        _begin(folder)
        yield folder


@contextmanager
def new_run_folder(program: str) -> Iterator[Path]:
    """The same for a new folder, even if others make one at the same time."""
    with ExitStack() as stack:
        while True:
            try:
                folder = stack.enter_context(run_folder(new_folder(program)))
                break
            except TakenError:
                continue
        yield folder


@contextmanager
def _claimed(folder: Path) -> Iterator[bool | None]:
    """The answer to `claim`, of a folder that is made first. Raises OSError, and ValueError if the name can be none."""
    ours: bool | None = None
    with ExitStack() as stack:
        for left in reversed(range(TRIES)):
            try:
                folder.mkdir(parents=True, exist_ok=True)
                ours = stack.enter_context(claim(folder))
                break
            except FileNotFoundError:  # another run has just ended, and removed it
                if not left:
                    raise
        yield ours


def _begin(folder: Path) -> None:
    """Check that a file can be written. The folder in which that is done stays until the first file is there."""
    clear(folder)
    for abandoned in chain(folder.absolute().parent.glob(f"*/{UNFINISHED}"), RUNS.glob(f"*/*/{UNFINISHED}")):
        _sweep(abandoned.parent)
    try:
        (folder / UNFINISHED).mkdir(exist_ok=True)
        with TemporaryFile(dir=folder / UNFINISHED) as probe:
            probe.write(b".")  # a file without a byte may fit on a full disk
    except OSError as error:
        raise refusal(folder, error) from None


def _sweep(folder: Path) -> None:
    """Remove what was begun there, and the folder if there is nothing else in it, unless a run is at work there."""
    with suppress(OSError), claim(folder) as ours:
        if ours:
            _remove(folder, (folder, *folder.parents[:2]))


def _remove(folder: Path, made: Iterable[Path]) -> None:
    clear(folder)
    _remove_empty(made)


def _remove_empty(folders: Iterable[Path]) -> None:
    for folder in folders:
        with suppress(OSError, ValueError):  # not empty: a run is in it
            folder.rmdir()


def _require_no_run(folder: Path) -> None:
    for file in FILES:
        if (folder / file).exists():
            raise InputError(f"--out: asked to write to {str(folder)!r}; found {file} there; give another folder")


def is_whole(folder: Path) -> bool:
    """Is all there that a run writes?"""
    return all((folder / file).exists() for file in FILES)


def write(path: Path, content: bytes) -> None:
    """Write a whole file or none. Raises InputError if it cannot be written."""
    try:
        put(path, content)
    except OSError as error:
        raise refusal(path.parent, error) from None


def metrics_json(metrics: Metrics) -> bytes:
    """The metrics as JSON, one a line."""
    return (json.dumps(asdict(metrics), indent=2, ensure_ascii=False) + "\n").encode()


def table_csv(rows: Sequence[Point | StepLoss]) -> bytes:
    """A table, one row a line and all digits of its numbers."""
    text = StringIO()
    columns = [field.name for field in fields(rows[0])] if rows else []  # a run that was stopped at once has none
    table = csv.DictWriter(text, columns, lineterminator="\n")
    table.writeheader()
    table.writerows(asdict(row) for row in rows)
    return text.getvalue().encode()


def refusal(path: Path, error: Exception) -> InputError:
    """What is told when something cannot be written."""
    return InputError(
        f"--out: asked to write to {str(path)!r}; found {reason(error)}; give a folder that can be written"
    )
