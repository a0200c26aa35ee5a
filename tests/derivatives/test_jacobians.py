"""The Jacobian is the matrix of the derivative, of all unit vectors at once, and no order of the parts costs less."""

import gc
import sys
from itertools import pairwise
from types import FrameType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cat_ad as c
from cat_ad import D, Dim, Float, Index, Matrices, Scalar, gradient_field, jacobian, primitive, stage
from cat_ad.arrows.lifting import lift
from cat_ad.arrows.terms import SomeArrow
from cat_ad.derivatives.association import cheapest, dimensions_along, waist
from cat_ad.derivatives.chain_rule import function
from cat_ad.linear_maps import matrix
from cat_ad.objects.spaces import floats, is_array, kind, product
from cat_ad.primitives.affine import affine
from cat_ad.readings.costs.counting import Meter
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.loops import some
from tests.support.primitives import INTEGERS, MATRICES, PRIMITIVES, Twin
from tests.support.trees import Tree, assert_close, leaves, point


class N(Dim):
    """However many."""


class M(Dim):
    """However many too."""


def by_matrices(f: SomeArrow, a: Tree) -> Tree:
    """The matrices of the parts, multiplied (Elliott 2018, section 8)."""
    b, derivative = function(f.to(D(Matrices())))(a)
    return matrix.blocks(matrix.function(derivative), a, b)


def assert_same(found: Tree, expected: Tree) -> None:
    """The same blocks in the same places, of the same dtypes."""
    assert kinds(found) == kinds(expected)
    for block, wanted in zip(leaves(found), leaves(expected), strict=True):
        if wanted is not None:
            assert_close(np.ravel(block), np.ravel(wanted), 1e-11, floor=1.0)


def kinds(tree: Tree) -> Tree:
    """The shape and dtype of each array of a tree."""
    return tuple(map(kinds, tree)) if isinstance(tree, tuple) else None if tree is None else (tree.shape, tree.dtype)


# What it is ----------------------------------------------------------------------------------------------------------


@settings(max_examples=20, phases=PHASES, deadline=None)
@given(data=st.data(), seed=SEEDS)
def test_the_jacobian_is_the_matrix(data: st.DataObject, seed: int) -> None:
    """Of any arrow between any products, with integers and Unit among them; and staged."""
    f = data.draw(twins(data.draw(objects(1)), data.draw(objects(1)), 3)).arrow
    a = point(f.dom, np.random.default_rng(seed))
    expected = by_matrices(f, a)
    assert_same(jacobian(f)(a), expected)
    assert_same(stage(jacobian(f))(a), expected)


@pytest.mark.parametrize("f", [*PRIMITIVES, *INTEGERS, *MATRICES], ids=str)
def test_every_primitive_takes_many_tangents(f: Twin) -> None:
    """In either mode, whatever it says of its derivative: of all its entries, of one; lifted, with parts shared."""
    lifted: list[SomeArrow] = [lift(N, f.arrow, mask) for mask in some(f.arrow.dom)]
    for arrow in (f.arrow, *lifted):
        a = point(arrow.dom, np.random.default_rng(0), *f.domain)
        assert_same(jacobian(arrow)(a), by_matrices(arrow, a))
        if is_array(arrow.cod) and kind(arrow.cod) == "Float":
            narrow: SomeArrow = arrow >> c.total(arrow.cod)
            assert_same(jacobian(narrow)(a), by_matrices(narrow, a))


def cubes(w: Any, x: Any) -> Any:  # Any: arrays
    """(W x)^3, entry by entry."""
    return applied(w, x) ** 3


def applied(w: Any, x: Any) -> Any:  # Any: arrays
    """W x"""
    return (w @ x[..., None])[..., 0]


def of_both(x: Any, y: Any, k: Any) -> Any:  # Any: see DerivativeRule
    """A rule in the words of the array library, for each example of a batch."""
    weight, at = x
    slope = 3 * applied(weight, at) ** 2

    def push(d: Any) -> Any:  # Any: a tangent
        by_weight = 0.0 if d[0] is None else applied(d[0], at)
        return slope * (by_weight + (0.0 if d[1] is None else applied(weight, d[1])))

    def pull(v: Any) -> Any:  # Any: a tangent
        w = slope * v
        return w[..., :, None] * at[..., None, :], applied(weight.mT, w)

    return k.linear(push, pull)


def test_a_rule_of_the_user_sees_a_batch_like_any_other() -> None:
    """It needs no more than to let leading axes through, at the point and in the tangent alike."""
    f: SomeArrow = primitive("cubes", product(Float[M, N], Float[N]), Float[M], lambda x: cubes(*x), of_both)
    rng = np.random.default_rng(0)
    a = rng.normal(size=(3, 4)), rng.normal(size=4)
    for arrow in (f, f >> c.total(Float[M])):
        assert_same(jacobian(arrow)(a), by_matrices(arrow, a))


@pytest.mark.parametrize("size", [0, 1, 2, 7])
def test_of_any_size(size: int) -> None:
    """Empty arrays too: then the matrix has no rows, or no columns, or is zero."""
    f: SomeArrow = c.sin(Float[N]) >> c.dup(Float[N]) >> c.mul(Float[N])
    x = np.linspace(0.1, 1.0, size)
    for arrow in (f, f >> c.total(Float[N]), f >> c.total(Float[N]) >> c.exp(Scalar)):
        assert_same(jacobian(arrow)(x), by_matrices(arrow, x))
    assert jacobian(c.identity(Index))(c.check(Index, 1)) is None


