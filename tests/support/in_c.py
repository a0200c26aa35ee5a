"""Functions staged in C, and how close what they give is to what it should be."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from cat_ad import Staged, State, stage
from cat_ad.staging.c import blas
from cat_ad.staging.c import target as c_target
from cat_ad.staging.trace.trees import flatten
from tests.support.trees import Tree

TOLERANCE: dict[type, float] = {np.float32: 1e-6, np.float64: 1e-12}


def in_c(fn: Callable[..., Any], donate: Sequence[int] = ()) -> Staged[..., Any]:
    """A function, staged in C."""
    return stage(fn, "c", donate)


def leave_to_blas(patched: pytest.MonkeyPatch) -> None:
    """Leave all products to BLAS that it can read, however small, and measure nothing. Skips where there is none."""
    if blas.gemm("double") is None:
        pytest.skip("NumPy has no BLAS that can be found")
    patched.setattr(blas, "LEAST", 1)
    patched.setattr(c_target, "faster_by_blas", lambda products, vector: [True for _ in products])


def assert_close(found: Tree, expected: Tree, tolerance: float) -> None:
    """The same tree, up to rounding, in proportion to the largest number of each array; a number may be an array."""
    assert type(found) is type(expected) or (is_array(found) and is_array(expected))
    if isinstance(found, tuple | list):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            assert_close(one, other, tolerance)
    elif isinstance(found, State):
        assert_close((found.steps, found.moments), (expected.steps, expected.moments), tolerance)
    elif is_array(found):
        assert found.dtype == expected.dtype
        assert found.shape == expected.shape
        array: Any = found
        finite = np.abs(expected[np.isfinite(expected)])
        size = max(1.0, float(finite.max())) if finite.size else 1.0
        exact = found.dtype.kind not in "fc"
        np.testing.assert_allclose(array, expected, 0 if exact else tolerance, 0 if exact else tolerance * size)
    else:
        assert found == expected


def is_array(x: Tree) -> bool:
    """Is this an array, or a number of NumPy?"""
    return isinstance(x, np.ndarray | np.generic)


def all_of(functions: Sequence[Callable[..., Any]]) -> Callable[..., Any]:
    """One function of them all, each with its own arguments: what is compiled once takes little time."""
    return lambda *arguments: [f(*given) for f, given in zip(functions, arguments, strict=True)]


def tree_map_all(f: Callable[[Any], Any], tree: Any) -> Any:
    """The same tree of other arrays, states too."""
    found, form = flatten(tree)
    return form.build([f(x) if isinstance(x, np.ndarray) else x for x in found])
