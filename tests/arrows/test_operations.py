"""What a user says of a primitive reaches each reader, and stays with it where it is lifted."""

import gc
import weakref
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cat_ad as c
from cat_ad import Dim, Float, Intervals, Machines, Matrices, Mealy, Scalar, SpaceError, Syntax, Tangents, bounds
from cat_ad.arrows.elements import image
from cat_ad.arrows.generators import Primitive
from cat_ad.arrows.operations import Operation, Rules
from cat_ad.arrows.terms import SomeArrow
from cat_ad.linear_maps.matrix import Axes
from cat_ad.linear_maps.matrix import function as matrix
from cat_ad.readings.syntax import expression_of

NUMBERS = st.floats(-1e3, 1e3)


class N(Dim, size=3):
    """A dimension."""


class M(Dim, size=2):
    """Another."""


def cube(**said: Any) -> SomeArrow:  # Any: what is said of it
    """The third power, entry by entry, of whatever has these properties."""
    made: SomeArrow = c.primitive("cube", Scalar, Scalar, lambda x: x**3, lambda x, y, k: k.scale(3 * x * x), **said)
    return made


@given(NUMBERS, NUMBERS, NUMBERS)
def test_what_increases_or_decreases_is_bounded_by_its_ends(a: float, b: float, x: float) -> None:
    """From the values there, an ulp or a few outward."""
    lower, x, upper = sorted([a, x, b])
    falls: SomeArrow = c.primitive(
        *("less", Scalar, Scalar, lambda x: -(x**3), lambda x, y, k: k.scale(-3 * x * x)), properties=["decreasing"]
    )
    for f in cube(properties=["increasing"]), falls:
        least, most = bounds(f)(np.float64(lower), np.float64(upper))
        assert least <= f(np.float64(x)) <= most
        ends = sorted([f(np.float64(lower)), f(np.float64(upper))])
        np.testing.assert_allclose([least, most], ends, rtol=1e-14, atol=1e-300)


@given(st.lists(NUMBERS, min_size=6, max_size=6), st.lists(st.floats(0, 1), min_size=6, max_size=6))
def test_what_is_bilinear_is_bounded_by_signs(ends: list[float], at: list[float]) -> None:
    """A user's own product of two vectors."""
    f: SomeArrow = c.primitive(
        "weighed",
        tuple[Float[N], Float[N]],
        Scalar,
        lambda x: (x[0] * x[1]).sum(-1),
        lambda x, y, k: k.join(
            k.linear_map(lambda d: (d * x[1]).sum(-1), lambda d: d * x[1]),
            k.linear_map(lambda d: (x[0] * d).sum(-1), lambda d: d * x[0]),
        ),
        properties=["bilinear"],
    )
    middle = np.array(ends)
    lower, upper = middle - 1.0, middle + 1.0
    x = lower + (upper - lower) * np.array(at)
    least, most = bounds(f)((lower[:3], lower[3:]), (upper[:3], upper[3:]))
    assert least <= f((x[:3], x[3:])) <= most


def test_what_is_linear_is_read_in_any_category_of_linear_maps() -> None:
    """Without a point, and is its own derivative, as an arrow too."""
    reverse: SomeArrow = c.primitive(
        *("reversed", Float[N], Float[N], lambda x: x[..., ::-1]),
        lambda x, y, k: k.linear_map(lambda d: d[..., ::-1], lambda d: d[..., ::-1]),
        properties=["linear"],
    )
    _, entries = matrix(reverse.to(Matrices()))(Axes((3,)))
    np.testing.assert_array_equal(entries, np.eye(3)[::-1])
    x, u = np.arange(3.0), np.array([1.0, 2.0, 4.0])
    np.testing.assert_array_equal(c.tangent(reverse)((x, u))[1], u[::-1])
    np.testing.assert_array_equal(c.reverse_derivative(reverse)((x, u)), u[::-1])


def test_what_is_elementwise_goes_step_by_step() -> None:
    """Along each of its dimensions."""
    f: SomeArrow = c.primitive(
        *("square", Float[M, N], Float[M, N], lambda x: x * x, lambda x, y, k: k.scale(2 * x)),
        properties=["elementwise"],
    )
    for dim in M, N:
        f.to(Machines(dim))


