"""Bounds hold for the true numbers too, as mpmath has them to hundreds of digits, and are only some ulps off."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp as contexts

import cat_ad as c
from cat_ad import Dim, Float, Scalar
from cat_ad.arrows.terms import SomeArrow
from cat_ad.primitives.affine import affine
from cat_ad.primitives.elementary import half_circle
from cat_ad.readings import intervals
from tests.support.arrows import PHASES, SEEDS
from tests.support.extremes import extreme_box, inside
from tests.support.trees import Tree, is_float

mp: Any = contexts  # Any: mpmath has no types of its functions

Number: TypeAlias = Any  # Any: a number of mpmath, which has no types
DIGITS = 700  # enough to add the greatest double to the smallest
GREATEST, ULP, TINY = mp.mpf(float(np.finfo(np.float64).max)), mp.mpf(2) ** -52, mp.mpf(2) ** -1074


class J(Dim, size=3):
    """Three."""


class I(Dim, size=2):  # noqa: E742  (a dimension, as everywhere)
    """Two."""


class NoNumber(Exception):
    """The function has no value there, or one that nobody could write down."""


def moderate(x: Number, size: float = 1e5) -> Number:
    """The number itself, unless its exponential is beyond all."""
    if abs(x) > size:
        raise NoNumber
    return x


def defined(x: Number, here: bool) -> Number:
    """The number itself, if it is in the domain."""
    if not here:
        raise NoNumber
    return x


def power(n: float) -> Callable[[Number], Number]:
    """x^n."""

    def of(x: Number) -> Number:
        if x == 0:
            return mp.mpf(defined(0 if n else 1, n >= 0))
        defined(x, x > 0 or n == int(n))
        moderate(n * mp.log(abs(x)))
        return x ** mp.mpf(n)

    return of


def power_of(x: Number, y: Number) -> Number:
    """x^y."""
    moderate(y * mp.log(x))
    return x**y


def times(n: float) -> tuple[Callable[[type], SomeArrow], Callable[[Number], Number]]:
    """n x."""
    return lambda a: c.scale(a, n), lambda x: x * mp.mpf(n)


def plus(n: float) -> tuple[Callable[[type], SomeArrow], Callable[[Number], Number]]:
    """x + n."""
    return lambda a: c.shift(a, n), lambda x: x + mp.mpf(n)


def to_the(n: float) -> tuple[Callable[[type], SomeArrow], Callable[[Number], Number]]:
    """x^n."""
    return lambda a: c.power(a, n), power(n)


NUMBERS = (0.1, -3.0, 1e-300)
EXPONENTS = (0, 2, 3, -1, -2, -3, 0.5, -0.5, 1.7)
ONE: dict[str, tuple[Callable[[type], SomeArrow], Callable[[Number], Number]]] = {
    "negate": (c.negate, lambda x: -x),
    "exp": (c.exp, lambda x: mp.exp(moderate(x))),
    "log": (c.log, lambda x: mp.log(defined(x, x > 0))),
    "sqrt": (c.sqrt, lambda x: mp.sqrt(defined(x, x >= 0))),
    "reciprocal": (c.reciprocal, lambda x: 1 / defined(x, x != 0)),
    "sin": (c.sin, lambda x: mp.sin(moderate(x, 1e308))),
    "cos": (c.cos, lambda x: mp.cos(moderate(x, 1e308))),
    "tanh": (c.tanh, lambda x: mp.tanh(moderate(x))),
    "sigmoid": (c.sigmoid, lambda x: 1 / (1 + mp.exp(-moderate(x)))),
    "softplus": (c.softplus, lambda x: mp.log1p(mp.exp(moderate(x)))),
    "log_sigmoid": (c.log_sigmoid, lambda x: -mp.log1p(mp.exp(-moderate(x)))),
    "relu": (c.relu, lambda x: max(x, mp.mpf(0))),
    "log1p": (c.log1p, lambda x: mp.log1p(defined(x, x > -1))),
    "expm1": (c.expm1, lambda x: mp.expm1(moderate(x))),
    "sinh": (c.sinh, lambda x: mp.sinh(moderate(x))),
    "cosh": (c.cosh, lambda x: mp.cosh(moderate(x))),
    "arctan": (c.arctan, mp.atan),
    "arcsin": (c.arcsin, lambda x: mp.asin(defined(x, abs(x) <= 1))),
    "arccos": (c.arccos, lambda x: mp.acos(defined(x, abs(x) <= 1))),
    "half_circle": (half_circle, lambda x: mp.sqrt(1 - defined(x, abs(x) <= 1) ** 2)),
    "step": (c.step, lambda x: mp.mpf(int(x > 0))),
    **{f"scale {n}": times(n) for n in NUMBERS},
    **{f"shift {n}": plus(n) for n in NUMBERS},
    **{f"power {n}": to_the(n) for n in EXPONENTS},
}
LOOSE = {"silu": (c.silu, lambda x: x / (1 + mp.exp(-moderate(x))))}  # whose bounds are not the tightest
TWO: dict[str, tuple[Callable[[type], SomeArrow], Callable[[Number, Number], Number]]] = {
    "add": (c.add, lambda x, y: x + y),
    "sub": (c.sub, lambda x, y: x - y),
    "mul": (c.mul, lambda x, y: x * y),
    "div": (c.div, lambda x, y: x / defined(y, y != 0)),
    "hypot": (c.hypot, lambda x, y: mp.sqrt(x * x + y * y)),
    "arctan2": (c.arctan2, lambda y, x: mp.atan2(y, x)),
    "power": (c.power, lambda x, y: power_of(defined(x, x > 0), y)),
}


def log_sum_exp(x: list[Number]) -> Number:
    return max(x) + mp.log(mp.fsum(mp.exp(y - max(x)) for y in x))


def rms_norm(x: list[Number]) -> list[Number]:
    return [y / mp.sqrt(mp.fsum(z * z for z in x) / len(x) + mp.mpf(1e-5)) for y in x]


def inner(x: list[Number], y: list[Number]) -> Number:
    return mp.fsum(u * v for u, v in zip(x, y, strict=True))


ROWS: dict[str, tuple[SomeArrow, Callable[[Tree], Any]]] = {
    "total": (c.total(Float[J]), mp.fsum),
    "mean": (c.mean(Float[J]), lambda x: mp.fsum(x) / 3),
    "masked_mean": (
        c.masked_mean(J),
        lambda x: mp.fsum(y for y, i in zip(*x, strict=True) if i >= 0) / sum(i >= 0 for i in x[1]),
    ),
    "dot": (c.dot(J), lambda x: inner(*x)),
    "matvec": (c.matvec(J, I), lambda x: [inner(row, x[1]) for row in x[0]]),
    "affine": (affine(J, I), lambda x: [inner(row, x[1]) + b for row, b in zip(*x[0], strict=True)]),
    "logsumexp": (c.logsumexp(J), log_sum_exp),
    "softmax": (c.softmax(J), lambda x: [mp.exp(y - log_sum_exp(x)) for y in x]),
    "log_softmax": (c.log_softmax(J), lambda x: [y - log_sum_exp(x) for y in x]),
    "cross_entropy": (c.cross_entropy(J), lambda x: log_sum_exp(x[0]) - x[0][x[1]] if x[1] >= 0 else mp.mpf(0)),
    "rms_norm": (c.rms_norm(J), rms_norm),
}


@dataclass(frozen=True)
class Term:
    """An arrow from two numbers to one, and what it is truly."""

    arrow: SomeArrow
    true: Callable[[Number, Number], Number]

    def __repr__(self) -> str:
        """The arrow's."""
        return str(self.arrow)


