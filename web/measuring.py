"""What the page costs: python -m web.measuring [--minutes 10]

In Chromium, of the whole process that shows the page, its worker included: the processor time until it can train, and
what it loads until then, compressed; the frames while it trains; and the memory at each minute of training, after
garbage is collected.
"""

from __future__ import annotations

import argparse
import sys
import zlib
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, Response
from rich.console import Console
from rich.table import Table

from web.browsing import BrowserError, chromium
from web.build import DIST, BuildError, build
from web.serving import serving

VIEW = {"width": 1280, "height": 900}
FRAMES = """(seconds) => new Promise((done) => {
    const found = [];
    let before = performance.now();
    const end = before + 1000 * seconds;
    const frame = (now) => {
        found.push(now - before);
        before = now;
        if (now < end) requestAnimationFrame(frame);
        else done(found.slice(1));
    };
    requestAnimationFrame(frame);
})"""


def processor_seconds(browser: CDPSession) -> dict[int, float]:
    """Of each process that shows pages, by its number."""
    told: dict[str, Any] = browser.send("SystemInfo.getProcessInfo")  # Any: of JSON
    return {one["id"]: one["cpuTime"] for one in told["processInfo"] if one["type"] == "renderer"}


def resident(process: int) -> int:
    """The memory of a process, in kilobytes, shared pages in part. Raises `OSError` where the system does not tell."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def ready(browser: Browser, address: str) -> tuple[float, int, int]:
    """Processor seconds until it can train; and the bytes that it loads until then, and these compressed by gzip."""
    with browser.new_context(viewport=VIEW) as context:  # type: ignore[arg-type]  # a dict is one
        page, session, loaded = context.new_page(), browser.new_browser_cdp_session(), list[Response]()
        page.on("response", lambda response: loaded.append(response))
        before = processor_seconds(session)
        page.goto(address)
        page.wait_for_selector("html[data-ready]")
        spent = max(time - before.get(process, 0.0) for process, time in processor_seconds(session).items())
        bodies = [response.body() for response in loaded]
    return spent, sum(map(len, bodies)), sum(len(zlib.compress(body, 9)) for body in bodies)


def frames(page: Page, seconds: float) -> list[float]:
    """The milliseconds from frame to frame, for so long."""
    found: list[float] = page.evaluate(FRAMES, seconds)
    return found


def work(page: Page) -> float:
    """Processor seconds of the page's own thread so far."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    return float(metrics["TaskDuration"])


def memory(browser: Browser, page: Page) -> tuple[float, float]:
    """Megabytes of the page's JavaScript after its garbage is collected, and of all of its process."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    (process,) = [max(processor_seconds(browser.new_browser_cdp_session()).items(), key=lambda one: one[1])[0]]
    return metrics["JSHeapUsedSize"] / 2**20, resident(process) / 2**10


def main() -> None:
    """Measure, and print it."""
    parser = argparse.ArgumentParser(prog="python -m web.measuring", description="Measure the page in Chromium.")
    parser.add_argument("--minutes", type=int, default=10, help="of training, for its memory (default: 10)")
    flags, console = parser.parse_args(), Console()
    try:
        build(tell=console.log)
        with chromium() as browser, serving(DIST) as address:
            spent, size, compressed = min(ready(browser, address) for _ in range(5))
            console.print(f"ready after {spent:.2f} s of processor time, {size:,} bytes, {compressed:,} compressed")
            page = browser.new_page(viewport=VIEW)  # type: ignore[arg-type]  # a dict is one
            page.goto(address)
            page.wait_for_selector("html[data-ready]")
            _told(console, page, "at rest")
            page.get_by_label("Steps of a run").fill("1000000")
            page.get_by_role("button", name="Train", exact=True).click()
            page.wait_for_timeout(2_000)
            _told(console, page, "while it trains")
            table = Table("minute", "steps", "JavaScript, MB", "process, MB")
            for minute in range(1, flags.minutes + 1):
                page.wait_for_timeout(60_000)
                steps = page.locator(".figures dd").first.inner_text().split(" of ")[0]
                table.add_row(str(minute), steps, *(f"{size:.1f}" for size in memory(browser, page)))
                console.log(f"minute {minute}: {steps} steps")
            console.print(table)
    except (BrowserError, BuildError, OSError) as error:
        sys.exit(f"{parser.prog}: {error}")


def _told(console: Console, page: Page, when: str) -> None:
    before = work(page)
    lengths = frames(page, 10)
    spent = (work(page) - before) / len(lengths)
    late = sum(length > 25 for length in lengths) / len(lengths)
    rate = 1000 * len(lengths) / sum(lengths)
    told = f"{rate:.1f} frames a second, median {median(lengths):.1f} ms, {late:.1%} late"
    console.print(f"{when}: {told}; the page itself works {1000 * spent:.1f} ms a frame")


if __name__ == "__main__":
    main()
