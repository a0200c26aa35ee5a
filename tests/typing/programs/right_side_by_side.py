"""The parts of a product, side by side or as one, wherever a point is asked for."""

from typing import reveal_type

import numpy as np

from cat_ad import (
    Dim,
    Float,
    Index,
    Int,
    Scalar,
    arrow,
    check,
    check_derivative,
    cross_entropy,
    each,
    forward,
    gradient,
)
from cat_ad import identity, linear, matvec, mean, mul, reverse, stage, tanh, total, value_and_gradient


class Batch(Dim): ...


class Inputs(Dim, size=2): ...


class Hidden(Dim, size=3): ...


@arrow
def layer(w: Float[Hidden, Inputs], b: Float[Hidden], x: Float[Inputs]) -> Float[Hidden]:
    return tanh(matvec(w, x) + b)


@arrow
def loss(w: Float[Hidden, Inputs], xs: Float[Batch, Inputs], ts: Int[Batch]) -> Scalar:
    return mean(each(Batch, lambda x, t: cross_entropy(matvec(w, x), t), xs, ts))


w = check(Float[Hidden, Inputs], np.ones((3, 2)))
xs, ts = check(Float[Batch, Inputs], np.ones((4, 2))), check(Int[Batch], np.array([0, 1, 2, 0]))
sum_of_layer = layer >> total(Float[Hidden])
b, x = check(Float[Hidden], np.ones(3)), check(Float[Inputs], np.ones(2))
reveal_type(gradient(sum_of_layer)(w, b, x))  # R: tuple[Float[Hidden, Inputs], Float[Hidden], Float[Inputs]]
reveal_type(gradient(sum_of_layer)((w, b, x)))  # R: tuple[Float[Hidden, Inputs], Float[Hidden], Float[Inputs]]
reveal_type(value_and_gradient(loss)(w, xs, ts))
# R: tuple[Scalar, tuple[Float[Hidden, Inputs], Float[Batch, Inputs], Int[Batch]]]
value, push = forward(layer)(w, b, x)
reveal_type(push(w, b, x))  # R: Float[Hidden]
reveal_type(reverse(layer)(w, b, x)[1](b))  # R: tuple[Float[Hidden, Inputs], Float[Hidden], Float[Inputs]]
reveal_type(gradient(mul(Scalar))(1.0, 2.0))  # R: tuple[Scalar, Scalar]
check_derivative(layer, w, b, x)
check_derivative(layer, (w, b, x), tolerance=1e-5)
check_derivative(mul(Scalar), 1.0, 2.0)

net = each(Batch, linear(Inputs, Hidden) * identity(Index) >> cross_entropy(Hidden)) >> mean(Float[Batch])
p = net.init(np.random.default_rng(0))
reveal_type(net(p, xs, ts))  # R: Scalar
reveal_type(net(p, (xs, ts)))  # R: Scalar
reveal_type(gradient(net)(p, xs, ts))  # R: tuple[Float[Hidden, Inputs], Float[Hidden]]
reveal_type(value_and_gradient(net)(p, (xs, ts)))  # R: tuple[Scalar, tuple[Float[Hidden, Inputs], Float[Hidden]]]
reveal_type(stage(gradient(loss))(w, xs, ts))  # R: tuple[Float[Hidden, Inputs], Float[Batch, Inputs], Int[Batch]]
reveal_type(stage(gradient(net), target="numpy")(p, xs, ts))  # R: tuple[Float[Hidden, Inputs], Float[Hidden]]
