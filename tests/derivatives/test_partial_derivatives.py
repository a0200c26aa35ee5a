"""An arrow differentiated along its first argument alone, and gradients in parameters alone."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cat_ad as c
from cat_ad import Additive, D, Dim, Dual, Float, Matrices, Para, Scalar, cost, reverse_cost
from cat_ad.arrows.parametrised import SomePara
from cat_ad.arrows.terms import SomeArrow
from cat_ad.derivatives import chain_rule
from cat_ad.derivatives.partial_derivatives import along_first
from cat_ad.objects.spaces import product
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.seen import seen
from tests.support.trees import assert_close, numbers, point


class N(Dim, size=4):
    """Four."""


REPRESENTATIONS: tuple[Any, ...] = (Additive(), Dual(Additive()), Matrices())  # Any: of several brands


@pytest.mark.parametrize("k", REPRESENTATIONS, ids=repr)
@settings(max_examples=20, phases=PHASES)
@given(data=st.data(), seed=SEEDS)
def test_the_second_argument_is_constant(k: Any, data: st.DataObject, seed: int) -> None:
    """The derivative is that of f, after (id * 0): in every representation, at every point; the value is the same."""
    a, b, end = (data.draw(objects(data.draw(st.integers(0, 2)))) for _ in range(3))
    f: SomeArrow = data.draw(twins(product(a, b), end, fuel=2)).arrow
    x = point(f.dom, np.random.default_rng(seed))
    value, whole = chain_rule.function(f.to(D(k)))(x)
    same, partial = chain_rule.function(along_first(f).to(D(k)))(x)
    wanted = k.compose(k.cross(k.id(a), k.zero(b, b)), whole)
    left, right = (seen(k, g, f.dom, end, np.random.default_rng(seed)) for g in (wanted, partial))
    assert_close(numbers(value), numbers(same), 1e-14)
    assert_close(left, right, 1e-12, f"{f}", floor=1.0)


def weighted() -> SomePara:
    """The sum of w sin(sin x), of parameters w and data x."""
    vector: Any = Float[N]
    waves = c.identity(vector) * (c.sin(vector) >> c.sin(vector)) >> c.mul(vector) >> c.total(vector)
    return c.para("weighted", vector, waves, lambda rng: rng.normal(size=4))


def test_the_slope_of_the_data_is_not_paid() -> None:
    """No product with it is computed, and no slope before: pulling back costs as for the weights alone."""
    f = weighted().arrow
    value, whole, partial = cost(f), reverse_cost(f), reverse_cost(along_first(f))
    assert partial.multiplications - value.multiplications == 4  # of the cotangent with the data, for the weights
    assert whole.multiplications - value.multiplications >= 4 * 4
    assert partial.others == value.others  # no cosines
    assert whole.others == value.others + 2 * 4


def test_arrows_of_integers_stay_as_they_are() -> None:
    """There is no slope to save."""
    f: SomeArrow = c.lookup(N, N)
    assert along_first(f) is f


def models() -> dict[str, SomePara]:
    """Losses of parametrised arrows, on data of all kinds."""
    vector: Any = Float[N]
    end: SomeArrow = c.total(vector)
    return {
        "weighted": weighted(),
        "layers": c.linear(N, N) >> c.tanh(vector) >> c.linear(N, N) >> end,
        "indices": c.embedding(N, N) >> c.tanh(vector) >> end,
        "no input": c.parameter(vector, lambda rng: rng.normal(size=4)) >> end,
        "products of three": c.gru(N, N) >> c.exl(vector, vector) >> end,
        "a loop": c.scan(N, c.lstm(N, N)) >> c.exr(product(vector, vector), Float[N, N]) >> c.total(Float[N, N]),
        "data alone": (c.parameter(Scalar, lambda rng: c.check(Scalar, rng.normal())) * end) >> c.exr(Scalar, Scalar),
    }


@pytest.mark.parametrize("f", models().values(), ids=models())
def test_the_gradient_of_a_parametrised_arrow_is_that_in_its_parameters(f: Para[Any, Any, Scalar]) -> None:
    """The first part of the gradient of its arrow."""
    rng = np.random.default_rng(0)
    parameters, x = f.init(rng), point(f.dom, rng)
    value, slope = c.value_and_gradient(f)(parameters, x)
    wanted, (first, _) = c.value_and_gradient(f.arrow)((parameters, x))
    assert_close(numbers(value), numbers(wanted), 1e-15)
    assert_close(numbers(slope), numbers(first), 1e-14)
    assert_close(numbers(c.gradient(f)(parameters, x)), numbers(first), 1e-14)


def test_arguments_are_checked_as_at_a_call() -> None:
    f = weighted()
    with pytest.raises(c.SpaceError, match=r"weighted\(parameters, input\)"):
        c.gradient(f)(np.zeros(4), np.zeros(3))
    with pytest.raises(c.SpaceError, match="gradient: wanted an arrow to"):
        c.gradient(c.linear(N, N))  # type: ignore[arg-type]  # on purpose
