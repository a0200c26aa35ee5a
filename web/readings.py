"""One arrow, many readings: a model as Python, diagram, derivative, cost, NumPy, C and WebAssembly, as JSON.

A layer is an expression of the program that makes boxes. Each part of each reading says which layers it comes from
(`web.origins`), so that a page can show them beside each other. NumPy and C are those of a step of training, as the
page runs it; the costs are those of its loss, on such a batch; the derivative is that of one example.
"""

from __future__ import annotations

import ast
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeAlias

from cat_ad import cost, reverse_cost, stage
from cat_ad.derivatives.loops import as_loop
from cat_ad.objects.trees import leaves
from cat_ad.readings.costs import Modes, modes
from cat_ad.readings.costs.counting import Counts
from experiments.commands import microgpt
from web.boxes import backpropagated
from web.models import Choice
from web.modules import WASM
from web.origins import OriginError, marked_step, of_derivative
from web.revealed import TYPED, Span, types
from web.sources import Drawn, Place, Source, primitives
from web.steps import picture

Json: TypeAlias = Any  # Any: as JSON has it
Block: TypeAlias = tuple[str, list[int]]
"""Some text, and the layers that it comes from."""

COMMENT = {"numpy": re.compile(r"^ *# (.*)$"), "wasm": re.compile(r"^ */\* ([^:]*)(?:: \w+ \[.*)? \*/$")}
PLACE = re.compile(r"\bbox (\d+)\.(\d+)\b")  # as web.origins.mark has it
LEAVES = "\ue000", "\ue001", "\ue002"  # around the name of a box in a printed arrow, and its number


@dataclass(frozen=True)
class Layers:
    """The expressions that make boxes, in the order in which they first run, and the one that made each box."""

    expressions: Sequence[ast.expr]
    made: Mapping[Place, ast.expr]
    loops: Mapping[Place, int]

    def at(self, place: Place | None) -> list[int]:
        """The number of the expression that made a box; of a loop, those in it."""
        if place is None:
            return []
        if place in self.loops:
            inside = (other for other in self.made if other.diagram == self.loops[place])
            return [*dict.fromkeys(number for other in inside for number in self.at(other))]
        return [self.expressions.index(self.made[place])]

    def of(self, source: Source, span: Span) -> list[int]:
        """The numbers of those that an expression is made of, by the names in it too."""
        node = next(x for x in ast.walk(source.function) if isinstance(x, TYPED) and source.span(x) == span)
        return [self.expressions.index(part) for part in source.parts(node) if part in self.expressions]

    def marked(self, text: str) -> list[int]:
        """The numbers of those whose marks are in a text."""
        places = [Place(int(diagram), int(box)) for diagram, box in PLACE.findall(text)]
        return [*dict.fromkeys(number for place in places for number in self.at(place))]


def readings(choice: Choice, dist: Path, kept: Path) -> dict[str, Json]:
    """All of a model, whose modules are there. Raises `RevealError`, `SourceError` and `OriginError`."""
    source, drawn = Source.of(choice), Drawn.of(choice.loss_of_one.arrow)
    made = drawn.origins(source.made)
    layers = Layers([*dict.fromkeys(made[place] for place in dict.fromkeys(drawn.places))], made, drawn.loops)
    return {
        "file": f"{source.file.parent.name}/{source.file.name}",
        "start": source.start,
        "text": source.text,
        "layers": [{"name": ast.unparse(node), "span": source.span(node)} for node in layers.expressions],
        "mypy": version("mypy"),
        "types": [[*span, name, layers.of(source, span)] for span, name in types(source, kept)],
        "boxes": [layers.at(place) for place in drawn.places],
        **_derivative(drawn, layers),
        "cost": _costs(choice, layers),
        **_sources(choice, layers),
        "modules": [_module(choice, batch, dist) for batch in choice.batches],
    }


# The derivative -------------------------------------------------------------------------------------------------------


def _derivative(drawn: Drawn, layers: Layers) -> dict[str, Json]:
    """The reverse derivative printed, with the bodies of its loops, and drawn."""
    printed, diagrams = list[Json](), list[Json]()

    def add(arrow: Any, places: Sequence[Place | None], of: str) -> None:  # Any: a diagram, between any objects
        of_boxes = [layers.at(place) for place in places]
        printed.append({"of": of, "lines": _printed(arrow, of_boxes)})
        diagrams.append({"of": of, "svg": picture(arrow), "boxes": of_boxes})

    arrow: Any  # Any: a diagram, between any objects
    arrow, places = of_derivative(drawn.arrows[0])
    add(arrow, places, "")
    for box, place in zip(arrow.boxes, places, strict=True):
        if (loop := as_loop(box)) and place:
            number = drawn.loops[place]
            there = [(box.key, Place(number, at)) for at, box in enumerate(primitives(drawn.arrows[number]))]
            back: Any  # Any: a diagram, between any objects
            back, origins = of_derivative(drawn.arrows[number], number)
            known = (
                [(box.key, of) for box, of in zip(back.boxes, origins, strict=True)] if "pull" in box.name else there
            )
            add(loop.body, _aligned(loop.body, known), box.name.partition("(")[0])
    return {"derivative": printed, "diagrams": diagrams}


