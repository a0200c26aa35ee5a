"""The C target: a program compiled by the C compiler of the machine, and a function of Python that calls it.

C is given the array objects themselves, and reads from them where their entries are: asking in Python would take a
microsecond for each array. Arithmetic on numbers of Python is done in Python, by its rules. Arrays that are not
contiguous are copied.
"""

from __future__ import annotations

import _ctypes
import ctypes
import weakref
from collections.abc import Iterable, Sequence
from functools import partial
from struct import Struct
from typing import Any

import numpy as np

from cat_ad.objects.arrays import AnyArray
from cat_ad.staging.c.blas import faster_by_blas
from cat_ad.staging.c.callbacks import calls_of
from cat_ad.staging.c.compiler import library, vector_bytes
from cat_ad.staging.c.kernels import Kernel
from cat_ad.staging.c.lowering import refuse
from cat_ad.staging.c.memory import Buffers
from cat_ad.staging.c.source import Writer
from cat_ad.staging.c.threads import available
from cat_ad.staging.numpy.expressions import Compiled, Expressions, aligned, array
from cat_ad.staging.trace.bodies import Program, lines_in
from cat_ad.staging.trace.lines import Argument, Line


def compiled(program: Program, donated: frozenset[Line], threads: int = 1) -> Compiled:
    """The program in C, compiled, with a function of Python that calls it; results may be written to `donated`.

    Raises `StagingError` for what C cannot express, and its subclass `CompilerError` where no compiler works.
    """
    check_arrays()
    vector = vector_bytes()
    threads = available(threads) if threads > 1 else 1
    writer = Writer(program, donated, vector, lambda products: faster_by_blas(products, vector), threads=threads)
    return _Caller(writer).compiled()


class _Caller(Expressions[Buffers]):
    """Writes the function of Python that calls the one of C. That function must hold no line: samples are large."""

    def __init__(self, writer: Writer) -> None:
        """Of the C that this has written."""
        fails = partial(fail, writer.failures)
        super().__init__(writer.program, writer.memory, ndarray=np.ndarray, usable=usable, whole=whole, fail=fails)
        self.writer, self.kernels, self.name = writer, writer.kernels, writer.names.of
        calls = [kernel for kernel in writer.steps if isinstance(kernel, Kernel)]
        given = [x for kernel in calls for line in kernel.lines for x in lines_in(line.arguments)]
        called = self.kernels.escaping.union(map(self.memory.views.base, given), *(kernel.lines for kernel in calls))
        self.seen = [line for line in writer.program.lines if line in self.memory.places and line in called]

    def compiled(self) -> Compiled:
        """Both functions, and the source of the one in C."""
        source = self.writer.source()
        compiled = _closing(library(source, "staged")) if self.writer.stretches else None
        for name in self.writer.stretches:
            self.names[name] = compiled and compiled[name]  # which holds the library, and is not held by it
            self.names[name].argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p]
        constants = [x for _, x in self.writer.names.constants.values()]
        table = np.array([x.ctypes.data for x in constants], np.uintp)
        self.names |= {"constants": table.ctypes.data, "kept": (constants, table)}
        numbers = ["d" if type(line.sample) is float else "q" for line in self.writer.names.numbers]
        self.names["table"] = Struct(f"{len(self.writer.arguments) + len(self.writer.written)}P{''.join(numbers)}").pack
        exec(compile(self.text(), "<staged>", "exec"), self.names)
        places = [(self.memory.places[line], np.shape(line.sample), line.sample.dtype) for line in self.seen]
        made = partial(workspace, self.memory.size, places)
        return Compiled(source, self.names.pop("run"), made, calls_of(self.writer.program))

    def text(self) -> str:
        """The source of the function of Python."""
        inputs, escaping = self.program.inputs, self.kernels.escaping
        lines = [f"def run({', '.join(['workspace', *(self.name[line] for line in inputs)])}):"]
        lines += [f"memory, {''.join(f'{self.name[line]}, ' for line in self.seen)}block = workspace"]
        lines += [f"given_{self.name[line]} = {self.name[line]}" for line in inputs if line in escaping]
        lines += [f"{self.name[line]} = {self.made(line)}" for line in self.program.lines if line.is_number]
        for line, name in self.writer.names.numbers.items():
            if line in self.writer.names.integers:
                self.names[f"dtypes_{name}"] = self.writer.names.integers[line]
                lines.append(f"{name} = whole({name}, dtypes_{name})")
        lines += [f"{self.name[line]} = {self.fresh(line)}" for line in self.writer.fresh]
        given = [line for line in (*self.writer.arguments, *self.writer.written) if line not in self.writer.fresh]
        arrays, fresh = ([self.name[line] for line in lines_] for lines_ in (given, self.writer.fresh))
        copied = f"{', '.join(arrays)}, = usable({', '.join(arrays)})"
        if arrays:
            plain = " and ".join(f"type({name}) is ndarray" for name in arrays)
            lines.append(f"if not ({plain}): {copied}")
        numbers = [f", {name}" for name in self.writer.names.numbers.values()]
        values = f"table(*map(id, ({''.join(f'{name}, ' for name in (*arrays, *fresh))})){''.join(numbers)})"
        for step in self.writer.steps:
            if isinstance(step, Kernel):
                lines += self.called(step.lines)
                continue
            call = f"code = {step}(memory, constants, {values})"
            lines.append(call)
            if arrays:
                lines += ["if code < 0:", f"    {copied}", f"    {call}"]
            lines.append("if code: fail(code)")
        self.name |= {line: f"given_{self.name[line]}" for line in inputs if line in escaping and not line.is_number}
        return "\n    ".join([*lines, f"return {self.returned()}"])

    def called(self, lines: Sequence[Line]) -> list[str]:
        """A call of Python, and where its results go."""
        line, *picks = lines
        if line.sample is not None:
            return [f"{self.place(line)}[...] = {self.made(line)}"]
        results = [f"{self.place(pick)}[...] = found[{pick.options['index']}]" for pick in picks]
        return [f"found = {self.made(line)}", *results]

    def place(self, line: Line) -> str:
        """The name of the array of a result."""
        return self.name[self.memory.given.get(line, line)]

    def argument(self, argument: Argument) -> str:
        """As an expression."""
        if not isinstance(argument, Line):
            return super().argument(argument)
        if argument in self.memory.views:
            return self.made(argument)
        return f"{self.name[argument]}[()]" if argument in self.seen else self.place(argument)


