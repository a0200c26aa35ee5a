"""Arrays of any library that keeps to the array API standard: NumPy first, JAX, and arrays of symbols.

Primitives are written against `namespace(x)`. NumPy's and JAX's arrays carry their namespace and hand it out in a tenth
of a microsecond; for the others `array-api-compat` knows it.

>>> import numpy as np
>>> namespace(np.zeros(3)).__name__
'numpy'
"""

from __future__ import annotations

from typing import Any, TypeAlias

from array_api_compat import array_namespace

AnyArray: TypeAlias = Any  # Any: an array of any library; the standard has no static type for one yet
ArrayNamespace: TypeAlias = Any  # Any: nor for a namespace


def namespace(x: AnyArray) -> ArrayNamespace:
    """The functions for the arrays of x's library."""
    try:
        return x.__array_namespace__()
    except AttributeError:
        return array_namespace(x)


def over_last(x: AnyArray, like: AnyArray, axes: int) -> AnyArray:
    """Spread x over `axes` more last axes, to the shape of `like`; the transpose of summing over them."""
    xp = namespace(like)
    return xp.broadcast_to(xp.reshape(x, x.shape + (1,) * axes), like.shape)
