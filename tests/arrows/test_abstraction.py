"""Functions as arrows: `arrow` is inverse to application, and agrees with the function on arrays."""

import copy
import math
import pickle
import pydoc
from functools import partial
from sys import getrecursionlimit
from typing import Any, TypeVar, TypeVarTuple, Unpack

import numpy as np
import pytest
from beartype import beartype
from hypothesis import given, settings
from hypothesis import strategies as st
from jaxtyping import jaxtyped

from cat_ad import (
    Dim,
    Float,
    Index,
    Int,
    InterpretationError,
    Scalar,
    SpaceError,
    add,
    arrow,
    bounds,
    check,
    compose,
    cost,
    cross_entropy,
    dot,
    dup,
    each,
    exp,
    fold,
    gradient,
    identity,
    jacobian,
    linear,
    matvec,
    mean,
    model,
    mul,
    parameter,
    scale,
    shift,
    sin,
    softmax,
    stage,
    swap,
    tanh,
    total,
    value_and_gradient,
    windows,
)
from cat_ad.arrows.elements import variable
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.spaces import dimensions, floats, kind
from cat_ad.objects.trees import leaves
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.trees import Tree, point


class N(Dim):
    """An axis without a size."""


class M(Dim):
    """Another."""


class I(Dim, size=2):  # noqa: E742
    """Inputs."""


class H(Dim, size=3):
    """Hidden numbers."""


every: Any = each  # Any: likewise
fold_of: Any = fold  # Any: likewise
tanh_of: Any = tanh  # Any: likewise
total_of: Any = total  # Any: likewise
dot_of: Any = dot  # Any: likewise
windows_of: Any = windows  # Any: likewise
made: Any = arrow  # Any: of functions without annotations, at objects that are drawn


def close(left: object, right: object) -> None:
    """Two trees of arrays are equal up to rounding."""
    for x, y in zip(leaves(left), leaves(right), strict=True):
        np.testing.assert_allclose(x, y, 1e-12, 1e-12)


# Functional completeness: application and abstraction are inverse ----------------------------------------------------


@settings(phases=PHASES, max_examples=40)
@given(st.data())
def test_the_arrow_of_the_application_of_an_arrow_is_the_arrow(data: st.DataObject) -> None:
    """made(x -> f(x)) = f, of composites, forks and crosses too."""
    a, b, c, d = (data.draw(objects(depth)) for depth in (2, 1, 1, 1))
    f: SomeArrow = data.draw(twins(a, b, 2)).arrow
    g: SomeArrow = data.draw(twins(b, c, 2)).arrow
    h: SomeArrow = data.draw(twins(a, d, 1)).arrow
    assert made(lambda x: f(x), a) == f
    assert made(lambda x: g(f(x)), a) == f >> g
    assert made(lambda x: (f(x), h(x)), a) == (f & h)
    assert made(lambda x, y: (f(x), g(y)), a, b) == f * g
    assert made(lambda x, y: (y, x), a, b) == swap(a, b)
    assert made(lambda x: x, a) == identity(a)


@settings(phases=PHASES, max_examples=20)
@given(st.data(), SEEDS)
def test_each_of_a_function_is_each_of_its_arrow(data: st.DataObject, seed: int) -> None:
    """Also where the function uses what is not among its arguments; and both are the loop over rows."""
    a, b = data.draw(objects(1)), data.draw(objects(0))
    f: SomeArrow = data.draw(twins(a, b, 2)).arrow
    larger = each(N, f)
    assert made(lambda x: every(N, lambda row: f(row))(x), larger.dom) == larger
    x = point(larger.dom, np.random.default_rng(seed))
    rows: Any = every(N, lambda row: f(row))
    close(rows(x), larger(x))
    close(every(N, lambda row: f(row), x), larger(x))
    close(every(N, f, x), larger(x))


# Programs ------------------------------------------------------------------------------------------------------------


