"""What is at the edge of what C can do, and what is beyond it: which is refused by name, or is the error of NumPy."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from cat_ad import StagingError, StagingWarning, staging
from cat_ad.staging.c import source as c_source
from cat_ad.staging.c.functions import BEGIN
from tests.support.in_c import assert_close, in_c


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0)], ids=str)
def test_arrays_without_entries(shape: tuple[int, ...]) -> None:
    """Have values too."""

    def f(x: Any) -> Any:
        return np.exp(x) + 1, np.sum(x, axis=0), np.sum(x), x.T * 2, np.concatenate([x, x * 2]), np.sum(x, axis=-1) * 2

    def g(x: Any) -> Any:
        return (*f(x), x @ x.T, x.T @ x, x @ np.ones(shape[-1]))

    x, fn = np.zeros(shape), g if len(shape) == 2 else f
    assert_close(in_c(fn)(x), fn(x), 0)


def test_numbers_of_python_are_computed_in_python() -> None:
    """Integers and others, another one at each call; what is too large is refused, as NumPy does."""

    def f(x: Any, n: int, rate: float) -> Any:
        return x * rate, x * (n + 1), (n + 1) / 2, -(n**2), n, x * (1 - 0.5**n), rate

    staged = in_c(f)
    for n, rate in ((1, 0.5), (2, float("inf")), (-3, float("nan")), (0, -0.0)):
        found, expected = staged(np.ones(3), n, rate), f(np.ones(3), n, rate)
        assert [type(x) for x in found] == [type(x) for x in expected]
        for one, other in zip(found, expected, strict=True):
            np.testing.assert_array_equal(one, other)
    power = in_c(lambda x, n: x * 2**n)
    assert_close(power(np.ones(3), 1), np.full(3, 2.0), 0)
    with pytest.raises(StagingError, match="which was an integer before"):
        power(np.ones(3), -1)
    with pytest.raises(OverflowError, match="out of bounds"):
        staged(np.ones(3), 2**70, 0.5)
    with pytest.raises(ZeroDivisionError):
        in_c(lambda x, n: x * (1 / n))(np.ones(3), 0)


@pytest.mark.parametrize("many", [1, 1100])
def test_a_call_takes_any_number_of_arrays_and_numbers(many: int) -> None:
    """And gives as many."""
    given = tuple(np.full(2, float(i)) for i in range(many)), [0.5 * i for i in range(many)]
    found = in_c(lambda xs, ns: tuple(x + n for x, n in zip(xs, ns, strict=True)))(*given)
    np.testing.assert_array_equal(found, [[1.5 * i] * 2 for i in range(many)])


def test_an_index_out_of_range_is_an_error() -> None:
    """As in NumPy; only of the entries that are used."""
    x, i = np.arange(3.0), np.array([0, 2])
    staged = in_c(lambda x, i: x[i] * 2)
    np.testing.assert_array_equal(staged(x, i), [0, 4])
    for wrong in (3, -4, 2**40, -(2**62)):
        with pytest.raises(IndexError, match="out of bounds for an axis of size 3"):
            staged(x, np.array([0, wrong]))
    np.testing.assert_array_equal(in_c(lambda x, i: x[i[:1]])(x, np.array([1, 7])), [1])
    with pytest.raises(IndexError):
        in_c(lambda x, i: i.__array_namespace__().take(np.eye(3), i, 0) * x)(x, np.array([5]))


CALLED: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "multiply of float16": (lambda x: x * 2, np.ones(2, np.float16)),
    "multiply of complex128": (lambda x: x * 2, np.ones(2, complex)),
    "multiply of >f8": (lambda x: x * 2, np.ones(2, ">f8")),
    "power of int64": (lambda x: x**x, np.ones(2, np.int64)),
    "fmod of int64": (lambda x: np.fmod(x, 3), np.array([-7, 7])),
    "greater of uint64": (lambda x: x > -1, np.ones(2, np.uint64)),
    "equal of int64, uint64": (lambda x: x == x.astype(np.uint64), np.ones(2, np.int64)),
    "greater of float16": (lambda x: x > 1, np.ones(2, np.float16)),
    "equal of float64": (lambda x: x == 1j, np.ones(2)),
}


@pytest.mark.parametrize("what", CALLED)
def test_what_c_cannot_express_is_a_call_of_python(what: str) -> None:
    """Between what it can; and said to be, in a warning."""
    fn, x = CALLED[what]
    staging._notice.cache_clear()  # which is given once
    with pytest.warns(StagingWarning, match=f"stage: C calls Python for {what}; the rest runs in C"):
        found = in_c(lambda x, y: (fn(x), np.exp(y)))(x, np.ones(3))
    assert_close(found, (fn(x), np.exp(np.ones(3))), 1e-15)


def test_c_that_does_not_compile_is_a_fault_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """And said to be, in a warning, which is an error in other tests; the user gets what NumPy gives."""
    monkeypatch.setattr(c_source, "BEGIN", f"{BEGIN}\nno C")
    with pytest.warns(StagingWarning, match=r"fault of cat_ad, or of .*; report it, .*; running NumPy instead"):
        assert_close(in_c(np.sin)(np.ones(3)), np.sin(np.ones(3)), 0)
    staging._notice.cache_clear()  # which is given once


def test_numbers_of_python_that_arrays_cannot_hold() -> None:
    """Are refused as by NumPy, if they vary, and are what floating point makes of them, if they do not."""
    staged = in_c(lambda x, n: x + n)
    x = np.array([1, 200], np.uint8)
    np.testing.assert_array_equal(staged(x, 55), [56, 255])
    for n in (256, -1):
        with pytest.raises(OverflowError, match=f"Python integer {n} out of bounds for uint8"):
            staged(x, n)
    y = np.ones(2, np.float32)
    assert_close(in_c(lambda y: y * 2**70 + 2**64)(y), y * 2**70 + 2**64, 0)
