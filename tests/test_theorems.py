"""The theorems and corollaries of Elliott 2018, each by its number, for every category of linear maps.

The lemmas that its proofs use are in `tests/test_appendix.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cat_ad as c
from cat_ad import (
    Additive,
    Begin,
    Cont,
    D,
    Dim,
    Dual,
    Float,
    Scalar,
    constant,
    forward,
    identity,
    it,
    matmul,
    matvec,
    primitive,
)
from cat_ad.arrows.spreading import over
from cat_ad.arrows.terms import Arrow, SomeArrow
from cat_ad.categories import codiscrete
from cat_ad.categories.category import SomeHom
from cat_ad.categories.codiscrete import Codiscrete, ends
from cat_ad.categories.laws import SomeSample
from cat_ad.derivatives.chain_rule import function
from cat_ad.linear_maps import additive, continuation, dual
from cat_ad.objects.spaces import UNIT, product
from cat_ad.objects.trees import tree_map
from cat_ad.primitives.contractions import contraction
from tests.categories.test_laws import LINEAR, sample
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.matrices import REPRESENTATIONS, Some, basis, dot, linear_map, matrix_of, undot
from tests.support.primitives import I, J, Twin, cross, fork
from tests.support.seen import seen
from tests.support.trees import Tree, assert_close, coordinates, numbers, point, tangent

EVERY = pytest.mark.parametrize("k", LINEAR, ids=repr)
FEW = settings(max_examples=5, phases=PHASES)


@st.composite
def arrows(draw: st.DrawFn) -> Twin:
    """An arrow between two objects, of which one is two deep."""
    a, b = draw(objects(1)), draw(objects(2))
    return draw(twins(a, b, fuel=2))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Twin, Twin]:
    """Two arrows, of which the second begins where the first ends."""
    a, b, c = draw(objects(1)), draw(objects(1)), draw(objects(1))
    return draw(twins(a, b, fuel=1)), draw(twins(b, c, fuel=1))


@st.composite
def spans(draw: st.DrawFn) -> tuple[Twin, Twin]:
    """Two arrows out of one object."""
    a, b, c = draw(objects(1)), draw(objects(1)), draw(objects(1))
    return draw(twins(a, b, fuel=1)), draw(twins(a, c, fuel=1))


def with_derivative(k: Some, f: SomeArrow, x: Tree) -> tuple[Tree, SomeHom[Any]]:  # Any: the brand of k
    """The value and the derivative at x: the paper's D+ f x."""
    return function(f.to(D(k)))(x)


def derivative_in(k: Some, f: SomeArrow, x: Tree) -> SomeHom[Any]:  # Any: the brand of k
    """The derivative at x: the paper's D f x."""
    return with_derivative(k, f, x)[1]


def assert_same(k: Some, one: SomeHom[Any], other: SomeHom[Any], f: SomeArrow, seed: int) -> None:
    """No experiment tells the two apart, which go where f goes."""
    left, right = (seen(k, h, f.dom, f.cod, np.random.default_rng(seed)) for h in (one, other))
    assert_close(left, right, 1e-12, repr(k), floor=1.0)


# Section 3: rules for differentiation --------------------------------------------------------------------------------


@FEW
@given(fg=pairs(), seed=SEEDS)
def test_the_chain_rule(fg: tuple[Twin, Twin], seed: int) -> None:
    """Theorem 1: D (f ; g) x = D f x ; D g (f x)

    Corollary 1.1: D+ (f ; g) x = (z, f' ; g') where (y, f') = D+ f x and (z, g') = D+ g y
    """
    for k in LINEAR:
        f, g = (twin.arrow for twin in fg)
        x = point(f.dom, np.random.default_rng(seed))
        y, f_derivative = with_derivative(k, f, x)
        z, g_derivative = with_derivative(k, g, y)
        value, derivative = with_derivative(k, f >> g, x)
        assert_close(numbers(value), numbers(z), 1e-12, "value")
        assert_same(k, derivative, k.compose(f_derivative, g_derivative), f >> g, seed)