def program(w: Any, b: Any, xs: Any, c: Any) -> Any:  # Any: elements, or arrays
    """Values with names, numbers, closures and products."""
    v = tanh(w) * 0.5
    unused = exp(v)
    del unused

    def one(x: Any) -> Any:
        h = matvec(v, x) + b
        return c * softmax(h) - h / 3.0, dot(h, h) ** 2 + 1.0

    rows, squares = every(N, one)(xs)
    return rows + b, -(2.0 / (squares + 4.0)) * c, total(w) - mean(squares)


AT: Tree = tuple(np.random.default_rng(0).normal(size=size) for size in ((3, 2), (3,), (5, 2), ()))
PROGRAM: SomeArrow = made(program, Float[H, I], Float[H], Float[N, I], Scalar)


def test_an_arrow_is_its_function_on_arrays() -> None:
    """made(f)(a) = f(a), side by side or as one tuple."""
    close(PROGRAM(*AT), program(*AT))
    close(PROGRAM(AT), program(*AT))


def test_the_derivative_of_a_program_is_that_of_its_differences() -> None:
    """Along random directions, which the central difference follows."""
    loss: SomeArrow = made(
        lambda w, b, xs, c: total(program(w, b, xs, c)[0]), *[Float[H, I], Float[H]], Float[N, I], Scalar
    )
    value, slopes = value_and_gradient(loss)(AT)
    along = tuple(np.random.default_rng(1).normal(size=np.shape(x)) for x in AT)
    step = 1e-6
    ahead, behind = (loss(*[x + s * step * u for x, u in zip(AT, along, strict=True)]) for s in (1, -1))
    slope = sum(float(np.sum(d * u)) for d, u in zip(slopes, along, strict=True))
    assert slope == pytest.approx((ahead - behind) / (2 * step), rel=1e-7)
    assert value == loss(AT)


def test_what_has_a_name_is_computed_once_and_what_is_unused_never() -> None:
    """Seven doublings are seven additions; and a dead exponential costs nothing."""

    @arrow
    def doubled(x: Scalar) -> Scalar:
        for _ in range(7):
            x = x + x
        exp(x)
        return x

    assert str(cost(doubled)) == str(cost(compose(*[dup(Scalar) >> add(Scalar)] * 7)))


def test_outer_variables_are_shared_by_each_row() -> None:
    """What depends on them alone is computed once, inside the function too."""
    rows = made(lambda w, xs: every(N, lambda x: x * exp(w))(xs), Float[I], Float[N, I])
    assert rows == made(
        lambda w, xs: each(N, mul(Float[I]))((xs, every(N, lambda x: exp(w))(xs))), Float[I], Float[N, I]
    )
    assert "spread" not in str(made(lambda w, xs: every(N, lambda x: dot(w, x))(xs), Float[I], Float[N, I]))


def test_a_weight_and_a_bias_are_one_box_as_in_a_layer() -> None:
    """On either side of the sum, and over a batch; the matrix product is there too, where it is used elsewhere."""
    objects = Float[H, I], Float[H], Float[N, I]
    layer = linear(I, H)
    for sum_of in (lambda w, b, x: matvec(w, x) + b, lambda w, b, x: b + matvec(w, x)):
        batch = made(lambda w, b, xs, f=sum_of: every(N, lambda x: f(w, b, x))(xs), *objects)
        assert batch == made(lambda w, b, xs: each(N, layer).arrow(((w, b), xs)), *objects)
    twice = made(lambda w, b, x: (matvec(w, x) + b, matvec(w, x)), Float[H, I], Float[H], Float[I])
    close(twice(np.ones((3, 2)), np.ones(3), np.ones(2)), (np.full(3, 3.0), np.full(3, 2.0)))


def test_a_product_outside_is_not_one_box_with_a_sum_inside() -> None:
    """It is an argument of the local function, to which its matrix is unknown."""

    @arrow
    def shifted(w: Float[H, I], x: Float[I], ys: Float[N, H]) -> Float[N, H]:
        v = matvec(w, x)
        return each(N, lambda y: v + y, ys)

    at: Any = np.ones((3, 2)), np.ones(2), np.ones((4, 3))
    close(shifted(at), np.full((4, 3), 3.0))


