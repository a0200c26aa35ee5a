"""A program: the lines of a trace, where those that do the same are one, and those that nobody needs are dropped.

>>> leaves, form = flatten((np.ones(2),))
>>> program = traced(lambda x: (np.exp(x) * 1.0 + np.exp(x), np.sin(x))[0], form, leaves)
>>> [line.operation for line in program.lines]
['exp', 'add']
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from cat_ad.errors import SpaceError, StagingError
from cat_ad.staging.trace.bodies import Body, Program, lines_in, results_of, with_program
from cat_ad.staging.trace.later import Function, Later, is_function
from cat_ad.staging.trace.lines import Argument, Line, Sample, Trace, alike, tracing
from cat_ad.staging.trace.loops import Step
from cat_ad.staging.trace.origins import refusal_of
from cat_ad.staging.trace.symbols import Value, symbol, written
from cat_ad.staging.trace.trees import LEAF, Form, flatten


def traced(
    fn: Function,
    form: Form,
    leaves: Sequence[Sample],
    stage: Callable[[Function], Function] | None = None,
    asks: bool = False,
) -> Program:
    """The program of a function of a tuple of arguments, of this form and with these arrays and numbers.

    `stage` is for functions among its results. If it `asks`, the program may depend on what is true of these arrays.
    """
    trace = Trace(asks)
    with tracing(trace):
        return _traced(trace, fn, form, leaves, stage)


def _traced(
    trace: Trace,
    fn: Function,
    form: Form,
    leaves: Sequence[Sample],
    stage: Callable[[Function], Function] | None,
) -> Program:
    inputs = tuple([trace.input(leaf) for leaf in leaves])
    arguments = form.build([symbol(trace, line) for line in inputs])
    leaves_found, result = flatten(_result(fn, arguments, form, leaves), is_function if stage else lambda x: False)
    outputs: list[Argument] = [
        Later(fn, form, place, stage) if stage and is_function(leaf) else written(leaf, trace)
        for place, leaf in enumerate(leaves_found)
    ]
    outputs = [trace.constant(x) if isinstance(x, np.ndarray) else x for x in outputs]
    found = tuple([(inputs.index(line), answer) for line, answer in trace.found.items()])
    return _program(trace, inputs, outputs, result, found)


def rewritten(program: Program, ways: Mapping[str, Callable[..., Value]]) -> Program:
    """The program with other lines for the operations that are named here: those that these functions of symbols write.

    >>> leaves, form = flatten((np.ones(2),))
    >>> twice = rewritten(traced(lambda x: np.exp(np.square(x)), form, leaves), {"square": lambda x: x * x})
    >>> [line.operation for line in twice.lines]
    ['multiply', 'exp']
    """
    trace, now = Trace(ways=ways), dict[Argument, Argument]()
    trace.lines += program.inputs

    def current(x: Argument) -> Argument:
        return now.get(x, x) if isinstance(x, Line) else x

    with tracing(trace), np.errstate(all="ignore"):  # samples have no entries now
        for line in program.lines:
            arguments = tuple(map(current, line.arguments))
            if line.operation in ways:
                start = len(trace.lines)
                given = [symbol(trace, x) if isinstance(x, Line) else x for x in arguments]
                found = ways[line.operation](*given, **line.options)
                if found is not NotImplemented:
                    now[line] = written(found, trace)
                    for new in trace.lines[start:]:
                        new.origin = line.origin
                    continue
            now[line] = new = trace.keep(replace(line, arguments=arguments))
            if line.operation == "scan":
                new.options = with_program(line, rewritten(line.options["body"].program, ways))
    return _program(trace, program.inputs, list(map(current, program.outputs)), program.form, program.found)


def _program(
    trace: Trace, inputs: tuple[Line, ...], outputs: list[Argument], form: Form, found: tuple[tuple[int, bool], ...]
) -> Program:
    """What was written, with one line for those that do the same, and without those that nobody needs."""
    for line in trace.lines:
        step: Any = line.options.get("body")  # Any: a step that is being written, or a body
        if step and not isinstance(step, Body):
            step.end(_body)
    shared = _shared(trace.lines)
    outputs = [shared[output] if isinstance(output, Line) else output for output in outputs]
    lines = tuple(line for line in needed(trace.lines, outputs) if line.operation != "input")
    return Program(inputs, lines, tuple(outputs), form, found)


def _body(step: Step, inputs: Sequence[Line], outputs: list[Argument]) -> Body:
    """What was written in a step of a loop."""
    program = _program(step, tuple(inputs), outputs, LEAF, ())
    return Body(program, step.many, step.backwards, len(step.states), len(step.rows))


def _result(fn: Function, arguments: Sequence[Value], form: Form, leaves: Sequence[Sample]) -> Value:
    """What the function gives. Where symbols lack an operator, Python raises `TypeError`; this one names the place.

    What the function itself refuses, it is called to refuse again with the arguments: its error then speaks of these.
    """
    try:
        return fn(*arguments)
    except (SpaceError, TypeError, ValueError) as error:
        if isinstance(error.__cause__, StagingError):  # as NumPy tells it when it fills an array
            raise error.__cause__ from error
        refused = error
    if type(refused) in (SpaceError, TypeError):
        fn(*form.build([np.copy(leaf) if isinstance(leaf, np.ndarray) else leaf for leaf in leaves]))
    if type(refused) is TypeError:
        raise refusal_of(refused) from refused
    raise refused


def _shared(lines: Sequence[Line]) -> dict[Line, Line]:
    """For each line one that gives the same, bit for bit; those that are kept have only such arguments."""
    shared: dict[Line, Line] = {}
    known: dict[Hashable, Line] = {}
    for line in lines:
        line.arguments = tuple([shared[x] if isinstance(x, Line) else x for x in line.arguments])
        same = _simpler(line)
        shared[line] = same if same is not line or line.operation == "input" else known.setdefault(_key(line), line)
    return shared


def _simpler(line: Line) -> Line:
    """The line itself, or one that it equals bit for bit: x for a product of x with ones."""
    if line.operation == "multiply" and not np.iscomplexobj(line.sample):  # whose zeros could change their sign
        for one, other in (line.arguments, reversed(line.arguments)):
            if isinstance(other, Line) and not isinstance(one, Line) and alike(other, line) and np.all(one == 1):
                return other
    return line


def _key(line: Line) -> Hashable:
    """Equal for lines that do the same. A trace has each constant array once; and 0.0 is not -0.0, thus `repr`."""
    known = [id(x) if isinstance(x, Line | np.ndarray) else (type(x), repr(x)) for x in line.arguments]
    options = [(name, getattr(x, "key", x)) for name, x in line.options.items()]  # calls that are the same have one
    return line.operation, *options, tuple(known)


def needed(lines: Sequence[Line], outputs: Sequence[Argument]) -> list[Line]:
    """The lines without which these cannot be computed; the results of a loop come right after it."""
    parts = results_of(lines)
    ordered = [x for line in lines if line.operation != "part" for x in (line, *parts.get(line, ()))]
    found = {output for output in outputs if isinstance(output, Line)}
    for line in reversed(ordered):
        if line in found:
            if line.operation == "scan":
                _prune(line, [part for part in parts[line] if part in found])
            found.update(lines_in(line.arguments))
    return [line for line in ordered if line in found]


def _used(lines: Sequence[Line], outputs: Sequence[Argument]) -> set[Line]:
    """The lines, and inputs, of which these are made."""
    found = set(lines_in(outputs))
    for line in reversed(lines):
        if line in found:
            found.update(lines_in(line.arguments))
    return found


def _prune(line: Line, parts: Sequence[Line]) -> None:
    """Leave out of a loop what nobody needs: these are the results that somebody does."""
    body = line.options["body"]
    program, states = body.program, range(body.states)
    results = {part.options["index"] for part in parts}
    while True:
        outputs = [program.outputs[at] for at in sorted(results)]
        used = _used(program.lines, outputs)
        more = {at for at in states if program.inputs[at] in used} - results
        if not more:
            break
        results |= more
    lines = needed(program.lines, outputs)
    used = _used(lines, outputs)
    kept = [at for at, x in enumerate(program.inputs) if (at in results if at < body.states else x in used)]
    inputs = tuple([program.inputs[at] for at in kept])
    left = sum(at < body.states for at in kept), sum(0 <= at - body.states < body.rows for at in kept)
    line.arguments = tuple([line.arguments[at] for at in kept])
    pruned = Program(inputs, tuple(lines), tuple(outputs), program.form)
    line.options = {"body": replace(body, program=pruned, states=left[0], rows=left[1])}
    numbers = {at: number for number, at in enumerate(sorted(results))}
    for part in parts:
        part.options = {"index": numbers[part.options["index"]]}
