"""Syntax: what an expression prints, and that reading it in a category of linear maps is functorial."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cat_ad as c
from cat_ad import (
    Additive,
    D,
    Dim,
    Dual,
    Float,
    InterpretationError,
    Scalar,
    SpaceError,
    check,
    identity,
    primitive,
)
from cat_ad.arrows.terms import SomeArrow
from cat_ad.categories import codiscrete
from cat_ad.categories.biproduct import begun_with, ended_with
from cat_ad.categories.category import SomeHom
from cat_ad.categories.codiscrete import Codiscrete, ends
from cat_ad.categories.functions import Functions
from cat_ad.categories.indexed import Two
from cat_ad.categories.laws import associativity, chain_composes, laws
from cat_ad.derivatives.chain_rule import function
from cat_ad.linear_maps import additive, dual
from cat_ad.readings.syntax import Expression, Syntax, Written, expression, expression_of, hom
from tests.categories.test_laws import LINEAR, sample
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.matrices import REPRESENTATIONS
from tests.support.primitives import I, J, Twin
from tests.support.seen import read, seen
from tests.support.trees import Tree, assert_close, point

SYNTAX = Syntax()
Some = SomeHom[Written]


@st.composite
def arrows(draw: st.DrawFn) -> Twin:
    """An arrow between two objects, of which one is two deep."""
    return draw(twins(draw(objects(1)), draw(objects(2)), fuel=2))


@settings(max_examples=12, phases=PHASES)
@given(f=arrows(), seed=SEEDS)
def test_a_written_derivative_read_in_k_is_the_derivative_in_k(f: Twin, seed: int) -> None:
    """D(Syntax()), then to k, is D(k); and so by `expression`, which gives bulk linear maps their names."""
    x = point(f.arrow.dom, np.random.default_rng(seed))
    _, written = function(f.arrow.to(D(SYNTAX)))(x)
    for k in LINEAR:
        _, derivative = function(f.arrow.to(D(k)))(x)
        for e in (expression_of(written), expression(f.arrow)(x)):
            sides = e.to(k), derivative
            left, right = (seen(k, h, f.arrow.dom, f.arrow.cod, np.random.default_rng(seed)) for h in sides)
            assert_close(left, right, 1e-12, f"{k!r}: {e}", floor=1.0)


@st.composite
def paths(draw: st.DrawFn) -> tuple[Twin, ...]:
    """Arrows A to B to C to D, and then A to C, C to B and A to B."""
    a, b, c, d = (draw(objects(draw(st.integers(0, 1)))) for _ in range(4))
    return tuple(draw(twins(*way, fuel=1)) for way in ((a, b), (b, c), (c, d), (a, c), (c, b), (a, b)))


@settings(max_examples=5, phases=PHASES)
@given(path=paths(), seed=SEEDS)
def test_every_word_is_read_as_the_operation_that_it_names(path: tuple[Twin, ...], seed: int) -> None:
    """Each side of each law of linear maps, written with expressions and read in k, is that side in k."""
    names = [f.arrow for f in path]
    of_objects = sample(names, *(codiscrete.hom(f.dom, f.cod) for f in names))
    of_syntax = sample(names, *(read(SYNTAX, f, np.random.default_rng(seed)) for f in names))
    for k in REPRESENTATIONS:
        of_k = sample(names, *(read(k, f, np.random.default_rng(seed)) for f in names))
        for law in laws(Syntax):
            a, b = ends(law(Codiscrete(), of_objects)[0])
            for side, own in zip(law(SYNTAX, of_syntax), law(k, of_k), strict=True):
                e = expression_of(side)
                left, right = (seen(k, h, a, b, np.random.default_rng(seed)) for h in (e.to(k), own))
                assert_close(left, right, 1e-12, f"{k!r}: {e}", floor=1.0)


def test_no_law_holds_but_associativity() -> None:
    """The two sides of any other are two expressions; but where something is used twice, it is written twice."""
    f = primitive("f", Scalar, Scalar, lambda x: x, lambda x, y, k: k.scale(1.0))
    words = [hom(expression_of(SYNTAX.primitive(as_primitive(name)))) for name in "fghijk"]
    free = sample([f, f, f, f, f, f], *words)
    same = [law for law in laws(Syntax) if len({str(side) for side in law(SYNTAX, free)}) == 1]
    assert same == [associativity, chain_composes, begun_with, ended_with]


def as_primitive(name: str) -> c.Primitive[Scalar, Scalar]:
    """A primitive of this name."""
    made = primitive(name, Scalar, Scalar, lambda x: x, lambda x, y, k: k.scale(1.0))
    assert isinstance(made, c.Primitive)
    return made


F: Some
G: Some
H: Some
F, G, H = (SYNTAX.primitive(as_primitive(name)) for name in "fgh")
FORK: Some = SYNTAX.fork(F, G)

PRINTED: dict[str, Some] = {
    "id": SYNTAX.id(Scalar),
    "g ∘ f": SYNTAX.compose(F, G),
    "h ∘ g ∘ f": SYNTAX.chain([F, G, H]),
    "h ∘ (f △ g)": SYNTAX.compose(FORK, H),
    "(f △ g) ∘ h": SYNTAX.compose(H, FORK),
    "g ∘ f △ h": SYNTAX.fork(SYNTAX.compose(F, G), H),
    "(f △ g) △ h": SYNTAX.fork(FORK, H),
    "f △ (g △ h)": SYNTAX.fork(F, SYNTAX.fork(G, H)),
    "(f × g) ▽ h": SYNTAX.join(SYNTAX.cross(F, G), H),
    "f × (g ▽ h)": SYNTAX.cross(F, SYNTAX.join(G, H)),
    "h ∘ f + h ∘ g": SYNTAX.plus(Scalar, SYNTAX.compose(F, H), SYNTAX.compose(G, H)),
    "h ∘ (f + 0)": SYNTAX.compose(SYNTAX.plus(Scalar, F, SYNTAX.zero(Scalar, Scalar)), H),
    "ti ∘ it": SYNTAX.compose(SYNTAX.it(Scalar), SYNTAX.ti(Scalar)),
    "exl ∘ dup △ exr ∘ dup": SYNTAX.fork(
        SYNTAX.compose(SYNTAX.dup(Scalar), SYNTAX.exl(Scalar, Scalar)),
        SYNTAX.compose(SYNTAX.dup(Scalar), SYNTAX.exr(Scalar, Scalar)),
    ),
    "jam ∘ inl ▽ jam ∘ inr": SYNTAX.join(
        SYNTAX.compose(SYNTAX.inl(Scalar, Scalar), SYNTAX.jam(Scalar)),
        SYNTAX.compose(SYNTAX.inr(Scalar, Scalar), SYNTAX.jam(Scalar)),
    ),
    "exr △ exl": SYNTAX.swap(Scalar, Scalar),
    "crossI (f, g ∘ f) ∘ replI": SYNTAX.fork_i(Two, Scalar, [F, SYNTAX.compose(F, G)]),
    "jamI ∘ crossI (f △ g, h)": SYNTAX.join_i(Two, Scalar, [FORK, H]),
    "exI 1 ∘ inI 0": SYNTAX.compose(SYNTAX.in_i(Two, Scalar)[0], SYNTAX.ex_i(Two, Scalar)[1]),
    "linear": SYNTAX.linear_map(lambda u: u, lambda v: v),
    "turn": Syntax("turn").linear_map(lambda u: u, lambda v: v),
}


@pytest.mark.parametrize("text", PRINTED)
def test_parentheses_stand_only_where_they_are_needed(text: str) -> None:
    """∘ binds tighter than the rest, and the rest does not mix."""
    assert str(expression_of(PRINTED[text])) == repr(expression_of(PRINTED[text])) == text


NUMBERS: dict[str, Tree] = {
    "3": 3,
    "2.5": np.float64(2.5),
    "0.333333": 1 / 3,
    "1e+30": np.float32(1e30),
    "(-1)": -1.0,
    "(-0.5)": np.asarray(-0.5),
    "1": np.bool_(True),
    "float64[3]": np.zeros(3),
    "float32[2, 1]": np.zeros((2, 1), np.float32),
    "bool[2]": np.array([True, False]),
}


@pytest.mark.parametrize("text", NUMBERS)
def test_numbers_print_in_short(text: str) -> None:
    """A negative one in parentheses, as the paper's `scale (- sin a)`; of an array, its dtype and shape."""
    assert str(expression_of(SYNTAX.scale(NUMBERS[text]))) == f"scale {text}"


