"""Opaque calls: a function that staging does not look into is called as it is, in one line.

Its results are arrays of the shapes and dtypes that it gave of the sample; where it gives others, that is an error. It
sees its arrays through views that it cannot write to, and no result of it looks at the memory of these.

>>> from cat_ad.staging.trace.lines import Trace
>>> from cat_ad.staging.trace.symbols import symbol
>>> trace = Trace()
>>> x = symbol(trace, trace.input(np.eye(2)))
>>> (np.linalg.eigh(2 * x).eigenvalues + 1).shape, [line.operation for line in trace.lines]
((2,), ['input', 'multiply', 'call', 'pick', 'pick', 'add'])
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cat_ad.errors import StagingError, told
from cat_ad.objects.array_calls import CALLS
from cat_ad.staging.trace.lines import NUMERIC, Argument, Line, Sample, sample_of, trace_for
from cat_ad.staging.trace.origins import origin, plain, refusal
from cat_ad.staging.trace.symbols import FUNCTIONS, NAMESPACE, Value, Written, symbol, written
from cat_ad.staging.trace.trees import LEAF, STAYS, Form, flatten

OF_LINES = Written | np.ndarray | np.generic | int | float | complex  # what a line has for arguments


@dataclass(frozen=True, eq=False)
class Opaque:
    """A function with all of its arguments but those of a line, and the form, shapes and dtypes of what it gives."""

    name: str
    function: Callable[..., Any]  # Any: a function of a user, or of NumPy
    form: Form  # of a tuple of arguments and a dictionary of options
    others: dict[int, object]  # the leaves that are no arguments of a line, by place
    many: int  # leaves
    result: Form = LEAF
    kinds: tuple[tuple[tuple[int, ...], np.dtype], ...] = ()

    @property
    def key(self) -> Hashable:
        """Equal for calls that are the same."""
        return self.function, self.form, tuple([(at, id(x)) for at, x in self.others.items()])

    def results(self, values: Sequence[Sample]) -> tuple[list[Sample], Form]:
        """What it gives of these. Raises `StagingError` where it writes into one of them."""
        seen = [_read_only(x) for x in values]
        given = iter(seen)
        leaves = [self.others[at] if at in self.others else next(given) for at in range(self.many)]
        arguments, options = self.form.build(leaves)
        try:
            found = self.function(*arguments, **options)
        except ValueError as error:
            if "read-only" in f"{error}":
                raise refusal(f"a write into an array (in {self.name})", "make a new one") from error
            raise
        leaves, form = flatten(found, lambda x: isinstance(x, np.ndarray | np.generic))
        arrays = [x for x in seen if isinstance(x, np.ndarray)]
        return [np.array(x) if _is_seen(x, arrays) else x for x in leaves], form

    def __call__(self, *values: Sample) -> Any:
        """An array, or a list of all. Raises `StagingError` for others than of the sample."""
        leaves, form = self.results(values)
        kinds = kinds_of(leaves)
        if form != self.result or kinds != self.kinds:
            got, wanted = (", ".join(f"{dtype}{list(shape)}" for shape, dtype in each) for each in (kinds, self.kinds))
            raise StagingError(
                f"stage: wanted {wanted} of {self.name}, as when it was staged, got {got}; call it outside, or "
                "make the shape and dtype of its result depend on no entry"
            )
        return leaves[0] if form is LEAF else leaves


def call(name: str, function: Callable[..., Any], *arguments: Value, **options: Value) -> Value:
    """Call it of what the symbols among its arguments stand for, and write that down.

    Raises what it raises, and `StagingError` where it gives anything but arrays of numbers.
    """
    leaves, form = flatten((arguments, options), lambda x: not isinstance(x, (tuple, *STAYS)))
    others = {at: leaf for at, leaf in enumerate(leaves) if not isinstance(leaf, OF_LINES)}
    given = [leaf for leaf in leaves if isinstance(leaf, OF_LINES)]
    trace = trace_for([leaf._trace for leaf in given if isinstance(leaf, Written)])
    lines: list[Argument] = [written(leaf, trace) for leaf in given]
    lines = [trace.constant(x) if isinstance(x, np.ndarray) else x for x in lines]
    opaque = Opaque(plain(name).strip("<>"), function, form, others, len(leaves))
    found, result = opaque.results([sample_of(line) for line in lines])
    wrong = [x for x in found if not isinstance(x, np.ndarray | np.generic) or x.dtype.kind not in NUMERIC]
    if wrong or not found:
        what = "no array" if not wrong else told(wrong[0]) if hasattr(wrong[0], "dtype") else type(wrong[0]).__name__
        raise refusal(f"{what} as a result of {name}", "use functions from arrays of numbers to such arrays")
    opaque = Opaque(*(opaque.name, function, form, others, len(leaves)), result, kinds_of(found))
    asked = origin((line.origin for line in lines if isinstance(line, Line)), opaque.name)
    line = trace.keep(Line("call", tuple(lines), {"function": opaque}, found[0] if result is LEAF else None, asked))
    if result is LEAF:
        return symbol(trace, line)
    picks = [Line("pick", (line,), {"index": at}, x, asked) for at, x in enumerate(found)]
    return result.build([symbol(trace, trace.keep(pick)) for pick in picks])


def kinds_of(arrays: Sequence[Sample]) -> tuple[tuple[tuple[int, ...], np.dtype], ...]:
    """Their shapes and dtypes; an array without axes is like a number of NumPy."""
    return tuple([(np.shape(x), np.asarray(x).dtype) for x in arrays])


def _read_only(x: Sample) -> Sample:
    if isinstance(x, np.ndarray):
        x = x[...]
        x.flags.writeable = False
    return x


def _is_seen(x: Sample, arrays: Sequence[Sample]) -> bool:
    return isinstance(x, np.ndarray) and any(np.may_share_memory(x, y) for y in arrays)


FUNCTIONS["call"] = CALLS[NAMESPACE] = call
