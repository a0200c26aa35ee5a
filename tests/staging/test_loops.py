"""A loop stays a loop when it is staged, and gives what its steps give, in NumPy and in C."""

from contextlib import suppress
from typing import Any  # of values, and of what is drawn

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cat_ad import (
    Dim,
    Float,
    Index,
    Scalar,
    Staged,
    StagingError,
    arrow,
    cross_entropy,
    dot,
    each,
    exr,
    fold,
    forward,
    gradient,
    hessian,
    iterate,
    less,
    matvec,
    mul,
    reverse,
    scan,
    sin,
    stage,
    tanh,
    total,
    unpack,
    value_and_gradient,
    where,
)
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.spaces import products
from cat_ad.symbolic.bulk import floating
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.in_c import assert_close
from tests.support.trees import Tree, direction, point


class N(Dim):
    """An axis without a size."""


class M(Dim):
    """Another."""


class H(Dim, size=3):
    """The state."""


along: Any = scan  # Any: of functions and arrows whose objects are drawn
folded: Any = fold  # Any: likewise
TARGETS = "numpy", "c"


def both_ways(f: SomeArrow) -> Any:  # Any: a function of arrays
    """Value, derivative and its transpose."""

    def run(a: Tree, u: Tree, v: Tree) -> Tree:
        b, push = forward(f)(a)
        return b, push(u), reverse(f)(a)[1](v)

    return run


def lines(staged: Staged[..., Any]) -> int:
    """How long the source is."""
    return len(staged.source.splitlines())


@settings(phases=PHASES, max_examples=20)
@given(st.data(), SEEDS, st.integers(0, 3), st.sampled_from([np.float32, np.float64]))
def test_random_loops(data: st.DataObject, seed: int, many: int, dtype: type) -> None:
    """Value and derivative both ways, of any body; in C too, which refuses what it has no code for.

    Bit for bit in float64. Where a step makes a state float64, that begins so, and a first step is more exact.
    """
    s, x, y = (data.draw(objects(1)) for _ in range(3))
    body = data.draw(twins(products(s, x), products(s, y), 2)).arrow
    f: SomeArrow = along(N, body, keep=data.draw(st.sampled_from([None, 2])))
    rng = np.random.default_rng(seed)
    start, rows = point(s, rng), point(body.dom, rng)[1]
    rows = _map(lambda a: np.stack([a] * many) if many else np.zeros((0, *np.shape(a)), a.dtype), rows)
    a = _map(lambda a: a.astype(dtype) if a.dtype.kind == "f" else a, (start, rows))
    b = f(a)
    u, v = direction(a, rng), direction(b, rng)
    u, v = (_map(lambda a: a.astype(dtype), floating(space, x)) for space, x in ((f.dom, u), (f.cod, v)))
    run = both_ways(f)
    expected = run(a, u, v)
    single = dtype is np.float32
    assert_close(_double(stage(run)(a, u, v), single), _double(expected, single), 1e-5 if single else 0.0)
    with suppress(StagingError):
        found = stage(run, "c")(a, u, v)
        assert_close(_double(found, single), _double(expected, single), 1e-5 if single else 1e-12)


def _double(tree: Tree, single: bool) -> Tree:
    """The same numbers in float64, if some may be `single` and others not."""
    return _map(lambda a: a.astype(np.float64) if single else a, tree)


def _map(f: Any, tree: Tree) -> Tree:  # Any: a function of arrays
    if isinstance(tree, tuple):
        return tuple(_map(f, part) for part in tree)
    return None if tree is None else f(np.asarray(tree))


@arrow
def recurrent(w: Float[H, H], start: Float[H], xs: Float[N, H]) -> Scalar:
    """A loop within a loop, with a choice of rows, and a state that is a pair."""

    def step(state: tuple[Float[H], Scalar], x: Float[H]) -> tuple[tuple[Float[H], Scalar], Float[H]]:
        h, sums = state
        h = iterate(2, lambda h: tanh(matvec(w, h) + x), h)
        return (h, sums + dot(h, x)), h * sums

    (h, sums), ys = scan(N, step, (start, dot(start, start)), xs)
    return sums + dot(h, h) + total(each(N, lambda y: total(y), ys))


