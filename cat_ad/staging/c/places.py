"""Places: which entry of an array, by an index for each axis, which is a sum of loop variables.

A view needs no copy, and no loop of its own: the place of an entry of it gives the place in what it is a view of.

>>> i, j = Index.of("i"), Index.of("j")
>>> offset_of((i, j), strides_of((2, 3))).terms
(('i', 3), ('j', 1))
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, TypeAlias

from cat_ad.staging.c.lowering import shape_of
from cat_ad.staging.trace.lines import Argument, Line


@dataclass(frozen=True)
class Index:
    """A sum of a number and of loop variables times numbers.

    >>> (Index.of("i") * 3 + Index.of("j") + 1).terms
    (('i', 3), ('j', 1))
    """

    constant: int = 0
    terms: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of(cls, name: str) -> Index:
        """A variable."""
        return cls(0, ((name, 1),))

    def __add__(self, other: Index | int) -> Index:
        if isinstance(other, int):
            return Index(self.constant + other, self.terms)
        sums = dict(self.terms)
        for name, factor in other.terms:
            sums[name] = sums.get(name, 0) + factor
        return Index(self.constant + other.constant, tuple((name, factor) for name, factor in sums.items() if factor))

    def __mul__(self, factor: int) -> Index:
        terms = tuple((name, factor * many) for name, many in self.terms) if factor else ()
        return Index(self.constant * factor, terms)

    def factor(self, name: str) -> int:
        """The factor of this variable."""
        return dict(self.terms).get(name, 0)


Place: TypeAlias = tuple[Index, ...]  # of an entry: one for each axis


def offset_of(place: Place, strides: Sequence[int]) -> Index:
    """Where an entry is in memory, in entries from the first."""
    found = Index()
    for index, stride in zip(place, strides, strict=True):
        found = found + index * stride
    return found


def strides_of(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The strides of a contiguous array, in entries."""
    return tuple(prod(shape[axis + 1 :]) for axis in range(len(shape)))


def place_over(shape: tuple[int, ...]) -> Place:
    """The entry that a loop over this shape is at."""
    return tuple(Index() if size == 1 else Index.of(f"i{axis}") for axis, size in enumerate(shape))


def loops_over(shape: Sequence[int]) -> list[tuple[str, int]]:
    """The loops over this shape: the variable of each axis, and how many values it takes."""
    return [(f"i{axis}", size) for axis, size in enumerate(shape)]


def within(argument: Argument, place: Place) -> Place:
    """The entry of an argument that is broadcast to a larger shape."""
    shape = shape_of(argument)
    inner = place[len(place) - len(shape) :]
    return tuple(Index() if size == 1 else index for index, size in zip(inner, shape, strict=True))


def seen_through(line: Line, place: Place) -> Place | None:
    """The entry of what this line is a view of, for an entry of the view; `None` if it is no sum of indices."""
    shape, of = line.sample.shape, shape_of(line.arguments[0])
    if line.operation == "transpose":
        axes: Any = line.options["axes"]  # Any: a tuple of axes
        found = dict(zip(axes, place, strict=True))
        return tuple(found[axis] for axis in range(len(of)))
    if line.operation == "broadcast_to":
        return within(line.arguments[0], place)
    if line.operation == "slice":
        return sliced(line.arguments[1:], of, place)
    return _reshaped(shape, of, place)


def _reshaped(shape: tuple[int, ...], of: tuple[int, ...], place: Place) -> Place | None:
    """Through a reshape in which each axis of the array is one axis of the view, or several together; else `None`."""
    rest = [(index, size) for index, size in zip(place, shape, strict=True) if size != 1]
    found = []
    for size in of:
        index, many = Index(), 1
        while many < size and rest:
            inner, count = rest.pop(0)
            index, many = index * count + inner, many * count
        if many != size:
            return None
        found.append(index)
    return tuple(found)


def sliced(parts: Sequence[Argument], of: tuple[int, ...], place: Place) -> Place:
    """Through an index of slices, numbers and new axes."""
    found: list[Index] = []
    axes = iter(place)
    for part in filled(parts, len(of)):
        if part is None:
            next(axes)
        elif isinstance(part, tuple):
            start, _, step = slice(*part[1:]).indices(of[len(found)])
            found.append(next(axes) * step + start)
        else:
            found.append(Index(int(part) % max(1, of[len(found)])))
    return tuple(found)


def filled(parts: Sequence[Argument], axes: int) -> list[Argument]:
    """An index with a part for each axis."""
    whole = ("slice", None, None, None)
    many = axes - sum(part is not None and part is not Ellipsis for part in parts)
    at = next((i for i, part in enumerate(parts) if part is Ellipsis), len(parts))
    return [*parts[:at], *[whole] * many, *parts[at + 1 :]]
