"""Reductions to named dimensions are NumPy's along the axes that are left out; products at zeros, norms at extremes."""

from collections.abc import Callable
from itertools import permutations
from math import inf, nan
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cat_ad as c
from cat_ad import Dim, Float, InterpretationError, Machines, Scalar, SpaceError, stage
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.spaces import floats
from cat_ad.primitives.lengths import direction, inverse_or_zero
from cat_ad.primitives.multiplying import others, rows_of_others
from cat_ad.readings.machines import function
from tests.support.arrows import SEEDS
from tests.support.trees import Tree, assert_close


class H(Dim):
    """As many as there are."""


class I(Dim, size=2):  # noqa: E742  (a dimension, as everywhere)
    """Two."""


class J(Dim, size=3):
    """Three."""


class K(Dim, size=1):
    """One."""


class L(Dim, size=4):
    """Four."""


WORDS: dict[Any, Callable[..., Tree]] = {  # Any: of an object to an arrow, or of a value to a number
    c.total: np.sum,
    c.mean: np.mean,
    c.product: np.prod,
    c.norm: lambda x, axis: np.sqrt(np.sum(x * x, axis)),
    c.largest: np.max,
    c.smallest: np.min,
}


def of_any(word: Any) -> Any:  # Any: of values whose objects are not known
    """The word, of arrays of NumPy."""
    return word


@settings(max_examples=60)
@given(
    f=st.sampled_from([*WORDS]),
    dims=st.permutations([H, I, J, K, L]),
    many=st.integers(1, 5),
    left=st.integers(0, 31),
    order=st.integers(0, 119),
    seed=SEEDS,
)
def test_they_are_numpy_s_along_the_axes_that_are_left_out(
    f: Any, dims: list[type[Dim]], many: int, left: int, order: int, seed: int
) -> None:
    """Of arrays of up to five axes, to any of them in any order; as an arrow and of a variable, and in each mode."""
    dims = dims[:many]
    a, kept = floats(*dims), [dim for at, dim in enumerate(dims) if (left >> at) & 1]
    ways = [*permutations(kept)]
    to = floats(*ways[order % len(ways)])
    x: Tree = np.random.default_rng(seed).normal(size=[dim.size or 2 for dim in dims])
    along = tuple(at for at, dim in enumerate(dims) if dim not in kept)
    expected = WORDS[f](x, along)
    axes = [kept.index(dim) for dim in ways[order % len(ways)]]
    reduced = f(a, to)
    assert reduced.dom == a
    assert reduced.cod == to
    assert_close(np.ravel(reduced(x)), np.ravel(np.transpose(expected, axes)), 1e-12, floor=1.0)
    assert c.arrow(lambda x: f(x, to), a)(x).tobytes() == reduced(x).tobytes()


@pytest.mark.parametrize("f", WORDS, ids=lambda f: f.__name__)
def test_of_a_dimension_and_of_all_entries(f: Any) -> None:
    x = np.array([[0.5, -2.0, 3.0], [1.0, 4.0, -1.0]])
    assert np.isclose(f(J)(x[0]), WORDS[f](x[0], 0))
    assert np.isclose(f(x), WORDS[f](x, (0, 1)))
    assert f(Float[H, J], Float[H]) == c.each(H, f(Float[J]))


def test_what_has_no_names_is_refused() -> None:
    x: Tree = np.ones((2, 3))
    wrong: list[Callable[[], object]] = [
        lambda: c.total(x, Float[J]),
        lambda: c.mean(floats(I, J), floats(H)),
        lambda: c.product(floats(I, I), floats(I)),
        lambda: of_any(c.norm)(floats(I, J), tuple[Scalar, Scalar]),
    ]
    for call in wrong:
        with pytest.raises(SpaceError, match="wanted an array of some of the dimensions of"):
            call()


# Products ------------------------------------------------------------------------------------------------------------


@given(zeros=st.integers(0, 4), n=st.integers(0, 6), seed=SEEDS)
def test_derivatives_of_a_product_are_right_where_entries_are_zero(zeros: int, n: int, seed: int) -> None:
    """Of three orders, beside the definition: the product of all entries but one, but two, but three."""
    rng = np.random.default_rng(seed)
    x: Tree = rng.normal(size=n)
    x[rng.permutation(n)[:zeros]] = 0.0

    def but(*places: int) -> float:
        return float(np.prod(np.delete(x, places))) if len({*places}) == len(places) else 0.0

    f, places = c.product(H), range(n)
    assert_close(c.gradient(f)(x), np.array([but(i) for i in places]), 1e-12, floor=1e-300)
    assert_close(c.hessian(f)(x), np.array([[but(i, j) for j in places] for i in places]).reshape(n, n), 1e-12)
    u, v, w = rng.normal(size=(3, n))
    zero: Tree = np.zeros(n)
    third = sum(but(i, j, k) * u[i] * v[j] * w[k] for i in places for j in places for k in places)
    along_u = c.tangent(c.gradient_field(f)) >> c.exr(Float[H], Float[H])
    at: Tree = (x, u)
    _, push = c.forward(along_u)(at)
    assert np.isclose(push((v, zero)) @ w, third)


