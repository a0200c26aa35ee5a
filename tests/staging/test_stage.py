"""Staging changes nothing but time: a staged function gives what the function gives, bit for bit."""

import _ctypes
import gc
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cat_ad.staging
from cat_ad import (
    Dim,
    Float,
    Scalar,
    SpaceError,
    StagingError,
    State,
    adagrad,
    adam,
    add,
    constant,
    dup,
    each,
    exp,
    gradient,
    identity,
    it,
    linear,
    mul,
    nesterov,
    reverse,
    sgd,
    sin,
    stage,
    tanh,
    total,
    value_and_gradient,
)
from cat_ad.arrows.parametrised import SomePara
from cat_ad.arrows.terms import SomeArrow
from cat_ad.learning.optimizers import Optimizer
from cat_ad.objects.trees import leaves, tree_map
from experiments.gpt_names import Flags as GptFlags
from experiments.gpt_names import gpt
from experiments.mlp_names import Flags as MlpFlags
from experiments.mlp_names import mlp
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.owned import assert_own, spoil
from tests.support.primitives import EXTRA, INTEGERS, OPEN, PRIMITIVES, Twin
from tests.support.trees import Tree, assert_close, direction, is_float, point


class N(Dim):
    """As long as the data."""


class M(Dim, size=3):
    """Three."""


EVERY = (*PRIMITIVES, *INTEGERS, *EXTRA, *OPEN)
DTYPES = np.float32, np.float64


def in_dtype(tree: Tree, dtype: type) -> Tree:
    """The tree with its numbers of this dtype."""
    return tree_map(lambda x: x.astype(dtype) if is_float(x) else x, tree)


def assert_identical(left: Tree, right: Tree) -> None:
    """The same tree, bit for bit; a number of NumPy is an array without axes."""
    if isinstance(left, np.ndarray | np.generic):
        assert isinstance(right, np.ndarray | np.generic)
        assert (left.shape, left.dtype) == (right.shape, right.dtype)
        np.testing.assert_array_equal(left, right)
        assert not is_float(left) or (np.signbit(left) == np.signbit(right)).all(), "0.0 is not -0.0"
        return
    assert type(left) is type(right)
    if isinstance(left, tuple):
        assert len(left) == len(right)
        for one, other in zip(left, right, strict=True):
            assert_identical(one, other)
    elif isinstance(left, State):
        assert_identical((left.steps, left.moments), (right.steps, right.moments))
    else:
        assert left == right


def both_ways(f: SomeArrow) -> Callable[[Tree, Tree], Tree]:
    """Value and pullback of an arrow, as a function of arrays."""

    def run(a: Tree, v: Tree) -> Tree:
        b, pull = reverse(f)(a)
        return b, pull(v)

    return run


def cotangent(b: Tree, rng: np.random.Generator) -> Tree:
    """A random cotangent, which is `None` for an integer."""
    if isinstance(b, tuple):
        return tuple(cotangent(part, rng) for part in b)
    return direction(b, rng).astype(b.dtype) if is_float(b) else None


def awkward(x: Tree, rng: np.random.Generator) -> Tree:
    """The same numbers, now and then not one after the other in memory."""
    if x.ndim == 0 or rng.random() < 1 / 2:
        return x
    larger = np.zeros((*x.shape[:-1], 2 * x.shape[-1]), x.dtype)
    larger[..., ::2] = x
    return larger[..., ::2] if rng.random() < 1 / 2 else np.asfortranarray(x)


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.__name__)
@pytest.mark.parametrize("f", EVERY, ids=str)
def test_every_primitive(f: Twin, dtype: type) -> None:
    """Its value and its pullback, at two points."""
    rng = np.random.default_rng(0)
    run = both_ways(f.arrow)
    staged = stage(run)
    for _ in range(2):
        a = in_dtype(point(f.arrow.dom, rng, *f.domain), dtype)
        v = cotangent(f.arrow(a), rng)
        found = staged(a, v)
        assert_identical(found, run(a, v))
        assert_own(found, a, v)
        spoil(found)


