"""What it is for a map from arrows to arrows to be a functor: the equations that an instance solves (section 6).

>>> from cat_ad.calculations.vocabulary import Cont, cont, exl
>>> print(Functor(cont, Cont, "theorem 4").keeps(exl))
cont keeps exl, theorem 4: cont exl = exl_Cont
>>> print(Functor(cont, Cont, "theorem 4").keeps_composition)
cont keeps ∘, theorem 4: cont (g ∘ f) = cont g ∘ cont f
"""

from collections.abc import Callable
from dataclasses import dataclass

from cat_ad.calculations import Equation
from cat_ad.calculations.terms import Applied, Operator, Term
from cat_ad.calculations.vocabulary import crossI, families, variables

f, g = variables("f g")
(fs,) = families("f")


@dataclass(frozen=True)
class Functor:
    """A map from the arrows of one category to those of another, said to keep every operation."""

    map: Operator
    category: Operator
    source: str
    start: Operator | None = None  # the category where it begins, if that has a name

    def keeps(self, word: Applied) -> Equation:
        """It takes a word of the one category to that of the other."""
        return Equation(
            f"{self.map} keeps {word}",
            self.source,
            self.map(word[self.start] if self.start else word),
            word[self.category],
        )

    @property
    def keeps_composition(self) -> Equation:
        """Of g ∘ f."""
        return self._keeps("∘", lambda f, g: g @ f)

    @property
    def keeps_cross(self) -> Equation:
        """Of f × g."""
        return self._keeps("×", lambda f, g: f * g)

    @property
    def keeps_fork(self) -> Equation:
        """Of f △ g."""
        return self._keeps("△", lambda f, g: f & g)

    @property
    def keeps_join(self) -> Equation:
        """Of f ▽ g."""
        return self._keeps("▽", lambda f, g: f | g)

    @property
    def keeps_crossI(self) -> Equation:
        """Of a family, side by side."""
        return Equation(f"{self.map} keeps crossI", self.source, self.map(crossI(fs)), crossI(self.map(fs)))

    def _keeps(self, symbol: str, made: Callable[[Term, Term], Term]) -> Equation:
        return Equation(f"{self.map} keeps {symbol}", self.source, self.map(made(f, g)), made(self.map(f), self.map(g)))
