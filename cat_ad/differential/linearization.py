"""The linearisation of a primitive: its derivative, stated for any category of linear maps, as arrows.

For a primitive p: A -> B this is three arrows, which share the residual R, what p keeps for its derivative:

    forward: A -> R x B        the residual, and the value of p; `keep`: A -> R is the residual alone
    push:    R x A -> B        the derivative
    pull:    R x B -> A        its transpose

Where nothing is kept, R is left out. What the primitive states is a function of the point, of its value there and of a
category; read on generalised elements in `Additive()` it is `push`, and in `Dual(Additive())` it is `pull`:

>>> from cat_ad import Scalar, exp, mul
>>> linearization(exp(Scalar))             # exp keeps its value
Linearization(forward=(exp >>> dup), push=mul, pull=mul, keep=exp)
>>> linearization(mul(Scalar)).pull        # ((x, y), d) to (y d, x d)
(((exr *** id) >>> mul) &&& ((exl *** id) >>> mul))

A rule that does more than elements can, such as one that gives a bulk linear map, becomes two primitives: one that
pushes, and one that pulls. They are linear in their second argument, each the transpose of the other. How they vary
with the point is known if they do not (`_constant`), or if the primitive gives its parts (`_by_parts`); otherwise to
differentiate them once more raises `InterpretationError`.

The tangent of an integer is the integer 0 here, since each object is its own tangent space.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any, NoReturn

from cat_ad.arrays import namespace
from cat_ad.arrow import SomeArrow, exl, exr, identity
from cat_ad.biproduct import Linear
from cat_ad.category import Hom, K
from cat_ad.derivative import D, function
from cat_ad.differential.elements import Elements, arrow_of, leaves, path, variables, variables_in
from cat_ad.errors import InterpretationError
from cat_ad.lifting import lift
from cat_ad.linear import additive
from cat_ad.linear.additive import Additive, Tangent, applied
from cat_ad.linear.dual import Dual, turned
from cat_ad.primitives import DerivativeRule, Lifted, LinearRule, Primitive, SomePrimitive, linear_primitive
from cat_ad.primitives.constant import zero
from cat_ad.spaces import Dim, factors, is_array, kind, product
from cat_ad.spreading import spread


@dataclass(frozen=True)
class Linearization:
    """A primitive that keeps what its derivative needs, with its derivative, and the transpose of that."""

    forward: SomeArrow
    push: SomeArrow
    pull: SomeArrow
    keep: SomeArrow | None = None

    def over(self, dim: type[Dim]) -> Linearization:
        """The linearisation of the primitive over one more axis."""
        forward, push, pull = (lift(dim, arrow, True) for arrow in (self.forward, self.push, self.pull))
        return Linearization(forward, push, pull, self.keep and lift(dim, self.keep, True))


def linearization(p: SomePrimitive) -> Linearization:
    """The linearisation of a primitive: its own if it has one, else by what it states, else in bulk."""
    if p.linearization:
        return p.linearization(p)
    if p.parts:
        return _in_bulk(p, _by_parts)
    if p.constant_derivative:
        return _in_bulk(p, _constant)
    try:
        return _by_rule(p)
    except TypeError:  # an InterpretationError is one: the rule does what elements cannot
        return _linear(p, p.linear) if p.linear else _in_bulk(p, _unknown)


# What a primitive states, read on elements ---------------------------------------------------------------------------


def _by_rule(p: SomePrimitive) -> Linearization:
    x, y, dx, dy = variables(p.dom), variables(p.cod), variables(p.dom), variables(p.cod)
    forward, backward = p.derivative(x, y, Additive()), p.derivative(x, y, Dual(Additive()))
    push = _whole(y, applied(additive.function(forward), _floating(p.dom, dx)))
    pull = _whole(x, applied(additive.function(turned(backward)), _floating(p.cod, dy)))
    needed = variables_in((push, pull))
    kept = [leaf for leaf in leaves((x, y)) if leaf in needed]
    if not kept:
        return Linearization(p, arrow_of(push, dx), arrow_of(pull, dy))
    residual: Elements = kept[0]
    for leaf in kept[1:]:
        residual = residual, leaf
    if needed.isdisjoint(leaves(x)):
        first, keep = p >> arrow_of((residual, y), y), path(p, arrow_of(residual, y))
    elif needed.isdisjoint(leaves(y)):
        keep = arrow_of(residual, x)
        first = keep & p
    else:
        both = identity(p.dom) & p
        first, keep = path(both, arrow_of((residual, y), (x, y))), path(both, arrow_of(residual, (x, y)))
    return Linearization(first, arrow_of(push, (residual, dx)), arrow_of(pull, (residual, dy)), keep)


def _linear(p: SomePrimitive, rule: LinearRule) -> Linearization:
    """A linear primitive is its own derivative, and pulls by its transpose, which is a primitive too."""
    apply, adjoint = additive.function(rule(Additive())), additive.function(turned(rule(Dual(Additive()))))
    transpose = linear_primitive(p.cod, p.dom, _turned_name(p.name), adjoint, lambda k: k.linear(adjoint, apply))
    return Linearization(p, p, transpose)


# In bulk -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BulkDerivative:
    """The derivative of p as a function of the point and of a tangent to push; if transposed, of one to pull back."""

    p: SomePrimitive
    transposed: bool

    @property
    def transpose(self) -> BulkDerivative:
        """The same at each point, transposed."""
        return BulkDerivative(self.p, not self.transposed)

    @property
    def dom(self) -> type:
        """The object in which it is linear."""
        return self.p.cod if self.transposed else self.p.dom

    @property
    def cod(self) -> type:
        """The object of its results."""
        return self.p.dom if self.transposed else self.p.cod

    @cached_property
    def at(self) -> Callable[[Tangent], Callable[[Tangent], Tangent]]:
        """The linear map at each point."""
        if self.transposed:
            backward = function(self.p.to(D(Dual(Additive()))))
            return lambda x: additive.function(turned(backward(x)[1]))
        forward = function(self.p.to(D(Additive())))
        return lambda x: additive.function(forward(x)[1])

    def value(self, x: Tangent) -> Tangent:
        """At a pair: the linear map at the first, applied to the second."""
        point, u = x
        y = applied(self.at(point), _floating(self.dom, u))
        return _whole(point if self.transposed else self.p.value(point), y)

    def primitive(self, derivative: DerivativeRule[Any, Any], **more: Any) -> SomePrimitive:
        """The primitive with this value."""
        name = f"{'R' if self.transposed else 'D'} {self.p.name}"
        return Primitive(product(self.p.dom, self.dom), self.cod, name, self.value, derivative, self.lift, **more)

    def arrow(self, f: SomeArrow) -> SomeArrow:
        """The derivative of any arrow, transposed if this one is."""
        from cat_ad.differential.reverse import reverse_derivative  # which are made of these
        from cat_ad.differential.tangent import derivative

        return reverse_derivative(f) if self.transposed else derivative(f)

    def lift(self, dim: type[Dim], lifted: Lifted) -> SomeArrow:
        """The derivative of p over one more axis."""
        larger = self.arrow(lift(dim, self.p, True))
        return larger if lifted is True else spread(dim, product(self.p.dom, self.dom), lifted) >> larger


def derivative_of(p: SomePrimitive) -> SomePrimitive | None:
    """The primitive of which this is the derivative in bulk, or the transpose of that."""
    bulk = getattr(p.value, "__self__", None)
    return bulk.p if isinstance(bulk, BulkDerivative) else None


def _in_bulk(p: SomePrimitive, primitive: Callable[[BulkDerivative], SomePrimitive]) -> Linearization:
    """The derivative as two primitives, for which the whole point is kept."""
    push = BulkDerivative(p, transposed=False)
    return Linearization(identity(p.dom) & p, primitive(push), primitive(push.transpose), identity(p.dom))


def _constant(bulk: BulkDerivative) -> SomePrimitive:
    """Linear in its second argument, and independent of the first."""

    def derivative(x: Tangent, y: Tangent, k: Linear[K]) -> Hom[K, Tangent, Tangent]:
        there, back = bulk.at(x[0]), bulk.transpose.at(x[0])
        return k.linear(lambda d: applied(there, d[1]), lambda w: (None, back(w)))

    def linearization(box: SomePrimitive) -> Linearization:
        a, b, c = bulk.p.dom, bulk.dom, bulk.cod
        push: SomeArrow = identity(a) * exr(a, b) >> box
        pull: SomeArrow = (exl(a, c) >> zero(a)) & _constant(bulk.transpose)
        return Linearization(exl(a, b) & box, push, pull, exl(a, b))

    return bulk.primitive(derivative, linearization=linearization)


def _by_parts(bulk: BulkDerivative) -> SomePrimitive:
    """The derivative of the parts, and differentiated as such."""

    @cache
    def parts() -> SomeArrow:
        assert bulk.p.parts
        return bulk.arrow(bulk.p.parts())

    @lru_cache(maxsize=4)  # of the categories that read it now
    def read(k: Linear[K]) -> Callable[[Tangent], tuple[Tangent, Hom[K, Tangent, Tangent]]]:
        return function(parts().to(D(k)))

    def by_parts(x: Tangent, y: Tangent, k: Linear[K]) -> Hom[K, Tangent, Tangent]:
        return read(k)(x)[1]

    return bulk.primitive(by_parts, parts=parts)


def _unknown(bulk: BulkDerivative) -> SomePrimitive:
    """Known only at given points, so that it cannot be differentiated again."""

    def unknown(*_: object) -> NoReturn:
        raise InterpretationError(
            f"wanted the second derivative of {bulk.p}, but its first is known at given points only; "
            "state that in arithmetic, or give its parts: primitive(..., parts=...)"
        )

    return bulk.primitive(unknown, linearization=unknown)


def _floating(space: type, u: Tangent) -> Tangent:
    """A tangent, of arrays or of elements, as additive functions take it: with `None` for an integer's."""
    if is_array(space):
        return u if kind(space) == "Float" else None
    parts = tuple([_floating(part, v) for part, v in zip(factors(space), u, strict=True)])
    return None if all(part is None for part in parts) else parts


def _whole(like: Tangent, u: Tangent) -> Tangent:
    """A tangent at `like`, with zeros of its shape in place of each `None`."""
    if type(like) is tuple:
        return tuple([_whole(part, None if u is None else u[i]) for i, part in enumerate(like)])
    return namespace(like).zeros_like(like) if u is None else u


def _turned_name(name: str) -> str:
    """The name of a transpose: marked, or no longer marked, so that to transpose twice is to do nothing."""
    return name.removesuffix("ᵀ") if name.endswith("ᵀ") else f"{name}ᵀ"
