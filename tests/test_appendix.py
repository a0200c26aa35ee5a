"""The lemmas in the appendices of Elliott 2018, for every category of linear maps.

Appendix A and B are about units and sums, C about dot products and exchange. Two identities of appendix B are printed
the wrong way round; here is what holds: `u & v = (u ; inl) + (v ; inr)` and `u | v = (exl ; u) + (exr ; v)`, among the
laws of `cat_ad.categories.biproduct`, and below what follows where u or v is zero.
"""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cat_ad as c
from cat_ad import Float, Scalar
from cat_ad.categories import codiscrete
from cat_ad.categories.biproduct import Biproduct
from cat_ad.categories.category import K, Law, SomeHom
from cat_ad.categories.codiscrete import Codiscrete, ends
from cat_ad.categories.laws import Sides, SomeSample
from cat_ad.linear_maps import additive
from cat_ad.objects.spaces import product, products
from tests.categories.test_laws import LINEAR, sample
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.matrices import Some, count, dot, matrix_of, tangent_at, undot
from tests.support.primitives import I, J, Twin
from tests.support.seen import read, seen
from tests.support.trees import Tree, Vector, assert_close, coordinates, point

EVERY = pytest.mark.parametrize("k", LINEAR, ids=repr)


# Appendix A: terminal and initial objects ----------------------------------------------------------------------------


def zero_goes_by_unit(k: Biproduct[K], s: SomeSample[K]) -> Sides[K]:
    """0 = it ; ti"""
    return k.zero(s.a, s.b), k.compose(k.it(s.a), k.ti(s.b))


# Appendix B: abelian categories --------------------------------------------------------------------------------------


def sum_by_cross(k: Biproduct[K], s: SomeSample[K]) -> Sides[K]:
    """f + g = dup ; (f * g) ; jam"""
    both = k.compose(k.cross(s.f, s.parallel), k.jam(s.b))
    return k.plus(s.a, s.f, s.parallel), k.compose(k.dup(s.a), both)


def sum_by_fork(k: Biproduct[K], s: SomeSample[K]) -> Sides[K]:
    """f + g = (f & g) ; jam"""
    return k.plus(s.a, s.f, s.parallel), k.compose(k.fork(s.f, s.parallel), k.jam(s.b))


def sum_by_join(k: Biproduct[K], s: SomeSample[K]) -> Sides[K]:
    """f + g = dup ; (f | g)"""
    return k.plus(s.a, s.f, s.parallel), k.compose(k.dup(s.a), k.join(s.f, s.parallel))


def sums_associate(k: Biproduct[K], s: SomeSample[K]) -> Sides[K]:
    """(f + g) + h = f + (g + h)"""
    third = k.compose(s.beside, s.into)
    left = k.plus(s.a, k.plus(s.a, s.f, s.parallel), third)
    return left, k.plus(s.a, s.f, k.plus(s.a, s.parallel, third))


def sum_after(k: Biproduct[K], s: SomeSample[K]) -> Sides[K]:
    """f ; (g + h) = (f ; g) + (f ; h)"""
    other = k.compose(s.g, k.compose(s.into, s.g))
    return k.compose(s.f, k.plus(s.b, s.g, other)), k.plus(s.a, k.compose(s.f, s.g), k.compose(s.f, other))


def fork_with_zero(k: Biproduct[K], s: SomeSample[K]) -> Sides[K]:
    """u & 0 = u ; inl"""
    return k.fork(s.f, k.zero(s.a, s.c)), k.compose(s.f, k.inl(s.b, s.c))


def fork_of_zero(k: Biproduct[K], s: SomeSample[K]) -> Sides[K]:
    """0 & v = v ; inr"""
    return k.fork(k.zero(s.a, s.c), s.f), k.compose(s.f, k.inr(s.c, s.b))


def join_with_zero(k: Biproduct[K], s: SomeSample[K]) -> Sides[K]:
    """u | 0 = exl ; u"""
    return k.join(s.f, k.zero(s.c, s.b)), k.compose(k.exl(s.a, s.c), s.f)


def join_of_zero(k: Biproduct[K], s: SomeSample[K]) -> Sides[K]:
    """0 | v = exr ; v"""
    return k.join(k.zero(s.c, s.b), s.f), k.compose(k.exr(s.c, s.a), s.f)


# Appendix C.3: what the proofs say of cross, fork and join (Gibbons 2002, section 1.5) -------------------------------


def cross_after_fork(k: Biproduct[K], s: SomeSample[K]) -> Sides[K]:
    """(f & g) ; (h * i) = (f ; h) & (g ; i)"""
    one, other = k.compose(s.f, s.g), k.compose(s.beside, s.h)
    return k.compose(k.fork(s.f, s.beside), k.cross(s.g, s.h)), k.fork(one, other)


def join_after_cross(k: Biproduct[K], s: SomeSample[K]) -> Sides[K]:
    """(f * g) ; (h | i) = (f ; h) | (g ; i)"""
    other = k.compose(s.g, k.compose(s.into, s.g))
    return (
        k.compose(k.cross(s.f, s.into), k.join(s.g, other)),
        k.join(k.compose(s.f, s.g), k.compose(s.into, other)),
    )


