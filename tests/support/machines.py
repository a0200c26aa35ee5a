"""Running a machine along sequences, which are cut into pieces of one place each."""

from collections.abc import Iterable, Iterator

import numpy as np

from cat_ad import Machines
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.spaces import Dim, dimensions, factors, is_array
from cat_ad.readings.machines import SomeMealy, function
from tests.support.trees import Tree


def by_steps(f: SomeArrow, dim: type[Dim], a: Tree) -> Tree:
    """The value of an arrow at sequences along a dimension, by its machine."""
    return along(function(f.to(Machines(dim))), f.dom, f.cod, dim, a)


def along(machine: SomeMealy, dom: type, cod: type, dim: type[Dim], a: Tree) -> Tree:
    """What comes out of a machine for sequences of `dom`, put together to sequences of `cod`."""
    places = range(max(lengths(dom, dim, a)))
    return joined(cod, dim, [*steps(machine, [pieces(dom, dim, a, t, t + 1) for t in places])])


def steps(machine: SomeMealy, inputs: Iterable[Tree]) -> Iterator[Tree]:
    """What comes out of a machine, step by step."""
    state = machine.start
    for a in inputs:
        state, b = machine.step(state, a)
        yield b


def lengths(space: type, dim: type[Dim], tree: Tree) -> list[int]:
    """How long the arrays of a tree are along a dimension."""
    if is_array(space):
        return [tree.shape[axis] for axis in _axes(space, dim)]
    return [n for part, x in zip(factors(space), tree, strict=True) for n in lengths(part, dim, x)]


def pieces(space: type, dim: type[Dim], tree: Tree, start: int, stop: int) -> Tree:
    """The places from `start` to `stop` of all arrays that have the dimension, and the others whole."""
    if not is_array(space):
        return tuple(pieces(part, dim, x, start, stop) for part, x in zip(factors(space), tree, strict=True))
    for axis in _axes(space, dim):
        tree = np.take(tree, range(start, stop), axis=axis)
    return tree


def joined(space: type, dim: type[Dim], trees: list[Tree]) -> Tree:
    """The arrays that have the dimension one after the other, and of the others the last."""
    if not is_array(space):
        parts = zip(*trees, strict=True)
        return tuple(joined(part, dim, list(xs)) for part, xs in zip(factors(space), parts, strict=True))
    axes = _axes(space, dim)
    return np.concatenate(trees, axis=axes[0]) if axes else trees[-1]


def _axes(space: type, dim: type[Dim]) -> list[int]:
    return [axis for axis, here in enumerate(dimensions(space)) if here is dim]
