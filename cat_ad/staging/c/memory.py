"""Memory of a program in C: one block for intermediate results, and an array for each result that is returned.

A result is in the block from the first loop that writes it to the last that reads it; two that are not needed at the
same time may share a place. A result that is concatenated with others is computed in its place there. A result that is
returned is written to a donated argument, if there is one of its shape that nobody reads any more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from math import prod

import numpy as np

from cat_ad.staging.c.kernels import Kernel, Kernels
from cat_ad.staging.c.loops import axis_of
from cat_ad.staging.c.lowering import shape_of
from cat_ad.staging.c.places import strides_of
from cat_ad.staging.trace.lines import Line, alike
from cat_ad.staging.trace.memory import Piece, allocated
from cat_ad.staging.trace.results import copied


@dataclass
class Reads:
    """The lines that a kernel reads; `elsewhere` are those of which it reads other entries than the one it writes."""

    everywhere: set[Line] = field(default_factory=set)
    elsewhere: set[Line] = field(default_factory=set)


@dataclass
class Memory:
    """Where the results of a program are."""

    kernels: Kernels
    donated: frozenset[Line]
    states: int | None = None  # of a step of a loop: so many arguments, and results; other results have arrays outside
    over: tuple[Line | None, ...] = ()  # the donated argument that each result may be written to; of none, any may
    reads: dict[Kernel, Reads] = field(default_factory=dict)  # filled in as the kernels are written
    steps: dict[Line, Memory] = field(default_factory=dict)  # of loops; filled in too

    @cached_property
    def homes(self) -> dict[Line, tuple[Line, int]]:
        """For a line that is computed as a part of a concatenation: of which line, and from which entry on."""
        found: dict[Line, tuple[Line, int]] = {}
        for line in self.kernels.program.lines:
            if line.kind != "join":
                continue
            axis, start = axis_of(line), 0
            for part in line.arguments:
                if isinstance(part, Line) and prod(line.sample.shape[:axis]) == 1:
                    base = self.kernels.base(part)
                    if base not in found and self._is_in_order(part) and self._may_move(base, line):
                        found[base] = line, start
                start += np.size(part.sample if isinstance(part, Line) else part)
        return found

    def _is_in_order(self, part: Line) -> bool:
        base, start, strides = self.kernels.layout(part)
        return start == 0 and part.sample.size == np.size(base.sample) and strides == strides_of(shape_of(part))

    def _may_move(self, line: Line, to: Line) -> bool:
        free = line in self.kernels.kept and line not in self.kernels.escaping
        seen = (line.operation, *(reader.operation for reader, _ in self.kernels.readers.get(line, [])))
        of_c = line.kind != "join" and "call" not in seen and "pick" not in seen
        return free and of_c and line.sample.dtype == to.sample.dtype

    def owner(self, line: Line) -> Line:
        """The line that has the memory of this one."""
        return self.homes[line][0] if line in self.homes else line

    def is_fresh(self, line: Line) -> bool:
        """Is this returned, in an array that is made for it?"""
        if self.states is not None:
            return line in self.kernels.program.outputs[self.states :]
        return line in self.kernels.escaping and line in self.kernels.kept and isinstance(line.sample, np.ndarray)

    @cached_property
    def copied(self) -> tuple[bool, ...]:
        """Which outputs are copied when they are returned."""
        program = self.kernels.program
        return copied(program.outputs, set(program.inputs) - self.donated, self.kernels.base)

    @cached_property
    def lives(self) -> dict[Line, tuple[int, int]]:
        """The first and the last kernel that need each piece of memory; results are needed after the last."""
        found: dict[Line, tuple[int, int]] = {}
        for at, kernel in enumerate(self.kernels.order):
            written = [line for line in kernel.lines if line in self.kernels.kept]
            for line in map(self.owner, (*written, *self.reads[kernel].everywhere)):
                end = len(self.kernels.order) if line in self.kernels.escaping else at
                found[line] = found.get(line, (at, at))[0], end
        return found

    @cached_property
    def given(self) -> dict[Line, Line]:
        """The arguments to which results are written: nobody reads them any more, or only the entry that is written."""
        outputs = self.kernels.program.outputs
        free = [line for line in self.kernels.program.inputs if line in self.donated - self.kernels.escaping]
        found: dict[Line, Line] = {}
        for line in filter(self.is_fresh, self.kernels.program.lines):
            wanted = [self.over[outputs.index(line)]] if self.over else free
            fitting = (x for x in free if x in wanted and alike(x, line) and self._may_overwrite(line, x))
            argument = next(fitting, None)
            if argument is not None:
                found[line] = argument
                free.remove(argument)
        return found

    def _may_overwrite(self, line: Line, argument: Line) -> bool:
        first, (_, last) = self.lives[line][0], self.lives.get(argument, (0, -1))
        if last != first:
            return last < first
        kernel = self.kernels.order[first]
        in_order = kernel is self.kernels.of[line] and kernel.kind == "loop" and argument.kind != "join"
        return in_order and argument not in self.reads[kernel].elsewhere

    @cached_property
    def _placed(self) -> tuple[dict[Line, int], int]:
        program, pieces, over = self.kernels.program, dict[Line, Piece[Line]](), dict[Line, Line]()
        for state, after in zip(program.inputs[: self.states or 0], program.outputs, strict=False):
            end = len(self.kernels.order)
            if alike(after, state) and not self.is_fresh(after) and self._may_overwrite(after, state):
                over[after], end = state, self.lives[after][0]
            pieces[state] = Piece(-1, end, state.sample.nbytes)
        for line in program.lines:
            if line in self.kernels.kept and line not in self.homes and not self.is_fresh(line):
                first, last = self.lives[line]
                size = self.steps[line].size if line in self.steps else line.sample.nbytes
                places = (over[line],) if line in over else self._overwritten(line)
                pieces[line] = Piece(first, last, size, places)
        return allocated(pieces)

    def _overwritten(self, line: Line) -> tuple[Line, ...]:
        """What this line may be written over: it is read for the last time there, and entry by entry."""
        read = dict.fromkeys(other for other, _ in self.kernels.reads(line) if other.operation != "input")
        return tuple([other for other in read if alike(line, other) and self._may_overwrite(line, other)])

    @property
    def offsets(self) -> dict[Line, int]:
        """Where each result that is not returned as an array begins in the block."""
        return self._placed[0]

    @property
    def size(self) -> int:
        """Bytes of the block."""
        return self._placed[1]
