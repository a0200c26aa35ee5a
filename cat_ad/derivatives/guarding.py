"""Was an argument written over between a value and its derivative?

A derivative is a function of the point, and reads the point's own arrays when it is called, for a copy would cost as
much as the work. A program that writes into them in between gets the derivative at no point at all. `guard=True` of
`forward` and `reverse` finds that: it keeps a digest of the bytes of each array, and compares before each call.

>>> import numpy as np
>>> from cat_ad import Dim, Float, reverse, sin
>>> class N(Dim): ...
>>> x = np.zeros(2)
>>> value, pullback = reverse(sin(Float[N]), guard=True)(x)
>>> x += 1
>>> pullback(np.ones(2))
Traceback (most recent call last):
cat_ad.errors.DerivativeError: sin: Float[N] -> Float[N]: wanted its argument ..., found float64[2] changed; ...
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import TypeVar

import numpy as np

from cat_ad.errors import DerivativeError, told
from cat_ad.objects.trees import leaves

A = TypeVar("A")
B = TypeVar("B")


def guarded(asked: Callable[[], str], at: object, derivative: Callable[[A], B]) -> Callable[[A], B]:
    """The derivative at a point, which raises `DerivativeError` once the point has been written over.

    `asked` names the arrow when an error must. Arrays that cannot be written to, such as JAX's, are not looked at.
    """
    arrays = [x for x in leaves(at) if isinstance(x, np.ndarray)]
    before = [_digest(x) for x in arrays]

    def called(tangent: A) -> B:
        for x, digest in zip(arrays, before, strict=True):
            if _digest(x) != digest:
                raise DerivativeError(
                    f"{asked()}: wanted its argument as it was when the value was computed, found {told(x)} changed; "
                    "call the derivative before you write into the argument, or pass a copy"
                )
        return derivative(tangent)

    return called


def _digest(x: np.ndarray) -> bytes:
    return blake2b(x.tobytes()).digest()
