"""The cost of an arrow is that of closed forms, and costs add up."""

from dataclasses import astuple
from typing import Any, TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cat_ad as c
from cat_ad import (
    Dim,
    Float,
    Para,
    Scalar,
    SpaceError,
    each,
    matmul,
)
from cat_ad.arrows.terms import SomeArrow
from cat_ad.categories import codiscrete
from cat_ad.categories.codiscrete import Codiscrete, ends
from cat_ad.categories.laws import exl_of_fork, exr_of_fork, fork_after, laws, unit_is_terminal
from cat_ad.objects.spaces import UNIT, floats
from cat_ad.primitives.affine import affine
from cat_ad.readings.costs import Cost, cost, forward_cost, function, modes, peak, reverse_cost
from cat_ad.readings.costs.counting import Counts
from tests.categories.test_laws import paths, sample
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.primitives import EXTRA, INTEGERS, MATRICES, PRIMITIVES, Twin
from tests.support.trees import Tree, leaves, numbers, point

SIZES = st.integers(1, 6)
ZERO = Counts()
S = Scalar
Some: TypeAlias = Any  # Any: a category, whose homs forget their objects
SomePara: TypeAlias = Para[Any, Any, Any]  # Any: of sizes that are known only at run time


class I(Dim):  # noqa: E742  (a dimension, as everywhere)
    """As many as a test says."""


class J(Dim):
    """As many as a test says."""


class K(Dim):
    """As many as a test says."""


class Batch(Dim):
    """As many as a test says."""


class Four(Dim, size=4):
    """Four."""


class Three(Dim, size=3):
    """Three."""


def dimension(size: int) -> type[Dim]:
    """A new dimension."""
    return type("Size", (Dim,), {}, size=size)


# Closed forms --------------------------------------------------------------------------------------------------------


@given(i=SIZES, j=SIZES, k=SIZES, n=SIZES)
def test_closed_forms(i: int, j: int, k: int, n: int) -> None:
    sizes = {I: i, J: j, K: k, Batch: n}
    assert cost(matmul(I, J, K), sizes) == Counts(i * j * k, i * (j - 1) * k, 0, i * k)
    assert cost(c.matvec(J, I), sizes) == Counts(i * j, i * (j - 1), 0, i)
    assert cost(c.dot(J), sizes) == Counts(j, j - 1, 0, 1)
    assert cost(c.add(Float[I, J]), sizes) == Counts(0, i * j, 0, i * j)
    assert cost(c.mul(Float[I, J]), sizes) == Counts(i * j, 0, 0, i * j)
    assert cost(c.exp(Float[I, J]), sizes) == Counts(0, 0, i * j, i * j)
    assert cost(c.transpose(I, J), sizes) == ZERO
    assert cost(c.total(Float[J]), sizes) == Counts(0, j - 1, 0, 1)
    assert cost(c.mean(Float[J]), sizes) == Counts(1, j - 1, 0, 1)
    assert reverse_cost(c.lookup(J, I), sizes) == Counts(0, i, 0, i + i * j)  # the row is added to a table of zeros
    layer = Counts(i * j, i * (j - 1) + i, 0, 2 * i)
    assert cost(affine(J, I), sizes) == layer
    assert cost(batch(affine(J, I)), sizes) == n * layer


def batch(f: SomeArrow) -> SomeArrow:
    """Over an axis of examples."""
    return each(Batch, f)


@pytest.mark.parametrize("n", [1, 2, 7])
@pytest.mark.parametrize(("i", "j", "k"), [(5, 4, 3), (2, 6, 1), (1, 1, 1)])
def test_a_network_by_hand(i: int, j: int, k: int, n: int) -> None:
    """Two layers, on a batch: forward, and back by two matrix products a layer."""
    first, hidden, last = (dimension(size) for size in (i, j, k))
    network: SomePara = c.linear(first, hidden) >> c.tanh(floats(hidden)) >> c.linear(hidden, last)
    examples: SomePara = each(Batch, network)
    value = Counts(i * j + j * k, i * j + j * k, j, 2 * j + j + 2 * k)
    assert cost(network.arrow) == value
    assert cost(examples.arrow, {Batch: n}) == n * value
    slopes = 2 * j
    to_weights, to_inputs = n * (i * j + j * k), n * (i * j + j * k)  # and sums over the batch to the biases
    over_rows = (n - 1) * (i * j + j * k + j + k)
    back = modes(examples.arrow, {Batch: n}).reverse.linear
    assert back.multiplications == to_weights + to_inputs + n * slopes
    assert back.additions == over_rows + n * (i * (j - 1) + j * (k - 1)) + n * j
    assert back.others == 0


