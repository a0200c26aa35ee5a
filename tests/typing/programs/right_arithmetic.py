"""Operators of arrays: what has the dimensions of an array stays there, what NumPy makes floats of is of floats."""

from typing import reveal_type

import numpy as np

from cat_ad import Dim, Float, Index, Int, Scalar, check


class I(Dim, size=3): ...


class J(Dim, size=2): ...


class K(Dim, size=5): ...


v, w, s = check(Float[I], np.ones(3)), check(Float[J], np.ones(2)), check(Scalar, 1.0)
n, i = check(Int[I], np.arange(1, 4)), check(Index, 2)
m, k = check(Float[J, I], np.ones((2, 3))), check(Float[I, K], np.ones((3, 5)))
t = check(Float[K, J, I], np.ones((5, 2, 3)))

reveal_type(m.T)  # R: Float[I, J]
reveal_type(check(Int[J, I], np.ones((2, 3), int)).T)  # R: Int[I, J]
reveal_type(m.transpose())  # R: Float[I, J]
reveal_type(t.mT)  # R: Float[K, I, J]

reveal_type(v / 3 + 2 * s)  # R: Float[I]
reveal_type(s / v - i)  # R: Float[I]
reveal_type(2**v - v // 2)  # R: Float[I]
reveal_type(2 - v % 2)  # R: Float[I]
reveal_type(np.float32(2) * v)  # R: Float[I]
reveal_type(np.float64(2) * v)  # R: Float[I]
reveal_type(v - np.int64(2))  # R: Float[I]
reveal_type(v * i)  # R: Float[I]

reveal_type(2 - n // 2 + np.int64(2) * n)  # R: Int[I]
reveal_type(7 % (i * n))  # R: Int[I]
reveal_type(2**n)  # R: Int[I]
reveal_type(2.0**n)  # R: Float[I]
reveal_type(n * v + v * n)  # R: Float[I]
reveal_type(i * v)  # R: Float[I]
reveal_type(n * 0.5)  # R: Float[I]
reveal_type(0.5 - n)  # R: Float[I]
reveal_type(n * s)  # R: Float[I]
reveal_type(n / n)  # R: Float[I]
reveal_type(1 / n)  # R: Float[I]
reveal_type(i - 0.5)  # R: Scalar

reveal_type(v @ v)  # R: Scalar
reveal_type(m @ v)  # R: Float[J]
reveal_type(w @ m)  # R: Float[I]
reveal_type(m @ k)  # R: Float[J, K]
reveal_type(t @ k)  # R: Float[K, J, K]
reveal_type(t @ t.mT)  # R: Float[K, J, J]
reveal_type(t @ v)  # R: Float[K, J]

truths: np.ndarray[tuple[int, ...], np.dtype[np.bool]] = v < 1.0
truths = v == v
truths = n <= 1.0
truths = n != v
truths = s <= i
v += v
v *= 2
reveal_type(v)  # R: Float[I]
