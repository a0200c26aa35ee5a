"""What a page tells of each box of a model: its place in a diagram, its formula, and the code that made it, as JSON.

The diagrams are those of `cat_ad.draw`: of the loss of one example, and of the body of each loop in it, which is drawn
once, however often it runs.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cat_ad import draw, stage
from cat_ad.arrows.terms import SomeArrow
from web.boxes import Box
from web.formulas import FORMULAS
from web.models import Choice
from web.sources import Drawn, Line, Source

UNSEEN = r'<metadata>.*?</metadata>|<defs>.*?</defs>|<!--.*?-->| clip-path="[^"]*"'
PAPER = r'<g id="patch_1">.*?</g>'  # what the figure is drawn on


class StepsError(RuntimeError):
    """A box has no place in a diagram or in the code."""


@dataclass(frozen=True)
class Step:
    """A box: in which diagram, the name of its box there, and the number of the loop's turn; and what is told of it."""

    diagram: int
    box: int
    turn: int
    formula: str
    made_by: Line
    forward: list[str]
    backward: list[str]


def steps(choice: Choice) -> dict[str, Any]:  # Any: as JSON has it
    """The diagrams of a model and its boxes, in the order in which they run. Raises `StepsError` where one is lost."""
    drawn, boxes, source = Drawn.of(choice.loss_of_one.arrow), choice.told(), Source.of(choice)
    if len(drawn.places) != len(boxes):
        many = len(drawn.places)
        raise StepsError(f"{choice.name}: asked for {len(boxes)} boxes; found {many} in its diagrams; report it")
    made, turns, found = drawn.origins(source.made), dict[int, int](), list[Step]()
    for place, box, lines in zip(drawn.places, boxes, _staged(choice, boxes), strict=True):
        turn = turns[place.diagram] = turns.get(place.diagram, -1) + (place.box == 0)
        found.append(Step(place.diagram, place.box, turn, box.arrow.name, source.line(made[place]), *lines))
    used = {step.formula for step in found}
    formulas = {name: asdict(FORMULAS[name]) for name in sorted(used)}
    return {"diagrams": [*map(picture, drawn.arrows)], "boxes": [*map(asdict, found)], "formulas": formulas}


def picture(arrow: SomeArrow) -> str:
    """The drawing of an arrow, as SVG without what only files need; its colours are those of the page."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "arrow.svg")
        draw(arrow, path)
        text = path.read_text("utf-8")
    text = re.sub(UNSEEN, "", re.sub(PAPER, "", text[text.index("<svg") :], count=1, flags=re.DOTALL), flags=re.DOTALL)
    text = re.sub(r'(<path [^>]*?) style="[^"]*"', r"\1", text)
    text = re.sub(r'font-family: [^;"]*; ?|fill: #\w+', "", text)
    text = re.sub(r'id="(box|wire|dot)-([^"]*)"', r'data-\1="\2"', text)
    return re.sub(r'\s+id="\w+"', "", re.sub(r"\s*\n\s*", " ", text)).replace("> <", "><")


# The lines of `stage` -------------------------------------------------------------------------------------------------

ALIAS = re.compile(r"(t\d+) = (?:broadcast_to\()?(t\d+)[.\[,]")


def _staged(choice: Choice, boxes: Sequence[Box]) -> list[tuple[list[str], list[str]]]:
    """The lines that each box comes to, forward and backward: up to those that make all of its values, or slopes."""
    fn, arguments, _ = choice.functions(choice.batches[0])["inside"]
    staged = stage(fn)
    staged(*arguments)
    workspace, body = staged.source.split("def staged(")
    *lines, result = [line.strip() for line in body.splitlines() if line.startswith("    ")]
    alias = dict(ALIAS.findall(workspace))
    lines = [line for line in lines if not line.startswith("#") and not line.endswith("= workspace")]
    returned = re.search(r"'boxes': (\[.*\])\}$", result)
    assert returned, result
    told: list[dict[str, Any]] = _names(ast.parse(returned[1], mode="eval").body)  # Any: trees of names

    def last(names: Sequence[str | None]) -> int:
        """The line that completes these."""
        found = -1
        for name in filter(None, names):
            while name in alias:
                name = alias[name]
            uses = (at for at, line in enumerate(lines) if re.search(rf"\b{name}\b", line))
            found = max(found, next(uses, -1))
        return found

    forward, backward, at = list[list[str]](), list[list[str]](), 0
    for box in told:
        end = max(at, last(box["value"]) + 1)
        forward.append(lines[at:end])
        at = end
    for box in reversed(told):
        end = max(at, last(box["slope"]) + 1)
        backward.append(lines[at:end])
        at = end
    assert len(told) == len(boxes)
    return [*zip(forward, reversed(backward), strict=True)]


def _names(node: ast.expr) -> Any:  # Any: a tree of names
    """A tree that is written down, each of whose leaves is an array, perhaps a copy of one; of another, `None`."""
    match node:
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return [_names(part) for part in parts]
        case ast.Dict(keys=keys, values=values):
            return {ast.literal_eval(key): _names(value) for key, value in zip(keys, values, strict=True) if key}
        case _:
            return next((part.id for part in ast.walk(node) if isinstance(part, ast.Name)), None)
