"""Each operation on arrays gives in C what it gives in NumPy, up to rounding."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from cat_ad.staging.c.lowering import LONG
from cat_ad.staging.c.products import TERMS
from tests.staging.test_stage import DTYPES
from tests.support.in_c import TOLERANCE, assert_close, in_c, leave_to_blas

MATRIX = np.linspace(-2.0, 3.0, 42).reshape(6, 7)
EDGES = np.array([0.0, -0.0, 1.0, -1.0, 0.3, -700.0, 700.0, 88.8, -104.0, 1e-30, np.inf, -np.inf, np.nan])
INTS = np.array([[-7, -1, 0], [1, 5, 6]])


def elementwise(x: Any) -> Any:
    """Elementwise operations, at numbers, infinities and NaN."""
    return [
        *(np.expm1(x), np.log1p(x), np.floor(x), np.isnan(x), +x, np.mean(x[:9]), np.mean(x[None, :9], axis=1)),
        *(np.exp(x), np.log(x), np.sqrt(x), np.sin(x), np.cos(x), np.tanh(x), np.square(x), np.reciprocal(x), -x),
        *(np.absolute(x), np.sign(x), np.positive(x), x**3, x**-0.5, x**2, x**0.5, x**1.7, x**x, 2.0**x, x % 0.7),
        *(x % -0.7, np.maximum(x, 0.5), np.minimum(0.5, x), np.maximum(x, x[::-1]), np.minimum(x[::-1], x)),
        *(x > 0.3, x >= 0.3, x < 0.3, x <= 0.3, x == 0.3, x != 0.3, np.where(x > 0, x, -0.5), x / x[::-1]),
        *(np.logical_and(x, x > 1), np.logical_or(x, x > 1), np.logical_not(x), (x > 0) & (x < 1), (x > 0) | (x < -1)),
        *(
            np.invert(x > 0),
            (x > 0).astype(x.dtype) * x,
            (x > 0) * x,
            (x > 0) + (x < 1),
            x - -0.5,
            np.negative(-x),
            x.copy(),
        ),
        *(
            np.max(x),
            np.min(x),
            np.sum(x[:9]),
            np.max(x[:9]),
            np.min(x[:9]),
            np.max(x > 0),
            np.min(x > 0),
            np.sum(x > 0),
        ),
    ]


def of_integers(x: Any) -> Any:
    """And so on, of integers."""
    return [
        *(x + 1, x - x[::-1], x * x, -x, x / 2, x % 3, x % -3, x % (x - 1), np.absolute(x), np.sign(x), np.square(x)),
        *(np.sum(x), np.max(x, axis=0), np.min(x, axis=1), x > 0.5, x == 5, x & 3, x | 4, np.invert(x), np.sqrt(x * x)),
        *(x.astype(np.int8) * 100, x.astype(np.uint8) + 1, x.astype(np.float32) * x, x * 0.5, np.logical_not(x)),
        *(np.exp(x.astype(np.float64)), x.astype(bool), np.maximum(x, 2), np.minimum(x[0], x), x @ x[0]),
    ]


def reductions(x: Any) -> Any:
    """Sums and extremes along every axis, of what is computed and of views."""
    y = x.reshape((3, 2, 7))
    one, other = np.full(6, 0.5, x.dtype), np.ones(7, x.dtype)
    return [
        *(
            f(v, axis=axis)
            for f in (np.sum, np.max, np.min)
            for v in (x, x.T * 2, x[::2, ::-1])
            for axis in (0, 1, None)
        ),
        *(np.sum(y, axis=axis) for axis in (0, 1, 2, (0, 2), (1, 2), (0, 1))),
        *(np.sum(x, axis=0, keepdims=True), x @ other, one @ x, np.vecdot(x, x), np.vecdot(x[0], x[1]), x @ x[0]),
        *(x[:, 0] @ x, np.sum(x[:1], axis=0), np.sum(x[:, :1], axis=1), np.max(x * x, axis=-1), np.sum(np.exp(x))),
    ]


def products(x: Any) -> Any:
    """Of matrices of many sizes, in any order in memory."""
    y = x.reshape((2, 3, 7))
    spread = np.broadcast_to(x[0], (5, 7))
    wide = np.concatenate([x, x.T.reshape((6, 7)), x * 2, x, x, x, x], axis=1)
    return [
        *(x @ x.T, x.T @ x, x[:, :1] @ x[:1], x[:1] @ x.T, x[:, ::2] @ x[::2, :4].T, x @ x[:, ::-1].T),
        *(
            y @ y.mT,
            y.mT @ y,
            y @ x.T,
            y[:, :, :6] @ x,
            x[:3] @ y.mT,
            y[0] @ np.ones((7, 2), x.dtype),
            spread @ spread.T,
        ),
        *(
            wide.T @ wide,
            x.T @ wide,
            wide @ wide.T,
            wide[:, :33].T @ x,
            (x * 2) @ np.tanh(x).T,
            x[:0] @ x.T,
            x.T[:, :0] @ x[:0],
        ),
        *(x @ MATRIX.T.astype(x.dtype), y[0, 0] @ y.mT, x[:, 0] @ wide, np.transpose(y, (2, 0, 1)) @ x[:3, :5]),
    ]


def views_and_joins(x: Any) -> Any:
    """Views of views, of what is computed, moves, and arrays put together."""
    y = np.tanh(x)
    z = np.transpose(x.reshape((2, 3, 7)), (2, 0, 1))
    return [
        *(
            x.T,
            x[1:4, ::2],
            x[..., None, 3],
            x.reshape(-1),
            x.T.reshape(-1),
            z.reshape((7, 6)) + 1,
            z[3],
            x[2, 3],
            x[2, 3] * 2,
        ),
        *(
            y.T,
            y[1:4, ::2] * 2,
            y.T.reshape((2, 21)) + 1,
            np.broadcast_to(y[0], (3, 7)),
            np.broadcast_to(y[0], (3, 7)) * 2,
        ),
        *(np.concatenate([x, y, x[:1]]), np.concatenate([x, y[:, :2] + 1], axis=1), np.stack([x, y * 2], axis=1)),
        *(np.stack([x[0], y[0]]), np.concatenate([(x @ x.T).reshape(-1), y.reshape(-1), np.sum(x, axis=0)]) * 2),
        *(np.expand_dims(x, 1) * y, np.squeeze(x[:1]) + 1, x.astype(np.float32), x.astype(np.float64) * 2, x.copy().T),
        *(y.reshape((3, 14))[:, ::3].T * 2, x[-2:][::-1] - y[:2], (x + y).reshape((7, 6)).T, np.where(x > 0, x[:1], y)),
    ]


def choices(x: Any, i: Any, j: Any) -> Any:
    """Entries and rows by their indices, and sums of rows."""
    eye, rows = np.eye(7, dtype=x.dtype), np.arange(3)
    hot = eye.take(i, 0) if isinstance(i, np.ndarray) else i.__array_namespace__().take(eye, i, axis=0)
    return [
        *(
            x[i],
            x[:, i],
            x[rows, i],
            x[i, j],
            x[i, 2],
            x[i, 1:3],
            x[1:3, i],
            x[i[:, None], j],
            x[i, :, None],
            x[None, i, j],
        ),
        *(
            x.reshape((2, 3, 7))[:, rows, i],
            x.reshape((3, 2, 7))[i % 3, :, j],
            x[i * 2 - i],
            np.take(x, j, axis=1),
            x[i][:, j],
        ),
        *(
            np.take_along_axis(x[:3], i[:, None], axis=1),
            np.take_along_axis(x[:, :3], i[None, :] + 0 * i[:, None], axis=0),
        ),
        *(
            hot,
            hot * 2,
            x[:3] - hot,
            hot.T @ x[:3],
            hot.T @ np.tanh(x[:3]),
            x @ hot.T,
            hot.T @ x[:3, :1],
            MATRIX[[0, 2]] * x[:2],
        ),
    ]


def along_an_axis(x: Any) -> Any:
    """Order, places, spread and sums, with ties, infinities and nan; a call of Python would be a warning."""
    y = np.concatenate([x, x[:3], x[::-1]])
    of_two = [
        f(np.stack([y, -y]), axis=axis)
        for f in (np.sort, np.argmax, np.argmin, np.any, np.all, np.cumsum, np.cumprod, np.flip)
        for axis in (0, -1, None)
    ]
    finite = np.clip(np.where(np.isnan(x), 0.5, x), -2, 3)
    table = np.stack([finite, finite[::-1] * 2])
    return [
        *of_two,
        *(np.argsort(y, kind="stable"), np.argsort(np.stack([y, -y]).T, axis=0, kind="stable"), np.sort(y[::-2])),
        *(
            f(table, axis=axis, keepdims=keep)
            for f in (np.var, np.std)
            for axis in (0, 1, None)
            for keep in (False, True)
        ),
        *(np.var(table, axis=1, ddof=1), np.clip(x, None, 1), np.clip(x, x[::-1], 2), np.round(finite)),
        *(np.tril(table), np.triu(table, 3), np.argmax(table, axis=1, keepdims=True), np.count_nonzero(x > 0, axis=0)),
    ]


def of_bits(x: Any) -> Any:
    """Of integers, from the least to the greatest."""
    y = x[::-1]
    return [
        *(x // 3, x // (0 * x - 3), x // y, x % y, x << 3, x >> 2, x << np.abs(y), x >> np.abs(y), x ^ y, x & y, x | y),
        *(
            np.floor(x),
            np.sort(x),
            np.argmax(x),
            np.clip(x, 1, 100),
            np.cumsum(x),
            np.mean(x),
            np.any(x > 1),
            np.sign(x),
        ),
        *(np.isfinite(x), np.signbit(x), np.logical_xor(x, y), np.positive(x)),
    ]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of NumPy, at quotients by nothing
@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint64])
def test_integers_of_every_size(dtype: type) -> None:
    """Exactly, but for means."""
    info = np.iinfo(dtype)
    x: Any = np.array(
        [info.min, info.max, 0, 1, 2, 5, 7, 100, *(np.array([-1, -2, -7]).astype(dtype)), info.max - 1], dtype
    )
    assert_close(in_c(of_bits)(x), of_bits(x), 1e-15)


CASES: dict[Callable[..., Any], Callable[[Any], tuple[Any, ...]]] = {
    elementwise: lambda dtype: (EDGES.astype(dtype),),
    along_an_axis: lambda dtype: (EDGES.astype(dtype),),
    reductions: lambda dtype: (MATRIX.astype(dtype),),
    products: lambda dtype: (MATRIX.astype(dtype),),
    views_and_joins: lambda dtype: (MATRIX.astype(dtype),),
    choices: lambda dtype: (MATRIX.astype(dtype), np.array([0, -1, 2]), np.array([5, 3, -2])),
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of NumPy, at logarithms of negative numbers and the like
@pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.__name__)
@pytest.mark.parametrize("fn", CASES, ids=lambda fn: fn.__name__)
def test_every_operation(fn: Callable[..., Any], dtype: type) -> None:
    """Each result of these functions."""
    arguments = CASES[fn](dtype)
    for number, (found, expected) in enumerate(zip(in_c(fn)(*arguments), fn(*arguments), strict=True)):
        try:
            assert_close(found, expected, TOLERANCE[dtype])
        except AssertionError as error:
            raise AssertionError(f"result {number}: {error}") from None


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of NumPy, at remainders of nothing
def test_integers() -> None:
    """Exactly."""
    assert_close(in_c(of_integers)(INTS), of_integers(INTS), TOLERANCE[np.float32])


def products_and_powers(x: Any, y: Any) -> list[Any]:
    """Of integers: by matrices and vectors, in batches, and by exponents that cannot be negative."""
    some = [x @ y, x[0] @ y, x @ y[:, 0], np.vecdot(x, y.T[:1]), np.stack([x, x * 2]) @ y, x[:, :1] @ y[:1]]
    unsigned = (y % 7).astype(np.uint8)
    return [*some, *(x**n for n in (0, 1, 2, 3, 70)), y**unsigned, x ** np.arange(x.shape[1])]


@pytest.mark.parametrize("dtype", [np.bool_, np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint32])
def test_products_and_powers_of_integers(dtype: Any) -> None:
    """Exactly, as they wrap around, and without a call of Python."""
    rng, info = np.random.default_rng(0), np.iinfo(np.uint8 if dtype is np.bool_ else dtype)
    for many in (1, 3, 70, TERMS + 1):
        x, y = (rng.integers(info.min, info.max, size).astype(dtype) for size in ((5, many), (many, 37)))
        assert_close(in_c(products_and_powers)(x, y), products_and_powers(x, y), 0.0)


def neighbours(x: Any, y: Any) -> list[Any]:
    """Differences of them, places among them, and the same entries further on."""
    found = [np.searchsorted(np.sort(x[0]), v, side) for v in (y, x, y[0, 0], 2) for side in ("left", "right")]
    moved = [np.roll(x, n) for n in (np.uint8(2), True, 0)]
    moved += [np.roll(x, -1, 1), np.roll(x, (1, 2, 9), (0, 1, 0)), np.roll(x[:0], 1, 0)]
    return [*found, *moved, *(np.diff(x, n, axis) for n in (0, 1, 2, 9) for axis in (0, -1))]


@pytest.mark.parametrize("dtype", [np.bool_, np.int8, np.uint64, np.float32, np.float64])
def test_neighbours(dtype: Any) -> None:
    """As NumPy has them, and without a call of Python; nan comes last."""
    x, y = (np.random.default_rng(n).integers(0, 6, (n, 7)).astype(dtype) for n in (4, 5))
    if x.dtype.kind == "f":
        x[0, 2:4], x[2], y[1] = np.nan, np.inf, np.nan
    with np.errstate(invalid="ignore"):
        assert_close(in_c(neighbours)(x, y), neighbours(x, y), 0.0)


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.__name__)
def test_exponentials_are_exact_to_a_few_units_in_the_last_place(dtype: type) -> None:
    """Near zero too, where tanh is as small as its argument."""
    small = np.geomspace(1e-30, 80.0, 20_000)
    x: Any = np.concatenate([small, -small, np.linspace(-80, 80, 20_000)]).astype(dtype)
    found = in_c(lambda x: (np.exp(x), np.tanh(x)))(x)
    expected = np.exp(x.astype(np.longdouble)), np.tanh(x.astype(np.longdouble))
    for one, other in zip(found, expected, strict=True):
        assert np.max(np.abs(one - other) / np.spacing(np.abs(other).astype(dtype))) < 4


def test_constants_of_another_dtype() -> None:
    """Are converted as NumPy does."""
    mask, counts = np.array([True, False, True]), np.array([300, -2, 3])
    weights = np.array([0.5, -1.25, 2.0], np.float32)

    def f(x: Any, n: Any) -> Any:
        together = np.concatenate([x, counts]), np.stack([n, weights]), np.where(mask, n, weights)
        return *together, x * mask, counts * x, n * weights, x @ counts, x > counts, n == weights, np.add(n, [1, 2, 3])

    arguments = np.array([1.5, -2.0, 3.0]), np.array([1, -2, 3], np.int8)
    assert_close(in_c(f)(*arguments), f(*arguments), 1e-12)


def test_entries_that_lie_far_apart() -> None:
    """A matrix read across goes by strips of rows; also where these do not come out even, and backwards."""

    def f(x: Any) -> Any:
        return x.T + 1, x.T[::-1] * x.T, np.sum(x.T * 2, axis=0), np.concatenate([x.T, x.T * 3], axis=1), x.T[None] - 1

    x, staged = np.arange(130.0 * 131).reshape(130, 131), in_c(f)
    assert_close(staged(x), f(x), 1e-15)
    assert "strip" in staged.source


def sums(x: Any) -> list[Any]:
    """Along the last axis, of all, of what is computed and of every second entry; of products with ones and with x."""
    spread = np.sum(x[:, ::2]), np.sum(x * x, axis=-1), np.sum(x[:, :, None] * 0.5, axis=(0, 1)), np.vecdot(x, x)
    return [np.sum(x), np.sum(x, axis=1), np.mean(x, axis=1), *spread, x @ np.ones(x.shape[1], x.dtype), x @ x[0]]


def products_of_rows(x: Any) -> list[Any]:
    """Of matrices."""
    return [x @ x.T, np.ones(x.shape[1], x.dtype) @ x.T]


LONG_ROWS = [np.random.default_rng(many).uniform(0, 1, (2, many)).astype(np.float32) for many in (512, 513, 1100)]
LONG_ROWS.append(np.full((2, 1_000_000), 0.1, np.float32))


@pytest.mark.parametrize("by_blas", [False, True])
def test_long_products(by_blas: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Are rounded no more than short ones, whoever multiplies: by a third of what `TERMS` added one by one may be."""
    if by_blas:
        leave_to_blas(monkeypatch)
    rng = np.random.default_rng(0)
    sizes = [((40_000,), (40_000, 5)), ((2, 3, LONG + 1), (LONG + 1, 2)), ((2, 1, 3, 33_000), (4, 33_000, 2))]
    xs = [*LONG_ROWS, *(rng.uniform(0, 1, shape).astype(np.float32) for pair in sizes for shape in pair)]

    def run(xs: Any) -> list[Any]:
        return [*(product for x in xs[:4] for product in products_of_rows(x)), *map(np.matmul, xs[4::2], xs[5::2])]

    for one, other in zip(in_c(run)(xs), run([x.astype(np.float64) for x in xs]), strict=True):
        np.testing.assert_allclose(one, other, TERMS * 2.0**-24 / 3)


