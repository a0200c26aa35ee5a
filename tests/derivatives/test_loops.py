"""Loops are their steps, composed: `scan`, `fold` and `iterate` against the unrolled arrow, in every mode."""

import tracemalloc
from pathlib import Path
from typing import Any  # of values, and of what is drawn

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cat_ad import (
    Additive,
    Begin,
    Cont,
    D,
    Dim,
    Dual,
    Float,
    Index,
    Int,
    Matrices,
    Scalar,
    SpaceError,
    Truth,
    add,
    arrow,
    bounds,
    check_derivative,
    compose,
    constant,
    cost,
    dot,
    draw,
    dup,
    each,
    exl,
    fold,
    forward,
    gradient,
    gradient_field,
    identity,
    it,
    iterate,
    jacobian,
    linear,
    matvec,
    model,
    mul,
    para,
    primitive,
    reverse,
    reverse_derivative,
    scan,
    sin,
    stage,
    tangent,
    tanh,
    total,
    value_and_gradient,
    where,
)
from cat_ad.arrows.lifting import lift
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.spaces import dimensions, floats, products
from cat_ad.objects.trees import leaves, tree_map
from cat_ad.primitives.indexing import entry
from cat_ad.symbolic.bulk import floating, whole
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.trees import Tree, direction, point


class N(Dim):
    """An axis without a size."""


class Four(Dim, size=4):
    """An axis with a size."""


class Batch(Dim):
    """Another."""


class H(Dim, size=3):
    """The state."""


along: Any = scan  # Any: of functions and arrows whose objects are drawn
folded: Any = fold  # Any: likewise
made: Any = arrow  # Any: likewise
iterate_of: Any = iterate  # Any: likewise
every: Any = each  # Any: likewise
KEEP = [None, 1, 2, 7]


def close(left: object, right: object) -> None:
    """Two trees of arrays are equal up to rounding."""
    for x, y in zip(leaves(left), leaves(right), strict=True):
        assert (x is None) == (y is None)
        if x is not None:
            np.testing.assert_allclose(x, y, 1e-12, 1e-12)


def stack(*rows: Tree) -> Tree:
    """Values as arrays with one more axis."""
    return tree_map(lambda *parts: None if parts[0] is None else np.stack(parts), *rows)


def unrolled(f: Any, s: type, x: type) -> SomeArrow:
    """Three steps, from the state and each entry to the last state and each output."""

    def steps(state: Any, a: Any, b: Any, c: Any) -> Any:
        state, first = f((state, a))
        state, second = f((state, b))
        state, third = f((state, c))
        return state, first, second, third

    found: SomeArrow = made(steps, s, x, x, x)
    return found


# Laws ----------------------------------------------------------------------------------------------------------------


@settings(phases=PHASES, max_examples=30)
@given(st.data(), SEEDS, st.sampled_from(KEEP))
def test_a_scan_is_its_steps(data: st.DataObject, seed: int, keep: int | None) -> None:
    """In value, forward and reverse; and so is what `tangent` and `reverse_derivative` give, and `stage`."""
    s, x, y = (data.draw(objects(1)) for _ in range(3))
    f: SomeArrow = data.draw(twins(products(s, x), products(s, y), 2)).arrow
    loop, plain = along(N, f, keep=keep), unrolled(f, s, x)
    rng = np.random.default_rng(seed)
    start, rows = point(s, rng), [point(x, rng) for _ in range(3)]
    last, *outputs = plain((start, *rows))
    u, du = direction(start, rng), [direction(row, rng) for row in rows]
    v, dv = direction(last, rng), [direction(output, rng) for output in outputs]
    at, push, pull = (start, stack(*rows)), (u, stack(*du)), (v, stack(*dv))

    def together(found: Tree) -> Tree:
        last, *outputs = found
        return last, stack(*outputs)

    value, derivative = forward(plain)((start, *rows))
    pushed = together(derivative(floating(plain.dom, (u, *du))))
    first, *slopes = reverse(plain)((start, *rows))[1](floating(plain.cod, (v, *dv)))
    pulled = first, stack(*slopes)
    close(loop(at), together(value))
    close(forward(loop)(at)[1](floating(loop.dom, push)), pushed)
    close(reverse(loop)(at)[1](floating(loop.cod, pull)), pulled)
    close(tangent(loop)(at, push), (together(value), whole(together(value), pushed)))
    close(reverse_derivative(loop)(at, pull), whole(at, pulled))
    close(stage(loop)(at), loop(at))


