"""The worked examples of Elliott 2018, in every category of linear maps, with derivatives written out by hand."""

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, exp, sin
from typing import Any

import numpy as np
import pytest

import cat_ad as c
from cat_ad import D, Scalar, check, forward, gradient, identity, jacobian, mul, reverse
from cat_ad.arrows.terms import SomeArrow
from cat_ad.categories.biproduct import Linear
from cat_ad.derivatives.chain_rule import function
from cat_ad.objects.spaces import product
from cat_ad.readings.syntax import Syntax, expression, expression_of
from tests.categories.test_laws import LINEAR
from tests.support.derivatives import matrix_by_forward, matrix_by_jacobian, matrix_by_reverse
from tests.support.matrices import Matrix, matrix_of
from tests.support.trees import Tree, numbers

Rows = list[list[float]]

PAIR = product(Scalar, Scalar)
FIRST, SECOND = c.exl(Scalar, Scalar), c.exr(Scalar, Scalar)

# Section 5, as the paper has them in categorical vocabulary:
SQR: SomeArrow = (identity(Scalar) & identity(Scalar)) >> mul(Scalar)
MAG_SQR: SomeArrow = (((FIRST & FIRST) >> mul(Scalar)) & ((SECOND & SECOND) >> mul(Scalar))) >> c.add(Scalar)
COS_SIN_PROD: SomeArrow = mul(Scalar) >> (c.cos(Scalar) & c.sin(Scalar))

# Section 13, the example of a figure: ((x, y), z) -> cos (x + y z)
X_Y, Z = c.exl(PAIR, Scalar), c.exr(PAIR, Scalar)
COS_X_Y_Z: SomeArrow = ((X_Y >> FIRST) & (((X_Y >> SECOND) & Z) >> mul(Scalar))) >> c.add(Scalar) >> c.cos(Scalar)


@dataclass(frozen=True)
class Example:
    """An arrow, its value by hand, and its matrix by hand, both at x, y and z as far as it takes them.

    `written` is its derivative as an expression where (x, y, z) is (3, 4, 5).
    """

    arrow: SomeArrow
    value: Callable[[float, float, float], list[float]]
    matrix: Callable[[float, float, float], Rows]
    written: str


EXAMPLES = {
    "id": Example(identity(Scalar), lambda x, y, z: [x], lambda x, y, z: [[1]], "id"),
    "fst": Example(FIRST, lambda x, y, z: [x], lambda x, y, z: [[1, 0]], "exl"),
    "snd": Example(SECOND, lambda x, y, z: [y], lambda x, y, z: [[0, 1]], "exr"),
    "dup": Example(c.dup(Scalar), lambda x, y, z: [x, x], lambda x, y, z: [[1], [1]], "dup"),
    "scale": Example(c.scale(Scalar, 2.5), lambda x, y, z: [2.5 * x], lambda x, y, z: [[2.5]], "scale 2.5"),
    "negateC": Example(c.negate(Scalar), lambda x, y, z: [-x], lambda x, y, z: [[-1]], "scale (-1)"),
    "addC": Example(c.add(Scalar), lambda x, y, z: [x + y], lambda x, y, z: [[1, 1]], "jam"),
    "mulC": Example(mul(Scalar), lambda x, y, z: [x * y], lambda x, y, z: [[y, x]], "scale 4 ▽ scale 3"),
    "sinC": Example(c.sin(Scalar), lambda x, y, z: [sin(x)], lambda x, y, z: [[cos(x)]], "scale (-0.989992)"),
    "cosC": Example(c.cos(Scalar), lambda x, y, z: [cos(x)], lambda x, y, z: [[-sin(x)]], "scale (-0.14112)"),
    "expC": Example(c.exp(Scalar), lambda x, y, z: [exp(x)], lambda x, y, z: [[exp(x)]], "scale 20.0855"),
    "sqr": Example(SQR, lambda x, y, z: [x * x], lambda x, y, z: [[2 * x]], "(scale 3 ▽ scale 3) ∘ (id △ id)"),
    "magSqr": Example(
        MAG_SQR,
        lambda x, y, z: [x * x + y * y],
        lambda x, y, z: [[2 * x, 2 * y]],
        "jam ∘ ((scale 3 ▽ scale 3) ∘ (exl △ exl) △ (scale 4 ▽ scale 4) ∘ (exr △ exr))",
    ),
    "cosSinProd": Example(
        COS_SIN_PROD,
        lambda x, y, z: [cos(x * y), sin(x * y)],
        lambda x, y, z: [[-y * sin(x * y), -x * sin(x * y)], [y * cos(x * y), x * cos(x * y)]],
        "(scale 0.536573 △ scale 0.843854) ∘ (scale 4 ▽ scale 3)",
    ),
    "cos (x + y z)": Example(
        COS_X_Y_Z,
        lambda x, y, z: [cos(x + y * z)],
        lambda x, y, z: [[-sin(x + y * z), -z * sin(x + y * z), -y * sin(x + y * z)]],
        "scale 0.84622 ∘ jam ∘ (exl ∘ exl △ (scale 5 ▽ scale 4) ∘ (exr ∘ exl △ exr))",
    ),
}
POINTS = [(0.0, 0.0, 0.0), (1.0, 0.0, -1.0), (3.0, 4.0, 5.0), (-0.5, 2.0, 0.25)]

