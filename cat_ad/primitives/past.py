"""Products with the past: of each place in time with those up to its own, so that the future is hidden.

What is hidden does not matter, even if it is infinite or nan: the future is left out, and not multiplied by 0, since 0
times nan is nan.

>>> import numpy as np
>>> from cat_ad import Dim
>>> class T(Dim): ...
>>> class D(Dim): ...
>>> past_means(T, D)((np.array([[1.0, 0.0], [0.5, 0.5]]), np.array([[1.0], [np.inf]])))
array([[ 1.],
       [nan]])
"""

from __future__ import annotations

from math import inf, nan
from typing import TypeAlias, TypeVar

from cat_ad.arrows.generators import Primitive, SomeLinear
from cat_ad.arrows.operations import Operation
from cat_ad.arrows.structure import identity
from cat_ad.arrows.terms import Arrow
from cat_ad.categories.category import AnyHom
from cat_ad.objects.array_operations import flaws_last, max_last
from cat_ad.objects.arrays import AnyArray, DType, all_finite, as_dtype, common, largest, namespace
from cat_ad.objects.spaces import Dim, Float, floats, product
from cat_ad.primitives.contractions import matmul
from cat_ad.primitives.layout import transpose
from cat_ad.primitives.masking import causal, triangle

D = TypeVar("D", bound=Dim)
T = TypeVar("T", bound=Dim)

Pair: TypeAlias = tuple[AnyArray, AnyArray]

PAST_SCORES = Operation("past_scores")
PAST_MEANS = Operation("past_means")


def past_scores(t: type[T], d: type[D]) -> Arrow[tuple[Float[T, D], Float[T, D]], Float[T, T]]:
    """The products of queries and keys; those with keys of the future are -inf."""
    rows = floats(t, d)

    def derivative(at: Pair, s: AnyArray, k: SomeLinear) -> AnyHom:
        queries, keys = at
        products: AnyHom = k.join(
            k.linear_map(lambda dq: dq @ keys.mT, lambda ds: ds @ finite(keys)),
            k.linear_map(lambda dk: queries @ dk.mT, lambda ds: ds.mT @ finite(queries)),
        )
        return k.compose(products, k.linear_map(past, past))

    return Primitive(
        product(rows, rows),
        floats(t, t),
        "past_scores",
        lambda at: common(*at).where(triangle(namespace(at[0]), at[0].shape[-2]), at[0] @ at[1].mT, -inf),
        derivative,
        parts=lambda: identity(rows) * transpose(t, d) >> matmul(t, d, t) >> causal(t, -inf),
        operation=PAST_SCORES,
        parameters=(),
    )


def past_means(t: type[T], d: type[D]) -> Arrow[tuple[Float[T, T], Float[T, D]], Float[T, D]]:
    """The weighted sums of the rows up to each place; if the weights sum to 1, these are means.

    A row in sight that is not finite makes nan.
    """

    def derivative(at: Pair, y: AnyArray, k: SomeLinear) -> AnyHom:
        weights, rows = at
        return k.join(
            k.linear_map(lambda dp: past_sums(past(dp), rows), lambda dy: past(dy @ rows.mT)),
            k.linear_map(lambda dv: past_sums(past(weights), dv), lambda dy: past(weights).mT @ dy),
        )

    return Primitive(
        product(floats(t, t), floats(t, d)),
        floats(t, d),
        "past_means",
        lambda at: past_sums(past(at[0]), at[1]),
        derivative,
        parts=lambda: causal(t, 0.0) * identity(floats(t, d)) >> matmul(t, t, d),
        operation=PAST_MEANS,
        parameters=(),
    )


def past(x: AnyArray) -> AnyArray:
    """Entry (i, j) as it is where j <= i, and 0 where j > i."""
    return namespace(x).where(seen(x), x, 0.0)


def seen(x: AnyArray) -> AnyArray:
    """Which places each place sees."""
    return triangle(namespace(x), x.shape[-1])


def apart(x: AnyArray) -> tuple[AnyArray, AnyArray | None]:
    """x with zeros at the places that are not finite, and which these are: `None` if all are known to be finite."""
    if all_finite(x):
        return x, None
    flaws = flaws_last(x) != 0
    return namespace(x).where(flaws[..., None], 0.0, x), flaws


def spoil(flaws: AnyArray, dtype: DType) -> AnyArray:
    """nan at the places that see a flaw, and 0 at the others."""
    xp = namespace(flaws)
    many = as_dtype(flaws, dtype) @ as_dtype(seen(flaws), dtype).mT  # up to each place
    return xp.where(many > 0, nan, xp.zeros_like(many))


def past_sums(weights: AnyArray, rows: AnyArray) -> AnyArray:
    """The weighted sums of the rows up to each place; nan where one of these rows is not finite."""
    if all_finite(rows):
        return weights @ rows
    xp = common(weights, rows)
    fine = abs(rows) <= largest(xp, rows.dtype)
    spoiled = max_last(as_dtype(fine, rows.dtype) * -1.0 + 1.0)
    many = spoiled @ as_dtype(seen(weights), rows.dtype).mT  # up to each place
    return weights @ xp.where(fine, rows, 0.0) + xp.where(many > 0, nan, 0.0 * many)[..., None]


def only(x: AnyArray, where: AnyArray) -> AnyArray:
    """x there, and 0 elsewhere."""
    return x if all_finite(x) and where.ndim == 2 else common(x, where).where(where, x, 0.0)


def finite(x: AnyArray) -> AnyArray:
    """x with 0 for what is infinite or nan."""
    return x if all_finite(x) else namespace(x).where(abs(x) <= largest(namespace(x), x.dtype), x, 0.0)