# Values, sizes and primitives ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("f", [*PRIMITIVES, *INTEGERS, *MATRICES, *EXTRA], ids=str)
def test_every_primitive_has_a_cost(f: Twin) -> None:
    """Its value is that of the arrow, and its cost the same at all points."""
    for seed in range(3):
        a = point(f.arrow.dom, np.random.default_rng(seed), *f.domain)
        b, counts = function(f.arrow.to(Cost()))(a)
        for x, y in zip(leaves(b), leaves(f.arrow(a)), strict=True):
            assert np.array_equal(x, y)
            assert x.dtype == y.dtype
        assert counts == cost(f.arrow, a) == cost(f.arrow, dict.fromkeys((I, J), 3))
        assert modes(f.arrow, a).value == counts


def test_single_precision_stays() -> None:
    a: Tree = np.ones(5, np.float32)
    f = c.softmax(I)
    b, counts = function(f.to(Cost()))(a)
    assert b.dtype == np.float32
    assert counts == cost(f, {I: 5})


# Laws ----------------------------------------------------------------------------------------------------------------

CHEAPER_RIGHT, CHEAPER_LEFT = (exl_of_fork, exr_of_fork, unit_is_terminal), (fork_after,)


@settings(max_examples=10, phases=PHASES, deadline=None)
@given(path=paths(), seed=SEEDS)
def test_the_laws(path: tuple[Twin, ...], seed: int) -> None:
    """Both sides cost the same, but for four laws, which do work twice or leave it out."""
    arrows = [f.arrow for f in path]
    costs = sample(arrows, *(f.to(Cost()) for f in arrows))
    of_objects = sample(arrows, *(codiscrete.hom(f.dom, f.cod) for f in arrows))
    for law in laws(Cost):
        dom, _ = ends(law(Codiscrete(), of_objects)[0])
        a = point(dom, np.random.default_rng(seed))
        (x, before), (y, after) = (function(side)(a) for side in law(Cost(), costs))
        assert np.array_equal(numbers(x), numbers(y)), law.__doc__
        if law in CHEAPER_RIGHT:
            assert at_most(after, before), law.__doc__
        elif law in CHEAPER_LEFT:
            assert at_most(before, after), law.__doc__
        else:
            assert before == after, law.__doc__


def at_most(left: Counts, right: Counts) -> bool:
    """In each count."""
    return all(x <= y for x, y in zip(astuple(left), astuple(right), strict=True))


@settings(max_examples=10, phases=PHASES, deadline=None)
@given(data=st.data(), seed=SEEDS)
def test_costs_add_up(data: st.DataObject, seed: int) -> None:
    """Of composition, fork and cross; and peaks are at most as much."""
    a, b, d = (data.draw(objects(1)) for _ in range(3))
    f, beside, g = (data.draw(twins(*ways, fuel=1)).arrow for ways in ((a, b), (a, d), (b, d)))
    x = point(a, np.random.default_rng(seed))
    y = f(x)
    k = Cost()
    one, other, then = (function(h.to(k))(at)[1] for h, at in ((f, x), (beside, x), (g, y)))
    assert function(k.compose(f.to(k), g.to(k)))(x)[1] == one + then
    assert function(k.fork(f.to(k), beside.to(k)))(x)[1] == one + other
    assert function(k.cross(f.to(k), g.to(k)))((x, y))[1] == one + then
    assert at_most(cost(f >> g, x), one + then), "a term is read as its diagram, which does nothing twice"
    assert at_most(cost(f & beside, x), one + other)
    assert cost(f * g, (x, y)) == one + then
    assert peak(f >> g, x) <= peak(f, x) + peak(g, y)
    assert peak(f, x) <= cost(f, x).memory


