"""The function of a program that builds a model, as text and as a tree: which expression made each box of its arrow."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import FunctionType
from typing import Any

from cat_ad.arrows.terms import SomeArrow
from cat_ad.derivatives.loops import as_loop
from cat_ad.readings.diagrams import Diagrams, diagram, tidy
from experiments.models.transformer import Transformer
from web.models import Choice

SPECIAL = {"each": 1, "packed": 1, "stack": 0, "residual": 0}  # combinators, and which argument is an arrow
NO_BOX = "identity", "exr"


class SourceError(RuntimeError):
    """An expression of a program is none that is known to make boxes."""


@dataclass(frozen=True)
class Line:
    """A line of the program that builds a model."""

    file: str
    line: int
    text: str


@dataclass(frozen=True)
class Source:
    """The function that builds a model: its file, its first line there, and its lines."""

    file: Path
    start: int
    lines: Sequence[str]
    of_one: str  # the keyword of what it returns that is the loss of one example; of no name, the first argument

    @staticmethod
    def of(choice: Choice) -> Source:
        """That of the program of a choice."""
        build: Any = choice.program.model  # Any: the function, of flags of its own
        assert isinstance(build, FunctionType)
        lines, start = inspect.getsourcelines(build)
        of_one = "loss_of_one" if isinstance(choice.model, Transformer) else ""
        return Source(Path(inspect.getfile(build)), start, lines, of_one)

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self.lines)

    @cached_property
    def function(self) -> ast.FunctionDef:
        """Its tree, whose lines begin at 1."""
        (function,) = ast.parse(self.text).body
        assert isinstance(function, ast.FunctionDef)
        return function

    def line(self, node: ast.expr) -> Line:
        """The line where an expression begins."""
        return Line(self.file.name, self.start + node.lineno - 1, self.lines[node.lineno - 1].strip())

    def span(self, node: ast.expr) -> tuple[int, int]:
        """Where an expression begins in the text, and where it ends."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._place(node.lineno, node.col_offset), self._place(node.end_lineno, node.end_col_offset)

    def _place(self, line: int, column: int) -> int:
        before = self.lines[line - 1].encode()[:column].decode()
        return sum(map(len, self.lines[: line - 1])) + len(before)

    @cached_property
    def made(self) -> Sequence[ast.expr]:
        """The expression that made each box of the loss of one example, in their order, the body of a loop once."""
        (returned,) = (node.value for node in self.function.body if isinstance(node, ast.Return))
        assert isinstance(returned, ast.Call)
        keywords = {keyword.arg: keyword.value for keyword in returned.keywords}
        return [*self.parts(keywords[self.of_one] if self.of_one else returned.args[0])]

    @cached_property
    def named(self) -> dict[str, ast.expr]:
        """What is assigned to each name."""
        return {
            target.id: node.value
            for node in self.function.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }

    def parts(self, node: ast.expr) -> Iterator[ast.expr]:
        """The expressions in an arrow that make boxes, in their order. Raises `SourceError` for no arrow."""
        match node:
            case ast.BinOp(left=left, right=right):
                yield from self.parts(left)
                yield from self.parts(right)
            case ast.Name(id=name):
                yield from self.parts(self.named[name])
            case ast.Call(func=ast.Name(id=name), args=args) if name in SPECIAL:
                if name == "packed":
                    yield node
                yield from self.parts(args[SPECIAL[name]])
                if name == "residual":
                    yield node
            case ast.Call(func=ast.Name(id=name)):
                if name not in NO_BOX:
                    yield node
            case _:
                where = f"{self.file.name}, line {self.start + node.lineno - 1}"
                raise SourceError(f"{where}: found what is no arrow; say what it is in web/sources.py")


@dataclass(frozen=True)
class Place:
    """Where a box is drawn: in which diagram, that of the arrow or of the body of a loop, and its number there."""

    diagram: int
    box: int


@dataclass(frozen=True)
class Drawn:
    """An arrow and the bodies of its loops, each of which has a diagram; and the places of boxes as they run.

    A loop has a box too, which runs by running its body; `loops` has the diagram of that.
    """

    arrows: Sequence[SomeArrow]
    places: Sequence[Place]
    loops: Mapping[Place, int]

    @staticmethod
    def of(arrow: SomeArrow) -> Drawn:
        """Of an arrow: a loop runs as often as its dimension says, or once if that has no size."""
        arrows, places, loops = [arrow], list[Place](), dict[Place, int]()

        def run(number: int) -> None:
            for at, box in enumerate(primitives(arrows[number])):
                if loop := as_loop(box):
                    inside = loops[Place(number, at)] = len(arrows)
                    arrows.append(loop.body)
                    for _ in range(loop.course.n.size or 1):
                        run(inside)
                else:
                    places.append(Place(number, at))

        run(0)
        return Drawn(arrows, places, loops)

    def origins(self, made: Sequence[ast.expr]) -> dict[Place, ast.expr]:
        """The expression that made each box. Raises `SourceError` unless there is one for each."""
        boxes = [*dict.fromkeys(self.places)]
        if len(boxes) != len(made):
            raise SourceError(f"asked for the expressions of {len(boxes)} boxes; found {len(made)}; say more here")
        return dict(zip(boxes, made, strict=True))


def primitives(arrow: SomeArrow) -> list[Any]:  # Any: primitives, of any objects
    """The boxes of an arrow as it is drawn, in the order of their numbers."""
    return [box.data for box in tidy(diagram(arrow.to(Diagrams()))).boxes if box.data is not None]
