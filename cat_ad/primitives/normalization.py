"""Normalisation: `rms_norm`, the root mean square layer norm without weights (Zhang & Sennrich 2019).

>>> import numpy as np
>>> from cat_ad import Dim
>>> class N(Dim): ...
>>> rms_norm(N)(np.array([3.0, -3.0])).round(3)
array([ 1., -1.])
"""

from __future__ import annotations

from math import log2
from typing import TypeVar, overload

from cat_ad.arrows.generators import Primitive, Residual
from cat_ad.arrows.operations import Operation
from cat_ad.arrows.polymorphism import polymorphic
from cat_ad.arrows.structure import dup, identity
from cat_ad.arrows.terms import Arrow
from cat_ad.categories.biproduct import Linear
from cat_ad.categories.category import Hom, K
from cat_ad.objects.array_operations import mean_last
from cat_ad.objects.arrays import AnyArray, all_within, as_dtype, largest, namespace, widened
from cat_ad.objects.spaces import Dim, Float, Scalar, floats
from cat_ad.primitives.arithmetic import mul
from cat_ad.primitives.contractions import scaled
from cat_ad.primitives.elementwise import power, real, shift
from cat_ad.primitives.reductions import mean

N = TypeVar("N", bound=Dim)

TINY = 2.0**60  # an epsilon times the largest number that is less does not hide squares that vanish

RMS_NORM = Operation("rms_norm", "batched derivative")


@overload
def rms_norm(n: type[N], epsilon: float = 1e-5) -> Arrow[Float[N], Float[N]]: ...
@overload
def rms_norm(x: Float[N], epsilon: float = 1e-5, /) -> Float[N]: ...
@polymorphic()
def rms_norm(n: type[N], epsilon: float = 1e-5) -> Arrow[Float[N], Float[N]]:
    """y = s x, where s = 1 / sqrt(mean(x^2) + epsilon), for an epsilon of 0 or more.

    Its derivative dx -> s (dx - y mean(y dx)) is its own transpose. Rows whose squares would overflow, or vanish beside
    an epsilon as small, are first brought to a moderate size. A row of zeros has no value where epsilon is 0.
    """
    epsilon = real("rms_norm", epsilon)

    def run(x: AnyArray) -> tuple[AnyArray, tuple[AnyArray, AnyArray]]:
        y, s = _normalized(x, epsilon)
        return y, (y, s)

    def derivative(x: AnyArray, kept: tuple[AnyArray, AnyArray], k: Linear[K]) -> Hom[K, AnyArray, AnyArray]:
        y, s = kept

        def symmetric(d: AnyArray) -> AnyArray:
            return (d - y * mean_last(y * d)[..., None]) * s

        return k.linear_map(symmetric, symmetric)

    residual = Residual(run, derivative)

    return Primitive(
        floats(n),
        floats(n),
        "rms_norm",
        residual.value,
        residual,
        parts=lambda: rms_norm_by_parts(n, epsilon),
        operation=RMS_NORM,
        parameters=(epsilon,),
    )


def rms_norm_by_parts(n: type[N], epsilon: float = 1e-5) -> Arrow[Float[N], Float[N]]:
    """The same, composed: what `rms_norm` must equal."""
    x = floats(n)
    squares = dup(x) >> mul(x)
    inverse_root = squares >> mean(x) >> shift(Scalar, epsilon) >> power(Scalar, -0.5)
    return (identity(x) & inverse_root) >> scaled(n)


def _normalized(x: AnyArray, epsilon: float) -> tuple[AnyArray, AnyArray]:
    """Each row divided by its root mean square; and by what it was multiplied, over an axis of one."""
    wide = widened(x)
    if wide.dtype != x.dtype:
        y, s = _normalized(wide, epsilon)
        return as_dtype(y, x.dtype), as_dtype(s, x.dtype)
    xp, bits = namespace(x), log2(largest(namespace(x), x.dtype))
    size, far = mean_last(abs(x)), 2.0 ** round(bits / 3)
    if all_within(size, 1 / far if epsilon * largest(xp, x.dtype) < TINY else 0.0, far):
        s = ((mean_last(x * x) + epsilon) ** -0.5)[..., None]
        return x * s, s

    def choose(where: AnyArray, this: AnyArray, other: AnyArray) -> AnyArray:
        return xp.where(where, xp.asarray(this, dtype=x.dtype), xp.asarray(other, dtype=x.dtype))

    c = far / xp.maximum(size, far)  # 1, but for the largest rows
    added = c * c * epsilon
    if epsilon * largest(xp, x.dtype) < TINY:  # so small an epsilon does not hide that squares vanish
        factor = 2.0 ** round(bits * 3 / 4)
        c = choose(size < 1 / far, factor, c)
        added = choose(size < 1 / far, epsilon * factor * factor, added)
    z = x * c[..., None]
    r = (mean_last(z * z) + added) ** -0.5
    return z * r[..., None], (r * c)[..., None]