def test_a_program_is_staged_as_the_pipeline_is_line_for_line() -> None:
    """All but the last, which returns the slopes as the arguments are grouped."""
    layers = linear(I, H) >> tanh(Float[H]) >> linear(H, I)
    pipeline = each(N, layers * identity(Index) >> cross_entropy(I)) >> mean(Float[N])
    weights = layers.parameters

    def loss(p: Any, xs: Any, targets: Any) -> Any:
        (w, b), (v, c) = p

        def one(x: Any, target: Any) -> Any:
            return cross_entropy(matvec(v, tanh(matvec(w, x) + b)) + c, target)

        return mean(every(N, one)(xs, targets))

    at = layers.init(np.random.default_rng(0)), np.ones((4, 2)), np.array([0, 1, 1, 0])
    program: Any = stage(value_and_gradient(made(loss, weights, Float[N, I], Int[N])))
    combinators: Any = stage(value_and_gradient(pipeline.arrow))
    program(at)
    combinators((at[0], at[1:]))
    lines, others = program.source.splitlines(), combinators.source.splitlines()
    assert lines[:-1] == others[:-1]


def test_a_long_program_is_converted_without_recursion() -> None:
    """Ten thousand lines, one after the other."""

    def long(x: Any) -> Any:
        for _ in range(10_000):
            x = sin(x)
        return x

    assert made(long, Scalar)(0.5) == long_value(0.5)


def test_a_long_program_is_read_without_recursion() -> None:
    """More lines than Python calls deep: printed, compared, counted, bounded, differentiated and staged."""
    many = getrecursionlimit() + 100

    def sums(x: Any) -> Any:
        s = x
        for _ in range(many):
            s = s + x
        return s

    f: SomeArrow = made(sums, Scalar)
    assert f == made(sums, Scalar)
    assert hash(f) == hash(made(sums, Scalar))
    assert str(f) == f"(... {many:,} boxes ...)"
    assert cost(f).additions == many
    low, high = bounds(f)(check(Scalar, 1.0), check(Scalar, 1.0))
    assert low <= many + 1.0 <= high
    assert gradient(f)(1.0) == jacobian(f)(1.0) == many + 1.0
    assert stage(f)(1.0) == many + 1.0


def long_value(x: float) -> float:
    """The same in numbers."""
    for _ in range(10_000):
        x = np.sin(x)
    return x


def test_printing_names_the_arguments() -> None:
    """As the function has them."""

    @arrow
    def layer(w: Float[H, I], b: Float[H], x: Float[I]) -> Float[H]:
        return tanh(matvec(w, x) + b)

    assert str(layer) == "((w, b, x) -> tanh(affine((w, b), x)))"
    assert (
        str(made(lambda pair, x: (pair[0] * x, x), tuple[Scalar, Scalar], Scalar)) == "(((a, b), x) -> (mul(a, x), x))"
    )


# Models --------------------------------------------------------------------------------------------------------------


def test_a_model_is_the_pipeline_of_its_layers() -> None:
    """The same parameters, drawn alike, and the same arrow."""

    @model
    def net(x: Float[I]) -> Float[H]:
        return linear(H, H)(tanh(linear(I, H)(x)))

    pipeline = linear(I, H) >> tanh(Float[H]) >> linear(H, H)
    assert net.parameters == pipeline.parameters
    assert net.arrow == pipeline.arrow
    close(net.init(np.random.default_rng(0)), pipeline.init(np.random.default_rng(0)))


def test_a_layer_within_each_has_one_parameter_for_all_rows() -> None:
    """As `each` of a layer has; and a parameter is an element that has no argument."""

    @model
    def net(xs: Float[N, I]) -> Float[N, H]:
        return each(N, linear(I, H))(xs)

    assert net.arrow == each(N, linear(I, H)).arrow

    ones = parameter(Float[I], lambda rng: check(Float[I], np.ones(2)))

    @model
    def scaled(x: Float[I]) -> Float[I]:
        return x * ones()

    assert scaled.parameters == Float[I]
    close(scaled(*[check(Float[I], np.full(2, c)) for c in (3.0, 1.0)]), np.full(2, 3.0))


