"""A weight and a bias at once: (W, b), x -> W x + b, the primitive behind the layer `linear`.

It equals `matvec` and then `add`. It is one primitive for speed: its derivative joins three linear maps, where that of
the composition would make a closure for every fork and projection too, at every call.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, overload

from cat_ad.arrows.completeness import FUSIONS
from cat_ad.arrows.elements import Element, Elements, leaves
from cat_ad.arrows.generators import Lifted, Primitive, SomeLinear
from cat_ad.arrows.lifting import lift
from cat_ad.arrows.operations import Operation
from cat_ad.arrows.polymorphism import polymorphic
from cat_ad.arrows.structure import exl, exr, identity
from cat_ad.arrows.terms import Arrow, SomeArrow
from cat_ad.categories.category import AnyHom
from cat_ad.objects.array_operations import sum_leading
from cat_ad.objects.arrays import AnyArray, namespace, reshaped
from cat_ad.objects.spaces import Dim, Float, Scalar, dimensions, floats, leading, product
from cat_ad.primitives.arithmetic import add
from cat_ad.primitives.contractions import CONTRACTION, contract, matvec, unused

I = TypeVar("I", bound=Dim)
O = TypeVar("O", bound=Dim)

AFFINE = Operation("affine", "batched derivative")


@overload
def affine(i: type[I], o: type[O], /) -> Arrow[tuple[tuple[Float[O, I], Float[O]], Float[I]], Float[O]]: ...
@overload
def affine(parameters: tuple[Float[O, I], Float[O]], x: Float[I], /) -> Float[O]: ...
@polymorphic()
def affine(i: type[I], o: type[O]) -> Arrow[tuple[tuple[Float[O, I], Float[O]], Float[I]], Float[O]]:
    """W x + b."""
    return _affine(floats(o, i), floats(o), floats(i), floats(o), "", lambda: affine_by_parts(i, o))


def affine_by_parts(i: type[I], o: type[O]) -> Arrow[tuple[tuple[Float[O, I], Float[O]], Float[I]], Float[O]]:
    """The same, composed: what `affine` must equal, and what it lifts to when weights have the new axis too."""
    weight, bias, x = floats(o, i), floats(o), floats(i)
    product_of_weight = exl(weight, bias) * identity(x) >> matvec(i, o)
    only_bias = exl(product(weight, bias), x) >> exr(weight, bias)
    return (product_of_weight & only_bias) >> add(floats(o))


def _of_sum(terms: Elements) -> tuple[SomeArrow, Elements] | None:
    """W x + b, where a function says it as a sum."""
    assert isinstance(terms, tuple)
    for term, bias in (terms, terms[::-1]):
        if isinstance(term, Element) and _is_matvec(term.arrow):
            weight, x = leaves(term.argument)
            o, i = dimensions(weight.space)
            return affine(i, o), ((weight, bias), x)
    return None


def _is_matvec(f: SomeArrow | None) -> bool:
    return isinstance(f, Primitive) and f.operation is CONTRACTION and f.parameters == ("oi", "i", "o")


FUSIONS[add(Scalar)] = _of_sum


def _affine(w: type, b: type, x: type, y: type, batch: str, parts: Callable[[], SomeArrow]) -> SomeArrow:
    """`affine` of inputs that have these leading indices, and weights that do not; `parts()` is the same by parts."""
    apply = contract("oi", batch + "i", batch + "o")
    to_weight, to_input = contract(batch + "o", batch + "i", "oi"), contract(batch + "o", "oi", batch + "i")

    def value(at: AnyArray) -> AnyArray:
        (weight, bias), a = at
        return apply(weight, a) + bias

    def derivative(at: AnyArray, y: AnyArray, k: SomeLinear) -> AnyHom:
        (weight, _), a = at
        return k.join(
            k.join(
                k.linear_map(lambda dw: apply(dw, a), lambda d: to_weight(d, a)),
                k.linear_map(lambda db: over_batch(db, a.shape[a.ndim - 1 - len(batch) : -1]), over_one),
            ),
            k.linear_map(lambda da: apply(weight, da), lambda d: to_input(d, weight)),
        )

    def over_batch(d_bias: AnyArray, sizes: tuple[int, ...]) -> AnyArray:
        """The same for each example; `over_one` is the transpose. More axes in front of those of the batch stay."""
        *more, width = d_bias.shape
        by_one = reshaped(d_bias, (*more, *(1,) * len(sizes), width))
        return namespace(d_bias).broadcast_to(by_one, (*more, *sizes, width))

    def over_one(d: AnyArray) -> AnyArray:
        if d.ndim == len(batch) + 1:
            return sum_leading(d) if batch else d
        return namespace(d).sum(d, axis=tuple(range(d.ndim - 1 - len(batch), d.ndim - 1))) if batch else d

    def lift_rule(dim: type[Dim], lifted: Lifted) -> SomeArrow:
        def by_parts() -> SomeArrow:
            return lift(dim, parts(), lifted)

        if lifted != (False, True):
            return by_parts()
        (index,) = unused(1, batch + "io")
        return _affine(w, b, leading(dim, x), leading(dim, y), index + batch, by_parts)

    return Primitive(
        product(product(w, b), x),
        y,
        "affine",
        value,
        derivative,
        lift_rule,
        parts=parts,
        operation=AFFINE,
        parameters=(batch,),
    )
