"""How fast is it? Whole training steps of this library, beside other ways to write them.

    python experiments/measuring/benchmark.py                             four tables, and runs/benchmark.json
    python experiments/measuring/benchmark.py --out docs/benchmark.json   the figures of the README
    python experiments/measuring/benchmark.py publish                     its table and its picture, from these figures

All ways to write a step take turns in one run, and what counts is the ratio of two figures. Ways that are not installed
are left out. The products of matrices have one thread unless the environment asks for more, and the checks at the
boundary of an arrow are on.
"""

import experiments.process.threads  # noqa: F401  (first: see experiments.process.start)

# isort: split
import math
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import Progress

from cat_ad import Scalar, dup, mul, negate, sin, tanh
from experiments.measuring.growth import measure_growth, measure_long
from experiments.measuring.picture import growth_picture
from experiments.measuring.report import Machine, Report
from experiments.measuring.steps import measure_gpt, measure_mlp
from experiments.measuring.tables import growth_grid, long_grid, memory_grid, section, steps_grid, with_section
from experiments.measuring.turns import Turns
from experiments.process.attempts import Attempts
from experiments.process.errors import InputError, reason
from experiments.process.exit_codes import exit_code
from experiments.process.files import put
from experiments.process.flag_words import parsed
from experiments.training.flags import require_no_empty
from experiments.training.runs import run_folder

T = TypeVar("T")

PROGRAM = "benchmark"
LINKS = tanh(Scalar), sin(Scalar), negate(Scalar), dup(Scalar) >> mul(Scalar)
ONE_THREAD = {  # for JAX too; PyTorch compiles in this process, since others would disturb
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
    "TORCHINDUCTOR_COMPILE_THREADS": "1",
}


@dataclass(frozen=True, kw_only=True)
class Flags:
    """What is measured, and how well."""

    batches: tuple[int, ...] = (32, 64, 128, 512, 4096)
    """Batch sizes of a step of the names MLP."""
    names: tuple[int, ...] = (1, 32, 64)
    """Names in a step of the names GPT: 1 is measured in float64, as in its recipe, more in float32."""
    depths: tuple[int, ...] = (1, 4, 16, 64, 256)
    """Depths of a chain of tanh layers, 64 wide, at batch 64."""
    widths: tuple[int, ...] = (16, 64, 256, 1024)
    """Widths of a chain of 4 layers, at batch 64."""
    examples: tuple[int, ...] = (1, 8, 64, 512, 4096)
    """Batch sizes of a chain of 4 layers, 64 wide."""
    lengths: tuple[int, ...] = (1_000, 10_000)
    """Lengths of chains of arrows on one number."""
    rounds: int = 20
    """How many turns each way to write a step gets."""
    seconds: float = 0.05
    """How long a turn is."""
    out: Path = Path("runs/benchmark.json")
    """Where the figures go."""


@dataclass(frozen=True, kw_only=True)
class PublishFlags:
    """What is written from figures that were measured before."""

    figures: Path = Path("docs/benchmark.json")
    """The figures."""
    page: Path = Path("README.md")
    """The page that gets the table of steps, between its two marks."""
    picture: Path = Path("docs/pictures/growth.svg")
    """The picture of growth."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say, by default those of the process; return the exit code."""
    words = sys.argv[1:] if arguments is None else list(arguments)

    def work() -> None:
        require_no_empty(words)
        if words[:1] == ["publish"]:
            about = "Write the table and the picture of the README from figures that were measured before."
            publish(parsed(PublishFlags, f"{PROGRAM}.py publish", about, words[1:]))
        else:
            measure(parsed(Flags, f"{PROGRAM}.py", __doc__, words, command="publish"))

    return exit_code(PROGRAM, work)


def measure(flags: Flags) -> None:
    """Measure, write down, and print.

    Raises InputError before it measures for an impossible flag, and for figures that cannot be written; and afterwards
    UnfinishedError for what could not be written or printed in spite of that.
    """
    _require_valid(flags)
    for name, setting in ONE_THREAD.items():
        os.environ.setdefault(name, setting)
    console, machine, turns = Console(), Machine.here(), Turns(flags.rounds, flags.seconds)
    if machine.busy:
        load = f"load average {machine.load}"
        console.print(f"warning: other programs run ({load}); figures of a busy machine mean little", style="yellow")
    attempts = Attempts()
    with run_folder(flags.out.parent, shared=True):
        with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
            report = _measured(flags, machine, turns, bar)
        with attempts.at(f"the file {str(flags.out)!r}"):
            put(flags.out, report.to_json())
        for name, reason in turns.left_out.items():
            console.print(f"left out: {name} ({reason})", markup=False)
        grids = steps_grid(report).transposed(), growth_grid(report), memory_grid(report), long_grid(report)
        console.print(*(grid.printed() for grid in grids))
    attempts.require_all("the rest is done")
    print(f"written to {flags.out}")


def _measured(flags: Flags, machine: Machine, turns: Turns, bar: Progress) -> Report:
    """All figures, one after another."""
    few = Turns(-(-flags.rounds // 2), flags.seconds)
    steps = [
        *((f"MLP, batch {batch}", partial(measure_mlp, batch, turns)) for batch in flags.batches),
        *((f"GPT, names {batch}", partial(measure_gpt, batch, turns)) for batch in flags.names),
    ]
    growth = [
        *((f"depth {size}", partial(measure_growth, "depth", turns, depth=size)) for size in flags.depths),
        *((f"width {size}", partial(measure_growth, "width", turns, width=size)) for size in flags.widths),
        *((f"batch {size}", partial(measure_growth, "batch", turns, batch=size)) for size in flags.examples),
    ]
    long = [
        (f"{length} arrows {link!r}", partial(measure_long, link, length, few))
        for link in LINKS
        for length in flags.lengths
    ]
    task = bar.add_task("", total=len(steps) + len(growth) + len(long))

    def done(work: Sequence[tuple[str, Callable[[], T]]]) -> list[T]:
        found = []
        for description, call in work:
            bar.update(task, description=description)
            found.append(call())
            bar.advance(task)
        return found

    today = date.today().isoformat()  # the only look at the calendar
    return Report(today, machine, flags.rounds, turns.left_out, done(steps), done(growth), done(long))


def publish(flags: PublishFlags) -> None:
    """Write the table between the marks of the page, and the picture.

    Raises InputError if there are no figures, if the page has no marks, and for what cannot be written.
    """
    report = Report.read(flags.figures)
    try:
        page = with_section(flags.page.read_text("utf-8"), section(report))
        put(flags.picture, growth_picture(report))
        put(flags.page, page.encode())
    except (OSError, UnicodeError) as error:
        asked = error.filename if isinstance(error, OSError) else flags.page
        raise InputError(f"asked for {str(asked)!r}; found {reason(error)}; give another file") from None
    print(f"written to {flags.page} and {flags.picture}")


def _require_valid(flags: Flags) -> None:
    """Raise InputError unless every number is above 0 and the figures can be written."""
    for field in fields(flags):
        given = getattr(flags, field.name)
        for number in given if isinstance(given, tuple) else (given,):
            if isinstance(number, int | float) and not 0 < number < math.inf:
                raise InputError(f"--{field.name}: asked for {number}; give a number above 0, and a finite one")
    if flags.out.is_dir():
        raise InputError(f"--out: asked to write to {str(flags.out)!r}; found a folder; give a file")


if __name__ == "__main__":
    sys.exit(main())
