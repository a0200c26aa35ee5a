"""Special functions, powers and linear algebra: arrows of objects, and of values."""

from typing import reveal_type

import numpy as np

from cat_ad import Dim, Float, Scalar, arctan2, check, cholesky, erf, inverse, lgamma, log_determinant, power, solve
from cat_ad import symmetric_eigenvalues


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
