"""Calls of functions as they are: where a library's arrays have no entries yet, and a function asks for them.

Staging adds itself here: a function that branches on a value, or loops over entries, is called when there are values.

>>> called("first", lambda x: float(x[0]), np.ones(3))
1.0
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np

from cat_ad.objects.arrays import ArrayNamespace
from cat_ad.objects.trees import Tree

Call: TypeAlias = Callable[..., Tree]

CALLS: dict[ArrayNamespace, Call] = {}  # by the namespace of a library, of a name, a function, and its arguments


def called(name: str, f: Callable[..., Tree], *arguments: Tree) -> Tree:
    """What the function gives; if it errs, and the library of its arrays can, by one call of it as it is."""
    try:
        return f(*arguments)
    except Exception:
        call = call_for(*arguments)
        if call is None:
            raise
    return call(name, f, *arguments)


def call_for(*arguments: Tree) -> Call | None:
    """The call of the library of which one of these arrays is."""
    found = (CALLS.get(x.__array_namespace__()) for x in _arrays(arguments))
    return next(filter(None, found), None) if CALLS else None


def _arrays(tree: Tree) -> Iterator[Tree]:
    if isinstance(tree, tuple):
        for part in tree:
            yield from _arrays(part)
    elif hasattr(tree, "__array_namespace__") and not isinstance(tree, np.ndarray | np.generic):
        yield tree
