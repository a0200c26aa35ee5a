"""The project's own rules: of forks beside `>>`, and of what type checkers are told not to look at.

A fork mixed with `>>` stands in parentheses, in programs, in doctests and in the README: Python reads `f & g >> h` as
`f & (g >> h)`, and `f >> g & h` as `(f >> g) & h`, which is not what either looks like.
"""

import ast
import doctest
import io
import re
import tokenize
from collections.abc import Iterator
from itertools import pairwise
from operator import le
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = "cat_ad", "docs", "experiments", "web", "tests"
PROGRAMS = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
PAGES = sorted(ROOT.glob("*.md"))


def mixed(program: str) -> list[int]:
    """The lines of a program on which a `>>` stands beside a `&` without parentheses."""
    if "&" not in program:  # which takes less time to see than to parse
        return []
    forks = [
        (fork, bracket)
        for fork in ast.walk(ast.parse(program))
        if isinstance(fork, ast.BinOp) and isinstance(fork.op, ast.BitAnd)
        for side, bracket in ((fork.left, ")"), (fork.right, "("))
        if isinstance(side, ast.BinOp) and isinstance(side.op, ast.RShift)
    ]
    if not forks:
        return []
    tokens = [token for token in tokenize.generate_tokens(io.StringIO(program).readline) if token.type == tokenize.OP]
    return [fork.lineno for fork, bracket in forks if bracket not in between(tokens, fork)]


def between(tokens: list[tokenize.TokenInfo], fork: ast.BinOp) -> list[str]:
    """The operators and brackets between the two sides of a fork."""
    start = fork.left.end_lineno or 0, columns(tokens, fork.left.end_lineno or 0, fork.left.end_col_offset or 0)
    end = fork.right.lineno, columns(tokens, fork.right.lineno, fork.right.col_offset)
    return [token.string for token in tokens if start <= token.start < end]


def columns(tokens: list[tokenize.TokenInfo], line: int, offset: int) -> int:
    """The column of a byte of a line: ast counts bytes, tokenize characters."""
    text = next((token.line for token in tokens if token.start[0] == line), "")
    return len(text.encode()[:offset].decode())


