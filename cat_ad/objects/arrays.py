"""Arrays of any library that keeps to the array API standard: NumPy first, JAX, and arrays of symbols.

Primitives are written against `namespace(x)`. NumPy's and JAX's arrays carry their namespace, and for the others
`array-api-compat` knows it.

>>> import numpy as np
>>> namespace(np.zeros(3)).__name__
'numpy'
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from math import prod
from typing import Any, TypeAlias

import numpy as np
from array_api_compat import array_namespace, is_array_api_obj

from cat_ad.errors import SpaceError

AnyArray: TypeAlias = Any  # Any: an array of any library; the standard has no static type for one yet
ArrayNamespace: TypeAlias = Any  # Any: nor for a namespace
DType: TypeAlias = Any  # Any: dtypes are each library's own

MANY = 256  # classes, or arrays, that are remembered at once
INDEX = np.dtype(np.intp)  # of the indices of arrays
TERMS = 128  # numbers that are added one after the other; more are added in runs
KEPT = 2**25  # bytes of the arrays that each function of `kept` remembers at once

_namespaces: dict[type, ArrayNamespace] = {}  # by class of array, since asking costs as much as adding two arrays


def namespace(x: AnyArray) -> ArrayNamespace:
    """The functions of the library that x is an array of. For a number of Python these are NumPy's.

    Raises `SpaceError` for what is neither.
    """
    try:
        return _namespaces[type(x)]
    except KeyError:
        pass
    if type(x) not in (int, float) and not is_array_api_obj(x):
        raise SpaceError(
            f"wanted an array, got {type(x).__name__}; "
            "call the arrow itself, or forward(f) or reverse(f), which check their arguments; f.to(...) checks nothing"
        )
    found = np if type(x) in (int, float) else _asked(x)
    if len(_namespaces) >= MANY:
        _namespaces.clear()
    return _namespaces.setdefault(type(x), found)


def _asked(x: AnyArray) -> ArrayNamespace:
    return x.__array_namespace__() if hasattr(x, "__array_namespace__") else array_namespace(x)


def common(*arrays: AnyArray) -> ArrayNamespace:
    """The functions for several arrays together: NumPy's, unless one is of another library, which takes NumPy's too."""
    for x in arrays:
        found = _namespaces.get(type(x)) or namespace(x)
        if found is not np:
            return found
    return np


def of_jax(x: AnyArray) -> bool:
    """Is this an array of JAX, or a symbol of one?"""
    return hasattr(type(x), "at")


def has_tangents(x: AnyArray) -> bool:
    """Are its numbers floating-point? The kind of a dtype of NumPy says so at once."""
    kind = getattr(x.dtype, "kind", "")
    return bool(kind == "f" if kind in ("f", "i", "u", "b") else namespace(x).isdtype(x.dtype, "real floating"))


def kept(make: Callable[..., AnyArray]) -> Callable[..., AnyArray]:
    """Remember the arrays that a function makes, by its arguments. NumPy's only: one of JAX may belong to a trace.

    All are forgotten before there are more than `MANY`, or more than `KEPT` bytes of them. An array that alone is
    larger is not remembered.
    """
    remembered = dict[tuple[object, ...], AnyArray]()  # by sizes and dtypes

    @wraps(make)
    def made(xp: ArrayNamespace, *arguments: object) -> AnyArray:
        if xp is not np:
            return make(xp, *arguments)
        try:
            return remembered[arguments]
        except KeyError:
            array = make(xp, *arguments)
        if array.nbytes <= KEPT:
            if len(remembered) >= MANY or sum([x.nbytes for x in [array, *remembered.values()]]) > KEPT:
                remembered.clear()
            remembered[arguments] = array
        return array

    return made


@lru_cache(maxsize=MANY)
def largest(xp: ArrayNamespace, dtype: DType) -> float:
    """The largest finite number of a dtype."""
    return float(xp.finfo(dtype).max)


def small(many: int) -> float:
    """A power of two so small that so many numbers, each times this, add up without overflow."""
    return 0.5 ** (many - 1).bit_length()


def reshaped(x: AnyArray, shape: tuple[int, ...]) -> AnyArray:
    """x in this shape: by its method, which is quicker in NumPy, or else by the standard's function."""
    return x.reshape(shape) if hasattr(x, "reshape") else namespace(x).reshape(x, shape)


