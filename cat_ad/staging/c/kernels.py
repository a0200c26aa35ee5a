"""Kernels: which lines of a lowered program one loop computes, and which of them it writes to memory.

An elementwise operation needs no loop of its own: it is computed where it is read, if it is read once, and otherwise in
a loop with others of its shape. Only those results have memory that another loop reads, or that are read in another
order.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from math import prod

import numpy as np

from cat_ad.staging.c.lowering import shape_of
from cat_ad.staging.c.places import Index, Place, place_over, seen_through
from cat_ad.staging.trace.bodies import Program
from cat_ad.staging.trace.lines import Line
from cat_ad.staging.trace.views import Views

POINTWISE = "entries", "move", "take"
IN_MEMORY = "product", "rows", "order", "take", "program"  # their arguments
EVEN = 16  # rows of a multiple of this many entries fill vectors
DEEPEST = 32  # nesting of operations that are computed where they are read
MOST = 64  # lines of a loop
SLOW = frozenset({"exp", "tanh"})  # take long, and are vectorised only in long rows


def is_pointwise(line: Line) -> bool:
    """Is this computed entry by entry, of entries that may be elsewhere?"""
    return line.kind in POINTWISE


@dataclass(eq=False)
class Kernel:
    """A nest of loops, for one line; or for several that are elementwise and of one shape."""

    number: int
    lines: list[Line] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """How its loops go."""
        line = self.lines[0]
        return "loop" if line.kind in (*POINTWISE, "view") else line.operation if line.kind == "program" else line.kind


@dataclass
class Kernels:
    """The kernels of a program, in order, and the lines that have memory."""

    program: Program
    order: list[Kernel] = field(default_factory=list)
    of: dict[Line, Kernel] = field(default_factory=dict)  # of each line with memory, or computed in a loop with others
    kept: set[Line] = field(default_factory=set)  # the lines with memory
    _speak_of: dict[Hashable, list[int]] = field(default_factory=dict)  # loops of each kind that make or read a line
    _even: dict[Line, bool] = field(default_factory=dict)  # of lines, what was found
    _depth: dict[Line, int] = field(default_factory=dict)  # of the nesting of each line in the lines that read it

    def __post_init__(self) -> None:
        """Distribute the lines."""
        for line in self.program.lines:
            if self.is_made(line):
                self._place(line)
        self.kept = {line for line in self.of if self._leaves_its_kernel(line)}

    # Which lines read which

    @cached_property
    def views(self) -> Views:
        """The views."""
        return Views(self.program.lines)

    @cached_property
    def readers(self) -> dict[Line, list[tuple[Line, Line]]]:
        """For each line that is computed, those that read it, each with its argument that is a view of this line."""
        found: dict[Line, list[tuple[Line, Line]]] = {}
        for line in self.program.lines:
            if line not in self.views:
                for argument in line.arguments:
                    if isinstance(argument, Line) and not argument.is_number:
                        found.setdefault(self.views.base(argument), []).append((line, argument))
        return found

    @cached_property
    def escaping(self) -> frozenset[Line]:
        """The lines that are computed, and of which views, or they themselves, are returned."""
        return frozenset(self.views.base(output) for output in self.program.outputs if isinstance(output, Line))

    def _bases(self, line: Line) -> list[Line]:
        return [self.views.base(argument) for argument in line.arguments if isinstance(argument, Line)]

    # Which lines are made: computed for memory, or in a loop with others

    def is_made(self, line: Line) -> bool:
        """Is this line computed once, and not wherever it is read?"""
        if line.is_number or line in self.views:
            return False
        if not is_pointwise(line) or line in self.escaping:
            return True
        self._depth[line] = 1 + max((self._depth.get(read, 0) for read in self._bases(line)), default=0)
        readers = self.readers.get(line, [])
        if self._depth[line] == DEEPEST:
            self._depth[line] = 0
            return True
        return len(readers) > 1 or any(self._needs_memory(line, reader, argument) for reader, argument in readers)

    def _needs_memory(self, line: Line, reader: Line, argument: Line) -> bool:
        """Must this reader find the line in memory?"""
        place = tuple(Index.of(f"i{axis}") for axis in range(argument.sample.ndim))
        if reader.kind in IN_MEMORY or self.through(argument, place) is None:
            return True
        if reader.kind == "join":
            return False
        along = reader.kind in ("reduction", "place", "cumulative")
        many = prod(shape_of(reader.arguments[0])) if along else reader.sample.size
        if np.size(line.sample) not in (1, many):
            return True  # it would be computed again and again
        return reader.operation in SLOW and not self.is_even(line)

    def is_even(self, line: Line) -> bool:
        """Can the loop for this line run over all its entries as one row, or over rows that fill vectors?"""
        if line not in self._even:
            self._even[line] = self._is_even(line)
        return self._even[line]

    def _is_even(self, line: Line) -> bool:
        shape = shape_of(line)
        if not is_pointwise(line) or (shape and shape[-1] % EVEN == 0):
            return True
        arguments = [part for part in line.arguments if isinstance(part, Line | np.ndarray)]
        whole = line.kind != "take" and all(shape_of(part) in ((), shape) for part in arguments)
        steps = [step for part in arguments if isinstance(part, Line) for step in self.views.steps(part)]
        return whole and all(step.operation == "reshape" for step in steps)

    def through(self, line: Line, place: Place) -> Place | None:
        """The entry of the line that is computed, for an entry of a view of it; `None` if it is no sum of indices."""
        for step in self.views.steps(line):
            found = seen_through(step, place)
            if found is None:
                return None
            place = found
        return place

    # In which loop

    def _place(self, line: Line) -> None:
        if line.operation in ("part", "pick"):
            self.of[line] = self.of[line.arguments[0]]
            self.of[line].lines.append(line)
            return
        reads = list(self.reads(line))
        kernel = self._shared(line, reads) if is_pointwise(line) else None
        if kernel is None:
            kernel = Kernel(len(self.order))
            self.order.append(kernel)
        kernel.lines.append(line)
        self.of[line] = kernel
        if is_pointwise(line):  # others may join it
            kind = self._kind(line)
            for spoken in (line, *(read for read, _ in reads)):
                numbers = self._speak_of.setdefault((spoken, *kind), [])
                at = bisect_left(numbers, kernel.number)
                if numbers[at : at + 1] != [kernel.number]:
                    numbers.insert(at, kernel.number)

    def _shared(self, line: Line, reads: list[tuple[Line, tuple[Line, ...]]]) -> Kernel | None:
        """A loop that can compute this line too: over its shape, and after the loops that make what it reads.

        It may also be the loop that makes what it reads, if that is the same entry. Loop and line must have a line in
        common, which both read, or one makes and the other reads: else a result could be made long before it is needed.
        """
        first, kind = 0, self._kind(line)
        for read, way in reads:
            if read in self.of:
                first = max(first, self.of[read].number + (not self._is_same_entry(line, read, way)))
        found = list[int]()
        for read, _ in reads:
            related = self._speak_of.get((read, *kind), [])
            at = bisect_left(related, first)
            while at < len(related) and len(self.order[related[at]].lines) >= MOST:
                del related[at]
            found += related[at : at + 1]
        return self.order[min(found)] if found else None

    def _kind(self, line: Line) -> tuple[tuple[int, ...], bool]:
        """Equal for lines that one loop can compute."""
        return np.shape(line.sample), self.is_even(line)

    def reads(self, line: Line) -> Iterator[tuple[Line, tuple[Line, ...]]]:
        """The made lines and inputs that are read to compute this line, each with the arguments on the way there."""
        for argument in line.arguments:
            if isinstance(argument, Line) and not argument.is_number:
                base = self.views.base(argument)
                if base in self.of or base.operation == "input":
                    yield base, (argument,)
                else:
                    for found, way in self.reads(base):
                        yield found, (argument, *way)

    def read_by(self, line: Line) -> Iterator[tuple[Line, tuple[Line, ...]]]:
        """The made lines that read this line, each with the arguments on the way here."""
        for reader, argument in self.readers.get(line, []):
            if reader in self.of:
                yield reader, (argument,)
            else:
                for found, way in self.read_by(reader):
                    yield found, (*way, argument)

    def _is_same_entry(self, line: Line, read: Line, way: tuple[Line, ...]) -> bool:
        """Is the entry that is read, along this way, at the same place as the one that is computed?"""
        shape = shape_of(line)
        if line.kind == "take" or any(self.views.base(x).kind == "take" for x in way[:-1]):
            return False
        if any(shape_of(x) != shape for x in (read, *way)):
            return False
        views = [x for x in way if x in self.views]
        start: Place | None = place_over(shape) if views else ()
        place = start
        for x in views:
            place = None if place is None else self.through(x, place)
        return place == start

    def _leaves_its_kernel(self, line: Line) -> bool:
        if line.operation == "call" and line.sample is None:
            return False  # its results are lines
        if line in self.escaping or not is_pointwise(line):
            return True
        return any(
            self.of[reader] is not self.of[line] or not self._is_same_entry(reader, line, way)
            for reader, way in self.read_by(line)
        )
