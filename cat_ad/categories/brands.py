"""Brands: to type checkers an arrow of a category has the type `Hom[K, A, B]`, whatever that category uses for it.

At run time nothing happens: the `hom` of a category gives its brand to a value, and its inverse takes it away.

>>> from cat_ad.categories.functions import function, hom
>>> function(hom(abs)) is abs
True
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from cat_ad.categories.category import AnyHom

X = TypeVar("X")
Y = TypeVar("Y")


def branded(arrow: object) -> AnyHom:
    """An arrow of a category, from what that uses for it: the value itself, since a brand is static."""
    return arrow  # type: ignore[return-value]  # which the `hom` of a category says


def inverse_of(hom: Callable[[X], Y]) -> Callable[[Y], X]:
    """From arrows of a category to what it uses for them: the other way of `hom`, which gives that its brand.

    A brand is static: at run time this returns its argument.
    """
    return _same


def _same(arrow: Any) -> Any:  # Any: to a checker, two types of one value
    return arrow
