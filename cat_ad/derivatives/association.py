"""How a chain of linear maps is parenthesised decides between forward, reverse and mixed mode (Elliott 2018, 11).

Let A0 -> A1 -> ... -> An be linear maps 0, 1, ..., n - 1, first to last, between places with dims = (d0, ..., dn)
coordinates. To compose the matrices from place i to j and from j to k takes di dj dk multiplications. Composition is
associative: every order gives the same matrix, but not at the same cost.

    left(dims)      (((0 1) 2) 3)    forward mode: push the d0 unit tangents of A0 through one map after the other
    right(dims)     (0 (1 (2 3)))    reverse mode: pull the dn unit cotangents of An back, through the last map first
    cheapest(dims)                   the least cost of all: mixed mode

The paper writes the last map first: so there it is forward mode that associates to the right, and reverse mode to the
left. The laws:

    left(dims).cost  = d0 (d1 d2 + d2 d3 + ... + dn-1 dn)
    right(dims).cost = dn (d0 d1 + d1 d2 + ... + dn-2 dn-1)
    cheapest(dims).cost <= a.cost                                   for each a of every(dims)
    right is cheapest where dn is at most half of every other, and left where d0 is
    jacobian_in(f, a, association) = jacobian(f)(a)

Reverse mode is cheapest into one number, forward mode out of one, and around a waist in the middle neither is:

>>> right((9, 7, 5, 1)).cost, left((9, 7, 5, 1)).cost, cheapest((9, 7, 5, 1))
(98, 360, (0 (1 2)))
>>> right((1, 5, 7, 9)).cost, left((1, 5, 7, 9)).cost, cheapest((1, 5, 7, 9))
(360, 98, ((0 1) 2))
>>> right((9, 9, 1, 9, 9)).cost, left((9, 9, 1, 9, 9)).cost, cheapest((9, 9, 1, 9, 9)).cost, cheapest((9, 9, 1, 9, 9))
(891, 891, 243, ((0 1) (2 3)))

The Jacobian of an arrow is that of its parts composed, in whichever order is cheapest. That is for matrices. `jacobian`
makes no matrix before it must: all that matters there is the place from which unit vectors go both ways, which is
`waist` (`cat_ad.derivatives.jacobians`).

>>> import numpy as np
>>> from cat_ad import Dim, Float, dup, mul, sin, total
>>> class N(Dim): ...
>>> f = sin(Float[N]) >> dup(Float[N]) >> mul(Float[N]) >> total(Float[N])
>>> dims = dimensions_along(f, np.zeros(3))
>>> dims, cheapest(dims)
((3, 3, 6, 3, 1), (0 (1 (2 3))))
>>> jacobian_in(f, np.zeros(3), cheapest(dims))
array([0., 0., 0.])
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias, TypeVar

from cat_ad.arrows.given import HasArrow, require_arrow
from cat_ad.arrows.printing import describe
from cat_ad.arrows.terms import SomeArrow
from cat_ad.categories.category import A, B
from cat_ad.derivatives.chain_rule import D, function
from cat_ad.errors import SpaceError, told
from cat_ad.linear_maps import matrix
from cat_ad.linear_maps.matrix import Matrices, Matrix, count, shape_of, widened
from cat_ad.objects.tangents import Tangent

T = TypeVar("T")
Product: TypeAlias = tuple[int, int, int]  # what leads from place i to j is composed with what leads from j to k
Products: TypeAlias = tuple[Product, ...]


@dataclass(frozen=True, repr=False)
class Association:
    """An order of composition of a chain: its products, each after those that it needs, and the multiplications.

    Its representation is the maps by number, in parentheses.
    """

    cost: int
    products: Products

    def fold(self, parts: Sequence[T], compose: Callable[[T, T], T]) -> T:
        """The parts of a chain, composed two by two in this order. Raises `SpaceError` for another number of parts."""
        if len(parts) != len(self.products) + 1:
            raise SpaceError(
                f"association: wanted a chain of {len(self.products) + 1} maps, got one of {len(parts)}; "
                "make the association for the dimensions of this chain, which dimensions_along gives"
            )
        between = {(i, i + 1): part for i, part in enumerate(parts)}
        for i, j, k in self.products:
            between[i, k] = compose(between.pop((i, j)), between.pop((j, k)))
        return between[0, len(parts)]

    def __repr__(self) -> str:
        """((0 1) (2 3))"""
        return self.fold([str(i) for i in range(len(self.products) + 1)], lambda first, then: f"({first} {then})")


def left(dims: Sequence[int]) -> Association:
    """Forward mode: the first two maps are composed, then the third, and so on. Errors as in `cheapest`."""
    last = _last_place("left", dims)
    return _association(dims, tuple((0, j, j + 1) for j in range(1, last)))


def right(dims: Sequence[int]) -> Association:
    """Reverse mode: the last two maps are composed, then the one before with these, and so on. Errors as in `cheapest`.

    >>> right((2, 3, 4, 5, 6))
    (0 (1 (2 3)))
    """
    last = _last_place("right", dims)
    return _association(dims, tuple((j - 1, j, last) for j in range(last - 1, 0, -1)))


def cheapest(dims: Sequence[int]) -> Association:
    """An order of least cost, by dynamic programming in time n**3; on a tie it splits as late as it can.

    Raises `SpaceError` unless `dims` are two positive integers or more.
    """
    last = _last_place("cheapest", dims)
    costs = {(i, i + 1): 0 for i in range(last)}
    splits = dict[tuple[int, int], int]()
    for length in range(2, last + 1):
        for i in range(last + 1 - length):
            k = i + length
            ways = ((costs[i, j] + costs[j, k] + dims[i] * dims[j] * dims[k], j) for j in range(k - 1, i, -1))
            costs[i, k], splits[i, k] = min(ways, key=lambda way: way[0])
    backwards, todo = list[Product](), [(0, last)]
    while todo:
        i, k = todo.pop()
        if (i, k) in splits:
            j = splits[i, k]
            backwards.append((i, j, k))
            todo += [(i, j), (j, k)]
    return _association(dims, tuple(reversed(backwards)))


def waist(dims: Sequence[int]) -> int:
    """The place w for which it costs least to take its unit vectors through the maps to both ends.

    That is dw (d0 d1 + d1 d2 + ... + dn-1 dn), and for a place in the middle d0 dw dn more, to compose the two
    matrices. Of places that cost the same the first is best, then the last.

    >>> waist((9, 7, 5, 1)), waist((1, 5, 7, 9)), waist((9, 9, 1, 9, 9)), waist((9, 9, 8, 9, 9))
    (3, 0, 2, 0)
    """
    last = len(dims) - 1
    through = sum(i * j for i, j in pairwise(dims))

    def cost(w: int) -> int:
        return dims[w] * through + (dims[0] * dims[w] * dims[last] if 0 < w < last else 0)

    places: list[int] = [0, last, *range(1, last)]
    return min(places, key=cost)


def every(dims: Sequence[int]) -> Iterator[Association]:
    """All orders, as many as the Catalan number of the products. Errors as in `cheapest`.

    >>> sorted((association.cost, association) for association in every((9, 7, 5, 1)))
    [(98, (0 (1 2))), (360, ((0 1) 2))]
    """
    last = _last_place("every", dims)
    return (_association(dims, products) for products in _every(0, last))


def dimensions_along(f: HasArrow[A, B], a: A) -> tuple[int, ...]:
    """The numbers of coordinates at each place of the chain f from a on; integers have none.

    An arrow that is no chain is a chain of one. Raises `SpaceError` for a value outside A.
    """
    f = require_arrow("dimensions_along", f)
    return dimensions_from(f.path, f.boundary(a))


def dimensions_from(path: Sequence[SomeArrow], x: Tangent) -> tuple[int, ...]:
    """The same of a path from x on."""
    dims = [count(shape_of(x))]
    for part in path:
        x = part.unchecked(x)
        dims.append(count(shape_of(x)))
    return tuple(dims)


def jacobian_in(f: HasArrow[A, B], a: A, association: Association) -> Tangent:
    """The Jacobian matrix at a, as `jacobian` gives it, by multiplying the matrices of the chain f in this order.

    Raises `SpaceError` for a value outside A, or unless the association is one of as many maps.
    """
    f = require_arrow("jacobian_in", f)
    path = f.path
    if len(path) != len(association.products) + 1:
        raise SpaceError(
            f"jacobian_in: wanted an association of {len(path)} maps for {describe(f)}, "
            f"got one of {len(association.products) + 1}; pass cheapest(dimensions_along(f, a))"
        )
    a = f.boundary(a)
    b: Tangent = a
    matrices = list[Matrix]()
    for part in path:
        b, entries = _value_and_matrix(part, b)
        matrices.append(entries)
    whole = association.fold(matrices, multiplied)
    return matrix.blocks(lambda shape: (shape_of(b), whole), a, b)


def multiplied(first: Matrix, then: Matrix) -> Matrix:
    """The matrix of two maps, one after the other."""
    return then @ first


def _value_and_matrix(part: SomeArrow, a: Tangent) -> tuple[Tangent, Matrix]:
    """The value at a, and the matrix there with all rows, those of zeros too."""
    b, derivative = function(part.to(D(Matrices())))(a)
    rows, entries = matrix.function(derivative)(shape_of(a))
    return b, widened(entries, rows, shape_of(b))


def _association(dims: Sequence[int], products: Products) -> Association:
    return Association(sum(dims[i] * dims[j] * dims[k] for i, j, k in products), products)


def _every(i: int, k: int) -> Iterator[Products]:
    if k - i == 1:
        yield ()
    for j in range(i + 1, k):
        for before in _every(i, j):
            for after in _every(j, k):
                yield (*before, *after, (i, j, k))


def _last_place(asked: str, dims: Sequence[int]) -> int:
    """The number of maps, if the dimensions are those of a chain."""
    if not isinstance(dims, Sequence) or len(dims) < 2:
        raise SpaceError(
            f"{asked}: wanted the numbers of coordinates at two places or more, got {told(dims)}; "
            "a chain of one map has two: pass those before and after it"
        )
    for place, dim in enumerate(dims):
        if type(dim) is not int or dim < 1:
            raise SpaceError(
                f"{asked}: wanted a positive integer at place {place}, got {told(dim)}; "
                "dimensions_along gives them; where one is zero, so is the Jacobian, in every order"
            )
    return len(dims) - 1
