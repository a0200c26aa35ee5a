"""The page in Chromium, for tests, pictures and measurements; Playwright, of the extra `dev`, drives it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Error, sync_playwright

CHROMIUM = "chromium", "chromium-browser", "google-chrome"
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # there is no other host
)


class BrowserError(RuntimeError):
    """There is no browser, or it does not start."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, or another, without a network. Raises `BrowserError` where there is none."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if not found:
        raise BrowserError(f"no browser: found none of {', '.join(CHROMIUM)}; apt-get install chromium")
    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(executable_path=found, args=FLAGS)
        except Error as error:
            raise BrowserError(f"no browser: {found} does not start ({error.message.splitlines()[0]})") from error
        yield started
        started.close()
