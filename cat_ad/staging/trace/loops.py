r"""Loops: a step, run once on symbols, for all rows of arrays.

The body of a loop is a trace within another. What it uses from outside is an argument of the loop; what depends on
nothing inside is written outside, and so is done once. A later loop along the same rows may use what a step has made
(the pullback of a step does): that is stored, row by row, and read again.

>>> from cat_ad import Dim, Float, Scalar, arrow, exp, fold, stage, tanh
>>> class N(Dim): ...
>>> @arrow
... def recurrent(w: Scalar, xs: Float[N]) -> Scalar:
...     return fold(N, lambda s, x: tanh(exp(w) * s + x), 0.0, xs)
>>> staged = stage(recurrent)
>>> value = staged(np.asarray(0.5), np.ones(1000))
>>> print(staged.source.partition("# exp\n")[2])
    t0 = exp(x0)
    s1_0 = c0[()]
    for i1, x1_0 in zip(range(1000), x1):
        # mul
        t1_0 = t0 * s1_0
        # add
        t1_1 = t1_0 + x1_0
        # tanh
        t1_2 = tanh(t1_1)
        s1_0 = t1_2
    t2 = s1_0
    return t2
<BLANKLINE>
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from cat_ad.objects.array_loops import LOOPS, ArrayLoop
from cat_ad.staging.trace.bodies import Body
from cat_ad.staging.trace.lines import Argument, Line, Sample, Trace, innermost, sample_of, tracing
from cat_ad.staging.trace.origins import refusal
from cat_ad.staging.trace.symbols import NAMESPACE, Symbol, Value, Written, as_array, symbol, written
from cat_ad.staging.trace.trees import flatten


@dataclass(eq=False)
class Step(Trace):
    """The body of a loop while it is written."""

    outer: Trace = field(default_factory=Trace)
    many: int = 0
    backwards: bool = False
    states: dict[Line, Argument] = field(default_factory=dict)  # each with that to begin with
    after: list[Argument] = field(default_factory=list)
    rows: dict[Line, Line] = field(default_factory=dict)  # of these lines outside
    others: dict[Line, Line] = field(default_factory=dict)  # for these lines outside
    stored: dict[Line, Line] = field(default_factory=dict)  # the lines outside that have all rows of these
    loop: Line = field(default_factory=lambda: Line("scan", (), {}, None))

    @property
    def depth(self) -> int:
        """How many loops are around."""
        return self.outer.depth + 1

    def here(self, line: Line, trace: Trace) -> Line:
        """The line of this trace that has the result of a line of another. Raises `StagingError` if there is none."""
        if trace is self:
            return line
        if trace.depth < self.depth:
            return self.of(self.others, self.outer.here(line, trace), lambda x: x)
        if isinstance(trace, Step) and (trace.depth, trace.many) == (self.depth, self.many):
            return self.row(self.outer.here(trace.all_rows(line), trace.outer))
        raise refusal("a symbol that is left from another run", "return it from there")

    def row(self, line: Line) -> Line:
        """The row of an array outside."""
        return self.of(self.rows, line, lambda x: x[0] if len(x) else np.zeros(x.shape[1:], x.dtype)[()])

    def of(self, lines: dict[Line, Line], line: Line, sample: Callable[[Sample], Sample]) -> Line:
        """What stands here for a line outside."""
        if line not in lines:
            lines[line] = self.keep(Line("input", (), {}, sample(line.sample)))
        return lines[line]

    def state(self, start: Value) -> Line:
        """A new state."""
        begin = written(start, self.outer)
        line = self.keep(Line("input", (), {}, sample_of(begin)[()]))
        self.states[line] = begin
        return line

    def all_rows(self, line: Line) -> Line:
        """The line outside that has what this line has in each step."""
        outside = next((outside for outside, inside in self.rows.items() if inside is line), None)
        if outside is not None:
            return outside
        if line not in self.stored:
            sample = np.broadcast_to(line.sample, (self.many, *np.shape(line.sample)))
            self.stored[line] = self.part(len(self.after) + len(self.stored), sample)
        return self.stored[line]

    def part(self, index: int, sample: Sample) -> Line:
        """The line outside that has one of the results."""
        if not self.many:
            return self.outer.write("copy", (np.zeros(sample.shape, sample.dtype),), {})
        return self.outer.keep(Line("part", (self.loop,), {"index": index}, sample[()]))

    def end(self, body: Callable[..., Body]) -> None:
        """Nothing more is written: the line of the loop has all its arguments, and its body."""
        inputs = *self.states, *self.rows.values(), *self.others.values()
        self.loop.arguments = *self.states.values(), *self.rows, *self.others
        self.loop.options = {"body": body(self, inputs, [*self.after, *self.stored])}


def scan(step: Callable[..., Value], s: Value, rows: Value, many: int, backwards: bool) -> tuple[Value, Value]:
    """The loop of a step along the first axis of all rows: see `cat_ad.objects.array_loops`."""
    outer = innermost()
    (states, form), (entries, rows_form) = flatten(s), flatten(rows)
    states = [as_array(x) for x in states]
    if many == 1:
        after, y = step(s, rows_form.build([x[0] for x in entries]))
        ys, y_form = flatten(y)
        return after, y_form.build([as_array(x)[None] for x in ys])
    while True:
        begun = Step(outer=outer, many=many, backwards=backwards)
        with tracing(begun), np.errstate(all="ignore"):  # the samples are of one step, or of none
            given = [symbol(begun, begun.state(x if isinstance(x, Symbol) else outer.constant(x))) for x in states]
            each = [symbol(begun, begun.row(_line(x, outer))) for x in entries]
            after, y = step(form.build(given), rows_form.build(each))
            found, after_form = flatten(after)
            ys, y_form = flatten(y)
            begun.after = [written(as_array(x), begun) for x in found]
            assert after_form == form, "a step leaves the state in its form"
            kinds = [np.promote_types(x.dtype, sample_of(y).dtype) for x, y in zip(states, begun.after, strict=True)]
            begun.after = [_cast(x, kind, begun) for x, kind in zip(begun.after, kinds, strict=True)]
        if kinds == [x.dtype for x in states] or not many:
            break
        states = [x.astype(kind) for x, kind in zip(states, kinds, strict=True)]
    if not many:
        return s, y_form.build([_stacked(x, begun) for x in ys])
    begun.loop.options = {"body": begun}
    outer.keep(begun.loop)
    last = [symbol(outer, begun.part(at, sample_of(x))) for at, x in enumerate(begun.after)]
    return form.build(last), y_form.build([_stacked(x, begun) for x in ys])


def _cast(x: Argument, kind: np.dtype, trace: Trace) -> Argument:
    """The same of this dtype."""
    return x if sample_of(x).dtype == kind else trace.write("astype", (x,), {"dtype": kind})


def _line(x: Value, trace: Trace) -> Line:
    """The line of an array, which may be a constant."""
    return trace.here(x.line, x._trace) if isinstance(x, Written) else trace.write("copy", (x,), {})


def _stacked(x: Value, step: Step) -> Value:
    """What a step gives, of all steps."""
    x = as_array(x)
    if not step.many:
        return np.zeros((0, *x.shape), x.dtype)
    if isinstance(x, Symbol) and x._trace is step:
        return symbol(step.outer, step.all_rows(x.line))
    return np.broadcast_to(x, (step.many, *x.shape))


LOOPS[NAMESPACE] = ArrayLoop(scan, keeps=True)
