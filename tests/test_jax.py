"""Arrows on arrays of JAX: compiled, vectorised and differentiated by JAX, they give what they give on NumPy's."""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cat_ad.objects.values
from cat_ad import (
    Dim,
    Float,
    Index,
    Scalar,
    SpaceError,
    add,
    attention,
    cross,
    cross_entropy,
    each,
    embedding,
    forward,
    gradient,
    identity,
    linear,
    mean,
    reverse,
    tanh,
    value_and_gradient,
)
from cat_ad.arrows.parametrised import SomePara
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.trees import tree_map
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.loops import lifts
from tests.support.primitives import INTEGERS, MATRICES, PRIMITIVES, I, J, Twin
from tests.support.trees import Tree, assert_close, coordinates, leaves, numbers, point, tangent

jax: Any = pytest.importorskip("jax", reason="pip install -e '.[jax]'")  # Any: it may not be there

Derivatives: TypeAlias = Callable[[Tree, Tree, Tree], tuple[Tree, Tree, Tree]]


class N(Dim):
    """However many."""


LIFTABLE = [f for f in (*PRIMITIVES, *MATRICES) if lifts(f.arrow.dom, True)]
EVERY = pytest.mark.parametrize("f", LIFTABLE, ids=str)


@pytest.fixture(autouse=True)
def in_double_precision() -> Iterator[None]:
    """As NumPy counts, where JAX would round float64 to float32 unless told not to."""
    with jax.enable_x64(True):
        yield


# What an arrow gives


def derivatives(f: SomeArrow) -> Derivatives:
    """From a point, a tangent there and one at the value: the value, the tangent pushed and the other pulled back."""
    return lambda a, da, db: (f(a), forward(f)(a)[1](da), reverse(f)(a)[1](db))


def derivatives_by_jax(f: SomeArrow) -> Derivatives:
    """The same, found by JAX from the values of the arrow alone."""

    def run(a: Tree, da: Tree, db: Tree) -> tuple[Tree, Tree, Tree]:
        b, pushed = jax.jvp(f, (a,), (filled(a, da),))
        _, pull = jax.vjp(f, a)
        (pulled,) = pull(filled(b, db))
        return b, pushed, pulled

    return run


def filled(like: Tree, tangent: Tree) -> Tree:
    """A tangent as JAX writes it: no zero goes without saying, and those of integers have a type of their own."""
    if isinstance(like, tuple):
        return tuple(map(filled, like, (None,) * len(like) if tangent is None else tangent))
    if like.dtype.kind != "f":
        return np.zeros(like.shape, jax.dtypes.float0)
    return np.zeros(like.shape) if tangent is None else tangent


def emptied(tangent: Tree) -> Tree:
    """And back: those of integers are `None`."""
    return tree_map(lambda d: None if d is None or d.dtype == jax.dtypes.float0 else d, tangent)


def assert_same(f: SomeArrow, found: Derivatives, rng: np.random.Generator, domain: tuple[float, float]) -> None:
    """At a random point, what was found is what the arrow gives on NumPy's arrays, to rounding and in float64."""
    a = point(f.dom, rng, *domain)
    b = f(a)
    da, db = tangent(a, rng), tangent(b, rng)
    _, pushed, pulled = derivatives(f)(a, da, db)
    c, dc, dd = found(a, da, db)
    assert_close(numbers(c), numbers(b), 1e-12, "value", floor=1.0)
    assert_close(coordinates(b, emptied(dc)), coordinates(b, pushed), 1e-12, "forward", floor=1.0)
    assert_close(coordinates(a, emptied(dd)), coordinates(a, pulled), 1e-12, "reverse", floor=1.0)
    assert all(isinstance(x, jax.Array) for x in leaves(c))


@EVERY
def test_compiled_it_is_the_same(f: Twin) -> None:
    """Value, forward and reverse, of one and of each, which are compiled side by side."""
    both: SomeArrow = cross(f.arrow, each(N, f.arrow))
    assert_same(both, jax.jit(derivatives(both)), np.random.default_rng(0), f.domain)