@arrow
def recurrent(w: Float[H, H], start: Float[H], xs: Float[N, H]) -> tuple[Float[H], Float[N]]:
    """A scan that uses what is around it."""

    def step(h: Float[H], x: Float[H]) -> tuple[Float[H], Scalar]:
        return tanh(matvec(w, h) + x), dot(h, x)

    return scan(N, step)(start, xs)


def arguments(many: int, seed: int = 0) -> Any:  # Any: of the arrow above
    """A point of it."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(3, 3)), rng.normal(size=3), rng.normal(size=(many, 3))


@pytest.mark.parametrize("many", [0, 1, 2, 5])
def test_its_derivative_is_that_of_its_differences(many: int) -> None:
    """For any number of entries, also none; and of its derivatives, as arrows."""
    at = arguments(many)
    check_derivative(recurrent, at)
    assert [x.shape for x in recurrent(at)] == [(3,), (many,)]
    rng = np.random.default_rng(1)
    v: Any = rng.normal(size=3), rng.normal(size=many)
    check_derivative(tangent(recurrent), (at, arguments(many, 1)))
    check_derivative(reverse_derivative(recurrent), (at, v))


def test_a_scan_of_a_function_is_the_scan_of_its_arrow() -> None:
    """On elements, and at once on arrays."""
    at = arguments(4)

    def step(h: Any, x: Any) -> Any:
        return tanh(matvec(at[0], h) + x), dot(h, x)

    close(along(N, step)(*at[1:]), recurrent(at))
    close(along(N, step, *at[1:]), recurrent(at))


def test_a_state_of_plain_numbers_and_arrays_is_one_of_arrays() -> None:
    """Also where a step leaves some of them numbers; in the dtype of the entries."""
    x = np.array([0.5, -1.0, 2.0], np.float32)

    def count(s: Any, a: Any) -> Any:
        return s[0] + 1.0, s[1] + a

    again: Any = iterate  # Any: of functions without objects
    folded: Any = fold  # Any: likewise
    counted: Any = made(lambda x: folded(N, count)((0, 0.0), x), Float[N])
    close(counted(x), (3.0, 1.5))
    assert [y.dtype for y in counted(x)] == [np.float32, np.float32]
    grown: Any = made(lambda a: again(4, lambda s: (s[0] + a, s[1] + s[0]))((0.0, np.zeros(3))), Scalar)
    close(grown(2.0), (8.0, np.full(3, 12.0)))
    outer: Any = made(lambda a: along(Four, lambda s: (s + 1.0, a * s))(0.0), Scalar)
    close(outer(2.0), (4.0, 2.0 * np.arange(4.0)))


SETTLING: dict[str, Any] = {  # Any: of elements, or of arrays
    "at once": lambda w, xs, a, rows: folded(N, lambda s, x: s + x * w, 0.0, xs),
    "second step": lambda w, xs, a, rows: folded(N, lambda s, x: (s[1] + x * w, s[0]), (0.0, 0.0), xs),
    "third step": lambda w, xs, a, rows: folded(N, lambda s, x: (s[1], s[2], s[0] + x * w), (0.0, 1.0, a), xs),
    "of a variable": lambda w, xs, a, rows: folded(N, lambda s, x: (s[1] * w, s[0] * x), (a, a), xs),
    "of rows": lambda w, xs, a, rows: folded(N, lambda s, x: s + x * a, a, rows),
    "of rows, from a number": lambda w, xs, a, rows: folded(N, lambda s, x: s + x * a, 0.0, rows),
    "names": lambda w, xs, a, rows: folded(N, lambda s, x: s * w, np.ones(3), xs),
    "truth values": lambda w, xs, a, rows: folded(N, lambda s, x: s | (x > 1.0) & (w > 0.5), False, xs),
    "iterate": lambda w, xs, a, rows: iterate_of(3, lambda s: s * w + 1.0, a),
}


@pytest.mark.parametrize("f", SETTLING.values(), ids=SETTLING)
@pytest.mark.parametrize("space", [Float[H], Float[Batch]], ids=str)
def test_a_state_gets_the_axes_that_any_step_gives_it(f: Any, space: Any) -> None:
    """As of arrays; whether sizes are known or not."""
    rng = np.random.default_rng(0)
    at = rng.normal(size=3), rng.normal(size=4), np.float64(0.5), rng.normal(size=(4, 3))
    dim = dimensions(space)[0]
    looped: SomeArrow = made(f, space, Float[N], Scalar, floats(N, dim))
    close(looped(at), f(*at))
    check_derivative(looped, at)


def test_a_state_that_does_not_stay_in_an_object_is_refused() -> None:
    """Where it loses axes, has more after each step, or must begin with axes whose sizes nobody knows."""
    for f, why in (
        (lambda w: iterate_of(3, lambda s: 2.0, w), r"wanted a state in Float\[Batch\], as before .*, got Scalar"),
        (
            lambda w: iterate_of(3, lambda s: every(H, lambda y: y * s)(np.ones(3)), total(w)),
            "wanted a state that keeps its axes",
        ),
        (
            lambda w: iterate_of(3, lambda s: every(H, lambda y: y * w)(np.ones(3)) * s, 0.0),
            r"wanted a state to begin with in Float\[H, Batch\], .* full_like",
        ),
        (
            lambda w: along(Batch, lambda s, x: s + x, 0.0, w),
            r"wanted a step to a state and an output, \(s, y\), got Scalar",
        ),
    ):
        with pytest.raises(SpaceError, match=why):
            made(f, Float[Batch])
    with pytest.raises(SpaceError, match=r"wanted outputs of one shape, got float, then float64\[3\]"):
        along(N, lambda s, x: (s + x, s), 0.0, np.ones((2, 3)))


def test_a_step_that_makes_another_structure_of_the_state_is_refused() -> None:
    """With what it was, and what it made of it."""
    with pytest.raises(SpaceError, match=r"wanted a state again after a step from 0\.0, got tuple\[0\.0, 0\.0\]"):
        made(lambda x: along(N, lambda s, a: ((s, s), a), 0.0, x), Float[N])


def test_every_representation_of_linear_maps_reads_it() -> None:
    """The Jacobian is that of the reverse mode, by rows and by columns."""
    at = arguments(3)
    by_rows = jacobian(recurrent)(at)
    k = Additive()
    categories: tuple[Any, ...] = (Matrices(), Cont(k, Scalar), Begin(k, Scalar), k, Dual(k))  # Any: of many brands
    for category in categories:
        recurrent.to(D(category))
    _, pull = reverse(recurrent)(at)
    for i in range(3):
        one: Any = np.eye(3)[i], np.zeros(3)
        slopes = pull(one)
        close(tree_map(lambda x, i=i: x[i], by_rows[0]), slopes)


def test_a_fold_is_a_scan_without_outputs() -> None:
    """fold(N, f) = scan(N, f >> dup) >> exl"""
    at: Any = 0.5, np.array([1.0, -2.0, 3.0])
    left = fold(N, mul(Scalar))
    right = scan(N, mul(Scalar) >> dup(Scalar)) >> exl(Scalar, Float[N])
    assert left(at) == right(at) == -3.0
    close(gradient(left)(at), gradient(right)(at))
    close(gradient_field(left)(at), gradient(right)(at))


@pytest.mark.parametrize("many", [0, 1, 2, 5])
def test_iteration_is_composition(many: int) -> None:
    """iterate(n, f) = f >> ... >> f, also in the second derivative."""
    left = iterate(many, sin(Scalar))
    right = compose(identity(Scalar), identity(Scalar), *[sin(Scalar)] * many)
    close(left(0.7), right(0.7))
    close(gradient(left)(0.7), gradient(right)(0.7))
    close(gradient_field(gradient_field(left))(0.7), gradient_field(gradient_field(right))(0.7))


def test_scan_then_map_is_a_scan() -> None:
    """scan(N, f) >> id * each(N, g) = scan(N, f >> id * g)"""
    f, g = add(Scalar) >> dup(Scalar), sin(Scalar)
    at: Any = 0.5, np.array([1.0, -2.0, 3.0])
    left = scan(N, f) >> identity(Scalar) * each(N, g)
    right = scan(N, f >> identity(Scalar) * g)
    close(left(at), right(at))
    v: Any = 1.0, np.ones(3)
    close(reverse(left)(at)[1](v), reverse(right)(at)[1](v))


@arrow
def nested(w: Float[H], xs: Float[N, Four], ys: Float[Four, H]) -> tuple[Scalar, Float[N]]:
    """A scan in a scan, whose step uses what is around both."""

    def outer(s: Scalar, row: Float[Four]) -> tuple[Scalar, Scalar]:
        def inner(t: Scalar, z: tuple[Scalar, Float[H]]) -> tuple[Scalar, Scalar]:
            return t + sin(z[0] * s) * dot(w, z[1]), t

        t, more = scan(Four, inner)(s * 0.5, (row, ys))
        return t, total(more)

    return scan(N, outer)(total(w), xs)


def test_a_scan_may_be_in_a_scan() -> None:
    """And in `each`; its derivatives, as arrows too."""
    rng = np.random.default_rng(0)
    at: Any = rng.normal(size=3), rng.normal(size=(2, 4)), rng.normal(size=(4, 3))
    v: Any = np.float64(1.0), np.ones(2)
    check_derivative(nested, at)
    close(reverse_derivative(nested)(at, v), reverse(nested)(at)[1](v))
    value, derivative = forward(nested)(at)
    close(tangent(nested)(at, at), (value, derivative(at)))
    check_derivative(reverse_derivative(nested), (at, v))
    check_derivative(each(Batch, nested), tree_map(lambda x: np.stack([x, x + 1.0]), at))


# More axes -----------------------------------------------------------------------------------------------------------

MASKS = [(w, s, x) for w in (True, False) for s in (True, False) for x in (True, False) if w or s or x]


@pytest.mark.parametrize("lifted", MASKS)
def test_each_example_is_scanned(lifted: tuple[bool, bool, bool]) -> None:
    """Also where parameters, the state or the entries are shared; twice over; and its derivatives."""
    larger = lift(Batch, recurrent, lifted)
    several = [arguments(4, seed) for seed in range(2)]
    at: Any = tuple(np.stack(xs) if on else xs[0] for xs, on in zip(zip(*several, strict=True), lifted, strict=True))
    rows = [tuple(x[i] if on else x for x, on in zip(at, lifted, strict=True)) for i in range(2)]
    close(larger(at), stack(*map(recurrent, rows)))
    check_derivative(larger, at)
    twice = lift(Four, larger, True)
    close(twice(tree_map(lambda x: np.stack([x] * 4), at)), tree_map(lambda x: np.stack([x] * 4), larger(at)))


# Memory and time -----------------------------------------------------------------------------------------------------


def counted() -> tuple[SomeArrow, list[int]]:
    """A step that counts how often its value is computed."""
    calls = [0]
    wave: SomeArrow = sin(Scalar)

    def value(x: Any) -> Any:
        calls[0] += 1
        return np.sin(x)

    made = primitive("wave", Scalar, Scalar, value, lambda x, y, k: k.scale(np.cos(x)))
    assert made.dom == wave.dom
    return made, calls


@pytest.mark.parametrize(("keep", "calls"), [(None, 100), (1, 200), (7, 200), (10, 200), (1000, 200)])
def test_each_step_is_computed_once_or_where_only_some_are_kept_once_more(keep: int | None, calls: int) -> None:
    """For the value and the gradient together."""
    f, count = counted()
    value_and_gradient(iterate(100, f, keep=keep))(0.5)
    assert count == [calls]
    value_and_gradient(compose(*[f] * 100))(0.5)
    assert count == [calls + 100]


def test_a_hundred_thousand_steps_run() -> None:
    """Without recursion; and ten thousand back, and as arrows."""
    at: Any = 0.0, np.linspace(0.0, 1.0, 10_000)
    loop = fold(N, add(Scalar) >> sin(Scalar))
    value, slope = value_and_gradient(loop)(at)
    close(value, loop(at))
    assert slope[1].shape == (10_000,)
    assert iterate(100_000, sin(Scalar))(0.5) < 0.01
    close(gradient_field(loop)(at), slope)


def allocated(f: Any, at: Any) -> int:
    """The most bytes that are taken at once by a gradient."""
    slope = value_and_gradient(f)
    slope(at)
    tracemalloc.start()
    slope(at)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


class Wide(Dim, size=10_000):
    """So much that Python's own objects do not count."""


