"""What may be given where an arrow is wanted: an arrow, a parametrised one, or a function.

Of a parametrised one it is the arrow of parameters and input; of a function with annotations, the arrow that it is.

>>> from cat_ad import Dim, Float, cost, linear
>>> class I(Dim, size=3): ...
>>> class O(Dim, size=2): ...
>>> model = linear(I, O)
>>> cost(model) == cost(model.arrow)
True
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import isfunction
from typing import Any, Protocol

from cat_ad.arrows.abstraction import arrow
from cat_ad.arrows.composing import instead, is_factory
from cat_ad.arrows.parametrised import Para
from cat_ad.arrows.terms import Arrow
from cat_ad.categories.category import A, B
from cat_ad.errors import SpaceError
from cat_ad.objects.values import letters


class HasArrow(Protocol[A, B]):
    """An arrow from A to B; or a parametrised arrow with parameters P, where A is `tuple[P, X]`, from X to B."""

    @property
    def arrow(self) -> Arrow[A, B]:
        """The arrow."""
        ...


def require_arrow(asked: str, f: HasArrow[A, B] | Callable[..., B]) -> Arrow[Any, B]:  # Any: what a function takes
    """The arrow; raise `SpaceError` unless there is one."""
    if not isinstance(f, Arrow | Para):
        if isfunction(f) and not is_factory(f):
            return arrow(f)
        raise SpaceError(f"{asked}: wanted an arrow, got {type(f).__name__}; {instead(f)}")
    return f.arrow


def call_of(asked: str, f: HasArrow[A, B]) -> str:
    """How a function that `asked(f)` makes is called with a point of f, as errors say it."""
    return f"{asked}(f)({'parameters, x' if isinstance(f, Para) else letters(f.arrow.dom)})"