@EVERY
def test_they_compose_efficiently(k: Some) -> None:
    """Corollary 1.1: every value along a chain is computed once, and its derivative is taken once."""
    called: list[str] = []

    def counted(name: str) -> Arrow[Scalar, Scalar]:
        def derivative(x: Tree, y: Tree, k: Some) -> SomeHom[Any]:
            called.append(f"{name}'")
            return k.scale(2.0)

        def value(x: Tree) -> Tree:
            called.append(name)
            return 2.0 * x

        return primitive(name, Scalar, Scalar, value, derivative)

    f = counted("f") >> (counted("g") & counted("h")) >> counted("i") * counted("j")
    value, _ = with_derivative(k, f, np.asarray(1.0))
    assert value == (8.0, 8.0)
    assert sorted(called) == ["f", "f'", "g", "g'", "h", "h'", "i", "i'", "j", "j'"]


@FEW
@given(f=arrows(), g=arrows(), seed=SEEDS)
def test_the_derivative_of_a_cross(f: Twin, g: Twin, seed: int) -> None:
    """Theorem 2: D (f * g) (x, y) = D f x * D g y

    Corollary 2.1: D+ (f * g) (x, y) = ((z, w), f' * g') where (z, f') = D+ f x and (w, g') = D+ g y
    """
    for k in LINEAR:
        both, rng = cross(f, g).arrow, np.random.default_rng(seed)
        x, y = point(f.arrow.dom, rng), point(g.arrow.dom, rng)
        (z, f_derivative), (w, g_derivative) = with_derivative(k, f.arrow, x), with_derivative(k, g.arrow, y)
        value, derivative = with_derivative(k, both, (x, y))
        assert_close(numbers(value), numbers((z, w)), 1e-12, "value")
        assert_same(k, derivative, k.cross(f_derivative, g_derivative), both, seed)


LINEAR_ARROWS = (
    c.negate(Float[I]),
    c.add(Float[I]),
    c.sub(Float[J]),
    c.scale(Float[I], 3.0),
    c.transpose(I, J),
    c.swap(Float[I], Scalar),
    c.dup(Float[J]),
    c.total(Float[I]),
    c.mean(Float[I, J]),
    c.flatten(I, J),
)


@pytest.mark.parametrize("f", LINEAR_ARROWS, ids=str)
def test_a_linear_arrow_is_its_own_derivative(f: SomeArrow) -> None:
    """Theorem 3: everywhere, and what it does to a tangent is what it does to a value."""
    rng = np.random.default_rng(0)
    x, y, dx = (point(f.dom, rng) for _ in range(3))
    (_, at_x), (_, at_y) = forward(f)(x), forward(f)(y)
    assert_close(numbers(at_x(dx)), numbers(f(dx)), 1e-15, "the derivative is the function")
    assert_close(numbers(at_x(dx)), numbers(at_y(dx)), 1e-15, "the same at every point")


@EVERY
@pytest.mark.parametrize("f", LINEAR_ARROWS, ids=str)
def test_the_derivative_of_a_linear_arrow_is_constant(f: SomeArrow, k: Some) -> None:
    """Corollary 3.1: D+ f x = (f x, f), with f in k, whatever x."""
    rng = np.random.default_rng(0)
    x, unit = point(f.dom, rng), point(f.dom, rng)
    value, derivative = with_derivative(k, f, x)
    itself = np.stack([numbers(f(unit)) for unit in basis(x)], axis=1)
    assert_close(numbers(value), numbers(f(x)), 1e-15, "value")
    assert_close(matrix_of(k, derivative, x, value), itself, 1e-15, "derivative")
    assert_same(k, derivative, derivative_in(k, f, unit), f, seed=0)


def zero(a: type, b: type) -> SomeArrow:
    """The constant zero."""
    return c.it(a) >> c.constant(b, tree_map(np.zeros_like, point(b, np.random.default_rng(0))))