@EVERY
def test_a_constant_may_be_an_array_of_numpy(f: Twin) -> None:
    """The point, while the tangents are being traced; or a factor of the point."""
    for arrow in (f.arrow, each(N, f.arrow)):
        rng = np.random.default_rng(0)
        a = point(arrow.dom, rng, *f.domain)
        b, push = forward(arrow)(a)
        _, pull = reverse(arrow)(a)
        jax.eval_shape(lambda da, db, push=push, pull=pull: (push(da), pull(db)), tangent_of(a), tangent_of(b))
        for at in range(len(a) if isinstance(a, tuple) else 0):

            def with_one_traced(x: Tree, db: Tree, arrow: SomeArrow = arrow, a: Tree = a, at: int = at) -> Tree:
                point = (*a[:at], x, *a[at + 1 :])
                return derivatives(arrow)(point, tangent_of(a), db)

            jax.eval_shape(with_one_traced, a[at], tangent_of(b))


@EVERY
def test_differentiated_by_jax_it_is_the_same(f: Twin) -> None:
    """JAX's own derivatives of an arrow are the arrow's."""
    assert_same(f.arrow, jax.jit(derivatives_by_jax(f.arrow)), np.random.default_rng(0), f.domain)


@pytest.mark.parametrize("f", [*LIFTABLE, *INTEGERS], ids=str)
def test_vectorised_by_jax_it_is_each(f: Twin) -> None:
    """`jax.vmap` of an arrow is `each` of it."""
    lifted: SomeArrow = each(N, f.arrow)
    a = point(lifted.dom, np.random.default_rng(0), *f.domain)
    found = jax.jit(jax.vmap(f.arrow))(a)
    assert_close(numbers(found), numbers(lifted(a)), 1e-12, floor=1.0)


@settings(max_examples=6, phases=PHASES)
@given(data=st.data(), seed=SEEDS)
def test_so_it_is_with_what_is_composed(data: st.DataObject, seed: int) -> None:
    """Of any arrow: `jit`, `jvp` and `vjp` respect composition."""
    a, b = data.draw(objects(1)), data.draw(objects(1))
    f = data.draw(twins(a, b, 2)).arrow
    for found in (derivatives(f), derivatives_by_jax(f)):
        compiled = jax.jit(lambda *x, found=found: leaves_as_arrays(found(*x)))
        assert_same(f, compiled, np.random.default_rng(seed), (-1.0, 1.0))


def leaves_as_arrays(tree: Tree) -> Tree:
    """Constants too."""
    return tree_map(lambda x: x if x is None or x.dtype == jax.dtypes.float0 else jax.numpy.asarray(x), tree)


# What it does not do


@EVERY
def test_float32_stays_float32(f: Twin) -> None:
    """Even where JAX knows float64: no constant of ours has a type that a number of the caller's does not."""
    for arrow in (f.arrow, each(N, f.arrow)):
        a = tree_map(in_float32, point(arrow.dom, np.random.default_rng(0), *f.domain))
        a, b = tree_map(jax.numpy.asarray, (a, tree_map(in_float32, arrow(a))))
        shapes = jax.eval_shape(derivatives(arrow), a, tangent_of(a), tangent_of(b))
        found = [x for x in leaves(shapes) if x is not None and x.dtype != np.bool_]
        if str(f) != "constant":
            assert {x.dtype for x in found} == {np.dtype(np.float32)}


def in_float32(x: Tree) -> Tree:
    """Floating-point numbers in single precision."""
    return x.astype(np.float32) if x.dtype.kind == "f" else x


def tangent_of(a: Tree) -> Tree:
    """A value as a tangent at itself."""
    return tree_map(lambda x: x if x.dtype.kind == "f" else None, a)


@EVERY
def test_nothing_is_kept_of_a_trace(f: Twin) -> None:
    """What an arrow remembers from one call to the next, such as the mask of attention, belongs to no trace."""
    a = point(f.arrow.dom, np.random.default_rng(0), *f.domain)
    with jax.check_tracer_leaks():
        for _ in range(2):
            jax.eval_shape(lambda a: derivatives(f.arrow)(a, tangent_of(a), tangent_of(f.arrow(a))), a)
    assert all(isinstance(x, np.ndarray | np.generic) for x in leaves(f.arrow(a)))


