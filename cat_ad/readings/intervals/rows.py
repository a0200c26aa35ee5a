"""Bounds along rows: of softmax and what is made of it, and of what is normalised."""

from __future__ import annotations

from functools import reduce
from math import inf

from cat_ad.objects.array_operations import max_last, one_hot, sum_last
from cat_ad.objects.arrays import AnyArray, ArrayNamespace, namespace
from cat_ad.readings.intervals.boxes import Bounds
from cat_ad.readings.intervals.entrywise import Ends, Value, magnitudes
from cat_ad.readings.intervals.rounding import Rounding

FAR = 512.0  # e to this is a number, and e to minus this


def log_sum_exp(value: Value, x: Bounds, r: Rounding) -> Ends:
    """Increasing in each entry."""
    return _outward(_log_sum_exp(x.lower), _log_sum_exp(x.upper), x.lower.shape[-1], r)


def log_softmax(value: Value, x: Bounds, r: Rounding) -> Ends:
    """-log(sum(e^(x_j - x_i))), increasing with x_i and decreasing with each other x_j."""
    xp, n = namespace(x.lower), x.lower.shape[-1]
    lower, upper = -_log_sum_exp(_less_own(x, True)), -_log_sum_exp(_less_own(x, False))
    return _outward(lower, xp.minimum(upper, 0.0), n, r)


def softmax(value: Value, x: Bounds, r: Rounding) -> Ends:
    """1 / sum(e^(x_j - x_i)), increasing with x_i and decreasing with each other x_j.

    A difference d is rounded, so e^d is off by |d| eps / 2 of it, and the sum s by (log s + n) eps / 2; so is what is
    computed for p, since it subtracts too. With what exponentials, sums and quotients are off,

        (|log p| + 2 n + 32) eps

    of p is more than all of these errors together; |log p| is at most 745, beyond which p is 0.
    """
    xp, n = namespace(x.lower), x.lower.shape[-1]

    def weight(most: bool) -> AnyArray:
        s = sum_last(xp.exp(_less_own(x, most)))
        return 1 / xp.minimum(s, float(xp.finfo(s.dtype).max))

    def share(p: AnyArray) -> AnyArray:
        return (2 * n + 32 + xp.minimum(-xp.log(p), 800.0)) * r.eps

    lower, upper = weight(True), weight(False)
    lower = xp.where(lower <= 1 / float(xp.finfo(lower.dtype).max), 0.0, lower)
    return (
        xp.maximum(lower * (1 - share(lower)) - 32 * r.tiny, 0.0),
        xp.minimum(upper * (1 + share(upper)) + 32 * r.tiny, 1 + 64 * r.eps),
    )


def shares(value: Value, x: Bounds, r: Rounding) -> Ends:
    """What each entry has of the largest: none that cannot reach it, and all where no other can; else from 0 to 1."""
    xp = namespace(x.lower)
    if xp.all(x.lower == x.upper):
        found = value(x.lower)
        whole = (found == 0) | (found == 1)
        return xp.where(whole, found, r.down(found, 1)), xp.where(whole, found, r.up(found, 1))
    sign = 1.0 if float(value(xp.asarray([0.0, 1.0]))[1]) else -1.0
    low, high = (x.lower, x.upper) if sign > 0 else (-x.upper, -x.lower)
    can = xp.astype(high >= max_last(low)[..., None], low.dtype)
    return xp.where(sum_last(can)[..., None] == 1, can, 0.0), can


def surprisal(value: Value, x: tuple[Bounds, AnyArray], r: Rounding) -> Ends:
    """Cross-entropy, log(sum(e^(x_j - x_t))): decreasing in the score of the target, and increasing in the others.

    Where there is no target it is 0.
    """
    scores, target = x
    xp, n = namespace(scores.lower), scores.lower.shape[-1]
    chosen = one_hot(xp.maximum(target, 0), size=n, dtype=scores.lower.dtype) > 0

    def less(others: AnyArray, own: AnyArray, unknown: float) -> AnyArray:
        of_target = xp.max(xp.where(chosen, own, -inf), axis=-1)[..., None]
        return _log_sum_exp(_subtracted(xp.where(chosen, of_target, others), of_target, chosen, unknown))

    lower, upper = less(scores.lower, scores.upper, -inf), less(scores.upper, scores.lower, inf)
    lower, upper = _outward(lower, upper, n, r)
    return xp.where(target >= 0, lower, 0.0), xp.where(target >= 0, upper, 0.0)