# At once, on arrays --------------------------------------------------------------------------------------------------


def test_words_compute_with_arrays_at_once() -> None:
    """As NumPy does, numbers included."""
    x: Any = np.linspace(-1.0, 1.0, 3)  # Any: arrays without the types of objects
    w: Any = np.arange(6.0).reshape(2, 3)
    close(tanh(x), np.tanh(x))
    close(matvec(w, x), w @ x)
    close(mul(x, 2.0), 2.0 * x)
    close(add(0.5, x), x + 0.5)
    close(cross_entropy(x, check(Index, 1)), np.log(np.exp(x).sum()) - x[1])
    assert tanh(0.5) == np.tanh(0.5)
    assert tanh(x[0].astype(np.float32)).dtype == np.float32
    assert tanh(w[:0, :2]).shape == (0, 2)
    with pytest.raises(SpaceError, match=r"matvec: wanted .*Float\[3\]"):
        matvec(w, w)


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("magnitude", [5e-324, 4e-309, 1e-8, 1.0, 1e300])
def test_numbers_and_arrays_stand_on_either_side(size: int, magnitude: float) -> None:
    """Of every operator, at all magnitudes, with the value that NumPy has, to the bit."""
    vector: type = floats(type("Sized", (Dim,), {}, size=size))
    x, c = np.linspace(0.5, 1.0, size) * magnitude, np.linspace(1.0, 2.0, size)
    programs: list[Any] = [
        *(lambda x: c + x, lambda x: c - x, lambda x: c * x, lambda x: c / x, lambda x: x / c, lambda x: x - c),
        *(lambda x: 0.5 / x, lambda x: 2.0 - x, lambda x: 1.0 / x, lambda x: c @ x, lambda x: x @ c),
    ]
    for program in programs:
        with np.errstate(all="ignore"):
            np.testing.assert_array_equal(made(program, vector)(x), program(x))


def test_a_vector_before_a_matrix_is_multiplied_too() -> None:
    """As NumPy does; and an array of numbers may be the matrix."""
    m, v = np.arange(6.0).reshape(3, 2), np.array([1.0, 2.0, -1.0])
    close(made(lambda v, m: v @ m, Float[H], Float[H, I])(v, m), v @ m)
    close(made(lambda x: m.T @ x, Float[H])(v), m.T @ v)


# What cannot be converted --------------------------------------------------------------------------------------------

KEPT = list[Any]()


@arrow
def keep(x: Float[I]) -> Float[I]:
    """A function that lets its variable out."""
    KEPT.append(x)
    return x


def leaked(x: Any) -> Any:
    """A variable of an inner function, out of that."""
    rows = list[Any]()

    def one(y: Any) -> Any:
        rows.append(y)
        return y

    every(I, one)(x)
    return rows[0]


