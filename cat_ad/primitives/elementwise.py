"""Functions of one number, entry by entry: A -> A.

The derivative of f at x is to multiply by the slope of f at x, entry by entry: `k.scale(slope)`. It is given the value
y = f(x) too, by which the slope is often found quickest. On a product the function acts on each factor.

>>> from cat_ad import Scalar, gradient
>>> gradient(exp(Scalar))(0.0)
np.float64(1.0)
"""

from __future__ import annotations

from collections.abc import Callable
from numbers import Integral, Real
from sys import float_info
from typing import Protocol, TypeVarTuple, overload

from cat_ad.arrows.generators import DerivativeRule, LinearRule, Primitive
from cat_ad.arrows.operations import Operation, Property
from cat_ad.arrows.polymorphism import polymorphic
from cat_ad.arrows.products import cross
from cat_ad.arrows.structure import identity
from cat_ad.arrows.terms import Arrow, SomeArrow
from cat_ad.categories.biproduct import Linear
from cat_ad.categories.category import A, Hom, K
from cat_ad.errors import SpaceError, told
from cat_ad.objects.arrays import AnyArray, as_dtype, namespace
from cat_ad.objects.spaces import Float, Scalar, dimensions, factors, is_array, kind, require_object, show

OPERATIONS = dict[tuple[str, ...], Operation]()  # one of each name, and of what is said of it

S = TypeVarTuple("S")


class Elementwise(Protocol):
    """A function of one number: of an object, the arrow; and of an array, what it makes of each entry."""

    @overload
    def __call__(self, a: type[A], /) -> Arrow[A, A]: ...
    @overload
    def __call__(self, x: Float[*S], /) -> Float[*S]: ...
    @overload
    def __call__(self, x: float, /) -> Scalar: ...


class ElementwiseAndNumber(Protocol):
    """The same of a function that takes a number besides, which is no variable."""

    @overload
    def __call__(self, a: type[A], c: float, /) -> Arrow[A, A]: ...
    @overload
    def __call__(self, x: Float[*S], c: float, /) -> Float[*S]: ...
    @overload
    def __call__(self, x: float, c: float, /) -> Scalar: ...


def of_one(*names: str) -> Callable[[Callable[[type[A]], Arrow[A, A]]], Elementwise]:
    """Let a function of objects take values too; elements know it by its name, and by these."""
    return polymorphic(*names)


def of_one_and_number(family: Callable[[type[A], float], Arrow[A, A]]) -> ElementwiseAndNumber:
    """Let a function of an object and a number take a value too."""
    made: ElementwiseAndNumber = polymorphic()(family)
    return made


def elementwise(
    name: str,
    a: type[A],
    value: Callable[[AnyArray], AnyArray],
    derivative: DerivativeRule[AnyArray, AnyArray],
    linear: LinearRule | None = None,
    number: float | tuple[float, ...] | None = None,
    properties: tuple[Property, ...] = (),
) -> Arrow[A, A]:
    """The arrow A -> A of a function of one number. Raises `SpaceError` at an array of integers.

    Its operation is the first word of its name; `number` tells apart those of a family, such as `scale`, since the name
    rounds it.
    """
    require_object(name, a)
    if is_array(a):
        require_float(name, a)
        word = name.partition(" ")[0]
        its = OPERATIONS.setdefault((word, *properties), Operation(word, "elementwise", *properties))
        return Primitive(
            *(a, a, name, value, derivative),
            linear=linear,
            loops=dimensions(a),
            operation=its,
            parameters=(number,),
        )
    parts: list[SomeArrow] = [
        elementwise(name, factor, value, derivative, linear, number, properties) for factor in factors(a)
    ]
    side_by_side: SomeArrow = cross(*parts) if parts else identity(a)
    return side_by_side


def _increasing(
    name: str,
    a: type[A],
    value: Callable[[AnyArray], AnyArray],
    derivative: DerivativeRule[AnyArray, AnyArray],
    number: float | None = None,
) -> Arrow[A, A]:
    """The same of an increasing function."""
    return elementwise(name, a, value, derivative, number=number, properties=("increasing",))


