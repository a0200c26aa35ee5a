"""A diagram is the arrow, and so is its picture: evaluated from top to bottom they give the same values."""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from functools import reduce
from itertools import pairwise
from operator import rshift
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cat_ad as c
from cat_ad import Arrow, Dim, Float, InterpretationError, Primitive, Scalar, SpaceError, Three, Times
from cat_ad.arrows.sharing import boxes_of
from cat_ad.arrows.terms import SomeArrow
from cat_ad.categories import codiscrete
from cat_ad.categories.codiscrete import Codiscrete, ends
from cat_ad.categories.laws import laws
from cat_ad.objects.spaces import UNIT, factors, is_array, product, show
from cat_ad.readings.diagrams import Diagrams, Wiring, diagram, draw, tidy
from cat_ad.readings.diagrams.drawing import arranged
from cat_ad.readings.diagrams.layout import GAP, Part, Row, crossings
from experiments import mlp_names
from experiments.models.window_model import WindowModel
from tests.categories.test_laws import sample
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.primitives import Twin
from tests.support.trees import Tree, assert_close, leaves, numbers, point

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


class Time(Dim):
    """Places."""


class Heads(Dim, size=4):
    """Four."""


class HeadDim(Dim, size=4):
    """Four."""


class Inner(Dim, size=64):
    """Many."""


Width = Times[Heads, HeadDim]


def block() -> SomeArrow:
    """Of a transformer."""
    norm = c.each(Time, c.rms_norm(Width))
    look = c.each(Time, c.dense(Width, Times[Three, Width])) >> c.attention(Time, Heads, HeadDim)
    attend = norm >> look >> c.each(Time, c.dense(Width, Width))
    think = norm >> c.each(Time, c.dense(Width, Inner) >> c.relu(Float[Inner]) >> c.dense(Inner, Width))
    return (c.residual(attend) >> c.residual(think)).arrow


def names_mlp() -> SomeArrow:
    """Of the experiment of this name."""
    model = mlp_names.mlp(mlp_names.Flags())
    assert isinstance(model, WindowModel)
    return model.model.arrow


PAIR = product(Scalar, Scalar)
SQUARE = c.dup(Scalar) >> c.mul(Scalar)
PRODUCT = c.mul(Scalar)
WAVE = (c.sin(Scalar) & c.identity(Scalar)) >> c.add(Scalar)
TWO: Arrow[tuple[Scalar, Scalar], Scalar] = c.it(PAIR) >> c.constant(Scalar, c.check(Scalar, 2.0))
APART = c.queries_keys_values(Time, Inner)
ROWS = Float[Time, Inner]
EXAMPLES: dict[str, tuple[SomeArrow, int]] = {  # with how many boxes are used
    "sqr": (SQUARE, 1),
    "magSqr": (SQUARE * SQUARE >> c.add(Scalar), 3),
    "cosSinProd": (PRODUCT >> (c.cos(Scalar) & c.sin(Scalar)), 3),
    "id": (c.identity(PAIR), 0),
    "exl": (c.exl(PAIR, Scalar), 0),
    "exr": (c.exr(PAIR, Scalar), 0),
    "it": (c.it(PAIR), 0),
    "dup": (c.dup(PAIR), 0),
    "swap": (c.swap(PAIR, Scalar), 0),
    "assoc_l": (c.assoc_l(Scalar, PAIR, Scalar), 0),
    "assoc_r": (c.assoc_r(Scalar, PAIR, Scalar), 0),
    "nothing": (c.it(Scalar) >> c.it(UNIT), 0),
    "a constant between": (
        (c.exl(Scalar, Scalar) & TWO) * c.identity(Scalar) >> c.add(Scalar) * c.sin(Scalar),
        3,
    ),
    "only a constant": (TWO, 1),
    "a result that ends": (c.sin(Scalar) * c.cos(Scalar) >> c.exl(Scalar, Scalar), 1),
    "results that end in turn": (SQUARE >> (c.sin(Scalar) >> c.exp(Scalar)) >> c.it(Scalar), 0),
    "one of three results": (APART >> c.exr(tuple[ROWS, ROWS], ROWS), 1),
    "names MLP": (names_mlp(), 5),
    "transformer block": (block(), 10),
    "a derivative": (c.reverse_derivative(c.sin(Scalar) >> SQUARE), 5),
}
EVERY = pytest.mark.parametrize(("f", "count"), EXAMPLES.values(), ids=EXAMPLES)


