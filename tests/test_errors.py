"""Every mistake is met by a typed error that names the arrow, what it wanted and what it got, and prints no array."""

import copy
import inspect
import math
import operator
import pickle
import re
from collections.abc import Callable
from functools import reduce
from itertools import product
from operator import rshift
from typing import Any, TypeAlias

import numpy as np
import pytest

from cat_ad import (
    Additive,
    Arrow,
    CompositionError,
    Dim,
    Float,
    Index,
    Int,
    InterpretationError,
    Para,
    ParametricLens,
    Residual,
    Scalar,
    SpaceError,
    Unit,
    add,
    attention,
    causal,
    check,
    compose,
    constant,
    cost,
    cross,
    cross_entropy,
    dense,
    div,
    dot,
    dup,
    each,
    embedding,
    exl,
    flatten,
    fork,
    forward,
    gradient,
    identity,
    it,
    jacobian,
    lens,
    linear,
    lookup,
    matmul,
    matvec,
    mul,
    nest,
    para,
    parameter,
    power,
    primitive,
    relu,
    residual,
    reverse,
    reverse_derivative,
    scale,
    sin,
    softmax,
    stack,
    sub,
    tangent,
    tanh,
    total,
    transpose,
    unflatten,
    unnest,
    value_and_gradient,
    zero,
)
from cat_ad.arrows.parametrised import SomePara
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.spaces import products, times
from cat_ad.symbolic.reverse_derivatives import gradient_field, hessian_vector_product
from tests.support.trees import Tree

Bad: TypeAlias = Any  # Any: what a type checker refuses is the point of these tests
Attempt: TypeAlias = Callable[[], object]


class Hidden(Dim, size=3):
    """Three."""


class Flat(Dim, size=2):
    """Two."""


class Batch(Dim):
    """As many as there are."""


def unseen(value: Bad) -> Bad:
    """A value of which the type checker knows nothing."""
    return value


def another_hidden() -> Bad:
    """A second class of the same name and size."""

    class Hidden(Dim, size=3):
        """Three too."""

    return Hidden


ANY_FLOAT, ANY_INT = unseen(Float), unseen(Int)

SECRET = 12345.678  # the contents of all arrays: no error may print them
VECTOR: Tree = np.full(3, SECRET)
TABLE: Tree = np.full((3, 2), SECRET)

H: SomeArrow = tanh(Float[Hidden])
F: SomeArrow = tanh(Float[Flat])
PAIR: SomeArrow = dup(Float[Hidden])
LONG: SomeArrow = reduce(rshift, [H] * 10)
LAYER: SomePara = linear(Flat, Hidden)
DEEP: SomePara = reduce(rshift, [linear(Hidden, Hidden)] * 20)

MEET = "the first ends in Float[Hidden], the second begins at Float[Flat]; dimension 1: Hidden=3 is not Flat=2"
BEGIN = "the first begins at Float[Flat], the second at Float[Hidden]; dimension 1: Flat=2 is not Hidden=3"

