"""The theorems of Elliott 2018: one representation of linear maps is the image of another, by a functor."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cat_ad import Additive, Begin, Cont, D, Dual, Float, Matrices, Scalar, add, dup, forward, negate, swap, transpose
from cat_ad.arrow import SomeArrow
from cat_ad.biproduct import Linear
from cat_ad.category import SomeHom
from cat_ad.derivative import function
from cat_ad.linear import additive, dual
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.primitives import I, J, Twin, cross
from tests.support.seen import seen
from tests.support.trees import Tree, assert_close, coordinates, numbers, point, tangent

Some = Linear[Any]  # Any: the brands of all representations

REPRESENTATIONS: tuple[Some, ...] = (Additive(), Matrices(), Dual(Additive()), Dual(Matrices()))
EVERY = pytest.mark.parametrize("k", REPRESENTATIONS, ids=repr)


@st.composite
def arrows(draw: st.DrawFn) -> Twin:
    """An arrow between two objects, of which one is two deep."""
    a, b = draw(objects(1)), draw(objects(2))
    return draw(twins(a, b, fuel=2))


def derivative_in(k: Some, f: Twin, x: Tree) -> SomeHom[Any]:  # Any: the brand of k
    """The derivative at x."""
    return function(f.arrow.to(D(k)))(x)[1]


def assert_same(k: Some, one: SomeHom[Any], other: SomeHom[Any], f: Twin, seed: int) -> None:
    """No experiment tells the two apart."""
    left, right = (seen(k, h, f.arrow.dom, f.arrow.cod, np.random.default_rng(seed)) for h in (one, other))
    assert_close(left, right, 1e-12, repr(k), floor=1.0)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Twin, Twin]:
    """Two arrows, of which the second begins where the first ends."""
    a, b, c = draw(objects(1)), draw(objects(1)), draw(objects(1))
    return draw(twins(a, b, fuel=1)), draw(twins(b, c, fuel=1))


@EVERY
@settings(max_examples=25, phases=PHASES)
@given(fg=pairs(), seed=SEEDS)
def test_the_chain_rule(k: Some, fg: tuple[Twin, Twin], seed: int) -> None:
    """Theorem 1: the derivative of f, then g, at x is that of f at x, then that of g at f(x)."""
    f, g = fg
    x = point(f.arrow.dom, np.random.default_rng(seed))
    by_parts = k.compose(derivative_in(k, f, x), derivative_in(k, g, f.arrow(x)))
    assert_same(k, derivative_in(k, f.then(g), x), by_parts, f.then(g), seed)


@EVERY
@settings(max_examples=25, phases=PHASES)
@given(f=arrows(), g=arrows(), seed=SEEDS)
def test_the_derivative_of_a_cross(k: Some, f: Twin, g: Twin, seed: int) -> None:
    """Theorem 2: the derivative of f beside g at (x, y) is that of f at x beside that of g at y."""
    both, rng = cross(f, g), np.random.default_rng(seed)
    x, y = point(f.arrow.dom, rng), point(g.arrow.dom, rng)
    by_parts = k.cross(derivative_in(k, f, x), derivative_in(k, g, y))
    assert_same(k, derivative_in(k, both, (x, y)), by_parts, both, seed)


LINEAR = (negate(Float[I]), add(Float[I]), transpose(I, J), swap(Float[I], Scalar), dup(Float[J]))


@pytest.mark.parametrize("f", LINEAR, ids=repr)
def test_a_linear_arrow_is_its_own_derivative(f: SomeArrow) -> None:
    """Theorem 3: everywhere, and what it does to a tangent is what it does to a value."""
    rng = np.random.default_rng(0)
    x, y, dx = (point(f.dom, rng) for _ in range(3))
    (_, at_x), (_, at_y) = forward(f)(x), forward(f)(y)
    assert_close(numbers(at_x(dx)), numbers(f(dx)), 1e-15, "the derivative is the function")
    assert_close(numbers(at_x(dx)), numbers(at_y(dx)), 1e-15, "the same at every point")


@EVERY
@settings(max_examples=25, phases=PHASES)
@given(f=arrows(), g=arrows(), seed=SEEDS)
def test_what_is_forked_can_be_unforked(k: Some, f: Twin, g: Twin, seed: int) -> None:
    """Section 10: unfork of f & g is f and g, and unjoin of f | g too."""
    rng = np.random.default_rng(seed)
    both = cross(f, g)
    h = derivative_in(k, both, (point(f.arrow.dom, rng), point(g.arrow.dom, rng)))
    assert_same(k, k.fork(*k.unfork(h)), h, both, seed)
    assert_same(k, k.join(*k.unjoin(h)), h, both, seed)


@EVERY
@settings(max_examples=25, phases=PHASES)
@given(f=arrows(), seed=SEEDS)
def test_continuing_is_a_functor(k: Some, f: Twin, seed: int) -> None:
    """Theorem 4: what is composed of continuations is the continuation of what is composed."""
    x, into = point(f.arrow.dom, np.random.default_rng(seed)), Cont(k, Scalar)
    assert_same(into, derivative_in(into, f, x), into.before(derivative_in(k, f, x)), f, seed)


@EVERY
@settings(max_examples=25, phases=PHASES)
@given(f=arrows(), seed=SEEDS)
def test_beginning_is_a_functor(k: Some, f: Twin, seed: int) -> None:
    """Theorem 6: and likewise of beginnings."""
    x, into = point(f.arrow.dom, np.random.default_rng(seed)), Begin(k, Scalar)
    assert_same(into, derivative_in(into, f, x), into.after(derivative_in(k, f, x)), f, seed)


@settings(max_examples=50, phases=PHASES)
@given(f=arrows(), seed=SEEDS)
def test_turning_around_is_transposing(f: Twin, seed: int) -> None:
    """Theorem 5, by its inner products: <f(u), v> = <u, dual(f)(v)>."""
    rng = np.random.default_rng(seed)
    x = point(f.arrow.dom, rng)
    y = f.arrow(x)
    u, v = tangent(x, rng), tangent(y, rng)
    push = additive.function(derivative_in(Additive(), f, x))
    pull = additive.function(dual.turned(derivative_in(Dual(Additive()), f, x)))
    ahead = coordinates(y, None if u is None else push(u)) @ coordinates(y, v)
    back = coordinates(x, u) @ coordinates(x, None if v is None else pull(v))
    assert_close(np.atleast_1d(ahead), np.atleast_1d(back), 1e-12, "transposed", floor=1.0)


@EVERY
@settings(max_examples=25, phases=PHASES)
@given(f=arrows(), seed=SEEDS)
def test_the_dual_of_the_dual_is_the_category(k: Some, f: Twin, seed: int) -> None:
    """To turn around twice changes nothing: an arrow of `Dual(Dual(k))` is one of k."""
    x, twice = point(f.arrow.dom, np.random.default_rng(seed)), Dual(Dual(k))
    assert_same(twice, derivative_in(twice, f, x), derivative_in(k, f, x), f, seed)
