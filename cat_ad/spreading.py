"""Spreading over a new axis the arrays that do not have it: the arrow x -> (x, x, ..., x), as many as another array has.

Which arrays of an object have the new axis is said by a `Lifted`: a bool for an array, a tuple of them for a product.
The transpose of spreading is summing.
"""

from __future__ import annotations

from functools import reduce
from typing import cast

from cat_ad.arrays import AnyArray, namespace
from cat_ad.arrow import Lifted, Primitive, SomeArrow, exl, exr, identity, it
from cat_ad.errors import SpaceError
from cat_ad.products import nest, nested, unnest
from cat_ad.spaces import Dim, dimensions, factors, is_array, leading, product, products, show


def over(dim: type[Dim], space: type, lifted: Lifted) -> type:
    """The object with the axis `dim` in front of those arrays that are lifted."""
    if isinstance(lifted, tuple):
        return products(*(over(dim, part, here) for part, here in zip(factors(space), lifted, strict=True)))
    return leading(dim, space) if lifted else space


def everywhere(space: type, lifted: bool) -> Lifted:
    """All arrays of an object lifted, or none."""
    return lifted if is_array(space) else tuple(everywhere(part, lifted) for part in factors(space))


def spread(dim: type[Dim], space: type, lifted: Lifted) -> SomeArrow:
    """The arrow from a partly lifted object to the wholly lifted one. Raises `SpaceError` if no array is lifted."""
    here: SomeArrow = identity(over(dim, space, lifted))
    return _spread(dim, witness(dim, here, lifted), here, space, lifted)


def spread_result(dim: type[Dim], f: SomeArrow, before: Lifted, cod: type, after: Lifted) -> SomeArrow:
    """f, whose codomain is `cod` lifted as `after` says, with all of it lifted; as long as what is lifted before it."""
    start = witness(dim, exl(f.dom, f.cod), before)
    return (identity(f.dom) & f) >> _spread(dim, start, exr(f.dom, f.cod), cod, after)


def witness(dim: type[Dim], here: SomeArrow, lifted: Lifted) -> SomeArrow:
    """Extend `here`, whose codomain is so lifted, to some array that has the axis: it tells how long the axis is."""
    found = _witness(here, lifted)
    if found is None:
        raise SpaceError(f"each({dim.__name__}, ...): wanted an array to lift over {dim.__name__}, found {show(here.cod)}")
    return found


def _witness(here: SomeArrow, lifted: Lifted) -> SomeArrow | None:
    if not isinstance(lifted, tuple):
        return here if lifted else None
    if len(lifted) != 2:
        return _witness(here >> nest(here.cod), _nested(lifted)) if lifted else None
    left, right = factors(here.cod)
    return _witness(here >> exl(left, right), lifted[0]) or _witness(here >> exr(left, right), lifted[1])


def _spread(dim: type[Dim], long: SomeArrow, here: SomeArrow, space: type, lifted: Lifted) -> SomeArrow:
    """`here` leads to `space`, lifted in part; `long` to an array over the axis. Lead to `space`, lifted wholly."""
    if lifted == everywhere(space, True):
        return here
    if not isinstance(lifted, tuple):
        axis = -len(dimensions(long.cod))
        return (long & here) >> _copies(dim, axis, len(dimensions(space)), long.cod, space, leading(dim, space))
    if len(lifted) != 2:
        pairs = _spread(dim, long, here >> nest(here.cod), nested(space), _nested(lifted))
        return pairs >> unnest(over(dim, space, everywhere(space, True)))
    (a, b), (left, right) = factors(space), factors(here.cod)
    to_left, to_right = here >> exl(left, right), here >> exr(left, right)
    return _spread(dim, long, to_left, a, lifted[0]) & _spread(dim, long, to_right, b, lifted[1])


def _nested(lifted: tuple[Lifted, ...]) -> Lifted:
    *first, last = lifted
    return reduce(lambda inner, part: (part, inner), reversed(first), last)


def _copies(dim: type[Dim], axis: int, rank: int, long: type, a: type, b: type) -> SomeArrow:
    """(w, x) -> copies of x, an array of `rank` axes, over a new axis in front as long as the given axis of w."""

    def copies(w: AnyArray, x: AnyArray) -> AnyArray:
        xp = namespace(x)
        before, own = x.shape[: x.ndim - rank], x.shape[x.ndim - rank :]
        return xp.broadcast_to(xp.reshape(x, (*before, 1, *own)), (*before, w.shape[axis], *own))

    def lift(more: type[Dim], lifted: Lifted) -> SomeArrow | None:
        if lifted != (False, True):
            return None
        return _copies(dim, axis, rank, long, leading(more, a), leading(more, b))

    return Primitive(
        product(long, a),
        b,
        f"spread {dim.__name__}",
        lambda x: copies(*x),
        lambda x, y, k: k.linear(
            lambda d: None if d[1] is None else copies(x[0], d[1]),
            lambda dy: (None, namespace(dy).sum(dy, axis=-rank - 1)),
        ),
        lift,
    )