@jaxtyped(typechecker=beartype)
def typed(x: Float[H]) -> Float[H]:
    """A function whose types are checked when it is called."""
    return x * 2.0


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (lambda x: float(x), "float"),
        (lambda x: x if x > 0 else -x, "branch"),
        (lambda x: np.linalg.norm(x), "numbers"),
        (lambda x: x[0], "entry"),
        (lambda x: x.sum(), "sum"),
        (lambda x: len(x), "len"),
        (lambda x: [*x], "entry"),
        (lambda x: x % 2, "%"),
        (lambda x: matvec(x, x), "matvec"),
        (lambda x: x + np.ones(3), "I is 2, not 3"),
        (lambda x: identity(Float[H])(x), "H=3"),
        (lambda x: every(N, exp)(x), "first dimension is N, got Float[I]: dimension 1: I=2 is not N"),
        (lambda x: windows_of(I, H, every(H, lambda _: x)(np.ones(3))), "each(N, lambda row: windows(W, P, row))(x)"),
        (lambda x: windows_of(I, H), "wanted the call windows(long, window, places), or one of values, got 2"),
        (lambda x: compose(x, x), "compose"),
        (lambda x: int(x), "int"),
        (lambda x: list(range(x)), "index"),
        (lambda x: math.sin(x), "float"),
        (lambda x: round(x), "round"),
        (lambda x: max(x, 0.0), "maximum"),
        (lambda x: x.shape, "N.size"),
        (lambda x: x.T, "wanted values of Float[I, J], got Float[I], which does not tell I, J"),
        (lambda x: tanh_of(x, x), "wanted values of A, each by itself, got tuple[Float[I], Float[I]]"),
        (lambda x: x.__setitem__(0, 1.0), "where(mask, x, y)"),
        (lambda x: np.cumsum(x), "write cumulative_sum(x)"),
        (lambda x: np.where(x > 0, x, x), "write where"),
        (lambda x: np.array([x, x]), "an array of NumPy"),
        (lambda x: np.add(x, 1.0, out=x), "add(out=...)"),
        (lambda x: np.add.reduce(x), "reduce"),
        (lambda x: typed(x), "parameter 'x'"),
        (lambda x: check(Float[H], x), "got a variable of Float[I]: dimension 1: I=2 is not H=3"),
        (lambda x: x + KEPT[0], "found one of keep, which has returned; let it return that value, or give it"),
        (lambda x: leaked(x) + 1.0, "found one of each(I, one), which has returned"),
        (lambda x: setattr(x, "a", 1), "wanted no assignment to a of a value of Float[I], which stays as it is"),
        (lambda x: delattr(x, "space"), "wanted no assignment to space of a value of Float[I]"),
        (lambda x: x.__delitem__(0), "wanted no assignment to entries"),
        (lambda x: pickle.dumps(x), "wanted to pickle a value of Float[I]"),
        (lambda x: x.copy(), "needs no copy"),
        (lambda x: tanh_of([x]), "tanh: wanted arrays side by side, got a list; a tuple holds several arrays, (x, y)"),
        (lambda x: tanh_of({"a": x}), "got a dict; a tuple holds several arrays, (x, y)"),
        (lambda x: total_of(({x}, x)), "got tuple[a set, Float[I]]"),
        (lambda x: dot_of(x, (y for y in (x,))), "dot: wanted arrays side by side, got a generator"),
        (lambda x: [1.0, 2.0] * x, "got a list; a tuple holds several arrays, (x, y), and numpy.asarray makes one"),
        (lambda x: x @ [1.0, 2.0], "on either side of @, got Float[I] and a list"),
        (lambda x: every(I, lambda y: y)([x]), "wanted arrays of one length, got list; a tuple holds"),
        (lambda x: every(I, lambda y: {"a": y})(x), "as its result, got a dict; return x, or (x, y)"),
        (lambda x: fold_of(I, lambda s, y: {"a": s}, 0.0, x), "got a dict; a tuple holds several arrays"),
        (lambda x: fold_of(I, lambda s, y: [s, y], 0.0, x), "got a list; a tuple holds several arrays"),
        (lambda x: fold_of(I, lambda s, y: s, {"a": 0.0}, x), "got a dict; a tuple holds several arrays"),
    ],
)
def test_the_line_is_named_of_what_cannot_be_converted(wrong: Any, why: str) -> None:
    """With the text of the line."""
    with pytest.raises((InterpretationError, SpaceError, TypeError)) as error:
        made(wrong, Float[I])
    assert why in str(error.value)
    assert f"line {wrong.__code__.co_firstlineno}, `(lambda x: " in str(error.value)


def test_an_error_of_a_variable_is_short_and_says_what_to_write() -> None:
    """The word of the same name, or where all are listed; and never all of them."""
    for wrong, advice in ((lambda x: x.sum(), "write total(x)"), (lambda x: x.shape, "help(cat_ad)")):
        with pytest.raises(InterpretationError) as error:
            made(wrong, Float[I])
        assert advice in str(error.value)
        assert len(str(error.value)) < 300


