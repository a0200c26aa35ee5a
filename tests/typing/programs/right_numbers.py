"""Special functions, powers and linear algebra: arrows of objects, and of values; and numbers for arrays of no axes."""

from typing import reveal_type

import numpy as np

from cat_ad import Bool, Dim, Float, Index, Scalar, Truth, arctan2, arrow, check, cholesky, cross_entropy, erf, gradient
from cat_ad import identity, inverse, lgamma, log_determinant, logical_and, lookup, power, sin, solve
from cat_ad import symmetric_eigenvalues, where


class I(Dim, size=3): ...


v, s, m = check(Float[I], np.ones(3)), check(Scalar, 1.0), check(Float[I, I], np.eye(3))

reveal_type(erf(v))  # R: Float[I]
reveal_type(lgamma(s))  # R: Scalar
reveal_type(arctan2(v, v))  # R: Float[I]
reveal_type(power(v, 2.0))  # R: Float[I]
reveal_type(power(v, v))  # R: Float[I]
reveal_type(power(Float[I], 2.0))  # R: Arrow[Float[I], Float[I]]
reveal_type(power(Float[I]))  # R: Arrow[tuple[Float[I], Float[I]], Float[I]]
reveal_type(solve(m, v))  # R: Float[I]
reveal_type(inverse(m))  # R: Float[I, I]
reveal_type(symmetric_eigenvalues(I))  # R: Arrow[Float[I, I], Float[I]]
reveal_type(cholesky(I) >> log_determinant(I))  # R: Arrow[Float[I, I], Scalar]

# Numbers for arrays of no axes
mask = check(Bool[I], np.ones(3, bool))


@arrow
def both(a: Truth, b: Bool[I]) -> Bool[I]:
    return a & b


reveal_type(both(np.True_, mask))  # R: Bool[I]
reveal_type(both(True, mask))  # R: Bool[I]
reveal_type(logical_and(Truth)(True, np.False_))  # R: Truth
reveal_type(identity(Truth)(True))  # R: Truth
reveal_type(where(np.True_, v, 0.0))  # R: Float[I]
reveal_type(identity(Index)(np.int64(1)))  # R: Index
reveal_type(lookup(I, I)(m, 1))  # R: Float[I]
reveal_type(lookup(I, I)((m, 1)))  # R: Float[I]
reveal_type(lookup(m, 1))  # R: Float[I]
reveal_type(cross_entropy(v, 2))  # R: Scalar
reveal_type(gradient(cross_entropy(I))(v, 2))  # R: tuple[Float[I], Index]
reveal_type(sin(Scalar)(np.float32(1.0)))  # R: Scalar
