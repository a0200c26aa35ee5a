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

from cat_ad.arrays import AnyArray

T = TypeVar("T")


def own(result: T, *beside: object) -> T:
    """The result, with a copy of each array that is read-only or shared with another, or with one of `beside`."""
    if not isinstance(result, tuple | np.ndarray):  # a number
        return result
    roots: set[int] = set()
    for tree in beside:
        _note(tree, roots)
    owned: T = _owned(result, roots)
    return owned


def copied(tree: T) -> T:
    """The tree with each of its arrays copied, for one that a function keeps to itself."""
    found: T = _copied(tree)
    return found


def _note(tree: object, roots: set[int]) -> None:
    if isinstance(tree, tuple):
        for part in tree:
            _note(part, roots)
    elif isinstance(tree, np.ndarray):
        roots.add(id(_root(tree)))


def _owned(x: AnyArray, roots: set[int]) -> AnyArray:
    if isinstance(x, tuple):
        return tuple([_owned(part, roots) for part in x])
    if not isinstance(x, np.ndarray):
        return x
    root = id(x) if x.base is None else id(_root(x))
    if root in roots or not x.flags.writeable or (x.base is not None and _repeats(x)):
        return np.array(x)
    roots.add(root)
    return x


def _root(x: AnyArray) -> AnyArray:
    """The array whose memory this one sees."""
    while isinstance(x.base, np.ndarray):
        x = x.base
    return x


def _repeats(x: AnyArray) -> bool:
    """Do several entries lie in one place?"""
    return any(step == 0 and size > 1 for step, size in zip(x.strides, x.shape, strict=True))


def _copied(x: AnyArray) -> AnyArray:
    if isinstance(x, tuple):
        return tuple([_copied(part) for part in x])
    return np.array(x) if isinstance(x, np.ndarray) else x
