"""`check_derivative` passes what is right, and finds each of the mistakes that a stated derivative can have."""

from dataclasses import replace
from itertools import count
from typing import Any, TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cat_ad import (
    DerivativeError,
    Dim,
    Float,
    Index,
    Scalar,
    SpaceError,
    check_derivative,
    cos,
    exp,
    log,
    mul,
    negate,
    power,
    primitive,
    reciprocal,
    relu,
    sin,
    sqrt,
)
from cat_ad.arrows.generators import Lifted, Primitive
from cat_ad.arrows.lifting import lift
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.spaces import products
from cat_ad.objects.trees import tree_map
from tests.support.arrows import PHASES, SEEDS
from tests.support.primitives import MATRICES, PRIMITIVES, Twin
from tests.support.trees import Tree, point
from tests.support.wrong import ways

Bad: TypeAlias = Any  # Any: what a type checker refuses is the point of some tests


class N(Dim, size=3):
    """Three."""


class Many(Dim):
    """As many as there are."""


V: Any = Float[N]  # Any: pyright takes what is a type for an object of types
M: type = Float[N, N]
W: type = Float[Many]
PAIR = products(V, V)
X: Tree = np.array([1.2345, 2.3456, 3.4567])
POINTS: dict[type, Tree] = {V: X, PAIR: (X, X + 1), M: np.outer(X, np.sin(X)), Scalar: X[0]}


def square(derivative: Bad) -> SomeArrow:
    """The square of each entry, with this for its derivative."""
    return primitive("square", V, V, lambda x: x * x, derivative)


def times(derivative: Bad) -> SomeArrow:
    """The product of two vectors, entry by entry, with this for its derivative."""
    return primitive("times", PAIR, V, lambda x: x[0] * x[1], derivative)


def sums(x: Tree) -> Tree:
    """Partial sums: a linear function that is not its own transpose."""
    return np.cumsum(x, axis=-1)


def sums_back(x: Tree) -> Tree:
    """The transpose of `sums`."""
    return sums(x[..., ::-1])[..., ::-1]


RIGHT: dict[str, SomeArrow] = {
    "square": square(lambda a, b, k: k.scale(2 * a)),
    "times": times(lambda a, b, k: k.join(k.scale(a[1]), k.scale(a[0]))),
    "sums": primitive("sums", V, V, sums, lambda a, b, k: k.linear_map(sums, sums_back)),
}


@pytest.mark.parametrize("f", RIGHT.values(), ids=RIGHT)
def test_a_right_derivative_passes(f: SomeArrow) -> None:
    """At any point, in double precision and in single."""
    for seed in range(5):
        check_derivative(f, point(f.dom, np.random.default_rng(seed)))
    single: Tree = (X.astype(np.float32),) * 2 if f.dom == PAIR else X.astype(np.float32)
    check_derivative(f, single)


LARGEST = {  # powers of ten: scores are products of numbers, e^1000 is infinite, and no sine is 10
    **{"attention": 1, "exp": 2, "expm1": 2, "sinh": 2, "cosh": 2, "power": 1},
    **{"arcsin": -1, "arccos": -1, "half_circle": -1, "log1p": -1},
}


@settings(max_examples=60, phases=PHASES)
@given(f=st.sampled_from(PRIMITIVES), seed=SEEDS, alike=st.booleans())
def test_every_primitive_passes(f: Twin, seed: int, alike: bool) -> None:
    """At numbers from 1e-8 to 1e8, of one magnitude or of all, and those with integers too."""
    rng, largest = np.random.default_rng(seed), LARGEST.get(str(f), 8)

    def scaled(x: Tree) -> Tree:
        powers = rng.uniform(-8, largest, None if alike else x.shape)
        return np.sign(x) * 10.0**powers if x.dtype.kind == "f" else x

    check_derivative(f.arrow, tree_map(scaled, point(f.arrow.dom, rng, *f.domain)))


