"""Objects that have names, and numbers that are scalars."""

from typing import TypeAlias, reveal_type

import numpy as np

from cat_ad import Dim, Float, Index, Scalar, add, assoc_l, check, check_derivative, constant, dup, each, exl, forward
from cat_ad import gradient, identity, it, jacobian, mul, parameter, primitive, reverse, sin, stage, swap, tanh, total
from cat_ad import value_and_gradient, zero


class Batch(Dim): ...


class Hidden(Dim, size=4): ...


Vector: TypeAlias = Float[Hidden]
Pair: TypeAlias = tuple[Vector, Scalar]
Nested: TypeAlias = tuple[Pair, Index]

reveal_type(tanh(Vector))  # R: Arrow[Float[Hidden], Float[Hidden]]
reveal_type(identity(Pair))  # R: Arrow[tuple[Float[Hidden], Scalar], tuple[Float[Hidden], Scalar]]
reveal_type(exl(Pair, Nested) >> exl(Vector, Scalar) >> total(Vector))
# R: Arrow[tuple[tuple[Float[Hidden], Scalar], tuple[tuple[Float[Hidden], Scalar], Index]], Scalar]
reveal_type(swap(Pair, Index))
# R: Arrow[tuple[tuple[Float[Hidden], Scalar], Index], tuple[Index, tuple[Float[Hidden], Scalar]]]
reveal_type(it(Nested) & (dup(Nested) >> exl(Nested, Nested) >> exl(Pair, Index)))
# R: Arrow[tuple[tuple[Float[Hidden], Scalar], Index], tuple[Unit, tuple[Float[Hidden], Scalar]]]
reveal_type(each(Batch, assoc_l(Vector, Scalar, Index) >> exl(Pair, Index) >> zero(Pair)))
# R: Arrow[tuple[Float[Batch, Hidden], tuple[Float[Batch], Int[Batch]]], tuple[Float[Batch, Hidden], Float[Batch]]]
pair = check(Pair, (np.ones(4), 1.0))
reveal_type(pair)  # R: tuple[Float[Hidden], Scalar]
reveal_type(parameter(Pair, lambda rng: pair))
# R: Para[tuple[Float[Hidden], Scalar], Unit, tuple[Float[Hidden], Scalar]]


def first(x: Pair) -> Vector:
    """A name is a type, too."""
    return exl(Vector, Scalar)(x)


reveal_type(primitive("first", Pair, Vector, first, lambda a, b, k: k.exl(Vector, Scalar)))
# R: Arrow[tuple[Float[Hidden], Scalar], Float[Hidden]]

square = dup(Scalar) >> mul(Scalar)
magnitude_squared = square * square >> add(Scalar)
reveal_type(magnitude_squared((3.0, 4.0)))  # R: Scalar
reveal_type(magnitude_squared((3.0, square(2.0))))  # R: Scalar
reveal_type((tanh(Vector) * sin(Scalar))((check(Vector, np.ones(4)), 2.0)))  # R: tuple[Float[Hidden], Scalar]

plus_one = (identity(Scalar) & (it(Scalar) >> constant(Scalar, 1.0))) >> add(Scalar)
reveal_type(plus_one)  # R: Arrow[Scalar, Scalar]
reveal_type(constant(Index, 1))  # R: Arrow[Unit, Index]
reveal_type(constant(tuple[Scalar, Scalar], (1.0, 2.0)))  # R: Arrow[Unit, tuple[Scalar, Scalar]]
reveal_type(gradient(square))  # R: Function[Scalar, Scalar]
reveal_type(gradient(square)(3.0))  # R: Scalar
reveal_type(gradient(magnitude_squared)((3.0, 4.0)))  # R: tuple[Scalar, Scalar]
reveal_type(value_and_gradient(magnitude_squared)((3.0, square(2.0))))  # R: tuple[Scalar, tuple[Scalar, Scalar]]
reveal_type(stage(value_and_gradient(square))(square(2.0)))  # R: tuple[Scalar, Scalar]
reveal_type(forward(square)(3.0)[1](1.0))  # R: Scalar
reveal_type(reverse(magnitude_squared)((3.0, 4.0))[1](1.0))  # R: tuple[Scalar, Scalar]
reveal_type(list(map(gradient(square), [square(2.0)])))  # R: list[Scalar]
jacobian(magnitude_squared)((3.0, 4.0))
check_derivative(square, 2.0)
check_derivative(magnitude_squared, (3.0, 4.0))