COMPOSITIONS: dict[str, tuple[Attempt, str]] = {
    "then": (lambda: H >> F, f"tanh >> tanh: {MEET}"),
    "compose": (lambda: compose(H, F), f"tanh >> tanh: {MEET}"),
    "fork": (lambda: F & H, f"tanh & tanh: {BEGIN}"),
    "end of a long chain": (lambda: LONG >> F, f"tanh >> tanh: {MEET}"),
    "two long chains": (lambda: LONG >> (F >> F), f"tanh >> tanh: {MEET}"),
    "fork of a long chain": (lambda: F & LONG, f"tanh & (tanh >> ... 8 more ... >> tanh): {BEGIN}"),
    "dimension of one name": (
        lambda: H >> tanh(ANY_FLOAT[another_hidden()]),
        "tanh >> tanh: the first ends in Float[Hidden], the second begins at Float[Hidden]; "
        "dimension 1: Hidden=3 is not another_hidden.<locals>.Hidden=3; they are two classes of one name",
    ),
    "kind": (
        lambda: identity(Int[Hidden]) >> H,
        "id >> tanh: the first ends in Int[Hidden], the second begins at Float[Hidden]; kind: Int is not Float",
    ),
    "number of dimensions": (
        lambda: H >> tanh(Float[Hidden, Flat]),
        "tanh >> tanh: the first ends in Float[Hidden], the second begins at Float[Hidden, Flat]; "
        "number of dimensions: 1 is not 2",
    ),
    "inside a product": (
        lambda: PAIR >> add(Float[Flat]),
        "dup >> add: the first ends in tuple[Float[Hidden], Float[Hidden]], "
        "the second begins at tuple[Float[Flat], Float[Flat]]; factor 1, dimension 1: Hidden=3 is not Flat=2",
    ),
    "array and product": (
        lambda: it(Float[Hidden]) >> H,
        "it >> tanh: the first ends in Unit, the second begins at Float[Hidden]; Unit is not Float[Hidden]",
    ),
    "layer then arrow": (lambda: LAYER >> F, f"linear >> tanh: {MEET}"),
    "layer then layer": (lambda: LAYER >> LAYER, f"linear >> linear: {MEET}"),
    "arrow then layer": (lambda: H >> LAYER, f"tanh >> linear: {MEET}"),
    "end of many layers": (lambda: DEEP >> F, f"linear >> tanh: {MEET}"),
    "fork of layers": (lambda: LAYER & linear(Hidden, Flat), f"linear & linear: {BEGIN}"),
    "fork of layer and arrow": (lambda: LAYER & H, f"linear & tanh: {BEGIN}"),
    "fork of arrow and layer": (lambda: F & linear(Hidden, Flat), f"tanh & linear: {BEGIN}"),
    "residual arrow": (
        lambda: residual(unseen(total(Float[Hidden]))),
        "(total & id) >> add: the first ends in tuple[Scalar, Float[Hidden]], "
        "the second begins at tuple[Float[Hidden], Float[Hidden]]; factor 1, number of dimensions: 0 is not 1",
    ),
    "residual layer": (
        lambda: residual(unseen(LAYER)),
        "(linear & id) >> add: the first ends in tuple[Float[Hidden], Float[Flat]], "
        "the second begins at tuple[Float[Flat], Float[Flat]]; factor 1, dimension 1: Hidden=3 is not Flat=2",
    ),
    "stack": (
        lambda: stack(LAYER, 2),
        "linear with itself: it ends in Float[Hidden], and begins at Float[Flat]; dimension 1: Hidden=3 is not Flat=2",
    ),
}


@pytest.mark.parametrize(("attempt", "text"), COMPOSITIONS.values(), ids=COMPOSITIONS)
def test_what_does_not_compose(attempt: Attempt, text: str) -> None:
    """The error names both arrows, both objects, and where these first differ."""
    with pytest.raises(CompositionError) as caught:
        attempt()
    assert str(caught.value) == f"cannot compose {text}"
    assert caught.value.__context__ is None


OPERATORS = {">>": operator.rshift, "&": operator.and_, "*": operator.mul}
COMPOSABLE: dict[str, Bad] = {
    "arrow": H,
    "layer": LAYER,
    "lens": lens(H),
    "parametric": ParametricLens(lens(LAYER.arrow)),
}
NO_ARROWS: dict[str, tuple[Bad, str]] = {
    "factory": (relu, "relu makes arrows; write relu("),
    "factory of dimensions": (softmax, "softmax makes arrows; write softmax(...), with its objects or dimensions"),
    "function": (abs, "arrow(abs, "),
    "function of arrays": (np.tanh, "arrow(tanh, "),
    "lambda": (lambda x: x, "makes an arrow of a function of arrays"),
    "array": (VECTOR, "it(A) >> constant(B, b)"),
    "number of NumPy": (np.float64(SECRET), "it(A) >> constant(B, b)"),
    "number": (3, "it(A) >> constant(B, b)"),
    "object": (Float[Hidden], "an object is no arrow; identity(Float[Hidden]) is one"),
    "product": (tuple[Scalar, Index], "an object is no arrow; identity(tuple[Scalar, Index]) is one"),
    "class": (Hidden, "make an arrow by a factory such as tanh(Float[Hidden])"),
    "None": (None, "make an arrow by a factory"),
    "text": ("relu", "make an arrow by a factory"),
    "list": ([H], "make an arrow by a factory"),
    "tuple": ((H, H), "make an arrow by a factory"),
}


