"""One arrow, many readings: each is what the library gives, each part of it has its layers, and a page links them."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from cat_ad import Scalar, cost, mul, reverse_derivative, sin, stage, tanh
from cat_ad.derivatives.loops import as_loop
from cat_ad.readings.costs import modes
from tests.web.conftest import SMALL, choice
from tests.web.test_page import choose, press
from web import readings
from web.origins import Marked, OriginError, of_derivative
from web.readings import _blocks
from web.revealed import plainly
from web.sources import Drawn, Source

NAMES = pytest.mark.parametrize("name", SMALL)


def read(dist: Path, name: str) -> Any:  # Any: JSON
    """What was built of a model."""
    return json.loads((dist / "readings" / f"{name}.json").read_text("utf-8"))


def joined(blocks: Any) -> str:  # Any: JSON
    """The text of blocks of lines."""
    return "\n".join(text for text, _ in blocks)


@NAMES
def test_sources_are_those_of_the_step(dist: Path, name: str) -> None:
    """NumPy and C of the step that trains, each line once; each layer has lines in both, there and back."""
    all_of, (_, (fn, arguments, donate)) = read(dist, name), choice(name).step()
    for target, blocks in (("numpy", all_of["numpy"]), ("wasm", all_of["c"])):
        staged = stage(fn, target, donate)
        staged(*arguments)
        assert joined(blocks) == staged.source.rstrip("\n")
        found = {layer for _, layers in blocks for layer in layers}
        views = {"transpose", "flatten", "positions", "unpack"}  # which are no lines, or were made before
        missing = {all_of["layers"][layer]["name"].split("(")[0] for layer in {*range(len(all_of["layers"]))} - found}
        assert missing <= views | {"packed", "residual"}
        assert any("Adam" in text and not layers for text, layers in blocks)


@NAMES
def test_a_block_has_the_layers_whose_names_are_in_its_comment(dist: Path, name: str) -> None:
    """As far as the names of operations tell."""
    all_of = read(dist, name)
    operations = {"tanh": "tanh", "rms_norm": "rms_norm", "attention": "attention", "relu": "relu"}
    operations |= {"cross_entropy": "cross_entropy", "lookup": "embedding", "affine": "linear"}
    for text, layers in (*all_of["numpy"], *all_of["c"]):
        comment = re.match(r" *(?:# |/\* )(?:derivative of )?(\w+)", text)
        if comment and (wanted := operations.get(comment[1])) and ";" not in text.split("\n")[0]:
            assert [all_of["layers"][layer]["name"].split("(")[0] for layer in layers] == [wanted]


@NAMES
def test_the_derivative_is_printed_and_drawn_whole(dist: Path, name: str) -> None:
    """All of it, as the library does; each box of a primitive's rule has its layer."""
    all_of, loss = read(dist, name), choice(name).loss_of_one.arrow
    made: Any = reverse_derivative(loss)  # Any: a diagram, between any objects
    lines = ["".join(text for text, _ in line) for line in all_of["derivative"][0]["lines"]]
    assert f"({lines[0]} {'; '.join(lines[1:])})" == str(made)
    assert len(all_of["diagrams"]) == 1 + len([box for box in made.boxes if as_loop(box)])
    for drawing in all_of["diagrams"]:
        assert drawing["svg"].count("data-box=") == len(drawing["boxes"])
    for box, layers in zip(made.boxes, all_of["diagrams"][0]["boxes"], strict=True):
        assert layers or box.name in ("zero", "add")


@NAMES
def test_costs_are_those_of_the_library(dist: Path, name: str) -> None:
    """What the layers cost is what the loss does, and the table is the one that `modes` prints."""
    told, of = read(dist, name)["cost"], choice(name)
    _, (_, (_, params, batch, _), _) = of.step()
    examples = next(iter(batch.values())) if isinstance(batch, dict) else batch
    assert told["modes"] == str(modes(of.loss_of_step.arrow, (params, examples)))
    whole = cost(of.loss_of_step.arrow, (params, examples))
    assert np.sum([there for _, there, _ in told["rows"]], 0).tolist() == told["whole"][0]
    assert told["whole"][0] == [whole.multiplications, whole.additions, whole.others, whole.memory]