@pytest.mark.parametrize("f", [sin(Scalar), log(Scalar), reciprocal(Scalar), exp(Scalar), cos(Scalar), sqrt(Scalar)])
def test_right_slopes_at_all_magnitudes_pass(f: SomeArrow) -> None:
    """Where steps of one size would be too long, or too short."""
    for x in (1e8, 2e-5, 1e-4, 1e-8, 1.0, 12345.6):
        if str(f) != "exp" or x < 700:
            check_derivative(f, x)


@pytest.mark.parametrize("f", [f for f in (*PRIMITIVES, *MATRICES) if isinstance(f.arrow, Primitive)], ids=str)
def test_a_primitive_made_wrong_is_refused(f: Twin) -> None:
    """In every way in which people make them wrong."""
    assert isinstance(f.arrow, Primitive)
    a = point(f.arrow.dom, np.random.default_rng(2), *f.domain)  # with a target, where there is one
    for way, made in ways(f.arrow).items():
        with pytest.raises(DerivativeError) as caught:
            check_derivative(made(f.arrow), a)
        assert str(caught.value).startswith(f"{f}: "), way


@pytest.mark.parametrize(
    ("value", "slope", "what"),
    [
        (lambda x: x * np.array([2.0, 2.0, 2.0]), 2.0, "value in float32, as its argument, got float64"),
        (lambda x: x * 2.0, 2.0, ""),
    ],
)
def test_single_precision_stays_single(value: Bad, slope: Bad, what: str) -> None:
    """A constant in double precision makes a value of that; a Python number does not."""
    f: SomeArrow = primitive("twice", V, V, value, lambda a, b, k: k.scale(slope))
    check_derivative(f, X)
    if what:
        with pytest.raises(DerivativeError, match=f"twice: .* wanted its {what}"):
            check_derivative(f, X.astype(np.float32))
    else:
        check_derivative(f, X.astype(np.float32))


@pytest.mark.parametrize("waves", [1e-8, 1e-3, 1e3, 1e6])
def test_functions_that_bend_on_any_scale_pass(waves: float) -> None:
    """Far from 1, and from the number at which they are."""
    f: SomeArrow = primitive(
        "waves", V, V, lambda x: np.sin(waves * x), lambda a, b, k: k.scale(waves * np.cos(waves * a))
    )
    check_derivative(f, np.array([0.0, 1.0, 30.0]))


def test_the_work_is_bounded() -> None:
    """A large space costs a few evaluations, whatever its size, and a wrong direction is found all the same."""
    calls = count()

    def value(x: Tree) -> Tree:
        next(calls)
        return np.sin(x)

    x = np.linspace(1.0, 2.0, 40_000)
    right: SomeArrow = primitive("s", W, W, value, lambda a, b, k: k.scale(np.cos(a)))
    check_derivative(right, x)
    assert next(calls) < 500
    wrong: SomeArrow = primitive("s", W, W, np.sin, lambda a, b, k: k.scale(np.cos(a) * (1 + 1e-3 * (a > 1.9))))
    with pytest.raises(DerivativeError):
        check_derivative(wrong, x)


FORWARD = "forward mode and differences of the value differ by "
TRANSPOSE = "forward mode and reverse mode differ by "


def forgetful(a: Tree, b: Tree, k: Bad) -> Bad:
    """The derivative of `times`, by one who forgets that a tangent may be zero."""
    return k.linear(lambda d: d[0] * a[1] + d[1] * a[0], lambda db: (db * a[1], db * a[0]))


def everything(x: Tree) -> Tree:
    """A softmax of all numbers it is given."""
    return np.exp(x) / np.sum(np.exp(x))


def twisted(dim: type[Dim], lifted: Lifted) -> SomeArrow:
    """The product of vectors over one more axis of some, and negative."""
    one: SomeArrow = lift(dim, mul(V), lifted)
    negative: SomeArrow = one >> negate(one.cod)
    return negative


def backwards_in_a_batch(d: Tree) -> Tree:
    """The transpose of `sums`, of other rows."""
    return sums_back(d) if d.ndim == 1 else sums_back(d)[::-1]


