"""The site: what is in it, once; no broken link; and a small one, built and looked at in a browser."""

import fcntl
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import cat_ad
from cat_ad import calculations
from docs.builder import DOCS, ROOT, SiteError, build, clean
from docs.builder.lessons import lessons
from docs.builder.pages import LINK, written_pages
from docs.builder.reference import NAMES, entry, groups, reference_pages
from tests.web.conftest import browser as browser
from tests.web.conftest import dist as dist
from web.build import NODE_MODULES
from web.serving import serving

PAGES = written_pages()


def test_the_table_of_contents_has_every_page() -> None:
    """Lessons and how-tos by a pattern, the others by name."""
    index = (DOCS / "index.md").read_text("utf-8")
    listed = [
        line for block in re.findall(r"```\{toctree\}\n(.*?)```", index, re.DOTALL) for line in block.splitlines()
    ]
    found = {path for entry in listed for path in DOCS.glob(f"{entry}.*") if not entry.startswith(":")}
    assert {*PAGES, *lessons()} - found == {DOCS / "index.md"}


@pytest.mark.parametrize("path", [*PAGES, *lessons()], ids=lambda path: str(path.relative_to(DOCS)))
def test_every_link_to_a_file_leads_somewhere(path: Path) -> None:
    generated = "reference/", "calculations/", "page/"
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        text = "\n".join(re.findall(r"^# (.*)", text, re.MULTILINE))
    prose = re.sub(r"^```.*?^```|`[^`]*`(?!\])", "", text, flags=re.DOTALL | re.MULTILINE)
    links = [link for link, _ in LINK.findall(prose)]
    inside = [link for link in links if not link.removeprefix("../").startswith(generated)]
    assert [link for link in inside if not (path.parent / link).exists()] == []


