"""The worked examples of Elliott 2018 (sections 3 to 5), with the derivatives that it prints."""

import math

import pytest

from cat_ad import (
    Scalar,
    add,
    cos,
    dup,
    exl,
    exr,
    forward,
    gradient,
    jacobian,
    mul,
    reverse,
    sin,
)
from cat_ad.arrow import SomeArrow

SQR: SomeArrow = dup(Scalar) >> mul(Scalar)
MAG_SQR: SomeArrow = ((exl(Scalar, Scalar) >> SQR) & (exr(Scalar, Scalar) >> SQR)) >> add(Scalar)
COS_SIN_PROD: SomeArrow = mul(Scalar) >> (cos(Scalar) & sin(Scalar))

POINTS = [(0.0, 0.0), (1.0, 0.0), (3.0, 4.0), (-0.5, 2.0)]


@pytest.mark.parametrize(("x", "y"), POINTS)
def test_sqr(x: float, y: float) -> None:
    """D sqr a = 2 a da."""
    assert SQR(x) == x * x
    assert forward(SQR)(x)[1](y) == pytest.approx(2 * x * y)
    assert reverse(SQR)(x)[1](y) == pytest.approx(2 * x * y)
    assert gradient(SQR)(x) == pytest.approx(2 * x)
    assert jacobian(SQR)(x) == pytest.approx(2 * x)


@pytest.mark.parametrize(("x", "y"), POINTS)
def test_mag_sqr(x: float, y: float) -> None:
    """D magSqr (a, b) = (da, db) -> 2 a da + 2 b db."""
    assert MAG_SQR((x, y)) == x * x + y * y
    assert forward(MAG_SQR)((x, y))[1]((1.5, -2.5)) == pytest.approx(3 * x - 5 * y)
    assert gradient(MAG_SQR)((x, y)) == pytest.approx((2 * x, 2 * y))
    assert reverse(MAG_SQR)((x, y))[1](10.0) == pytest.approx((20 * x, 20 * y))
    assert jacobian(MAG_SQR)((x, y)) == pytest.approx((2 * x, 2 * y))


@pytest.mark.parametrize(("x", "y"), POINTS)
def test_cos_sin_prod(x: float, y: float) -> None:
    """With z = a b and dz = b da + a db, D cosSinProd (a, b) = (da, db) -> (-sin z dz, cos z dz)."""
    z = x * y
    assert COS_SIN_PROD((x, y)) == pytest.approx((math.cos(z), math.sin(z)))
    dz = 1.5 * y - 2.5 * x
    along = forward(COS_SIN_PROD)((x, y))[1]((1.5, -2.5))
    assert along == pytest.approx((-math.sin(z) * dz, math.cos(z) * dz))
    back = 3.0 * -math.sin(z) + 7.0 * math.cos(z)
    assert reverse(COS_SIN_PROD)((x, y))[1]((3.0, 7.0)) == pytest.approx((back * y, back * x))
    (cos_x, cos_y), (sin_x, sin_y) = jacobian(COS_SIN_PROD)((x, y))
    found = cos_x, cos_y, sin_x, sin_y
    assert found == pytest.approx((-math.sin(z) * y, -math.sin(z) * x, math.cos(z) * y, math.cos(z) * x))


def test_the_examples_print_as_the_paper_writes_them() -> None:
    """In its notation for Haskell, fully parenthesised."""
    assert repr(SQR) == "(dup >>> mul)"
    assert repr(MAG_SQR) == "(((exl >>> dup >>> mul) &&& (exr >>> dup >>> mul)) >>> add)"
    assert repr(COS_SIN_PROD) == "(mul >>> (cos &&& sin))"
