"""Buffers: where each line of a program writes its result, so that a call makes no arrays but those that it returns.

A step is a line: a result is in the block from its line to the last that needs it, or a view of it, and an elementwise
operation may write where it reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cat_ad.staging.trace.bodies import lines_in
from cat_ad.staging.trace.lines import Line
from cat_ad.staging.trace.memory import Memory
from cat_ad.staging.trace.views import Views, is_into


@dataclass
class Plan(Memory):
    """Where the results of a program are."""

    def __post_init__(self) -> None:
        """Plan the loops first."""
        for line in self.program.lines:
            if line.operation == "scan":
                self.inner[line] = Plan(line.options["body"].program, frozenset(), line.options["body"].states)

    @cached_property
    def views(self) -> Views:
        """Those of NumPy."""
        return Views(self.program.lines, of_numpy=True)

    @cached_property
    def lives(self) -> dict[Line, tuple[int, int]]:
        """By the numbers of lines; that of a result of a loop is that of the loop."""
        first, last, loop = dict[Line, int](), dict[Line, int](), 0
        for at, line in enumerate(self.program.lines):
            loop = loop if line.operation == "part" else at
            first[line] = last[line] = loop
            for x in lines_in(line.arguments):
                last[self.views.base(x)] = at
        last |= {self.views.base(x): len(self.program.lines) for x in lines_in(self.program.outputs)}
        return {line: (first.get(line, 0), at) for line, at in last.items()}

    def makes_array(self, line: Line) -> bool:
        """Does this line write into an array that is made for it?"""
        if line.operation == "part":
            return isinstance(line.sample, np.ndarray)
        return line in self.views.moves or (is_into(line) and np.ndim(line.sample) > 0)

    is_kept = makes_array

    def is_returned(self, line: Line) -> bool:
        """Is this returned as it is, or written into the results of the loop at once?"""
        return line in (self.rows if self.states is not None else self.escaping)

    def may_be_given(self, line: Line) -> bool:
        """Some write to contiguous arrays only, and an argument need not be one."""
        return line.operation not in ("matmul", "part") and line not in self.views.moves

    def in_turn(self, line: Line, x: Line) -> bool:
        """Does it read each entry once, and to write the same one?"""
        read = [argument for argument in lines_in(line.arguments) if self.views.base(argument) is x]
        return line.kind == "entries" and read == [x]

    def read_by(self, line: Line) -> list[Line]:
        """Its arguments."""
        return [*lines_in(line.arguments)]

    def in_block(self, state: Line) -> bool:
        """Numbers of NumPy are held by names."""
        return isinstance(state.sample, np.ndarray)

    @cached_property
    def rows(self) -> frozenset[Line]:
        """Of a step, the lines that are written into the results of the loop at once."""
        stored = self.program.outputs[self.states :] if self.states is not None else ()
        return frozenset(x for x in lines_in(stored) if self.makes_array(x) and np.ndim(x.sample) > 0)

    @cached_property
    def escaping(self) -> frozenset[Line]:
        """The lines whose memory is returned."""
        outputs = zip(self.program.outputs, self.copied, strict=True)
        return frozenset(self.views.base(x) for x, is_copied in outputs if isinstance(x, Line) and not is_copied)

    @cached_property
    def static(self) -> frozenset[Line]:
        """The views of buffers, which are the same at every call."""
        found = set[Line]()
        for line in self.program.lines:
            of, *index = line.arguments or (line,)
            if line in self.views and not any(lines_in(index)) and (of in self.places or of in found):
                found.add(line)
        return frozenset(found)
