"""Random programs: the arrow of a function is the function, in value and in all derivatives, in every reading.

A program is a list of lines. Each makes a value of those before it, by a word, an operator, a choice, or a loop whose
body uses what is around it; a value may be used many times, or never.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import cat_ad
from cat_ad import Dim, Float, Scalar, forward, reverse, reverse_derivative, stage, tangent
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.spaces import products
from cat_ad.objects.trees import leaves, tree_map
from tests.support.arrows import PHASES, SEEDS
from tests.support.trees import Tree, direction, point


class N(Dim):
    """Rows."""


class H(Dim, size=3):
    """Entries."""


Some: TypeAlias = Any  # Any: elements or arrays of drawn objects
c: Any = cat_ad  # Any: words of these
V, S, M, B = "vector", "number", "rows", "mask"
OBJECTS: dict[str, Some] = {V: Float[H], S: Scalar, M: Float[N, H]}


def counted(v: Some, s: Some, rows: Some) -> Some:
    """A loop in a loop; both bodies use what is around them."""

    def row(x: Some) -> Some:
        return c.fold(N, lambda t, y: c.sin(t) + c.dot(x * v, y) * 0.5, s, rows) * x

    return c.each(N, row)(rows)


# What a line makes, of what, and how
LINES: list[tuple[str, tuple[str, ...], Callable[..., Some]]] = [
    (V, (V,), c.tanh),
    (V, (V,), lambda v: c.softmax(v) - 0.5),
    (V, (V,), lambda v: c.cumulative_sum(v) / 2.0),
    (V, (V, V), lambda u, v: u + v * 0.5),
    (V, (V, V), lambda u, v: u * c.tanh(v)),
    (V, (V, V), c.maximum),
    (V, (V, S), lambda v, s: v * c.sin(s)),
    (V, (V, S), lambda v, s: v / (s * s + 2.0)),
    (V, (B, V, V), c.where),
    (V, (M, V), lambda rows, v: c.fold(N, lambda u, x: c.tanh(u * v) + x, v, rows)),
    (S, (V, V), c.dot),
    (S, (V,), c.total),
    (S, (S, S), lambda s, t: c.sin(s) * t + 1.0),
    (S, (V, V), lambda u, v: c.total(c.sin(c.concat(u, v)))),
    (S, (S, M, V), lambda s, rows, v: c.fold(N, lambda t, x: c.sin(t) + c.dot(x, v) * 0.5, s, rows)),
    (B, (V, V), c.less),
    (B, (B, V), lambda m, v: ~m & (v < 1.0)),
    (M, (M, V, V), lambda rows, u, v: c.each(N, lambda x: c.where(x < u, x * v, c.tanh(x) + u))(rows)),
    (M, (M, V), lambda rows, v: c.scan(N, lambda s, x: (c.tanh(s) * v + x, s), v, rows)[1]),
    (M, (V, S, M), counted),
    (V, (M, V), lambda rows, v: c.each(N, lambda x: c.dot(x, v))(rows) @ rows),
]


@st.composite
def programs(draw: st.DrawFn) -> tuple[Callable[..., Some], list[str]]:
    """A function of a vector, another, a number and rows, and what its results are."""
    kinds, lines = [V, V, S, M], list[tuple[Callable[..., Some], list[int]]]()
    for _ in range(draw(st.integers(1, 8))):
        makes, takes, f = draw(st.sampled_from([line for line in LINES if {*line[1]} <= {*kinds}]))
        lines.append((f, [draw(st.sampled_from([i for i, k in enumerate(kinds) if k == kind])) for kind in takes]))
        kinds.append(makes)
    outs = [draw(st.sampled_from([i for i, k in enumerate(kinds) if k == kind])) for kind in (V, S, M)]
    last = max(i for i, k in enumerate(kinds) if k != B)

    def program(*given: Some) -> Some:
        values = [*given]
        for f, at in lines:
            values.append(f(*[values[i] for i in at]))
        return tuple(values[i] for i in (last, *outs))

    return program, [kinds[last], V, S, M]


def close(left: object, right: object, rtol: float = 1e-10) -> None:
    """Two trees of arrays are equal up to rounding."""
    for x, y in zip(leaves(left), leaves(right), strict=True):
        np.testing.assert_allclose(x, y, rtol, rtol)


def inner(u: Tree, v: Tree) -> float:
    """The inner product of trees."""
    return sum(float(np.sum(x * y)) for x, y in zip(leaves(u), leaves(v), strict=True))


@settings(phases=PHASES, max_examples=25, deadline=None)
@given(programs(), SEEDS)
def test_the_arrow_of_a_program_is_the_program(drawn: tuple[Callable[..., Some], list[str]], seed: int) -> None:
    """In value; forward it is the slope of the program, in reverse the transpose of that, and both are arrows too."""
    f, kinds = drawn
    program: SomeArrow = c.arrow(f, *[OBJECTS[kind] for kind in (V, V, S, M)])
    assert program.cod == products(*[OBJECTS[kind] for kind in kinds])
    rng = np.random.default_rng(seed)
    a = point(program.dom, rng)
    value = f(*a)
    u, v = direction(a, rng), direction(value, rng)
    close(program(a), value)
    close(stage(program)(a), value)

    _, push = forward(program)(a)
    _, pull = reverse(program)(a)
    pushed, pulled = push(u), pull(v)
    step = 1e-6
    ahead, behind = (f(*tree_map(lambda x, d, s=s: x + s * step * d, a, u)) for s in (1, -1))
    close(pushed, tree_map(lambda x, y: (x - y) / (2 * step), ahead, behind), 1e-4)
    assert np.isclose(inner(pushed, v), inner(u, pulled), 1e-9, 1e-9)
    along, back = tangent(program), reverse_derivative(program)
    close(along((a, u)), (value, pushed))
    close(back((a, v)), pulled)
    close(stage(back)((a, v)), pulled)
    close(tangent(along)(((a, u), (u, a)))[1], forward(along)((a, u))[1]((u, a)))
    assert c.arrow(lambda x: program(x), program.dom) == program
