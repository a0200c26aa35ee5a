"""All entries in one vector: `unpack`, its inverse `pack`, and a parametrised arrow reparametrised along it.

An arrow Q -> P turns a `Para[P, A, B]` into a `Para[Q, A, B]`: it is a 2-cell of the bicategory Para (Cruttwell et al.
2022). Here it is `unpack`, from a vector to the product of arrays whose entries it holds one after the other. So an
optimiser works on a single array, which is much faster if the arrays of P are small; and the gradient is a vector too,
since the transpose of unpacking is packing.

>>> import numpy as np
>>> from cat_ad import Dim, linear
>>> class Pixels(Dim, size=4): ...
>>> class Digits(Dim, size=2): ...
>>> class Weights(Dim): ...
>>> model = packed(Weights, linear(Pixels, Digits))
>>> vector = model.init(np.random.default_rng(0))
>>> vector.shape, model(vector, np.ones(4)).shape
((10,), (2,))
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from types import GenericAlias
from typing import Any, TypeAlias, TypeVar, overload

from typing_extensions import TypeForm

from cat_ad.arrows.elements import Element, Elements, Given, first_in, image, in_a_tuple, is_general, object_of, told_of
from cat_ad.arrows.fitting import fitted
from cat_ad.arrows.generators import Primitive
from cat_ad.arrows.operations import Operation
from cat_ad.arrows.parametrised import P, Para, para
from cat_ad.arrows.polymorphism import at_once, is_value
from cat_ad.arrows.structure import identity
from cat_ad.arrows.terms import Arrow, SomeArrow
from cat_ad.categories.biproduct import Linear
from cat_ad.categories.category import A, B, K, SomeHom
from cat_ad.errors import SpaceError, told
from cat_ad.learning.layers import sizes
from cat_ad.objects.arrays import AnyArray, common, namespace, reshaped
from cat_ad.objects.spaces import (
    Dim,
    Float,
    dimensions,
    factors,
    floats,
    is_array,
    is_dimension,
    nameless,
    require_dimension,
    require_object,
    show,
)
from cat_ad.objects.tangents import Tangent
from cat_ad.objects.trees import parts, tree_map
from cat_ad.objects.values import Boundary, Number
from cat_ad.primitives.elementwise import require_float

N = TypeVar("N", bound=Dim)
AnyFloat: TypeAlias = "Float[*tuple[Any, ...]]"  # Any: of any dimensions
Part: TypeAlias = "Number | AnyFloat | tuple[Part, ...]"

PACK = Operation("pack")
PACK_OPEN = Operation("pack", "constant derivative")
UNPACK = Operation("unpack")
UNPACK_OPEN = Operation("unpack", "constant derivative")


def packed(n: type[N], f: Para[P, A, B]) -> Para[Float[N], A, B]:
    """f with all its parameters in one vector. Raises what `unpack` raises."""
    if not isinstance(f, Para):
        raise SpaceError(f"packed: wanted a parametrised arrow, got {told(f)}")
    unpacked, p = unpack(n, f.parameters), f.parameters
    arrow = unpacked * identity(f.dom) >> f.arrow
    return para(f"packed({n.__name__}, {f})", floats(n), arrow, lambda rng: pack(p, f.init(rng)))


def unpack(n: type[N], p: TypeForm[P]) -> Arrow[Float[N], P]:
    """A vector to the arrays of P, left to right and row by row.

    One dimension may have no size, such as that of the components of a mixture: then it is as long as the vector makes
    it. Raises `SpaceError` unless P is made of arrays of numbers, N entries in all, in each of which that dimension
    occurs once at most, and all others have sizes; and, when it is called, for a vector of another length.
    """
    p, is_open = _required("unpack", n, p)
    plan, many = _planned(p, 0, 0)

    def plan_of(length: int) -> Plan:
        return plan if is_open is None else _planned(p, 0, _size(p, length))[0]

    def value(vector: AnyArray) -> Tangent:
        if is_open is None:
            _of_length("unpack", many, vector)
        return _unpacked(plan_of(vector.shape[-1]), vector)

    def derivative(x: AnyArray, y: Tangent, k: Linear[K]) -> SomeHom[K]:
        there = plan_of(x.shape[-1])
        return k.linear(lambda d: _unpacked(there, d), lambda d: _packed(there, d))

    return Primitive(
        *(floats(n), p, "unpack", value, derivative),
        linear=None if is_open else lambda k: k.linear(lambda d: _unpacked(plan, d), lambda d: _packed(plan, d)),
        operation=UNPACK_OPEN if is_open else UNPACK,
        parameters=(),
    )


@overload
def pack(n: type[N], first: Part, /, *more: Part) -> Float[N]: ...
@overload
def pack(  # type: ignore[overload-overlap]  # no tree is an object
    n: type[N], p: TypeForm[P], /
) -> Arrow[P, Float[N]]: ...
@overload
def pack(p: TypeForm[P], tree: P, /) -> AnyFloat: ...
def pack(n: Given, /, *given: Given) -> Given:
    """The arrow that makes one vector of the arrays of P, the inverse of `unpack`; or of values, that vector.

    Of values beside a dimension, all their entries, left to right and row by row: `pack(N, x, y)`. So numbers make a
    vector, and with `unflatten` rows a matrix. Of values beside their object, a vector whose dimension has no name.

    >>> from cat_ad import Dim, Scalar, arrow
    >>> class Two(Dim, size=2): ...
    >>> turned = arrow(lambda x, y: pack(Two, -y, x), Scalar, Scalar)
    >>> turned(1.0, 2.0)
    array([-2.,  1.])

    Raises `SpaceError` unless the objects are as in `unpack`, and a tree is in P.
    """
    if not is_dimension(n):
        if len(given) != 1 or not _is_written(n):
            raise SpaceError(
                f"pack: wanted a dimension before the values, pack(N, x, y), or their object, pack(P, (x, y)), "
                f"got {told_of(n)}"
            )
        return _packed_in(n, given[0])
    if not given:
        raise SpaceError(f"pack: wanted values beside {n.__name__}, pack({n.__name__}, x, y), got none")
    if _is_written(given[0]) and len(given) == 1:
        return _pack(n, given[0])
    return _of_values(n, given)


def _is_written(x: object) -> bool:
    """Is it written as objects and dimensions are?"""
    return isinstance(x, type | GenericAlias)


def _of_values(n: type[Dim], given: tuple[Given, ...]) -> Given:
    if not is_general(given):
        for x in given:
            if not is_value(x):
                raise SpaceError(
                    f"pack: wanted values beside {n.__name__}, or one object, got {told_of(x)}{in_a_tuple(x)}"
                )
        return at_once(lambda *values: _of_values(n, values), given)
    first, *more = given
    values = _part(given if more else first, first_in(given))
    return image(_pack(n, object_of(values)), values)


def _part(x: Given, near: Element) -> Elements:
    """A part as elements: a number or an array of numbers is a constant."""
    if isinstance(x, Element):
        return x
    if isinstance(x, tuple):
        return tuple([_part(part, near) for part in x])
    return fitted("pack", floats(*map(nameless, getattr(x, "shape", ()))), x, near)


def _packed_in(p: Given, tree: Given) -> Given:
    """The vector of which `unpack` makes this tree of the object."""
    p = require_object("pack", p)
    is_open = _open_dimension("pack", p)
    if not is_general(tree):
        of_it = Boundary(lambda: "pack", p)(tree)
        return _packed(_planned(p, 0, _found(is_open, p, of_it) if is_open else 0)[0], of_it)
    if is_open:
        raise SpaceError(
            f"pack: wanted a size for {is_open.__name__}, or the dimension of the vector, found none; "
            "write pack(N, x, y)"
        )
    return image(_pack(nameless(_planned(p, 0, 0)[1]), p), fitted("pack", p, tree, first_in(tree)))


def _pack(n: type[Dim], p: type) -> SomeArrow:
    """The inverse of `unpack`, and its transpose."""
    p, is_open = _required("pack", n, p)
    plan, many = _planned(p, 0, 0)

    def plan_at(tree: Tangent) -> Plan:
        if is_open is None:
            return plan
        there, found = _planned(p, 0, _found(is_open, p, tree))
        if n.size not in (None, found):
            raise SpaceError(f"pack: wanted {n.size} entries for {n.__name__}, got {found} of {show(p)}")
        return there

    def back(d: AnyArray) -> Tangent:
        _of_length("packᵀ", many, d)
        return _unpacked(plan, d)

    def derivative(x: Tangent, y: AnyArray, k: Linear[K]) -> SomeHom[K]:
        there = plan_at(x)
        return k.linear(lambda d: _packed(there, d), lambda d: _unpacked(there, d))

    return Primitive(
        *(p, floats(n), "pack", lambda tree: _packed(plan_at(tree), tree), derivative),
        linear=None if is_open else lambda k: k.linear(lambda d: _packed(plan, d), back),
        operation=PACK_OPEN if is_open else PACK,
        parameters=(),
    )


def _required(asked: str, n: type[Dim], p: TypeForm[P]) -> tuple[type[P], type[Dim] | None]:
    """The object, and its dimension without a size; raise `SpaceError` unless all of it has N entries."""
    require_dimension(asked, n)
    p = require_object(asked, p)
    is_open, many = _open_dimension(asked, p), _planned(p, 0, 0)[1]
    if is_open is None and (many == 0 or n.size not in (None, many)):
        raise SpaceError(f"{asked}: wanted the entries of {show(p)}, which are {many}, got {n.__name__} of {n.size}")
    return p, is_open


def _arrays(space: type) -> list[type]:
    return [space] if is_array(space) else [array for part in factors(space) for array in _arrays(part)]


def _open_dimension(asked: str, p: type) -> type[Dim] | None:
    """The dimension of an object that has no size, if there is one. Raises `SpaceError` for two, or one in a square."""
    found = list[type[Dim]]()
    for array in _arrays(p):
        require_float(asked, array)
        here = [dim for dim in dimensions(array) if dim.size is None]
        found += here
        if len(here) > 1 or len({*found}) > 1:
            sizes(asked, found[-1])
    return found[0] if found else None


def _size(p: type, length: int) -> int:
    """How long the open dimension is in a vector of this length. Raises `SpaceError` if it would be no whole number."""
    fixed, with_one = (_planned(p, 0, size)[1] for size in (0, 1))
    size, rest = divmod(length - fixed, with_one - fixed)
    if rest or size < 0:
        raise SpaceError(
            f"unpack: wanted a vector of {fixed} entries, and of {with_one - fixed} more for each of the dimension "
            f"without a size in {show(p)}, got one of {length}"
        )
    return size


def _found(dim: type[Dim], space: type, tree: Tangent) -> int:
    """How long a dimension is in a value, 0 if it does not occur."""
    if is_array(space):
        dims, shape = dimensions(space), getattr(tree, "shape", ())
        return int(shape[len(shape) - len(dims) + dims.index(dim)]) if dim in dims else 0
    parts_of_it = parts(tree, len(factors(space)))
    return max((_found(dim, part, x) for part, x in zip(factors(space), parts_of_it, strict=True)), default=0)


def _of_length(asked: str, many: int, vector: AnyArray) -> None:
    if vector.shape[-1] != many:
        raise SpaceError(f"{asked}: wanted a vector of {many} entries, got one of {vector.shape[-1]}")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the entries of an array are."""

    start: int
    stop: int
    shape: tuple[int, ...]
    before: int | None  # the leading axes of an array are its shape[:before]


