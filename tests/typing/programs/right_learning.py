"""Models, derivatives and optimisers; sizes that are known only at run time; functions that are generic over models."""

from typing import TypeVar, reveal_type

import numpy as np

from cat_ad import Dim, Float, Int, Para, Scalar, check, dense, dot, forward, gradient, jacobian, linear, matvec
from cat_ad import parameter, residual, reverse, sgd, sin, stack, tanh, total


class Hidden(Dim, size=4): ...


class Digits(Dim, size=2): ...


rng = np.random.default_rng(0)
ones = check(Float[Hidden], np.ones(4))

reveal_type(residual(tanh(Float[Hidden])))  # R: Arrow[Float[Hidden], Float[Hidden]]
block = residual(dense(Hidden, Hidden) >> tanh(Float[Hidden]))
reveal_type(block)  # R: Para[Float[Hidden, Hidden], Float[Hidden], Float[Hidden]]
reveal_type(stack(block, 3))  # R: Para[tuple[Float[Hidden, Hidden], ...], Float[Hidden], Float[Hidden]]
reveal_type(stack(block, 3).init(rng)[0])  # R: Float[Hidden, Hidden]
reveal_type(stack(block, Hidden))  # R: Para[Indexed[Float[Hidden, Hidden]], Float[Hidden], Float[Hidden]]
reveal_type(dense(Hidden, Digits) & tanh(Float[Hidden]))
# R: Para[Float[Digits, Hidden], Float[Hidden], tuple[Float[Digits], Float[Hidden]]]
reveal_type(sin(Scalar) * linear(Hidden, Digits))
# R: Para[tuple[Float[Digits, Hidden], Float[Digits]], tuple[Scalar, Float[Hidden]], tuple[Scalar, Float[Digits]]]
reveal_type(parameter(Float[Hidden], lambda rng: check(Float[Hidden], rng.standard_normal(4))) >> total(Float[Hidden]))
# R: Para[Float[Hidden], Unit, Scalar]

reveal_type(gradient(dot(Hidden)))
# R: Function[tuple[Float[Hidden], Float[Hidden]], tuple[Float[Hidden], Float[Hidden]]]
reveal_type(forward(matvec(Hidden, Digits)))
# R: Function[tuple[Float[Digits, Hidden], Float[Hidden]],
# R: tuple[Float[Digits], Function[tuple[Float[Digits, Hidden], Float[Hidden]], Float[Digits]]]]
reveal_type(reverse(matvec(Hidden, Digits)))
# R: Function[tuple[Float[Digits, Hidden], Float[Hidden]],
# R: tuple[Float[Digits], Function[Float[Digits], tuple[Float[Digits, Hidden], Float[Hidden]]]]]
reveal_type(reverse(tanh(Float[Hidden]))(ones)[1](ones))  # R: Float[Hidden]
reveal_type(jacobian(dot(Hidden)))
# R: Function[tuple[Float[Hidden], Float[Hidden]], tuple[Float[Hidden], Float[Hidden]]]

model = linear(Hidden, Digits)
weights = model.init(rng)
optimizer = sgd(lr=lambda step: 0.1 / (step + 1), momentum=0.9)
state = optimizer.init(weights)
reveal_type(state)  # R: State[tuple[Float[Digits, Hidden], Float[Digits]]]
state, weights = optimizer.step(state, weights, gradient((model >> total(Float[Digits])).arrow)((weights, ones))[0])
reveal_type(weights)  # R: tuple[Float[Digits, Hidden], Float[Digits]]

slope, rate = gradient(tanh(Float[Hidden]) >> total(Float[Hidden]))(ones), check(Scalar, 0.1)
reveal_type(ones - 0.1 * slope)  # R: Float[Hidden]
reveal_type(ones - rate * slope)  # R: Float[Hidden]
reveal_type(-(ones**2) / rate + 1)  # R: Float[Hidden]
reveal_type(2 * rate - rate**2)  # R: Scalar
reveal_type(abs(check(Int[Hidden], np.arange(4)) - 2))  # R: Int[Hidden]


def network(width: int) -> None:
    """A dimension may be a local class, with a size from a command line."""

    class Middle(Dim, size=width): ...

    local = linear(Hidden, Middle) >> tanh(Float[Middle]) >> dense(Middle, Digits)
    reveal_type(local)
    # R: Para[tuple[tuple[Float[Middle, Hidden], Float[Middle]], Float[Digits, Middle]], Float[Hidden], Float[Digits]]
    reveal_type(local(local.init(rng), ones))  # R: Float[Digits]


network(8)

A = TypeVar("A")
P = TypeVar("P")


def descend(loss: Para[P, A, Scalar], a: A, steps: int) -> P:
    """Training is generic over models and data."""
    parameters, slope, optimizer = loss.init(rng), gradient(loss.arrow), sgd(0.1)
    state = optimizer.init(parameters)
    for _ in range(steps):
        state, parameters = optimizer.step(state, parameters, slope((parameters, a))[0])
    return parameters


reveal_type(descend(model >> total(Float[Digits]), ones, 3))  # R: tuple[Float[Digits, Hidden], Float[Digits]]
reveal_type(descend(stack(block, 2) >> total(Float[Hidden]), ones, 3))  # R: tuple[Float[Hidden, Hidden], ...]
