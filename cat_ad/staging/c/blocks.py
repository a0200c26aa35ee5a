"""Blocks of C: the statements of a program, kernel by kernel.

A loop of the program is a loop of C. Its states are in memory that is the loop's own; what a step gives is written into
the results of the loop at once; and the next state over the one before, if that is read no more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import prod

import numpy as np

from cat_ad.staging.c.blas import call, gemm
from cat_ad.staging.c.entries import Entries, Names
from cat_ad.staging.c.functions import SUFFIX
from cat_ad.staging.c.kernels import Kernel, Kernels
from cat_ad.staging.c.lowering import shape_of
from cat_ad.staging.c.memory import Buffers, Reads
from cat_ad.staging.c.nests import Loop
from cat_ad.staging.c.operations import ctype, is_in_c, neutral
from cat_ad.staging.c.places import Index, loops_over, offset_of, place_over, strides_of
from cat_ad.staging.c.products import Matrix, Tile, product
from cat_ad.staging.c.threads import shared, shared_tiles
from cat_ad.staging.trace.lines import Argument, Line


@dataclass
class Unit:
    """What the blocks of all programs in a file share."""

    vector: int  # bytes
    threads: int = 1
    tiles: dict[Tile, None] = field(default_factory=dict)
    blas: dict[str, None] = field(default_factory=dict)  # types of the products that are left to BLAS
    checked: list[tuple[Line, int, Line]] = field(default_factory=list)  # indices, sizes and readers


class Blocks:
    """The blocks of a lowered program. Raises `StagingError` for what C cannot express."""

    def __init__(self, names: Names, unit: Unit, memory: Buffers) -> None:
        """Of the program whose results are in this memory."""
        self.names, self.unit, self.memory = names, unit, memory
        self.kernels = names.kernels
        self.program = self.kernels.program
        self.texts = [self._kernel(kernel) for kernel in self.kernels.order]

    def _kernel(self, kernel: Kernel) -> list[str]:
        reads = self.memory.reads[kernel] = Reads()
        self.nests: list[Entries] = []
        text = getattr(self, f"_{kernel.kind}")(kernel)
        if kernel.kind == "call":
            return []
        checks = list(self.names.checks.items())[len(self.unit.checked) :]
        for (index, size), line in checks:
            self.unit.checked.append((index, size, line))
            text = [*self._check(kernel, index, size, len(self.unit.checked)), *text]
        for nest in self.nests:
            for read, place in nest.accesses:
                if read is not None:
                    reads.everywhere.add(read)
                    if place != nest.stored:
                        reads.elsewhere.add(read)
        computed = [line for nest in self.nests for line, _ in nest.known]
        origins = "; ".join(dict.fromkeys(line.origin for line in (*computed, *kernel.lines) if line.origin))
        shape = list(np.shape(kernel.lines[0].sample))
        title = f"/* {origins}{': ' if origins else ''}{kernel.lines[0].operation} {shape} */"
        return [title, *text]

    def _nest(self, kernel: Kernel | None, loops: Sequence[Loop], along: Sequence[Loop] = ()) -> Entries:
        """A new nest of loops, of which it is noted what it reads."""
        self.nests.append(Entries(self.names, kernel, loops, along))
        return self.nests[-1]

    def _along(self, kernel: Kernel, axes: Sequence[int], of: str, outside: bool = False) -> tuple[Entries, str, Index]:
        """The nest of what goes along some axes, within the others or outside; an entry; its place among the others."""
        (x,) = kernel.lines[0].arguments
        shape = shape_of(x)
        stay, place, loops = [at for at in range(len(shape)) if at not in axes], place_over(shape), loops_over(shape)
        index = offset_of(tuple(place[at] for at in stay), strides_of(tuple(shape[at] for at in stay)))
        along, others = ([loops[at] for at in some] for some in (axes, stay))
        nest = self._nest(kernel, [*along, *others]) if outside else self._nest(kernel, others, along)
        return nest, nest.cast(x, place, of)[0], index

    def _check(self, kernel: Kernel, index: Line, size: int, code: int) -> list[str]:
        """The check that indices are in range."""
        shape = shape_of(index)
        nest = self._nest(None, loops_over(shape))
        text, _ = nest.cast(index, place_over(shape), "int64_t")
        nest.do(f"if ({text} < -{size} || {text} >= {size}) return {code};")
        return nest.text(pragma="")

    def _loop(self, kernel: Kernel) -> list[str]:
        """A loop over all entries. Results are stored last, since their memory may be that of an argument."""
        first = kernel.lines[0]
        shape = shape_of(first.arguments[0] if first.kind == "view" else first)
        place = place_over(shape)
        nest = self._nest(kernel, loops_over(shape))
        index = nest.stored = offset_of(place, strides_of(shape))
        values = {}
        for line in kernel.lines:
            moved = line.kind == "view"  # a reshape that moves entries
            values[line] = nest.cast(line.arguments[0], place, ctype(line))[0] if moved else nest.compute(line, place)
        for line in kernel.lines:
            if line in self.kernels.kept:
                nest.do(f"{nest.place(None, self.names.of[line], index)} = {values[line]};")
        return shared(nest.text(), self.unit.threads, prod(shape))

    def _reduction(self, kernel: Kernel) -> list[str]:
        """A sum, or a greatest or least entry: in a variable, or in memory if the last axis stays."""
        (line,) = kernel.lines
        kind, name, shape = ctype(line), self.names.of[line], shape_of(line.arguments[0])
        axis, long_axes = line.options["axis"], [at for at, size in enumerate(shape) if size != 1]
        axes = axis if isinstance(axis, tuple) else (axis,)
        in_memory = bool(long_axes) and long_axes[-1] not in axes
        nest, value, index = self._along(kernel, axes, kind, outside=in_memory)
        target = nest.place(None, name, index)
        found = target if in_memory else "found"
        operator, begin = self.names.functions.filled(line.row.c, kind, ()), neutral(line, kind)
        either = f"{operator}({found}, {value})" if operator.isidentifier() else f"{found} {operator} {value}"
        nest.do(f"{found} = {either};")
        if in_memory:
            return [f"for (int64_t i = 0; i < {np.size(line.sample)}; i++) {name}[i] = {begin};", *nest.text()]
        if operator == "+" and kind in SUFFIX:
            text = nest.total(kind, target)
        else:
            pragma = f"#pragma omp simd reduction({operator} : found)" if kind in SUFFIX else ""
            text = nest.text(f"{kind} found = {begin};", f"{target} = found;", pragma)
        return shared(text, self.unit.threads, prod(shape) if nest.loops else 0)

    def _cumulative(self, kernel: Kernel) -> list[str]:
        """Sums or products up to each entry, one after the other."""
        (line,) = kernel.lines
        kind, shape = ctype(line), shape_of(line)
        nest, value, _ = self._along(kernel, [line.options["axis"]], kind)
        to = nest.place(None, self.names.of[line], offset_of(place_over(shape), strides_of(shape)))
        nest.do(f"{to} = found = found {line.row.c} {value};")
        text = nest.text(f"{kind} found = {neutral(line, kind)};", pragma="")
        return shared(text, self.unit.threads, prod(shape) if nest.loops else 0)

    def _place(self, kernel: Kernel) -> list[str]:
        """Where the greatest or the least entry is, or the first that is nan."""
        (line,) = kernel.lines
        (x,) = line.arguments
        nest, value, index = self._along(kernel, [line.options["axis"]], ctype(x))
        to, at = nest.place(None, self.names.of[line], index), nest.value(place_over(shape_of(x))[line.options["axis"]])
        better = f"best == best && ({value} {line.row.c} best || {value} != {value})"
        nest.do(f"if ({at} == 0 || ({better})) {{ best = {value}; found = {at}; }}")
        return nest.text(f"{ctype(x)} best = 0; int64_t found = 0;", f"{to} = found;", pragma="")

    def _order(self, kernel: Kernel) -> list[str]:
        """Entries along an axis in their order, or where they are; nan comes last."""
        (line,) = kernel.lines
        (x,) = line.arguments
        kind, shape, axis, name = ctype(x), shape_of(x), line.options["axis"], self.names.of[line]
        place, strides = place_over(shape), strides_of(shape)
        first = (*place[:axis], Index(), *place[axis + 1 :])
        loops = loops_over(shape)
        copy, rows = self._nest(kernel, loops), self._nest(kernel, loops[:axis] + loops[axis + 1 :])
        given = [f"&{rows.place(None, name, offset_of(first, strides))}", f"{strides[axis]}", f"{shape[axis]}"]
        if line.operation == "sort":
            copy.do(f"{copy.place(None, name, offset_of(place, strides))} = {copy.cast(x, place, kind)[0]};")
        else:
            base, start, steps = self._operand(kernel, x, len(shape))
            given += [f"&{rows.place(None, base, offset_of(first, steps) + start)}", f"{steps[axis]}"]
        rows.do(f"{self.names.functions.ours(line.operation, kind)}({', '.join(given)});")
        return [*(copy.text() if line.operation == "sort" else []), *rows.text(pragma="")]

    def _join(self, kernel: Kernel) -> list[str]:
        """Copies of arrays, one after the other; but not of those that were computed right there."""
        (line,) = kernel.lines
        axis, start, found = line.options["axis"], 0, list[str]()
        strides = strides_of(line.sample.shape)
        for part in line.arguments:
            shape, place = shape_of(part), place_over(shape_of(part))
            home = self.memory.homes.get(self.kernels.views.base(part)) if isinstance(part, Line) else None
            if home != (line, start * strides[axis]):
                to = (*place[:axis], Index(), *place[axis:]) if line.operation == "stack" else place
                nest = self._nest(kernel, loops_over(shape))
                value, _ = nest.cast(part, place, ctype(line))
                there = offset_of(to, strides) + start * strides[axis]
                nest.do(f"{nest.place(None, self.names.of[line], there)} = {value};")
                found += shared(nest.text(), self.unit.threads, prod(shape))
            start += shape[axis] if line.operation == "concatenate" else 1
        return found

    def _rows(self, kernel: Kernel) -> list[str]:
        """Sums of rows by their indices."""
        (line,) = kernel.lines
        rows, index = line.arguments
        name, kind, (many, width) = self.names.of[line], ctype(line), line.sample.shape
        place = place_over(shape_of(rows))
        nest = self._nest(kernel, loops_over(shape_of(rows)))
        to = nest.wrapped(index, place[:1], many, line)
        value, _ = nest.cast(rows, place, kind)
        nest.do(f"{nest.place(None, name, to * width + place[1])} += {value};")
        begin = f"for (int64_t i = 0; i < {many * width}; i++) {name}[i] = 0;"
        return [begin, *nest.text(pragma="" if width == 1 else "#pragma omp simd")]  # two rows may be the same one

    def _product(self, kernel: Kernel) -> list[str]:
        """Products of matrices, in loops over the axes before the last two."""
        (line,) = kernel.lines
        kind, shape = ctype(line), line.sample.shape
        if not line.sample.size:
            return []
        x, y = line.arguments
        if len(shape_of(x)) == 1:
            shape = (*shape[:-1], 1, shape[-1])
        sizes = shape[-2], shape_of(x)[-1], shape[-1]
        batch = loops_over(shape[:-2])
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
        if line.operation == "gemm":
            address = self.names.constant(np.array([gemm(kind)], np.uintp))
            self.unit.blas[kind] = None
            found.append("    " * len(loops) + call(matrices, sizes, kind, f"{address}[0]"))
        else:
            for tile, text in product(matrices, sizes, kind, self.unit.vector):
                self.unit.tiles[tile] = None
                calls = [text] if loops else shared_tiles(text, self.unit.threads, prod(sizes))
                found += ["    " * len(loops) + line for line in calls]
        found += ["    " * depth + "}" for depth in reversed(range(len(loops)))]
        return shared(found, self.unit.threads, prod(shape) * sizes[1] // 8 if loops else 0)

    def _operand(self, kernel: Kernel, x: Argument, axes: int) -> tuple[str, int, tuple[int, ...]]:
        """Where an operand is: its name, the first entry, and the strides of so many axes, 0 where it is repeated."""
        if isinstance(x, Line):
            base, (start, strides) = self.kernels.views.base(x), self.kernels.views.layout(x)
            name = self.names.of[base]
            self.memory.reads[kernel].all_of(base)
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

    def _scan(self, kernel: Kernel) -> list[str]:
        """A loop along rows, with the blocks of its body."""
        line, *parts = kernel.lines
        body, names, name = line.options["body"], self.names, self.names.of[line][1:]
        program, place, outer = body.program, f"i{name}", body.states + body.rows
        begins = [self._begin(kernel, x) for x in line.arguments]
        for at, (inside, given) in enumerate(zip(program.inputs, line.arguments, strict=True)):
            names.of[inside] = begins[at] if at >= outer else f"{'s' if at < body.states else 'x'}{name}_{at}"
            if inside.is_number:
                number: Line = given
                names.outside[inside] = names.outside.get(number, number)
        names.of |= {x: f"{'n' if x.is_number else 't'}{name}_{at}" for at, x in enumerate(program.lines)}
        memory = Buffers(program, frozenset(), body.states, kernels=Kernels(program))
        step = Blocks(replace(names, kernels=memory.kernels), self.unit, memory)
        self.memory.inner[line] = step.memory

        def row(x: Line, start: str, const: str = "") -> tuple[str, str]:
            return names.of[x], pointer(names.of[x], x, f"({start} + {np.size(x.sample)} * {place})", const)

        entries = zip(program.inputs[body.states : outer], begins[body.states :], strict=False)
        rows = [row(x, begin, "const ") for x, begin in entries]
        places = {part: part.options["index"] for part in parts}
        rows += [row(program.outputs[at], names.of[part]) for part, at in places.items() if at >= body.states]
        states, before, after, last = program.inputs[: body.states], list[str](), list[str](), list[str]()
        for state, start, x in zip(states, begins, program.outputs, strict=False):
            offset = step.memory.places[state]
            before += [pointer(names.of[state], state, f"(m{name} + {offset})"), _moved(names.of[state], start, state)]
            if offset != step.memory.places[x]:
                after.append(_moved(names.of[state], names.of[x], state))
        last += [_moved(names.of[part], names.of[states[at]], part) for part, at in places.items() if at < body.states]
        up, down = f"{place} = 0; {place} < {body.many}; {place}++", f"{place} = {body.many}; {place}-- > 0;"
        inner = spoken([*rows, *step.places(f"m{name}")], [*(text for block in step.texts for text in block), *after])
        header = f"for (int64_t {down if body.backwards else up}) {{"
        lines = [*before, header, *(f"    {text}" for text in inner), "}", *last]
        return ["{", *(f"    {text}" for text in lines), "}"]

    def _call(self, kernel: Kernel) -> list[str]:
        """Python calls this, of what is in memory then."""
        for x in kernel.lines[0].arguments:
            if isinstance(x, Line) and not x.is_number:
                self.memory.reads[kernel].all_of(self.kernels.views.base(x))
        return []

    def _begin(self, kernel: Kernel, x: Argument) -> str:
        """Where an argument of a loop is in memory; or a number."""
        if not isinstance(x, Line):
            return self.names.constant(np.asarray(x))
        if x.is_number:
            return self.names.number(self.names.outside.get(x, x))
        base = self.kernels.views.base(x)
        self.memory.reads[kernel].all_of(base)
        return self.names.of[base]

    def places(self, memory: str) -> list[tuple[str, str]]:
        """The pointers to results, by their names; each may speak of those before it."""
        found, names = list[tuple[str, str]](), self.names.of
        for line in sorted(self.program.lines, key=lambda line: line in self.memory.homes):
            place = ""
            if line in self.memory.homes:
                owner, start = self.memory.homes[line]
                place = f"({names[owner]} + {start})"
            elif line in self.memory.given:
                place = names[self.memory.given[line]]
            elif line in self.memory.places:
                place = f"({memory} + {self.memory.places[line]})"
            if line in self.memory.inner:
                found.append((f"m{names[line][1:]}", f"char *const m{names[line][1:]} = {place};"))
            elif place:
                found.append((names[line], pointer(names[line], line, place)))
        return found


def pointer(name: str, x: Argument, place: str, const: str = "") -> str:
    """The definition of a pointer to the entries of an array; if only Python reads them, to bytes."""
    kind = ctype(x) if is_in_c((x.sample if isinstance(x, Line) else x).dtype) else "char"
    return f"{const}{kind} *const {name} = ({const}{kind} *){place}; /* {list(shape_of(x))} */"


def spoken(pointers: Sequence[tuple[str, str]], text: Sequence[str]) -> list[str]:
    """The text, after those pointers of which it speaks."""
    words, found = set(re.findall(r"\w+", "\n".join(text))), list[str]()
    for name, definition in reversed(pointers):
        if name in words:
            found.append(definition)
            words |= set(re.findall(r"\w+", definition))
    return [*reversed(found), *text]


def _moved(to: str, start: str, x: Line) -> str:
    return f"memcpy({to}, {start}, {x.sample.nbytes});"
