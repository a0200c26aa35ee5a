"""Length costs no depth: chains of thousands of arrows, and pipelines of hundreds of layers."""

import copy
import pickle
from functools import reduce
from operator import rshift

import numpy as np
import pytest

from cat_ad import (
    Dim,
    Float,
    Scalar,
    adam,
    compose,
    each,
    forward,
    gradient,
    jacobian,
    linear,
    logsumexp,
    mean,
    reverse,
    scale,
    sin,
    stack,
    tanh,
)
from cat_ad.arrows.parametrised import SomePara
from cat_ad.arrows.terms import SomeArrow

LENGTH = 4_000  # several times as many as Python nests calls
STEPS: list[SomeArrow] = [sin(Scalar), scale(Scalar, 1.001)] * (LENGTH // 2)

CHAINS: dict[str, SomeArrow] = {
    "nested to the left": reduce(rshift, STEPS),
    "nested to the right": reduce(lambda after, step: step >> after, reversed(STEPS)),
    "by compose": compose(*STEPS),
    "by halves": reduce(rshift, STEPS[: LENGTH // 2]) >> reduce(rshift, STEPS[LENGTH // 2 :]),
}

ALL = pytest.mark.parametrize("chain", CHAINS.values(), ids=CHAINS)


def by_loop(x: float) -> tuple[float, float]:
    """The value of the chain and its derivative, by the chain rule."""
    derivative = 1.0
    for _ in range(LENGTH // 2):
        derivative *= 1.001 * np.cos(x)
        x = 1.001 * np.sin(x)
    return x, derivative


@ALL
def test_a_long_chain_is_called(chain: SomeArrow) -> None:
    """Its value is that of the loop."""
    assert chain(np.float64(0.5)) == pytest.approx(by_loop(0.5)[0], rel=1e-12)


@ALL
def test_a_long_chain_is_differentiated_in_every_mode(chain: SomeArrow) -> None:
    """Forward, in reverse, by matrices, and as a gradient: the product of all slopes."""
    _, derivative = by_loop(0.5)
    found = forward(chain)(0.5)[1](1.0), reverse(chain)(0.5)[1](1.0), jacobian(chain)(0.5), gradient(chain)(0.5)
    assert found == pytest.approx((derivative,) * 4, rel=1e-10)


@ALL
def test_a_long_chain_is_lifted(chain: SomeArrow) -> None:
    """Over an axis, with the same results."""
    found: SomeArrow = each(Batch, chain)
    np.testing.assert_allclose(found(np.full(2, 0.5)), by_loop(0.5)[0])


@ALL
def test_a_long_chain_prints_flat(chain: SomeArrow) -> None:
    """However it was put together, in one pair of parentheses."""
    assert repr(chain) == f"{' >> '.join(map(str, STEPS))}: Scalar -> Scalar"


@ALL
def test_a_long_chain_refuses_to_be_pickled(chain: SomeArrow) -> None:
    """In one sentence that names its ends, and says what to do instead."""
    with pytest.raises(TypeError) as caught:
        pickle.dumps(chain)
    assert str(caught.value) == (
        f"wanted to pickle sin >> ... {LENGTH - 2} more ... >> scale 1.001: Scalar -> Scalar; "
        "an arrow holds functions: save its parameters instead"
    )
    assert copy.deepcopy(chain) is copy.copy(chain) is chain


class Batch(Dim):
    """As many as there are."""


class Width(Dim, size=2):
    """Narrow."""


DEPTH = 256
LAYER: SomePara = linear(Width, Width) >> tanh(Float[Width])
DEEP: dict[str, SomePara] = {
    "pipeline": reduce(rshift, [LAYER] * DEPTH),
    "nested to the right": reduce(lambda after, layer: layer >> after, [LAYER] * (DEPTH // 2)),
    "stack": stack(LAYER, DEPTH),
}


@pytest.mark.parametrize("layers", DEEP.values(), ids=DEEP)
def test_a_deep_model_learns(layers: SomePara) -> None:
    """Drawn, called, printed, differentiated both ways and optimised: a step against the gradient lowers the loss."""
    model: SomePara = each(Batch, layers >> linear(Width, Width) >> logsumexp(Width)) >> mean(Float[Batch])
    loss, inputs = model.arrow, np.ones((3, 2))
    parameters = model.init(np.random.default_rng(0))
    before = model(parameters, inputs)
    towards, _ = gradient(loss)((parameters, inputs))
    along = (towards, None)
    assert forward(loss)((parameters, inputs))[1](along) > 0
    optimizer = adam(1e-3)
    _, after = optimizer.step(optimizer.init(parameters), parameters, towards)
    assert model(after, inputs) < before
    assert repr(model).count("linear") == repr(layers).count("linear") + 1
