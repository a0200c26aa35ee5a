"""Stepping through backpropagation: what the page tells of each box is what the library does, and what Python finds."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from cat_ad import Scalar, exp, sin, stage
from cat_ad.objects.trees import leaves
from experiments.commands.program import first_parameters
from tests.web.conftest import choice
from tests.web.test_page import choose, press
from web.boxes import Box, backpropagated, entries
from web.formulas import FORMULAS
from web.models import MENU

Told = list[Box]


def told(name: str) -> Told:
    """The boxes of a model on an example: what follows “em” in emma, or all of it where names are read."""
    of = choice(name)
    encode = of.model.alphabet.encode
    example: Any = (encode(".em")[None], encode("m"))  # Any: numbers of symbols, at any shape
    if name == "gpt":
        rest = np.zeros(11, int)
        example = np.append(encode(".emma"), rest), np.append(encode("emma."), rest - 1)
    return backpropagated(of.loss_of_one.arrow, (first_parameters(of.model, of.flags), example))[2]


def softmax(x: Any) -> Any:  # Any: an array
    """Of the last axis."""
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def words(box: Box) -> dict[str, Any]:  # Any: arrays and functions
    """What a formula is written in: NumPy, and a few words whose meaning depends on the model."""
    i = [x for x in leaves(box.argument) if x.dtype.kind == "i"][-1:]
    return {
        **vars(np),
        "shape": np.shape(leaves(box.value)[0]),
        "softmax": softmax,
        "past": lambda s: np.where(np.tri(s.shape[-1], dtype=bool), s, -np.inf),
        "heads": lambda x: x.reshape(-1, 3, 4, 4).transpose(1, 2, 0, 3),
        "split": lambda y: y.reshape(-1, 4, 4).transpose(1, 0, 2),
        "merge": lambda y: y.transpose(1, 0, 2).reshape(-1, 16),
        "join": lambda *parts: np.stack(parts).transpose(2, 0, 1, 3).reshape(-1, 48),
        "mT": lambda x: np.swapaxes(x, -1, -2),
        "at": lambda i: (np.arange(i.size), i),
        "one_hot": lambda i: np.eye(27)[i],
        "cut": lambda x: np.split(x, np.cumsum([np.size(y) for y in leaves(box.value)])[:-1]),
        **({"i": i[0]} if i else {}),
    }


@pytest.mark.parametrize("name", ["bag", "mlp", "gpt"])
def test_formulas_are_those_of_the_library(name: str) -> None:
    """Each is run on what the box is given, there and back."""
    for box in told(name):
        formula, found = FORMULAS[box.arrow.name], entries(box)
        space = words(box) | dict(zip(formula.takes, leaves(box.argument), strict=True))
        cotangents = found["cotangent"]
        space["dy"] = cotangents[0] if len(cotangents) == 1 else cotangents
        exec(f"{formula.value}; {formula.backward}", space)
        values = space["y"] if isinstance(space["y"], list) else [space["y"]]
        for one, other in zip(values, found["value"], strict=True):
            np.testing.assert_allclose(np.ravel(one), np.ravel(other), 1e-4, 1e-5)
        for argument, slope in zip(formula.takes, found["slope"], strict=True):
            assert (f"d{argument}" in space) == (slope is not None)
            if slope is not None:
                np.testing.assert_allclose(space[f"d{argument}"], slope, 1e-4, 1e-6)


def test_formulas_are_of_the_models_alone() -> None:
    """No model has a box without one, and none is there for no model."""
    assert {box.arrow.name for one in MENU for box in one.told()} == {*FORMULAS}


def test_lines_come_from_arrows_and_not_from_who_reads_them() -> None:
    """The category that tells of boxes is in no comment."""
    staged = stage(lambda a: backpropagated(sin(Scalar) >> exp(Scalar), a)[:2])
    staged(np.asarray(0.5))
    assert re.findall("# (.*)", staged.source)[1:] == ["sin", "exp", "derivative of sin"]


@pytest.mark.parametrize("name", ["bag", "mlp", "gpt"])
def test_each_line_of_stage_is_that_of_a_box(dist: Path, name: str) -> None:
    """Forward and then backward, none is lost; and each box has a drawing, and a line of the program that names it."""
    steps = json.loads((dist / "steps" / f"{name}.json").read_text("utf-8"))
    of = choice(name)
    fn, arguments, _ = of.functions(of.batches[0])["inside"]
    (staged := stage(fn))(*arguments)
    body = [line.strip() for line in staged.source.split("def staged(")[1].splitlines()[1:]]
    lines = [line for line in body if not line.startswith(("#", "(t", "return"))]
    boxes = steps["boxes"]
    found = [line for box in boxes for line in box["forward"]]
    found += [line for box in reversed(boxes) for line in box["backward"]]
    assert found == lines[: len(found)]
    assert len(lines) - len(found) <= 1 + name.count("gpt")  # what joins the parts of the gradient
    makers = {"lookup": "embedding", "matvec": "dense", "affine": "linear", "unpack": "pack", "add": "add|residual"}
    for box in boxes:
        assert f'data-box="{box["box"]}"' in steps["diagrams"][box["diagram"]]
        name = str(box["formula"])
        assert re.search(makers.get(name, name), box["made_by"]["text"])


def numbers(picture: Locator, readout: Locator) -> float:
    """The first number of a picture, as it is told on focus."""
    picture.focus()
    return float(readout.inner_text().split(" = ")[1].replace("−", "-"))


@pytest.mark.parametrize("name", ["mlp", "gpt"])
def test_a_person_steps_forward_and_backward(page: Page, name: str) -> None:
    """By keys; each box is found in the diagram, and the first number of each picture is Python's."""
    if name != "gpt":  # which is there at first
        choose(page, name)
    part = page.locator("#backward")
    part.scroll_into_view_if_needed()
    boxes, readout = told(name), part.locator(".readout")
    expect(part.locator(".diagrams svg")).to_have_count(1 + (name == "gpt"))
    expect(part.get_by_role("button", name="Start", exact=True)).to_be_disabled()
    part.locator(".diagrams").focus()
    for step in range(2 * len(boxes)):
        way, number = ("forward", step) if step < len(boxes) else ("backward", 2 * len(boxes) - 1 - step)
        box = boxes[number]
        expect(part.locator(".said")).to_contain_text(f"{way}, box {number + 1} of {len(boxes)}")
        expect(part.locator("h3")).to_contain_text(box.arrow.name)
        expect(part.locator('[data-box][data-state="now"]').last).to_be_attached()
        found = entries(box)
        kind, array = ("value", "y") if way == "forward" else ("cotangent", "dy")
        if len(found[kind]) == 1 and found[kind][0] is not None:
            picture = part.locator(f'[data-array="{array}"] canvas')
            assert abs(numbers(picture, readout) - float(np.ravel(found[kind][0])[0])) < 1e-6
        page.keyboard.press("ArrowRight")
    expect(part.locator("h3")).to_contain_text("The parameters move")
    press(page, "Make one step")
    expect(part.locator(".said")).to_contain_text("the parameters have moved")
    expect(part.locator("tbody td").nth(3)).not_to_have_text("–")
    page.keyboard.press("Home")
    expect(part.locator(".said")).to_contain_text("forward, box 1 of")


def test_where_a_wire_was_copied_cotangents_are_added(page: Page) -> None:
    """The dot becomes the sign of an add, and the terms stand beside their sum; numbers are told one by one."""
    part, boxes = page.locator("#backward"), told("gpt")
    part.scroll_into_view_if_needed()
    expect(part.locator(".diagrams svg")).to_have_count(2)
    part.get_by_label("Step", exact=True).fill(str(2 * len(boxes) - 1 - 5))
    expect(part.locator(".said")).to_contain_text("so 2 cotangents are added")
    assert part.locator(".diagrams figure").nth(1).locator('[data-dot="in.0"] text').inner_html() == "+"
    found = [numbers(one, part.locator(".readout")) for one in part.locator(".array canvas").all()[:3]]
    assert abs(found[0] + found[1] - found[2]) < 1e-6
    page.keyboard.press("ArrowDown")
    expect(part.locator(".readout")).to_contain_text("dy[0, 1] = ")
    part.locator('[data-box="0"] path').first.click()
    expect(part.locator(".said")).to_contain_text("backward, box 1 of 20: unpack")
