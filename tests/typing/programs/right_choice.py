"""Comparisons, masks and what is chosen by them."""

from typing import reveal_type

import numpy as np

from cat_ad import Bool, Dim, Float, Int, Scalar, Truth, absolute, arrow, check, clip, each, equal, greater, largest
from cat_ad import less, logical_and, logical_not, maximum, minimum, sign, smallest, where


class I(Dim, size=3): ...


class J(Dim, size=2): ...


reveal_type(maximum(Float[I]))  # R: Arrow[tuple[Float[I], Float[I]], Float[I]]
reveal_type(clip(Float[I], -1.0, 1.0) >> absolute(Float[I]) >> sign(Float[I]))  # R: Arrow[Float[I], Float[I]]
reveal_type(where(Float[I, J]))  # R: Arrow[tuple[Bool[I, J], Float[I, J], Float[I, J]], Float[I, J]]
reveal_type(less(Float[I]))  # R: Arrow[tuple[Float[I], Float[I]], Bool[I]]
reveal_type(equal(Int[I]))  # R: Arrow[tuple[Int[I], Int[I]], Bool[I]]
reveal_type(logical_and(Bool[I]) >> logical_not(Bool[I]))  # R: Arrow[tuple[Bool[I], Bool[I]], Bool[I]]
reveal_type(largest(I))  # R: Arrow[Float[I], Scalar]

x, y, n = check(Float[I], np.ones(3)), check(Float[I], np.ones(3)), check(Int[I], np.arange(3))
mask, truth = check(Bool[I], x > y), check(Truth, True)

reveal_type(mask)  # R: Bool[I]
reveal_type(truth)  # R: Truth
reveal_type(x > y)  # R: Bool[I]
reveal_type(x <= 0.0)  # R: Bool[I]
reveal_type((x > y) & ~mask | (y < 0.0))  # R: Bool[I]
reveal_type(greater(x, 0.0))  # R: Bool[I]
reveal_type(equal(n, 1))  # R: Bool[I]
reveal_type(maximum(x, y))  # R: Float[I]
reveal_type(minimum(x, 0.0))  # R: Float[I]
reveal_type(clip(x, 0.0, 1.0))  # R: Float[I]
reveal_type(largest(x) - smallest(x))  # R: Scalar
reveal_type(where(mask, x, y))  # R: Float[I]
reveal_type(where(mask, x, 0.0))  # R: Float[I]


@arrow
def hinge(xs: Float[J, I], limit: Scalar) -> Float[J, I]:
    """A line from some limit on."""
    return each(J, lambda x: where(x > limit, maximum(x, 0.0), 0.1 * x), xs)


reveal_type(hinge)  # R: Arrow[tuple[Float[J, I], Scalar], Float[J, I]]
