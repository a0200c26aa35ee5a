"""Every function of numbers beside itself to fifty digits: within four units in the last place, or as its table says.

On numbers of all magnitudes, ties, zeros of both signs, infinities and subnormals, in each dtype; sums are within the
bound of pairwise summation. What is not so is in `EXCEPTIONS` and in the docstring of its arrow.
"""

from collections.abc import Callable
from math import inf, log2
from typing import Any, TypeAlias

import numpy as np
import pytest
from mpmath import mp as contexts
from mpmath import mpf

import cat_ad as c
from cat_ad import Dim, Float, forward, gradient, reverse, reverse_derivative
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.arrays import TERMS
from cat_ad.primitives.elementary import half_circle
from cat_ad.symbolic.tangent_functor import derivative
from tests.support.exact import DTYPES, Number, exactly, magnitudes, unit, units
from tests.support.trees import Tree

mp: Any = contexts  # Any: mpmath has no types of its functions

Of: TypeAlias = Callable[[Any], Number]  # Any: a number of mpmath

ULPS = 4


class N(Dim):
    """As many as there are."""


A = Float[N]
CROSS: SomeArrow = c.cross_entropy(N)


def logistic(x: Number) -> Number:
    """1 / (1 + e^-x)"""
    return 1 / (1 + mp.exp(-x))


def soft(x: Number) -> Number:
    """log(1 + e^x)"""
    return max(x, mpf(0)) + mp.log1p(mp.exp(-abs(x)))


def near(x: Number) -> Number:
    """x, or 1000, beyond which e^-x^2 is 0 in each dtype."""
    return min(max(x, mpf(-1000)), mpf(1000))


def across(x: Number) -> Number:
    """sqrt(1 - x^2)"""
    return mp.sqrt((1 - x) * (1 + x))


ELEMENTWISE: dict[str, tuple[SomeArrow, Of, Of]] = {
    "negate": (c.negate(A), lambda x: -x, lambda x: mpf(-1)),
    "scale 0.1": (c.scale(A, 0.1), lambda x: x * mpf(0.1), lambda x: mpf(0.1)),
    "shift 0.5": (c.shift(A, 0.5), lambda x: x + mpf(0.5), lambda x: mpf(1)),
    "exp": (c.exp(A), mp.exp, mp.exp),
    "log": (c.log(A), mp.log, lambda x: 1 / x),
    "sqrt": (c.sqrt(A), mp.sqrt, lambda x: 1 / (2 * mp.sqrt(x))),
    "sin": (c.sin(A), mp.sin, mp.cos),
    "cos": (c.cos(A), mp.cos, lambda x: -mp.sin(x)),
    "tanh": (c.tanh(A), mp.tanh, lambda x: mp.sech(x) ** 2),
    "sigmoid": (c.sigmoid(A), logistic, lambda x: logistic(x) * logistic(-x)),
    "softplus": (c.softplus(A), soft, logistic),
    "log_sigmoid": (c.log_sigmoid(A), lambda x: -soft(-x), lambda x: logistic(-x)),
    "relu": (c.relu(A), lambda x: max(x, mpf(0)), lambda x: mpf(int(x > 0))),
    "step": (c.step(A), lambda x: mpf(int(x > 0)), lambda x: mpf(0)),
    "log1p": (c.log1p(A), mp.log1p, lambda x: 1 / (1 + x)),
    "expm1": (c.expm1(A), mp.expm1, mp.exp),
    "sinh": (c.sinh(A), mp.sinh, mp.cosh),
    "cosh": (c.cosh(A), mp.cosh, mp.sinh),
    "arctan": (c.arctan(A), mp.atan, lambda x: 1 / (1 + x * x)),
    "arcsin": (c.arcsin(A), mp.asin, lambda x: 1 / across(x)),
    "arccos": (c.arccos(A), mp.acos, lambda x: -1 / across(x)),
    "half_circle": (half_circle(A), across, lambda x: -x / across(x)),
    "silu": (c.silu(A), lambda x: x * logistic(x), lambda x: logistic(x) * (1 + x * logistic(-x))),
    "erf": (c.erf(A), mp.erf, lambda x: 2 / mp.sqrt(mp.pi) * mp.exp(-x * x)),
    "erfc": (c.erfc(A), lambda x: mp.erfc(near(x)), lambda x: -2 / mp.sqrt(mp.pi) * mp.exp(-x * x)),
    "gelu": (c.gelu(A), lambda x: x * mp.ncdf(near(x)), lambda x: mp.ncdf(near(x)) + x * mp.npdf(x)),
    "lgamma": (c.lgamma(A), lambda x: mp.loggamma(x), mp.digamma),
    "digamma": (c.digamma(A), mp.digamma, lambda x: mp.zeta(2, x)),
    "reciprocal": (c.reciprocal(A), lambda x: 1 / x, lambda x: -1 / x**2),
    "power 2": (c.power(A, 2), lambda x: x**2, lambda x: 2 * x),
    "power 3": (c.power(A, 3), lambda x: x**3, lambda x: 3 * x**2),
    "power -1": (c.power(A, -1), lambda x: 1 / x, lambda x: -1 / x**2),
    "power -0.5": (c.power(A, -0.5), lambda x: 1 / mp.sqrt(x), lambda x: -1 / (2 * mp.sqrt(x) * x)),
    "power 2.7": (c.power(A, 2.7), lambda x: x ** mpf(2.7), lambda x: mpf(2.7) * x ** (mpf(2.7) - 1)),
}
POSITIVE = "log", "sqrt", "power -0.5", "power 2.7", "lgamma", "digamma"
POLES = "reciprocal", "power -1"  # at 0
ARCS = "arcsin", "arccos", "half_circle"  # between -1 and 1


