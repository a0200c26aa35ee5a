"""Parametrised arrows: composition threads parameters, as Para's definition says; layers are what they compute."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import cat_ad
from cat_ad import (
    CompositionError,
    Dim,
    Float,
    Scalar,
    SpaceError,
    Times,
    check_derivative,
    dense,
    embedding,
    exl,
    flatten,
    linear,
    para,
    parameter,
    relu,
    residual,
    sin,
    stack,
    tanh,
)
from cat_ad.arrows.parametrised import SomePara
from cat_ad.arrows.terms import SomeArrow
from cat_ad.categories.functions import Functions
from cat_ad.learning.layers import normal
from cat_ad.objects.spaces import brief, products
from tests.support.trees import Tree, leaves, point


class I(Dim, size=2):  # noqa: E742  (a dimension, as everywhere)
    """Two."""


class J(Dim, size=3):
    """Three."""


class K(Dim, size=4):
    """Four."""


F: SomePara = linear(I, J)
G: SomePara = linear(J, K)
BACK: SomePara = dense(K, I)
SQUARE: SomePara = linear(I, I)
TABLE: SomePara = embedding(J, I)
WAVE: SomeArrow = sin(Float[I])
P, Q, R = F.parameters, G.parameters, BACK.parameters


def draw(model: SomePara) -> tuple[Tree, Tree]:
    """Parameters, and an input."""
    rng = np.random.default_rng(0)
    return model.init(rng), point(model.dom, rng)


COMPOSED: dict[str, tuple[SomePara, object, str]] = {
    "two": (F >> G, products(P, Q), "linear >> linear"),
    "three, to the left": ((F >> G) >> BACK, products(products(P, Q), R), "linear >> linear >> dense"),
    "three, to the right": (F >> (G >> BACK), products(P, products(Q, R)), "linear >> (linear >> dense)"),
    "an arrow first": (WAVE >> F, P, "sin >> linear"),
    "an arrow after": (F >> tanh(Float[J]), P, "linear >> tanh"),
    "an arrow between": (F >> tanh(Float[J]) >> G, products(P, Q), "linear >> tanh >> linear"),
    "fork": (F & dense(I, K), products(P, dense(I, K).parameters), "(linear & dense)"),
    "fork with an arrow": (F & WAVE, P, "(linear & sin)"),
    "fork of an arrow": (WAVE & F, P, "(sin & linear)"),
    "cross": (F * G, products(P, Q), "linear * linear"),
    "cross with an arrow": (F * WAVE, P, "linear * sin"),
    "cross of an arrow": (WAVE * F, P, "sin * linear"),
    "residual": (residual(SQUARE), SQUARE.parameters, "(linear & id) >> add"),
    "stack": (stack(SQUARE, 2), products(SQUARE.parameters, SQUARE.parameters), "stack(linear, 2)"),
    "parameter": (parameter(Scalar, lambda rng: normal(rng, 1.0)), Scalar, "parameter"),
}


@pytest.mark.parametrize(("model", "parameters", "text"), COMPOSED.values(), ids=COMPOSED)
def test_parameters_are_collected(model: SomePara, parameters: object, text: str) -> None:
    """A plain arrow adds none; what is drawn belongs to the object, and the name is the paper's notation."""
    assert model.parameters == parameters
    assert str(model) == text
    assert repr(model) == f"{text}: {brief(model.dom)} -> {brief(model.cod)}"
    p, a = draw(model)
    assert model.arrow.dom == products(model.parameters, model.dom)
    assert_same(model.arrow((p, a)), model(p, a))
    check_derivative(model.arrow, (p, a))


