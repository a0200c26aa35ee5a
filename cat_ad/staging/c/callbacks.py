"""Calls back: what C cannot express, in a lowered program, becomes a call of Python.

C computes up to such a line, Python calls what it is, of the arrays that are there, and C goes on with the result. A
loop with such a line in it is one such line, which NumPy's target runs.

>>> from cat_ad.staging.c.lowering import lowered
>>> from cat_ad.staging.trace.program import traced
>>> from cat_ad.staging.trace.trees import flatten
>>> leaves, form = flatten((np.zeros(2, complex), 0.1))
>>> program = lowered(traced(lambda x, rate: (x * rate, np.exp(rate)), form, leaves))
>>> call_back(program)
>>> [line.operation for line in program.lines], calls_of(program)
(['call', 'exp'], ['multiply of complex128'])
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from cat_ad.errors import StagingError
from cat_ad.staging.c.lowering import LONGEST
from cat_ad.staging.c.operations import DTYPES, computed_in, is_in_c
from cat_ad.staging.numpy.source import compiled
from cat_ad.staging.trace.bodies import Program, lines_in, results_of
from cat_ad.staging.trace.lines import Argument, Line, Sample, sample_of
from cat_ad.staging.trace.opaque import Opaque, kinds_of
from cat_ad.staging.trace.trees import LEAF, Form

LOOPS = "take", "reduction", "place", "cumulative", "join", "product", "rows"  # for which there are loops


def call_back(program: Program) -> None:
    """Make calls of the lines of this program that C cannot express."""
    results = results_of(program.lines)
    for line in program.lines:
        if line.operation == "call" or _is_in_c(line):
            continue
        parts, many = results.get(line, []), len(line.arguments)
        function: Callable[..., Any]  # Any: arrays
        if line.operation == "scan":
            function, found = _loop(line, parts), [part.sample for part in parts]
            result = Form(list, (LEAF,) * len(parts))
        else:
            function, found = partial(line.row.meaning, **line.options), [line.sample]
            result = LEAF
        form = Form(tuple, (Form(tuple, (LEAF,) * many), Form(dict)))
        line.options = {"function": Opaque(_named(line), function, form, {}, many, result, kinds_of(found))}
        line.operation = "call"
        for at, part in enumerate(parts):
            part.operation, part.options = "pick", {"index": at}


def calls_of(program: Program) -> list[str]:
    """The names of what is called."""
    return [*dict.fromkeys(line.options["function"].name for line in program.lines if line.operation == "call")]


def _named(line: Line) -> str:
    """What C cannot express, with the dtypes of its arguments; of a loop, what is in it."""
    if line.operation == "scan":
        inside = (_named(x) for x in line.options["body"].program.lines if not _is_in_c(x))
        return f"a loop of {' and '.join(dict.fromkeys(inside))}"
    if line.operation == "call":
        return str(line.options["function"].name)
    kinds = dict.fromkeys(f"{x.dtype}" for x in map(sample_of, line.arguments) if hasattr(x, "dtype"))
    return f"{line.operation} of {', '.join(kinds)}"


def _is_in_c(line: Line) -> bool:
    """Can C express this?"""
    if line.operation in ("part", "pick") or line.is_number:
        return True
    samples = [line.sample, *map(sample_of, line.arguments)]
    if not all(is_in_c(x.dtype) for x in samples if isinstance(x, np.ndarray | np.generic)):
        return False
    if line.kind == "view":
        return not any(lines_in(line.arguments[1:]))
    if line.operation == "scan":
        return all(map(_is_in_c, line.options["body"].program.lines))
    if line.operation == "power" and line.sample.dtype.kind == "i" and np.any(_least(line.arguments[1]) < 0):
        return False  # NumPy refuses a negative one
    if line.kind == "order":
        return int(line.sample.shape[line.options["axis"]]) <= LONGEST
    if line.kind not in ("entries", "move"):
        return line.kind in LOOPS
    try:
        return bool(line.row.in_c(DTYPES[computed_in(line)].kind))
    except StagingError:
        return False


def _least(x: Argument) -> Sample:
    """No number that this may be is less."""
    if not isinstance(x, Line):
        return x
    return -1 if np.asarray(x.sample).dtype.kind == "i" else 0


def _loop(line: Line, parts: list[Line]) -> Callable[..., Any]:
    """The results of a loop, by NumPy's target."""
    inputs = {x: Line("input", (), {}, x.sample) for x in lines_in(line.arguments)}
    loop = replace(line, arguments=tuple([inputs[x] if isinstance(x, Line) else x for x in line.arguments]))
    outputs = tuple([replace(part, arguments=(loop,)) for part in parts])
    form = Form(list, (LEAF,) * len(parts))
    code = compiled(Program((*inputs.values(),), (loop, *outputs), outputs, form), frozenset())
    places = [[*inputs].index(x) if isinstance(x, Line) else None for x in line.arguments]
    first = [places.index(at) for at in range(len(inputs))]
    return lambda *values: code.run(code.workspace(), *[values[at] for at in first])
