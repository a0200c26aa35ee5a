"""Special functions: derivatives of three orders, what is staged, and what is said without SciPy."""

import sys
from typing import Any

import numpy as np
import pytest

import cat_ad as c
from cat_ad import InterpretationError, Scalar
from cat_ad.arrows.terms import SomeArrow
from tests.support.trees import Tree

WORDS: list[SomeArrow] = [f(Scalar) for f in (c.erf, c.erfc, c.gelu, c.lgamma, c.digamma)]


@pytest.mark.parametrize("f", WORDS, ids=str)
@pytest.mark.parametrize("x", [0.3, 1.7, 6.0])
def test_derivatives_of_three_orders_are_right(f: SomeArrow, x: float) -> None:
    once: SomeArrow = c.tangent(f)
    tests: list[tuple[SomeArrow, Any]] = [  # Any: points of each
        (f, x),
        (once, (x, 0.5)),
        (c.tangent(once), ((x, 0.5), (0.25, -1.0))),
    ]
    for arrow, at in tests:
        c.check_derivative(arrow, at)


@pytest.mark.filterwarnings("ignore:stage. C calls Python")
@pytest.mark.parametrize("f", WORDS, ids=str)
def test_what_is_staged_is_the_same(f: SomeArrow) -> None:
    """Bit for bit by NumPy; in C to some units, also where it calls Python, for what <math.h> has not."""
    x: Tree = np.asarray(0.7)
    np.testing.assert_array_equal(c.stage(lambda x: f(x))(x), f(x))

    def at_once(x: Tree) -> Tree:
        return f(x), c.gradient(f)(x)

    np.testing.assert_allclose(c.stage(at_once, "c")(x), at_once(x), rtol=1e-13)


def test_without_scipy_an_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy.special", None)
    with pytest.raises(InterpretationError, match="wanted SciPy, which computes it"):
        c.erf(1.0)