def arrow_of(f: SomeArrow) -> Wiring:
    """The diagram of an arrow."""
    return diagram(f.to(Diagrams()))


def built(space: type, wires: list[Tree]) -> Tree:
    """The value of an object whose arrays are taken from the list."""
    return wires.pop(0) if is_array(space) else tuple(built(part, wires) for part in factors(space))


def run(box: Primitive[Any, Any], inputs: list[Tree]) -> list[Tree]:  # Any: of some objects
    """What the wires that leave a box carry, from those that enter it."""
    return list(leaves(box.unchecked(built(box.dom, inputs))))


def evaluated(wiring: Wiring, cod: type, a: Tree) -> Tree:
    """A diagram, evaluated from top to bottom."""
    wires = list(leaves(a))
    for box, at in zip(wiring.boxes, wiring.offsets, strict=True):
        to = at + len(box.dom)
        if box.data is not None:
            wires[at:to] = run(box.data, wires[at:to])
        elif len(box.dom) == 2:
            wires[at:to] = wires[at:to][::-1]
        else:
            wires[at:to] = wires[at:to] * len(box.cod)
    return built(cod, wires)


def boxes(wiring: Wiring) -> list[str]:
    """The names of the boxes."""
    return [box.name for box in wiring.boxes if box.data is not None]


def labels(space: type) -> list[str]:
    """The arrays of an object, as they are written."""
    return [show(space)] if is_array(space) else [label for part in factors(space) for label in labels(part)]


# Diagrams ------------------------------------------------------------------------------------------------------------


def assert_is(f: SomeArrow, a: Tree) -> None:
    """The diagram of f, tidy or not, is f; untidy it has all the boxes."""
    wiring = arrow_of(f)
    assert len(boxes(wiring)) == len(boxes_of(f))
    for one in (wiring, tidy(wiring)):
        assert_close(numbers(evaluated(one, f.cod, a)), numbers(f.unchecked(a)), 0.0)
        assert [[*map(str, wires)] for wires in (one.dom, one.cod)] == [labels(f.dom), labels(f.cod)]


@EVERY
def test_a_diagram_is_the_arrow(f: SomeArrow, count: int) -> None:
    """Of the paper's examples, of structure, and of models."""
    assert_is(f, point(f.dom, np.random.default_rng(0)))


@settings(max_examples=12, phases=PHASES)
@given(data=st.data(), seed=SEEDS)
def test_a_diagram_of_any_arrow_is_the_arrow(data: st.DataObject, seed: int) -> None:
    """Between any two objects."""
    twin = data.draw(twins(data.draw(objects(2)), data.draw(objects(1)), 1))
    assert_is(twin.arrow, point(twin.arrow.dom, np.random.default_rng(seed)))


@st.composite
def small_paths(draw: st.DrawFn) -> tuple[Twin, ...]:
    """Arrows A to B to C to D, then another A to C, C to B and A to B; DisCoPy is slow where wires are many."""
    a, b, c, d = (draw(objects(draw(st.integers(0, 1)))) for _ in range(4))
    return tuple(draw(twins(*way, fuel=1)) for way in ((a, b), (b, c), (c, d), (a, c), (c, b), (a, b)))


@settings(max_examples=4, phases=PHASES)
@given(path=small_paths(), seed=SEEDS)
def test_diagrams_obey_the_laws_of_a_cartesian_category(path: tuple[Twin, ...], seed: int) -> None:
    """Evaluated, both sides of each law are exactly the same."""
    arrows = [f.arrow for f in path]
    k = Diagrams()
    for law in laws(Diagrams):
        a, b = ends(law(Codiscrete(), sample(arrows, *(codiscrete.hom(f.dom, f.cod) for f in arrows)))[0])
        x = point(a, np.random.default_rng(seed))
        left, right = map(diagram, law(k, sample(arrows, *(f.to(k) for f in arrows))))
        assert (left.dom, left.cod) == (right.dom, right.cod), law.__doc__
        assert_close(numbers(evaluated(left, b, x)), numbers(evaluated(right, b, x)), 0.0, str(law.__doc__))


