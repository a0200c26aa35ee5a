"""A server of the page for this machine alone: files of one folder, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

HOST = "127.0.0.1"


class _Files(SimpleHTTPRequestHandler):
    """Files, of kinds that do not depend on the machine, and none of them from a cache that was not asked about."""

    extensions_map = {  # noqa: RUF012  (as its base has it)
        ".html": "text/html; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".txt": "text/plain; charset=utf-8",
        ".wasm": "application/wasm",
        "": "application/octet-stream",
    }

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # Any: what would be printed
        """Nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:  # Any: whose request it was
        """A browser that goes away is no error."""


@contextmanager
def serving(folder: Path, port: int = 0) -> Iterator[str]:
    """Within this, the folder is at the address; port 0 is any that is free. Raises `OSError` if it is taken."""
    with _Server((HOST, port), partial(_Files, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://{HOST}:{server.server_port}/"
        finally:
            server.shutdown()
