"""Higher derivatives: Hessians, third derivatives, and gradients inside gradients."""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import cat_ad as c
from cat_ad import (
    Arrow,
    Dim,
    Float,
    Index,
    Int,
    InterpretationError,
    Scalar,
    SpaceError,
    add,
    check,
    constant,
    cross_entropy,
    dup,
    each,
    exp,
    exr,
    forward,
    gradient,
    gradient_field,
    hessian_vector_product,
    identity,
    it,
    jacobian,
    linear,
    masked_mean,
    mul,
    power,
    primitive,
    reverse_derivative,
    rms_norm,
    scale,
    sin,
    softmax,
    tangent,
    tanh,
    total,
)
from cat_ad.arrows.completeness import arrow_of
from cat_ad.arrows.elements import variable
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.spaces import floats
from cat_ad.primitives.contractions import contraction
from tests.support.exact import magnitudes
from tests.support.trees import Tree


class N(Dim, size=4):
    """Four."""


class M(Dim, size=3):
    """Three."""


class Many(Dim):
    """As many as there are."""


class Batch(Dim):
    """As long as the data."""


POINT: Tree = np.random.default_rng(0).normal(size=4)
FIELDS: dict[str, Arrow[Float[N], Scalar]] = {
    "squared norm": dup(Float[N]) >> mul(Float[N]) >> total(Float[N]),
    "sines": sin(Float[N]) >> tanh(Float[N]) >> dup(Float[N]) >> mul(Float[N]) >> total(Float[N]),
    "softmax": softmax(N) >> dup(Float[N]) >> mul(Float[N]) >> total(Float[N]),
    "norm": rms_norm(N) >> exp(Float[N]) >> total(Float[N]),
}


def number(x: float) -> Scalar:
    """A number as an array of no axes."""
    return check(Scalar, x)


def second_argument(y: float) -> Arrow[Scalar, tuple[Scalar, Scalar]]:
    """x to (x, y)."""
    return identity(Scalar) & (it(Scalar) >> constant(Scalar, number(y)))


def test_perturbations_are_not_confused() -> None:
    """d/dx (x * d/dy (x y) at 2) at 1 = 2: the inner derivative is x, and its tangent is not the outer one's."""
    inner = second_argument(2.0) >> gradient_field(mul(Scalar)) >> exr(Scalar, Scalar)
    assert gradient((identity(Scalar) & inner) >> mul(Scalar))(number(1.0)) == 2.0
    assert forward((identity(Scalar) & inner) >> mul(Scalar))(number(1.0))[1](number(1.0)) == 2.0


def test_perturbations_of_a_sum_are_not_confused() -> None:
    """d/dx (x * d/dy (x + y) at 1) at 1 = 1, the case of Siskind and Pearlmutter (2005), which confusion makes 2."""
    inner = second_argument(1.0) >> gradient_field(add(Scalar)) >> exr(Scalar, Scalar)
    whole = (identity(Scalar) & inner) >> mul(Scalar)
    assert gradient(whole)(number(1.0)) == 1.0
    assert gradient_field(whole)(number(1.0)) == 1.0


def test_derivatives_three_deep() -> None:
    """d/dx x (d/dy y (d/dz x y z at 5) at 3) at 2: x d/dy(x y^2) = 2 x^2 y, whose derivative is 4 x y = 24."""
    times_z: SomeArrow = mul(Scalar) * identity(Scalar) >> mul(Scalar)  # ((x, y), z) to x y z
    pair = identity(times_z.dom.__args__[0])
    at_five = (pair & (it(pair.dom) >> constant(Scalar, number(5.0)))) >> gradient_field(times_z)
    d_z: SomeArrow = at_five >> exr(pair.dom, Scalar)  # (x, y) to x y
    y_times = (exr(Scalar, Scalar) & d_z) >> mul(Scalar)
    d_y = second_argument(3.0) >> gradient_field(y_times) >> exr(Scalar, Scalar)
    assert gradient((identity(Scalar) & d_y) >> mul(Scalar))(number(2.0)) == pytest.approx(24.0, rel=1e-14)


@pytest.mark.parametrize("order", range(1, 5))
def test_each_derivative_of_a_power(order: int) -> None:
    """The nth derivative of x^7 is 7!/(7-n)! x^(7-n), and that of exp is exp."""
    derived, same = power(Scalar, 7), exp(Scalar)
    expected, exponent = 1.0, 7
    for _ in range(order):
        derived, same = gradient_field(derived), gradient_field(same)
        expected, exponent = expected * exponent, exponent - 1
    assert derived(number(1.3)) == pytest.approx(expected * 1.3**exponent, rel=1e-13)
    assert same(number(0.4)) == pytest.approx(np.exp(0.4), rel=1e-13)