def require_float(name: str, a: object) -> None:
    """Raise `SpaceError` unless this array object has floating-point numbers."""
    if kind(a) != "Float":
        raise SpaceError(
            f"{name}: wanted floating-point numbers, got {show(a)}; integers have no derivative, and .astype(float) of "
            "the array makes numbers that do"
        )


@of_one_and_number
def scale(a: type[A], c: float) -> Arrow[A, A]:
    """c x, for a number c."""
    c = real("scale", c)
    return _scaling(f"scale {c:g}", a, c)


@of_one_and_number
def over(a: type[A], c: float) -> Arrow[A, A]:
    """x / c, for a number c, as arrays divide: also where 1 / c is infinite, and by 0."""
    c = real("over", c)

    def quotient(x: AnyArray) -> AnyArray:
        return x / c

    def linear(k: Linear[K]) -> Hom[K, A, A]:
        return k.linear_map(quotient, quotient)

    return elementwise(f"over {c:g}", a, quotient, lambda x, y, k: linear(k), linear, c)


@of_one_and_number
def shift(a: type[A], c: float) -> Arrow[A, A]:
    """x + c, for a number c, with slope 1."""
    c = real("shift", c)
    return _increasing(f"shift {c:g}", a, lambda x: x + c, lambda x, y, k: k.scale(1.0), number=c)


@of_one("negative")
def negate(a: type[A]) -> Arrow[A, A]:
    """-x"""
    return _scaling("negate", a, -1.0)


def _scaling(name: str, a: type[A], c: float) -> Arrow[A, A]:
    """Linear: its derivative is itself, everywhere."""
    return elementwise(name, a, lambda x: x * c, lambda x, y, k: k.scale(c), lambda k: k.scale(c), c)


def real(name: str, c: object) -> float:
    """A real number as one of Python, which does not change the dtype of arrays; `SpaceError` for what is no number.

    An integer stays an integer, for `power`; one that is greater than all floats is refused.
    """
    if isinstance(c, bool) or not isinstance(c, Real) or (isinstance(c, Integral) and abs(int(c)) > float_info.max):
        found = show(c) if isinstance(c, type) else told(c)
        raise SpaceError(f"{name}: wanted an object and then a number, got {found} for the number")
    return int(c) if isinstance(c, Integral) else float(c)


@of_one()
def reciprocal(a: type[A]) -> Arrow[A, A]:
    """y = 1 / x, with slope -y^2."""
    return elementwise("reciprocal", a, lambda x: 1.0 / x, lambda x, y, k: k.scale(-y * y))


@of_one_and_number
def power(a: type[A], n: float) -> Arrow[A, A]:
    """x^n for a number n, with slope n x^(n-1); for n = 0 that is 0 even at x = 0.

    In the dtype of x, n and n - 1 may have to be rounded, which moves x^n by up to n log x units in the last place; and
    the slope overflows where x^(n-1) does.
    """
    n = real("power", n)
    if n == 0:
        return elementwise("power 0", a, lambda x: x**0, lambda x, y, k: k.scale(0.0))
    return elementwise(f"power {n:g}", a, lambda x: x**n, lambda x, y, k: k.scale(n * x ** (n - 1)), number=n)


@of_one()
def exp(a: type[A]) -> Arrow[A, A]:
    """y = e^x, with slope y."""
    return _increasing("exp", a, lambda x: namespace(x).exp(x), lambda x, y, k: k.scale(y))


@of_one()
def log(a: type[A]) -> Arrow[A, A]:
    """The natural logarithm, with slope 1 / x."""
    return _increasing("log", a, lambda x: namespace(x).log(x), lambda x, y, k: k.scale(1.0 / x))


@of_one()
def sqrt(a: type[A]) -> Arrow[A, A]:
    """The square root y, with slope 1 / 2y."""
    return _increasing("sqrt", a, lambda x: namespace(x).sqrt(x), lambda x, y, k: k.scale(0.5 / y))