def arguments(many: int, seed: int = 0) -> Any:  # Any: of the arrow above
    """A point of it."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(3, 3)), rng.normal(size=3), rng.normal(size=(many, 3))


@pytest.mark.parametrize("target", TARGETS)
def test_a_program_is_as_long_for_many_steps_as_for_few(target: str) -> None:
    """Its source, and what it is staged in; and the numbers are those of the steps."""
    staged = stage(value_and_gradient(recurrent), target)
    length = set[int]()
    for many in (2, 3, 100):  # more are added in runs
        assert_close(staged(arguments(many)), value_and_gradient(recurrent)(arguments(many)), 1e-12)
        length.add(lines(staged))
    assert len(length) == 1


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("many", [0, 1, 2, 17])
def test_loops_of_examples_and_examples_of_loops(target: str, many: int) -> None:
    """`each` of a scan, whose rows are not in front; and a scan of `each`."""
    rng = np.random.default_rng(many)
    lifted: Any = arrow(
        lambda w, xs: total(each(M, lambda x: folded(N, lambda s, y: tanh(w * s + y), 0.5, x), xs)),
        Scalar,
        Float[M, N],
    )
    at = np.asarray(0.3), rng.normal(size=(4, many))
    assert_close(stage(gradient(lifted), target)(at), gradient(lifted)(at), 1e-12)
    inside: Any = arrow(
        lambda s, xs: total(fold(N, lambda s, x: each(H, lambda a, b: sin(a * b), s, x), s, xs)),
        Float[H],
        Float[N, H],
    )
    at = rng.normal(size=3), rng.normal(size=(many, 3))
    assert_close(stage(gradient(inside), target)(at), gradient(inside)(at), 1e-12)


@pytest.mark.parametrize("target", TARGETS)
def test_states_may_change_places(target: str) -> None:
    """All are as after the step at once; and one may stay as it is."""

    def step(s: Any, x: Any) -> Any:  # Any: elements
        a, b, c = s
        return (b, x * a, c), a

    f: Any = arrow(lambda a, b, c, xs: scan(N, step, (a, b, c), xs), Float[H], Float[H], Scalar, Float[N])
    at = np.ones(3), np.arange(3.0), np.asarray(7.0), np.arange(1.0, 6.0)
    assert_close(stage(f, target)(at), f(at), 0.0)


@pytest.mark.parametrize("target", TARGETS)
def test_a_second_derivative_of_a_loop(target: str) -> None:
    """Of a product, which is a scan whose derivative is one."""
    product: Any = fold(N, mul(Scalar))
    at = np.asarray(2.0), np.array([1.0, 2.0, 3.0])
    assert_close(stage(hessian(product), target)(at), hessian(product)(at), 1e-12)


@pytest.mark.parametrize("target", TARGETS)
def test_an_index_out_of_range_in_a_step_is_an_error(target: str) -> None:
    """As outside of loops."""

    @arrow
    def f(start: Scalar, xs: Float[N, H], i: Index) -> Scalar:
        return fold(N, lambda s, x: s + cross_entropy(x, i), start, xs)

    staged: Any = stage(f, target)
    plain: Any = f
    xs: Any = np.random.default_rng(0).normal(size=(5, 3))
    assert_close(staged((1.0, xs, 2)), plain((1.0, xs, 2)), 1e-12)
    with pytest.raises((IndexError, ValueError)):
        staged((1.0, xs, 3))


def _chosen(s: Any, x: Any) -> Any:  # Any: elements
    r = iterate(1, lambda q: where(less(q, 0.0 * x), q, q + x), s)
    return r, s - r


def _parted(s: Any, x: Any) -> Any:  # Any: elements
    r = unpack(H, tuple[Scalar, Scalar, Scalar])(s * x)[0]
    return r, s - r


NUMBERS: dict[str, tuple[Any, Any]] = {  # Any: arrows and values
    "of an inner loop": (arrow(lambda s, xs: along(N, _chosen, s, xs), Scalar, Float[N]), (1.0, np.arange(1.0, 4))),
    "of a part": (arrow(lambda s, xs: along(N, _parted, s, xs), Scalar, Float[N, H]), (1.0, np.eye(3) + 1)),
    "that are outputs": (
        arrow(
            lambda s, xs: along(N, lambda s, x: (s, iterate(2, lambda q: where(less(q, x), q, x), s)), s, xs),
            Scalar,
            Float[N],
        ),
        (1.0, np.arange(1.0, 4)),
    ),
    "of two dtypes, which change places": (
        arrow(lambda a, b, xs: along(N, lambda s, x: ((s[1], s[0] * x), x), (a, b), xs), Scalar, Scalar, Float[N]),
        (np.float32(1.5), np.float64(0.1), np.ones(2)),
    ),
}


@pytest.mark.parametrize(("f", "at"), NUMBERS.values(), ids=NUMBERS)
@pytest.mark.parametrize("target", TARGETS)
def test_states_that_are_numbers(target: str, f: Any, at: Any) -> None:  # Any: as above
    """They are no views of what the next step writes over."""
    at = _map(np.asarray, at)
    assert_close(_double(stage(f, target)(at), True), _double(f(at), True), 1e-12)
    push: Any = gradient(f >> exr(Scalar, Float[N]) >> total(Float[N])) if f.dom != f.cod and len(at) == 2 else f
    assert_close(_double(stage(push, target)(at), True), _double(push(at), True), 1e-12)


@arrow
def logistic(x: Scalar) -> Scalar:
    """Steps whose numbers are only added, multiplied and given to a function of one number."""
    return iterate(9, lambda s: s * s * 0.5 - x * s + sin(s), x)


@arrow
def quotients(x: Scalar) -> Scalar:
    """Steps with a quotient and a power among much else, where NumPy goes on and Python would not."""
    return iterate(9, lambda s: (s * s - x * s + x) / (s - x) + s**3 * x - s, x)


@pytest.mark.parametrize("at", [0.3, -2.0, 0.0, -0.0, 1e200, np.inf, np.nan])
@pytest.mark.parametrize("f", [logistic, quotients])
def test_numbers_of_a_step_may_be_those_of_python(f: Any, at: float) -> None:  # Any: as above
    """Value and slope are the same, bit for bit, and NumPy's own."""
    staged, x = stage(value_and_gradient(f)), np.asarray(at)
    with np.errstate(all="ignore"):
        for found, right in zip(staged(x), value_and_gradient(f)(x), strict=True):
            assert type(found) is type(right)
            np.testing.assert_array_equal(found, right)
            assert np.isnan(found) or np.signbit(found) == np.signbit(right)
    assert ("float(" in staged.source) or f is quotients
