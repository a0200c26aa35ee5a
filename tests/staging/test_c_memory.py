"""C writes to its own memory and to arguments that are given up, and to nothing else."""

import gc
import weakref
from typing import Any

import numpy as np

from cat_ad import State, sgd
from cat_ad.objects.trees import leaves, tree_map
from cat_ad.staging.c.source import Writer
from cat_ad.staging.trace.program import traced
from cat_ad.staging.trace.trees import flatten
from tests.staging.test_stage import mlp_step
from tests.support.in_c import assert_close, in_c
from tests.support.owned import assert_own


def test_a_donated_argument_is_where_the_result_is() -> None:
    """And no other is written to; one that cannot be written to is copied."""
    step, params, batches = mlp_step(sgd(0.1))
    before, batch = tree_map(np.copy, params), batches(8)
    kept = in_c(step)(State(0, ()), params, batch)
    assert_close(params, before, 0)
    assert not any(np.shares_memory(x, y) for x, y in zip(leaves(kept[2]), leaves(params), strict=True))
    given_up = in_c(step, donate=(1,))(State(0, ()), params, batch)
    assert all(x is y for x, y in zip(leaves(given_up[2]), leaves(params), strict=True))
    assert_close(given_up[2], kept[2], 0)
    frozen = tree_map(np.copy, before)
    for x in leaves(frozen):
        x.flags.writeable = False
    assert_close(in_c(step, donate=(1,))(State(0, ()), frozen, batch)[2], kept[2], 0)
    assert_close(frozen, before, 0)


def exchanged(x: Any, y: Any) -> Any:
    """Each result needs what the others might overwrite."""
    return x * 2 + y, y * 3 - x, np.sum(x * y, axis=0), x[::-1] * y


def test_donated_arguments_are_read_before_they_are_written() -> None:
    """Also where loops are one."""
    for shape in ((5,), (4, 3)):
        x, y = np.linspace(0, 1, np.prod(shape)).reshape(shape), np.ones(shape) / 3
        expected = exchanged(x, y)
        for donate in ((0,), (1,), (0, 1)):
            assert_close(in_c(exchanged, donate)(x.copy(), y.copy()), expected, 1e-15)


def test_what_parts_of_a_joined_array_are_computed_from_may_be_donated() -> None:
    """Only when nobody reads it any more."""

    def f(x: Any) -> Any:
        return np.concatenate([x[4:] * x[4:] @ np.ones((4, 2)), x[:4] * 2, x[:2] + x[2:4]])

    x = np.arange(8.0)
    assert_close(in_c(f, (0,))(x.copy()), f(x), 1e-15)


def test_arguments_may_be_one_array_and_of_any_class() -> None:
    """Twice the same one; numbers of NumPy, matrices, arrays in other orders, not aligned, or read only."""

    def f(x: Any, y: Any) -> Any:
        return np.sin(x) * y + x, y - 1.0, x

    staged = in_c(f)
    x = np.arange(12.0).reshape(3, 4)
    odd = np.frombuffer(b"\0" + x.tobytes(), np.uint8)[1:].view(np.float64).reshape(3, 4)
    for y in (x, np.asfortranarray(x), x[:, ::-1], odd, np.broadcast_to(x[0], (3, 4)), np.repeat(x, 2, 1)[:, ::2]):
        assert_close(staged(x, y), f(x, y), 1e-15)
        assert_own(staged(y, x), x, y)
    assert_close(staged(np.float64(2.0), np.asarray(3.0)), f(np.float64(2.0), np.float64(3.0)), 1e-15)


def test_nothing_of_the_trace_is_kept() -> None:
    """The arrays that the function was run on are not."""
    lines = []

    def f(x: Any) -> Any:
        y: Any = np.tanh(x)
        lines.append(weakref.ref(y.line))
        return y @ y, y[np.array([0, 1])]

    staged = in_c(f)
    staged(np.ones((3, 3)))
    gc.collect()
    assert [line() for line in lines] == [None]


def test_memory_does_not_grow_with_what_is_needed_one_after_the_other() -> None:
    """Not all matrices of a chain are copied before the first product."""

    def chain(x: Any, *weights: Any) -> Any:
        for weight in weights:
            x = np.tanh(x @ weight.T)
        return x

    def size(length: int) -> int:
        leaves, form = flatten(tuple([np.ones((32, 32))] * (1 + length)))
        return Writer(traced(chain, form, leaves), frozenset(), vector=32).memory.size

    assert size(12) == size(3)


def test_constants_are_returned_as_copies() -> None:
    """Whoever writes to one changes no later call."""
    staged = in_c(lambda x: (x + 1, np.ones(3)))
    staged(np.ones(2))[1][:] = 7
    np.testing.assert_array_equal(staged(np.ones(2))[1], np.ones(3))