@pytest.mark.parametrize("wrong", NO_ARROWS.values(), ids=NO_ARROWS)
def test_only_arrows_compose(wrong: tuple[Bad, str]) -> None:
    """With what is no arrow, on either side of any operator, one error says what to write instead."""
    other, advice = wrong
    for f in COMPOSABLE.values():
        for sign, put in OPERATORS.items():
            for left, right in ((f, other), (other, f)):
                with pytest.raises(CompositionError, match=rf"^cannot compose .* {re.escape(sign)} .*: ") as caught:
                    put(left, right)
                assert advice in str(caught.value)
                assert "12345" not in str(caught.value)
                assert caught.value.__context__ is None
    for put_all in unseen((compose, fork, cross)):
        for given in ((other,), (H, other), (other, H, H)):
            with pytest.raises(CompositionError, match=rf"^{put_all.__name__}: wanted an arrow, got ") as caught:
                put_all(*given)
            assert advice.partition("(")[0] in str(caught.value)


def test_kinds_of_arrows_that_do_not_mix() -> None:
    """A lens composes with lenses; the error says how an arrow becomes one, or that lenses have no such operator."""
    advice = r"(lens\(f\) makes a lens of an arrow f|a (Lens|ParametricLens) has no &)"
    for (left, right), (sign, put) in product(product(COMPOSABLE.values(), repeat=2), OPERATORS.items()):
        are_arrows = {isinstance(f, Arrow | Para) for f in (left, right)}
        if len(are_arrows) == 2 or (sign == "&" and are_arrows == {False}):
            with pytest.raises(CompositionError, match=rf"^cannot compose .* {re.escape(sign)} .*: {advice}"):
                put(left, right)


@pytest.mark.parametrize("f", COMPOSABLE.values(), ids=COMPOSABLE)
def test_what_composes_is_its_own_copy_and_is_not_pickled(f: Bad) -> None:
    """It is immutable; and it holds functions, which the error says."""
    assert copy.copy(f) is f
    assert copy.deepcopy({"model": [f]})["model"][0] is f
    with pytest.raises(TypeError, match=r"^wanted to pickle .*; an arrow holds functions: save its parameters instead"):
        pickle.dumps(f)


@pytest.mark.parametrize("ask", [gradient, value_and_gradient])
def test_only_an_arrow_to_scalar_has_a_gradient(ask: Bad) -> None:
    """Neither an array nor an integer does; and the arrow's domain is checked as ever."""
    for f, told in ((H, "tanh: Float[Hidden] -> Float[Hidden]"), (identity(Index), "id: Index -> Index")):
        with pytest.raises(SpaceError) as caught:
            ask(f)
        assert str(caught.value) == f"gradient: wanted an arrow to Scalar, got {told}; end it by total or mean"
    with pytest.raises(SpaceError, match=r"^total: Float\[Hidden\] -> Scalar: wanted .* Hidden is 3, not 4$"):
        ask(total(Float[Hidden]))(np.zeros(4))


LOSS: Bad = LAYER >> total(Float[Hidden])
CALLS: list[tuple[Bad, set[int], str]] = [
    (value_and_gradient(LOSS), {2}, "value_and_gradient(f)(parameters, x)"),
    (gradient(LOSS), {2}, "gradient(f)(parameters, x)"),
    (gradient(LOSS.arrow), {1, 2}, "gradient(f)(a, b)"),
    (jacobian(LAYER), {1, 2}, "jacobian(f)(parameters, x)"),
    (jacobian(H), {1}, "jacobian(f)(a)"),
    (forward(LAYER), {1, 2}, "forward(f)(parameters, x)"),
    (reverse(add(Scalar)), {1, 2}, "reverse(f)(a, b)"),
    (forward(add(Scalar))(1.0, 2.0)[1], {1, 2}, "pushforward(a, b)"),
    (reverse(dup(Scalar))(1.0)[1], {1, 2}, "pullback(a, b)"),
    (LAYER.at, {2}, "model(parameters, x)"),
    (LOSS.init, {1}, "init(numpy.random.default_rng(0))"),
]


@pytest.mark.parametrize(("call", "takes", "form"), CALLS, ids=[form for *_, form in CALLS])
def test_another_number_of_arguments_is_told_the_call_to_write(call: Bad, takes: set[int], form: str) -> None:
    """And no name of the inside; Python can still tell the number that is taken, if it is one, for `stage`."""
    assert len(takes) > 1 or {len(inspect.signature(call).parameters)} == takes
    for many in {0, 1, 2, 3} - takes:
        with pytest.raises(SpaceError) as caught:
            call(*[VECTOR] * many)
        assert str(caught.value) == f"wanted the call {form}, got {many} argument{'s' * (many != 1)}"