def test_attention_runs_inside_one_trace_after_another() -> None:
    """And outside of all: each makes its own mask."""
    f = attention(N, I, J)
    x: Any = np.random.default_rng(0).normal(size=(4, 18))  # Any: NumPy's, of the right shape
    wanted = f(x)
    for run in (jax.jit(lambda x: f(x)), jax.jit(lambda x: f(x) + 0.0), f, lambda x: f(jax.numpy.asarray(x))):
        assert_close(numbers(run(x)), numbers(wanted), 1e-12)


# The boundary


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the boundaries have looked at."""
    looked_at: list[object] = []
    signature = cat_ad.objects.values.signature

    def noted(value: object) -> object:
        looked_at.append(value)
        return signature(value)

    monkeypatch.setattr(cat_ad.objects.values, "signature", noted)
    return looked_at


def test_the_boundary_is_checked_when_a_step_is_traced_and_never_when_it_runs(checks: list[object]) -> None:
    """Once more for another shape, since JAX then traces again; a compiled call costs nothing."""
    layers = embedding(I, J) >> linear(J, J) >> tanh(Float[J]) >> linear(J, I)
    loss: SomePara = each(N, layers * identity(Index) >> cross_entropy(I)) >> mean(Float[N])
    params = loss.init(np.random.default_rng(0))
    step = jax.jit(value_and_gradient(loss.arrow))
    seen = []
    for size in (8, 8, 5, 5, 8):
        batch = np.zeros(size, int), np.zeros(size, int)
        for _ in range(100):
            step((params, batch))
        seen.append(len(checks))
    of_one_trace = seen[0]
    assert of_one_trace > 0
    assert seen == [of_one_trace, of_one_trace, 2 * of_one_trace, 2 * of_one_trace, 2 * of_one_trace]


@EVERY
def test_of_a_check_nothing_is_left_in_what_is_traced(f: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the same program as without any check."""
    a = point(f.arrow.dom, np.random.default_rng(0), *f.domain)
    checked = jax.make_jaxpr(lambda a: f.arrow(a))(a)
    monkeypatch.setattr(cat_ad.objects.values.Boundary, "__call__", lambda boundary, value: value)
    unchecked = jax.make_jaxpr(lambda a: f.arrow(a))(a)
    assert str(checked) == str(unchecked)


WRONG = {
    "size": (np.zeros(4), np.zeros(3), "factor 1, dimension 1: J is 3, not 4"),
    "kind": (np.zeros(3, int), np.zeros(3), "factor 1, wanted floating-point numbers, got int64; .astype converts"),
    "axes": (np.zeros((2, 3)), np.zeros((2, 3)), "wanted 1 dimensions, got 2; each lifts an arrow over one more"),
}


@pytest.mark.parametrize(("x", "y", "why"), WRONG.values(), ids=WRONG)
def test_what_is_outside_the_domain_is_refused_when_traced(x: Tree, y: Tree, why: str) -> None:
    """With the words that NumPy's arrays get."""
    f: SomeArrow = add(Float[J])
    texts = []
    for call in (f, jax.jit(f), jax.jit(lambda a: forward(f)(a)[0]), jax.jit(lambda a: reverse(f)(a)[0])):
        with pytest.raises(SpaceError) as caught:
            call((x, y))
        texts.append(str(caught.value))
    assert set(texts) == {texts[0]}
    assert texts[0].endswith(why)


def test_a_tangent_that_is_none_is_refused_when_traced() -> None:
    """A tangent has the shape of its value."""
    f = tanh(Float[J])
    x: Any = np.zeros(3)  # Any: NumPy's, of the right shape
    with pytest.raises(SpaceError, match=r"wanted a tangent of Float\[J\], float64\[3\], got float64\[4\]"):
        jax.jit(lambda x, d: reverse(f)(x)[1](d))(x, np.zeros(4))


def test_a_number_of_python_is_a_scalar() -> None:
    """In a compiled function JAX has made an array of it."""
    assert float(jax.jit(gradient(tanh(Scalar)))(0.0)) == 1.0
