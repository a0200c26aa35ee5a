"""Lines: the operations of a function on arrays, written down in the order in which they are done.

A line carries a sample, which is the result when it was written down: so its shape and dtype are those of NumPy.

>>> trace = Trace()
>>> x = trace.input(np.ones((2, 3)))
>>> y = trace.write("sum", (x,), {"axis": 1})
>>> [line.operation for line in trace.lines], y.sample
(['input', 'sum'], array([3., 3.]))
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from cat_ad.objects.arrays import none_negative
from cat_ad.staging.trace.operations import OPERATIONS, Kind, Operation
from cat_ad.staging.trace.origins import origin, refusal

Argument: TypeAlias = Any  # Any: a Line, a constant array, a number, or a tuple that stands for a slice
Sample: TypeAlias = Any  # Any: an array, or a number of NumPy or of Python
Options: TypeAlias = dict[str, Any]  # Any: numbers, tuples, dtypes; or the body of a loop, or what is called

NUMERIC = "biufc"  # kinds of dtypes: bool, integers, floating point, complex


@dataclass(eq=False)
class Line:
    """One operation: its arguments, and its result when it was written down."""

    operation: str
    arguments: tuple[Argument, ...]
    options: Options
    sample: Sample
    origin: str = ""

    @property
    def row(self) -> Operation:
        """What the table says of the operation."""
        return OPERATIONS[self.operation]

    @property
    def kind(self) -> Kind:
        """The kind of the operation."""
        return OPERATIONS[self.operation].kind

    @property
    def is_number(self) -> bool:
        """Is it a number of Python, and not an array?"""
        return type(self.sample) in (bool, int, float, complex)

    def forget(self) -> None:
        """Keep the shape and dtype of the sample, and free its memory: no later line needs the entries."""
        if isinstance(self.sample, np.ndarray) and self.operation != "input":
            shape = self.sample.shape  # of one entry that is seen many times over
            self.sample = np.ndarray(shape, self.sample.dtype, np.zeros((), self.sample.dtype), 0, (0,) * len(shape))


@dataclass(eq=False)
class Trace:
    """All lines, in the order in which they were written, and the constant arrays among their arguments.

    An operation among its `ways` is written as that does it, unless it is `NotImplemented` there. If it `asks`, what is
    known of the arguments' entries is found out, and written down too.
    """

    asks: bool = False
    lines: list[Line] = field(default_factory=list)
    constants: dict[Hashable, Sample] = field(default_factory=dict)
    ways: Mapping[str, Callable[..., Any]] = field(default_factory=dict)  # to write operations otherwise, of symbols
    found: dict[Line, bool] = field(default_factory=dict)  # of arguments: is it known that no entry is negative?

    @property
    def depth(self) -> int:
        """How many loops are around."""
        return 0

    def here(self, line: Line, trace: Trace) -> Line:
        """The line of this trace that has the result of a line of another. Raises `StagingError` if there is none."""
        if trace is not self:
            raise refusal("a symbol that is left from another run", "return it from there")
        return line

    def input(self, sample: Sample) -> Line:
        """A new argument."""
        return self.keep(Line("input", (), {}, sample))

    def write(self, operation: str, arguments: Iterable[Argument], options: Options) -> Line:
        """Do it to the samples, and write it down. Raises what NumPy raises, and `StagingError` for no numbers."""
        arguments, options = (
            tuple([self.constant(x) if isinstance(x, np.ndarray) else x for x in arguments]),
            options or {},
        )
        sample = OPERATIONS[operation].meaning(*map(sample_of, arguments), **options)
        if isinstance(sample, np.ndarray | np.generic) and sample.dtype.kind not in NUMERIC:
            raise refusal(f"an array of {sample.dtype}", "use arrays of numbers")
        found = origin(part.origin for part in arguments if isinstance(part, Line))
        return self.keep(Line(operation, arguments, options, sample, found))

    def keep(self, line: Line) -> Line:
        """Write a line that is made, and return it."""
        self.lines.append(line)
        return line

    def none_negative(self, line: Line) -> bool:
        """Is it known that no entry is negative? That depends on the arrays of a call: so on the first one's here."""
        line = root(line)
        if not self.asks or line.operation != "input":
            return False
        return self.found.setdefault(line, none_negative(line.sample))

    def constant(self, x: Sample) -> Sample:
        """A copy, since the array may change; arrays that are the same, bit for bit, have one copy."""
        if type(x) not in (np.ndarray, np.memmap):
            raise refusal(f"an array of {type(x).__name__}", "make it a plain one by np.asarray")
        key = x.shape, x.dtype, x.strides, x.tobytes()
        if key not in self.constants:
            self.constants[key] = np.array(x)
        return self.constants[key]


_traces: ContextVar[tuple[Trace, ...]] = ContextVar("traces", default=())  # those being written, by depth


@contextmanager
def tracing(trace: Trace) -> Iterator[Trace]:
    """This trace is being written, and so are those around it."""
    before = _traces.set((*_traces.get()[: trace.depth], trace))
    try:
        yield trace
    finally:
        _traces.reset(before)


def innermost() -> Trace:
    """The trace that is being written, in the innermost loop."""
    return _traces.get()[-1]


def trace_for(traces: Iterable[Trace]) -> Trace:
    """Where an operation is written on what these have: in as few loops as can be."""
    deepest = max(traces, key=lambda trace: trace.depth)
    now = _traces.get()
    return now[deepest.depth] if deepest.depth < len(now) else deepest


def alike(one: Line, other: Line) -> bool:
    """Are they of one class, shape and dtype?"""
    if type(one.sample) is not type(other.sample) or one.is_number:
        return type(one.sample) is type(other.sample)
    return bool(one.sample.shape == other.sample.shape and one.sample.dtype == other.sample.dtype)


def root(line: Line) -> Line:
    """The line that is no view, at whose memory this one may look; or the line itself."""
    while line.kind == "view":
        line = line.arguments[0]
    return line


def sample_of(argument: Argument) -> Sample:
    """The sample of a line; any other argument is its own sample."""
    return argument.sample if isinstance(argument, Line) else argument


def only_number(x: Argument) -> Sample:
    """The number that all entries of a constant are, or `None`."""
    if not isinstance(x, np.ndarray | np.generic) or not x.size:
        return None
    first = x.flat[0]
    same = (x == first) & (np.signbit(x) == np.signbit(first)) if x.dtype.kind == "f" else x == first
    return first if np.all(same) else None