def test_a_call_with_another_number_of_arguments_is_refused() -> None:
    """Of a layer, and of an arrow, whose arguments may be given side by side."""
    with pytest.raises(SpaceError, match=r"^wanted the call model\(parameters, x\), got 1 argument$"):
        LAYER(VECTOR)
    for given in ((), (VECTOR, VECTOR)):
        with pytest.raises(SpaceError, match=r"^tanh: Float\[Hidden\] -> Float\[Hidden\]: wanted .* got tuple"):
            H(*given)


@pytest.mark.parametrize("size", [0, -1, 2.0, float("inf"), float("nan"), True, "3", [3], 1j], ids=repr)
def test_sizes_are_positive_integers(size: Bad) -> None:
    """Of dimensions, and of a stack of blocks."""
    with pytest.raises(SpaceError) as caught:
        type("Wide", (Dim,), {}, size=size)
    assert str(caught.value) == (
        f"dimension Wide: wanted a positive integer as size, got {size!r}; without a size, data decides"
    )
    with pytest.raises(SpaceError, match=r"^stack\(linear, .*\): wanted "):
        stack(linear(Hidden, Hidden), size)


NO_OBJECTS: list[Bad] = [int, Hidden, None, [Float[Hidden]], "Float", tuple[int, Scalar], tuple[Scalar, ...]]


MADE_OF_OBJECTS: dict[str, Bad] = {
    **{"add": add, "sub": sub, "mul": mul, "div": div, "sin": sin, "id": identity, "it": it, "dup": dup, "zero": zero},
    "begins": lambda wrong: primitive("begins", wrong, Scalar, abs, unseen(abs)),
    "ends": lambda wrong: primitive("ends", Scalar, wrong, abs, unseen(abs)),
    "constant": lambda wrong: constant(wrong, 1.0),
}


@pytest.mark.parametrize("wrong", NO_OBJECTS, ids=lambda wrong: type(wrong).__name__)
def test_what_is_no_object_is_refused_by_what_was_asked(wrong: Bad) -> None:
    """When an arrow is made, by its own name, and not when it is called, composed or checked by another."""
    for name, make in MADE_OF_OBJECTS.items():
        with pytest.raises(SpaceError, match=rf"^{name}: wanted an object such as Float\[Hidden\], got "):
            make(wrong)


MADE_OF_DIMENSIONS: list[tuple[Bad, int]] = [
    *((dot, 1), (softmax, 1), (transpose, 2), (flatten, 2), (unflatten, 2), (matvec, 2), (lookup, 2), (matmul, 3)),
    *((linear, 2), (dense, 2), (embedding, 2), (cross_entropy, 1), (attention, 3), (times, 2)),
]


@pytest.mark.parametrize(("make", "many"), MADE_OF_DIMENSIONS, ids=lambda x: getattr(x, "__name__", x))
def test_what_is_no_dimension_is_refused_at_every_place(make: Bad, many: int) -> None:
    """By one typed error, which says what was wanted and how to make one."""
    for at, wrong in product(range(many), (3, Scalar, None, "Hidden", [Hidden], int, Dim)):
        dims: list[Bad] = [Hidden] * many
        dims[at] = wrong
        with pytest.raises(SpaceError, match=r"wanted (a|two)? ?dimensions?, got .*; "):
            make(*dims)


@pytest.mark.parametrize("ask", [reverse_derivative, gradient_field, hessian_vector_product, tangent])
def test_arrows_are_made_of_arrows(ask: Bad) -> None:
    """By name; and gradients of what ends in one number."""
    for wrong in (3, abs, Scalar, None):
        with pytest.raises(SpaceError, match=r"^(gradient_field|tangent|reverse_derivative): wanted an arrow, got "):
            ask(wrong)
    for f in (H, identity(Index), dup(Scalar), it(Scalar)):
        if ask in (gradient_field, hessian_vector_product):
            with pytest.raises(SpaceError, match=r"^gradient_field: wanted an arrow to Scalar, got .*: .* -> "):
                ask(f)


