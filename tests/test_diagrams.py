"""A diagram is the arrow: evaluated from top to bottom it gives the same values, and each primitive is a box."""

import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cat_ad as c
from cat_ad import Arrow, Dim, Float, InterpretationError, Primitive, Scalar, SpaceError, Three, Times
from cat_ad.arrow import SomeArrow
from cat_ad.diagrams import Diagrams, Wiring, _place, _rows, diagram, draw, tidy
from cat_ad.spaces import UNIT, factors, is_array, product, show
from experiments import mlp_names
from experiments.window_model import WindowModel
from tests.support.arrows import PHASES, SEEDS, objects, twins
from tests.support.trees import Tree, assert_close, leaves, numbers, point


class Time(Dim, size=3):
    """Places."""


class Heads(Dim, size=2):
    """Two."""


class HeadDim(Dim, size=2):
    """Two."""


class Hidden(Dim, size=5):
    """Five."""


Width = Times[Heads, HeadDim]


def block() -> SomeArrow:
    """Of a transformer."""
    norm = c.each(Time, c.rms_norm(Width))
    look = c.each(Time, c.dense(Width, Times[Three, Width])) >> c.attention(Time, Heads, HeadDim)
    attend = norm >> look >> c.each(Time, c.dense(Width, Width))
    think = norm >> c.each(Time, c.dense(Width, Hidden) >> c.relu(Float[Hidden]) >> c.dense(Hidden, Width))
    return (c.residual(attend) >> c.residual(think)).arrow


def names_mlp() -> SomeArrow:
    """Of the experiment of this name."""
    model = mlp_names.mlp(mlp_names.Flags())
    assert isinstance(model, WindowModel)
    return model.model.arrow


PAIR = product(Scalar, Scalar)
SQUARE = c.dup(Scalar) >> c.mul(Scalar)
PRODUCT = c.mul(Scalar)
TWO: Arrow[tuple[Scalar, Scalar], Scalar] = c.it(PAIR) >> c.constant(Scalar, c.check(Scalar, 2.0))
EXAMPLES: dict[str, tuple[SomeArrow, int]] = {
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
    "a result that ends": (c.sin(Scalar) * c.cos(Scalar) >> c.exl(Scalar, Scalar), 2),
    "names MLP": (names_mlp(), 5),
    "transformer block": (block(), 10),
}
EVERY = pytest.mark.parametrize(("f", "count"), EXAMPLES.values(), ids=EXAMPLES)


def built(space: type, wires: list[Tree]) -> Tree:
    """The value of an object whose arrays are taken from the list."""
    return wires.pop(0) if is_array(space) else tuple(built(part, wires) for part in factors(space))


def evaluated(f: SomeArrow, wiring: Wiring, a: Tree) -> Tree:
    """A diagram of f, evaluated from top to bottom."""
    wires = list(leaves(a))
    for box, at in zip(wiring.boxes, wiring.offsets, strict=True):
        to = at + len(box.dom)
        if box.data is not None:
            wires[at:to] = leaves(box.data.unchecked(built(box.data.dom, wires[at:to])))
        elif len(box.dom) == 2:
            wires[at:to] = wires[at:to][::-1]
        else:
            wires[at:to] = wires[at:to] * len(box.cod)
    return built(f.cod, wires)


def boxes(wiring: Wiring) -> list[str]:
    """The names of the boxes."""
    return [box.name for box in wiring.boxes if box.data is not None]


def primitives(f: SomeArrow) -> int:
    """How many primitives there are in a term."""
    parts: Any = vars(f)  # Any: of which kind the term is does not matter
    inside = [*parts.get("path", ()), *(parts[side] for side in ("left", "right") if side in parts)]
    return isinstance(f, Primitive) + sum(map(primitives, inside))


def labels(space: type) -> list[str]:
    """The arrays of an object, as they are written."""
    return [show(space)] if is_array(space) else [label for part in factors(space) for label in labels(part)]


def assert_is(f: SomeArrow, count: int, a: Tree) -> None:
    """The diagram of f, tidy or not, is f, and has so many boxes."""
    wiring = diagram(f.to(Diagrams()))
    for one in (wiring, tidy(wiring)):
        assert_close(numbers(evaluated(f, one, a)), numbers(f.unchecked(a)), 0.0)
        assert len(boxes(one)) == count
        assert [[*map(str, wires)] for wires in (one.dom, one.cod)] == [labels(f.dom), labels(f.cod)]


