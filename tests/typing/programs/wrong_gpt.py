"""Transformers whose parts do not meet."""

import numpy as np

from cat_ad import Dim, Float, Index, Int, Machines, Three, Times, add, attention, causal, check, cross_entropy, dense
from cat_ad import each, embedding, exl, exr, identity, masked_mean, mean, merge_heads, packed, positions
from cat_ad import queries_keys_values, relu, residual, rms_norm, scores, softmax, split_heads, stack, transpose, unpack
from cat_ad import value_and_gradient


class Batch(Dim): ...


class Time(Dim): ...


class Weights(Dim): ...


class Context(Dim, size=16): ...


class Vocab(Dim, size=27): ...


class Heads(Dim, size=4): ...


class Others(Dim, size=4): ...


class HeadDim(Dim, size=4): ...


class Hidden(Dim, size=64): ...


Width = Times[Heads, HeadDim]
norm = each(Time, rms_norm(Width))
three = each(Time, dense(Width, Times[Three, Width]))
look = attention(Time, Heads, HeadDim)
mix = each(Time, dense(Width, Width))
split = split_heads(Time, Heads, HeadDim)
places = positions(Time) >> each(Time, embedding(Context, Width))
model = (
    (each(Time, embedding(Vocab, Width)) & places)
    >> add(Float[Time, Width])
    >> stack(residual(norm >> three >> look >> mix), 2)
    >> each(Time, dense(Width, Vocab))
)
losses = each(Time, cross_entropy(Vocab)) & exr(Float[Time, Vocab], Int[Time])
of_a_name = model * identity(Int[Time]) >> losses

# Heads
merged_in_another_order = look >> each(Time, dense(Times[HeadDim, Heads], Width))
# E: [operator] Float[Time, Times[Heads, HeadDim]]]" and "Para[Float[Times[Heads, HeadDim], Times[HeadDim, Heads]],
attention_of_other_heads = three >> attention(Time, Others, HeadDim)
# E: [arg-type] "attention" has incompatible type "type[Others]"; expected "type[Heads]"
attention_along_another_dimension = three >> attention(Context, Heads, HeadDim)
# E: [arg-type] "attention" has incompatible type "type[Context]"; expected "type[Time]"
attention_of_one_width = mix >> look
# E: [operator] Float[Time, Times[Heads, HeadDim]]]" and "Arrow[Float[Time, Times[Three, Times[Heads, HeadDim]]],
attention_of_widths_of_three = each(Time, dense(Width, Times[Width, Three])) >> look
# E: [operator] Float[Time, Times[Times[Heads, HeadDim], Three]]]" and "Arrow[Float[Time, Times[Three, Times[
split_into_others = mix >> split_heads(Time, Others, HeadDim)
# E: [arg-type] "split_heads" has incompatible type "type[Others]"; expected "type[Heads]"
split_and_merged_in_another_order = split >> merge_heads(Time, HeadDim, Heads)
# E: [arg-type] "merge_heads" has incompatible type "type[HeadDim]"; expected "type[Heads]"
# E: [arg-type] "merge_heads" has incompatible type "type[Heads]"; expected "type[HeadDim]"
merged_before_they_are_split = mix >> merge_heads(Time, Heads, HeadDim)
# E: [operator] Float[Time, Times[Heads, HeadDim]]]" and "Arrow[Float[Heads, Time, HeadDim],
scores_of_all_heads = split * split >> scores(Time, HeadDim)
# E: [operator] tuple[Float[Heads, Time, HeadDim], Float[Heads, Time, HeadDim]]]" and "Arrow[tuple[Float[Time, HeadDim],
queries_for_queries_and_keys = queries_keys_values(Time, Width) >> exl(Float[Time, Width], Float[Time, Width])
# E: [arg-type] "exl" has incompatible type "type[Float[Time, Times[Heads, HeadDim]]]"; expected "type[tuple[
past_of_no_square = transpose(Time, HeadDim) >> causal(Time)
# E: [operator] Float[HeadDim, Time]]" and "Arrow[Float[Time, Time], Float[Time, Time]]"
softmax_without_each = causal(Time) >> softmax(Time)
# E: [operator] ("Arrow[Float[Time, Time], Float[Time, Time]]" and "Arrow[Float[Time], Float[Time]]")

# Blocks
residual_of_three_widths = residual(three)  # E: [misc] Cannot infer value of type parameter "A" of "residual"
residual_of_attention = residual(look)  # E: [misc] Cannot infer value of type parameter "A" of "residual"
stack_that_grows = stack(norm >> each(Time, dense(Width, Hidden)), 2)
# E: [misc] Cannot infer value of type parameter "A" of "stack"
norm_without_each = rms_norm(Width) >> three
# E: [operator] ("Arrow[Float[Times[Heads, HeadDim]], Float[Times[Heads, HeadDim]]]" and "Para[
layer_without_each = norm >> dense(Width, Hidden)
# E: [operator] Float[Time, Times[Heads, HeadDim]]]" and "Para[Float[Hidden, Times[Heads, HeadDim]],
activation_without_each = mix >> relu(Float[Width])
# E: [arg-type] "type[Float[Times[Heads, HeadDim]]]"; expected "type[Float[Time, Times[Heads, HeadDim]]]"
norm_of_another_width = norm >> each(Time, rms_norm(HeadDim))
# E: [arg-type] "rms_norm" has incompatible type "type[HeadDim]"; expected "type[Times[Heads, HeadDim]]"

