"""What one experiment shows of an arrow, in any category of this library: all that two equal arrows share."""

from collections.abc import Callable
from itertools import accumulate
from typing import Any, TypeAlias

import numpy as np

from cat_ad import (
    Additive,
    Begin,
    Cont,
    D,
    Dim,
    Dual,
    Incremental,
    Intervals,
    Machines,
    Matrices,
    Mealy,
    Optics,
    Scalar,
    Tangents,
)
from cat_ad.arrows import lifting
from cat_ad.arrows.generators import Lifted
from cat_ad.arrows.lifting import Lift, lift
from cat_ad.arrows.spreading import over
from cat_ad.arrows.terms import SomeArrow
from cat_ad.categories import functions
from cat_ad.categories.biproduct import Linear
from cat_ad.categories.category import Cartesian, Category, SomeHom
from cat_ad.categories.functions import Functions
from cat_ad.derivatives import chain_rule as derivative
from cat_ad.linear_maps import additive, continuation, dual, matrix
from cat_ad.linear_maps import beginning as begin
from cat_ad.objects.spaces import factors
from cat_ad.objects.trees import tree_map
from cat_ad.readings import intervals, machines
from cat_ad.readings.changes import Change, changed, difference
from cat_ad.readings.intervals.boxes import box, ends
from cat_ad.symbolic import reverse_derivatives as reverse
from cat_ad.symbolic import tangent_functor as pushing
from tests.support.boxes import Known, a_box
from tests.support.machines import along, steps
from tests.support.trees import Tree, Vector, coordinates, direction, is_float, leaves, numbers, point, tangent

Some: TypeAlias = Category[Any]  # Any: the brands of all instances


class N(Dim, size=2):
    """The axis that `Lift` adds."""


class Time(Dim):
    """The axis that machines go along."""


def read(category: Some, f: SomeArrow, rng: np.random.Generator) -> SomeHom[Any]:
    """An arrow in a category; in one of linear maps, its derivative at a random point; as a machine, with a memory."""
    if isinstance(category, Linear):
        return derivative.function(f.to(D(category)))(point(f.dom, rng))[1]
    if isinstance(category, Machines):
        return category.compose(lift(Time, f, True).to(category), machines.hom(Mealy(None, summed)))
    assert isinstance(category, Cartesian)
    return f.to(Known() if isinstance(category, Intervals) else category)


def summed(before: Tree | None, x: Tree) -> tuple[Tree, Tree]:
    """The step of a machine that gives the sum of the numbers so far, and integers as they are."""
    y = x if before is None else tree_map(lambda u, v: u + v if is_float(v) else v, before, x)
    return y, y


def seen(category: Some, f: SomeHom[Any], a: type, b: type, rng: np.random.Generator) -> Vector:
    """What one experiment shows of an arrow from a to b: all that its value is at random arguments."""
    match category:
        case Functions():
            return numbers(functions.function(f)(point(a, rng)))
        case Additive():
            u = tangent(point(a, rng), rng)
            return coordinates(point(b, rng), None if u is None else additive.function(f)(u))
        case Dual(k=k):
            return seen(k, dual.turned(f), b, a, rng)
        case Matrices():
            return entries(matrix.blocks(matrix.function(f), point(a, rng), point(b, rng)))
        case Cont(k=k):
            apply, adjoint = weights(b, rng)
            return seen(k, continuation.function(f)(k.linear(apply, adjoint)), a, Scalar, rng)
        case Begin(k=k):
            apply, adjoint = weights(a, rng)
            return seen(k, begin.function(f)(k.linear(adjoint, apply)), Scalar, b, rng)
        case Tangents():
            x = point(a, rng)
            return numbers(pushing.read_off(f, a)((x, direction(x, rng))))
        case Optics():
            x = point(a, rng)
            return numbers(reverse.read_off(f, a, b)((x, direction(point(b, rng), rng))))
        case D(k=k):
            value, linear = derivative.function(f)(point(a, rng))
            return np.concatenate([numbers(value), seen(k, linear, a, b, rng)])
        case Machines():
            dom, cod = over(Time, a, True), over(Time, b, True)
            return numbers(along(machines.function(f), dom, cod, Time, point(dom, rng)))
        case Incremental():
            x = point(a, rng)
            value, machine = derivative.function(f)(x)
            points = [*accumulate((change(point(a, rng), rng) for _ in range(3)), changed, initial=x)]
            changes = [*steps(machines.function(machine), map(difference, points[1:], points))]
            kept = [leaf is None for leaf in leaves((*changes,))]
            return np.concatenate([numbers(value), *[numbers(value := changed(value, db)) for db in changes], kept])
        case Intervals():
            return numbers(ends(intervals.function(f)(box(a, *a_box(a, rng)))))
    assert isinstance(category, Lift)
    lifted = mask(a, rng)
    arrow, after = lifting.function(f)(lifted)
    assert arrow.cod == over(N, b, after), "the arrow goes where it says"
    return numbers(arrow(point(over(N, a, lifted), rng)))


def change(to: Tree, rng: np.random.Generator) -> Change:
    """A change to a value, in some of its arrays, and now and then in none of a part."""
    if rng.random() < 1 / 4:
        return None
    return tuple(change(part, rng) for part in to) if isinstance(to, tuple) else to


def weights(space: type, rng: np.random.Generator) -> tuple[Callable[[Tree], Tree], Callable[[Tree], Tree]]:
    """A random linear map from an object to numbers, and its adjoint: the inner product with some tangent."""
    at = point(space, rng)
    weight = tangent(at, rng)

    def inner(u: Tree) -> Tree:
        return None if weight is None else np.asarray(coordinates(at, weight) @ coordinates(at, u))

    return inner, lambda d: scaled(weight, d)


def scaled(weight: Tree, d: Tree) -> Tree:
    """A tangent times a number."""
    if isinstance(weight, tuple):
        return tuple(scaled(part, d) for part in weight)
    return None if weight is None else weight * d


def entries(blocks: Tree) -> Vector:
    """All entries of the blocks of a matrix, of which some are `None`, at integers."""
    parts = [entries(part) for part in blocks] if isinstance(blocks, tuple) else []
    own = [] if isinstance(blocks, tuple) or blocks is None else [np.ravel(blocks)]
    return np.concatenate([np.zeros(0), *parts, *own])


def mask(space: type, rng: np.random.Generator) -> Lifted:
    """Which arrays of an object have the new axis, at random; of Unit both all and none have it."""
    parts = [mask(part, rng) for part in factors(space)] or [bool(rng.random() < 1 / 2)]
    return parts[0] if isinstance(parts[0], bool) and all(part is parts[0] for part in parts) else tuple(parts)
