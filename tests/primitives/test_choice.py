"""Ties are shared equally, in every mode and target; and what is not chosen does not matter."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cat_ad
from cat_ad import Bool, Dim, Float, Int, InterpretationError, Scalar, SpaceError, arrow, equal, where
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.trees import leaves
from tests.support.trees import Tree

Bad: TypeAlias = Any  # Any: what a type checker refuses is the point of some tests

c: Any = cat_ad  # Any: to a checker, arrays of NumPy alone are of no object


class N(Dim, size=4):
    """Four."""


class Open(Dim):
    """As many as there are."""


X: Tree = np.array([1.0, 2.0, -0.5, 0.0])
Y: Tree = np.array([1.0, -2.0, -0.5, 3.0])
EQUAL: dict[str, tuple[SomeArrow, Tree, Tree]] = {  # at some ties, and the slopes there
    "maximum": (c.maximum(Float[N]), (X, Y), (np.array([0.5, 1, 0.5, 0]), np.array([0.5, 0, 0.5, 1]))),
    "minimum": (c.minimum(Float[N]), (X, Y), (np.array([0.5, 0, 0.5, 1]), np.array([0.5, 1, 0.5, 0]))),
    "clip": (c.clip(Float[N], 0, 1), X, np.array([0.5, 0, 0, 0.5])),
    "clip to a point": (c.clip(Float[N], 1.0, 1.0), X, np.array([0.25, 0, 0, 0])),
    "absolute": (c.absolute(Float[N]), X, np.array([1.0, 1, -1, 0])),
    "sign": (c.sign(Float[N]), X, np.zeros(4)),
    "largest": (c.largest(N), np.array([2.0, 1, 2, 0]), np.array([0.5, 0, 0.5, 0])),
    "smallest": (c.smallest(N), np.array([2.0, 1, 1, 1]), np.array([0, 1, 1, 1]) / 3),
    "infinite": (c.largest(N), np.array([np.inf, 1, np.inf, 0]), np.array([0.5, 0, 0.5, 0])),
}


def loss(f: SomeArrow) -> SomeArrow:
    """Its sum."""
    summed: SomeArrow = f if f.cod is Scalar else f >> c.total(f.cod)
    return summed


def close(left: Tree, right: Tree) -> None:
    """Two trees of arrays are equal."""
    for x, y in zip(leaves(left), leaves(right), strict=True):
        np.testing.assert_allclose(x, y, 1e-15)


@pytest.mark.parametrize("name", EQUAL)
def test_of_equal_numbers_each_has_the_same_share(name: str) -> None:
    """Forward, in reverse, as an arrow, staged for NumPy and C, and in single precision."""
    f, x, slopes = EQUAL[name]
    slope = c.gradient(loss(f))
    close(slope(x), slopes)
    close(c.gradient_field(loss(f))(x), slopes)
    close(c.jacobian(loss(f))(x), slopes)
    for target in ("numpy", "c"):
        close(c.stage(slope, target)(x), slopes)
    found = slope(tuple(part.astype(np.float32) for part in x) if isinstance(x, tuple) else x.astype(np.float32))
    assert {part.dtype for part in leaves(found)} == {np.dtype(np.float32)}
    ones = tuple(map(np.ones_like, x)) if isinstance(x, tuple) else np.ones_like(x)
    np.testing.assert_allclose(c.forward(loss(f))(x)[1](ones), sum(part.sum() for part in leaves(slopes)), 1e-15)


@pytest.mark.parametrize("name", ["maximum", "minimum", "clip", "largest", "smallest"])
def test_jax_shares_likewise(name: str) -> None:
    """What JAX makes of its own functions; but of |x| at 0, where it has slope 1."""
    jax: Any = pytest.importorskip("jax")  # Any: it may not be there
    jnp = jax.numpy
    own: dict[str, Callable[[Any], Any]] = {
        "maximum": lambda x: jnp.maximum(*x),
        "minimum": lambda x: jnp.minimum(*x),
        "clip": lambda x: jnp.minimum(jnp.maximum(x, 0.0), 1.0),
        "largest": jnp.max,
        "smallest": jnp.min,
    }
    f, x, slopes = EQUAL[name]
    with jax.enable_x64(True):
        close(jax.grad(lambda x: own[name](x).sum())(x), slopes)
        close(jax.jit(c.gradient(loss(f)))(jax.tree.map(jnp.asarray, x)), slopes)


@given(st.lists(st.sampled_from([0.0, 1.0, -1.0, 5e-324, np.inf, -np.inf]), min_size=1, max_size=6))
def test_shares_add_up(numbers: list[float]) -> None:
    """Of the greatest entry, and of the greater of two, all that there is."""
    x = np.array(numbers)
    np.testing.assert_allclose(c.gradient(c.largest(Open))(x).sum(), 1.0, 1e-12)
    first, second = c.reverse(c.maximum(c.Float[Open]))((x, x[::-1].copy()))[1](np.ones_like(x))
    np.testing.assert_array_equal(first + second, np.ones_like(x))


# Masks ---------------------------------------------------------------------------------------------------------------


BAD = np.array([np.nan, np.inf, -np.inf, 1.0])
GOOD = np.array([1.0, 2.0, 3.0, 4.0])


def test_what_is_not_chosen_does_not_matter() -> None:
    """In value and derivative, of all orders, staged too: no 0 times nan."""
    f, there = c.where(Float[N]), np.ones(4, bool)
    at = there, GOOD, BAD
    pushed = c.forward(f)(at)[1]((None, GOOD, BAD))
    pulled = c.reverse(f)(at)[1](BAD)
    np.testing.assert_array_equal(f(at), GOOD)
    np.testing.assert_array_equal(pushed, GOOD)
    np.testing.assert_array_equal(pulled[1], BAD)
    np.testing.assert_array_equal(pulled[2], np.zeros(4))
    assert pulled[0] is None
    np.testing.assert_array_equal(c.tangent(f)((at, (np.zeros(4, bool), GOOD, BAD)))[1], GOOD)
    np.testing.assert_array_equal(c.reverse_derivative(f)((at, BAD))[2], np.zeros(4))
    for target in ("numpy", "c"):
        np.testing.assert_array_equal(c.stage(lambda *at: f.unchecked(at), target)(*at), GOOD)


@arrow
def hinge(x: Float[N], y: Float[N]) -> Float[N]:
    """Operators, numbers and masks together."""
    mask = ((x > y) & (x <= 1.5)) | ~(y >= 0.0)
    return where(mask, 0.5 * x, 1.0) * where(equal(x, y), 3.0, 2.0)


def test_a_program_with_masks_is_what_it_is_on_arrays() -> None:
    """And so are its bounds, cost, second derivative and loop."""
    mask = ((X > Y) & (X <= 1.5)) | (Y < 0.0)
    wanted = np.where(mask, 0.5 * X, 1.0) * np.where(X == Y, 3.0, 2.0)
    np.testing.assert_array_equal(hinge(X, Y), wanted)
    np.testing.assert_array_equal(c.stage(hinge, "c")(X, Y), wanted)
    rows = np.stack([X, Y]), np.stack([Y, X])
    np.testing.assert_array_equal(c.each(Open, hinge)(rows)[0], wanted)
    lower, upper = c.bounds(hinge)((X - 0.25, Y - 0.25), (X + 0.25, Y + 0.25))
    assert np.all(lower <= wanted)
    assert np.all(wanted <= upper)
    np.testing.assert_array_equal(c.gradient(loss(hinge))((X, Y))[0], np.where(mask, 0.5, 0.0) * np.where(X == Y, 3, 2))
    assert c.cost(hinge).operations > 0


def test_masks_have_no_tangent() -> None:
    """As integers."""
    value, push = c.forward(c.less(Float[N]))((X, Y))
    assert value.dtype == np.bool_
    assert push((X, Y)) is None
    assert c.tangent(c.less(Float[N])).cod == tuple[Bool[N], Bool[N]]
    assert str(Bool[N]) == "Bool[N]"
    assert c.check(c.Truth, True).dtype == np.bool_
    np.testing.assert_array_equal(c.equal(Int[N])((np.arange(4), np.array([0, 2, 2, 0]))), [True, False, True, False])


@pytest.mark.parametrize(
    ("program", "advice"),
    [
        (lambda x: x if x > 0.0 else -x, "where"),
        (lambda x: max(x, 0.0), "maximum"),
        (lambda x: c.where(x == 0.0, x, 1.0), "equal"),
        (lambda x: c.where(x > 0.0 and x < 1.0, x, 1.0), "&"),
    ],
)
def test_a_branch_says_what_to_write(program: Bad, advice: str) -> None:
    """In one typed error."""
    made: Bad = arrow
    with pytest.raises(InterpretationError, match=advice):
        made(program, Float[N])


@pytest.mark.parametrize(
    "make",
    [
        lambda: c.clip(Float[N], 1.0, 0.0),
        lambda: c.clip(Float[N], np.nan, 0.0),
        lambda: c.where(Bool[N]),
        lambda: c.less(tuple[Scalar, Scalar]),
        lambda: c.logical_and(Float[N]),
        lambda: c.maximum(Int[N]),
        lambda: c.check(Bool[N], np.zeros(4)),
        lambda: c.less(np.arange(3), 0.5),
    ],
)
def test_what_cannot_be_compared_is_refused(make: Bad) -> None:
    """By one typed error."""
    with pytest.raises(SpaceError):
        make()


def test_beside_numbers_truth_values_are_one_and_zero() -> None:
    """As in NumPy, whatever the operator; so a slope that has one in it can be differentiated again."""

    def rational(x: Tree, y: Tree) -> Tree:
        return (x > y) * x + 0.5 * (x <= y) - (x > 0.0) + (y - (x > y)) / 2.0 - x / (2.0 - (y > 0.0)) - (-1.0 * (x > y))

    x, y = np.array([1.0, 2.0, -3.0, 0.5]), np.array([2.0, 1.0, -4.0, 0.5])
    space: Any = Float[N]
    read: SomeArrow = arrow(rational, space, space)
    np.testing.assert_array_equal(read((x, y)), rational(x, y))
    masked: SomeArrow = arrow(lambda x, y: (x > y) * x, space, space)
    assert masked((x.astype(np.float32), y.astype(np.float32))).dtype == np.float32
    leaky: SomeArrow = c.primitive("leaky", Scalar, Scalar, lambda x: np.where(x > 0, x, 0.1 * x), _leak)
    for point in (0.5, -0.5):
        c.check_derivative(c.tangent(leaky), (point, 1.0))
        c.check_derivative(c.reverse_derivative(leaky), (point, 1.0))


def _leak(x: Tree, y: Tree, k: Any) -> Any:  # Any: a category of linear maps, and an arrow of it
    return k.scale(0.9 * (x > 0.0) + 0.1)
