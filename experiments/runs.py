"""The folder of a run. Its files are written whole or not at all, never over those of another run."""

import csv
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from io import StringIO
from itertools import count
from pathlib import Path

from experiments.checkpoint import CHECKPOINT
from experiments.errors import InputError
from experiments.training import Point, StepLoss

FILES = (CHECKPOINT, "metrics.json", "losses.csv", "loss.png")


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
    folder = Path("runs") / program / time.strftime("%Y-%m-%d_%H-%M-%S")
    numbered = (folder.with_name(f"{folder.name}-{number}") for number in count(2))
    return folder if not folder.exists() else next(path for path in numbered if not path.exists())


@contextmanager
def run_folder(folder: Path, over: Path | None = None) -> Iterator[None]:
    """Make the folder first, so that one that cannot be written costs no training; if nothing comes of it, remove it.

    Raises InputError if it cannot be written, or already has a run other than the one at `over`, which is to go on.
    """
    made = [path for path in (folder, *folder.parents) if not os.path.lexists(path)]
    try:
        _make(folder)
        if over is None or folder.resolve() != over.resolve():
            _require_no_run(folder)
        yield
    finally:
        for path in made:
            with suppress(OSError):  # not empty: the run is in it
                path.rmdir()


def _make(folder: Path) -> None:
    """Make a folder and see that files can be made in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _refusal(folder, error) from None
    write(folder / ".probe", b"")
    (folder / ".probe").unlink()


def _require_no_run(folder: Path) -> None:
    for file in FILES:
        if (folder / file).exists():
            raise InputError(f"--out: asked to write to {str(folder)!r}; found {file} there; give another folder")


def write(path: Path, content: bytes) -> None:
    """Write a whole file or none. Raises InputError if it cannot be written."""
    write_all(path.parent, {path.name: content})


def write_all(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write whole files, all or none: first under other names, and when all are there, renamed.

    Raises InputError if they cannot be written.
    """
    temporary = {name: folder / f".{name}.{os.getpid()}" for name in contents}
    try:
        for name, content in contents.items():
            with temporary[name].open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for name, path in temporary.items():
            path.replace(folder / name)
    except OSError as error:
        raise _refusal(folder, error) from None
    finally:
        for path in temporary.values():
            with suppress(OSError):
                path.unlink()


def metrics_json(metrics: Metrics) -> bytes:
    """The metrics as JSON, one a line."""
    return (json.dumps(asdict(metrics), indent=2) + "\n").encode()


def table_csv(rows: Sequence[Point | StepLoss]) -> bytes:
    """A table, one row a line and all digits of its numbers."""
    text = StringIO()
    columns = [field.name for field in fields(rows[0])] if rows else []  # a run that was stopped at once has none
    table = csv.DictWriter(text, columns, lineterminator="\n")
    table.writeheader()
    table.writerows(asdict(row) for row in rows)
    return text.getvalue().encode()


def _refusal(path: Path, error: OSError) -> InputError:
    found = error.strerror or type(error).__name__
    return InputError(f"--out: asked to write to {str(path)!r}; found {found}; give a folder that can be written")