# Each arrow of a vocabulary, as a function of three objects, and what it is in k.
STRUCTURE: dict[str, tuple[Callable[[Any, Any, Any], SomeArrow], Callable[[Some, Any, Any, Any], SomeHom[Any]]]] = {
    "id": (lambda a, b, d: c.identity(a), lambda k, a, b, d: k.id(a)),
    "exl": (lambda a, b, d: c.exl(a, b), lambda k, a, b, d: k.exl(a, b)),
    "exr": (lambda a, b, d: c.exr(a, b), lambda k, a, b, d: k.exr(a, b)),
    "dup": (lambda a, b, d: c.dup(a), lambda k, a, b, d: k.dup(a)),
    "swap": (lambda a, b, d: c.swap(a, b), lambda k, a, b, d: k.swap(a, b)),
    "assoc_l": (c.assoc_l, lambda k, a, b, d: k.assoc_l(a, b, d)),
    "assoc_r": (c.assoc_r, lambda k, a, b, d: k.assoc_r(a, b, d)),
    "it": (lambda a, b, d: c.it(a), lambda k, a, b, d: k.it(a)),
    "ti": (lambda a, b, d: zero(UNIT, b), lambda k, a, b, d: k.ti(b)),
    "inl": (lambda a, b, d: c.identity(a) & zero(a, b), lambda k, a, b, d: k.inl(a, b)),
    "inr": (lambda a, b, d: zero(b, a) & c.identity(b), lambda k, a, b, d: k.inr(a, b)),
    "zero": (lambda a, b, d: zero(a, b), lambda k, a, b, d: k.zero(a, b)),
}


@pytest.mark.parametrize("name", STRUCTURE)
@settings(max_examples=3, phases=PHASES)
@given(a=objects(1), b=objects(1), d=objects(1), seed=SEEDS)
def test_the_derivative_of_structure_is_that_structure(name: str, a: type, b: type, d: type, seed: int) -> None:
    """Corollary 3.1, for all that is linear in every category: what section 4 makes of it (figure 6)."""
    for k in LINEAR:
        arrow, meaning = STRUCTURE[name]
        f = arrow(a, b, d)
        x = point(f.dom, np.random.default_rng(seed))
        value, derivative = with_derivative(k, f, x)
        assert_close(numbers(value), numbers(f(x)), 0.0, "value")
        assert_same(k, derivative, meaning(k, a, b, d), f, seed)


@EVERY
@pytest.mark.parametrize("a", [Scalar, Float[I], Float[I, J]], ids=str)
def test_the_derivative_of_add_is_jam(k: Some, a: type) -> None:
    """Corollary 3.1, for the numeric arrows that are linear (section 4.6): add is jam, negate is scale -1."""
    x = point(a, np.random.default_rng(0))
    assert_same(k, derivative_in(k, c.add(a), (x, x)), k.jam(a), c.add(a), seed=0)
    assert_same(k, derivative_in(k, c.negate(a), x), k.scale(-1.0), c.negate(a), seed=0)


# Section 4: putting the pieces together ------------------------------------------------------------------------------


@FEW
@given(fg=spans(), seed=SEEDS)
def test_the_derivative_of_a_fork(fg: tuple[Twin, Twin], seed: int) -> None:
    """Section 4.5: D (f & g) x = D f x & D g x, since f & g = dup ; (f * g)"""
    for k in LINEAR:
        f, g = (twin.arrow for twin in fg)
        x = point(f.dom, np.random.default_rng(seed))
        by_parts = k.fork(derivative_in(k, f, x), derivative_in(k, g, x))
        both = fork(*fg).arrow
        assert_same(k, derivative_in(k, both, x), by_parts, both, seed)
        assert_same(k, derivative_in(k, c.dup(f.dom) >> f * g, x), by_parts, both, seed)


@FEW
@given(fg=spans(), seed=SEEDS)
def test_fork_and_unfork_are_inverse(fg: tuple[Twin, Twin], seed: int) -> None:
    """Section 4.5: unfork (fork (f, g)) = (f, g), and fork (unfork h) = h"""
    for k in LINEAR:
        f, g = (twin.arrow for twin in fg)
        x = point(f.dom, np.random.default_rng(seed))
        f_derivative, g_derivative = derivative_in(k, f, x), derivative_in(k, g, x)
        h = k.fork(f_derivative, g_derivative)
        left, right = k.unfork(h)
        assert_same(k, left, f_derivative, f, seed)
        assert_same(k, right, g_derivative, g, seed)
        assert_same(k, k.fork(left, right), h, fork(*fg).arrow, seed)