VECTOR = np.array([1.0, 2.0])
ALWAYS_ONE = c.it(Scalar) >> c.constant(Scalar, check(Scalar, 1.0))
DERIVATIVES: dict[str, tuple[SomeArrow, Tree]] = {
    "scale 0": (c.relu(Scalar), -1.0),
    "scale 4 × id": (c.power(Scalar, 2) * identity(Scalar), (2.0, 1.0)),
    "scale float64[2]": (c.exp(Float[I]), VECTOR),
    "D softmax": (c.softmax(I), VECTOR),
    "transpose": (c.transpose(I, J), np.zeros((2, 3))),
    "(D dot ▽ D dot) ∘ dup": (c.dup(Float[I]) >> c.dot(I), VECTOR),
    "D tanh ∘ (D matvec ▽ D matvec)": (c.matvec(I, J) >> c.tanh(Float[J]), (np.zeros((3, 2)), VECTOR)),
    "(D affine ▽ D affine) ▽ D affine": (c.linear(I, J).arrow, ((np.zeros((3, 2)), np.zeros(3)), VECTOR)),
    "D lookup ▽ 0": (c.lookup(J, I), (np.zeros((3, 2)), 1)),
    "jam ∘ (id △ ti ∘ it)": ((identity(Scalar) & ALWAYS_ONE) >> c.add(Scalar), 2.0),
    "id ▽ scale (-1)": (c.sub(Scalar), (1.0, 2.0)),
}


