"""What is used twice is computed once: in every reading, of every term, however deep it is nested."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cat_ad import (
    Additive,
    Begin,
    Cartesian,
    Cont,
    D,
    Dim,
    Dual,
    InterpretationError,
    Intervals,
    Machines,
    Matrices,
    Optics,
    Primitive,
    Scalar,
    SpaceError,
    Tangents,
    add,
    bounds,
    cost,
    dense,
    dup,
    each,
    expression,
    forward,
    gradient,
    gradient_field,
    hessian_vector_product,
    identity,
    jacobian,
    mul,
    peak,
    primitive,
    reverse,
    reverse_cost,
    reverse_derivative,
    sin,
    stack,
    stage,
    tangent,
)
from cat_ad.arrows.lifting import Lift
from cat_ad.arrows.sharing import Machine, boxes_of
from cat_ad.arrows.terms import SomeArrow, Wired
from cat_ad.categories.functions import Functions
from cat_ad.objects.arrays import namespace
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.primitives import MATRICES, PRIMITIVES, Twin
from tests.support.seen import N, Time, read, seen
from tests.support.trees import assert_close, point

READINGS: tuple[Cartesian[Any], ...] = (  # Any: brands of all kinds
    Functions(),
    *(D[Any](k) for k in (Additive(), Dual(Additive()), Dual(Dual(Additive())), Matrices(), Dual(Matrices()))),
    *(D[Any](f(Additive(), Scalar)) for f in (Cont, Begin)),
    Lift(N),
    Machines(Time),
    Tangents(),
    Optics(),
    Intervals(),
)


def as_diagram(f: SomeArrow) -> SomeArrow:
    """The diagram of a term, whether or not it shares anything."""
    return Wired(f.dom, f.cod, *Machine[SomeArrow]().diagram(f.dom, f.trace))


@settings(max_examples=15, phases=PHASES)
@given(data=st.data(), seed=SEEDS)
def test_a_diagram_is_its_term(data: st.DataObject, seed: int) -> None:
    """In every category: it is the same arrow, read along wires or by the structure of the term."""
    f = data.draw(twins(data.draw(objects(2)), data.draw(objects(2)), fuel=2)).arrow
    ways = as_diagram(f), f
    for category in READINGS:
        of_diagram, of_term = (
            seen(category, read(category, way, np.random.default_rng(seed)), f.dom, f.cod, np.random.default_rng(seed))
            for way in ways
        )
        assert_close(of_diagram, of_term, 1e-12, f"{category!r}: {f}", floor=1.0)


# How often things are computed ---------------------------------------------------------------------------------------


class Counted:
    """Primitives that count how often their values and derivatives are asked for."""

    def __init__(self) -> None:
        """None yet."""
        self.values, self.derivatives = Counter[str](), Counter[str]()

    def primitive(self, name: str) -> Primitive[Any, Any]:  # Any: pairs of numbers, or numbers
        """The mean of two numbers."""

        def value(x: Any) -> Any:  # Any: as above
            self.values[name] += 1
            return (x[0] + x[1]) / 2

        def derivative(x: Any, y: Any, k: Any) -> Any:  # Any: as above
            self.derivatives[name] += 1
            return k.join(k.scale(0.5), k.scale(0.5))

        made = primitive(name, tuple[Scalar, Scalar], Scalar, value, derivative)
        assert isinstance(made, Primitive)
        return made


@settings(max_examples=15, phases=PHASES)
@given(data=st.data())
def test_each_box_is_computed_once(data: st.DataObject) -> None:
    """Of terms that use earlier ones, any of them and as often as they like: in value and derivative, both ways."""
    counted = Counted()
    terms: list[SomeArrow] = [identity(Scalar)]
    for at in range(data.draw(st.integers(1, 12))):
        left, right = (terms[data.draw(st.integers(0, at))] for _ in range(2))
        terms.append((left & right) >> counted.primitive(str(at)))
    f = terms[-1]
    once = Counter({str(box) for box in boxes_of(f)})
    assert f(0.5) == 0.5
    assert (counted.values, counted.derivatives) == (once, Counter())
    for mode in (forward, reverse):
        counted.values.clear()
        counted.derivatives.clear()
        slope: Any = mode(f)(0.5)[1](1.0)  # Any: a number
        assert slope == 1.0
        assert (counted.values, counted.derivatives) == (once, once)


DOUBLINGS = (1, 2, 12, 60)


def doubled(times: int) -> SomeArrow:
    """2^times x, as a term of as many nodes."""
    f: SomeArrow = identity(Scalar)
    for _ in range(times):
        f = (f & f) >> add(Scalar)
    return f


@pytest.mark.parametrize("times", DOUBLINGS)
def test_doublings_cost_as_many_additions(times: int) -> None:
    """Where the term, written out, has 2^times - 1."""
    f, factor = doubled(times), 2.0**times
    assert cost(f).operations == times
    assert reverse_cost(f).operations <= 2 * times
    assert cost(reverse_derivative(f)).operations <= 2 * times
    assert cost(tangent(f)).operations <= 2 * times
    assert (f(1.0), gradient(f)(1.0), forward(f)(1.0)[1](1.0), jacobian(f)(1.0)) == (factor,) * 4
    assert bounds(f)(*[np.float64(1)] * 2) == pytest.approx((factor, factor))
    assert stage(gradient(f))(np.float64(1.0)) == factor
    assert len(repr(f)) < 2_000_000


def test_a_rule_that_shares_makes_an_arrow_that_shares() -> None:
    """Ten products, each of what came before with its sine, are 10 products and 10 sines in the derivative too."""

    def ten(s: Any) -> Any:  # Any: an array, or an element
        for _ in range(10):
            s = s * namespace(s).sin(s)
        return s

    rule = primitive("ten", Scalar, Scalar, lambda x: x, lambda x, y, k: k.scale(ten(x)))
    assert cost(reverse_derivative(rule)).operations == reverse_cost(rule).operations == 21
    assert cost(hessian_vector_product(rule)).operations < 5 * 21


@pytest.mark.parametrize("make", [gradient_field, hessian_vector_product, tangent])
def test_lifting_costs_no_more_boxes(make: Any) -> None:  # Any: from an arrow to one of its derivatives
    """A derivative over one more axis has as many boxes as before, however often its parts are used."""
    f: SomeArrow = sin(Scalar)
    for _ in range(12):
        f = (identity(Scalar) & f) >> mul(Scalar)
    derived: SomeArrow = make(f)
    assert len(boxes_of(each(N, derived))) == len(boxes_of(derived))


def test_a_branch_on_a_value_is_refused_in_derivatives_that_are_arrows() -> None:
    """Not decided once for all: the first derivative is that of the closures, and the second says why it is none."""
    bent: SomeArrow = primitive(
        "bent",
        Scalar,
        Scalar,
        lambda x: x * x if x > 0 else 0.0 * x,
        lambda x, y, k: k.scale(2 * x if x > 0 else 0.0 * x),
    )
    for at in (-1.0, 1.0):
        assert gradient_field(bent)(at) == gradient(bent)(at) == tangent(bent)((at, 1.0))[1]
    with pytest.raises(InterpretationError, match="branch on a value"):
        hessian_vector_product(bent)


def test_second_derivatives_start_from_one() -> None:
    """Whatever the value is: that it overflows is no concern of its derivatives."""
    second: Any = hessian_vector_product(dup(Scalar) >> mul(Scalar))  # Any: numbers of Python are taken for arrays
    assert second((1e100, 1e100)) == 2e100
    with np.errstate(over="ignore"):
        assert second((1e200, 1e200)) == 2e200


class J(Dim, size=5):
    """Five."""


MOST = 1.5  # times what the closures cost


@pytest.mark.parametrize("f", [*PRIMITIVES, *MATRICES], ids=str)
def test_a_reverse_derivative_of_a_primitive_costs_what_reverse_mode_does(f: Twin) -> None:
    """To a constant factor."""
    a = point(f.arrow.dom, np.random.default_rng(0), *f.domain)
    at: Any = (a, f.arrow(a))  # Any: a point and a cotangent
    assert cost(reverse_derivative(f.arrow), at).operations <= MOST * reverse_cost(f.arrow, a).operations + 8


@settings(max_examples=20, phases=PHASES)
@given(data=st.data(), seed=SEEDS)
def test_a_reverse_derivative_costs_what_reverse_mode_does(data: st.DataObject, seed: int) -> None:
    """To a constant factor: of any arrow, projections and all."""
    f = data.draw(twins(data.draw(objects(2)), data.draw(objects(2)), fuel=3)).arrow
    a = point(f.dom, np.random.default_rng(seed))
    at: Any = (a, f(a))  # Any: a point and a cotangent
    assert cost(reverse_derivative(f), at).operations <= MOST * reverse_cost(f, a).operations + 8


# However deep --------------------------------------------------------------------------------------------------------


def nested(way: str, depth: int) -> SomeArrow:
    """A term from a number to a number, nested so deep, whose value is 1 + depth times the number, or the number."""
    f: SomeArrow = identity(Scalar)
    for _ in range(depth):
        match way:
            case "forks to the left":
                f = (f & identity(Scalar)) >> add(Scalar)
            case "forks to the right":
                f = (identity(Scalar) & f) >> add(Scalar)
            case "crosses":
                f = dup(Scalar) >> identity(Scalar) * f >> add(Scalar)
    return f


@pytest.mark.parametrize("way", ["forks to the left", "forks to the right", "crosses"])
@pytest.mark.parametrize("depth", [10, 49, 50, 51, 1000])
def test_terms_nest_as_deep_as_one_likes(way: str, depth: int) -> None:
    """Called, printed, differentiated, drawn up, bounded and counted."""
    f, x = nested(way, depth), np.float64(1.0)
    found = f(x), gradient(f)(x), forward(f)(x)[1](1.0), bounds(f)(x, x)[1], tangent(f)((x, x))[1]
    assert found == pytest.approx((1.0 + depth,) * 5)
    assert reverse_derivative(f)((x, x)) == 1 + depth
    assert cost(f).additions == peak(f) + depth - 2 == depth
    assert str(f).count("add") == depth
    lifted: SomeArrow = each(N, f)
    assert lifted(np.ones(2)).tolist() == [1.0 + depth] * 2


def pair_of(depth: int) -> SomeArrow:
    """To pairs nested so deep."""
    f: SomeArrow = sin(Scalar)
    for _ in range(depth):
        f = sin(Scalar) & f
    return f


@pytest.mark.parametrize("depth", [10, 190, 297])
def test_objects_nest_deep(depth: int) -> None:
    """In every mode and reading."""
    f = pair_of(depth)
    found: Any = f(0.5)  # Any: pairs of pairs
    pulled: Any = reverse(f)(0.5)[1](found)  # Any: a number
    assert pulled == pytest.approx((depth + 1) * np.sin(0.5) * np.cos(0.5))
    assert reverse_derivative(f)((np.float64(0.5), found)) == pytest.approx(pulled)
    assert tangent(f)((np.float64(0.5), np.float64(1.0)))[0] == found
    assert jacobian(f)(np.float64(0.5))[0] == np.cos(0.5)
    assert str(expression(f)(0.5)).count("△") == depth - 1, "and a dup"
    assert cost(f).operations == 1
    assert stage(f)(np.float64(0.5)) == found


def test_objects_that_nest_too_deep_are_refused() -> None:
    """In one sentence, that says what to do; a user's own too."""
    advice = r"nested at most 300 deep, .*; group its factors, as stack\(stack\(block, 8\), 8\) does for 64 blocks"
    for make in (lambda: pair_of(301), lambda: stack(dense(J, J), 500).arrow):
        with pytest.raises(SpaceError, match=advice):
            make()
    deep: Any = Scalar  # Any: an object
    for _ in range(2000):
        deep = tuple[deep, Scalar]
    with pytest.raises(SpaceError, match=advice):
        identity(deep)
    blocks: Any = stack(stack(dense(J, J), 20), 25)  # Any: parameters of objects that are known only at run time
    assert blocks(blocks.init(np.random.default_rng(0)), np.ones(5)).shape == (5,)
