"""Bounds are sound: what an arrow gives for any point of a box is within them; and they are no wider than need be."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cat_ad as c
from cat_ad import Dim, Float, InterpretationError, Primitive, Scalar, SpaceError
from cat_ad.arrows.lifting import lift
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.trees import tree_map
from cat_ad.primitives.contractions import contraction
from cat_ad.readings import intervals
from cat_ad.readings.intervals import function
from cat_ad.readings.intervals.boxes import box, ends
from cat_ad.readings.intervals.rules import rule_for
from cat_ad.readings.intervals.sums import bilinear
from experiments.mlp_names import Flags, mlp
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.boxes import Known, a_box, between
from tests.support.primitives import EXTRA, GAMMAS, INTEGERS, MATRICES, OPEN, PRIMITIVES, I, J, Twin
from tests.support.trees import Tree, Vector, is_float, leaves, point


class N(Dim, size=4):
    """The axis that `each` adds."""


class Open(Dim):
    """As long as its data."""


TWINS = [*PRIMITIVES, *INTEGERS, *GAMMAS, *EXTRA, *OPEN]
EVERY = pytest.mark.parametrize("f", TWINS, ids=str)

WIDE: list[Twin] = [  # beyond the domain in which they are tame
    *(Twin(f, lambda x: x, (-9.0, 9.0)) for f in (c.sin(Float[N]), c.cos(Float[N]), c.reciprocal(Float[N]))),
    *(Twin(c.power(Float[N], n), lambda x: x, (-2.0, 2.0)) for n in (0, 1, 2, 3, 4, -1, -2, -3)),
    *(Twin(c.power(Float[N], n), lambda x: x, (0.0, 2.0)) for n in (0.5, -0.5, 1e-20)),
    Twin(c.scale(Float[N], -0.3), lambda x: x, (-2.0, 2.0)),
    Twin(c.scale(Float[N], 0.0), lambda x: x, (-2.0, 2.0)),
    Twin(c.div(Float[N]), lambda x: x, (-2.0, 2.0)),
    Twin(c.rms_norm(N), lambda x: x, (-2.0, 2.0)),
    Twin(c.softmax(N), lambda x: x, (-30.0, 30.0)),
    Twin(c.cross_entropy(N), lambda x: x, (-30.0, 30.0)),
    Twin(c.causal(N) >> c.each(N, c.softmax(N)), lambda x: x, (-3.0, 3.0)),
    Twin(c.attention_by_parts(N, I, J), lambda x: x, (-3.0, 3.0)),
]


def bounds(f: SomeArrow) -> Callable[[Tree, Tree], tuple[Tree, Tree]]:
    """The same, of an arrow whose objects are not known."""
    run: Callable[[Tree, Tree], tuple[Tree, Tree]] = intervals.bounds(f)
    return run


def assert_inside(inner: tuple[Tree, Tree], outer: tuple[Tree, Tree], tolerance: float = 0.0) -> None:
    """One box lies in another; their integers are the same, and False is below True."""
    for l, least, u, most in zip(*map(list, map(leaves, (inner[0], outer[0], inner[1], outer[1]))), strict=True):
        if is_float(l):
            assert np.all(least <= l + slack(l, tolerance)), "below the bounds"
            assert np.all(u <= most + slack(u, tolerance)), "above the bounds"
            assert np.shape(l) == np.shape(least) == np.shape(most)
        elif l.dtype == np.bool_:
            assert np.all(least <= l)
            assert np.all(u <= most)
        else:
            assert np.all(l == least)
            assert np.all(u == most)


def slack(x: Tree, tolerance: float) -> Tree:
    """By how much each entry may be mistaken: by nothing, if it is infinite."""
    return tolerance * np.where(np.isfinite(x), np.maximum(1.0, abs(x)), 0.0)


def assert_same(left: tuple[Tree, Tree], right: tuple[Tree, Tree], tolerance: float = 1e-12) -> None:
    """Two boxes are one."""
    assert_inside(left, right, tolerance)
    assert_inside(right, left, tolerance)


@pytest.mark.parametrize("f", [*PRIMITIVES, *INTEGERS, *GAMMAS, *OPEN, *WIDE], ids=str)
@settings(max_examples=4, phases=PHASES)
@given(seed=SEEDS)
def test_bounds_of_a_primitive_are_sound(f: Twin, seed: int) -> None:
    """And those of a smaller box are inside."""
    rng = np.random.default_rng(seed)
    lower, upper = a_box(f.arrow.dom, rng, *f.domain)
    found = bounds(f.arrow)(lower, upper)
    with np.errstate(all="ignore"):
        for _ in range(8):
            value = f.arrow(between(lower, upper, rng))
            assert_inside((value, value), found)
    one, other = between(lower, upper, rng), between(lower, upper, rng)
    smaller = tree_map(np.minimum, one, other), tree_map(np.maximum, one, other)
    assert_inside(bounds(f.arrow)(*smaller), found)


@EVERY
def test_bounds_of_a_point_are_the_value(f: Twin) -> None:
    """Nothing is widened without need."""
    a = point(f.arrow.dom, np.random.default_rng(0), *f.domain)
    value = f.arrow(a)
    assert_same(bounds(f.arrow)(a, a), (value, value))


@EVERY
def test_bounds_go_along_an_axis(f: Twin) -> None:
    """Those of `each` are those of each, whatever of the argument has the axis."""
    rng = np.random.default_rng(0)
    ends_ = [a_box(f.arrow.dom, rng, *f.domain) for _ in range(3)]
    integers = ends_[0][0]
    pairs = [tree_map(lambda x, i: x if is_float(x) else i, end, integers) for pair in ends_ for end in pair]
    if not list(leaves(pairs[0])):
        return
    lower, upper = tree_map(lambda *x: np.stack(x), *pairs[::2]), tree_map(lambda *x: np.stack(x), *pairs[1::2])
    found = bounds(lift(Open, f.arrow, True))(lower, upper)
    for n, (l, u) in enumerate(zip(pairs[::2], pairs[1::2], strict=True)):
        row = tree_map(lambda x: x[n], found[0]), tree_map(lambda x: x[n], found[1])  # noqa: B023
        assert_same(row, bounds(f.arrow)(l, u))


# Compositions --------------------------------------------------------------------------------------------------------


def known(f: SomeArrow, lower: Tree, upper: Tree) -> tuple[Tree, Tree]:
    """Bounds, by those."""
    return ends(function(f.to(Known()))(box(f.dom, lower, upper)))


@settings(max_examples=30, phases=PHASES)
@given(data=st.data(), seed=SEEDS)
def test_bounds_of_a_composition_are_sound(data: st.DataObject, seed: int) -> None:
    """Of any arrow that is made of primitives with rules."""
    f = data.draw(twins(data.draw(objects(2)), data.draw(objects(1)), 2))
    rng = np.random.default_rng(seed)
    lower, upper = a_box(f.arrow.dom, rng, *f.domain)
    found = known(f.arrow, lower, upper)
    for _ in range(5):
        value = f.arrow(between(lower, upper, rng))
        assert_inside((value, value), found)


def test_composition_only_widens() -> None:
    """Of x - x nobody remembers that the two are one; the bounds by parts contain those of the whole."""
    lower, upper = np.full(3, -1.0), np.array([1.0, 2.0, 3.0])
    nothing = c.dup(Float[J]) >> c.sub(Float[J])
    assert_same(bounds(nothing)(lower, upper), (lower - upper, upper - lower))
    by_parts = (c.identity(Float[J]) & c.identity(Float[J])) >> c.mul(Float[J])
    assert_inside(bounds(c.power(Float[J], 2))(lower, upper), bounds(by_parts)(lower, upper), 1e-12)


# Parts ---------------------------------------------------------------------------------------------------------------


def test_attention_has_the_bounds_of_its_parts() -> None:
    """For one example, and along an axis."""
    fused, composed = c.attention(N, I, J), c.attention_by_parts(N, I, J)
    lower, upper = a_box(fused.dom, np.random.default_rng(0), -3.0, 3.0)
    assert_same(bounds(fused)(lower, upper), bounds(composed)(lower, upper))
    found = bounds(c.each(I, fused))(np.stack([lower, lower]), np.stack([upper, upper]))
    assert_same((found[0][1], found[1][1]), bounds(composed)(lower, upper))


def test_a_primitive_of_a_user_has_the_bounds_of_its_parts() -> None:
    """And so has its derivative."""
    parts = c.sin(Float[J]) >> c.power(Float[J], 2)
    squared_sine: SomeArrow = c.primitive(
        "squared sine",
        Float[J],
        Float[J],
        lambda x: np.sin(x) ** 2,
        lambda x, y, k: k.scale(np.sin(2 * np.asarray(x))),
        parts=lambda: parts,
    )
    lower, upper = np.array([-1.0, 0.0, 1.0]), np.array([2.0, 0.5, 3.0])
    assert_same(bounds(squared_sine)(lower, upper), bounds(parts)(lower, upper))
    ends_ = (lower, np.ones(3)), (upper, np.ones(3))
    assert_same(bounds(c.reverse_derivative(squared_sine))(*ends_), bounds(c.reverse_derivative(parts))(*ends_))


# Derivatives ---------------------------------------------------------------------------------------------------------

DIFFERENTIABLE = [*PRIMITIVES, *INTEGERS, *MATRICES, *(f for f in WIDE if f.domain != (0.0, 2.0))]


def assert_sound(f: SomeArrow, lower: Tree, upper: Tree, rng: np.random.Generator) -> None:
    """Values at points of a box are within its bounds."""
    found = bounds(f)(lower, upper)
    with np.errstate(all="ignore"):
        for _ in range(5):
            value = f(between(lower, upper, rng))
            assert_inside((value, value), found)


@pytest.mark.parametrize("f", DIFFERENTIABLE, ids=str)
@settings(max_examples=3, phases=PHASES)
@given(seed=SEEDS)
def test_bounds_of_a_derivative_are_sound(f: Twin, seed: int) -> None:
    """Pushed and pulled, of any tangents in a box."""
    rng = np.random.default_rng(seed)
    lower, upper = a_box(f.arrow.dom, rng, *f.domain)
    for derivative, tangents in ((c.tangent(f.arrow), f.arrow.dom), (c.reverse_derivative(f.arrow), f.arrow.cod)):
        least, most = (directed(end) for end in a_box(tangents, rng))
        assert_sound(derivative, (lower, least), (upper, most), rng)


def directed(x: Tree) -> Tree:
    """A tangent in the space itself, where that of an integer is 0."""
    return tree_map(lambda part: part if is_float(part) else np.zeros_like(part), x)


def test_bounds_of_the_gradient_of_a_network_bound_how_fast_it_changes() -> None:
    """|f(x) - f(y)| <= L |x - y|, where L bounds the sum of the sizes of its partial derivatives in a box."""
    model = c.linear(J, N) >> c.tanh(Float[N]) >> c.linear(N, J) >> c.logsumexp(J)
    rng = np.random.default_rng(0)
    weights, x = model.init(rng), rng.normal(size=3)
    slope: SomeArrow = c.gradient_field(model.arrow)
    (_, lower), (_, upper) = bounds(slope)((weights, x - 0.1), (weights, x + 0.1))
    lipschitz = np.maximum(abs(lower), abs(upper)).sum()
    for _ in range(100):
        one, other = (between(x - 0.1, x + 0.1, rng) for _ in range(2))
        assert abs(model(weights, one) - model(weights, other)) <= lipschitz * abs(one - other).max() + 1e-12
    _, at_center = slope((weights, x))
    assert lipschitz <= 2 * abs(at_center).sum(), "no wider than twice what is true at the center"


def test_bounds_of_a_derivative_tell_where_a_function_grows() -> None:
    """x + 2 sin x does between -1 and 1, and x - 2 sin x does not."""
    x, sine = c.identity(Scalar), c.sin(Scalar) >> c.scale(Scalar, 2.0)
    grows, sways = (x & sine) >> c.add(Scalar), (x & sine) >> c.sub(Scalar)
    assert_same(bounds(c.gradient_field(grows))(-1.0, 1.0), (1 + 2 * np.cos(1.0), np.float64(3.0)))
    assert_same(bounds(c.gradient_field(sways))(-1.0, 1.0), (np.float64(-1.0), 1 - 2 * np.cos(1.0)))


# Which rule ----------------------------------------------------------------------------------------------------------


def test_every_primitive_of_the_library_has_a_rule_of_its_own() -> None:
    """But attention, which is read by its parts, and loops, by their bodies."""
    without = {str(f) for f in TWINS if isinstance(f.arrow, Primitive) and not rule_for(f.arrow)}
    assert {name for name in without if not name.startswith(("scan(", "iterate("))} == {"attention"}


def test_a_rule_goes_by_code_and_not_by_name() -> None:
    """A contraction of any name and indices has the rule of all, and what is only called exp has none."""
    outer = contraction("exp", Float[I], Float[J], Float[I, J], "i", "j", "ij")
    assert isinstance(outer, Primitive)
    assert isinstance(CUBE, Primitive)
    assert rule_for(outer) is bilinear
    assert rule_for(CUBE) is None
    assert_same(
        bounds(outer)((-np.ones(2), np.zeros(3)), (np.ones(2), np.ones(3))), (-np.ones((2, 3)), np.ones((2, 3)))
    )


# Tight ---------------------------------------------------------------------------------------------------------------

LOWER, UPPER = np.array([-1.0, 0.5, 2.0]), np.array([-0.5, 1.0, 9.0])
TIGHT: dict[str, tuple[SomeArrow, Vector, Vector]] = {
    "exp": (c.exp(Float[J]), np.exp(LOWER), np.exp(UPPER)),
    "negate": (c.negate(Float[J]), -UPPER, -LOWER),
    "scale": (c.scale(Float[J], -2.0), -2 * UPPER, -2 * LOWER),
    "reciprocal": (c.reciprocal(Float[J]), 1 / UPPER, 1 / LOWER),
    "square": (c.power(Float[J], 2), np.array([0.25, 0.25, 4.0]), np.array([1.0, 1.0, 81.0])),
    "cube": (c.power(Float[J], 3), LOWER**3, UPPER**3),
    "inverse square": (c.power(Float[J], -2), np.array([1.0, 1.0, 1 / 81]), np.array([4.0, 4.0, 0.25])),
    "sin": (c.sin(Float[J]), np.array([np.sin(-1.0), np.sin(0.5), -1.0]), np.array([np.sin(-0.5), np.sin(1.0), 1.0])),
    "cos": (c.cos(Float[J]), np.array([np.cos(-1.0), np.cos(1.0), -1.0]), np.array([np.cos(-0.5), np.cos(0.5), 1.0])),
    "total": (c.total(Float[J]), LOWER.sum(), UPPER.sum()),
    "logsumexp": (c.logsumexp(J), np.log(np.exp(LOWER).sum()), np.log(np.exp(UPPER).sum())),
}


@pytest.mark.parametrize(("f", "lower", "upper"), TIGHT.values(), ids=TIGHT)
def test_bounds_are_tight(f: SomeArrow, lower: Vector, upper: Vector) -> None:
    """They are the least and the greatest value."""
    assert_same(bounds(f)(LOWER, UPPER), (lower, upper))


@pytest.mark.parametrize("f", [c.softmax(J), c.log_softmax(J), c.rms_norm(J)], ids=str)
def test_bounds_of_a_row_are_tight(f: SomeArrow) -> None:
    """Each is the value at some point: the least and the greatest of many, with one more step towards each."""
    lower, upper = bounds(f)(LOWER, UPPER)
    ends_ = np.stack(np.meshgrid(*zip(LOWER, [-0.5, 0.5, 2.0], UPPER, strict=True)), -1).reshape(-1, 3)
    values = np.stack([f(x) for x in ends_])
    assert_same((lower, upper), (values.min(axis=0), values.max(axis=0)))


@pytest.mark.parametrize("f", [c.matmul(I, J, I), c.matvec(J, I), c.dot(J)], ids=str)
def test_bounds_of_a_product_with_exact_weights_are_tight(f: SomeArrow) -> None:
    """By the signs of the weights."""
    rng = np.random.default_rng(0)
    (w, l), (_, u) = point(f.dom, rng), point(f.dom, rng)
    l, u = np.minimum(l, u), np.maximum(l, u)
    plus, minus = np.maximum(w, 0.0), np.minimum(w, 0.0)
    assert_same(bounds(f)((w, l), (w, u)), (plus @ l + minus @ u, plus @ u + minus @ l))


@settings(max_examples=15, phases=PHASES)
@given(seed=SEEDS)
def test_bounds_of_a_product_of_boxes_are_at_most_twice_as_wide(seed: int) -> None:
    """As the least and the greatest, which are found at the corners, as for `mul`; where one has one sign, no wider."""
    f, rng = c.dot(J), np.random.default_rng(seed)
    (u, v), (w, x) = a_box(f.dom, rng)
    for lower, upper, factor in (((u, v), (w, x), 2), ((abs(u), v), (abs(u) + w - u, x), 1)):
        least, most = (end.sum() for end in bounds(c.mul(Float[J]))(lower, upper))
        found = bounds(f)(lower, upper)
        assert_inside((least, most), found)
        assert found[1] - found[0] <= factor * (most - least) + 1e-12


def test_nothing_is_known_of_a_pole() -> None:
    """Bounds there are infinite, and no warning is raised; nor where a value is too great."""
    everything = -np.inf, np.inf
    for lower, upper in ((-1.0, 1.0), (0.0, 1.0), (-1.0, -0.0), (-0.0, 0.0)):  # zero has two signs
        assert bounds(c.reciprocal(Scalar))(lower, upper) == everything
        assert bounds(c.power(Scalar, -3))(lower, upper) == everything
        assert bounds(c.div(Scalar))((1.0, lower), (1.0, upper)) == everything
    assert_same(bounds(c.power(Scalar, -2))(-1.0, 2.0), (np.float64(0.25), np.float64(np.inf)))
    assert_same(bounds(c.exp(Scalar) >> c.exp(Scalar))(0.0, 9.0), (np.float64(np.e), np.float64(np.inf)))
    assert bounds(c.reciprocal(Scalar) >> c.sin(Scalar))(-1.0, 1.0) == (-1.0, 1.0)
    assert bounds(c.reciprocal(Scalar) >> c.scale(Scalar, 0.0))(-1.0, 1.0) == (0.0, 0.0)  # as 0 / x is, where it is


def test_outside_its_domain_a_function_goes_on_as_at_the_nearest_point() -> None:
    """So bounds are those of the values that there are, and a smaller box has no larger ones."""
    assert_same(bounds(c.reciprocal(Scalar) >> c.power(Scalar, 0.5))(-1.0, 4.0), (np.float64(0.0), np.float64(np.inf)))
    greatest = np.finfo(np.float64).max
    for lower, upper in ((-4.0, 4.0), (-4.0, -1.0)):
        upper_root = np.float64(max(upper, 0.0) ** 0.5)
        for root in (c.sqrt(Scalar), c.power(Scalar, 0.5)):
            assert_same(bounds(root)(lower, upper), (np.float64(0.0), upper_root))
        low, high = bounds(c.log(Scalar))(lower, upper)
        assert low == -np.inf
        assert np.isclose(high, np.log(upper) if upper > 0 else -greatest)


def test_single_precision_stays() -> None:
    """Bounds are as precise as the box."""
    for f in PRIMITIVES:
        if str(f) != "constant":
            a = tree_map(
                lambda x: x.astype(np.float32) if is_float(x) else x,
                point(f.arrow.dom, np.random.default_rng(0), *f.domain),
            )
            assert {x.dtype for x in leaves(bounds(f.arrow)(a, a)) if is_float(x)} <= {np.dtype(np.float32)}


# A model -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0.0, 1e-3, 0.05])
def test_bounds_of_a_model_hold_for_all_parameters_in_a_box(size: float) -> None:
    """The network that invents names, its embeddings and weights perturbed: its scores, and its loss."""
    model: Any = mlp(Flags(hidden=16))  # Any: its sizes come from flags
    rng = np.random.default_rng(0)
    params, contexts = model.model.init(rng), rng.integers(0, 27, (4, 3))
    loss = contexts, rng.integers(0, 27, 4)
    lower, upper = (tree_map(lambda x: x + step, params) for step in (-size, size))  # noqa: B023
    arrows: list[tuple[SomeArrow, Tree]] = [(model.model.arrow, contexts[0]), (model.loss.arrow, loss)]
    for arrow, a in arrows:
        found = bounds(arrow)((lower, a), (upper, a))
        for _ in range(10):
            value = arrow((between(lower, upper, rng), a))
            assert_inside((value, value), found)
        assert size or np.allclose(*found, atol=1e-12)
        assert np.all(np.isfinite(found))


def test_an_embedding_that_is_perturbed_moves_what_reads_it() -> None:
    """Bounds are wide only where a symbol is read whose row is not exact."""
    model: Any = mlp(Flags(hidden=16))  # Any: its sizes come from flags
    (table, hidden), output = model.model.init(np.random.default_rng(0))
    exactly = (table, hidden), output
    moved = (table + (np.arange(27) == 5)[:, None] * 0.1, hidden), output
    run = bounds(model.model.arrow)
    for contexts, exact in (([1, 2, 3], True), ([1, 5, 3], False)):
        lower, upper = run((exactly, np.array(contexts)), (moved, np.array(contexts)))
        assert bool(np.allclose(lower, upper, atol=1e-12)) is exact


# Errors --------------------------------------------------------------------------------------------------------------

UPSIDE_DOWN: dict[str, tuple[SomeArrow, Tree, Tree, str]] = {
    "a number": (c.exp(Scalar), 1.0, 0.0, r"bounds\(exp: .*\): wanted lower <= upper, got intervals upside down"),
    "an entry": (c.add(Float[J]), (np.ones(3), np.ones(3)), (np.ones(3), np.array([1.0, 2.0, 0.5])), "factor 2, entry"),
    "nan": (c.exp(Scalar), np.nan, 1.0, "upside down .or nan.; give the lower first"),
    "shape": (c.exp(Float[Open]), np.zeros(3), np.ones(4), r"wanted lower and upper of one shape, got \[3\] and \[4\]"),
    "wrong shape": (c.exp(Float[J]), np.zeros(4), np.ones(4), r"wanted Float\[J=3\], got float64\[4\]"),
    "integers": (c.lookup(I, J), (np.zeros((2, 3)), 0), (np.ones((2, 3)), 1), "factor 2, wanted the same integers"),
}


@pytest.mark.parametrize(("f", "lower", "upper", "message"), UPSIDE_DOWN.values(), ids=UPSIDE_DOWN)
def test_what_is_no_box_is_refused(f: SomeArrow, lower: Tree, upper: Tree, message: str) -> None:
    """The error says where."""
    with pytest.raises(SpaceError, match=message):
        bounds(f)(lower, upper)


def test_only_arrows_have_bounds() -> None:
    """A factory makes one."""
    with pytest.raises(SpaceError, match=r"bounds: wanted an arrow, got function; linear makes arrows; write linear"):
        bounds(c.linear)  # type: ignore[arg-type]  # on purpose


CUBE: SomeArrow = c.primitive("exp", Scalar, Scalar, lambda x: x**3, lambda a, b, k: k.scale(3 * a**2))
CLIPPED: SomeArrow = c.primitive(
    "clipped",
    Float[J],
    Float[J],
    lambda x: np.clip(x, -1, 1),
    lambda x, y, k: k.linear_map(lambda d: d * (abs(np.asarray(x)) < 1), lambda d: d * (abs(np.asarray(x)) < 1)),
)
FLIPPED: SomeArrow = c.primitive(
    "total",
    Float[J],
    Scalar,
    lambda x: -x.sum(axis=-1),
    lambda x, y, k: k.linear_map(lambda d: -d.sum(axis=-1), lambda d: -np.full(3, d)),
    constant_derivative=True,
)
WITHOUT_RULE: dict[str, tuple[SomeArrow, str, str]] = {
    "a name of ours": (c.sin(Scalar) >> CUBE, "exp", "exp"),
    "a forward derivative": (c.tangent(CLIPPED), "clipped", "clipped"),
    "a derivative in bulk": (c.reverse_derivative(CLIPPED), "clipped", "clipped"),
    "a linear map that is negative": (c.reverse_derivative(FLIPPED), "total", "total"),
}


@pytest.mark.parametrize(("f", "found", "user"), WITHOUT_RULE.values(), ids=WITHOUT_RULE)
def test_what_has_neither_rule_nor_parts_has_no_bounds(f: SomeArrow, found: str, user: str) -> None:
    """The error names the primitive of a user, even if it has the name of one of ours, and tells what to do."""
    with pytest.raises(InterpretationError) as caught:
        bounds(f)
    assert str(caught.value) == (
        f"wanted {found} read in Intervals, but it has no rule for bounds; "
        f"give the parts of {user}: primitive(..., parts=...), or Intervals.rules[...]"
    )