def in_rows(x: AnyArray) -> AnyArray:
    """A matrix of the rows along the last axis."""
    return x if x.ndim == 2 else reshaped(x, (prod(x.shape[:-1]), x.shape[-1]))


def all_finite(x: AnyArray) -> bool:
    """Is it known that no entry is infinite or nan? NumPy can be asked; of symbols and in JAX nothing is known."""
    return isinstance(x, np.ndarray) and bool(np.isfinite(np.asarray(x)).all())


def all_within(x: AnyArray, low: float, high: float) -> bool:
    """Is it known that all entries are from low to high? As `all_finite`."""
    if not isinstance(x, np.ndarray | np.generic) or not x.size:
        return False
    plain = np.asarray(x)
    return bool(plain.max() <= high and (low <= 0.0 or plain.min() >= low))


def none_negative(x: AnyArray) -> bool:
    """Is it known that no entry is negative? NumPy can be asked, and so can an argument of what is staged."""
    asked = getattr(type(x), "none_negative", None)
    if asked:
        return bool(asked(x))
    if not isinstance(x, np.ndarray | np.generic):
        return False
    plain = np.asarray(x)
    return not plain.size or bool(plain.item(plain.argmin()) >= 0)  # in a third of the time of its min()


def over_last(x: AnyArray, sizes: tuple[int, ...]) -> AnyArray:
    """x over more last axes of these sizes: the transpose of summing over them."""
    if not x.ndim and isinstance(x, np.ndarray | np.generic):  # of one number, in a fifth of the time
        return np.ndarray(sizes, x.dtype, np.asarray(x), 0, (0,) * len(sizes))
    return namespace(x).broadcast_to(reshaped(x, x.shape + (1,) * len(sizes)), x.shape + sizes)


def as_dtype(x: AnyArray, dtype: DType) -> AnyArray:
    """x in this dtype: itself, if it has it."""
    if x.dtype == dtype:
        return x
    return x.astype(dtype) if hasattr(x, "astype") else namespace(x).astype(x, dtype)


def widened(x: AnyArray) -> AnyArray:
    """Floats of 16 bits as float32, for sums and squares, which they cannot hold; others as they are."""
    return as_dtype(x, namespace(x).float32) if getattr(x.dtype, "itemsize", 4) == 2 else x


def as_indices(x: AnyArray) -> AnyArray:
    """Integers in the type by which arrays are indexed: in a smaller one, sizes and sums of indices would wrap around.

    An index that is too large for that type, as a uint64 or on a machine of 32 bits, becomes the largest there is.
    """
    if type(x) is int:  # where an arrow is read and called with one
        return np.asarray(x)
    if x.dtype is INDEX:  # as NumPy has one object for each of its dtypes
        return x
    xp = namespace(x)
    wanted = INDEX if isinstance(x.dtype, np.dtype) and not of_jax(x) else xp.asarray(0).dtype
    if not xp.can_cast(x.dtype, wanted):
        x = xp.minimum(x, xp.iinfo(wanted).max)
        if not xp.isdtype(x.dtype, "unsigned integer"):
            x = xp.maximum(x, xp.iinfo(wanted).min)
    return as_dtype(x, wanted)


def rows_at(table: AnyArray, index: AnyArray) -> AnyArray:
    """The row of a table at each index of an array of any axes; a negative one counts from the end."""
    index = as_indices(index)
    if type(table) is type(index) is np.ndarray:
        return table.take(index, 0)
    xp = common(table, index)
    if xp is np or index.ndim == 1:
        return xp.take(table, index, axis=0)
    return reshaped(xp.take(table, reshaped(index, (-1,)), axis=0), index.shape + table.shape[1:])