@pytest.mark.parametrize("f", FIELDS.values(), ids=FIELDS)
def test_hessians_are_symmetric_and_multiply(f: Arrow[Float[N], Scalar]) -> None:
    """The Jacobian of the gradient field; each of its products with a vector; and differences of the gradient."""
    hessian = jacobian(gradient_field(f))(POINT)
    u: Tree = np.arange(4.0)
    np.testing.assert_allclose(hessian, hessian.T, rtol=0, atol=1e-13)
    np.testing.assert_allclose(hessian_vector_product(f)((POINT, u)), hessian @ u, rtol=1e-14, atol=1e-13)
    by_reverse = reverse_derivative(gradient_field(f))((POINT, u))
    np.testing.assert_allclose(by_reverse, hessian @ u, rtol=1e-14, atol=1e-13)
    h = 1e-6
    change = (gradient(f)(POINT + h * u) - gradient(f)(POINT - h * u)) / (2 * h)
    np.testing.assert_allclose(hessian @ u, change, rtol=0, atol=1e-7)


@pytest.mark.parametrize("f", FIELDS.values(), ids=FIELDS)
def test_third_derivatives_are_symmetric(f: Arrow[Float[N], Scalar]) -> None:
    """In all three directions: d3 f(u, v, w) does not depend on their order."""
    third = jacobian(jacobian_field(gradient_field(f)))(POINT)
    for axes in ((1, 0, 2), (0, 2, 1), (2, 1, 0)):
        np.testing.assert_allclose(third, np.transpose(third, axes), rtol=0, atol=1e-12)


def jacobian_field(f: Arrow[Float[N], Float[N]]) -> Arrow[Float[N], Float[N, N]]:
    """a to the Jacobian of f at a, as an arrow: the derivative in all directions at once."""
    units: SomeArrow = it(Float[N]) >> constant(Float[N, N], np.eye(4))
    copies: SomeArrow = it(Float[N]) >> constant(Float[N], np.ones(4))
    outer = contraction("outer", floats(N), floats(N), floats(N, N), "i", "j", "ij")
    points = (copies & identity(Float[N])) >> outer
    in_each: SomeArrow = each(N, tangent(f) >> exr(Float[N], Float[N]))
    made: SomeArrow = (points & units) >> in_each
    return made


def test_a_model_has_a_hessian() -> None:
    """Of a loss of a multilayer perceptron: products with vectors agree with differences of the gradient."""
    model = linear(N, M) >> tanh(Float[M]) >> linear(M, N)
    loss = each(Batch, model >> cross_entropy_with(1)) >> total(Float[Batch])
    rng = np.random.default_rng(0)
    parameters, x = loss.init(rng), rng.normal(size=(5, 4))
    assert_hessian(loss.arrow, (parameters, x), rng)


def cross_entropy_with(target: int) -> Arrow[Float[N], Scalar]:
    """The cross entropy of scores with one fixed target."""
    fixed: Arrow[Float[N], Index] = it(Float[N]) >> constant(Index, check(Index, target))
    return (identity(Float[N]) & fixed) >> cross_entropy(N)


def assert_hessian(f: Arrow[Any, Scalar], a: Tree, rng: np.random.Generator) -> None:  # Any: of parameters
    """The product of the Hessian with a random vector is the difference of the gradients along it."""
    u = mapped(lambda x: rng.normal(size=x.shape), a)
    found = hessian_vector_product(f)((a, u))
    h = 1e-5
    ahead = gradient(f)(mapped(lambda x, y: x + h * y, a, u))
    behind = gradient(f)(mapped(lambda x, y: x - h * y, a, u))
    change = mapped(lambda x, y: (x - y) / (2 * h), ahead, behind)
    mapped(lambda x, y: np.testing.assert_allclose(x, y, rtol=0, atol=1e-6), found, change)


def mapped(f: Callable[..., Tree], *trees: Tree) -> Tree:
    """f of the arrays in each place."""
    if isinstance(trees[0], tuple):
        return tuple(mapped(f, *parts) for parts in zip(*trees, strict=True))
    return f(*trees)


def test_jax_agrees() -> None:
    """Where JAX is installed: Hessian and third derivative of a function of many operations."""
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    jnp = jax.numpy

    def g(x: Any) -> Any:  # Any: a traced array
        y = jnp.tanh(jnp.sin(x))
        return jnp.sum(y * y)

    f = FIELDS["sines"]
    np.testing.assert_allclose(jacobian(gradient_field(f))(POINT), jax.hessian(g)(POINT), atol=1e-13)
    third = jacobian(jacobian_field(gradient_field(f)))(POINT)
    np.testing.assert_allclose(third, jax.jacfwd(jax.hessian(g))(POINT), atol=1e-12)


