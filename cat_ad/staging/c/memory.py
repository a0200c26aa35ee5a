"""Buffers in C: where the results of kernels are.

A step is a kernel: a result is in the block from the first loop that writes it to the last that reads it. A result that
is concatenated with others is computed in its place there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from math import prod

import numpy as np

from cat_ad.staging.c.kernels import Kernel, Kernels
from cat_ad.staging.c.lowering import shape_of
from cat_ad.staging.c.places import strides_of
from cat_ad.staging.trace.lines import Line
from cat_ad.staging.trace.memory import Memory
from cat_ad.staging.trace.views import Views


@dataclass
class Reads:
    """The lines that a kernel reads; `elsewhere` are those of which it reads other entries than the one it writes."""

    everywhere: set[Line] = field(default_factory=set)
    elsewhere: set[Line] = field(default_factory=set)

    def all_of(self, line: Line) -> None:
        """Any entry of this line."""
        self.everywhere.add(line)
        self.elsewhere.add(line)


@dataclass(kw_only=True)
class Buffers(Memory):
    """Where the results of a program are."""

    kernels: Kernels
    reads: dict[Kernel, Reads] = field(default_factory=dict)  # filled in as the kernels are written

    @cached_property
    def views(self) -> Views:
        """Of arrays that are in order."""
        return self.kernels.views

    @cached_property
    def homes(self) -> dict[Line, tuple[Line, int]]:
        """For a line that is computed as a part of a concatenation: of which line, and from which entry on."""
        found: dict[Line, tuple[Line, int]] = {}
        for line in self.program.lines:
            if line.kind != "join":
                continue
            axis, start = line.options["axis"], 0
            for part in line.arguments:
                if isinstance(part, Line) and prod(line.sample.shape[:axis]) == 1:
                    base = self.views.base(part)
                    if base not in found and self._is_in_order(part) and self._may_move(base, line):
                        found[base] = line, start
                start += np.size(part.sample if isinstance(part, Line) else part)
        return found

    def _is_in_order(self, part: Line) -> bool:
        whole = part.sample.size == np.size(self.views.base(part).sample)
        return whole and self.views.layout(part) == (0, strides_of(shape_of(part)))

    def _may_move(self, line: Line, to: Line) -> bool:
        free = line in self.kernels.kept and line not in self.kernels.escaping
        seen = (line.operation, *(reader.operation for reader, _ in self.kernels.readers.get(line, [])))
        of_c = line.kind != "join" and "call" not in seen and "pick" not in seen
        return free and of_c and line.sample.dtype == to.sample.dtype

    def is_kept(self, line: Line) -> bool:
        """Has this memory of its own?"""
        return line in self.kernels.kept and line not in self.homes

    def is_returned(self, line: Line) -> bool:
        """Is this returned, in an array that is made for it?"""
        if self.states is not None:
            return line in self.program.outputs[self.states :]
        return line in self.kernels.escaping and line in self.kernels.kept and isinstance(line.sample, np.ndarray)

    def may_be_given(self, line: Line) -> bool:
        """All are in order."""
        return True

    @cached_property
    def lives(self) -> dict[Line, tuple[int, int]]:
        """By the numbers of kernels."""
        found: dict[Line, tuple[int, int]] = {}
        for at, kernel in enumerate(self.kernels.order):
            written = [line for line in kernel.lines if line in self.kernels.kept]
            for line in (*written, *self.reads[kernel].everywhere):
                owner = self.homes[line][0] if line in self.homes else line
                end = len(self.kernels.order) if owner in self.kernels.escaping else at
                found[owner] = found.get(owner, (at, at))[0], end
        return found

    def in_turn(self, line: Line, x: Line) -> bool:
        """Is the entry that is written the only one that is read?"""
        kernel = self.kernels.order[self.lives[line][0]]
        in_order = kernel is self.kernels.of[line] and kernel.kind == "loop" and x.kind != "join"
        return in_order and x not in self.reads[kernel].elsewhere

    def read_by(self, line: Line) -> list[Line]:
        """What is computed before it, and read for it."""
        return [x for x, _ in self.kernels.reads(line) if x.operation != "input"]
