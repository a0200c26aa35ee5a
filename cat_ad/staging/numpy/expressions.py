"""Expressions of Python for the lines of a program, by the templates of the table, and the values of their names.

Whoever writes a function that Python runs, the whole program or the call of one in C, writes it with these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any, Generic, TypeVar

import numpy as np

from cat_ad.staging.trace.bodies import Program, lines_in
from cat_ad.staging.trace.later import Later
from cat_ad.staging.trace.lines import Argument, Line, Sample, only_number, sample_of
from cat_ad.staging.trace.memory import Memory
from cat_ad.staging.trace.operations import OPERATIONS
from cat_ad.staging.trace.trees import named
from cat_ad.staging.trace.views import as_matrix

M = TypeVar("M", bound=Memory)

WHOLE = "slice", None, None, None


@dataclass(frozen=True)
class Compiled:
    """A function of Python, the one that makes the arrays that it writes to, and the source of both."""

    source: str
    run: Callable[..., Any]  # Any: of a workspace and the leaves of the arguments
    workspace: Callable[[], tuple[Sample, ...]]
    called: Sequence[str] = ()  # what C calls Python for


def aligned(size: int) -> Sample:
    """A new array of so many bytes, at an address that is a multiple of 64."""
    raw = np.empty(size + 64, np.uint8)
    start = -raw.ctypes.data % 64
    return raw[start : start + size]


def array(block: Sample, start: int, shape: tuple[int, ...], dtype: np.dtype) -> Sample:
    """An array in a block of memory."""
    end = start + prod(shape) * dtype.itemsize
    return block[start:end].view(dtype).reshape(shape)


class Expressions(Generic[M]):
    """Writes expressions of a program, whose results are in this memory."""

    def __init__(self, program: Program, memory: M, **names: object) -> None:
        """With these names besides those that are written."""
        self.program = program
        self.memory = memory
        self.names: dict[str, Any] = names  # Any: their values
        self.name: dict[Line, str] = {line: f"x{i}" for i, line in enumerate(program.inputs)}
        self.constants: dict[Hashable, str] = {}

    def returned(self) -> str:
        """What is returned, copied where it must be: a function depends on the arguments."""
        found = list[str]()
        for output, is_copied in zip(self.program.outputs, self.memory.copied, strict=True):
            if isinstance(output, Later):
                found.append(output.expression([self.name[line] for line in self.program.inputs], self.names))
            else:
                found.append(f"{self.argument(output)}{'.copy()' * is_copied}")
        return self.program.form.written(iter(found), self.names)

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
            return f"{values[0]}[{line.options['index']}]"
        if line.operation == "call":
            name = named(
                re.sub(r"\W+", "_", f"{line.options['function'].name}_call"), line.options["function"], self.names
            )
            return f"{name}({', '.join(values)})"
        if line.operation == "slice":
            return f"{self.argument(line.arguments[0])}[{self.index(line.arguments[1:])}]"
        if line.operation == "transpose" and line.options["axes"] == tuple(range(line.sample.ndim))[::-1]:
            return f"{values[0]}.T"
        return self.filled(line, line.row.made, values)

    def filled(self, line: Line, template: str, values: Sequence[str], out: str = "") -> str:
        """A template of the table with these arguments."""
        options = {name: self.dtype(line) if name == "dtype" else f"{x!r}" for name, x in line.options.items()}
        more = "".join(f", {name}={text}" for name, text in options.items())
        template = re.sub(r"\{np\.(\w+)\}", lambda found: self.function(found[1]), template)
        known: dict[str, object] = {"out": out, "options": more}
        known |= {"xs": ", ".join(values), "parts": tuple_of(values), **dict(zip("xyz", values, strict=False))}
        known["f"] = self.function(self.quickest(line)) if "{f}" in template else ""
        return template.format_map(known | options)

    def quickest(self, line: Line) -> str:
        """The quickest function for this: `dot` for one product of matrices, which checks less than `matmul`.

        But not with a single number, which `dot` hands to a function of BLAS for which 0 times nan is 0; not of what
        BLAS cannot read as it lies in memory, which `dot` copies first; and not of two views of one array. `matmul`
        computes a matrix by its transpose as symmetric, and `dot` does so too, but only where it is contiguous.
        """
        if line.operation != "matmul" or any(sample.ndim > 2 or sample.size == 1 for sample in _samples(line)):
            return line.operation
        factors = [*lines_in(line.arguments)]
        views = [x for x in factors if x in self.memory.views]
        if len(factors) == 2 and len({*map(self.memory.views.base, factors)}) == 1:
            return line.operation
        return "dot" if all(_is_for_blas(x.sample.shape, self.memory.views.layout(x)[1]) for x in views) else "matmul"

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
        name = _name_of(dtype)
        self.names[name] = dtype
        return name


@lru_cache
def _name_of(dtype: np.dtype) -> str:
    """A name that is no other thing's in a source. To ask NumPy for it takes as long as to write a line."""
    return str(dtype.name if dtype.isnative and dtype.name != "bool" else f"dtype_{dtype.name}")


def tuple_of(values: Sequence[str]) -> str:
    """Of these expressions."""
    return f"({', '.join(values)}{',' if len(values) == 1 else ''})"


def _is_for_blas(shape: tuple[int, ...], strides: tuple[int, ...]) -> bool:
    """Can BLAS read a matrix, or a vector, with these strides?"""
    if len(shape) == 1:
        return strides[0] > 0
    return as_matrix(shape, strides) is not None


def _samples(line: Line) -> list[Sample]:
    return [sample_of(argument) for argument in line.arguments]


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
