"""Memory: one block for the intermediate results of a program, where two that are never needed at once share a place.

A piece of memory is needed from the step that makes it to the last step that reads it. Step by step, each is put into
the smallest gap that holds it, and leaves a gap behind: n pieces take time as n log n.

>>> allocated({"x": Piece(0, 1, 64), "y": Piece(1, 2, 128), "z": Piece(2, 3, 64)})
({'x': 0, 'y': 64, 'z': 0}, 192)
>>> allocated({"x": Piece(0, 1, 64), "y": Piece(1, 2, 64, ("x",))})
({'x': 0, 'y': 0}, 64)
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Generic, TypeVar

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
    until = dict[int, int]()  # the last step for which each place is taken
    ends = list[tuple[int, int, int]]()  # a heap of these: the step, the place, and its size
    for key, piece in sorted(pieces.items(), key=lambda item: item[1].first):
        while ends and ends[0][0] < piece.first:
            last, start, size = heappop(ends)
            if until.get(start) == last:
                del until[start]
                gaps.give(start, size)
        size = max(1, -(-piece.size // ALIGNMENT)) * ALIGNMENT
        over = (found[other] for other in piece.over if other in found)
        found[key] = next((start for start in over if until.get(start) == piece.first), -1)
        if found[key] < 0:
            found[key] = gaps.take(size)
        until[found[key]] = piece.last
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