Plan: TypeAlias = "_Place | tuple[Plan, ...]"


def _planned(space: type, start: int, size: int) -> tuple[Plan, int]:
    """The places of the arrays of an object, and where they end, where a dimension without a size has this one."""
    if is_array(space):
        shape = tuple([size if dim.size is None else dim.size for dim in dimensions(space)])
        stop = start + prod(shape)
        return _Place(start, stop, shape, -len(shape) or None), stop
    parts = []
    for factor in factors(space):
        part, start = _planned(factor, start, size)
        parts.append(part)
    return tuple(parts), start


def _unpacked(plan: Plan, vector: AnyArray) -> AnyArray:
    return tree_map(lambda at: reshaped(vector[..., at.start : at.stop], vector.shape[:-1] + at.shape), plan)


def _packed(plan: Plan, tree: Tangent) -> AnyArray:
    """One vector of all entries, with zeros for what is `None`."""
    rows: list[AnyArray] = []
    _collect(plan, tree, rows)
    like = next(row for row in rows if not isinstance(row, int))
    xp = common(*(row for row in rows if not isinstance(row, int)))
    return xp.concat([_zeros(row, like) if isinstance(row, int) else row for row in rows], axis=-1)


def _collect(plan: Plan, tree: Tangent, rows: list[AnyArray]) -> None:
    """Collect the entries of each array in a row, or for `None` how many there would be."""
    if isinstance(plan, tuple):
        for part, branch in zip(plan, parts(tree, len(plan)), strict=True):
            _collect(part, branch, rows)
    elif tree is None:
        rows.append(plan.stop - plan.start)
    else:
        rows.append(reshaped(tree, (*tree.shape[: plan.before], plan.stop - plan.start)))


def _zeros(many: int, like: AnyArray) -> AnyArray:
    return namespace(like).zeros((*like.shape[:-1], many), dtype=like.dtype)
