"""Arrows: structure, operators, any number at once, primitives of all shapes, `each` and `each` inside `each`."""

from typing import TypeVar, reveal_type

import numpy as np

from cat_ad import Arrow, Dim, Float, Index, Int, Scalar, add, assoc_l, check, compose, constant, cos, cross
from cat_ad import cross_entropy, dot, dup, each, exl, exr, fork, identity, it, lookup, matmul, matvec, mul, sin
from cat_ad import softmax, swap, tanh, total, transpose, unflatten


class Batch(Dim): ...


class Time(Dim): ...


class Hidden(Dim, size=4): ...


class Vocab(Dim, size=5): ...


N = TypeVar("N", bound=Dim)


square = dup(Scalar) >> mul(Scalar)
reveal_type(square)  # R: Arrow[Scalar, Scalar]
reveal_type(square * square >> add(Scalar))  # R: Arrow[tuple[Scalar, Scalar], Scalar]
reveal_type((tanh(Float[Hidden]) & total(Float[Hidden])) >> swap(Float[Hidden], Scalar))
# R: Arrow[Float[Hidden], tuple[Scalar, Float[Hidden]]]
reveal_type(exl(Index, Float[Vocab, Hidden]))  # R: Arrow[tuple[Index, Float[Vocab, Hidden]], Index]
reveal_type(exr(Index, tuple[Scalar, Int[Time]]))
# R: Arrow[tuple[Index, tuple[Scalar, Int[Time]]], tuple[Scalar, Int[Time]]]
reveal_type(assoc_l(Scalar, Index, Float[Vocab]))
# R: Arrow[tuple[Scalar, tuple[Index, Float[Vocab]]], tuple[tuple[Scalar, Index], Float[Vocab]]]

reveal_type(it(Float[Hidden]))  # R: Arrow[Float[Hidden], Unit]
reveal_type(identity(tuple[()]))  # R: Arrow[Unit, Unit]
reveal_type(it(Index) >> constant(Float[Hidden], check(Float[Hidden], np.ones(4))))  # R: Arrow[Index, Float[Hidden]]

reveal_type(compose(tanh(Float[Hidden]), total(Float[Hidden]), sin(Scalar)))  # R: Arrow[Float[Hidden], Scalar]
reveal_type(fork(tanh(Float[Hidden]), total(Float[Hidden]), it(Float[Hidden])))
# R: Arrow[Float[Hidden], tuple[Float[Hidden], Scalar, Unit]]
reveal_type(cross(sin(Scalar), total(Float[Hidden]), softmax(Vocab)))
# R: Arrow[tuple[Scalar, Float[Hidden], Float[Vocab]], tuple[Scalar, Scalar, Float[Vocab]]]

reveal_type(matvec(Hidden, Vocab))  # R: Arrow[tuple[Float[Vocab, Hidden], Float[Hidden]], Float[Vocab]]
reveal_type(matmul(Time, Hidden, Vocab) >> transpose(Time, Vocab))
# R: Arrow[tuple[Float[Time, Hidden], Float[Hidden, Vocab]], Float[Vocab, Time]]
reveal_type(lookup(Vocab, Hidden))  # R: Arrow[tuple[Float[Vocab, Hidden], Index], Float[Hidden]]
reveal_type(unflatten(Vocab, Hidden))  # R: Arrow[Float[Times[Vocab, Hidden]], Float[Vocab, Hidden]]

reveal_type(each(Batch, total(Float[Hidden])))  # R: Arrow[Float[Batch, Hidden], Float[Batch]]
reveal_type(each(Batch, each(Time, cross_entropy(Vocab))))
# R: Arrow[tuple[Float[Batch, Time, Vocab], Int[Batch, Time]], Float[Batch, Time]]
reveal_type(each(Batch, each(Time, dot(Hidden)) >> cos(Float[Time]) >> total(Float[Time])))
# R: Arrow[tuple[Float[Batch, Time, Hidden], Float[Batch, Time, Hidden]], Float[Batch]]
reveal_type(each(Batch, assoc_l(Scalar, Index, Float[Vocab])))
# R: Arrow[tuple[Float[Batch], tuple[Int[Batch], Float[Batch, Vocab]]],
# R: tuple[tuple[Float[Batch], Int[Batch]], Float[Batch, Vocab]]]
reveal_type(each(Batch, dot(Hidden) * cross_entropy(Vocab)))
# R: Arrow[tuple[tuple[Float[Batch, Hidden], Float[Batch, Hidden]], tuple[Float[Batch, Vocab], Int[Batch]]],
# R: tuple[Float[Batch], Float[Batch]]]
three = fork(tanh(Float[Hidden]), total(Float[Hidden]), softmax(Hidden))
in_time = each(Time, three)  # by its own name: pyright checks it in a tenth of the time
reveal_type(each(Batch, in_time))
# R: Arrow[Float[Batch, Time, Hidden],
# R: tuple[Float[Batch, Time, Hidden], Float[Batch, Time], Float[Batch, Time, Hidden]]]
triple = exl(tuple[tuple[Scalar, Float[Hidden]], Index], Scalar)
reveal_type(each(Batch, triple >> exl(tuple[Scalar, Float[Hidden]], Index)))
# R: Arrow[tuple[tuple[tuple[Float[Batch], Float[Batch, Hidden]], Int[Batch]], Float[Batch]],
# R: tuple[Float[Batch], Float[Batch, Hidden]]]
reveal_type(each(Batch, exr(tuple[Float[Hidden], tuple[Scalar, Index]], Scalar)))
# R: Arrow[tuple[tuple[Float[Batch, Hidden], tuple[Float[Batch], Int[Batch]]], Float[Batch]], Float[Batch]]
reveal_type(each(Batch, exl(Scalar, tuple[tuple[Scalar, Index], Float[Hidden]])))
# R: Arrow[tuple[Float[Batch], tuple[tuple[Float[Batch], Int[Batch]], Float[Batch, Hidden]]], Float[Batch]]
reveal_type(each(Batch, exl(Scalar, tuple[Scalar, tuple[Index, Float[Hidden]]])))
# R: Arrow[tuple[Float[Batch], tuple[Float[Batch], tuple[Int[Batch], Float[Batch, Hidden]]]], Float[Batch]]
batched: Arrow[Float[Batch, Hidden], Float[Batch]] = each(Batch, total(Float[Hidden]) >> sin(Scalar))


def rows(n: type[N]) -> Arrow[tuple[Float[N, Hidden], Float[N, Hidden]], Float[N]]:
    """A dimension may be a variable."""
    return each(n, dot(Hidden) >> sin(Scalar))


reveal_type(rows(Time))  # R: Arrow[tuple[Float[Time, Hidden], Float[Time, Hidden]], Float[Time]]
reveal_type(check(tuple[Float[Hidden], Index], (np.ones(4), 3)))  # R: tuple[Float[Hidden], Index]
reveal_type(dot(Hidden)((check(Float[Hidden], np.ones(4)), check(Float[Hidden], np.ones(4)))))  # R: Scalar
