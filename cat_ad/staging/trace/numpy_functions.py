"""NumPy's functions of symbols: which of them can be written down, and how.

Where an argument is a symbol, NumPy asks it what to do (`__array_function__`), and it looks here. A function, or an
option of a function, that is not here is called as it is (see `opaque`). A named operation is one line, of that name.

>>> from cat_ad.staging.trace.lines import Trace
>>> from cat_ad.staging.trace.symbols import symbol
>>> trace = Trace()
>>> x = symbol(trace, trace.input(np.ones((2, 3))))
>>> np.concatenate([x, x], axis=1).shape
(2, 6)
>>> np.sort(x).shape, trace.lines[-1].operation
((2, 3), 'call')
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from cat_ad.objects.array_operations import NAMED
from cat_ad.objects.matrix_operations import MATRIX_OPERATIONS
from cat_ad.staging.trace.operations import CUMULATIVE
from cat_ad.staging.trace.symbols import FUNCTIONS, NAMESPACE, Symbol, Value, Written, index_part, transposed, write


def _implements(function: Value) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """A decorator of what a function of NumPy does with symbols."""

    def noted(implementation: Callable[..., Value]) -> Callable[..., Value]:
        FUNCTIONS[function] = implementation
        return implementation

    return noted


@_implements(np.sum)
def _sum(x: Value, axis: Value = None, *, keepdims: bool = False) -> Value:
    return x.sum(axis, keepdims=keepdims)


@_implements(np.mean)
def _mean(x: Value, axis: Value = None, *, keepdims: bool = False) -> Value:
    if x.dtype not in (np.float32, np.float64):
        return FUNCTIONS["call"]("mean", np.mean, x, axis, keepdims=keepdims)  # by a sum in another dtype
    total = x.sum(axis, keepdims=keepdims)
    return total / (x.size // max(1, total.size))


@_implements(np.prod)
def _prod(x: Value, axis: Value = None, *, keepdims: bool = False) -> Value:
    return x.prod(axis, keepdims=keepdims)


@_implements(np.max)
def _max(x: Value, axis: Value = None, *, keepdims: bool = False) -> Value:
    return x.max(axis, keepdims=keepdims)


@_implements(np.min)
def _min(x: Value, axis: Value = None, *, keepdims: bool = False) -> Value:
    return x.min(axis, keepdims=keepdims)


def _cumulative(name: str, x: Value, axis: Value = None) -> Value:
    if x.dtype not in (np.float32, np.float64):
        return FUNCTIONS["call"](name, getattr(np, name), x, axis)  # in another dtype
    if axis is None:
        return _cumulative(name, x.reshape(-1), 0)
    return write(name, x, axis=normalize_axis_index(axis, x.ndim))


for _name in CUMULATIVE:
    _implements(getattr(np, _name))(partial(_cumulative, _name))


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


@_implements(np.zeros_like)
def _zeros_like(x: Value, dtype: Value = None) -> Value:
    return np.zeros(x.shape, x.dtype if dtype is None else dtype)


@_implements(np.ones_like)
def _ones_like(x: Value, dtype: Value = None) -> Value:
    return np.ones(x.shape, x.dtype if dtype is None else dtype)


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


for _function in (np.shape, np.ndim, np.size, np.result_type, np.iscomplexobj, np.isrealobj):
    FUNCTIONS[_function] = partial(_of_types, _function)


for _name, _operation in (NAMED | MATRIX_OPERATIONS).items():
    _operation.on(NAMESPACE)(partial(write, _name))
