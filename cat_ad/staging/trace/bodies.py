"""Programs: arguments, lines that compute, and what is returned; the body of a loop is a program too.

>>> from cat_ad.staging.trace.lines import Trace
>>> x = Trace().input(1.0)
>>> list(lines_in((x, 2.0))) == [x]
True
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cat_ad.staging.trace.lines import Argument, Line, Options
from cat_ad.staging.trace.trees import Form


@dataclass(frozen=True)
class Program:
    """Arguments, lines that compute, and what is returned: lines, constant numbers and functions, in a form.

    It is right for arguments that are as `found` says: with no negative entry, or with some.
    """

    inputs: tuple[Line, ...]
    lines: tuple[Line, ...]
    outputs: tuple[Argument, ...]
    form: Form
    found: tuple[tuple[int, bool], ...] = ()  # numbers of arguments, and whether no entry is negative


@dataclass(frozen=True, eq=False)
class Body:
    """What a loop does in a step: a program from states, rows and what does not change, to states and outputs.

    The arguments of the line are in the same order: the states to begin with, the arrays of the rows, and the others.
    """

    program: Program
    many: int
    backwards: bool
    states: int
    rows: int


def results_of(lines: Iterable[Line]) -> dict[Line, list[Line]]:
    """The results of each loop, in order."""
    found = dict[Line, list[Line]]()
    for line in lines:
        if line.operation == "part":
            found.setdefault(line.arguments[0], []).append(line)
    return found


def with_program(line: Line, program: Program) -> Options:
    """The options of this loop with another program for its body."""
    return {"body": replace(line.options["body"], program=program)}


def lines_in(arguments: Sequence[Argument]) -> Iterator[Line]:
    """The lines among arguments."""
    return (argument for argument in arguments if isinstance(argument, Line))
