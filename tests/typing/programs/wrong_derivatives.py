"""Derivatives of functions that are none, or at points of others."""

import numpy as np

from cat_ad import Dim, Float, Scalar, check, dot, gradient, hessian, tanh, value_and_gradient


class H(Dim, size=2): ...


class I(Dim, size=3): ...


def squared(x: Float[I]) -> Scalar:
    return dot(x, x)


def waves(x: Float[I]) -> Float[I]:
    return tanh(x)


def of_two(x: Float[I], y: Scalar) -> Scalar:
    return y * dot(x, x)


h, x = check(Float[H], np.zeros(2)), check(Float[I], np.zeros(3))
gradient_of_no_number = gradient(waves)  # E: [arg-type] expected "Callable[[Float[I]], Scalar]"
hessian_of_no_number = hessian(waves)  # E: [arg-type] expected "Callable[[Float[I]], Scalar]"
gradient_at_another_point = gradient(squared)(h)  # E: [arg-type] incompatible type "Float[H]"
gradient_at_one_of_two = value_and_gradient(of_two)(x)  # E: [call-overload] matches argument type "Float[I]"
slope_of_another_shape: Float[H] = gradient(squared)(x)  # E: [assignment] Incompatible types
