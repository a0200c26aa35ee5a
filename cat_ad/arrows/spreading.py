"""Spreading over a new axis the arrays that do not have it: x -> (x, x, ..., x), as many as another array has.

Which arrays of an object have the new axis is said by a `Lifted`: `True` for all of them, `False` for none, and for a
product that is lifted in part a tuple that says it of each factor. The transpose of spreading is summing.
"""

from __future__ import annotations

from cat_ad.arrows.generators import Lifted, Primitive, linear_primitive
from cat_ad.arrows.operations import Operation
from cat_ad.arrows.products import nest, nested, unnest
from cat_ad.arrows.structure import exl, exr, identity
from cat_ad.arrows.terms import SomeArrow
from cat_ad.errors import SpaceError
from cat_ad.objects.arrays import AnyArray, namespace, reshaped
from cat_ad.objects.spaces import Dim, dimensions, factors, has_arrays, is_array, leading, product, products, show
from cat_ad.objects.trees import joined, parts

SPREAD = Operation("spread", "constant derivative")
RENAME = Operation("rename")
pair = parts  # of what is lifted


def renaming(a: type, b: type) -> SomeArrow:
    """The same numbers over other dimensions."""
    return linear_primitive(
        *(a, b, "rename", _itself, lambda k: k.linear_map(_itself, _itself)), operation=RENAME, parameters=()
    )


def _itself(x: AnyArray) -> AnyArray:
    return x


def settled(space: type, lifted: Lifted) -> Lifted:
    """The same said of its arrays alone: `False` where there are none, `True` where all there are have the axis."""
    if isinstance(lifted, bool):
        return lifted and has_arrays(space)
    inside = tuple(map(settled, factors(space), lifted))
    found = [on for on, part in zip(inside, factors(space), strict=True) if has_arrays(part)]
    whole = joined(*found) if found else False
    return inside if isinstance(whole, tuple) else whole


def over(dim: type[Dim], space: type, lifted: Lifted) -> type:
    """The object with the axis `dim` in front of those arrays that are lifted."""
    if lifted is False:
        return space
    if is_array(space):
        return leading(dim, space)
    inside = factors(space)
    return products(*[over(dim, part, on) for part, on in zip(inside, parts(lifted, len(inside)), strict=True)])


def spread(dim: type[Dim], space: type, lifted: Lifted) -> SomeArrow:
    """The arrow from a partly lifted object to the wholly lifted one. Raises `SpaceError` if no array is lifted."""
    here: SomeArrow = identity(over(dim, space, lifted))
    return _spread(dim, witness(dim, here, lifted), here, space, lifted)


def spread_result(dim: type[Dim], f: SomeArrow, before: Lifted, cod: type, after: Lifted) -> SomeArrow:
    """f with all of its codomain lifted.

    `before` says what is lifted of the domain of f: the new axis is as long as it is there. `after` says what f itself
    leaves lifted of `cod`: the rest is spread.
    """
    start = witness(dim, exl(f.dom, f.cod), before)
    return (identity(f.dom) & f) >> _spread(dim, start, exr(f.dom, f.cod), cod, after)


def witness(dim: type[Dim], here: SomeArrow, lifted: Lifted) -> SomeArrow:
    """An array that has the axis, which tells how long the axis is: `here`, followed by projections to that array.

    `lifted` says which arrays of the codomain of `here` have the axis. Raises `SpaceError` if none has.
    """
    found = _witness(here, lifted)
    if found is None:
        raise SpaceError(
            f"each({dim.__name__}, ...): wanted an array to lift over {dim.__name__}, found {show(here.cod)}"
        )
    return found


def _witness(here: SomeArrow, lifted: Lifted) -> SomeArrow | None:
    if lifted is False:
        return None
    if is_array(here.cod):
        return here
    many = len(factors(here.cod))
    if many != 2:
        return _witness(here >> nest(here.cod), _nested(lifted)) if many else None
    (left, right), (on_left, on_right) = factors(here.cod), parts(lifted)
    return _witness(here >> exl(left, right), on_left) or _witness(here >> exr(left, right), on_right)


def _spread(dim: type[Dim], long: SomeArrow, here: SomeArrow, space: type, lifted: Lifted) -> SomeArrow:
    """The arrow to `space` with all of it lifted, from the arrows `here`, to `space` lifted in part, and `long`.

    `long` leads to an array that has the axis.
    """
    if lifted is True or not has_arrays(space):
        return here
    if is_array(space):
        axis = -len(dimensions(long.cod))
        return (long & here) >> copies(dim, axis, len(dimensions(space)), long.cod, space, leading(dim, space))
    if len(factors(space)) != 2:
        pairs = _spread(dim, long, here >> nest(here.cod), nested(space), _nested(lifted))
        return pairs >> unnest(over(dim, space, True))
    (a, b), (left, right), (on_left, on_right) = factors(space), factors(here.cod), parts(lifted)
    to_left, to_right = here >> exl(left, right), here >> exr(left, right)
    return _spread(dim, long, to_left, a, on_left) & _spread(dim, long, to_right, b, on_right)


def _nested(lifted: Lifted) -> Lifted:
    if isinstance(lifted, bool):
        return lifted
    *first, inner = lifted
    for part in reversed(first):
        inner = joined(part, inner)
    return inner


def copies(dim: type[Dim], axis: int, rank: int, long: type, a: type, b: type) -> SomeArrow:
    """(w, x) -> copies of x, an array of `rank` axes, over a new axis in front as long as the given axis of w."""

    def spread_over(w: AnyArray, x: AnyArray) -> AnyArray:
        xp = namespace(x)
        before, own = x.shape[: x.ndim - rank], x.shape[x.ndim - rank :]
        return xp.broadcast_to(reshaped(x, (*before, 1, *own)), (*before, w.shape[axis], *own))

    def lift(more: type[Dim], lifted: Lifted) -> SomeArrow | None:
        if lifted != (False, True):
            return None
        return copies(dim, axis, rank, long, leading(more, a), leading(more, b))

    return Primitive(
        product(long, a),
        b,
        f"spread {dim.__name__}",
        lambda x: spread_over(*x),
        lambda x, y, k: k.join(
            k.zero(long, b),
            k.linear_map(lambda d: spread_over(x[0], d), lambda dy: namespace(dy).sum(dy, axis=-rank - 1)),
        ),
        lift,
        loops=(dim, *dimensions(long), *dimensions(a)),
        operation=SPREAD,
        parameters=(axis, rank),
    )
