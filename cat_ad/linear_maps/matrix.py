"""Matrices: composing is multiplying, forking is stacking rows, joining is stacking columns (Elliott 2018, 8 and 10).

The size of a matrix is known only once there is a value. So an arrow of `Matrices` has a matrix for each size of its
domain: it is a function from the shape of A to the shape of B and a two-dimensional array. `D(Matrices())` computes the
Jacobian.

A shape is `Axes` for an array, a pair of shapes for a product, and `None` where there are no coordinates: for integers,
for Unit, and for a factor that is zero.

>>> k = Matrices()
>>> shape, matrix = function(k.join(k.scale(np.float64(3.0)), k.scale(np.float64(4.0))))((Axes(()), Axes(())))
>>> matrix
array([[3., 4.]])
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from math import prod
from typing import TypeAlias

import numpy as np

from cat_ad.categories.biproduct import Linear, Natural
from cat_ad.categories.brands import branded, inverse_of
from cat_ad.categories.category import A, B, C, D, Hom, SomeHom
from cat_ad.errors import InterpretationError
from cat_ad.objects.arrays import AnyArray, has_tangents
from cat_ad.objects.spaces import Unit
from cat_ad.objects.tangents import Tangent
from cat_ad.objects.trees import parts


@dataclass(frozen=True)
class Axes:
    """The shape of one array."""

    sizes: tuple[int, ...]


Shape: TypeAlias = "Axes | tuple[Shape, ...] | None"
Matrix: TypeAlias = np.ndarray[tuple[int, int], np.dtype]
Sized: TypeAlias = tuple[Shape, Matrix]  # the shape of the codomain, and the matrix


class MatrixOfSize:
    """The brand of matrices: `Hom[MatrixOfSize, A, B]` is a callable from the shape of A to that of B and a matrix."""


def hom(f: Callable[[Shape], Sized]) -> SomeHom[MatrixOfSize]:
    """A matrix for each size, as an arrow of this category. It is computed once, however many arrows it is part of,

    and remembered for the sizes that were last asked for.
    """
    return branded(lru_cache(maxsize=64)(f))


function = inverse_of(hom)


def shape_of(value: Tangent) -> Shape:
    """The shape of a value's tangents, or of a tangent: integers have no coordinates, nor has `None`."""
    if isinstance(value, tuple):
        return tuple(map(shape_of, value))
    return Axes(tuple(value.shape)) if value is not None and has_tangents(value) else None


def count(shape: Shape) -> int:
    """The number of coordinates."""
    if isinstance(shape, tuple):
        return sum(map(count, shape))
    return 0 if shape is None else prod(shape.sizes)


def united(left: Shape, right: Shape) -> Shape:
    """The shape with all the coordinates that either has."""
    if left is None or right is None:
        return right if left is None else left
    if isinstance(left, tuple) and isinstance(right, tuple):
        return tuple(map(united, left, right))
    return left


def widened(matrix: Matrix, rows: Shape, wide: Shape) -> Matrix:
    """The matrix with rows of zeros where `wide` has coordinates that `rows` has not."""
    if isinstance(rows, tuple) and isinstance(wide, tuple):
        return np.concatenate([matrix[:0], *map(widened, _cut(matrix, rows), rows, wide)])
    return np.zeros((count(wide), matrix.shape[1])) if rows is None else matrix


