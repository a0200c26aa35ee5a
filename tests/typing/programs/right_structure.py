"""Words of structure: parts of arrays, as arrows and of values."""

from typing import reveal_type

import numpy as np

from cat_ad import Dim, Float, Plus, arrow, check, concat, each, exl, pad, split


class Batch(Dim, size=5): ...


class I(Dim, size=2): ...


class J(Dim, size=3): ...


class K(Dim, size=4): ...


x, y = check(Float[I], np.ones(2)), check(Float[J], np.ones(3))
m, n = check(Float[I, K], np.ones((2, 4))), check(Float[J, K], np.ones((3, 4)))

reveal_type(concat(I, J))  # R: Arrow[tuple[Float[I], Float[J]], Float[Plus[I, J]]]
reveal_type(concat(I, J, K))  # R: Arrow[tuple[Float[I, K], Float[J, K]], Float[Plus[I, J], K]]
reveal_type(concat(x, y))  # R: Float[Plus[I, J]]
reveal_type(concat(m, n))  # R: Float[Plus[I, J], K]
reveal_type(split(I, Plus[J, K]))
# R: Arrow[Float[Plus[I, Plus[J, K]]], tuple[Float[I], Float[Plus[J, K]]]]
reveal_type(each(Batch, split(I, J) >> exl(Float[I], Float[J])))  # R: Arrow[Float[Batch, Plus[I, J]], Float[Batch, I]]
reveal_type(pad(I, J, K))  # R: Arrow[Float[J], Float[Plus[I, Plus[J, K]]]]
reveal_type(pad(I, K, n))  # R: Float[Plus[I, Plus[J, K]], K]


@arrow
def exchanged(x: Float[Plus[I, J], K]) -> Float[Plus[J, I], K]:
    """Another order."""
    first, last = split(x)
    reveal_type(first)  # R: Float[I, K]
    return concat(last, first)


reveal_type(exchanged)  # R: Arrow[Float[Plus[I, J], K], Float[Plus[J, I], K]]
