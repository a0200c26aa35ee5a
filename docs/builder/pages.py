"""The pages, as Sphinx reads them, in one folder: those that are written, those that are generated, and lessons, run.

On the way links to files of this repository become links to pages that show them, as do names in the map of the paper.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Collection, Mapping
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from fnmatch import fnmatch
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from docs.builder import DOCS, ROOT, Tell, label
from docs.builder.kept import code_of
from docs.builder.kept import kept as keeping
from docs.builder.lessons import lesson_pages
from docs.builder.lessons import lessons as chosen

LINK = re.compile(r"(?<=\]\()(?!\w+:|#)([^)\s#]+)(#[^)\s]*)?(?=\))")
GLOB = re.compile(r"^([\w/-]*\*)\n", re.MULTILINE)  # in a table of contents
POINTER = re.compile(r"`([\w/.]+\.py): ([\w.]+)`")
CALCULATED = re.compile(r"cat_ad/calculations/paper/(\w+)\.py")
NOT_A_PAGE = ("slides.md",)  # which docs/slides.py makes something else of
INSTEAD = {"README.md": "docs/index.md", "docs/lessons": "docs/index.md", "web": "docs/page.md"}


def written_pages() -> list[Path]:
    """Those in Markdown."""
    found = [path for folder in (DOCS, DOCS / "how-to") for path in folder.glob("*.md")]
    return sorted(path for path in found if path.name not in NOT_A_PAGE)


def write_pages(kept: Path, lessons: str, calculations: str, tell: Tell) -> None:
    """Write what Sphinx reads into a folder of `kept`; what has not changed is left as it is."""
    pages = {str(path.relative_to(DOCS)): path.read_text("utf-8") for path in written_pages()}
    pages = {name: linked(text, DOCS / name, calculations, lessons) for name, text in pages.items()}
    with ProcessPoolExecutor(1, get_context("spawn")) as process:  # beside the lessons

        def calculated() -> str:
            from docs.builder.calculations import calculation_pages  # which imports all of the library

            return process.submit(calculation_pages, calculations).result()

        def reference() -> str:
            from docs.builder.reference import reference_pages  # likewise

            return json.dumps(reference_pages())

        with ThreadPoolExecutor(1) as beside:
            of = code_of("cat_ad/**/*.py", "docs/builder/calculations.py") + calculations
            made = beside.submit(keeping, kept, "calculations", of, calculated)
            pages |= lesson_pages(kept, lessons, partial(linked, calculations=calculations, lessons=lessons), tell)
            pages |= json.loads(keeping(kept, "reference", code_of("cat_ad/**/*.py*", "docs/builder/*.py"), reference))
            pages |= json.loads(made.result())
    pages["index.md"] = GLOB.sub(lambda found: _matching(found[1], pages), pages["index.md"])
    files = {f"pictures/{path.name}": path.read_text("utf-8") for path in (DOCS / "pictures").glob("*.svg")}
    write(kept / "source", pages | files)


def _matching(pattern: str, pages: Collection[str]) -> str:
    """The pages of these names, a line each, in order."""
    names = (name.rpartition(".")[0] for name in pages if "/downloads/" not in name)
    return "".join(f"{name}\n" for name in sorted(names) if fnmatch(name, pattern))


def linked(text: str, path: Path, calculations: str = "*", lessons: str = "*") -> str:
    """A page with links as they are in a site of these calculations and lessons."""
    with_pages = chosen(lessons)

    def link(found: re.Match[str]) -> str:
        target, anchor = (path.parent / found[1]).resolve(), found[2] or ""
        inside = str(target.relative_to(ROOT)) if target.is_relative_to(ROOT) else ""
        if target.is_relative_to(DOCS / "page"):  # which is in the site alone
            return f"site:{target.relative_to(DOCS)}{anchor}"
        if not target.exists() or not inside:
            return found[0]  # a link that is broken, of which Sphinx warns
        if inside in INSTEAD:
            return _relative(ROOT / INSTEAD[inside], path)
        is_page = target.suffix == ".md" and target.is_relative_to(DOCS)
        if is_page or target.is_relative_to(DOCS / "pictures"):
            return found[0]
        if target in with_pages:
            return f"{Path(found[1]).with_suffix('.ipynb')}{anchor}"
        return f"source:{inside}{anchor}"

    def pointed(found: re.Match[str]) -> str:
        file, name = found.groups()
        if (page := CALCULATED.fullmatch(file)) and fnmatch(page[1], calculations):
            return f"[`{file}: {name}`](#{label(page[1], name)})"
        return f"[`{file}: {name}`](source:{file}#{name})"

    text = LINK.sub(link, text)
    return POINTER.sub(pointed, text) if path == DOCS / "paper.md" else text


def _relative(target: Path, path: Path) -> str:
    return "../" * len(path.parent.relative_to(DOCS).parts) + str(target.relative_to(DOCS))


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Have these files in a folder, and no others; what has not changed keeps its time."""
    for name, text in files.items():
        path = folder / name
        if not path.exists() or path.read_text("utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    wanted = {folder / name for name in files}
    for path in [path for path in folder.rglob("*") if path.is_file() and path not in wanted]:
        path.unlink()
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            shutil.rmtree(path)
