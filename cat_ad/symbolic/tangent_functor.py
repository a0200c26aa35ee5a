"""The tangent of an arrow is an arrow: `tangent(f): A x A -> B x B`, from a point and a tangent to those of B.

It is a functor from the free cartesian category to itself (Cockett & Cruttwell 2014): the chain rule says that the
tangent of a composition is the composition of the tangents, which is forward mode. It is forward mode, run on elements.
With D[f] for the second half of tangent(f), the axioms of a Cartesian differential category (Blute, Cockett & Seely
2009) are:

    1  D[f + g] = D[f] + D[g]                               and D[0] = 0
    2  D[f](a, u + v) = D[f](a, u) + D[f](a, v)             and D[f](a, 0) = 0
    3  D[id](a, u) = u, D[exl](a, u) = exl(u), D[exr](a, u) = exr(u)
    4  D[f & g] = D[f] & D[g]
    5  D[f ; g](a, u) = D[g](f(a), D[f](a, u))
    6  D[D[f]]((a, 0), (0, u)) = D[f](a, u)
    7  D[D[f]]((a, u), (v, 0)) = D[D[f]]((a, v), (u, 0))

>>> from cat_ad import Scalar, exp, sin
>>> print(tangent(exp(Scalar)))                          # (a, u) to (e^a, e^a u), with one exponential
((a, b) -> c = exp(a); (c, mul(c, b)))
>>> tangent(sin(Scalar) >> exp(Scalar))((0.0, 1.0))
(np.float64(1.0), np.float64(1.0))
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple, Unpack, overload

from cat_ad.arrows.completeness import arrow_of
from cat_ad.arrows.elements import Elements, Given, variables
from cat_ad.arrows.given import HasArrow, require_arrow
from cat_ad.arrows.terms import Arrow, SomeArrow
from cat_ad.categories.category import A, B, Hom
from cat_ad.derivatives.chain_rule import Differentiable, function
from cat_ad.linear_maps import additive
from cat_ad.linear_maps.additive import Additive, AdditiveFunction
from cat_ad.objects.tangents import applied
from cat_ad.symbolic.bulk import floating, whole
from cat_ad.symbolic.on_elements import Symbolic, derivative_arrow

C = TypeVar("C")
More = TypeVarTuple("More")


class Tangents(Symbolic[AdditiveFunction]):
    """Functions of elements, with the functions that push tangents."""

    def __init__(self) -> None:
        """Forward mode."""
        super().__init__(Additive())

    def __repr__(self) -> str:
        """Its name."""
        return "Tangents()"


@overload
def tangent(f: HasArrow[A, B]) -> Arrow[tuple[A, A], tuple[B, B]]: ...
@overload
def tangent(f: Callable[[A], B]) -> Arrow[tuple[A, A], tuple[B, B]]: ...
@overload
def tangent(
    f: Callable[[A, C, Unpack[More]], B],
) -> Arrow[tuple[tuple[A, C, *More], tuple[A, C, *More]], tuple[B, B]]: ...
def tangent(f: Given) -> SomeArrow:
    """(a, u) to f(a) and the derivative of f at a, applied to u. Raises `SpaceError` if f is no arrow.

    The tangent of an integer is the integer 0.
    """
    f = require_arrow("tangent", f)
    return read_off(f.to(Tangents()), f.dom)


def derivative(f: Arrow[A, B]) -> Arrow[tuple[A, A], B]:
    """(a, u) to the derivative of f at a, applied to u: the second half of `tangent`."""
    return derivative_arrow(f, transposed=False)


def read_off(f: Hom[Differentiable[AdditiveFunction], A, B], dom: type[A]) -> Arrow[tuple[A, A], tuple[B, B]]:
    """The arrow of what an arrow of `Tangents` does."""
    return arrow_of(*_run(f, dom))


def _run(f: Hom[Differentiable[AdditiveFunction], A, B], dom: type[A]) -> tuple[tuple[Elements, Elements], Elements]:
    a: Given = variables(dom)
    u = variables(dom)
    b, push = function(f)(a)
    y: Given = b
    return (y, whole(y, applied(additive.function(push), floating(dom, u)))), (a, u)
