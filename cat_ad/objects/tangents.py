"""Tangents: what a derivative takes and gives, which is a value of the same space, or zero.

The zero of every space is `None`: it costs nothing to make, to pass on or to add, and an integer has no other tangent.
Of a product it is a tuple of tangents, each of which may be zero (`cat_ad.objects.trees`).

>>> plus((1.0, None), (2.0, 3.0)), plus(None, 4.0)
((3.0, 3.0), 4.0)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from cat_ad.objects.arrays import AnyArray, common, namespace
from cat_ad.objects.trees import joined, parts, tree_map

# No checker can say more: of an array A a tangent is `A | None`, of a product A x B a pair of tangents or `None`, and
# Python has no types that are functions by cases. A union of all cases would have to be taken apart, with an assertion,
# at each `u[0]` and `2 * u` of each rule. `forward` and `reverse`, which put zeros in for `None`, are typed.
Tangent: TypeAlias = Any  # Any: for the reason above
pair = joined


def plus(u: Tangent, v: Tangent) -> Tangent:
    """The sum of two tangents of one space."""
    if u is None:
        return v
    if v is None:
        return u
    if type(u) is tuple:
        return tuple(map(plus, u, v))
    return u + v


def applied(f: Callable[[Tangent], Tangent], u: Tangent) -> Tangent:
    """An additive function of a tangent that may be zero."""
    return None if u is None else f(u)


def row(x: Tangent, i: int) -> Tangent:
    """What is in place i."""
    return tree_map(lambda part: None if part is None else part[i, ...], x)


def stacked(rows: Sequence[Tangent]) -> Tangent:
    """The rows in their places, with zeros for what is `None`; `None` if all are."""
    given = [x for x in rows if x is not None]
    if not given:
        return None
    if isinstance(given[0], tuple):
        return tuple(map(stacked, zip(*[parts(x, len(given[0])) for x in rows], strict=True)))
    xp = common(*given)
    zero: AnyArray = xp.zeros_like(given[0])
    return xp.stack([zero if x is None else xp.asarray(x) for x in rows])


def summed(x: Tangent) -> Tangent:
    """The sum over the places."""
    return tree_map(lambda part: None if part is None else namespace(part).sum(part, axis=0), x)
