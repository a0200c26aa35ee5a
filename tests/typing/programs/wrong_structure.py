"""Parts of arrays that do not fit."""

import numpy as np

from cat_ad import (
    Dim,
    Float,
    Plus,
    arrow,
    check,
    concat,
    flatten,
    flip,
    norm,
    pack,
    pad,
    roll,
    split,
    take,
    tanh,
    total,
    windows,
)


class I(Dim, size=2): ...


class J(Dim, size=3): ...


class K(Dim, size=4): ...


x, m = check(Float[I], np.ones(2)), check(Float[J, K], np.ones((3, 4)))

wrong_order_of_parts = concat(I, J) >> tanh(Float[Plus[J, I]])
# E: [arg-type] incompatible type "type[Float[Plus[J, I]]]"; expected "type[Float[Plus[I, J]]]"
times_for_plus = flatten(I, J) >> split(I, J)  # E: [operator] types for >>
vector_beside_matrix = concat(x, m)  # E: [misc] parameter "S" of "concat"
object_for_dimension = concat(Float[I], J)  # E: [type-var] variable "I" of "concat" cannot be "Float[I]"
number_for_size = pad(1, x, 1)  # E: [call-overload] No overload variant of "pad"

table_at_floats = take(m, x)  # E: [call-overload] No overload variant of "take"
half_a_place = roll(x, 0.5)  # E: [call-overload] No overload variant of "roll"
flip(m)  # E: [arg-type] Argument 1 to "flip" has incompatible type "Float[J, K]"

total(Float[I, J], J)  # E: [arg-type] "__call__" of "Reduction" has incompatible type "type[J]"
norm(tuple[Float[I], Float[J]])
# E: [arg-type] "Reduction" has incompatible type "type[tuple[Float[I], Float[J]]]"
rows_for_columns = total(Float[J, K], Float[K]) >> tanh(Float[J])  # E: [arg-type] incompatible type "type[Float[J]]"
windows(I, J, m)  # E: [arg-type] "windows" has incompatible type "Float[J, K]"

packed = pack(I, tuple[Float[J], Float[K]]) >> tanh(Float[J])  # E: [arg-type] incompatible type "type[Float[J]]"
vector_of_texts = pack(I, "x", "y")  # E: [call-overload] No overload variant of "pack"


@arrow
def parts_exchanged(x: Float[Plus[I, J]]) -> Float[Plus[I, J]]:
    """The last before the first."""
    first, last = split(x)
    return concat(last, first)
    # E: [arg-type] "concat" has incompatible type "Float[J]"; expected "Float[I]"
    # E: [arg-type] "concat" has incompatible type "Float[I]"; expected "Float[J]"
