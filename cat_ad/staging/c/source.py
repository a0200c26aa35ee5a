"""A program as C: loops over contiguous arrays, with all sizes written out, and the arrow that each came from.

>>> from cat_ad.staging.trace.program import traced
>>> from cat_ad.staging.trace.trees import flatten
>>> leaves, form = flatten((np.zeros((2, 3)), 0.1))
>>> writer = Writer(traced(lambda x, rate: rate * np.sin(x.T), form, leaves), frozenset(), vector=32)
>>> print(writer.source().partition("/* <lambda>: ")[2])
multiply [3, 2] */
    {
        for (int64_t i0 = 0; i0 < 3; i0++) {
            #pragma omp simd
            for (int64_t i1 = 0; i1 < 2; i1++) {
                const double v1 = sin(x0[i0 + 3 * i1]);
                const double v2 = x1 * v1;
                t2[2 * i0 + i1] = v2;
            }
        }
    }
    return 0;
}
<BLANKLINE>
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from cat_ad.staging.c.functions import BEGIN
from cat_ad.staging.c.kernels import Kernel, Kernels
from cat_ad.staging.c.loops import Body, Names, axis_of
from cat_ad.staging.c.lowering import lowered, refuse, shape_of
from cat_ad.staging.c.memory import Memory, Reads
from cat_ad.staging.c.operations import NUMBER_TYPES, SUFFIX, ctype, lowest
from cat_ad.staging.c.places import Index, offset_of, place_over, strides_of
from cat_ad.staging.c.products import Matrix, Tile, product
from cat_ad.staging.trace.lines import Argument, Line
from cat_ad.staging.trace.operations import CUMULATIVE, JOINS, REDUCTIONS, VIEWS
from cat_ad.staging.trace.program import Program

SIGNS = {"sum": "+", "prod": "*"}  # of the reductions that C has an operator for
IN_ORDER, ALIGNED, WRITABLE = 0x1, 0x100, 0x400  # flags of arrays of NumPy
PART = 500  # lines of a function
NAMES = "memory", "constants", "arrays", "values"
TAKEN = "char *memory", "char *const *constants", "const union value *values"
GIVEN = *TAKEN[:2], "char *const *arrays", TAKEN[2]


class Writer:
    """Writes the C of a program. Raises `StagingError` for what C cannot express."""

    def __init__(self, program: Program, donated: frozenset[Line], vector: int) -> None:
        """For vectors of so many bytes; results may be written to `donated` arguments."""
        self.program = lowered(program)
        self.vector = vector
        self.kernels = Kernels(self.program)
        self.memory = Memory(self.kernels, donated)
        names = {line: f"x{i}" for i, line in enumerate(program.inputs)}
        names |= {line: f"{'n' if line.is_number else 't'}{i}" for i, line in enumerate(self.program.lines)}
        self.names = Names(self.kernels, names)
        self.tiles: dict[Tile, None] = {}
        self.checked: list[tuple[Line, int, Line]] = []  # indices, sizes and readers; the code of the first is 1
        self.blocks = [self._kernel(kernel) for kernel in self.kernels.order]
        read = frozenset[Line]().union(*(reads.everywhere for reads in self.memory.reads.values()))
        given = frozenset(self.memory.given.values())
        self.arguments = [line for line in program.inputs if line in read - given]
        self.fresh = [
            line for line in self.program.lines if self.memory.is_fresh(line) and line not in self.memory.given
        ]
        self.written = [*(line for line in program.inputs if line in given), *self.fresh]  # in arrays of the caller

    # Kernels: each is a list of lines of C

    def _kernel(self, kernel: Kernel) -> list[str]:
        self.memory.reads[kernel] = Reads()
        self.computed: list[Line] = []
        operation = kernel.operation
        if operation == "loop":
            text = self._loop(kernel)
        elif operation in REDUCTIONS:
            text = self._reduction(kernel)
        elif operation in CUMULATIVE:
            text = self._cumulative(kernel)
        elif operation in JOINS:
            text = self._join(kernel)
        else:
            text = self._rows(kernel) if operation == "sum_by_index" else self._product(kernel)
        checks = list(self.names.checks.items())[len(self.checked) :]
        for (index, size), line in checks:
            self.checked.append((index, size, line))
            text = [*self._check(kernel, index, size, len(self.checked)), *text]
        origins = "; ".join(dict.fromkeys(line.origin for line in (*self.computed, *kernel.lines) if line.origin))
        shape = list(np.shape(kernel.lines[0].sample))
        title = f"/* {origins}{': ' if origins else ''}{kernel.lines[0].operation} {shape} */"
        return [title, *text]

    def _note(self, kernel: Kernel, body: Body, stored: Index | None = None) -> None:
        """Note what was computed and what was read, and whether at another entry than the one that is `stored`."""
        self.computed += [line for line, _ in body.known]
        reads = self.memory.reads[kernel]
        for line, index in body.accesses:
            if line is not None:
                reads.everywhere.add(line)
                if index != stored:
                    reads.elsewhere.add(line)

    def _check(self, kernel: Kernel, index: Line, size: int, code: int) -> list[str]:
        """The check that indices are in range."""
        shape = shape_of(index)
        body = Body(self.names, None, [(f"i{axis}", many) for axis, many in enumerate(shape)])
        text, _ = body.cast(index, place_over(shape), "int64_t")
        body.do(f"if ({text} < -{size} || {text} >= {size}) return {code};")
        self._note(kernel, body)
        return body.text(pragma="")

    @property
    def failures(self) -> list[str]:
        """The error message of each check; the first has the code 1."""
        return [
            f"index is out of bounds for an axis of size {size} (in {line.origin})" for _, size, line in self.checked
        ]

    def _loop(self, kernel: Kernel) -> list[str]:
        """A loop over all entries. Results are stored last, since their memory may be that of an argument."""
        first = kernel.lines[0]
        shape = shape_of(first.arguments[0] if first.operation in VIEWS else first)
        place = place_over(shape)
        index = offset_of(place, strides_of(shape))
        body = Body(self.names, kernel, [(f"i{axis}", size) for axis, size in enumerate(shape)])
        values = {}
        for line in kernel.lines:
            moved = line.operation in VIEWS  # a reshape that moves entries
            values[line] = body.cast(line.arguments[0], place, ctype(line))[0] if moved else body.compute(line, place)
        for line in kernel.lines:
            if line in self.kernels.kept:
                body.do(f"{body.place(None, self.names.of[line], index)} = {values[line]};")
        self._note(kernel, body, index)
        return body.text()

    def _reduction(self, kernel: Kernel) -> list[str]:
        """A sum, or a greatest or least entry: in a variable, or in memory if the last axis stays."""
        (line,) = kernel.lines
        (x,) = line.arguments
        kind, name, shape = ctype(line), self.names.of[line], shape_of(x)
        axis: Any = dict(line.options)["axis"]  # Any: an axis, or several
        along = {at % len(shape) for at in (axis if isinstance(axis, tuple) else (axis,))} if shape else set[int]()
        place = place_over(shape)
        stay = [at for at in range(len(shape)) if at not in along]
        index = offset_of(tuple(place[at] for at in stay), strides_of(tuple(shape[at] for at in stay)))
        loops, inner = ([(f"i{at}", shape[at]) for at in axes] for axes in (stay, sorted(along)))
        start = lowest(line.operation, kind)
        long_axes = [f"i{at}" for at, size in enumerate(shape) if size != 1]
        in_memory = bool(index.terms) and index.terms[-1][0] == long_axes[-1]  # it stays
        body = Body(self.names, kernel, [*inner, *loops]) if in_memory else Body(self.names, kernel, loops, inner)
        value, _ = body.cast(x, place, kind)
        target = body.place(None, name, index)
        found = target if in_memory else "found"
        operator = SIGNS.get(line.operation) or self.names.functions.ours(REDUCTIONS[line.operation], kind)
        either = f"{found} {operator} {value}" if line.operation in SIGNS else f"{operator}({found}, {value})"
        body.do(f"{found} = {either};")
        self._note(kernel, body)
        if in_memory:
            begin = f"for (int64_t i = 0; i < {np.size(line.sample)}; i++) {name}[i] = {start};"
            return [begin, *body.text()]
        if operator == "+" and kind in SUFFIX:
            return body.total(kind, target)
        pragma = f"#pragma omp simd reduction({operator} : found)" if kind in SUFFIX else ""
        return body.text(f"{kind} found = {start};", f"{target} = found;", pragma)

    def _cumulative(self, kernel: Kernel) -> list[str]:
        """Sums or products up to each entry, one after the other."""
        (line,) = kernel.lines
        (x,) = line.arguments
        kind, shape, axis, reduction = ctype(line), shape_of(x), axis_of(line), CUMULATIVE[line.operation]
        place = place_over(shape)
        loops = [(f"i{at}", size) for at, size in enumerate(shape)]
        body = Body(self.names, kernel, loops[:axis] + loops[axis + 1 :], [loops[axis]])
        value, _ = body.cast(x, place, kind)
        to = body.place(None, self.names.of[line], offset_of(place, strides_of(shape)))
        body.do(f"found = found {SIGNS[reduction]} {value};")
        body.do(f"{to} = found;")
        self._note(kernel, body)
        return body.text(f"{kind} found = {lowest(reduction, kind)};", pragma="")

    def _join(self, kernel: Kernel) -> list[str]:
        """Copies of arrays, one after the other; but not of those that were computed right there."""
        (line,) = kernel.lines
        axis, start, found = axis_of(line), 0, list[str]()
        strides = strides_of(line.sample.shape)
        for part in line.arguments:
            shape, place = shape_of(part), place_over(shape_of(part))
            home = self.memory.homes.get(self.kernels.base(part)) if isinstance(part, Line) else None
            if home != (line, start * strides[axis]):
                to = (*place[:axis], Index(), *place[axis:]) if line.operation == "stack" else place
                body = Body(self.names, kernel, [(f"i{at}", size) for at, size in enumerate(shape)])
                value, _ = body.cast(part, place, ctype(line))
                there = offset_of(to, strides) + start * strides[axis]
                body.do(f"{body.place(None, self.names.of[line], there)} = {value};")
                self._note(kernel, body)
                found += body.text()
            start += shape[axis] if line.operation == "concatenate" else 1
        return found

    def _rows(self, kernel: Kernel) -> list[str]:
        """Sums of rows by their indices."""
        (line,) = kernel.lines
        rows, index = line.arguments
        name, kind, (many, width) = self.names.of[line], ctype(line), line.sample.shape
        place = place_over(shape_of(rows))
        body = Body(self.names, kernel, [(f"i{axis}", size) for axis, size in enumerate(shape_of(rows))])
        to = body.wrapped(index, place[:1], many, line)
        value, _ = body.cast(rows, place, kind)
        body.do(f"{body.place(None, name, to * width + place[1])} += {value};")
        self._note(kernel, body)
        begin = f"for (int64_t i = 0; i < {many * width}; i++) {name}[i] = 0;"
        return [begin, *body.text(pragma="" if width == 1 else "#pragma omp simd")]  # two rows may be the same one

    def _product(self, kernel: Kernel) -> list[str]:
        """Products of matrices, in loops over the axes before the last two."""
        (line,) = kernel.lines
        kind, shape = ctype(line), line.sample.shape
        if kind not in SUFFIX:
            raise refuse(f"matmul of {kind.removesuffix('_t')}", line)
        if not line.sample.size:
            return []
        x, y = line.arguments
        if len(shape_of(x)) == 1:
            shape = (*shape[:-1], 1, shape[-1])
        sizes = shape[-2], shape_of(x)[-1], shape[-1]
        batch = [(f"i{axis}", size) for axis, size in enumerate(shape[:-2])]
        operands = [self._operand(kernel, side, len(shape)) for side in (x, y)]
        operands.append((self.names.of[line], 0, strides_of(shape)))
        while batch and self._is_more_rows(operands, sizes[0], batch[-1][1]):
            sizes = sizes[0] * batch.pop()[1], *sizes[1:]
            operands = [(name, start, (*strides[:-3], *strides[-2:])) for name, start, strides in operands]
        matrices = []
        for name, start, strides in operands:
            terms = [f"{step} * {i}" for step, (i, size) in zip(strides, batch, strict=False) if step and size != 1]
            matrices.append(Matrix(" + ".join([name, *terms, *([str(start)] if start else [])]), *strides[-2:]))
        loops = [loop for loop in batch if loop[1] != 1]
        found = [
            f"{'    ' * depth}for (int64_t {i} = 0; {i} < {size}; {i}++) {{" for depth, (i, size) in enumerate(loops)
        ]
        for tile, text in product(matrices, sizes, kind, self.vector):
            self.tiles[tile] = None
            found.append("    " * len(loops) + text)
        return found + ["    " * depth + "}" for depth in reversed(range(len(loops)))]

    def _operand(self, kernel: Kernel, x: Argument, axes: int) -> tuple[str, int, tuple[int, ...]]:
        """Where an operand is: its name, the first entry, and the strides of so many axes, 0 where it is repeated."""
        if isinstance(x, Line):
            base, start, strides = self.kernels.layout(x)
            name = self.names.of[base]
            self.memory.reads[kernel].everywhere.add(base)
            self.memory.reads[kernel].elsewhere.add(base)
        else:
            name, start, strides = self.names.constant(x), 0, strides_of(x.shape)
        shape = shape_of(x)
        batch = tuple(0 if size == 1 else step for size, step in zip(shape[:-2], strides[:-2], strict=True))
        strides = (*batch, *strides[-2:])
        return name, start, (*(0,) * (axes - len(strides)), *strides)

    @staticmethod
    def _is_more_rows(operands: list[tuple[str, int, tuple[int, ...]]], rows: int, batch: int) -> bool:
        """Is a batch of products one product, of a matrix with the rows of all of them by one other matrix?"""
        (_, _, x), (_, _, y), _ = operands
        return y[-3] == 0 and (batch == 1 or x[-3] == rows * x[-2])

    # All of it

    def source(self) -> str:
        """The source of the library: its function `staged` returns 0, or the code of the check that failed.

        It returns -1 for arrays that are not contiguous. A long program is divided among functions, since compilers
        take more than twice as long for one of twice the length.
        """
        vectors = dict.fromkeys(tile.vector_type() for tile in self.tiles)
        helpers = [
            *self.names.functions.texts.values(),
            "\n" * bool(vectors),
            *vectors,
            *(tile.text() for tile in self.tiles),
        ]
        parts, calls = [*self._parts()], list[str]()
        if len(parts) > 1:
            helpers += [_function(f"static int part{at}", GIVEN, part) for at, part in enumerate(parts)]
            calls = [f"if ((code = part{at}({', '.join(NAMES)}))) return code;" for at in range(len(parts))]
            calls = ["int code;", *calls, "return 0;"]
        body = [*self._checks(), *(calls or parts[0])]
        return f"{BEGIN}{''.join(helpers)}{_function('int staged', TAKEN, body)}"

    def _parts(self) -> Iterator[list[str]]:
        """The statements, in parts of about `PART` lines, each after the pointers that it speaks of."""
        pointers, blocks = self._pointers(), [*self.blocks, ["return 0;"]]
        while blocks:
            part = list[str]()
            while blocks and len(part) < PART:
                part += blocks.pop(0)
            if blocks:
                part.append("return 0;")
            named = set(re.findall(r"\w+", "\n".join(part)))
            spoken = list[str]()
            for name, text in reversed(pointers):
                if name in named:
                    spoken.append(text)
                    named |= set(re.findall(r"\w+", text))
            yield [*reversed(spoken), *part]

    def _checks(self) -> list[str]:
        """Pointers to the entries of the arrays, if they are contiguous."""
        many, written = len(self.arguments), len(self.written)
        if not many + written:
            return []
        return [
            f"char *arrays[{many + written}];",
            f"for (int64_t i = 0; i < {many + written}; i++) {{",
            f"    const struct array *const array = (struct array *)(values[i].object + {object.__basicsize__});",
            f"    const int flags = i < {many} ? {IN_ORDER | ALIGNED} : {IN_ORDER | ALIGNED | WRITABLE};",
            "    if ((array->flags & flags) != flags) return -1;",
            "    arrays[i] = array->data;",
            "}",
        ]

    def _pointers(self) -> list[tuple[str, str]]:
        """The names of arrays and numbers, each with its definition, which may speak of those before it."""
        found, names, memory = list[tuple[str, str]](), self.names, self.memory

        def pointer(name: str, x: Argument, place: str, const: str = "") -> None:
            kind, shape = ctype(x), list(shape_of(x))
            found.append((name, f"{const}{kind} *const {name} = ({const}{kind} *){place}; /* {shape} */"))

        for at, line in enumerate(self.arguments):
            pointer(names.of[line], line, f"arrays[{at}]", "const ")
        for at, line in enumerate(self.written, len(self.arguments)):
            pointer(names.of[line], line, f"arrays[{at}]")
        for at, (name, x) in enumerate(names.constants.values()):
            pointer(name, x, f"constants[{at}]", "const ")
        for at, (line, name) in enumerate(names.numbers.items(), len(self.arguments) + len(self.written)):
            kind = NUMBER_TYPES[type(line.sample)]
            found.append((name, f"const {kind} {name} = values[{at}].{'real' if kind == 'double' else 'whole'};"))
        for line in sorted(self.program.lines, key=lambda line: line in memory.homes):
            if line in memory.homes:
                owner, start = memory.homes[line]
                pointer(names.of[line], line, f"({names.of[owner]} + {start})")
            elif line in memory.given:
                pointer(names.of[line], line, names.of[memory.given[line]])
            elif line in memory.offsets:
                pointer(names.of[line], line, f"(memory + {memory.offsets[line]})")
        return found


def _function(name: str, parameters: Sequence[str], body: Sequence[str]) -> str:
    text = "\n".join(f"    {line}" for line in body)
    return f"\n{name}({', '.join(parameters)}) {{\n{text}\n}}\n"
