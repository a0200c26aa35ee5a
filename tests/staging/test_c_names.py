"""What a ufunc does with each number, the function of C that has its name does too: those of NumPy, and a user's."""

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cat_ad import Dim, Float, Scalar, StagingError, StagingWarning, each, names_in_c, primitive, stage
from cat_ad.derivatives.forward_and_reverse import value_and_gradient
from cat_ad.staging.trace.operations import OPERATIONS, ROWS
from tests.staging.test_stage import DTYPES
from tests.support.arrows import PHASES, SEEDS
from tests.support.in_c import TOLERANCE, assert_close, in_c

OF_FLOATS = [row for row in ROWS if row.kind == "entries" and row.in_c("f") and row.name != "logaddexp"]
NO_ZERO_IS_GREATER = "fmax", "fmin", "maximum", "minimum"
ENTRIES = 301
EDGES = 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 88.7, 89.5, 709.7, 710.5, 1023.0, 1024.0, np.inf, np.nan


def of_every_size(rng: np.random.Generator, dtype: type) -> Any:  # Any: an array
    """From subnormal numbers to the greatest, of either sign; some near 1, and the edges of what functions take."""
    info = np.finfo(dtype)
    least, most = np.log2([float(info.smallest_subnormal), float(info.max)])
    beside = [info.smallest_subnormal, info.tiny, info.max, 1 - info.epsneg, 1 + info.eps]
    some = np.concatenate([np.exp2(rng.uniform(least, most, ENTRIES)), rng.uniform(0, 3, ENTRIES), [*EDGES, *beside]])
    return (rng.choice(some, ENTRIES) * rng.choice([-1, 1], ENTRIES)).astype(dtype)


def all_of_floats(x: Any, y: Any) -> list[Any]:
    """Of an array, or of two."""
    functions: list[Any] = [row.meaning for row in OF_FLOATS]
    return [f(*(x, y)[: f.nin]) for f in functions]


STAGED = in_c(all_of_floats)


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.__name__)
@settings(max_examples=20, phases=PHASES)
@given(seed=SEEDS)
def test_numpy_and_c_agree_at_every_magnitude(seed: int, dtype: type) -> None:
    """To as many units in the last place as the table says, also among subnormal numbers, and in the sign of zeros."""
    rng = np.random.default_rng(seed)
    x, y = of_every_size(rng, dtype), of_every_size(rng, dtype)
    with np.errstate(all="ignore"):
        for row, found, expected in zip(OF_FLOATS, STAGED(x, y), all_of_floats(x, y), strict=True):
            if expected.dtype == bool:
                np.testing.assert_array_equal(found, expected, row.name)
                continue
            numbers = ~np.isnan(expected) & (row.name not in NO_ZERO_IS_GREATER)
            np.testing.assert_array_equal(np.signbit(found)[numbers], np.signbit(expected)[numbers], row.name)
            try:
                np.testing.assert_array_max_ulp(found, expected, row.ulps)
            except AssertionError as error:
                raise AssertionError(f"{row.name}: {error}") from None


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.__name__)
@settings(max_examples=5, phases=PHASES)
@given(seed=SEEDS)
def test_logarithms_of_sums_of_exponentials(seed: int, dtype: type) -> None:
    """As close as the larger argument is known."""
    rng = np.random.default_rng(seed)
    x, y = of_every_size(rng, dtype), of_every_size(rng, dtype)
    with np.errstate(all="ignore"):
        found, expected = in_c(np.logaddexp)(x, y), np.logaddexp(x, y)
        close = np.abs(found - expected) <= 4 * np.finfo(dtype).eps * np.maximum(np.abs(x), np.abs(y))
    assert (close | (found == expected) | (np.isnan(found) & np.isnan(expected))).all()


@pytest.fixture
def by_users() -> Iterator[None]:
    """A ufunc that the library does not name, and one that it does, whatever a test names them."""
    yield
    names_in_c[np.float_power], names_in_c[np.cbrt] = "pow", "cbrt"


@pytest.mark.usefixtures("by_users")
@settings(max_examples=6, deadline=None, phases=PHASES)
@given(
    shape=st.lists(st.sampled_from([0, 1, 2, 7, 16, 33]), max_size=3),
    dtype=st.sampled_from([*DTYPES, np.int64]),
    seed=SEEDS,
)
def test_a_user_names_a_ufunc(shape: list[int], dtype: type, seed: int) -> None:
    """Both targets then know it, for arrays of any size and numbers of any type."""
    names_in_c[np.float_power] = "pow"
    rng = np.random.default_rng(seed)
    x: Any = rng.uniform(1, 4, shape).astype(dtype)
    y: Any = rng.uniform(-3, 3, shape[-1:]).astype(dtype)

    def f(x: Any, y: Any) -> Any:
        return np.float_power(x, y) * 2, np.float_power(x.T, 2.5).T, np.float_power(1.5, y) + x

    assert_close(stage(f)(x, y), f(x, y), 0)
    assert_close(in_c(f)(x, y), f(x, y), TOLERANCE[np.float64])


