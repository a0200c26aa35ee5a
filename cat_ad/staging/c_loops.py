"""Loops in C: each statement in the outermost loop that it can be in, and two loops made one where that is possible.

Statements are collected before it is clear which loops there will be. Each is kept with the loops on which it depends;
and the places in memory that it names are sums of indices, which become text at the end. A large matrix that is read
column by column is read in strips of a few rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any, TypeAlias

import numpy as np

from cat_ad.staging.c_operations import (
    COMPARE,
    DTYPES,
    LOGIC,
    NUMBER_TYPES,
    Functions,
    compared_in,
    ctype,
    literal,
    number,
)
from cat_ad.staging.c_products import TERMS
from cat_ad.staging.kernels import Kernel, Kernels
from cat_ad.staging.lines import Argument, Line
from cat_ad.staging.lowering import only_number, shape_of
from cat_ad.staging.places import Index, Place, filled, offset_of, sliced, strides_of, within

STRIP = 8  # rows at a time, where a loop goes down a column
FAR = 2**14  # entries: more than the nearest cache holds

Loop: TypeAlias = tuple[str, int]  # a variable, and how many values it takes
Depends: TypeAlias = frozenset[str]  # on loops


@dataclass
class Names:
    """The names in the C of a program."""

    kernels: Kernels
    of: dict[Line, str]
    functions: Functions = field(default_factory=Functions)
    numbers: dict[Line, str] = field(default_factory=dict)  # numbers of Python that are arguments
    integers: dict[Line, set[np.dtype[Any]]] = field(default_factory=dict)  # the integers of these, for what dtypes
    constants: dict[tuple[object, ...], tuple[str, Any]] = field(default_factory=dict)  # Any: arrays that are arguments
    checks: dict[tuple[Line, int], Line] = field(default_factory=dict)  # indices, the size of the axis, and the reader

    def constant(self, x: Any) -> str:  # Any: an array
        """The name of a constant array."""
        key = x.shape, x.dtype, x.tobytes()
        return self.constants.setdefault(key, (f"c{len(self.constants)}", np.ascontiguousarray(x)))[0]

    def number(self, line: Line) -> str:
        """The name of a number of Python."""
        if type(line.sample) is int:
            self.integers.setdefault(line, set())
        return self.numbers.setdefault(line, self.of[line])


class Body:
    """The statements of some loops, one within the other."""

    def __init__(self, names: Names, kernel: Kernel | None, loops: Iterable[Loop], along: Sequence[Loop] = ()) -> None:
        """Of these loops, and inside of them those along which a reduction goes; `kernel` is what they compute."""
        self.names = names
        self.kernel = kernel
        self.loops = [loop for loop in loops if loop[1] != 1]
        self.along = [loop for loop in along if loop[1] != 1]
        self.order = [name for name, _ in (*self.loops, *self.along)]
        self.statements: list[tuple[Depends, str]] = []
        self.accesses: list[tuple[Line | None, Index]] = []  # what is read or written, and where
        self.known: dict[tuple[Line, Place], str] = {}
        self.depends: dict[str, Depends] = {}  # of names
        self.numbers: set[str] = set()  # loops whose variable is used as a number

    # Entries: an expression, its type, and the loops on which it depends

    def entry(self, argument: Argument, place: Place) -> tuple[str, str, Depends]:
        """An entry of an argument."""
        if not isinstance(argument, Line):
            return self._constant(argument, place)
        if argument.is_number:
            return self.names.number(argument), NUMBER_TYPES[type(argument.sample)], frozenset()
        kernels = self.names.kernels
        base, through = kernels.base(argument), kernels.through(argument, place)
        made = kernels.of.get(base)
        if base.operation == "input" or (made is not None and made is not self.kernel):
            base, offset, strides = kernels.layout(argument)
            return self._load(base, self.names.of[base], offset_of(place, strides) + offset)
        assert through is not None, "what is computed where it is read is read in order"
        name = self.compute(base, through)
        return name, ctype(base), self.depends[name]

    def cast(self, argument: Argument, place: Place, to: str) -> tuple[str, Depends]:
        """An entry as a number of this type, and the loops on which it depends."""
        if isinstance(argument, np.ndarray):
            argument = argument.astype(DTYPES[to])  # here, and not at each call
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

    def _load(self, x: Any, name: str, index: Index) -> tuple[str, str, Depends]:  # Any: a line or an array
        """An entry in memory, which is read outside of the innermost loop, if it is the same in all of it."""
        line = x if isinstance(x, Line) else None
        depends, kind = self._loops_of(index), ctype(x)
        text = self.place(line, name, index)
        if self.order and self.order[-1] not in depends:
            text = self.define(text, kind, depends)
        return text, kind, depends

    def _constant(self, x: Any, place: Place) -> tuple[str, str, Depends]:  # Any: an array or a number
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
            return f"{self.value(found)} == {self.value(last)}", self._loops_of(found) | self._loops_of(last)
        if operation == "take":
            return self.cast(line.arguments[0], self._taken(line, place), to)
        if operation == "take_along_axis":
            return self._taken_along(line, place, to)
        kind = to
        if operation in COMPARE:
            kind = compared_in(line)
        elif operation in (*LOGIC, "logical_not"):
            kind = "bool"
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
        axis = axis_of(line)
        found = list(within(x, place))
        found[axis] = self.wrapped(index, within(index, place), shape_of(x)[axis], line)
        return self.cast(x, tuple(found), to)

    # Statements

    def define(self, text: str, kind: str, depends: Depends, name: str = "k") -> str:
        """A new constant of this value."""
        if name == "k" or name in self.depends:
            name = f"{name}{'' if name == 'k' else '_'}{len(self.statements)}"
        self.statements.append((depends, f"const {kind} {name} = {text};"))
        self.depends[name] = depends
        return name

    def do(self, text: str) -> None:
        """A statement of the innermost loop."""
        self.statements.append((frozenset(self.order), text))

    def place(self, line: Line | None, name: str, index: Index) -> str:
        """An entry in memory; its index becomes text when it is clear which loops become one."""
        self.accesses.append((line, index))
        return f"{name}[\0{len(self.accesses) - 1}\0]"

    def value(self, index: Index) -> str:
        """An index that is used as a number, so that its loops must stay as they are."""
        self.numbers.update(name for name, _ in index.terms)
        self.accesses.append((None, index))
        return f"\0{len(self.accesses) - 1}\0"

    def _loops_of(self, index: Index) -> Depends:
        return frozenset[str]().union(*(self.depends.get(name, {name}) for name, _ in index.terms))

    # Text

    def total(self, kind: str, target: str) -> list[str]:
        """The loops of a sum of floats, which is in `found`; a long one is a sum of sums.

        What is lost when these are added is added too (Kahan 1965), so that rounding hardly grows with the length.
        """
        pragma = "#pragma omp simd reduction(+ : found)"
        if prod(size for _, size in self.along) <= TERMS:
            return self.text(f"{kind} found = 0;", f"{target} = found;", pragma)
        add = f"const {kind} more = found - lost, sum = whole + more, error = (sum - whole) - more; "
        keep = "lost = error == error ? error : 0; whole = sum;"  # infinities have none
        block = f"{kind} found = 0;", add + keep
        return self.text(f"{kind} whole = 0, lost = 0;", f"{target} = whole;", pragma, block)

    def text(
        self,
        before: str = "",
        after: str = "",
        pragma: str = "#pragma omp simd",
        block: tuple[str, str] | None = None,
    ) -> list[str]:
        """The loops; with a statement before those along which a reduction goes, and one after them.

        With a `block`, the innermost loop goes by blocks of `TERMS`, with the one before each, and the other after it.
        """
        if any(size == 0 for _, size in self.loops):
            return []
        outer, inner, statements = self._joined(self.loops), self._joined(self.along), self.statements
        around = {len(outer): (before, after)}
        headers = {name: f"for (int64_t {name} = 0; {name} < {size}; {name}++) {{" for name, size in (*outer, *inner)}
        if not before and self._is_across(outer):
            name, size = outer[-1]
            headers[name] = f"for (int64_t {name} = strip; {name} < end; {name}++) {{"
            headers = {"strip": f"for (int64_t strip = 0; strip < {size}; strip += {STRIP}) {{"} | headers
            end = f"const int64_t end = strip + {STRIP} < {size} ? strip + {STRIP} : {size};"
            statements = [(frozenset({"strip"}), end), *statements]
        if block:
            name, size = inner[-1]
            headers[name] = f"for (int64_t {name} = start; {name} < end; {name}++) {{"
            blocks = f"for (int64_t start = 0; start < {size}; start += {TERMS}) {{"
            headers = {k: v for k, v in headers.items() if k != name} | {"start": blocks, name: headers[name]}
            end = f"const int64_t end = start + {TERMS} < {size} ? start + {TERMS} : {size};"
            statements = [(frozenset({"start"}), end), *statements]
            around[len(headers) - 1] = block
        depths = {name: depth for depth, name in enumerate(headers, 1)}
        found: list[str] = []

        def write(text: str, depth: int) -> None:
            if text:
                found.append("    " * depth + self._written(text, depths))

        for depth, header in enumerate(("{", *headers.values())):  # a block of its own, for its own names
            write(pragma if depth and depth == len(headers) else "", depth)
            write(header, depth)
            write(around.get(depth, ("", ""))[0], depth + 1)
            for depends, statement in statements:
                if depth == max((depths.get(name, 0) for name in depends), default=0):
                    write(statement, depth + 1)
        for depth in reversed(range(len(headers) + 1)):
            write(around.get(depth, ("", ""))[1], depth + 1)
            write("}", depth)
        return found

    def _is_across(self, loops: list[Loop]) -> bool:
        """Does the innermost loop go down a large column of an array, and an outer one along its rows?

        Then each entry is fetched together with its neighbours in the row, which have left the cache when it is their
        turn. In a strip of a few rows they are still there.
        """
        if not loops:
            return False
        *outer, (inner, size) = loops
        steps = [{name: abs(index.factor(name)) for name, _ in loops} for _, index in self.accesses]
        return any(step[inner] * size >= FAR and any(step[name] == 1 for name, _ in outer) for step in steps)

    def _joined(self, loops: list[Loop]) -> list[Loop]:
        """The loops, two as one where every place in memory moves on by equal steps through both."""
        found: list[Loop] = []
        for name, size in reversed(loops):
            if found and not {name, found[0][0]} & self.numbers:
                inner, many = found[0]
                if all(index.factor(name) == index.factor(inner) * many for _, index in self.accesses):
                    found[0] = inner, size * many
                    continue
            found.insert(0, (name, size))
        return found

    def _written(self, text: str, loops: dict[str, int]) -> str:
        """A statement with the text of its places."""
        parts = text.split("\0")
        for i in range(1, len(parts), 2):
            _, index = self.accesses[int(parts[i])]
            there = [(name, factor) for name, factor in index.terms if name in loops or name in self.depends]
            terms = [name if factor == 1 else f"{factor} * {name}" for name, factor in there]
            parts[i] = " + ".join([*terms, *([str(index.constant)] if index.constant or not terms else [])])
        return "".join(parts)


def axis_of(line: Line) -> int:
    """The axis that a line names, counted from the first."""
    axis: Any = dict(line.options)["axis"]  # Any: an int
    return int(axis) % len(line.sample.shape)
