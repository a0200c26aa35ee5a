"""Special functions, powers and linear algebra: arrows of objects, and of values; and numbers for arrays of no axes."""

from typing import reveal_type

import numpy as np

from cat_ad import (
    Bool,
    Dim,
    Float,
    Index,
    Int,
    Scalar,
    Truth,
    add,
    arctan2,
    arrow,
    check,
    check_derivative,
    cholesky,
    clip,
)
from cat_ad import cross_entropy, each, erf, fold, forward, gradient, identity, inverse, iterate, less, lgamma
from cat_ad import log_determinant, logical_and, logical_not, lookup, power, scale, scan, sin, solve
from cat_ad import symmetric_eigenvalues, value_and_gradient, where, zero


class I(Dim, size=3): ...


v, s, m = check(Float[I], np.ones(3)), check(Scalar, 1.0), check(Float[I, I], np.eye(3))

reveal_type(erf(v))  # R: Float[I]
reveal_type(lgamma(s))  # R: Scalar
reveal_type(arctan2(v, v))  # R: Float[I]
reveal_type(power(v, 2.0))  # R: Float[I]
reveal_type(power(v, v))  # R: Float[I]
reveal_type(power(Float[I], 2.0))  # R: Arrow[Float[I], Float[I]]
reveal_type(power(Float[I]))  # R: Arrow[tuple[Float[I], Float[I]], Float[I]]
reveal_type(solve(m, v))  # R: Float[I]
reveal_type(inverse(m))  # R: Float[I, I]
reveal_type(symmetric_eigenvalues(I))  # R: Arrow[Float[I, I], Float[I]]
reveal_type(cholesky(I) >> log_determinant(I))  # R: Arrow[Float[I, I], Scalar]

# Numbers for arrays of no axes
mask = check(Bool[I], np.ones(3, bool))


@arrow
def both(a: Truth, b: Bool[I]) -> Bool[I]:
    return a & b


reveal_type(both(np.True_, mask))  # R: Bool[I]
reveal_type(both(True, mask))  # R: Bool[I]
reveal_type(logical_and(Truth)(True, np.False_))  # R: Truth
reveal_type(identity(Truth)(True))  # R: Truth
reveal_type(where(np.True_, v, 0.0))  # R: Float[I]
reveal_type(identity(Index)(np.int64(1)))  # R: Index
reveal_type(lookup(I, I)(m, 1))  # R: Float[I]
reveal_type(lookup(I, I)((m, 1)))  # R: Float[I]
reveal_type(lookup(m, 1))  # R: Float[I]
reveal_type(cross_entropy(v, 2))  # R: Scalar
reveal_type(gradient(cross_entropy(I))(v, 2))  # R: tuple[Float[I], Index]
reveal_type(sin(Scalar)(np.float32(1.0)))  # R: Scalar

# Numbers of Python alone
reveal_type(add(1.0, 2.0))  # R: Scalar
reveal_type(add(Scalar)(1.0, 2.0))  # R: Scalar
reveal_type(power(2.0, 3.0))  # R: Scalar
reveal_type(scale(1.0, 2.0))  # R: Scalar
reveal_type(clip(2.0, 0.0, 1.0))  # R: Scalar
reveal_type(zero(1.0))  # R: Scalar
reveal_type(zero(v))  # R: Float[I]
reveal_type(less(1.0, 2.0))  # R: Truth
reveal_type(logical_not(True))  # R: Truth
reveal_type(where(True, 1.0, 2.0))  # R: Scalar
reveal_type(where(check(Truth, True), s, s))  # R: Scalar
reveal_type(where(mask, 1.0, 2.0))  # R: Float[I]
reveal_type(where(mask, check(Int[I], np.arange(3)), 0))  # R: Int[I]
reveal_type(where(Scalar)(True, 1.0, s))  # R: Scalar


class N(Dim): ...


def product_and_sum(x: Float[I], y: Scalar, z: Scalar) -> Scalar:
    return y * (x @ x) + z


def squared(x: Scalar) -> Scalar:
    return x * x


def of_two(x: Float[I], y: Scalar) -> Scalar:
    return y * (x @ x)


def later(h: Scalar, x: Scalar) -> tuple[Scalar, Scalar]:
    return h + x, h


three = arrow(product_and_sum)
ns, vs = check(Float[N], np.ones(5)), check(Float[N, I], np.ones((5, 3)))
reveal_type(three(v, s, s))  # R: Scalar
reveal_type(gradient(three)(v, 1.0, s))  # R: tuple[Float[I], Scalar, Scalar]
reveal_type(gradient(squared, 1.0))  # R: Scalar
reveal_type(value_and_gradient(of_two, v, 1.0))  # R: tuple[Scalar, tuple[Float[I], Scalar]]
reveal_type(forward(squared, 1.0))  # R: tuple[Scalar, Function[Scalar, Scalar]]
check_derivative(arrow(of_two), v, 2.0)
check_derivative(squared, s)
check_derivative(of_two, v, s)

# Where a loop begins
reveal_type(fold(N, lambda h, x: h + x, 0.0, ns))  # R: Scalar
reveal_type(fold(N, lambda h, x: h + x @ x, 0.0, vs))  # R: Scalar
reveal_type(fold(N, add(Scalar))(0.0, ns))  # R: Scalar
reveal_type(scan(N, later)(0.0, ns))  # R: tuple[Scalar, Float[N]]
reveal_type(scan(N, later, 0.0, ns))  # R: tuple[Scalar, Float[N]]
reveal_type(iterate(3, lambda h: h * 2.0, 1.0))  # R: Scalar
reveal_type(iterate(3, squared)(1.0))  # R: Scalar


# Functions to integers and to masks
def one_more(k: Index) -> Index:
    return k + 1


def positive(x: Float[I]) -> Bool[I]:
    return x > 0.0


reveal_type(each(N, one_more)(check(Int[N], np.arange(5))))  # R: Int[N]
reveal_type(each(N, positive, vs))  # R: Bool[N, I]
