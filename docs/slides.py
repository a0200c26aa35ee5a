"""The paper for a wall: python -m docs.slides [--out FILE]

Slides in one file of HTML, made of `slides.md`, of the page of plain Python that they are about, and of pictures that
the library draws. A block of code that is marked `essence` has the source of what it names in `experiments/essence.py`,
one marked `draw` shows arrows, one a line, and one marked `run` is followed by what it prints.

>>> print(essence("sqr"))
def sqr(k: Numeric[K]) -> Hom[K, float, float]:
    \"\"\"sqr = mul ∘ (id △ id)\"\"\"
    return k.compose(k.mul(), k.fork(k.id(), k.id()))
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from contextlib import redirect_stdout
from inspect import getsource
from io import StringIO
from operator import attrgetter
from pathlib import Path
from textwrap import dedent

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

import cat_ad
from docs.pictures import diagram
from experiments import essence as page

DOCS = Path(__file__).parent
FORMAT = HtmlFormatter[str](nowrap=True)


def essence(name: str) -> str:
    """The source of a class, a function or a method of the page."""
    return dedent(getsource(attrgetter(name)(page))).rstrip()


def python(source: str) -> str:
    """With its words in colours."""
    return f"<pre>{highlight(source, PythonLexer(), FORMAT)}</pre>"


class Renderer(RendererHTML):
    """What the blocks of code become."""

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A block of code, by its mark."""
        mark, content = tokens[idx].info.strip(), tokens[idx].content.strip()
        if mark == "essence":
            return python("\n".join(map(essence, content.splitlines())))
        if mark == "draw":
            drawn = (diagram(eval(arrow, {**vars(cat_ad)})).svg for arrow in content.splitlines())
            return f"<figure>{''.join(drawn)}</figure>"
        printed = StringIO()
        with redirect_stdout(printed):
            exec(content, {**vars(page)})
        return f"{python(content)}<pre class='printed'>{printed.getvalue()}</pre>"


def slides() -> str:
    """The page of slides."""
    markdown = MarkdownIt("commonmark", renderer_cls=Renderer).enable("table")
    texts = (DOCS / "slides.md").read_text("utf-8").split("\n---\n")
    sections = "\n".join(f"<section>{_inlined(markdown.render(text))}</section>" for text in texts)
    colours = HtmlFormatter[str](style="default").get_style_defs("pre")
    dark = HtmlFormatter[str](style="github-dark").get_style_defs("pre")
    return TEMPLATE.format(style=STYLE, colours=colours, dark=dark, sections=sections, script=SCRIPT)


def _inlined(html: str) -> str:
    """Pictures are in the file itself, so that it can be carried around."""

    def picture(found: re.Match[str]) -> str:
        svg = (DOCS / found[1]).read_text("utf-8")
        return f"<figure class='tall'>{svg[svg.index('<svg') :]}</figure>"

    return re.sub(r'<p><img src="([^"]+)"[^>]*></p>', picture, html)


TEMPLATE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The simple essence of automatic differentiation</title>
<style>{style}
{colours}
@media (prefers-color-scheme: dark) {{ {dark} }}
</style>
<main>
{sections}
</main>
<script>{script}</script>
</html>
"""

STYLE = """
:root { color-scheme: light dark; --ink: #1b1e25; --paper: #fdfdfb; --faint: #6b7280; --mark: #3a5bc7; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e6e1; --paper: #14161b; --faint: #9aa1ad; --mark: #93abff; } }
html { scroll-snap-type: y mandatory; background: var(--paper); color: var(--ink); }
body { margin: 0; font: clamp(1rem, 2.3vmin + 0.5vw, 2.2rem) / 1.45 system-ui, sans-serif; }
section { box-sizing: border-box; min-height: 100vh; padding: 6vh 8vw; scroll-snap-align: start; display: flex;
  flex-direction: column; justify-content: center; }
section > * { margin: 0 0 0.8em; max-width: 62rem; }
h1, h2 { line-height: 1.15; text-wrap: balance; } h1 { font-size: 2.4em; } h2 { font-size: 1.5em; color: var(--mark); }
blockquote { border-left: 0.2em solid var(--mark); padding-left: 1em; font-style: italic; }
p > em:only-child { color: var(--faint); font-size: 0.8em; }
pre { font: 0.62em / 1.5 ui-monospace, monospace; overflow-x: auto; background: none !important; }
pre.printed { color: var(--faint); }
table { border-collapse: collapse; } td, th { text-align: left; padding: 0.3em 1.5em 0.3em 0; }
tr { border-bottom: 1px solid color-mix(in srgb, var(--faint) 40%, transparent); }
figure { display: flex; flex-wrap: wrap; gap: 4vw; }
figure svg { max-width: 100%; height: 48vh; width: auto; background: white; border-radius: 0.5em; padding: 0.5em; }
figure.tall svg { height: 68vh; }
@media print { section { break-after: page; } html { scroll-snap-type: none; } }
"""

SCRIPT = """
const slides = [...document.querySelectorAll("section")];
const here = () => slides.findLastIndex((slide) => slide.getBoundingClientRect().top < innerHeight / 2);
const quiet = matchMedia("(prefers-reduced-motion: reduce)");
addEventListener("keydown", (event) => {
  const by = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1 }[event.key];
  if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  slides[here() + by]?.scrollIntoView({ behavior: quiet.matches ? "auto" : "smooth" });
});
"""


def main() -> None:
    """Write the slides, and say where."""
    parser = argparse.ArgumentParser(prog="python -m docs.slides", description="Slides of the paper, in one file.")
    parser.add_argument("--out", type=Path, default=DOCS / "site" / "slides.html", metavar="FILE")
    out: Path = parser.parse_args().out
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(slides(), "utf-8")
    print(out)


if __name__ == "__main__":
    main()
