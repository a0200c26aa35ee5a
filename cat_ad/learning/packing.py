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

from cat_ad.arrows.generators import linear_primitive
from cat_ad.arrows.operations import Operation
from cat_ad.arrows.parametrised import P, Para, para
from cat_ad.arrows.structure import identity
from cat_ad.arrows.terms import Arrow
from cat_ad.categories.category import A, B
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


def packed(n: type[N], f: Para[P, A, B]) -> Para[Float[N], A, B]:
    """f with all its parameters in one vector. Raises what `unpack` raises."""
    if not isinstance(f, Para):
        raise SpaceError(f"packed: wanted a parametrised arrow, got {told(f)}")
    unpacked, p = unpack(n, f.parameters), f.parameters
    arrow = unpacked * identity(f.dom) >> f.arrow
    return para(f"packed({n.__name__}, {f})", floats(n), arrow, lambda rng: pack(p, f.init(rng)))


def unpack(n: type[N], p: TypeForm[P]) -> Arrow[Float[N], P]:
    """A vector to the arrays of P, left to right and row by row.

    Raises `SpaceError` unless P is made of arrays of numbers whose dimensions have sizes, N entries in all.
    """
    require_dimension("unpack", n)
    p = require_object("unpack", p)
    plan, many = _planned(p, 0)
    if many == 0 or n.size not in (None, many):
        raise SpaceError(f"unpack: wanted the entries of {show(p)}, which are {many}, got {n.__name__} of {n.size}")
    return linear_primitive(
        floats(n),
        p,
        "unpack",
        lambda vector: _unpacked(plan, _of_length(many, vector)),
        lambda k: k.linear(lambda d: _unpacked(plan, d), lambda d: _packed(plan, d)),
        operation=UNPACK,
        parameters=(),
    )


def pack(p: TypeForm[P], tree: P) -> AnyArray:
    """The vector that `unpack` makes this tree of. Raises `SpaceError` unless the tree is in P."""
    p = as_object(p)
    return _packed(_planned(p, 0)[0], Boundary(lambda: "pack", p)(tree))


def _of_length(many: int, vector: AnyArray) -> AnyArray:
    if vector.shape[-1] != many:
        raise SpaceError(f"unpack: wanted a vector of {many} entries, got one of {vector.shape[-1]}")
    return vector


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the entries of an array are."""

    start: int
    stop: int
    shape: tuple[int, ...]
    before: int | None  # the leading axes of an array are its shape[:before]


Plan: TypeAlias = "_Place | tuple[Plan, ...]"


def _planned(space: type, start: int) -> tuple[Plan, int]:
    """The places of the arrays of an object, and where they end."""
    if is_array(space):
        require_float("unpack", space)
        shape = sizes("unpack", *dimensions(space))
        stop = start + prod(shape)
        return _Place(start, stop, shape, -len(shape) or None), stop
    parts = []
    for factor in factors(space):
        part, start = _planned(factor, start)
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
