"""Derivatives inside functions: of arrows, of local functions, and of lambdas where the point is given."""

from typing import reveal_type

import numpy as np

from cat_ad import Dim, Float, Scalar, arrow, check, dot, each, exp, forward, gradient, gradient_field, hessian
from cat_ad import hessian_vector_product, jacobian, jacobian_field, reverse, reverse_derivative, solve, tangent, tanh
from cat_ad import value_and_gradient


class N(Dim): ...


class I(Dim, size=3): ...


@arrow
def bowl(x: Float[I], y: Scalar) -> Scalar:
    return y * dot(x, exp(x))


@arrow
def newton(x: Float[I], y: Scalar) -> Float[I]:
    def of_x(x: Float[I]) -> Scalar:
        return bowl(x, y)

    def waves(x: Float[I]) -> Float[I]:
        return tanh(x) * y

    reveal_type(gradient(of_x))  # R: Function[Float[I], Float[I]]
    reveal_type(gradient(of_x)(x))  # R: Float[I]
    reveal_type(gradient(lambda x: bowl(x, y), x))  # R: Float[I]
    reveal_type(gradient(lambda x, y: bowl(x, y), x, y))  # R: tuple[Float[I], Scalar]
    reveal_type(gradient(bowl)(x, y))  # R: tuple[Float[I], Scalar]
    reveal_type(value_and_gradient(of_x)(x))  # R: tuple[Scalar, Float[I]]
    reveal_type(value_and_gradient(lambda x, y: bowl(x, y), x, y))  # R: tuple[Scalar, tuple[Float[I], Scalar]]
    reveal_type(hessian(of_x)(x))  # R: Float[I, I]
    reveal_type(jacobian(waves)(x))  # R: Float[I, I]
    reveal_type(jacobian(lambda y: y * 2.0, x))  # R: Float[I, I]
    reveal_type(jacobian(gradient(of_x))(x))  # R: Float[I, I]
    reveal_type(forward(waves)(x)[1](x))  # R: Float[I]
    reveal_type(reverse(of_x)(x)[1](y))  # R: Float[I]
    return x - solve(hessian(of_x)(x), gradient(of_x)(x))


reveal_type(newton)  # R: Arrow[tuple[Float[I], Scalar], Float[I]]


class J(Dim, size=2): ...


w = check(Float[J, I], np.ones((2, 3)))
x, s = check(Float[I], np.ones(3)), check(Scalar, 1.0)


@arrow
def pushed(x: Float[I]) -> Float[J]:
    return tanh(w @ x)


@arrow
def rows(m: Float[J, I]) -> Float[J]:
    return m @ x


def of_both(x: Float[I], y: Scalar) -> Float[J]:
    return w @ x * y


def curve(y: Scalar) -> tuple[Float[I], Scalar]:
    return x * y, y


# The blocks of a matrix, by what the function is between
reveal_type(jacobian(pushed)(x))  # R: Float[J, I]
reveal_type(jacobian(rows)(w))  # R: Float[J, J, I]
reveal_type(jacobian(bowl)(x, s))  # R: tuple[Float[I], Scalar]
reveal_type(jacobian(of_both)(x, s))  # R: tuple[Float[J, I], Float[J]]
reveal_type(jacobian(curve)(1.0))  # R: tuple[Float[I], Scalar]
reveal_type(jacobian(lambda x: dot(x, x), x))  # R: Float[I]
reveal_type(hessian(bowl)(x, s))  # R: tuple[tuple[Float[I, I], Float[I]], tuple[Float[I], Scalar]]
reveal_type(hessian(arrow(lambda y: y**3, Scalar))(s))  # R: Scalar
reveal_type(jacobian_field(pushed))  # R: Arrow[Float[I], Float[J, I]]
reveal_type(each(N, jacobian_field(pushed)))  # R: Arrow[Float[N, I], Float[N, J, I]]
reveal_type(each(N, jacobian(pushed))(check(Float[N, I], np.ones((4, 3)))))  # R: Float[N, J, I]


def squared(x: Float[I]) -> Scalar:
    return dot(x, x)


@arrow
def slopes(xs: Float[N, I]) -> Float[N, I]:
    reveal_type(each(N, gradient(squared), xs))  # R: Float[N, I]
    return each(N, gradient(squared))(xs)


reveal_type(gradient(squared)(check(Float[I], np.zeros(3))))  # R: Float[I]


def weighted(x: Float[I], y: Scalar) -> Scalar:
    return y * dot(x, x)


reveal_type(gradient_field(squared))  # R: Arrow[Float[I], Float[I]]
reveal_type(tangent(squared))  # R: Arrow[tuple[Float[I], Float[I]], tuple[Scalar, Scalar]]
reveal_type(reverse_derivative(squared))  # R: Arrow[tuple[Float[I], Scalar], Float[I]]
reveal_type(hessian_vector_product(squared))  # R: Arrow[tuple[Float[I], Float[I]], Float[I]]
reveal_type(gradient_field(weighted))  # R: Arrow[tuple[Float[I], Scalar], tuple[Float[I], Scalar]]
reveal_type(gradient_field(bowl))  # R: Arrow[tuple[Float[I], Scalar], tuple[Float[I], Scalar]]
reveal_type(jacobian_field(gradient_field(squared)))  # R: Arrow[Float[I], Float[I, I]]
