"""A transformer that invents names, as experiments/gpt_names.py declares it: all its weights are in its type."""

from typing import reveal_type

import numpy as np

from cat_ad import Dim, Float, Int, Machines, Three, Times, adam, add, attention, attention_by_parts, attention_weights
from cat_ad import causal, check, cross_entropy, dense, each, embedding, exr, identity, masked_mean, merge_heads
from cat_ad import packed, positions, queries_keys_values, relu, residual, rms_norm, scores, softmax, split_heads, stack
from cat_ad import unpack, value_and_gradient


class Batch(Dim): ...


class Time(Dim): ...


class Weights(Dim): ...


class Context(Dim, size=16): ...


class Vocab(Dim, size=27): ...


class Heads(Dim, size=4): ...


class HeadDim(Dim, size=4): ...


class Hidden(Dim, size=64): ...


Width = Times[Heads, HeadDim]

norm = each(Time, rms_norm(Width))
reveal_type(norm)  # R: Arrow[Float[Time, Times[Heads, HeadDim]], Float[Time, Times[Heads, HeadDim]]]
attend = (
    norm
    >> each(Time, dense(Width, Times[Three, Width]))
    >> attention(Time, Heads, HeadDim)
    >> each(Time, dense(Width, Width))
)
reveal_type(attend)
# R: Para[tuple[Float[Times[Three, Times[Heads, HeadDim]], Times[Heads, HeadDim]],
# R: Float[Times[Heads, HeadDim], Times[Heads, HeadDim]]],
# R: Float[Time, Times[Heads, HeadDim]], Float[Time, Times[Heads, HeadDim]]]
think = norm >> each(Time, dense(Width, Hidden) >> relu(Float[Hidden]) >> dense(Hidden, Width))
reveal_type(think)
# R: Para[tuple[Float[Hidden, Times[Heads, HeadDim]], Float[Times[Heads, HeadDim], Hidden]],
# R: Float[Time, Times[Heads, HeadDim]], Float[Time, Times[Heads, HeadDim]]]
block = residual(attend) >> residual(think)
reveal_type(block)
# R: Para[tuple[tuple[Float[Times[Three, Times[Heads, HeadDim]], Times[Heads, HeadDim]],
# R: Float[Times[Heads, HeadDim], Times[Heads, HeadDim]]],
# R: tuple[Float[Hidden, Times[Heads, HeadDim]], Float[Times[Heads, HeadDim], Hidden]]],
# R: Float[Time, Times[Heads, HeadDim]], Float[Time, Times[Heads, HeadDim]]]

symbols = each(Time, embedding(Vocab, Width))
places = positions(Time) >> each(Time, embedding(Context, Width))
reveal_type(places)  # R: Para[Float[Context, Times[Heads, HeadDim]], Int[Time], Float[Time, Times[Heads, HeadDim]]]
model = (symbols & places) >> add(Float[Time, Width]) >> norm >> stack(block, 2) >> each(Time, dense(Width, Vocab))
reveal_type(model)
# R: Para[tuple[tuple[tuple[Float[Vocab, Times[Heads, HeadDim]], Float[Context, Times[Heads, HeadDim]]],
# R: tuple[tuple[tuple[Float[Times[Three, Times[Heads, HeadDim]], Times[Heads, HeadDim]],
# R: Float[Times[Heads, HeadDim], Times[Heads, HeadDim]]],
# R: tuple[Float[Hidden, Times[Heads, HeadDim]], Float[Times[Heads, HeadDim], Hidden]]], ...]],
# R: Float[Vocab, Times[Heads, HeadDim]]],
# R: Int[Time], Float[Time, Vocab]]

