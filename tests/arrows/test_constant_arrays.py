"""Constant arrays and plain numbers beside variables."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from cat_ad import (
    Dim,
    Float,
    Index,
    Int,
    InterpretationError,
    Scalar,
    SpaceError,
    arrow,
    each,
    entry,
    fold,
    gradient,
    jacobian,
    log_determinant,
    lookup,
    maximum,
    mean,
    scan,
    stage,
    take,
    total,
    where,
)


class M(Dim, size=3):
    """Features."""


class K(Dim, size=2):
    """Classes."""


VECTOR = np.array([1.0, -2.0, 0.5])
EYE: Any = np.eye(3)  # Any: of whatever dimensions
PLACES: Any = np.arange(3.0)  # Any: likewise
FIRST: Any = np.array([1.0, 0.0])  # Any: likewise
each_of: Any = each  # Any: likewise
fold_of: Any = fold  # Any: likewise
scan_of: Any = scan  # Any: likewise
lookup_of: Any = lookup  # Any: likewise
take_of: Any = take  # Any: likewise
made_of: Any = arrow  # Any: of lambdas, of which checkers know nothing
gradient_of: Any = gradient  # Any: likewise
BETWEEN: dict[str, Callable[[Any, Any], Any]] = {  # Any: elements, arrays, or a number
    "add": lambda a, x: x + a,
    "subtract": lambda a, x: x - a,
    "subtract from": lambda a, x: a - x,
    "multiply": lambda a, x: a * x,
    "divide": lambda a, x: a / x,
    "less": lambda a, x: (x < a) * 1.0,
    "square": lambda a, x: (x - a) ** 2,
}


@pytest.mark.parametrize("shape", [(3,), (1,), (2, 3), (0, 3), (2, 1, 3)], ids=str)
@pytest.mark.parametrize("f", BETWEEN.values(), ids=BETWEEN)
def test_a_number_that_varies_is_spread_over_a_constant_array(f: Callable[..., Any], shape: tuple[int, ...]) -> None:
    constant = np.resize(VECTOR, shape)
    made = made_of(lambda a: f(a, constant), Scalar)
    assert np.array_equal(made(0.75), f(0.75, constant))
    assert np.allclose(jacobian(made)(0.75), (f(0.75 + 1e-6, constant) - f(0.75 - 1e-6, constant)) / 2e-6)


@pytest.mark.parametrize("f", BETWEEN.values(), ids=BETWEEN)
def test_a_vector_is_spread_over_the_rows_of_a_constant_table(f: Callable[..., Any]) -> None:
    table = np.resize(VECTOR, (4, 3))
    made = made_of(lambda w: f(w, table), Float[M])
    assert np.array_equal(made(np.arange(3.0)), f(np.arange(3.0), table))
    assert np.array_equal(stage(made)(np.arange(3.0)), f(np.arange(3.0), table))


def test_of_a_number_and_a_constant_array_come_named_dimensions() -> None:
    @arrow
    def one_hot(a: Scalar) -> Float[K]:
        made: Float[K] = a * FIRST
        return made

    @arrow
    def damped(g: Float[M, M], s: Scalar) -> Scalar:
        more: Float[M, M] = g + s * EYE
        return log_determinant(more)

    assert one_hot(3.0).tolist() == [3.0, 0.0]
    assert damped(EYE, 1.0) == pytest.approx(3 * np.log(2))
    assert np.allclose(gradient(damped)(EYE, 1.0)[1], 1.5)
    assert gradient_of(lambda a: mean((PLACES - a) ** 2))(0.0) == -2.0


def test_words_of_a_number_and_a_constant_array() -> None:
    assert made_of(lambda a: maximum(PLACES, a), Scalar)(1.0).tolist() == [1, 1, 2]
    assert made_of(lambda a: where(a > 0, a, 0 * PLACES), Scalar)(1.0).tolist() == [1, 1, 1]


def test_a_constant_array_that_does_not_fit_is_refused_by_its_shape() -> None:
    with pytest.raises(SpaceError, match=r"Float\[M=3\], got float64\[4, 1\]"):
        made_of(lambda w: np.ones((4, 1)) * w, Float[M])
    with pytest.raises(SpaceError, match=r"wanted Float\[3\], got complex128\[3\]"):
        made_of(lambda a: np.ones(3, complex) * a, Scalar)


WHOLE: Any = np.arange(1, 4)  # Any: as PLACES
MASK: Any = WHOLE > 1  # Any: likewise
AMONG: dict[str, Callable[[Any], Any]] = {  # Any: as in BETWEEN
    "multiply": lambda x: x * WHOLE,
    "add to": lambda x: WHOLE + x,
    "subtract from": lambda x: WHOLE - x,
    "divide": lambda x: WHOLE / x,
    "divide by": lambda x: x / WHOLE,
    "power": lambda x: x**WHOLE,
    "compare": lambda x: where(x > WHOLE, x, WHOLE),
    "word": lambda x: maximum(x, WHOLE),
    "mask": lambda x: x * MASK,
    "truth": lambda x: x * (len(WHOLE) == 3) + False,
    "small integers": lambda x: x * WHOLE.astype(np.int8),
    "table": lambda x: np.arange(6).reshape(2, 3) * x,
    "vector": lambda x: x @ WHOLE,
    "matrix": lambda x: np.arange(6).reshape(2, 3) @ x,
}


@pytest.mark.parametrize("f", AMONG.values(), ids=AMONG)
def test_integers_and_truth_values_beside_numbers_are_numbers(f: Callable[[Any], Any]) -> None:
    """Of constant arrays, as NumPy computes."""
    x = np.array([0.5, 2.5, 3.5])
    found = made_of(f, Float[M])(x)
    np.testing.assert_array_equal(found, f(x))
    assert found.dtype == np.float64


def test_an_array_of_integers_that_varies_is_not_made_one_of_numbers() -> None:
    with pytest.raises(SpaceError, match=r"got Int\[M\]; kind: Int is not Float; .astype\(float\) of the array"):
        made_of(lambda x, i: i + x, Float[M], Int[M])


def test_what_a_local_function_gives_may_be_constant() -> None:
    """A number, an array, or a tuple with some; as on arrays."""
    x = np.array([1.0, 2.0, 3.0])
    programs: list[Callable[[Any], Any]] = [  # Any: as in BETWEEN
        lambda x: each_of(M, lambda _: 1.0)(x),
        lambda x: each_of(M, lambda row: (row, 2.0, VECTOR))(x)[2],
        lambda x: scan_of(M, lambda state, row: (0.5, 2.0), 0.0, x)[1],
        lambda x: fold_of(M, lambda state, row: 0.5, x[0] if isinstance(x, np.ndarray) else total(x), x),
    ]
    for f in programs:
        np.testing.assert_array_equal(made_of(f, Float[M])(x), f(x))


def test_an_array_without_names_is_of_its_sizes() -> None:
    space: Any = made_of(lambda a: a * PLACES, Scalar).cod
    assert isinstance(np.ones(3), space)
    assert not isinstance(np.ones(4), space)


def test_a_function_of_nothing_is_a_constant() -> None:
    @arrow
    def two() -> Scalar:
        return 2.0  # type: ignore[return-value]  # a number becomes a Scalar

    @arrow
    def both() -> tuple[Scalar, Float[M]]:
        return 2.0, PLACES  # type: ignore[return-value]  # likewise

    assert two(()) == 2.0
    assert [x.tolist() for x in both(())] == [2.0, [0.0, 1.0, 2.0]]


def test_the_number_of_a_vector_at_an_index() -> None:
    @arrow
    def at(v: Float[M], i: Index) -> Scalar:
        return entry(v, i)

    assert at(PLACES, 1) == 1.0
    assert gradient(at)(PLACES, 1)[0].tolist() == [0.0, 1.0, 0.0]
    assert made_of(lambda x: each_of(K, lambda row: entry(row, 2))(x), Float[K, M])(np.eye(2, 3)).tolist() == [0.0, 0.0]
    with pytest.raises(InterpretationError, match=r"entry\(x, i\)"):
        made_of(lambda x: x[0], Float[M])
    for wrong in (lambda x: lookup_of(x, 1), lambda x: take_of(x, 1)):
        with pytest.raises(SpaceError, match=r"; entry\(x, i\) gives the number of a vector at an index"):
            made_of(wrong, Float[M])
