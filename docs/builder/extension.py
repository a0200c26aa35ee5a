"""What is done to pages on the way: links to files of this repository, and the scripts of lessons."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:  # Any: as Sphinx wants it
    """Called by Sphinx."""
    app.connect("builder-inited", elsewhere, priority=900)
    app.connect("doctree-read", trimmed)
    app.connect("doctree-resolved", resolved)
    app.connect("html-page-context", finished, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def elsewhere(app: Sphinx) -> None:
    """What MyST-NB writes of notebooks, which else would stand beside the site."""
    config = vars(app.env)["mystnb_config"]
    vars(app.env)["mystnb_config"] = replace(config, output_folder=str(Path(app.doctreedir, "notebooks")))


def trimmed(app: Sphinx, doctree: nodes.document) -> None:
    """Code ends with its last line, and not with the one that ends a doctest."""
    for block in [x for x in doctree.findall(nodes.literal_block) if x.rawsource == x.astext()]:
        block.rawsource = block.astext().rstrip("\n")
        block[:] = [nodes.Text(block.rawsource)]


def resolved(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """`source:cat_ad/errors.py#told` is the page of that file, and `site:page/index.html` a file of the site."""
    up = "../" * docname.count("/")
    for reference in doctree.findall(nodes.reference):
        scheme, _, rest = reference.get("refuri", "").partition(":")
        path, _, anchor = rest.partition("#")
        if scheme == "source":
            reference["refuri"] = f"{up}source/{path}.html{'#' * bool(anchor)}{anchor}"
        elif scheme == "site" and app.config.html_context["page"]:
            reference["refuri"] = up + rest
        elif scheme == "site":
            reference.replace_self(nodes.inline("", "", *reference.children))


def finished(app: Sphinx, docname: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Lessons have cells that run in the browser, where the page is in the site; and captions say how deep they are.

    What is folded is named by the words on it.
    """
    if "body" in context:
        context["body"] = context["body"].replace('<summary aria-label="Toggle hidden content">', "<summary>")
    for part in ("furo_navigation_tree", "body"):
        if part in context:
            context[part] = context[part].replace(
                'class="caption" role="heading"', 'class="caption" role="heading" aria-level="2"'
            )
    if docname.startswith("lessons/") and context["page"]:
        context["metatags"] += '<script type="module" src="../page/cells.js"></script>'
