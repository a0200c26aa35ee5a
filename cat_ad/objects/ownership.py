"""A result is the caller's own: each of its arrays is writable, and shares memory with no other and with no argument.

Inside an arrow arrays are never written to, so they are shared wherever that saves work: the two sides of an `add` get
one gradient, `exl` hands on its argument, the gradient of `total` is one number seen many times over. What leaves the
library is the caller's, who may halve it in place, and so each array that is shared is copied on its way out.

>>> import numpy as np
>>> x = np.zeros(2)
>>> first, second = own((x, x))
>>> first is x, second is x
(True, False)
>>> own(x, x) is x
False

An array owns its memory, or is a view of one that does, its root: arrays share memory only if they have one root. So
this costs a look at each array, and no copy where nothing is shared. It is about NumPy's arrays: JAX's and symbols
cannot be written to, and arrays of other libraries are left as they are.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from cat_ad.objects.arrays import AnyArray
from cat_ad.objects.trees import tree_map

T = TypeVar("T")


def own(result: T, *beside: object) -> T:
    """The result, with a copy of each array that is read-only or shared with another, or with one of `beside`."""
    arrays: list[AnyArray] = []
    others: list[AnyArray] = []
    _collect((result,), arrays)
    _collect(beside, others)
    roots = {id(x if x.base is None else _root(x)) for x in others}
    if _are_private(arrays, set(roots)):  # as it mostly is
        return result
    return tree_map(lambda x: np.array(x) if isinstance(x, np.ndarray) and not _are_private([x], roots) else x, result)


def copied(tree: T) -> T:
    """The tree with each of its arrays copied, for one that a function keeps to itself."""
    return tree_map(lambda x: np.array(x) if isinstance(x, np.ndarray) else x, tree)


def _collect(parts: tuple[AnyArray, ...], arrays: list[AnyArray]) -> None:
    for part in parts:
        if isinstance(part, tuple):
            _collect(part, arrays)
        elif isinstance(part, np.ndarray):
            arrays.append(part)


def _are_private(arrays: list[AnyArray], roots: set[int]) -> bool:
    """Is each writable, and alone in its memory? Adds their roots to those of others."""
    for x in arrays:
        root = x
        if x.base is not None:
            root = _root(x)
            if _repeats(x):
                return False
        if id(root) in roots or not x.flags.writeable:
            return False
        roots.add(id(root))
    return True


def _root(x: AnyArray) -> AnyArray:
    """The array whose memory this one sees."""
    while isinstance(x.base, np.ndarray):
        x = x.base
    return x


def _repeats(x: AnyArray) -> bool:
    """Do several entries lie in one place?"""
    return 0 in x.strides and any(step == 0 and size > 1 for step, size in zip(x.strides, x.shape, strict=True))
