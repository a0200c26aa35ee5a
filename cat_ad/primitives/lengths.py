"""The length of a vector, and its direction: `norm`.

At 0, where a norm has no slope, all its derivatives are 0, as is the direction.

>>> import numpy as np
>>> from cat_ad import Dim, Float, gradient
>>> class N(Dim): ...
>>> norm(np.array([3.0, 4.0])), gradient(norm(Float[N]))(np.array([3e200, 4e200]))
(np.float64(5.0), array([0.6, 0.8]))
>>> gradient(norm(Float[N]))(np.zeros(2))
array([0., 0.])
"""

from __future__ import annotations

from math import inf

from cat_ad.arrows.generators import Primitive, Residual
from cat_ad.arrows.operations import Operation
from cat_ad.arrows.terms import Arrow, SomeArrow
from cat_ad.categories.biproduct import Linear
from cat_ad.categories.category import A, Hom, K
from cat_ad.objects.array_operations import inner_last, max_last, sum_last
from cat_ad.objects.arrays import AnyArray, as_dtype, namespace, widened
from cat_ad.objects.spaces import Dim, Scalar, floats
from cat_ad.primitives.choice import absolute
from cat_ad.primitives.elementwise import elementwise, of_one
from cat_ad.primitives.named_dimensions import along, by_rows, reduction

NORM, DIRECTION = Operation("norm"), Operation("direction")


@reduction("vector_norm")
def norm(a: type[A], to: type | None = None) -> SomeArrow:
    """|x|, the root of the sum of the squares of all entries, or along the dimensions that `to` lacks; of none, 0.

    No square overflows or vanishes. Its slopes are x / |x|; at 0, where it has none, all its derivatives are 0.

    Raises `SpaceError` unless A is one array of numbers, and `to` one of some of these, which
    are different.
    """
    return along("norm", a, to, by_rows(row_norm, absolute))


def row_norm(n: type[Dim]) -> SomeArrow:
    """The same of a vector."""

    def derivative(x: AnyArray, u: AnyArray, k: Linear[K]) -> Hom[K, AnyArray, AnyArray]:
        return k.linear_map(lambda d: inner_last(u, d), lambda w: u * w[..., None])

    residual = Residual(_length_and_direction, derivative)
    return Primitive(*(floats(n), Scalar, "norm", _length, residual), operation=NORM, parameters=())


def direction(n: type[Dim]) -> SomeArrow:
    """u = x / |x|, but 0 at 0; its derivative is (dx - u <u, dx>) / |x|, and there 0."""

    def derivative(x: AnyArray, u: AnyArray, k: Linear[K]) -> Hom[K, AnyArray, AnyArray]:
        inverse = _inverse_or_zero(_length(x))[..., None]

        def symmetric(d: AnyArray) -> AnyArray:
            return (d - u * inner_last(u, d)[..., None]) * inverse

        return k.linear_map(symmetric, symmetric)

    a = floats(n)
    return Primitive(
        *(a, a, "direction", lambda x: _length_and_direction(x)[1], derivative), operation=DIRECTION, parameters=()
    )


def _length(x: AnyArray) -> AnyArray:
    """Of each row."""
    _, size, length = _scaled(x)
    return as_dtype(size * length, x.dtype)


def _length_and_direction(x: AnyArray) -> tuple[AnyArray, AnyArray]:
    """Of each row."""
    scaled, size, length = _scaled(x)
    unit = scaled / namespace(x).where(length == 0, 1.0, length)[..., None]
    return as_dtype(size * length, x.dtype), as_dtype(unit, x.dtype)


def _scaled(x: AnyArray) -> tuple[AnyArray, AnyArray, AnyArray]:
    """Rows of numbers of a moderate size, by what they were divided, and their lengths."""
    wide, xp = widened(x), namespace(x)
    size = max_last(abs(wide))
    size = xp.where((size > 0) & (size < inf), size, 1.0)
    scaled = wide / size[..., None]
    return scaled, size, xp.sqrt(sum_last(scaled * scaled))


@of_one()
def inverse_or_zero(a: type[A]) -> Arrow[A, A]:
    """y = 1 / x, but 0 at 0; with slope -y^2."""
    return elementwise("inverse_or_zero", a, _inverse_or_zero, lambda x, y, k: k.scale(-(y * y)))


def _inverse_or_zero(x: AnyArray) -> AnyArray:
    xp = namespace(x)
    if hasattr(xp, "inverse_or_zero"):  # of elements
        return xp.inverse_or_zero(x)
    return xp.where(x == 0, 0.0, 1.0 / xp.where(x == 0, 1.0, x))