# What it costs -------------------------------------------------------------------------------------------------------


def multiplications(f: SomeArrow, a: Tree, meter: Meter) -> int:
    """How many it takes to compute the Jacobian."""
    jacobian(f)(meter.given(a))
    return meter.counts.multiplications


def chain(dims: list[int], meter: Meter) -> SomeArrow:
    """Matrices, one after the other."""
    spaces = [type(f"D{at}", (Dim,), {}, size=size) for at, size in enumerate(dims)]

    def link(at: int) -> SomeArrow:
        w = meter.given(np.random.default_rng(at).normal(size=(dims[at + 1], dims[at])))
        return primitive(
            "dense",
            floats(spaces[at]),
            floats(spaces[at + 1]),
            lambda x: x @ w.T,
            lambda x, y, k: k.linear_map(lambda u: u @ w.T, lambda v: v @ w),
        )

    return c.compose(*[link(at) for at in range(len(dims) - 1)])


SIZES = st.lists(st.integers(1, 40), min_size=3, max_size=8)


@settings(max_examples=20, deadline=None)
@given(dims=SIZES)
def test_no_association_costs_less(dims: list[int]) -> None:
    """Of dense matrices, if to find each, by the unit vectors of its narrower end, counts as well."""
    meter = Meter()
    f, x, w = chain(dims, meter), np.ones(dims[0]), waist(dims)
    value = sum(i * j for i, j in pairwise(dims))
    found = multiplications(f, x, meter) - 2 * value  # which is computed twice
    assert found == dims[w] * value + (dims[0] * dims[w] * dims[-1] if 0 < w < len(dims) - 1 else 0)
    assert found <= cheapest(dims).cost + sum(min(i, j) * i * j for i, j in pairwise(dims))


X, ENTRYWISE = Float[N], c.sin(Float[N]) >> c.tanh(Float[N]) >> c.softmax(N) >> c.dup(Float[N]) >> c.mul(Float[N])
CHAINS: dict[str, SomeArrow] = {
    "into one number": ENTRYWISE >> c.total(X),
    "no waist": ENTRYWISE >> c.exp(X),
    "around a waist": ENTRYWISE >> c.total(X) >> c.exp(Scalar) >> c.dup(Scalar) >> c.dup(product(Scalar, Scalar)),
}
GRADIENT = gradient_field(c.sin(X) >> c.dup(X) >> c.mul(X) >> c.total(X))


@pytest.mark.parametrize("f", CHAINS.values(), ids=CHAINS)
def test_it_costs_less_than_matrices(f: SomeArrow) -> None:
    """Where parts go entry by entry, even if to find their matrices were free."""
    x = np.linspace(0, 1, 60)
    assert 0 < multiplications(f, x, Meter()) < cheapest(dimensions_along(f, x)).cost


@pytest.mark.parametrize("f", [*CHAINS.values(), GRADIENT], ids=[*CHAINS, "gradient"])
def test_all_unit_vectors_go_at_once(f: SomeArrow) -> None:
    """No more calls of Python for more of them."""
    at = jacobian(f)
    assert calls(at, np.ones(9)) == calls(at, np.ones(90))


def calls(run: Any, x: Tree) -> int:  # Any: a function of x
    """How many functions of Python are called, when it is called again with such an x."""
    count, before = 0, sys.getprofile()

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    run(x)
    gc.disable()  # which calls back
    sys.setprofile(note)
    try:
        run(x)
    finally:
        sys.setprofile(before)
        gc.enable()
    return count


# Elsewhere -----------------------------------------------------------------------------------------------------------

STAGED: dict[str, tuple[SomeArrow, Tree]] = {
    "gradient": (GRADIENT, np.linspace(0.1, 1, 50)),
    **{name: (f, np.linspace(0.1, 1, 50)) for name, f in CHAINS.items()},
    "layer": (
        affine(N, M) >> c.tanh(Float[M]) >> c.log_softmax(M),
        ((np.ones((3, 5)) / 5, np.zeros(3)), np.arange(5.0)),
    ),
}


@pytest.mark.parametrize(("f", "a"), STAGED.values(), ids=STAGED)
@pytest.mark.parametrize("target", ["numpy", "c"])
def test_it_is_staged(f: SomeArrow, a: Tree, target: str) -> None:
    """For each target; and of a function of arrays around it."""
    assert_same(stage(jacobian(f), target)(a), jacobian(f)(a))


def test_it_is_that_of_jax() -> None:
    """Which differentiates what the arrow computes; and compiles what is written here."""
    jax: Any = pytest.importorskip("jax", reason="pip install -e '.[jax]'")  # Any: it may not be there
    f, a = STAGED["layer"]
    with jax.enable_x64(True):
        x = jax.tree.map(jax.numpy.asarray, a)
        for found in (jax.jacfwd(f.unchecked)(x), jax.jit(jacobian(f))(x)):
            assert_same(jax.tree.map(np.asarray, found), jacobian(f)(a))
