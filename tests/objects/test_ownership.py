"""A result is the caller's own: writable, sharing memory with nothing, and what is written there changes nothing."""

from itertools import combinations
from typing import Any, TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cat_ad import (
    DerivativeError,
    Dim,
    Float,
    Scalar,
    adagrad,
    adam,
    add,
    bounds,
    check,
    dot,
    dup,
    each,
    exp,
    forward,
    gradient,
    identity,
    jacobian,
    linear,
    mean,
    mul,
    nesterov,
    primitive,
    residual,
    reverse,
    sgd,
    tanh,
    total,
    training_step,
    transpose,
    value_and_gradient,
)
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.ownership import own
from cat_ad.objects.spaces import factors
from cat_ad.objects.trees import tree_map
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.loops import lifts
from tests.support.primitives import MATRICES, PRIMITIVES, I, J, Twin, elementwise
from tests.support.trees import Tree, leaves, point

Bad: TypeAlias = Any  # Any: what a type checker refuses is the point of some tests


class N(Dim):
    """As many as there are."""


def arrays(*trees: Tree) -> list[Tree]:
    """The NumPy arrays of trees; a NumPy number is no array, and cannot be written to."""
    return [x for tree in trees for x in leaves(tree) if isinstance(x, np.ndarray)]


def assert_owned(result: Tree, *beside: Tree) -> None:
    """All arrays of a result are writable, and share memory with no other and with none of the others given."""
    own_arrays = arrays(result)
    assert all(x.flags.writeable for x in own_arrays)
    for x, y in combinations(own_arrays, 2):
        assert not np.shares_memory(x, y)
    for x in own_arrays:
        assert not any(np.shares_memory(x, y) for y in arrays(*beside))


def spoil(*results: Tree) -> None:
    """Write over every array."""
    for x in arrays(*results):
        x[...] = 77


def direction(like: Tree) -> Tree:
    """A tangent at a value."""
    return tree_map(lambda x: np.cos(np.arange(x.size)).reshape(x.shape) if x.dtype.kind == "f" else None, like)


def assert_all_owned(f: SomeArrow, a: Tree) -> None:
    """Everything that is computed of f at a is the caller's own, and may be written over: all comes out again."""
    da, before = direction(a), [x.tobytes() for x in arrays(a)]
    b, push = forward(f)(a)
    again, pull = reverse(f)(a)
    db = direction(b)

    def found() -> list[Tree]:
        ways = [f(a), push(da), push(None), pull(db), pull(None), jacobian(f)(a)]
        return [*ways, value_and_gradient(f)(a), gradient(f)(a)] if f.cod is Scalar else ways

    first = found()
    for result in (b, again, *first):
        assert_owned(result, a, da, db)
    expected = [x.tobytes() for x in leaves(tuple(first)) if x is not None]
    spoil(b, again, *first)
    assert [x.tobytes() for x in leaves(tuple(found())) if x is not None] == expected
    assert [x.tobytes() for x in arrays(a)] == before


@pytest.mark.parametrize("f", [*PRIMITIVES, *MATRICES], ids=str)
def test_results_of_every_primitive_are_the_callers_own(f: Twin) -> None:
    """Of one argument and of many, and with one array in several places."""
    ways: list[SomeArrow] = [f.arrow]
    if lifts(f.arrow.dom, True):
        ways.append(each(N, f.arrow))
    for arrow in ways:
        assert_all_owned(arrow, point(arrow.dom, np.random.default_rng(0), *f.domain))


@st.composite
def arrows(draw: st.DrawFn) -> SomeArrow:
    """A random composition, which copies, projects and adds."""
    arrow: SomeArrow = draw(twins(draw(objects(2)), draw(objects(1)), 2)).arrow
    return arrow


V = Float[J]
SHARING: tuple[SomeArrow, ...] = (
    add(V) >> dup(V) >> dot(J),  # whose two gradients are one array inside
    total(Float[I, J]),  # whose gradient is one number, seen many times over
    mean(V),
    identity(V),
    dup(V),
    transpose(I, J),
    exp(V),  # whose slope is its value
    mul(V),  # whose Jacobian is made of its argument
)


@settings(max_examples=20, phases=PHASES)
@given(f=st.sampled_from(SHARING) | arrows(), seed=SEEDS)
def test_results_of_a_composition_are_the_callers_own(f: SomeArrow, seed: int) -> None:
    """Whatever is shared inside."""
    a = point(f.dom, np.random.default_rng(seed))
    assert_all_owned(f, a)
    if len(set(factors(f.dom))) == 1:
        assert_all_owned(f, (a[0],) * len(a))


class Width(Dim, size=3):
    """Three."""


