"""What a page tells of each box of a model: its place in a diagram, its formula, and the code that made it, as JSON.

The diagrams are those of `cat_ad.draw`: of the loss of one example, and of the body of each loop in it, which is drawn
once, however often it runs.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FunctionType
from typing import Any

from cat_ad import draw, stage
from cat_ad.arrows.terms import SomeArrow
from cat_ad.derivatives.loops import as_loop
from cat_ad.readings.diagrams import Diagrams, diagram, tidy
from experiments.models.transformer import Transformer
from web.boxes import Box
from web.formulas import FORMULAS
from web.models import Choice

UNSEEN = r'<metadata>.*?</metadata>|<defs>.*?</defs>|<!--.*?-->| clip-path="[^"]*"'
PAPER = r'<g id="patch_1">.*?</g>'  # what the figure is drawn on
SPECIAL = {"each": 1, "packed": 1, "stack": 0, "residual": 0}  # combinators, and which argument is an arrow
NO_BOX = "identity", "exr"


class StepsError(RuntimeError):
    """A box has no place in a diagram or in the code."""


@dataclass(frozen=True)
class Line:
    """A line of the program that builds a model."""

    file: str
    line: int
    text: str


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
    arrow, boxes = choice.loss_of_one.arrow, choice.told()
    diagrams, places = _places(arrow)
    made, lines = [*_made_by(choice)], _staged(choice, boxes)
    turns = dict[int, int]()
    found = list[Step]()
    for diagram_of, box in places:
        turns[diagram_of] = turns.get(diagram_of, -1) + (box == 0)
        at = len(found)
        origin = made[at % len(made)] if len(made) == len(boxes) else _of_layers(made, places, at)
        found.append(Step(diagram_of, box, turns[diagram_of], boxes[at].arrow.name, origin, *lines[at]))
    if len(found) != len(boxes):
        raise StepsError(f"{choice.name}: asked for {len(boxes)} boxes; found {len(found)} in its diagrams; report it")
    used = {step.formula for step in found}
    formulas = {name: asdict(FORMULAS[name]) for name in sorted(used)}
    return {"diagrams": [*map(picture, diagrams)], "boxes": [*map(asdict, found)], "formulas": formulas}


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


def _places(arrow: SomeArrow) -> tuple[list[SomeArrow], list[tuple[int, int]]]:
    """The arrow and the bodies of its loops; and of each box that runs, which of them it is in, and its number there.

    They are in the order in which they run.
    """
    diagrams, places = [arrow], list[tuple[int, int]]()

    def run(number: int) -> None:
        wiring = tidy(diagram(diagrams[number].to(Diagrams())))
        for at, box in enumerate(box.data for box in wiring.boxes if box.data is not None):
            if loop := as_loop(box):
                diagrams.append(loop.body)
                inside, size = len(diagrams) - 1, loop.course.n.size or 0
                for _ in range(size):
                    run(inside)
            else:
                places.append((number, at))

    run(0)
    return diagrams, places


# The line of the program ----------------------------------------------------------------------------------------------


def _made_by(choice: Choice) -> Iterator[Line]:
    """The line that made each box, in their order, the body of a loop once: the function that builds it is read."""
    build: Any = choice.program.model  # Any: the function, of flags of its own
    assert isinstance(build, FunctionType)
    source, start = inspect.getsourcelines(build)
    (function,) = ast.parse("".join(source)).body
    assert isinstance(function, ast.FunctionDef)
    named = {
        target.id: node.value
        for node in function.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    file = Path(inspect.getfile(build)).name

    def line(node: ast.expr) -> Line:
        return Line(file, start + node.lineno - 1, source[node.lineno - 1].strip())

    def read(node: ast.expr) -> Iterator[Line]:
        match node:
            case ast.BinOp(left=left, right=right):
                yield from read(left)
                yield from read(right)
            case ast.Name(id=name):
                yield from read(named[name])
            case ast.Call(func=ast.Name(id=name), args=args) if name in SPECIAL:
                if name == "packed":
                    yield line(node)
                yield from read(args[SPECIAL[name]])
                if name == "residual":
                    yield line(node)
            case ast.Call(func=ast.Name(id=name)):
                if name not in NO_BOX:
                    yield line(node)
            case _:
                raise StepsError(f"{file}, line {start + node.lineno - 1}: found what is no arrow; say what it is here")

    (returned,) = (node.value for node in function.body if isinstance(node, ast.Return))
    assert isinstance(returned, ast.Call)
    keywords = {keyword.arg: keyword.value for keyword in returned.keywords}
    loss = keywords["loss_of_one"] if isinstance(choice.model, Transformer) else returned.args[0]
    yield from read(loss)


def _of_layers(made: Sequence[Line], places: Sequence[tuple[int, int]], at: int) -> Line:
    """The line of a box, where the boxes of a loop run many times, and their lines are there once."""
    first = [*dict.fromkeys(places)]
    if len(first) != len(made):
        raise StepsError(f"asked for the lines of {len(first)} boxes; found {len(made)}; say more in web/steps.py")
    return made[first.index(places[at])]


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
