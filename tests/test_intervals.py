"""Bounds are sound: what an arrow gives for any point of a box is within them; and they are no wider than need be."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import cat_ad as c
from cat_ad import Dim, Float, Hom, InterpretationError, Primitive, Scalar, SpaceError, intervals
from cat_ad.arrow import SomeArrow
from cat_ad.category import A, B, Sample, laws
from cat_ad.intervals import Interval, Intervals, function, hom
from cat_ad.intervals.boxes import Bounds, box, ends
from cat_ad.intervals.rules import monotone
from cat_ad.lifting import lift
from cat_ad.trees import tree_map
from experiments.mlp_names import Flags, mlp
from tests.support import codiscrete
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.codiscrete import Codiscrete
from tests.support.primitives import EXTRA, INTEGERS, OPEN, PRIMITIVES, I, J, Twin
from tests.support.trees import Tree, Vector, is_float, leaves, point


class N(Dim, size=4):
    """The axis that `each` adds."""


class Open(Dim):
    """As long as its data."""


WITHOUT_RULE = ("attention",)
TWINS = [f for f in (*PRIMITIVES, *INTEGERS, *EXTRA, *OPEN) if repr(f) not in WITHOUT_RULE]
EVERY = pytest.mark.parametrize("f", TWINS, ids=repr)

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


def between(lower: Tree, upper: Tree, rng: np.random.Generator) -> Tree:
    """A point of a box: each entry anywhere, or at an end."""

    def chosen(l: Tree, u: Tree) -> Tree:
        if not is_float(l):
            return l
        part = np.where(rng.random(l.shape) < 1 / 3, rng.integers(0, 2, l.shape), rng.random(l.shape))
        return np.clip(l + part * (u - l), l, u)

    return tree_map(chosen, lower, upper)


def a_box(f: Twin, rng: np.random.Generator) -> tuple[Tree, Tree]:
    """The ends of a box in the domain, some of whose sides are short, and some none."""
    low, high = f.domain
    one, other = point(f.arrow.dom, rng, low, high), point(f.arrow.dom, rng, low, high)

    def nearer(x: Tree, y: Tree) -> Tree:
        return x + (y - x) * rng.choice([0.0, 0.01, 0.3, 1.0], x.shape) if is_float(x) else x

    other = tree_map(nearer, one, other)
    return tree_map(np.minimum, one, other), tree_map(np.maximum, one, other)


def assert_inside(inner: tuple[Tree, Tree], outer: tuple[Tree, Tree], tolerance: float = 1e-9) -> None:
    """One box lies in another; their integers are the same."""
    for l, least, u, most in zip(*map(list, map(leaves, (inner[0], outer[0], inner[1], outer[1]))), strict=True):
        if is_float(l):
            assert np.all(least <= l + slack(l, tolerance)), "below the bounds"
            assert np.all(u <= most + slack(u, tolerance)), "above the bounds"
            assert np.shape(l) == np.shape(least) == np.shape(most)
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


@pytest.mark.parametrize("f", [*TWINS, *WIDE], ids=repr)
@settings(max_examples=8, phases=PHASES)
@given(seed=SEEDS)
def test_bounds_of_a_primitive_are_sound(f: Twin, seed: int) -> None:
    """And those of a smaller box are inside."""
    rng = np.random.default_rng(seed)
    lower, upper = a_box(f, rng)
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
    ends_ = [a_box(f, rng) for _ in range(3)]
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


def stretched(x: Bounds, low: float, high: float) -> Bounds:
    """From between -1 and 1 to between two numbers."""
    lower, upper = (low + (high - low) * (end + 1) / 2 for end in (x.lower, x.upper))
    return Bounds(lower, upper)


class Known(Intervals):
    """Intervals that know the primitives which the tests make as users, too."""

    def primitive(self, arrow: Primitive[A, B]) -> Hom[Interval, A, B]:
        """`spread` goes one way in each entry, and `between` is a sine, shifted and scaled."""
        value: Callable[[Tree], Tree] = arrow.value
        if arrow.name == "spread" and arrow.dom is Scalar:
            return hom(lambda x: Bounds(*monotone(value, x)))
        if arrow.name == "between":
            low, high = value(-np.pi / 2), value(np.pi / 2)
            sine = function(c.sin(arrow.dom).to(Intervals()))
            return hom(lambda x: stretched(sine(x), low, high))
        return super().primitive(arrow)


def known(f: SomeArrow, lower: Tree, upper: Tree) -> tuple[Tree, Tree]:
    """Bounds, by those."""
    return ends(function(f.to(Known()))(box(f.dom, lower, upper)))


@settings(max_examples=60, phases=PHASES)
@given(data=st.data(), seed=SEEDS)
def test_bounds_of_a_composition_are_sound(data: st.DataObject, seed: int) -> None:
    """Of any arrow that is made of primitives with rules."""
    f = data.draw(twins(data.draw(objects(2)), data.draw(objects(1)), 2))
    assume("attention" not in repr(f))
    rng = np.random.default_rng(seed)
    lower, upper = a_box(f, rng)
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
    assert_inside(bounds(c.power(Float[J], 2))(lower, upper), bounds(by_parts)(lower, upper))


@settings(max_examples=25, phases=PHASES)
@given(data=st.data(), seed=SEEDS)
def test_every_law_holds(data: st.DataObject, seed: int) -> None:
    """Both sides of each law have the same bounds."""
    a, b, d, e = (data.draw(objects(2 if n == 1 else 1)) for n in range(4))
    ways = (a, b), (b, d), (d, e), (a, d), (d, b), (a, b)
    path = [data.draw(twins(*way, fuel=1)).arrow for way in ways]
    assume("attention" not in repr(path))
    of_category = Sample(a, b, d, e, *(f.to(Known()) for f in path))
    of_objects: Any = Sample(a, b, d, e, *(codiscrete.hom(f.dom, f.cod) for f in path))  # Any: as in test_laws
    for law in laws(Intervals):
        start, _ = codiscrete.ends(law(Codiscrete(), of_objects)[0])
        lower, upper = a_box(Twin(c.identity(start), lambda x: x), np.random.default_rng(seed))
        left, right = (ends(function(side)(box(start, lower, upper))) for side in law(Known(), of_category))
        assert_same(left, right)


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


@pytest.mark.parametrize("f", [c.softmax(J), c.log_softmax(J), c.rms_norm(J)], ids=repr)
def test_bounds_of_a_row_are_tight(f: SomeArrow) -> None:
    """Each is the value at some point: the least and the greatest of many, with one more step towards each."""
    lower, upper = bounds(f)(LOWER, UPPER)
    ends_ = np.stack(np.meshgrid(*zip(LOWER, [-0.5, 0.5, 2.0], UPPER, strict=True)), -1).reshape(-1, 3)
    values = np.stack([f(x) for x in ends_])
    assert_same((lower, upper), (values.min(axis=0), values.max(axis=0)))


@pytest.mark.parametrize("f", [c.matmul(I, J, I), c.matvec(J, I), c.dot(J)], ids=repr)
def test_bounds_of_a_product_with_exact_weights_are_tight(f: SomeArrow) -> None:
    """By the signs of the weights."""
    rng = np.random.default_rng(0)
    (w, l), (_, u) = point(f.dom, rng), point(f.dom, rng)
    l, u = np.minimum(l, u), np.maximum(l, u)
    plus, minus = np.maximum(w, 0.0), np.minimum(w, 0.0)
    assert_same(bounds(f)((w, l), (w, u)), (plus @ l + minus @ u, plus @ u + minus @ l))


@settings(max_examples=30, phases=PHASES)
@given(seed=SEEDS)
def test_bounds_of_a_product_of_boxes_are_at_most_half_as_wide_again(seed: int) -> None:
    """Than the least and the greatest, which are found at the corners, as for `mul`."""
    f = Twin(c.dot(J), lambda x: x)
    lower, upper = a_box(f, np.random.default_rng(seed))
    least, most = (end.sum() for end in bounds(c.mul(Float[J]))(lower, upper))
    found = bounds(f.arrow)(lower, upper)
    assert_inside((least, most), found)
    assert found[1] - found[0] <= 1.5 * (most - least) + 1e-12


def test_nothing_is_known_of_a_pole() -> None:
    """Bounds there are infinite, and no warning is raised; nor where there is no value, or too great a one."""
    everything = np.float64(-np.inf), np.float64(np.inf)
    assert bounds(c.reciprocal(Scalar))(-1.0, 1.0) == everything
    assert bounds(c.div(Scalar))((1.0, 0.0), (1.0, 1.0)) == everything
    assert bounds(c.power(Scalar, -2))(-1.0, 2.0) == (0.25, np.inf)
    assert bounds(c.log(Scalar))(-1.0, 1.0) == (-np.inf, 0.0)
    assert bounds(c.log(Scalar))(-2.0, -1.0) == everything
    assert bounds(c.exp(Scalar) >> c.exp(Scalar))(0.0, 9.0) == (np.e, np.inf)
    assert bounds(c.reciprocal(Scalar) >> c.sin(Scalar))(-1.0, 1.0) == (-1.0, 1.0)
    assert bounds(c.reciprocal(Scalar) >> c.scale(Scalar, 0.0))(-1.0, 1.0) == everything


def test_single_precision_stays() -> None:
    """Bounds are as precise as the box."""
    for f in PRIMITIVES:
        if repr(f) not in (*WITHOUT_RULE, "constant"):
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
    """A parametrised one has an arrow."""
    model: Any = c.linear(I, J)  # Any: what a type checker refuses is the point
    with pytest.raises(SpaceError, match=r"bounds: wanted an arrow, got Para; .* pass its .arrow"):
        bounds(model)


@pytest.mark.parametrize("name", ["cube", "exp"])
def test_what_has_no_rule_has_no_bounds(name: str) -> None:
    """The error names the primitive of a user, even if it has the name of one of ours."""
    cube: SomeArrow = c.primitive(name, Scalar, Scalar, lambda x: x**3, lambda a, b, k: k.scale(3 * a**2))
    with pytest.raises(InterpretationError) as caught:
        bounds(c.sin(Scalar) >> cube)
    assert str(caught.value) == (
        f"wanted {name} read in Intervals, but it has no rule for bounds; "
        "compose it of arrows that have one, or define it in a subclass"
    )


def test_attention_is_bounded_by_parts() -> None:
    """The error says so."""
    with pytest.raises(InterpretationError, match=r"wanted attention read in Intervals, .*; use `attention_by_parts`"):
        bounds(c.attention(J, I, J))
