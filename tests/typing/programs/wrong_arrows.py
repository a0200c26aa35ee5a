"""Arrows that do not meet."""

from typing import TypeAlias

import numpy as np

from cat_ad import Arrow, Dim, Float, Index, Int, Scalar, Times, add, assoc_l, compose, cross, cross_entropy, dot, dup
from cat_ad import each, exl, flatten, fold, fork, identity, it, lookup, matmul, mul, scan, sin, swap, tanh
from cat_ad import total, transpose


class Batch(Dim): ...


class Time(Dim): ...


class Hidden(Dim, size=4): ...


class Digits(Dim, size=2): ...


Pair: TypeAlias = tuple[Scalar, Index]

# Dimensions
wrong_dimension = tanh(Float[Hidden]) >> tanh(Float[Digits])
# E: [arg-type] "Elementwise" has incompatible type "type[Float[Digits]]"; expected "type[Float[Hidden]]"
wrong_rank = tanh(Float[Batch, Hidden]) >> tanh(Float[Hidden])
# E: [arg-type] "Elementwise" has incompatible type "type[Float[Hidden]]"; expected "type[Float[Batch, Hidden]]"
wrong_order = matmul(Time, Hidden, Digits) >> tanh(Float[Digits, Time])
# E: [arg-type] "Elementwise" has incompatible type "type[Float[Digits, Time]]"; expected "type[Float[Time, Digits]]"
wrong_order_of_times = flatten(Hidden, Digits) >> tanh(Float[Times[Digits, Hidden]])
# E: [arg-type] incompatible type "type[Float[Times[Digits, Hidden]]]"; expected "type[Float[Times[Hidden, Digits]]]"
wrong_way_round = total(Float[Hidden]) >> tanh(Float[Hidden])
# E: [arg-type] "Elementwise" has incompatible type "type[Float[Hidden]]"; expected "type[Scalar]"

# Kinds
float_for_index = identity(Float[Digits]) * identity(Scalar) >> cross_entropy(Digits)
# E: [operator] tuple[Float[Digits], Scalar]]" and "Arrow[tuple[Float[Digits], Index], Scalar]"
array_for_table_and_index = tanh(Float[Hidden]) >> lookup(Hidden, Digits)
# E: [operator] Float[Hidden]]" and "Arrow[tuple[Float[Hidden, Digits], Index], Float[Digits]]"

# Products
pair_for_array = dup(Scalar) >> sin(Scalar)
# E: [arg-type] "Elementwise" has incompatible type "type[Scalar]"; expected "type[tuple[Scalar, Scalar]]"
array_for_pair = add(Scalar) >> mul(Scalar)
# E: [operator] Scalar]" and "Arrow[tuple[Scalar, Scalar], Scalar]"
two_for_three = fork(sin(Scalar), sin(Scalar)) >> cross(sin(Scalar), sin(Scalar), sin(Scalar))
# E: [operator] tuple[Scalar, Scalar]]" and "Arrow[tuple[Scalar, Scalar, Scalar], tuple[Scalar, Scalar, Scalar]]"
wrong_nesting = assoc_l(Scalar, Scalar, Scalar) >> exl(Scalar, tuple[Scalar, Scalar])
# E: [arg-type] "exl" has incompatible type "type[Scalar]"; expected "type[tuple[Scalar, Scalar]]"
# E: [arg-type] "exl" has incompatible type "type[tuple[Scalar, Scalar]]"; expected "type[Scalar]"
swapped_factors = tanh(Float[Hidden]) * sin(Scalar) >> swap(Scalar, Float[Hidden])
# E: [arg-type] Argument 1 to "swap" has incompatible type "type[Scalar]"; expected "type[Float[Hidden]]"
# E: [arg-type] Argument 2 to "swap" has incompatible type "type[Float[Hidden]]"; expected "type[Scalar]"
swapped_cross = cross(tanh(Float[Hidden]), it(Index)) >> cross(it(Index), tanh(Float[Hidden]))
# E: [arg-type] "it" has incompatible type "type[Index]"; expected "type[Float[Hidden]]"
# E: [arg-type] "Elementwise" has incompatible type "type[Float[Hidden]]"; expected "type[Unit]"
array_after_unit = it(Float[Hidden]) >> tanh(Float[Hidden])
# E: [arg-type] "Elementwise" has incompatible type "type[Float[Hidden]]"; expected "type[Unit]"
another_name = identity(Pair) >> swap(Index, Scalar)
# E: [arg-type] Argument 1 to "swap" has incompatible type "type[Index]"; expected "type[Scalar]"
# E: [arg-type] Argument 2 to "swap" has incompatible type "type[Scalar]"; expected "type[Index]"
name_for_array = identity(Pair) >> sin(Scalar)
# E: [arg-type] "Elementwise" has incompatible type "type[Scalar]"; expected "type[tuple[Scalar, Index]]"
identity(3)  # E: [arg-type] "identity" has incompatible type "int"

