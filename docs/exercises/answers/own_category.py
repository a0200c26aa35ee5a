"""Answers to the exercises of lesson 10."""

from __future__ import annotations

from typing import Any

from cat_ad import Cartesian
from cat_ad.objects.trees import leaves
from docs.exercises import own_category as asked
from docs.exercises.answers import Answers, Wrong


class Dependence(Cartesian[Any]):
    """A number is the set of the names on which it depends; all but `primitive` is as of functions."""

    def id(self, a: object) -> Any:
        """As it is."""
        return lambda x: x

    def compose(self, f: Any, g: Any) -> Any:
        """First f, then g."""
        return lambda x: g(f(x))

    def cross(self, f: Any, g: Any) -> Any:
        """Side by side."""
        return lambda x: (f(x[0]), g(x[1]))

    def exl(self, a: object, b: object) -> Any:
        """The left."""
        return lambda x: x[0]

    def exr(self, a: object, b: object) -> Any:
        """The right."""
        return lambda x: x[1]

    def fork(self, f: Any, g: Any) -> Any:
        """Both of one."""
        return lambda x: (f(x), g(x))

    def it(self, a: object) -> Any:
        """Nothing."""
        return lambda x: ()

    def primitive(self, arrow: object) -> Any:
        """It depends on whatever its arguments depend on."""
        return lambda x: frozenset[str]().union(*leaves(x))


class OfAll(Dependence):
    """The intersection."""

    def primitive(self, arrow: object) -> Any:
        """What all arguments depend on."""
        return lambda x: frozenset.intersection(*leaves(x))


class Passing(Dependence):
    """As of structure."""

    def primitive(self, arrow: object) -> Any:
        """What it gets."""
        return lambda x: x


class Merged(Dependence):
    """In which a pair has one set."""

    def fork(self, f: Any, g: Any) -> Any:
        """What either depends on."""
        return lambda x: f(x) | g(x)


def times(a: asked.Series, b: asked.Series) -> asked.Series:
    """The product of two series."""
    return tuple(sum(a[i] * b[n - i] for i in range(n + 1)) for n in range(len(a)))


def whole(a: asked.Series, b: asked.Series) -> asked.Series:
    """The product of two polynomials."""
    found = [0.0] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            found[i + j] += x * y
    return tuple(found)


KINDS: dict[asked.Reading, asked.Kind] = {
    "Count": "monoidal",
    "Longest": "category",
    "Logbook": "category",
    "Duals": "cartesian",
}

ANSWERS: tuple[Answers[Any], ...] = (  # Any: each exercise has answers of its own type
    Answers(
        asked.product_of_series,
        times,
        (
            Wrong(
                lambda a, b: tuple(x * y for x, y in zip(a, b, strict=True)),
                "series multiply as they add",
                "you multiply number by number",
            ),
            Wrong(whole, "a series is a polynomial", "one number too long"),
            Wrong(
                lambda a, b: tuple(a[0] * b[n] + a[n] * b[0] if n else a[0] * b[0] for n in range(len(a))),
                "the product rule is all there is",
                "10 t · 3 t is missing",
            ),
        ),
    ),
    Answers(
        asked.dependence,
        Dependence(),
        (
            Wrong(OfAll(), "it depends on what both depend on", "what *all* arguments depend on"),
            Wrong(Passing(), "a primitive passes on what it gets", "which is no set"),
            Wrong(Merged(), "both depend on what either depends on", "check_laws says: Merged breaks exl_of_fork"),
        ),
    ),
    Answers(
        asked.which_laws,
        KINDS,
        (
            Wrong({**KINDS, "Count": "cartesian"}, "who has fork and exl is cartesian", "Count breaks exl_of_fork"),
            Wrong({**KINDS, "Longest": "monoidal"}, "side by side is the longer one", "Longest breaks interchange"),
            Wrong({**KINDS, "Logbook": "monoidal"}, "what is side by side has an order", "Logbook breaks interchange"),
        ),
    ),
)
