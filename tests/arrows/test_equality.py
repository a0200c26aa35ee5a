"""Terms are equal if they are one arrow of the free cartesian category, in which the laws are equations of terms."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cat_ad as c
from cat_ad import Dim, Float, Scalar
from cat_ad.arrows.generators import Primitive
from cat_ad.arrows.operations import Operation
from cat_ad.arrows.terms import SomeArrow
from cat_ad.categories.category import Law
from cat_ad.categories.laws import Sample, laws
from cat_ad.objects.spaces import UNIT
from cat_ad.objects.trees import tree_map
from tests.support.arrows import PHASES, objects, twins
from tests.support.free import Terms
from tests.support.primitives import MATRICES, PRIMITIVES, Twin
from tests.support.trees import Tree, Vector, coordinates, direction, is_float, numbers, point, row, stacked
from tests.support.wrong import times, with_rule


class M(Dim, size=2):
    """A dimension."""


class N(Dim, size=2):
    """Another, of the same size."""


VECTOR: Any = Float[M]  # Any: of any objects, as all in a sample
TWO: Any = tuple[Float[M], Scalar]
HOMS: dict[str, Any] = {
    "f": c.total(VECTOR),
    "g": c.it(Scalar) >> c.constant(TWO, (np.ones(2), np.ones(()))),
    "h": c.it(TWO),
    "beside": c.sin(VECTOR) & c.mean(VECTOR),
    "into": c.exr(VECTOR, Scalar),
    "parallel": c.sin(VECTOR) >> c.mean(VECTOR),
}
SAMPLE = Sample[Any, Any, Any, Any, Any](VECTOR, Scalar, TWO, UNIT, **HOMS)


@pytest.mark.parametrize("law", laws(Terms), ids=lambda law: law.__name__)
def test_the_laws_are_equations_of_terms(law: Law) -> None:
    """And equal terms have one hash."""
    left, right = law(Terms(), SAMPLE)
    assert left == right
    assert hash(left) == hash(right)


@st.composite
def arrows(draw: st.DrawFn) -> SomeArrow:
    """Arrows between any two objects."""
    dom, cod = draw(objects(draw(st.integers(0, 2)))), draw(objects(draw(st.integers(0, 2))))
    return draw(twins(dom, cod, 3)).arrow


@settings(max_examples=40, phases=PHASES, deadline=None)  # of two arrows
@given(arrows(), arrows())
def test_a_term_is_equal_to_itself_made_again(f: SomeArrow, g: SomeArrow) -> None:
    """With identities put in, and with what is computed twice or for nothing; and a pair tells its parts apart."""
    again = c.identity(f.dom) >> (f & f) >> c.exr(f.cod, f.cod) >> c.identity(f.cod)
    assert (again, hash(again)) == (f, hash(f))
    assert (f * g == g * f) == (f == g)
    assert ((f * g) >> c.swap(f.cod, g.cod)) == (c.swap(f.dom, g.dom) >> g * f)


FACTORIES: list[Callable[[], SomeArrow]] = [
    lambda: c.sin(Float[M]),
    lambda: c.sin(Float[N]),
    lambda: c.cos(Float[M]),
    lambda: c.scale(Float[M], 2.0),
    lambda: c.scale(Float[M], 2.0 + 2**-40),
    lambda: c.power(Float[M], 2),
    lambda: c.power(Float[M], 3),
    lambda: c.dot(M),
    lambda: c.matvec(M, N),
    lambda: c.matvec(N, M),
    lambda: c.causal(M),
    lambda: c.causal(M, -np.inf),
    lambda: c.rms_norm(M),
    lambda: c.rms_norm(M, 1e-3),
    lambda: c.each(N, c.total(Float[M])),
    lambda: c.each(M, c.total(Float[N])),
    lambda: c.total(Float[M, N]),
    lambda: c.each(N, c.masked_mean(M)),
    lambda: c.masked_mean(N, M),
    lambda: c.attention(M, N, N),
    lambda: c.tangent(c.softmax(M)),
    lambda: c.reverse_derivative(c.softmax(M)),
    lambda: c.reverse_derivative(c.logsumexp(M) >> c.exp(Scalar)),
    lambda: c.sin(Scalar) >> c.cos(Scalar),
    lambda: c.cos(Scalar) >> c.sin(Scalar),
    lambda: c.constant(Scalar, np.float64(1.0)),
    lambda: c.constant(Scalar, np.float64(-0.0)),
    lambda: c.constant(Scalar, np.float64(0.0)),
    lambda: c.constant(Float[M], np.ones(2)),
    lambda: c.constant(Float[M], np.ones(2, np.float32)),
    lambda: c.constant(tuple[Scalar, Float[N]], (np.float64(1.0), np.ones(2))),
    lambda: c.constant(c.Index, np.int64(1)),
    lambda: c.causal(M, 0.0),
    lambda: c.identity(Scalar),
    lambda: c.it(Scalar),
    lambda: c.swap(Scalar, Scalar),
    lambda: c.identity(tuple[Scalar, Scalar]),
]


@pytest.mark.parametrize("at", range(len(FACTORIES)))
def test_a_factory_makes_equal_arrows_of_equal_arguments(at: int) -> None:
    """And others make others."""
    assert [i for i, make in enumerate(FACTORIES) if make() == FACTORIES[at]()] == [at]
    assert len({FACTORIES[at](), FACTORIES[at]()}) == 1


@pytest.mark.parametrize("make", [c.scale, c.shift], ids=lambda make: make.__name__)
def test_parameters_are_told_apart_by_their_bits(make: Callable[[type, float], SomeArrow]) -> None:
    """So that zeros of two signs are not shared, and nan is."""
    zero, negative = make(Scalar, 0.0), make(Scalar, -0.0)
    assert zero != negative
    x = np.float64(-0.0)
    np.testing.assert_array_equal(np.signbit((zero & negative)(x)), np.signbit([zero(x), negative(x)]))
    assert make(Scalar, np.nan) == make(Scalar, np.nan)
    assert c.power(Scalar, 2) != c.power(Scalar, 2.0)


def test_what_a_user_makes_is_equal_to_itself_only() -> None:
    """Whatever its name: but it stays the same where it is lifted, which can be done twice."""

    def made() -> SomeArrow:
        return c.primitive("sin", Scalar, Scalar, np.sin, lambda x, y, k: k.scale(np.cos(x)))

    one, other = made(), made()
    assert one == one
    assert one != other
    assert one != c.sin(Scalar)
    assert c.each(M, one) == c.each(M, one)
    assert c.each(M, one) != c.each(M, other)
    assert one != 3


@pytest.mark.parametrize("part", ["value", "derivative", "lift", "linear", "parts"])
@pytest.mark.parametrize("f", [f.arrow for f in (*PRIMITIVES, *MATRICES) if isinstance(f.arrow, Primitive)], ids=str)
def test_a_copy_with_another_function_is_another(f: Primitive[Any, Any], part: str) -> None:
    """And equal to itself; a copy of which something else differs is the same."""
    change: dict[str, Any] = {part: lambda *given: None}
    copy, other = replace(f, **change), replace(f, **change)
    assert len({f, copy, other}) == 3
    assert replace(copy, name="copy") == copy
    assert replace(f, name="copy") == f


COPIED = [f for f in (*PRIMITIVES, *MATRICES) if isinstance(f.arrow, Primitive) and f.arrow.dom is not UNIT]


@pytest.mark.parametrize("f", COPIED, ids=str)
def test_a_copy_with_another_derivative_has_it_everywhere(f: Twin) -> None:
    """Twice the derivative is twice as much in each mode, as an arrow, and over a batch."""
    assert isinstance(f.arrow, Primitive)
    a, own = point(f.arrow.dom, np.random.default_rng(0), *f.domain), f.arrow
    u, v = (direction(x, np.random.default_rng(1)) for x in (a, own(a)))
    twice = with_rule(own, lambda r: (lambda d: times(2.0, r.apply(d)), lambda d: times(2.0, r.adjoint(d))))

    def seen(f: SomeArrow, a: Tree, u: Tree, v: Tree) -> list[Vector]:
        ahead, back = c.tangent(f)((a, u))[1], c.reverse_derivative(f)((a, v))
        pushed, pulled = c.forward(f)(a)[1](of_numbers(u)), c.reverse(f)(a)[1](of_numbers(v))
        return [numbers(ahead), numbers(back), coordinates(v, pushed), coordinates(u, pulled)]

    rows = [stacked([x, x]) for x in (a, u, v)]
    for copy, other, at in (twice, own, [a, u, v]), (c.each(M, twice), c.each(M, own), rows):
        for found, wanted in zip(seen(copy, *at), seen(other, *at), strict=True):
            np.testing.assert_allclose(found, 2.0 * wanted, 1e-12, 1e-12)


def of_numbers(u: Tree) -> Tree:
    """A tangent, with `None` for those of integers."""
    return tree_map(lambda x: x if is_float(x) else None, u)


@pytest.mark.parametrize("f", COPIED, ids=str)
def test_a_copy_with_another_value_has_it_everywhere(f: Twin) -> None:
    """With a derivative too, be there a residual of the first or not."""
    assert isinstance(f.arrow, Primitive)
    own, a = f.arrow, point(f.arrow.dom, np.random.default_rng(0), *f.domain)
    half = replace(own, value=lambda a: times(0.5, own.value(a)))
    wanted = numbers(times(0.5, own(a)))
    for found in half(a), c.forward(half)(a)[0], c.reverse(half)(a)[0], row(c.each(M, half)(stacked([a, a])), 1):
        np.testing.assert_array_equal(numbers(found), wanted)


def test_copies_are_computed_apart() -> None:
    """A step with the slope of the identity, beside one with its own, in each program of their gradients."""
    own: Any = c.step(Scalar)  # Any: a primitive
    through: SomeArrow = replace(own, derivative=lambda x, y, k: k.scale(1.0))
    for f, slope in ((own & through, 3.0), (through & own, 2.0), (own & own, 0.0), (through & through, 5.0)):
        weighed: SomeArrow = f >> c.scale(Scalar, 2.0) * c.scale(Scalar, 3.0) >> c.add(Scalar)
        for gradient in c.gradient(weighed), c.stage(c.gradient(weighed)), c.gradient_field(weighed):
            assert gradient(np.float64(0.5)) == slope


def test_who_states_no_parameters_makes_what_is_equal_to_itself_only() -> None:
    """Even of one operation, as by one who forgets them; who states them makes equal ones of equal parameters."""
    cut = Operation("cut")

    def forgotten(bound: float) -> SomeArrow:
        return Primitive(
            *(Scalar, Scalar, "cut", lambda x: np.minimum(x, bound), lambda x, y, k: k.scale(1.0 * (x < bound))),
            operation=cut,
        )

    def stated(bound: float) -> SomeArrow:
        made: Any = forgotten(bound)  # Any: a primitive
        return replace(made, parameters=(bound,))

    one, other = forgotten(1.0), forgotten(2.0)
    assert (one & other)(3.0) == (1.0, 2.0)
    assert len({one, other, forgotten(1.0)}) == 3
    assert c.each(M, one) == c.each(M, one)
    assert stated(1.0) == stated(1.0) != stated(2.0)


def test_what_a_rule_lifts_twice_is_equal() -> None:
    """Though the rule, a user's own, makes a new primitive whenever it is asked."""

    def lifted(dim: type[Dim], on: Any) -> SomeArrow:  # Any: what is lifted
        space: Any = Float[dim]  # type: ignore[valid-type]  # it is known only at run time
        return c.primitive("double", space, space, lambda x: 2.0 * x, lambda x, y, k: k.scale(2.0))

    f = c.primitive("double", Scalar, Scalar, lambda x: 2.0 * x, lambda x, y, k: k.scale(2.0), lift=lifted)
    assert c.each(M, f) == c.each(M, f) != c.each(N, f)
    assert c.each(N, c.each(M, f)) == c.each(N, c.each(M, f))
    assert c.causal(M, 1) == c.causal(M, 1.0)


@settings(phases=PHASES, deadline=None, max_examples=10)
@given(st.integers(1, 3000))
def test_equality_calls_nothing_deep(depth: int) -> None:
    """However deep terms are nested, and costs what they have of distinct boxes."""

    def nested() -> SomeArrow:
        f: SomeArrow = c.sin(Scalar)
        add: SomeArrow = c.add(Scalar)
        for _ in range(depth):
            f = (f & f) >> add
        return f

    f, g = nested(), nested()
    assert f == g
    assert f != (g >> c.sin(Scalar))


def test_sharing_is_by_equality() -> None:
    """Equal primitives on the same wires are one box, whoever made them."""
    f = (c.sin(Scalar) & c.sin(Scalar)) >> c.add(Scalar)
    assert isinstance(c.sin(Scalar), Primitive)
    assert f == c.sin(Scalar) >> c.dup(Scalar) >> c.add(Scalar)
