"""The product of the entries of an array: `product`. Its slopes are the products of all others, right where some are 0.

>>> import numpy as np
>>> from cat_ad import Dim, Float, gradient
>>> class N(Dim): ...
>>> gradient(product(Float[N]))(np.array([2.0, 0.0, 3.0]))
array([0., 6., 0.])
>>> gradient(product(Float[N]))(np.array([2.0, 0.0, 0.0]))
array([0., 0., 0.])
"""

from __future__ import annotations

from cat_ad.arrows.generators import Primitive
from cat_ad.arrows.lifting import lift
from cat_ad.arrows.operations import Operation
from cat_ad.arrows.terms import SomeArrow
from cat_ad.categories.biproduct import Linear
from cat_ad.categories.category import A, Hom, K
from cat_ad.objects.array_operations import inner_last, others_last
from cat_ad.objects.arrays import AnyArray, as_dtype, namespace, widened
from cat_ad.objects.spaces import Dim, Scalar, floats
from cat_ad.primitives.named_dimensions import along, by_rows, reduction

PRODUCT, OTHERS = Operation("product"), Operation("others")
ALL_BUT_ONE = Operation("all_but_one", "constant derivative")


@reduction("prod")
def product(a: type[A], to: type | None = None) -> SomeArrow:
    """The product of all entries of an array, or of those along the dimensions that `to` lacks; of none, 1.

    The slope at an entry is the product of all others, found without division: it is right where entries are 0. As the
    product is taken from left to right, it may overflow, or vanish, on the way to one that would not.

    Raises `SpaceError` unless A is one array of numbers, and `to` one of some of its dimensions, which are different.
    """
    return along("product", a, to, by_rows(row_product))


def row_product(n: type[Dim]) -> SomeArrow:
    """The same of a vector."""

    def derivative(x: AnyArray, y: AnyArray, k: Linear[K]) -> Hom[K, AnyArray, AnyArray]:
        slopes = others_last(x)
        return k.linear_map(lambda d: inner_last(slopes, d), lambda w: slopes * w[..., None])

    return Primitive(*(floats(n), Scalar, "product", _product, derivative), operation=PRODUCT, parameters=())


def _product(x: AnyArray) -> AnyArray:
    return as_dtype(namespace(x).prod(widened(x), axis=-1), x.dtype)


def others(n: type[Dim]) -> SomeArrow:
    """At each place the product of all other entries of a vector: the slopes of its product."""

    def derivative(x: AnyArray, y: AnyArray, k: Linear[K]) -> Hom[K, AnyArray, AnyArray]:
        of_two = _without_own(others_last(_all_but_one(x)), 0.0)  # the products without two entries

        def symmetric(d: AnyArray) -> AnyArray:
            return inner_last(of_two, d[..., None, :])

        return k.linear_map(symmetric, symmetric)

    return Primitive(
        *(floats(n), floats(n), "others", lambda x: others_last(x), derivative),
        parts=lambda: rows_of_others(n) >> lift(n, row_product(n), True),
        operation=OTHERS,
        parameters=(),
    )


def rows_of_others(n: type[Dim]) -> SomeArrow:
    """A row for each entry of a vector, of all its entries, but 1 for that one itself."""
    return Primitive(
        *(floats(n), floats(n, n), "all_but_one", _all_but_one),
        lambda x, y, k: k.linear_map(
            lambda d: _without_own(d[..., None, :], 0.0),
            lambda w: _without_own(w, 0.0).sum(axis=-2),
        ),
        operation=ALL_BUT_ONE,
        parameters=(),
    )


def _all_but_one(x: AnyArray) -> AnyArray:
    return _without_own(x[..., None, :], 1.0)


def _without_own(rows: AnyArray, instead: float) -> AnyArray:
    """Rows, with this on their diagonal."""
    places = namespace(rows).arange(rows.shape[-1])
    return namespace(rows).where(places[:, None] == places[None, :], instead, rows)
