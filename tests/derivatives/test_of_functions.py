"""Derivatives of functions, and at variables, are those of the same function as an arrow."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cat_ad
from cat_ad import (
    Dim,
    Float,
    Index,
    InterpretationError,
    Scalar,
    SpaceError,
    arrow,
    check,
    check_derivative,
    dot,
    exp,
    model,
    sin,
)

ad: Any = cat_ad  # Any: what the types are, the programs in tests/typing hold
Anything = Any  # Any: an array, an element, or a tuple of these


class N(Dim):
    """However many."""


class H(Dim, size=2):
    """Two."""


class I(Dim, size=3):  # noqa: E742
    """Three."""


@arrow
def bowl(x: Float[I], y: Scalar) -> Scalar:
    """Of two arguments."""
    return y * dot(x, exp(x)) + y * y


RNG = np.random.default_rng(0)
ARRAYS: Any = RNG.normal(size=3), RNG.normal(size=(4, 3)), RNG.normal(size=(2, 3))  # Any: of all dimensions
X, XS, W = ARRAYS
Y = np.float64(0.7)

OF_BOTH: dict[str, Callable[[Anything, Anything], Anything]] = {
    "gradient": lambda x, y: ad.gradient(bowl)(x, y),
    "gradient of a function": lambda x, y: ad.gradient(lambda x, y: bowl(x, y))(x, y),
    "of a pair": lambda x, y: ad.gradient(lambda x, y: bowl(x, y))((x, y)),
    "value_and_gradient": lambda x, y: ad.value_and_gradient(bowl)((x, y)),
    "forward": lambda x, y: ad.forward(bowl)(x, y)[1](x, 1.0),
    "forward of zero": lambda x, y: ad.forward(bowl)(x, y)[1](None, y),
    "reverse": lambda x, y: ad.reverse(bowl)(x, y)[1](2.0),
    "forward, held": lambda x, y: ad.forward(lambda x: ad.exp(bowl(x, y)), x)[1](x),
    "reverse, held": lambda x, y: ad.reverse(lambda x: ad.exp(bowl(x, y)), x)[1](y),
    "jacobian": lambda x, y: ad.jacobian(lambda x, y: y * ad.sin(x))(x, y),
    "jacobian, held": lambda x, y: ad.jacobian(lambda x: (y * ad.sin(x), bowl(x, y)))(x),
    "hessian": lambda x, y: ad.hessian(bowl)(x, y),
    "hessian, held": lambda x, y: ad.hessian(lambda x: bowl(x, y), x),
    "nested": lambda x, y: ad.gradient(lambda x: ad.total(ad.gradient(lambda y: bowl(x, y * y), y) * x), x),
    "newton": lambda x, y: x - ad.solve(ad.hessian(lambda x: bowl(x, y), x), ad.gradient(lambda x: bowl(x, y), x)),
    "each": lambda x, y: ad.each(N, ad.gradient(lambda row: bowl(row, ad.dot(row, x))), XS),
    "loop": lambda x, y: ad.gradient(
        lambda x: ad.total(ad.scan(N, lambda s, r: (s + r * x, ad.dot(s, x)), x, XS)[1]), x
    ),
}


@pytest.mark.parametrize("name", OF_BOTH)
def test_what_is_computed_at_variables_is_what_is_computed_at_arrays(name: str) -> None:
    """And it is an ad.arrow, whose derivative is right."""
    f = OF_BOTH[name]
    made = ad.arrow(f, Float[I], Scalar)
    _assert_close(made(X, Y), f(X, Y))
    check_derivative(made, X, Y)
    _assert_close(ad.stage(made)(X, Y), made(X, Y))


def _assert_close(found: Anything, wanted: Anything) -> None:
    assert isinstance(found, tuple) == isinstance(wanted, tuple)
    pairs = zip(found, wanted, strict=True) if isinstance(found, tuple) else []
    for one, other in pairs:
        _assert_close(one, other)
    if not isinstance(found, tuple):
        assert np.shape(found) == np.shape(wanted)
        np.testing.assert_allclose(found, wanted, rtol=1e-12)


@given(x=st.floats(-2, 2), y=st.floats(-2, 2), n=st.integers(0, 4))
def test_derivatives_of_derivatives(x: float, y: float, n: int) -> None:
    """The n-th of ad.sin(x y) in x, held at y."""

    def wave(x: Scalar) -> Scalar:
        return sin(x * y)

    f: Callable[[Scalar], Scalar] = wave
    for _ in range(n):
        f = ad.gradient(f)
    wanted = y**n * np.sin(x * y + n * np.pi / 2)
    assert f(check(Scalar, x)) == pytest.approx(wanted, abs=1e-9)
    assert ad.arrow(f, Scalar)(x) == pytest.approx(wanted, abs=1e-9)


def test_a_penalty_on_a_gradient_trains_a_layer() -> None:
    """Parameters inside are those of the ad.model, and the input of a parametrised arrow is held fixed."""
    layer = ad.linear(I, H)

    @model
    def penalty(x: Float[I]) -> Scalar:
        slope: Float[I] = ad.gradient(lambda x: ad.total(ad.tanh(layer(x))), x)
        return dot(slope, slope)

    p: Any = penalty.init(np.random.default_rng(0))
    w, b = p
    slope = w.T @ (1 - np.tanh(w @ X + b) ** 2)
    assert penalty(p, X) == pytest.approx(slope @ slope)
    check_derivative(penalty, p, X)
    of_parameters = layer >> ad.total(Float[H])
    step = ad.arrow(lambda p, x: ad.gradient(of_parameters)(p, x), tuple[Float[H, I], Float[H]], Float[I])
    _assert_close(step(p, X), ad.gradient(of_parameters)(p, X))


def test_integers_are_held_or_have_no_slope() -> None:
    """Among the arguments the slope of an index is the integer 0."""
    pick = ad.arrow(lambda w, i: ad.total(ad.lookup(w, i)), Float[H, I], Index)
    assert ad.arrow(lambda w, i: ad.gradient(pick)(w, i), Float[H, I], Index)(W, 1)[1] == 0
    slope = ad.arrow(lambda w, i: ad.gradient(lambda w: pick(w, i), w), Float[H, I], Index)
    np.testing.assert_array_equal(slope(W, 1), [[0.0] * 3, [1.0] * 3])


def test_a_name_for_both_uses_is_a_function_too() -> None:
    """Of values."""
    assert ad.gradient(ad.sin)(0.5) == np.cos(0.5)
    _assert_close(ad.gradient(ad.dot)(X, X), (X, X))
    assert ad.gradient(ad.gradient(ad.cos))(0.5) == -np.cos(0.5)


def test_arrays_that_are_held_may_be_of_any_dimensions() -> None:
    """Their sizes are what is known of them, and these may be those of any dimension."""

    @arrow
    def affine(x: Float[I], b: Float[H]) -> Float[H]:
        made: Float[H] = b + ad.matvec(W, x) * dot(X, x)
        return made

    np.testing.assert_allclose(affine(X, W[:, 0]), W[:, 0] + W @ X * (X @ X))
    of_rows = ad.arrow(lambda x: ad.each(N, lambda row: bowl(row, ad.dot(row, x)), XS), Float[I])
    np.testing.assert_allclose(of_rows(X), [bowl(row, row @ X) for row in XS])
    np.testing.assert_allclose(ad.gradient(lambda w: ad.total(ad.matvec(w, X)))(W), np.stack([X, X]))
    with pytest.raises(SpaceError, match=r"wanted a result in Float\[H\], got Float\[4\]"):
        ad.arrow(wrong)


def wrong(x: Float[I]) -> Float[H]:
    """It is not so long."""
    made: Float[H] = ad.matvec(XS, x)
    return made


ERRORS: dict[str, tuple[Callable[[Anything], Anything], str]] = {
    "no number": (lambda x: ad.gradient(lambda x: ad.tanh(x))(x), r"gradient: wanted .* to Scalar, got"),
    "nothing that varies": (lambda x: ad.gradient(lambda x: 3.0)(x), r"gradient\(f\): wanted an array"),
    "too few": (lambda x: ad.gradient(lambda x, y: bowl(x, y))(x), r"gradient\(f\): wanted x, y, got 1 argument"),
    "one of two": (lambda x: ad.gradient(bowl)(x), r"wanted (the call gradient|tuple)"),
    "a branch": (lambda x: ad.gradient(lambda x: x if x > 0 else -x)(x), r"write where"),
    "another tangent": (lambda x: ad.forward(bowl)(x, 1.0)[1](1.0, 1.0, 1.0), "pushforward"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_what_cannot_be_differentiated_is_told(name: str) -> None:
    """With variables and with arrays, and where a function is made an ad.arrow, with its line."""
    f, text = ERRORS[name]
    with pytest.raises((SpaceError, InterpretationError), match=text):
        f(X)
    with pytest.raises((SpaceError, InterpretationError), match=f"<lambda>, line [0-9]+, .*{text}"):
        ad.arrow(f, Float[I])


def test_what_is_no_arrow_and_no_function_is_told_at_once() -> None:
    """Before any point is given."""
    nothing: Any = 3  # Any: what a checker refuses
    for derivative in (ad.gradient, ad.forward, ad.jacobian):
        with pytest.raises(SpaceError, match="wanted an arrow, got int"):
            derivative(nothing)
    assert ad.gradient(ad.identity(Scalar) >> ad.identity(Scalar))(1.0) == 1.0
    assert ad.gradient(ad.mul(Scalar))(1.0, 2.0) == (2.0, 1.0)
