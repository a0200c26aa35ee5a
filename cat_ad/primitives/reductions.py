"""Sums over all entries of an array: `total` and `mean`. Their transposes spread a number over the entries.

>>> import numpy as np
>>> from cat_ad import Dim, Float, gradient
>>> class N(Dim): ...
>>> gradient(mean(Float[N]))(np.zeros(4))
array([0.25, 0.25, 0.25, 0.25])
"""

from __future__ import annotations

from math import prod
from cat_ad.arrays import AnyArray, namespace, over_last
from cat_ad.arrow import Arrow, Primitive
from cat_ad.category import A
from cat_ad.errors import SpaceError
from cat_ad.primitives.elementwise import require_float
from cat_ad.spaces import Scalar, dimensions, is_array, require_object, show


def total(a: type[A]) -> Arrow[A, Scalar]:
    """The sum of the entries of an array."""
    axes = _axes("total", a)
    return Primitive(
        a,
        Scalar,
        "total",
        lambda x: namespace(x).sum(x, axis=axes),
        lambda x, y, k: k.linear(
            lambda dx: namespace(x).sum(dx, axis=axes), lambda dy: over_last(dy, x, len(axes))
        ),
    )


def mean(a: type[A]) -> Arrow[A, Scalar]:
    """The mean of the entries of an array."""
    axes = _axes("mean", a)
    return Primitive(
        a,
        Scalar,
        "mean",
        lambda x: namespace(x).mean(x, axis=axes),
        lambda x, y, k: k.linear(
            lambda dx: namespace(x).mean(dx, axis=axes),
            lambda dy: over_last(dy / _entries(x, axes), x, len(axes)),
        ),
    )


def _entries(x: AnyArray, axes: tuple[int, ...]) -> int:
    return prod(x.shape[axis] for axis in axes)


def _axes(name: str, a: type[A]) -> tuple[int, ...]:
    require_object(name, a)
    if not is_array(a):
        raise SpaceError(f"{name}: wanted one array, got {show(a)}; take it of each factor, and add")
    require_float(name, a)
    return tuple(range(-len(dimensions(a)), 0))