BATCH = "over a batch "
KEPT: Tree = np.ones((2, 3))
MUL: Bad = mul(V)
TWISTED: SomeArrow = replace(MUL, lift=twisted)
WRONG: dict[str, tuple[SomeArrow, str]] = {
    "keeps its value": (
        primitive("ones", V, V, lambda x: KEPT[0], lambda a, b, k: k.scale(0.0)),
        "wanted a new array for each value, found one that it keeps",
    ),
    "other parts": (
        primitive("square", V, V, lambda x: x * x, lambda a, b, k: k.scale(2 * a), parts=lambda: power(V, 3)),
        "wanted the value of its parts to be its own",
    ),
    "no constant": (
        primitive("square", V, V, lambda x: x * x, lambda a, b, k: k.scale(2 * a), constant_derivative=True),
        "wanted a constant derivative",
    ),
    "softmax of a batch": (
        primitive(
            "softmax",
            V,
            V,
            everything,
            lambda x, y, k: k.linear_map(lambda d: y * (d - np.sum(y * d)), lambda d: y * (d - np.sum(y * d))),
        ),
        BATCH,
    ),
    "sum of a batch": (
        primitive("sum", V, Scalar, np.sum, lambda x, y, k: k.linear_map(np.sum, lambda d: d * np.ones(3))),
        BATCH,
    ),
    "sum over the first axis": (
        primitive(
            "sum",
            V,
            Scalar,
            lambda x: x.sum(0),
            lambda x, y, k: k.linear_map(lambda d: d.sum(0), lambda d: d * np.ones(3)),
        ),
        BATCH,
    ),
    "transpose of a batch": (
        primitive("transpose", M, M, lambda x: x.T, lambda x, y, k: k.linear_map(lambda d: d.T, lambda d: d.T)),
        BATCH,
    ),
    "derivative of a batch": (
        primitive("sums", V, V, sums, lambda a, b, k: k.linear_map(sums, backwards_in_a_batch)),
        BATCH,
    ),
    "over one axis of two": (TWISTED, BATCH),
    "beside a large slope": (
        primitive("w", V, V, lambda x: x * [1e8, 1.0, 1.0], lambda x, y, k: k.scale(np.array([1e8, 0.0, 1.0]))),
        FORWARD,
    ),
    "beside a large slope of one sum": (
        primitive(
            "w",
            V,
            Scalar,
            lambda x: x @ np.array([1e8, 1.0, 1.0]),
            lambda x, y, k: k.linear_map(
                lambda d: d @ np.array([1e8, 0.0, 1.0]), lambda d: d[..., None] * np.array([1e8, 0.0, 1.0])
            ),
        ),
        FORWARD,
    ),
    "beside a large value": (primitive("w", V, V, lambda x: x + 1e9, lambda x, y, k: k.scale(2.0)), FORWARD),
    "other dtype": (
        primitive("w", V, V, lambda x: np.sin(x).astype(np.float32), lambda x, y, k: k.scale(np.cos(x))),
        "wanted its value in float64, as its argument, got float32",
    ),
    "factor": (square(lambda a, b, k: k.scale(a)), FORWARD),
    "sign": (square(lambda a, b, k: k.scale(-2 * a)), FORWARD),
    "point": (square(lambda a, b, k: k.scale(2 * b)), FORWARD),
    "a little": (square(lambda a, b, k: k.scale(2 * a * (1 + 1e-5))), FORWARD),
    "one entry": (square(lambda a, b, k: k.scale(2 * a * (np.arange(3) > 0))), FORWARD),
    "no derivative": (square(lambda a, b, k: k.linear_map(lambda d: None, lambda d: None)), FORWARD),
    "adjoint": (primitive("sums", V, V, sums, lambda a, b, k: k.linear_map(sums, sums)), TRANSPOSE),
    "factor of the adjoint": (
        square(lambda a, b, k: k.linear_map(lambda d: 2 * a * d, lambda d: a * d)),
        TRANSPOSE,
    ),
    "no adjoint": (square(lambda a, b, k: k.linear_map(lambda d: 2 * a * d, lambda d: None)), TRANSPOSE),
    "exchanged": (times(lambda a, b, k: k.join(k.scale(a[0]), k.scale(a[1]))), FORWARD),
    "exchanged in the adjoint": (
        times(
            lambda a, b, k: k.linear(
                lambda d: sum(x * y for x, y in zip(d, a[::-1], strict=True) if x is not None),
                lambda db: (db * a[0], db * a[1]),
            )
        ),
        TRANSPOSE,
    ),
    "half forgotten": (times(lambda a, b, k: k.join(k.scale(a[1]), k.zero(V, V))), FORWARD),
    "None forgotten": (times(forgetful), ""),
    "nan": (square(lambda a, b, k: k.scale(np.full(3, np.nan))), FORWARD),
    "nan in the adjoint": (square(lambda a, b, k: k.linear_map(lambda d: 2 * a * d, lambda d: d * np.nan)), TRANSPOSE),
    "infinite": (square(lambda a, b, k: k.scale(np.full(3, np.inf))), ""),
    "infinite forward only": (
        primitive(
            "square",
            Scalar,
            Scalar,
            lambda x: x * x,
            lambda a, b, k: k.linear_map(lambda d: d * np.inf, lambda d: 2 * a * d),
        ),
        FORWARD,
    ),
}


