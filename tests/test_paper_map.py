"""The map of the paper in docs/paper.md: every row points to code and to a test that exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
POINTERS = re.findall(r"`([\w/.]+\.py): ([\w.]+)`", (ROOT / "docs" / "paper.md").read_text("utf-8"))
ROWS = [line for line in (ROOT / "docs" / "paper.md").read_text("utf-8").splitlines() if line.startswith("| ")]


@cache
def parsed(file: str) -> list[ast.stmt]:
    """The body of a module, to which many rows point."""
    return ast.parse((ROOT / file).read_text("utf-8")).body


def defined(body: list[ast.stmt]) -> dict[str, list[ast.stmt]]:
    """The classes and functions in a body, each with its own."""
    kinds = ast.ClassDef, ast.FunctionDef
    return {node.name: node.body for node in body if isinstance(node, kinds)}


@pytest.mark.parametrize(("file", "name"), POINTERS)
def test_what_a_row_points_to_is_there(file: str, name: str) -> None:
    body = parsed(file)
    for part in name.split("."):
        assert part in defined(body), f"{file} has no {name}"
        body = defined(body)[part]


def test_every_row_points_to_code_and_to_a_test() -> None:
    rows = [row for row in ROWS if not row.startswith(("| section", "| appendix", "| source"))]
    assert len(rows) > 60
    for row in rows:
        pointed = re.findall(r"`([\w/.]+\.py): ", row)
        assert {path.split("/")[0] for path in pointed} == {"cat_ad", "tests"}, row


SECTIONS = [
    "2",
    *(f"3.{n}" for n in (1, 2, 3)),
    *(f"4.{n}" for n in range(1, 7)),
    *map(str, range(5, 16)),
    "A",
    "B",
    *(f"C.{n}" for n in (3, 4, 6)),
]
STATEMENTS = [
    *(f"theorem {n}" for n in range(1, 7)),
    *(f"corollary {n}.1" for n in (1, 2, 3, 5)),
    "sqr",
    "magSqr",
    "cosSinProd",
]


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_has_a_row(section: str) -> None:
    assert any(section in row.split(" | ")[0].removeprefix("| ").split(", ") for row in ROWS)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_every_theorem_and_corollary_has_a_row(statement: str) -> None:
    assert any(row.split(" | ")[1].split(", ")[0] == statement for row in ROWS)
