"""Incremental evaluation gives what evaluation gives, and computes only what depends on what has changed."""

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cat_ad as c
from cat_ad import Cartesian, Dim, Float, Hom, Incremental, Primitive, Scalar, SpaceError, incremental
from cat_ad.arrows.sharing import Machine, boxes_of
from cat_ad.arrows.terms import SomeArrow
from cat_ad.categories.biproduct import Cocartesian
from cat_ad.categories.category import A, B
from cat_ad.categories.wiring import each_wire
from cat_ad.derivatives.chain_rule import Differentiable, function
from cat_ad.objects.ownership import copied
from cat_ad.readings import machines
from cat_ad.readings.changes import Change, changed, difference, is_change
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.loops import lifts
from tests.support.owned import assert_own, spoil
from tests.support.primitives import MATRICES, PRIMITIVES, Twin
from tests.support.seen import change, seen
from tests.support.trees import Tree, leaves, point

RNG = np.random.default_rng


class Batch(Dim):
    """As many as there are."""


class I(Dim, size=2):  # noqa: E742  (a dimension, as everywhere)
    """Two."""


class Vocab(Dim, size=5):
    """Symbols."""


def bits(tree: Tree) -> list[tuple[Any, ...]]:  # Any: dtype, shape and bytes
    """All that can be known of a tree of arrays."""
    return [(x.dtype, x.shape, x.tobytes()) for x in map(np.asarray, leaves(tree))]


def assert_goes_on(f: SomeArrow, points: list[Tree], rng: np.random.Generator) -> None:
    """From the first point, changes towards each of the others give what f gives there, and any update twice."""
    a, *others = points
    b, update = incremental(f)(a)
    assert bits(b) == bits(f(a))
    for other in others:
        da = change(other, rng)
        a, before = changed(a, da), update
        b, update = before(da)
        assert bits(b) == bits(f(a))
        assert bits(before(da)[0]) == bits(b)


@settings(max_examples=60, phases=PHASES)
@given(data=st.data(), seed=SEEDS)
def test_an_update_is_the_evaluation_at_the_changed_argument(data: st.DataObject, seed: int) -> None:
    """To the last bit, of any composition, along any sequence of changes."""
    f = data.draw(twins(data.draw(objects(2)), data.draw(objects(1)), 2)).arrow
    rng = RNG(seed)
    assert_goes_on(f, [point(f.dom, rng) for _ in range(5)], rng)


@pytest.mark.parametrize("f", [*PRIMITIVES, *MATRICES], ids=repr)
def test_every_primitive_is_updated(f: Twin) -> None:
    """Of one argument, and of as many as there are."""
    rng = RNG(0)
    for arrow in [f.arrow, *([c.each(Batch, f.arrow)] if lifts(f.arrow.dom, True) else [])]:
        assert_goes_on(arrow, [point(arrow.dom, rng, *f.domain) for _ in range(4)], rng)


@settings(max_examples=30, phases=PHASES)
@given(data=st.data(), seed=SEEDS)
def test_reading_is_a_functor(data: st.DataObject, seed: int) -> None:
    """What is shared in the whole is computed once, and changes are those of the parts, composed."""
    a, b, d = (data.draw(objects(n)) for n in (1, 2, 1))
    f, g, h = (data.draw(twins(*way, 1)).arrow for way in ((a, b), (b, d), (a, d)))
    k = Incremental()
    ways: list[tuple[SomeArrow, Hom[Differentiable[machines.Machine], Any, Any]]] = [
        (f >> g, k.compose(f.to(k), g.to(k))),
        (f & h, k.fork(f.to(k), h.to(k))),
        (f * g, k.cross(f.to(k), g.to(k))),
    ]
    for whole, parts in ways:
        left, right = (seen(k, hom, whole.dom, whole.cod, RNG(seed)) for hom in (whole.to(k), parts))
        np.testing.assert_array_equal(left, right)


