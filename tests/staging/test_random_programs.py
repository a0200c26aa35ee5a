"""Random programs with loops are one function, whatever runs them: closures, NumPy, C, WebAssembly, and JAX.

A few at a time are one function, so that each compiler is called once. `pytest` draws so few, and more if it is told:

    PROGRAMS=500 pytest tests/staging/test_random_programs.py
"""

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cat_ad
from cat_ad import reverse, save, stage
from cat_ad.arrows.terms import SomeArrow
from cat_ad.staging.trace.trees import flatten
from tests.arrows.test_programs import OBJECTS, M, S, V, programs
from tests.support.arrows import PHASES, SEEDS
from tests.support.in_c import all_of, assert_close, in_c
from tests.support.in_wasm import Running
from tests.support.trees import Tree, direction, point

jax: Any = pytest.importorskip("jax", reason="pip install -e '.[jax]'")  # Any: it may not be there

TOGETHER = 20
MANY = int(os.environ.get("PROGRAMS", TOGETHER))
EXACT = 1e-10  # a hundred roundings or so, of what loops add up

Drawn: TypeAlias = tuple[Callable[..., Any], list[str]]
make_arrow: Any = cat_ad.arrow  # Any: of functions whose objects are drawn


def both(f: SomeArrow) -> Callable[[Tree, Tree], Tree]:
    """From a point, and a cotangent at the value: the value, and that pulled back."""

    def run(a: Tree, v: Tree) -> Tree:
        value, pull = reverse(f)(a)
        return value, pull(v)

    return run


def in_wasm(fn: Callable[..., Any], arguments: list[Any]) -> Tree:
    """What it gives in a module of its own."""
    staged = stage(fn, "wasm")
    staged(*arguments)
    with TemporaryDirectory() as folder:
        save(staged, folder)
        running = Running(Path(folder))
        running.give("run", flatten(tuple(arguments))[0])
        return flatten(fn(*arguments))[1].build(running.run("run"))


@pytest.mark.parametrize("part", range(MANY // TOGETHER))
@settings(max_examples=1, phases=PHASES)
@given(many=st.lists(programs(), min_size=TOGETHER, max_size=TOGETHER), seed=SEEDS)
def test_all_give_the_same(many: list[Drawn], seed: int, part: int) -> None:
    """In value and gradient; bit for bit in NumPy."""
    rng = np.random.default_rng(seed)
    arrows: list[SomeArrow] = [make_arrow(f, *[OBJECTS[kind] for kind in (V, V, S, M)]) for f, _ in many]
    points = [point(f.dom, rng) for f in arrows]
    arguments = [(a, direction(f(a), rng)) for f, a in zip(arrows, points, strict=True)]
    together = all_of([both(f) for f in arrows])
    expected = together(*arguments)
    assert_close(stage(together)(*arguments), expected, 0.0)
    assert_close(in_c(together)(*arguments), expected, EXACT)
    assert_close(in_wasm(together, arguments), expected, EXACT)
    with jax.enable_x64(True):
        by_jax = jax.jit(together)(*arguments)
    assert_close(jax.tree.map(np.asarray, by_jax), expected, EXACT)
