"""Derivatives in bulk: the derivative of a primitive as two primitives, one that pushes and one that pulls.

Both are linear in their second argument, each the transpose of the other. The first argument is the point, together
with the value there, so that it is not computed again:

    D p: (A x B) x A -> B        ((a, p(a)), u) to the derivative of p at a, applied to u
    R p: (A x B) x B -> A        ((a, p(a)), v) to its transpose, applied to v

They can be differentiated again if they are the same at all points (`constant`), or if the primitive gives its parts
(`by_parts`); otherwise that raises `InterpretationError`.

>>> from cat_ad import Dim, Float, reverse_derivative, total
>>> class N(Dim): ...
>>> print(reverse_derivative(total(Float[N])))
((a, b) -> R total((a, total(a)), b))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import NoReturn

from cat_ad.arrows.elements import Elements, Given, image
from cat_ad.arrows.generators import Lifted, Primitive, SomePrimitive, SomeRule
from cat_ad.arrows.lifting import lift
from cat_ad.arrows.spreading import spread
from cat_ad.arrows.structure import exl, identity
from cat_ad.arrows.terms import SomeArrow
from cat_ad.categories.biproduct import Linear
from cat_ad.categories.category import Hom, K, SomeHom
from cat_ad.derivatives.chain_rule import D, function
from cat_ad.derivatives.partial_derivatives import plain
from cat_ad.errors import InterpretationError
from cat_ad.linear_maps import additive
from cat_ad.linear_maps.additive import Additive
from cat_ad.linear_maps.dual import Dual, turned
from cat_ad.objects.arrays import namespace
from cat_ad.objects.spaces import Dim, kind, product
from cat_ad.objects.tangents import Tangent, applied
from cat_ad.objects.trees import Tree, parts, pruned, tree_map, tree_of
from cat_ad.symbolic.rules import ElementsRule


@dataclass(frozen=True)
class BulkDerivative:
    """The derivative of p as a function of the point and of a tangent to push; if transposed, of one to pull back."""

    p: SomePrimitive
    transposed: bool
    make: Callable[[BulkDerivative], SomePrimitive]
    of: Callable[[SomeArrow, bool], SomeArrow]  # the derivative of any arrow, or the transpose of that, as an arrow

    @property
    def transpose(self) -> BulkDerivative:
        """The same at each point, transposed."""
        return replace(self, transposed=not self.transposed)

    @property
    def dom(self) -> type:
        """The object in which it is linear."""
        return self.p.cod if self.transposed else self.p.dom

    @property
    def cod(self) -> type:
        """The object of its results."""
        return self.p.dom if self.transposed else self.p.cod

    def at(self, point: Tangent) -> Callable[[Tangent], Tangent]:
        """The linear map at a point, given with the value there."""
        if self.transposed:
            return additive.function(turned(self.p.derivative(point[0], point[1], Dual(Additive()))))
        return additive.function(self.p.derivative(point[0], point[1], Additive()))

    def value(self, x: Tangent) -> Tangent:
        """At a pair: the linear map at the first, applied to the second."""
        point, u = x
        return whole(point[not self.transposed], applied(self.at(point), floating(self.dom, u)))

    def primitive(self, derivative: SomeRule, **more: Given) -> SomePrimitive:
        """The primitive with this value."""
        how = "R" if self.transposed else "D"
        dom: type = product(product(self.p.dom, self.p.cod), self.dom)
        return InBulk(
            *(dom, self.cod, f"{how} {self.p.name}", self.value, derivative, self.lift),
            operation=self.p.operation.derived(how),
            parameters=(self.p.parameters, self.p.dom, self.p.cod),
            bulk=self,
            **more,
        )

    def arrow(self, f: SomeArrow) -> SomeArrow:
        """The derivative of an arrow that is equal to p, transposed if this one is."""
        without_value: SomeArrow = exl(f.dom, f.cod) * identity(f.cod if self.transposed else f.dom)
        return without_value >> self.of(f, self.transposed)

    def lift(self, dim: type[Dim], lifted: Lifted) -> SomeArrow:
        """The derivative of p over one more axis."""
        p = lift(dim, self.p, True)
        larger = self.make(replace(self, p=p)) if isinstance(p, Primitive) else self.arrow(p)
        here: type = product(product(self.p.dom, self.p.cod), self.dom)
        return larger if lifted is True else spread(dim, here, lifted) >> larger


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class InBulk(Primitive[Tree, Tree]):
    """A derivative as a primitive, which remembers whose it is, and may state its own derivative on elements."""

    bulk: BulkDerivative
    on_elements: ElementsRule | None = None


def in_bulk(there: BulkDerivative) -> SomeRule:
    """The rule that gives the derivative of a primitive on elements as two primitives, there and back."""
    p = there.p
    push, pull = there.make(there), there.make(there.transpose)

    def rule(x: Elements, y: Elements, k: Linear[K]) -> SomeHom[K]:
        return k.linear(
            lambda u: floating(p.cod, image(push, ((x, y), whole(x, u)))),
            lambda v: floating(p.dom, image(pull, ((x, y), whole(y, v)))),
        )

    return rule


def derivative_of(p: SomePrimitive) -> SomePrimitive | None:
    """The primitive of which this is the derivative in bulk, or the transpose of that."""
    return p.bulk.p if isinstance(p, InBulk) else None


def constant(bulk: BulkDerivative) -> SomePrimitive:
    """Linear in its second argument, and independent of the first."""
    point: type = product(bulk.p.dom, bulk.p.cod)

    def derivative(x: Tangent, y: Tangent, k: Linear[K]) -> Hom[K, Tangent, Tangent]:
        there, back = bulk.at(x[0]), bulk.transpose.at(x[0])
        return k.join(k.zero(point, bulk.cod), k.linear(there, back))

    def on_elements(box: SomePrimitive) -> SomeRule:
        other = constant(bulk.transpose)

        def rule(x: Tangent, y: Tangent, k: Linear[K]) -> Hom[K, Tangent, Tangent]:
            return k.join(
                k.zero(point, bulk.cod),
                k.linear(
                    lambda d: floating(bulk.cod, image(box, (x[0], whole(x[1], d)))),
                    lambda w: floating(bulk.dom, image(other, (x[0], whole(y, w)))),
                ),
            )

        return rule

    return bulk.primitive(derivative, on_elements=on_elements)


def by_parts(bulk: BulkDerivative) -> SomePrimitive:
    """The derivative of the parts, and differentiated as such."""

    @cache
    def parts() -> SomeArrow:
        assert bulk.p.parts
        return bulk.arrow(bulk.p.parts())

    @lru_cache(maxsize=4)  # of the categories that read it now
    def read(k: Linear[K]) -> Callable[[Tangent], tuple[Tangent, Hom[K, Tangent, Tangent]]]:
        return function(parts().to(D(k)))

    def derivative(x: Tangent, y: Tangent, k: Linear[K]) -> Hom[K, Tangent, Tangent]:
        return read(plain(k))(x)[1]

    return bulk.primitive(derivative, parts=parts)


def unknown(bulk: BulkDerivative, why: str) -> SomePrimitive:
    """A derivative that cannot be differentiated again, being known only at given points; `why` says why."""

    def refuse(*_: object) -> NoReturn:
        raise InterpretationError(
            f"wanted the second derivative of {bulk.p}, but its first is known at given points only (its rule {why}); "
            "state that in arithmetic, or give its parts: primitive(..., parts=...)"
        )

    return bulk.primitive(refuse, on_elements=refuse)


def floating(space: type, u: Tangent) -> Tangent:
    """A tangent, of arrays or of elements, as additive functions take it: with `None` for an integer's."""
    return pruned(tree_map(lambda array, v: v if kind(array) == "Float" else None, tree_of(space), u))


def whole(like: Tangent, u: Tangent) -> Tangent:
    """A tangent at `like`, with zeros of its shape in place of each `None`."""
    if type(like) is tuple:
        return tuple(map(whole, like, parts(u, len(like))))
    return namespace(like).zeros_like(like) if u is None else u