def exchange(k: Biproduct[K], s: SomeSample[K]) -> Sides[K]:
    """(f | g) & (h | i) = (f & h) | (g & i)"""
    other = k.compose(s.into, s.g)
    by_rows = k.fork(k.join(s.f, s.into), k.join(s.beside, other))
    return by_rows, k.join(k.fork(s.f, s.beside), k.fork(s.into, other))


# Appendix C.6: exchanging the middle ---------------------------------------------------------------------------------


def transpose(k: Biproduct[K], a: type[Any], b: type[Any], c: type[Any], d: type[Any]) -> SomeHom[K]:  # Any: objects
    """From ((a, b), (c, d)) to ((a, c), (b, d)): (exl ∘ exl △ exl ∘ exr) △ (exr ∘ exl △ exr ∘ exr)."""
    first, second = product(a, b), product(c, d)
    left, right = k.exl(first, second), k.exr(first, second)
    lefts: SomeHom[K] = k.fork(k.compose(left, k.exl(a, b)), k.compose(right, k.exl(c, d)))
    return k.fork(lefts, k.fork(k.compose(left, k.exr(a, b)), k.compose(right, k.exr(c, d))))


def fork_of_crosses(k: Biproduct[K], s: SomeSample[K]) -> Sides[K]:
    """(f * f') & (g * g') = ((f & g) * (f' & g')) ; transpose, of two what `crossI fs & crossI gs` is of many"""
    forks = k.cross(k.fork(s.f, s.beside), k.fork(s.h, s.into))
    return k.fork(k.cross(s.f, s.h), k.cross(s.beside, s.into)), k.compose(forks, transpose(k, s.b, s.c, s.d, s.b))


def fork_into_left(k: Biproduct[K], s: SomeSample[K]) -> Sides[K]:
    """(f ; inl) & (g ; inl) = (f & g) ; inl ; transpose"""
    injected = k.compose(k.fork(s.f, s.beside), k.inl(product(s.b, s.c), product(s.d, s.a)))
    fork = k.fork(k.compose(s.f, k.inl(s.b, s.d)), k.compose(s.beside, k.inl(s.c, s.a)))
    return fork, k.compose(injected, transpose(k, s.b, s.c, s.d, s.a))


def fork_into_right(k: Biproduct[K], s: SomeSample[K]) -> Sides[K]:
    """(f ; inr) & (g ; inr) = (f & g) ; inr ; transpose"""
    injected = k.compose(k.fork(s.f, s.beside), k.inr(product(s.d, s.a), product(s.b, s.c)))
    fork = k.fork(k.compose(s.f, k.inr(s.d, s.b)), k.compose(s.beside, k.inr(s.a, s.c)))
    return fork, k.compose(injected, transpose(k, s.d, s.a, s.b, s.c))


LEMMAS: tuple[Law, ...] = (
    zero_goes_by_unit,
    sum_by_cross,
    sum_by_fork,
    sum_by_join,
    sums_associate,
    sum_after,
    fork_with_zero,
    fork_of_zero,
    join_with_zero,
    join_of_zero,
    cross_after_fork,
    join_after_cross,
    exchange,
    fork_of_crosses,
    fork_into_left,
    fork_into_right,
)


@st.composite
def paths(draw: st.DrawFn) -> tuple[Twin, ...]:
    """Arrows A to B to C to D, and then A to C, C to B and A to B."""
    a, b, c, d = (draw(objects(draw(st.integers(0, 1)))) for _ in range(4))
    return tuple(draw(twins(*way, fuel=1)) for way in ((a, b), (b, c), (c, d), (a, c), (c, b), (a, b)))


@settings(max_examples=5, phases=PHASES)
@given(path=paths(), seed=SEEDS)
def test_every_lemma_holds(path: tuple[Twin, ...], seed: int) -> None:
    """In every category of linear maps, not of functions only."""
    arrows = [f.arrow for f in path]
    of_objects = sample(arrows, *(codiscrete.hom(f.dom, f.cod) for f in arrows))
    goes = {lemma: tuple(map(ends, lemma(Codiscrete(), of_objects))) for lemma in LEMMAS}
    for k in LINEAR:
        rng = np.random.default_rng(seed)
        of_k = sample(arrows, *(read(k, f, rng) for f in arrows))
        for lemma, ((a, b), same) in goes.items():
            assert (a, b) == same, lemma.__doc__
            left, right = (seen(k, side, a, b, np.random.default_rng(seed)) for side in lemma(k, of_k))
            assert_close(left, right, 1e-12, f"{k!r}: {lemma.__doc__}", floor=1.0)


@EVERY
def test_every_arrow_has_a_negative(k: Some) -> None:
    """Appendix B: f + (f ; negate) = 0, so that the arrows between two objects are an abelian group."""
    b = product(Float[I], Scalar)
    f = c.exl(b, Float[J]) >> c.sin(b)
    x = point(f.dom, np.random.default_rng(0))
    derivative, minus = (read(k, g, np.random.default_rng(0)) for g in (f, c.negate(b)))
    negative = k.compose(derivative, minus)
    assert not matrix_of(k, k.plus(f.dom, derivative, negative), x, f(x)).any()
    assert matrix_of(k, derivative, x, f(x)).any()