def says(said: Bad, dom: Bad, value: Bad, derivative: Bad) -> SomeArrow:
    """A primitive that says this of itself."""
    return primitive("f", dom, V, value, derivative, properties=[said])


def of_pair(first: Bad, second: Bad) -> Bad:
    """The rule of slopes by both of a pair."""
    return lambda a, b, k: k.join(k.scale(first(*a)), k.scale(second(*a)))


SQUARE: Bad = (V, lambda x: x * x, lambda a, b, k: k.scale(2 * a))
CUBE: Bad = (V, lambda x: x**3, lambda a, b, k: k.scale(3 * a * a))
TIMES: Bad = (PAIR, lambda x: x[0] * x[1], of_pair(lambda x, y: y, lambda x, y: x))
DIFFERENCE: Bad = (PAIR, lambda x: x[0] - x[1], lambda a, b, k: k.join(k.scale(1.0), k.scale(-1.0)))
SUMS: Bad = (V, sums, lambda a, b, k: k.linear_map(sums, sums_back))
SUMS_BACK: Bad = (V, sums_back, lambda a, b, k: k.linear_map(sums_back, sums))
WEIGHED: Bad = (V, lambda x: x * np.array([1.0, 2.0, 3.0]), lambda a, b, k: k.scale(np.array([1.0, 2.0, 3.0])))
SHIFTED: Bad = (V, lambda x: x + 1.0, lambda a, b, k: k.scale(1.0))
SQUARED_TIMES: Bad = (
    PAIR,
    lambda x: x[0] * x[0] * x[1],
    of_pair(lambda x, y: 2 * x * y, lambda x, y: x * x),
)
TRUE: list[SomeArrow] = [
    says("increasing", *CUBE),
    says("increasing", *SUMS),
    says("decreasing", V, lambda x: -(x**3), lambda a, b, k: k.scale(-3 * a * a)),
    says("elementwise", *SQUARE),
    says("elementwise", *TIMES),
    says("bilinear", *TIMES),
    says("linear", *SUMS),
    says("linear", *DIFFERENCE),
]
FALSE: dict[str, SomeArrow] = {
    "increasing square": says("increasing", *SQUARE),
    "decreasing square": says("decreasing", *SQUARE),
    "decreasing cube": says("decreasing", *CUBE),
    "increasing difference": says("increasing", *DIFFERENCE),
    "linear shift": says("linear", *SHIFTED),
    "bilinear difference": says("bilinear", *DIFFERENCE),
    "bilinear of a square": says("bilinear", *SQUARED_TIMES),
    "elementwise sums": says("elementwise", *SUMS),
    "elementwise sums from the end": says("elementwise", *SUMS_BACK),
    "elementwise weights": says("elementwise", *WEIGHED),
}


