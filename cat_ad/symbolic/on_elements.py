"""D(k) on generalised elements: the derivative, run on variables, is an arrow again.

`Symbolic(k)` is D(k), but for one thing: at an element x, a primitive p gives the element p(x), and its derivative in
terms of elements. All else, the chain rule above all, is as in D. The result is read off as an arrow, in which
everything is computed once, however often the derivative uses it.

What a primitive states as its derivative is a function of the point x, its value y there and k, and runs on elements as
it runs on arrays. A rule that does more than elements can, such as one that gives a bulk linear map, becomes two
primitives (`cat_ad.symbolic.bulk`), whose own derivative is that of the parts; unless there is a rule for elements
(`cat_ad.symbolic.rules`).

>>> from cat_ad import Scalar, exp
>>> from cat_ad.arrows.completeness import arrow_of
>>> from cat_ad.arrows.elements import variable
>>> from cat_ad.linear_maps.additive import Additive, function
>>> x, u = variable(Scalar), variable(Scalar)
>>> y, push = derivative.function(exp(Scalar).to(Symbolic(Additive())))(x)
>>> print(arrow_of((y, function(push)(u)), (x, u)))
((a, b) -> c = exp(a); (c, mul(c, b)))
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from cat_ad.arrows.completeness import arrow_of
from cat_ad.arrows.elements import Given, image, object_of, variables
from cat_ad.arrows.generators import Primitive, Residual, SomePrimitive, SomeRule, linear_primitive
from cat_ad.arrows.operations import Rules
from cat_ad.arrows.terms import SomeArrow
from cat_ad.categories.category import A, B, Hom, K
from cat_ad.derivatives import chain_rule as derivative
from cat_ad.derivatives.chain_rule import ChainRule, Differentiable
from cat_ad.derivatives.loops import as_loop
from cat_ad.errors import InterpretationError
from cat_ad.linear_maps import additive
from cat_ad.linear_maps.additive import Additive
from cat_ad.linear_maps.dual import Dual, turned
from cat_ad.objects.spaces import show
from cat_ad.objects.tangents import applied
from cat_ad.symbolic import bulk
from cat_ad.symbolic.bulk import BulkDerivative, InBulk, derivative_of, floating, in_bulk, whole
from cat_ad.symbolic.loops import of_loop
from cat_ad.symbolic.rules import RULES, ElementsRule


class Symbolic(ChainRule[K]):
    """Functions of elements, with their derivatives in k."""

    rules: ClassVar[Rules[ElementsRule]] = RULES  # to which anyone may add one, for a primitive of theirs

    def primitive(self, arrow: Primitive[A, B]) -> Hom[Differentiable[K], A, B]:
        """The primitive applied to an element, and its derivative there."""
        k, rule = self.k, rule_on_elements(arrow)

        if isinstance(rule, Residual):
            return derivative.hom(rule.within(k))

        def run(x: Given) -> tuple[Given, Hom[K, A, B]]:
            y = image(arrow, x)
            return y, rule(x, y, k)

        return derivative.hom(run)


def rule_on_elements(p: SomePrimitive) -> SomeRule:
    """The derivative of a primitive, on elements: its own for them if it has one, else what it states, else in bulk."""
    if loop := as_loop(p):
        return of_loop(loop, derivative_arrow)
    known = p.on_elements if isinstance(p, InBulk) else RULES.of(p)
    if known:
        return known(p)
    if p.parts:
        return _of_parts(p.parts()) if derivative_of(p) else _in_bulk(p, bulk.by_parts)
    if p.has("constant derivative"):
        return _in_bulk(p, bulk.constant)
    try:
        _run_on_variables(p)
    except TypeError as error:  # an InterpretationError is one: the rule does what elements cannot
        why = str(error).partition(",")[0]
        return _linear(p) if p.linear else _in_bulk(p, partial(bulk.unknown, why=why))
    return p.derivative


def _in_bulk(p: SomePrimitive, make: Callable[[BulkDerivative], SomePrimitive]) -> SomeRule:
    return in_bulk(BulkDerivative(p, False, make, derivative_arrow))


def derivative_arrow(f: SomeArrow, transposed: bool) -> SomeArrow:
    """(a, u) to the derivative of f at a, applied to u; or (a, v) to the transpose of that, applied to v."""
    a: Given = variables(f.dom)
    if transposed:
        _, back = derivative.function(f.to(Symbolic(Dual(Additive()))))(a)
        v = variables(f.cod)
        return arrow_of(whole(a, applied(additive.function(turned(back)), floating(f.cod, v))), (a, v))
    b, there = derivative.function(f.to(Symbolic(Additive())))(a)
    u = variables(f.dom)
    return arrow_of(whole(b, applied(additive.function(there), floating(f.dom, u))), (a, u))


def _of_parts(f: SomeArrow) -> SomeRule:
    """The derivative of the parts, whose boxes are shared with all else."""
    return lambda x, y, k: derivative.function(f.to(Symbolic(k)))(x)[1]


def _run_on_variables(p: SomePrimitive) -> None:
    """Raises `TypeError` if the rule does more than elements can, or what it makes of tangents is in other objects."""
    x, y, u, v = variables(p.dom), variables(p.cod), variables(p.dom), variables(p.cod)
    pushed = applied(additive.function(p.derivative(x, y, Additive())), floating(p.dom, u))
    pulled = applied(additive.function(turned(p.derivative(x, y, Dual(Additive())))), floating(p.cod, v))
    for space, tangent in ((p.cod, pushed), (p.dom, pulled)):
        if object_of(whole(variables(space), tangent)) != space:
            raise InterpretationError(f"gives no tangent in {show(space)}, for all that is known of its dimensions")


def _linear(p: SomePrimitive) -> SomeRule:
    """A linear primitive is its own derivative, and pulls by its transpose, which is a primitive too."""
    assert p.linear
    apply, adjoint = additive.function(p.linear(Additive())), additive.function(turned(p.linear(Dual(Additive()))))
    name = p.name.removesuffix("ᵀ") if p.name.endswith("ᵀ") else f"{p.name}ᵀ"  # turned twice, it is itself
    turned_around = linear_primitive(
        *(p.cod, p.dom, name, adjoint, lambda k: k.linear(adjoint, apply)),
        operation=p.operation.derived("transpose"),
        parameters=(p.parameters, p.dom, p.cod),
    )
    return lambda x, y, k: k.linear(
        lambda u: floating(p.cod, image(p, whole(x, u))),
        lambda v: floating(p.dom, image(turned_around, whole(y, v))),
    )