def rounding(n: float) -> Callable[[float, type], float]:
    """The units by which x^n moves if n is rounded; the slope has n - 1 for n."""
    return lambda x, dtype: 2 * abs(np.log(x)) * max(abs(n), 1.0)


def cancelled(x: float, dtype: type) -> float:
    """Two units in the last place of 1, in those of 4 e^-2|x|."""
    return 2 * float(np.finfo(dtype).eps) / float(unit(mpf(4 * np.exp(-2 * abs(x))), dtype))


def squared(x: float, dtype: type) -> float:
    """What the rounding of x^2 does to e^-x^2; and to the slope of `gelu`, beside which it is as large."""
    return 2 * min(x * x, 1e6) + 4


def of_one_unit(x: float, dtype: type) -> float:
    """Four units in the last place of 1, in those of `lgamma`, which is 0 at 1 and at 2; of subnormals inf."""
    if x < np.finfo(np.float64).tiny:
        return inf
    return 4 * float(np.finfo(dtype).eps) / float(unit(mp.loggamma(x), dtype)) if 0.5 < x < 2.5 else 0.0


# What is not within four units: of the value, or of the slope, in how many it is at x
EXCEPTIONS: dict[tuple[str, str], Callable[[float, type], float]] = {
    ("slope", "tanh"): cancelled,
    ("slope", "silu"): lambda x, dtype: 8 / min(1.0, abs(1 + x / (1 + np.exp(x)))) if -99 < x < 0 else 8.0,
    **dict.fromkeys(
        [("slope", "erf"), ("value", "erfc"), ("slope", "erfc"), ("value", "gelu"), ("slope", "gelu")], squared
    ),
    ("value", "lgamma"): of_one_unit,
    ("value", "power 2.7"): rounding(2.7),
    ("slope", "power 2.7"): rounding(1.7),
    ("slope", "power -0.5"): lambda x, dtype: inf if mpf(x) ** -1.5 > float(np.finfo(dtype).max) else 0.0,
}


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_function_of_a_number_is_exact(dtype: type, name: str) -> None:
    """Value and slope; forward and reverse have the same slope. Where there is an infinity, it has the right sign."""
    f, value, slope = ELEMENTWISE[name]
    x = magnitudes(dtype, np.random.default_rng(len(name)), 40)
    x = x[~np.isinf(x) & ((x > 0) if name in POSITIVE else (x != 0) if name in POLES else True)]
    x = x[(abs(x) < 1) if name in ARCS else (x > -1) if name == "log1p" else slice(None)]
    with np.errstate(all="ignore"):
        y, push = forward(f)(x)
        slopes = push(np.ones_like(x))
        np.testing.assert_array_equal(slopes, reverse(f)(x)[1](np.ones_like(x)))
    for what, found, of in (("value", y, value), ("slope", slopes, slope)):
        may: Callable[[float, type], float] = EXCEPTIONS.get((what, name), lambda x, dtype: 0.0)
        for at, number in zip(map(float, x), map(float, found), strict=True):
            off = units(number, exactly(of, at), dtype)
            assert off <= max(ULPS, may(at, dtype)), f"{what} at {at}: {number} is {off:.3g} units off"


