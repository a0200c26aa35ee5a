"""The matrix of a linear map, however it is represented; and dot products (Elliott 2018, sections 9 and 13)."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from cat_ad import Additive, Begin, Cont, Dual, Matrices
from cat_ad.categories.biproduct import Linear
from cat_ad.categories.category import SomeHom
from cat_ad.linear_maps import additive, continuation, dual, matrix
from cat_ad.linear_maps import beginning as begin
from tests.support.seen import scaled
from tests.support.trees import Tree, Vector, coordinates, with_coordinates

Some: TypeAlias = Linear[Any]  # Any: the brands of all representations
Matrix: TypeAlias = npt.NDArray[np.float64]

REPRESENTATIONS: tuple[Some, ...] = (Additive(), Matrices(), Dual(Additive()), Dual(Matrices()))
ONE = np.asarray(1.0)


def matrix_of(k: Some, f: SomeHom[Any], a: Tree, b: Tree) -> Matrix:
    """The matrix of a linear map from the tangents at a to those at b, in coordinates."""
    match k:
        case Additive():
            return matrix_of_function(additive.function(f), a, b)
        case Matrices():
            shape, entries = matrix.function(f)(matrix.shape_of(a))
            return matrix.widened(entries, shape, matrix.shape_of(b))
        case Dual(k=inner):
            return matrix_of(inner, dual.turned(f), b, a).T
        case Cont(k=inner):
            go_on = continuation.function(f)
            rows = [matrix_of(inner, go_on(dot(inner, b, unit)), a, ONE) for unit in basis(b)]
            return np.concatenate([np.zeros((0, count(a))), *rows])
    assert isinstance(k, Begin)
    go_on = begin.function(f)
    columns = [matrix_of(k.k, go_on(times(k.k, a, unit)), ONE, b) for unit in basis(a)]
    return np.concatenate([np.zeros((count(b), 0)), *columns], axis=1)


def matrix_of_function(f: Callable[[Tree], Tree], a: Tree, b: Tree) -> Matrix:
    """Its columns are the images of the basis (section 9)."""
    columns = [coordinates(b, f(unit)) for unit in basis(a)]
    return np.stack(columns, axis=1) if columns else np.zeros((count(b), 0))


def linear_map(k: Some, f: Callable[[Tree], Tree], a: Tree, b: Tree) -> SomeHom[Any]:
    """The linear map in k that is this function, from the tangents at a to those at b."""
    entries = matrix_of_function(f, a, b)
    return k.linear(f, lambda v: tangent_at(a, entries.T @ coordinates(b, v)))


def basis(at: Tree) -> list[Tree]:
    """The unit tangents at a value."""
    return [tangent_at(at, unit) for unit in np.eye(count(at))]


def tangent_at(at: Tree, vector: Vector) -> Tree:
    """The tangent at a value with these coordinates."""
    return with_coordinates(at, vector, integer=False)


def count(at: Tree) -> int:
    """The number of coordinates of a tangent."""
    return len(coordinates(at, at))


def dot(k: Some, at: Tree, u: Tree) -> SomeHom[Any]:
    """The linear map to numbers that multiplies by a tangent: dot u (section 13)."""
    return k.linear(lambda v: np.asarray(coordinates(at, u) @ coordinates(at, v)), lambda d: scaled(u, d))


def undot(k: Some, at: Tree, f: SomeHom[Any]) -> Tree:
    """The tangent by which a linear map to numbers multiplies: the inverse of dot."""
    return tangent_at(at, matrix_of(k, f, at, ONE)[0])


def times(k: Some, at: Tree, u: Tree) -> SomeHom[Any]:
    """The linear map from numbers that multiplies them by a tangent: the transpose of dot u."""
    return k.linear(lambda d: scaled(u, d), lambda v: np.asarray(coordinates(at, u) @ coordinates(at, v)))
