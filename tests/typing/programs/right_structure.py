"""Words of structure: parts of arrays, as arrows and of values."""

from typing import reveal_type

import numpy as np

from cat_ad import (
    Dim,
    Float,
    Int,
    Plus,
    arrow,
    check,
    concat,
    each,
    exl,
    flip,
    lower,
    lower_triangle,
    pad,
    rename,
    roll,
)
from cat_ad import contraction, cumulative_sum, largest, max_pool, mean, norm, product, scatter, split, take, total
from cat_ad import Scalar, pack, unpack, windows


class Batch(Dim): ...


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

i = check(Int[J], np.array([1, 0, 1]))
reveal_type(take(I, J))  # R: Arrow[tuple[Float[I], Int[J]], Float[J]]
reveal_type(take(I, J, K))  # R: Arrow[tuple[Float[I, K], Int[J]], Float[J, K]]
reveal_type(take(m, i))  # R: Float[J, K]
reveal_type(scatter(I, J))  # R: Arrow[tuple[Float[J], Int[J]], Float[I]]
reveal_type(scatter(I, n, i))  # R: Float[I, K]
reveal_type(roll(flip(x), 1))  # R: Float[I]
reveal_type(rename(I, Batch) >> roll(Batch, 1) >> flip(Batch))  # R: Arrow[Float[I], Float[Batch]]
reveal_type(lower(lower_triangle(I, y)))  # R: Float[I, I]
reveal_type(lower_triangle(I, J))  # R: Arrow[Float[J], Float[I, I]]
reveal_type(lower_triangle(J, y, strict=True))  # R: Float[J, J]

reveal_type(pack(K, tuple[Scalar, Float[J]]))  # R: Arrow[tuple[Scalar, Float[J]], Float[K]]
reveal_type(unpack(K, tuple[Scalar, Float[J]]) >> pack(K, tuple[Scalar, Float[J]]))  # R: Arrow[Float[K], Float[K]]
reveal_type(pack(K, 1.0, total(y), x))  # R: Float[K]
reveal_type(pack(K, (1.0, y)))  # R: Float[K]

reveal_type(cumulative_sum(I))  # R: Arrow[Float[I], Float[I]]
reveal_type(cumulative_sum(x))  # R: Float[I]
reveal_type(windows(K, J, I))  # R: Arrow[Float[K], Float[I, J]]
reveal_type(windows(I, I, y))  # R: Float[I, I]
reveal_type(each(Batch, windows(K, J, I)))  # R: Arrow[Float[Batch, K], Float[Batch, I, J]]

reveal_type(contraction(Float[I, J], Float[J, K], Float[K, I]))
# R: Arrow[tuple[Float[I, J], Float[J, K]], Float[K, I]]
reveal_type(contraction(Float[I, J], Float[J]))  # R: Arrow[Float[I, J], Float[J]]
reveal_type(total(I))  # R: Arrow[Float[I], Scalar]
reveal_type(mean(Float[I, K]))  # R: Arrow[Float[I, K], Scalar]
reveal_type(norm(m))  # R: Scalar
reveal_type(largest(Scalar))  # R: Arrow[Scalar, Scalar]
reveal_type(product(Float[I, J, K], Float[K, I]))  # R: Arrow[Float[I, J, K], Float[K, I]]
reveal_type(max_pool(Batch, I))  # R: Arrow[Float[Times[Batch, I]], Float[Batch]]


@arrow
def exchanged(x: Float[Plus[I, J], K]) -> Float[Plus[J, I], K]:
    """Another order."""
    first, last = split(x)
    reveal_type(first)  # R: Float[I, K]
    return concat(last, first)


@arrow
def reduced(x: Float[Batch, I], y: Float[I, J]) -> Float[Batch]:
    """What is left has a name."""
    reveal_type(mean(x, Float[I]))  # R: Float[I]
    reveal_type(contraction(x, y, Float[J, Batch]))  # R: Float[J, Batch]
    reveal_type(contraction(y, Float[J]))  # R: Float[J]
    return largest(x, Float[Batch]) * norm(product(y, Float[J]))


reveal_type(reduced)  # R: Arrow[tuple[Float[Batch, I], Float[I, J]], Float[Batch]]
reveal_type(exchanged)  # R: Arrow[Float[Plus[I, J], K], Float[Plus[J, I], K]]
