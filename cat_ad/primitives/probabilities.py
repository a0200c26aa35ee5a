"""Softmax and what is made of it: `logsumexp`, `softmax`, `log_softmax`, `cross_entropy`.

All subtract the greatest entry first, so that no exponential overflows: with e = e^(x - max x), p = e / sum(e).

The distance of a score from the greatest is rounded once, to half a unit in its last place. A probability is as exact
as e to that distance, and a value that cancels, such as the logarithm of a probability near 1, as exact as what
cancels. A score may be -inf; if all are, there is a logsumexp, -inf, but no softmax. Nor is there a softmax if one is
inf.

>>> import numpy as np
>>> from cat_ad import Dim, Float, gradient
>>> class N(Dim): ...
>>> gradient(logsumexp(N))(np.zeros(4))
array([0.25, 0.25, 0.25, 0.25])
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, TypeVar, overload

from cat_ad.arrows.generators import Primitive, Residual
from cat_ad.arrows.lifting import lift
from cat_ad.arrows.operations import Operation
from cat_ad.arrows.polymorphism import polymorphic
from cat_ad.arrows.structure import exl, exr, identity
from cat_ad.arrows.terms import Arrow, SomeArrow
from cat_ad.categories.biproduct import Linear
from cat_ad.categories.category import Hom, K
from cat_ad.errors import SpaceError
from cat_ad.objects.array_operations import inner_last, max_last, one_hot, sum_last
from cat_ad.objects.arrays import AnyArray, as_dtype, as_indices, common, largest, namespace, none_negative, widened
from cat_ad.objects.spaces import Dim, Float, Index, Scalar, floats, product
from cat_ad.objects.values import Whole
from cat_ad.primitives.arithmetic import sub
from cat_ad.primitives.elementwise import exp
from cat_ad.primitives.indexing import chosen, entry
from cat_ad.primitives.masking import some_target, targeted

N = TypeVar("N", bound=Dim)
V = TypeVar("V", bound=Dim)

Point: TypeAlias = tuple[AnyArray, AnyArray]  # scores and a target

LOGSUMEXP = Operation("logsumexp", "increasing")
SOFTMAX = Operation("softmax", "batched derivative")
LOG_SOFTMAX = Operation("log_softmax", "batched derivative")
CROSS_ENTROPY = Operation("cross_entropy")


@overload
def logsumexp(n: type[N], /) -> Arrow[Float[N], Scalar]: ...
@overload
def logsumexp(x: Float[N], /) -> Scalar: ...
@polymorphic()
def logsumexp(n: type[N]) -> Arrow[Float[N], Scalar]:
    """y = log(sum(e^x)), of no scores -inf. Its derivative is the inner product with p = softmax(x)."""

    def derivative(x: AnyArray, kept: tuple[AnyArray, AnyArray], k: Linear[K]) -> Hom[K, AnyArray, AnyArray]:
        exponentials, total = kept

        def p() -> AnyArray:
            return as_dtype(exponentials / total[..., None], x.dtype)

        return k.linear_map(lambda dx: inner_last(p(), dx), lambda dy: p() * dy[..., None])

    residual = Residual(_log_sum_exp, derivative)
    return Primitive(
        floats(n),
        Scalar,
        "logsumexp",
        residual.value,
        residual,
        operation=LOGSUMEXP,
        parameters=(),
    )


@overload
def softmax(n: type[N], /) -> Arrow[Float[N], Float[N]]: ...
@overload
def softmax(x: Float[N], /) -> Float[N]: ...
@polymorphic()
def softmax(n: type[N]) -> Arrow[Float[N], Float[N]]:
    """p = e^x / sum(e^x). Its derivative dx -> p (dx - <p, dx>) is its own transpose."""

    def symmetric(p: AnyArray, d: AnyArray) -> AnyArray:
        return p * (d - inner_last(p, d)[..., None])

    return Primitive(
        floats(n),
        floats(n),
        "softmax",
        _softmax,
        lambda x, p, k: k.linear_map(lambda d: symmetric(p, d), lambda d: symmetric(p, d)),
        parts=lambda: log_softmax_by_parts(n) >> exp(floats(n)),
        operation=SOFTMAX,
        parameters=(),
    )


@overload
def log_softmax(n: type[N], /) -> Arrow[Float[N], Float[N]]: ...
@overload
def log_softmax(x: Float[N], /) -> Float[N]: ...
@polymorphic()
def log_softmax(n: type[N]) -> Arrow[Float[N], Float[N]]:
    """y = x - log(sum(e^x)). With p = e^y, its derivative is dx -> dx - <p, dx>, transposed dy -> dy - p sum(dy)."""

    def apply(y: AnyArray, dx: AnyArray) -> AnyArray:
        return dx - inner_last(namespace(y).exp(y), dx)[..., None]

    def adjoint(y: AnyArray, dy: AnyArray) -> AnyArray:
        xp = namespace(y)
        return dy - xp.exp(y) * sum_last(dy)[..., None]

    return Primitive(
        floats(n),
        floats(n),
        "log_softmax",
        _log_softmax,
        lambda x, y, k: k.linear_map(lambda dx: apply(y, dx), lambda dy: adjoint(y, dy)),
        parts=lambda: log_softmax_by_parts(n),
        operation=LOG_SOFTMAX,
        parameters=(),
    )


def log_softmax_by_parts(n: type[N]) -> Arrow[Float[N], Float[N]]:
    """x - logsumexp(x), composed: what `log_softmax` must equal."""
    return (identity(floats(n)) & logsumexp(n)) >> less(n)


def less(n: type[N]) -> SomeArrow:
    """A number less another, for each of a vector: (x, c) to x - c."""
    return lift(n, sub(Scalar), (True, False))


@overload
def cross_entropy(v: type[V], /) -> Arrow[tuple[Float[V], Index], Scalar]: ...
@overload
def cross_entropy(scores: Float[V], target: Whole, /) -> Scalar: ...
@polymorphic()
def cross_entropy(v: type[V]) -> Arrow[tuple[Float[V], Index], Scalar]:
    """-log(softmax(x)[target]), for a target from 0 to V - 1; for a negative one, which says that there is none, 0.

    Its derivative is the inner product with p - e, where p = softmax(x) and e is the unit vector of the target; and 0
    where there is no target, whatever the scores are. `masked_mean` leaves these out. A target beyond the end raises
    what `lookup` does; and `SpaceError` is raised where there are no classes.
    """

    def derivative(at: Point, kept: Kept, k: Linear[K]) -> Hom[K, Point, AnyArray]:
        (x, _), (exponentials, total, seen, index) = at, kept

        def apply(dx: AnyArray) -> AnyArray:
            dx = seen(dx)
            return inner_last(exponentials / total[..., None], dx) - chosen(dx, index)

        def adjoint(dy: AnyArray) -> AnyArray:
            dy = seen(dy)
            to_all = exponentials * (dy / total)[..., None]
            return to_all - one_hot(index, size=x.shape[-1], dtype=x.dtype) * dy[..., None]

        return k.join(k.linear_map(apply, adjoint), k.zero(Index, Scalar))

    residual = Residual(_cross_entropy, derivative)

    return Primitive(
        product(floats(v), Index),
        Scalar,
        "cross_entropy",
        residual.value,
        residual,
        parts=lambda: cross_entropy_by_parts(v),
        operation=CROSS_ENTROPY,
        parameters=(),
    )


def cross_entropy_by_parts(v: type[V]) -> Arrow[tuple[Float[V], Index], Scalar]:
    """logsumexp(x) - x[target], composed: what `cross_entropy` must equal."""
    scores, there = floats(v), exr(floats(v), Index)
    at_target = identity(scores) * some_target() >> entry(v)
    surprisal = ((exl(scores, Index) >> logsumexp(v)) & at_target) >> sub(Scalar)
    return (((targeted(v) & there) >> surprisal) & there) >> targeted()


Seen: TypeAlias = Callable[[AnyArray], AnyArray]
Kept: TypeAlias = tuple[AnyArray, AnyArray, Seen, AnyArray]


def _cross_entropy(at: Point) -> tuple[AnyArray, Kept]:
    """The cross entropy; the exponentials and their sum, of which softmax is the quotient; and as in `_seen`."""
    (x, target), xp = at, common(*at)
    seen, index = _seen(as_indices(target))
    if not x.shape[-1] and 0 not in index.shape:
        raise SpaceError("cross_entropy: wanted scores of one class or more, got those of none, where no target can be")
    lowered = _lowered(seen(x))
    exponentials = xp.exp(lowered)
    total = sum_last(exponentials)
    y = xp.log(total) - chosen(lowered, index)
    return seen(as_dtype(y, x.dtype)), (exponentials, total, seen, index)


def _seen(target: AnyArray) -> tuple[Seen, AnyArray]:
    """What makes zeros of the entries without a target, and the targets, with some index where there is none."""
    if none_negative(target):
        return lambda x: x, target
    there = target >= 0

    def seen(x: AnyArray) -> AnyArray:
        found = common(x, target).where(there if x.ndim == there.ndim else there[..., None], x, 0.0)
        return found if found.ndim else found + 0.0  # a number, as without `where`

    return seen, namespace(target).maximum(target, 0)


def _softmax(x: AnyArray) -> AnyArray:
    exponentials = namespace(x).exp(_lowered(x))
    return as_dtype(exponentials / sum_last(exponentials)[..., None], x.dtype)


def _log_softmax(x: AnyArray) -> AnyArray:
    if not x.shape[-1]:
        return x
    lowered, xp = _lowered(x), namespace(x)
    return as_dtype(lowered - xp.log(sum_last(xp.exp(lowered)))[..., None], x.dtype)


def _lowered(x: AnyArray) -> AnyArray:
    """x less its greatest entry."""
    wide = widened(x)
    return wide - max_last(wide)[..., None]


def _log_sum_exp(x: AnyArray) -> tuple[AnyArray, tuple[AnyArray, AnyArray]]:
    """The logarithm of the sum of exponentials, and e to the distance from the greatest, and the sum of that."""
    wide, xp = widened(x), namespace(x)
    greatest, end = max_last(wide), largest(xp, wide.dtype)
    exponentials = xp.exp(wide - xp.minimum(xp.maximum(greatest, -end), end)[..., None])  # inf - inf is no number
    total = sum_last(exponentials)  # at least 1, unless all are -inf
    return as_dtype(xp.log(xp.maximum(total, 1.0)) + greatest, x.dtype), (exponentials, total)
