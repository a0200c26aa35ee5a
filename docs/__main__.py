"""The site: python -m docs

It builds lessons, how-tos, reference and all other pages into `docs/site`, with the page of `web/` inside; nothing is
fetched for it, and nothing of it asks another host for anything.
"""

from __future__ import annotations

import experiments.process.threads  # noqa: F401  (before NumPy is imported)

# isort: split
import argparse
import sys
import webbrowser
from pathlib import Path
from threading import Event
from time import perf_counter

from rich.console import Console

from docs.builder import SITE, SiteError, build, clean
from web.serving import serving

PORT = 8000


def main() -> None:
    """Build it, and with `--open` serve it until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m docs", description="Build the site of the project, offline.")
    parser.add_argument("--out", type=Path, default=SITE, help=f"where to build it (default: {SITE})")
    parser.add_argument("--open", action="store_true", help="then serve it to this machine, and open it in a browser")
    parser.add_argument("--port", type=int, default=PORT, help=f"where to serve it (default: {PORT}; 0: any free one)")
    parser.add_argument("--no-browser", action="store_true", help="serve it, but do not open a browser")
    parser.add_argument("--clean", action="store_true", help="first remove all that was built before")
    parser.add_argument("--without-page", action="store_true", help="leave out the page on which models train")
    parser.add_argument("--strict", action="store_true", help="warnings and broken links are errors")
    flags = parser.parse_args()
    console, start = Console(), perf_counter()
    try:
        if flags.clean:
            clean(flags.out)
        with console.status("building the site; the first time it takes some minutes"):
            wrong = build(flags.out, console.log, page=not flags.without_page)
        for line in wrong:
            print(line, file=sys.stderr)
        console.print(f"{flags.out / 'index.html'}, in {perf_counter() - start:.1f} s")
        if wrong and flags.strict:
            sys.exit(f"{parser.prog}: found {len(wrong)} warnings; correct what they name")
        if flags.open or flags.no_browser:
            with serving(flags.out, flags.port) as address:
                console.print(f"{address}  (Ctrl-C ends it)")
                if not flags.no_browser:
                    webbrowser.open(address)
                Event().wait()
    except KeyboardInterrupt:
        sys.exit(130)
    except (SiteError, OSError, OverflowError) as error:
        sys.exit(f"{parser.prog}: {error}")


if __name__ == "__main__":
    main()
