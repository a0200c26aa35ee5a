"""Lowering: the lines of a program, rewritten in the few operations for which loops are written.

Programs for NumPy write some operations in the form that is fastest there: a sum as a product with ones, a sum of
chosen rows as a product with one-hot rows. Here these become sums again. What is left is elementwise, a view, a
reduction, a product of matrices of one dtype, or a sum of rows (`scatter`); views of constants are constants.

>>> from cat_ad.staging.trace.program import traced
>>> from cat_ad.staging.trace.trees import flatten
>>> leaves, form = flatten((np.zeros((2, 3)),))
>>> [line.operation for line in lowered(traced(lambda x: x @ np.ones(3), form, leaves)).lines]
['sum']
"""

from __future__ import annotations

from typing import Any

import numpy as np

from cat_ad.errors import StagingError
from cat_ad.staging.c.products import TERMS
from cat_ad.staging.numpy.buffers import view
from cat_ad.staging.trace.lines import Argument, Line, Options, root
from cat_ad.staging.trace.operations import VIEWS
from cat_ad.staging.trace.program import Program, lines_in, needed

NUMBERS = {
    "number add": "add",
    "number sub": "subtract",
    "number mul": "multiply",
    "number truediv": "divide",
    "number pow": "power",
    "number neg": "negative",
}


def lowered(program: Program) -> Program:
    """The same program, in a new list of lines."""
    lowering = _Lowering()
    for line in program.lines:
        lowering.add(line)
    outputs = tuple([lowering.argument(output) for output in program.outputs])
    return Program(program.inputs, tuple(needed(lowering.lines, outputs)), outputs, program.form)


class _Lowering:
    """The new lines so far, and for each line of the program what replaces it."""

    def __init__(self) -> None:
        """No lines yet."""
        self.lines: list[Line] = []
        self.now: dict[Line, Argument] = {}

    def argument(self, argument: Argument) -> Argument:
        """What replaces it."""
        return self.now.get(argument, argument) if isinstance(argument, Line) else argument

    def add(self, line: Line) -> None:
        """Write this line, or a simpler one that gives the same."""
        arguments = tuple([self.argument(argument) for argument in line.arguments])
        operation = line.operation
        if operation.startswith("number ") and not line.is_number:  # NumPy's numbers: arrays without axes here
            operation = NUMBERS[operation]
        self.now[line] = self.simpler(Line(operation, arguments, line.options, line.sample, line.origin))

    def write(self, operation: str, arguments: tuple[Argument, ...], options: Options, like: Line, sample: Any) -> Line:
        """One more line, of the origin of `like`."""  # Any: an array
        return self.keep(Line(operation, arguments, options, sample, like.origin))

    def keep(self, line: Line) -> Line:
        """Write this line, and return it."""
        self.lines.append(line)
        return line

    def simpler(self, line: Line) -> Argument:
        """The simplest line, or constant, that gives the same."""
        if line.operation in VIEWS:
            return self.view(line)
        if line.operation == "isnan":
            return self.write("not_equal", line.arguments * 2, (), line, line.sample)
        if line.operation == "asarray":
            return self.write("copy", line.arguments, (), line, line.sample)
        if line.operation == "vecdot":
            return self.total(line, *line.arguments)
        if line.operation == "matmul":
            return self.product(line, *line.arguments)
        if line.operation == "take" and is_unit_matrix(line.arguments[0]):
            _, *index = line.arguments
            if len(index) == 1 and isinstance(index[0], Line):
                return self.write("one_hot", tuple(index), (), line, line.sample)
        return self.keep(line)

    def view(self, line: Line) -> Argument:
        """A view; a constant for a view of one; one reshape for two, and none where it changes nothing."""
        of = line.arguments[0]
        if any(lines_in(line.arguments[1:])):
            raise refuse("an entry at a number that varies", line)
        if isinstance(of, np.ndarray):
            return view(line, of)
        if line.operation == "reshape" and of.operation == "reshape":
            of = of.arguments[0]
            line = Line("reshape", (of,), line.options, line.sample, line.origin)
        same = np.shape(of.sample) == line.sample.shape and type(of.sample) is type(line.sample)
        return of if line.operation == "reshape" and same else self.keep(line)

    def total(self, line: Line, x: Argument, y: Argument) -> Line:
        """The sum of the products of entries along the last axis."""
        shape = np.broadcast_shapes(shape_of(x), shape_of(y))
        both = self.write("multiply", (x, y), (), line, blank(shape, line.sample.dtype))
        return self.write("sum", (both,), (("axis", len(shape) - 1),), line, line.sample)

    def product(self, line: Line, x: Argument, y: Argument) -> Line:
        """A product of matrices, or the sum or the scatter that it is."""
        dtype = line.sample.dtype
        for vector, other, axis in ((x, y, max(0, len(shape_of(y)) - 2)), (y, x, len(shape_of(x)) - 1)):
            weight = only_number(vector)
            is_last = axis == len(shape_of(other)) - 1
            is_exact = is_last or dtype.kind != "f" or np.size(vector) <= TERMS  # or else it is rounded at each row
            if weight is not None and len(shape_of(vector)) == 1 and dtype_of(other) == dtype and is_exact:
                if weight != 1:  # each term, and not the sum, which may be too large or have lost what is small
                    other = self.write("multiply", (other, weight), (), line, blank(shape_of(other), dtype))
                return self.write("sum", (other,), (("axis", axis),), line, line.sample)
        if len(shape_of(y)) == 1:
            return self.total(line, x, y)
        index = self.rows(x)
        if index is not None and len(shape_of(y)) == 2:
            return self.write("scatter", (index, y), (), line, line.sample)
        x, y = (self.converted(side, dtype, line) for side in (x, y))
        return self.write("matmul", (x, self.in_order(y, line)), (), line, line.sample)

    def rows(self, x: Argument) -> Argument | None:
        """If x is a transposed one-hot matrix, the indices: of the row of x @ y to which each row of y is added."""
        if not isinstance(x, Line) or x.operation != "transpose" or len(shape_of(x)) != 2:
            return None
        of = x.arguments[0]
        if of.operation == "reshape":
            of = of.arguments[0]
        if of.operation != "one_hot" or of.sample.shape[-1] != shape_of(x)[0]:
            return None
        index = of.arguments[0]
        flat = (index.sample.size,)
        if index.sample.shape == flat:
            return index
        return self.write("reshape", (index,), (("shape", flat),), of, blank(flat, index.sample.dtype))

    def converted(self, x: Argument, dtype: Any, line: Line) -> Argument:
        """The same in this dtype."""  # Any: a dtype
        if dtype_of(x) == dtype:
            return x
        if not isinstance(x, Line):
            return x.astype(dtype)
        return self.write("astype", (x,), (("dtype", dtype),), line, blank(shape_of(x), dtype))

    def in_order(self, x: Argument, line: Line) -> Argument:
        """The same with contiguous rows."""
        if not isinstance(x, Line):
            return np.ascontiguousarray(x)
        if x.operation not in VIEWS or rows_are_in_order(x):
            return x
        known = (copy for copy in self.lines if copy.operation == "copy" and copy.arguments == (x,))
        found = next(known, None)
        return found if found else self.write("copy", (x,), (), line, blank(shape_of(x), x.sample.dtype))


