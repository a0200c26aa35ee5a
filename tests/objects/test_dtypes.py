"""The slope of a float32 array is float32: derivatives have the dtypes of what they are derivatives of."""

from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cat_ad import (
    Dim,
    Float,
    Optimizer,
    Scalar,
    SpaceError,
    adam,
    forward,
    gradient,
    jacobian,
    mean,
    power,
    reverse,
    rms_norm,
    scale,
    sgd,
    shift,
)
from cat_ad.arrows.terms import SomeArrow
from cat_ad.learning.optimizers import adagrad, nesterov
from cat_ad.objects.trees import tree_map
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.primitives import MATRICES, PRIMITIVES, Twin
from tests.support.trees import Tree, direction, is_float, leaves, point

FLOATS = np.float32, np.float64
Bad: TypeAlias = Any  # Any: what a type checker refuses is the point of some tests


class N(Dim):
    """As many as there are."""


def mixed(tree: Tree, rng: np.random.Generator) -> Tree:
    """The same, each array of numbers in a precision of its own."""
    return tree_map(lambda x: x.astype(FLOATS[rng.integers(2)]) if is_float(x) else x, tree)


def mixed_tangent(like: Tree, rng: np.random.Generator) -> Tree:
    """A tangent there, each array in a precision of its own."""
    return tree_map(lambda x: x if is_float(x) else None, mixed(direction(like, rng), rng))


def dtypes(tree: Tree) -> list[npt.DTypeLike | None]:
    """Of each array, in the place of an integer `None`."""
    return [x.dtype if x is not None and is_float(x) else None for x in leaves(tree)]


def assert_kept(f: SomeArrow, domain: tuple[float, float], seed: int) -> None:
    """A pushed tangent has the dtypes of the value, a gradient those of the argument, whatever was pushed or pulled."""
    rng = np.random.default_rng(seed)
    a = mixed(point(f.dom, rng, *domain), rng)
    b, push = forward(f)(a)
    assert dtypes(push(mixed_tangent(a, rng))) == dtypes(b)
    assert dtypes(reverse(f)(a)[1](mixed_tangent(b, rng))) == dtypes(a)
    if not isinstance(b, tuple) and is_float(b):
        assert dtypes(jacobian(f)(a)) == dtypes(a)


@pytest.mark.parametrize("f", [*PRIMITIVES, *MATRICES], ids=str)
def test_a_primitive_keeps_dtypes(f: Twin) -> None:
    """However they are mixed; and of float32 alone comes no float64, but out of a constant."""
    for seed in range(4):
        assert_kept(f.arrow, f.domain, seed)
    a = point(f.arrow.dom, np.random.default_rng(0), *f.domain)
    alone = f.arrow(tree_map(lambda x: x.astype(np.float32) if is_float(x) else x, a))
    assert str(f) == "constant" or set(dtypes(alone)) <= {np.dtype(np.float32), None}


@settings(max_examples=25, phases=PHASES)
@given(data=st.data(), seed=SEEDS)
def test_a_composition_keeps_dtypes(data: st.DataObject, seed: int) -> None:
    """As its primitives do."""
    f = data.draw(twins(data.draw(objects(1)), data.draw(objects(1)), 2))
    assert_kept(f.arrow, f.domain, seed)


@pytest.mark.parametrize("number", [np.float16(2), np.float32(2), np.float64(2), np.int8(2), np.uint64(2), Fraction(2)])
@pytest.mark.parametrize("dtype", FLOATS)
def test_a_number_may_be_of_any_kind_and_leaves_the_dtype(number: Any, dtype: type) -> None:  # Any: of any library
    """It is taken for Python's."""
    x: Tree = np.array([1.0, 2.0, 3.0], dtype)
    made: list[tuple[SomeArrow, SomeArrow]] = [
        (made(Float[N], number), made(Float[N], 2)) for made in (scale, shift, power)
    ]
    for f, same in (*made, (rms_norm(N, number), rms_norm(N, 2.0))):
        assert str(f) == str(same)
        loss: SomeArrow = f >> mean(Float[N])
        for found in (f(x), gradient(loss)(x), forward(f)(x)[1](x), jacobian(f)(x)):
            assert found.dtype == dtype
        np.testing.assert_array_equal(f(x), same(x))


@pytest.mark.parametrize("number", [True, np.True_, "2", None, 2j, np.complex64(2), np.ones(2)])
def test_what_is_no_real_number_is_refused(number: Bad) -> None:
    """By one typed error."""
    for make in (scale, shift, power):
        with pytest.raises(SpaceError, match=r"wanted an object and then a number|or values "):
            make(Scalar, number)
    if not isinstance(number, np.ndarray):  # of which it would be the norm
        with pytest.raises(SpaceError, match=r"^rms_norm: wanted"):
            rms_norm(N, number)


NAMES = "sgd", "momentum", "nesterov", "adagrad", "adam", "adam with a rate of NumPy"
OPTIMIZERS = sgd(0.1), sgd(0.1, 0.9), nesterov(0.1, 0.9), adagrad(0.1), adam(0.1), adam(lambda step: np.float64(0.1))


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=NAMES)
@pytest.mark.parametrize("dtype", [np.float16, *FLOATS])
def test_an_optimiser_keeps_the_dtypes_of_parameters_and_state(optimizer: Optimizer, dtype: type) -> None:
    """Whatever that of the gradient; and where there is no slope, of any precision, nothing moves."""
    params: Tree = np.array([1.0, -2.0, 0.0], dtype), np.ones((), np.float32)
    for other in (np.float16, *FLOATS):
        state, moved = optimizer.init(params), params
        for size in (0.0, 0.0, 1e-4, 100.0, 0.0):
            towards = np.full(3, size, other), np.full((), size, other)
            before = moved
            state, moved = optimizer.step(state, moved, towards)
            assert dtypes(moved) == dtypes(params)
            assert all(dtypes(moment) == dtypes(params) for moment in state.moments)
            assert all(np.isfinite(x).all() for x in leaves((moved, state.moments)))
            if state.steps <= 2:
                assert all(map(np.array_equal, leaves(moved), leaves(before)))