losses = each(Time, cross_entropy(Vocab)) & exr(Float[Time, Vocab], Int[Time])
reveal_type(losses)  # R: Arrow[tuple[Float[Time, Vocab], Int[Time]], tuple[Float[Time], Int[Time]]]
of_a_name = model * identity(Int[Time]) >> losses
loss = each(Batch, of_a_name) >> masked_mean(Batch, Time)
reveal_type(loss)
# R: Para[tuple[tuple[tuple[Float[Vocab, Times[Heads, HeadDim]], Float[Context, Times[Heads, HeadDim]]],
# R: tuple[tuple[tuple[Float[Times[Three, Times[Heads, HeadDim]], Times[Heads, HeadDim]],
# R: Float[Times[Heads, HeadDim], Times[Heads, HeadDim]]],
# R: tuple[Float[Hidden, Times[Heads, HeadDim]], Float[Times[Heads, HeadDim], Hidden]]], ...]],
# R: Float[Vocab, Times[Heads, HeadDim]]],
# R: tuple[Int[Batch, Time], Int[Batch, Time]], Scalar]

((symbol_table, place_table), blocks), last = parameters = loss.init(np.random.default_rng(0))
(three, mixed), (up, down) = blocks[0]
reveal_type(symbol_table)  # R: Float[Vocab, Times[Heads, HeadDim]]
reveal_type(place_table)  # R: Float[Context, Times[Heads, HeadDim]]
reveal_type(three)  # R: Float[Times[Three, Times[Heads, HeadDim]], Times[Heads, HeadDim]]
reveal_type(up)  # R: Float[Hidden, Times[Heads, HeadDim]]
reveal_type(last)  # R: Float[Vocab, Times[Heads, HeadDim]]

small, small_of_one = packed(Weights, loss), packed(Weights, of_a_name >> masked_mean(Time))
reveal_type(small)  # R: Para[Float[Weights], tuple[Int[Batch, Time], Int[Batch, Time]], Scalar]
reveal_type(small_of_one)  # R: Para[Float[Weights], tuple[Int[Time], Int[Time]], Scalar]
vector = small.init(np.random.default_rng(0))
names = check(Int[Batch, Time], np.zeros((5, 7), int)), check(Int[Batch, Time], np.zeros((5, 7), int))
value, (slope, _) = value_and_gradient(small.arrow)((vector, names))
reveal_type(value)  # R: Scalar
optimizer = adam(lr=0.01)
state, vector = optimizer.step(optimizer.init(vector), vector, slope)
reveal_type(vector)  # R: Float[Weights]
reveal_type(unpack(Weights, symbols.parameters))  # R: Arrow[Float[Weights], Float[Vocab, Times[Heads, HeadDim]]]
reveal_type(unpack(Weights, loss.parameters)(vector)[0][1][0][1])
# R: tuple[Float[Hidden, Times[Heads, HeadDim]], Float[Times[Heads, HeadDim], Hidden]]

reveal_type(queries_keys_values(Time, Width))
# R: Arrow[Float[Time, Times[Three, Times[Heads, HeadDim]]],
# R: tuple[tuple[Float[Time, Times[Heads, HeadDim]], Float[Time, Times[Heads, HeadDim]]],
# R: Float[Time, Times[Heads, HeadDim]]]]
reveal_type(split_heads(Time, Heads, HeadDim))
# R: Arrow[Float[Time, Times[Heads, HeadDim]], Float[Heads, Time, HeadDim]]
reveal_type(merge_heads(Time, Heads, HeadDim))
# R: Arrow[Float[Heads, Time, HeadDim], Float[Time, Times[Heads, HeadDim]]]
reveal_type(scores(Time, HeadDim) >> causal(Time) >> each(Time, softmax(Time)))
# R: Arrow[tuple[Float[Time, HeadDim], Float[Time, HeadDim]], Float[Time, Time]]
reveal_type(attention_weights(Time, Heads, HeadDim))
# R: Arrow[Float[Time, Times[Three, Times[Heads, HeadDim]]], Float[Heads, Time, Time]]
reveal_type(attention_by_parts(Time, Heads, HeadDim))
# R: Arrow[Float[Time, Times[Three, Times[Heads, HeadDim]]], Float[Time, Times[Heads, HeadDim]]]
reveal_type(attention(Time, Heads, HeadDim).to(Machines(Time)))
# R: Hom[Machine, Float[Time, Times[Three, Times[Heads, HeadDim]]], Float[Time, Times[Heads, HeadDim]]]