@of_one()
def sin(a: type[A]) -> Arrow[A, A]:
    """The sine, with slope cos x."""
    return elementwise("sin", a, lambda x: namespace(x).sin(x), lambda x, y, k: k.scale(namespace(x).cos(x)))


@of_one()
def cos(a: type[A]) -> Arrow[A, A]:
    """The cosine, with slope -sin x."""
    return elementwise("cos", a, lambda x: namespace(x).cos(x), lambda x, y, k: k.scale(-namespace(x).sin(x)))


@of_one()
def tanh(a: type[A]) -> Arrow[A, A]:
    """The hyperbolic tangent y, with slope 1 - y^2: found from y, it is exact to a unit in the last place of 1."""
    return _increasing("tanh", a, lambda x: namespace(x).tanh(x), _tanh)


def _tanh(x: AnyArray, y: AnyArray, k: Linear[K]) -> Hom[K, AnyArray, AnyArray]:
    """d -> d - d y y, which keeps y, as the next layer does anyway, where scaling would keep an array of slopes too."""

    def times_slope(d: AnyArray) -> AnyArray:
        return d - d * y * y

    return k.linear_map(times_slope, times_slope)


@of_one()
def sigmoid(a: type[A]) -> Arrow[A, A]:
    """The logistic function y = 1 / (1 + e^-x), with slope y (1 - y), where 1 - y is the same of -x."""
    return _increasing("sigmoid", a, _sigmoid, lambda x, y, k: k.scale(y * _sigmoid(-x)))


@of_one()
def softplus(a: type[A]) -> Arrow[A, A]:
    """log(1 + e^x), a smooth `relu`, as max(x, 0) + log(1 + e^-|x|), which cannot overflow; with slope `sigmoid`."""
    return _increasing("softplus", a, _softplus, lambda x, y, k: k.scale(_sigmoid(x)))


@of_one()
def log_sigmoid(a: type[A]) -> Arrow[A, A]:
    """The logarithm of `sigmoid`, as -`softplus`(-x), which is finite where `sigmoid` is 0; with slope 1 - sigmoid."""
    return _increasing("log_sigmoid", a, lambda x: -_softplus(-x), lambda x, y, k: k.scale(_sigmoid(-x)))


def _sigmoid(x: AnyArray) -> AnyArray:
    """t / (1 + t) where x < 0, else 1 / (1 + t), with t = e^-|x|: so nothing overflows, and nothing cancels."""
    xp = namespace(x)
    if hasattr(xp, "sigmoid"):  # of elements, which know the function as an arrow; see cat_ad.symbolic
        return xp.sigmoid(x)
    t = xp.exp(-abs(x))
    return xp.where(x < 0, t, 1.0) / (1.0 + t)


logistic = _sigmoid


def _softplus(x: AnyArray) -> AnyArray:
    xp = namespace(x)
    return xp.maximum(x, 0.0) + xp.log1p(xp.exp(-abs(x)))


@of_one()
def relu(a: type[A]) -> Arrow[A, A]:
    """max(x, 0), with slope 1 where x > 0 and 0 elsewhere, at 0 too."""
    return _increasing("relu", a, lambda x: namespace(x).maximum(x, 0.0), lambda x, y, k: k.scale(_is_positive(x)))


@of_one()
def step(a: type[A]) -> Arrow[A, A]:
    """1 where x > 0 and 0 elsewhere (Heaviside), with slope 0, at 0 too."""
    return _increasing("step", a, lambda x: _is_positive(x), lambda x, y, k: k.scale(0.0))


def _is_positive(x: AnyArray) -> AnyArray:
    """1 or 0; a number of Python, where an arrow is read and called with one, has no dtype."""
    xp = namespace(x)
    if hasattr(xp, "step"):  # of elements, which know the function as an arrow
        return xp.step(x)
    return as_dtype(x > 0, x.dtype) if hasattr(x, "dtype") else float(x > 0)
