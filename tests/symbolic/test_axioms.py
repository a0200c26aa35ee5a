"""The axioms of Cartesian differential and of reverse derivative categories, of random arrows at random points."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cat_ad import exl, exr, identity, it, reverse_derivative, zero
from cat_ad.arrows.completeness import arrow_of
from cat_ad.arrows.elements import Element, Elements, variables
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.spaces import kind
from cat_ad.symbolic.tangent_functor import derivative
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.trees import Tree, assert_close, direction, numbers, point


@dataclass(frozen=True)
class Case:
    """Arrows f, p: A to B, g: B to C and h: A to C; a point and tangents of A, and cotangents of B and C."""

    f: SomeArrow
    p: SomeArrow
    g: SomeArrow
    h: SomeArrow
    a: Tree
    u: Tree
    v: Tree
    b: Tree
    d: Tree
    c: Tree


Axiom: TypeAlias = Callable[[Case], tuple[Tree, Tree]]


def plus(space: type) -> SomeArrow:
    """The sum of two tangents; of integers, whose tangents are 0, the first."""
    x, y = variables(space), variables(space)
    return arrow_of(together(x, y), (x, y))


def together(x: Elements, y: Elements) -> Elements:
    """The sum of two values of elements; of integers, the first."""
    if isinstance(x, tuple):
        assert isinstance(y, tuple)
        return tuple(map(together, x, y))
    assert isinstance(y, Element)
    return x + y if kind(x.space) == "Float" else x


def added(space: type, x: Tree, y: Tree) -> Tree:
    """The sum of two tangents."""
    return plus(space)((x, y))


def none(x: Tree) -> Tree:
    """The zero of the space of x."""
    return tuple(map(none, x)) if isinstance(x, tuple) else np.zeros_like(x)


def differential_1(s: Case) -> tuple[Tree, Tree]:
    """D[f + g] = D[f] + D[g] and D[0] = 0"""
    both, nothing = (s.f & s.p) >> plus(s.f.cod), s.f >> zero(s.f.cod)
    by_part = added(s.f.cod, derivative(s.f)((s.a, s.u)), derivative(s.p)((s.a, s.u)))
    return (derivative(both)((s.a, s.u)), derivative(nothing)((s.a, s.u))), (by_part, none(s.b))


def differential_2(s: Case) -> tuple[Tree, Tree]:
    """D[f](a, u + v) = D[f](a, u) + D[f](a, v) and D[f](a, 0) = 0"""
    d = derivative(s.f)
    by_part = added(s.f.cod, d((s.a, s.u)), d((s.a, s.v)))
    return (d((s.a, added(s.f.dom, s.u, s.v))), d((s.a, none(s.a)))), (by_part, none(s.b))


def differential_3(s: Case) -> tuple[Tree, Tree]:
    """D[id](a, u) = u, D[exl](a, u) = exl(u) and D[exr](a, u) = exr(u)"""
    left, right = exl(s.f.dom, s.f.cod), exr(s.f.dom, s.f.cod)
    x, d = (s.a, s.f(s.a)), (s.u, s.b)
    found = derivative(identity(s.f.dom))((s.a, s.u)), derivative(left)((x, d)), derivative(right)((x, d))
    return found, (s.u, s.u, s.b)


def differential_4(s: Case) -> tuple[Tree, Tree]:
    """D[f & g] = D[f] & D[g]"""
    x = s.a, s.u
    return derivative(s.f & s.h)(x), (derivative(s.f)(x), derivative(s.h)(x))


def differential_5(s: Case) -> tuple[Tree, Tree]:
    """D[f ; g](a, u) = D[g](f(a), D[f](a, u))"""
    return derivative(s.f >> s.g)((s.a, s.u)), derivative(s.g)((s.f(s.a), derivative(s.f)((s.a, s.u))))


def differential_6(s: Case) -> tuple[Tree, Tree]:
    """D[D[f]]((a, 0), (0, u)) = D[f](a, u)"""
    nothing = none(s.a)
    return derivative(derivative(s.f))(((s.a, nothing), (nothing, s.u))), derivative(s.f)((s.a, s.u))


def differential_7(s: Case) -> tuple[Tree, Tree]:
    """D[D[f]]((a, u), (v, 0)) = D[D[f]]((a, v), (u, 0))"""
    second, nothing = derivative(derivative(s.f)), none(s.a)
    return second(((s.a, s.u), (s.v, nothing))), second(((s.a, s.v), (s.u, nothing)))


def reverse_1(s: Case) -> tuple[Tree, Tree]:
    """R[f + g] = R[f] + R[g] and R[0] = 0"""
    both, nothing = (s.f & s.p) >> plus(s.f.cod), s.f >> zero(s.f.cod)
    by_part = added(s.f.dom, reverse_derivative(s.f)((s.a, s.b)), reverse_derivative(s.p)((s.a, s.b)))
    return (reverse_derivative(both)((s.a, s.b)), reverse_derivative(nothing)((s.a, s.b))), (by_part, none(s.a))


def reverse_2(s: Case) -> tuple[Tree, Tree]:
    """R[f](a, u + v) = R[f](a, u) + R[f](a, v) and R[f](a, 0) = 0"""
    r = reverse_derivative(s.f)
    by_part = added(s.f.dom, r((s.a, s.b)), r((s.a, s.d)))
    return (r((s.a, added(s.f.cod, s.b, s.d))), r((s.a, none(s.b)))), (by_part, none(s.a))


def reverse_3(s: Case) -> tuple[Tree, Tree]:
    """R[id](a, u) = u, R[exl](a, u) = (u, 0) and R[exr](a, u) = (0, u)"""
    left, right, x = exl(s.f.dom, s.f.cod), exr(s.f.dom, s.f.cod), (s.a, s.f(s.a))
    found = (
        reverse_derivative(identity(s.f.dom))((s.a, s.u)),
        *(reverse_derivative(side)((x, v)) for side, v in ((left, s.u), (right, s.b))),
    )
    return found, (s.u, (s.u, none(s.b)), (none(s.a), s.b))


def reverse_4(s: Case) -> tuple[Tree, Tree]:
    """R[f & g](a, (u, v)) = R[f](a, u) + R[g](a, v) and R[it](a, ()) = 0"""
    by_part = added(s.f.dom, reverse_derivative(s.f)((s.a, s.b)), reverse_derivative(s.h)((s.a, s.c)))
    found = reverse_derivative(s.f & s.h)((s.a, (s.b, s.c)))
    return (found, reverse_derivative(it(s.f.dom))((s.a, ()))), (by_part, none(s.a))


def reverse_5(s: Case) -> tuple[Tree, Tree]:
    """R[f ; g](a, u) = R[f](a, R[g](f(a), u))"""
    inner = reverse_derivative(s.g)((s.f(s.a), s.c))
    return reverse_derivative(s.f >> s.g)((s.a, s.c)), reverse_derivative(s.f)((s.a, inner))


def by_reverse(f: SomeArrow) -> SomeArrow:
    """D[f](a, u) = R[R[f]]((a, 0), u) ; exr, as an arrow."""
    point: SomeArrow = identity(f.dom)
    none: SomeArrow = zero(f.cod)
    return ((point & (f >> none)) * point) >> reverse_derivative(reverse_derivative(f)) >> exr(f.dom, f.cod)


def forward_by_reverse(f: SomeArrow) -> Callable[[Tree, Tree], Tree]:
    """D[f](a, u) = R[R[f]]((a, 0), u) ; exr: the transpose of the transpose."""
    twice = reverse_derivative(reverse_derivative(f))
    return lambda a, u: twice(((a, none(f(a))), u))[1]


def reverse_6(s: Case) -> tuple[Tree, Tree]:
    """D[R[f]]((a, u), (0, v)) = R[f](a, v), with D by R"""
    r = reverse_derivative(s.f)
    return forward_by_reverse(r)((s.a, s.b), (none(s.a), s.d)), r((s.a, s.d))


def reverse_7(s: Case) -> tuple[Tree, Tree]:
    """D[D[f]]((a, u), (v, 0)) = D[D[f]]((a, v), (u, 0)), with D by R"""
    second, nothing = by_reverse(by_reverse(s.f)), none(s.a)
    return second(((s.a, s.u), (s.v, nothing))), second(((s.a, s.v), (s.u, nothing)))


def one_forward_derivative(s: Case) -> tuple[Tree, Tree]:
    """That by R[R[f]] is D[f], and <v, D[f](a, u)> = <R[f](a, v), u>"""
    pushed, pulled = derivative(s.f)((s.a, s.u)), reverse_derivative(s.f)((s.a, s.b))
    left, right = numbers(s.b) @ numbers(pushed), numbers(pulled) @ numbers(s.u)
    return (forward_by_reverse(s.f)(s.a, s.u), np.asarray(left)), (pushed, np.asarray(right))


AXIOMS: tuple[Axiom, ...] = (
    differential_1,
    differential_2,
    differential_3,
    differential_4,
    differential_5,
    differential_6,
    differential_7,
    reverse_1,
    reverse_2,
    reverse_3,
    reverse_4,
    reverse_5,
    reverse_6,
    reverse_7,
    one_forward_derivative,
)


@st.composite
def cases(draw: st.DrawFn, depth: int) -> Case:
    """Random arrows between random objects nested so deep at most, at a random point."""
    a, b, c = (draw(objects(draw(st.integers(0, depth)))) for _ in range(3))
    f, p, g, h = (draw(twins(*ends, fuel=1)).arrow for ends in ((a, b), (a, b), (b, c), (a, c)))
    rng = np.random.default_rng(draw(SEEDS))
    at = point(a, rng)
    directions = [direction(like, rng) for like in (at, at, f(at), f(at), h(at))]
    return Case(f, p, g, h, at, *directions)


FOURTH_ORDER = reverse_6, reverse_7  # with reverse derivatives of reverse derivatives, four deep


@pytest.mark.parametrize("axiom", [x for x in AXIOMS if x not in FOURTH_ORDER], ids=lambda axiom: axiom.__name__)
@settings(max_examples=12, phases=PHASES)
@given(case=cases(1))
def test_every_axiom_holds(axiom: Axiom, case: Case) -> None:
    """Both sides are equal to rounding."""
    assert_holds(axiom, case)


@pytest.mark.parametrize("axiom", FOURTH_ORDER, ids=lambda axiom: axiom.__name__)
@settings(max_examples=4, phases=PHASES)
@given(case=cases(0))
def test_every_axiom_of_fourth_order_holds(axiom: Axiom, case: Case) -> None:
    """Of arrays, not of products, since such terms are large."""
    assert_holds(axiom, case)


def assert_holds(axiom: Axiom, case: Case) -> None:
    """Both sides are equal to rounding."""
    left, right = map(numbers, axiom(case))
    assert_close(left, right, 1e-9, axiom.__doc__ or "", floor=1.0)
