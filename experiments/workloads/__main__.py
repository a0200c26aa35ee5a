"""Run all workloads, and print what came of them beside the same in other libraries."""

import experiments.process.threads  # noqa: F401  (first: see experiments.process.start)

# isort: split
from dataclasses import dataclass

import tyro
from rich.console import Console
from rich.progress import track
from rich.table import Table

from experiments.measuring.turns import Turns
from experiments.workloads.comparing import compared
from experiments.workloads.workloads import WORKLOADS


@dataclass(frozen=True)
class Flags:
    """Workloads of automatic differentiation, beside JAX, autograd and PyTorch where they are installed."""

    rounds: int = 5
    """How often the libraries take turns; a figure is the median."""
    seconds: float = 0.1
    """How long a turn is."""


def run(flags: Flags) -> None:
    """Measure, and print a table."""
    turns = Turns(flags.rounds, flags.seconds)
    found = [compared(workload, turns) for workload in track(WORKLOADS, "workloads", console=Console(stderr=True))]
    ways = list(dict.fromkeys(way for one in found for way in one.times))
    table = Table("workload", "value", "from JAX's", *(f"{way}, us" for way in ways))
    for one in found:
        table.add_row(
            one.name,
            f"{one.value:.6g}",
            f"{one.error:.1e}",
            *(f"{one.times.get(way, float('nan')):,.0f}" for way in ways),
        )
    Console().print(table)
    for way, why in turns.left_out.items():
        Console().print(f"{way}: {why}")


if __name__ == "__main__":
    run(tyro.cli(Flags, prog="python -m experiments.workloads"))