def test_methods_and_functions_with_some_arguments_given_are_functions() -> None:
    """With the annotations of what they are made of."""

    class Scaling:
        def scaled(self, c: float, x: Float[I]) -> Float[I]:
            return x * c

        def __call__(self, x: Float[I]) -> Float[I]:
            return x * 2.0

    for f in (partial(Scaling().scaled, 2.0), Scaling(), Scaling().__call__):
        assert made(f) == scale(Float[I], 2.0)


def test_a_variable_prints_shortly() -> None:
    """By its object, and the arrow that gave it."""
    printed = list[str]()

    def printing(x: Any) -> Any:
        printed.extend([repr(x), f"{x * 2.0}"])
        return x

    made(printing, Float[I])
    assert printed == ["<Float[I]>", "<Float[I] of scale 2>"]


def test_assignment_in_place_gives_the_name_another_value() -> None:
    """As of a number."""

    def moved(x: Any) -> Any:
        x += 1.0
        x *= x
        return x

    assert made(moved, Scalar)(2.0) == 9.0


def test_a_function_that_calls_itself_without_end_is_refused() -> None:
    """With the line where it does."""

    def endless(x: Any) -> Any:
        return endless(x * 2.0)

    here = endless.__code__.co_firstlineno + 1
    with pytest.raises(
        InterpretationError, match=rf"endless, line {here}, `return endless.*calls itself without end; fold and iterate"
    ):
        made(endless, Float[I])


def test_a_copy_of_a_variable_is_the_variable() -> None:
    """Since it stays as it is."""
    assert made(lambda x: (copy.copy(x), copy.deepcopy((x, x))), Scalar) == made(lambda x: (x, (x, x)), Scalar)


def test_what_another_library_cannot_do_is_told_in_our_words() -> None:
    """Not in those of JAX, which speak of jit."""
    jax = pytest.importorskip("jax")
    for wrong in (
        lambda x: jax.numpy.sin(x),
        lambda x: jax.numpy.stack([x, x]),
        lambda x: jax.nn.relu(x),
        lambda x: jax.jit(lambda y: y)(x),
        lambda x: jax.grad(lambda y: y)(x),
        lambda x: jax.vmap(lambda y: y)(x),
        lambda x: jax.lax.scan(lambda s, y: (s, y), 0.0, x),
    ):
        with pytest.raises(InterpretationError, match=r"not there yet, found a function of jax; help\(cat_ad\) lists"):
            made(wrong, Float[I])


@pytest.mark.parametrize("start", [total, lambda xs: 0.0], ids=["a state", "a number"])
def test_a_variable_that_escapes_is_refused(start: Any) -> None:
    """Also where the function returns it; what a step made, and what it made when it told the object of its state."""

    def keeping(xs: Any) -> Any:
        out = list[Any]()

        def step(s: Any, x: Any) -> Any:
            out.append(s * x)
            return s + x

        fold_of(N, step)(start(xs), xs)
        return out[0]

    here = keeping.__code__.co_firstlineno
    with pytest.raises(
        InterpretationError, match=rf"keeping, line {here}, its result: .* found one of fold\(N, step\)"
    ):
        made(keeping, Float[N])


def test_functions_whose_types_are_checked_are_arrows_too() -> None:
    """By jaxtyping and beartype, to which a variable of an object is one."""
    assert made(typed) == scale(Float[H], 2.0)
    assert made(lambda x: check(Float[H], x), Float[H]) == identity(Float[H])


DimT = TypeVar("DimT", bound=Dim)
ANY_RANK: Any = Unpack[TypeVarTuple("ANY_RANK")]  # Any: no type outside a function


@settings(phases=PHASES, max_examples=40)
@given(objects(0), objects(0))
def test_a_variable_is_of_its_object_and_of_no_other(a: Any, b: Any) -> None:
    """As arrays are; a type variable stands for any dimension."""
    x: Any = variable(a)
    any_of: Any = Float  # Any: likewise, of a type variable
    assert isinstance(x, a)
    assert isinstance(x, b) == (a == b)
    assert isinstance(x, any_of[ANY_RANK]) == (kind(a) == "Float")
    assert isinstance(x, any_of[DimT]) == (kind(a) == "Float" and len(dimensions(a)) == 1)