def test_every_public_name_is_in_the_reference_once() -> None:
    """Of the library, and of calculations."""
    text = "\n".join(reference_pages().values())
    found = Counter(re.findall(r"^\.\. py:(?!current)\w+:: (\w+)", text, re.MULTILINE))
    of_calculations = {
        name
        for name, value in vars(calculations).items()
        if getattr(value, "__module__", "") == calculations.__name__ and not name.startswith("_")
    }
    assert found == Counter({*cat_ad.__all__} | of_calculations)
    assert [group for group in groups() if not group.intro] == []


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_signature_is_what_a_checker_knows(name: str) -> None:
    """No function takes whatever it is given, as it does when it runs; and each says what it is."""
    found = entry(name)
    assert found.doc or found.value
    if found.is_function:
        assert found.signatures
        assert not any(re.search(r"\*\w*: Given|f: Given", text) for text in found.signatures)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of one lesson, without the page and the calculations; the first process that comes here builds it."""
    home = tmp_path_factory.getbasetemp()
    shared = home.parent if "popen-" in home.name else home  # of all processes of pytest-xdist
    with (shared / "site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "wrong.json").exists():
            wrong = build(
                shared / "site",
                lambda _: None,
                page=False,
                kept=shared / "kept",
                lessons="01*",
                calculations="section_3",
            )
            (shared / "wrong.json").write_text(json.dumps(wrong), "utf-8")
    assert json.loads((shared / "wrong.json").read_text("utf-8")) == []
    return shared / "site"


@pytest.fixture
def open_page(browser: Browser, site: Path) -> Iterator[Page]:
    """A page of it from its file, without a network. In the end no script has failed, nor asked for anything else."""
    wrong = list[str]()
    with browser.new_context(viewport={"width": 1280, "height": 900}, offline=True) as context:
        page = context.new_page()
        page.on("console", lambda said: wrong.append(said.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        context.on("request", lambda asked: wrong.extend([] if asked.url.startswith(site.as_uri()) else [asked.url]))
        yield page
    assert not wrong


def test_search_finds_names_and_words_without_a_server(open_page: Page, site: Path) -> None:
    open_page.goto((site / "index.html").as_uri())
    for asked, found in (("value_and_gradient", "cat_ad.value_and_gradient"), ("spivak", "lesson_01")):
        box = open_page.get_by_role("textbox", name="Search").first
        box.fill(asked)
        box.press("Enter")
        expect(open_page.locator("#search-results li a").first).to_be_visible()
        links = open_page.locator("#search-results li a").evaluate_all(
            "all => all.map(one => one.getAttribute('href'))"
        )
        assert any(found in link for link in links), links


def test_frames_are_chosen(open_page: Page, site: Path) -> None:
    """By a slider, also by keyboard; the caption goes along."""
    open_page.goto((site / "lessons" / "lesson_01_linear_maps.html").as_uri())
    frames = open_page.get_by_role("group", name="Look closer").first
    expect(frames.locator("figure:visible")).to_have_count(1)
    first = frames.locator("figure:visible figcaption").inner_text()
    slider = frames.get_by_role("slider", name="Look closer")
    slider.focus()
    slider.press("ArrowRight")
    assert frames.locator("figure:visible figcaption").inner_text() != first
    assert slider.get_attribute("aria-valuetext") == frames.locator("figure:visible figcaption").inner_text()
    frames.get_by_role("button", name="The frame before").click()
    assert frames.locator("figure:visible figcaption").inner_text() == first
    slider.press("End")
    assert frames.get_by_role("button", name="The next frame").is_disabled()
    assert "lesson_01" in open_page.url


def test_without_scripts_all_frames_are_seen(browser: Browser, site: Path) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto((site / "lessons" / "lesson_01_linear_maps.html").as_uri())
        figures = page.locator(".frames figure")
        assert figures.count() > 2
        assert all(figure.is_visible() for figure in figures.all())


LOOKED_AT = (
    "index.html",
    "start.html",
    "lessons/lesson_01_linear_maps.html",
    "reference/layers.html",
    "calculations/section_3.html",
    "paper.html",
    "source/cat_ad/derivatives/chain_rule.py.html",
)


@pytest.mark.parametrize("path", LOOKED_AT)
def test_readers_of_screens_and_of_phones_have_all_of_it(
    browser: Browser, site: Path, path: str, request: pytest.FixtureRequest
) -> None:
    """By the rules of axe-core, in light colours and in dark ones; and only what scrolls is wider than a phone."""
    axe = NODE_MODULES / "axe-core" / "axe.min.js"
    if not axe.exists():
        request.getfixturevalue("dist")  # which fetches it
    for colours in ("light", "dark"):
        with browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=colours) as context:
            page = context.new_page()
            page.goto((site / path).as_uri())
            page.add_script_tag(path=axe)
            found = page.evaluate("axe.run()")["violations"]
            assert not [(one["id"], [node["target"] for node in one["nodes"]][:5]) for one in found]
            assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_site_is_served(browser: Browser, site: Path) -> None:
    """From any folder of a server."""
    with serving(site.parent) as address, browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{address}{site.name}/start.html")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Start")


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(SiteError, match="found other things there"):
        build(tmp_path, lambda _: None, kept=tmp_path / "kept")
    with pytest.raises(SiteError, match="found other things there"):
        clean(tmp_path, tmp_path / "kept")
    assert (tmp_path / "mine.txt").exists()


def test_extras_are_named_as_a_clone_can_install_them() -> None:
    """For the package is on no index: an error that says so would lead nowhere."""
    texts = [
        path for folder in ("cat_ad", "docs", "experiments", "web", "tests") for path in (ROOT / folder).rglob("*.py")
    ] + [ROOT / "README.md", *PAGES]
    wrong = "install 'cat_ad" + "["
    assert [str(path) for path in texts if "node_modules" not in path.parts and wrong in path.read_text("utf-8")] == []


def test_the_command_and_what_it_needs_are_told() -> None:
    """In the README, and as an extra of a clone."""
    assert "pip install -e '.[docs]' && python -m docs" in (ROOT / "README.md").read_text("utf-8")
