"""Memory: one block for the intermediate results of a program, where two that are never needed at once share a place.

Results that are returned are the caller's own: each array of them can be written to, and shares memory with nothing
else. So it is new, or was given up; copies are made, at the end of a call, of those only that would share.

A piece of memory is needed from the step that makes it to the last step that reads it. Step by step, each is put into
the smallest gap that holds it, and leaves a gap behind: n pieces take time as n log n.

>>> allocated({"x": Piece(0, 1, 64), "y": Piece(1, 2, 128), "z": Piece(2, 3, 64)})
({'x': 0, 'y': 64, 'z': 0}, 192)
>>> allocated({"x": Piece(0, 1, 64), "y": Piece(1, 2, 64, ("x",))})
({'x': 0, 'y': 0}, 64)
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left, insort
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from heapq import heappop, heappush
from typing import Generic, TypeVar

import numpy as np

from cat_ad.staging.trace.bodies import Program
from cat_ad.staging.trace.lines import Line, alike
from cat_ad.staging.trace.views import Views

ALIGNMENT = 64  # bytes, of which each place is a multiple

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Piece(Generic[K]):
    """What memory is needed for: from one step to another, both included.

    It may take the place of what it is written `over`, if that is needed for the last time in the first step of this.
    """

    first: int
    last: int
    size: int  # bytes
    over: tuple[K, ...] = ()


def allocated(pieces: Mapping[K, Piece[K]]) -> tuple[dict[K, int], int]:
    """Where each piece begins in the block, and the bytes of the block."""
    gaps, found = _Gaps(), dict[K, int]()
    holders = dict[int, K]()  # of each place that is taken, the last that was written there
    ends = list[tuple[int, int, int]]()  # a heap of these: the step, the place, and its size
    for key, piece in sorted(pieces.items(), key=lambda item: item[1].first):
        while ends and ends[0][0] < piece.first:
            last, start, size = heappop(ends)
            if start in holders and pieces[holders[start]].last == last:
                del holders[start]
                gaps.give(start, size)
        size = max(1, -(-piece.size // ALIGNMENT)) * ALIGNMENT
        over = (x for x in piece.over if x in found and holders.get(found[x]) == x and pieces[x].last == piece.first)
        found[key] = next((found[x] for x in over), -1)
        if found[key] < 0:
            found[key] = gaps.take(size)
        holders[found[key]] = key
        heappush(ends, (piece.last, found[key], size))
    return found, gaps.end


class _Gaps:
    """The free places of a block, by size, and by where they begin and end; no two of them touch."""

    def __init__(self) -> None:
        """A block without bytes."""
        self.end = 0
        self._sizes = list[tuple[int, int]]()  # size and start, in order
        self._ends = dict[int, int]()  # the end of each, by its start
        self._starts = dict[int, int]()  # the start of each, by its end

    def take(self, size: int) -> int:
        """The start of a place of this size: in the smallest gap that holds it, or else at the end of the block."""
        at = bisect_left(self._sizes, (size, 0))
        last = self._starts.get(self.end, self.end)  # of a gap there, which grows
        start = self._sizes[at][1] if at < len(self._sizes) else last
        end = self._ends.get(start, start)
        if end > start:
            self._remove(start, end)
        self.end = max(self.end, start + size)
        if start + size < end:
            self._add(start + size, end)
        return start

    def give(self, start: int, size: int) -> None:
        """A place is free again; with the gaps at its sides it is one gap."""
        end = start + size
        if end in self._ends:
            after = self._ends[end]
            self._remove(end, after)
            end = after
        if start in self._starts:
            before = self._starts[start]
            self._remove(before, start)
            start = before
        self._add(start, end)

    def _add(self, start: int, end: int) -> None:
        insort(self._sizes, (end - start, start))
        self._ends[start], self._starts[end] = end, start

    def _remove(self, start: int, end: int) -> None:
        del self._sizes[bisect_left(self._sizes, (end - start, start))]
        del self._ends[start], self._starts[end]


@dataclass
class Memory(ABC):
    """Where the results of a program are. What a step is, and what it reads and writes at once, a target says."""

    program: Program
    donated: frozenset[Line]
    states: int | None = None  # of a step of a loop: so many arguments, and results; the others are rows outside
    over: tuple[Line | None, ...] = ()  # the donated argument that each result may be written to; of none, any may
    inner: dict[Line, Memory] = field(default_factory=dict)  # of loops

    @cached_property
    @abstractmethod
    def views(self) -> Views:
        """The views of the program."""

    @cached_property
    @abstractmethod
    def lives(self) -> dict[Line, tuple[int, int]]:
        """The first and the last step that need each piece of memory; results are needed after the last."""

    @abstractmethod
    def is_kept(self, line: Line) -> bool:
        """Is this written to memory?"""

    @abstractmethod
    def is_returned(self, line: Line) -> bool:
        """Is this written to memory of the caller?"""

    @abstractmethod
    def may_be_given(self, line: Line) -> bool:
        """May this be written to an argument that is given up?"""

    @abstractmethod
    def in_turn(self, line: Line, x: Line) -> bool:
        """Is each entry of x read before the line is written there, in the step of both?"""

    @abstractmethod
    def read_by(self, line: Line) -> Iterable[Line]:
        """What this line reads, entry by entry."""

    @cached_property
    def copied(self) -> tuple[bool, ...]:
        """Which outputs are copied when they are returned: those whose memory is another's, or that repeat entries."""
        taken, found = {line for line in self.program.inputs if line not in self.donated}, list[bool]()
        for output in self.program.outputs:
            if isinstance(output, Line) and isinstance(output.sample, np.ndarray):
                of = self.views.base(output)
                shared = of in taken or of.operation in ("call", "pick")  # of which others may hold a result
                found.append(shared or any(x.operation == "broadcast_to" for x in self.views.steps(output)))
                taken.add(of)
            else:
                found.append(isinstance(output, np.ndarray))  # a constant
        return tuple(found)

    def may_overwrite(self, line: Line, x: Line) -> bool:
        """May this line be written where x is: is x read no more, or for the last time, in turn?"""
        first, last = self.lives[line][0], self.lives.get(x, (0, -1))[1]
        return alike(line, x) and (last < first or (last == first and self.in_turn(line, x)))

    @cached_property
    def given(self) -> dict[Line, Line]:
        """The arguments that are given up to which results are written."""
        found, outputs = dict[Line, Line](), self.program.outputs
        kept = {self.views.base(x) for x in outputs if isinstance(x, Line)}
        free = [x for x in self.program.inputs if x in self.donated - kept]
        for line in self.program.lines:
            if free and self.is_returned(line) and self.may_be_given(line):
                wanted = [self.over[outputs.index(line)]] if self.over else free
                argument = next((x for x in free if x in wanted and self.may_overwrite(line, x)), None)
                if argument is not None:
                    found[line] = argument
                    free.remove(argument)
        return found

    @cached_property
    def in_place(self) -> dict[Line, Line]:
        """The states over which the next are written."""
        found = dict[Line, Line]()
        for state, after in zip(self.program.inputs[: self.states or 0], self.program.outputs, strict=False):
            is_own = isinstance(after, Line) and self.is_kept(after) and not self.is_returned(after)
            if is_own and after not in found and self.may_overwrite(after, state):
                found[after] = state
        return found

    @cached_property
    def _placed(self) -> tuple[dict[Line, int], int]:
        pieces, after = dict[Line, Piece[Line]](), {state: line for line, state in self.in_place.items()}
        end = max((last for _, last in self.lives.values()), default=0)
        for state in self.program.inputs[: self.states or 0]:
            if not state.is_number and self.in_block(state):
                pieces[state] = Piece(-1, self.lives[after[state]][0] if state in after else end, state.sample.nbytes)
        for line in self.program.lines:
            if line in self.inner or (self.is_kept(line) and not self.is_returned(line)):
                size = self.inner[line].size if line in self.inner else line.sample.nbytes
                pieces[line] = Piece(*self.lives[line], size, self._overwritten(line))
        return allocated(pieces)

    def in_block(self, state: Line) -> bool:
        """Has this state memory?"""
        return True

    def _overwritten(self, line: Line) -> tuple[Line, ...]:
        """What this line may be written over: it is read for the last time there."""
        read = [self.in_place[line]] if line in self.in_place else dict.fromkeys(self.read_by(line))
        return tuple([x for x in read if self.may_overwrite(line, x)])

    @property
    def places(self) -> dict[Line, int]:
        """Where each result that is in the block begins."""
        return self._placed[0]

    @property
    def size(self) -> int:
        """Bytes of the block."""
        return self._placed[1]