OBJECTS: dict[str, tuple[Attempt, str]] = {
    "number as dimension": (lambda: ANY_FLOAT[3], "Float[...] wanted dimensions, got 3; "),
    "type as dimension": (lambda: ANY_INT[int], "Int[...] wanted dimensions, got <class 'int'>; "),
    "name as dimension": (lambda: ANY_FLOAT["H"], "Float[...] wanted dimensions, got 'H'; "),
    "type as object": (lambda: identity(int), "id: wanted an object such as Float[Hidden], got <class 'int'>; "),
    "dimension as object": (
        lambda: tanh(Hidden),
        "tanh: wanted an object such as Float[Hidden], got the dimension Hidden; write Float[Hidden]",
    ),
    "None as object": (lambda: tanh(unseen(None)), "tanh: wanted an object such as Float[Hidden], got None; "),
    "inside a product": (lambda: exl(int, Scalar), "exl: wanted an object such as Float[Hidden], got <class 'int'>; "),
    "tuple of any length": (
        lambda: dup(tuple[Scalar, ...]),
        "dup: wanted an object such as Float[Hidden], got tuple[",
    ),
    "integers": (lambda: tanh(Int[Hidden]), "tanh: wanted floating-point numbers, got Int[Hidden]; "),
    "integers to add": (lambda: add(Index), "add: wanted floating-point numbers, got Index; "),
    "sum of a product": (
        lambda: total(unseen(tuple[Scalar, Scalar])),
        "total: wanted one array, got tuple[Scalar, Scalar]; ",
    ),
    "object as dimension": (
        lambda: softmax(unseen(Float[Hidden])),
        "Float[...] wanted dimensions, got Float[Hidden]; it is an object: write Hidden",
    ),
    "layer without a size": (lambda: linear(Batch, Hidden), "linear: wanted a size for Batch, found none; "),
    "dense without a size": (lambda: dense(Hidden, Batch), "dense: wanted a size for Batch, found none; "),
    "embedding without a size": (lambda: embedding(Batch, Hidden), "embedding: wanted a size for Batch, found none; "),
    "layer of a number": (lambda: linear(unseen(3), Hidden), "linear: wanted "),
    "unflatten without a size": (lambda: unflatten(Batch, Batch), "unflatten: wanted a size for Batch or Batch, "),
    "constant outside its space": (
        lambda: constant(Float[Hidden], np.full(4, SECRET)),
        "constant: wanted Float[Hidden=3], got float64[4]: dimension 1: Hidden is 3, not 4",
    ),
    "check": (
        lambda: check(Float[Hidden], np.full(4, SECRET)),
        "check: wanted Float[Hidden=3], got float64[4]: dimension 1: Hidden is 3, not 4",
    ),
    "check of a type": (lambda: check(int, 3), "check: wanted an object such as Float[Hidden], got <class 'int'>; "),
    "each of a number": (lambda: each(unseen(3), H), "each: wanted a dimension, got 3; "),
    "each of no arrow": (lambda: each(Batch, unseen(3)), "each"),
    "each of a constant": (
        lambda: each(Batch, unseen(constant(Scalar, unseen(1.0)))),
        "each(Batch, ...): wanted an array to lift over Batch, found Unit",
    ),
    "each of a parameter": (
        lambda: each(Batch, unseen(parameter(Scalar, lambda rng: unseen(1.0)))),
        "each(Batch, ...): wanted an array to lift over Batch, found Unit",
    ),
    "complex scale": (lambda: scale(Scalar, unseen(1j)), "scale"),
    "array as scale": (lambda: scale(Float[Hidden], VECTOR), "scale"),
    "list as object": (lambda: tanh(unseen([1.0])), "tanh: wanted an object such as Float[Hidden], got "),
    "array as dimension": (lambda: ANY_FLOAT[VECTOR], "Float[...] wanted dimensions, got "),
    "array as axis": (lambda: each(unseen(VECTOR), H), "each: wanted a dimension, got "),
    "array as arrow": (lambda: each(Batch, unseen(VECTOR)), "each(Batch, ...): wanted an arrow, got "),
    "array as size": (lambda: type("Wide", (Dim,), {}, size=VECTOR), "dimension Wide: wanted a positive integer"),
    "objects as dimensions": (
        lambda: linear(Hidden, unseen(Float[Hidden, Flat])),
        "linear: wanted a dimension, got Float[Hidden, Flat]; it is an object: write Hidden, Flat",
    ),
    "scalar as dimension": (lambda: softmax(unseen(Scalar)), "Float[...] wanted dimensions, got Scalar; it has none"),
    "nesting of no product": (
        lambda: nest(Scalar),
        "nest: wanted a product of one object or more, got Scalar; identity is of any object",
    ),
    "nesting of nothing": (lambda: unnest(unseen(Unit)), "unnest: wanted a product of one object or more, got Unit; "),
    "array as height": (lambda: stack(unseen(linear(Hidden, Hidden)), unseen(VECTOR)), "stack"),
    "primitive of no function": (
        lambda: primitive("cube", Scalar, Scalar, unseen(3), unseen(None)),
        "primitive: wanted a function as value, got 3",
    ),
    "primitive without a name": (
        lambda: primitive(unseen(Scalar), Scalar, Scalar, abs, unseen(abs)),
        "primitive: wanted a text as the first argument, to print as, got Scalar",
    ),
    "model that draws nothing": (
        lambda: para("own", Float[Hidden], exl(Float[Hidden], Scalar), unseen(VECTOR)),
        "para: wanted a function as init, got float64[3]",
    ),
    "model of no arrow": (
        lambda: para("own", Float[Hidden], unseen(exl), unseen(abs)),
        "para: wanted an arrow from parameters and input, got exl; exl makes arrows; write exl(...)",
    ),
    "height of an arrow": (lambda: stack(unseen(H), 2), "stack: wanted a parametrised arrow, got tanh; "),
    "seed for a generator": (
        lambda: LAYER.init(unseen(0)),
        "init: wanted a random generator, got 0; numpy.random.default_rng(0) is one",
    ),
    "complex power": (lambda: power(Scalar, unseen(1j)), "power"),
}


