"""Are two terms equal? They are tried with random arrows and points, in every category of linear maps.

>>> from cat_ad.calculations.inference import Typing
>>> from cat_ad.calculations.vocabulary import D, variables
>>> f, g, a, b = variables("f g a b")
>>> unequal(*Typing().together([D(g @ f)(a), D(g)(f(a)) @ D(f)(a)]))
''
>>> unequal(*Typing().together([D(f)(a), D(f)(b)]), samples=5)
'in Additive: ...
"""

from __future__ import annotations

import numpy as np

from cat_ad.calculations.inference import SOME, Typed, all_in
from cat_ad.calculations.kinds import within
from cat_ad.calculations.maps import CATEGORIES, MAPS, Derivatives, Value
from cat_ad.calculations.meanings import Model
from cat_ad.calculations.sampling import Sample
from cat_ad.errors import InterpretationError
from cat_ad.readings.laws.experiments import difference

LINEAR_MAPS = {"⊸", "Dual", "Cont", "Begin", "D"}


class Trial:
    """A sample, and what the terms that speak of it show of themselves in every category."""

    def __init__(self, seed: int) -> None:
        """Begin with nothing drawn."""
        self.sample = Sample(np.random.default_rng(seed))
        first = CATEGORIES[0]
        self.of_functions = Model(self.sample, first, MAPS)
        self.of_linear_maps = [Model(self.sample, k, k) for k in CATEGORIES]
        self.of_any = [*self.of_linear_maps, self.of_functions, Model(self.sample, first, Derivatives(first))]
        self.shown = dict[tuple[Model, Typed], Value]()

    def unequal(self, one: Typed, other: Typed) -> str:
        """In words where two terms of one kind differ, or ""."""
        for side in (one, other):
            self.sample.add(side)
        names = {inner.name for side in (one, other) for each in all_in(side) for inner in within(each.kind)}
        models = self.of_any if SOME in names else self.of_linear_maps if names & LINEAR_MAPS else [self.of_functions]
        for model in models:
            if found := difference(self._shown(model, one), self._shown(model, other)):
                return f"in {model!r}: {found}"
        return ""

    def _shown(self, model: Model, side: Typed) -> Value:
        """What an experiment shows of a term. Raises `InterpretationError` for one that cannot be evaluated."""
        if (model, side) not in self.shown:
            try:
                self.shown[model, side] = model.seen(side.kind, model.value(side), np.random.default_rng(0))
            except Exception as error:
                raise InterpretationError(
                    f"wanted a term that can be evaluated, got {side}, which in {model!r} raises "
                    f"{type(error).__name__}: {error}"
                ) from error
        return self.shown[model, side]


def unequal(one: Typed, other: Typed, seed: int = 0, samples: int = 1) -> str:
    """In words where two terms of one kind differ, for one of some samples, or ""."""
    return next(filter(None, (Trial(seed + number).unequal(one, other) for number in range(samples))), "")
