"""A program: the straight line that a trace left, with what is written twice shared, and what nobody needs dropped."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from cat_ad.staging.symbols import Argument, Line, Number, Symbol, Trace
from cat_ad.staging.trees import Form, flatten


@dataclass(frozen=True)
class Program:
    """Lines, the arguments among them, and what is returned: lines, constant arrays and numbers in a form."""

    inputs: tuple[Line, ...]
    lines: tuple[Line, ...]
    outputs: tuple[Any, ...]  # Any: a Line, a constant array or a number
    form: Form


def traced(fn: Callable[..., Any], form: Form, leaves: list[Any]) -> Program:  # Any: any trees of arrays
    """The program of a function of a tuple of arguments, of this form and with these arrays and numbers."""
    trace = Trace()
    symbols = [trace.input(leaf) for leaf in leaves]
    inputs = tuple(trace.lines)
    found, result = flatten(fn(*form.build(symbols)))
    outputs = [leaf.line if isinstance(leaf, Symbol | Number) else leaf for leaf in found]
    shared: dict[Line, Line] = {}
    known: dict[Hashable, Line] = {}
    for line in trace.lines:
        line.arguments = _map(lambda argument: shared[argument], line.arguments)
        same = _simpler(line)
        shared[line] = same if same is not line or line.operation == "input" else known.setdefault(_key(line), line)
    outputs = [shared[output] if isinstance(output, Line) else output for output in outputs]
    needed = {output for output in outputs if isinstance(output, Line)}
    for line in reversed(trace.lines):
        if line in needed:
            needed.update(lines_in(line.arguments))
    lines = tuple(line for line in trace.lines if line in needed and line.operation != "input")
    return Program(inputs, lines, tuple(outputs), result)


def _simpler(line: Line) -> Line:
    """The line itself, or one that it equals bit for bit: a product with ones is what is multiplied."""
    if line.operation == "multiply":
        for one, other in (line.arguments, reversed(line.arguments)):
            if isinstance(other, Line) and not isinstance(one, Line) and _same_type(other, line) and np.all(one == 1):
                return other
    return line


def _same_type(one: Line, other: Line) -> bool:
    alike = type(one.sample) is type(other.sample) and np.shape(one.sample) == np.shape(other.sample)
    return alike and np.asarray(one.sample).dtype == np.asarray(other.sample).dtype


def lines_in(argument: Argument) -> Iterator[Line]:
    """The lines that an argument speaks of."""
    if isinstance(argument, Line):
        yield argument
    elif isinstance(argument, tuple):
        for part in argument:
            yield from lines_in(part)


def _map(f: Callable[[Line], Line], argument: Argument) -> Any:  # Any: an Argument
    if isinstance(argument, tuple):
        return tuple([_map(f, part) for part in argument])
    return f(argument) if isinstance(argument, Line) else argument


def _key(line: Line) -> Hashable:
    return line.operation, line.options, _argument_key(line.arguments)


def _argument_key(argument: Argument) -> Hashable:
    if isinstance(argument, tuple):
        return tuple([_argument_key(part) for part in argument])
    if isinstance(argument, Line):
        return id(argument)
    if isinstance(argument, np.ndarray | np.generic):
        return (argument.shape, argument.dtype, argument.tobytes()) if argument.size <= 2**20 else id(argument)
    return type(argument), argument