def test_what_is_kept_now_and_then_takes_less_memory() -> None:
    """Of 100 steps all 100 arrays; or of every tenth, 10 and 10 and what one step takes."""
    step: SomeArrow = sin(Float[Wide])
    whole, few = (allocated(iterate(100, step, keep=k) >> total(Float[Wide]), np.ones(10_000)) for k in (None, 10))
    assert whole > 100 * 80_000
    assert few < 26 * 80_000


# Values of other kinds -----------------------------------------------------------------------------------------------


def test_a_state_may_count_and_entries_may_be_integers() -> None:
    """Integers have no tangents, forward or back."""

    @arrow
    def looked(table: Float[H], first: Index, at: Int[N]) -> tuple[Index, Scalar]:
        def step(s: tuple[Index, Scalar], i: Index) -> tuple[Index, Scalar]:
            return i, s[1] + entry(H)((table, i))

        return fold(N, step)((first, total(table) * 0.0), at)

    at: Any = np.array([1.0, 2.0, 4.0]), np.int64(1), np.array([0, 2, 2])
    value, pull = reverse(looked)(at)
    close(value, (2, 9.0))
    v: Any = None, 1.0
    close(pull(v), (np.array([1.0, 0.0, 2.0]), None, None))
    check_derivative(looked, at)
    v = np.int64(0), 1.0
    close(reverse_derivative(looked)(at, v), (np.array([1.0, 0.0, 2.0]), np.int64(0), np.zeros(3, int)))


