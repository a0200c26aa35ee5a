"""How a loop goes: along which axis, and what of its arguments and results is state, entries, or outputs.

The state goes from step to step; each step takes an entry, and makes an output. Of what a loop is given, its tangents
and its cotangents, the same parts go the same way: so each of these is opened and put together here.

>>> import numpy as np
>>> from cat_ad import Dim
>>> class N(Dim): ...
>>> course = Course(N, shares=True, state=0, entry=0, output=0)
>>> course.opened(("p", ("s", "xs")))
('p', 's', 'xs')
>>> x = entries(np.array([1.0, 2.0]), course.entry)
>>> course.passed(lambda a: (a[1][0] + a[1][1], -a[1][1]), None, 0.0, x, range(2))
(np.float64(3.0), [np.float64(-1.0), np.float64(-2.0)])
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.arrays import AnyArray, common, namespace
from cat_ad.objects.spaces import UNIT, Dim, dimensions, factors, is_array, of_kind, product, products
from cat_ad.objects.trees import Tree as Tree
from cat_ad.objects.trees import joined, leaves, parts, tree_map, tree_of

Entries: TypeAlias = Callable[[int], Tree]  # what is in each place


@dataclass(frozen=True)
class Course:
    """How a loop goes: along which dimension, and what it takes and gives.

    `state`, `entry` and `output` say of each array how many of its axes are behind that dimension. `times` is how often
    it goes where there are no entries; `None` for the size of the dimension. It may go from the end to the beginning.
    """

    n: type[Dim]
    shares: bool = False
    reads: bool = True
    writes: bool = True
    backwards: bool = False
    times: int | None = None
    keep: int | None = None
    state: Tree = None
    entry: Tree = None
    output: Tree = None

    def opened(self, a: Tree) -> tuple[Tree, Tree, Tree]:
        """What is shared, the state, and entries, of an argument; () for what there is not."""
        p, a = parts(a) if self.shares else ((), a)
        s, x = parts(a) if self.reads else (a, ())
        return p, s, x

    def argument(self, p: Tree, s: Tree, x: Tree) -> Tree:
        """The inverse."""
        inside = joined(s, x) if self.reads else s
        return joined(p, inside) if self.shares else inside

    def parted(self, b: Tree) -> tuple[Tree, Tree]:
        """State and outputs of a result."""
        s, y = parts(b) if self.writes else (b, ())
        return s, y

    def result(self, s: Tree, y: Tree) -> Tree:
        """The inverse."""
        return joined(s, y) if self.writes else s

    def objects(self, body: SomeArrow) -> tuple[type, type, type, type]:
        """The objects of what is shared, of the state, of an entry, and of an output, of a body."""
        p, rest = factors(body.dom) if self.shares else (UNIT, body.dom)
        s, x = factors(rest) if self.reads else (rest, UNIT)
        return p, s, x, factors(body.cod)[1] if self.writes else UNIT

    def between(self, p: type, s: type, x: type, y: type) -> tuple[type, type]:
        """The objects between which such a body, or loop, is."""
        inside = product(s, x) if self.reads else s
        return product(p, inside) if self.shares else inside, product(s, y) if self.writes else s

    def many(self, x: Tree) -> int:
        """How often it goes along these entries."""
        for array, behind in zip(leaves(x), leaves(self.entry), strict=False):
            return int(array.shape[-1 - behind])
        found = self.n.size if self.times is None else self.times
        assert found is not None, "the loop has a length"
        return found

    def order(self, many: int) -> Sequence[int]:
        """The places, as it goes along them."""
        return range(many)[:: -1 if self.backwards else 1]

    def in_order(self, made: Sequence[Tree]) -> Sequence[Tree]:
        """What was made at each place, as the places are."""
        return made[:: -1 if self.backwards else 1]

    def passed(
        self, call: Callable[[Tree], Tree], p: Tree, s: Tree, x: Entries, places: Iterable[int]
    ) -> tuple[Tree, list[Tree]]:
        """The state after these places, and the output at each, by calling a body."""
        ys = list[Tree]()
        for i in places:
            s, y = self.parted(call(self.argument(p, s, x(i))))
            ys.append(y)
        return s, ys


def along(n: type[Dim], space: type, behind: Tree) -> type:
    """The object with a dimension more in each array, which has so many axes behind it."""
    if not is_array(space):
        return products(*[along(n, part, places) for part, places in zip(factors(space), behind, strict=True)])
    dims = dimensions(space)
    at = len(dims) - behind
    return of_kind(space, *dims[:at], n, *dims[at:])


def axes(space: type) -> Tree:
    """How many axes each array of an object has: as many as are behind a dimension that is put before all."""
    return tree_map(lambda array: len(dimensions(array)), tree_of(space))


# Arrays, entry by entry ----------------------------------------------------------------------------------------------


def entries(x: Tree, behind: Tree) -> Entries:
    """The entries of arrays, each of which has so many axes behind that of the places; of `None`, `None`."""
    if isinstance(behind, tuple):
        inside = [entries(*part) for part in zip(parts(x, len(behind)), behind, strict=True)]
        return (lambda i: joined(*[part(i) for part in inside])) if inside else lambda i: ()
    if x is None:
        return lambda i: None
    if x.ndim == behind + 1:
        return lambda i: x[i]
    return lambda i: x[(..., i, *(slice(None),) * behind)]


def stacked(made: Sequence[Tree], behind: Tree) -> Tree:
    """The inverse: arrays of what was made in each place, with zeros for what is `None`; `None` if all are."""
    if isinstance(behind, tuple):
        apart = [*zip(*[parts(entry, len(behind)) for entry in made], strict=True)] or [()] * len(behind)
        return joined(*map(stacked, apart, behind)) if behind else ()
    given = [entry for entry in made if entry is not None]
    if not given:
        return None
    xp = common(*given)
    zero = xp.zeros_like(given[0])
    return xp.stack([zero if entry is None else xp.asarray(entry) for entry in made], axis=-1 - behind)


def blank(x: AnyArray, behind: int) -> AnyArray:
    """An entry of zeros."""
    axis = x.ndim - 1 - behind
    return namespace(x).zeros(x.shape[:axis] + x.shape[axis + 1 :], dtype=x.dtype)


def none_of(x: AnyArray, behind: int) -> AnyArray:
    """The array of no entries."""
    return x[(..., slice(0, 0), *(slice(None),) * behind)]
