"""Functions of one number, entry by entry: A -> A.

The derivative at x is the diagonal map that multiplies by the slope at x, `k.scale(slope)`. On a product the function
acts on each factor.

>>> from cat_ad import Scalar, gradient
>>> gradient(exp(Scalar))(0.0)
np.float64(1.0)
"""

from __future__ import annotations

from collections.abc import Callable

from cat_ad.arrays import AnyArray, namespace
from cat_ad.arrow import Arrow, Primitive, SomeArrow, identity
from cat_ad.biproduct import Linear
from cat_ad.category import A, Hom, K
from cat_ad.errors import SpaceError
from cat_ad.products import cross
from cat_ad.spaces import factors, is_array, kind, require_object, show


def elementwise(
    name: str, a: type[A], value: Callable[[AnyArray], AnyArray], slope: Callable[[AnyArray, AnyArray], AnyArray]
) -> Arrow[A, A]:
    """The arrow A -> A of a function of one number; `slope(x, y)` is its derivative at x, where its value is y."""

    def derivative(x: AnyArray, y: AnyArray, k: Linear[K]) -> Hom[K, AnyArray, AnyArray]:
        return k.scale(slope(x, y))

    return on_arrays(name, a, lambda array: Primitive(array, array, name, value, derivative))


def on_arrays(name: str, a: type[A], make: Callable[[type], SomeArrow]) -> Arrow[A, A]:
    """An arrow on each array of a product. Raises `SpaceError` at an array of integers."""
    require_object(name, a)
    if is_array(a):
        require_float(name, a)
        return make(a)
    parts: list[SomeArrow] = [on_arrays(name, factor, make) for factor in factors(a)]
    side_by_side: SomeArrow = cross(*parts) if parts else identity(a)
    return side_by_side


def require_float(name: str, a: object) -> None:
    """Raise `SpaceError` unless this array object has floating-point numbers."""
    if kind(a) != "Float":
        raise SpaceError(f"{name}: wanted floating-point numbers, got {show(a)}; integers have no derivative")


def negate(a: type[A]) -> Arrow[A, A]:
    """-x"""
    return elementwise("negate", a, lambda x: -x, lambda x, y: -1.0)


def scale(a: type[A], c: float) -> Arrow[A, A]:
    """c x, for a number c"""
    return elementwise(f"scale {c:g}", a, lambda x: x * c, lambda x, y: c)


def reciprocal(a: type[A]) -> Arrow[A, A]:
    """1 / x"""
    return elementwise("reciprocal", a, lambda x: 1.0 / x, lambda x, y: -y * y)


def power(a: type[A], n: float) -> Arrow[A, A]:
    """x^n, for a number n"""
    if n == 0:  # the slope is 0 even at 0, where 0 * x^(-1) is not
        return elementwise("power 0", a, lambda x: x**0, lambda x, y: 0.0)
    return elementwise(f"power {n:g}", a, lambda x: x**n, lambda x, y: n * x ** (n - 1))


def exp(a: type[A]) -> Arrow[A, A]:
    """e^x"""
    return elementwise("exp", a, lambda x: namespace(x).exp(x), lambda x, y: y)


def log(a: type[A]) -> Arrow[A, A]:
    """The natural logarithm."""
    return elementwise("log", a, lambda x: namespace(x).log(x), lambda x, y: 1.0 / x)


def sqrt(a: type[A]) -> Arrow[A, A]:
    """The square root."""
    return elementwise("sqrt", a, lambda x: namespace(x).sqrt(x), lambda x, y: 0.5 / y)


def sin(a: type[A]) -> Arrow[A, A]:
    """The sine; its derivative is the cosine."""
    return elementwise("sin", a, lambda x: namespace(x).sin(x), lambda x, y: namespace(x).cos(x))


def cos(a: type[A]) -> Arrow[A, A]:
    """The cosine; its derivative is minus the sine."""
    return elementwise("cos", a, lambda x: namespace(x).cos(x), lambda x, y: -namespace(x).sin(x))


def tanh(a: type[A]) -> Arrow[A, A]:
    """The hyperbolic tangent y; its slope is 1 - y^2.

    The derivative is stated as d -> d - d y y rather than by scaling: it keeps y, which the next layer keeps anyway,
    and not another array of slopes, without which a deep model needs half of the memory.
    """

    def derivative(x: AnyArray, y: AnyArray, k: Linear[K]) -> Hom[K, AnyArray, AnyArray]:
        def times_slope(d: AnyArray) -> AnyArray:
            return d - d * y * y

        return k.linear(times_slope, times_slope)

    return on_arrays(
        "tanh", a, lambda array: Primitive(array, array, "tanh", lambda x: namespace(x).tanh(x), derivative)
    )


def sigmoid(a: type[A]) -> Arrow[A, A]:
    """The logistic function y = 1 / (1 + e^-x), as (1 + tanh(x/2)) / 2, which cannot overflow; slope y (1 - y)."""
    return elementwise("sigmoid", a, lambda x: 0.5 + 0.5 * namespace(x).tanh(0.5 * x), lambda x, y: y * (1.0 - y))


def relu(a: type[A]) -> Arrow[A, A]:
    """max(x, 0); slope 1 where x > 0 and 0 elsewhere, at 0 too."""
    return elementwise("relu", a, lambda x: x * (x > 0), lambda x, y: x > 0)