@EVERY
def test_a_tidy_diagram_has_only_what_is_used(f: SomeArrow, count: int) -> None:
    """No other boxes, and no copy that ends; and what is tidy stays as it is."""
    tidied = tidy(arrow_of(f))
    assert len(boxes(tidied)) == count
    assert tidy(tidied) == tidied


def test_a_copy_that_ends_is_no_copy() -> None:
    """Nor is the box above it a box."""
    wiring = arrow_of(c.exl(Scalar, Scalar) & c.exl(Scalar, Scalar))
    assert len(wiring.boxes) == 5
    assert [(len(box.dom), len(box.cod)) for box in tidy(wiring).boxes] == [(1, 0), (1, 2)]
    assert not tidy(arrow_of((SQUARE & c.identity(Scalar)) >> c.exr(Scalar, Scalar))).boxes


# Layout --------------------------------------------------------------------------------------------------------------


def seen(rows: list[Row], cod: type, a: Tree) -> Tree:
    """A picture, evaluated from top to bottom: each row takes strands from the row above it, and from no other."""
    inputs, above = list(leaves(a)), dict[int, Tree]()
    for row in rows[:-1]:
        below = dict[int, Tree]()
        for part in row:
            wires = [above.pop(strand) for strand in part.ins] or ([] if row is not rows[0] else [inputs.pop(0)])
            if part.primitive:
                wires = run(part.primitive, wires)
            elif part.dot:
                wires *= len(part.outs)
            below.update(zip(part.outs, wires, strict=True))
        assert not above
        above = below
    return built(cod, [above.pop(strand) for part in rows[-1] for strand in part.ins])


def assert_in_order(f: SomeArrow) -> None:
    """The picture of f is f; boxes, labels and the wires that pass have their room, and cross only between rows."""
    for wiring in (arrow_of(f), tidy(arrow_of(f))):
        rows = arranged(wiring)
        a = point(f.dom, np.random.default_rng(0))
        assert_close(numbers(seen(rows, f.cod, a)), numbers(f.unchecked(a)), 0.0)
        assert abs(min((part.x - part.left for row in rows for part in row), default=0.0)) < 1e-9
        for row in rows:
            for one, other in pairwise(row):
                assert one.x + one.right + GAP <= other.x - other.left + 1e-9
            for part in row:
                for strands in (part.ins, part.outs):
                    assert all(abs(part.offset(strand, strands)) <= part.left for strand in strands)


@EVERY
def test_a_picture_is_the_arrow(f: SomeArrow, count: int) -> None:
    """Of the same arrows, and nothing in it overlaps."""
    assert_in_order(f)


@settings(max_examples=10, phases=PHASES)
@given(data=st.data())
def test_a_picture_of_any_arrow_is_the_arrow(data: st.DataObject) -> None:
    """Also where constants come from nowhere, and wires end between others."""
    assert_in_order(data.draw(twins(data.draw(objects(2)), data.draw(objects(1)), 1)).arrow)


def test_wires_cross_no_more_than_they_must() -> None:
    """Two swaps are none, and a fork of projections is as good as a swap."""
    swap = c.swap(Scalar, Scalar)
    assert crossings(arranged(arrow_of(swap >> swap))) == 0
    assert crossings(arranged(arrow_of(swap))) == 1
    assert crossings(arranged(tidy(arrow_of(c.exr(Scalar, Scalar) & c.exl(Scalar, Scalar))))) == 1
    assert crossings(arranged(arrow_of(SQUARE * SQUARE >> c.add(Scalar)))) == 0


def test_a_pipeline_goes_straight_down() -> None:
    """However long it is."""
    rows = arranged(arrow_of(reduce(rshift, [c.sin(Scalar), c.exp(Scalar)] * 50)))
    assert len(rows) == 102
    assert {len(row) for row in rows} == {1}
    assert max(abs(one.x - other.x) for (one,), (other,) in pairwise(rows)) < 0.01


