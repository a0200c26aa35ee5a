"""Lenses: a category that reverse mode maps into, and the laws of a view where they hold and where they do not."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cat_ad import (
    CompositionError,
    Dim,
    Float,
    Scalar,
    SpaceError,
    assoc_l,
    dup,
    exl,
    linear,
    mul,
    negate,
    primitive,
    reverse,
    swap,
    tanh,
)
from cat_ad import identity as identity_arrow
from cat_ad.learning.lenses import Lens, first, get_put, identity, lens, put_get, put_put, second
from cat_ad.learning.optimizers import sgd
from cat_ad.objects.spaces import product
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.primitives import Twin
from tests.support.trees import Tree, assert_close, coordinates, numbers, point, with_coordinates

SomeLens: TypeAlias = Lens[Any, Any, Any, Any]  # Any: a law holds for all objects
Bad: TypeAlias = Any  # Any: what a type checker refuses is the point of some tests


class I(Dim, size=2):  # noqa: E742  (a dimension, as everywhere)
    """Two."""


class J(Dim, size=3):
    """Three."""


@st.composite
def paths(draw: st.DrawFn) -> tuple[SomeLens, SomeLens, SomeLens]:
    """Lenses A to B to C to D, with the tangents of the values on the way back."""
    a, b, c, d = (draw(objects(draw(st.integers(0, 1)))) for _ in range(4))
    f, g, h = (draw(twins(*way, fuel=1)) for way in ((a, b), (b, c), (c, d)))
    return lens(f.arrow), lens(g.arrow), lens(h.arrow)


@st.composite
def composable(draw: st.DrawFn) -> tuple[Twin, Twin]:
    """Two arrows, of which the second begins where the first ends."""
    a, b, c = (draw(objects(1)) for _ in range(3))
    return draw(twins(a, b, fuel=1)), draw(twins(b, c, fuel=1))


def assert_same(f: SomeLens, g: SomeLens, seed: int) -> None:
    """Two lenses of values there and tangents back go between the same objects, and do the same."""
    assert f.dom == g.dom
    assert f.cod == g.cod
    rng = np.random.default_rng(seed)
    a = point(f.dom[0], rng)
    (b, back), (same_b, same_back) = f.run(a), g.run(a)
    assert_close(numbers(b), numbers(same_b), 1e-12, "get", floor=1.0)
    db = with_coordinates(b, rng.normal(size=coordinates(b, b).size), integer=False)
    assert_close(coordinates(a, back(db)), coordinates(a, same_back(db)), 1e-12, "put", floor=1.0)


EXAMPLES = settings(max_examples=25, phases=PHASES)


@EXAMPLES
@given(path=paths(), seed=SEEDS)
def test_lenses_are_a_category(path: tuple[SomeLens, SomeLens, SomeLens], seed: int) -> None:
    """id ; f = f = f ; id, and (f ; g) ; h = f ; (g ; h)."""
    f, g, h = path
    assert_same(identity(*f.dom) >> f, f, seed)
    assert_same(f >> identity(*f.cod), f, seed)
    assert_same((f >> g) >> h, f >> (g >> h), seed)


@EXAMPLES
@given(left=paths(), right=paths(), seed=SEEDS)
def test_lenses_go_side_by_side(left: Bad, right: Bad, seed: int) -> None:
    """id * id = id, and (f ; g) * (h ; k) = f * h ; g * k."""
    (f, g, _), (h, k, _) = left, right
    (s, t), (u, v) = f.dom, h.dom
    assert_same(identity(s, t) * identity(u, v), identity(product(s, u), product(t, v)), seed)
    assert_same((f >> g) * (h >> k), f * h >> g * k, seed)


@EXAMPLES
@given(fg=composable(), seed=SEEDS)
def test_reverse_mode_is_a_functor(fg: tuple[Twin, Twin], seed: int) -> None:
    """The chain rule is the composition of lenses; and cross is side by side."""
    f, g = (twin.arrow for twin in fg)
    assert_same(lens(identity_arrow(f.dom)), identity(f.dom, f.dom), seed)
    assert_same(lens(f >> g), lens(f) >> lens(g), seed)
    assert_same(lens(f * g), lens(f) * lens(g), seed)


@EXAMPLES
@given(fg=composable(), seed=SEEDS)
def test_the_lens_of_an_arrow_is_its_reverse(fg: tuple[Twin, Twin], seed: int) -> None:
    """get is the value, put the transposed derivative; `get_and_put` is both."""
    f, rng = fg[0].arrow, np.random.default_rng(seed)
    a = point(f.dom, rng)
    b, pull = reverse(f)(a)
    db = with_coordinates(b, rng.normal(size=coordinates(b, b).size), integer=False)
    value, back = lens(f).get_and_put(a, db)
    for found, wanted in ((lens(f).get(a), b), (value, b)):
        assert numbers(found).tobytes() == numbers(wanted).tobytes()
    for found in (lens(f).put(a, db), back):
        assert coordinates(a, found).tobytes() == coordinates(a, pull(db)).tobytes()


def test_the_way_back_shares_the_work_of_the_way_there() -> None:
    """Each value is computed once, in a composition too."""
    calls: list[float] = []

    def value(x: Tree) -> Tree:
        calls.append(float(x))
        return x * x

    square = primitive("square", Scalar, Scalar, value, lambda x, y, k: k.scale(2 * x))
    squares = lens(square) >> lens(square)
    b, db = squares.get_and_put(*numbers_of(3.0, 1.0))
    assert (float(b), float(db)) == (81.0, 108.0)
    assert calls == [3.0, 9.0]


def numbers_of(*xs: float) -> Tree:
    """Scalars."""
    return tuple(np.asarray(x) for x in xs)


# The laws of a view --------------------------------------------------------------------------------------------------

PAIR = product(Scalar, Scalar)
DEEP = product(PAIR, Scalar)

VIEWS: dict[str, Any] = {  # Any: lenses between many objects
    "id": identity(DEEP, DEEP),
    "first": first(PAIR, Scalar),
    "second": second(Float[I], PAIR),
    "first of the first": first(PAIR, Scalar) >> first(Scalar, Scalar),
    "second of the first": first(PAIR, Scalar) >> second(Scalar, Scalar),
    "side by side": first(Scalar, Float[I]) * second(Float[J], Scalar),
    "lens of swap": lens(swap(Float[I], Scalar)),
    "lens of assoc_l": lens(assoc_l(Scalar, Float[I], Scalar)),
    "lens of negate": lens(negate(Float[I])),
    "a view of a lens of an arrow": lens(swap(Float[I], PAIR)) >> first(PAIR, Float[I]) >> lens(swap(Scalar, Scalar)),
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
@settings(max_examples=10, phases=PHASES)
@given(seed=SEEDS)
def test_views_have_the_laws_of_a_view(view: Any, seed: int) -> None:
    """What is projected is replaced, and what is moved is moved back, in compositions too."""
    rng = np.random.default_rng(seed)
    s, a, b = point(view.dom[0], rng), point(view.cod[0], rng), point(view.cod[0], rng)
    for left, right in (get_put(view, s), put_get(view, s, a), put_put(view, s, a, b)):
        assert same(left, right)


def same(left: Tree, right: Tree) -> bool:
    """Equal structure and equal numbers."""
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(map(same, left, right))
    return np.array_equal(left, right)


def laws_of(view: Any, s: Tree, a: Tree, b: Tree) -> dict[str, bool]:
    """Which laws hold at these values."""
    return {
        "get_put": same(*get_put(view, s)),
        "put_get": same(*put_get(view, s, a)),
        "put_put": same(*put_put(view, s, a, b)),
    }


def test_backpropagation_is_no_view() -> None:
    """Put gives a change, which is not a new value: of x^2 at 3, from 9 comes 54, and not 3."""
    square = lens(dup(Scalar) >> mul(Scalar))
    assert laws_of(square, *numbers_of(3.0, 2.0, 5.0)) == {"get_put": False, "put_get": False, "put_put": False}
    assert float(square.put(*numbers_of(3.0, 9.0))) == 54.0


def test_a_projection_that_puts_zeros_is_no_view() -> None:
    """`lens(exl)` forgets the second, which `first` keeps; that it is linear gives it the other two laws."""
    forgetful = lens(exl(Scalar, Scalar))
    s, (a, b) = numbers_of(1.0, 2.0), numbers_of(5.0, 7.0)
    assert laws_of(forgetful, s, a, b) == {"get_put": False, "put_get": True, "put_put": True}
    assert laws_of(first(Scalar, Scalar), s, a, b) == {"get_put": True, "put_get": True, "put_put": True}
    assert same(forgetful.put(s, a), (a, np.asarray(0.0)))


@pytest.mark.parametrize("momentum", [0.0, 0.5])
def test_an_optimiser_is_no_view(momentum: float) -> None:
    """It counts its steps, and moves by what is put instead of to it."""
    optimizer = sgd(0.5, momentum)
    descent, (x, one, two) = optimizer.lens(Scalar), numbers_of(1.0, 1.0, 2.0)
    start: Tree = (optimizer.init(x), x)
    (state, moved), (same_state, stayed) = get_put(descent, start)
    assert (state.steps, float(moved)) == (1, 0.5)
    assert (same_state.steps, float(stayed)) == (0, 1.0)
    assert not same(*put_get(descent, start, one))
    (twice, far), (once, near) = put_put(descent, start, one, two)
    assert (twice.steps, once.steps) == (2, 1)
    assert far != near


# Errors --------------------------------------------------------------------------------------------------------------

WRONG: dict[str, tuple[Callable[[], object], type[Exception], str]] = {
    "composition there": (
        lambda: lens(tanh(Float[I])) >> lens(BAD["wider"]),
        CompositionError,
        r"^cannot compose lens\(tanh\) >> lens\(tanh\): there, the first ends in Float\[I\], the second begins at "
        r"Float\[J\]; dimension 1: I=2 is not J=3$",
    ),
    "composition back": (
        lambda: identity(Scalar, Float[I]) >> identity(Scalar, BAD["object"]),
        CompositionError,
        r"back, the first begins at Float\[I\], the second ends in Float\[J\]; dimension 1: I=2 is not J=3$",
    ),
    "a factory": (
        lambda: lens(BAD["factory"]),
        SpaceError,
        r"^lens: wanted an arrow, got function; linear makes arrows; write linear\(",
    ),
    "no arrow": (lambda: lens(BAD["number"]), SpaceError, "^lens: wanted an arrow, got float"),
    "get of another shape": (lambda: lens(tanh(Float[I])).get(BAD["vector"]), SpaceError, r"wanted Float\[I=2\]"),
    "put of another shape": (
        lambda: lens(tanh(Float[I])).put(np.ones(2), BAD["vector"]),  # type: ignore[arg-type]  # not checked
        SpaceError,
        r"wanted a tangent of Float\[I\], float64\[2\], got float64\[3\]",
    ),
    "no pair there": (lambda: PARALLEL.get(BAD["vector"]), SpaceError, r"wanted a pair, got float64\[3\]$"),
    "no pair back": (lambda: PARALLEL.put((1.0, 2.0), BAD["number"]), SpaceError, "wanted a pair, got float$"),
    "no pair for first": (lambda: first(Scalar, Scalar).get(BAD["vector"]), SpaceError, "^first: wanted a pair"),
    "no pair for second": (lambda: second(Scalar, Scalar).get(BAD["triple"]), SpaceError, "^second: wanted a pair"),
    "no lens after": (lambda: PARALLEL >> BAD["number"], CompositionError, "^cannot compose .*"),
    "no lens beside": (lambda: PARALLEL * BAD["number"], CompositionError, "^cannot compose .*"),
}
BAD: dict[str, Bad] = {
    "number": 2.5,
    "vector": np.full(3, 12345.678),
    "triple": (1.0, 2.0, 3.0),
    "factory": linear,
    "wider": tanh(Float[J]),
    "object": Float[J],
}
PARALLEL: Any = lens(negate(Scalar)) * lens(negate(Scalar))


@pytest.mark.parametrize(("ask", "error", "words"), WRONG.values(), ids=WRONG)
def test_errors_say_what_is_wrong(ask: Callable[[], object], error: type[Exception], words: str) -> None:
    """Each is typed, names what was asked and what was found, and prints no numbers of an array."""
    with pytest.raises(error, match=words) as caught:
        ask()
    assert "12345" not in str(caught.value)