# Tables
places_of_another_width = positions(Time) >> each(Time, embedding(Context, Hidden))
added_to_symbols = (each(Time, embedding(Vocab, Width)) & places_of_another_width) >> add(Float[Time, Width])
# E: [operator] tuple[Float[Time, Times[Heads, HeadDim]], Float[Time, Hidden]]]" and "Arrow[tuple[Float[Time, Times[
positions_of_numbers = norm >> positions(Time)
# E: [operator] Float[Time, Times[Heads, HeadDim]]]" and "Arrow[Int[Time], Int[Time]]"
positions_along_another_dimension = positions(Context) >> each(Time, embedding(Context, Width))
# E: [operator] ("Arrow[Int[Context], Int[Context]]" and "Para[
table_without_each = embedding(Vocab, Width) >> norm
# E: [operator] Index, Float[Times[Heads, HeadDim]]]" and "Arrow[Float[Time, Times[Heads, HeadDim]],

# Losses
one_target = model * identity(Index) >> losses
# E: [operator] tuple[Float[Time, Vocab], Index]]" and "Arrow[tuple[Float[Time, Vocab], Int[Time]],
targets_of_a_batch = model * identity(Int[Batch, Time]) >> losses
# E: [operator] tuple[Float[Time, Vocab], Int[Batch, Time]]]" and "Arrow[tuple[Float[Time, Vocab], Int[Time]],
losses_without_targets = model * identity(Int[Time]) >> each(Time, cross_entropy(Vocab)) >> masked_mean(Time)
# E: [operator] Float[Time]]" and "Arrow[tuple[Float[Time], Int[Time]], Scalar]"
mean_over_exchanged_dimensions = each(Batch, of_a_name) >> masked_mean(Time, Batch)
# E: [arg-type] "masked_mean" has incompatible type "type[Time]"; expected "type[Batch]"
# E: [arg-type] "masked_mean" has incompatible type "type[Batch]"; expected "type[Time]"
mean_of_one_name = each(Batch, of_a_name) >> masked_mean(Time)
# E: [operator] tuple[Float[Batch, Time], Int[Batch, Time]]]" and "Arrow[tuple[Float[Time], Int[Time]], Scalar]"
mean_of_targets_too = of_a_name >> mean(Float[Time])
# E: [operator] tuple[Float[Time], Int[Time]]]" and "Arrow[Float[Time], Scalar]"

# Parameters, packed and not
rng = np.random.default_rng(0)
vector, matrix = check(Float[Weights], np.zeros(256)), check(Float[Width, Width], np.zeros((16, 16)))
small, x, name = packed(Weights, mix), check(Float[Time, Width], np.zeros((5, 16))), check(Int[Time], np.zeros(5, int))

unpacked_to_another_product = mix(unpack(Weights, three.parameters)(vector), x)
# E: [arg-type] "Float[Times[Three, Times[Heads, HeadDim]], Times[Heads, HeadDim]]"; expected "Float[Times[Heads, HeadDim
unpacked_from_a_matrix = unpack(Weights, mix.parameters)(matrix)
# E: [arg-type] "Float[Times[Heads, HeadDim], Times[Heads, HeadDim]]"; expected "Float[Weights]"
vector_of_another_dimension = unpack(Hidden, mix.parameters)(vector)
# E: [arg-type] has incompatible type "Float[Weights]"; expected "Float[Hidden]"
vector_for_matrix = mix(vector, x)  # E: [arg-type] "Float[Weights]"; expected "Float[Times[Heads, HeadDim], Times[Heads
matrix_for_vector = small(matrix, x)
# E: [arg-type] "Float[Times[Heads, HeadDim], Times[Heads, HeadDim]]"; expected "Float[Weights]"
parameters_of_the_packed = mix(small.init(rng), x)
# E: [arg-type] "Float[Weights]"; expected "Float[Times[Heads, HeadDim], Times[Heads, HeadDim]]"
packed(Weights, look)  # E: [arg-type] "packed" has incompatible type "Arrow[
a_batch_for_one_name = packed(Weights, model)(vector, check(Int[Batch, Time], np.zeros((2, 5), int)))
# E: [arg-type] "check" has incompatible type "type[Int[Batch, Time]]"; expected "type[Int[Time]]"
gradient_of_scores = value_and_gradient(packed(Weights, model).arrow)
# E: [arg-type] Float[Time, Vocab]]"; expected "Arrow[tuple[Float[Weights], Int[Time]], Scalar]"
machines_along_an_object = look.to(Machines(Float[Time]))
# E: [arg-type] "Machines" has incompatible type "type[Float[Time]]"; expected "type[Dim]"