def test_forking_has_become_adding() -> None:
    """In the picture of a derivative: of x + sin x, what is forked going forward is added going back."""

    def drawn(f: SomeArrow) -> Counter[str]:
        middle: list[Part] = [part for row in arranged(tidy(arrow_of(f))) for part in row if not part.wire]
        return Counter("dot" if part.dot else str(part.primitive) for part in middle)

    assert drawn(WAVE) == {"dot": 1, "sin": 1, "add": 1}
    assert drawn(c.reverse_derivative(WAVE)) == {"dot": 1, "cos": 1, "mul": 1, "add": 1}
    assert drawn(c.dup(Scalar)) == {"dot": 1}
    assert drawn(c.reverse_derivative(c.dup(Scalar))) == {"dot": 1, "add": 1}  # this dot ends the point


# Drawing -------------------------------------------------------------------------------------------------------------


def texts(svg: Path) -> list[str]:
    """All that is written in a picture, in order."""
    return re.findall(r">([^<]*)</text>", svg.read_text("utf-8"))


DRAWN: dict[str, SomeArrow] = {
    "mlp": names_mlp(),
    "gpt_block": block(),
    "wave": WAVE,
    "wave_backwards": c.reverse_derivative(WAVE),
}


@pytest.mark.parametrize(("name", "f"), DRAWN.items(), ids=DRAWN)
def test_the_pictures_of_the_docs_are_of_today(tmp_path: Path, name: str, f: SomeArrow) -> None:
    """What is written in them, in order; where letters stand to a hair depends on the version of Matplotlib."""
    kept, drawn = PICTURES / f"{name}.svg", tmp_path / f"{name}.svg"
    draw(f, drawn)
    same = kept.exists() and texts(kept) == texts(drawn)
    assert same, f"look at the new picture, and keep it: cp {drawn} {kept}"


@EVERY
def test_drawing_makes_the_same_file_again(tmp_path: Path, f: SomeArrow, count: int) -> None:
    """An SVG with the name of every box that is used in it."""
    first, second = tmp_path / "first.svg", str(tmp_path / "second.SVG")
    draw(f, first)
    draw(f, second)
    assert first.read_bytes() == Path(second).read_bytes()
    assert Counter(texts(first)) >= Counter(name.replace("&", "&amp;") for name in boxes(tidy(arrow_of(f))))


def test_boxes_and_wires_are_found_by_id(tmp_path: Path) -> None:
    """A wire by what it joins; copies by the dot that they come from."""
    square_of_sine = c.dup(Scalar) >> c.sin(Scalar) * c.identity(Scalar) >> c.mul(Scalar)
    draw(square_of_sine, tmp_path / "f.svg")
    found = re.findall(r'id="((?:box|wire|dot)-[^"]*)"', (tmp_path / "f.svg").read_text("utf-8"))
    wires = ["wire-in.0-dot", "wire-in.0-0.0", "wire-in.0-1.1", "wire-0.0-1.0", "wire-1.0-out.0"]
    assert sorted(found) == sorted(["box-0", "box-1", "dot-in.0", *wires])


@EVERY
def test_no_id_is_there_twice(tmp_path: Path, f: SomeArrow, count: int) -> None:
    """And there is one of each box."""
    draw(f, tmp_path / "f.svg")
    found = re.findall(r'id="((?:box|wire|dot)-[^"]*)"', (tmp_path / "f.svg").read_text("utf-8"))
    assert len(found) == len({*found})
    assert sum(name.startswith("box") for name in found) == len(boxes(tidy(arrow_of(f))))


def test_a_picture_names_products_of_dimensions_by_a_sign(tmp_path: Path) -> None:
    """Which is shorter."""
    draw(c.identity(Float[Time, Times[Three, Times[Heads, HeadDim]]]), tmp_path / "wire.svg")
    assert texts(tmp_path / "wire.svg") == ["Float[Time,", "Three×Heads×HeadDim]"]


