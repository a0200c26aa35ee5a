"""The page in a browser: python -m web

It builds what is missing, serves `web/dist` to this machine, and opens the page.
"""

from __future__ import annotations

import argparse
import sys
import webbrowser
from threading import Event

from rich.console import Console

from web.build import DIST, BuildError, build
from web.serving import serving

PORT = 8000


def main() -> None:
    """Serve it, until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m web", description="Open the page in a browser.")
    parser.add_argument("--port", type=int, default=PORT, help=f"where to serve it (default: {PORT}; 0: any free one)")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    flags = parser.parse_args()
    console = Console()
    try:
        with console.status("building the page; the first time it takes a few minutes"):
            build(tell=console.log)
        with serving(DIST, flags.port) as address:
            console.print(f"{address}  (Ctrl-C ends it)")
            if not flags.no_browser:
                webbrowser.open(address)
            Event().wait()
    except KeyboardInterrupt:
        sys.exit(130)
    except (BuildError, OSError, OverflowError) as error:
        sys.exit(f"{parser.prog}: {error}")


if __name__ == "__main__":
    main()
