"""Operations on square matrices that no library says in sums and products: inverses and factors, over leading axes.

Each is NumPy's or JAX's own, or that of another library of the array API. Where a matrix has no inverse, or no factor,
all that would come of it is nan, as of log(-1), and not an error as in `numpy.linalg`: so one matrix of a batch does
not take the others with it, and every library, and what is staged, does the same.

>>> import numpy as np
>>> solve_matrix(np.array([[2.0, 1.0], [1.0, 1.0]]), np.array([[3.0], [2.0]])).round(9)
array([[1.],
       [1.]])
>>> inverse_matrix(np.zeros((1, 1)))
array([[nan]])
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from cat_ad.objects.array_operations import ArrayOperation
from cat_ad.objects.arrays import AnyArray, as_dtype, common, widened

MATRIX_OPERATIONS: dict[str, ArrayOperation[...]] = {}  # all of them


def _in_library(name: str, *arrays: AnyArray) -> AnyArray:
    """By the function of this name of the library of these arrays; of 16 bits by that of 32."""
    return as_dtype(getattr(common(*arrays).linalg, name)(*map(widened, arrays)), arrays[-1].dtype)


def _or_nan(f: Callable[..., AnyArray], like: Callable[[AnyArray], AnyArray]) -> Callable[..., AnyArray]:
    """NumPy's way, which raises an error of all matrices if one has no result, and that is like a matrix."""

    def way(*arrays: AnyArray) -> AnyArray:
        try:
            return f(*arrays)
        except np.linalg.LinAlgError:
            pass
        axes = np.broadcast_shapes(*[x.shape[:-2] for x in arrays])
        if not axes:
            return like(np.full_like(arrays[-1], np.nan))
        rows = [np.broadcast_to(x, axes + x.shape[-2:]) for x in arrays]
        return np.stack([way(*row) for row in zip(*rows, strict=True)])

    return way


def _operation(f: Callable[..., AnyArray], like: Callable[[AnyArray], AnyArray] = lambda a: a) -> ArrayOperation[...]:
    made = ArrayOperation[...](f, _or_nan(f, like), None)
    MATRIX_OPERATIONS[made.name] = made
    return made


@_operation
def solve_matrix(a: AnyArray, b: AnyArray) -> AnyArray:
    """X with A X = B."""
    return _in_library("solve", a, b)


@_operation
def inverse_matrix(a: AnyArray) -> AnyArray:
    """The inverse."""
    return _in_library("inv", a)


@_operation
def cholesky_matrix(a: AnyArray) -> AnyArray:
    """The lower triangle L with L L^T = A, of a symmetric A."""
    return _in_library("cholesky", a)


@_operation
def log_determinant_of(a: AnyArray) -> AnyArray:
    """log |det A|; of a matrix without inverse -inf."""
    return as_dtype(common(a).linalg.slogdet(widened(a))[1], a.dtype)


@partial(_operation, like=lambda a: a[..., 0])
def eigenvalues_of(a: AnyArray) -> AnyArray:
    """The eigenvalues of a symmetric matrix, which grow."""
    return _in_library("eigvalsh", a)


@_operation
def eigenvectors_of(a: AnyArray) -> AnyArray:
    """Its eigenvectors, of length 1, as columns, in the same order."""
    return as_dtype(common(a).linalg.eigh(widened(a))[1], a.dtype)