def examples(text: str) -> Iterator[tuple[int, str]]:
    """The doctest examples in a text, with their lines; of a page in Markdown, its blocks of Python too."""
    for example in doctest.DocTestParser().get_examples(text):
        yield example.lineno + 1, example.source
    for block in re.finditer(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        if ">>> " not in block[1]:
            yield text[: block.start(1)].count("\n") + 1, block[1]


def docstrings(program: str) -> Iterator[tuple[int, str]]:
    """The docstrings of a program, each with the line before it."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(ast.parse(program)):
        if isinstance(node, documented) and ast.get_docstring(node):
            yield node.body[0].lineno - 1, ast.get_docstring(node) or ""


def violations(path: Path) -> list[str]:
    """Where a file breaks the rule."""
    text = path.read_text("utf-8")
    if "&" not in text:
        return []
    codes = list(examples(text))
    if path.suffix == ".py":
        codes = [(start + line, code) for start, doc in docstrings(text) for line, code in examples(doc)]
        codes.append((1, text))
    return [f"{path.relative_to(ROOT)}:{start + line - 1}" for start, code in codes for line in mixed(code)]


@pytest.mark.parametrize("path", [*PROGRAMS, *PAGES], ids=lambda path: str(path.relative_to(ROOT)))
def test_forks_stand_in_parentheses(path: Path) -> None:
    """In every file of the project."""
    assert violations(path) == []


def test_the_rule_reaches_all_the_code() -> None:
    """Programs of each kind, and a README."""
    found = {path.relative_to(ROOT).parts[0] for path in (*PROGRAMS, *PAGES)}
    assert found >= {"cat_ad", "experiments", "tests", "README.md"}


BAD = {
    "fork first": "f & g >> h",
    "fork last": "f >> g & h",
    "both sides": "f >> g & h >> i",
    "one side of two": "(f >> g) & h >> i",
    "the other side": "f >> g & (h >> i)",
    "crossed": "f * g >> h & i",
    "called": "f(a) & g(b) >> h(c)",
    "in an argument": "each(N, f & g >> h)",
    "over lines": "(\n    f\n    & g  # the gate (\n    >> h\n)",
    "beyond ascii": "'ä' * 3, é & g >> h",
}
GOOD = {
    "fork first": "(f & g) >> h",
    "fork last": "f >> (g & h)",
    "chain last": "f & (g >> h)",
    "chains": "(f >> g) & (h >> i)",
    "cross": "f * g >> h",
    "cross of forks": "(f & g) * (h & i) >> j",
    "chain": "f >> g >> h",
    "forks": "f & g & h",
    "fork of crosses": "f * g & h * i",
    "over lines": "(\n    (f >> g)\n    # a comment >> here\n    & (h)\n)",
    "arguments": "fork(f >> g, h & i)",
    "text": "'f & g >> h'",
    "beyond ascii": "'äöü', (é >> g) & h",
}


@pytest.mark.parametrize("code", BAD.values(), ids=BAD)
def test_the_checker_finds_a_violation(code: str) -> None:
    """On its line, in a program, in a doctest, and in a page."""
    assert mixed(code)
    assert mixed(f"x = 1\n\n{code}\n")[0] > 1


@pytest.mark.parametrize("code", GOOD.values(), ids=GOOD)
def test_the_checker_leaves_the_rest_alone(code: str) -> None:
    """Parentheses make it right."""
    assert mixed(code) == []


def test_the_checker_reads_docstrings_and_pages() -> None:
    """Examples are code too."""
    docstring = '"""Summary.\n\n>>> f & g >> h\n"""\n'
    assert [mixed(code) for _, doc in docstrings(docstring) for _, code in examples(doc)] == [[1]]
    page = "Text.\n\n```python\nx = 1\nf >> g & h\n```\n\n>>> f & g >> h\n\n```text\nf & g >> h\n```\n"
    assert [(line, mixed(code)) for line, code in examples(page)] == [(8, [1]), (4, [2])]


MOST = {"cat_ad": (171, 24, 20), "experiments": (8, 0, 0)}
"""Lines with `Any`, `cast` and `ignore` in each folder: a limit, to be lowered whenever there are fewer."""
UNTYPED = re.compile(r"\bAny\b|\bcast\(|: ignore")


def untyped(program: str) -> tuple[int, int, int]:
    """On how many lines of a program are `Any`, calls of `cast`, and comments by which a checker looks away?"""
    if not UNTYPED.search(program):  # which takes less time to see than to read
        return 0, 0, 0
    tokens = [*tokenize.generate_tokens(io.StringIO(program).readline)]
    names = [(token, after.string) for token, after in pairwise(tokens) if token.type == tokenize.NAME]
    any_of = {token.start[0] for token, _ in names if token.string == "Any"}
    casts = {token.start[0] for token, after in names if token.string == "cast" and after == "("}
    ignored = {token.start[0] for token in tokens if re.match("# (type|pyright): ignore", token.string)}
    return len(any_of), len(casts), len(ignored)


@pytest.mark.parametrize("folder", MOST)
def test_little_is_untyped(folder: str) -> None:
    """No more than there was, in programs and in stubs."""
    programs = [path for kind in ("py", "pyi") for path in (ROOT / folder).rglob(f"*.{kind}")]
    found = [untyped(path.read_text("utf-8")) for path in programs]
    counts = tuple(map(sum, zip(*found, strict=True)))
    assert all(map(le, counts, MOST[folder])), f"{counts}, where {MOST[folder]} are the most"


def test_what_is_untyped_is_counted_by_line() -> None:
    """In types and calls, not in text; a comment counts that speaks to a checker."""
    program = """
from typing import Any, cast
def f(x: Any) -> Any:  # Any: as JSON has it
    "Any text, cast(in bronze), # type: ignore"
    y = x.cast(1) if x else cast(int, x)  # type: ignore[attr-defined]  # for a reason
    return y  # ignore this
"""
    assert untyped(program) == (2, 1, 1)