# Appendix C.4: dot products ------------------------------------------------------------------------------------------

PAIR = products(products(Float[I], Scalar), Float[I, J])


def tangents(seed: int, many: int) -> tuple[Tree, list[Tree]]:
    """A value of a product, and random tangents at it."""
    rng = np.random.default_rng(seed)
    at = point(PAIR, rng)
    return at, [tangent_at(at, rng.uniform(-1, 1, count(at))) for _ in range(many)]


def row(k: Some, f: SomeHom[Any], at: Tree) -> Vector:  # Any: the brand of k
    """The one row of the matrix of a linear map to numbers."""
    return matrix_of(k, f, at, np.asarray(0.0))[0, :]


@EVERY
def test_dot_and_undot_are_inverse(k: Some) -> None:
    """Section 13: undot (dot u) = u, and dot (undot h) = h for every linear h to numbers, as a gradient is."""
    at, (u,) = tangents(0, 1)
    assert_close(coordinates(at, undot(k, at, dot(k, at, u))), coordinates(at, u), 1e-12)
    f = c.exl(product(Float[I], Scalar), Float[I, J]) >> c.exr(Float[I], Scalar) >> c.sin(Scalar)
    h = read(k, f, np.random.default_rng(0))
    assert_close(row(k, dot(k, at, undot(k, at, h)), at), row(k, h, at), 1e-12)


@EVERY
def test_dot_is_linear(k: Some) -> None:
    """Part 1: dot (u + v) = dot u + dot v, and dot (s u) = dot u ; scale s"""
    at, (u, v) = tangents(1, 2)
    both = tangent_at(at, coordinates(at, u) + coordinates(at, v))
    assert_close(row(k, dot(k, at, both), at), row(k, k.plus(PAIR, dot(k, at, u), dot(k, at, v)), at), 1e-12)
    scaled = tangent_at(at, 3.0 * coordinates(at, u))
    assert_close(row(k, dot(k, at, scaled), at), row(k, k.compose(dot(k, at, u), k.scale(3.0)), at), 1e-12)


@EVERY
def test_undot_is_linear(k: Some) -> None:
    """Part 2: undot (f + g) = undot f + undot g, and undot (f ; scale s) = s undot f"""
    at, (u, v) = tangents(2, 2)
    f, g = dot(k, at, u), dot(k, at, v)
    both = coordinates(at, undot(k, at, k.plus(PAIR, f, g)))
    assert_close(both, coordinates(at, undot(k, at, f)) + coordinates(at, undot(k, at, g)), 1e-12)
    scaled = coordinates(at, undot(k, at, k.compose(f, k.scale(3.0))))
    assert_close(scaled, 3.0 * coordinates(at, undot(k, at, f)), 1e-12)


@EVERY
def test_unjoin_of_dot(k: Some) -> None:
    """Part 3: unjoin (dot (u, v)) = (dot u, dot v)"""
    at, ((u, v),) = tangents(3, 1)
    left, right = k.unjoin(dot(k, at, (u, v)))
    assert_close(row(k, left, at[0]), row(k, dot(k, at[0], u), at[0]), 1e-12)
    assert_close(row(k, right, at[1]), row(k, dot(k, at[1], v), at[1]), 1e-12)


@EVERY
def test_undot_of_join(k: Some) -> None:
    """Part 4: undot (f | g) = (undot f, undot g)"""
    at, ((u, v),) = tangents(4, 1)
    f, g = dot(k, at[0], u), dot(k, at[1], v)
    parts = undot(k, at[0], f), undot(k, at[1], g)
    assert_close(coordinates(at, undot(k, at, k.join(f, g))), coordinates(at, parts), 1e-12)


@EVERY
def test_dot_of_a_pair(k: Some) -> None:
    """Part 5: dot (u, v) = dot u | dot v"""
    at, ((u, v),) = tangents(5, 1)
    assert_close(row(k, dot(k, at, (u, v)), at), row(k, k.join(dot(k, at[0], u), dot(k, at[1], v)), at), 1e-12)


@EVERY
def test_dot_of_zero(k: Some) -> None:
    """Part 6: dot 0 = 0"""
    at, _ = tangents(6, 0)
    zeros = tangent_at(at, np.zeros(count(at)))
    assert row(k, dot(k, at, zeros), at).tolist() == row(k, k.zero(PAIR, Scalar), at).tolist() == [0.0] * count(at)


def test_dot_of_numbers_is_scale() -> None:
    """Section 13: of one number, dot u is scale u; and `dot(N)` of the library is dot, uncurried."""
    k, three = c.Additive(), np.asarray(3.0)
    u, v = c.check(Float[I], np.array([1.0, 2.0])), c.check(Float[I], np.array([10.0, 1.0]))
    assert additive.function(dot(k, three, three))(np.asarray(5.0)) == additive.function(k.scale(3.0))(5.0) == 15.0
    assert additive.function(dot(k, u, u))(v) == c.dot(I)((u, v)) == 12.0