def test_single_precision_stays() -> None:
    """In value and derivative."""
    at: Any = tuple(x.astype(np.float32) for x in arguments(4))
    found = reverse(recurrent)(at)
    assert {x.dtype for x in leaves(found[0])} == {np.dtype(np.float32)}
    assert {x.dtype for x in leaves(found[1](found[0]))} == {np.dtype(np.float32)}


# With parameters -----------------------------------------------------------------------------------------------------


def test_parameters_are_shared_by_all_steps() -> None:
    """Of a Para it is a Para; and inside a model a layer that a step applies is one."""
    layer = linear(H, H) >> tanh(Float[H])
    thrice = iterate(3, layer)
    parameters: Any = thrice.init(np.random.default_rng(0))
    x: Any = np.ones(3)
    close(thrice(parameters, x), layer(parameters, layer(parameters, layer(parameters, x))))

    @model
    def again(x: Float[H]) -> Float[H]:
        return iterate(3, lambda h: layer(h), x)

    assert again.parameters == layer.parameters
    close(again(parameters, x), thrice(parameters, x))
    loss = thrice >> total(Float[H])
    check_derivative(loss.arrow, (parameters, x))
    close(gradient(loss)(parameters, x), gradient(loss.arrow)((parameters, x))[0])


def test_a_gradient_in_parameters_computes_each_step_once() -> None:
    """Though it is not wanted in the input."""
    f, count = counted()
    at: Any = np.float64(0.5)
    thrice = iterate(3, para("layer", Scalar, mul(Scalar) >> f, lambda rng: at))
    value_and_gradient(thrice)(at, at)
    assert count == [3]