@settings(max_examples=60, phases=PHASES)
@given(data=st.data(), seed=SEEDS, dtype=st.sampled_from(DTYPES))
def test_random_arrows(data: st.DataObject, seed: int, dtype: type) -> None:
    """Value and pullback of compositions, with arguments that lie oddly in memory; results stay what they were."""
    f = data.draw(twins(data.draw(objects(1)), data.draw(objects(1)), 2)).arrow
    run, rng = both_ways(f), np.random.default_rng(seed)
    staged, kept = stage(run), []
    for _ in range(3):
        a = in_dtype(point(f.dom, rng), dtype)
        v = cotangent(f(a), rng)
        odd = tree_map(lambda x: awkward(x, rng), a)
        found, close, expected = staged(a, v), staged(odd, v), run(a, v)
        assert_identical(found, expected)
        assert_close(floating(close), floating(expected), 1e-12 if dtype is np.float64 else 1e-6, "odd memory", 1.0)
        kept.append((found, expected))
    for found, expected in kept:
        assert_identical(found, expected)


def floating(tree: Tree) -> Tree:
    """All numbers of a tree in which some places are `None`."""
    parts = [floating(part) for part in tree] if isinstance(tree, tuple) else []
    own = [] if isinstance(tree, tuple) or tree is None else [np.ravel(tree).astype(np.float64)]
    return np.concatenate([np.zeros(0), *parts, *own])


def mlp_step(optimizer: Optimizer) -> tuple[Callable[..., Any], Tree, Callable[[int], Tree]]:
    """A whole step of the names MLP, its parameters, and batches."""
    loss = mlp(MlpFlags()).loss
    both = value_and_gradient(loss.arrow)
    rng = np.random.default_rng(0)

    def step(state: Any, params: Tree, batch: Tree) -> Tree:
        error, (slope, _) = both((optimizer.get(state, params), batch))
        state, params = optimizer.step(state, params, slope)
        return error, state, params

    return step, loss.init(rng), lambda size: (rng.integers(0, 27, (size, 3)), rng.integers(0, 27, size))


OPTIMIZERS = {
    "sgd": sgd(0.1),
    "momentum": sgd(lambda step: 0.1 / (1 + step), 0.9),
    "nesterov": nesterov(0.1, 0.9),
    "adagrad": adagrad(0.01),
    "adam": adam(lambda step: 0.01 * 0.9**step, 0.85, 0.99),
}


@pytest.mark.parametrize("donate", [(), (0, 1)], ids=str)
@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_whole_steps_of_the_mlp(optimizer: Optimizer, donate: tuple[int, ...]) -> None:
    """Five steps of training, at two sizes of batches, with each optimiser."""
    step, params, batches = mlp_step(optimizer)
    staged = stage(step, donate=donate)
    here, there = (optimizer.init(params), params), (optimizer.init(params), tree_map(np.copy, params))
    for size in (8, 8, 5, 8, 5):
        batch = batches(size)
        expected, found = step(*here, batch), staged(*there, batch)
        assert_identical(found, expected)
        here, there = expected[1:], found[1:]


@pytest.mark.parametrize(("batch", "layers"), [(1, 1), (1, 2), (3, 1)], ids=str)
def test_whole_steps_of_the_gpt(batch: int, layers: int) -> None:
    """With Adam, of one name and of several."""
    model = gpt(GptFlags(layers=layers, width=8, heads=2))
    loss = model.loss_of_one if batch == 1 else model.loss
    both: Callable[[Tree], Tree] = value_and_gradient(loss.arrow)
    optimizer = adam(0.01, 0.85, 0.99)
    rng = np.random.default_rng(0)
    params: Tree = loss.init(rng)

    def step(state: Any, params: Tree, batch: Tree) -> Tree:
        error, (slope, _) = both((params, batch))
        state, params = optimizer.step(state, params, slope)
        return error, state, params

    staged: Callable[..., Tree] = stage(step, donate=(0, 1))
    here, there = (optimizer.init(params), params), (optimizer.init(params), params.copy())
    for length in (5, 7, 5):
        shape = (length,) if batch == 1 else (batch, length)
        names: Tree = rng.integers(0, 27, shape), rng.integers(-1, 27, shape)
        expected, found = step(here[0], here[1], names), staged(there[0], there[1], names)
        assert_identical(found, expected)
        here, there = expected[1:], found[1:]


def test_no_argument_is_written_to_unless_it_is_donated() -> None:
    """And a donated one is where the result is."""
    step, params, batches = mlp_step(sgd(0.1))
    before, batch = tree_map(np.copy, params), batches(8)
    kept = stage(step)(State(0, ()), params, batch)
    assert_identical(params, before)
    assert not any(np.shares_memory(x, y) for x, y in zip(leaves(kept[2]), leaves(params), strict=True))
    given = stage(step, donate=(1,))(State(0, ()), params, batch)
    assert all(x is y for x, y in zip(leaves(given[2]), leaves(params), strict=True))
    assert_identical(given[2], kept[2])


