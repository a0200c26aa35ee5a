"""Threads share large loops, and change no bit of what comes out."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from cat_ad import StagingError, StagingWarning, stage
from cat_ad.staging.c import threads as c_threads
from cat_ad.staging.c.compiler import RejectedError
from tests.staging.test_sizes import drawn
from tests.support.arrows import PHASES, SEEDS
from tests.support.in_c import all_of

MANY = os.cpu_count() or 1

pytestmark = pytest.mark.skipif(MANY < 2, reason="there is one processor")


@pytest.mark.filterwarnings("ignore:stage. C calls Python for sort")  # of long rows
@settings(max_examples=1, phases=PHASES)
@given(seed=SEEDS)
def test_no_bit_changes(seed: int) -> None:
    """Of any operation, even where loops are small."""
    rng = np.random.default_rng(seed)
    functions, arguments = drawn(rng)
    places = rng.permutation(len(functions))[:60]
    fn = all_of([functions[at] for at in places])
    given = [tuple([_rounded(rng, x) for x in arguments[at]]) for at in places]
    with pytest.MonkeyPatch.context() as patched, np.errstate(all="ignore"):
        patched.setattr(c_threads, "LARGE", 1)
        one, several = stage(fn, "c"), stage(fn, "c", threads=2)
        for _ in range(3):
            np.testing.assert_equal(several(*given), one(*given))
    assert "omp parallel" in several.source
    assert "omp parallel" not in one.source


@pytest.mark.parametrize("many", [16, 512, 1100])
def test_products_by_a_column(many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Round each product and sum at once, or apart, in each entry alike, however their loops are compiled."""
    monkeypatch.setattr(c_threads, "LARGE", 1)
    rng = np.random.default_rng(many)
    x, y = (rng.standard_normal((2, many, columns)).astype(np.float32) for columns in (13, 1))
    for fn in (lambda x, y: x.mT @ y, lambda x, y: (x.mT @ y, x.mT.copy() @ y, x[0].T @ y[0])):
        one, several = stage(fn, "c"), stage(fn, "c", threads=2)
        np.testing.assert_equal(several(x, y), one(x, y))
        assert "omp parallel" in several.source


def _rounded(rng: np.random.Generator, x: Any) -> Any:
    """The same array with fractions, whose sums depend on their order."""
    return x + rng.standard_normal(x.shape).astype(x.dtype) if x.dtype.kind == "f" else x


def test_only_large_loops_are_shared() -> None:
    """Since to begin takes time."""
    staged = stage(lambda x: (np.sin(x), x @ x, np.sum(x, 1)), "c", threads=2)
    staged(np.ones((50, 50)))
    assert "omp parallel" not in staged.source
    x: Any = np.random.default_rng(0).standard_normal((200, 200))
    for found, right in zip(staged(x), (np.sin(x), x @ x, np.sum(x, 1)), strict=True):
        np.testing.assert_allclose(found, right, 1e-12, 1e-12)
    assert staged.source.count("omp parallel for") >= 2


ALIVE = """
import gc, pathlib, sys
import numpy as np
from cat_ad import stage
maps = pathlib.Path("/proc/self/maps")
for at in range(3):
    x = np.full(2**17, float(at))
    assert (stage(lambda x: x + at, "c", threads=2)(x) == x + at).all()
    gc.collect()
    assert "libgomp" in maps.read_text() or "libomp" in maps.read_text()
"""


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="the system does not say what is loaded")
def test_threads_outlive_what_is_staged() -> None:
    """A library is closed under them, but not their own."""
    subprocess.run([sys.executable, "-c", ALIVE], check=True)


WAITS = """
import os
import numpy as np
from cat_ad import stage
before = dict(os.environ)
stage(lambda x: x + 1, "c", threads=2)(np.ones(2**17))
assert os.environ == before
"""


@pytest.mark.parametrize("said", [{}, {"GOMP_SPINCOUNT": "7"}, {"OMP_WAIT_POLICY": "active"}])
def test_threads_sleep_soon(said: dict[str, str]) -> None:
    """Unless the user says how long they look for work; for others the environment stays as it was."""
    environment = {name: text for name, text in os.environ.items() if name not in c_threads.WAITING}
    told = {"OMP_DISPLAY_ENV": "verbose", **said}
    run = subprocess.run([sys.executable, "-c", WAITS], env=environment | told, check=True, capture_output=True)
    shown = run.stderr.decode()
    if "GOMP_SPINCOUNT" in shown:  # as of GCC
        assert f"GOMP_SPINCOUNT = '{said.get('GOMP_SPINCOUNT', c_threads.LOOKS)}'" in shown or "ACTIVE" in shown


@pytest.mark.parametrize("threads", [0, -1, MANY + 1, 2.0, True, "2", None])
def test_how_many_there_can_be(threads: Any) -> None:
    """From one to as many as there are processors."""
    with pytest.raises(StagingError, match=f"wanted threads from 1 to {MANY}, the processors here, got "):
        stage(np.sin, "c", threads=threads)


def test_other_targets_have_one() -> None:
    """And say so."""
    with pytest.raises(StagingError, match="wanted threads with target=\"c\", got 2 with 'numpy'"):
        stage(np.sin, threads=2)
    assert repr(stage(np.sin, "c", threads=2)) == "stage(sin, target='c', donate=(), threads=2)"


def test_a_compiler_without_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is said, and one thread runs."""

    def rejected(*_: object) -> None:
        raise RejectedError("no OpenMP")

    monkeypatch.setattr(c_threads, "passing", rejected)
    c_threads._open.cache_clear()
    c_threads.available.cache_clear()
    staged = stage(lambda x: np.sin(x), "c", threads=2)
    with pytest.warns(StagingWarning, match="found no OpenMP in the C compiler; running one"):
        staged(np.ones(2**17))
    assert "omp parallel" not in staged.source
    c_threads.available.cache_clear()
