"""The numbers of a value, or of a tangent at it, in one row; and what errors call each of them.

>>> import numpy as np
>>> row = Coordinates((np.array([1.0, 2.0]), (np.array(5), np.array(3.0))))
>>> row.size, row.name(1), row.name(2)
(3, ' at factor 1, entry [1]', ' at factor 2, factor 2')
>>> row.of((None, (None, 4.0)))
array([0., 0., 4.])
>>> row.unit(1)
(array([0., 1.]), None)

Integers have no coordinates: the tangent of one is `None`, which is zero everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import accumulate, pairwise
from math import prod
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from cat_ad.objects.arrays import AnyArray
from cat_ad.objects.tangents import Tangent
from cat_ad.objects.trees import parts, pruned, tree_map
from cat_ad.objects.values import describe

Rows: TypeAlias = npt.NDArray[np.float64]


class Coordinates:
    """The coordinates of the tangents at a value, a tree of arrays. They may have leading axes: one row for each."""

    def __init__(self, at: object) -> None:
        """Of the tangents at `at`."""
        self.at = at
        self.factors = [path for path, x in _arrays(at, ()) if x.dtype.kind == "f"]
        self.shapes = [x.shape for _, x in _arrays(at, ()) if x.dtype.kind == "f"]
        stops = [0, *accumulate(map(prod, self.shapes))]
        self.size = stops[-1]
        self.slices = [slice(start, stop) for start, stop in pairwise(stops)]  # where those of each array are

    def of(self, tangent: Tangent, *leading: int) -> Rows:
        """The coordinates of a tangent or a value; `ValueError` where it has not the shape of the value."""
        rows = np.zeros((*leading, self.size))
        self._collect(self.at, tangent, rows, 0)
        return rows

    def _collect(self, at: AnyArray, tangent: Tangent, rows: Rows, start: int) -> int:
        if isinstance(at, tuple):
            if tangent is not None and not (isinstance(tangent, tuple) and len(tangent) == len(at)):
                raise ValueError(f"wanted a tangent of {describe(at)}, got {describe(tangent)}")
            for part, inside in zip(at, parts(tangent, len(at)), strict=True):
                start = self._collect(part, inside, rows, start)
            return start
        if at.dtype.kind != "f":
            return start
        leading = rows.shape[:-1]
        if tangent is not None:
            if np.shape(tangent) != leading + at.shape:
                raise ValueError(f"wanted a tangent of shape {list(leading + at.shape)}, got {describe(tangent)}")
            rows[..., start : start + at.size] = np.asarray(tangent).reshape((*leading, at.size))
        return start + int(at.size)

    def tangent(self, rows: Rows, parts: list[bool] | None = None) -> Tangent:
        """The tangent with these coordinates; without those arrays for which `parts` says so, which then are `None`."""
        arrays = [
            rows[..., where].reshape(rows.shape[:-1] + shape) if parts is None or parts[place] else None
            for place, (where, shape) in enumerate(zip(self.slices, self.shapes, strict=True))
        ]
        return pruned(self._filled(arrays, lambda integers: None))

    def value(self, rows: Rows) -> AnyArray:
        """The value with these coordinates, and with the integers of the value itself, as often as there are rows."""
        leading = rows.shape[:-1]
        arrays = [
            rows[..., where].reshape(leading + shape) for where, shape in zip(self.slices, self.shapes, strict=True)
        ]
        return self._filled(arrays, lambda integers: np.broadcast_to(integers, leading + integers.shape))

    def _filled(self, arrays: list[AnyArray], of_integers: Callable[[AnyArray], AnyArray]) -> AnyArray:
        """The tree of these arrays, and of this of each array of integers."""
        rest = iter(arrays)
        return tree_map(lambda x: next(rest) if x.dtype.kind == "f" else of_integers(x), self.at)

    def unit(self, place: int) -> Tangent:
        """The tangent along one coordinate, with `None` for all arrays but its own."""
        row = np.zeros(self.size)
        row[place] = 1.0
        return self.tangent(row, [where.start <= place < where.stop for where in self.slices])

    def name(self, place: int) -> str:
        """Where a coordinate is, as errors say it after the name of the whole."""
        array = next(i for i, where in enumerate(self.slices) if where.start <= place < where.stop)
        entry = np.unravel_index(place - self.slices[array].start, self.shapes[array])
        words = [f"factor {i + 1}" for i in self.factors[array]]
        words += [f"entry {[int(i) for i in entry]}"] if entry else []
        return f" at {', '.join(words)}" if words else ""


def _arrays(tree: AnyArray, path: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], AnyArray]]:
    if isinstance(tree, tuple):
        for i, part in enumerate(tree):
            yield from _arrays(part, (*path, i))
    else:
        yield path, tree