def test_long_sums() -> None:
    """Are rounded no more than short ones; and infinite where they are."""
    found = in_c(lambda xs: [*map(sums, xs)])(LONG_ROWS)
    for x, results in zip(LONG_ROWS, found, strict=True):
        for one, other in zip(results, sums(x.astype(np.float64)), strict=True):
            np.testing.assert_allclose(one, other, 1e-6)
    infinite = np.ones((5, 1600))
    infinite[:3, 3], infinite[1:3, 1090], infinite[2, 700] = np.inf, np.inf, -np.inf
    infinite[3:] = [[3e305], [-3e305]]  # whose sums overflow on the way
    with np.errstate(invalid="ignore", over="ignore"):
        right = [np.inf, np.inf, np.nan, np.inf, -np.inf]
        np.testing.assert_array_equal(in_c(lambda x: np.sum(x, axis=1))(infinite), right)


def test_integers_of_python_are_compared_by_their_size() -> None:
    """Also those that the type of the array has not."""

    def f(xs: Any, n: int) -> Any:
        return [
            found
            for x in xs
            for other in (n, 300, -1, 127, 2**40, -(2**63), True)
            for found in (x > other, x <= other, x == other, other > x)
        ]

    xs = np.array([0, 44, 255], np.uint8), np.array([-128, -1, 44], np.int8), np.array([-(2**63), 2**40]), INTS > 0
    staged = in_c(f)
    for n in (0, 300, -1):
        assert_close(staged(xs, n), f(xs, n), 0)