def test_what_has_no_second_derivative_says_so() -> None:
    """A primitive that states its derivative in terms that elements do not know has a first one, and no second."""
    opaque: SomeArrow = primitive(
        "opaque",
        Float[N],
        Float[N],
        lambda x: np.sort(x) ** 2,
        lambda x, y, k: k.linear_map(
            lambda d: 2 * np.sort(x) * d[np.argsort(x)], lambda d: 2 * x * d[np.argsort(np.argsort(x))]
        ),
    )
    first = reverse_derivative(opaque)
    np.testing.assert_allclose(first((POINT, POINT * 0 + 1)), 2 * POINT)
    with pytest.raises(InterpretationError, match=r"second derivative of opaque.*give its parts"):
        reverse_derivative(first)
    with pytest.raises(InterpretationError, match=r"second derivative of opaque"):
        gradient(first >> total(Float[N]))((POINT, POINT))


def test_bad_input_says_what_to_do() -> None:
    """Typed errors."""
    ad: Any = c  # Any: what a checker refuses
    with pytest.raises(SpaceError, match=r"reverse_derivative: wanted an arrow, got function; sin makes arrows"):
        ad.reverse_derivative(sin)
    with pytest.raises(SpaceError, match=r"tangent: wanted an arrow, got int"):
        ad.tangent(3)
    with pytest.raises(SpaceError, match=r"gradient_field: wanted an arrow to Scalar.* end it by total"):
        ad.gradient_field(sin(Float[N]))
    with pytest.raises(SpaceError):
        ad.hessian_vector_product(scale(Float[N], 2.0))
    with pytest.raises(SpaceError, match=r"wanted the object of x of <lambda>.*annotate it, or write arrow\("):
        ad.tangent(lambda x: x)


@pytest.mark.parametrize("word", ["gradient_field", "hessian_vector_product", "jacobian_field", "reverse_derivative"])
def test_derivatives_as_arrows_take_functions(word: str) -> None:
    """Which are the arrows that they are."""

    def f(x: Float[N], y: Scalar) -> Scalar:
        return y * c.dot(x, exp(x))

    ad: Any = c  # Any: several words
    assert str(getattr(ad, word)(f)) == str(getattr(ad, word)(c.arrow(f)))
    assert str(tangent(f)) == str(tangent(c.arrow(f)))


def test_integers_are_carried_through() -> None:
    """Their tangents are 0, whatever the order of the derivative."""
    f: SomeArrow = (dup(Float[N]) >> mul(Float[N])) * identity(Int[N]) >> masked_mean(N)
    targets = np.array([1, -1, 2, 0])
    found, zeros = hessian_vector_product(f)(((POINT, targets), (np.ones(4), targets * 0)))
    np.testing.assert_allclose(found, [2 / 3, 0, 2 / 3, 2 / 3])
    np.testing.assert_array_equal(zeros, np.zeros(4, int))


@pytest.mark.parametrize("number", [np.float64(2.0), np.float32(2.0), np.array(2.0), np.int64(2)], ids=repr)
def test_numbers_of_numpy_stand_on_either_side_of_an_element(number: Any) -> None:
    """In a rule that a user states."""
    f: Any = c.primitive("f", Scalar, Scalar, lambda x: x * x, lambda x, y, k: k.scale(number * x))
    g: Any = c.primitive("g", Scalar, Scalar, lambda x: x * x, lambda x, y, k: k.scale((number + x) - 2.0 + x))
    for h in f, g:
        assert c.gradient_field(c.gradient_field(h))(np.float64(3.0)) == 2.0


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of NumPy, at what overflows, and at 0 / 0
@pytest.mark.parametrize("name", ["add", "sub", "mul", "truediv"])
def test_an_element_and_a_number_give_what_arrays_give(name: str) -> None:
    """Bit for bit, at all magnitudes; and what is linear is its own derivative."""
    f, x = getattr(operator, name), variable(Float[N])
    numbers = magnitudes(np.float64, np.random.default_rng(0), 3)
    points: Tree = numbers[: len(numbers) // 4 * 4].reshape(-1, 4)
    for number in map(float, numbers):
        arrow = arrow_of(f(x, number), x)
        np.testing.assert_array_equal(each(Many, arrow)(points), f(points, number))
        if name in ("mul", "truediv"):
            slope = reverse_derivative(arrow)
            np.testing.assert_array_equal(slope((POINT, points[0])), f(points[0], number))
