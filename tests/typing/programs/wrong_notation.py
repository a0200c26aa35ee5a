"""Functions that are no arrows between their annotations, words of wrong values, parts in another order."""

import numpy as np

from cat_ad import Dim, Float, Index, Int, Scalar, add, arrow, check, check_derivative, cross_entropy, div, dot, each
from cat_ad import forward, gradient, matmul, matvec, mul, reverse, scale, softmax, sub, tanh, total, value_and_gradient


class Batch(Dim): ...


class Inputs(Dim, size=2): ...


class Hidden(Dim, size=3): ...


w, v = check(Float[Hidden, Inputs], np.ones((3, 2))), check(Float[Inputs, Hidden], np.ones((2, 3)))
b, x = check(Float[Hidden], np.ones(3)), check(Float[Inputs], np.ones(2))
xs, ts = check(Float[Batch, Inputs], np.ones((4, 2))), check(Int[Batch], np.array([0, 1, 2, 0]))
c, t = check(Scalar, 1.0), check(Index, 1)


@arrow
def layer(w: Float[Hidden, Inputs], b: Float[Hidden], x: Float[Inputs]) -> Float[Hidden]:
    return tanh(matvec(w, x) + b)


@arrow
def loss(w: Float[Hidden, Inputs], x: Float[Inputs], t: Index) -> Scalar:
    return cross_entropy(matvec(w, x), t)


# Results
@arrow
def wrong_result(x: Float[Inputs]) -> Float[Hidden]:
    return tanh(x)
    # E: [arg-type] has incompatible type "Float[Inputs]"; expected "Float[Hidden]"


@arrow
def no_sum(x: Float[Inputs]) -> Scalar:
    return x
    # E: [return-value] Incompatible return value type (got "Float[Inputs]", expected "Scalar")


@arrow
def sum_for_array(x: Float[Inputs]) -> Float[Inputs]:
    return total(x)
    # E: [return-value] Incompatible return value type (got "Scalar", expected "Float[Inputs]")


@arrow
def integers(t: Int[Batch]) -> Float[Batch]:
    return t
    # E: [return-value] Incompatible return value type (got "Int[Batch]", expected "Float[Batch]")


@arrow
def one_of_two(x: Float[Inputs]) -> tuple[Float[Inputs], Scalar]:
    return x
    # E: [return-value] Incompatible return value type (got "Float[Inputs]", expected "tuple[Float[Inputs], Scalar]")


# Words
vector_of_another_dimension = matvec(w, b)
# E: [misc] Cannot infer value of type parameter "I" of "matvec"
transposed_matrix = matvec(v, x)
# E: [misc] Cannot infer value of type parameter "I" of "matvec"
dot_of_two = dot(x, b)
# E: [misc] Cannot infer value of type parameter "N" of "dot"
matrices = matmul(w, w)
# E: [misc] Cannot infer value of type parameter "J" of "matmul"
sum_of_two = add(x, b)
# E: [misc] Cannot infer value of type parameter "S" of "__call__" of "ElementwiseOfTwo"
product_of_two = mul(b, x)
# E: [misc] Cannot infer value of type parameter "S" of "__call__" of "ElementwiseOfTwo"
difference_of_two = sub(x, b)
# E: [misc] Cannot infer value of type parameter "S" of "__call__" of "ElementwiseOfTwo"
quotient_of_two = div(x, b)
# E: [misc] Cannot infer value of type parameter "S" of "__call__" of "ElementwiseOfTwo"
vector_for_matrix = matvec(x, x)
# E: [var-annotated] Need type annotation for "vector_for_matrix"
# E: [arg-type] Argument 1 to "matvec" has incompatible type "Float[Inputs]"; expected "Float[Never, Inputs]"
softmax_of_a_matrix = softmax(w)
# E: [var-annotated] Need type annotation for "softmax_of_a_matrix"
# E: [arg-type] Argument 1 to "softmax" has incompatible type "Float[Hidden, Inputs]"; expected "Float[Never]"
target_of_floats = cross_entropy(b, c)
# E: [call-overload] No overload variant of "cross_entropy" matches argument types "Float[Hidden]", "Scalar"
scores_of_integers = cross_entropy(t, t)
# E: [call-overload] No overload variant of "cross_entropy" matches argument types "Index", "Index"
number_for_text = scale(x, "2")
# E: [call-overload] No overload variant of "__call__" of "ElementwiseAndNumber" matches argument types "Float[Inputs]
tanh_of_text = tanh("x")
# E: [call-overload] No overload variant of "__call__" of "Elementwise" matches argument type "str"
total_of_text = total("x")
# E: [call-overload] No overload variant of "__call__" of "Reduction" matches argument type "str"

