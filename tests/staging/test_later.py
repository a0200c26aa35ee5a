"""A function among the results is staged too, and gives what it gives unstaged."""

from typing import Any

import numpy as np
import pytest

from cat_ad import (
    Dim,
    Float,
    Scalar,
    SpaceError,
    StagingError,
    check,
    dup,
    exp,
    forward,
    lens,
    mul,
    reverse,
    sin,
    stage,
)
from tests.support.primitives import MATRICES, PRIMITIVES, Twin
from tests.support.trees import Tree, numbers, point, tangent


class N(Dim):
    """However many."""


POWER = dup(Scalar) >> mul(Scalar) >> exp(Scalar)


def same(x: Tree, y: Tree) -> bool:
    """Number by number, and `None` where the other has it."""
    return np.array_equal(numbers(x), numbers(y), equal_nan=True)


@pytest.mark.parametrize("f", [*PRIMITIVES, *MATRICES], ids=str)
def test_a_pullback_and_a_pushforward(f: Twin) -> None:
    """Of every primitive, as often as wanted."""
    rng = np.random.default_rng(0)
    a = point(f.arrow.dom, rng, *f.domain)
    value, pullback = stage(reverse(f.arrow))(a)
    expected, unstaged = reverse(f.arrow)(a)
    assert same(value, expected)
    for _ in range(2):
        v = tangent(value, rng)
        assert same(pullback(v), unstaged(v))
    u = tangent(a, rng)
    assert same(stage(forward(f.arrow))(a)[1](u), forward(f.arrow)(a)[1](u))


def test_in_c() -> None:
    """Both the value and the pullback."""
    x, v = check(Scalar, 0.5), check(Scalar, 2.0)
    value, pullback = stage(reverse(POWER), "c")(x)
    expected, unstaged = reverse(POWER)(x)
    assert float(value) == pytest.approx(float(expected), rel=1e-12)
    assert float(pullback(v)) == pytest.approx(float(unstaged(v)), rel=1e-12)


def test_a_function_of_a_function() -> None:
    """In a tree, and one that gives another; numbers are others at each call."""
    staged: Any = stage(lambda x, n: {"functions": [lambda y: (x * y, lambda z: x * y * z + n)]})  # Any: functions
    for n in range(3):
        x = np.arange(3.0) + n
        (first,) = staged(x, n)["functions"]
        product, second = first(2.0)
        assert np.array_equal(product, 2 * x)
        assert np.array_equal(second(np.ones(3)), 2 * x + n)


def test_the_way_back_of_a_lens() -> None:
    """Which is a method."""
    f = sin(Float[N])
    x = check(Float[N], np.arange(3.0))
    value, put = stage(lens(f).run)(x)
    expected, unstaged = lens(f).run(x)
    assert same(value, expected)
    assert same(put(x), unstaged(x))


def test_what_is_returned_names_the_arguments() -> None:
    staged = stage(reverse(POWER))
    staged(check(Scalar, 0.5))
    assert staged.source.endswith("return (t1, later1(x0))\n")


def test_what_it_needs_is_not_donated() -> None:
    with pytest.raises(StagingError, match="a function among the results needs its arguments, so donate none"):
        stage(reverse(POWER), donate=(0,))(check(Scalar, 0.5))


@pytest.mark.parametrize("target", ["numpy", "c"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_tangent_may_be_a_number_of_python(target: str, dtype: type) -> None:
    """Where it may be one unstaged: in the dtype of the point; and no integer."""
    x: Tree = np.asarray(0.5, dtype)
    f: Tree = lambda x, v: (forward(POWER)(x)[1](v), reverse(POWER)(x)[1](v))  # noqa: E731
    staged: Tree = stage(f, target)
    for v in (1.0, -3.5):
        for found, expected in zip(staged(x, v), f(x, v), strict=True):
            assert found.dtype == expected.dtype == dtype
            assert float(found) == pytest.approx(float(expected), rel=1e-6)
    assert float(stage(reverse(POWER), target)(x)[1](2.0)) == pytest.approx(float(reverse(POWER)(x)[1](2.0)), rel=1e-6)
    for g in (f, stage(f, target)):
        with pytest.raises(SpaceError, match="wanted a tangent of Scalar"):
            g(x, 1)
