"""Attention (Vaswani et al. 2017), put together from arrows that each say one thing, and the same as one primitive.

Every place in time has a query, a key and a value. Its output is the mean of the values at the places up to its own,
weighted by the softmax of the products of its query with their keys; and this in several heads at once, each with its
share of the width:

    queries_keys_values           the three of each place, which come side by side
    split_heads                   each by heads
    past_scores                   the products of each query with each key, but none with the future
    softmax                       how much each place looks at each other
    past_means                    the means of the values, so weighted
    merge_heads                   the heads side by side again

>>> import numpy as np
>>> class Time(Dim): ...
>>> class Heads(Dim, size=2): ...
>>> class HeadDim(Dim, size=4): ...
>>> x = np.random.default_rng(0).normal(size=(3, 24))
>>> fused, composed = attention(Time, Heads, HeadDim), attention_by_parts(Time, Heads, HeadDim)
>>> bool(np.allclose(fused(x), composed(x)))
True
"""

from __future__ import annotations

from functools import lru_cache
from math import inf, prod, sqrt
from typing import TypeAlias, TypeVar

from cat_ad.arrows.batching import each
from cat_ad.arrows.generators import Primitive, Residual, linear_primitive
from cat_ad.arrows.operations import Operation
from cat_ad.arrows.structure import exl, exr, identity
from cat_ad.arrows.terms import Arrow
from cat_ad.categories.biproduct import Linear
from cat_ad.categories.category import Hom, K
from cat_ad.learning.layers import sizes
from cat_ad.objects.array_operations import inner_last, max_last, sum_last
from cat_ad.objects.arrays import AnyArray, all_finite, common, namespace, reshaped
from cat_ad.objects.spaces import Dim, Float, Times, floats, product, times
from cat_ad.objects.tangents import Tangent
from cat_ad.primitives.contractions import matmul
from cat_ad.primitives.elementwise import scale
from cat_ad.primitives.layout import flatten, transpose, unflatten
from cat_ad.primitives.past import apart, only, past_means, past_scores, seen, spoil
from cat_ad.primitives.probabilities import softmax

D = TypeVar("D", bound=Dim)
H = TypeVar("H", bound=Dim)
T = TypeVar("T", bound=Dim)
W = TypeVar("W", bound=Dim)

Kept: TypeAlias = tuple[AnyArray, AnyArray, AnyArray, AnyArray]  # queries, keys, values and weights

QUERIES_KEYS_VALUES = Operation("queries_keys_values")
ATTENTION = Operation("attention", "batched derivative")


class Three(Dim, size=3):
    """Queries, keys and values."""


def queries_keys_values(
    t: type[T], w: type[W]
) -> Arrow[Float[T, Times[Three, W]], tuple[tuple[Float[T, W], Float[T, W]], Float[T, W]]]:
    """Rows of three parts to ((queries, keys), values)."""

    def apart(x: AnyArray) -> AnyArray:
        width = x.shape[-1] // 3
        return (x[..., :width], x[..., width : 2 * width]), x[..., 2 * width :]

    def side_by_side(parts: Tangent) -> AnyArray:
        (q, k), v = parts[0] or (None, None), parts[1]
        like = next(part for part in (q, k, v) if part is not None)
        xp = common(*(part for part in (q, k, v) if part is not None))
        return xp.concat([xp.zeros_like(like) if part is None else part for part in (q, k, v)], axis=-1)

    part = floats(t, w)
    return linear_primitive(
        floats(t, times(Three, w)),
        product(product(part, part), part),
        "queries_keys_values",
        apart,
        lambda k: k.linear(apart, side_by_side),
        operation=QUERIES_KEYS_VALUES,
        parameters=(),
    )


def split_heads(t: type[T], h: type[H], d: type[D]) -> Arrow[Float[T, Times[H, D]], Float[H, T, D]]:
    """Each row in as many pieces as there are heads."""
    return each(t, unflatten(h, d)) >> transpose(t, h, d)


