"""What a derivative costs is linear in the size of the arrow, in each representation of linear maps, nested or not."""

import gc
import sys
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cat_ad import (
    Additive,
    Begin,
    Cont,
    D,
    Dual,
    Matrices,
    Scalar,
    add,
    compose,
    dup,
    gradient,
    identity,
    mul,
    primitive,
    residual,
    sin,
)
from cat_ad.arrows.terms import SomeArrow
from cat_ad.categories.biproduct import Linear
from cat_ad.categories.category import SomeHom
from cat_ad.derivatives.chain_rule import function
from cat_ad.linear_maps import additive, continuation, dual, matrix
from cat_ad.linear_maps import beginning as begin
from cat_ad.objects.spaces import product
from tests.support.arrows import PHASES

Some = Linear[Any]  # Any: the brands of all representations
AT = 0.5


def nested(make: Callable[[SomeArrow], SomeArrow], f: SomeArrow, times: int) -> SomeArrow:
    """make of make of ... of f."""
    for _ in range(times - 1):
        f = make(f)
    return f


def rows(f: SomeArrow) -> dict[str, Callable[[int], SomeArrow]]:
    """Arrows with f in so many places: one after the other, and nested in forks to the left, the right and inside."""
    pair = product(Scalar, Scalar)
    both: SomeArrow = dup(pair) >> (f * f) * identity(pair) >> add(pair)
    return {
        "alone": lambda n: compose(*[f] * n),
        "residuals": lambda n: compose(*[residual(f)] * n),
        "pairs": lambda n: dup(Scalar) >> compose(*[both] * n) >> mul(Scalar),
        "left": lambda n: nested(lambda inside: (inside & f) >> add(Scalar), f, n),
        "right": lambda n: nested(lambda inside: (f & inside) >> mul(Scalar), f, n),
        "inside": lambda n: nested(lambda inside: ((inside >> f) & identity(Scalar)) >> add(Scalar), f, n),
        "crosses": lambda n: nested(lambda inside: dup(Scalar) >> inside * f >> mul(Scalar), f, n),
    }


WAYS: dict[str, Callable[[Some], Some]] = {
    "begin": lambda k: Begin(k, Scalar),
    "cont": lambda k: Cont(k, Scalar),
    "dual": Dual,
}


@st.composite
def representations(draw: st.DrawFn) -> Some:
    """Additive functions or matrices, begun, continued and turned around up to three times."""
    k: Some = draw(st.sampled_from([Additive(), Matrices()]))
    for way in draw(st.lists(st.sampled_from([*WAYS]), max_size=3)):
        k = WAYS[way](k)
    return k


def slope(k: Some, f: SomeHom[Any]) -> float:
    """The number that an arrow of Scalar to Scalar multiplies by."""
    match k:
        case Begin(k=inner):
            return slope(inner, begin.function(f)(inner.id(Scalar)))
        case Cont(k=inner):
            return slope(inner, continuation.function(f)(inner.id(Scalar)))
        case Dual(k=inner):
            return slope(inner, dual.turned(f))
        case Matrices():
            return float(matrix.function(f)(matrix.Axes(()))[1].item())
    return float(additive.function(f)(np.asarray(1.0)))


def derivative(k: Some, f: SomeArrow) -> float:
    """That of f, read in k."""
    return slope(k, function(f.to(D(k)))(np.asarray(AT))[1])


def calls(run: Callable[[], float]) -> tuple[int, float]:
    """How often it calls a function of Python, and what it gives."""
    count, before = 0, sys.getprofile()

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    gc.disable()  # which calls back
    sys.setprofile(note)
    try:
        result = run()
    finally:
        sys.setprofile(before)
        gc.enable()
    return count, result


@settings(max_examples=20, phases=PHASES, deadline=None)
@given(k=representations(), row=st.sampled_from([*rows(sin(Scalar))]))
def test_what_a_derivative_costs_grows_as_the_arrow(k: Some, row: str) -> None:
    """Twice as large, it takes some more than twice as many calls (n log n), each of which does a bounded amount."""
    counts = list[int]()
    for n in (8, 16, 32):
        f = rows(sin(Scalar))[row](n)
        assert derivative(k, f) == pytest.approx(gradient(f)(AT), rel=1e-12)  # what can be remembered, now is
        count, _ = calls(partial(derivative, k, f))
        counts.append(count)
    assert counts[2] - counts[1] <= 2.5 * (counts[1] - counts[0])


def test_each_linear_map_is_applied_once() -> None:
    """Or its adjoint is, as in forward and reverse mode; twelve residuals took 149,796 applications."""
    applied = list[None]()

    def double(u: Any) -> Any:  # Any: a tangent
        applied.append(None)
        return 2 * u

    f = primitive("double", Scalar, Scalar, lambda x: 2 * x, lambda x, y, k: k.linear_map(double, double))
    for name, make in rows(f).items():
        wanted = gradient(make(12))(AT)
        once = len(applied)
        applied.clear()
        for k in (Begin(Additive(), Scalar), Cont(Additive(), Scalar), Cont(Begin(Dual(Additive()), Scalar), Scalar)):
            assert derivative(k, make(12)) == pytest.approx(wanted, rel=1e-12)
            assert len(applied) == once, f"{k!r}: {name}"
            applied.clear()


@pytest.mark.parametrize("k", [*(f(Additive(), Scalar) for f in (Begin, Cont)), Begin(Matrices(), Scalar)], ids=repr)
def test_a_long_chain_has_no_depth(k: Some) -> None:
    """Of thrice as many sines as Python's stack is deep."""
    f: SomeArrow = compose(*[sin(Scalar)] * 3000)
    assert derivative(k, f) == pytest.approx(gradient(f)(AT), rel=1e-10)
