"""`stack`: a block again and again, each time with parameters of its own.

A number of blocks is so many arrows, one after the other, and their parameters are a tuple. A dimension is a loop over
blocks whose parameters are stacked along it: one array for each array of the block, however many blocks there are, and
one block in all that is made of it, when it is compiled too.

>>> import numpy as np
>>> from cat_ad import Dim, Float, linear, tanh
>>> class Layers(Dim, size=100): ...
>>> class H(Dim, size=3): ...
>>> model = stack(linear(H, H) >> tanh(Float[H]), Layers)
>>> weights, biases = model.init(np.random.default_rng(0))
>>> weights.shape, biases.shape, model((weights, biases), np.ones(3)).shape
((100, 3, 3), (100, 3), (3,))
"""

from __future__ import annotations

from typing import TypeVar, overload

import numpy as np

from cat_ad.arrows.parametrised import Para, in_a_row, require_block
from cat_ad.arrows.structure import swap
from cat_ad.arrows.terms import Arrow, SomeArrow
from cat_ad.categories.category import A, Indexed
from cat_ad.derivatives.loops import loop
from cat_ad.derivatives.loops.course import Course, along, axes
from cat_ad.errors import SpaceError, shortened
from cat_ad.objects.spaces import Dim
from cat_ad.objects.trees import Tree, tree_map

N = TypeVar("N", bound=Dim)
P = TypeVar("P")


@overload  # with and without a name, since of one overload Pyrefly takes an argument for what would fit
def stack(block: Para[P, A, A], n: int, /) -> Para[tuple[P, ...], A, A]: ...
@overload
def stack(block: Para[P, A, A], *, n: int) -> Para[tuple[P, ...], A, A]: ...
@overload
def stack(block: Para[P, A, A], n: type[N]) -> Para[Indexed[P], A, A]: ...
def stack(block: Para[P, A, A], n: int | type[Dim]) -> Para[tuple[P, ...], A, A] | Para[Indexed[P], A, A]:
    """`block` n times over, each with parameters of its own, which are drawn in order; a dimension n makes it a loop.

    For a number n the parameters are a tuple of those of each block. For a dimension they are those of one block with
    n in front of all axes: Float[J, K] becomes Float[n, J, K].

    Raises `SpaceError` unless n is a positive number, or a dimension of known size, `CompositionError` unless the block
    ends where it begins.
    """
    if not (isinstance(n, type) and issubclass(n, Dim)):
        return in_a_row(block, n)
    name = f"stack({shortened(str(block), 60)}, {n.__name__})"
    require_block(block)
    if not n.size:
        raise SpaceError(f"{name}: wanted one block or more, got {n.__name__} of size {n.size}; class ...(Dim, size=2)")
    p: type[Indexed[P]] = along(n, block.parameters, axes(block.parameters))
    many = n.size

    def draw(rng: np.random.Generator) -> Indexed[P]:
        drawn: list[Tree] = [block.init(rng) for _ in range(many)]  # parameters, and then those of all blocks
        return tree_map(lambda *each: np.stack(each), *drawn)

    def weave() -> Arrow[tuple[Indexed[P], A], A]:
        body = swap(block.dom, block.parameters) >> block.arrow
        looped: SomeArrow = loop(name, body, Course(n, writes=False))
        return swap(p, block.dom) >> looped

    return Para(name, p, block.dom, block.cod, draw, weave)
