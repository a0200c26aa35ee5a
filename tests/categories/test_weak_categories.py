"""D(k) asks of k only what an arrow needs (Elliott 2018, section 4): a k that is only monoidal, or only cartesian."""

import re
from typing import Any

import numpy as np
import pytest

import cat_ad as c
from cat_ad import D, Dim, Float, InterpretationError, Scalar
from cat_ad.arrows.terms import SomeArrow
from cat_ad.categories.category import A, B, C, Cartesian, Hom, Monoidal
from cat_ad.categories.category import D as E
from cat_ad.derivatives.chain_rule import function
from cat_ad.linear_maps import additive
from cat_ad.linear_maps.additive import Additive, AdditiveFunction
from cat_ad.objects.arrays import AnyArray
from cat_ad.objects.spaces import Unit

FULL = Additive()


class N(Dim, size=2):
    """A dimension."""


class OnlyMonoidal(Monoidal[AdditiveFunction]):
    """Linear functions, of which one can only scale, compose and cross."""

    def id(self, a: type[A]) -> Hom[AdditiveFunction, A, A]:
        """As in `Additive`."""
        return FULL.id(a)

    def compose(self, f: Hom[AdditiveFunction, A, B], g: Hom[AdditiveFunction, B, C]) -> Hom[AdditiveFunction, A, C]:
        """As in `Additive`."""
        return FULL.compose(f, g)

    def cross(
        self, f: Hom[AdditiveFunction, A, C], g: Hom[AdditiveFunction, B, E]
    ) -> Hom[AdditiveFunction, tuple[A, B], tuple[C, E]]:
        """As in `Additive`."""
        return FULL.cross(f, g)

    def scale(self, factor: AnyArray) -> Hom[AdditiveFunction, A, A]:
        """As in `Additive`."""
        return FULL.scale(factor)


class OnlyCartesian(OnlyMonoidal, Cartesian[AdditiveFunction]):
    """The same, which can copy and extract too."""

    def exl(self, a: type[A], b: type[B]) -> Hom[AdditiveFunction, tuple[A, B], A]:
        """As in `Additive`."""
        return FULL.exl(a, b)

    def exr(self, a: type[A], b: type[B]) -> Hom[AdditiveFunction, tuple[A, B], B]:
        """As in `Additive`."""
        return FULL.exr(a, b)

    def fork(
        self, f: Hom[AdditiveFunction, A, B], g: Hom[AdditiveFunction, A, C]
    ) -> Hom[AdditiveFunction, A, tuple[B, C]]:
        """As in `Additive`."""
        return FULL.fork(f, g)

    def it(self, a: type[A]) -> Hom[AdditiveFunction, A, Unit]:
        """As in `Additive`."""
        return FULL.it(a)


SIDE_BY_SIDE: SomeArrow = c.sin(Scalar) * c.exp(Scalar) >> c.log(Scalar) * (c.cos(Scalar) >> c.exp(Scalar))
COPIED: SomeArrow = (c.sin(Scalar) & c.exp(Scalar)) >> c.swap(Scalar, Scalar) >> SIDE_BY_SIDE
SHARED: SomeArrow = c.sin(Scalar) >> c.dup(Scalar) >> c.cos(Scalar) * c.exp(Scalar) >> c.exl(Scalar, Scalar)


@pytest.mark.parametrize(
    ("k", "f", "a", "u"),
    [
        (OnlyMonoidal(), SIDE_BY_SIDE, (0.5, 0.25), (1.0, 2.0)),
        (OnlyCartesian(), SIDE_BY_SIDE, (0.5, 0.25), (1.0, 2.0)),
        (OnlyCartesian(), COPIED, 0.5, 2.0),
        (OnlyCartesian(), SHARED, 0.5, 2.0),
    ],
)
def test_what_suffices_gives_the_derivative(k: Monoidal[AdditiveFunction], f: SomeArrow, a: object, u: object) -> None:
    """The same as in all of `Additive`."""
    value, derivative = function(f.to(D(k)))(a)
    value_too, derivative_too = function(f.to(D(FULL)))(a)
    np.testing.assert_array_equal(value, value_too)
    np.testing.assert_array_equal(additive.function(derivative)(u), additive.function(derivative_too)(u))


@pytest.mark.parametrize(
    ("k", "f", "a", "lacks"),
    [
        (OnlyMonoidal(), COPIED, 0.5, "swap"),
        (OnlyMonoidal(), c.exl(Scalar, Scalar), (0.5, 0.5), "exl"),
        (OnlyMonoidal(), c.it(Scalar), 0.5, "it"),
        (OnlyCartesian(), c.mul(Scalar), (0.5, 0.5), "join"),
        (OnlyCartesian(), c.softmax(N), np.zeros(2), "linear_map"),
    ],
)
def test_what_lacks_is_named(k: Monoidal[AdditiveFunction], f: SomeArrow, a: object, lacks: str) -> None:
    """When the arrow asks for it."""
    with pytest.raises(InterpretationError, match=re.escape(f"wanted {lacks} of {k}, which has none")):
        function(f.to(D(k)))(a)


def test_who_asks_for_what_lacks_is_named() -> None:
    """The primitive whose derivative it is, among all that an arrow is made of; a name misspelt is no other case."""

    def misspelt(x: Any, y: Any, k: Any) -> Any:  # Any: a rule that a checker would refuse
        return k.scael(1.0)

    slip: SomeArrow = c.primitive("slip", Scalar, Scalar, lambda x: x, misspelt)
    product: SomeArrow = c.dup(Scalar) >> c.mul(Scalar)
    for k, f, says in (
        (OnlyCartesian(), product, "derivative of mul: tuple[Scalar, Scalar] -> Scalar: wanted join of "),
        (FULL, slip, "derivative of slip: Scalar -> Scalar: wanted scael of Additive, which has none of this name; "),
    ):
        with pytest.raises(InterpretationError, match=f"^{re.escape(says)}"):
            function((c.sin(Scalar) >> f).to(D(k)))(c.check(Scalar, 0.5))


def test_a_category_lacks_attributes_as_anything_does() -> None:
    """So that `hasattr` tells."""
    assert hasattr(FULL, "join")
    assert not hasattr(OnlyCartesian(), "join")
    assert getattr(OnlyMonoidal(), "no such thing", None) is None


@pytest.mark.parametrize("k", [None, Additive, Float[N], c.sin(Scalar)])
def test_d_is_of_a_category(k: object) -> None:
    """And says so."""
    with pytest.raises(InterpretationError, match="D: wanted a category of linear maps, got"):
        D(k)  # type: ignore[arg-type]  # on purpose