def merge_heads(t: type[T], h: type[H], d: type[D]) -> Arrow[Float[H, T, D], Float[T, Times[H, D]]]:
    """The inverse of `split_heads`."""
    return transpose(h, t, d) >> each(t, flatten(h, d))


def scores(t: type[T], d: type[D]) -> Arrow[tuple[Float[T, D], Float[T, D]], Float[T, T]]:
    """The products of queries and keys, over the root of their length. Raises `SpaceError` unless D has a size."""
    (size,) = sizes("scores", d)
    return identity(floats(t, d)) * transpose(t, d) >> matmul(t, d, t) >> scale(floats(t, t), 1 / sqrt(size))


def attention_weights(t: type[T], h: type[H], d: type[D]) -> Arrow[Float[T, Times[Three, Times[H, D]]], Float[H, T, T]]:
    """How much in each head each place looks at each other."""
    (size,) = sizes("attention_weights", d)
    w, heads = floats(t, times(h, d)), split_heads(t, h, d)
    queries_keys = queries_keys_values(t, times(h, d)) >> exl(product(w, w), w)
    return (
        queries_keys
        >> heads * heads
        >> each(h, past_scores(t, d) >> scale(floats(t, t), 1 / sqrt(size)) >> each(t, softmax(t)))
    )


def attention_by_parts(
    t: type[T], h: type[H], d: type[D]
) -> Arrow[Float[T, Times[Three, Times[H, D]]], Float[T, Times[H, D]]]:
    """The composition, which `attention` must equal."""
    w = floats(t, times(h, d))
    values = queries_keys_values(t, times(h, d)) >> exr(product(w, w), w) >> split_heads(t, h, d)
    return (attention_weights(t, h, d) & values) >> each(h, past_means(t, d)) >> merge_heads(t, h, d)


def attention(t: type[T], h: type[H], d: type[D]) -> Arrow[Float[T, Times[Three, Times[H, D]]], Float[T, Times[H, D]]]:
    """The same as one primitive, which is faster. Raises `SpaceError` unless H and D have sizes.

    With weights p = softmax(s), s = q k^T / sqrt(D), its value is p v. Its derivative and the transpose of that are

        (dq, dk, dv) -> dp v + p dv     where ds = (dq k^T + q dk^T) / sqrt(D)    and dp = p (ds - <p, ds>)
        dy -> (ds k, ds^T q, p^T dy)    where ds = p (dp - <p, dp>) / sqrt(D)     and dp = dy v^T

    What is in the future of a place does not matter to it, be it infinite or nan, nor to its derivative. A place that
    sees what is not finite is nan; so is one with a score of inf, as is one over 65,504 in float16.
    """
    heads, size = sizes("attention", h, d)
    factor = size**-0.5

    def merge(x: AnyArray) -> AnyArray:
        """The inverse of `in_heads`, of these on one axis."""
        by_place = namespace(x).permute_dims(x, _parts_last(x.ndim))
        return reshaped(by_place, (*by_place.shape[:-3], 3 * heads * size))

    def split_heads(x: AnyArray) -> AnyArray:
        return namespace(x).permute_dims(reshaped(x, (*x.shape[:-1], heads, size)), _heads_first(x.ndim + 1))

    def weights(q: AnyArray, k: AnyArray, flaws: AnyArray | None) -> AnyArray:
        s = q @ (_in_rows(k.mT) * factor)
        if flaws is not None:
            s = s + spoil(flaws, s.dtype)[..., None, :, None]  # by head, and whatever it looks at
        return softmax_of_scores(namespace(s).where(seen(s), s, -inf))

    def run(x: AnyArray) -> tuple[AnyArray, Kept]:
        fine, flaws = apart(x)
        q, k, v = in_heads(fine, heads, size)
        p = weights(q, k, flaws)
        return beside(p @ v), (q, k, v, p)

    def derivative(x: AnyArray, kept: Kept, category: Linear[K]) -> Hom[K, AnyArray, AnyArray]:
        q, k, v, p = kept

        def push(dx: AnyArray) -> AnyArray:
            d_fine, d_flaws = apart(dx)
            dq, dk, dv = in_heads(d_fine, heads, size)
            ds = only((dq @ k.mT + q @ dk.mT) * factor, seen(p))
            pushed = beside(_through(p, ds) @ v + p @ dv)
            return pushed if d_flaws is None else pushed + spoil(d_flaws, pushed.dtype)[..., None]

        def pull(dy: AnyArray) -> AnyArray:
            by_head = split_heads(dy)
            dp, weight = by_head @ (_in_rows(v.mT) * factor), p
            if not (all_finite(dp) and all_finite(p)):
                counts = seen(p) & (max_last(abs(by_head)) != 0)[..., None]  # a row without a cotangent does not
                dp, weight = only(dp, counts), only(p, counts)
            ds = _through(weight, dp)
            parts = ds @ k, ds.mT @ q, weight.mT @ by_head
            return merge(common(*parts).concat([part[None, ...] for part in parts]))

        return category.linear_map(push, pull)

    residual = Residual(run, derivative)

    return Primitive(
        floats(t, times(Three, times(h, d))),
        floats(t, times(h, d)),
        "attention",
        residual.value,
        residual,
        parts=lambda: attention_by_parts(t, h, d),
        operation=ATTENTION,
        parameters=(t, h, d),
    )


