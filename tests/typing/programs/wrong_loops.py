"""Loops and local functions that do not fit, models of other layers."""

import numpy as np

from cat_ad import (
    Dim,
    Float,
    Int,
    Scalar,
    add,
    arrow,
    check,
    dense,
    dot,
    dup,
    each,
    fold,
    iterate,
    linear,
    matvec,
    model,
)
from cat_ad import scan, tanh, total


class Batch(Dim): ...


class Time(Dim): ...


class I(Dim, size=2): ...


class J(Dim, size=3): ...


w, s, x = check(Float[J, I], np.ones((3, 2))), check(Float[J], np.ones(3)), check(Float[I], np.ones(2))
xs, ys = check(Float[Time, I], np.ones((4, 2))), check(Float[Batch, I], np.ones((5, 2)))


def step(h: Float[J], x: Float[I]) -> tuple[Float[J], Scalar]:
    return tanh(h + matvec(w, x)), dot(x, x)


def other_state(h: Float[J], x: Float[I]) -> tuple[Float[I], Scalar]:
    return x, dot(h, h)


def no_output(h: Float[J], x: Float[I]) -> Float[J]:
    return h


def last(h: Float[J], x: Float[I]) -> Float[I]:
    return x


def turned(h: Float[J]) -> Float[I]:
    return x


# Of functions
state_that_changes = scan(Time, other_state, s, xs)
# E: [arg-type] expected "Callable[[Float[J], Float[I]], tuple[Float[J], Floats[()]]]"
state_of_another_dimension = scan(Time, step, x, xs)
# E: [arg-type] expected "Callable[[Float[I], Float[I]], tuple[Float[I], Floats[()]]]"
entries_along_another_axis = scan(Time, step, s, ys)
# E: [misc] Cannot infer value of type parameter "N" of "__call__" of "Scan"
entries_of_another_dimension = scan(Time, step, s, check(Float[Time, J], np.ones((4, 3))))
# E: [arg-type] expected "Callable[[Float[J], Float[J]], tuple[Float[J], Floats[()]]]"
integers_for_entries = scan(Time, step, s, check(Int[Time, I], np.ones((4, 2), int)))
# E: [arg-type] expected "Callable[[Float[J], Int[I]], tuple[Float[J], Floats[()]]]"
scan_without_outputs = scan(Time, no_output, s, xs)
# E: [var-annotated] Need type annotation for "scan_without_outputs"
# E: [arg-type] expected "Callable[[Float[J], Float[I]], tuple[Float[J], Floats[*tuple[Never, ...]]]]"
state_later = scan(Time, step)(x, xs)
# E: [arg-type] Argument 1 has incompatible type "Float[I]"; expected "Float[J]"
entries_later = scan(Time, step)(s, ys)
# E: [arg-type] Argument 2 has incompatible type "Float[Batch, I]"; expected "Rows[Time, Float[I]]"
fold_that_changes = fold(Time, last, s, xs)
# E: [arg-type] expected "Callable[[Float[J], Float[I]], Float[J]]"
fold_with_outputs = fold(Time, step, s, xs)
# E: [arg-type] expected "Callable[[Float[J], Float[I]], Float[J]]"
iterate_that_changes = iterate(3, turned, s)
# E: [arg-type] incompatible type "Callable[[Float[J]], Float[I]]"; expected "Callable[[Float[J]], Float[J]]"
half_a_time = iterate(0.5, tanh(Float[I]))
# E: [call-overload] No overload variant of "__call__" of "Iterate"
axis_for_a_number = iterate(Time, tanh(Float[I]))
# E: [call-overload] No overload variant of "__call__" of "Iterate"
rows_of_two_axes = each(Batch, lambda x, y: x * y, ys, xs)
# E: [misc] Cannot infer value of type parameter "N" of "__call__" of "Each"

# Of arrows
no_pairs = scan(Time, add(Scalar))
# E: [var-annotated] Need type annotation for "no_pairs"
# E: [arg-type] expected "Between[Never, tuple[Never, Over[Time, Never]], tuple[Never, Over[Time, Never]]]"
layer_for_a_step = scan(Time, dense(I, J))
# E: [var-annotated] Need type annotation for "layer_for_a_step"
# E: [arg-type] expected "Model[Never, Never, tuple[Never, Over[Time, Never]], tuple[Never, Over[Time, Never]]]"
loop_after_another_state = tanh(Float[J]) * tanh(Float[Time, I]) >> fold(Time, add(Float[I]))
# E: [arg-type] "ElementwiseOfTwo" has incompatible type "type[Float[I]]"; expected "type[Never]"
along_a_number = scan(3, add(Scalar) >> dup(Scalar))
# E: [call-overload] No overload variant of "__call__" of "Scan"

# Given objects
another_object = arrow(lambda x: tanh(x), Float[I])(s)
# E: [arg-type] Argument 1 to "__call__" of "Arrow" has incompatible type "Float[J]"; expected "Float[I]"
objects_of_two_dimensions = arrow(lambda x, y: x + y, Float[I], Float[J])
# E: [operator] Unsupported operand types for + ("Float[I]" and "Float[J]")
number_for_a_function = arrow(3)
# E: [call-overload] No overload variant of "arrow" matches argument type "int"


# Models
@model
def layer_of_another_codomain(x: Float[I]) -> Float[I]:
    return linear(I, J)(x)
    # E: [return-value] Incompatible return value type (got "Float[J]", expected "Float[I]")


@model
def layer_of_another_domain(x: Float[I]) -> Float[I]:
    return linear(J, I)(x)
    # E: [arg-type] Argument 1 to "__call__" of "Para" has incompatible type "Float[I]"; expected "Float[J]"


@model
def sum_of_two_dimensions(x: Float[I]) -> Float[J]:
    return dense(I, J)(x) + x
    # E: [no-any-return] Returning Any from function declared to return "Float[J]"
    # E: [operator] Unsupported operand types for + ("Float[J]" and "Float[I]")


@model
def right(x: Float[I]) -> Float[J]:
    return tanh(linear(I, J)(x))


model_before_another_object = right >> total(Float[I])
# E: [arg-type] has incompatible type "type[Float[I]]"; expected "type[Float[J]]"
model_over_an_object = each(Float[I], right)
# E: [type-var] Value of type variable "N" of "__call__" of "Each" cannot be "Float[I]"
model_of_a_number = model(3)
# E: [call-overload] No overload variant of "model" matches argument type "int"
