"""Sums over all entries of an array: `total` and `mean`. Their transposes spread a number over the entries.

>>> import numpy as np
>>> from cat_ad import Dim, Float, gradient
>>> class N(Dim): ...
>>> gradient(mean(Float[N]))(np.zeros(4))
array([0.25, 0.25, 0.25, 0.25])
"""

from __future__ import annotations

from math import prod

from cat_ad.arrays import AnyArray, over_last, sum_last
from cat_ad.arrow import Arrow
from cat_ad.category import A
from cat_ad.errors import SpaceError
from cat_ad.primitives import Primitive
from cat_ad.primitives.elementwise import require_float
from cat_ad.spaces import Scalar, dimensions, is_array, require_object, show


def total(a: type[A]) -> Arrow[A, Scalar]:
    """The sum of the entries of an array."""
    axes = _axes("total", a)
    return Primitive(
        a,
        Scalar,
        "total",
        lambda x: _sum(x, axes),
        lambda x, y, k: k.linear(lambda dx: _sum(dx, axes), lambda dy: over_last(dy, x, axes)),
        constant_derivative=True,
    )


def mean(a: type[A]) -> Arrow[A, Scalar]:
    """The mean of the entries of an array."""
    axes = _axes("mean", a)
    return Primitive(
        a,
        Scalar,
        "mean",
        lambda x: _sum(x, axes) / _entries(x, axes),
        lambda x, y, k: k.linear(
            lambda dx: _sum(dx, axes) / _entries(x, axes),
            lambda dy: over_last(dy / _entries(x, axes), x, axes),
        ),
        constant_derivative=True,
    )


def _axes(name: str, a: type[A]) -> int:
    """How many axes the array has."""
    require_object(name, a)
    if not is_array(a):
        raise SpaceError(f"{name}: wanted one array, got {show(a)}; take it of each factor, and add")
    require_float(name, a)
    return len(dimensions(a))


def _entries(x: AnyArray, axes: int) -> int:
    """The number of entries along so many last axes."""
    return prod(x.shape[x.ndim - axes :])


def _sum(x: AnyArray, axes: int) -> AnyArray:
    """The sum over so many last axes."""
    return sum_last(x if axes == 1 else x.reshape((*x.shape[: x.ndim - axes], _entries(x, axes))))