@pytest.mark.parametrize("factor", [1e-8, -1.0, 1e8])
@pytest.mark.parametrize("f", TRUE, ids=repr)
def test_a_property_that_holds_passes(f: SomeArrow, factor: float) -> None:
    """Wherever the point is."""
    check_derivative(f, tree_map(lambda x: factor * x, POINTS[f.dom]))


@pytest.mark.parametrize(("said", "f"), FALSE.items(), ids=FALSE)
def test_a_property_that_does_not_hold_is_found(said: str, f: SomeArrow) -> None:
    """Though it holds near the point."""
    assert isinstance(f, Primitive)
    found = "each entry" if f.has("elementwise") else said.split()[0]
    with pytest.raises(DerivativeError, match=rf"^f: .*wanted (an? )?{found}.*, as it says, found"):
        check_derivative(f, POINTS[f.dom])


@pytest.mark.parametrize(
    ("dom", "cod", "value", "derivative", "advice"),
    [
        (PAIR, V, lambda x: x[0] + x[1], lambda a, b, k: k.fork(k.scale(1.0), k.scale(1.0)), r"state k\.join\("),
        (PAIR, V, lambda x: x[0] + x[1], lambda a, b, k: k.scale(1.0), r"state k\.join\("),
        (V, PAIR, lambda x: (x, 2 * x), lambda a, b, k: k.join(k.scale(1.0), k.scale(2.0)), r"state k\.fork\("),
        (V, PAIR, lambda x: (x, 2 * x), lambda a, b, k: k.scale(1.0), r"state k\.fork\("),
        (PAIR, PAIR, lambda x: (2 * x[0], 2 * x[1]), lambda a, b, k: k.scale(2.0), r"state k\.linear\("),
        (V, Scalar, lambda x: x.sum(-1), lambda a, b, k: k.scale(1.0), r"or else k\.linear_map\("),
    ],
)
def test_a_rule_in_wrong_words_is_told_the_right_ones(
    dom: Bad, cod: Bad, value: Bad, derivative: Bad, advice: str
) -> None:
    """By the objects of the primitive."""
    f: SomeArrow = primitive("f", dom, cod, value, derivative)
    with pytest.raises(DerivativeError, match=rf"^f: .*: its derivative raises .*; {advice}|^f: .*; state .*{advice}"):
        check_derivative(f, POINTS[dom])


@pytest.mark.parametrize(("f", "found"), WRONG.values(), ids=WRONG)
def test_a_wrong_derivative_is_found(f: SomeArrow, found: str) -> None:
    """The error names the arrow and the two ways that disagree, and prints no numbers of an array."""
    with pytest.raises(DerivativeError) as caught:
        check_derivative(f, POINTS[f.dom])
    assert str(caught.value).startswith(f"{f}: ")
    assert found in str(caught.value)
    assert not any(text in str(caught.value) for text in ("1.2345", "2.3456", "3.4567"))


def test_a_kink_is_found() -> None:
    """Where a function has no derivative, differences say so."""
    f: SomeArrow = relu(V)
    check_derivative(f, X)
    with pytest.raises(DerivativeError):
        check_derivative(f, X * 0)


def test_points_and_values_belong_to_their_objects() -> None:
    """Outside the domain, or with a value outside the codomain, is an error of another kind."""
    inverse: SomeArrow = reciprocal(V)
    with pytest.raises(SpaceError, match=r"^reciprocal: "):
        check_derivative(inverse, np.zeros(4))
    with pytest.raises(SpaceError):
        check_derivative(primitive("whole", V, V, lambda x: x[:2], lambda a, b, k: k.scale(1.0)), X)
    with pytest.raises(SpaceError):
        check_derivative(primitive("count", V, Index, lambda x: x[0], lambda a, b, k: k.zero(V, Index)), X)
