"""Every law of every class of categories, in every instance, over products nested at least three deep."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cat_ad import Additive, Begin, Cont, D, Dual, Incremental, Intervals, Machines, Matrices, Optics, Scalar, Tangents
from cat_ad.arrows.lifting import Lift
from cat_ad.arrows.terms import SomeArrow
from cat_ad.categories import codiscrete
from cat_ad.categories.biproduct import Linear
from cat_ad.categories.category import Law, SomeHom
from cat_ad.categories.codiscrete import Codiscrete, ends
from cat_ad.categories.functions import Functions
from cat_ad.categories.laws import Sample, SomeSample, laws
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.primitives import Twin
from tests.support.seen import N, Some, Time, read, seen
from tests.support.trees import assert_close

Path = tuple[Twin, ...]

FUNCTIONS: tuple[Linear[Any], ...] = (  # Any: of any brand
    Additive(),
    Dual(Additive()),
    Dual(Dual(Additive())),
    *(f(k, Scalar) for f in (Cont, Begin) for k in (Additive(), Dual(Additive()))),
    Dual(Cont(Additive(), Scalar)),
    Dual(Begin(Additive(), Scalar)),
)
MATRICES: tuple[Linear[Any], ...] = (  # Any: as above
    Matrices(),
    Dual(Matrices()),
    Cont(Matrices(), Scalar),
    Begin(Matrices(), Scalar),
)
LINEAR: tuple[Any, ...] = (*FUNCTIONS, *MATRICES)  # Any: of many brands
INSTANCES: dict[str, tuple[Some, ...]] = {  # those together that are tried on the same arrows
    "functions": (Functions(), Lift(N), Machines(Time), Incremental(), Tangents(), Optics(), Intervals()),
    "additive functions": FUNCTIONS,
    "derivatives in additive functions": tuple(D[Any](k) for k in FUNCTIONS),
    "matrices": MATRICES,
    "derivatives in matrices": tuple(D[Any](k) for k in MATRICES),
}


@st.composite
def paths(draw: st.DrawFn) -> Path:
    """Arrows A to B to C to D, and then another A to C, C to B and A to B; one of these objects is three deep."""
    deep = draw(st.integers(0, 3))
    a, b, c, d = (draw(objects(3 if n == deep else draw(st.integers(0, 2)))) for n in range(4))
    ways = (a, b), (b, c), (c, d), (a, c), (c, b), (a, b)
    return tuple(draw(twins(*way, fuel=1)) for way in ways)


@pytest.mark.parametrize("categories", INSTANCES.values(), ids=INSTANCES)
@settings(max_examples=8, phases=PHASES)
@given(path=paths(), seed=SEEDS)
def test_every_law_holds(categories: tuple[Some, ...], path: Path, seed: int) -> None:
    """Both sides of each law go between the same objects, and nothing that can be seen of them differs."""
    arrows = [f.arrow for f in path]
    of_objects = sample(arrows, *(codiscrete.hom(f.dom, f.cod) for f in arrows))
    between = dict[Law, tuple[type, type]]()
    for law in {law for category in categories for law in laws(type(category))}:
        between[law], same = map(ends, law(Codiscrete(), of_objects))
        assert between[law] == same, law.__doc__
    for category in categories:
        rng = np.random.default_rng(seed)
        of_category = sample(arrows, *(read(category, f, rng) for f in arrows))
        for law in laws(type(category)):
            a, b = between[law]
            sides = law(category, of_category)
            left, right = (seen(category, side, a, b, np.random.default_rng(seed)) for side in sides)
            assert_close(left, right, 1e-12, f"{category!r}: {law.__name__}: {law.__doc__}", floor=1.0)


def sample(path: list[SomeArrow], *homs: SomeHom[Any]) -> SomeSample[Any]:
    """The objects of a path, and its arrows as homs of some category."""
    f, g, h, *_ = path
    return Sample(f.dom, g.dom, h.dom, h.cod, *homs)
