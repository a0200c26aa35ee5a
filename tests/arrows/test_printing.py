"""Arrows print as their operators are typed: what is read back is the same term."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cat_ad import Dim, Float, Scalar, add, dup, exl, linear, primitive, sin, stack, tanh
from cat_ad.arrows.printing import Operand
from cat_ad.arrows.terms import SomeArrow
from cat_ad.learning.lenses import first, lens
from cat_ad.objects.spaces import brief, factors, product
from tests.test_style import mixed


class N(Dim, size=2):
    """Two."""


@dataclass(frozen=True)
class Read:
    """What Python makes of a text: an operator and what stands beside it, a composition being flat, or a name."""

    operator: str
    parts: tuple[Any, ...]  # Any: text of a name, or more of these

    def __rshift__(self, then: Read) -> Read:
        return Read(">>", tuple(part for f in (self, then) for part in (f.parts if f.operator == ">>" else (f,))))

    def __and__(self, other: Read) -> Read:
        return Read("&", (self, other))

    def __mul__(self, other: Read) -> Read:
        return Read("*", (self, other))


NAMES = {name: Read("", (name,)) for name in ("sin", "tanh", "exl", "linear")}


@st.composite
def terms(draw: st.DrawFn, a: type, fuel: int, f: Any, g: Any) -> tuple[Any, Read]:  # Any: an arrow, or parametrised
    """An arrow from an object to itself, of `f`, `g` and projections, with how it is written."""

    def part(space: type = a) -> tuple[Any, Read]:
        return draw(terms(space, fuel - 1, f, g))

    way = draw(st.integers(0, 3)) if fuel else 0
    if way == 0:
        made = draw(st.sampled_from([f, g]))
        return (made(a), NAMES[str(made(a))]) if len(factors(a)) != 2 else part_by_part(a, f)
    one, other = part(factors(a)[0] if way == 2 and len(factors(a)) == 2 else a), part()
    if way == 1:
        return one[0] >> other[0], one[1] >> other[1]
    if way == 2 and len(factors(a)) == 2:
        other = part(factors(a)[1])
        return one[0] * other[0], one[1] * other[1]
    return (one[0] & other[0]) >> exl(a, a), (one[1] & other[1]) >> NAMES["exl"]


def part_by_part(a: type, f: Any) -> tuple[Any, Read]:  # Any: as above
    """The arrow on each part of a product."""
    if len(factors(a)) != 2:
        return f(a), NAMES[str(f(a))]
    (one, text), (other, last) = (part_by_part(part, f) for part in factors(a))
    return one * other, text * last


def layer(a: type) -> Operand:
    """A parametrised arrow."""
    return linear(N, N) if a == Float[N] else tanh(a)


OBJECTS = st.recursive(st.just(Float[N]), lambda inner: st.builds(product, inner, inner), max_leaves=4)


@pytest.mark.parametrize("kinds", [(sin, tanh), (sin, layer)], ids=["arrows", "parametrised"])
@given(data=st.data())
def test_what_is_printed_is_read_back_as_the_same(kinds: Any, data: st.DataObject) -> None:
    """By Python, and as the project's own rule has it; with the objects after it."""
    f, wanted = data.draw(terms(data.draw(OBJECTS), data.draw(st.integers(0, 5)), *kinds))
    text = str(f)
    assert repr(f) == f"{text}: {brief(f.dom)} -> {brief(f.cod)}"
    assert mixed(text) == []
    assert eval(text, dict(NAMES)) == wanted


LEFT: SomeArrow = sin(Scalar)
PARENTHESES = {
    "cross to the left": (LEFT * LEFT * LEFT, "sin * sin * sin"),
    "cross to the right": (LEFT * (LEFT * LEFT), "sin * (sin * sin)"),
    "chain crossed": ((LEFT >> LEFT) * LEFT, "(sin >> sin) * sin"),
    "crosses composed": (LEFT * LEFT >> LEFT * LEFT, "sin * sin >> sin * sin"),
    "chain forked": ((LEFT >> LEFT) & LEFT, "((sin >> sin) & sin)"),
    "crosses forked": (LEFT * LEFT & LEFT * LEFT, "(sin * sin & sin * sin)"),
    "fork composed": ((LEFT & LEFT) >> add(Scalar), "(sin & sin) >> add"),
    "long chain": (LEFT >> (LEFT >> LEFT), "sin >> sin >> sin"),
    "stack": (stack(linear(N, N) >> tanh(Float[N]), 2) >> linear(N, N), "stack(linear >> tanh, 2) >> linear"),
    "lens": (lens(dup(Scalar) >> add(Scalar)) >> lens(LEFT), "lens(dup >> add) >> lens(sin)"),
    "lenses crossed": ((first(Scalar, Scalar) >> lens(LEFT)) * lens(LEFT), "(first >> lens(sin)) * lens(sin)"),
}


@pytest.mark.parametrize(("f", "text"), PARENTHESES.values(), ids=PARENTHESES)
def test_only_the_parentheses_that_are_needed(f: Operand, text: str) -> None:
    """And those of forks."""
    assert str(f) == text


@pytest.mark.parametrize("name", ["sin", "scale 2", "π", "a(b)", "D[f]", "f'"])
def test_a_name_is_printed_as_it_is(name: str) -> None:
    assert str(primitive(name, Scalar, Scalar, lambda x: x, lambda x, y, k: k.id(Scalar))) == name


@pytest.mark.parametrize("name", ["f >> g", "f & g", "f * g", "f: A -> B", "a; b", "two\nlines", "", "\x1b[31m"])
def test_a_name_that_reads_as_more_is_in_quotes(name: str) -> None:
    """A user may call an arrow what they like."""
    f = primitive(name, Scalar, Scalar, lambda x: x, lambda x, y, k: k.id(Scalar))
    assert str(f >> LEFT) == f"{name!r} >> sin"
    assert repr(f).splitlines() == [f"{name!r}: {brief(Scalar)} -> {brief(Scalar)}"]
