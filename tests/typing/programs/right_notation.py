"""Functions as arrows: one name for arrow and application, local functions over an axis, closures, models."""

from typing import reveal_type

import numpy as np

from cat_ad import Dim, Float, Int, Scalar, add, arrow, check, cross_entropy, dense, dot, dup, each, exp, fold, iterate
from cat_ad import matvec, mean, scan, softmax, tanh, total


class Batch(Dim): ...


class Inputs(Dim, size=2): ...


class Hidden(Dim, size=3): ...


@arrow
def layer(w: Float[Hidden, Inputs], b: Float[Hidden], x: Float[Inputs]) -> Float[Hidden]:
    return tanh(matvec(w, x) + b)


reveal_type(layer)  # R: Arrow[tuple[Float[Hidden, Inputs], Float[Hidden], Float[Inputs]], Float[Hidden]]
reveal_type(layer >> total(Float[Hidden]))
# R: Arrow[tuple[Float[Hidden, Inputs], Float[Hidden], Float[Inputs]], Scalar]


@arrow
def scores(w: Float[Hidden, Inputs], xs: Float[Batch, Inputs], ts: Int[Batch]) -> Float[Batch, Hidden]:
    """A local function may use what is around it, and be a lambda where its arguments are given."""

    def one(x: Float[Inputs]) -> Float[Hidden]:
        return softmax(tanh(matvec(w, x)) * 0.5 + 1.0)

    reveal_type(each(Batch, lambda x: matvec(w, x), xs))  # R: Float[Batch, Hidden]
    reveal_type(each(Batch, lambda x: dot(x, x), xs))  # R: Float[Batch]
    reveal_type(each(Batch, lambda x, t: cross_entropy(matvec(w, x), t), xs, ts))  # R: Float[Batch]
    reveal_type(each(Batch, lambda x: (exp(x), dot(x, x)), xs))  # R: tuple[Float[Batch, Inputs], Float[Batch]]
    reveal_type(each(Batch, one, xs))  # R: Float[Batch, Hidden]
    return each(Batch, one)(xs)


reveal_type(scores)  # R: Arrow[tuple[Float[Hidden, Inputs], Float[Batch, Inputs], Int[Batch]], Float[Batch, Hidden]]


@arrow
def loss(w: Float[Hidden, Inputs], xs: Float[Batch, Inputs], ts: Int[Batch]) -> Scalar:
    return mean(each(Batch, lambda x, t: cross_entropy(matvec(w, x), t), xs, ts))


reveal_type(loss)  # R: Arrow[tuple[Float[Hidden, Inputs], Float[Batch, Inputs], Int[Batch]], Scalar]

w = check(Float[Hidden, Inputs], np.ones((3, 2)))
xs, ts = check(Float[Batch, Inputs], np.ones((4, 2))), check(Int[Batch], np.array([0, 1, 2, 0]))
reveal_type(loss(w, xs, ts))  # R: Scalar


class Time(Dim): ...


class Steps(Dim, size=100): ...


step = add(Float[Hidden]) >> tanh(Float[Hidden])
reveal_type(scan(Time, step >> dup(Float[Hidden])))
# R: Arrow[tuple[Float[Hidden], Float[Time, Hidden]], tuple[Float[Hidden], Float[Time, Hidden]]]
reveal_type(fold(Time, step))  # R: Arrow[tuple[Float[Hidden], Float[Time, Hidden]], Float[Hidden]]
reveal_type(iterate(3, tanh(Float[Hidden])))  # R: Arrow[Float[Hidden], Float[Hidden]]
reveal_type(iterate(3, dense(Hidden, Hidden)))  # R: Para[Float[Hidden, Hidden], Float[Hidden], Float[Hidden]]


@arrow
def recurrent(w: Float[Hidden, Hidden], start: Float[Hidden], xs: Float[Time, Hidden]) -> Float[Time]:
    """Loops of local functions, and of lambdas where their arguments are given."""

    def one(h: Float[Hidden], x: Float[Hidden]) -> tuple[Float[Hidden], Scalar]:
        h = tanh(matvec(w, h) + x)
        return h, dot(h, x)

    reveal_type(scan(Time, one, start, xs))  # R: tuple[Float[Hidden], Float[Time]]
    reveal_type(fold(Time, lambda h, x: tanh(matvec(w, h) + x), start, xs))  # R: Float[Hidden]
    reveal_type(iterate(3, lambda h: tanh(matvec(w, h)), start))  # R: Float[Hidden]
    reveal_type(scan(Steps, lambda h: (tanh(matvec(w, h)), dot(h, h)), start))  # R: tuple[Float[Hidden], Float[Steps]]
    return scan(Time, one)(start, xs)[1]


reveal_type(recurrent)  # R: Arrow[tuple[Float[Hidden, Hidden], Float[Hidden], Float[Time, Hidden]], Float[Time]]