@FEW
@given(f=arrows(), seed=SEEDS)
def test_join_and_unjoin_are_inverse(f: Twin, seed: int) -> None:
    """Section 4.5: unjoin (join (f, g)) = (f, g), and join (unjoin h) = h"""
    for k in LINEAR:
        rng = np.random.default_rng(seed)
        one, other = (derivative_in(k, f.arrow, point(f.arrow.dom, rng)) for _ in range(2))
        h = k.join(one, other)
        left, right = k.unjoin(h)
        assert_same(k, left, one, f.arrow, seed)
        assert_same(k, right, other, f.arrow, seed)
        assert_same(k, k.join(left, right), h, zero(product(f.arrow.dom, f.arrow.dom), f.arrow.cod), seed)


BILINEAR = (c.mul(Scalar), c.mul(Float[I, J]), c.dot(J), matvec(J, I), matmul(I, J, I))


@EVERY
@pytest.mark.parametrize("f", BILINEAR, ids=lambda f: f"{f} {f.cod}")
def test_the_derivative_of_a_bilinear_arrow(f: SomeArrow, k: Some) -> None:
    """Section 4.6, the product rule: D f (x, y) = f (., y) | f (x, .); of mul at (x, y) that is scale y | scale x"""
    rng = np.random.default_rng(0)
    x, y = point(f.dom, rng)
    z, derivative = with_derivative(k, f, (x, y))
    by_parts = k.join(
        linear_map(k, lambda u: f.unchecked((u, y)), x, z), linear_map(k, lambda v: f.unchecked((x, v)), y, z)
    )
    assert_same(k, derivative, by_parts, f, seed=0)
    if str(f) == "mul":
        assert_same(k, derivative, k.join(k.scale(y), k.scale(x)), f, seed=0)


# Sections 8 and 10: matrices -----------------------------------------------------------------------------------------


@FEW
@given(fg=spans(), seed=SEEDS)
def test_matrices_by_their_shapes(fg: tuple[Twin, Twin], seed: int) -> None:
    """Section 8: scale is one number, f & g is f above g, f | g is f beside g: of which every matrix is made."""
    for k in LINEAR:
        f, g = (twin.arrow for twin in fg)
        x = point(f.dom, np.random.default_rng(seed))
        (y, f_derivative), (z, g_derivative) = with_derivative(k, f, x), with_derivative(k, g, x)
        upper, lower = matrix_of(k, f_derivative, x, y), matrix_of(k, g_derivative, x, z)
        above = matrix_of(k, k.fork(f_derivative, g_derivative), x, (y, z))
        assert_close(above, np.concatenate([upper, lower]), 1e-12, "above", floor=1.0)
        beside = matrix_of(k, k.join(f_derivative, f_derivative), (x, x), y)
        assert_close(beside, np.concatenate([upper, upper], axis=1), 1e-12, "beside", floor=1.0)
        assert matrix_of(k, k.scale(3.0), np.asarray(1.0), np.asarray(1.0)).tolist() == [[3.0]]


# Sections 12 to 14: reverse and forward mode -------------------------------------------------------------------------


@FEW
@given(f=arrows(), seed=SEEDS)
def test_continuing_is_a_functor(f: Twin, seed: int) -> None:
    """Theorem 4: what is composed of continuations is the continuation of what is composed."""
    for k in REPRESENTATIONS:
        x, into = point(f.arrow.dom, np.random.default_rng(seed)), Cont(k, Scalar)
        assert_same(into, derivative_in(into, f.arrow, x), into.before(derivative_in(k, f.arrow, x)), f.arrow, seed)


@FEW
@given(f=arrows(), seed=SEEDS)
def test_beginning_is_a_functor(f: Twin, seed: int) -> None:
    """Section 14: and likewise of beginnings, which is how they are specified."""
    for k in REPRESENTATIONS:
        x, into = point(f.arrow.dom, np.random.default_rng(seed)), Begin(k, Scalar)
        assert_same(into, derivative_in(into, f.arrow, x), into.after(derivative_in(k, f.arrow, x)), f.arrow, seed)