@pytest.mark.parametrize("text", DERIVATIVES)
def test_a_derivative_is_written(text: str) -> None:
    """A bulk linear map by the name of its primitive."""
    f, x = DERIVATIVES[text]
    assert str(expression(f)(x)) == text


def test_reverse_mode_is_written_too() -> None:
    """The derivative of the dual is the derivative, transposed."""
    derivative = expression((identity(Scalar) & c.sin(Scalar)) >> c.mul(Scalar))(check(Scalar, 0.0))
    assert str(derivative) == "(scale 0 ▽ scale 0) ∘ (id △ scale 1)"
    assert str(expression_of(dual.turned(derivative.to(Dual(SYNTAX))))) == "(id ▽ scale 1) ∘ (scale 0 △ scale 0)"


def test_a_long_chain_is_written_and_read() -> None:
    """Ten thousand arrows, one frame."""
    f: SomeArrow = c.compose(*[c.sin(Scalar)] * 10_000)
    derivative = expression(f)(0.0)
    assert str(derivative).split(" ∘ ") == ["scale 1"] * 10_000
    assert additive.function(derivative.to(Additive()))(2.0) == 2.0


def test_an_expression_is_read_in_a_category_of_linear_maps() -> None:
    with pytest.raises(InterpretationError, match="wanted a category of linear maps to read scale 2 in, got"):
        expression(c.scale(Scalar, 2.0))(1.0).to(Functions())  # type: ignore[arg-type]  # what mypy refuses too


def test_a_primitive_that_is_not_linear_has_no_reading() -> None:
    """But it can be written."""
    written: Expression[Any, Any] = expression_of((c.negate(Scalar) >> c.sin(Scalar)).to(SYNTAX))
    assert str(written) == "sinC ∘ negateC"
    with pytest.raises(InterpretationError, match="wanted sin read in Additive, which gives it no meaning"):
        written.to(Additive())


def test_a_linear_primitive_is_read_as_itself() -> None:
    written = expression_of((c.add(Scalar) >> c.negate(Scalar)).to(SYNTAX))
    assert str(written) == "negateC ∘ addC"
    assert additive.function(written.to(Additive()))((3.0, 4.0)) == -7.0


def test_what_is_asked_of_expression_is_checked() -> None:
    with pytest.raises(SpaceError, match="expression: wanted an arrow, got int"):
        expression(3)  # type: ignore[arg-type]  # what mypy refuses too
    with pytest.raises(SpaceError, match="sin"):
        expression(c.sin(Scalar))(np.zeros(2))  # type: ignore[call-overload]  # what mypy refuses too
    with pytest.raises(SpaceError, match=r"wanted the call expression\(f\)\(a, b\), got 3 arguments"):
        expression(c.add(Scalar))(1.0, 2.0, 3.0)  # type: ignore[call-overload]  # likewise
    assert str(expression(c.mul(Scalar))(3.0, 4.0)) == str(expression(c.mul(Scalar))((3.0, 4.0)))


class Open(Dim):
    """As many as there are."""


def test_how_many_there_are_must_be_known() -> None:
    with pytest.raises(SpaceError, match="wanted a size for Open, found none; give it one"):
        SYNTAX.ex_i(Open, Scalar)
