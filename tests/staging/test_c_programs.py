"""Programs put together at random give in C what they give in NumPy: 1e-6 in float32 and 1e-12 in float64."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cat_ad.objects.trees import tree_map
from tests.staging.test_stage import DTYPES, EVERY, awkward, both_ways, cotangent, in_dtype
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.in_c import TOLERANCE, all_of, assert_close, in_c, tree_map_all
from tests.support.owned import assert_own, spoil
from tests.support.trees import point


@pytest.mark.parametrize("part", range(3))  # in as many programs, since one takes so many arrays at most
def test_every_primitive(part: int) -> None:
    """Its value and its pullback, at two points; by turns in float32 and in float64."""
    rng, every = np.random.default_rng(0), EVERY[part::3]
    dtypes = [DTYPES[at % 2] for at in range(len(every))]
    runs = [both_ways(f.arrow) for f in every]
    staged = in_c(all_of(runs))
    for _ in range(2):
        points = [in_dtype(point(f.arrow.dom, rng, *f.domain), dtype) for f, dtype in zip(every, dtypes, strict=True)]
        arguments = [(a, cotangent(f.arrow(a), rng)) for f, a in zip(every, points, strict=True)]
        results = staged(*arguments)
        for found, run, (a, v), dtype in zip(results, runs, arguments, dtypes, strict=True):
            assert_close(found, run(a, v), TOLERANCE[dtype])
            assert_own(found, a, v)
        spoil(results)


@settings(max_examples=3, phases=PHASES)
@given(data=st.data(), seed=SEEDS, dtype=st.sampled_from(DTYPES))
def test_random_arrows(data: st.DataObject, seed: int, dtype: type) -> None:
    """Value and pullback of compositions, with arguments that lie oddly in memory; results stay what they were."""
    arrows = [data.draw(twins(data.draw(objects(1)), data.draw(objects(1)), 2)).arrow for _ in range(5)]
    runs, rng = [both_ways(f) for f in arrows], np.random.default_rng(seed)
    staged, kept = in_c(all_of(runs)), []
    for _ in range(3):
        points = [in_dtype(point(f.dom, rng), dtype) for f in arrows]
        directions = [cotangent(f(a), rng) for f, a in zip(arrows, points, strict=True)]
        points = [tree_map(lambda x: awkward(x, rng), a) for a in points]
        arguments = list(zip(points, directions, strict=True))
        kept.append((staged(*arguments), [run(*given) for run, given in zip(runs, arguments, strict=True)]))
    for found, expected in kept:
        assert_close(found, expected, TOLERANCE[dtype])


def any_program(seed: int) -> Callable[..., Any]:
    """Operations in any order on four arrays, and on what comes of them; views of views, used again and again."""

    def program(*arrays: Any) -> Any:
        rng, pool = np.random.default_rng(seed), list(arrays)

        def some() -> Any:
            return pool[-1 - int(rng.integers(len(pool))) // int(rng.integers(1, 4))]

        def alike(x: Any) -> Any:
            found = [y for y in pool if y.shape == x.shape or y.shape == x.shape[1:] or y.shape == (*x.shape[:-1], 1)]
            return found[int(rng.integers(len(found)))]

        def sliced(x: Any) -> Any:
            return x[tuple(slice(int(rng.integers(2)), None, int(rng.integers(1, 3))) for _ in x.shape)]

        steps: list[Callable[[Any], Any]] = [
            *(
                lambda x: x + alike(x),
                lambda x: x * alike(x) - x,
                lambda x: np.tanh(x),
                lambda x: np.exp(-x * x),
                sliced,
            ),
            *(lambda x: x.T, lambda x: np.reshape(x, (-1, *x.shape[:-1])) if x.ndim else x * 2, lambda x: x[..., None]),
            *(lambda x: np.sum(x, axis=int(rng.integers(x.ndim))) if x.ndim else x, lambda x: x[::-1] if x.ndim else x),
            *(
                lambda x: np.concatenate([x, x[:2], x * 2]) if x.ndim == 1 else x / 2,
                lambda x: np.where(x > 0.1, x, 0.5),
            ),
            *(
                lambda x: x.T @ x / 9 if x.ndim == 2 else x,
                lambda x: x - np.sum(x) / (1 + x.size),
                lambda x: np.max(x, axis=0) if x.ndim else x,
            ),
            lambda x: np.concatenate([x.reshape(-1), (x * 2).reshape(-1)]),
        ]
        while len(pool) < 18:
            x = some()
            made = steps[int(rng.integers(len(steps)))](x) if x.ndim or rng.random() < 0.5 else x * 0.5 + some()
            pool += [made] if made.size in range(1, 400) and made.ndim < 4 else []
        return [pool[int(i)] for i in rng.integers(4, len(pool), 5)]

    return program


@settings(max_examples=2, phases=PHASES)
@given(seed=SEEDS)
def test_any_program(seed: int) -> None:
    """Fused in whatever way, with arguments given up or not."""
    rng = np.random.default_rng(seed)
    programs = [any_program(seed + at) for at in range(10)]
    given_up = [at for at in range(len(programs)) if rng.random() < 0.7]
    arguments = [tuple(rng.uniform(-1, 1, shape) for shape in ((4, 6), (4, 6), (6,), (4, 1))) for _ in programs]
    expected = [program(*some) for program, some in zip(programs, arguments, strict=True)]
    found = in_c(all_of(programs), given_up)(*tree_map_all(np.copy, arguments))
    assert_close(found, expected, 1e-12)


def test_long_chains() -> None:
    """Have no recursion in their length."""

    def f(x: Any) -> Any:
        for _ in range(1000):
            x = np.sin(x) + 1.0
        return x, np.sum(x)

    assert_close(in_c(f)(np.ones(3)), f(np.ones(3)), 1e-12)