def as_dual(k: Some, f: SomeHom[Any], a: type, b: type) -> SomeHom[Any]:  # Any: the brands of Cont(k, s) and Dual(k)
    """The paper's asDual: undot ; f ; dot, an arrow of k from b to a, of a continuation of numbers."""
    rng = np.random.default_rng(0)
    at_a, at_b = point(a, rng), point(b, rng)
    continued = continuation.function(f)
    on_dot = linear_map(k, lambda u: undot(k, at_a, continued(dot(k, at_b, u))), at_b, at_a)
    return dual.hom(on_dot)


@dataclass(frozen=True)
class Functor:
    """A functor from one category of linear maps to another, that of a theorem: it keeps objects."""

    theorem: str
    source: Some
    target: Some
    on_arrows: Callable[[SomeHom[Any], type, type], SomeHom[Any]]  # Any: the brands of both

    def __repr__(self) -> str:
        """As the theorem."""
        return f"{self.theorem}: {self.source!r} to {self.target!r}"


def functors(k: Some) -> tuple[Functor, ...]:
    """Those of the paper, about a category of linear maps."""
    cont, begun = Cont(k, Scalar), Begin(k, Scalar)
    return (
        Functor("theorem 4", k, cont, lambda f, a, b: cont.before(f)),
        Functor("theorem 5", cont, Dual(k), lambda f, a, b: as_dual(k, f, a, b)),
        Functor("section 14", k, begun, lambda f, a, b: begun.after(f)),
    )


# One arrow for each operation of the classes that a functor keeps, made of those of a sample.
OPERATIONS: dict[str, Callable[[Any, SomeSample[Any]], SomeHom[Any]]] = {  # Any: of every brand
    "id": lambda k, s: k.id(s.a),
    "compose": lambda k, s: k.compose(s.f, s.g),
    "cross": lambda k, s: k.cross(s.f, s.h),
    "exl": lambda k, s: k.exl(s.a, s.b),
    "exr": lambda k, s: k.exr(s.a, s.b),
    "dup": lambda k, s: k.dup(s.a),
    "fork": lambda k, s: k.fork(s.f, s.beside),
    "it": lambda k, s: k.it(s.a),
    "swap": lambda k, s: k.swap(s.a, s.b),
    "assoc_l": lambda k, s: k.assoc_l(s.a, s.b, s.c),
    "assoc_r": lambda k, s: k.assoc_r(s.a, s.b, s.c),
    "inl": lambda k, s: k.inl(s.a, s.b),
    "inr": lambda k, s: k.inr(s.a, s.b),
    "jam": lambda k, s: k.jam(s.a),
    "join": lambda k, s: k.join(s.f, s.into),
    "ti": lambda k, s: k.ti(s.a),
    "zero": lambda k, s: k.zero(s.a, s.b),
    "plus": lambda k, s: k.plus(s.a, s.f, s.parallel),
}


@st.composite
def samples(draw: st.DrawFn) -> tuple[Twin, ...]:
    """Arrows A to B to C to D, and then A to C, C to B and A to B."""
    a, b, c, d = (draw(objects(draw(st.integers(0, 1)))) for _ in range(4))
    return tuple(draw(twins(*way, fuel=1)) for way in ((a, b), (b, c), (c, d), (a, c), (c, b), (a, b)))


@pytest.mark.parametrize("functor", [functor for k in REPRESENTATIONS for functor in functors(k)], ids=repr)
@settings(max_examples=3, phases=PHASES)
@given(path=samples(), seed=SEEDS)
def test_every_operation_is_kept(functor: Functor, path: tuple[Twin, ...], seed: int) -> None:
    """Theorems 4 and 5: a homomorphism with respect to each instantiated class."""
    rng = np.random.default_rng(seed)
    arrows = [f.arrow for f in path]
    before = [derivative_in(functor.source, f, point(f.dom, rng)) for f in arrows]
    after = [functor.on_arrows(f, arrow.dom, arrow.cod) for f, arrow in zip(before, arrows, strict=True)]
    of_objects = sample(arrows, *(codiscrete.hom(f.dom, f.cod) for f in arrows))
    for name, operation in OPERATIONS.items():
        a, b = ends(operation(Codiscrete(), of_objects))
        image = functor.on_arrows(operation(functor.source, sample(arrows, *before)), a, b)
        own = operation(functor.target, sample(arrows, *after))
        left, right = (seen(functor.target, f, a, b, np.random.default_rng(seed)) for f in (image, own))
        assert_close(left, right, 1e-12, f"{functor}: {name}", floor=1.0)


