"""A program as the source of a function in Python, one line for each operation, with the arrow that it came from.

`workspace` makes the buffers, and all views of them, once; each call of `staged` is given a workspace to write to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import numpy as np

from cat_ad.errors import told
from cat_ad.objects.array_operations import NAMED
from cat_ad.objects.numpy_tricks import is_counted
from cat_ad.staging.numpy.buffers import Plan
from cat_ad.staging.numpy.expressions import Compiled, Expressions, aligned, array, tuple_of
from cat_ad.staging.numpy.floats import floats, gives_float
from cat_ad.staging.trace.bodies import Program, results_of
from cat_ad.staging.trace.lines import Argument, Line, Sample, only_number, sample_of
from cat_ad.staging.trace.program import rewritten
from cat_ad.staging.trace.symbols import Value


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


class _Writer(Expressions[Plan]):
    """Writes the source of a program."""

    def __init__(self, program: Program, plan: Plan) -> None:
        """Of this program."""
        super().__init__(program, plan, aligned=aligned, array=array)
        self.buffers: list[str] = []  # the lines of the workspace
        self.parts: dict[Line, list[Line]] = {}  # the results of each loop
        self.floats = set[Line]()  # numbers in loops that are floats of Python

    def statements(self, program: Program, plan: Plan, start: int = 0, within: str = "") -> list[tuple[str, str]]:
        """The lines of a program with their origins; its memory begins at `start`, and it may be `within` a loop."""
        before, self.memory, found = self.memory, plan, list[tuple[str, str]]()
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
        self.memory = before
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
        body, plan, within = line.options["body"], self.memory.inner[line], f"{self.name[line][1:]}_"
        assert isinstance(plan, Plan), "it is planned by one"
        program, place = body.program, f"i{within[:-1]}"
        states, rest = program.inputs[: body.states], program.inputs[body.states :]
        found, last = list[str](), list[str]()
        self.floats |= floats(program.inputs, program.lines)
        for at, (state, given) in enumerate(zip(states, line.arguments, strict=False)):
            self.name[state] = f"s{within}{at}"
            if state in plan.places:
                self.buffer(state, start + plan.places[state])
                found.append(f"{self.function('copyto')}({self.name[state]}, {self.argument(given)})")
            else:
                found.append(f"{self.name[state]} = {self.number(given, state)}")
        backwards = "[::-1]" * body.backwards
        rows, arrays = [place], [f"range({body.many}){backwards}"]
        for at, (inside, given) in enumerate(zip(rest, line.arguments[body.states :], strict=True)):
            is_row, is_float = at < body.rows, inside in self.floats
            self.name[inside] = f"x{within}{at}" if is_row or is_float else self.argument(given)
            if is_row:
                rows.append(self.name[inside])
                row = f"{self.argument(given)}{backwards}"
                arrays.append(f"memoryview({row})" if is_float else row)  # which gives floats
            elif is_float:
                found.append(f"{self.name[inside]} = float({self.argument(given)})")
        results = {part.options["index"]: part for part in self.parts[line]}
        stored = {program.outputs[at]: part for at, part in [*results.items()][::-1] if at >= body.states}
        for x in sorted(plan.rows, key=program.lines.index):
            self.name[x] = f"y{within}{stored[x].options['index']}"
            rows.append(self.name[x])
            arrays.append(f"{self.name[stored[x]]}{backwards}")
        inner = [*told_origins(self.statements(program, plan, start, within))]
        for at, part in results.items():
            x, name = program.outputs[at], self.name[part]
            if at >= body.states:
                if x not in plan.rows or stored[x] is not part:
                    inner.append(f"{name}[{place}] = {self.argument(x)}")
            elif isinstance(part.sample, np.ndarray):
                last.append(f"{self.function('copyto')}({name}, {self.name[states[at]]})")
            else:
                last.append(f"{name} = {self.number(states[at], part)}")
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
                numbers.append((name, self.number(x, state)))
            elif isinstance(x, Line) and plan.views.base(x) in states:
                found.insert(0, f"{name}_ = {value}.copy()")
                found.append(f"{self.function('copyto')}({name}, {name}_)")
            elif not isinstance(x, Line) or plan.places.get(x) != plan.places[state]:
                found.append(f"{self.function('copyto')}({name}, {value})")
        if numbers:
            names, values = (", ".join(side) for side in zip(*numbers, strict=True))
            found.append(f"{names} = {values}")
        return found

    def number(self, x: Argument, state: Line) -> str:
        """The number x as one of Python or of NumPy, whichever that state is."""
        value, is_float = self.argument(x), isinstance(x, Line) and x in self.floats
        if state in self.floats:
            return value if is_float else f"float({value})"
        if is_float:
            return f"{self.function('double')}({value})"
        return f"{value}[()]" if isinstance(sample_of(x), np.ndarray) else value

    def source(self) -> str:
        """The source of both functions."""
        body, made = self.statements(self.program, self.memory), self.buffers
        result = self.returned()
        words = set(re.findall(r"\w+", "\n".join([*(text for _, text in body), result])))
        used = [name for name in (line.split(" =")[0].strip() for line in made) if name in words]
        block = [f"    block = aligned({self.memory.size})"] if self.memory.size else []
        inputs = ", ".join(["workspace", *(self.name[line] for line in self.program.inputs)])
        lines = ["def workspace():", *block, *made, f"    return {tuple_of(used)}", "", "", f"def staged({inputs}):"]
        lines += [f"    # {line}" for line in self.legend()]
        lines += [f"    {tuple_of(used)} = workspace"] if used else []
        lines += [f"    {line}" for line in told_origins(body)]
        return "\n".join([*lines, f"    return {result}", ""])

    def legend(self) -> list[str]:
        """Comments: what arguments and constants are."""
        arguments = [f"{self.name[line]}: {_told(line.sample)}" for line in self.program.inputs]
        constants = [f"{c}: {_told(self.names[c])}{_entries(self.names[c])}" for c in self.constants.values()]
        return [", ".join(names) for names in (arguments, constants) if names]

    def statement(self, line: Line, fresh: bool) -> str:
        """One line of the function."""
        name = self.name[line]
        if not self.memory.makes_array(line):
            value = self.made(line)
            if type(line.sample) is np.float64 and gives_float(line, self.floats) is not (line in self.floats):
                value = f"{'float' if line in self.floats else self.function('double')}({value})"
            return f"{name} = {value}{'  # called as it is' * (line.operation == 'call')}"
        written = self.into(line, name)
        if not fresh:
            return written
        given = self.memory.given.get(line)
        made = self.name[given] if given else self.fresh(line)
        return f"{name} = {made}; {written}"


def told_origins(statements: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Lines, each origin above those that come from it."""
    for origin, group in groupby(statements, lambda statement: statement[0]):
        if origin:
            yield f"# {origin}"
        yield from (text for _, text in group)


def _told(x: Sample) -> str:
    """The dtype and shape of an array, or the type of a number."""
    return told(x) if isinstance(x, np.ndarray | np.generic) else type(x).__name__


def _entries(x: Sample) -> str:
    """The number that all entries are, if they are one number."""
    number = only_number(x)
    return "" if number is None else f" of {number}"
