"""Pooling: of a row in pieces, one number for each.

>>> import numpy as np
>>> from cat_ad import Dim
>>> class Places(Dim): ...
>>> class Window(Dim, size=2): ...
>>> max_pool(Places, Window)(np.array([1.0, 4.0, 2.0, 3.0]))
array([4., 3.])
"""

from __future__ import annotations

from typing import TypeVar

from cat_ad.arrows.batching import each
from cat_ad.arrows.terms import Arrow
from cat_ad.objects.spaces import Dim, Float, Times
from cat_ad.primitives.choice import largest
from cat_ad.primitives.layout import unflatten

P = TypeVar("P", bound=Dim)
W = TypeVar("W", bound=Dim)


def max_pool(places: type[P], window: type[W]) -> Arrow[Float[Times[P, W]], Float[P]]:
    """The greatest entry of each window, of which one begins where another ends; where equal ones are, as `largest`.

    Raises `SpaceError` unless one of the two has a size.
    """
    return unflatten(places, window) >> each(places, largest(window))
