"""Derivatives where a rule errs: because a category lacks something, or because the point has no entries yet.

A symbol of staging has none. The derivative then is a linear map that is called when there are some, as what the rule
states in `Additive`, or in its dual.
"""

from __future__ import annotations

from typing import NoReturn

from cat_ad.arrows.generators import Primitive, SomePrimitive
from cat_ad.arrows.printing import describe
from cat_ad.categories.biproduct import Linear
from cat_ad.categories.category import A, B, Hom, K
from cat_ad.errors import MissingError
from cat_ad.linear_maps import additive
from cat_ad.linear_maps.additive import Additive
from cat_ad.linear_maps.dual import Dual, turned
from cat_ad.objects.array_calls import call_for, called
from cat_ad.objects.tangents import Tangent


def without_entries(arrow: Primitive[A, B], a: A, k: Linear[K], error: Exception) -> tuple[B, Hom[K, A, B]]:
    """What D(k) gives at a, where the rule raised this error. Raises it if the point has entries."""
    if isinstance(error, MissingError):
        lacks(arrow, error)
    if call_for(a) is None:
        raise error
    b, name, there = arrow.value(a), f"derivative_of_{arrow.name}", Additive()

    def apply(u: Tangent) -> Tangent:
        return called(name, lambda a, b, u: additive.function(arrow.derivative(a, b, there))(u), a, b, u)

    def adjoint(v: Tangent) -> Tangent:
        return called(name, lambda a, b, v: additive.function(turned(arrow.derivative(a, b, Dual(there))))(v), a, b, v)

    return b, k.linear(apply, adjoint)


def lacks(arrow: SomePrimitive, error: MissingError) -> NoReturn:
    """Raise the error of what a category lacks, with the primitive whose derivative asks for it."""
    told = MissingError(f"derivative of {describe(arrow)}: {error}")
    told.name, told.obj = error.name, error.obj
    raise told from error