def test_composition_is_composition() -> None:
    """(f >> g)((p, q), a) = g(q, f(p, a)), however three are nested."""
    (p, q), a = draw(F >> G)
    r = BACK.init(np.random.default_rng(1))
    expected = BACK(r, G(q, F(p, a)))
    np.testing.assert_allclose(((F >> G) >> BACK)(((p, q), r), a), expected, rtol=1e-14)
    np.testing.assert_allclose((F >> (G >> BACK))((p, (q, r)), a), expected, rtol=1e-14)
    np.testing.assert_allclose((F >> sin(Float[J]) >> G)((p, q), a), G(q, np.sin(F(p, a))), rtol=1e-14)
    np.testing.assert_allclose((WAVE >> F)(p, a), F(p, np.sin(a)), rtol=1e-14)


def test_products_are_products() -> None:
    """(f & g)((p, q), a) = (f(p, a), g(q, a)) and (f * g)((p, q), (a, b)) = (f(p, a), g(q, b))."""
    (p, q), (a, b) = draw(F * G)
    assert_same((F * G)((p, q), (a, b)), (F(p, a), G(q, b)))
    assert_same((F & F)((p, p), a), (F(p, a), F(p, a)))
    assert_same((F & WAVE)(p, a), (F(p, a), np.sin(a)))
    assert_same((WAVE & F)(p, a), (np.sin(a), F(p, a)))
    assert_same((F * WAVE)(p, (a, a)), (F(p, a), np.sin(a)))
    assert_same((WAVE * F)(p, (a, a)), (np.sin(a), F(p, a)))


def assert_same(found: Tree, expected: Tree) -> None:
    """Two trees have the same arrays."""
    for x, y in zip(leaves(found), leaves(expected), strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-14)


def test_residual_adds_its_input() -> None:
    """residual(f)(p, x) = f(p, x) + x, and of a plain arrow too."""
    block: SomePara = linear(I, I) >> tanh(Float[I])
    p, x = draw(block)
    np.testing.assert_allclose(residual(block)(p, x), block(p, x) + x, rtol=1e-14)
    np.testing.assert_allclose(residual(WAVE)(x), np.sin(x) + x, rtol=1e-14)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_stack_is_the_loop_with_parameters_of_its_own(n: int) -> None:
    """One after the other, drawn in order."""
    block: SomePara = residual(linear(I, I) >> tanh(Float[I]))
    parameters, x = draw(stack(block, n))
    assert len(parameters) == n
    rng, y = np.random.default_rng(0), x
    for p in parameters:
        assert_same(p, block.init(rng))
        y = block(p, y)
    np.testing.assert_allclose(stack(block, n)(parameters, x), y, rtol=1e-14)
    check_derivative(stack(block, n).arrow, (parameters, x))


def test_parameters_are_drawn_in_order_from_one_generator() -> None:
    """So that a seed decides all, and the first layer is what it would be alone."""
    model: SomePara = F >> tanh(Float[J]) >> G >> BACK
    rng = np.random.default_rng(7)
    one_by_one = (F.init(rng), G.init(rng)), BACK.init(rng)
    assert_same(model.init(np.random.default_rng(7)), one_by_one)


def test_layers_compute_what_their_names_say() -> None:
    """linear: W x + b; dense: W x; embedding: the row of a table; a model of one's own: any arrow."""
    (weight, bias), x = draw(F)
    shifted: Tree = np.arange(3.0)
    np.testing.assert_allclose(F((weight, shifted), x), np.einsum("ji,i->j", weight, x) + shifted)
    np.testing.assert_allclose(dense(I, J)(weight, x), np.einsum("ji,i->j", weight, x))
    np.testing.assert_array_equal(TABLE(weight, 2), weight[2])
    assert not bias.any()
    own: SomePara = para("shift", Float[I], exl(Float[I], Scalar), lambda rng: normal(rng, 1.0, 2))
    np.testing.assert_array_equal(own(x, 1.0), x)


