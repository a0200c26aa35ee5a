"""The reverse derivative of an arrow is an arrow: `reverse_derivative(f): A x B -> A`, from a point and a cotangent.

It is reverse mode, run on elements. An arrow is read as an optic: a function from a to f(a) and the way back, which
remembers what it needs of a (the residual). Of a composition, the way back passes the second part first. On elements
the result is an arrow, in which nothing is computed twice, however deep derivatives are nested. It costs what the
closures of `reverse` cost.

The axioms of a reverse derivative category (Cockett, Cruttwell, Gallagher, Lemay, MacAdam, Plotkin & Pronk 2019), with
R[f] for reverse_derivative(f) and D[f](a, u) for R[R[f]]((a, 0), u) ; exr:

    1  R[f + g] = R[f] + R[g]                               and R[0] = 0
    2  R[f](a, u + v) = R[f](a, u) + R[f](a, v)             and R[f](a, 0) = 0
    3  R[id](a, u) = u, R[exl](a, u) = (u, 0), R[exr](a, u) = (0, u)
    4  R[f & g](a, (u, v)) = R[f](a, u) + R[g](a, v)        and R[it](a, ()) = 0
    5  R[f ; g](a, u) = R[f](a, R[g](f(a), u))
    6  D[R[f]]((a, u), (0, v)) = R[f](a, v)
    7  D[D[f]]((a, u), (v, 0)) = D[D[f]]((a, v), (u, 0))

>>> from cat_ad import Scalar, dup, exp, mul, power
>>> print(reverse_derivative(exp(Scalar)))
((a, b) -> mul(exp(a), b))
>>> square = dup(Scalar) >> mul(Scalar)
>>> print(reverse_derivative(square))                    # forking has become adding
((a, b) -> c = mul(a, b); add(c, c))
>>> reverse_derivative(square)((3.0, 1.0))
np.float64(6.0)
>>> cube = power(Scalar, 3)
>>> gradient_field(gradient_field(cube))(2.0)           # the derivative of 3 x^2
np.float64(12.0)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple, Unpack, overload

from cat_ad.arrows.completeness import arrow_of
from cat_ad.arrows.elements import Elements, Given, image, variables
from cat_ad.arrows.given import HasArrow, require_arrow
from cat_ad.arrows.printing import describe
from cat_ad.arrows.terms import Arrow, SomeArrow
from cat_ad.categories.category import A, B, Hom
from cat_ad.derivatives.chain_rule import Differentiable, function
from cat_ad.errors import SpaceError
from cat_ad.linear_maps import additive
from cat_ad.linear_maps.additive import Additive, AdditiveFunction
from cat_ad.linear_maps.dual import Dual, Opposite, turned
from cat_ad.objects.spaces import Scalar, show
from cat_ad.objects.tangents import Tangent, applied
from cat_ad.primitives.constants import one
from cat_ad.symbolic.bulk import floating, whole
from cat_ad.symbolic.on_elements import Symbolic, derivative_arrow
from cat_ad.symbolic.tangent_functor import derivative

C = TypeVar("C")
More = TypeVarTuple("More")


class Optics(Symbolic[Opposite[AdditiveFunction]]):
    """Functions of elements, with the functions that pull cotangents back."""

    def __init__(self) -> None:
        """Reverse mode."""
        super().__init__(Dual(Additive()))

    def __repr__(self) -> str:
        """Its name."""
        return "Optics()"


@overload
def reverse_derivative(f: HasArrow[A, B]) -> Arrow[tuple[A, B], A]: ...
@overload
def reverse_derivative(f: Callable[[A], B]) -> Arrow[tuple[A, B], A]: ...
@overload
def reverse_derivative(
    f: Callable[[A, C, Unpack[More]], B],
) -> Arrow[tuple[tuple[A, C, *More], B], tuple[A, C, *More]]: ...
def reverse_derivative(f: Given) -> SomeArrow:
    """(a, v) to the transposed derivative of f at a, applied to v. Raises `SpaceError` if f is no arrow.

    The tangent of an integer is the integer 0. An arrow knows no dtypes: given float32 beside float64, it may give
    float64 where `reverse` gives each place its own.
    """
    return derivative_arrow(require_arrow("reverse_derivative", f), transposed=True)


@overload
def gradient_field(f: HasArrow[A, Scalar]) -> Arrow[A, A]: ...
@overload
def gradient_field(f: Callable[[A], Scalar]) -> Arrow[A, A]: ...
@overload
def gradient_field(f: Callable[[A, C, Unpack[More]], Scalar]) -> Arrow[tuple[A, C, *More], tuple[A, C, *More]]: ...
def gradient_field(f: Given) -> SomeArrow:
    """a to the gradient of f at a. Raises `SpaceError` if f does not end in `Scalar`."""
    f = require_arrow("gradient_field", f)
    if f.cod is not Scalar:
        raise SpaceError(f"gradient_field: wanted an arrow to {show(Scalar)}, got {describe(f)}; end it by total")
    a, y, back = _run(f.to(Optics()), f.dom)
    return arrow_of(whole(a, applied(back, image(one(), y))), a)


@overload
def hessian_vector_product(f: HasArrow[A, Scalar]) -> Arrow[tuple[A, A], A]: ...
@overload
def hessian_vector_product(f: Callable[[A], Scalar]) -> Arrow[tuple[A, A], A]: ...
@overload
def hessian_vector_product(
    f: Callable[[A, C, Unpack[More]], Scalar],
) -> Arrow[tuple[tuple[A, C, *More], tuple[A, C, *More]], tuple[A, C, *More]]: ...
def hessian_vector_product(f: Given) -> SomeArrow:
    """(a, u) to the Hessian of f at a, times u: the derivative of the gradient field along u (Pearlmutter 1994)."""
    return derivative(gradient_field(f))


def read_off(
    f: Hom[Differentiable[Opposite[AdditiveFunction]], A, B], dom: type[A], cod: type[B]
) -> Arrow[tuple[A, B], A]:
    """The arrow of what an arrow of `Optics` does going back."""
    (a, _, back), v = _run(f, dom), variables(cod)
    return arrow_of(whole(a, applied(back, floating(cod, v))), (a, v))


def _run(
    f: Hom[Differentiable[Opposite[AdditiveFunction]], A, B], dom: type[A]
) -> tuple[Elements, Elements, Callable[[Tangent], Tangent]]:
    a: Given = variables(dom)
    b, back = function(f)(a)
    y: Given = b
    return a, y, additive.function(turned(back))
