"""All six steps of the road, one after the other: a table of what came of them, and a picture of how they learned.

    python experiments/steps/all.py
    python experiments/steps/all.py --steps 300 --seed 1

The seconds are those of training alone, and the curves are of the same losses that the table ends with.
"""

import experiments.process.threads  # noqa: F401  (first: see experiments.process.start)

# isort: split
import sys
from dataclasses import dataclass
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from experiments.process.attempts import Attempts
from experiments.process.exit_codes import exit_code
from experiments.process.files import put
from experiments.process.flag_words import parsed
from experiments.steps import (
    common,
    step_0_bigrams,
    step_1_by_hand,
    step_2_arrows,
    step_3_attention,
    step_4_heads_and_layers,
    step_5_adam,
)
from experiments.steps.common import Result, SomeLesson, require_valid, shipped_names
from experiments.steps.road_picture import picture
from experiments.training.runs import run_folder

LESSONS: tuple[SomeLesson, ...] = (
    step_0_bigrams.LESSON,
    step_1_by_hand.LESSON,
    step_2_arrows.LESSON,
    step_3_attention.LESSON,
    step_4_heads_and_layers.LESSON,
    step_5_adam.LESSON,
)
POINTS = 30  # of a curve
PICTURE = "losses.png"


@dataclass(frozen=True, kw_only=True)
class Flags(common.Flags):
    """What every program can be told, and where the picture goes."""

    out: Path = Path("runs/steps")
    """The folder of the picture, which is written over the one before."""


def main(flags: Flags) -> None:
    """Run each lesson, print the table and write the picture.

    Raises DivergenceError if a loss does not stay finite, InputError if the folder cannot be written, UnfinishedError
    if there is no picture in the end.
    """
    require_valid(flags)
    names, results, console, attempts = shipped_names(flags.seed), list[Result](), Console(), Attempts()
    with run_folder(flags.out, over=flags.out):
        for lesson in LESSONS:
            with console.status(f"step {lesson.number}: {lesson.idea}", spinner="line"):
                results.append(lesson.run(flags, names, POINTS))
        console.print(table(results))
        with attempts.at(f"the picture in {str(flags.out)!r}"):
            put(flags.out / PICTURE, picture(results))
    attempts.require_all(f"the rest is in {str(flags.out)!r}")
    print(flags.out / PICTURE)


def table(results: list[Result]) -> Table:
    """A row for each."""
    rows = Table(title="Six steps: seconds of training, mean losses in nats a symbol", box=SIMPLE_HEAD, pad_edge=False)
    for column in ("step", "idea", "parameters", "steps", "seconds", "train", "test"):
        rows.add_column(column, justify="left" if column == "idea" else "right", no_wrap=True)
    for r in results:
        counts = f"{r.parameters:,}", f"{r.steps:,}", f"{r.seconds:.1f}"
        rows.add_row(str(r.number), r.idea, *counts, f"{r.train_loss:.4f}", f"{r.test_loss:.4f}")
    return rows


if __name__ == "__main__":
    sys.exit(exit_code("all", lambda: main(parsed(Flags, "all.py", __doc__, None))))