@pytest.mark.parametrize("target", ["numpy", "c"])
def test_arguments_may_be_one_array(target: str) -> None:
    """Twice the same one, given up or not."""

    def f(x: Tree, y: Tree, n: int) -> Tree:
        return x * 2.0, y - 1.0, x * n, y

    for donate in ((), (0,), (1,), (0, 1)):
        x: Tree = np.arange(5.0)
        found = stage(f, target, donate)(x, x, 3)
        assert_identical(found, f(np.arange(5.0), np.arange(5.0), 3))
        assert_own(found)


SEEN: list[Callable[[Tree, Tree], Tree]] = [
    lambda w, x: w[::-1] @ x,
    lambda w, x: w[:, ::-1] @ x,
    lambda w, x: w @ x[::-1],
    lambda w, x: w[::2] @ x,
    lambda w, x: w[:, ::2] @ x[::2],
    lambda w, x: (w * 2)[::-1] @ np.tanh(x)[::-1],
    lambda w, x: w[:, 3:] @ x[3:],
    lambda w, x: w @ w[::-1].T,
]


@pytest.mark.parametrize("size", [5, 33, 130])
def test_products_of_views(size: int) -> None:
    """Also of those that BLAS cannot read as they lie in memory: `dot` would copy them, and add in another order."""
    rng = np.random.default_rng(size)
    w, x = rng.normal(size=(size, size)), rng.normal(size=size)
    for f in SEEN:
        assert_identical(stage(f)(w, x), f(w, x))


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0)], ids=str)
def test_arrays_without_entries(shape: tuple[int, ...]) -> None:
    """Have values too."""
    f = both_ways(sin(Float[N]) >> dup(Float[N]) >> mul(Float[N]) if len(shape) == 1 else each(N, tanh(Float[M])))
    x = np.zeros(shape if len(shape) == 1 or shape[1] == 3 else (0, 3))
    assert_identical(stage(f)(x, x), f(x, x))


def test_results_that_are_arguments_or_constants() -> None:
    """Come back as copies, but for an argument that is given up."""
    one: SomeArrow = it(Float[N]) >> constant(Float[M], np.ones(3))
    f = stage(identity(Float[N]).unchecked)
    x: Tree = np.arange(3.0)
    assert_identical(f(x), x)
    np.testing.assert_array_equal(stage(one.unchecked)(x), np.ones(3))
    twice, number, nothing, text = stage(lambda x: ((x, x), 3, None, "a"))(x)
    assert_identical(twice, (x, x))
    assert_own(twice, x)
    assert (number, nothing, text) == (3, None, "a")
    assert all(stage(lambda x: x, target, donate=(0,))(x) is x for target in ("numpy", "c"))


def test_trees_of_many_kinds() -> None:
    """Tuples, lists, dictionaries, dataclasses; and numbers, which are others at each call."""

    def f(x: Any) -> Any:
        return {"sum": x["a"] + x["b"][0], "state": State(x["n"] + 1, (x["a"] * x["rate"],)), "rest": [x["b"], None]}

    staged = stage(f)
    for n in range(3):
        x: Tree = {"a": np.arange(3.0), "b": [np.ones(3)], "n": n, "rate": 0.5 * n}
        found, expected = staged(x), f(x)
        assert found["state"].steps == expected["state"].steps == n + 1
        np.testing.assert_array_equal(found["sum"], expected["sum"])
        np.testing.assert_array_equal(found["state"].moments[0], expected["state"].moments[0])
        np.testing.assert_array_equal(found["rest"][0][0], x["b"][0])
        assert found["rest"][1] is None
    assert len(staged._versions) == 1, "a number is no new version"


def test_a_version_for_each_combination_of_shapes_and_dtypes() -> None:
    """And no more."""
    staged: Tree = stage(gradient(sin(Float[N]) >> total(Float[N])))
    for dtype in DTYPES:
        for size in (2, 3, 2):
            assert staged(np.zeros(size, dtype)).dtype == dtype
    assert len(staged._versions) == 4


