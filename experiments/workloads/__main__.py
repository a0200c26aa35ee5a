"""Run workloads of automatic differentiation, beside the same in JAX, autograd and PyTorch.

Each is a loss, of which the value and all slopes are computed. Libraries that are not installed are left out.
"""

import experiments.process.threads  # noqa: F401  (first: see experiments.process.start)

# isort: split
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from tyro.conf import Positional

from experiments.process.ctrl_c import interrupts
from experiments.process.errors import InputError
from experiments.process.exit_codes import exit_code
from experiments.process.flag_words import parsed

if TYPE_CHECKING:
    from experiments.workloads.comparing import Compared

PROGRAM = "python -m experiments.workloads"
WIDE = 200  # columns, where there is no terminal that has less
Name: TypeAlias = Literal[
    "rosenbrock",
    "pendulum",
    "logistic",
    "gaussian-mixture",
    "bundle-adjustment",
    "d-lstm",
    "autoencoder",
    "gru",
    "cnn",
]


@dataclass(frozen=True)
class Flags:
    """What is measured, and how well."""

    names: Annotated[tuple[Name, ...], Positional] = ()
    """Which workloads; all if none is named."""
    rounds: int = 5
    """How often the libraries take turns; a figure is the median of its turns."""
    seconds: float = 0.1
    """How long a turn is."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say, by default those of the process; return the exit code."""
    return exit_code("workloads", lambda: run(parsed(Flags, PROGRAM, __doc__, arguments)))


def run(flags: Flags) -> None:
    """Measure, and print a table. Raises InputError for an impossible flag."""
    if flags.rounds < 1 or not 0 < flags.seconds < float("inf"):
        raise InputError(f"asked for {flags.rounds} rounds of {flags.seconds} seconds; give numbers above 0")
    from experiments.measuring.turns import Turns  # these take seconds, for which --help does not wait
    from experiments.workloads.comparing import Compared, compared
    from experiments.workloads.workloads import WORKLOADS

    turns, found = Turns(flags.rounds, flags.seconds), list[Compared]()
    console = Console(width=None if sys.stdout.isatty() else WIDE)
    chosen = [WORKLOADS[name] for name in dict.fromkeys(flags.names or WORKLOADS)]
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    bar = Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())
    with interrupts(patience=0) as ctrl_c, bar:
        task = bar.add_task("", total=len(chosen))
        try:
            for workload in chosen:
                bar.update(task, description=workload.name)
                found.append(compared(workload, turns))
                bar.advance(task)
                if ctrl_c.asked():  # where a library lost the exception
                    raise KeyboardInterrupt
        finally:  # what is there when Ctrl-C comes
            with ctrl_c.held():
                bar.stop()
                if found:
                    console.print(table(found))
    for way, why in turns.left_out.items():
        console.print(f"left out: {way} ({why})", markup=False, style="dim")


def table(found: Sequence["Compared"]) -> Table:
    """A row for each workload; the fastest time is bold."""
    ways = list(dict.fromkeys(way for one in found for way in one.times))
    made = Table(box=SIMPLE_HEAD, padding=(0, 1), pad_edge=False, caption_justify="left")
    made.caption = "Times of value and slopes. Error: how far these are from JAX's, as a part of the largest."
    made.add_column("workload", overflow="fold")
    for heading in ("value", "error", *ways):
        made.add_column(heading, justify="right", no_wrap=True)
    for one in found:
        cells = [time_of(one.times[way]) if way in one.times else "" for way in ways]
        best = ways.index(min(one.times, key=one.times.__getitem__))
        cells[best] = f"[bold green]{cells[best]}[/]"
        made.add_row(one.name, f"{one.value:.5g}", f"{one.error:.0e}", *cells)
    return made


def time_of(microseconds: float) -> str:
    """Three digits.

    >>> time_of(1.234), time_of(569222.0), time_of(12345678.0)
    ('1.23 us', '569 ms', '12.3 s')
    """
    number, unit = microseconds, "us"
    for larger in ("ms", "s"):
        if number >= 999.5:
            number, unit = number / 1000, larger
    digits = 2 if number < 9.995 else 1 if number < 99.95 else 0
    return f"{number:.{digits}f} {unit}"


if __name__ == "__main__":
    sys.exit(main())
