"""Sums of the entries of an array: `total` and `mean`. Their transposes spread a number over the entries.

>>> import numpy as np
>>> from cat_ad import Dim, Float, gradient
>>> class N(Dim): ...
>>> gradient(mean(Float[N]))(np.zeros(4))
array([0.25, 0.25, 0.25, 0.25])
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import prod
from typing import Protocol

from cat_ad.arrows.generators import Primitive
from cat_ad.arrows.operations import Operation
from cat_ad.arrows.terms import SomeArrow
from cat_ad.categories.biproduct import Linear
from cat_ad.categories.category import A, Hom, K
from cat_ad.errors import SpaceError
from cat_ad.objects.array_operations import mean_last, sum_last
from cat_ad.objects.arrays import AnyArray, as_dtype, namespace, over_last, reshaped, widened
from cat_ad.objects.spaces import Scalar, dimensions, show
from cat_ad.primitives.named_dimensions import along, reduction

OPERATIONS = dict[str, Operation]()  # one of each name


class Spread(Protocol):
    """How a number is spread over an array of these sizes."""

    def __call__(self, dy: AnyArray, /, sizes: tuple[int, ...]) -> AnyArray:
        """The array."""
        ...


@reduction("sum")
def total(a: type[A], to: type | None = None) -> SomeArrow:
    """The sum of all entries of an array, or of those along the dimensions that `to` lacks.

    Raises `SpaceError` unless A is one array of numbers, and `to` one of some of its dimensions, which are different.
    """
    return along("total", a, to, _total)


def _total(a: type) -> SomeArrow:
    row = _row(a)
    return _reduction("total", a, lambda x: sum_last(row(x)), lambda dy, sizes: over_last(dy, sizes))


@reduction()
def mean(a: type[A], to: type | None = None) -> SomeArrow:
    """The mean of all entries of an array, or of those along the dimensions that `to` lacks; of no entries, nan.

    Raises `SpaceError` unless A is one array of numbers, and `to` one of some of its dimensions, which are different.
    """
    return along("mean", a, to, _mean)


def _mean(a: type) -> SomeArrow:
    row = _row(a)

    def shares(dy: AnyArray, sizes: tuple[int, ...]) -> AnyArray:
        return over_last(as_dtype(widened(dy) / max(prod(sizes), 1), dy.dtype), sizes)

    return _reduction("mean", a, lambda x: mean_last(row(x)), shares)


def _row(a: type) -> Callable[[AnyArray], AnyArray]:
    """How to put all entries of an array in a row."""
    axes = len(dimensions(a))
    if axes == 0:
        return lambda x: namespace(x).asarray(x)[..., None]
    return lambda x: x if axes == 1 else reshaped(x, (*x.shape[: x.ndim - axes], prod(x.shape[x.ndim - axes :])))


def _reduction(
    name: str,
    a: type,
    value: Callable[[AnyArray], AnyArray],
    spread: Spread,
) -> SomeArrow:
    """The reduction with this value, whose transpose spreads a number over entries of these sizes."""
    dims = dimensions(a)

    def spread_over_sizes(dy: AnyArray) -> AnyArray:
        """Where no array tells the sizes, the dimensions must."""
        sizes = tuple([dim.size for dim in dims if dim.size is not None])
        if len(sizes) < len(dims):
            raise SpaceError(f"{name}: wanted sizes to spread a number over {show(a, sizes=True)}, found {sizes}")
        return spread(dy, sizes)

    def derivative(x: AnyArray, y: AnyArray, k: Linear[K]) -> Hom[K, AnyArray, AnyArray]:
        return k.linear_map(value, partial(spread, sizes=x.shape[x.ndim - len(dims) :]))

    return Primitive(
        a,
        Scalar,
        name,
        value,
        derivative,
        linear=lambda k: k.linear_map(value, spread_over_sizes),
        operation=OPERATIONS.setdefault(name, Operation(name, "constant derivative")),
        parameters=(),
    )
