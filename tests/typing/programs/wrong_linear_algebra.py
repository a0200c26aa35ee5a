"""Matrices that are not square, functions of other arrays, derivatives at other values."""

import numpy as np

from cat_ad import Bool, Dim, Float, Int, Scalar, absolute, arrow, check, cholesky, clip, equal, exp, greater, hessian
from cat_ad import inverse, jacobian, less_equal, log, log_determinant, logical_or, matmul, maximum, minimum, power
from cat_ad import solve, sqrt, tanh, total, where


class I(Dim, size=2): ...


class J(Dim, size=3): ...


a, w, n = check(Float[I, I], np.eye(2)), check(Float[J, I], np.ones((3, 2))), check(Int[I], np.arange(2))
x, y, c = check(Float[I], np.ones(2)), check(Float[J], np.ones(3)), check(Scalar, 1.0)
mask, other = check(Bool[I], np.ones(2, bool)), check(Bool[J], np.ones(3, bool))

# Matrices
solve_of_another_side = solve(a, y)
# E: [misc] Cannot infer value of type parameter "N" of "solve"
solve_of_a_rectangle = solve(w, x)
# E: [misc] Cannot infer value of type parameter "N" of "solve"
inverse_of_a_rectangle = inverse(w)
# E: [misc] Cannot infer value of type parameter "N" of "inverse"
determinant_of_a_rectangle = log_determinant(w)
# E: [misc] Cannot infer value of type parameter "N" of "log_determinant"
factor_of_a_rectangle = cholesky(w)
# E: [misc] Cannot infer value of type parameter "N" of "cholesky"
determinant_of_a_vector = log_determinant(x)
# E: [arg-type] Argument 1 to "log_determinant" has incompatible type "Float[I]"; expected "Float[Never, Never]"
inverse_before_another = inverse(I) >> matmul(I, J, I)
# E: [operator] Unsupported operand types for >> ("Arrow[Float[I, I], Float[I, I]]" and "Arrow[tuple[Float[I, J], Float[
solve_of_an_object = solve(Float[I])
# E: [type-var] Value of type variable "N" of "solve" cannot be "Float[I]"

# Operators
rectangle_on_the_right = x @ w
# E: [operator] Unsupported operand types for @ ("Float[I]" and "Float[J, I]")
number_on_the_right = x @ c
# E: [operator] Unsupported operand types for @ ("Float[I]" and "Scalar")
three_in_a_row = x @ a @ y
# E: [operator] Unsupported operand types for @ ("Float[I]" and "Float[J]")
power_of_another = x**y
# E: [operator] Unsupported operand types for ** ("Float[I]" and "Float[J]")
quotient_of_another = w / x
# E: [operator] Unsupported operand types for / ("Float[J, I]" and "Float[I]")
masks_of_numbers = x & x
# E: [var-annotated] Need type annotation for "masks_of_numbers"
# E: [operator] Unsupported operand types for & ("Float[I]" and "Float[I]")
mask_of_two = mask | other
# E: [operator] Unsupported operand types for | ("Bool[I]" and "Bool[J]")

# Words
power_of_an_array = power(x, y)
# E: [misc] Cannot infer value of type parameter "S" of "power"
power_of_text = power(x, "2")
# E: [call-overload] No overload variant of "power" matches argument types "Float[I]", "str"
chosen_from_two = where(mask, x, y)
# E: [misc] Cannot infer value of type parameter "S" of "where"
chosen_by_another = where(other, x, 0.0)
# E: [misc] Cannot infer value of type parameter "S" of "where"
greater_of_two = maximum(x, y)
# E: [misc] Cannot infer value of type parameter "S" of "__call__" of "ElementwiseOfTwo"
lesser_of_two = minimum(w, a)
# E: [misc] Cannot infer value of type parameter "S" of "__call__" of "ElementwiseOfTwo"
clip_by_arrays = clip(x, x, x)
# E: [call-overload] No overload variant of "clip" matches argument types "Float[I]", "Float[I]", "Float[I]"
compared_at_another = less_equal(y, x)
# E: [misc] Cannot infer value of type parameter "S" of "__call__" of "Comparison"
equal_of_two = equal(x, y)
# E: [misc] Cannot infer value of type parameter "S" of "__call__" of "Comparison"
integers_beside_numbers = greater(n, y)
# E: [call-overload] No overload variant of "__call__" of "Comparison" matches argument types "Int[I]", "Float[J]"
one_of_two_masks = logical_or(mask, other)
# E: [misc] Cannot infer value of type parameter "S" of "__call__" of "OfTwoMasks"
mask_beside_numbers = logical_or(mask, x)
# E: [call-overload] No overload variant of "__call__" of "OfTwoMasks" matches argument types "Bool[I]", "Float[I]"
exponential_of_integers = exp(n)
# E: [call-overload] No overload variant of "__call__" of "Elementwise" matches argument type "Int[I]"
root_of_a_mask = sqrt(mask)
# E: [call-overload] No overload variant of "__call__" of "Elementwise" matches argument type "Bool[I]"
logarithm_of_a_list = log([1.0, 2.0])
# E: [call-overload] No overload variant of "__call__" of "Elementwise" matches argument type "list[float]"


# Functions
@arrow
def energy(a: Float[I, I], x: Float[I]) -> Scalar:
    return x @ a
    # E: [return-value] Incompatible return value type (got "Float[I]", expected "Scalar")


@arrow
def solved(a: Float[I, I], y: Float[J]) -> Float[I]:
    return solve(a, y)
    # E: [arg-type] Argument 2 to "solve" has incompatible type "Float[J]"; expected "Float[I]"


@arrow
def cut(x: Float[I]) -> Float[J]:
    return clip(x, 0.0, 1.0)
    # E: [arg-type] Argument 1 to "clip" has incompatible type "Float[I]"; expected "Float[J]"


@arrow
def chosen(x: Float[I], where_to: Bool[J]) -> Float[I]:
    return where(where_to, x, absolute(x))
    # E: [arg-type] Argument 1 to "where" has incompatible type "Bool[J]"; expected "Bool[I]"


# Derivatives
jacobian_at_another = jacobian(tanh(Float[I]))(y)
# E: [arg-type] Argument 1 to "__call__" of "Function" has incompatible type "Float[J]"; expected "Float[I]"
hessian_of_an_array = hessian(tanh(Float[I]))
# E: [arg-type] "Elementwise" has incompatible type "type[Float[I]]"; expected "type[Scalar]"
hessian_at_another = hessian(total(Float[I]))(y)
# E: [arg-type] Argument 1 to "__call__" of "Function" has incompatible type "Float[J]"; expected "Float[I]"