@pytest.mark.parametrize(("attempt", "text"), OBJECTS.values(), ids=OBJECTS)
def test_what_makes_no_arrow(attempt: Attempt, text: str) -> None:
    """A factory names itself, what it wanted and what it was given."""
    with pytest.raises(SpaceError) as caught:
        attempt()
    assert str(caught.value).startswith(text)
    assert "12345" not in str(caught.value)
    assert caught.value.__context__ is None


def test_what_a_category_does_not_know() -> None:
    """A primitive has no meaning where derivatives live; the error says where it has."""
    with pytest.raises(InterpretationError, match=r"^wanted tanh read in Additive, .*; read .* in D\(Additive\)"):
        H.to(Additive())


def test_an_error_about_something_long_is_short() -> None:
    """Of long chains, deep models, wide products and long names the ends are told, and where they differ."""
    many = stack(linear(Hidden, Hidden), 300)
    wide: Bad = identity(products(*[Float[Hidden]] * 500))
    named: Bad = tanh(ANY_FLOAT[type("N" * 600, (Dim,), {})])
    drawn = many.init(np.random.default_rng(0))
    attempts: list[Attempt] = [
        lambda: DEEP(unseen(VECTOR), VECTOR),
        lambda: many(drawn, unseen(TABLE)),
        lambda: many((*drawn[:-1], unseen(VECTOR)), VECTOR),
        lambda: value_and_gradient(many.arrow >> total(Float[Hidden]))((drawn, unseen(TABLE))),
        lambda: wide((VECTOR,) * 499),
        lambda: wide >> H,
        lambda: wide & H,
        lambda: wide >> relu,
        lambda: reduce(rshift, [DEEP] * 20) & F,
        lambda: reduce(rshift, [DEEP] * 20) >> F,
        lambda: reduce(rshift, [DEEP] * 20) >> unseen(3),
        lambda: named >> F,
        lambda: named(np.zeros((2, 2))),
        lambda: check(Float[Hidden], unseen((VECTOR,) * 1000)),
        lambda: check(unseen("x" * 5000), VECTOR),
        lambda: tanh(unseen([VECTOR] * 500)),
    ]
    for attempt in attempts:
        with pytest.raises((SpaceError, CompositionError)) as caught:
            attempt()
        assert len(str(caught.value)) < 3000
        assert "12345" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "derivative", "says"),
    [
        (lambda x: x**3, lambda x, y: 3 * x**2, "wanted a derivative of 3 arguments"),
        (lambda x, y: x**3, lambda x, y, k: k.scale(3 * x**2), "wanted a value of 1 arguments"),
        (lambda x: [x**3], lambda x, y, k: k.scale(3 * x**2), "wanted an array as its value"),
        (lambda x: x**3, lambda x, y, k: 3 * x**2, r"write k\.scale\(slope\)"),
        (lambda x: x**3, lambda x, y, k: None, r"write k\.scale\(slope\)"),
    ],
)
def test_what_a_primitive_is_made_of_is_refused_in_words(value: Bad, derivative: Bad, says: str) -> None:
    """When it is made, or else when it is called."""
    with pytest.raises(SpaceError, match=f"^cube: {says}|^cube: .*{says}"):
        gradient(primitive("cube", Scalar, Scalar, value, derivative))(check(Scalar, 2.0))