@pytest.mark.parametrize("wrong", [None, "text", [1.0], {"a": 1.0}, {1.0}, (n for n in range(3)), tanh])
def test_a_result_is_an_array_or_a_tuple(wrong: Any) -> None:
    """Nothing else."""
    with pytest.raises(SpaceError, match=r"<lambda>, line \d+: .* as its result, got .*; return x, or \(x, y\)"):
        made(lambda x: wrong, Float[I])


@pytest.mark.parametrize("wrong", [3.0, np.ones(2)])
def test_a_constant_result_wants_an_annotation(wrong: Any) -> None:
    """Which tells its object."""

    def constant(x: Float[I]) -> Float[I]:
        return wrong  # type: ignore[no-any-return]  # what is tested

    np.testing.assert_array_equal(made(constant)(np.ones(2)), wrong)
    with pytest.raises(SpaceError, match="an annotation tells the object"):
        made(constant, Float[I])


def test_a_wrong_annotation_of_the_result_is_refused() -> None:
    """With what it is."""
    with pytest.raises(SpaceError, match=r"wanted a result in Float\[H\], got Float\[I\]"):

        @arrow
        def wrong(x: Float[I]) -> Float[H]:
            return x  # type: ignore[return-value]  # what is tested


def test_objects_are_asked_for_where_there_are_none() -> None:
    """By name."""
    with pytest.raises(SpaceError, match=r"arrow: wanted the object of y.*annotate it"):
        made(lambda y: y)
    with pytest.raises(SpaceError, match="wanted an object for each of x, y, got 1"):
        made(lambda x, y: x, Scalar)
    with pytest.raises(SpaceError, match="arrow: wanted a function"):
        made(3.0)


def test_an_annotation_that_is_no_object_is_refused() -> None:
    """With the line of the function, and what to write."""

    def generic(x: Float[DimT]) -> Float[DimT]:
        return x

    def number(x: int) -> int:
        return x

    def unknown(x: "Float[Nowhere]") -> Any:  # type: ignore[name-defined]  # noqa: F821  # what is tested
        return x

    def by_name(x: Float[I], *, c: Float[I]) -> Float[I]:
        return x + c

    def several(*xs: Float[I]) -> Float[I]:
        return xs[0] + xs[1]

    for f, why in (
        (generic, "wanted an object for x of {}, got any DimT; write arrow(generic, Float[N], ...)"),
        (number, "{}, of x: wanted an object such as Float[Hidden], got <class 'int'>"),
        (unknown, "wanted the objects of {}, found no Nowhere that its annotations name"),
        (by_name, "wanted arguments by position, got c of {}, which is given by name; functools.partial"),
        (several, "wanted the objects of the arguments of {}; write arrow(several, Float[N], ...)"),
    ):
        with pytest.raises(SpaceError) as error:
            made(f)
        assert why.format(f"{f.__name__}, line {f.__code__.co_firstlineno}") in str(error.value)
    unchecked: Any = by_name  # Any: a number is spread
    assert made(generic, Float[I]) == identity(Float[I])
    assert made(several, Float[I], Float[I]) == add(Float[I])
    assert made(partial(unchecked, c=2.0)) == shift(Float[I], 2.0)


def test_a_layer_wants_a_model() -> None:
    """`arrow` has no place for its parameters."""
    with pytest.raises(InterpretationError, match="@model"):
        made(lambda x: linear(I, H)(x), Float[I])


def test_of_integers_it_is_an_arrow_too() -> None:
    """A target has no slope."""
    loss = arrow(lambda x, t: cross_entropy(x, t) * 2.0, Float[H], Index)
    assert loss == cross_entropy(H) >> scale(Scalar, 2.0)
    assert jacobian(loss >> identity(Scalar)) is not None


