"""The operations on arrays, by name, with what NumPy does for each: a line of a program is one of these.

Among them are the named operations of `cat_ad.objects.array_operations`, which each target writes in its own way.

>>> OPERATIONS["sum"](np.ones((2, 3)), axis=1)
array([3., 3.])
>>> OPERATIONS["slice"](np.arange(5), ("slice", 1, None, 2))
array([1, 3])
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from cat_ad.objects.array_operations import NAMED
from cat_ad.objects.matrix_operations import MATRIX_OPERATIONS

VIEWS = "reshape", "transpose", "broadcast_to", "slice"  # whose results look at the memory of their argument
REDUCTIONS = {
    "sum": "add",
    "prod": "multiply",
    "max": "maximum",
    "min": "minimum",
}  # of entries along an axis, by these functions
CUMULATIVE = {"cumsum": "sum", "cumprod": "prod"}  # up to each entry along an axis, by these reductions
JOINS = "concatenate", "stack"
ELEMENTARY = (
    *("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "hypot"),
    *("sin", "cos", "tan", "arcsin", "arccos", "arctan", "arctan2"),
    *("sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh"),
)
UNARY = "square", "reciprocal", "negative", "absolute", "fabs", "sign", "positive", "floor", "ceil", "trunc", "rint"
BINARY = (
    *("add", "subtract", "multiply", "divide", "power", "maximum", "minimum", "remainder"),
    *("fmod", "fmax", "fmin", "copysign", "nextafter"),
)
COMPARISONS = "greater", "greater_equal", "less", "less_equal", "equal", "not_equal", "isnan"
LOGIC = "logical_and", "logical_or", "logical_not", "bitwise_and", "bitwise_or", "invert"
PRODUCTS = "matmul", "vecdot"
UFUNCS = *ELEMENTARY, *UNARY, *BINARY, *COMPARISONS, *LOGIC, *PRODUCTS
OPERATORS = "floor_divide", "bitwise_xor", "left_shift", "right_shift"  # of Python, that C has not
OF_PROGRAMS = "input", "scan", "part", "call", "pick"  # lines that are no operations on arrays


def _index(parts: Sequence[Any]) -> Any:  # Any: an index of NumPy; a slice is a tuple here, which has a hash
    return tuple([slice(*part[1:]) if isinstance(part, tuple) else part for part in parts])


OPERATIONS: dict[str, Callable[..., Any]] = {  # Any: arrays and numbers
    **{name: getattr(np, name) for name in (*UFUNCS, *OPERATORS)},
    "reshape": lambda x, shape: np.reshape(x, shape),
    "transpose": lambda x, axes: np.transpose(x, axes),
    "broadcast_to": lambda x, shape: np.broadcast_to(x, shape),
    "slice": lambda x, *index: x[_index(index)],
    "take": lambda x, *index: x[_index(index)],
    **{name: getattr(np, ufunc).reduce for name, ufunc in REDUCTIONS.items()},
    "concatenate": lambda *xs, axis: np.concatenate(xs, axis),
    "stack": lambda *xs, axis: np.stack(xs, axis),
    "where": np.where,
    "astype": lambda x, dtype: x.astype(dtype),
    "copy": lambda x: np.copy(x),
    **{name: getattr(np, name) for name in CUMULATIVE},
    "take_along_axis": lambda x, index, axis: np.take_along_axis(x, index, axis),
    **{name: operation.ways[np] for name, operation in (NAMED | MATRIX_OPERATIONS).items()},
    "asarray": np.asarray,  # of a number of Python
    # the operators of Python between numbers; and a power whose exponent varies
    **{f"number {name}": getattr(operator, name) for name in ("add", "sub", "mul", "truediv", "pow", "neg")},
}


def can_be_named(ufunc: np.ufunc) -> bool:
    """Can it be named by `names_in_c`: does it take one or two real numbers, to one?"""
    is_real = {"d->d", "dd->d"} & {*ufunc.types}
    return bool(is_real) and not ufunc.signature and ufunc.__name__.isidentifier()


def is_of_entries(ufunc: np.ufunc) -> bool:
    """Does it take real numbers to one number, entry by entry, whatever its name?"""
    kinds = {kind for kinds in ufunc.types for kind in kinds} - {"O"}
    is_named = ufunc.__name__.isidentifier() and ufunc.__name__ not in OF_PROGRAMS
    return is_named and ufunc.nout == 1 and not ufunc.signature and bool(kinds)


def is_elementwise(operation: str) -> bool:
    """Is this done entry by entry? Such are ufuncs, also those of `names_in_c`, but for products."""
    found = OPERATIONS.get(operation)
    return isinstance(found, np.ufunc) and operation not in PRODUCTS