# Heads ---------------------------------------------------------------------------------------------------------------


def in_heads(x: AnyArray, heads: int, size: int) -> tuple[AnyArray, AnyArray, AnyArray]:
    """Queries, keys and values by heads: (..., T, 3 H D) to three of (..., H, T, D)."""
    by_part = reshaped(x, (*x.shape[:-1], 3, heads, size))
    parts = namespace(x).permute_dims(by_part, _parts_first(by_part.ndim))
    return parts[0, ...], parts[1, ...], parts[2, ...]


def beside(x: AnyArray) -> AnyArray:
    """Heads side by side: (..., H, T, D) to (..., T, H D)."""
    by_place = namespace(x).permute_dims(x, _heads_first(x.ndim))
    return reshaped(by_place, (*by_place.shape[:-2], prod(by_place.shape[-2:])))


# Of so many axes, in which order -------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _heads_first(axes: int) -> tuple[int, ...]:
    """(..., T, H, D) to (..., H, T, D), which is the way back too."""
    return (*range(axes - 3), axes - 2, axes - 3, axes - 1)


@lru_cache(maxsize=64)
def _parts_first(axes: int) -> tuple[int, ...]:
    """(..., T, 3, H, D) to (3, ..., H, T, D)."""
    return (axes - 3, *range(axes - 4), axes - 2, axes - 4, axes - 1)


@lru_cache(maxsize=64)
def _parts_last(axes: int) -> tuple[int, ...]:
    """(3, ..., H, T, D) to (..., T, 3, H, D)."""
    return (*range(1, axes - 3), axes - 2, 0, axes - 3, axes - 1)


# Rows of scores ------------------------------------------------------------------------------------------------------


def _in_rows(x: AnyArray) -> AnyArray:
    """The same array, in memory row by row, as is best for a matrix product."""
    return reshaped(reshaped(x, (-1,)), x.shape)


def softmax_of_scores(x: AnyArray) -> AnyArray:
    """Of scores in rows, of which each has one that is finite."""
    exponentials = namespace(x).exp(x - max_last(x)[..., None])
    return exponentials * (1.0 / sum_last(exponentials))[..., None]


def _through(p: AnyArray, d: AnyArray) -> AnyArray:
    """The derivative of softmax, where its value is p, which is its own transpose."""
    return p * (d - inner_last(p, d)[..., None])
