"""New words, given what is not theirs: derivatives of functions, layers by the dimension, vectors, entries, sums."""

import numpy as np

from cat_ad import Dim, Float, Scalar, arrow, check, check_derivative, dot, entry, gradient, gradient_field
from cat_ad import hessian, iterate, jacobian, jacobian_field, largest, linear, mean, norm, packed, residual
from cat_ad import product, stack, tangent, tanh, total, unpack


class H(Dim, size=2): ...


class I(Dim, size=3): ...


class Layers(Dim, size=4): ...


class Weights(Dim): ...


def bowl(x: Float[I]) -> Scalar:
    return dot(x, x)


def waves(x: Float[I]) -> Float[I]:
    return tanh(x)


def weighed(x: Float[I], y: Scalar) -> Scalar:
    return y * dot(x, x)


rng = np.random.default_rng(0)
h, x = check(Float[H], np.ones(2)), check(Float[I], np.ones(3))
m = check(Float[H, I], np.ones((2, 3)))
block = linear(I, I) >> tanh(Float[I])
weights = block.init(rng)

jacobian_at_another_point = jacobian(waves)(h)
# E: [arg-type] incompatible type "Float[H]"; expected "Float[I]"
jacobian_of_an_arrow_at_another_point = jacobian(arrow(waves))(h)
# E: [arg-type] incompatible type "Float[H]"; expected "Float[I]"
jacobian_of_another_shape: Float[H, I] = jacobian(waves)(x)
# E: [assignment] expression has type "Float[I, I]", variable has type "Float[H, I]"
hessian_at_another_point = hessian(arrow(bowl))(h)
# E: [arg-type] incompatible type "Float[H]"; expected "Float[I]"
hessian_of_another_shape: Float[I] = hessian(bowl)(x)
# E: [assignment] expression has type "Float[I, I]", variable has type "Float[I]"
hessian_of_two_at_one = hessian(weighed)(x)
# E: [call-overload] No overload variant of "__call__" of "Function" matches argument type
field_before_a_number = jacobian_field(waves) >> tanh(Float[I])
# E: [arg-type] incompatible type "type[Float[I]]"; expected "type[Float[I, I]]"
field_over_another = gradient_field(bowl) >> total(Float[H])
# E: [arg-type] incompatible type "type[Float[H]]"; expected "type[Float[I]]"
tangent_at_a_point = tangent(bowl)(x)
# E: [call-overload] No overload variant of "__call__" of "Arrow" matches argument type
check_derivative(arrow(waves), h)
# E: [misc] Cannot infer value of type parameter "A" of "check_derivative"
stacked_block_that_changes = stack(linear(I, H), Layers)
# E: [misc] Cannot infer value of type parameter "A" of "stack"
parameters_of_one_layer = stack(block, Layers)(weights, x)
# E: [call-overload] No overload variant of "__call__" of "Para" matches argument type
layers_at_another_point = stack(block, Layers)(stack(block, Layers).init(rng), h)
# E: [arg-type] incompatible type "Float[H]"; expected "Float[I]"
layers_over_an_object = stack(block, Float[I])
# E: [type-var] Value of type variable "N" of "stack" cannot be "Float[I]"
iterated_model_at_another_point = iterate(3, block)(weights, h)
# E: [arg-type] incompatible type "Float[H]"; expected "Float[I]"
iterated_model_before_another = iterate(3, block) >> linear(H, I)
# E: [arg-type] incompatible type "type[H]"; expected "type[I]"
half_a_model = iterate(0.5, block)
# E: [call-overload] No overload variant of "__call__" of "Iterate" matches argument type
vector_of_another_shape = packed(Weights, block)(weights, x)
# E: [call-overload] No overload variant of "__call__" of "Para" matches argument type
unpacked_vector: tuple[Float[H], Scalar] = unpack(Weights, tuple[Float[I], Scalar])(check(Float[Weights], np.ones(4)))
# E: [assignment] expression has type "tuple[Float[I], Scalar]", variable has type
entry_of_a_matrix = entry(m, 1)
# E: [arg-type] incompatible type "Float[H, I]"; expected "Float[Never]"
entry_at_a_half = entry(x, 0.5)
# E: [call-overload] No overload variant of "entry" matches argument type
entry_of_another = entry(I)(h, 1)
# E: [arg-type] incompatible type "Float[H]"; expected "Float[I]"
sums_of_another: Float[I] = total(m, Float[H])
# E: [arg-type] incompatible type "type[Float[H]]"; expected "type[Float[I]]"
sums_to_a_dimension = total(m, H)
# E: [var-annotated] Need type annotation for "sums_to_a_dimension"
# E: [arg-type] incompatible type "type[H]"; expected "type[Float[*tuple[Never,
means_before_another = mean(Float[H, I], Float[H]) >> tanh(Float[I])
# E: [arg-type] incompatible type "type[Float[I]]"; expected "type[Float[H]]"
largest_of_another: Scalar = largest(m, Float[I])
# E: [arg-type] incompatible type "type[Float[I]]"; expected "type[Scalar]"
norm_of_text = norm("x")
# E: [call-overload] No overload variant of "__call__" of "Reduction" matches argument type
product_of_a_point = product(Float[H, I], Float[I])(h)
# E: [arg-type] incompatible type "Float[H]"; expected "Float[H, I]"
residual_of_iterated = residual(iterate(3, linear(I, H)))
# E: [misc] Cannot infer value of type parameter "A" of "__call__" of "Iterate"