class Matrices(Linear[MatrixOfSize]):
    """Matrices, for each size of the domain."""

    def id(self, a: type[A]) -> Hom[MatrixOfSize, A, A]:
        """The unit matrix."""
        return hom(lambda shape: (shape, np.eye(count(shape))))

    def compose(self, f: Hom[MatrixOfSize, A, B], g: Hom[MatrixOfSize, B, C]) -> Hom[MatrixOfSize, A, C]:
        """The matrix product."""

        def product(shape: Shape) -> Sized:
            middle, first = function(f)(shape)
            end, then = function(g)(middle)
            return end, then @ first

        return hom(product)

    def cross(
        self, f: Hom[MatrixOfSize, A, C], g: Hom[MatrixOfSize, B, D]
    ) -> Hom[MatrixOfSize, tuple[A, B], tuple[C, D]]:
        """A matrix of two blocks on the diagonal."""

        def diagonal(shape: Shape) -> Sized:
            left, right = parts(shape)
            (c, upper), (d, lower) = function(f)(left), function(g)(right)
            zeros = np.zeros((len(upper), lower.shape[1])), np.zeros((len(lower), upper.shape[1]))
            return (c, d), np.block([[upper, zeros[0]], [zeros[1], lower]])

        return hom(diagonal)

    def exl(self, a: type[A], b: type[B]) -> Hom[MatrixOfSize, tuple[A, B], A]:
        """(1 0)"""

        def unit_and_zero(shape: Shape) -> Sized:
            left, right = parts(shape)
            return left, np.eye(count(left), count(left) + count(right))

        return hom(unit_and_zero)

    def exr(self, a: type[A], b: type[B]) -> Hom[MatrixOfSize, tuple[A, B], B]:
        """(0 1)"""

        def zero_and_unit(shape: Shape) -> Sized:
            left, right = parts(shape)
            return right, np.eye(count(right), count(left) + count(right), count(left))

        return hom(zero_and_unit)

    def fork(self, f: Hom[MatrixOfSize, A, B], g: Hom[MatrixOfSize, A, C]) -> Hom[MatrixOfSize, A, tuple[B, C]]:
        """f above g."""

        def above(shape: Shape) -> Sized:
            (b, upper), (c, lower) = function(f)(shape), function(g)(shape)
            return (b, c), np.concatenate([upper, lower])

        return hom(above)

    def it(self, a: type[A]) -> Hom[MatrixOfSize, A, Unit]:
        """No rows."""
        return hom(lambda shape: (None, np.zeros((0, count(shape)))))

    def inl(self, a: type[A], b: type[B]) -> Hom[MatrixOfSize, A, tuple[A, B]]:
        """1 above 0; the zero has no rows until its size is known."""
        return hom(lambda shape: ((shape, None), np.eye(count(shape))))

    def inr(self, a: type[A], b: type[B]) -> Hom[MatrixOfSize, B, tuple[A, B]]:
        """0 above 1."""
        return hom(lambda shape: ((None, shape), np.eye(count(shape))))

    def join(self, f: Hom[MatrixOfSize, A, C], g: Hom[MatrixOfSize, B, C]) -> Hom[MatrixOfSize, tuple[A, B], C]:
        """f beside g."""

        def beside(shape: Shape) -> Sized:
            first, second = parts(shape)
            (c, left), (d, right) = function(f)(first), function(g)(second)
            rows = united(c, d)
            return rows, np.concatenate([widened(left, c, rows), widened(right, d, rows)], axis=1)

        return hom(beside)

    def begun(self, h: SomeHom[MatrixOfSize], path: Sequence[Natural[MatrixOfSize]]) -> SomeHom[MatrixOfSize]:
        """One matrix after the other, from that of h on: no depth, however long the path."""

        def run(shape: Shape) -> Sized:
            arrow = h
            for f in path:
                arrow = f(_known(function(arrow)(shape)))
            return function(arrow)(shape)

        return hom(run)

    def ti(self, a: type[A]) -> Hom[MatrixOfSize, Unit, A]:
        """No columns."""
        return hom(lambda shape: (None, np.zeros((0, count(shape)))))

    def scale(self, factor: AnyArray) -> Hom[MatrixOfSize, A, A]:
        """A diagonal matrix. Raises `InterpretationError` for a product, whose factors are scaled each by itself."""

        def diagonal(shape: Shape) -> Sized:
            if isinstance(shape, tuple):
                raise InterpretationError(
                    "scale: wanted one array to multiply entry by entry, got a product; scale its factors, by k.cross"
                )
            entries = (
                np.broadcast_to(np.asarray(factor), shape.sizes).ravel() if isinstance(shape, Axes) else np.zeros(0)
            )
            return shape, np.diag(entries)

        return hom(diagonal)

    def linear_map(self, apply: Callable[[A], Tangent], adjoint: Callable[[B], Tangent]) -> Hom[MatrixOfSize, A, B]:
        """The columns are the images of the basis."""

        def columns(shape: Shape) -> Sized:
            images = [apply(unflatten(shape, row)) for row in np.eye(count(shape))]
            rows: Shape = None
            for image in images:
                rows = united(rows, shape_of(image))
            matrix = np.zeros((count(rows), count(shape)))
            for at, image in enumerate(images):
                matrix[:, at] = flatten(rows, image)
            return rows, matrix

        return hom(columns)


def _known(found: Sized) -> SomeHom[MatrixOfSize]:
    """The arrow with this matrix, for the one size that it will be asked for."""
    return hom(lambda shape: found)


def _cut(entries: AnyArray, shapes: tuple[Shape, ...]) -> list[AnyArray]:
    """The array, cut along its first axis into the coordinates of these shapes."""
    sizes = [*map(count, shapes)]
    return [entries[end - size : end] for size, end in zip(sizes, accumulate(sizes), strict=True)]


def flatten(shape: Shape, tangent: Tangent) -> np.ndarray[tuple[int], np.dtype]:
    """The coordinates of a tangent."""
    if tangent is None:
        return np.zeros(count(shape))
    if isinstance(shape, tuple):
        return np.concatenate([np.zeros(0), *map(flatten, shape, tangent)])
    return np.asarray(tangent).ravel()


def unflatten(shape: Shape, coordinates: AnyArray) -> Tangent:
    """The tangent with these coordinates, or of a stack of them on later axes, a stack."""
    if isinstance(shape, tuple):
        return tuple(map(unflatten, shape, _cut(coordinates, shape)))
    return None if shape is None else coordinates.reshape(shape.sizes + coordinates.shape[1:])


def blocks(matrix: Callable[[Shape], Sized], a: Tangent, b: Tangent) -> Tangent:
    """The matrix at a to b, cut along the arrays of b and then of a.

    Each block has the shape of both, and the dtype of a's array.
    """
    columns, wanted = shape_of(a), shape_of(b)
    rows, entries = matrix(columns)
    return _rows(columns, wanted, widened(entries, rows, wanted), a)


def _rows(columns: Shape, rows: Shape, entries: Matrix, a: Tangent) -> Tangent:
    if isinstance(rows, tuple):
        return tuple([_rows(columns, part, block, a) for part, block in zip(rows, _cut(entries, rows), strict=True)])
    if rows is None:
        return None
    return _columns(columns, rows, entries.reshape(*rows.sizes, entries.shape[1]), a)


def _columns(columns: Shape, rows: Axes, entries: AnyArray, a: Tangent) -> Tangent:  # an array of any number of axes
    if isinstance(columns, tuple):
        blocks = zip(columns, _cut(entries.T, columns), a, strict=True)
        return tuple([_columns(part, rows, block.T, of) for part, block, of in blocks])
    return None if columns is None else entries.reshape(rows.sizes + columns.sizes).astype(a.dtype)