@pytest.mark.parametrize("functor", [functor for k in REPRESENTATIONS for functor in functors(k)], ids=repr)
def test_scaling_is_kept(functor: Functor) -> None:
    """Theorems 4 and 5, of the class Scalable; and so is every bulk linear map."""
    turn, x = np.array([[0.0, 2.0], [-1.0, 0.0]]), np.zeros(2)
    for make in (lambda k: k.scale(np.array([3.0, 4.0])), lambda k: linear_map(k, lambda u: turn @ u, x, x)):
        image = functor.on_arrows(make(functor.source), Float[I], Float[I])
        own = make(functor.target)
        left, right = (seen(functor.target, f, Float[I], Float[I], np.random.default_rng(0)) for f in (image, own))
        assert_close(left, right, 1e-12, repr(functor), floor=1.0)


@settings(max_examples=20, phases=PHASES)
@given(f=arrows(), seed=SEEDS)
def test_turning_around_is_transposing(f: Twin, seed: int) -> None:
    """Theorem 5, by its inner products: <f(u), v> = <u, dual(f)(v)>."""
    rng = np.random.default_rng(seed)
    x = point(f.arrow.dom, rng)
    y = f.arrow(x)
    u, v = tangent(x, rng), tangent(y, rng)
    push = additive.function(derivative_in(Additive(), f.arrow, x))
    pull = additive.function(dual.turned(derivative_in(Dual(Additive()), f.arrow, x)))
    ahead = coordinates(y, None if u is None else push(u)) @ coordinates(y, v)
    back = coordinates(x, u) @ coordinates(x, None if v is None else pull(v))
    assert_close(np.atleast_1d(ahead), np.atleast_1d(back), 1e-12, "transposed", floor=1.0)


@FEW
@given(fg=spans(), seed=SEEDS)
def test_fork_and_join_are_dual(fg: tuple[Twin, Twin], seed: int) -> None:
    """Corollary 5.1: the dual of f & g is the join of the duals of f and g, and of f | g it is their fork."""
    for k in LINEAR:
        f, g = (twin.arrow for twin in fg)
        x = point(f.dom, np.random.default_rng(seed))
        f_derivative, g_derivative = derivative_in(k, f, x), derivative_in(k, g, x)
        turned_around = Dual(k)
        of_f, of_g = (dual.hom(h) for h in (f_derivative, g_derivative))  # from y to x, and from z to x
        joined = turned_around.join(of_f, of_g)  # from (y, z) to x
        assert_same(turned_around, joined, dual.hom(k.fork(f_derivative, g_derivative)), backwards(fg), seed)
        by_parts = turned_around.compose(turned_around.cross(of_f, of_g), turned_around.jam(f.dom))
        assert_same(turned_around, joined, by_parts, backwards(fg), seed)
        again = Dual(turned_around)
        forked = again.fork(dual.hom(of_f), dual.hom(of_g))  # from x to (y, z)
        assert_same(again, forked, dual.hom(turned_around.join(of_f, of_g)), fork(*fg).arrow, seed)


def backwards(fg: tuple[Twin, Twin]) -> SomeArrow:
    """Some arrow that goes where the dual of a fork goes."""
    f, g = (twin.arrow for twin in fg)
    return zero(product(f.cod, g.cod), f.dom)


@FEW
@given(f=arrows(), seed=SEEDS)
def test_the_dual_of_the_dual_is_the_category(f: Twin, seed: int) -> None:
    """To turn around twice changes nothing: an arrow of `Dual(Dual(k))` is one of k."""
    for k in LINEAR:
        x, twice = point(f.arrow.dom, np.random.default_rng(seed)), Dual(Dual(k))
        assert_same(twice, derivative_in(twice, f.arrow, x), derivative_in(k, f.arrow, x), f.arrow, seed)


# Section 15: scaling up ----------------------------------------------------------------------------------------------


class Three(Dim, size=3):
    """Three places."""


@st.composite
def families(draw: st.DrawFn) -> list[Twin]:
    """Three arrows from one array to another."""
    a, b = (draw(st.sampled_from((Scalar, Float[I], Float[I, J]))) for _ in range(2))
    return [draw(twins(a, b, fuel=1)) for _ in range(3)]


