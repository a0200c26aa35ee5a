"""A machine along a sequence is the arrow of the whole sequence; only an arrow that may look ahead has none."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import cat_ad as c
from cat_ad import Dim, Float, Hom, InterpretationError, Machines, Mealy, Primitive, Scalar, SpaceError, Three, Times
from cat_ad.arrows.lifting import lift
from cat_ad.arrows.parametrised import SomePara
from cat_ad.arrows.terms import SomeArrow
from cat_ad.categories.category import A, B
from cat_ad.primitives.constants import full_like
from cat_ad.readings.machines import Machine, State, function, hom
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.loops import some
from tests.support.machines import along, by_steps, joined, lengths, pieces
from tests.support.primitives import J
from tests.support.trees import Tree, assert_close, leaves, numbers, point


class Time(Dim):
    """Places, as many as there are."""


class Batch(Dim, size=2):
    """Sequences."""


class Ensemble(Dim, size=2):
    """Models."""


class Context(Dim, size=8):
    """Places, as many as the model knows."""


class Vocab(Dim, size=5):
    """Symbols."""


class Heads(Dim, size=2):
    """Two."""


class HeadDim(Dim, size=3):
    """Three."""


class Hidden(Dim, size=7):
    """Seven."""


LAYERS = 2
PLACES = 6
Width = Times[Heads, HeadDim]
LOOK: SomeArrow = c.attention(Time, Heads, HeadDim)
NORM: SomeArrow = c.each(Time, c.rms_norm(Width))


def layer(outputs: type[Dim]) -> SomePara:
    """At each place a matrix."""
    return c.each(Time, c.dense(Width, outputs))


def transformer() -> SomePara:
    """A small one, of all that experiments/gpt_names.py is made of."""
    attend = NORM >> layer(Times[Three, Width]) >> LOOK >> layer(Width)
    think = NORM >> c.each(Time, c.linear(Width, Hidden) >> c.relu(Float[Hidden]) >> c.dense(Hidden, Width))
    symbols = c.each(Time, c.embedding(Vocab, Width))
    places = c.positions(Time) >> c.each(Time, c.embedding(Context, Width))
    start = (symbols & places) >> c.add(Float[Time, Width]) >> NORM
    return start >> c.stack(c.residual(attend) >> c.residual(think), LAYERS) >> layer(Vocab)


def running_total() -> SomeArrow:
    """A primitive of a user, who says how it looks back."""
    made: SomeArrow = c.primitive(
        "running total",
        Float[Time],
        Float[Time],
        lambda x: np.cumsum(x, axis=-1),
        lambda x, y, k: k.linear_map(lambda d: np.cumsum(d, -1), lambda d: np.cumsum(d[..., ::-1], -1)[..., ::-1]),
    )
    Machines.rules[made] = lambda p, dim: (
        Mealy(0.0, lambda before, x: (before + x, before + x)) if dim is Time else None
    )
    return made


MODEL = transformer()


class Weights(Dim, size=len(numbers(MODEL.init(np.random.default_rng(0))))):
    """All the weights of the model."""


WAVE: SomeArrow = c.sin(Float[Time, J])
ONE: SomeArrow = c.it(Scalar) >> c.constant(Scalar, np.float64(1.0))
SCAN: SomeArrow = c.scan(Time, c.add(Scalar) >> c.sin(Scalar) >> c.dup(Scalar)) >> c.exr(Scalar, Float[Time])


@c.arrow
def folds(s: Scalar, xs: Float[Time, J]) -> Float[Time]:
    """A fold at each place, from one state."""

    def one(x: Float[J]) -> Scalar:
        def step(s: Scalar, y: Scalar) -> Scalar:
            return c.sin(s) + y

        return c.fold(J, step, s, x)

    return c.each(Time, one)(xs)


@c.arrow
def scans(xs: Float[Time], ys: Float[J]) -> tuple[Float[Time], Float[J, Time]]:
    """Scans along, one of what another gave."""

    def step(xs: Float[Time], y: Scalar) -> tuple[Float[Time], Float[Time]]:
        def inner(s: Scalar, x: Scalar) -> tuple[Scalar, Scalar]:
            return c.sin(s + x * y), s

        return c.scan(Time, inner, y, xs)[1], xs

    return c.scan(J, step, xs, ys)


@c.arrow
def from_numbers(xs: Float[Time]) -> Float[Time]:
    """A scan from plain numbers, beside a constant."""

    def step(s: tuple[Scalar, Scalar], x: Scalar) -> tuple[tuple[Scalar, Scalar], Scalar]:
        return (s[0] + 1.0, s[1] * 0.5 + x), c.tanh(s[0] * s[1])

    start: Any = 0.0, 0.25  # Any: of numbers, which become Scalars
    made: Float[Time] = c.scan(Time, step, start, xs)[1] + full_like(xs, 2.0)
    return made


LOOKS_BACK: dict[str, SomeArrow] = {
    "entry by entry": WAVE,
    "place by place": NORM,
    "three at once": c.fork(WAVE, c.cos(Float[Time, J]), c.tanh(Float[Time, J])),
    "a constant at each place": c.each(Time, (c.identity(Scalar) & ONE) >> c.add(Scalar)),
    "a constant between two": lift(Time, c.fork(c.identity(Scalar), ONE, c.identity(Scalar)), True),
    "positions": c.positions(Time),
    "attention": LOOK,
    "attention to attention": (LOOK >> layer(Times[Three, Width]) >> LOOK).arrow,
    "attention along another axis": c.each(Time, c.attention(J, Heads, HeadDim)),
    "running total": running_total() >> running_total(),
    "a scan": SCAN,
    "a scan from numbers": from_numbers,
    "a scan for each": c.each(J, SCAN),
    "a fold at each place, from one state": folds,
    "a scan of scans": scans,
    "attention, again and again": c.iterate(3, layer(Times[Three, Width]) >> LOOK).arrow,
    "transformer": MODEL.arrow,
    "transformer, for each of a batch": c.each(Batch, MODEL).arrow,
    "transformer, its weights in a vector": c.packed(Weights, MODEL).arrow,
}
EVERY = pytest.mark.parametrize("f", LOOKS_BACK.values(), ids=LOOKS_BACK)


def sequences(f: SomeArrow, places: int, seed: int = 0) -> Tree:
    """An argument of so many places."""
    rng = np.random.default_rng(seed)
    return pieces(f.dom, Time, joined(f.dom, Time, [point(f.dom, rng) for _ in range(2)]), 0, places)


@pytest.mark.parametrize("places", [1, 2, PLACES])
@EVERY
def test_a_machine_along_a_sequence_is_the_arrow(f: SomeArrow, places: int) -> None:
    """Alone, and of an ensemble with arguments of their own."""
    for arrow in (f, lift(Ensemble, f, True)):
        a = sequences(arrow, places)
        assert_close(numbers(by_steps(arrow, Time, a)), numbers(arrow(a)), 1e-12)


@settings(max_examples=20, phases=PHASES)
@given(data=st.data(), seed=SEEDS)
def test_what_each_makes_goes_along(data: st.DataObject, seed: int) -> None:
    """Of any composition, with any of its arguments the same at all places."""
    f = data.draw(twins(data.draw(objects(2)), data.draw(objects(1)), 1)).arrow
    ways = some(f.dom)
    assume(ways)
    along_time = lift(Time, f, data.draw(st.sampled_from(ways)))
    a = sequences(along_time, PLACES, seed)
    assert_close(numbers(by_steps(along_time, Time, a)), numbers(along_time(a)), 1e-12, floor=1.0)


def test_a_machine_keeps_single_precision() -> None:
    """What it remembers is as precise as what it is given."""
    x: Tree = sequences(LOOK, PLACES).astype(np.float32)
    assert by_steps(LOOK, Time, x).dtype == np.float32


def test_a_state_can_be_continued_in_two_ways() -> None:
    """A step changes nothing: from one beginning two texts are written, and neither knows of the other."""
    machine = function(MODEL.arrow.to(Machines(Time)))
    dom, cod = MODEL.arrow.dom, MODEL.arrow.cod
    params, symbols = sequences(MODEL.arrow, PLACES)
    texts = [(params, symbols), (params, np.concatenate([symbols[:3], symbols[2::-1]]))]
    state = machine.start
    for t in range(3):
        state, _ = machine.step(state, pieces(dom, Time, texts[0], t, t + 1))
    for text in texts:
        rest = along(Mealy(state, machine.step), dom, cod, Time, pieces(dom, Time, text, 3, PLACES))
        assert_close(numbers(rest), numbers(MODEL.arrow(text)[3:]), 1e-12)


class Watched(Machines):
    """Machines whose primitives tell how many places each call sees."""

    def __init__(self) -> None:
        """Nothing is seen yet."""
        super().__init__(Time)
        self.calls: list[int] = []

    def primitive(self, arrow: Primitive[A, B]) -> Hom[Machine, A, B]:
        """The same, watched."""
        machine = function(super().primitive(arrow))

        def step(state: State, a: A) -> tuple[State, B]:
            self.calls += lengths(arrow.dom, Time, a)
            return machine.step(state, a)

        return hom(Mealy(machine.start, step))


def test_nothing_is_computed_twice() -> None:
    """Each step makes the same calls, each of one place; what is kept of it are a key and a value in each block."""
    watched = Watched()
    machine = function(MODEL.arrow.to(watched))
    a, state, sizes, calls = sequences(MODEL.arrow, PLACES), machine.start, [0], list[list[int]]()
    for t in range(PLACES):
        watched.calls.clear()
        state, _ = machine.step(state, pieces(MODEL.arrow.dom, Time, a, t, t + 1))
        calls.append([*watched.calls])
        sizes.append(sum(x.size for x in leaves(state) if isinstance(x, np.ndarray)))
    assert calls[0]
    assert calls == [[1] * len(calls[0])] * PLACES
    assert np.diff(sizes).tolist() == [LAYERS * 2 * (Width.size or 0)] * PLACES


def test_the_last_state_of_a_scan_is_not_known_before_the_last_place() -> None:
    """Who computes with it looks ahead."""
    whole = c.scan(Time, c.add(Scalar) >> c.dup(Scalar))
    with pytest.raises(InterpretationError, match="only looks back, found one that computes with the last state"):
        by_steps(whole >> c.exl(Scalar, Float[Time]) >> c.sin(Scalar), Time, (0.0, np.ones(3)))


def test_machines_go_along_a_dimension() -> None:
    """And along nothing else."""
    number: Any = 3  # Any: what a type checker refuses is the point
    with pytest.raises(SpaceError, match=r": wanted a dimension, got 3; "):
        Machines(number)


NEGATIVE: SomeArrow = c.primitive("negative", Float[Time], Float[Time], lambda x: -x, lambda x, y, k: k.scale(-1.0))
LOOKS_AHEAD: tuple[tuple[str, SomeArrow], ...] = (
    ("softmax", c.softmax(Time)),
    ("log_softmax", c.log_softmax(Time)),
    ("logsumexp", c.logsumexp(Time)),
    ("cross_entropy", c.cross_entropy(Time)),
    ("rms_norm", c.rms_norm(Time)),
    ("total", c.total(Float[Time, J])),
    ("mean", c.mean(Float[J, Time])),
    ("masked_mean", c.masked_mean(Time)),
    ("masked_mean", c.masked_mean(Batch, Time)),
    ("dot", c.dot(Time)),
    ("matvec", c.matvec(J, Time)),
    ("matmul", c.matmul(Time, J, Time)),
    ("transpose", c.transpose(Time, J)),
    ("transpose", c.split_heads(Time, Heads, HeadDim)),
    ("flatten", c.flatten(Time, J)),
    ("unflatten", c.unflatten(Time, J)),
    ("causal", c.causal(Time)),
    ("queries_keys_values", c.attention_by_parts(Time, Heads, HeadDim)),
    ("lookup", c.lookup(Time, J)),
    ("constant", c.it(Scalar) >> c.constant(Float[Time], np.ones(3))),
    ("negative", NEGATIVE),
    ("fold(Time, add)", c.fold(Time, c.add(Scalar))),
    ("transpose", c.each(Batch, WAVE >> c.transpose(Time, J))),
    ("softmax", c.each(Time, c.softmax(Time))),  # which goes along the other of two axes
)


@pytest.mark.parametrize(("name", "f"), LOOKS_AHEAD)
def test_what_may_look_ahead_has_no_machine(name: str, f: SomeArrow) -> None:
    """The error names the arrow and the dimension, and says what to do; along another dimension nothing is wrong."""
    with pytest.raises(InterpretationError) as caught:
        f.to(Machines(Time))
    assert str(caught.value) == (
        f"wanted {name} read in Machines(Time), but it may look ahead along Time; "
        "make it by each(Time, ...), or use an arrow that only looks back, as `attention` does"
    )
    f.to(Machines(Context))
