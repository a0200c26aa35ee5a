"""What lacks the structure that an arrow needs is refused by a typed error that says what to do."""

from collections.abc import Callable
from typing import Any

import pytest

from cat_ad import (
    Additive,
    Begin,
    Cont,
    Cost,
    D,
    Diagrams,
    Dim,
    Dual,
    InterpretationError,
    Matrices,
    Monoidal,
    Scalar,
    SpaceError,
    Syntax,
    dup,
    mul,
)
from cat_ad.categories.category import Category
from cat_ad.categories.functions import Functions

SQUARE = dup(Scalar) >> mul(Scalar)


class Three(Dim, size=3):
    """Three."""


class Unsized(Dim):
    """Nobody knows."""


class OnlyMonoidal(Monoidal[Any]):  # Any: of no brand
    """Side by side, and no copies."""

    def id(self, a: Any) -> Any:
        """The object."""
        return a

    def compose(self, f: Any, g: Any) -> Any:
        """Both."""
        return f, g

    def cross(self, f: Any, g: Any) -> Any:
        """Both."""
        return f, g


@pytest.mark.parametrize("category", [OnlyMonoidal(), None, 3, Diagrams, "D"], ids=repr)
def test_an_arrow_is_read_in_cartesian_categories_only(category: Any) -> None:
    """And the error names one."""
    with pytest.raises(InterpretationError, match=r"wanted a cartesian category to read .*; Functions\(\) is one"):
        SQUARE.to(category)


@pytest.mark.parametrize(
    "make",
    [D, Dual, lambda k: Cont(k, Scalar), lambda k: Begin(k, Scalar)],
    ids=lambda x: getattr(x, "__name__", repr(x)),
)
@pytest.mark.parametrize("k", [None, Functions(), Cost(), Additive], ids=lambda x: getattr(x, "__name__", repr(x)))
def test_derivatives_live_in_categories_of_linear_maps_only(make: Callable[[Any], object], k: Any) -> None:
    """And the error names one; but `D` takes any category, and says what is lacking when an arrow asks for it."""
    if make is D and isinstance(k, Category):
        return
    with pytest.raises(InterpretationError, match=r"wanted a category of linear maps, got .*; Additive\(\) is one"):
        make(k)


@pytest.mark.parametrize("make", [Cont, Begin])
def test_continuations_go_to_objects(make: Any) -> None:
    """And beginnings come from them."""
    with pytest.raises(SpaceError):
        make(Additive(), None)


@pytest.mark.parametrize(
    "k", [Functions(), Additive(), Matrices(), Dual(Additive()), Syntax(), D(Additive())], ids=repr
)
def test_a_family_has_an_arrow_for_each_index(k: Any) -> None:
    """No row is dropped."""
    one = k.id(Scalar)
    with pytest.raises(SpaceError, match="wanted 3 arrows, one for each index of Three, got 2"):
        k.cross_i(Three, [one, one])
    with pytest.raises(SpaceError, match="size"):
        k.cross_i(Unsized, [one, one])
