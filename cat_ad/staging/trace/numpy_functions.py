"""NumPy's functions of symbols: which of them can be written down, and how.

Where an argument is a symbol, NumPy asks it what to do (`__array_function__`), and it looks here. A function, or an
option of a function, that is not here is called as it is (see `opaque`). A named operation is one line, of that name.

>>> from cat_ad.staging.trace.lines import Trace
>>> from cat_ad.staging.trace.symbols import symbol
>>> trace = Trace()
>>> x = symbol(trace, trace.input(np.ones((2, 3))))
>>> np.concatenate([x, x], axis=1).shape
(2, 6)
>>> np.median(x).shape, trace.lines[-1].operation
((), 'call')
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from cat_ad.objects.array_operations import NAMED
from cat_ad.objects.arrays import as_dtype
from cat_ad.objects.matrix_operations import MATRIX_OPERATIONS
from cat_ad.staging.trace.operations import ROWS
from cat_ad.staging.trace.symbols import (
    FUNCTIONS,
    NAMESPACE,
    NUMBERS,
    Symbol,
    Value,
    Written,
    as_array,
    index_part,
    reduced,
    transposed,
    write,
)


def _axes(x: Value, axis: Value) -> Value:
    return axis if axis is None else tuple(sorted(normalize_axis_tuple(axis, x.ndim)))


def _mean(x: Value, axis: Value = None, *, keepdims: bool = False) -> Value:
    if x.dtype not in (np.float32, np.float64):
        return write("mean", x, axis=_axes(x, axis), keepdims=keepdims)  # by a sum in another dtype
    total = x.sum(axis, keepdims=keepdims)
    return total / (x.size // max(1, total.size))


def _spread(name: str, x: Value, axis: Value = None, *, ddof: float = 0, keepdims: bool = False) -> Value:
    return write(name, x, axis=_axes(x, axis), ddof=ddof, keepdims=keepdims)


def _clip(x: Value, a_min: Value = None, a_max: Value = None, **more: Value) -> Value:
    low, high = more.pop("min", a_min), more.pop("max", a_max)
    if more:
        return FUNCTIONS["call"]("clip", np.clip, x, low, high, **more)
    if x.dtype.kind in "iu":  # what all integers of this dtype are within is no bound
        low = None if type(low) is int and low <= np.iinfo(x.dtype).min else low
        high = None if type(high) is int and high >= np.iinfo(x.dtype).max else high
    return write("positive", x) if low is None is high else write("clip", x, low, high)


def _round(x: Value, decimals: int = 0) -> Value:
    is_plain = decimals == 0 and x.dtype in (np.float32, np.float64)
    return write("rint", x) if is_plain else FUNCTIONS["call"]("round", np.round, x, decimals)


def _along(name: str, x: Value, axis: Value = -1, **options: Value) -> Value:
    """What goes along one axis; without one, along all entries in a row."""
    if axis is None:
        return _along(name, x.reshape(-1), 0, **options)
    return write(name, x, axis=normalize_axis_index(axis, x.ndim), **options)


def _argsort(x: Value, axis: Value = -1, *, kind: Value = None, stable: Value = None) -> Value:
    return _along("argsort", x, axis, kind="stable" if stable else kind)


def _place(name: str, x: Value, axis: Value = None, *, keepdims: bool = False) -> Value:
    found = _along(name, x, axis)
    shape = [1 if axis is None or at == axis % x.ndim else size for at, size in enumerate(x.shape)]
    return found.reshape(shape) if keepdims else found


def _cumulative(name: str, x: Value, axis: Value = None) -> Value:
    return _along(name, x, axis)


def _flipped(x: Value, axis: Value = None) -> Value:
    along = range(x.ndim) if axis is None else normalize_axis_tuple(axis, x.ndim)
    return x[tuple([slice(None, None, -1 if at in along else None) for at in range(x.ndim)])]


def _differences(x: Value, n: int = 1, axis: int = -1) -> Value:
    np.diff(np.empty(x.shape, bool), n, axis)  # which refuses what cannot be
    for _ in range(n):
        before = (slice(None),) * normalize_axis_index(axis, x.ndim)
        more, less = x[(*before, slice(1, None))], x[(*before, slice(None, -1))]
        x = more != less if x.dtype == np.bool_ else more - less
    return x


def _rolled(x: Value, shift: Value, axis: Value = None) -> Value:
    if axis is None:
        return _rolled(x.reshape(-1), shift, 0).reshape(x.shape)
    if any(isinstance(part, Written) for part in (shift, axis)):
        return FUNCTIONS["call"]("roll", np.roll, x, shift, axis)
    for many, along in np.broadcast(shift, axis):
        at = normalize_axis_index(along, x.ndim)
        cut, before = -int(many) % max(1, x.shape[at]), (slice(None),) * at
        x = write("concatenate", x[(*before, slice(cut, None))], x[(*before, slice(cut))], axis=at) if cut else x
    return x


def _searched(x: Value, values: Value, side: str = "left") -> Value:
    return write("searchsorted", x, as_array(values), side=side)


def _triangle(upper: bool, x: Value, k: int = 0) -> Value:
    rows, columns = (x.shape * 2)[-2:]  # a vector is as many rows
    below = np.tri(rows, columns, k - upper, dtype=bool)
    return write("where", below ^ upper, x, np.zeros(1, x.dtype))


def _moved(x: Value, source: int, destination: int) -> Value:
    order = [*range(x.ndim)]
    order.insert(range(x.ndim)[destination], order.pop(source))
    return transposed(x, order)


def _broadcast(x: Value, shape: Value) -> Value:
    found = np.broadcast_to(np.empty(x.shape, bool), shape).shape
    return x if x.shape == found else write("broadcast_to", x, shape=found)


def _where(condition: Value, x: Value, y: Value) -> Value:
    if isinstance(condition, Written):
        is_bool = isinstance(condition, Symbol) and condition.dtype == np.bool_
        return write("where", condition if is_bool else write("not_equal", condition, 0), x, y)
    return write("where", np.asarray(condition, bool), x, y)


def _taken(x: Value, index: Value, axis: Value = None) -> Value:
    if axis is None:
        return _taken(x.reshape(-1), index, 0)
    before = (slice(None),) * normalize_axis_index(axis, x.ndim)
    return write("take", x, *before, index_part(index))


def _taken_along(x: Value, index: Value, axis: Value = -1) -> Value:
    if axis is None:
        return _taken_along(x.reshape(-1), index, 0)
    return write("take_along_axis", x, index, axis=_axis_of(x, axis))


def _concatenated(parts: Value, axis: Value = 0) -> Value:
    if axis is None:  # here numbers of Python may be among the parts, and take the dtype of the others
        parts = [x if isinstance(x, Written) or type(x) in NUMBERS else np.asarray(x) for x in parts]
        dtype = _of_types(np.result_type, *parts)
        return _concatenated([as_dtype(as_array(x), dtype).reshape(-1) for x in parts])
    return write("concatenate", *parts, axis=_axis_of(parts[0], axis))


def _axis_of(x: Value, axis: Value, more: int = 0) -> int:
    """Counted from the first."""
    return int(normalize_axis_index(axis, _of_types(np.ndim, x) + more))


def _filled_like(fill: Value, x: Value, dtype: Value = None) -> Value:
    return fill(x.shape, x.dtype if dtype is None else dtype)


def _of_types(function: Value, *arguments: Value) -> Value:
    """What is known of an array before any call."""
    return function(*[x.line.sample if isinstance(x, Written) else x for x in arguments])


_BY_NAME: dict[Callable[..., Value], tuple[str, ...]] = {  # one function for several of NumPy, which is told the name
    reduced: tuple(row.name for row in ROWS if row.kind == "reduction"),
    _spread: ("var", "std"),
    _place: ("argmax", "argmin"),
    _cumulative: ("cumsum", "cumprod"),
    _along: ("sort",),
}
FUNCTIONS |= {getattr(np, name): partial(f, name) for f, names in _BY_NAME.items() for name in names}
FUNCTIONS |= {f: partial(_of_types, f) for f in (np.shape, np.ndim, np.size, np.result_type, np.iscomplexobj)}
FUNCTIONS |= {
    np.isrealobj: partial(_of_types, np.isrealobj),
    np.mean: _mean,
    np.clip: _clip,
    np.round: _round,
    np.argsort: _argsort,
    np.count_nonzero: lambda x, axis=None, *, keepdims=False: (x != 0).sum(axis, keepdims=keepdims),
    np.transpose: lambda x, axes=None: x.T if axes is None else transposed(x, axes),
    np.moveaxis: _moved,
    np.matrix_transpose: lambda x: x.mT,
    np.reshape: lambda x, shape: x.reshape(shape),
    np.expand_dims: lambda x, axis: x.reshape(np.expand_dims(np.empty(x.shape, bool), axis).shape),
    np.squeeze: lambda x, axis=None: x.reshape(np.empty(x.shape, bool).squeeze(axis).shape),
    np.broadcast_to: _broadcast,
    np.astype: lambda x, dtype, copy=True: x.astype(dtype),
    np.copy: lambda x: x.copy(),
    np.zeros_like: partial(_filled_like, np.zeros),
    np.ones_like: partial(_filled_like, np.ones),
    np.where: _where,
    np.flip: _flipped,
    np.diff: _differences,
    np.roll: _rolled,
    np.searchsorted: _searched,
    np.tril: partial(_triangle, False),
    np.triu: partial(_triangle, True),
    np.concatenate: _concatenated,
    np.stack: lambda parts, axis=0: write("stack", *parts, axis=_axis_of(parts[0], axis, 1)),
    np.take: _taken,
    np.take_along_axis: _taken_along,
}

for _name, _operation in (NAMED | MATRIX_OPERATIONS).items():
    _operation.on(NAMESPACE)(partial(write, _name))