# Any number of arrows
fork_of_different_domains = tanh(Float[Hidden]) & tanh(Float[Digits])
# E: [arg-type] "Elementwise" has incompatible type "type[Float[Digits]]"; expected "type[Float[Hidden]]"
fork_of_three = fork(sin(Scalar), it(Scalar), tanh(Float[Digits]))
# E: [misc] Cannot infer value of type parameter "A" of "fork"
compose_of_three = compose(tanh(Float[Hidden]), total(Float[Hidden]), tanh(Float[Hidden]))
# E: [misc] Cannot infer value of type parameter "C" of "compose"
with_a_function: Arrow[Float[Hidden], Float[Hidden]] = tanh(Float[Hidden]) >> np.tanh
# E: [operator] Unsupported operand types for >> ("Arrow[Float[Hidden], Float[Hidden]]" and "_UFunc

# Axes of `each`
each_over_another_axis = each(Batch, dot(Hidden)) >> tanh(Float[Time])
# E: [arg-type] "Elementwise" has incompatible type "type[Float[Time]]"; expected "type[Float[Batch]]"
each_then_one = each(Batch, tanh(Float[Hidden])) >> total(Float[Hidden])
# E: [arg-type] "__call__" of "Reduction" has incompatible type "type[Float[Hidden]]"; expected "type[Float[Batch, Hidden]]"
each_inside_each = each(Batch, each(Time, dot(Hidden))) >> transpose(Time, Batch)
# E: [arg-type] "transpose" has incompatible type "type[Time]"; expected "type[Batch]"
# E: [arg-type] "transpose" has incompatible type "type[Batch]"; expected "type[Time]"
each_of_three_then_two = each(Batch, fork(sin(Scalar), sin(Scalar), sin(Scalar))) >> add(Float[Batch])
# E: [operator] tuple[Float[Batch], Float[Batch], Float[Batch]]]" and "Arrow[tuple[Float[Batch], Float[Batch]], Float[Batch
each_in_another_order = each(Batch, assoc_l(Scalar, Scalar, Index)) >> swap(Float[Batch], Int[Batch])
# E: [arg-type] "swap" has incompatible type "type[Float[Batch]]"; expected "type[tuple[Float[Batch], Float[Batch]]]"
scan_over_another_axis = scan(Time, add(Scalar) >> dup(Scalar)) >> exl(Scalar, Float[Batch])
# E: [arg-type] Argument 2 to "exl" has incompatible type "type[Float[Batch]]"; expected "type[Float[Time]]"
fold_then_an_axis = fold(Time, add(Float[Hidden])) >> total(Float[Time, Hidden])
# E: [arg-type] "__call__" of "Reduction" has incompatible type "type[Float[Time, Hidden]]"; expected "type[Float[Hidden]]"
each_over_an_object = each(Float[Batch], sin(Scalar))  # E: [type-var] cannot be "Float[Batch]"