@FEW
@given(family=families(), seed=SEEDS)
def test_the_derivative_of_an_indexed_cross(family: list[Twin], seed: int) -> None:
    """Theorem 6, and the rule of appendix C that it rests on: D (crossI f_i) x = crossI (D f_i x_i)

    As matrices, those of the parts along the diagonal; and of forkI one above the other.
    """
    for k in LINEAR:
        rng, category = np.random.default_rng(seed), D[Any](k)
        parts = [f.arrow for f in family]
        a, homs = parts[0].dom, [f.to(category) for f in parts]
        xs = point(over(Three, a, True), rng)
        values, derivatives = zip(*(with_derivative(k, f, x) for f, x in zip(parts, xs, strict=True)), strict=True)
        blocks = [matrix_of(k, d, x, y) for d, x, y in zip(derivatives, xs, values, strict=True)]
        value, derivative = function(category.cross_i(Three, homs))(xs)
        assert_close(numbers(value), numbers(tuple(values)), 1e-12, "value")
        rows, columns = blocks[0].shape
        diagonal = np.zeros((3, rows, 3, columns))
        diagonal[np.arange(3), :, np.arange(3), :] = blocks
        assert_close(matrix_of(k, derivative, xs, value), diagonal.reshape(3 * rows, 3 * columns), 1e-12, "crossI", 1.0)
        value, derivative = function(category.fork_i(Three, a, homs))(xs[0])
        above = [matrix_of(k, derivative_in(k, f, xs[0]), xs[0], y) for f, y in zip(parts, values, strict=True)]
        assert_close(matrix_of(k, derivative, xs[0], value), np.concatenate(above), 1e-12, "forkI", floor=1.0)


@EVERY
def test_the_derivatives_of_indexed_structure(k: Some) -> None:
    """Theorem 6: exI and replI are linear, each its own derivative."""
    category, x = D[Any](k), point(Float[Three, I], np.random.default_rng(0))
    for i, (extract, in_k) in enumerate(zip(category.ex_i(Three, Float[I]), k.ex_i(Three, Float[I]), strict=True)):
        value, derivative = function(extract)(x)
        assert value.tolist() == x[i].tolist()
        assert_close(matrix_of(k, derivative, x, value), matrix_of(k, in_k, x, value), 1e-15, "exI")
    values, turned = function(category.repl_i(Three, Float[I]))(x[0])
    assert np.asarray(values).tolist() == [x[0].tolist()] * 3
    assert_close(matrix_of(k, turned, x[0], values), np.tile(np.eye(2), (3, 1)), 1e-15, "replI")


@pytest.mark.parametrize("k", LINEAR, ids=repr)
def test_the_derivatives_of_injections_and_sums(k: Some) -> None:
    """Theorem 6: inI and jamI, as the arrows that they are of arrays: a row among zeros, and the sum of the rows."""
    x, rows = point(Float[I], np.random.default_rng(0)), point(Float[Three, I], np.random.default_rng(1))
    value, derivative = function(column_sums.to(D[Any](k)))(rows)
    assert_close(matrix_of(k, derivative, rows, value), matrix_of(k, k.jam_i(Three, Float[I]), rows, value), 1e-15)
    for i, in_k in enumerate(k.in_i(Three, Float[I])):
        value, derivative = function(in_row(i).to(D[Any](k)))(x)
        assert_close(matrix_of(k, derivative, x, value), matrix_of(k, in_k, x, value), 1e-15, "inI")


def in_row(i: int) -> SomeArrow:
    """x to zeros, but x in row i: the outer product of a unit vector and x."""
    unit: SomeArrow = it(Float[I]) >> constant(Float[Three], np.eye(3)[i])
    return (unit & identity(Float[I])) >> contraction("outer", Float[Three], Float[I], Float[Three, I], "n", "i", "ni")


ONES: SomeArrow = it(Float[Three, I]) >> constant(Float[Three], np.ones(3))
column_sums: SomeArrow = (ONES & identity(Float[Three, I])) >> contraction(
    "sums", Float[Three], Float[Three, I], Float[I], "n", "ni", "i"
)
