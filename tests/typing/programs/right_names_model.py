"""A model that invents names: every weight's shape is in the type of its parameters, for one example and batched."""

from typing import reveal_type

import numpy as np

from cat_ad import Dim, Float, Index, Int, Times, adam, check, cross_entropy, each, embedding, flatten, gradient
from cat_ad import identity, linear, mean, tanh, value_and_gradient


class Batch(Dim): ...


class Context(Dim, size=3): ...


class Vocab(Dim, size=27): ...


class Emb(Dim, size=10): ...


class Hidden(Dim, size=128): ...


model = (
    each(Context, embedding(Vocab, Emb))
    >> flatten(Context, Emb)
    >> linear(Times[Context, Emb], Hidden)
    >> tanh(Float[Hidden])
    >> linear(Hidden, Vocab)
)
reveal_type(model)
# R: Para[tuple[tuple[Float[Vocab, Emb], tuple[Float[Hidden, Times[Context, Emb]], Float[Hidden]]],
# R: tuple[Float[Vocab, Hidden], Float[Vocab]]], Int[Context], Float[Vocab]]

loss = each(Batch, model * identity(Index) >> cross_entropy(Vocab)) >> mean(Float[Batch])
reveal_type(loss)
# R: Para[tuple[tuple[Float[Vocab, Emb], tuple[Float[Hidden, Times[Context, Emb]], Float[Hidden]]],
# R: tuple[Float[Vocab, Hidden], Float[Vocab]]], tuple[Int[Batch, Context], Int[Batch]], Scalar]

parameters = loss.init(np.random.default_rng(0))
batch = check(Int[Batch, Context], np.zeros((5, 3), int)), check(Int[Batch], np.zeros(5, int))
reveal_type(loss(parameters, batch))  # R: Scalar
reveal_type(model(parameters, check(Int[Context], np.zeros(3, int))))  # R: Float[Vocab]

(table, (hidden_weight, hidden_bias)), (weight, bias) = parameters
reveal_type(hidden_weight)  # R: Float[Hidden, Times[Context, Emb]]
reveal_type(bias)  # R: Float[Vocab]

reveal_type(gradient(loss.arrow)((parameters, batch))[1])  # R: tuple[Int[Batch, Context], Int[Batch]]
value, (slope, _) = value_and_gradient(loss.arrow)((parameters, batch))
reveal_type(slope)
# R: tuple[tuple[Float[Vocab, Emb], tuple[Float[Hidden, Times[Context, Emb]], Float[Hidden]]],
# R: tuple[Float[Vocab, Hidden], Float[Vocab]]]

optimizer = adam(lr=0.01)
state, parameters = optimizer.step(optimizer.init(parameters), parameters, slope)
reveal_type(state)
# R: State[tuple[tuple[Float[Vocab, Emb], tuple[Float[Hidden, Times[Context, Emb]], Float[Hidden]]],
# R: tuple[Float[Vocab, Hidden], Float[Vocab]]]]