@pytest.mark.parametrize("optimizer", [sgd(0.1), sgd(0.1, 0.9), nesterov(0.1, 0.9), adagrad(0.1), adam(0.1)], ids=repr)
def test_parameters_and_states_are_the_callers_own(optimizer: Bad) -> None:
    """A step shares nothing with what it was given, and a state keeps nothing of either."""
    params = linear(Width, Width).init(np.random.default_rng(0))
    state, towards = optimizer.init(params), direction(params)
    assert_owned(state.moments, params)
    for _ in range(2):
        after, moved = optimizer.step(state, params, towards)
        assert_owned((after.moments, moved), state.moments, params, towards)
        state, params = after, moved


def test_a_step_of_training_leaves_its_arguments_alone() -> None:
    """Two summed biases have one gradient, and yet each parameter moves by itself, in place too."""
    block = residual(linear(Width, Width) >> tanh(Float[Width])) >> linear(Width, Width)
    loss = (block & linear(Width, Width)) >> add(Float[Width]) >> total(Float[Width])
    params, x = loss.init(np.random.default_rng(0)), check(Float[Width], np.ones(3))
    slope, to_x = gradient(loss.arrow)((params, x))
    assert_owned((slope, to_x), params, x)
    assert_owned(loss(params, x), params, x)
    step = training_step(loss, sgd(0.1))
    found = step.get_and_put(((sgd(0.1).init(params), params), x), ())
    assert_owned((found[1][0][1], found[1][1]), params, x)


def test_views_are_copied_only_where_they_are_shared() -> None:
    """A view of memory that nobody else sees stays; one that repeats an entry, or of read-only memory, does not."""
    x = np.arange(6.0)
    view = np.arange(6.0).reshape(2, 3).T
    assert own(view) is view
    left, right = own((x[::2], x[1::2]))
    assert left.base is x
    assert right.base is None
    repeating = np.lib.stride_tricks.as_strided(x, (2, 2), (0, 8))
    for shared in (np.broadcast_to(x[:1], 4), repeating, np.frombuffer(b"12345678")):
        assert_owned(own(shared), x)
        assert np.array_equal(own(shared), shared)
    assert own(3.0) == 3.0


ONES = np.ones(3)


@pytest.mark.parametrize("way", [forward, reverse])
def test_an_argument_that_is_written_over_is_found(way: Bad) -> None:
    """With `guard`, and whichever array it is: NumPy's bytes are compared, -0 and 0 too."""
    f: SomeArrow = mul(V) >> exp(V)
    for factor in (0, 1):
        x = (np.zeros(3), np.ones(3))
        _, derivative = way(f, guard=True)(x)
        assert_owned(derivative(derivative_of(way)), x)
        x[factor][1] = -0.0 if factor == 0 else 5.0
        with pytest.raises(DerivativeError, match=r"^mul >> exp: .* found float64\[3\] changed; call the deriv"):
            derivative(derivative_of(way))


def derivative_of(way: Bad) -> Tree:
    """A tangent for the derivative of a product of vectors."""
    return (ONES, ONES) if way is forward else ONES


def test_a_value_may_be_written_over_before_the_derivative_is_called() -> None:
    """For it is the caller's, and what the derivative needs of it is not."""
    made: SomeArrow = primitive("e", V, V, np.exp, lambda a, b, k: k.scale(b))
    arrows: tuple[SomeArrow, ...] = made, exp(V)
    for f in arrows:
        for way in (forward, reverse):
            value, derivative = way(f)(np.zeros(3))
            value *= 0
            assert np.array_equal(derivative(ONES), ONES)


LARGE = 40_000  # entries, from 256 KiB on NumPy writes results into operands that it takes for done with


@pytest.mark.parametrize("f", elementwise(Float[N]), ids=str)
def test_a_derivative_may_be_called_again(f: Twin) -> None:
    """However large its arrays are, it finds them as they were."""
    numbers = point(f.arrow.dom, np.random.default_rng(0), *f.domain)
    a = tree_map(lambda x: np.resize(x, LARGE), numbers)
    b, push = forward(f.arrow)(a)
    _, pull = reverse(f.arrow)(a)
    for derivative, along in ((push, direction(a)), (pull, direction(b))):
        once, again = (tree_map(np.copy, derivative(along)) for _ in range(2))
        assert all(np.array_equal(x, y) for x, y in zip(leaves(once), leaves(again), strict=True))


def test_bounds_are_the_callers_own() -> None:
    """Neither the ends of the box that was given, nor each other."""
    arrows: tuple[SomeArrow, ...] = identity(Float[J]), dup(Float[J])
    for f in arrows:
        ends = np.arange(3.0), np.arange(3.0)
        found = leaves(bounds(f)(*ends))
        for array in found:
            array += 1.0
        for array in (*found, *ends):
            assert array.tolist() == (np.arange(3.0) + any(array is other for other in found)).tolist()
