"""`each(N, f)` is the loop over N: values and derivatives, shared arguments and constants, once and twice."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cat_ad import (
    Dim,
    Float,
    Index,
    Scalar,
    Three,
    Times,
    add,
    attention,
    constant,
    dense,
    dot,
    each,
    embedding,
    identity,
    it,
    linear,
    logsumexp,
    lookup,
    matvec,
    parameter,
    residual,
    reverse,
    sin,
    stack,
    tanh,
    total,
)
from cat_ad.arrows.generators import Lifted
from cat_ad.arrows.lifting import lift
from cat_ad.arrows.parametrised import SomePara
from cat_ad.arrows.terms import SomeArrow
from cat_ad.learning.layers import normal
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.loops import assert_loop, some
from tests.support.primitives import OPEN, I, J, Twin
from tests.support.trees import Tree, point


class N(Dim):
    """Without a size: as many as there are."""


class M(Dim, size=2):
    """Two."""


ONCE = [pytest.param(f, mask, id=f"{f}-{mask}") for f in OPEN for mask in some(f.arrow.dom)]
WEIGHT: Tree = np.arange(6.0).reshape(2, 3) - 2
ONE: Tree = np.asarray(1)


@pytest.mark.parametrize("f", [f for f in OPEN if some(f.arrow.dom)], ids=str)
def test_each_primitive_over_one_axis_and_over_two(f: Twin) -> None:
    """`each` is the loop, and `each` inside `each` the loop inside the loop."""
    once: SomeArrow = each(N, f.arrow)
    assert_loop(once, f.arrow, True, domain=f.domain)
    assert_loop(each(M, once), once, True, domain=f.domain)


@pytest.mark.parametrize(("f", "mask"), ONCE)
def test_shared_arguments_of_a_primitive_get_the_sum(f: Twin, mask: Lifted) -> None:
    """Whichever arguments are shared, and whichever then of those are shared by another loop around."""
    inner = lift(N, f.arrow, mask)
    assert_loop(inner, f.arrow, mask, domain=f.domain)
    for around in some(f.arrow.dom):
        assert_loop(lift(M, inner, around), inner, around, domain=f.domain)


@settings(max_examples=20, phases=PHASES)
@given(data=st.data(), seed=SEEDS)
def test_a_composition_lifts_as_a_whole(data: st.DataObject, seed: int) -> None:
    """With constants and discarded arguments inside, and any of its arguments shared, in two loops."""
    f = data.draw(twins(data.draw(objects(2)), data.draw(objects(1)), 1)).arrow
    ways = some(f.dom)
    assume(ways)
    inner_mask, outer_mask = data.draw(st.sampled_from(ways)), data.draw(st.sampled_from(ways))
    inner = lift(N, f, inner_mask)
    assert_loop(inner, f, inner_mask, seed)
    assert_loop(lift(M, inner, outer_mask), inner, outer_mask, seed)


CONSTANTS: dict[str, SomeArrow] = {
    "alone": it(Float[J]) >> constant(Float[I, J], WEIGHT),
    "then summed": it(Float[J]) >> constant(Float[J], WEIGHT[0]) >> total(Float[J]),
    "beside": identity(Float[J]) & (it(Float[J]) >> constant(Float[I, J], WEIGHT)),
    "contracted": ((it(Float[J]) >> constant(Float[I, J], WEIGHT)) & identity(Float[J])) >> matvec(J, I),
    "both factors": ((it(Scalar) >> constant(Float[J], WEIGHT[0])) & (it(Scalar) >> constant(Float[J], WEIGHT[1])))
    >> dot(J),
    "table": ((it(Index) >> constant(Float[I, J], WEIGHT)) & identity(Index)) >> lookup(I, J),
    "index": (identity(Float[I, J]) & (it(Float[I, J]) >> constant(Index, ONE))) >> lookup(I, J),
}


@pytest.mark.parametrize("f", CONSTANTS.values(), ids=CONSTANTS)
def test_a_constant_is_the_same_in_each_round(f: SomeArrow) -> None:
    """It has the new axis when it comes out, and each round sees the one constant."""
    once: SomeArrow = each(N, f)
    assert_loop(once, f, True)
    assert_loop(each(M, once), once, True)


LAYER = linear(J, J) >> tanh(Float[J])
BLOCK: SomePara = each(J, dense(I, Times[Three, Times[I, J]])) >> attention(J, I, J) >> each(J, linear(Times[I, J], I))
PARAMETRISED: tuple[SomePara, ...] = (
    BLOCK,
    residual(BLOCK) >> residual(BLOCK),
    linear(J, I),
    dense(J, I),
    embedding(I, J),
    embedding(I, J) >> linear(J, I) >> logsumexp(I),
    residual(LAYER),
    stack(residual(LAYER), 3),
    linear(J, I) & (dense(J, I) >> sin(Float[I])),
    embedding(I, J) * linear(J, I),
    identity(Float[J]) & dense(J, I),
    ((it(Float[J]) >> parameter(Scalar, lambda rng: normal(rng, 1.0))) & total(Float[J])) >> add(Scalar),
)


@pytest.mark.parametrize("f", PARAMETRISED, ids=str)
def test_parameters_are_shared_by_all_rounds(f: SomePara) -> None:
    """The gradient of a parameter is the sum over the loop, and over both of two loops."""
    once: SomePara = each(N, f)
    assert once.parameters == f.parameters
    assert_loop(once.arrow, f.arrow, (False, True))
    assert_loop(each(M, once).arrow, once.arrow, (False, True))


def test_an_argument_shared_by_one_loop_only() -> None:
    """A vector for each of N and a matrix for each of M: every pair of them, and each gets its own sum."""
    f = matvec(J, I)
    inner = lift(N, f, (False, True))
    assert_loop(lift(M, inner, (True, False)), inner, (True, False))
    matrices, vectors = point(Float[M, I, J], np.random.default_rng(0)), point(Float[N, J], np.random.default_rng(1))
    found = lift(M, inner, (True, False))((matrices, vectors))
    np.testing.assert_allclose(found, np.einsum("mij,nj->mni", matrices, vectors))


def test_no_rounds_at_all() -> None:
    """Over an axis of length zero there are no results, and what is shared has gradient zero."""
    layer: SomePara = each(N, linear(J, I) >> tanh(Float[I]) >> logsumexp(I))
    a = layer.init(np.random.default_rng(0)), np.zeros((0, 3))
    value, pull = reverse(layer.arrow)(a)
    assert value.shape == (0,)
    ((weight, bias), inputs) = pull(value)
    assert np.array_equal(weight, np.zeros((2, 3)))
    assert np.array_equal(bias, np.zeros(2))
    assert inputs.shape == (0, 3)