def test_types_are_those_that_mypy_infers(dist: Path) -> None:
    """Of every expression that is an arrow: mypy's text without modules, and the layers that it is made of."""
    for name, of, wanted in (
        ("mlp", "tanh(Float[Hidden])", "Arrow[Float[Hidden], Float[Hidden]]"),
        ("mlp", "embedding(Vocab, Emb)", "Para[Float[Vocab, Emb], Index, Float[Emb]]"),
        ("gpt", "attention(Time, Heads, HeadDim)", None),
        ("gpt", "norm", "Arrow[Float[Time, Times[Heads, HeadDim]], Float[Time, Times[Heads, HeadDim]]]"),
    ):
        all_of = read(dist, name)
        types = {all_of["text"][start:end]: (type_of, layers) for start, end, type_of, layers in all_of["types"]}
        assert types[of][0] == wanted or (wanted is None and types[of][0].startswith("Arrow[Float[Time, Times[Three"))
        for text, (_, layers) in types.items():
            names = {all_of["layers"][layer]["name"].split("(")[0] for layer in layers}
            assert all(part in all_of["text"] for part in names)
            assert "norm" not in text.split("(")[0] or "rms_norm" in names
        for layer in all_of["layers"]:
            start, end = layer["span"]
            assert all_of["text"][start:end].split("(")[0] == layer["name"].split("(")[0]
    assert plainly("a.b.Arrow[c.Float[m.X@3], c.Int[()]]") == "Arrow[Float[X], Index]"


def test_boxes_of_a_derivative_come_from_those_of_the_arrow() -> None:
    """Also where one primitive is there twice, and where a wire was copied: that addition is of none."""
    twice = tanh(Scalar) >> sin(Scalar) >> tanh(Scalar)
    made: Any  # Any: a diagram, between any objects
    made, places = of_derivative(twice)
    assert [place and place.box for place in places if place][:2] == [0, 1]
    assert {place.box for place in places if place} == {0, 1, 2}
    assert [box.name for box, place in zip(made.boxes, places, strict=True) if place == places[0]].count("tanh") == 1
    squares = (tanh(Scalar) & sin(Scalar)) >> mul(Scalar)
    made, places = of_derivative(squares)
    assert [box.name for box, place in zip(made.boxes, places, strict=True) if place is None] == ["add"]


def test_what_does_not_come_to_the_same_code_is_refused() -> None:
    """In a line that says so."""
    bag = choice("bag")
    layers = readings.Layers(Source.of(bag).made, {}, {})
    with pytest.raises(OriginError, match="comes to other code"):
        _blocks("a = 1", "a = 2", readings.COMMENT["numpy"], layers)
    other = Marked(Drawn.of(sin(Scalar)))
    with pytest.raises(OriginError, match="asked for sin next, which is box 0; found tanh"):
        tanh(Scalar).to(other)


# In a browser ---------------------------------------------------------------------------------------------------------


def part(page: Page) -> Locator:
    """The part of the page, when it is there."""
    found = page.locator("#readings")
    found.scroll_into_view_if_needed()
    expect(found.locator(".frame").first).to_be_visible()
    return found


def show(page: Page, *titles: str) -> Locator:
    """These readings, chosen one after the other."""
    found = part(page)
    for title in titles:
        button = found.get_by_role("button", name=title, exact=True)
        if button.get_attribute("aria-pressed") == "false":
            button.click()
    return found


def marked(frame: Locator) -> str:
    """What is marked in a reading."""
    return " ".join(frame.locator("[data-marked]").all_inner_texts())


