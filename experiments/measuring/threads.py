"""What threads gain: the step of the names MLP in C, on one thread and on several, in turns.

    python -m experiments.measuring.threads             twenty seconds, on a machine that does nothing else

Threads want processors of their own. `OMP_WAIT_POLICY` and `GOMP_SPINCOUNT` say how long one waits for work before it
sleeps; what is set when the process starts is what is measured.
"""

import experiments.process.threads  # noqa: F401  (first: see experiments.process.start)

# isort: split
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from experiments.measuring.report import Machine
from experiments.measuring.steps import mlp_calls, peer
from experiments.measuring.turns import Turns
from experiments.process.errors import InputError
from experiments.process.exit_codes import exit_code
from experiments.process.flag_words import parsed
from experiments.training.staged_backend import Staged

PROGRAM = "python -m experiments.measuring.threads"


@dataclass(frozen=True, kw_only=True)
class Flags:
    """What is measured, and how well."""

    batch: int = 4096
    """Examples of a step."""
    threads: int = 2
    """On so many, beside one."""
    rounds: int = 40
    """How many turns each gets."""
    seconds: float = 0.2
    """How long a turn is."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say, by default those of the process; return the exit code."""
    return exit_code("threads", lambda: print(measured(parsed(Flags, PROGRAM, __doc__, arguments))))


def measured(flags: Flags) -> str:
    """One line. Raises InputError for an impossible flag, and where C has no threads."""
    most = os.cpu_count() or 1
    if not 1 <= flags.threads <= most:
        raise InputError(f"--threads: asked for {flags.threads}; this machine has {most} processors; give fewer")
    if min(flags.batch, flags.rounds, flags.seconds) <= 0:
        raise InputError(f"asked for {flags}; give numbers above 0")
    machine, turns = Machine.here(), Turns(flags.rounds, flags.seconds)
    ways = {number: peer("cat_ad_mlp", backend=Staged("c", number)) for number in sorted({1, flags.threads})}
    times = turns.take({str(number): call for number, call in mlp_calls(flags.batch, ways).items()})
    if turns.left_out:
        raise InputError(f"asked for C on {flags.threads} threads; {'; '.join(set(turns.left_out.values()))}")
    one, several = times["1"], times[str(flags.threads)]
    busy = f"; other programs ran (load average {machine.load}), so this says little" if machine.busy else ""
    return (
        f"{machine.processor}, MLP, batch {flags.batch:,}: {one:,.0f} us on one thread, {several:,.0f} on "
        f"{flags.threads}: {several / one:.2f} times{busy}"
    )


if __name__ == "__main__":
    sys.exit(main())