def _closing(library: ctypes.CDLL) -> ctypes.CDLL:
    """The same library, closed when no function of it is left; Python itself closes none."""
    if hasattr(_ctypes, "dlclose"):  # as where there is a `cc`
        weakref.finalize(library, _ctypes.dlclose, library._handle).atexit = False
    return library


def workspace(size: int, places: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:  # Any: an address, and arrays
    """Memory for one call at a time: its address, the arrays at these places in it, and the memory itself."""
    block = aligned(size)
    return (block.ctypes.data, *(array(block, *place) for place in places), block)


def fail(failures: Sequence[str], code: int) -> None:
    """The error of NumPy for the check that failed."""
    raise IndexError(failures[code - 1])


def usable(*arrays: AnyArray) -> list[AnyArray]:
    """The arrays, where those that are not contiguous, or of another class, are copied."""
    return [np.require(np.asarray(x), requirements=["C", "A", "W"]) for x in arrays]


def whole(number: int, dtypes: Iterable[np.dtype]) -> int:
    """The number, if it is still an integer, as when the function was staged, and fits into arrays of these dtypes.

    Raises `StagingError`, and `OverflowError` as NumPy does.
    """
    if type(number) is not int:
        raise refuse(f"the number {number!r}, which was an integer before")
    for dtype in (np.dtype(np.int64), *dtypes):
        if dtype.kind in "iu" and not np.iinfo(dtype).min <= number <= np.iinfo(dtype).max:
            raise OverflowError(f"Python integer {number} out of bounds for {dtype}")
    return number


def check_arrays() -> None:
    """Raise `StagingError` if array objects are not laid out as NumPy's C interface says."""
    for x in (np.zeros((2, 3)), np.zeros((2, 3)).T):
        start = id(x) + object.__basicsize__
        data = ctypes.c_void_p.from_address(start).value
        flags = ctypes.c_int.from_address(start + 6 * ctypes.sizeof(ctypes.c_void_p)).value
        if data != x.ctypes.data or bool(flags & 1) != x.flags.c_contiguous:
            raise refuse("arrays that are not where NumPy's C interface says")
