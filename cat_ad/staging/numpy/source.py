"""A program as the source of a function in Python, one line for each operation, with the arrow that it came from.

`workspace` makes the buffers, and all views of them, once; each call of `staged` is given a workspace to write to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import prod
from typing import Any

import numpy as np

from cat_ad.errors import told
from cat_ad.objects.array_operations import NAMED
from cat_ad.objects.numpy_tricks import is_counted
from cat_ad.staging.c.lowering import only_number
from cat_ad.staging.numpy.buffers import Plan
from cat_ad.staging.trace.bodies import Program, body_of, index_of, results_of
from cat_ad.staging.trace.later import Later
from cat_ad.staging.trace.lines import Argument, Line, Sample, sample_of
from cat_ad.staging.trace.opaque import opaque_of
from cat_ad.staging.trace.operations import OPERATIONS
from cat_ad.staging.trace.program import rewritten
from cat_ad.staging.trace.symbols import Value
from cat_ad.staging.trace.trees import named

WHOLE = "slice", None, None, None


@dataclass(frozen=True)
class Compiled:
    """A function of Python, the one that makes the arrays that it writes to, and the source of both."""

    source: str
    run: Callable[..., Any]  # Any: of a workspace and the leaves of the arguments
    workspace: Callable[[], tuple[Sample, ...]]
    called: Sequence[str] = ()  # what C calls Python for


def _sum_by_index(rows: Value, index: Value, *, size: int) -> Value:
    """As of arrays; a count is a call."""
    return NotImplemented if is_counted(index, size) else NAMED["sum_by_index"].ways[np](rows, index, size=size)


# Of named operations, as those of arrays
WAYS = {name: operation.ways[np] for name, operation in NAMED.items()} | {"sum_by_index": _sum_by_index}


def compiled(program: Program, donated: frozenset[Line]) -> Compiled:
    """The function of a program; results may be written to `donated`."""
    program = rewritten(program, WAYS)
    writer = _Writer(program, Plan(program, donated))
    source = writer.source()
    exec(compile(source, "<staged>", "exec"), writer.names)
    run, workspace = writer.names.pop("staged"), writer.names.pop("workspace")  # which would hold themselves for ever
    return Compiled(source, run, workspace)


def aligned(size: int) -> Sample:
    """A new array of so many bytes, at an address that is a multiple of 64."""
    raw = np.empty(size + 64, np.uint8)
    start = -raw.ctypes.data % 64
    return raw[start : start + size]


def array(block: Sample, start: int, shape: tuple[int, ...], dtype: np.dtype) -> Sample:
    """An array in a block of memory."""
    end = start + prod(shape) * dtype.itemsize
    return block[start:end].view(dtype).reshape(shape)


class _OfNumPy:
    """The functions of NumPy, by their names in a source."""

    def __init__(self, writer: _Writer) -> None:
        """Of what this writes."""
        self._writer = writer

    def __getattr__(self, name: str) -> str:
        """The name of the function of this name."""
        return self._writer.function(name)


class _Writer:
    """Writes the source of a program."""

    def __init__(self, program: Program, plan: Plan) -> None:
        """Of this program."""
        self.program = program
        self.plan = plan
        self.names: dict[str, Any] = {"aligned": aligned, "array": array}  # Any: the values of the names in the source
        self.name: dict[Line, str] = {line: f"x{i}" for i, line in enumerate(program.inputs)}
        self.constants: dict[Hashable, str] = {}
        self.buffers: list[str] = []  # the lines of the workspace
        self.parts: dict[Line, list[Line]] = {}  # the results of each loop

    def statements(self, program: Program, plan: Plan, start: int = 0, within: str = "") -> list[tuple[str, str]]:
        """The lines of a program with their origins; its memory begins at `start`, and it may be `within` a loop."""
        before, self.plan, found = self.plan, plan, list[tuple[str, str]]()
        self.parts |= results_of(program.lines)
        fresh = {line for line in program.lines if plan.makes_array(line)} - plan.places.keys() - plan.rows
        for i, line in enumerate(program.lines):
            name = self.name.setdefault(line, f"{'n' if line.is_number else 't'}{within}{i}")
            if line in plan.static:
                self.buffers.append(f"    {name} = {self.made(line)}")
            elif line.operation != "scan":
                if line in plan.places:
                    self.buffer(line, start + plan.places[line])
                if line.operation != "part":
                    found.append((line.origin, self.statement(line, line in fresh)))
                elif line in fresh:
                    found.append((line.origin, f"{name} = {self.fresh(line)}"))
                if self.ends(program, i):
                    loop = line.arguments[0]
                    found += [(line.origin, text) for text in self.loop(loop, start + plan.places[loop])]
        self.plan = before
        return found

    def buffer(self, line: Line, place: int) -> None:
        """A buffer in the workspace."""
        self.buffers.append(f"    {self.name[line]} = array(block, {place}, {line.sample.shape}, {self.dtype(line)})")

    @staticmethod
    def ends(program: Program, i: int) -> bool:
        """Is this the last of the results of a loop?"""
        return program.lines[i].operation == "part" and [x.operation for x in program.lines[i + 1 : i + 2]] != ["part"]

    def loop(self, line: Line, start: int) -> list[str]:
        """A loop of Python, after which all of its results are there."""
        body, plan, within = body_of(line), self.plan.steps[line], f"{self.name[line][1:]}_"
        program, place = body.program, f"i{within[:-1]}"
        states, rest = program.inputs[: body.states], program.inputs[body.states :]
        found, last = list[str](), list[str]()
        for at, (state, given) in enumerate(zip(states, line.arguments, strict=False)):
            self.name[state] = f"s{within}{at}"
            if state in plan.places:
                self.buffer(state, start + plan.places[state])
                found.append(f"{self.function('copyto')}({self.name[state]}, {self.argument(given)})")
            else:
                array = isinstance(sample_of(given), np.ndarray)
                found.append(f"{self.name[state]} = {self.argument(given)}{'[()]' * array}")
        backwards = "[::-1]" * body.backwards
        rows, arrays = [place], [f"range({body.many}){backwards}"]
        for at, (inside, given) in enumerate(zip(rest, line.arguments[body.states :], strict=True)):
            self.name[inside] = f"x{within}{at}" if at < body.rows else self.argument(given)
            if at < body.rows:
                rows.append(self.name[inside])
                arrays.append(f"{self.argument(given)}{backwards}")
        results = {index_of(part): part for part in self.parts[line]}
        stored = {program.outputs[at]: part for at, part in [*results.items()][::-1] if at >= body.states}
        for x in plan.rows:
            self.name[x] = f"y{within}{index_of(stored[x])}"
            rows.append(self.name[x])
            arrays.append(f"{self.name[stored[x]]}{backwards}")
        inner = [text for _, text in self.statements(program, plan, start, within)]
        for at, part in results.items():
            x, name = program.outputs[at], self.name[part]
            if at >= body.states:
                if x not in plan.rows or stored[x] is not part:
                    inner.append(f"{name}[{place}] = {self.argument(x)}")
            elif isinstance(part.sample, np.ndarray):
                last.append(f"{self.function('copyto')}({name}, {self.name[states[at]]})")
            else:
                last.append(f"{name} = {self.name[states[at]]}")
        inner += self.stepped(states, program.outputs[: body.states], plan)
        along = f"{place} in {arrays[0]}" if len(rows) == 1 else f"{', '.join(rows)} in zip({', '.join(arrays)})"
        return [*found, f"for {along}:", *(f"    {text}" for text in inner or ["pass"]), *last]

    def stepped(self, states: Sequence[Line], after: Sequence[Argument], plan: Plan) -> list[str]:
        """The states become those after the step, all at once."""
        found, numbers = list[str](), list[tuple[str, str]]()
        for state, x in zip(states, after, strict=True):
            name, value = self.name[state], self.argument(x)
            if x is state:
                continue
            if state not in plan.places:
                numbers.append((name, f"{value}[()]" if isinstance(sample_of(x), np.ndarray) else value))
            elif isinstance(x, Line) and plan.memory(x) in states:
                found.insert(0, f"{name}_ = {value}.copy()")
                found.append(f"{self.function('copyto')}({name}, {name}_)")
            elif not isinstance(x, Line) or plan.in_place.get(x) is not state:
                found.append(f"{self.function('copyto')}({name}, {value})")
        if numbers:
            names, values = (", ".join(side) for side in zip(*numbers, strict=True))
            found.append(f"{names} = {values}")
        return found

    def source(self) -> str:
        """The source of both functions."""
        body, made = self.statements(self.program, self.plan), self.buffers
        outputs = [self.output(*output) for output in zip(self.program.outputs, self.plan.copied, strict=True)]
        result = self.program.form.written(iter(outputs), self.names)
        words = set(re.findall(r"\w+", "\n".join([*(text for _, text in body), result])))
        used = [name for name in (line.split(" =")[0].strip() for line in made) if name in words]
        block = [f"    block = aligned({self.plan.size})"] if self.plan.size else []
        inputs = ", ".join(["workspace", *(self.name[line] for line in self.program.inputs)])
        lines = ["def workspace():", *block, *made, f"    return {_tuple(used)}", "", "", f"def staged({inputs}):"]
        lines += [f"    # {line}" for line in self.legend()]
        lines += [f"    {_tuple(used)} = workspace"] if used else []
        for origin, group in groupby(body, lambda statement: statement[0]):
            lines += [f"    # {origin}"] if origin else []
            lines += [f"    {statement}" for _, statement in group]
        return "\n".join([*lines, f"    return {result}", ""])

    def output(self, output: Argument, is_copied: bool) -> str:
        """What is returned, as an expression: a function depends on the arguments."""
        if isinstance(output, Later):
            return output.expression([self.name[line] for line in self.program.inputs], self.names)
        return f"{self.argument(output)}{'.copy()' * is_copied}"

    def legend(self) -> list[str]:
        """Comments: what arguments and constants are."""
        arguments = [f"{self.name[line]}: {_told(line.sample)}" for line in self.program.inputs]
        constants = [f"{c}: {_told(self.names[c])}{_entries(self.names[c])}" for c in self.constants.values()]
        return [", ".join(names) for names in (arguments, constants) if names]

    def statement(self, line: Line, fresh: bool) -> str:
        """One line of the function."""
        name = self.name[line]
        if not self.plan.makes_array(line):
            return f"{name} = {self.made(line)}"
        written = self.into(line, name)
        if not fresh:
            return written
        given = self.plan.given.get(line)
        made = self.name[given] if given else self.fresh(line)
        return f"{name} = {made}; {written}"

    def fresh(self, line: Line) -> str:
        """A new array, as an expression."""
        return f"{self.function('empty')}({line.sample.shape}, {self.dtype(line)})"

    def into(self, line: Line, out: str) -> str:
        """A statement that writes to `out`."""
        if line.operation == "reshape":
            shape = line.arguments[0].sample.shape
            return f"{self.function('copyto')}({out}.reshape({shape}), {self.argument(line.arguments[0])})"
        return self.filled(line, line.row.into, [self.argument(x) for x in _thin(line)], out)

    def made(self, line: Line) -> str:
        """An expression for which NumPy makes a view, a new array, or one of its own numbers."""
        if line.operation == "take":
            return self.taken(line)
        values = [self.argument(x) for x in line.arguments] if line.operation != "slice" else []
        if line.operation == "pick":
            return f"{values[0]}[{index_of(line)}]"
        if line.operation == "call":
            name = named(f"{opaque_of(line).name}_call", opaque_of(line), self.names)
            return f"{name}({', '.join(values)})  # called as it is"
        if line.operation == "slice":
            return f"{self.argument(line.arguments[0])}[{self.index(line.arguments[1:])}]"
        if line.operation == "transpose" and dict(line.options)["axes"] == tuple(range(line.sample.ndim))[::-1]:
            return f"{values[0]}.T"
        return self.filled(line, line.row.made, values)

    def filled(self, line: Line, template: str, values: Sequence[str], out: str = "") -> str:
        """A template of the table with these arguments."""
        options = {name: self.dtype(line) if name == "dtype" else f"{x!r}" for name, x in line.options}
        more = "".join(f", {name}={text}" for name, text in options.items())
        known = options | dict(zip("xyz", values, strict=False)) | {"out": out, "options": more, "np": _OfNumPy(self)}
        known["f"] = self.function(_quickest(line)) if "{f}" in template else ""
        return template.format_map(known | {"xs": ", ".join(values), "parts": _tuple(values)})

    def taken(self, line: Line) -> str:
        """Entries at indices in arrays: copies, also where NumPy gives a view, for an index without axes."""
        of, *before, last = line.arguments
        index = [sample_of(part) for part in line.arguments[1:] if isinstance(part, Line | np.ndarray)]
        whole = all(isinstance(part, tuple) and part == WHOLE for part in before)
        if whole and isinstance(last, Line | np.ndarray) and index[-1].dtype.kind == "i":
            return f"{self.argument(of)}.take({self.argument(last)}, {len(before)})"
        taken = f"{self.argument(of)}[{self.index(line.arguments[1:])}]"
        return taken if any(array.ndim for array in index) else f"{self.function('copy')}({taken})"

    def index(self, parts: Sequence[Argument]) -> str:
        """An index as it is written."""
        written = []
        for part in parts:
            if isinstance(part, tuple):
                start, stop, step = ("" if x is None else str(x) for x in part[1:])
                written.append(f"{start}:{stop}" + (f":{step}" if step else ""))
            else:
                written.append("..." if part is Ellipsis else self.argument(part))
        return ", ".join(written) or "()"

    def argument(self, argument: Argument) -> str:
        """The name of a line or of a constant, or a number."""
        if isinstance(argument, Line):
            return self.name[argument]
        if argument is None or type(argument) in (bool, int, float, complex):
            text = repr(argument)
            if "inf" in text or "nan" in text:
                return f"{type(argument).__name__}('{text}')"
            return f"({text})" if text.startswith("-") else text
        key = (type(argument), argument.shape, argument.dtype, argument.tobytes())
        name = self.constants.setdefault(key, f"c{len(self.constants)}")
        self.names[name] = argument
        return name

    def function(self, name: str) -> str:
        """The name of a function of NumPy; a ufunc of another library is named apart from all that is written here."""
        row, its_own = OPERATIONS.get(name), getattr(np, name, None)
        if row and row.kind == "entries" and row.meaning is not its_own:
            name, its_own = f"{name}_", row.meaning
        self.names[name] = its_own or (row and row.meaning)
        return name

    def dtype(self, line: Line) -> str:
        """The name of the dtype of a result."""
        dtype = line.sample.dtype
        name = dtype.name if dtype.isnative and dtype.name != "bool" else f"dtype_{dtype.name}"
        self.names[name] = dtype
        return str(name)


def _quickest(line: Line) -> str:
    """The quickest function for this: `dot` for one product of matrices, which checks less than `matmul`.

    But not with a single number, which `dot` hands to a function of BLAS for which 0 times nan is 0.
    """
    alone = line.operation == "matmul" and all(sample.ndim <= 2 and sample.size != 1 for sample in _samples(line))
    return "dot" if alone else line.operation


def _told(x: Sample) -> str:
    """The dtype and shape of an array, or the type of a number."""
    return told(x) if isinstance(x, np.ndarray | np.generic) else type(x).__name__


def _entries(x: Sample) -> str:
    """The number that all entries are, if they are one number."""
    number = only_number(x)
    return "" if number is None else f" of {number}"


def _samples(line: Line) -> list[Sample]:
    return [sample_of(argument) for argument in line.arguments]


def _tuple(values: Sequence[str]) -> str:
    return f"({', '.join(values)}{',' if len(values) == 1 else ''})"


def _thin(line: Line) -> tuple[Argument, ...]:
    """The arguments; but for arithmetic, an array without axes for a constant whose entries are all one number.

    Also for a number of Python, which NumPy would convert to the dtype of the other argument at each call.
    """
    samples = _samples(line)
    arrays = [sample for sample in samples if isinstance(sample, np.ndarray)]
    if line.kind != "entries" or not arrays or line.sample.dtype.kind != "f":
        return line.arguments
    if any(array.dtype != line.sample.dtype for array in arrays):
        return line.arguments
    found: list[Argument] = []
    for at, argument in enumerate(line.arguments):
        others = [sample for i, sample in enumerate(samples) if i != at and isinstance(sample, np.ndarray)]
        whole = any(other.shape == line.sample.shape for other in others)
        if whole and type(argument) in (int, float):
            found.append(np.asarray(argument, line.sample.dtype))
        elif whole and isinstance(argument, np.ndarray) and (number := only_number(argument)) is not None:
            found.append(np.asarray(number))
        else:
            found.append(argument)
    return tuple(found)