@pytest.mark.parametrize("name", ["arcsin", "arccos"])
def test_the_slope_of_a_slope_is_exact(name: str) -> None:
    """Near 0, where it is as small as the number, and near 1; forward and in reverse."""
    f, sign = ELEMENTWISE[name][0], -1 if name == "arccos" else 1
    x = magnitudes(np.float64, np.random.default_rng(0), 40)
    x = np.concatenate([x[abs(x) < 1], 1 - 2.0 ** -np.arange(1.0, 50.0)])
    u, none = np.ones_like(x), np.zeros_like(x)
    for g in (derivative(f), reverse_derivative(f)):
        for at, number in zip(map(float, x), map(float, forward(g)((x, u))[1]((u, none))), strict=True):
            assert units(number, sign * exactly(lambda x: x / across(x) ** 3, at), np.float64) <= 8, at


INFINITE = {  # at -inf and at inf: values, and slopes
    "exp": (0, inf, 0, inf),
    "tanh": (-1, 1, 0, 0),
    "sigmoid": (0, 1, 0, 0),
    "softplus": (0, inf, 0, 1),
    "log_sigmoid": (-inf, 0, 1, 0),
    "relu": (0, inf, 0, 1),
    "expm1": (-1, inf, 0, inf),
    "sinh": (-inf, inf, inf, inf),
    "cosh": (inf, inf, -inf, inf),
    "reciprocal": (0, 0, 0, 0),
    "negate": (inf, -inf, -1, -1),
}


@pytest.mark.parametrize("name", INFINITE)
@pytest.mark.parametrize("dtype", DTYPES)
def test_at_infinity_there_are_the_limits(dtype: type, name: str) -> None:
    """And no warning."""
    f, _, _ = ELEMENTWISE[name]
    x: Tree = np.array([-inf, inf], dtype)
    y, push = forward(f)(x)
    np.testing.assert_array_equal(y, INFINITE[name][:2])
    np.testing.assert_array_equal(push(np.ones_like(x)), INFINITE[name][2:])


# Rows ----------------------------------------------------------------------------------------------------------------

KINDS = "equal", "near", "wide", "none", "huge", "tiny"
LENGTHS = 1, 2, 5, TERMS - 1, TERMS, TERMS + 1, 3 * TERMS + 7


def row(kind: str, many: int, dtype: type, rng: np.random.Generator) -> Tree:
    """Numbers that are equal, near each other but far from 0, of all magnitudes, in part -inf, great or small."""
    info = np.finfo(dtype)
    most, tiny, least = float(info.max), float(info.tiny), float(info.smallest_subnormal)
    match kind:
        case "equal":
            return np.full(many, rng.choice([3000.0, min(1e8, most), 0.1, -5.0, most, 0.0, least]), dtype)
        case "near":
            return (3 * rng.normal(size=many) + 3000).astype(dtype)
        case "wide":
            sizes = 2.0 ** rng.uniform(log2(least), log2(most) - 1, many)
            return (sizes * rng.choice([-1, 1], many)).astype(dtype)
        case "none":
            chances: Tree = rng.normal(size=many).astype(dtype)
            return np.where((rng.random(many) < 1 / 3) & (np.arange(many) > 0), -inf, chances).astype(dtype)
        case "huge":
            return (rng.uniform(-1, 1, many) * most).astype(dtype)
        case _:
            return (rng.normal(size=many) * tiny * 8).astype(dtype)


