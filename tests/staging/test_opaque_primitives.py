"""A primitive whose functions want entries, and not symbols, is called as it is; its derivative too."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from cat_ad import (
    Dim,
    Float,
    Residual,
    StagingError,
    forward,
    gradient,
    jacobian,
    primitive,
    stage,
    tanh,
    total,
    value_and_gradient,
)
from cat_ad.arrows.terms import SomeArrow
from tests.support.arrows import PHASES, SEEDS
from tests.support.in_c import assert_close, in_c
from tests.support.trees import Tree

pytestmark = pytest.mark.filterwarnings("ignore:stage. C calls Python")


class N(Dim):
    """Entries."""


def bent(x: Tree) -> Tree:
    """A square, or a line: a loop of Python, with a branch, a number, and a write into an array."""
    found = np.empty_like(x := np.asarray(x))
    for i in np.ndindex(x.shape):
        found[i] = x[i] ** 2 if x[i] > 0 else float(-x[i])
    return found


def slopes(x: Tree) -> Tree:
    """Of that."""
    return np.reshape([2 * float(v) if v > 0 else -1.0 for v in np.ravel(x)], np.shape(x))


def scaled(x: Tree) -> Tree:
    """A linear function of the tangents, in Python too."""
    return np.reshape([3 * float(v) for v in np.ravel(x)], np.shape(x))


KEEPING: Any = Residual[Any, Any, Any](lambda x: (bent(x), [slopes(x)]), lambda x, kept, k: k.scale(kept[0]))
BENT: SomeArrow = primitive("bent", Float[N], Float[N], bent, lambda x, y, k: k.scale(slopes(x)))
SCALED: SomeArrow = primitive(
    "scaled", Float[N], Float[N], lambda x: x * 3, lambda x, y, k: k.linear_map(scaled, scaled)
)
PRIMITIVES: list[SomeArrow] = [
    BENT,
    SCALED,
    primitive("kept", Float[N], Float[N], KEEPING.value, KEEPING),
    primitive(
        "weighed",
        tuple[Float[N], Float[N]],
        Float[N],
        lambda x: bent(x[0]) * x[1],
        lambda x, y, k: k.join(k.scale(slopes(x[0]) * x[1]), k.linear_map(lambda d: d * bent(x[0]), lambda d: d * 1)),
    ),
    BENT >> SCALED >> tanh(Float[N]) >> BENT,
]


def readings(f: SomeArrow) -> list[Callable[[Tree], Tree]]:
    """An arrow, and its derivatives."""
    f_total: Tree = f >> tanh(Float[N]) >> total(Float[N])
    return [
        f.unchecked,
        gradient(f_total),
        value_and_gradient(f_total),
        jacobian(f),
        lambda x: forward(f)(x)[1](x),
    ]


READINGS = [(f, reading, stage(reading), in_c(reading)) for f in PRIMITIVES for reading in readings(f)]


@settings(max_examples=3, deadline=None, phases=PHASES)
@given(seed=SEEDS)
def test_values_and_derivatives_in_every_mode(seed: int) -> None:
    """Bit for bit in NumPy, and close in C; also where the other branch is taken than at first."""
    x = np.random.default_rng(seed).normal(size=5)
    for f, reading, staged, c in READINGS:
        a: Tree = (x, x * 2) if isinstance(f.dom, tuple) or str(f) == "weighed" else x
        assert_close(staged(a), reading(a), 0)
        assert_close(c(a), reading(a), 1e-13)


def test_only_the_primitive_is_called_as_it_is() -> None:
    """What is around it is written down; a function that branches outside of any is refused."""
    staged: Tree = stage((tanh(Float[N]) >> BENT >> tanh(Float[N])).unchecked)
    staged(np.ones(2))
    operations = [line.strip() for line in staged.source.split("# tanh")[1:]]
    assert ["tanh(" in line for line in operations] == [True, True]
    assert "bent_call" in staged.source
    with pytest.raises(StagingError, match="an array filled with a symbol"):
        stage(bent)(np.ones(2))


def test_what_a_primitive_writes_into_its_argument_is_refused() -> None:
    """And the argument stays."""

    def written(x: Tree) -> Tree:
        x[0] = float(x[1])
        return x

    x: Any = np.arange(3.0)
    f: SomeArrow = primitive("written", Float[N], Float[N], written, lambda x, y, k: k.scale(x))
    with pytest.raises(StagingError, match=r"a write into an array \(in written\)"):
        stage(f.unchecked)(x)
    np.testing.assert_array_equal(x, np.arange(3.0))


def test_what_it_raises_by_itself_is_raised() -> None:
    """As it is, of arrays."""

    def raised(x: Tree) -> Tree:
        raise ValueError(f"not {float(x[0])}")

    f: SomeArrow = primitive("raised", Float[N], Float[N], raised, lambda x, y, k: k.scale(x))
    with pytest.raises(ValueError, match=r"not 1\.0"):
        stage(f.unchecked)(np.ones(2))
