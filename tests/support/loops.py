"""What `each` means: the loop over an axis of those arrays that have it, while the others are shared."""

from itertools import product

import numpy as np

from cat_ad import forward, reverse
from cat_ad.arrows.generators import Lifted
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.spaces import factors, is_array
from tests.support.trees import Tree, assert_close, coordinates, numbers, point, row, stacked, tangent


def masks(space: type) -> list[Lifted]:
    """All ways to lift some arrays of an object; `True` says all of them, `False` none."""
    ways: list[Lifted] = [True, False]
    for parts in product(*map(masks, factors(space))):
        if parts.count(True) < len(parts) and parts.count(False) < len(parts):
            ways.append(parts)
    return ways


def some(space: type) -> list[Lifted]:
    """All ways to lift at least one array."""
    return [mask for mask in masks(space) if lifts(space, mask)]


def lifts(space: type, mask: Lifted) -> bool:
    """Does this lift an array?"""
    if is_array(space):
        return mask is not False
    inside = (mask,) * len(factors(space)) if isinstance(mask, bool) else mask
    return any(map(lifts, factors(space), inside))


def assert_loop(
    lifted: SomeArrow, one: SomeArrow, mask: Lifted, seed: int = 0, domain: tuple[float, float] = (-1.0, 1.0)
) -> None:
    """`lifted` is the loop of `one`: value, derivative and its transpose, of which what is shared gets the sum."""
    rng = np.random.default_rng(seed)
    a = point(lifted.dom, rng, *domain)
    b, push = forward(lifted)(a)
    again, pull = reverse(lifted)(a)
    da, db = tangent(a, rng), tangent(b, rng)
    rounds = [(at(a, mask, n), at(da, mask, n), at(db, True, n)) for n in range(length(a, mask))]
    values = stacked([one(x) for x, _, _ in rounds])
    assert_close(numbers(b), numbers(values), 1e-12, "value", floor=1.0)
    assert_close(numbers(again), numbers(values), 1e-12, "value in reverse mode", floor=1.0)
    pushed = stacked([forward(one)(x)[1](dx) for x, dx, _ in rounds])
    assert_close(coordinates(b, push(da)), coordinates(b, pushed), 1e-12, "forward", floor=1.0)
    pulled = gathered([reverse(one)(x)[1](dy) for x, _, dy in rounds], mask)
    assert_close(coordinates(a, pull(db)), coordinates(a, pulled), 1e-12, "reverse", floor=1.0)


def at(tree: Tree, mask: Lifted, n: int) -> Tree:
    """What the nth round of the loop sees."""
    if isinstance(mask, bool):
        return row(tree, n) if mask else tree
    return None if tree is None else tuple(at(part, on, n) for part, on in zip(tree, mask, strict=True))


def gathered(trees: list[Tree], mask: Lifted) -> Tree:
    """Of what is lifted the stack, of what is shared the sum."""
    if isinstance(mask, bool):
        return stacked(trees) if mask else summed(trees)
    return tuple(gathered(list(parts), on) for parts, on in zip(zip(*trees, strict=True), mask, strict=True))


def summed(trees: list[Tree]) -> Tree:
    """The sum of trees of one structure."""
    if isinstance(trees[0], tuple):
        return tuple(summed(list(parts)) for parts in zip(*trees, strict=True))
    return None if trees[0] is None else np.sum(trees, axis=0)


def length(tree: Tree, mask: Lifted) -> int:
    """How many rounds the loop has."""
    if isinstance(mask, bool) and not isinstance(tree, tuple):
        return len(tree) if mask else 0
    inside = (mask,) * len(tree) if isinstance(mask, bool) else mask
    return max((length(part, on) for part, on in zip(tree, inside, strict=True)), default=0)