def test_a_rule_stays_where_its_primitive_is_lifted() -> None:
    """Of the same operation, with other objects."""
    one, other = cube(), cube()
    Intervals.rules[one] = lambda value, x, r: (value(x.lower) - 1, value(x.upper) + 1)
    lifted = c.each(M, c.each(N, one))
    lower: Any = np.zeros((2, 3))  # Any: NumPy knows no dimensions
    np.testing.assert_array_equal(bounds(lifted)(lower, lower), [lower - 1, lower + 1])
    with pytest.raises(c.InterpretationError):
        bounds(other)(np.float64(0.0), np.float64(0.0))


@pytest.mark.parametrize("said", ["decreasing", "a rule"])
def test_bounds_upside_down_are_refused(said: str) -> None:
    """With the name of the primitive that gave them."""
    f = cube(properties=[] if said == "a rule" else [said])
    if said == "a rule":
        Intervals.rules[f] = lambda value, x, r: (value(x.upper), value(x.lower))
    with pytest.raises(SpaceError, match=r"^bounds by the rule of cube: Scalar -> Scalar: wanted lower <= upper, got"):
        bounds(c.sin(Scalar) >> f)(c.check(Scalar, 0.5), c.check(Scalar, 1.0))


def test_a_user_says_how_it_is_written() -> None:
    """In the language of the paper, which has a name for the numeric ones."""
    f = cube()
    assert repr(expression_of(f.to(Syntax()))) == "cube"
    Syntax.rules[f] = "cubeC"
    assert repr(expression_of(f.to(Syntax()))) == "cubeC"
    assert repr(expression_of(c.exp(Scalar).to(Syntax()))) == "expC"


def test_a_user_says_how_it_looks_back() -> None:
    """And goes along that dimension."""
    total: SomeArrow = c.primitive(
        *("running total", Float[N], Float[N], lambda x: np.cumsum(x, -1)),
        lambda x, y, k: k.linear_map(lambda d: np.cumsum(d, -1), lambda d: np.cumsum(d[..., ::-1], -1)[..., ::-1]),
    )
    with pytest.raises(c.InterpretationError, match="look ahead"):
        total.to(Machines(N))
    Machines.rules[total] = lambda p, dim: Mealy(0.0, lambda before, x: (before + x, before + x))
    total.to(Machines(N))


def test_a_user_gives_a_second_derivative() -> None:
    """Of a primitive whose first does more than elements can."""
    softened: SomeArrow = c.primitive(
        *("softened", Scalar, Scalar, lambda x: np.log1p(np.exp(x))),
        lambda x, y, k: k.scale(1 / (1 + np.exp(-np.asarray(x, float)))),
    )
    with pytest.raises(c.InterpretationError, match="second derivative"):
        c.gradient_field(c.gradient_field(softened))
    slope = c.sigmoid(Scalar)
    Tangents.rules[softened] = lambda p: lambda x, y, k: k.scale(arrow_of_slope(slope, x))
    twice, wanted = (c.gradient_field(c.gradient_field(f)) for f in (softened, c.softplus(Scalar)))
    x: Any = np.float64(0.5)  # Any: a number of NumPy
    np.testing.assert_allclose(twice(x), wanted(x))


def arrow_of_slope(slope: SomeArrow, x: Any) -> Any:  # Any: elements
    """The slope at an element."""
    return image(slope, x)


def test_a_rule_is_for_a_primitive() -> None:
    """And says so."""
    with pytest.raises(SpaceError, match="wanted a primitive to give a rule for, got"):
        Intervals.rules[c.sin(Scalar) >> c.cos(Scalar)] = lambda value, x, r: (x, x)
    with pytest.raises(SpaceError, match=r"wanted properties among linear, .* got 'growing'"):
        cube(properties=["growing"])
    with pytest.raises(SpaceError, match="wanted properties among"):
        Operation("f", *("increasing", "convex"))  # type: ignore[arg-type]  # on purpose


def test_a_table_keeps_no_operation_alive() -> None:
    """What a user made goes when they let it go."""
    rules, f = Rules[int](), cube()
    assert isinstance(f, Primitive)
    rules[f] = 3
    gone = weakref.ref(f.operation)
    assert rules.of(f) == 3
    del f
    gc.collect()
    assert gone() is None


def test_an_operation_survives_what_is_done_to_its_primitive() -> None:
    """Lifted, and differentiated: each derivative of one operation is one operation."""
    f, g = c.softmax(N), c.each(M, c.softmax(N))
    assert isinstance(f, Primitive)
    assert isinstance(g, Primitive)
    assert f.operation is g.operation
    assert f.operation.derived("D") is g.operation.derived("D")
    assert f.operation.derived("D") is not f.operation.derived("R")
