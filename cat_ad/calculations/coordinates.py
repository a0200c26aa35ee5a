"""Linear maps of any category by their entries: applied to a point, and as the dot product with one (section 13).

>>> u = np.array([1.0, 2.0])
>>> undot(Dual(Additive()), dot(Dual(Additive()), u), u)
array([1., 2.])
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cat_ad.calculations.maps import SomeCategory, Value
from cat_ad.linear_maps import additive, beginning, continuation, dual, matrix
from cat_ad.linear_maps.additive import Additive
from cat_ad.linear_maps.beginning import Begin
from cat_ad.linear_maps.continuation import Cont
from cat_ad.linear_maps.dual import Dual
from cat_ad.linear_maps.matrix import Matrices, flatten, shape_of, unflatten

ONE = np.asarray(1.0)


def entries(k: SomeCategory, f: Value, a: Value, b: Value) -> npt.NDArray[np.float64]:
    """The matrix of a linear map from the object of one value to that of another."""
    no_columns, no_rows = np.zeros((matrix.count(shape_of(b)), 0)), np.zeros((0, matrix.count(shape_of(a))))
    match k:
        case Additive():
            columns = [flatten(shape_of(b), additive.function(f)(unit))[:, None] for unit in basis(a)]
            return np.concatenate([no_columns, *columns], axis=1)
        case Matrices():
            rows, found = matrix.function(f)(shape_of(a))
            return matrix.widened(found, rows, shape_of(b))
        case Dual(k=inner):
            return entries(inner, dual.turned(f), b, a).T
        case Cont(k=inner):
            going_on = [continuation.function(f)(dot(inner, unit)) for unit in basis(b)]
            return np.concatenate([no_rows, *[entries(inner, h, a, ONE) for h in going_on]])
    assert isinstance(k, Begin)
    begun = [beginning.function(f)(dual.turned(dot(Dual(k.k), unit))) for unit in basis(a)]
    return np.concatenate([no_columns, *[entries(k.k, h, ONE, b) for h in begun]], axis=1)


def basis(a: Value) -> list[Value]:
    """The unit vectors of the object of a value."""
    return [unflatten(shape_of(a), unit) for unit in np.eye(matrix.count(shape_of(a)))]


def of_entries(k: SomeCategory, found: npt.NDArray[np.float64], a: Value, b: Value) -> Value:
    """The linear map of this matrix."""
    columns, rows = shape_of(a), shape_of(b)
    return k.linear(
        lambda u: unflatten(rows, found @ flatten(columns, u)), lambda v: unflatten(columns, found.T @ flatten(rows, v))
    )


def image(k: SomeCategory, f: Value, a: Value, b: Value) -> Value:
    """A linear map applied to a, which is of the object of b: the one column of the map that takes 1 to a, then f."""
    to_a = of_entries(k, flatten(shape_of(a), a)[:, None], ONE, a)
    return unflatten(shape_of(b), entries(k, k.compose(to_a, f), ONE, b)[:, 0])


def dot(k: SomeCategory, u: Value) -> Value:
    """The linear map to numbers that multiplies by u."""
    return of_entries(k, flatten(shape_of(u), u)[None], u, ONE)


def undot(k: SomeCategory, f: Value, a: Value) -> Value:
    """What a linear map from the object of a to numbers multiplies by."""
    return unflatten(shape_of(a), entries(k, f, a, ONE)[0])
