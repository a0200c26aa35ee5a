"""Lessons, run: each becomes a notebook with its outputs, of which Sphinx makes a page."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import jupytext

from docs.builder import DOCS, ROOT, SiteError, Tell
from docs.builder.kept import code_of, kept
from docs.builder.running import Notebook

CODE = "cat_ad/**/*.py", "experiments/**/*.py", "docs/*.py", "docs/exercises/**/*.py", "docs/builder/running.py"
PROCESSES = 2  # at once
SVG, HTML = "image/svg+xml", "text/html"
DRAWS = re.compile(r"\b(Figure|Frames|matplotlib)\b")
NUMBERED = re.compile(r'<g id="[a-z0-9.]+_\d+"')  # by matplotlib, alike in each picture


def lessons(pattern: str = "*") -> list[Path]:
    """The lessons, and then the road, in order."""
    folder = DOCS / "lessons"
    return sorted(folder.glob(f"lesson_{pattern}.py")) + sorted(folder.glob(f"road_{pattern}.py"))


def lesson_pages(folder: Path, pattern: str, linked: Callable[[str, Path], str], tell: Tell) -> dict[str, str]:
    """The lessons as notebooks with outputs, and beside each what is downloaded. Raises `SiteError` if one stops."""
    paths = lessons(pattern)
    with ThreadPoolExecutor(PROCESSES) as pool:
        made = [pool.submit(_run, path, folder / "lessons", tell) for path in paths]
        run = [each.result() for each in made]
    found = dict[str, str]()
    for path, text in zip(paths, run, strict=True):
        program = path.read_text("utf-8")
        found[f"lessons/downloads/{path.name}"] = program
        found[f"lessons/downloads/{path.stem}.ipynb"] = json.dumps(notebook(program), indent=1, ensure_ascii=False)
        found[f"lessons/{path.stem}.ipynb"] = json.dumps(_as_page(json.loads(text), path, linked))
    return found


def notebook(program: str) -> Notebook:
    """A lesson as a notebook, whose cells have the same names each time."""
    made: Notebook = json.loads(jupytext.writes(jupytext.reads(program, fmt="py:percent"), fmt="ipynb"))
    made["metadata"] = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    }
    for number, cell in enumerate(made["cells"]):
        cell["id"], cell["source"] = f"cell-{number}", "".join(cell["source"])
    return made


def _run(path: Path, folder: Path, tell: Tell) -> str:
    program = path.read_text("utf-8")

    def make() -> str:
        start, made = perf_counter(), json.dumps(notebook(program))
        env = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))}
        command = [sys.executable, "-m", "docs.builder.running"]
        with TemporaryDirectory() as elsewhere:
            done = subprocess.run(
                command, input=made, env=env, cwd=elsewhere, capture_output=True, encoding="utf-8", check=False
            )
        if done.returncode:
            said = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
            raise SiteError(f"asked for {path.relative_to(ROOT)} as a page; found that it stops: {said}")
        tell(f"{path.stem}: run in {perf_counter() - start:.1f} s")
        return done.stdout

    return kept(folder, path.stem, program + code_of(*CODE), make)


def _as_page(made: Notebook, path: Path, linked: Callable[[str, Path], str]) -> Notebook:
    """With the links of the site, with downloads below the title, and with pictures that speak of themselves.

    What only draws is folded, so that a lesson reads as prose.
    """
    for cell in made["cells"]:
        if cell["cell_type"] == "code" and not cell["metadata"].get("tags") and DRAWS.search(cell["source"]):
            cell["metadata"]["tags"] = ["hide-input"]
        if cell["cell_type"] == "markdown":
            cell["source"] = linked(cell["source"], path)
        for data in (output["data"] for output in cell.get("outputs", ()) if "data" in output):
            if SVG in data:
                data[HTML] = f'<div class="picture">{data.pop(SVG)}</div>'
            if HTML in data:
                data[HTML] = told(data[HTML])
    title, _, rest = made["cells"][0]["source"].partition("\n")
    downloads = f"{{download}}`Notebook <downloads/{path.stem}.ipynb>` · {{download}}`Program <downloads/{path.name}>`"
    made["cells"][0]["source"] = f"{title}\n\n:::{{container}} downloads\n{downloads}\n:::\n{rest}"
    return made


def told(html: str) -> str:
    """Pictures whose words are their description, and whose parts have no name that another picture has.

    >>> told('<svg><g id="axes_1"><text x="1">da</text></g></svg>')
    '<svg role="img" aria-label="Picture: da"><g><text x="1">da</text></g></svg>'
    """

    def with_label(found: re.Match[str]) -> str:
        if "aria-label" in found[0].partition(">")[0]:
            return found[0]
        texts = (re.sub("<[^>]*>", " ", text) for text in re.findall(r"<text.*?</text>", found[0], re.DOTALL))
        words = dict.fromkeys(" ".join(text.split()).replace('"', "'") for text in texts)
        label = "Picture: " + ", ".join(filter(None, words))
        return found[0].replace("<svg", f'<svg role="img" aria-label="{label}"', 1)

    return NUMBERED.sub("<g", re.sub(r"<svg.*?</svg>", with_label, html, flags=re.DOTALL))
