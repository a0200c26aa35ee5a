"""The page of a few small models, built once for all tests; a browser, where there is one; and Node."""

import fcntl
import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from playwright.sync_api import Browser, Page, expect

from web.browsing import BrowserError, chromium
from web.build import build, node
from web.models import MENU, Choice
from web.serving import serving

Answers: TypeAlias = Callable[..., Any]  # Any: JSON

HERE = Path(__file__).parent
SMALL = {"bag": (128,), "mlp": (32,), "gpt": (16,), "microgpt": (1,)}  # models, and their batches


WAITING = 120_000  # milliseconds: what a person would not wait for; a machine that is busy with other tests does
BUILDING = 900  # seconds: the first test that wants the page builds it, and others wait for that


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give tests of the page the time that building it takes, on a busy machine."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.timeout(BUILDING))


def choice(name: str) -> Choice:
    """A model of the menu, with one size of batch and names of one length, which takes less time to compile."""
    (found,) = (one for one in MENU if one.name == name)
    return replace(found, batches=SMALL[name], lengths=(16,), scored=(16,))


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page; the first process that comes here builds it."""
    home = tmp_path_factory.getbasetemp()
    shared = home.parent if "popen-" in home.name else home  # of all processes of pytest-xdist
    with (shared / "web.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        build(shared / "web", [choice(name) for name in SMALL], lambda _: None)
    return shared / "web"


@pytest.fixture(scope="session")
def answers(dist: Path) -> Answers:
    """What the TypeScript of the page answers: `answers.ts` has the questions."""

    def ask(question: str, *about: object) -> Any:  # Any: JSON
        asked = json.dumps([question, str(dist), *about])
        command = [str(node()), "--no-warnings", str(HERE / "answers.ts")]
        done = subprocess.run(command, input=asked, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return ask


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """As `web.browsing` has it. Skips where there is none."""
    try:
        with chromium() as started:
            expect.set_options(timeout=WAITING)
            yield started
    except BrowserError as error:
        pytest.skip(f"{error}")


@pytest.fixture
def page(browser: Browser, dist: Path) -> Iterator[Page]:
    """The page as it is opened, in some folder of a site. In the end no script has failed, nor asked another host."""
    wrong = list[str]()
    with serving(dist.parent) as site, browser.new_context(viewport={"width": 1240, "height": 900}) as context:
        page, address = context.new_page(), f"{site}{dist.name}/"
        page.set_default_timeout(WAITING)
        page.on("console", lambda said: wrong.append(said.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        own = address, "data:", f"blob:{site}"
        context.on("request", lambda asked: wrong.extend([] if asked.url.startswith(own) else [asked.url]))
        page.goto(address)
        page.wait_for_selector("html[data-ready]")
        yield page
    assert not wrong
