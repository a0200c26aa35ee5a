"""The types that mypy infers of the expressions of a model, from `reveal_type` of each.

They are those of the program as it stands: each expression is written once more before the function returns, where all
of its names are known. mypy takes a while, so what it said is kept by what it was asked.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from web.sources import Source

ROOT = Path(__file__).parent.parent
TYPED = ast.Call, ast.BinOp, ast.Name  # expressions that may be arrows
ARROWS = "Arrow[", "Para["
SAID = re.compile(r':(\d+): note: Revealed type is "(.*)"$', re.MULTILINE)
PREFIX, SCOPE = re.compile(r"\b(?:\w+\.)+(?=\w)"), re.compile(r"@\d+")

Span: TypeAlias = tuple[int, int]


class RevealError(RuntimeError):
    """mypy does not say what it infers."""


@dataclass(frozen=True)
class Asked:
    """A program in which the types of a function's expressions are asked for, and on which line which of them is."""

    text: str
    spans: dict[int, Span]

    @staticmethod
    def of(source: Source) -> Asked:
        """Of the function of a program."""
        lines = source.file.read_text("utf-8").splitlines()
        (returned,) = (node for node in source.function.body if isinstance(node, ast.Return))
        at = source.start + returned.lineno - 2  # lines before it
        nodes = [*_expressions(source.function)]
        asked = [f"    reveal_type({ast.unparse(node)})" for node in nodes]
        spans = {at + 1 + i: source.span(node) for i, node in enumerate(nodes)}
        return Asked("\n".join([*lines[:at], *asked, *lines[at:], ""]), spans)


def types(source: Source, kept: Path) -> list[tuple[Span, str]]:
    """Where an arrow is in the text of a function, and its type; the outer ones first. Raises `RevealError`."""
    asked = Asked.of(source)
    of = sha256(f"{asked.text} {version('mypy')}".encode())
    for path in sorted(p for part in ("cat_ad", "experiments") for p in (ROOT / part).glob("**/*.py*")):
        if "__pycache__" not in path.parts:
            of.update(path.read_bytes())
    found = kept / f"types-{of.hexdigest()[:16]}.json"
    if not found.exists():
        kept.mkdir(parents=True, exist_ok=True)
        found.write_text(json.dumps(_said(asked, source.file.stem)), "utf-8")
    return [((start, end), name) for start, end, name in json.loads(found.read_text("utf-8"))]


def _said(asked: Asked, name: str) -> list[tuple[int, int, str]]:
    with TemporaryDirectory() as folder:
        program = Path(folder, f"{name}_revealed.py")
        program.write_text(asked.text, "utf-8")
        command = [sys.executable, "-m", "mypy", "--no-error-summary", "--no-pretty", str(program)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    found = {int(line): plainly(type_of) for line, type_of in SAID.findall(done.stdout)}
    if missing := asked.spans.keys() - found.keys():
        raise RevealError(
            f"asked mypy for the types of {len(asked.spans)} expressions of {name}; found none of "
            f"{len(missing)}; see whether mypy accepts the program\n{done.stdout[:1000]}{done.stderr[:1000]}"
        )
    arrows = {span: found[line] for line, span in asked.spans.items() if found[line].startswith(ARROWS)}
    return [(*span, arrows[span]) for span in sorted(arrows, key=lambda span: (span[0], -span[1]))]


def _expressions(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions that may be arrows, in assignments and in what is returned."""
    for inside in ast.iter_child_nodes(node):
        if isinstance(inside, ast.ClassDef | ast.If | ast.GeneratorExp | ast.arguments):
            continue
        if isinstance(inside, TYPED) and not (isinstance(inside, ast.Name) and isinstance(inside.ctx, ast.Store)):
            yield inside
        yield from _expressions(inside)


def plainly(name: str) -> str:
    """A type without the modules and scopes of its names; `Float[()]` is a `Scalar`."""
    return SCOPE.sub("", PREFIX.sub("", name)).replace("Float[()]", "Scalar").replace("Int[()]", "Index")