@pytest.mark.parametrize("target", ["numpy", "c"])
def test_cumulative_sums_and_products_are_staged(target: str) -> None:
    """Along any axis, one after the other; and so a product is, with its slopes."""
    x: Tree = np.random.default_rng(0).normal(size=(3, 4, 5))
    for f in (np.cumsum, np.cumprod):
        for axis in (None, 0, 1, 2, -1):
            assert_close(np.ravel(stage(lambda x, f=f, axis=axis: f(x, axis), target)(x)), np.ravel(f(x, axis)), 1e-15)
    assert_close(np.ravel(stage(lambda x: np.prod(x, 1), target)(x)), np.ravel(np.prod(x, 1)), 1e-15)
    long: Tree = np.random.default_rng(1).normal(size=10**5)
    assert_close(stage(lambda x: of_any(c.cumulative_sum)(x), target)(long), np.cumsum(long), 1e-9)
    slope = c.gradient(c.product(H))
    assert_close(stage(lambda x: slope(x), target)(x[0, 0]), slope(x[0, 0]), 1e-15)


# Norms ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_no_norm_overflows_or_vanishes_before_it_must(dtype: type) -> None:
    """To some units in the last place, from the smallest number to the greatest."""
    info = np.finfo(dtype)
    for n in (1, 2, 3, 65):
        for power in range(int(np.log2(float(info.smallest_subnormal))), int(np.log2(float(info.max))) - 4, 7):
            x: Tree = (np.random.default_rng(n).uniform(0.5, 1.0, n).astype(dtype) * dtype(2.0) ** dtype(power)).astype(
                dtype
            )
            wide = x.astype(np.longdouble)
            found, exact = of_any(c.norm)(x), np.sqrt(np.sum(wide * wide))
            assert found.dtype == dtype
            assert abs(found - exact) <= (n + 4) * np.spacing(dtype(exact))
            slopes: Tree = c.gradient(c.norm(H))(x)
            assert_close(slopes.astype(float), (wide / (exact or 1.0)).astype(float), 8 * float(info.eps), floor=1.0)


def test_the_derivatives_of_a_norm_at_zero_are_zero() -> None:
    zero: Tree = np.zeros(3)
    assert of_any(c.norm)(zero) == 0.0
    assert not c.gradient(c.norm(H))(zero).any()
    assert not c.hessian(c.norm(H))(zero).any()
    assert of_any(c.norm)(np.zeros(0)) == 0.0


def test_flaws_show_in_norms_and_products() -> None:
    assert of_any(c.norm)(np.array([inf, 1.0])) == inf
    assert np.isnan(of_any(c.norm)(np.array([inf, nan])))
    with np.errstate(invalid="ignore"):
        assert np.isnan(of_any(c.product)(np.array([inf, 0.0])))
    assert of_any(c.product)(np.zeros(0)) == 1.0


@pytest.mark.parametrize("f", [direction(J), others(J), rows_of_others(J), inverse_or_zero(Float[J])], ids=str)
def test_what_their_derivatives_are_made_of_has_derivatives(f: SomeArrow) -> None:
    """Of two orders."""
    x: Tree = np.array([0.5, -0.25, 1.5])
    c.check_derivative(f, x)
    c.check_derivative(c.tangent(f), (x, x + 1.0))
    c.check_derivative(c.reverse_derivative(f), (x, f(x)))


# Others --------------------------------------------------------------------------------------------------------------


def test_what_is_left_in_front_may_come_step_by_step() -> None:
    """A reduction of each row has a machine, and one along time has none."""
    x: Tree = np.random.default_rng(0).normal(size=(4, 3))
    for f in WORDS:
        machine = function(f(Float[H, J], Float[H]).to(Machines(H)))
        assert_close(machine.step(machine.start, x[:1])[1], f(Float[H, J], Float[H])(x[:1]), 1e-15)
        with pytest.raises(InterpretationError, match="may look ahead along H"):
            f(Float[H, J], Float[J]).to(Machines(H))


def test_a_contraction_is_applied_to_values_too() -> None:
    """Whose dimensions have names: inside a function that `arrow` reads."""

    @c.arrow
    def both(x: Float[I, J], y: Float[J, L]) -> Float[L, I]:
        return c.contraction(c.contraction(x, y, Float[L, I]), Float[L, I])

    rng = np.random.default_rng(0)
    x: Tree = rng.normal(size=(2, 3))
    y: Tree = rng.normal(size=(3, 4))
    assert_close(np.ravel(both(x, y)), np.ravel(np.einsum("ij,jl->li", x, y)), 1e-12)
    assert_close(c.contraction(Float[I, J], Float[J, L], Float[I])(x, y), np.einsum("ij,jl->i", x, y), 1e-12)
    with pytest.raises(SpaceError, match="contraction: wanted values whose dimensions have names"):
        c.contraction(x, y, Float[L, I])