EVERY = pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
ALL = pytest.mark.parametrize("k", LINEAR, ids=repr)


def at(f: SomeArrow, xyz: tuple[float, float, float]) -> Tree:
    """The argument of an arrow: as many of three numbers as it takes."""
    x, y, z = xyz
    arguments: dict[type, Tree] = {Scalar: x, PAIR: (x, y), product(PAIR, Scalar): ((x, y), z)}
    return check(f.dom, arguments[f.dom])


@ALL
@EVERY
def test_the_derivative_in_every_category(example: Example, k: Linear[Any]) -> None:  # Any: the brand of k
    """Value and derivative, of which every representation has one and the same matrix."""
    run = function(example.arrow.to(D(k)))
    for xyz in POINTS:
        a = at(example.arrow, xyz)
        b, derivative = run(a)
        assert numbers(b) == pytest.approx(example.value(*xyz))
        assert matrix_of(k, derivative, a, b) == pytest.approx(np.array(example.matrix(*xyz)))


@EVERY
@pytest.mark.parametrize("mode", [matrix_by_forward, matrix_by_reverse, matrix_by_jacobian])
def test_the_derivative_in_every_mode(example: Example, mode: Callable[[SomeArrow, Tree], Matrix]) -> None:
    """Forward and reverse, of each unit vector (section 9), and the Jacobian (section 10)."""
    for xyz in POINTS:
        assert mode(example.arrow, at(example.arrow, xyz)) == pytest.approx(np.array(example.matrix(*xyz)))


@EVERY
def test_the_derivative_as_the_paper_writes_it(example: Example) -> None:
    assert str(expression(example.arrow)(at(example.arrow, (3.0, 4.0, 5.0)))) == example.written


def test_the_examples_print_as_the_paper_writes_them() -> None:
    """Section 5, letter by letter; and as its operators are typed here."""
    assert str(expression_of(SQR.to(Syntax()))) == "mulC ∘ (id △ id)"
    assert str(expression_of(MAG_SQR.to(Syntax()))) == "addC ∘ (mulC ∘ (exl △ exl) △ mulC ∘ (exr △ exr))"
    assert str(expression_of(COS_SIN_PROD.to(Syntax()))) == "(cosC △ sinC) ∘ mulC"
    assert str(SQR) == "(id & id) >> mul"
    assert str(MAG_SQR) == "(((exl & exl) >> mul) & ((exr & exr) >> mul)) >> add"
    assert str(COS_SIN_PROD) == "mul >> (cos & sin)"


@pytest.mark.parametrize(("x", "y"), [(x, y) for x, y, _ in POINTS])
def test_sqr(x: float, y: float) -> None:
    """D sqr a = 2 a da."""
    assert SQR(x) == x * x
    assert forward(SQR)(x)[1](y) == pytest.approx(2 * x * y)
    assert reverse(SQR)(x)[1](y) == pytest.approx(2 * x * y)
    assert gradient(SQR)(x) == pytest.approx(2 * x)
    assert jacobian(SQR)(x) == pytest.approx(2 * x)


@pytest.mark.parametrize(("x", "y"), [(x, y) for x, y, _ in POINTS])
def test_mag_sqr(x: float, y: float) -> None:
    """D magSqr (a, b) = (da, db) -> 2 a da + 2 b db."""
    assert MAG_SQR((x, y)) == x * x + y * y
    assert forward(MAG_SQR)((x, y))[1]((1.5, -2.5)) == pytest.approx(3 * x - 5 * y)
    assert gradient(MAG_SQR)((x, y)) == pytest.approx((2 * x, 2 * y))
    assert reverse(MAG_SQR)((x, y))[1](10.0) == pytest.approx((20 * x, 20 * y))
    assert jacobian(MAG_SQR)((x, y)) == pytest.approx((2 * x, 2 * y))


@pytest.mark.parametrize(("x", "y"), [(x, y) for x, y, _ in POINTS])
def test_cos_sin_prod(x: float, y: float) -> None:
    """With z = a b and dz = b da + a db, D cosSinProd (a, b) = (da, db) -> (-sin z dz, cos z dz)."""
    z = x * y
    assert COS_SIN_PROD((x, y)) == pytest.approx((cos(z), sin(z)))
    dz = 1.5 * y - 2.5 * x
    along = forward(COS_SIN_PROD)((x, y))[1]((1.5, -2.5))
    assert along == pytest.approx((-sin(z) * dz, cos(z) * dz))
    back = 3.0 * -sin(z) + 7.0 * cos(z)
    assert reverse(COS_SIN_PROD)((x, y))[1]((3.0, 7.0)) == pytest.approx((back * y, back * x))
    (cos_x, cos_y), (sin_x, sin_y) = jacobian(COS_SIN_PROD)((x, y))
    found = cos_x, cos_y, sin_x, sin_y
    assert found == pytest.approx((-sin(z) * y, -sin(z) * x, cos(z) * y, cos(z) * x))
