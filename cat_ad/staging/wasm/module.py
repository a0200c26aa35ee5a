"""A module: functions in C on arrays in static memory, and its manifest, which says what is where.

An array, or a number of Python, is a buffer: some bytes from an offset on, counted from the address that the module
exports as `buffers`. Arguments of one name are one buffer, whatever function they are of, so what one function leaves
another finds. A result is a buffer of its own; but that which takes the place of an argument that is given up is there.

A function takes no arguments, and returns 0, or the number of the check that failed: its message is that one among
`failures`, and what was to be updated is then lost. The manifest also lists the `loops`, each with the arrows that it
computes; and `inside`, if that is asked for: the buffers with the last array that each arrow made, in the order in
which they ran, and then of their derivatives, which are cotangents.

Numbers of Python are computed in C: integers have 64 bits, and what is divided by 0 is infinite.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, zip_longest
from math import prod
from typing import Any

import numpy as np

from cat_ad.errors import StagingError
from cat_ad.staging.c.callbacks import calls_of
from cat_ad.staging.c.functions import BEGIN
from cat_ad.staging.c.lowering import blank, refuse
from cat_ad.staging.c.operations import NUMBER_TYPES, ctype, literal, number
from cat_ad.staging.c.source import NAMES, Writer, definition
from cat_ad.staging.trace.bodies import Program
from cat_ad.staging.trace.later import Later
from cat_ad.staging.trace.lines import Argument, Line, Sample
from cat_ad.staging.trace.memory import ALIGNMENT
from cat_ad.staging.trace.trees import Form, Tree
from cat_ad.staging.wasm.names import of_arguments, of_leaves, parts, updates

VECTOR = 16  # bytes of a vector


@dataclass(frozen=True)
class Traced:
    """A function, traced for arguments of this form, of which those at these positions are given up."""

    fn: Callable[..., Tree]
    form: Form
    program: Program
    donate: tuple[int, ...]


@dataclass(frozen=True)
class Buffer:
    """An array in the memory of a module."""

    dtype: str
    shape: tuple[int, ...]
    offset: int


class Module:
    """Functions that share buffers. Raises `StagingError` for what C cannot express."""

    def __init__(self) -> None:
        """No functions yet."""
        self.buffers: dict[str, Buffer] = {}
        self.functions: dict[str, dict[str, Any]] = {}  # Any: names and texts
        self._bytes = self._most = ALIGNMENT  # of the buffers, and of what a function needs while it runs
        self._helpers: dict[str, None] = {}
        self._constants: dict[tuple[str, str], str] = {}  # names, by types and entries
        self._texts = list[str]()

    @property
    def source(self) -> str:
        """The module in C."""
        aligned = f"__attribute__((aligned({ALIGNMENT})))"
        constants = [f"static const {kind} {x}[] = {{{entries}}};\n" for (kind, entries), x in self._constants.items()]
        memory = f"\nchar buffers[{self._bytes}] {aligned};\nstatic char memory[{self._most}] {aligned};\n"
        return "".join([BEGIN, *self._helpers, memory, *constants, *self._texts])

    @property
    def manifest(self) -> dict[str, Any]:  # Any: as JSON has it
        """What is where."""
        return {"buffers": {name: vars(x) for name, x in self.buffers.items()}, "functions": self.functions}

    def add(self, name: str, traced: Traced, inside: bool = False) -> None:
        """One more function, exported under this name; if `inside`, what its arrows make has buffers too."""
        program, outputs = traced.program, [*map(_array, traced.program.outputs)]
        made = [line for line, output in zip(outputs, program.outputs, strict=True) if line is not output]
        arguments = of_arguments(traced.fn, traced.form)
        kinds, starts = [*map(_kind, program.inputs)], [*accumulate((x.size for x in traced.form.parts), initial=0)]
        given = [next(parts(traced.form.parts[at], kinds, starts[at])) for at in traced.donate]
        over = updates(given, [*parts(program.form, [*map(_kind, outputs)])])
        leaves = enumerate(of_leaves(program.form, f"{name}()"))
        results = [arguments[over[at]] if at in over else leaf for at, leaf in leaves]
        targets = [program.inputs[over[at]] if at in over else None for at in range(len(outputs))]
        buffers, shown = [*results], dict(zip(outputs, results, strict=True))
        arrows = _arrows(program) if inside else []
        for line in arrows:
            if line not in shown:
                shown[line] = f"inside({name}).{len(buffers) - len(results)}"
                outputs.append(line)
                targets.append(None)
                buffers.append(shown[line])

        program = replace(program, lines=(*program.lines, *made), outputs=tuple(outputs))
        donated = frozenset(line for line in targets if line and not line.is_number)
        writer = Writer(program, donated, VECTOR, over=targets)
        if called := calls_of(writer.program):
            raise StagingError(
                f"stage: wanted what WebAssembly can express, got {', '.join(called)}; compose it of other operations, "
                "or compute it outside and give it as an argument"
            )
        inputs = zip(arguments, program.inputs, strict=True)
        places = {line: self._buffer(name, argument, line) for argument, line in inputs}
        moves = list[str]()
        for line, target, buffer in zip(writer.program.outputs, targets, buffers, strict=True):
            if target is None or target.is_number:  # which is read before
                places[line] = self._buffer(name, buffer, line)
            elif line not in writer.memory.given:
                places[line], size = self._taken(line.sample.nbytes), line.sample.nbytes
                moves.append(f"memcpy(buffers + {places[target]}, buffers + {places[line]}, {size});")
        self._write(name, writer, places, moves)
        self.functions[name] = {
            "arguments": arguments,
            "results": results,
            "failures": writer.failures,
            "loops": [text[0].strip("/* ") for text in writer.blocks.texts],
            "inside": [{"arrow": line.origin, "operation": line.operation, "buffer": shown[line]} for line in arrows],
        }

    def _buffer(self, function: str, name: str, line: Line) -> int:
        """Where the buffer of this name is. Raises `StagingError` if it is of another kind than this line."""
        shape, dtype = _kind(line)
        ctype(Line("input", (), {}, np.empty(0, dtype)))
        found = self.buffers.get(name)
        if found is None:
            found = self.buffers[name] = Buffer(dtype, shape, self._taken(np.dtype(dtype).itemsize * prod(shape)))
        elif (found.shape, found.dtype) != (shape, dtype):
            raise StagingError(
                f"save: wanted one kind of {name}, got {found.dtype}{[*found.shape]} and, in {function}, "
                f"{dtype}{[*shape]}; rename the argument, or call the functions with arrays of one kind"
            )
        return found.offset

    def _taken(self, size: int) -> int:
        """Where new memory of so many bytes begins."""
        start, self._bytes = self._bytes, self._bytes + -(-size // ALIGNMENT) * ALIGNMENT
        return start

    def _write(self, name: str, writer: Writer, places: dict[Line, int], moves: Sequence[str]) -> None:
        """The C of a function whose arrays are at these places in the buffers, and which ends with these moves."""
        self._helpers |= dict.fromkeys(writer.helpers)
        self._most = max(self._most, writer.memory.size)
        of, arrays = writer.names.of, [*writer.arguments, *writer.written]
        constants = [self._constant(x) for _, x in writer.names.constants.values()]
        body = [
            f"char *const constants[] = {{{', '.join(f'(char *){x}' for x in constants)}}};",
            f"char *const arrays[] = {{{', '.join(f'buffers + {places[line]}' for line in arrays)}}};",
        ]
        for line in (*writer.program.inputs, *writer.program.lines):
            if line.is_number:
                kind = NUMBER_TYPES.get(type(line.sample))
                if kind is None:
                    raise refuse(f"a number of {type(line.sample).__name__}", line)
                value = f"*(const {kind} *)(buffers + {places[line]})" if line in places else _computed(line, of)
                body.append(f"const {kind} {of[line]} = {value};")
        body.append(f"union value values[{len(arrays) + len(writer.names.numbers)}];")
        for at, (line, value) in enumerate(writer.names.numbers.items(), len(arrays)):
            body.append(f"values[{at}].{'real' if type(line.sample) is float else 'whole'} = {value};")
        function = f"function{len(self.functions)}"
        body.append(f"const int code = {function}({', '.join(NAMES)});")
        body += [*(["if (code) return code;", *moves] if moves else []), "return code;"]
        exported = f'__attribute__((export_name("{name}"))) int exported_{function}'
        self._texts += [
            writer.function(f"static int {function}", writer.blocks.texts),
            definition(exported, ["void"], body),
        ]

    def _constant(self, x: Sample) -> str:
        """The name of a constant array."""
        key = ctype(x), ", ".join(map(literal, x.ravel())) or "0"
        return self._constants.setdefault(key, f"constant{len(self._constants)}")


def _array(x: Argument) -> Line:
    """An array with this in it, which may be a number."""
    if isinstance(x, Later):
        raise StagingError("stage: wanted arrays and numbers from WebAssembly, got a function; return what it gives")
    if isinstance(x, Line) and not x.is_number:
        return x
    found = np.asarray(x.sample if isinstance(x, Line) else x)
    return Line("asarray", (x,), {}, blank(found.shape, found.dtype))


def _kind(line: Line) -> tuple[tuple[int, ...], str]:
    """The shape and dtype of the buffer of a line."""
    return np.shape(line.sample), np.asarray(line.sample).dtype.name


def _arrows(program: Program) -> list[Line]:
    """The last array that each arrow makes, each time that it runs."""
    lines = [line for line in program.lines if line.origin and isinstance(line.sample, np.ndarray | np.generic)]
    return [line for line, after in zip_longest(lines, lines[1:]) if after is None or after.origin != line.origin]


def _computed(line: Line, names: dict[Line, str]) -> str:
    """A number of Python, as an expression of C."""
    x, *more = [names[a] if isinstance(a, Line) else number(a) for a in line.arguments]
    return line.row.c.format(x=x, y="".join(more))
