"""The rule that a result is the caller's own, as a check and as its use."""

from itertools import combinations
from typing import Any

import numpy as np

from cat_ad.staging.trace.trees import flatten
from tests.support.trees import Tree


def arrays_in(tree: Tree) -> list[Any]:
    """The arrays of any tree; numbers of NumPy cannot be written to by anybody."""
    return [x for x in flatten(tree)[0] if isinstance(x, np.ndarray)]


def assert_own(result: Tree, *arguments: Tree) -> None:
    """Each array of a result can be written to, and shares memory with no other, nor with one of the arguments."""
    own, given = arrays_in(result), arrays_in(arguments)
    assert all(x.flags.writeable for x in own)
    pairs = [*combinations(own, 2), *((x, y) for x in own for y in given)]
    assert not any(np.shares_memory(x, y) for x, y in pairs)


def spoil(result: Tree) -> None:
    """Write other numbers over all of it: no later result may show them."""
    for x in arrays_in(result):
        x[...] = np.ones((), x.dtype) if x.dtype.kind == "b" else np.asarray(77, x.dtype)