class Watched(Incremental):
    """Incremental evaluation that tells which primitives are computed."""

    def __init__(self) -> None:
        """None so far."""
        super().__init__()
        self.calls: list[SomeArrow] = []

    def primitive(self, arrow: Primitive[A, B]) -> Hom[Differentiable[machines.Machine], A, B]:
        """The same, watched."""

        def value(a: A) -> B:
            self.calls.append(arrow)
            return arrow.value(a)

        return super().primitive(replace(arrow, value=value))


def computed(f: SomeArrow, a: Tree, *changes: Change) -> list[list[SomeArrow]]:
    """The primitives that are computed at first, and at each change."""
    watched = Watched()
    _, derivative = function(f.to(watched))(a)
    machine = machines.function(derivative)
    found, state = [[*watched.calls]], machine.start
    for da in changes:
        watched.calls.clear()
        state, _ = machine.step(state, da)
        found.append([*watched.calls])
    return found


def downstream(f: SomeArrow, da: Change) -> list[SomeArrow]:
    """The primitives to which something leads that has changed, found by following the wires."""
    diagram, boxes = Machine[SomeArrow]().diagram(f.dom, f.trace)
    frame = diagram.frame(da)
    reached = {wire for wire in each_wire(diagram.ins) if is_change(frame[wire])}
    found = list[SomeArrow]()
    for box, (ins, outs) in zip(boxes, diagram.boxes, strict=True):
        if not reached.isdisjoint(each_wire(ins)):
            reached.update(each_wire(outs))
            found.append(box)
    return found


@settings(max_examples=60, phases=PHASES)
@given(data=st.data(), seed=SEEDS)
def test_only_what_depends_on_a_change_is_computed(data: st.DataObject, seed: int) -> None:
    """Each primitive at most once, and none where nothing has changed."""
    f = data.draw(twins(data.draw(objects(2)), data.draw(objects(1)), 2)).arrow
    rng = RNG(seed)
    a = point(f.dom, rng)
    da = difference(changed(a, change(point(f.dom, rng), rng)), a)
    _, first, second, none = computed(f, a, da, copied(da), difference(a, a))
    assert Counter(box for box in first if boxes_of(box)) <= Counter(downstream(f, da))  # boxes that do not only group
    assert first == second
    assert none == []


def block() -> c.Para[Any, Float[I], Float[I]]:
    """Two primitives, each with parameters of its own."""
    return c.linear(I, I) >> c.tanh(Float[I])


def test_of_a_model_only_what_follows_a_weight_is_computed() -> None:
    """Of twenty layers, each an affine map and tanh, after a change in the nth come 2 (20 - n)."""
    model = c.stack(block(), 20)
    params, x = model.init(RNG(0)), np.ones(2)
    none = difference(params, params)

    def change_of(n: int) -> Change:
        return (*none[:n], (params[n][0] * 2, None), *none[n + 1 :]), None

    steps = computed(model.arrow, (params, x), *map(change_of, range(20)), (none, x * 2))
    work = [sum(box.name not in ("nest", "unnest") for box in step if isinstance(box, Primitive)) for step in steps]
    assert work == [40, *(2 * (20 - n) for n in range(20)), 40]


def test_what_is_shared_is_computed_once() -> None:
    """Twelve doublings are twelve boxes."""
    t: SomeArrow = c.identity(Scalar)
    for _ in range(12):
        t = (t & t) >> c.add(Scalar)
    assert [*map(len, computed(t, 1.0, 2.0, None))] == [12, 12, 0]


def test_what_has_no_argument_is_never_computed_again() -> None:
    """A constant."""
    two: SomeArrow = c.it(Scalar) >> c.constant(Scalar, np.float64(2.0))
    f = (c.identity(Scalar) & two) >> c.mul(Scalar)
    assert [[str(box) for box in step] for step in computed(f, 1.0, 2.0)] == [["constant", "mul"], ["mul"]]