def test_weights_are_drawn_as_wide_as_documented() -> None:
    """Normal, of variance scale^2 / inputs; of an embedding, of standard deviation `scale`; biases zero."""

    class Wide(Dim, size=400):
        """Many inputs."""

    class Many(Dim, size=300):
        """And many outputs."""

    rng = np.random.default_rng(0)
    drawn = linear(Wide, Many).init(rng)[0], dense(Wide, Many, 3.0).init(rng), embedding(Wide, Many, 0.5).init(rng)
    for weights, deviation in zip(drawn, (1 / 20, 3 / 20, 0.5), strict=True):
        assert np.std(weights) == pytest.approx(deviation, rel=0.02)
        assert abs(np.mean(weights)) < deviation / 50
        assert np.mean(np.abs(weights) < deviation) == pytest.approx(0.6827, abs=0.01)  # one sigma of a normal


def test_a_pipeline_reads_as_it_is_declared() -> None:
    """A matrix is flattened on its way, and only layers have parameters."""
    model: SomePara = flatten(I, J) >> linear(Times[I, J], K) >> tanh(Float[K]) >> dense(K, I)
    assert repr(model) == "flatten >> linear >> tanh >> dense: Float[I, J] -> Float[I]"
    (weight, _), last = model.init(np.random.default_rng(0))
    assert (weight.shape, last.shape) == ((4, 6), (2, 4))


AT: Tree = ((np.ones((3, 2)), np.ones(3)), np.ones(2))
READERS: dict[str, Callable[[Any], Any]] = {  # Any: an arrow, or a parametrised one; and what it gives
    "to": lambda f: f.to(Functions())(AT),
    "cost": cat_ad.cost,
    "reverse_cost": cat_ad.reverse_cost,
    "forward": lambda f: cat_ad.forward(f)(AT)[0],
    "reverse": lambda f: cat_ad.reverse(f)(AT)[0],
    "jacobian": lambda f: cat_ad.jacobian(f)(AT)[0][1],
    "tangent": lambda f: cat_ad.tangent(f)((AT, AT))[1],
    "bounds": lambda f: cat_ad.bounds(f)(AT, AT)[0],
    "expression": lambda f: str(cat_ad.expression(f)(AT)),
    "check_derivative": lambda f: cat_ad.check_derivative(f, AT),
}


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_a_parametrised_arrow_is_read_as_its_arrow(reader: Callable[[Any], Any]) -> None:  # Any: as above
    """Of parameters and input, wherever an arrow is wanted."""
    np.testing.assert_equal(reader(F), reader(F.arrow))


def test_a_factory_that_was_not_called_is_told_how() -> None:
    """After a layer, at the object where it ends."""
    wrong: Any = relu  # Any: what a type checker refuses
    with pytest.raises(CompositionError, match=r"cannot compose linear >> relu: .* write relu\(Float\[J\]\)"):
        _ = F >> wrong


@pytest.mark.parametrize("many", [1, 2, 7])
def test_blocks_along_a_dimension_are_those_in_a_row(many: int) -> None:
    """Of the same numbers, and with their gradient; the parameters are stacked."""

    class Layers(Dim, size=many):
        """The blocks."""

    block: Any = residual(linear(J, J) >> relu(Float[J]))
    row: SomePara = stack(block, many)
    loop: SomePara = stack(block, Layers)
    of_row, of_loop = (model.init(np.random.default_rng(0)) for model in (row, loop))
    x = np.random.default_rng(1).normal(size=3)
    np.testing.assert_array_equal(loop(of_loop, x), row(of_row, x))
    assert [array.shape for array in leaves(of_loop)] == [(many, 3, 3), (many, 3)]
    check_derivative(loop.arrow, (of_loop, x))
    assert str(loop) == "stack(((linear >> relu) & id) >> add, Layers)"


def test_a_dimension_of_blocks_has_a_size() -> None:
    """Since that is how many are drawn."""

    class Open(Dim):
        """Of unknown size."""

    block: Any = linear(J, J)
    with pytest.raises(SpaceError, match="wanted one block or more, got Open of size None"):
        stack(block, Open)
    with pytest.raises(CompositionError, match="with itself"):
        stack(F, J)
