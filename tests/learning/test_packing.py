"""All parameters in one vector: the same function, and the same training, of arrays that lie one after the other."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cat_ad import (
    Dim,
    Float,
    Index,
    Int,
    InterpretationError,
    Optimizer,
    Scalar,
    SpaceError,
    Times,
    adam,
    arrow,
    bounds,
    check,
    check_derivative,
    concat,
    cos,
    cross_entropy,
    dense,
    each,
    embedding,
    forward,
    gradient,
    hessian,
    identity,
    linear,
    mean,
    pack,
    packed,
    residual,
    reverse,
    reverse_derivative,
    sgd,
    sin,
    stack,
    stage,
    tangent,
    tanh,
    total,
    unflatten,
    unpack,
)
from cat_ad.arrows.parametrised import SomePara
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.spaces import UNIT, has_arrays, products
from cat_ad.objects.trees import tree_map
from tests.support.arrows import SEEDS
from tests.support.derivatives import matrix_by_forward, matrix_by_jacobian, matrix_by_reverse
from tests.support.loops import assert_loop
from tests.support.primitives import I, J
from tests.support.trees import Tree, assert_close, coordinates, leaves, numbers, point
from tests.support.trees import tangent as tangent_at

Bad: TypeAlias = Any  # Any: what a type checker refuses is the point of some tests


class N(Dim):
    """As many as there are."""


class Batch(Dim):
    """As many as there are."""


class Open(Dim):
    """Of these several."""


class Nine(Dim, size=9):
    """Nine."""


OBJECTS = st.recursive(
    st.sampled_from([Scalar, Float[I], Float[J], Float[I, J], Float[J, I, J]]),
    lambda inner: st.lists(inner, max_size=3).map(lambda parts: products(*parts)),
    max_leaves=5,
).filter(has_arrays)
PRODUCT = products(Float[I], products(Float[I, J], Scalar))


def drawn(p: type, seed: int) -> tuple[SomeArrow, Tree, Tree]:
    """`unpack` to an object, a value of it, and the numbers of that in a row."""
    tree = point(p, np.random.default_rng(seed))
    return unpack(N, p), tree, numbers(tree)


@given(p=OBJECTS, seed=SEEDS)
def test_packing_is_the_inverse_of_unpacking(p: type, seed: int) -> None:
    """And the numbers of a tree come in a vector as they are read: from left to right, and row by row."""
    f, tree, vector = drawn(p, seed)
    assert (f.dom, f.cod) == (Float[N], p)
    np.testing.assert_array_equal(pack(p, tree), vector)
    np.testing.assert_array_equal(pack(p, f(vector)), vector)
    assert_tree(f(vector), tree)


def assert_tree(found: Tree, expected: Tree) -> None:
    """The same trees of the same arrays."""
    tree_map(np.testing.assert_array_equal, found, expected)


@given(p=OBJECTS, seed=SEEDS)
def test_unpacking_is_linear_and_in_coordinates_the_identity(p: type, seed: int) -> None:
    """So is its derivative at every point, and so is the transpose of that."""
    f, _, vector = drawn(p, seed)
    other = vector[::-1]
    assert_close(numbers(f(2 * vector + other)), numbers(tree_map(lambda x, y: 2 * x + y, f(vector), f(other))), 1e-14)
    for matrix in (matrix_by_forward, matrix_by_reverse, matrix_by_jacobian):
        np.testing.assert_array_equal(matrix(f, vector), np.eye(len(vector)))


@given(p=OBJECTS, seed=SEEDS)
def test_what_sends_nothing_back_sends_zeros(p: type, seed: int) -> None:
    """Any part of a cotangent may be `None`; the vector has its place all the same."""
    f, tree, vector = drawn(p, seed)
    sent = tangent_at(tree, np.random.default_rng(seed))
    np.testing.assert_array_equal(reverse(f)(vector)[1](sent), coordinates(tree, sent))


@given(p=OBJECTS, seed=SEEDS)
def test_each_of_several_vectors_is_unpacked(p: type, seed: int) -> None:
    """Their axes stay in front, and on the way back."""

    class Sized(Dim, size=len(drawn(p, seed)[2])):
        """As many entries as the object has."""

    f: SomeArrow = unpack(Sized, p)
    once: SomeArrow = each(Batch, f)
    assert_loop(once, f, True, seed)
    assert_loop(each(Batch, once), once, True, seed)
    rows = point(once.dom, np.random.default_rng(seed))
    np.testing.assert_array_equal(reverse(once)(rows)[1](once(rows)), rows)


def classifier() -> SomePara:
    """The loss of a small model with parameters of every form."""
    block = residual(linear(J, J) >> tanh(Float[J]))
    model = embedding(I, J) >> stack(block, 2) >> dense(J, I)
    return each(Batch, model * identity(Index) >> cross_entropy(I)) >> mean(Float[Batch])


LOSS = classifier()
BATCH: Tree = (np.array([0, 1, 1, 0]), np.array([1, 0, 1, 1]))


@given(seed=SEEDS)
def test_packed_is_the_same_function(seed: int) -> None:
    """It draws the same numbers, and has the same values; its gradient is the gradient, packed."""
    small = packed(N, LOSS)
    params, vector = LOSS.init(np.random.default_rng(seed)), small.init(np.random.default_rng(seed))
    np.testing.assert_array_equal(vector, numbers(params))
    assert_close(small(vector, BATCH), LOSS(params, BATCH), 1e-14)
    towards, _ = gradient(LOSS.arrow)((params, BATCH))
    slope, nothing = gradient(small.arrow)((vector, BATCH))
    assert_close(slope, numbers(towards), 1e-13)
    assert_close(numbers(unpack(N, LOSS.parameters)(slope)), numbers(towards), 1e-13)
    assert nothing == (None, None)


def test_packing_goes_through_each() -> None:
    """The packed model of each example is the model of each, packed."""
    model = linear(J, I) >> tanh(Float[I])
    inside, outside = each(Batch, packed(N, model)), packed(N, each(Batch, model))
    assert (inside.parameters, inside.dom, inside.cod) == (outside.parameters, outside.dom, outside.cod)
    vector, x = inside.init(np.random.default_rng(0)), point(Float[Batch, J], np.random.default_rng(1))
    np.testing.assert_allclose(inside(vector, x), outside(vector, x), rtol=1e-14)
    assert str(packed(N, model)) == f"packed(N, {model})"


@pytest.mark.parametrize("optimizer", [sgd(0.1), sgd(0.1, momentum=0.9), adam(0.1)], ids=["sgd", "momentum", "adam"])
def test_an_optimiser_does_to_the_vector_what_it_does_to_the_tree(optimizer: Optimizer) -> None:
    """Step by step, whatever it remembers."""
    small = packed(N, LOSS)
    params: Tree = LOSS.init(np.random.default_rng(0))
    vector = pack(LOSS.parameters, params)
    state, small_state = optimizer.init(params), optimizer.init(vector)
    for _ in range(10):
        state, params = optimizer.step(state, params, gradient(LOSS.arrow)((params, BATCH))[0])
        small_state, vector = optimizer.step(small_state, vector, gradient(small.arrow)((vector, BATCH))[0])
        assert_close(vector, numbers(params), 1e-12)


def test_float32_stays_float32() -> None:
    """Packed and unpacked, there and back, with zeros for `None`."""
    f: SomeArrow = unpack(N, PRODUCT)
    x: Tree = np.arange(9, dtype=np.float32)
    b, push = forward(f)(x)
    _, pull = reverse(f)(x)
    found = f(x), b, push(x), pull(b), pull((None, b[1])), pack(PRODUCT, b)
    assert {y.dtype for y in leaves(found)} == {np.dtype(np.float32)}


PACK: Bad = pack
ANYTHING: Bad = (3, tanh(Float[J]))
TWO_AND_MORE: SomeArrow = unpack(N, tuple[Float[I], Float[J, Batch]])
ERRORS: dict[str, tuple[Callable[[], object], str]] = {
    "a square without a size": (
        lambda: unpack(N, Float[Batch, Batch]),
        "unpack: wanted a size for Batch, found none; ",
    ),
    "two without a size": (
        lambda: unpack(N, tuple[Float[N], Float[I, Batch]]),
        "unpack: wanted a size for Batch, found none; ",
    ),
    "no whole number": (
        lambda: TWO_AND_MORE(np.ones(6)),
        "unpack: wanted a vector of 2 entries, and of 3 more for each of the dimension without a size in tuple[",
    ),
    "fewer than none": (lambda: TWO_AND_MORE(np.ones(1)), "unpack: wanted a vector of 2 "),
    "integers": (lambda: unpack(N, Index), "unpack: wanted floating-point numbers, got Index; "),
    "integers inside": (
        lambda: unpack(N, tuple[Float[I], Int[J]]),
        "unpack: wanted floating-point numbers, got Int[J]; ",
    ),
    "too many": (
        lambda: unpack(Nine, Float[I, J]),
        "unpack: wanted the entries of Float[I, J], which are 6, got Nine of 9",
    ),
    "too few": (lambda: unpack(I, Float[J]), "unpack: wanted the entries of Float[J], which are 3, got I of 2"),
    "nothing": (lambda: unpack(N, UNIT), "unpack: wanted the entries of Unit, which are 0, got N of None"),
    "no object": (lambda: unpack(N, int), "unpack: wanted an object such as Float[Hidden], got <class 'int'>; "),
    "packed": (lambda: packed(J, linear(I, J)), "unpack: wanted the entries of tuple[Float[J, I], Float[J]], which"),
    "number as dimension": (lambda: unpack(ANYTHING[0], Float[J]), "unpack: wanted a dimension, got 3; "),
    "arrow to be packed": (lambda: packed(N, ANYTHING[1]), "packed: wanted "),
    "pack of fewer": (lambda: pack(PRODUCT, (np.ones(2),)), "pack: wanted "),
    "pack of a transposed matrix": (lambda: pack(Float[I, J], np.ones((3, 2))), "pack: wanted "),
    "pack": (lambda: pack(Float[Batch, N], np.ones((3, 2))), "pack: wanted a size for N, found none; "),
    "pack of integers": (lambda: pack(N, tuple[Float[I], Index]), "pack: wanted floating-point numbers, got Index; "),
    "pack of too few": (lambda: pack(Nine, 1.0, 2.0), "pack: wanted the entries of tuple[Scalar, Scalar], which are 2"),
    "pack of none": (lambda: PACK(N), "pack: wanted values beside N, pack(N, x, y), got none"),
    "pack without a dimension": (lambda: PACK(1.0, 2.0), "pack: wanted a dimension before the values, pack(N, x, y)"),
    "pack of a list": (lambda: PACK([1.0, 2.0]), "pack: wanted a dimension before the values, pack(N, x, y)"),
    "pack of many": (lambda: PACK(I, Float[Open])(np.ones(3)), "pack: wanted 2 entries for I, got 3 of Float[Open]"),
}


@pytest.mark.parametrize(("attempt", "text"), ERRORS.values(), ids=ERRORS)
def test_what_cannot_be_packed(attempt: Callable[[], object], text: str) -> None:
    """The error says what was wanted, and what was found."""
    with pytest.raises(SpaceError) as caught:
        attempt()
    assert str(caught.value).startswith(text)


@pytest.mark.parametrize("many", [0, 1, 4])
def test_a_dimension_without_a_size_is_as_long_as_the_vector_makes_it(many: int) -> None:
    """In several arrays at once; there and back, in each mode, over a batch, and staged."""
    p: Any = tuple[Float[Batch], tuple[Float[Batch, I], Float[J]]]
    f: SomeArrow = unpack(N, p)
    x: Tree = np.random.default_rng(0).normal(size=3 * many + 3)
    first, (second, third) = f(x)
    assert (first.shape, second.shape, third.shape) == ((many,), (many, 2), (3,))
    np.testing.assert_array_equal(pack(p, f(x)), x)
    check_derivative(f, x)
    check_derivative(tangent(f), (x, x))
    np.testing.assert_array_equal(reverse_derivative(f)((x, f(x))), x)
    back: SomeArrow = pack(N, p)
    check_derivative(back, f(x))
    check_derivative(tangent(back), (f(x), f(x)))
    assert_tree(reverse_derivative(back)((f(x), x)), f(x))
    batch: SomeArrow = each(Open, f)
    np.testing.assert_array_equal(batch(np.stack([x, -x]))[1][0][0], second)
    for target in ("numpy", "c"):
        np.testing.assert_array_equal(numbers(stage(lambda x: f(x), target)(x)), x)
        np.testing.assert_array_equal(stage(lambda x: back(f(x)), target)(x), x)
    np.testing.assert_array_equal(bounds(back)(f(x), f(x))[0], x)
    np.testing.assert_array_equal(numbers(bounds(f)(x, x)[0]), x)


@pytest.mark.parametrize("n", [Nine, N])
@pytest.mark.parametrize("entries", [0, 8, 10])
def test_a_vector_of_another_length_is_refused(n: type[Dim], entries: int) -> None:
    """Whether the dimension says how long it is, or only the object does."""
    f: SomeArrow = unpack(n, PRODUCT)
    with pytest.raises(SpaceError, match=r"^unpack: "):
        f(np.ones(entries))


# Of values -----------------------------------------------------------------------------------------------------------

made: Any = arrow  # Any: of functions without annotations, at objects that are drawn


@given(p=OBJECTS, seed=SEEDS)
def test_the_arrow_packs_values_and_variables(p: type, seed: int) -> None:
    """f >> g and g >> f are identities; of an object or of a dimension, at once or in a function."""
    f, tree, vector = drawn(p, seed)
    g: SomeArrow = pack(N, p)
    assert (g.dom, g.cod) == (p, Float[N])
    np.testing.assert_array_equal((f >> g)(vector), vector)
    assert_tree((g >> f)(tree), tree)
    np.testing.assert_array_equal(pack(N, tree), vector)
    assert made(lambda x: pack(N, x), p) == g
    np.testing.assert_array_equal(made(lambda x: pack(p, x), p)(tree), vector)
    sent = np.random.default_rng(seed).normal(size=vector.shape)
    assert_tree(reverse(g)(tree)[1](sent), f(sent))


@given(p=OBJECTS, seed=SEEDS)
def test_each_of_several_values_is_packed(p: type, seed: int) -> None:
    """As in the loop."""
    f: SomeArrow = pack(N, p)
    assert_loop(each(Batch, f), f, True, seed)


def test_numbers_make_a_vector_and_rows_a_matrix() -> None:
    """Of variables, numbers, and arrays of numbers, side by side."""

    @arrow
    def turned(a: Scalar, x: Float[I]) -> Float[J]:
        return pack(J, 2.0, x * a)

    @arrow
    def rotation(angle: Scalar) -> Float[I, I]:
        c, s = cos(angle), sin(angle)
        return unflatten(I, I)(pack(Times[I, I], c, -s, s, c))

    x = np.array([1.0, -2.0])
    assert turned(3.0, check(Float[I], x)).tolist() == [2.0, 3.0, -6.0]
    assert made(lambda a: PACK(J, a, np.arange(2)), Scalar)(3.0).tolist() == [3.0, 0.0, 1.0]
    np.testing.assert_allclose(rotation(0.5) @ x, [np.cos(0.5) + 2 * np.sin(0.5), np.sin(0.5) - 2 * np.cos(0.5)])
    check_derivative(rotation, check(Scalar, 0.5))
    second = hessian(made(lambda a, b: total(PACK(I, a * b, sin(a)) ** 2), Scalar, Scalar))(1.0, 2.0)
    np.testing.assert_allclose(second, [[8 + 2 * np.cos(2.0), 8.0], [8.0, 2.0]])


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        (lambda a, x: np.array([a, a]), "pack(N, x, y)"),
        (lambda a, x: np.stack([x, x]), "unflatten(I, J)(pack(Times[I, J], x, y)) a table of rows"),
        (lambda a, x: np.concatenate([x, x]), "concat(x, y), and pack(N, x, y) of numbers"),
        (lambda a, x: concat(a, a), "pack(N, x, y) makes a vector of numbers"),
        (lambda a, x: concat(x, x, x), "concat(x, concat(y, z))"),
        (lambda a, x: pack(tuple[Scalar, Float[Open]], (a, x)), "pack(N, x, y)"),
    ],
)
def test_what_is_put_together_otherwise_says_what_to_write(wrong: Bad, advice: str) -> None:
    """With the line."""
    with pytest.raises((InterpretationError, SpaceError)) as error:
        made(wrong, Scalar, Float[Open])
    assert advice in str(error.value)
    assert f"line {wrong.__code__.co_firstlineno}, `(lambda a, x: " in str(error.value)
