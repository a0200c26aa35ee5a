"""The two pictures of the page in the README: python -m web.screenshots

A GPT is trained for 600 steps, and then stepped backward through to where a wire was copied, and cotangents are added.
"""

from __future__ import annotations

import argparse
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect
from rich.console import Console

from web.browsing import BrowserError, chromium
from web.build import DIST, WEB, BuildError, build
from web.serving import serving

PICTURES = WEB.parent / "docs" / "pictures"
TRAINING, BACKWARD = "page_training.png", "page_backward.png"
STEPS, ADDED = 600, "34"  # of training; the step to where cotangents are added
COLOURS = 256


def train(page: Page) -> bytes:
    """The top of the page, after a short run."""
    page.get_by_label("Steps of a run").fill(str(STEPS))
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("the run is finished", timeout=120_000)
    page.get_by_role("button", name="Close this message").click()
    page.mouse.move(0, 0)
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(500)
    return page.screenshot()


def step_backward(page: Page) -> bytes:
    """The part of backpropagation, on the way back."""
    part = page.locator("#backward")
    part.scroll_into_view_if_needed()
    expect(part.locator("svg").first).to_be_visible()
    page.get_by_label("Step", exact=True).fill(ADDED)
    expect(part.locator(".said")).to_contain_text("cotangents are added")
    page.add_style_tag(content=".bar { position: static !important } :focus-visible { outline: none !important }")
    return part.screenshot()


def save(picture: bytes, path: Path) -> int:
    """As a small PNG; returns its size in bytes."""
    few = Image.open(BytesIO(picture)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
    return path.stat().st_size


def main() -> None:
    """Take both."""
    parser = argparse.ArgumentParser(prog="python -m web.screenshots", description="Take the pictures of the README.")
    parser.parse_args()
    console = Console()
    try:
        build(tell=console.log)
        PICTURES.mkdir(exist_ok=True)
        with chromium() as browser, serving(DIST) as address:
            page = browser.new_page(viewport={"width": 1240, "height": 800}, reduced_motion="reduce")
            page.goto(address)
            page.wait_for_selector("html[data-ready]")
            for name, take in ((TRAINING, train), (BACKWARD, step_backward)):
                console.print(f"{PICTURES / name}: {save(take(page), PICTURES / name):,} bytes")
    except (BrowserError, BuildError, OSError) as error:
        sys.exit(f"{parser.prog}: {error}")


if __name__ == "__main__":
    main()