@EVERY
def test_a_diagram_is_the_arrow(f: SomeArrow, count: int) -> None:
    """Of the paper's examples, of structure, and of models."""
    assert_is(f, count, point(f.dom, np.random.default_rng(0)))


@settings(max_examples=50, phases=PHASES)
@given(data=st.data(), seed=SEEDS)
def test_a_diagram_of_any_arrow_is_the_arrow(data: st.DataObject, seed: int) -> None:
    """Between any two objects."""
    twin = data.draw(twins(data.draw(objects(2)), data.draw(objects(1)), 1))
    assert_is(twin.arrow, primitives(twin.arrow), point(twin.arrow.dom, np.random.default_rng(seed)))


def assert_in_order(f: SomeArrow) -> None:
    """In the picture no two wires touch, and the wires that enter or leave a box are side by side."""
    for wiring in (diagram(f.to(Diagrams())), tidy(diagram(f.to(Diagrams())))):
        top, nodes, rows = _rows(wiring)
        strands = _place(top, nodes, rows)
        assert len(strands) == len(wiring.dom) + sum(len(box.cod) for box in wiring.boxes)
        cuts = [sorted((s for s in strands if s.start <= row < s.end), key=lambda s: s.x) for row in range(rows)]
        for cut in cuts:
            assert all(right.x - left.x > 1 - 1e-9 for left, right in pairwise(cut))
        for node in nodes:
            for cut, group in ((cuts[node.row - 1], node.inputs), (cuts[node.row], node.outputs)):
                at = cut.index(group[0]) if group else 0
                assert cut[at : at + len(group)] == [*group]
        assert cuts[0] == top
        assert [s.label for s in cuts[-1]] == labels(f.cod)


@EVERY
def test_a_picture_is_in_order(f: SomeArrow, count: int) -> None:
    """Of the same arrows."""
    assert_in_order(f)


@settings(max_examples=50, phases=PHASES)
@given(data=st.data())
def test_a_picture_of_any_arrow_is_in_order(data: st.DataObject) -> None:
    """Also where constants come from nowhere, and wires end between others."""
    assert_in_order(data.draw(twins(data.draw(objects(2)), data.draw(objects(1)), 1)).arrow)


def test_what_is_copied_to_end_is_not_drawn() -> None:
    """A tidy diagram copies only what is used."""
    wiring = diagram((c.exl(Scalar, Scalar) & c.exl(Scalar, Scalar)).to(Diagrams()))
    assert len(wiring.boxes) == 5
    assert [(len(box.dom), len(box.cod)) for box in tidy(wiring).boxes] == [(1, 0), (1, 2)]


@EVERY
def test_drawing_makes_the_same_file_again(tmp_path: Path, f: SomeArrow, count: int) -> None:
    """An SVG with the name of every box in it."""
    first, second = tmp_path / "first.svg", str(tmp_path / "second.SVG")
    draw(f, first)
    draw(f, second)
    assert first.read_bytes() == Path(second).read_bytes()
    names = boxes(diagram(f.to(Diagrams())))
    for name in names:
        assert first.read_text("utf-8").count(f">{name}</text>") == names.count(name)


def test_a_png_is_as_large_as_the_arrow_needs(tmp_path: Path) -> None:
    """The same each time, too; and names may be written in any letters."""
    odd: SomeArrow = c.primitive("$x_1^2$ <&> of a long name", Scalar, Scalar, lambda x: x, lambda x, y, k: k.scale(1))
    sizes = []
    for f in (SQUARE, SQUARE * SQUARE, odd >> odd):
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


@pytest.mark.parametrize("name", ["f.pdf", "f", "png"])
def test_another_ending_is_refused(tmp_path: Path, name: str) -> None:
    """Before anything is drawn."""
    with pytest.raises(SpaceError, match=r"^draw: wanted a path that ends in \.svg or \.png, got '"):
        draw(SQUARE, tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_without_discopy_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """And only what needs it asks for it."""
    monkeypatch.setitem(sys.modules, "discopy", None)
    asked: list[Callable[[], object]] = [Diagrams, lambda: draw(SQUARE, tmp_path / "f.png"), lambda: tidy(None)]
    for ask in asked:
        with pytest.raises(InterpretationError, match=r"; pip install 'cat_ad\[diagrams\]'$"):
            ask()


def test_importing_the_library_does_not_import_discopy() -> None:
    """Nor Matplotlib."""
    program = "import sys, cat_ad.diagrams; print(sorted({'discopy', 'matplotlib'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