VARIABLES = (Term(c.exl(Scalar, Scalar), lambda x, y: x), Term(c.exr(Scalar, Scalar), lambda x, y: y))


def then(f: Term, name: str) -> Term:
    arrow, true = {**ONE, **LOOSE}[name]
    return Term(f.arrow >> arrow(Scalar), lambda x, y: true(f.true(x, y)))


def both(f: Term, g: Term, name: str) -> Term:
    arrow, true = TWO[name]
    return Term((f.arrow & g.arrow) >> arrow(Scalar), lambda x, y: true(f.true(x, y), g.true(x, y)))


TERMS = st.recursive(
    st.sampled_from(VARIABLES),
    lambda terms: (
        st.builds(then, terms, st.sampled_from([*ONE, *LOOSE])) | st.builds(both, terms, terms, st.sampled_from([*TWO]))
    ),
    max_leaves=6,
)


def exactly(x: Tree) -> Any:
    """A value in numbers of mpmath; `NoNumber` at infinities."""
    if isinstance(x, tuple):
        return tuple(map(exactly, x))
    if not is_float(x):
        return x.tolist()
    if not np.all(np.isfinite(x)):
        raise NoNumber
    return mp.mpf(float(x)) if x.ndim == 0 else [exactly(row) for row in x]


@settings(max_examples=60, phases=PHASES, deadline=None)
@given(f=TERMS, seed=SEEDS, dtype=st.sampled_from([np.float64, np.float32]))
def test_bounds_of_a_term_hold_for_what_is_true_and_for_what_is_computed(f: Term, seed: int, dtype: type) -> None:
    """Of any composition, at points where each step has a number."""
    rng = np.random.default_rng(seed)
    lower, upper = extreme_box(f.arrow.dom, rng, dtype)
    low, high = intervals.bounds(f.arrow)(lower, upper)
    for _ in range(8):
        x = inside(lower, upper, rng)
        with np.errstate(all="ignore"):
            y = f.arrow(x)
        assert np.isnan(y) or low <= y <= high, (lower, upper, x, low, y, high)
        assert_true(f.true, x, low, high, unpacked=True)


