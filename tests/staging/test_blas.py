"""Large products in C are left to the BLAS of NumPy where it is faster, which is measured once."""

from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cat_ad.staging.c import blas
from cat_ad.staging.c.blas import MOST, Product, faster_by_blas, gemm, product_of
from cat_ad.staging.c.compiler import vector_bytes
from cat_ad.staging.trace.views import as_matrix
from tests.staging.test_stage import DTYPES
from tests.support.in_c import all_of, assert_close, in_c, leave_to_blas

PRODUCT = Product("double", (2, 3, 4), (False, True))

pytestmark = pytest.mark.skipif(gemm("double") is None, reason="NumPy has no BLAS that can be found")


@pytest.fixture(autouse=True)
def unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing has been measured yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(blas, "_faster", {})


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.__name__)
def test_what_is_no_number_stays_so(dtype: type, monkeypatch: pytest.MonkeyPatch) -> None:
    """Zero times nan is nan, and times an infinity too; what was in the memory of a result is forgotten."""
    leave_to_blas(monkeypatch)
    functions, arguments = list[Callable[..., Any]](), list[tuple[Any, ...]]()
    for rows, many, columns, turned in product([1, 2, 17], [1, 2, 33], [1, 3, 17], [False, True]):
        x: Any = np.zeros((rows, many), dtype)
        y: Any = np.zeros((many, columns), dtype)
        y[0, 0], x[-1, -1] = np.nan, np.inf
        functions.append((lambda x, y, _: x.T @ y.T) if turned else lambda x, y, _: x @ y)
        arguments.append((*((x.T.copy(), y.T.copy()) if turned else (x, y)), np.full((rows, columns), np.nan, dtype)))
    together = in_c(lambda given: all_of(functions)(*given), donate=[0])
    with np.errstate(all="ignore"):
        expected = [f(*given) for f, given in zip(functions, arguments, strict=True)]
        found = together(arguments)
    assert_close(found, expected, 0)
    assert "gemm_" in together.source


def test_it_is_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a process, whatever happens to the cache; and in no other process, if the cache is there."""
    asked, answers = list[Product](), iter([True, False])

    def measured(products: list[Product], vector: int) -> list[bool]:
        asked.extend(products)
        return [next(answers) for _ in products]

    monkeypatch.setattr(blas, "measured", measured)
    other = Product("float", PRODUCT.sizes, PRODUCT.turned)
    for _ in range(2):
        assert faster_by_blas([PRODUCT, other, PRODUCT], 32) == [True, False, True]
    assert asked == [PRODUCT, other]
    monkeypatch.setattr(blas, "_faster", {})  # as in another process
    assert faster_by_blas([other, PRODUCT], 32) == [False, True]
    assert asked == [PRODUCT, other]


def test_the_measurement() -> None:
    """Is of both ways, and says one of them."""
    products = [PRODUCT, Product("float", (5, 40, 17), (True, False)), Product("double", (9, 1, 1), (True, True))]
    assert {*blas.measured(products, vector_bytes())} <= {False, True}


def test_without_blas_tiles_do_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing is measured."""
    monkeypatch.setattr(blas, "gemm", lambda kind: None)
    monkeypatch.setattr(blas, "LEAST", 1)
    x = np.arange(12.0).reshape(3, 4)
    staged = in_c(lambda x: x @ x.T)
    assert_close(staged(x), x @ x.T, 1e-12)
    assert "tile_" in staged.source


def test_no_setting_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The C calls one function of BLAS, that which multiplies."""
    leave_to_blas(monkeypatch)
    staged = in_c(lambda x: x @ x)
    staged(np.eye(3))
    assert "openblas" not in staged.source


def test_what_blas_is_asked_for() -> None:
    """No product that is small, or of a factor that it cannot read; large ones are all alike."""

    def asked(*shapes: tuple[int, ...], step: int = 1) -> Product | None:
        arrays = [np.empty(shape, np.int8)[..., ::step] for shape in shapes]
        return product_of(np.dtype(np.float64), [(x.shape, x.strides) for x in arrays])

    assert asked((10, 10), (10, 10)) is None
    assert asked((200, 200), (200, 200), step=2) is None
    assert asked((3, 100, 200), (200, 300)) == Product("double", (300, 200, 300), (False, False))
    assert asked((3, 100, 200), (3, 200, 300)) == Product("double", (100, 200, 300), (False, False))
    assert asked((5000, 4000), (4000, 3000)) == Product("double", (MOST, MOST, MOST), (False, False))


def test_what_blas_reads() -> None:
    """What BLAS is told is where the entries are."""
    x = np.arange(60).reshape(6, 10)
    for seen in (x, x.T, x[:, 2:5], x[1:4].T, x[:1], x[:, :1], x[:1].T, x[::2], x[::2].T, x[::-1], x[:, ::2]):
        found = as_matrix(seen.shape, [step // x.itemsize for step in seen.strides])
        if found is None:
            assert seen.strides[0] < 0 or seen.strides[1] == 2 * x.itemsize
            continue
        turned, far = found
        rows, columns = seen.shape[::-1] if turned else seen.shape
        assert far >= columns
        there = np.lib.stride_tricks.as_strided(seen, (rows, columns), (far * x.itemsize, x.itemsize))
        np.testing.assert_array_equal(there.T if turned else there, seen)
