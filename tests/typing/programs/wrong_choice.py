"""Masks that do not fit."""

import numpy as np

from cat_ad import Bool, Dim, Float, arrow, check, largest, less, logical_and, logical_not, maximum, tanh, where


class I(Dim, size=2): ...


class J(Dim, size=3): ...


x, y = check(Float[I], np.ones(2)), check(Float[J], np.ones(3))
mask = check(Bool[J], np.ones(3, bool))

numbers_for_a_mask = where(x, x, x)  # E: [call-overload] No overload variant of "where"
mask_of_another_dimension = where(mask, x, x)  # E: [misc] parameter "S" of "where"
mask_for_numbers = maximum(mask, mask)  # E: [call-overload] No overload variant of "__call__" of "ElementwiseOfTwo"
mask_squashed = less(Float[I]) >> tanh(Float[I])
# E: [arg-type] incompatible type "type[Float[I]]"; expected "type[Bool[I]]"
both_of_numbers = logical_and(Float[I])  # E: [type-var] variable "M" of "__call__" of "OfTwoMasks" cannot be "Float[I]"
not_of_numbers = logical_not(x)  # E: [call-overload] No overload variant of "logical_not"
largest(Bool[I])
# E: [arg-type] "Reduction" has incompatible type "type[Bool[I]]"
mask_and_number = mask & 1.0  # E: [operator] types for & ("Bool[J]" and "float")
masks_of_two_dimensions = (x > 0.0) & mask  # E: [operator] types for & ("Bool[I]" and "Bool[J]")
compared_across_dimensions = x < y  # E: [operator] types for < ("Float[I]" and "Float[J]")


@arrow
def says_numbers(x: Float[I]) -> Float[I]:
    """It makes a mask."""
    return x > 0.0  # E: [return-value] got "Bool[I]", expected "Float[I]"
