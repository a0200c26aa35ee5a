"""Arrows called, and derivatives taken, at values of another object."""

import numpy as np

from cat_ad import Dim, Float, Index, Int, Scalar, add, check, check_derivative, cross_entropy, dot, forward
from cat_ad import Truth, gradient, identity, linear, lookup, reverse, sin, tanh, total, value_and_gradient


class Hidden(Dim, size=4): ...


class Digits(Dim, size=2): ...


class Texts(Dim, size="4"): ...  # E: [arg-type] has incompatible type "str"; expected "SupportsIndex | None"


def number_for_dimension(scores: Float[3]) -> None:  # E: [valid-type] Invalid type
    """A size is no dimension."""


def classify(scores: Float[Digits]) -> Index:
    """A user's function."""
    return check(Index, np.argmax(scores))


h, d = check(Float[Hidden], np.ones(4)), check(Float[Digits], np.ones(2))
table = check(Float[Digits, Hidden], np.ones((2, 4)))

# Calls
wrong_dimension = tanh(Float[Hidden])(d)
# E: [arg-type] has incompatible type "Float[Digits]"; expected "Float[Hidden]"
a_list = tanh(Float[Hidden])([1.0, 2.0])  # E: [arg-type] has incompatible type "list[float]"; expected "Float[Hidden]"
not_yet_checked = tanh(Float[Hidden])(np.ones(4))  # E: [arg-type] ]]"; expected "Float[Hidden]"
one_for_two = dot(Hidden)(h)
# E: [call-overload] "Arrow" matches argument type "Float[Hidden]"
three_for_two = dot(Hidden)((h, h, h))
# E: [arg-type] "tuple[Float[Hidden], Float[Hidden], Float[Hidden]]"; expected "tuple[Float[Hidden], Float[Hidden]]"
wrong_second = dot(Hidden)((h, d))
# E: [arg-type] "tuple[Float[Hidden], Float[Digits]]"; expected "tuple[Float[Hidden], Float[Hidden]]"
float_for_index = lookup(Digits, Hidden)((table, 1.0))
# E: [arg-type] "tuple[Float[Digits, Hidden], float]"; expected "tuple[Float[Digits, Hidden], Index]"
float_target = cross_entropy(Digits)((d, total(Float[Digits])(d)))
# E: [arg-type] "tuple[Float[Digits], Scalar]"; expected "tuple[Float[Digits], Index]"
two_arguments = tanh(Float[Hidden])(h, h)  # E: [call-arg] Too many arguments for "__call__" of "Arrow"

# Numbers
float_for_vector = tanh(Float[Hidden])(1.0)  # E: [arg-type] has incompatible type "float"; expected "Float[Hidden]"
text_for_an_index = lookup(Digits, Hidden)(table, "1")
# E: [call-overload] "__call__" of "Arrow" matches argument types "Float[Digits, Hidden]", "str"
number_for_a_truth_value = identity(Truth)(1)  # E: [call-overload] "__call__" of "Arrow" matches argument type "int"
float_for_an_index = identity(Index)(1.0)  # E: [call-overload] "__call__" of "Arrow" matches argument type "float"
vector_for_float = sin(Scalar)(h)  # E: [arg-type] has incompatible type "Float[Hidden]"; expected "Scalar"
text_for_float = sin(Scalar)("1.0")  # E: [call-overload] "__call__" of "Arrow" matches argument type "str"
one_number_for_two = add(Scalar)(1.0)  # E: [call-overload] "__call__" of "Arrow" matches argument type "float"
number_for_vector = (tanh(Float[Hidden]) * sin(Scalar))((1.0, 1.0))
# E: [arg-type] incompatible type "tuple[float, float]"; expected "tuple[Float[Hidden], Scalar]"

# Arithmetic
sum_of_different_dimensions = h + d
# E: [operator] Unsupported operand types for + ("Float[Hidden]" and "Float[Digits]")
scaled_by_an_array_of_integers = h * check(Int[Digits], np.arange(2))
# E: [operator] Unsupported operand types for * ("Float[Hidden]" and "Int[Digits]")
compared_with_another_dimension = h < d  # E: [operator] Unsupported operand types for < ("Float[Hidden]" and "Float[
dot_of_different_dimensions = h @ d  # E: [operator] Unsupported operand types for @ ("Float[Hidden]" and "Float[Digits]
matrix_before_a_vector_of_another_dimension = table @ d
# E: [operator] Unsupported operand types for @ ("Float[Digits, Hidden]" and "Float[Digits]")
matrix_before_another = table @ table
# E: [operator] Unsupported operand types for @ ("Float[Digits, Hidden]" and "Float[Digits, Hidden]")
transposed: Float[Digits, Hidden] = table.T
# E: [assignment] variable has type "Float[Digits, Hidden]")
half_of_integers: Int[Hidden] = check(Int[Hidden], np.arange(4)) * 0.5
# E: [assignment] (expression has type "Float[Hidden]", variable has type "Int[Hidden]")
step_of_another_shape: Float[Digits] = h - 0.1 * h
# E: [assignment] (expression has type "Float[Hidden]", variable has type "Float[Digits]")

# Results
checked_at_another_shape = classify(check(Float[Hidden], np.ones(4)))
# E: [arg-type] "check" has incompatible type "type[Float[Hidden]]"; expected "type[Float[Digits]]"
result_of_another_shape = classify(tanh(Float[Hidden])(h))
# E: [arg-type] "classify" has incompatible type "Float[Hidden]"; expected "Float[Digits]"
result_of_another_kind: Int[Hidden] = h
# E: [assignment] (expression has type "Float[Hidden]", variable has type "Int[Hidden]")
one_of_two, two_of_two, three_of_two = (tanh(Float[Hidden]) & total(Float[Hidden]))(h)
# E: [misc] Need more than 2 values to unpack (3 expected)
check(4, np.ones(4))  # E: [arg-type] "check" has incompatible type "int"

# Derivatives
gradient_of_no_scalar = gradient(tanh(Float[Hidden]))
# E: [arg-type] "Elementwise" has incompatible type "type[Float[Hidden]]"; expected "type[Scalar]"
gradient_of_a_layer = value_and_gradient(linear(Hidden, Digits).arrow)
# E: [arg-type] Float[Digits]]"; expected "Arrow[tuple[tuple[Float[Digits, Hidden], Float[Digits]], Float[Hidden]],
gradient_of_a_layer_at_one_argument = gradient(linear(Hidden, Digits) >> total(Float[Digits]))(h)
# E: [call-arg] Missing positional argument "x"
# E: [arg-type] has incompatible type "Float[Hidden]"; expected "tuple[Float[Digits, Hidden], Float[Digits]]"
gradient_at_another_shape = gradient(total(Float[Hidden]))(d)
# E: [arg-type] has incompatible type "Float[Digits]"; expected "Float[Hidden]"
tangent_of_another_shape = forward(tanh(Float[Hidden]))(h)[1](d)
# E: [arg-type] has incompatible type "Float[Digits]"; expected "Float[Hidden]"
cotangent_of_the_domain = reverse(total(Float[Hidden]))(h)[1](h)
# E: [arg-type] has incompatible type "Float[Hidden]"; expected "Scalar"
check_derivative(sin(Float[Hidden]), d)  # E: [misc] Cannot infer value of type parameter "A" of "check_derivative"
