"""Random objects, arrows and points for all that terms speak of."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from cat_ad.arrows.generators import linear_primitive
from cat_ad.arrows.products import cross
from cat_ad.arrows.spreading import over
from cat_ad.arrows.structure import identity
from cat_ad.arrows.terms import SomeArrow
from cat_ad.calculations.coordinates import of_entries
from cat_ad.calculations.inference import NAMES, Typed, all_in
from cat_ad.calculations.kinds import FUNCTIONS, Kind, within
from cat_ad.calculations.maps import SomeCategory, Space, Value, zeros
from cat_ad.calculations.terms import Variable
from cat_ad.categories.biproduct import Linear
from cat_ad.derivatives.chain_rule import D, function
from cat_ad.errors import InterpretationError
from cat_ad.linear_maps.additive import Additive
from cat_ad.linear_maps.matrix import count, shape_of
from cat_ad.objects.spaces import UNIT, Float, Scalar, dimensions, factors, floats, is_array, product
from cat_ad.primitives.arithmetic import add
from cat_ad.primitives.elementwise import cos, sin
from cat_ad.readings.laws.samples import Three, Two, point

N = Three  # how many places a family has
PLACES = range(3)
ARRAYS: tuple[Space, ...] = Scalar, Float[Two], Float[Three]


@dataclass(frozen=True)
class Drawn:
    """An arrow for a variable: as a function itself, as a linear map its derivative at a point."""

    arrow: SomeArrow
    at: Value

    def to(self, category: SomeCategory) -> Value:
        """In a category."""
        if isinstance(category, Linear):
            return function(self.arrow.to(D(category)))(self.at)[1]
        return self.arrow.to(category)


@dataclass(frozen=True)
class Sample:
    """What the names of objects and the variables stand for; more is drawn when more is spoken of."""

    rng: np.random.Generator
    spaces: dict[str, Space] = field(default_factory=dict)
    variables: dict[Variable, Value] = field(default_factory=dict)

    def add(self, term: Typed) -> None:
        """Draw for all that a term speaks of. Raises `InterpretationError` for what is no object."""
        kinds = [inner for each in all_in(term) for inner in within(each.kind)]
        for kind in kinds:
            _require_objects(term, kind)
        for rows_or_columns in (part for kind in kinds if kind.name == "⊗" for part in kind.parts):
            self.spaces.setdefault(rows_or_columns.name, ARRAYS[1 + self.rng.integers(2)])
        for kind in kinds:
            if NAMES.fullmatch(kind.name) and kind.name not in self.spaces:
                self.spaces[kind.name] = self._some_object()
        for each in all_in(term):
            variable = each.term
            if isinstance(variable, Variable) and variable not in self.variables:
                drawn = [self.draw(each.kind, variable.linear) for _ in (PLACES if variable.indexed else (0,))]
                self.variables[variable] = drawn if variable.indexed else drawn[0]

    def _some_object(self) -> Space:
        """An array, or a product of two."""
        left, right = (ARRAYS[self.rng.integers(3)] for _ in range(2))
        return product(left, right) if self.rng.random() < 1 / 3 else left

    def space(self, kind: Kind) -> Space:
        """The object of the library; `None` if there are arrows in it."""
        match kind.name, kind.parts:
            case "×", (a, b):
                left, right = self.space(a), self.space(b)
                return None if left is None or right is None else product(left, right)
            case "⊗", (a, b):
                return floats(*dimensions(self.space(a)), *dimensions(self.space(b)))
            case "indexed", (a,):
                return over(N, self.space(a), True)
            case "arrows", _:
                return None
        return {"R": Scalar, "1": UNIT}.get(kind.name) or self.spaces[kind.name]

    def draw(self, kind: Kind, linear: bool = False) -> Value:
        """A point, or an arrow for every category."""
        match kind.name, kind.parts:
            case "arrows", (_, a, b):
                return self._arrow(a, b, linear)
            case "×", (a, b):
                return self.draw(a), self.draw(b)
        return point(self.space(kind), self.rng)

    def _arrow(self, a: Kind, b: Kind, linear: bool) -> Drawn:
        dom, cod = self.space(a), self.space(b)
        if dom is None or cod is None:
            raise InterpretationError(
                f"wanted variables that are points, or arrows between objects, got one from {a} to {b}; "
                "write what it is made of"
            )
        x, y = zeros(dom), zeros(cod)
        found = self.rng.uniform(-1.0, 1.0, (count(shape_of(y)), count(shape_of(x))))
        value: Value = of_entries(Additive(), found, x, y)
        arrow: SomeArrow = linear_primitive(dom, cod, "linear", value, lambda k: of_entries(k, found, x, y))
        return Drawn(arrow if linear else arrow >> _wave(cod), point(dom, self.rng))


def _wave(a: Space) -> SomeArrow:
    """sin x + cos x of each number x: not linear, not 0 at 0, neither odd nor even, and never large."""
    if is_array(a):
        return (sin(a) & cos(a)) >> add(a)
    waves = [_wave(part) for part in factors(a)]
    return cross(*waves) if waves else identity(a)


def _require_objects(term: Typed, kind: Kind) -> None:
    """Raise `InterpretationError` for a linear map between arrows, or a family or a matrix of other than numbers."""
    match kind.name, kind.parts:
        case "arrows", (category, *ends) if category != FUNCTIONS:
            wanted = "linear maps between objects"
        case "indexed", ends:
            wanted = "families of points"
        case "⊗", ends:
            wanted = "matrices of vectors"
        case _:
            return
    inside = [inner.name for end in ends for inner in within(end)]
    if "arrows" in inside or (kind.name == "⊗" and not all(map(NAMES.fullmatch, inside))):
        raise InterpretationError(
            f"wanted a term that speaks of {wanted}, got {term.term}, with one of {kind}; "
            "only functions take and give what is not made of numbers"
        )
