"""Files of this repository that pages speak of, each shown on a page of its own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers import get_lexer_for_filename
from pygments.lexers.special import TextLexer
from pygments.util import ClassNotFound

from docs.builder import ROOT
from docs.builder.signatures import older

SPOKEN_OF = re.compile(r"source:([\w./\[\]-]+)")
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{path} – cat_ad</title>
<link rel="icon" href="{up}_static/icon.svg">
<link rel="stylesheet" href="{up}_static/pygments.css">
<link rel="stylesheet" href="{up}_static/source.css">
</head>
<body data-theme="auto">
<script>try {{ document.body.dataset.theme = localStorage.getItem("theme") || "auto"; }} catch {{}}</script>
<header><a href="{up}index.html">cat_ad</a> <h1>{path}</h1></header>
<main class="highlight"><pre tabindex="0">{code}</pre></main>
</body>
</html>
"""


def write_sources(pages: Path, out: Path) -> None:
    """A page for each file that these pages speak of, and no others."""
    texts = [path.read_text("utf-8") for path in pages.rglob("*") if path.suffix in (".md", ".ipynb", ".rst")]
    wanted = {path.rstrip(".") for text in texts for path in SPOKEN_OF.findall(text)}
    made = {out / "source" / f"{path}.html": ROOT / path for path in sorted(wanted) if (ROOT / path).exists()}
    for page, path in made.items():
        if not page.exists() or page.stat().st_mtime < path.stat().st_mtime:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(_page(path), "utf-8")
    for page in [page for page in (out / "source").rglob("*.html") if page not in made]:
        page.unlink()


def _page(path: Path) -> str:
    name = str(path.relative_to(ROOT))
    up = "../" * (name.count("/") + 1)
    if path.is_dir():
        inside = sorted(x for x in path.iterdir() if not x.name.startswith((".", "__pycache__")))
        return PAGE.format(path=escape(name), up=up, code="\n".join(escape(x.name) for x in inside))
    text = path.read_text("utf-8")
    try:
        lexer = get_lexer_for_filename(path.name)
    except ClassNotFound:
        lexer = TextLexer()
    lines = highlight(text, lexer, HtmlFormatter(nowrap=True)).split("\n")
    if path.suffix in (".py", ".pyi"):
        for qualified, line in _defined(ast.parse(older(text)).body):
            lines[line - 1] = f'<a id="{qualified}"></a>{lines[line - 1]}'
    return PAGE.format(path=escape(name), up=up, code="\n".join(lines))


def _defined(body: list[ast.stmt], within: str = "") -> Iterator[tuple[str, int]]:
    """The classes, functions and values in a body, each with its line; of overloads, the first."""
    seen = set[str]()
    for node in body:
        name = ""
        if isinstance(node, ast.If):
            yield from _defined(node.body + node.orelse, within)
        elif isinstance(node, ast.ClassDef | ast.FunctionDef):
            name = node.name
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name = node.target.id
        if not name or name in seen:
            continue
        seen.add(name)
        yield within + name, min([node.lineno, *(x.lineno for x in getattr(node, "decorator_list", ()))])
        if isinstance(node, ast.ClassDef):
            yield from _defined(node.body, f"{within}{name}.")
