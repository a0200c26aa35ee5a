"""Floats of Python for NumPy's numbers in a loop, whose arithmetic takes half the time or less.

To add, subtract, multiply and negate, both compute the same, bit for bit. In all else they differ: Python refuses to
divide by zero, has a power of its own, and its floats take on the dtype of an array. So a number is a float of Python
only if nobody reads it but such arithmetic, functions of one number, and the next step. Of what is infinite there,
NumPy would warn.

>>> from cat_ad.staging.trace.lines import Trace
>>> trace = Trace()
>>> x, y = trace.input(np.float64(2.0)), trace.input(np.float64(3.0))
>>> square = trace.write("number mul", (x, x), {})
>>> cube = trace.write("number mul", (square, x), {})
>>> ratio = trace.write("number truediv", (cube, y), {})
>>> floats([x], [square, cube]) == {x, square, cube}
True
>>> floats([x, y], [square, cube, ratio])
set()
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from cat_ad.staging.trace.bodies import lines_in
from cat_ad.staging.trace.lines import Line, sample_of

ALIKE = frozenset({"number add", "number sub", "number mul", "number neg"})


def floats(inputs: Iterable[Line], lines: Iterable[Line]) -> set[Line]:
    """The numbers of a step that can be floats of Python; none, if most would have to be made ones."""
    lines = [*lines]
    found = {line for line in (*inputs, *lines) if type(line.sample) is np.float64}
    for line in lines:
        if not _reads_floats(line):
            found.difference_update(lines_in(line.arguments))
    return found if sum(line.operation in ALIKE for line in found) > len(found) / 2 else set()


def _reads_floats(line: Line) -> bool:
    """Does it give the same of floats of Python?"""
    if type(line.sample) is not np.float64:
        return False
    of_numbers = all(type(sample_of(x)) in (np.float64, float) for x in line.arguments)
    return of_numbers and (line.operation in ALIKE or (line.kind == "entries" and len(line.arguments) == 1))


def gives_float(line: Line, found: set[Line]) -> bool:
    """Is the result a float of Python, where these numbers are?"""
    return line.operation in ALIKE and all(x in found or x.is_number for x in lines_in(line.arguments))
