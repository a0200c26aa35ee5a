"""Softmax and what is made of it: `logsumexp`, `softmax`, `log_softmax`, `cross_entropy`.

All subtract the greatest entry first, so that no exponential overflows, and find the softmax p again from their own
value when the derivative is asked for.

>>> import numpy as np
>>> from cat_ad import Dim, Float, gradient
>>> class N(Dim): ...
>>> gradient(logsumexp(N))(np.zeros(4))
array([0.25, 0.25, 0.25, 0.25])
"""

from __future__ import annotations

from functools import reduce
from typing import Any, TypeAlias, TypeVar

from cat_ad.arrays import AnyArray, inner_last, max_last, namespace, one_hot, sum_last
from cat_ad.arrow import Arrow, SomeArrow, exl, identity
from cat_ad.biproduct import Linear
from cat_ad.category import Hom, K
from cat_ad.differential.elements import image
from cat_ad.lifting import lift
from cat_ad.primitives import DerivativeRule, Primitive, SomePrimitive
from cat_ad.primitives.arithmetic import sub
from cat_ad.primitives.contraction import dot, scaled
from cat_ad.primitives.elementwise import exp
from cat_ad.primitives.indexing import chosen, entry
from cat_ad.spaces import Dim, Float, Index, Scalar, dimensions, floats, product

N = TypeVar("N", bound=Dim)
V = TypeVar("V", bound=Dim)

Point: TypeAlias = tuple[AnyArray, AnyArray]  # scores and a target


def logsumexp(n: type[N]) -> Arrow[Float[N], Scalar]:
    """y = log(sum(e^x)). Its derivative is the inner product with p = e^(x - y)."""

    def inner(x: AnyArray, y: AnyArray, dx: AnyArray) -> AnyArray:
        return inner_last(_exp_less(x, y), dx)

    def spread(x: AnyArray, y: AnyArray, dy: AnyArray) -> AnyArray:
        return _exp_less(x, y) * dy[..., None]

    def on_elements(p: SomePrimitive) -> DerivativeRule[Any, Any]:
        weights, along, across = (
            reduce(lambda f, dim: lift(dim, f, True), reversed(dimensions(p.cod)), f)
            for f in (softmax(n), dot(n), scaled(n))
        )

        def rule(x: AnyArray, y: AnyArray, k: Linear[Any]) -> Any:  # Any: see DerivativeRule
            probabilities = image(weights, x)
            return k.linear(lambda dx: image(along, (probabilities, dx)), lambda dy: image(across, (probabilities, dy)))

        return rule

    return Primitive(
        floats(n),
        Scalar,
        "logsumexp",
        _log_sum_exp,
        lambda x, y, k: k.linear(lambda dx: inner(x, y, dx), lambda dy: spread(x, y, dy)),
        on_elements=on_elements,
    )


def softmax(n: type[N]) -> Arrow[Float[N], Float[N]]:
    """p = e^x / sum(e^x). Its derivative dx -> p (dx - <p, dx>) is its own transpose."""

    def symmetric(p: AnyArray, d: AnyArray) -> AnyArray:
        return p * (d - inner_last(p, d)[..., None])

    return Primitive(
        floats(n),
        floats(n),
        "softmax",
        lambda x: _exp_less(x, _log_sum_exp(x)),
        lambda x, p, k: k.linear(lambda d: symmetric(p, d), lambda d: symmetric(p, d)),
        parts=lambda: log_softmax_by_parts(n) >> exp(floats(n)),
        broadcasts=True,
    )


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
        lambda x: x - _log_sum_exp(x)[..., None],
        lambda x, y, k: k.linear(lambda dx: apply(y, dx), lambda dy: adjoint(y, dy)),
        parts=lambda: log_softmax_by_parts(n),
        broadcasts=True,
    )


def log_softmax_by_parts(n: type[N]) -> Arrow[Float[N], Float[N]]:
    """x - logsumexp(x), composed: what `log_softmax` must equal."""
    less: SomeArrow = lift(n, sub(Scalar), (True, False))
    return (identity(floats(n)) & logsumexp(n)) >> less


def cross_entropy(v: type[V]) -> Arrow[tuple[Float[V], Index], Scalar]:
    """-log(softmax(x)[target]), for a target from 0 to V - 1.

    Its derivative is the inner product with p - e, where p = softmax(x) and e is the unit vector of the target.
    """

    def together(at: Point, k: Linear[K]) -> tuple[AnyArray, Hom[K, Point, AnyArray]]:
        (x, target), (y, exponentials, total) = at, _cross_entropy(at)

        def gradient() -> AnyArray:
            return exponentials / total[..., None] - one_hot(target, x.shape[-1], x)

        return y, k.linear(
            lambda d: None if d[0] is None else inner_last(gradient(), d[0]),
            lambda dy: (gradient() * dy[..., None], None),
        )

    return Primitive(
        product(floats(v), Index),
        Scalar,
        "cross_entropy",
        lambda at: _cross_entropy(at)[0],
        lambda at, y, k: together(at, k)[1],
        together=together,
        parts=lambda: cross_entropy_by_parts(v),
    )


def cross_entropy_by_parts(v: type[V]) -> Arrow[tuple[Float[V], Index], Scalar]:
    """logsumexp(x) - x[target], composed: what `cross_entropy` must equal."""
    return ((exl(floats(v), Index) >> logsumexp(v)) & entry(v)) >> sub(Scalar)


def _cross_entropy(at: Point) -> tuple[AnyArray, AnyArray, AnyArray]:
    """The cross entropy, and the exponentials and their sum, of which softmax is the quotient."""
    (x, target), xp = at, namespace(at[0])
    lowered = x - max_last(x)[..., None]
    exponentials = xp.exp(lowered)
    total = sum_last(exponentials)
    return xp.log(total) - chosen(lowered, target), exponentials, total


def _log_sum_exp(x: AnyArray) -> AnyArray:
    xp, greatest = namespace(x), max_last(x)
    return xp.log(sum_last(xp.exp(x - greatest[..., None]))) + greatest


def _exp_less(x: AnyArray, y: AnyArray) -> AnyArray:
    """e^(x - y) for a number y for each row of x."""
    return namespace(x).exp(x - y[..., None])