def normalized(value: Value, x: Bounds, r: Rounding) -> Ends:
    """Each entry of the result increases with the same entry of the row, and shrinks as the others grow in size.

    Entry i is the sign of x_i times sqrt(n / (1 + the sum of q_j^2 for the others)), for q_j = |x_j / x_i|, in which
    n epsilon counts as the square of one more x_j; each operation here grows or falls. What is computed is off by
    n + 16 ulps at most: those of a sum of n squares, halved by the root, and some more.
    """
    xp, (small, large), n = namespace(x.lower), magnitudes(x), x.lower.shape[-1]
    near_zero = xp.ones_like(x.lower) * float(xp.finfo(x.lower.dtype).smallest_normal) ** 0.5
    greatest = float(xp.finfo(x.lower.dtype).max)
    epsilon = near_zero / value(near_zero)  # its root
    epsilon = xp.where(epsilon > 2 * near_zero, epsilon, 0.0)

    def size(own: AnyArray, others: AnyArray, most: bool) -> AnyArray:
        """The most that it can be, or the least: 0 of what is unbounded, but only the greatest number for the most."""

        def ratio(y: AnyArray, own: AnyArray) -> AnyArray:
            q = y / own
            return xp.where(xp.isnan(q), 0.0, xp.minimum(q, greatest)) if most else xp.where(xp.isnan(q), inf, q)

        q = xp.where(_diagonal(xp, n), 1.0, ratio(others[..., None, :], own[..., :, None]))
        return n**0.5 * _inverse_length(q, ratio(n**0.5 * epsilon, own))

    def extreme(own: AnyArray, near: AnyArray) -> AnyArray:
        sizes = xp.where(near, size(abs(own), large, False), size(abs(own), small, True))
        return xp.where(own == 0, 0.0, xp.sign(own) * sizes)

    lower, upper = r.outward(extreme(x.lower, x.lower >= 0), extreme(x.upper, x.upper < 0), 2 * (n + 16))
    return xp.where(x.lower >= 0, xp.maximum(lower, 0.0), lower), xp.where(x.upper <= 0, xp.minimum(upper, 0.0), upper)


def length(value: Value, x: Bounds, r: Rounding) -> Ends:
    """The root of the sum of squares, which increases with the size of each entry; off by n + 8 ulps at most."""
    small, large = magnitudes(x)
    lower, upper = r.outward(value(small), value(large), 2 * (x.lower.shape[-1] + 8))
    return namespace(lower).maximum(lower, 0.0), upper


def unit(value: Value, x: Bounds, r: Rounding) -> Ends:
    """The entries of a vector of length 1."""
    most = namespace(x.lower).ones_like(x.lower) * (1 + 2 * (x.lower.shape[-1] + 8) * r.eps)
    return -most, most


def multiplied(value: Value, x: Bounds, r: Rounding) -> Ends:
    """A product of n numbers: at the corners, one factor after the other.

    Let M be the product of those sizes that are above 1. What is computed on the way, in whatever order, is at most M
    in size, and what is lost where it vanishes at most `tiny`, which the others make at most `tiny` M. Where M
    overflows nothing is known.
    """
    xp, n = namespace(x.lower), x.lower.shape[-1]
    if n < 2:
        return value(x.lower), value(x.upper)
    most = value(xp.maximum(magnitudes(x)[1], 1.0))
    lower, upper = x.lower[..., 0], x.upper[..., 0]
    for at in range(1, n):
        corners = [end * factor for end in (lower, upper) for factor in (x.lower[..., at], x.upper[..., at])]
        lower, upper = reduce(xp.minimum, corners), reduce(xp.maximum, corners)
    lower, upper = r.outward(lower, upper, 2 * n)
    unknown = ~(most < r.largest / 4)
    lost = 2 * n * r.tiny * xp.where(unknown, 1.0, most)
    return xp.where(unknown, -inf, lower - lost), xp.where(unknown, inf, upper + lost)


# What they are made of -----------------------------------------------------------------------------------------------


def _log_sum_exp(x: AnyArray) -> AnyArray:
    """log(sum(e^x)) along the last axis. Where all is of moderate size nothing is subtracted first, and it grows."""
    xp = namespace(x)
    largest = float(xp.finfo(x.dtype).max)
    greatest = xp.minimum(xp.maximum(max_last(x), -largest), largest)
    shift = xp.where(abs(greatest) > FAR, greatest, 0.0)
    return xp.log(sum_last(xp.exp(x - shift[..., None]))) + shift


def _outward(lower: AnyArray, upper: AnyArray, n: int, r: Rounding) -> Ends:
    """Logarithms of sums y, which are off by (n + 16 + 2 |y|) eps, here and where they are computed.

    A difference d is off by |d| eps / 2, and so the sum of e^d by n / e eps / 2 of it, for the negative ones, and by
    y eps / 2 for the positive; exponentials, sums and logarithms add n + 8 ulps, and what is subtracted is at most |y|.
    """
    ulps = 2 * n + 32
    return r.down(lower, 4) - ulps * r.eps, r.up(upper, 4) + ulps * r.eps


def _less_own(x: Bounds, most: bool) -> AnyArray:
    """x_j - x_i in row i, the most or the least that it can be; 0 for j = i."""
    xp, size = namespace(x.lower), x.lower.shape[-1]
    others, own = (x.upper, x.lower) if most else (x.lower, x.upper)
    return _subtracted(others[..., None, :], own[..., :, None], _diagonal(xp, size), inf if most else -inf)


def _subtracted(others: AnyArray, own: AnyArray, same: AnyArray, unknown: float) -> AnyArray:
    """The differences; 0 for one itself, and of infinities what is the most that is possible, or the least."""
    xp = namespace(others)
    d = others - own
    return xp.where(same, 0.0, xp.where(xp.isnan(d), unknown, d))


def _inverse_length(q: AnyArray, one_more: AnyArray) -> AnyArray:
    """1 / sqrt(sum(q^2)) of rows of numbers that are not negative, and of one more; where one is great, all scaled."""
    xp = namespace(q)
    greatest = float(xp.finfo(q.dtype).max)
    scale = xp.where(xp.maximum(max_last(q), one_more) > greatest**0.25, greatest**-0.6, 1.0)
    scaled, one_more = q * scale[..., None], one_more * scale
    return scale / xp.sqrt(sum_last(scaled * scaled) + one_more * one_more)


def _diagonal(xp: ArrayNamespace, size: int) -> AnyArray:
    places = xp.arange(size)
    return places[:, None] == places[None, :]
