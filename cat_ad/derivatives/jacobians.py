"""The Jacobian: the unit vectors of the narrowest place of a chain, pulled back to its start and pushed on to its end.

Let f be a chain f1 ; ... ; fn between places with d0, d1, ..., dn coordinates, and w the place from which it costs
least (`waist`). The chain before w in reverse mode takes dw unit vectors back to dw rows; the chain after w in forward
mode takes them on to dw columns; and the Jacobian is the product of the two. So it is reverse mode into one number,
forward mode out of one, and mixed mode around a waist (Elliott 2018, section 11).

All unit vectors of an array go at once, as tangents with one more axis in front, where the point has none:
`Broadcast(k)` is D(k) for those. The law is that of the category of matrices, which multiplies out each part:

    jacobian(f)(a) = the matrix of f in D(Matrices()) at a, cut into blocks

>>> import numpy as np
>>> from cat_ad import Dim, Float, dup, mul, sin
>>> class N(Dim): ...
>>> jacobian(sin(Float[N]) >> dup(Float[N]) >> mul(Float[N]))(np.zeros(2))
array([[0., 0.],
       [0., 0.]])
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Generic, TypeAlias

from cat_ad.arrows.generators import Primitive, SomePrimitive
from cat_ad.arrows.given import HasArrow, call_of, require_arrow
from cat_ad.arrows.lifting import lift
from cat_ad.arrows.products import compose
from cat_ad.arrows.terms import SomeArrow
from cat_ad.categories import functions
from cat_ad.categories.biproduct import Linear
from cat_ad.categories.category import A, B, Hom, K, SomeHom
from cat_ad.derivatives.association import dimensions_from, waist
from cat_ad.derivatives.chain_rule import D, Differentiable, function, hom
from cat_ad.derivatives.of_functions import Derivative, of_functions
from cat_ad.linear_maps import additive
from cat_ad.linear_maps.additive import Additive, AdditiveFunction
from cat_ad.linear_maps.dual import Dual, turned
from cat_ad.objects.array_calls import call_for, called
from cat_ad.objects.arrays import AnyArray, as_dtype, has_tangents, namespace
from cat_ad.objects.ownership import own
from cat_ad.objects.spaces import Dim, has_arrays
from cat_ad.objects.tangents import Tangent, applied
from cat_ad.objects.trees import leaves, parts, rebuilt, tree_map
from cat_ad.objects.values import in_parts

if TYPE_CHECKING:
    from cat_ad.derivatives.derivative_types import Jacobian
    from cat_ad.objects.array_types import Function

# For each array of a place, its unit vectors' images: for each array of another place a matrix, or `None` where it is 0
Images: TypeAlias = Sequence[Sequence[AnyArray]]


def _jacobian(jacobian: Derivative) -> Jacobian:
    return of_functions(jacobian)


@_jacobian
def jacobian(f: HasArrow[A, B]) -> Function[A, Tangent]:
    """The Jacobian matrix at a.

    For f from `Float[I]` to `Float[O]` it has shape (O, I): in general, the shape of B's array and then of A's. Where
    B is a product it is a tuple over B's factors; where A is, each of these is a tuple over A's. An integer's place
    is `None`. Raises `SpaceError` for a value outside A.
    """
    f, form = require_arrow("jacobian", f), call_of("jacobian", f)
    path = f.path

    @lru_cache(maxsize=4)
    def pull(end: int) -> Callable[[Tangent], tuple[Tangent, SomeHom[AdditiveFunction]]]:
        part: SomeArrow = f if end == len(path) else compose(*path[:end])
        run = function(part.to(Broadcast(Dual(Additive()), Dual(Entrywise()))))

        def pull_from(a: Tangent) -> tuple[Tangent, SomeHom[AdditiveFunction]]:
            b, derivative = run(a)
            return b, turned(derivative)

        return pull_from

    @lru_cache(maxsize=4)
    def push(start: int) -> Callable[[Tangent], tuple[Tangent, SomeHom[AdditiveFunction]]]:
        part: SomeArrow = compose(*path[start:]) if start else f
        return function(part.to(Broadcast(Additive(), Entrywise())))

    def at(a: A) -> Tangent:
        x: Tangent = f.boundary(a)
        place = waist(dimensions_from(path, x))
        middle, back = pull(place)(x) if place else (x, None)
        b, on = push(place)(middle) if place < len(path) else (middle, None)
        units = unit_vectors(middle)
        return own(_blocks(x, b, _images(back, units, x), _images(on, units, b)), a)

    return in_parts(form, f.dom, at)


def unit_vectors(x: Tangent) -> Sequence[Tangent]:
    """For each array of x, the tangent of its unit vectors, over an axis in front; `None` for what has none."""
    if type(x) is tuple:
        return [
            None if u is None else tuple([u if at == i else None for at in range(len(x))])
            for i, part in enumerate(x)
            for u in unit_vectors(part)
        ]
    if not has_tangents(x) or not x.size:
        return [None]
    xp = namespace(x)
    return [xp.reshape(xp.eye(x.size, dtype=x.dtype), (x.size, *x.shape))]


def _images(linear: SomeHom[AdditiveFunction] | None, units: Sequence[Tangent], like: Tangent) -> Images | None:
    """The images of the unit vectors, where the result is like this; `None` of the identity."""
    if linear is None:
        return None
    run = additive.function(linear)
    return [_matrices(applied(run, u), like) for u in units]


def _matrices(tangent: Tangent, like: Tangent) -> list[AnyArray]:
    if type(like) is tuple:
        return [
            matrix for t, part in zip(parts(tangent, len(like)), like, strict=True) for matrix in _matrices(t, part)
        ]
    if tangent is None:
        return [None]
    return [namespace(tangent).reshape(tangent, (tangent.shape[0], like.size))]


def _blocks(a: Tangent, b: Tangent, rows: Images | None, columns: Images | None) -> Tangent:
    """The product of the columns and the rows, cut into blocks. `None` stands for the identity."""

    def entries(i: int, j: int) -> AnyArray:
        """Those of array i of b and array j of a."""
        if columns is None:
            return rows[i][j] if rows else None
        if rows is None:
            return None if columns[j][i] is None else columns[j][i].T
        pairs = zip(columns, rows, strict=True)
        terms = [up[i].T @ left[j] for up, left in pairs if up[i] is not None and left[j] is not None]
        return sum(terms[1:], terms[0]) if terms else None

    def block(i: int, j: int, y: AnyArray, x: AnyArray) -> AnyArray:
        if not has_tangents(x):
            return None
        found, shape, xp = entries(i, j), y.shape + x.shape, namespace(x)
        return xp.zeros(shape, dtype=x.dtype) if found is None else xp.reshape(as_dtype(found, x.dtype), shape)

    def row(i: int, y: AnyArray) -> Tangent:
        return None if not has_tangents(y) else _numbered(lambda j, x: block(i, j, y, x), a)

    return _numbered(row, b)


def _numbered(f: Callable[[int, AnyArray], Tangent], tree: Tangent) -> Tangent:
    """f of the number of each array of a tree, and the array."""
    return rebuilt(tree, [f(number, x) for number, x in enumerate(leaves(tree))])


# Derivatives at one point, of many tangents --------------------------------------------------------------------------


class Many(Dim):
    """The axis of the tangents."""


class Bulk(Exception):
    """A derivative is stated by a bulk linear map."""


class Entrywise(Additive):
    """Additive functions, but no bulk linear maps: all others let leading axes of a tangent through."""

    def linear_map(self, apply: Callable[[A], Tangent], adjoint: Callable[[B], Tangent]) -> Hom[AdditiveFunction, A, B]:
        """Refuse."""
        raise Bulk

    def cross_i(self, n: type[Dim], fs: Sequence[Hom[AdditiveFunction, A, B]]) -> SomeHom[AdditiveFunction]:
        """Refuse."""
        raise Bulk


class Broadcast(D[K]):
    """D(k) for tangents that have one more axis in front, which the point has not.

    A slope multiplies each of them, and a primitive may say that its bulk linear map takes them too (`broadcasts`). Any
    other bulk linear map was made for a single point, so it is made anew for as many copies of the point as there are
    tangents. That is right since primitives let leading axes through, and the copies take no memory.
    """

    def __init__(self, k: Linear[K], entrywise: Linear[K]) -> None:
        """Derivatives are in `entrywise`; or in `k`, the same category with bulk linear maps, where that refuses."""
        super().__init__(k)
        self.entrywise = entrywise

    def primitive(self, arrow: Primitive[A, B]) -> Hom[Differentiable[K], A, B]:
        """Its value, and the derivative that it states."""
        if not has_arrays(arrow.dom):
            return self.linear(functions.hom(arrow.value), self.k.zero(arrow.dom, arrow.cod))
        if arrow.linear and not arrow.has("constant derivative"):
            return self.linear(functions.hom(arrow.value), lift(Many, arrow, True).to(self.k))
        if arrow.has("batched derivative"):
            return super().primitive(arrow)
        push, pull = _AtCopies(arrow, Additive()), _AtCopies(arrow, Dual(Additive()))
        name = f"derivative_of_{arrow.name}"

        def there(a: Tangent, b: Tangent, u: Tangent) -> Tangent:
            return additive.function(push(a, b, u))(u)

        def back(a: Tangent, b: Tangent, v: Tangent) -> Tangent:
            return additive.function(turned(pull(a, b, v)))(v)

        def run(a: A) -> tuple[B, Hom[K, A, B]]:
            b = arrow.value(a)
            try:
                return b, arrow.derivative(a, b, self.entrywise)
            except Exception as error:
                if not isinstance(error, Bulk) and call_for(a, b) is None:
                    raise
            return b, self.k.linear(lambda u: called(name, there, a, b, u), lambda v: called(name, back, a, b, v))

        return hom(run)


@dataclass(frozen=True)
class _AtCopies(Generic[K]):
    """The derivative of a primitive in k at copies of a point, as many as there are tangents."""

    arrow: SomePrimitive
    k: Linear[K]

    @cached_property
    def rule(self) -> Callable[[Tangent, Tangent], SomeHom[K]]:
        """The derivative at many points, with the values there."""
        larger = lift(Many, self.arrow, True)
        if isinstance(larger, Primitive):
            return lambda a, b: larger.derivative(a, b, self.k)
        run = function(larger.to(D(self.k)))
        return lambda a, b: run(a)[1]

    def __call__(self, a: Tangent, b: Tangent, tangent: Tangent) -> SomeHom[K]:
        """At copies of a, where the value is copies of b."""
        many = next(u.shape[0] for u in leaves(tangent) if u is not None)
        return self.rule(*[tree_map(lambda x: namespace(x).broadcast_to(x, (many, *x.shape)), x) for x in (a, b)])
