"""The tables: on the screen, and in a page of Markdown between two marks.

>>> table = Grid("Squares", ("n", "n squared"), [("2", "4"), ("3", "9")])
>>> print(table.markdown())
| n | n squared |
|--:|--:|
| 2 | 4 |
| 3 | 9 |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.table import Table

from experiments.measuring.growth import FORWARD
from experiments.measuring.report import ARROWS, BY_HAND, Growth, Machine, Report, Steps
from experiments.process.errors import InputError

START, END = "<!-- benchmark -->", "<!-- /benchmark -->"
NAMES = {"python": "Python", "numpy": "NumPy", "autograd": "autograd", "torch": "PyTorch", "jax": "JAX"}


@dataclass(frozen=True)
class Grid:
    """A table."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]

    def markdown(self) -> str:
        """Without its title."""
        lines = [self.header, *self.rows]
        head, *rest = (f"| {' | '.join(line)} |" for line in lines)
        return "\n".join([head, f"|{'--:|' * len(self.header)}", *rest])

    def transposed(self) -> Grid:
        """Its columns as rows."""
        header, *rows = zip(self.header, *self.rows, strict=True)
        return Grid(self.title, header, rows)

    def printed(self) -> Table:
        """For the screen."""
        table = Table(title=self.title, box=SIMPLE_HEAD, padding=0)
        for column in self.header:
            table.add_column(column, justify="right", no_wrap=not column)
        for row in self.rows:
            table.add_row(*row)
        return table


def steps_grid(report: Report) -> Grid:
    """The steps of training, in all ways."""
    names = list(dict.fromkeys(name for row in report.steps for name in row.microseconds))
    header = [f"{name} (= 1)" if name == BY_HAND else name for name in names]
    rows = []
    for row in report.steps:
        cells = [_ratio(row.ratio(name)) for name in names]
        cells[names.index(BY_HAND)] = f"{row.microseconds[BY_HAND]:,.0f} µs"
        rows.append([_setting(row), *cells])
    return Grid(f"A step of training, relative to {BY_HAND} by hand", ["", *header], rows)


def growth_grid(report: Report) -> Grid:
    """Growth with each of the sizes."""
    ways = list(dict.fromkeys(name for row in report.growth for name in row.microseconds))
    ways = [name for name in ways if name not in (FORWARD, BY_HAND)]
    rows = [[_size(row), *(_ratio(row.ratio(name)) for name in ways)] for row in report.growth]
    return Grid(f"The gradient of a chain of tanh layers, relative to {BY_HAND} by hand", ["", *ways], rows)


def memory_grid(report: Report) -> Grid:
    """The memory of a gradient with each of the sizes, and its time relative to that of the value alone."""
    ways = list(dict.fromkeys(name for row in report.growth for name in row.megabytes if name != BY_HAND))
    rows = []
    for row in report.growth:
        memory = {name: taken / row.megabytes[BY_HAND] for name, taken in row.megabytes.items()}
        slower = row.microseconds[ARROWS] / row.microseconds[FORWARD]
        rows.append([_size(row), *(_ratio(memory.get(name)) for name in ways), _layer(row), _ratio(slower)])
    return Grid(f"Its memory, relative to {BY_HAND} by hand", ["", *ways, "MB a layer", "time / forward"], rows)


def long_grid(report: Report) -> Grid:
    """Growth with length."""
    rows = [
        (row.arrow, f"{row.length:,}", f"{row.reverse / row.call:.2f}", f"{row.reverse / row.length:.2f}")
        for row in report.long
    ]
    title = "Value and pullback of a chain of arrows on one number, relative to a call"
    return Grid(title, ("arrow", "length", "reverse / call", "µs an arrow"), rows)


def section(report: Report) -> str:
    """What a page says between its marks."""
    return f"{steps_grid(report).markdown()}\n\n{caption(report)}"


def caption(report: Report) -> str:
    """When and where it was measured."""
    machine = report.machine
    versions = ", ".join(f"{NAMES.get(name, name)} {number}" for name, number in machine.versions.items())
    busy = f" Other programs ran at the same time (load {machine.load:.1f})." if machine.busy else ""
    return (
        f"Measured on {report.date}: {machine.processor}, {machine.cores} cores, {_threads(machine)}; {versions}; "
        f"medians of {report.rounds} rounds.{busy}"
    )


def with_section(page: str, text: str) -> str:
    """The page with this text between its marks. Raises InputError unless it has both."""
    before, start, rest = page.partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        raise InputError(f"--page: asked to write between {START} and {END}; found no such lines; add them to the page")
    return f"{before}{start}\n{text}\n{end}{after}"


def _setting(row: Steps) -> str:
    """Which step it is."""
    if row.model == "MLP":
        return f"MLP, batch {row.batch:,}"
    return f"GPT, {row.batch:,} names" if row.batch > 1 else f"GPT, one name, {row.dtype}"


def _size(row: Growth) -> str:
    """Which chain it is."""
    return f"{row.varied} {row.size:,}"


def _threads(machine: Machine) -> str:
    return "one thread" if machine.threads == "1" else f"{machine.threads} threads"


def _layer(row: Growth) -> str:
    return f"{row.megabytes[ARROWS] / row.depth:.3f}"


def _ratio(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}" if ratio < 10 else f"{ratio:,.0f}"