def test_a_sequence_may_grow() -> None:
    """A dimension without a size may have another after a change, if all arrays agree."""
    f: SomeArrow = c.each(Batch, c.embedding(Vocab, I)).arrow >> c.each(Batch, c.tanh(Float[I]))
    table = RNG(0).normal(size=(5, 2))
    _, update = incremental(f)((table, np.array([1, 2])))
    longer = np.array([1, 2, 3, 3])
    assert bits(update((None, longer))[0]) == bits(f((table, longer)))
    both: SomeArrow = c.mul(Float[Batch])
    _, update = incremental(both)((np.ones(2), np.ones(2)))
    assert update((np.full(3, 2.0), np.ones(3)))[0].tolist() == [2.0] * 3
    with pytest.raises(SpaceError, match=r"^mul: .*: factor 2, dimension 1: Batch is 3, not 2$"):
        update((np.ones(3), None))


def test_numbers_may_be_of_python() -> None:
    """As in a call."""
    f: SomeArrow = c.mul(Scalar)
    b, update = incremental(f)((2.0, 3.0))
    assert (b, update((4.0, None))[0], update((None, np.float64(5.0)))[0]) == (6.0, 12.0, 10.0)


@settings(max_examples=30, phases=PHASES)
@given(data=st.data(), seed=SEEDS)
def test_results_are_the_callers_own(data: st.DataObject, seed: int) -> None:
    """And what was given may be written over, as may what was got: nothing that comes later knows of it."""
    f = data.draw(twins(data.draw(objects(2)), data.draw(objects(1)), 1)).arrow
    a, to, other = (point(f.dom, RNG(seed + n)) for n in range(3))
    da, then = change(to, RNG(seed)), change(other, RNG(seed + 1))
    expected = [bits(f(a)), bits(f(changed(a, da))), bits(f(changed(changed(a, da), then)))]
    b, update = incremental(f)(a)
    assert_own(b, a)
    found = [bits(b)]
    spoil((a, b))
    for d in da, then:
        b, update = update(d)
        assert_own(b, d)
        found.append(bits(b))
        spoil((b, d))
    assert found == expected


@pytest.mark.parametrize(
    ("da", "wrong"),
    [
        ((None, np.ones(3)), "factor 2, dimension 1: I is 2, not 3"),
        ((np.ones((2, 2)), None), "factor 1, wanted 1 dimensions, got 2"),
        ((None, np.ones(2, int)), "factor 2, wanted floating-point numbers, got int64; .astype converts"),
        ((None, (None, None)), "factor 2, wanted an array, got tuple[NoneType, NoneType]; "),
        ((None, None, None), "wanted a tuple of 2, got one of 3"),
        (np.ones(2), "wanted a tuple of 2, got float64[2]"),
        ((None, np.ma.ones(2)), "factor 2, wanted a plain array, got the subclass MaskedArray; "),
    ],
)
def test_a_change_to_what_is_no_value_is_refused(da: Change, wrong: str) -> None:
    """In the words of a call there; and one can go on."""
    f: SomeArrow = c.mul(Float[I])
    _, update = incremental(f)((np.ones(2), np.ones(2)))
    with pytest.raises(SpaceError) as caught:
        update(da)
    assert str(caught.value).startswith("mul: tuple[Float[I], Float[I]] -> Float[I]: wanted ")
    assert wrong in str(caught.value)
    assert update((None, np.full(2, 3.0)))[0].tolist() == [3.0, 3.0]


def test_only_arrows_are_evaluated() -> None:
    """And models, which have one, but not the factories of them."""
    incremental(c.linear(I, I))
    factory: Any = c.tanh  # Any: what a type checker refuses is the point
    with pytest.raises(SpaceError, match="incremental: wanted an arrow, got function"):
        incremental(factory)


def test_the_chain_rule_needs_no_more_than_a_cartesian_category() -> None:
    """Machines cannot be added: there is no reverse mode of them."""
    k = Incremental().k
    assert isinstance(k, Cartesian)
    assert not isinstance(k, Cocartesian)
    assert not hasattr(k, "join")
