"""Sums over all entries of an array: `total` and `mean`. Their transposes spread a number over the entries.

>>> import numpy as np
>>> from cat_ad import Dim, Float, gradient
>>> class N(Dim): ...
>>> gradient(mean(Float[N]))(np.zeros(4))
array([0.25, 0.25, 0.25, 0.25])
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from cat_ad.arrays import AnyArray, mean_last, over_last, reshaped, sum_last
from cat_ad.arrow import Arrow
from cat_ad.biproduct import Linear
from cat_ad.category import A, Hom, K
from cat_ad.errors import SpaceError
from cat_ad.primitives import Primitive
from cat_ad.primitives.elementwise import require_float
from cat_ad.spaces import Scalar, dimensions, is_array, require_object, show


def total(a: type[A]) -> Arrow[A, Scalar]:
    """The sum of the entries of an array."""
    return _reduction("total", a, sum_last, lambda dy, entries: dy)


def mean(a: type[A]) -> Arrow[A, Scalar]:
    """The mean of the entries of an array; of no entries, nan."""
    return _reduction("mean", a, mean_last, lambda dy, entries: dy / max(entries, 1))


def _reduction(
    name: str, a: type[A], of_row: Callable[[AnyArray], AnyArray], share: Callable[[AnyArray, int], AnyArray]
) -> Arrow[A, Scalar]:
    """The reduction that does this with all entries in a row; the transpose gives each of so many a share."""
    require_object(name, a)
    if not is_array(a):
        raise SpaceError(f"{name}: wanted one array, got {show(a)}; take it of each factor, and add")
    require_float(name, a)
    dims = dimensions(a)
    axes = len(dims)

    def value(x: AnyArray) -> AnyArray:
        return of_row(x if axes == 1 else reshaped(x, (*x.shape[: x.ndim - axes], prod(x.shape[x.ndim - axes :]))))

    def spread(dy: AnyArray, sizes: tuple[int, ...]) -> AnyArray:
        return over_last(share(dy, prod(sizes)), sizes)

    def spread_over_sizes(dy: AnyArray) -> AnyArray:
        """Where no array tells the sizes, the dimensions must."""
        sizes = tuple([dim.size for dim in dims if dim.size is not None])
        if len(sizes) < axes:
            raise SpaceError(f"{name}: wanted sizes to spread a number over {show(a, sizes=True)}, found {sizes}")
        return spread(dy, sizes)

    def derivative(x: AnyArray, y: AnyArray, k: Linear[K]) -> Hom[K, A, Scalar]:
        return k.linear(value, lambda dy: spread(dy, x.shape[x.ndim - axes :]))

    return Primitive(
        a,
        Scalar,
        name,
        value,
        derivative,
        linear=lambda k: k.linear(value, spread_over_sizes),
        constant_derivative=True,
    )