# Readings ------------------------------------------------------------------------------------------------------------


def test_a_number_or_an_array_may_be_where_it_starts() -> None:
    """Also where the step alone tells in which object it is."""
    zero: Any = 0.0
    root: Any = made(lambda x: iterate(6, lambda y: (y + x / y) * 0.5, zero + 1.0), Scalar)
    close(root(2.0), np.sqrt(2.0))
    close(gradient(root)(2.0), 0.5 / np.sqrt(2.0))

    @arrow
    def sums(xs: Float[N]) -> tuple[Scalar, Float[N]]:
        return scan(N, lambda s, x: (s + x, s), zero, xs)

    xs: Any = np.arange(4.0)
    close(sums(xs), (6.0, np.array([0.0, 0.0, 1.0, 3.0])))

    @arrow
    def orbit(x: Scalar) -> Float[Four]:
        def step(y: Scalar) -> tuple[Scalar, Scalar]:
            return sin(y) * x, y

        return scan(Four, step)(x)[1]

    check_derivative(orbit, 2.0)


def test_it_costs_what_its_steps_cost() -> None:
    """So many times."""
    body, some = cost(mul(Scalar) >> sin(Scalar)), cost(fold(N, mul(Scalar) >> sin(Scalar)), {N: 7})
    assert (some.multiplications, some.others) == (7 * body.multiplications, 7 * body.others)


