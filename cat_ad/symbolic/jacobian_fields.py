"""The Jacobian as an arrow: `jacobian_field(f): A -> J`, at each point the matrix, which composes and lifts again.

Row (o, ...) of the Jacobian at a is the unit vector of the entry (o, ...) pulled back from f(a), so it is the reverse
derivative lifted over the axes of B, of which the point has none:

    jacobian_field(f)(a)[o, ...] = reverse_derivative(f)(a, e_o)

So `each(N, jacobian_field(f))` is a Jacobian for each example, where that of `each(N, f)` would be one dense square of
all; and `jacobian_field(gradient_field(f))` is the Hessian as an arrow.

>>> import numpy as np
>>> from cat_ad import Dim, Float, Scalar, each, mul, sin
>>> class N(Dim): ...
>>> class I(Dim, size=2): ...
>>> each(N, jacobian_field(sin(Float[I])))(np.zeros((5, 2))).shape
(5, 2, 2)
>>> hessian(mul(Scalar))((3.0, 4.0))
((array(0.), array(1.)), (array(1.), array(0.)))
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import TYPE_CHECKING

from cat_ad.arrows.completeness import arrow_of
from cat_ad.arrows.elements import Elements, Given, image, variables
from cat_ad.arrows.generators import Primitive
from cat_ad.arrows.given import HasArrow, require_arrow
from cat_ad.arrows.lifting import lift
from cat_ad.arrows.operations import Operation
from cat_ad.arrows.printing import describe
from cat_ad.arrows.terms import SomeArrow
from cat_ad.categories.category import A, B
from cat_ad.derivatives.forward_and_reverse import gradient
from cat_ad.derivatives.jacobians import jacobian
from cat_ad.derivatives.of_functions import Derivative, is_function
from cat_ad.errors import SpaceError
from cat_ad.objects.arrays import AnyArray, namespace, reshaped
from cat_ad.objects.spaces import dimensions, floats, has_arrays, is_array, kind
from cat_ad.objects.trees import leaves, tree_of
from cat_ad.symbolic.reverse_derivatives import gradient_field, reverse_derivative

if TYPE_CHECKING:
    from cat_ad.derivatives.derivative_types import Hessian, JacobianField

UNITS = Operation("units", "constant derivative")


def _hessian(hessian: Derivative) -> Hessian:
    return hessian


@_hessian
def hessian(f: Given, *point: Given) -> Given:
    """The matrix of second derivatives at a point: the Jacobian of the gradient, in blocks as `jacobian` has them.

    For f from `Float[I]` it has shape (I, I). Where there are many entries and few directions are wanted,
    `hessian_vector_product` costs less. Raises `SpaceError` if f does not end in `Scalar`, and for a value outside A.
    """
    return jacobian(gradient(f) if is_function(f) else gradient_field(f), *point)


def _jacobian_field(jacobian_field: Derivative) -> JacobianField:
    return jacobian_field


@_jacobian_field
def jacobian_field(f: HasArrow[A, B] | Callable[..., B]) -> SomeArrow:
    """a to the Jacobian of f at a, from `Float[*S]` to `Float[*U, *S]` for an f that ends in `Float[*U]`.

    For an f that begins at a product it is the product of the Jacobians in each of its arrays. Raises `SpaceError`
    unless all are arrays of floating-point numbers, and f ends in one of these.
    """
    g: SomeArrow = require_arrow("jacobian_field", f)
    if not is_array(g.cod) or not has_arrays(g.dom) or {*map(kind, leaves((tree_of(g.dom), g.cod)))} != {"Float"}:
        raise SpaceError(
            f"jacobian_field: wanted an arrow from arrays of floating-point numbers to one, got {describe(g)}; "
            "jacobian(f)(a) is of any arrow"
        )
    a: Elements = variables(g.dom)
    return arrow_of(rows(g, reverse_derivative(g), a), a)


def rows(f: SomeArrow, pull: SomeArrow, a: Elements) -> Elements:
    """The unit vectors of f(a), pulled back by an arrow from a point and a cotangent."""
    for dim in reversed(dimensions(f.cod)):
        pull = lift(dim, pull, (False, True))
    return image(pull, (a, image(units(f.cod), image(f, a))))


def units(space: type) -> SomeArrow:
    """An array to the unit vectors of its entries: Float[*U] to Float[*U, *U]. They do not depend on its numbers."""
    axes = len(dimensions(space))

    def value(y: AnyArray) -> AnyArray:
        before, own, xp = y.shape[: y.ndim - axes], y.shape[y.ndim - axes :], namespace(y)
        eye = reshaped(xp.eye(prod(own), dtype=y.dtype), (*(1,) * len(before), *own, *own))
        return xp.broadcast_to(eye, (*before, *own, *own))

    larger: type = floats(*dimensions(space), *dimensions(space))
    return Primitive(
        *(space, larger, "units", value, lambda x, y, k: k.zero(space, larger)), operation=UNITS, parameters=(axes,)
    )
