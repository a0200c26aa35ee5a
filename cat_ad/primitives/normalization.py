"""Normalisation: `rms_norm`, the root mean square layer norm without weights (Zhang & Sennrich 2019).

>>> import numpy as np
>>> from cat_ad import Dim
>>> class N(Dim): ...
>>> rms_norm(N)(np.array([3.0, -3.0])).round(3)
array([ 1., -1.])
"""

from __future__ import annotations

from typing import TypeVar

from cat_ad.arrays import AnyArray, mean_last
from cat_ad.arrow import Arrow, dup, identity
from cat_ad.biproduct import Linear
from cat_ad.category import Hom, K
from cat_ad.primitives import Primitive
from cat_ad.primitives.arithmetic import mul
from cat_ad.primitives.contraction import scaled
from cat_ad.primitives.elementwise import power, real, shift
from cat_ad.primitives.reductions import mean
from cat_ad.spaces import Dim, Float, Scalar, floats

N = TypeVar("N", bound=Dim)


def rms_norm(n: type[N], epsilon: float = 1e-5) -> Arrow[Float[N], Float[N]]:
    """y = s x, where s = 1 / sqrt(mean(x^2) + epsilon).

    Its derivative dx -> s (dx - y mean(y dx)) is its own transpose.
    """
    epsilon = real("rms_norm", epsilon)

    def together(x: AnyArray, k: Linear[K]) -> tuple[AnyArray, Hom[K, AnyArray, AnyArray]]:
        s = _inverse_root(x, epsilon)
        y = x * s

        def symmetric(d: AnyArray) -> AnyArray:
            return (d - y * mean_last(y * d)[..., None]) * s

        return y, k.linear(symmetric, symmetric)

    return Primitive(
        floats(n),
        floats(n),
        "rms_norm",
        lambda x: x * _inverse_root(x, epsilon),
        lambda x, y, k: together(x, k)[1],
        together=together,
        parts=lambda: rms_norm_by_parts(n, epsilon),
        broadcasts=True,
    )


def rms_norm_by_parts(n: type[N], epsilon: float = 1e-5) -> Arrow[Float[N], Float[N]]:
    """The same, composed: what `rms_norm` must equal."""
    x = floats(n)
    squares = dup(x) >> mul(x)
    inverse_root = squares >> mean(x) >> shift(Scalar, epsilon) >> power(Scalar, -0.5)
    return (identity(x) & inverse_root) >> scaled(n)


def _inverse_root(x: AnyArray, epsilon: float) -> AnyArray:
    """1 / sqrt(mean(x^2) + epsilon) of each row, over an axis of one."""
    return ((mean_last(x * x) + epsilon) ** -0.5)[..., None]
