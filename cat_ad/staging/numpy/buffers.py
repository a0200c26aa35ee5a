"""Buffers: where each line of a program writes its result, so that a call makes no arrays but those that it returns.

A result is in a block of memory (see `memory`) from its line to the last line that needs it, or a view of it; and an
elementwise operation may write where it reads. A result that is returned is the caller's (see `results`): it gets an
array of its own, or one that the caller has given up (`donated`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from cat_ad.staging.trace.bodies import Program, body_of, lines_in
from cat_ad.staging.trace.lines import Argument, Line, Sample, alike
from cat_ad.staging.trace.memory import Piece, allocated
from cat_ad.staging.trace.results import copied


@dataclass
class Plan:
    """Where the results of a program are."""

    program: Program
    donated: frozenset[Line]
    states: int | None = None  # of the program of a step, whose results the loop stores
    places: dict[Line, int] = field(default_factory=dict)  # where in the block each line with a buffer is
    size: int = 0  # bytes of the block
    in_place: dict[Line, Line] = field(default_factory=dict)  # the states over which the next are written
    steps: dict[Line, Plan] = field(default_factory=dict)  # of loops
    given: dict[Line, Line] = field(default_factory=dict)  # arguments to which results are written that are returned

    def __post_init__(self) -> None:
        """Make the plan."""
        pieces = self._states()
        unused = [line for line in self.program.inputs if line in self.donated - self.escaping]
        for at, line in enumerate(self.program.lines):
            if line.operation == "scan":
                self.steps[line] = Plan(body_of(line).program, frozenset(), body_of(line).states)
                pieces[line] = Piece(at, at, self.steps[line].size)
            elif self.makes_array(line) and line not in self.rows:
                at = self.first(at)
                if line in self.escaping:
                    self._give(line, at, unused)
                else:
                    over = (self.in_place[line],) if line in self.in_place else self._overwritten(line, at)
                    pieces[line] = Piece(at, self.last[line], line.sample.nbytes, over)
        self.places, self.size = allocated(pieces)

    def _states(self) -> dict[Line, Piece[Line]]:
        """The memory of states, which are there from the first line to the last, or to that which writes the next."""
        found = dict[Line, Piece[Line]]()
        for state, after in zip(self.program.inputs[: self.states or 0], self.program.outputs, strict=False):
            if isinstance(state.sample, np.ndarray):
                end = len(self.program.lines)
                if self._is_in_place(state, after):
                    self.in_place[after], end = state, self.last[state]
                found[state] = Piece(0, end, state.sample.nbytes)
        return found

    def _is_in_place(self, state: Line, after: Argument) -> bool:
        at = self.last.get(state, len(self.program.lines))
        if at == len(self.program.lines) or self.program.lines[at] is not after:
            return False
        return after not in self.rows and after not in self.in_place and state in self._overwritten(after, at)

    @cached_property
    def rows(self) -> frozenset[Line]:
        """Of a step, the lines that are written into the results of the loop at once."""
        stored = self.program.outputs[self.states :] if self.states is not None else ()
        return frozenset(x for x in lines_in(stored) if self.makes_array(x) and np.ndim(x.sample) > 0)

    def first(self, at: int) -> int:
        """The number of the line that writes this one: of a result of a loop, that of the loop."""
        while self.program.lines[at].operation == "part":
            at -= 1
        return at

    def memory(self, line: Line) -> Line:
        """The line whose memory this one looks at."""
        return self._memories.get(line, line)

    @cached_property
    def _memories(self) -> dict[Line, Line]:
        """Of each view, the line whose memory it looks at."""
        found = dict[Line, Line]()
        for line in filter(self.is_view, self.program.lines):
            of: Line = line.arguments[0]
            found[line] = found.get(of, of)
        return found

    def makes_array(self, line: Line) -> bool:
        """Does this line write into an array that is made for it?"""
        if line.operation == "part":
            return isinstance(line.sample, np.ndarray)
        return line in self.copies or (_is_into(line) and np.ndim(line.sample) > 0)

    def is_view(self, line: Line) -> bool:
        """Does this line look at the memory of another? For a single entry NumPy gives a number, which is no view."""
        return line.kind == "view" and line not in self.copies and isinstance(line.sample, np.ndarray)

    @cached_property
    def static(self) -> frozenset[Line]:
        """The views of buffers, which are the same at every call."""
        found = set[Line]()
        for line in filter(self.is_view, self.program.lines):
            of, *index = line.arguments
            if not any(lines_in(index)) and (of in self.places or of in found):
                found.add(line)
        return frozenset(found)

    @cached_property
    def copies(self) -> frozenset[Line]:
        """The lines of `reshape` for which NumPy copies, since the entries are not in that order in memory."""
        layouts, copies = dict[Line, Sample](), set[Line]()  # of views: arrays laid out as the results will be
        for line in self.program.lines:
            of, *index = line.arguments or (line,)
            if line.kind == "view" and not any(lines_in(index)) and (of in layouts or _is_into(of)):
                before = layouts[of] if of in layouts else np.empty(np.shape(of.sample), np.int8)
                layouts[line] = view(line, before)
                if line.operation == "reshape" and before.size and not np.may_share_memory(layouts[line], before):
                    copies.add(line)
        return frozenset(copies)

    @cached_property
    def copied(self) -> tuple[bool, ...]:
        """Which outputs are copied when they are returned."""
        kept = [line for line in self.program.inputs if line not in self.donated]
        return copied(self.program.outputs, kept, self.memory)

    @cached_property
    def escaping(self) -> frozenset[Line]:
        """The lines whose memory is returned."""
        if self.states is not None:
            return frozenset()
        outputs = zip(self.program.outputs, self.copied, strict=True)
        return frozenset(self.memory(x) for x, is_copied in outputs if isinstance(x, Line) and not is_copied)

    @cached_property
    def last(self) -> dict[Line, int]:
        """The number of the last line that needs the memory of each line; the end, after all of them, needs outputs."""
        last: dict[Line, int] = {}
        for at, line in enumerate(self.program.lines):
            last.setdefault(line, at)
            for argument in lines_in(line.arguments):
                last[self.memory(argument)] = at
        return last | {self.memory(x): len(self.program.lines) for x in lines_in(self.program.outputs)}

    def _give(self, line: Line, at: int, unused: list[Line]) -> None:
        """Write a result that is returned to a donated argument of its shape, if there is one that nobody needs."""
        if line.operation in ("matmul", "part") or line in self.copies:
            return  # these write to contiguous arrays only, and an argument need not be one
        for argument in unused:
            free = self.last.get(argument, -1) < at or argument in self._overwritten(line, at)
            if free and alike(argument, line):
                self.given[line] = argument
                unused.remove(argument)
                return

    def _overwritten(self, line: Line, at: int) -> tuple[Line, ...]:
        """The arguments that this line may write over: it reads each entry last, and only to write the same one."""
        if line.kind != "entries":
            return ()
        read = Counter(self.memory(argument) for argument in lines_in(line.arguments))
        whole = [x for x in lines_in(line.arguments) if read[x] == 1 and alike(x, line)]
        return tuple([x for x in whole if self.last[x] == at])


def _is_into(line: Line) -> bool:
    """Can what does this be told where to write?"""
    return bool(line.row.into) or line.operation == "part"


def view(line: Line, x: Sample) -> Sample:
    """The view of an array that this line describes."""
    return line.row.meaning(x, *line.arguments[1:], **dict(line.options))