def assert_true(of: Callable[..., Any], x: Tree, low: Tree, high: Tree, unpacked: bool = False) -> None:
    """What is true at a point is within, not the least bit outside, if it is a number."""
    with mpmath.workdps(DIGITS):
        try:
            y = of(*exactly(x)) if unpacked else of(exactly(x))
        except NoNumber:
            return
        for l, u, z in zip(np.ravel(low), np.ravel(high), np.ravel(np.array(y, object)), strict=True):
            assert mp.mpf(float(l)) <= z <= mp.mpf(float(u)), (x, l, z, u)


@pytest.mark.parametrize("name", ROWS)
@settings(max_examples=6, phases=PHASES, deadline=None)
@given(seed=SEEDS, dtype=st.sampled_from([np.float64, np.float32]))
def test_bounds_of_sums_and_rows_hold_for_what_is_true(name: str, seed: int, dtype: type) -> None:
    """However large, small or different what is added."""
    rng, (arrow, of) = np.random.default_rng(seed), ROWS[name]
    lower, upper = extreme_box(arrow.dom, rng, dtype)
    found = intervals.bounds(arrow)(lower, upper)
    for _ in range(8):
        assert_true(of, inside(lower, upper, rng), *found)


class Long(Dim):
    """As long as wanted."""


@settings(max_examples=8, phases=PHASES, deadline=None)
@given(
    n=st.sampled_from([1, 2, 3, 127, 128, 129, 1025, 30000]),
    seed=SEEDS,
    dtype=st.sampled_from([np.float64, np.float32]),
)
def test_bounds_of_long_sums_hold_in_any_order(n: int, seed: int, dtype: type) -> None:
    """Forward, backward, in pairs, by products and truly; and they are as wide as so many roundings can be."""
    rng = np.random.default_rng(seed)
    x: Tree = rng.normal(size=n).astype(dtype)
    y: Tree = rng.normal(size=n).astype(dtype)
    product: SomeArrow = c.dot(Long)
    total: SomeArrow = c.total(Float[Long])
    (low, high), (least, most) = (
        intervals.bounds(product)((x, y), (x, y)),
        intervals.bounds(total)(x * y, x * y),
    )
    products = x * y
    for found in (products.sum(), products[::-1].sum(), np.cumsum(products)[-1], products @ np.ones(n, dtype)):
        assert least <= found <= most
    for found in (x @ y, np.vecdot(x, y), np.cumsum(products)[-1], math.fsum(x.astype(float) * y)):
        assert low <= found <= high
    assert high - low <= 3 * (n + 8) * np.finfo(dtype).eps * abs(products).sum()


@settings(max_examples=50, phases=PHASES, deadline=None)
@given(name=st.sampled_from([*ONE]), seed=SEEDS)
def test_bounds_of_a_function_are_a_few_ulps_from_the_tightest(name: str, seed: int) -> None:
    """They reach no further than 20 ulps beyond the values at some points of the box."""
    (arrow, of), rng = ONE[name], np.random.default_rng(seed)
    lower, upper = extreme_box(Scalar, rng, np.float64)
    low, high = intervals.bounds(arrow(Scalar))(lower, upper)
    turns = [k * np.pi / 2 for k in range(-40, 41) if lower <= k * np.pi / 2 <= upper]
    with mpmath.workdps(DIGITS):
        try:
            found = [of(exactly(np.asarray(x))) for x in (lower, upper, np.clip(0.0, lower, upper), *turns)]
        except NoNumber:
            return
        if name in ("sin", "cos") and max(-lower, upper) > 40:
            return
        for end, best in ((low, min(found)), (high, max(found))):
            best = max(min(best, GREATEST), -GREATEST)
            assert abs(max(min(mp.mpf(float(end)), GREATEST), -GREATEST) - best) <= 20 * (abs(best) * ULP + TINY)


@given(st.floats(-1e200, 1e200), st.floats(-1e200, 1e200))
def test_a_sum_of_one_product_is_rounded_as_a_product(x: float, y: float) -> None:
    """Its bounds are about the true product, be it too small for a number."""

    class One(Dim, size=1):
        """One entry."""

    at: Any = (np.array([x]), np.array([y]))  # Any: NumPy knows no dimensions
    lower, upper = c.bounds(c.dot(One))(at, at)
    true = Fraction(x) * Fraction(y)
    assert lower == -np.inf or Fraction(float(lower)) <= true
    assert upper == np.inf or true <= Fraction(float(upper))