def test_a_layer_is_marked_in_all_readings(page: Page) -> None:
    """Where the mouse is, and by keyboard; its type is told."""
    choose(page, "gpt")
    found = show(page, "Python", "Diagram", "NumPy")
    python = found.get_by_role("group", name=re.compile("^Python"))
    python.get_by_text("positions(Time)").first.hover()
    expect(found.locator("output")).to_contain_text("positions(Time) : Arrow[Int[Time], Int[Time]]")
    python.get_by_text("attention(Time, Heads, HeadDim)").first.hover()
    expect(found.locator("output")).to_contain_text("attention(Time, Heads, HeadDim) : Arrow[Float[Time, Times[Three")
    numpy = found.get_by_role("group", name=re.compile("^NumPy"))
    expect(numpy.locator("[data-marked]").first).to_contain_text("# attention")
    expect(numpy.locator("[data-marked]").first).to_be_in_viewport()
    boxes = found.locator('[data-reading="diagram"] [data-marked]')
    assert boxes.count() == 2  # in the layer, and the stack that it is in
    numpy.focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    expect(found.locator("output")).to_contain_text("embedding(Context, Width, scale=0.2) : Para[")
    assert marked(python) == "embedding(Context, Width, scale=0.2)"
    python.focus()
    page.keyboard.press("ArrowLeft")  # from where the mouse was
    expect(found.locator("output")).to_contain_text("dense(Width, Times[Three, Width]) : Para[")
    show(page, "Derivative", "Cost", "C")
    cost_of = found.get_by_role("group", name=re.compile("^Cost"))
    cost_of.get_by_role("row", name=re.compile("^relu")).hover()
    derivative = found.get_by_role("group", name=re.compile("^Derivative: "))
    assert {"step", "mul", "relu"} <= {*marked(derivative).split()}  # of which only the last is forward
    expect(found.get_by_role("group", name=re.compile("^C:")).locator("[data-marked]").first).to_contain_text("relu")


def test_readings_scroll_together(page: Page) -> None:
    """To the same layer, on the same way: there in the upper half of NumPy, and back in the lower half."""
    choose(page, "gpt")
    found = show(page, "Diagram", "C", "NumPy")
    numpy, c = (found.locator(f'[data-reading="{name}"] .frame') for name in ("numpy", "c"))
    tops = list[float]()
    for share in (0.2, 0.5, 0.9):
        numpy.hover()
        numpy.evaluate("(frame, share) => (frame.scrollTop = share * (frame.scrollHeight - frame.clientHeight))", share)
        page.wait_for_timeout(100)
        tops.append(c.evaluate("(frame) => frame.scrollTop"))
    assert tops == sorted(tops)
    assert tops[0] < tops[-1]


def test_one_reading_fills_a_phone(page: Page) -> None:
    """Chosen by touch, or by keys; nothing is wider than the screen."""
    page.set_viewport_size({"width": 390, "height": 780})
    found = part(page)
    expect(found.locator(".pane")).to_have_count(1)
    expect(found.locator(".pane h3")).to_contain_text("Python")
    python = found.get_by_role("button", name="Python", exact=True)
    python.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(found.locator(".pane h3")).to_contain_text("Derivative reverse_derivative(loss)")
    expect(python).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_module_tells_its_size_and_pace(page: Page, dist: Path) -> None:
    """In bytes, as it is; and steps a second, once it trains."""
    choose(page, "bag")
    found = show(page, "WebAssembly")
    size = (dist / "models" / "bag-128" / "module.wasm").stat().st_size
    wasm = found.locator('[data-reading="wasm"]')
    expect(wasm).to_contain_text(f"{size:,} bytes")
    expect(wasm.locator(".pace")).to_have_text("train, and it is measured")
    press(page, "Train")
    expect(wasm.locator(".pace")).to_contain_text("steps a second")


def test_nothing_is_fetched_before_it_is_in_sight(browser: Browser, page: Page) -> None:
    """And then once, of the model that is there."""
    with browser.new_context(viewport={"width": 1240, "height": 700}) as context:
        asked, other = list[str](), context.new_page()
        other.on("request", lambda request: asked.append(request.url.rsplit("/", 2)[-2]))
        other.goto(page.url)
        other.wait_for_selector("html[data-ready]")
        assert "readings" not in asked
        part(other)
        assert asked.count("readings") == 1
