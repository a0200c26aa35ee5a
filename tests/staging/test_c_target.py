"""The C target gives what the function gives: to 1e-6 in float32 and 1e-12 in float64, of the size of the numbers."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cat_ad import Staged, StagingError, State, adam, sgd, stage, value_and_gradient
from cat_ad.staging.trees import flatten
from cat_ad.trees import leaves, tree_map
from experiments.gpt_names import Flags as GptFlags
from experiments.gpt_names import gpt
from tests.staging.test_stage import DTYPES, EVERY, OPTIMIZERS, awkward, both_ways, cotangent, in_dtype, mlp_step
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.trees import Tree, point

TOLERANCE: dict[type, float] = {np.float32: 1e-6, np.float64: 1e-12}


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A cache of its own."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


def in_c(fn: Callable[..., Any], donate: Sequence[int] = ()) -> Staged[..., Any]:
    """A function, staged in C."""
    return stage(fn, "c", donate)


def assert_close(found: Tree, expected: Tree, tolerance: float) -> None:
    """The same tree, of the same types, up to rounding, in proportion to the largest number of each array."""
    assert type(found) is type(expected)
    if isinstance(found, tuple | list):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            assert_close(one, other, tolerance)
    elif isinstance(found, State):
        assert_close((found.steps, found.moments), (expected.steps, expected.moments), tolerance)
    elif isinstance(found, np.ndarray | np.generic):
        assert found.dtype == expected.dtype
        assert found.shape == expected.shape
        array: Any = found
        finite = np.abs(expected[np.isfinite(expected)])
        size = max(1.0, float(finite.max())) if finite.size else 1.0
        exact = found.dtype.kind != "f"
        np.testing.assert_allclose(array, expected, 0 if exact else tolerance, 0 if exact else tolerance * size)
    else:
        assert found == expected


def all_of(functions: Sequence[Callable[..., Any]]) -> Callable[..., Any]:
    """One function of them all, each with its own arguments: what is compiled once takes little time."""
    return lambda *arguments: [f(*given) for f, given in zip(functions, arguments, strict=True)]


def test_every_primitive() -> None:
    """Its value and its pullback, at two points; by turns in float32 and in float64."""
    rng = np.random.default_rng(0)
    dtypes = [DTYPES[at % 2] for at in range(len(EVERY))]
    runs = [both_ways(f.arrow) for f in EVERY]
    staged = in_c(all_of(runs))
    for _ in range(2):
        points = [in_dtype(point(f.arrow.dom, rng, *f.domain), dtype) for f, dtype in zip(EVERY, dtypes, strict=True)]
        arguments = [(a, cotangent(f.arrow(a), rng)) for f, a in zip(EVERY, points, strict=True)]
        for found, run, (a, v), dtype in zip(staged(*arguments), runs, arguments, dtypes, strict=True):
            assert_close(found, run(a, v), TOLERANCE[dtype])


@settings(max_examples=6, phases=PHASES)
@given(data=st.data(), seed=SEEDS, dtype=st.sampled_from(DTYPES))
def test_random_arrows(data: st.DataObject, seed: int, dtype: type) -> None:
    """Value and pullback of compositions, with arguments that lie oddly in memory; results stay what they were."""
    arrows = [data.draw(twins(data.draw(objects(1)), data.draw(objects(1)), 2)).arrow for _ in range(5)]
    runs, rng = [both_ways(f) for f in arrows], np.random.default_rng(seed)
    staged, kept = in_c(all_of(runs)), []
    for _ in range(3):
        points = [in_dtype(point(f.dom, rng), dtype) for f in arrows]
        directions = [cotangent(f(a), rng) for f, a in zip(arrows, points, strict=True)]
        points = [tree_map(lambda x: awkward(x, rng), a) for a in points]
        arguments = list(zip(points, directions, strict=True))
        kept.append((staged(*arguments), [run(*given) for run, given in zip(runs, arguments, strict=True)]))
    for found, expected in kept:
        assert_close(found, expected, TOLERANCE[dtype])


# Operations on arrays, one by one ------------------------------------------------------------------------------------

MATRIX = np.linspace(-2.0, 3.0, 42).reshape(6, 7)
EDGES = np.array([0.0, -0.0, 1.0, -1.0, 0.3, -700.0, 700.0, 88.8, -104.0, 1e-30, np.inf, -np.inf, np.nan])
INTS = np.array([[-7, -1, 0], [1, 5, 6]])


def elementwise(x: Any) -> Any:
    """What goes entry by entry, at numbers and where there are none."""
    return [
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


CASES: dict[Callable[..., Any], Callable[[Any], tuple[Any, ...]]] = {
    elementwise: lambda dtype: (EDGES.astype(dtype),),
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


def any_program(seed: int) -> Callable[..., Any]:
    """Operations in any order on four arrays, and on what comes of them; views of views, used again and again."""

    def program(*arrays: Any) -> Any:
        rng, pool = np.random.default_rng(seed), list(arrays)

        def some() -> Any:
            return pool[-1 - int(rng.integers(len(pool))) // int(rng.integers(1, 4))]

        def alike(x: Any) -> Any:
            found = [y for y in pool if y.shape == x.shape or y.shape == x.shape[1:] or y.shape == (*x.shape[:-1], 1)]
            return found[int(rng.integers(len(found)))]

        def sliced(x: Any) -> Any:
            return x[tuple(slice(int(rng.integers(2)), None, int(rng.integers(1, 3))) for _ in x.shape)]

        steps: list[Callable[[Any], Any]] = [
            *(
                lambda x: x + alike(x),
                lambda x: x * alike(x) - x,
                lambda x: np.tanh(x),
                lambda x: np.exp(-x * x),
                sliced,
            ),
            *(lambda x: x.T, lambda x: np.reshape(x, (-1, *x.shape[:-1])) if x.ndim else x * 2, lambda x: x[..., None]),
            *(lambda x: np.sum(x, axis=int(rng.integers(x.ndim))) if x.ndim else x, lambda x: x[::-1] if x.ndim else x),
            *(
                lambda x: np.concatenate([x, x[:2], x * 2]) if x.ndim == 1 else x / 2,
                lambda x: np.where(x > 0.1, x, 0.5),
            ),
            *(
                lambda x: x.T @ x / 9 if x.ndim == 2 else x,
                lambda x: x - np.sum(x) / (1 + x.size),
                lambda x: np.max(x, axis=0) if x.ndim else x,
            ),
            lambda x: np.concatenate([x.reshape(-1), (x * 2).reshape(-1)]),
        ]
        while len(pool) < 18:
            x = some()
            made = steps[int(rng.integers(len(steps)))](x) if x.ndim or rng.random() < 0.5 else x * 0.5 + some()
            pool += [made] if made.size in range(1, 400) and made.ndim < 4 else []
        return [pool[int(i)] for i in rng.integers(4, len(pool), 5)]

    return program


@settings(max_examples=3, phases=PHASES)
@given(seed=SEEDS)
def test_any_program(seed: int) -> None:
    """Fused in whatever way, with arguments given up or not."""
    rng = np.random.default_rng(seed)
    programs = [any_program(seed + at) for at in range(10)]
    given_up = [at for at in range(len(programs)) if rng.random() < 0.7]
    arguments = [tuple(rng.uniform(-1, 1, shape) for shape in ((4, 6), (4, 6), (6,), (4, 1))) for _ in programs]
    expected = [program(*some) for program, some in zip(programs, arguments, strict=True)]
    found = in_c(all_of(programs), given_up)(*tree_map_all(np.copy, arguments))
    assert_close(found, expected, 1e-11)


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.__name__)
def test_exponentials_are_exact_to_a_few_units_in_the_last_place(dtype: type) -> None:
    """Near zero too, where tanh is as small as its argument."""
    small = np.geomspace(1e-30, 80.0, 20_000)
    x: Any = np.concatenate([small, -small, np.linspace(-80, 80, 20_000)]).astype(dtype)
    found = in_c(lambda x: (np.exp(x), np.tanh(x)))(x)
    expected = np.exp(x.astype(np.longdouble)), np.tanh(x.astype(np.longdouble))
    for one, other in zip(found, expected, strict=True):
        assert np.max(np.abs(one - other) / np.spacing(np.abs(other).astype(dtype))) < 4


# Whole steps ---------------------------------------------------------------------------------------------------------


def test_whole_steps_of_the_mlp() -> None:
    """Five steps of training, at two sizes of batches, in place."""
    optimizer = OPTIMIZERS["adam"]
    step, params, batches = mlp_step(optimizer)
    staged = in_c(step, donate=(0, 1))
    here: Any = optimizer.init(params), params
    there = tree_map_all(np.copy, here)
    for size in (8, 8, 5, 8, 5):
        batch = batches(size)
        expected, found = step(*here, batch), staged(*there, batch)
        assert_close(found, expected, TOLERANCE[np.float64])
        here, there = expected[1:], found[1:]


@pytest.mark.parametrize("donate", [(), (0, 1, 2, 3, 4)], ids=str)
def test_every_optimizer(donate: tuple[int, ...]) -> None:
    """Five steps along gradients that are given."""
    _, params, _ = mlp_step(sgd(0.1))
    steps: list[Callable[..., Any]] = [optimizer.step for optimizer in OPTIMIZERS.values()]
    staged = in_c(all_of(steps), donate)
    here: Any = [(optimizer.init(params), params) for optimizer in OPTIMIZERS.values()]
    there, rng = tree_map_all(np.copy, here), np.random.default_rng(0)
    for _ in range(5):
        slope = tree_map(lambda x: rng.normal(size=x.shape), params)
        expected = [step(*at, slope) for step, at in zip(steps, here, strict=True)]
        found = staged(*((*at, tree_map(np.copy, slope)) for at in there))
        assert_close(found, expected, TOLERANCE[np.float64])
        here, there = expected, found


def tree_map_all(f: Callable[[Any], Any], tree: Any) -> Any:
    """The same tree of other arrays, states too."""
    found, form = flatten(tree)
    return form.build([f(x) if isinstance(x, np.ndarray) else x for x in found])


@pytest.mark.parametrize(("batch", "dtype"), [(1, np.float64), (3, np.float32)], ids=str)
def test_whole_steps_of_the_gpt(batch: int, dtype: type) -> None:
    """Loss and gradient, and in float64 with Adam, which divides small differences by small numbers."""
    model = gpt(GptFlags(layers=1, width=8, heads=2))
    loss: Any = model.loss_of_one if batch == 1 else model.loss
    both, optimizer = value_and_gradient(loss.arrow), adam(0.01, 0.85, 0.99)
    train: Callable[..., Any] = optimizer.step
    rng = np.random.default_rng(0)
    params = in_dtype(loss.init(rng), dtype)

    def step(state: Any, params: Tree, batch: Tree) -> Tree:
        error, (slope, _) = both((params, batch))
        return (error, slope) if dtype == np.float32 else (error, *train(state, params, slope))

    plain: Callable[..., Any] = step
    staged = in_c(step, donate=(0, 1) if dtype == np.float64 else ())
    here: Any = optimizer.init(params), params
    there = tree_map_all(np.copy, here)
    for _ in range(3):
        shape = (5,) if batch == 1 else (batch, 5)
        names: Tree = rng.integers(0, 27, shape), rng.integers(-1, 27, shape)
        expected, found = plain(*here, names), staged(*there, names)
        assert_close(found, expected, TOLERANCE[dtype])
        if dtype == np.float64:
            here, there = expected[1:], found[1:]


# Memory --------------------------------------------------------------------------------------------------------------


def test_a_donated_argument_is_where_the_result_is() -> None:
    """And no other is written to; one that cannot be written to is copied."""
    step, params, batches = mlp_step(sgd(0.1))
    before, batch = tree_map(np.copy, params), batches(8)
    kept = in_c(step)(State(0, ()), params, batch)
    assert_close(params, before, 0)
    assert not any(np.shares_memory(x, y) for x, y in zip(leaves(kept[2]), leaves(params), strict=True))
    given_up = in_c(step, donate=(1,))(State(0, ()), params, batch)
    assert all(x is y for x, y in zip(leaves(given_up[2]), leaves(params), strict=True))
    assert_close(given_up[2], kept[2], 0)
    frozen = tree_map(np.copy, before)
    for x in leaves(frozen):
        x.flags.writeable = False
    assert_close(in_c(step, donate=(1,))(State(0, ()), frozen, batch)[2], kept[2], 0)
    assert_close(frozen, before, 0)


def exchanged(x: Any, y: Any) -> Any:
    """Each result needs what the others might overwrite."""
    return x * 2 + y, y * 3 - x, np.sum(x * y, axis=0), x[::-1] * y


def test_donated_arguments_are_read_before_they_are_written() -> None:
    """Also where loops are one."""
    for shape in ((5,), (4, 3)):
        x, y = np.linspace(0, 1, np.prod(shape)).reshape(shape), np.ones(shape) / 3
        expected = exchanged(x, y)
        for donate in ((0,), (1,), (0, 1)):
            assert_close(in_c(exchanged, donate)(x.copy(), y.copy()), expected, 1e-15)


def test_what_parts_of_a_joined_array_are_computed_from_may_be_donated() -> None:
    """Only when nobody reads it any more."""

    def f(x: Any) -> Any:
        return np.concatenate([x[4:] * x[4:] @ np.ones((4, 2)), x[:4] * 2, x[:2] + x[2:4]])

    x = np.arange(8.0)
    assert_close(in_c(f, (0,))(x.copy()), f(x), 1e-15)


def test_arguments_may_be_one_array_and_of_any_class() -> None:
    """Twice the same one; numbers of NumPy, matrices, arrays in other orders, not aligned, or read only."""

    def f(x: Any, y: Any) -> Any:
        return np.sin(x) * y + x, y - 1.0, x

    staged = in_c(f)
    x = np.arange(12.0).reshape(3, 4)
    odd = np.frombuffer(b"\0" + x.tobytes(), np.uint8)[1:].view(np.float64).reshape(3, 4)
    for y in (x, np.asfortranarray(x), x[:, ::-1], odd, np.broadcast_to(x[0], (3, 4)), np.repeat(x, 2, 1)[:, ::2]):
        assert_close(staged(x, y), f(x, y), 1e-15)
        assert staged(y, x)[2] is y
    assert_close(staged(np.float64(2.0), np.asarray(3.0)), f(np.float64(2.0), np.float64(3.0)), 1e-15)


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0)], ids=str)
def test_arrays_without_entries(shape: tuple[int, ...]) -> None:
    """Have values too."""

    def f(x: Any) -> Any:
        return np.exp(x) + 1, np.sum(x, axis=0), np.sum(x), x.T * 2, np.concatenate([x, x * 2]), np.sum(x, axis=-1) * 2

    def g(x: Any) -> Any:
        return (*f(x), x @ x.T, x.T @ x, x @ np.ones(shape[-1]))

    x, fn = np.zeros(shape), g if len(shape) == 2 else f
    assert_close(in_c(fn)(x), fn(x), 0)


def test_numbers_of_python_are_computed_in_python() -> None:
    """Integers and others, another one at each call; what is too large is refused, as NumPy does."""

    def f(x: Any, n: int, rate: float) -> Any:
        return x * rate, x * (n + 1), (n + 1) / 2, -(n**2), n, x * (1 - 0.5**n), rate

    staged = in_c(f)
    for n, rate in ((1, 0.5), (2, float("inf")), (-3, float("nan")), (0, -0.0)):
        found, expected = staged(np.ones(3), n, rate), f(np.ones(3), n, rate)
        assert [type(x) for x in found] == [type(x) for x in expected]
        for one, other in zip(found, expected, strict=True):
            np.testing.assert_array_equal(one, other)
    power = in_c(lambda x, n: x * 2**n)
    assert_close(power(np.ones(3), 1), np.full(3, 2.0), 0)
    with pytest.raises(StagingError, match="which was an integer before"):
        power(np.ones(3), -1)
    with pytest.raises(OverflowError, match="out of bounds"):
        staged(np.ones(3), 2**70, 0.5)
    with pytest.raises(ZeroDivisionError):
        in_c(lambda x, n: x * (1 / n))(np.ones(3), 0)


def test_more_arrays_than_a_call_can_take_are_refused() -> None:
    """And the error says how to have fewer."""
    many = tuple(np.ones(2) for _ in range(600))
    with pytest.raises(StagingError, match=r"at most 1022 arrays .*, got 1200; make one vector .* packed"):
        in_c(lambda xs: tuple(x + 1.0 for x in xs))(many)


def test_an_index_out_of_range_is_an_error() -> None:
    """As in NumPy; only of the entries that are used."""
    x, i = np.arange(3.0), np.array([0, 2])
    staged = in_c(lambda x, i: x[i] * 2)
    np.testing.assert_array_equal(staged(x, i), [0, 4])
    for wrong in (3, -4, 2**40, -(2**62)):
        with pytest.raises(IndexError, match="out of bounds for an axis of size 3"):
            staged(x, np.array([0, wrong]))
    np.testing.assert_array_equal(in_c(lambda x, i: x[i[:1]])(x, np.array([1, 7])), [1])
    with pytest.raises(IndexError):
        in_c(
            lambda x, i: (
                np.eye(3).take(i, 0) if isinstance(i, np.ndarray) else i.__array_namespace__().take(np.eye(3), i) * x
            )
        )(x, np.array([5]))


def test_threads_do_not_disturb_each_other() -> None:
    """Each call has a workspace of its own."""
    step, params, batches = mlp_step(sgd(0.1))
    staged, many = in_c(step), [batches(16) for _ in range(40)]
    expected = [staged(State(0, ()), params, batch) for batch in many]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda batch: staged(State(0, ()), params, batch), many))
    assert_close(found, expected, 0)


# What C cannot express -----------------------------------------------------------------------------------------------

REFUSED: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "matmul of int64": (lambda x: x @ x, np.ones((2, 2), np.int64)),
    "an array of float16": (lambda x: x * 2, np.ones(2, np.float16)),
    "an array of complex128": (lambda x: x * 2, np.ones(2, complex)),
    "an array of >f8": (lambda x: x * 2, np.ones(2, ">f8")),
    "power of int64": (lambda x: x**x, np.ones(2, np.int64)),
    "a choice of entries by truth values": (lambda x: x[np.array([True, False])] * 2, np.ones(2)),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_c_cannot_express_is_refused_by_name(what: str) -> None:
    """With the function that asked for it, and what to do."""
    fn, x = REFUSED[what]
    with pytest.raises(StagingError, match=rf'got {what}.*; stage it with target="numpy"'):
        in_c(fn)(x)


def test_long_chains() -> None:
    """Have no recursion in their length."""

    def f(x: Any) -> Any:
        for _ in range(1000):
            x = np.sin(x) + 1.0
        return x, np.sum(x)

    assert_close(in_c(f)(np.ones(3)), f(np.ones(3)), 1e-12)
