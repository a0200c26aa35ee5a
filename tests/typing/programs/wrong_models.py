"""Models whose layers do not meet, and models applied to what is not theirs."""

import numpy as np

from cat_ad import Dim, Float, Int, Scalar, Times, check, cross_entropy, dense, each, embedding, flatten, identity
from cat_ad import linear, mean, residual, stack, tanh, total


class Batch(Dim): ...


class Context(Dim, size=3): ...


class Vocab(Dim, size=27): ...


class Emb(Dim, size=10): ...


class Hidden(Dim, size=128): ...


# Layers
wrong_width = linear(Emb, Hidden) >> tanh(Float[Hidden]) >> linear(Emb, Vocab)
# E: [arg-type] "linear" has incompatible type "type[Emb]"; expected "type[Hidden]"
wrong_activation = linear(Emb, Hidden) >> tanh(Float[Emb])
# E: [arg-type] "Elementwise" has incompatible type "type[Float[Emb]]"; expected "type[Float[Hidden]]"
wrong_order_of_times = flatten(Context, Emb) >> linear(Times[Emb, Context], Hidden)
# E: [operator] Unsupported operand types for >> ("Arrow[Float[Context, Emb], Float[Times[Context, Emb]]]" and
wrong_axis = each(Context, embedding(Vocab, Emb)) >> flatten(Vocab, Emb)
# E: [arg-type] "flatten" has incompatible type "type[Vocab]"; expected "type[Context]"
wrong_order = each(Context, embedding(Vocab, Emb)) >> flatten(Emb, Context)
# E: [arg-type] "flatten" has incompatible type "type[Emb]"; expected "type[Context]"
# E: [arg-type] "flatten" has incompatible type "type[Context]"; expected "type[Emb]"
one_after_each = each(Batch, linear(Emb, Hidden)) >> linear(Hidden, Vocab)
# E: [operator] Float[Batch, Hidden]]" and "Para[tuple[Float[Vocab, Hidden], Float[Vocab]], Float[Hidden],
different_domains = linear(Emb, Hidden) & linear(Vocab, Hidden)
# E: [arg-type] "linear" has incompatible type "type[Vocab]"; expected "type[Emb]"
object_for_dimension = linear(Float[Emb], Hidden)  # E: [type-var] "I" of "linear" cannot be "Float[Emb]"

# Losses
float_target = linear(Emb, Vocab) * identity(Scalar) >> cross_entropy(Vocab)
# E: [operator] tuple[Float[Vocab], Scalar]]" and "Arrow[tuple[Float[Vocab], Index], Scalar]"
many_targets = linear(Emb, Vocab) * identity(Int[Batch]) >> cross_entropy(Vocab)
# E: [operator] tuple[Float[Vocab], Int[Batch]]]" and "Arrow[tuple[Float[Vocab], Index], Scalar]"
embedding_of_floats = tanh(Float[Context]) >> each(Context, embedding(Vocab, Emb))
# E: [operator] Float[Context]]" and "Para[Float[Vocab, Emb], Int[Context], Float[Context, Emb]]"
mean_over_another_axis = each(Batch, linear(Emb, Hidden) >> total(Float[Hidden])) >> mean(Float[Context])
# E: [arg-type] "__call__" of "Reduction" has incompatible type "type[Float[Context]]"; expected "type[Float[Batch]]"

# Blocks that change their space
residual_of_a_layer = residual(linear(Emb, Hidden))  # E: [misc] Cannot infer value of type parameter "A" of "residual"
residual_of_an_arrow = residual(total(Float[Hidden]))
# E: [misc] Cannot infer value of type parameter "A" of "residual"
stack_of_a_layer = stack(linear(Emb, Hidden), 3)  # E: [misc] Cannot infer value of type parameter "A" of "stack"
stack(tanh(Float[Hidden]), 3)  # E: [call-overload] "stack" matches argument types "Arrow[Float[Hidden], Float[Hidden]]"

# Parameters and inputs
rng = np.random.default_rng(0)
layer, matrix = linear(Emb, Hidden), dense(Emb, Hidden)
weights, weight = layer.init(rng), matrix.init(rng)
x, h = check(Float[Emb], np.ones(10)), check(Float[Hidden], np.ones(128))

parameters_of_another_model = layer(weight, x)
# E: [call-overload] "Para" matches argument types "Float[Hidden, Emb]", "Float[Emb]"
parameters_of_the_converse = matrix(dense(Hidden, Emb).init(rng), x)
# E: [arg-type] has incompatible type "Float[Emb, Hidden]"; expected "Float[Hidden, Emb]"
parameters_of_one_block = stack(dense(Hidden, Hidden), 2)(dense(Hidden, Hidden).init(rng), h)
# E: [call-overload] "Para" matches argument types "Float[Hidden, Hidden]", "Float[Hidden]"
parameters_last = matrix(x, weight)
# E: [arg-type] Argument 1 to "__call__" of "Para" has incompatible type "Float[Emb]"; expected "Float[Hidden, Emb]"
# E: [arg-type] Argument 2 to "__call__" of "Para" has incompatible type "Float[Hidden, Emb]"; expected "Float[Emb]"
input_of_another_shape = layer(weights, h)  # E: [arg-type] has incompatible type "Float[Hidden]"; expected "Float[Emb]"
input_as_a_list = layer(weights, [0.0] * 10)  # E: [call-overload] "Para" matches argument types
seed_for_generator = layer.init(0)  # E: [arg-type] has incompatible type "int"; expected "Generator"
