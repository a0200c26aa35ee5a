"""`check_derivative` passes what is right, and finds each of the mistakes that a stated derivative can have."""

from typing import Any, TypeAlias

import numpy as np
import pytest

from cat_ad import DerivativeError, Dim, Float, Index, Scalar, SpaceError, check_derivative, primitive, reciprocal, relu
from cat_ad.arrow import SomeArrow
from cat_ad.spaces import products
from tests.support.primitives import PRIMITIVES, Twin
from tests.support.trees import Tree, point

Bad: TypeAlias = Any  # Any: what a type checker refuses is the point of some tests


class N(Dim, size=3):
    """Three."""


V: type = Float[N]
PAIR = products(V, V)
X: Tree = np.array([1.2345, 2.3456, 3.4567])
POINTS: dict[type, Tree] = {V: X, PAIR: (X, X + 1), Scalar: X[0]}


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
    "sums": primitive("sums", V, V, sums, lambda a, b, k: k.linear(sums, sums_back)),
}


@pytest.mark.parametrize("f", RIGHT.values(), ids=RIGHT)
def test_a_right_derivative_passes(f: SomeArrow) -> None:
    """At any point, in double precision and in single."""
    for seed in range(5):
        check_derivative(f, point(f.dom, np.random.default_rng(seed)))
    single: Tree = (X.astype(np.float32),) * 2 if f.dom == PAIR else X.astype(np.float32)
    check_derivative(f, single)


@pytest.mark.parametrize("f", PRIMITIVES, ids=repr)
def test_every_primitive_passes(f: Twin) -> None:
    """Those with integers too."""
    check_derivative(f.arrow, point(f.arrow.dom, np.random.default_rng(0), *f.domain))


FORWARD = "forward mode and differences of the value differ by "
TRANSPOSE = "forward mode and reverse mode differ by "


def forgetful(a: Tree, b: Tree, k: Bad) -> Bad:
    """The derivative of `times`, by one who forgets that a tangent may be zero."""
    return k.linear(lambda d: d[0] * a[1] + d[1] * a[0], lambda db: (db * a[1], db * a[0]))


WRONG: dict[str, tuple[SomeArrow, str]] = {
    "factor": (square(lambda a, b, k: k.scale(a)), FORWARD),
    "sign": (square(lambda a, b, k: k.scale(-2 * a)), FORWARD),
    "point": (square(lambda a, b, k: k.scale(2 * b)), FORWARD),
    "a little": (square(lambda a, b, k: k.scale(2 * a * (1 + 1e-5))), FORWARD),
    "one entry": (square(lambda a, b, k: k.scale(2 * a * (np.arange(3) > 0))), FORWARD),
    "no derivative": (square(lambda a, b, k: k.linear(lambda d: None, lambda d: None)), FORWARD),
    "adjoint": (primitive("sums", V, V, sums, lambda a, b, k: k.linear(sums, sums)), TRANSPOSE),
    "factor of the adjoint": (
        square(lambda a, b, k: k.linear(lambda d: 2 * a * d, lambda d: a * d)),
        TRANSPOSE,
    ),
    "no adjoint": (square(lambda a, b, k: k.linear(lambda d: 2 * a * d, lambda d: None)), TRANSPOSE),
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
    "nan in the adjoint": (square(lambda a, b, k: k.linear(lambda d: 2 * a * d, lambda d: d * np.nan)), TRANSPOSE),
    "infinite": (square(lambda a, b, k: k.scale(np.full(3, np.inf))), ""),
    "infinite forward only": (
        primitive(
            "square",
            Scalar,
            Scalar,
            lambda x: x * x,
            lambda a, b, k: k.linear(lambda d: d * np.inf, lambda d: 2 * a * d),
        ),
        FORWARD,
    ),
}


@pytest.mark.parametrize(("f", "found"), WRONG.values(), ids=WRONG)
def test_a_wrong_derivative_is_found(f: SomeArrow, found: str) -> None:
    """The error names the arrow and the two ways that disagree, and prints no numbers of an array."""
    with pytest.raises(DerivativeError) as caught:
        check_derivative(f, POINTS[f.dom])
    assert str(caught.value).startswith(f"{f!r}: ")
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
