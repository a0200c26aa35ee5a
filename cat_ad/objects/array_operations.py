"""Named operations on arrays: each says what it means, by the array API standard, and a library may have its own way.

The meaning runs on the arrays of any library. A way gives the same, up to rounding, on the arrays of one: NumPy adds
quickest by a matrix product (`cat_ad.objects.numpy_tricks`); arrays that count operations count those of the meaning
(`cat_ad.readings.costs.counting`); and a symbol writes down the name of the operation, for each target of staging to
write in its own way. So no target has to recognise a sum in a product with ones. Arrays are given by position, options
by name.

>>> import numpy as np
>>> sum_last(np.ones((2, 3)))
array([3., 3.])
>>> sum_last.meaning(np.ones((2, 3)))
array([3., 3.])
>>> one_hot(np.array([2, -3]), size=3, dtype=np.float64)
array([[0., 0., 1.],
       [1., 0., 0.]])
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import update_wrapper
from math import inf, nan
from typing import Generic, ParamSpec, TypeAlias

import numpy as np

from cat_ad.objects import jax_tricks, numpy_tricks
from cat_ad.objects.arrays import (
    AnyArray,
    ArrayNamespace,
    DType,
    as_dtype,
    as_indices,
    common,
    namespace,
    small,
    widened,
)

P = ParamSpec("P")
Way: TypeAlias = Callable[..., AnyArray]  # the arguments of the operation


class ArrayOperation(Generic[P]):
    """A function of arrays with a name, its meaning, and the ways of some libraries, by their namespaces."""

    def __init__(self, meaning: Callable[P, AnyArray], in_numpy: Way, in_jax: Way | None) -> None:
        """With NumPy's way, and JAX's if there is one. JAX need not be installed: its namespace is known by name."""
        update_wrapper(self, meaning)
        self.name = meaning.__name__
        self.meaning = meaning
        self.ways: dict[ArrayNamespace, Way] = {np: in_numpy, "jax.numpy": in_jax or meaning}

    def __call__(self, *arrays: P.args, **options: P.kwargs) -> AnyArray:
        """In the way of the library of these arrays, or by its meaning."""
        xp = common(*arrays)
        way = self.ways.get(xp) or self.ways.get(getattr(xp, "__name__", ""), self.meaning)
        return way(*arrays, **options)

    def on(self, xp: ArrayNamespace) -> Callable[[Way], Way]:
        """A decorator: the function is the way of the library with this namespace."""

        def noted(way: Way) -> Way:
            self.ways[xp] = way
            return way

        return noted


NAMED: dict[str, ArrayOperation[...]] = {}  # all of them


def operation(in_numpy: Way, in_jax: Way | None = None) -> Callable[[Callable[P, AnyArray]], ArrayOperation[P]]:
    """A decorator: the function is the meaning of an operation."""

    def named(meaning: Callable[P, AnyArray]) -> ArrayOperation[P]:
        made = ArrayOperation(meaning, in_numpy, in_jax)
        NAMED[made.name] = made
        return made

    return named


# Along the last axis -------------------------------------------------------------------------------------------------


@operation(numpy_tricks.sum_last, jax_tricks.sum_last)
def sum_last(x: AnyArray) -> AnyArray:
    """The sum over the last axis."""
    return namespace(x).sum(x, axis=-1)


@operation(numpy_tricks.flaws_last, jax_tricks.flaws_last)
def flaws_last(x: AnyArray) -> AnyArray:
    """Along the last axis 0, or nan where an entry is infinite or nan."""
    return namespace(x).sum(x * 0.0, axis=-1)


@operation(numpy_tricks.mean_last, jax_tricks.mean_last)
def mean_last(x: AnyArray) -> AnyArray:
    """The mean over the last axis, of numbers of any size; of no numbers, nan."""
    many, wide, xp = x.shape[-1], widened(x), namespace(x)
    if not many:
        return xp.sum(x, axis=-1) + nan
    weight = small(many)
    found = xp.sum(wide * weight, axis=-1)
    return as_dtype(found if many * weight == 1 else found / (many * weight), x.dtype)


@operation(numpy_tricks.max_last)
def max_last(x: AnyArray) -> AnyArray:
    """The greatest entry along the last axis; of none, -inf."""
    xp = namespace(x)
    return xp.max(x, axis=-1) if x.shape[-1] else xp.sum(x, axis=-1) - inf


@operation(numpy_tricks.inner_last)
def inner_last(x: AnyArray, y: AnyArray) -> AnyArray:
    """The inner products along the last axis."""
    return common(x, y).vecdot(x, y)


@operation(numpy_tricks.cumulative_last, jax_tricks.cumulative_last)
def cumulative_last(x: AnyArray) -> AnyArray:
    """The sums up to each entry along the last axis: of one, of two, of four entries, and so on."""
    return as_dtype(_along_last(operator.add, widened(x)), x.dtype)


def _along_last(combined: Callable[[AnyArray, AnyArray], AnyArray], x: AnyArray) -> AnyArray:
    many, done = x.shape[-1], 1
    while done < many:
        x = namespace(x).concat([x[..., :done], combined(x[..., done:], x[..., : many - done])], axis=-1)
        done *= 2
    return x


@operation(numpy_tricks.others_last, jax_tricks.others_last)
def others_last(x: AnyArray) -> AnyArray:
    """At each place along the last axis, the product of all other entries: of those before it, and of those after."""
    return numpy_tricks.of_others(lambda factors: _along_last(operator.mul, factors), x)


# Along the others ----------------------------------------------------------------------------------------------------


@operation(numpy_tricks.sum_leading, jax_tricks.sum_leading)
def sum_leading(x: AnyArray) -> AnyArray:
    """The sum over all axes but the last."""
    return namespace(x).sum(x, axis=tuple(range(x.ndim - 1)))


# By index ------------------------------------------------------------------------------------------------------------


@operation(numpy_tricks.one_hot)
def one_hot(index: AnyArray, *, size: int, dtype: DType) -> AnyArray:
    """The unit vectors of the indices, of this size; a negative one counts from the end."""
    xp, index = namespace(index), as_indices(index)
    return xp.astype(index[..., None] % size == xp.arange(size), dtype)


@operation(numpy_tricks.sum_by_index, jax_tricks.sum_by_index)
def sum_by_index(rows: AnyArray, index: AnyArray, *, size: int) -> AnyArray:
    """`size` rows, each the sum of those whose index it is: the transpose of taking rows at the indices.

    The standard says it as a product with the one-hot matrix.
    """
    return one_hot(index, size=size, dtype=rows.dtype).mT @ rows
