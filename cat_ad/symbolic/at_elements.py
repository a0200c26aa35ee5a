"""What `gradient` and its like are at elements: each runs D(k) on the elements themselves.

So the result is made of elements too: it may be differentiated again, and is computed together with all else that the
same function says. Of what is held fixed, beside the point, the tangent is zero.

>>> import numpy as np
>>> from cat_ad import Dim, Float, arrow, dot, gradient, tanh
>>> class N(Dim): ...
>>> @arrow
... def steepness(w: Float[N], x: Float[N]) -> Scalar:
...     slope = gradient(lambda x: dot(w, tanh(x)), x)
...     return dot(slope, slope)
>>> print(steepness)
((w, x) -> a = tanh(x); b = ',i->i'(one(dot(w, a)), w); c = sub(b, mul(mul(b, a), a)); dot(c, c))
>>> steepness(np.array([3.0, 4.0]), np.zeros(2))
np.float64(25.0)
"""

from __future__ import annotations

from typing import TypeAlias

from cat_ad.arrows.completeness import arrow_of
from cat_ad.arrows.elements import (
    Element,
    Elements,
    Given,
    OfGiven,
    image,
    is_general,
    leaves,
    object_of,
    told_of,
    variables,
)
from cat_ad.arrows.fitting import fitted
from cat_ad.arrows.terms import SomeArrow
from cat_ad.derivatives.chain_rule import function
from cat_ad.derivatives.of_functions import AT_ELEMENTS
from cat_ad.errors import SpaceError
from cat_ad.linear_maps import additive
from cat_ad.linear_maps.additive import Additive
from cat_ad.linear_maps.dual import Dual, turned
from cat_ad.objects.spaces import Scalar, brief, kind, show
from cat_ad.objects.tangents import Tangent, applied
from cat_ad.objects.trees import parts, pruned
from cat_ad.primitives.constants import one
from cat_ad.symbolic.bulk import whole
from cat_ad.symbolic.jacobian_fields import rows
from cat_ad.symbolic.on_elements import Symbolic

Along: TypeAlias = OfGiven  # a tangent, whose parts may be side by side


def forward(f: SomeArrow, held: Elements, a: Elements) -> tuple[Given, Along]:
    """The value, and the function that pushes a tangent."""
    value, there = function(f.to(Symbolic(Additive())))((held, a) if is_general(held) else a)
    b: Given = value

    def push(*given: Tangent) -> Given:
        u = _tangent("pushforward", a, given[0] if len(given) == 1 else given)
        return whole(b, applied(additive.function(there), (None, u) if is_general(held) and u is not None else u))

    return b, push


def reverse(f: SomeArrow, held: Elements, a: Elements) -> tuple[Given, Along]:
    """The value, and the function that pulls a cotangent."""
    value, back = function(f.to(Symbolic(Dual(Additive()))))((held, a) if is_general(held) else a)
    b: Given = value

    def pull(*given: Tangent) -> Given:
        v = _tangent("pullback", b, given[0] if len(given) == 1 else given)
        pulled = applied(additive.function(turned(back)), v)
        return whole(a, parts(pulled)[1] if is_general(held) else pulled)

    return b, pull


def _tangent(asked: str, like: Elements, given: Tangent) -> Tangent:
    """A tangent at a point of elements, of which `None` is zero; so is one at an integer."""
    if isinstance(like, Element):
        return None if given is None or kind(like.space) != "Float" else fitted(asked, like.space, given, like)
    if given is None or (isinstance(given, tuple) and len(given) == len(like)):
        return pruned(tuple(map(_tangent, [asked] * len(like), like, parts(given, len(like)))))
    raise SpaceError(f"{asked}: wanted a tangent of {brief(object_of(like))}, got {told_of(given)}")


def value_and_gradient(f: SomeArrow, held: Elements, a: Elements) -> tuple[Given, Given]:
    """The value, and what 1 is pulled back to."""
    if f.cod is not Scalar:
        raise SpaceError(f"gradient: wanted a function to {show(Scalar)}, got one to {brief(f.cod)}; total, or mean")
    y, pull = reverse(f, held, a)
    return y, pull(image(one(), y))


def gradient(f: SomeArrow, held: Elements, a: Elements) -> Given:
    """What 1 is pulled back to."""
    return value_and_gradient(f, held, a)[1]


def jacobian(f: SomeArrow, held: Elements, a: Elements) -> Given:
    """The rows of each array of the result: its unit vectors, pulled back."""
    if {kind(x.space) for x in leaves((a, variables(f.cod)))} - {"Float"}:
        spaces = brief(object_of(a)), brief(f.cod)
        raise SpaceError("jacobian: wanted arrays of floating-point numbers, got {} to {}".format(*spaces))
    fresh = variables(object_of(held)), variables(object_of(a))
    inside: Elements = fresh if is_general(held) else fresh[1]

    def block(y: Elements) -> Given:
        if not isinstance(y, Element):
            return tuple(map(block, y))
        v, part = variables(y.space), arrow_of(y, inside)
        pulled = arrow_of(reverse(part, fresh[0] if is_general(held) else (), fresh[1])[1](v), (inside, v))
        return rows(part, pulled, (held, a) if is_general(held) else a)

    return block(image(f, inside))


for rule in forward, reverse, value_and_gradient, gradient, jacobian:
    AT_ELEMENTS[rule.__name__] = rule