@pytest.mark.parametrize("target", ["numpy", "c"])
def test_the_versions_that_were_called_last_are_kept(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And no more: not their buffers, and not their libraries; an older one is staged again."""
    closed: list[int] = []
    monkeypatch.setattr(_ctypes, "dlclose", closed.append)
    monkeypatch.setattr(cat_ad.staging, "VERSIONS", 3)
    staged, functions, buffers = stage(lambda x: np.sin(x).T @ x + 1, target), [], []
    for size in (1, 2, 3, 1, 4, 2):
        x: Tree = np.linspace(0, 1, 2 * size).reshape(size, 2)
        np.testing.assert_allclose(staged(x), np.sin(x).T @ x + 1, 1e-14)
        assert staged._latest is not None
        functions.append(weakref.ref(staged._latest.code.run))
        buffers.append(weakref.ref(staged._latest._idle[0][-1]))
    lives = [True, False, False, True, True, True]
    assert [function() is not None for function in functions] == lives
    assert [buffer() is not None for buffer in buffers] == lives
    gc.collect()
    assert len(closed) == (2 if target == "c" else 0)


def test_threads_do_not_disturb_each_other() -> None:
    """Each call has a workspace of its own."""
    step, params, batches = mlp_step(sgd(0.1))
    staged, many = stage(step), [batches(16) for _ in range(40)]
    expected = [step(State(0, ()), params, batch) for batch in many]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda batch: staged(State(0, ()), params, batch), many))
    for one, other in zip(found, expected, strict=True):
        assert_identical(one, other)


def test_a_staged_function_prints_as_the_call_that_makes_it() -> None:
    """With the arrow or the name of the function."""
    assert repr(stage(sin(Scalar) >> exp(Scalar))) == "stage(sin >> exp, target='numpy', donate=())"
    assert repr(stage(np.add, target="c", donate=(0,))) == "stage(add, target='c', donate=(0,))"


def test_the_source_is_a_straight_line() -> None:
    """With the arrow that each line came from; work that is done twice is done once, and no closure is left."""
    f = exp(Scalar) >> sin(Scalar)
    staged: Tree = stage(value_and_gradient(f))
    with pytest.raises(StagingError, match="call it first"):
        assert staged.source
    staged(np.asarray(0.5))
    body = staged.source.split("def staged")[1]
    assert body.count("exp(") == 1
    assert [line.strip() for line in body.splitlines() if "#" in line][:3] == ["# x0: float64[]", "# exp", "# sin"]
    assert "lambda" not in staged.source


def test_no_more_lines_than_operations() -> None:
    """As many for a third layer as for the second."""
    layer = linear(M, M) >> tanh(Float[M])
    counts = []
    for f in (layer, layer >> layer, layer >> layer >> layer):
        run = stage(both_of(f))
        run(f.init(np.random.default_rng(0)), np.ones(3))
        counts.append(run.source.count("("))
    assert counts[2] - counts[1] == pytest.approx(counts[1] - counts[0], abs=4)


def both_of(f: SomePara) -> Callable[[Tree, Tree], Tree]:
    """Value and gradient of the sum of a model."""
    both = value_and_gradient((f >> total(Float[M])).arrow)
    return lambda params, x: both((params, x))


@pytest.mark.parametrize("target", ["numpy", "c"])
def test_an_arrow_takes_a_float_for_a_scalar(target: str) -> None:
    """As it does unstaged."""
    square = dup(Scalar) >> mul(Scalar)
    run: Callable[[Tree], Tree] = value_and_gradient(square * square >> add(Scalar))
    staged = stage(run, target)
    for x in ((3.0, 4.0), (-1.0, 0.5)):
        assert_identical(staged(x), run(x))
    with pytest.raises(SpaceError, match=r"write it with a point, as 1\.0"):
        staged((3, 4.0))


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.__name__)
def test_a_matrix_by_its_own_transpose(dtype: type) -> None:
    """Is symmetric to the last bit where NumPy's is: also a part of one, which lies apart in memory."""
    ways: list[Any] = [np.s_[:], np.s_[:, 1:], np.s_[:, :-1], np.s_[1:], np.s_[::2], np.s_[:, ::2], np.s_[:, 5:6]]

    def products(x: Any) -> list[Any]:
        seen = [x[way] for way in ways] + [x.T[way] for way in ways]
        return [product for v in seen for product in (v.T @ v, v @ v.T)] + [x[:, 1:].T @ x[:, :-1], x[0] @ x]

    x: Any = np.random.default_rng(0).standard_normal((130, 130)).astype(dtype)
    for found, expected in zip(stage(products)(x), products(x), strict=True):
        np.testing.assert_array_equal(found, expected)
