"""Constants: arrows from Unit.

>>> from cat_ad import Scalar, add, gradient, identity, it
>>> plus_one = (identity(Scalar) & (it(Scalar) >> constant(Scalar, 1.0))) >> add(Scalar)
>>> plus_one(41.0), gradient(plus_one)(41.0)
(np.float64(42.0), array(1.))
"""

from __future__ import annotations

import numpy as np

from cat_ad.arrays import AnyArray, namespace
from cat_ad.arrow import Arrow
from cat_ad.boundary import Boundary
from cat_ad.category import A
from cat_ad.primitives import Primitive
from cat_ad.spaces import UNIT, Unit, require_object
from cat_ad.trees import tree_map


def constant(a: type[A], value: A) -> Arrow[Unit, A]:
    """The arrow with this value, whose derivative is zero. Raises `SpaceError` if the value is not in A."""
    require_object("constant", a)
    fixed = tree_map(_kept, Boundary(lambda: "constant", a)(value))
    return Primitive(UNIT, a, "constant", lambda x: fixed, lambda x, y, k: k.ti(a))


def _kept(x: AnyArray) -> AnyArray:
    """A copy that nobody writes to."""
    copy = namespace(x).asarray(x, copy=True)
    if isinstance(copy, np.ndarray):
        copy.flags.writeable = False
    return copy
