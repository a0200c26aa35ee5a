"""Loops of array libraries: one step, run once on symbols, for all rows of arrays.

JAX has `lax.scan` (Bradbury et al. 2018). Staging writes down one of its own, and adds itself here. Of NumPy, Python
itself is the loop, so there is none.

>>> import numpy as np
>>> loop_for([np.zeros(3)]) is None
True
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeAlias

from cat_ad.objects.arrays import AnyArray, ArrayNamespace, namespace
from cat_ad.objects.trees import Tree

Step: TypeAlias = Callable[[Tree, Tree], tuple[Tree, Tree]]


@dataclass(frozen=True)
class ArrayLoop:
    """The loop of a library.

    `scan(step, s, rows, many, backwards)` goes along the first axis of each array of `rows`, `many` times: from a state
    to the last state, and what the steps give besides, stacked. Where it `keeps`, a step of another loop along the same
    places may use whatever the step has made there.
    """

    scan: Callable[[Step, Tree, Tree, int, bool], tuple[Tree, Tree]]
    keeps: bool


LOOPS: dict[ArrayNamespace, ArrayLoop] = {}  # by the namespace of the library, or its name


def loop_for(arrays: Iterable[AnyArray]) -> ArrayLoop | None:
    """The loop of the library of which one of these arrays is."""
    for x in arrays:
        xp = namespace(x)
        found = LOOPS.get(xp) or LOOPS.get(getattr(xp, "__name__", ""))
        if found:
            return found
    return None


def _in_jax(step: Step, s: Tree, rows: Tree, many: int, backwards: bool) -> tuple[Tree, Tree]:
    """`jax.lax.scan`, from a state of the dtypes that it has after a step."""
    jax: Any = import_module("jax")  # Any: it may not be installed
    row = jax.tree.map(lambda x: jax.ShapeDtypeStruct(x.shape[1:], x.dtype), rows)
    after = jax.eval_shape(lambda s, row: step(s, row)[0], s, row)
    s = jax.tree.map(lambda x, like: jax.numpy.broadcast_to(jax.numpy.astype(x, like.dtype), like.shape), s, after)
    found: tuple[Tree, Tree] = jax.lax.scan(step, s, rows, length=many, reverse=backwards)
    return found


LOOPS["jax.numpy"] = ArrayLoop(_in_jax, keeps=False)