@given(counts=st.lists(st.builds(Counts, *[st.integers(0, 9)] * 4), min_size=3, max_size=3), times=st.integers(0, 5))
def test_counts_are_a_commutative_monoid(counts: list[Counts], times: int) -> None:
    x, y, z = counts
    assert (x + y) + z == x + (y + z)
    assert x + y == y + x
    assert x + ZERO == x
    assert times * x == sum([x] * times, ZERO)
    assert (x + y).operations == x.operations + y.operations


STRUCTURE: tuple[SomeArrow, ...] = c.sin(S), c.cos(S), c.exl(S, S), c.exr(S, S), c.it(S)


def test_the_four_laws_that_fail() -> None:
    """A sine forked and forgotten is computed; one computed before a fork is computed once."""
    k: Some = Cost()
    f, s, left, right, it = (h.to(k) for h in STRUCTURE)
    once, twice = Counts(0, 0, 1, 1), Counts(0, 0, 2, 2)
    sides = [
        (k.compose(k.fork(f, s), left), f, twice, once),
        (k.compose(k.fork(f, s), right), s, twice, once),
        (k.compose(f, it), it, once, ZERO),
        (k.compose(f, k.fork(s, s)), k.fork(k.compose(f, s), k.compose(f, s)), once + twice, twice + twice),
    ]
    for one, other, expensive, cheap in sides:
        assert [function(side)(np.float64(0.5))[1] for side in (one, other)] == [expensive, cheap]


def test_terms_share_where_the_four_laws_fail() -> None:
    """A term is read as its diagram, in which the sides of every law are one: nothing is computed twice, or in vain."""
    f, s, left, right, it = STRUCTURE
    sides = [((f & s) >> left, f), ((f & s) >> right, s), (f >> it, it), (f >> (s & s), (f >> s) & (f >> s))]
    for one, other in sides:
        assert cost(one) == cost(other)


# Constants, texts and errors -----------------------------------------------------------------------------------------


def test_what_is_done_with_constants_counts() -> None:
    """The constant itself is free."""
    ones: Tree = np.ones(4)
    f = c.constant(Float[Four], ones) >> c.exp(Float[Four]) >> c.tanh(Float[Four])
    twice = Counts(0, 0, 8, 8)
    assert cost(f) == cost(f, ()) == twice
    assert modes(f).value == forward_cost(f) == modes(f).reverse.value
    assert peak(f) == 8
    assert cost(c.identity(UNIT)) == ZERO


def test_integers_have_no_derivative_to_pay_for() -> None:
    f = c.positions(J)
    assert forward_cost(f, {J: 4}) == reverse_cost(f, {J: 4}) == ZERO  # places are a constant
    assert (modes(f, {J: 4}).inputs, modes(f, {J: 4}).outputs) == (0, 0)


def test_a_cost_is_a_line() -> None:
    assert str(Counts(1234567, 2, 3, 4)) == "1,234,567 multiplications, 2 additions, 3 others, 4 numbers"
    assert repr(Counts(1, 2)) == "Counts(multiplications=1, additions=2, others=0, memory=0)"


ASK = pytest.mark.parametrize("ask", [cost, forward_cost, reverse_cost, peak, modes], ids=lambda ask: ask.__name__)


@ASK
def test_errors(ask: Any) -> None:  # Any: what a type checker refuses is the point
    f, name = c.tanh(Float[I]), ask.__name__
    asked = f"{name}(tanh: Float[I] -> Float[I])"
    for at in (None, {}, {J: 3}):
        with pytest.raises(SpaceError) as caught:
            ask(f, at)
        assert str(caught.value) == f"{asked}: wanted a size for I, found none; pass {{I: 32}}, or an argument"
    for size in (0, -1, True, 2.0, "3"):
        with pytest.raises(SpaceError) as caught:
            ask(f, {I: size})
        assert str(caught.value) == f"{asked}: wanted a positive integer for I, got {size!r}"
    with pytest.raises(SpaceError, match=r"wanted Float\[Four=4\], got float64\[5\]: dimension 1: Four is 4, not 5"):
        ask(c.tanh(Float[Four]), {Four: 5})
    with pytest.raises(SpaceError, match=r"wanted an array, got list"):
        ask(f, [1.0, 2.0])
    layer = c.linear(Four, Three)
    assert ask(layer) == ask(layer.arrow)
    with pytest.raises(SpaceError, match=rf"^{name}: wanted an arrow, got function"):
        ask(c.tanh)