def test_one_of_another_library() -> None:
    """For double and for float; whatever else there is by that name."""
    special = pytest.importorskip("scipy.special")
    names_in_c[special.erf], names_in_c[special.gamma] = "erf", "tgamma"
    for dtype in DTYPES:
        x = np.linspace(0.3, 4, 77).astype(dtype)
        for target in ("numpy", "c"):
            staged = stage(lambda x: (special.erf(x), special.gamma(x)), target)
            for found, f in zip(staged(x), (special.erf, special.gamma), strict=True):
                assert found.dtype == dtype
                np.testing.assert_allclose(found, f(x), 16 * float(np.finfo(dtype).eps))
    with pytest.raises(StagingError, match="wanted one ufunc of each name, got another <ufunc 'expm1'>"):
        names_in_c[special.expm1] = "expm1"


class N(Dim, size=40):
    """Numbers."""


def test_a_primitive_is_staged_with_its_derivative() -> None:
    """In one loop of C."""
    angle = primitive("angle", Scalar, Scalar, np.arctan, lambda x, y, k: k.scale(1 / (1 + x * x)))
    size = primitive(
        "size",
        Float[N],
        Scalar,
        lambda x: x.sum(-1),
        lambda x, y, k: k.linear_map(lambda d: d.sum(-1), lambda d: d[..., None] + np.zeros(40)),
    )
    f = value_and_gradient(each(N, angle) >> size)
    x: Any = np.linspace(0, 9, 40)  # Any: NumPy knows no dimensions
    assert_close(stage(f)(x), f(x), 0)
    assert_close((staged := in_c(f))(x), f(x), 1e-15)
    assert "= atan(x0[i0]);" in staged.source


def test_what_is_no_ufunc_of_real_numbers_is_refused() -> None:
    """In one sentence."""
    python = np.frompyfunc(abs, 1, 1)
    for ufunc, name, message in (
        (abs, "fabs", "wanted a ufunc such as numpy.cbrt, got <built-in function abs>"),
        ("cbrt", "cbrt", "wanted a ufunc such as numpy.cbrt, got 'cbrt'"),
        (
            python,
            "fabs",
            r"wanted an elementwise ufunc of one or two real numbers .*, got <ufunc 'abs \(vectorized\)'>",
        ),
        (np.modf, "modf", "wanted an elementwise ufunc .*, got <ufunc 'modf'>; compose"),
        (np.ldexp, "ldexp", "wanted an elementwise ufunc"),
        (np.isinf, "isinf", "wanted an elementwise ufunc"),
        (np.matmul, "matmul", "wanted an elementwise ufunc"),
        (np.add, "plus", "wanted a ufunc that needs a name, got <ufunc 'add'>; stage it as it is"),
        (np.exp, "exp", "wanted a ufunc that needs a name"),
        *((np.cbrt, name, "wanted a name of C as a text") for name in ("", "2d", "a b", "f(", "é", "x\n", b"cbrt", 3)),
    ):
        given_: Any = ufunc, name  # Any: as a user may err
        with pytest.raises(StagingError, match=f"names_in_c: {message}"):
            names_in_c[given_[0]] = given_[1]
    assert OPERATIONS["cbrt"].c == "cbrt{f}({x})"


@pytest.mark.usefixtures("by_users")
@pytest.mark.parametrize("name", ["no_such_function", "atan2", "strlen", "ilogb", "isnan", "sizeof", "int", "staged"])
def test_what_c_does_not_know_by_that_name_runs_in_numpy(name: str) -> None:
    """With the compiler's error; also where it would take another function, or find none only at the call."""
    names_in_c[np.cbrt] = name
    x = np.arange(5.0)
    with pytest.warns(StagingWarning, match=r"fails \(.*error: .*\): .* a name in names_in_c; .*; running NumPy"):
        found = in_c(lambda x: np.cbrt(x) * 2)(x)
    np.testing.assert_array_equal(found, np.cbrt(x) * 2)
    names_in_c[np.cbrt] = "cbrt"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_allclose(in_c(lambda x: np.cbrt(x) * 2)(x), found, 1e-15)
