"""Links within the site lead somewhere, to the anchor too; and no page asks another host for anything.

Pages are those that Sphinx writes, and `sources`: attributes stand in double quotes, and tags are not broken off.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

ANCHOR = re.compile(r'<[a-z][^>]*? id="([^"]+)"')
FOLLOWED = re.compile(r'<a\s[^>]*?href="([^"]*)"')
LOADED = re.compile(r'<(?:script|img|iframe|source|video|use|link)\s[^>]*?(?:src|href)="([^"]+)"')
FOREIGN = re.compile(r"""url\(\s*['"]?(?:https?:)?//|@import\s+['"](?:https?:)?//|\bimport\(?\s*['"]https?://""")

Read = Callable[[Path], str]
Anchors = Callable[[Path], set[str]]


def wrong(site: Path) -> list[str]:
    """What is broken, a line each; the page on which models train has tests of its own."""
    read: Read = cache(lambda path: path.read_text("utf-8"))
    anchors: Anchors = cache(lambda path: set(map(unescape, ANCHOR.findall(read(path)))))
    files = [path for path in site.rglob("*") if path.relative_to(site).parts[0] != "page"]
    return sorted({line for path in files for line in _wrong(path, site, read, anchors)})


def _wrong(path: Path, site: Path, read: Read, anchors: Anchors) -> Iterator[str]:
    where = path.relative_to(site)
    if path.suffix in (".css", ".js", ".html") and (found := FOREIGN.search(read(path))):
        yield f"{where}: asks another host: {found[0]}"
    if path.suffix != ".html":
        return
    loaded = set(map(unescape, LOADED.findall(read(path))))
    for link in sorted(loaded | set(map(unescape, FOLLOWED.findall(read(path))))):
        parts = urlsplit(link)
        if parts.netloc and link in loaded:
            yield f"{where}: asks another host: {link}"
        if parts.scheme or parts.netloc:
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        target = target / "index.html" if target.is_dir() else target
        if not target.exists():
            yield f"{where}: a link to {link}, which is not there"
        elif parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in anchors(target):
            yield f"{where}: a link to {link}, where there is no such anchor"
