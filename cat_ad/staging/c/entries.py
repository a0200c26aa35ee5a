"""Entries: the statements in C, within a nest of loops, that compute an entry of a line from those that it reads.

What is computed where it is read becomes a constant of C in the same loop; indices that are entries of arrays are read
first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from cat_ad.staging.c.kernels import Kernel, Kernels
from cat_ad.staging.c.lowering import shape_of
from cat_ad.staging.c.nests import Depends, Loop, Nest
from cat_ad.staging.c.operations import (
    DTYPES,
    NUMBER_TYPES,
    Functions,
    computed_in,
    ctype,
    literal,
    number,
)
from cat_ad.staging.c.places import Index, Place, filled, offset_of, sliced, strides_of, within
from cat_ad.staging.trace.lines import Argument, Line, Sample, only_number


@dataclass
class Names:
    """The names in the C of a program."""

    kernels: Kernels
    of: dict[Line, str]
    functions: Functions = field(default_factory=Functions)
    numbers: dict[Line, str] = field(default_factory=dict)  # numbers of Python that are arguments
    integers: dict[Line, set[np.dtype]] = field(default_factory=dict)  # the integers of these, for what dtypes
    constants: dict[tuple[object, ...], tuple[str, Sample]] = field(default_factory=dict)  # arrays that are arguments
    checks: dict[tuple[Line, int], Line] = field(default_factory=dict)  # indices, the size of the axis, and the reader
    outside: dict[Line, Line] = field(default_factory=dict)  # for a number in a loop, the one outside

    def constant(self, x: Sample) -> str:
        """The name of a constant array."""
        key = x.shape, x.dtype, x.tobytes()
        return self.constants.setdefault(key, (f"c{len(self.constants)}", np.ascontiguousarray(x)))[0]

    def number(self, line: Line) -> str:
        """The name of a number of Python."""
        if type(line.sample) is int:
            self.integers.setdefault(line, set())
        return self.numbers.setdefault(line, self.of[line])


class Entries(Nest):
    """A nest of loops that computes entries."""

    def __init__(self, names: Names, kernel: Kernel | None, loops: Iterable[Loop], along: Sequence[Loop] = ()) -> None:
        """Of these loops, and inside of them those along which a reduction goes; `kernel` is what they compute."""
        super().__init__(loops, along)
        self.names = names
        self.kernel = kernel
        self.known: dict[tuple[Line, Place], str] = {}
        self.stored: Index | None = None  # where results are written, if that is one place

    # Entries: an expression, its type, and the loops on which it depends

    def entry(self, argument: Argument, place: Place) -> tuple[str, str, Depends]:
        """An entry of an argument."""
        if not isinstance(argument, Line):
            return self._constant(argument, place)
        argument = self.names.outside.get(argument, argument)
        if argument.is_number:
            return self.names.number(argument), NUMBER_TYPES[type(argument.sample)], frozenset()
        kernels = self.names.kernels
        base, through = kernels.views.base(argument), kernels.through(argument, place)
        made = kernels.of.get(base)
        if base.operation == "input" or (made is not None and made is not self.kernel):
            offset, strides = kernels.views.layout(argument)
            return self._load(base, self.names.of[base], offset_of(place, strides) + offset)
        assert through is not None, "what is computed where it is read is read in order"
        name = self.compute(base, through)
        return name, ctype(base), self.depends[name]

    def cast(self, argument: Argument, place: Place, to: str) -> tuple[str, Depends]:
        """An entry as a number of this type, and the loops on which it depends."""
        if isinstance(argument, np.ndarray):
            argument = argument.astype(DTYPES[to])  # here, and not at each call
        if isinstance(argument, Line):
            argument = self.names.outside.get(argument, argument)
        text, kind, depends = self.entry(argument, place)
        if kind == to:
            return text, depends
        if not isinstance(argument, Line) and (value := only_number(np.asarray(argument, DTYPES[to]))) is not None:
            return literal(value), depends
        if argument in self.names.integers:
            self.names.integers[argument].add(DTYPES[to])
        return f"({to}){text}", depends

    def compute(self, line: Line, place: Place) -> str:
        """The name of an entry of an elementwise line."""
        if (line, place) not in self.known:
            text, depends = self._expression(line, place)
            self.known[line, place] = self.define(text, ctype(line), depends, f"v{self.names.of[line][1:]}")
        return self.known[line, place]

    def _load(self, x: Argument, name: str, index: Index) -> tuple[str, str, Depends]:
        """An entry in memory, which is read outside of the innermost loop, if it is the same in all of it."""
        line = x if isinstance(x, Line) else None
        depends, kind = self.loops_of(index), ctype(x)
        text = self.place(line, name, index)
        if self.order and self.order[-1] not in depends:
            text = self.define(text, kind, depends)
        return text, kind, depends

    def _constant(self, x: Argument, place: Place) -> tuple[str, str, Depends]:
        if type(x) in NUMBER_TYPES:
            return number(x), NUMBER_TYPES[type(x)], frozenset()
        value = only_number(x)
        if value is not None:
            return literal(value), ctype(x), frozenset()
        return self._load(x, self.names.constant(x), offset_of(place, strides_of(x.shape)))

    def _expression(self, line: Line, place: Place) -> tuple[str, Depends]:
        operation, to = line.operation, ctype(line)
        if operation == "one_hot":
            (index,) = line.arguments
            found, last = self.wrapped(index, place[:-1], line.sample.shape[-1], line), place[-1]
            return f"{self.value(found)} == {self.value(last)}", self.loops_of(found) | self.loops_of(last)
        if operation == "take":
            return self.cast(line.arguments[0], self._taken(line, place), to)
        if operation == "take_along_axis":
            return self._taken_along(line, place, to)
        kind = computed_in(line)
        kinds = ["bool", kind, kind] if operation == "where" else [kind for _ in line.arguments]
        values = [
            self.cast(argument, within(argument, place), each)
            for argument, each in zip(line.arguments, kinds, strict=True)
        ]
        text = self.names.functions.operation(line, kind, [value for value, _ in values])
        return text, frozenset[str]().union(*(depends for _, depends in values))

    # Indices that are entries of arrays

    def wrapped(self, argument: Argument, place: Place, size: int, line: Line) -> Index:
        """An entry of an array of indices for an axis of this size, where a negative one counts from the end."""
        if isinstance(argument, Line):
            self.names.checks.setdefault((argument, size), line)
            given, depends = self.cast(argument, place, "int64_t")
            given = given if given.isidentifier() else self.define(given, "int64_t", depends)
            return Index.of(self.define(f"{given} < 0 ? {given} + {size} : {given}", "int64_t", depends))
        values = np.asarray(argument)
        values = np.where(values < 0, values + size, values).astype(np.int64)
        value = only_number(values)
        if value is not None:
            return Index(int(value))
        if values.ndim == 1 and (values == np.arange(len(values))).all():
            return place[0]
        text, kind, depends = self._constant(values, place)
        return Index.of(self.define(text, kind, depends))

    def _taken(self, line: Line, place: Place) -> Place:
        """The entry of x for one of x[i, ...]. Arrays of indices share axes, which come first if a slice parts them."""
        x, *given = line.arguments
        given = [np.asarray(part) if isinstance(part, list | np.generic) else part for part in given]
        parts = filled(given, len(shape_of(x)))
        many = [i for i, part in enumerate(parts) if not (part is None or isinstance(part, tuple))]
        shape = np.broadcast_shapes(*(shape_of(parts[i]) for i in many))
        at = many[0] if many == list(range(many[0], many[-1] + 1)) else 0
        chosen, rest = place[at : at + len(shape)], iter((*place[:at], *place[at + len(shape) :]))
        sizes, found = iter(shape_of(x)), list[Index]()
        for i, part in enumerate(parts):
            if part is None:
                next(rest)
            elif i in many:
                found.append(self.wrapped(part, within(part, chosen), next(sizes), line))
            else:
                found += sliced([part], (next(sizes),), (next(rest),))
        return tuple(found)

    def _taken_along(self, line: Line, place: Place, to: str) -> tuple[str, Depends]:
        x, index = line.arguments
        axis = line.options["axis"]
        found = list(within(x, place))
        found[axis] = self.wrapped(index, within(index, place), shape_of(x)[axis], line)
        return self.cast(x, tuple(found), to)