def test_its_bounds_are_those_of_its_steps() -> None:
    """One after the other."""
    low: Any = np.array([0.5, 1.0])
    high: Any = np.array([1.0, 2.0])
    step = mul(Scalar) >> sin(Scalar)
    one: Any = np.float64(1.0)
    first = bounds(step)((one, low[0]), (one, high[0]))
    second = bounds(step)((first[0], low[1]), (first[1], high[1]))
    assert bounds(fold(N, step))((one, low), (one, high)) == second


def test_it_is_one_box_that_names_its_body(tmp_path: Path) -> None:
    """And is printed so."""
    loop = iterate(3, sin(Scalar))
    assert str(loop) == "iterate(3, sin)"
    draw(loop, tmp_path / "loop.svg")
    assert "iterate(3, sin)" in (tmp_path / "loop.svg").read_text("utf-8")


def test_staged_it_is_its_steps() -> None:
    """In NumPy and in C, gradients too."""
    at = arguments(4)
    slope = value_and_gradient(recurrent >> exl(Float[H], Float[N]) >> total(Float[H]))
    for target in ("numpy", "c"):
        close(stage(slope, target=target)(at), slope(at))


# What is no loop -----------------------------------------------------------------------------------------------------

unchecked: Any = iterate  # Any: what a type checker refuses is the point
WRONG: dict[str, Any] = {
    "wanted a state in Scalar, .* got Float": lambda: folded(N, exl(Scalar, Scalar) >> constant_of_h()),
    "wanted an arrow from a state and an entry, got": lambda: folded(N, sin(Scalar)),
    "wanted an arrow to a state and an output, got": lambda: along(N, add(Scalar)),
    "wanted an arrow, or a function, got 3": lambda: along(N, 3),
    "wanted a number of times, 0 or more, got -1": lambda: unchecked(-1, sin(Scalar)),
    "wanted keep to be a number of steps, 1 or more, got 0": lambda: unchecked(3, sin(Scalar), keep=0),
    "wanted a dimension, got Float": lambda: folded(Float[N], add(Scalar)),
    "wanted a state, and entries, got 3 values": lambda: folded(N, lambda s, x: s)(1.0, 2.0, 3.0),
    "wanted entries, or a size of N, found neither": lambda: along(N, lambda s: (s, s))(1.0),
    "wanted arrays of one length": lambda: folded(N, lambda s, x: s)(1.0, (np.ones(2), np.ones(3))),
    "wanted an array whose first dimension is N, got": lambda: made(
        lambda x: folded(N, lambda s, y: s + y)(x, x), Float[H]
    ),
    "wanted one entry or more": lambda: along(N, lambda s, x: (s, x))(1.0, np.ones(0)),
}


def constant_of_h() -> SomeArrow:
    """From a number to an array."""
    values: Any = np.ones(3)
    return it(Scalar) >> constant(Float[H], values)


@pytest.mark.parametrize(("why", "make"), WRONG.items(), ids=WRONG)
def test_what_is_no_loop_is_refused(why: str, make: Any) -> None:
    """By an error that says what was wanted."""
    with pytest.raises(SpaceError, match=why):
        make()


def test_truth_values_are_states_and_entries_too() -> None:
    """A mask that says which entries count, and a state that is one."""

    @arrow
    def chosen(s: Scalar, xs: Float[N]) -> tuple[Scalar, Float[N]]:
        def step(s: Scalar, entry: tuple[Scalar, Truth]) -> tuple[Scalar, Scalar]:
            x, counts = entry
            s = where(counts, s * x, s)
            return s, s

        return scan(N, step)(s, (xs, xs > 0.5))

    at: Any = (2.0, np.array([0.1, 0.9, 3.0]))
    assert chosen(at)[1].tolist() == [2.0, 1.8, pytest.approx(5.4)]
    check_derivative(chosen, at)

    @arrow
    def both(s: Truth, x: Truth) -> tuple[Truth, Truth]:
        return s & x, ~x

    masks: Any = (np.True_, np.array([True, False]))
    assert scan(N, both)(masks)[1].tolist() == [False, True]
