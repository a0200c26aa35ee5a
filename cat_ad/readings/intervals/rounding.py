"""Rounding outward: by how much a bound moves so that it holds for the true numbers and for those that are computed.

A number that is rounded to the nearest is off by at most half the distance of its neighbours, an ulp; and that is at
most `eps` of the number, or `tiny` where numbers are smallest. To go m ulps down from y is therefore

    y - m (eps |y| + tiny)

which moves by m ulps at least, and by twice that at most. It grows with y, as every rule is made of functions that grow
or fall: so a smaller box never has larger bounds.

Bounds of single or half precision are computed in double, with the `eps` and `tiny` of their own precision, and rounded
outward to it at the end: so the low precision is that of the arrow, and adds no error of the bounds themselves.

>>> import numpy as np
>>> r = Rounding.of(np.finfo(np.float32))
>>> bool(r.down(np.float64(1.0), 1) < 1.0 < r.up(np.float64(1.0), 1) < 1 + 3e-7)
True
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from cat_ad.objects.arrays import AnyArray, DType, namespace
from cat_ad.objects.trees import Tree, leaves, tree_map


@dataclass(frozen=True, slots=True)
class Rounding:
    """How exact the numbers are that an arrow computes: `eps` of each, or `tiny`; the greatest is `largest`.

    `literal` is how exact a number is that the arrow itself was given, as in `scale(Scalar, 0.1)`.
    """

    eps: float
    tiny: float
    largest: float
    literal: float

    @staticmethod
    def of(info: Any, times: float = 1.0) -> Rounding:  # Any: what the array library says of a dtype
        """That of numbers of a dtype, with each error counted so many times."""
        eps, tiny = times * float(info.eps), times * float(info.smallest_normal) * float(info.eps)
        return Rounding(eps, tiny, float(info.max), eps if info.bits < 64 else 0.0)

    def down(self, y: AnyArray, ulps: AnyArray) -> AnyArray:
        """So many ulps below; what overflowed is at least the greatest number, less as many."""
        y = namespace(y).minimum(y, self.largest)
        return y - (ulps * self.eps * abs(y) + ulps * self.tiny)

    def up(self, y: AnyArray, ulps: AnyArray) -> AnyArray:
        """So many ulps above."""
        return -self.down(-y, ulps)

    def outward(self, lower: AnyArray, upper: AnyArray, ulps: AnyArray) -> tuple[AnyArray, AnyArray]:
        """Both ends."""
        return self.down(lower, ulps), self.up(upper, ulps)


def least_exact(*trees: Any) -> Any:  # Any: values of some objects, and as in Rounding.of
    """What is said of the dtype of the least exact numbers among them; double where there are none."""
    found = [namespace(x).finfo(x.dtype) for x in leaves(trees) if is_number(x)]
    return max(found, key=lambda info: float(info.eps), default=np.finfo(np.float64))


def is_number(x: AnyArray) -> bool:
    """Is this an array of numbers, and not of integers?"""
    return bool(namespace(x).isdtype(x.dtype, "real floating"))


def in_double(x: Tree) -> Tree:
    """The same with its numbers in double precision; of NumPy only, as JAX may have none."""
    return tree_map(lambda part: part.astype(np.float64) if is_number(part) and namespace(part) is np else part, x)


def cast_down(y: AnyArray, dtype: DType) -> AnyArray:
    """The greatest number of this dtype that is not above y."""
    if y.dtype == dtype or not is_number(y):
        return y
    xp, near = namespace(y), y.astype(dtype)
    return xp.where(near.astype(y.dtype) > y, xp.nextafter(near, xp.full_like(near, -inf)), near)


def cast_up(y: AnyArray, dtype: DType) -> AnyArray:
    """The least number of this dtype that is not below y."""
    return -cast_down(-y, dtype) if is_number(y) else y