def assert_within(found: Tree, exact: Number, scale: Number, ulps: float, dtype: type, what: str) -> None:
    """A number is within so many units of the exact one, or of a larger scale from which it comes by cancelling."""
    if max(abs(exact), scale) <= mpf(float(np.finfo(dtype).max)):
        off = abs(mpf(float(found)) - exact) / unit(max(abs(exact), scale), dtype)
        assert off <= ulps, f"{what}: {float(found)} for {float(exact)} is {float(off):.3g} units off"


@pytest.mark.parametrize("many", LENGTHS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_sums_and_means_and_norms_are_exact(dtype: type, many: int) -> None:
    """Sums to the bound of pairwise summation; rows of any size are normalised, also without an epsilon."""
    rng, bound = np.random.default_rng(many), (log2(many) + 2) / 2
    for kind in KINDS:
        if kind == "none":
            continue
        x = row(kind, many, dtype, rng)
        exact = [mpf(float(number)) for number in x]
        size = sum(map(abs, exact))
        least = mpf(float(np.finfo(dtype).smallest_subnormal))
        with np.errstate(all="ignore"):
            assert_within(c.total(A)(x), sum(exact), size, bound, dtype, "total")
            assert_within(c.mean(A)(x), sum(exact) / many, max(size / many, 2 * least), bound + 1, dtype, "mean")
            some: Tree = np.append(x, dtype(inf)), np.append(np.arange(many), -1)
            found = c.masked_mean(N)(some)
            assert_within(found, sum(exact) / many, max(size / many, 4 * least), bound + 2, dtype, "masked_mean")
            inner = sum(number**2 for number in exact)
            if inner > mpf(float(np.finfo(dtype).tiny)) * 2**60:
                assert_within(c.dot(N)((x, x)), inner, inner, bound, dtype, "dot")
            for epsilon in (1e-5, 0.0) if any(exact) else (1e-5,):
                norm: SomeArrow = c.rms_norm(N, epsilon)
                scale = 1 / mp.sqrt(inner / many + mpf(epsilon))
                normal = [number * scale for number in exact]
                mean, (y, pull) = sum(normal) / many, reverse(norm)(x)
                slopes = pull(np.ones_like(x))
                for found, right, slope in zip(y, normal, slopes, strict=True):
                    assert_within(found, right, mpf(0), ULPS, dtype, f"rms_norm of {kind}")
                    size = scale * (1 + abs(right * mean))
                    assert_within(slope, scale * (1 - right * mean), size, ULPS, dtype, f"slope of rms_norm of {kind}")


@pytest.mark.parametrize("many", LENGTHS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_softmax_and_its_family_are_exact(dtype: type, many: int) -> None:
    """A probability to as many more units as its score is below the greatest; what cancels, to those of its parts."""
    rng = np.random.default_rng(many)
    for kind in KINDS:
        x = row(kind, many, dtype, rng)
        exact = [mpf(float(number)) for number in x]
        greatest, k = max(exact), int(rng.integers(many))
        distances = [greatest - number for number in exact]
        total = sum(mp.exp(-d) for d in distances)
        with np.errstate(all="ignore"):
            p, slopes, logs = c.softmax(N)(x), gradient(c.logsumexp(N))(x), c.log_softmax(N)(x)
            y, loss, (d_loss, _) = c.logsumexp(N)(x), CROSS((x, k)), gradient(CROSS)((x, k))
        half = mpf(1) / 2
        assert_within(y, greatest + mp.log(total), max(abs(greatest), half), ULPS, dtype, f"logsumexp of {kind}")
        if exact[k] != -inf:
            assert_within(loss, distances[k] + mp.log(total), max(distances[k], half), ULPS, dtype, "cross_entropy")
        for i, d in enumerate(distances):
            right, ulps = mp.exp(-d) / total, ULPS + min(float(d), 1e4)
            assert_within(p[i], right, mpf(0), ulps, dtype, f"softmax of {kind}")
            assert_within(slopes[i], right, mpf(0), ulps, dtype, f"slope of logsumexp of {kind}")
            assert_within(d_loss[i], right - (i == k), mpf(int(i == k)), ulps, dtype, f"slope of loss of {kind}")
            if d < inf:
                assert_within(logs[i], -d - mp.log(total), max(d, half), ULPS, dtype, f"log_softmax of {kind}")


@pytest.mark.parametrize("many", [1, 3, 2049, 65537, 10**6])
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_mean_has_the_slope_of_its_share(dtype: type, many: int) -> None:
    """Also where the dtype has no number for how many there are."""
    share = mpf(1) / many
    x: Tree = np.ones(many + 1, dtype)
    some: Tree = x, np.arange(many + 1) - 1
    (masked, _), plain = gradient(c.masked_mean(N))(some), gradient(c.mean(A))(x[1:])
    assert not masked[0]
    for slope in (masked[1], plain[0]):
        assert units(float(slope), share, dtype) <= 1


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_million_terms(dtype: type) -> None:
    """Equal ones, where errors of one sign add up."""
    tenth: Tree = np.full(10**6, 0.1, dtype)
    exact, ulp = float(tenth[0]), float(np.finfo(dtype).eps) * 0.1
    assert abs(float(c.mean(A)(tenth)) - exact) <= 20 * ulp
    with np.errstate(over="ignore"):
        assert abs(float(c.total(A)(tenth)) / 1e6 - exact) <= 20 * ulp or dtype is np.float16
        assert abs(float(c.dot(N)((tenth, np.ones_like(tenth)))) / 1e6 - exact) <= 20 * ulp or dtype is np.float16


EDGES: list[tuple[SomeArrow, list[float], float | list[float]]] = [
    (c.logsumexp(N), [-inf, -inf], -inf),
    (c.logsumexp(N), [inf, 0.0], inf),
    (c.logsumexp(N), [inf, -inf, inf], inf),
    (c.logsumexp(N), [-inf, 1.0], 1.0),
    (c.logsumexp(N), [], -inf),
    (c.softmax(N), [-inf, 1.0, 1.0], [0.0, 0.5, 0.5]),
    (c.softmax(N), [], []),
    (c.log_softmax(N), [-inf, 1.0], [-inf, 0.0]),
    (c.log_softmax(N), [], []),
    (c.rms_norm(N), [], []),
    (c.rms_norm(N), [0.0, -0.0], [0.0, -0.0]),
    (c.total(A), [], 0.0),
    (c.mean(A), [], float("nan")),
]


@pytest.mark.parametrize(("f", "x", "y"), EDGES, ids=[f"{f} {x}" for f, x, _ in EDGES])
@pytest.mark.parametrize("dtype", DTYPES)
def test_at_the_edges_there_is_a_value_and_no_warning(dtype: type, f: SomeArrow, x: Tree, y: Tree) -> None:
    """Of no numbers, of no chance and of certainty; of no numbers there is an empty gradient."""
    x, y = np.array(x, dtype), np.array(y, dtype)
    found = f(x)
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, y)
    if not x.size:
        assert reverse(f)(x)[1](np.ones_like(y)).shape == (0,)
        assert forward(f)(x)[1](x).shape == y.shape
        over_none: SomeArrow = c.each(Over, f)
        assert over_none(np.zeros((0, 3), dtype)).shape == (0, *f(np.zeros(3, dtype)).shape)


class Over(Dim):
    """Rows, as many as there are."""
