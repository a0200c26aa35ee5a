"""How NumPy does the named operations quickest: tricks of one library, and no part of what they mean.

NumPy hands products of matrices to BLAS, which is quicker along short rows than any of its own loops. So a sum is a
product with ones here, in half the time or less; and a sum of rows by index is a product with the one-hot matrix,
while that is small. Staging for NumPy runs these same functions on symbols, so that what is staged gives the same,
bit for bit.

>>> import numpy as np
>>> sum_last(np.ones((2, 3)))
array([3., 3.])
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, nan, prod

import numpy as np

from cat_ad.objects.arrays import (
    TERMS,
    AnyArray,
    ArrayNamespace,
    DType,
    as_dtype,
    as_indices,
    in_rows,
    kept,
    namespace,
    reshaped,
    rows_at,
    small,
    widened,
)

BLAS = "fd"  # the types of numbers that it knows, as NumPy's dtypes spell them
DOT = 4096  # products that one dot of BLAS adds, in many sums side by side
COPIED = 1024  # entries; no copy of less is worth its call
HOT = 2**20  # entries of a one-hot matrix that is small
UNIT = 1024  # rows of a unit matrix that is small


@kept
def _weights(xp: ArrayNamespace, size: int, dtype: DType, weight: float) -> AnyArray:
    return xp.full(size, weight, dtype=dtype)


@kept
def _eye(xp: ArrayNamespace, size: int, dtype: DType) -> AnyArray:
    return xp.eye(size, dtype=dtype)


def sum_last(x: AnyArray) -> AnyArray:
    """A product with ones.

    A product adds one number after the other, so that its error may grow with their number. More than `TERMS` numbers
    are added in runs, and then the sums of the runs, so that the error grows with the logarithm, as in pairwise
    summation (Higham 1993).
    """
    if x.dtype.char not in BLAS:
        return _without_blas(sum_last, lambda x: np.sum(x, axis=-1), x)
    return _weighed_last(x, 1.0)


def flaws_last(x: AnyArray) -> AnyArray:
    """A product with zeros."""
    if x.dtype.char not in BLAS:
        return _without_blas(flaws_last, lambda x: np.sum(x * 0.0, axis=-1), x)
    return _weighed_last(x, 0.0)


def mean_last(x: AnyArray) -> AnyArray:
    """A product with what is nearly the share of each, a power of two."""
    many = x.shape[-1]
    if not many:
        return sum_last(x) + nan
    if x.dtype.char not in BLAS:
        return _without_blas(mean_last, lambda x: np.mean(x, axis=-1), x)
    weight = small(many)
    found = _weighed_last(x, weight)
    return found if many * weight == 1 else found / (many * weight)


def _without_blas(way: Callable[[AnyArray], AnyArray], plain: Callable[[AnyArray], AnyArray], x: AnyArray) -> AnyArray:
    """The same way in float32 for float16, and a plain one for what is no float."""
    wide = widened(x)
    return plain(x) if wide is x else as_dtype(way(wide), x.dtype)


def _weighed_last(x: AnyArray, weight: float) -> AnyArray:
    many = x.shape[-1]
    if many > TERMS:
        rest = many % TERMS
        runs = reshaped(x[..., : many - rest], (*x.shape[:-1], many // TERMS, TERMS))
        total = _weighed_last(_weighed_last(runs, weight), 1.0)
        return total + _weighed_last(x[..., many - rest :], weight) if rest else total
    weights = _weights(np, many, x.dtype, weight)
    return x @ weights if x.ndim <= 2 else reshaped(in_rows(x) @ weights, x.shape[:-1])


def sum_leading(x: AnyArray) -> AnyArray:
    """A product of ones with all rows, in runs as `sum_last`."""
    if x.dtype.char not in BLAS:
        return _without_blas(sum_leading, lambda x: np.sum(x, axis=tuple(range(x.ndim - 1))), x)
    rows = in_rows(x)
    many, width = rows.shape
    if many > TERMS:
        rest = many % TERMS
        runs = reshaped(rows[: many - rest, :], (many // TERMS, TERMS, width))
        total = sum_leading(_weights(np, TERMS, x.dtype, 1.0) @ runs)
        return total + sum_leading(rows[many - rest :, :]) if rest else total
    return _weights(np, many, x.dtype, 1.0) @ rows


def max_last(x: AnyArray) -> AnyArray:
    """Down the columns of a copy, which is quicker than along short rows."""
    if not x.shape[-1]:
        return sum_last(x) - inf
    if x.size < COPIED:
        return np.maximum.reduce(x, axis=-1)
    columns = in_rows(x).T
    return reshaped(np.maximum.reduce(reshaped(reshaped(columns, (-1,)), columns.shape), axis=0), x.shape[:-1])


def inner_last(x: AnyArray, y: AnyArray) -> AnyArray:
    """The sums of the products, which is quicker than `vecdot` along short rows; of two vectors their product."""
    if x.ndim == 1 == y.ndim and x.shape[0] <= DOT:
        return x @ y
    return as_dtype(
        sum_last(widened(x) * widened(y)), x.dtype if x.dtype == y.dtype else np.result_type(x.dtype, y.dtype)
    )


def cumulative_last(x: AnyArray) -> AnyArray:
    """NumPy adds one after the other."""
    return as_dtype(np.cumsum(widened(x), axis=-1), x.dtype)


def others_last(x: AnyArray) -> AnyArray:
    """NumPy multiplies one after the other."""
    return of_others(lambda factors: np.cumprod(factors, axis=-1), x)


def of_others(cumulative: Callable[[AnyArray], AnyArray], x: AnyArray) -> AnyArray:
    """The products of all other entries, by cumulative products there and back."""
    wide, xp = widened(x), namespace(x)
    one = xp.ones_like(wide[..., :1])
    before = cumulative(xp.concat([one, wide[..., :-1]], axis=-1))
    after = cumulative(xp.concat([one, wide[..., :0:-1]], axis=-1))[..., ::-1]
    return as_dtype(before * after, x.dtype)


def one_hot(index: AnyArray, *, size: int, dtype: DType) -> AnyArray:
    """Rows of a unit matrix, while that is small."""
    index = as_indices(index)
    if size <= UNIT:
        return rows_at(_eye(np, size, dtype), index)
    return (index[..., None] % size == np.arange(size)).astype(dtype)


def sum_by_index(rows: AnyArray, index: AnyArray, *, size: int) -> AnyArray:
    """The product with the one-hot matrix, which is quicker than adding row by row; where that is large, by counting.

    In a product what is infinite or nan in one row is nan in all. Raises `IndexError` for an index beyond the end.
    """
    if is_counted(index, size):
        return counted_by_index(rows, index, size=size)
    return one_hot(index, size=size, dtype=rows.dtype).mT @ rows


def is_counted(index: AnyArray, size: int) -> bool:
    """Is the one-hot matrix of these indices large?"""
    return bool(prod(index.shape) * size > HOT)


def counted_by_index(rows: AnyArray, index: AnyArray, *, size: int) -> AnyArray:
    """Count each column of each table, with its entries as weights, in double precision."""
    *tables, many, width = np.broadcast_shapes(rows.shape, (*index.shape, 1))
    rows, index = np.broadcast_to(rows, (*tables, many, width)), np.broadcast_to(as_indices(index), (*tables, many))
    if many and not -size <= index.min() <= index.max() < size:
        raise IndexError(f"index is out of bounds for an axis of size {size}")
    first = reshaped(np.arange(prod(tables)) * size, (*tables, 1))
    places = (index % size + first)[..., None] * width + np.arange(width)
    sums = np.bincount(places.ravel(), rows.ravel(), prod(tables) * size * width)
    return as_dtype(reshaped(sums, (*tables, size, width)), rows.dtype)