def test_an_arrow_says_what_its_function_said() -> None:
    """Its name and docstring, which `help` shows; it is given its arguments by position, and has no defaults."""

    def area(x: Scalar, y: Scalar) -> Scalar:
        """Of a rectangle."""
        return x * y

    two: Any = 2.0  # Any: what a checker refuses

    def fixed(x: Scalar, y: Scalar = two) -> Scalar:
        return x * y

    for made in (arrow(area), model(area)):
        text = pydoc.plain(pydoc.render_doc(made))
        assert "Of a rectangle." in text
        assert "area" in text
    wrong: Any = arrow(area)  # Any: what a checker refuses
    assert str(wrong) == "((x, y) -> mul(x, y))"
    with pytest.raises(SpaceError, match="wanted arguments by position, got x by name"):
        wrong(x=1.0, y=2.0)
    with pytest.raises(SpaceError, match="wanted no default of y of fixed"):
        arrow(fixed)
    assert arrow(partial(fixed, y=two), Scalar)(2.0) == 4.0


def test_a_parametrised_arrow_takes_parts_side_by_side() -> None:
    """As arrows do: of elements, with its parameters drawn or given."""

    @model
    def moved(x: Float[H], y: Float[H]) -> Float[H]:
        return linear(H, H)(x) - y

    @model
    def apart(x: Float[H], y: Float[H]) -> Float[H]:
        return moved(x, y)

    @model
    def together(x: Float[H], y: Float[H]) -> Float[H]:
        return moved((x, y))

    @model
    def also(x: Float[H], y: Float[H]) -> Float[H]:
        drawn: Any = parameter(moved.parameters, moved.init)  # Any: of a model, parameters have no type
        made: Float[H] = moved(drawn(), x, y)
        return made

    x, y = check(Float[H], np.ones(3)), check(Float[H], np.arange(3.0))
    wanted = moved(moved.init(np.random.default_rng(0)), x, y)
    for made in (apart, together, also):
        np.testing.assert_array_equal(made(made.init(np.random.default_rng(0)), x, y), wanted)


NO_SIZE: Any = N.size  # Any: what a checker refuses


@pytest.mark.parametrize(
    ("f", "advice"),
    [
        (lambda x: np.where(x > 0.0, x, 0.0), r"write where\(mask, x, y\)"),
        (lambda x: np.dot(x, x), r"write dot\(x, y\)"),
        (lambda x: math.sin(x), r"write sin\(x\)"),
        (lambda x: np.sum(x), r"write total\(x\), or total\(x, Float\[J\]\) where J is to be left"),
        (lambda x: x.max(axis=0), r"write largest\(x\), or largest\(x, Float\[J\]\)"),
        (lambda x: np.outer(x, x), r"write contraction\(Float\[I\], Float\[J\], Float\[I, J\]\)\(x, y\)"),
        (lambda x: x * every(N, lambda _: np.ones(2))(x), r"got Float\[N\]; .*; each\(N, f\) goes along N of both"),
        (lambda x: dot_of(x, every(N, lambda _: x)(x)), r"wanted Float\[N\], got Float\[N, N\]; .*; each\(N, f\)"),
        (
            lambda x: tanh_of(Float[N])(every(N, lambda _: np.ones(2))(x)),
            r"; each\(2, f\) of the transpose goes along 2",
        ),
        (lambda x: total(x) / NO_SIZE, r"got None; the N.size of a dimension without a size is None"),
    ],
)
def test_what_variables_cannot_do_says_what_to_write(f: Any, advice: str) -> None:  # Any: what a checker refuses
    """With all that it takes."""
    with pytest.raises((InterpretationError, SpaceError), match=advice):
        arrow(f, Float[N])


def test_a_total_to_dimensions_that_occur_twice_is_refused() -> None:
    """Since it is not said which of the two goes."""
    with pytest.raises(SpaceError, match=r"Float\[N, N\], .* found N more than once; each\(N, f\)"):
        total(Float[N, N], Float[N])
