"""Every law of every class of categories, in every instance, over products nested at least three deep."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cat_ad import Additive, D, Dim, Dual, Machines, Matrices, Mealy, derivative, functions, lifting, machines
from cat_ad.arrow import SomeArrow
from cat_ad.biproduct import Linear
from cat_ad.category import Cartesian, Category, Sample, SomeHom, SomeSample, laws
from cat_ad.functions import Functions
from cat_ad.lifting import Lift, lift
from cat_ad.linear import additive, dual, matrix
from cat_ad.primitives import Lifted
from cat_ad.spaces import factors
from cat_ad.spreading import over
from cat_ad.trees import tree_map
from tests.support import codiscrete
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.codiscrete import Codiscrete, ends
from tests.support.machines import along
from tests.support.primitives import Twin
from tests.support.trees import Tree, Vector, assert_close, coordinates, is_float, numbers, point, tangent


class N(Dim, size=2):
    """The axis that `Lift` adds."""


class Time(Dim):
    """The axis that machines go along."""


Some = Category[Any]  # Any: the brands of all instances
Path = tuple[Twin, ...]

LINEAR: tuple[Linear[Any], ...] = (  # Any: as above
    Additive(),
    Dual(Additive()),
    Dual(Dual(Additive())),
    Matrices(),
    Dual(Matrices()),
)
INSTANCES: tuple[Some, ...] = (Functions(), *LINEAR, *(D[Any](k) for k in LINEAR), Lift(N), Machines(Time))


@st.composite
def paths(draw: st.DrawFn) -> Path:
    """Arrows A to B to C to D, and then another A to C, C to B and A to B; one of these objects is three deep."""
    deep = draw(st.integers(0, 3))
    a, b, c, d = (draw(objects(3 if n == deep else draw(st.integers(0, 2)))) for n in range(4))
    ways = (a, b), (b, c), (c, d), (a, c), (c, b), (a, b)
    return tuple(draw(twins(*way, fuel=1)) for way in ways)


@pytest.mark.parametrize("category", INSTANCES, ids=repr)
@settings(max_examples=25, phases=PHASES)
@given(path=paths(), seed=SEEDS)
def test_every_law_holds(category: Some, path: Path, seed: int) -> None:
    """Both sides of each law go between the same objects, and nothing that can be seen of them differs."""
    rng = np.random.default_rng(seed)
    arrows = [f.arrow for f in path]
    of_category = sample(arrows, *(read(category, f, rng) for f in arrows))
    of_objects = sample(arrows, *(codiscrete.hom(f.dom, f.cod) for f in arrows))
    for law in laws(type(category)):
        (a, b), same = map(ends, law(Codiscrete(), of_objects))
        assert (a, b) == same, law.__doc__
        sides = law(category, of_category)
        left, right = (seen(category, side, a, b, np.random.default_rng(seed)) for side in sides)
        assert_close(left, right, 1e-12, f"{category!r}: {law.__name__}: {law.__doc__}", floor=1.0)


def sample(path: list[SomeArrow], *homs: SomeHom[Any]) -> SomeSample[Any]:
    """The objects of a path, and its arrows as homs of some category."""
    f, g, h, *_ = path
    return Sample(f.dom, g.dom, h.dom, h.cod, *homs)


def read(category: Some, f: SomeArrow, rng: np.random.Generator) -> SomeHom[Any]:
    """An arrow in a category; in one of linear maps, its derivative at a random point; as a machine, with a memory."""
    if isinstance(category, Linear):
        return derivative.function(f.to(D(category)))(point(f.dom, rng))[1]
    if isinstance(category, Machines):
        return category.compose(lift(Time, f, True).to(category), machines.hom(Mealy(None, summed)))
    assert isinstance(category, Cartesian)
    return f.to(category)


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
        case D(k=k):
            value, linear = derivative.function(f)(point(a, rng))
            return np.concatenate([numbers(value), seen(k, linear, a, b, rng)])
        case Machines():
            dom, cod = over(Time, a, True), over(Time, b, True)
            return numbers(along(machines.function(f), dom, cod, Time, point(dom, rng)))
    assert isinstance(category, Lift)
    lifted = mask(a, rng)
    arrow, after = lifting.function(f)(lifted)
    assert arrow.cod == over(N, b, after), "the arrow goes where it says"
    return numbers(arrow(point(over(N, a, lifted), rng)))


def entries(blocks: Tree) -> Vector:
    """All entries of the blocks of a matrix, of which some are `None`, at integers."""
    parts = [entries(part) for part in blocks] if isinstance(blocks, tuple) else []
    own = [] if isinstance(blocks, tuple) or blocks is None else [np.ravel(blocks)]
    return np.concatenate([np.zeros(0), *parts, *own])


def mask(space: type, rng: np.random.Generator) -> Lifted:
    """Which arrays of an object have the new axis, at random; of Unit both all and none have it."""
    parts = [mask(part, rng) for part in factors(space)] or [bool(rng.random() < 1 / 2)]
    return parts[0] if isinstance(parts[0], bool) and all(part is parts[0] for part in parts) else tuple(parts)
