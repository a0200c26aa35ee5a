"""Views: which lines look at the memory of which, and at what of it.

A reshape is a view only while the entries stay in their order in memory; where they move, it is a copy.

>>> from cat_ad.staging.trace.program import traced
>>> from cat_ad.staging.trace.trees import flatten
>>> leaves, form = flatten((np.zeros((2, 3)),))
>>> program = traced(lambda x: (x.T[1:], x.T.reshape(-1)), form, leaves)
>>> views = Views(program.lines)
>>> [(views.base(line).operation, *views.layout(line)) for line in program.outputs]
[('input', 1, (1, 3)), ('reshape', 0, (1,))]
>>> as_matrix((3, 4), (4, 1)), as_matrix((4, 3), (1, 4)), as_matrix((3, 4), (8, 2))
((False, 4), (True, 4), None)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from cat_ad.staging.trace.bodies import lines_in
from cat_ad.staging.trace.lines import Line, Sample
from cat_ad.staging.trace.operations import OPERATIONS


class Views:
    """The views among lines, as far as they were added."""

    def __init__(self, lines: Iterable[Line] = (), of_numpy: bool = False) -> None:
        """Of these lines. NumPy gives a number for a single entry, and a call may give an array in any order."""
        self.of_numpy = of_numpy
        self.moves = set[Line]()  # the reshapes that are none, since entries move
        self._seen = dict[Line, tuple[Line, Sample, Sample]]()  # of each, the base, and arrays that lie like both
        for line in lines:
            self.add(line)

    def add(self, line: Line) -> None:
        """One more line."""
        if line.kind != "view" or (self.of_numpy and not isinstance(line.sample, np.ndarray)):
            return
        of: Line = line.arguments[0]
        base, start, before = self._of(of)
        seen = before if any(lines_in(line.arguments[1:])) else laid_out(line, before)
        known = not self.of_numpy or is_into(base) or base in self.moves
        if known and line.operation == "reshape" and before.size and not np.may_share_memory(seen, before):
            self.moves.add(line)
        else:
            self._seen[line] = base, start, seen

    def _of(self, line: Line) -> tuple[Line, Sample, Sample]:
        if line in self._seen:
            return self._seen[line]
        start = np.empty(np.shape(line.sample), np.int8)
        return line, start, start

    def __contains__(self, line: object) -> bool:
        """Is it a view?"""
        return line in self._seen

    def base(self, line: Line) -> Line:
        """The line at whose memory this one looks; itself, if it is none."""
        return self._seen[line][0] if line in self._seen else line

    def steps(self, line: Line) -> list[Line]:
        """The views from a line to its base, the line itself first."""
        found = []
        while line in self._seen:
            found.append(line)
            line = line.arguments[0]
        return found

    def layout(self, line: Line) -> tuple[int, tuple[int, ...]]:
        """Where it begins in its base, and its strides, in entries, if the base is in order."""
        _, start, seen = self._of(line)
        first, here = (x.__array_interface__["data"][0] for x in (start, seen))
        return here - first if seen.size else 0, seen.strides


def is_into(line: Line) -> bool:
    """Can NumPy be told where to write this?"""
    return bool(line.row.into) or line.operation == "part"


def laid_out(line: Line, x: Sample) -> Sample:
    """The view of an array that this line describes; an array without axes where NumPy gives a number."""
    index = line.arguments[1:]
    whole = line.operation == "slice" and not any(part is Ellipsis for part in index)
    return OPERATIONS[line.operation].meaning(x, *index, *[...] * whole, **line.options)


def as_matrix(shape: Sequence[int], strides: Sequence[int]) -> tuple[bool, int] | None:
    """How BLAS reads a matrix with these strides: is it transposed in memory, and how far apart are the rows there?"""
    for turned, step in ((False, 1), (True, -1)):
        (rows, columns), (row, column) = shape[-2:][::step], strides[-2:][::step]
        far = row if rows > 1 else columns
        if (column == 1 or columns == 1) and far >= columns:
            return turned, far
    return None