def views_to(line: Line) -> list[Line]:
    """The views from a line to what it is a view of, the line itself first."""
    found = []
    while line.operation in VIEWS:
        found.append(line)
        line = line.arguments[0]
    return found


def refuse(what: str, line: Line | None = None) -> StagingError:
    """The error for what C cannot express, with the arrow that asked for it."""
    place = f" (in {line.origin})" if line is not None and line.origin else ""
    return StagingError(f'stage: wanted what C can express, got {what}{place}; stage it with target="numpy"')


def rows_are_in_order(line: Line) -> bool:
    """Are the entries of a row one after the other in memory, if the root is contiguous?"""
    x = np.empty(shape_of(root(line)), np.int8)
    for step in reversed(views_to(line)):
        x = view(step, x)
    return x.shape[-1] == 1 or x.strides[-1] == 1


def blank(shape: tuple[int, ...], dtype: Any) -> Any:  # Any: a dtype and an array
    """An array of this shape and dtype that takes no memory."""
    return np.broadcast_to(np.zeros((), dtype), shape)


def shape_of(x: Argument) -> tuple[int, ...]:
    """Of a line, an array or a number."""
    return np.shape(x.sample if isinstance(x, Line) else x)


def dtype_of(x: Argument) -> Any:  # Any: a dtype
    """Of a line of an array, or of an array."""
    return (x.sample if isinstance(x, Line) else x).dtype


def only_number(x: Argument) -> Any:  # Any: a number of NumPy's
    """The number that all entries of a constant are, or `None`."""
    if not isinstance(x, np.ndarray | np.generic) or not x.size:
        return None
    first = x.flat[0]
    same = (x == first) & (np.signbit(x) == np.signbit(first)) if x.dtype.kind == "f" else x == first
    return first if np.all(same) else None


def is_unit_matrix(x: Argument) -> bool:
    """Is this a constant unit matrix?"""
    if not isinstance(x, np.ndarray) or x.ndim != 2 or x.shape[0] != x.shape[1]:
        return False
    return bool((x == np.eye(len(x), dtype=x.dtype)).all())
