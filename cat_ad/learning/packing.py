"""All parameters in one vector: a parametrised arrow, reparametrised along `unpack`.

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
from typing import TypeAlias, TypeVar

from typing_extensions import TypeForm

from cat_ad.arrows.generators import Primitive
from cat_ad.arrows.operations import Operation
from cat_ad.arrows.parametrised import P, Para, para
from cat_ad.arrows.structure import identity
from cat_ad.arrows.terms import Arrow
from cat_ad.categories.biproduct import Linear
from cat_ad.categories.category import A, B, K, SomeHom
from cat_ad.errors import SpaceError, told
from cat_ad.learning.layers import sizes
from cat_ad.objects.arrays import AnyArray, common, namespace, reshaped
from cat_ad.objects.spaces import (
    Dim,
    Float,
    as_object,
    dimensions,
    factors,
    floats,
    is_array,
    require_dimension,
    require_object,
    show,
)
from cat_ad.objects.tangents import Tangent
from cat_ad.objects.trees import parts, tree_map
from cat_ad.objects.values import Boundary
from cat_ad.primitives.elementwise import require_float

N = TypeVar("N", bound=Dim)

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
    require_dimension("unpack", n)
    p = require_object("unpack", p)
    is_open = _open_dimension(p)
    plan, many = _planned(p, 0, 0)
    if is_open is None and (many == 0 or n.size not in (None, many)):
        raise SpaceError(f"unpack: wanted the entries of {show(p)}, which are {many}, got {n.__name__} of {n.size}")

    def plan_of(length: int) -> Plan:
        return plan if is_open is None else _planned(p, 0, _size(p, length))[0]

    def value(vector: AnyArray) -> Tangent:
        if is_open is None:
            _of_length(many, vector)
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


def pack(p: TypeForm[P], tree: P) -> AnyArray:
    """The vector that `unpack` makes this tree of. Raises `SpaceError` unless the tree is in P."""
    p = as_object(p)
    of_it = Boundary(lambda: "pack", p)(tree)
    is_open = _open_dimension(p)
    return _packed(_planned(p, 0, _found(is_open, p, of_it) if is_open else 0)[0], of_it)


def _arrays(space: type) -> list[type]:
    return [space] if is_array(space) else [array for part in factors(space) for array in _arrays(part)]


def _open_dimension(p: type) -> type[Dim] | None:
    """The dimension of an object that has no size, if there is one. Raises `SpaceError` for two, or one in a square."""
    found = list[type[Dim]]()
    for array in _arrays(p):
        require_float("unpack", array)
        here = [dim for dim in dimensions(array) if dim.size is None]
        found += here
        if len(here) > 1 or len({*found}) > 1:
            sizes("unpack", found[-1])
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


def _of_length(many: int, vector: AnyArray) -> None:
    if vector.shape[-1] != many:
        raise SpaceError(f"unpack: wanted a vector of {many} entries, got one of {vector.shape[-1]}")


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