def said(**more: Bad) -> SomeArrow:
    """A cube, of which more is said."""
    return primitive("cube", Scalar, Scalar, lambda x: x**3, lambda x, y, k: k.scale(3 * x**2), **more)


def keeping(run: Bad) -> SomeArrow:
    """A cube whose derivative wants more than the value."""
    kept = Residual(run, lambda x, squared, k: k.scale(3 * squared))
    return primitive("cube", Scalar, Scalar, lambda x: x**3, kept)


SAID: dict[str, tuple[Attempt, str]] = {
    "property": (
        lambda: said(properties="increasing"),
        """cube: wanted a list of properties, got 'increasing'; write ["increasing"]""",
    ),
    "properties": (lambda: said(properties=3), 'cube: wanted a list of properties, got 3; write ["increasing"]'),
    "linear": (
        lambda: said(properties=["linear"]).to(Additive()),
        "cube: wanted the derivative of what is linear, which needs no point, found one that reads it (TypeError: "
        "unsupported operand type(s) for ** or pow(): 'NoneType' and 'int'); state it without, or leave \"linear\" out",
    ),
    "bilinear": (
        lambda: said(properties=["bilinear"]),
        'cube: wanted a pair of arrays to be bilinear in, found Scalar; leave "bilinear" out',
    ),
    "lift": (
        lambda: said(lift=3),
        "cube: wanted a lift of 2 arguments, found 3; write lift=lambda dim, lifted: ...",
    ),
    "lifted": (
        lambda: each(Flat, said(lift=lambda dim, lifted: 3)),
        "cube: wanted an arrow or None of its lift over Flat, got 3",
    ),
    "parts": (
        lambda: said(parts=tanh(Scalar)),
        "cube: wanted parts of 0 arguments, found tanh: Scalar -> Scalar; write parts=lambda: ...",
    ),
    "value": (
        lambda: primitive("five", Scalar, Scalar, lambda x: 5, lambda x, y, k: k.scale(0.0))(2.0),
        "five: wanted an array as its value, or a tuple of them, got 5; numpy.asarray makes one",
    ),
    "residual": (
        lambda: gradient(keeping(lambda x: x * x))(check(Scalar, 2.0)),
        "cube: wanted a pair of the value and what is kept, got float64[]; let run return both",
    ),
    "value of a residual": (
        lambda: unseen(Residual(lambda x: unseen(x), lambda x, kept, k: k.scale(1.0))).value(check(Scalar, 2.0)),
        "Residual: wanted a pair of the value and what is kept, got float64[]; let run return both",
    ),
    "hidden": (
        lambda: causal(Hidden, unseen("x")),
        "causal: wanted an object and then a number, got 'x' for the number",
    ),
    "hidden list": (
        lambda: causal(Hidden, unseen([1.0])),
        "causal: wanted an object and then a number, got [1.0] for the number",
    ),
}


@pytest.mark.parametrize(("attempt", "text"), SAID.values(), ids=SAID)
def test_what_is_said_of_a_primitive_is_refused_in_words(attempt: Attempt, text: str) -> None:
    """Wherever it is found out."""
    with pytest.raises(SpaceError) as caught:
        attempt()
    assert str(caught.value) == text


def test_a_primitive_may_give_numbers_of_python() -> None:
    """As the functions of Python's own `math` do."""
    sine = primitive("sine", Scalar, Scalar, math.sin, lambda x, y, k: k.scale(math.cos(x)))
    assert gradient(sine)(check(Scalar, 1.0)) == math.cos(1.0)
    with pytest.raises(InterpretationError, match="float"):
        cost(sine)


BAD_SINE: Bad = sin(Scalar)


@pytest.mark.parametrize("operate", [operator.add, operator.sub, operator.truediv, operator.matmul, operator.pow])
def test_arithmetic_between_arrows_says_what_to_write(operate: Bad) -> None:
    """An arrow is no number."""
    with pytest.raises(CompositionError, match=r"to compose|put together by"):
        operate(sin(Scalar), sin(Scalar))
    with pytest.raises(CompositionError, match="negate"):
        operator.neg(BAD_SINE)