def test_a_png_is_as_large_as_the_arrow_needs(tmp_path: Path) -> None:
    """The same each time, too; and names may be written in any letters."""
    odd: SomeArrow = c.primitive("$x_1^2$ <&> of a long name", Scalar, Scalar, lambda x: x, lambda x, y, k: k.scale(1))
    sizes = []
    arrows_drawn: list[SomeArrow] = [SQUARE, SQUARE * SQUARE, odd >> odd]
    for f in arrows_drawn:
        draw(f, tmp_path / "a.png")
        draw(f, tmp_path / "b.png")
        picture = (tmp_path / "a.png").read_bytes()
        assert picture == (tmp_path / "b.png").read_bytes()
        assert picture[:4] == b"\x89PNG"
        sizes.append((int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24])))
    assert sizes[1][0] > sizes[0][0]
    assert sizes[2][1] > sizes[0][1]


def test_drawing_opens_no_window(tmp_path: Path) -> None:
    """No figure is left with pyplot."""
    from matplotlib import pyplot

    before = pyplot.get_fignums()
    draw(SQUARE, tmp_path / "square.png")
    assert pyplot.get_fignums() == before


# Errors --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["f.pdf", "f", "png"])
def test_another_ending_is_refused(tmp_path: Path, name: str) -> None:
    """Before anything is drawn."""
    with pytest.raises(SpaceError, match=r"^draw: wanted a path that ends in \.svg or \.png, got '"):
        draw(SQUARE, tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """And not made."""
    with pytest.raises(SpaceError, match=r"^draw: wanted a path in a folder that is there, got '.*; make the folder"):
        draw(SQUARE, tmp_path / "pictures" / "square.svg")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("wrong", [c.dense, abs, None], ids=["factory", "function", "nothing"])
def test_what_is_no_arrow_is_refused(tmp_path: Path, wrong: Any) -> None:  # Any: what a type checker refuses
    """And the error says what makes one."""
    found = f"^draw: wanted an arrow, got {type(wrong).__name__}; (dense makes arrows|arrow[(]abs|make an arrow)"
    with pytest.raises(SpaceError, match=found):
        draw(wrong, tmp_path / "wrong.svg")


def test_without_discopy_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """And only what needs it asks for it."""
    monkeypatch.setitem(sys.modules, "discopy", None)
    asked: list[Callable[[], object]] = [Diagrams, lambda: draw(SQUARE, tmp_path / "f.png"), lambda: tidy(None)]
    for ask in asked:
        with pytest.raises(InterpretationError, match=r"; pip install -e '\.\[diagrams\]'$"):
            ask()


def test_neither_the_library_nor_a_call_imports_what_may_be_missing() -> None:
    """DisCoPy, Matplotlib, JAX."""
    program = (
        "import sys, cat_ad.readings.diagrams; cat_ad.sin(cat_ad.Scalar)(1.0); "
        "print(sorted({'discopy', 'matplotlib', 'jax'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


# In a notebook -------------------------------------------------------------------------------------------------------


def test_a_notebook_shows_an_arrow_as_draw_draws_it(tmp_path: Path) -> None:
    """The same picture, without the head of a file."""
    draw(WAVE, tmp_path / "wave.svg")
    shown = WAVE._repr_svg_()
    assert shown is not None
    assert shown.startswith("<svg")
    assert (tmp_path / "wave.svg").read_text("utf-8").endswith(shown)


def test_a_notebook_shows_the_arrow_of_a_parametrised_one() -> None:
    """With its parameters."""
    model = c.linear(Heads, Inner) >> c.tanh(Float[Inner])
    assert model._repr_svg_() == model.arrow._repr_svg_() is not None


def test_a_notebook_prints_what_is_large() -> None:
    """A picture of very many boxes is none to look at, and takes long."""
    assert c.compose(*[WAVE] * 10)._repr_svg_() is not None
    assert c.compose(*[WAVE] * 1000)._repr_svg_() is None


@pytest.mark.parametrize("package", ["discopy", "matplotlib"])
def test_a_notebook_prints_arrows_where_nothing_draws(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    """And says nothing of it."""
    monkeypatch.setitem(sys.modules, package, None)
    assert WAVE._repr_svg_() is None