def _aligned(body: Any, known: Sequence[tuple[Any, Place | None]]) -> list[Place | None]:  # Any: of any objects; a key
    """The places of the boxes of a body that has those that are known, in their order, and few others."""
    found, at = list[Place | None](), 0
    for box in body.boxes:
        later = next((i for i in range(at, len(known)) if known[i][0] == box.key), None)
        found.append(None if later is None else known[later][1])
        at = at if later is None else later + 1
    return found


def _printed(arrow: Any, layers: Sequence[list[int]]) -> list[list[Block]]:  # Any: a diagram, between any objects
    """A diagram as it is printed, line by line; each line in blocks."""
    start, end, of = LEAVES
    text = arrow.diagram.text([f"{start}{i}{of}{box}{end}" for i, box in enumerate(arrow.boxes)])
    if re.sub(f"{start}.*?{of}|{end}", "", text) != str(arrow):
        raise OriginError(f"asked for {arrow}; found it printed otherwise; report it")
    lines = text.removeprefix("(").removesuffix(")").replace(" -> ", " ->; ", 1).split("; ")

    def blocks(line: str) -> Iterator[Block]:
        for part in re.split(f"({start}.*?{end})", line):
            if part.startswith(start):
                number, name = part[1:-1].split(of)
                yield name, layers[int(number)]
            elif part:
                yield part, []

    return [[*blocks(line)] for line in lines]


# Costs ----------------------------------------------------------------------------------------------------------------


def _costs(choice: Choice, layers: Layers) -> dict[str, Json]:
    """What each layer costs on a batch, forward and backward, and the modes of the whole loss beside each other."""
    _, (_, (_, params, batch, _), _) = choice.step()
    loss, examples = choice.loss_of_step, _examples(batch)
    drawn, rows = Drawn.of(loss.arrow), dict[int, tuple[Counts, Counts]]()
    boxes = backpropagated(loss.arrow, (params, examples))[2]
    for place, box in zip(drawn.places, boxes, strict=True):
        (layer,) = layers.at(place)
        there, both = cost(box.arrow, box.argument), reverse_cost(box.arrow, box.argument)
        before = rows.get(layer, (Counts(), Counts()))
        rows[layer] = before[0] + there, before[1] + both
    table: Modes = modes(loss.arrow, (params, examples))
    return {
        "batch": [*leaves(examples)[0].shape],
        "rows": [[layer, [*astuple(rows[layer][0])], [*astuple(rows[layer][1])]] for layer in sorted(rows)],
        "whole": [[*astuple(table.value)], [*astuple(table.reverse.total)]],
        "modes": str(table),
    }


def _examples(batch: Json) -> Json:
    """The examples in a batch, as a step takes it."""
    return next(iter(batch.values())) if isinstance(batch, dict) else batch


# NumPy and C ----------------------------------------------------------------------------------------------------------


def _sources(choice: Choice, layers: Layers) -> dict[str, Json]:
    """The step of training as NumPy and as C. Raises `OriginError` unless the marked step comes to the same code."""
    name, (fn, arguments, donate) = choice.step()
    lens = marked_step(choice.loss_of_step, microgpt.BETAS if choice.recipe else (0.9, 0.99))

    def step(state: Json, params: Json, batch: Json, rate: float) -> Json:
        error, ((state, params), _) = lens.get_and_put(((rate, (state, params)), _examples(batch)), ())
        return error, state, params

    found = dict[str, Json]()
    for target in COMMENT:
        one, marked = stage(fn, target, donate), stage(step, target, donate)
        for staged in (one, marked):
            staged(*arguments)
        found[target] = _blocks(one.source, marked.source, COMMENT[target], layers)
    return {"step": name, "numpy": found["numpy"], "c": found["wasm"]}


def _blocks(source: str, marked: str, comment: re.Pattern[str], layers: Layers) -> list[Block]:
    """A source in blocks, each of some lines; the layers of each are those that are marked before it."""

    def code(text: str) -> list[tuple[str, list[int]]]:
        found, now, depth = list[tuple[str, list[int]]](), list[int](), 0
        for line in text.splitlines():
            if said := comment.match(line):
                now, depth = layers.marked(said[1]), len(line) - len(line.lstrip())
            elif line and len(line) - len(line.lstrip()) < depth:
                now, depth = [], 0  # the loop, or the function, is over
            if not said:
                found.append((line, now))
        return found

    (plain, of_marks) = code(source), code(marked)
    if [line for line, _ in plain] != [line for line, _ in of_marks]:
        raise OriginError("asked for a step whose lines are marked; found that it comes to other code; report it")
    found, rest = list[Block](), iter(of_marks)
    waiting = list[str]()
    for line in source.splitlines():
        if comment.match(line):
            waiting.append(line)
            continue
        _, own = next(rest)
        if found and found[-1][1] == own and not waiting:
            found[-1] = f"{found[-1][0]}\n{line}", own
        else:
            found.append(("\n".join([*waiting, line]), own))
        waiting = []
    return found


# WebAssembly ----------------------------------------------------------------------------------------------------------


def _module(choice: Choice, batch: int, dist: Path) -> dict[str, Json]:
    """The size of a module in bytes, as it is and as it is sent."""
    path = Path("models", f"{choice.name}-{batch}", WASM)
    content = (dist / path).read_bytes()
    packed = zlib.compressobj(9, wbits=31)
    return {
        "path": path.as_posix(),
        "batch": batch,
        "bytes": len(content),
        "compressed": len(packed.compress(content) + packed.flush()),
        "functions": [*choice.functions(batch)],
    }
