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
from cat_ad.objects.matrix_operations import MATRIX_OPERATIONS
from cat_ad.staging.trace.operations import ROWS
from cat_ad.staging.trace.symbols import (
    FUNCTIONS,
    NAMESPACE,
    Symbol,
    Value,
    Written,
    index_part,
    reduced,
    transposed,
    write,
)


def _implements(function: Value) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """A decorator of what a function of NumPy does with symbols."""

    def noted(implementation: Callable[..., Value]) -> Callable[..., Value]:
        FUNCTIONS[function] = implementation
        return implementation

    return noted


for _row in ROWS:
    if _row.kind == "reduction":
        FUNCTIONS[getattr(np, _row.name)] = partial(reduced, _row.name)


@_implements(np.mean)
def _mean(x: Value, axis: Value = None, *, keepdims: bool = False) -> Value:
    if x.dtype not in (np.float32, np.float64):
        return write("mean", x, axis=_axes(x, axis), keepdims=keepdims)  # by a sum in another dtype
    total = x.sum(axis, keepdims=keepdims)
    return total / (x.size // max(1, total.size))


def _spread(name: str, x: Value, axis: Value = None, *, ddof: float = 0, keepdims: bool = False) -> Value:
    return write(name, x, axis=_axes(x, axis), ddof=ddof, keepdims=keepdims)


def _axes(x: Value, axis: Value) -> Value:
    return axis if axis is None else tuple(sorted(normalize_axis_tuple(axis, x.ndim)))


@_implements(np.count_nonzero)
def _count_nonzero(x: Value, axis: Value = None, *, keepdims: bool = False) -> Value:
    return (x != 0).sum(axis, keepdims=keepdims)


@_implements(np.clip)
def _clip(x: Value, a_min: Value = None, a_max: Value = None, **more: Value) -> Value:
    low, high = more.pop("min", a_min), more.pop("max", a_max)
    if more:
        return FUNCTIONS["call"]("clip", np.clip, x, low, high, **more)
    if x.dtype.kind in "iu":  # what all integers of this dtype are within is no bound
        low = None if type(low) is int and low <= np.iinfo(x.dtype).min else low
        high = None if type(high) is int and high >= np.iinfo(x.dtype).max else high
    return write("positive", x) if low is None is high else write("clip", x, low, high)


@_implements(np.round)
def _round(x: Value, decimals: int = 0) -> Value:
    is_plain = decimals == 0 and x.dtype in (np.float32, np.float64)
    return write("rint", x) if is_plain else FUNCTIONS["call"]("round", np.round, x, decimals)


def _along(name: str, x: Value, axis: Value = -1, **options: Value) -> Value:
    """What goes along one axis; without one, along all entries in a row."""
    if axis is None:
        return _along(name, x.reshape(-1), 0, **options)
    return write(name, x, axis=normalize_axis_index(axis, x.ndim), **options)


def _place(name: str, x: Value, axis: Value = None, *, keepdims: bool = False) -> Value:
    found = _along(name, x, axis)
    shape = [1 if axis is None or at == axis % x.ndim else size for at, size in enumerate(x.shape)]
    return found.reshape(shape) if keepdims else found


def _cumulative(name: str, x: Value, axis: Value = None) -> Value:
    if x.dtype not in (np.float32, np.float64):
        return FUNCTIONS["call"](name, getattr(np, name), x, axis)  # in another dtype
    return _along(name, x, axis)


for _name, _function in {
    **dict.fromkeys(("var", "std"), _spread),
    **dict.fromkeys(("argmax", "argmin"), _place),
    **dict.fromkeys(("cumsum", "cumprod"), _cumulative),
    "sort": _along,
}.items():
    FUNCTIONS[getattr(np, _name)] = partial(_function, _name)


@_implements(np.argsort)
def _argsort(x: Value, axis: Value = -1, *, kind: Value = None, stable: Value = None) -> Value:
    return _along("argsort", x, axis, kind="stable" if stable else kind)


@_implements(np.transpose)
def _transpose(x: Value, axes: Value = None) -> Value:
    return x.T if axes is None else transposed(x, axes)


@_implements(np.moveaxis)
def _moveaxis(x: Value, source: int, destination: int) -> Value:
    order = [*range(x.ndim)]
    order.insert(range(x.ndim)[destination], order.pop(source))
    return transposed(x, order)


@_implements(np.matrix_transpose)
def _matrix_transpose(x: Value) -> Value:
    return x.mT


@_implements(np.reshape)
def _reshape(x: Value, shape: Value) -> Value:
    return x.reshape(shape)


@_implements(np.expand_dims)
def _expand_dims(x: Value, axis: Value) -> Value:
    return x.reshape(np.expand_dims(np.empty(x.shape, bool), axis).shape)


@_implements(np.squeeze)
def _squeeze(x: Value, axis: Value = None) -> Value:
    return x.reshape(np.empty(x.shape, bool).squeeze(axis).shape)


@_implements(np.broadcast_to)
def _broadcast_to(x: Value, shape: Value) -> Value:
    found = np.broadcast_to(np.empty(x.shape, bool), shape).shape
    return x if x.shape == found else write("broadcast_to", x, shape=found)


@_implements(np.astype)
def _astype(x: Value, dtype: Value, copy: bool = True) -> Value:
    return x.astype(dtype)


@_implements(np.copy)
def _copy(x: Value) -> Value:
    return x.copy()


def _filled_like(fill: Value, x: Value, dtype: Value = None) -> Value:
    return fill(x.shape, x.dtype if dtype is None else dtype)


FUNCTIONS[np.zeros_like], FUNCTIONS[np.ones_like] = partial(_filled_like, np.zeros), partial(_filled_like, np.ones)


@_implements(np.where)
def _where(condition: Value, x: Value, y: Value) -> Value:
    if isinstance(condition, Written):
        is_bool = isinstance(condition, Symbol) and condition.dtype == np.bool_
        return write("where", condition if is_bool else write("not_equal", condition, 0), x, y)
    return write("where", np.asarray(condition, bool), x, y)


@_implements(np.concatenate)
def _concatenate(parts: Value, axis: Value = 0) -> Value:
    return write("concatenate", *parts, axis=axis if axis is None else int(axis))


@_implements(np.stack)
def _stack(parts: Value, axis: Value = 0) -> Value:
    return write("stack", *parts, axis=int(axis))


@_implements(np.take)
def _take(x: Value, index: Value, axis: Value = None) -> Value:
    if axis is None:
        return _take(x.reshape(-1), index, 0)
    before = (slice(None),) * normalize_axis_index(axis, x.ndim)
    return write("take", x, *before, index_part(index))


@_implements(np.take_along_axis)
def _take_along_axis(x: Value, index: Value, axis: Value = -1) -> Value:
    return write("take_along_axis", x, index, axis=axis if axis is None else int(axis))


def _of_types(function: Value, *arguments: Value) -> Value:
    """What is known of an array before any call."""
    return function(*[x.line.sample if isinstance(x, Written) else x for x in arguments])


for _of_types_too in (np.shape, np.ndim, np.size, np.result_type, np.iscomplexobj, np.isrealobj):
    FUNCTIONS[_of_types_too] = partial(_of_types, _of_types_too)


for _name, _operation in (NAMED | MATRIX_OPERATIONS).items():
    _operation.on(NAMESPACE)(partial(write, _name))