# Operators
plus = x + b
# E: [operator] Unsupported operand types for + ("Float[Inputs]" and "Float[Hidden]")
times = w * v
# E: [operator] Unsupported operand types for * ("Float[Hidden, Inputs]" and "Float[Inputs, Hidden]")
minus = b - x
# E: [operator] Unsupported operand types for - ("Float[Hidden]" and "Float[Inputs]")

# Over an axis
another_axis = each(Hidden, lambda x: dot(x, x), xs)
# E: [misc] Cannot infer value of type parameter "N" of "__call__" of "Each"
no_axis = each(Batch, lambda x: dot(x, x), w)
# E: [misc] Cannot infer value of type parameter "N" of "__call__" of "Each"


def row(x: Float[Hidden]) -> Float[Hidden]:
    return x


rows_of_another_dimension = each(Batch, row, xs)
# E: [arg-type] has incompatible type "Callable[[Float[Hidden]], Float[Hidden]]"; expected "Callable[[Float[Inputs]],
rows_later = each(Batch, row)(xs)
# E: [arg-type] Argument 1 has incompatible type "Float[Batch, Inputs]"; expected "Rows[Batch, Float[Hidden]]"

# Composition, and what is asked of it
after = layer >> tanh(Float[Inputs])
# E: [arg-type] has incompatible type "type[Float[Inputs]]"; expected "type[Float[Hidden]]"
of_a_function = layer >> row
# E: [var-annotated] Need type annotation for "of_a_function"
# E: [operator] Unsupported operand types for >> ("Arrow[tuple[Float[Hidden, Inputs], Float[Hidden], Float[Inputs]], F
gradient_of_an_array = gradient(layer)
# E: [arg-type] has incompatible type "Arrow[tuple[Float[Hidden, Inputs], Float[Hidden], Float[Inputs]], Float[Hidden]
parts_in_another_order = layer(w, x, b)
# E: [arg-type] Argument 2 to "__call__" of "Arrow" has incompatible type "Float[Inputs]"; expected "Float[Hidden]"
# E: [arg-type] Argument 3 to "__call__" of "Arrow" has incompatible type "Float[Hidden]"; expected "Float[Inputs]"
two_of_three = layer(w, x)
# E: [call-overload] No overload variant of "__call__" of "Arrow" matches argument types "Float[Hidden, Inputs]", "Flo
gradient_in_another_order = gradient(loss)(x, w, t)
# E: [arg-type] has incompatible type "Float[Inputs]"; expected "Float[Hidden, Inputs]"
# E: [arg-type] has incompatible type "Float[Hidden, Inputs]"; expected "Float[Inputs]"
gradient_of_two_of_three = gradient(loss)(w, x)
# E: [call-overload] No overload variant of "__call__" of "Function" matches argument types "Float[Hidden, Inputs]", "
value_in_another_order = value_and_gradient(loss)(w, t, x)
# E: [call-overload] No overload variant of "__call__" of "Function" matches argument types "Float[Hidden, Inputs]", "
forward_in_another_order = forward(layer)(b, w, x)
# E: [arg-type] has incompatible type "Float[Hidden]"; expected "Float[Hidden, Inputs]"
# E: [arg-type] has incompatible type "Float[Hidden, Inputs]"; expected "Float[Hidden]"
reverse_in_another_order = reverse(layer)(b, w, x)
# E: [arg-type] has incompatible type "Float[Hidden]"; expected "Float[Hidden, Inputs]"
# E: [arg-type] has incompatible type "Float[Hidden, Inputs]"; expected "Float[Hidden]"
check_derivative(layer, w, x, b)
# E: [misc] Cannot infer value of type parameter "D" of "check_derivative"
# E: [misc] Cannot infer value of type parameter "E" of "check_derivative"
