"""Cells of Python in a browser, as a person uses them: on the page, and as lessons have them."""

import re
from html import escape
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from web.build import NODE_MODULES

STARTS = 120_000  # milliseconds: Python is loaded, on a busy machine
LESSON = {  # as myst-nb writes them: the tags of a cell, its text, and what it printed when the page was made
    "": ("from math import pi\nimport no_such_package", ""),
    "tag_run": ("a = round(pi)\nprint('a is', a)  # " + 200 * "x" + "\nprint(undefined)", "as it was\n"),
    "tag_exercise": ("1 / 0", ""),
    "tag_run ": ("print('two')\na + 1", ""),
}


def cell(page: Page, number: int) -> Locator:
    """One of the cells, from 1."""
    return page.locator(".python-cell").nth(number - 1)


def press(cell: Locator, name: str) -> None:
    """A button of it."""
    cell.get_by_role("button", name=name, exact=True).click()


def write(cell: Locator, text: str) -> None:
    """Replace the text of a cell, by keys."""
    editor = cell.get_by_role("textbox")
    editor.focus()
    for key in ("Control+a", "Delete"):
        editor.press(key)
    editor.page.keyboard.insert_text(text)


def ended(cell: Locator, state: str) -> None:
    """It was run, and says this."""
    expect(cell.get_by_role("status")).to_have_text(re.compile(state), timeout=STARTS)
    expect(cell.get_by_role("button", name="Run", exact=True)).to_be_visible()


@pytest.fixture
def asked(page: Page) -> list[str]:
    """The names of the files that are asked for from now on."""
    found = list[str]()

    def note(request: Request) -> None:
        found.append(request.url.rsplit("/", 1)[-1])

    page.on("request", note)
    return found


@pytest.fixture
def part(page: Page, asked: list[str]) -> Locator:
    """The part of the page that has cells; before it is in sight, nothing of them was loaded."""
    loaded = page.evaluate("performance.getEntriesByType('resource').map(x => x.name)")
    assert not [name for name in loaded if re.search("cells|editor|python", name)]
    part = page.locator("#python")
    part.scroll_into_view_if_needed()
    expect(part.get_by_role("textbox")).to_have_count(2)
    return part


def test_a_person_edits_and_runs_cells(page: Page, part: Locator, asked: list[str]) -> None:
    """Python is loaded by the first Run, which says how far; cells share names; errors are told in a line."""
    assert {"cells.js", "cells.css", "editor.js"} <= {*asked}
    assert "python.js" not in asked
    first, second = cell(page, 1), cell(page, 2)
    press(second, "Run")
    expect(second.get_by_role("status")).to_contain_text("Waits for cell 1")
    expect(first.get_by_role("status")).to_have_text(re.compile("Loading Python|Starting Python"))
    ended(second, "Done.*; cell 1 ran first")
    expect(first.locator(".text")).to_have_text("dup >> mul has at 3 the gradient 6.0\n")
    expect(first.get_by_role("img", name="The picture of this value").locator("#box-0")).to_be_visible()
    expect(second.locator(".value")).to_have_text("(array([0., 2., 4.]), array([-0., -2., -4.]))")

    write(second, "print(square)\nsquare(np.ones(3))")
    press(second, "Run")
    ended(second, "^Ended by an error$")
    expect(second.locator(".text")).to_have_text("dup >> mul\n")
    expect(second.get_by_role("alert")).to_contain_text("SpaceError: dup >> mul: Scalar -> Scalar: wanted Scalar, got")
    expect(second.locator(".failure .at")).to_have_text("line 2: square(np.ones(3))")
    expect(second.locator(".traceback")).to_be_hidden()
    second.get_by_text("Traceback", exact=True).click()
    expect(second.locator(".traceback")).to_contain_text("cat_ad/arrows/terms.py")

    page.add_script_tag(path=NODE_MODULES / "axe-core" / "axe.min.js")
    for colours in ("dark", "light"):
        page.get_by_role("button", name=f"Use {colours} colours").click()
        found = page.evaluate("axe.run('#python')")["violations"]
        assert not [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]
    page.set_viewport_size({"width": 360, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360

    press(second, "Reset")
    expect(second.get_by_role("textbox")).to_contain_text("return dot(d, d)")
    expect(second.locator(".cell_output")).to_be_empty()
    expect(second.get_by_role("button", name="Reset", exact=True)).to_be_disabled()


def test_an_endless_cell_is_stopped(page: Page, part: Locator) -> None:
    """What it printed is there while it runs; then names are gone, which is said, and the next Run begins anew."""
    first, second = cell(page, 1), cell(page, 2)
    write(first, "print('on its way')\nn = 0\nwhile True: n += 1")
    press(first, "Run")
    expect(first.locator(".text")).to_have_text("on its way\n", timeout=STARTS)
    press(second, "Run")
    expect(second.get_by_role("status")).to_have_text("Another cell is running: wait for it, or stop it")
    press(first, "Stop")
    ended(first, "Python was stopped; names are forgotten; the next Run starts it again")
    expect(first.locator(".text")).to_have_text("on its way\n")
    write(first, "for i in range(100_000): print(i, 'of many')\nn")
    press(first, "Run")
    ended(first, "Ended by an error")
    expect(first.get_by_role("alert")).to_have_text("NameError: name 'n' is not defined")
    expect(first.locator(".text")).to_contain_text("... and more, which is not shown")


def test_each_example_stands_alone_and_nobody_answers_a_cell(page: Page, part: Locator) -> None:
    """Another program in the first cell leaves the second as it was; two clicks are one; `input` is told what it is."""
    first, second = cell(page, 1), cell(page, 2)
    write(first, "a = 1")
    second.get_by_role("button", name="Run", exact=True).dblclick()
    ended(second, "^Done.*; cell 1 ran first$")
    expect(second.locator(".value")).to_have_text("(array([0., 2., 4.]), array([-0., -2., -4.]))")
    write(first, "input('who? ')")
    press(first, "Run")
    ended(first, "^Ended by an error$")
    expect(first.get_by_role("alert")).to_contain_text("EOFError: EOF when reading a line; a cell is given no input")


def test_cells_work_by_keyboard_alone(page: Page, part: Locator) -> None:
    """Tab comes to the text and indents there; Escape and Tab go on to the button; and two keys run the cell."""
    first = cell(page, 1)
    write(first, "if 1 + 1 == 2:\n")
    page.keyboard.press("Tab")
    page.keyboard.type("print('yes')")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    run = first.get_by_role("button", name="Run", exact=True)
    expect(run).to_be_focused()
    assert run.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Shift+Tab")
    expect(first.get_by_role("textbox")).to_be_focused()
    page.keyboard.press("Shift+Enter")
    ended(first, "Done")
    expect(first.locator(".text")).to_have_text("yes\n")


def test_cells_of_a_lesson_run_in_order(page: Page, dist: Path) -> None:
    """With what other cells import; an exercise that fails is passed by, another cell that fails is not.

    In any colours of a page, which are those of its text.
    """
    cells = "".join(
        f'<div class="cell {tags} docutils container"><div class="cell_input docutils container">'
        f'<div class="highlight"><pre><span></span>{escape(text)}\n</pre></div></div>'
        f'<div class="cell_output docutils container">{output and f"<pre>{output}</pre>"}</div></div>'
        for tags, (text, output) in LESSON.items()
    )
    script = '<link rel="icon" href="data:," /><script type="module" src="../cells.js"></script>'
    style = "<style>body { background: #111; color: #eee } div.cell div.cell_input { background: #f7f7f7 }</style>"
    text = f'<!doctype html><html lang="en"><title>A lesson</title>{style}{script}<main><h1>One</h1>{cells}</main>'
    (dist / "lessons").mkdir(exist_ok=True)
    (dist / "lessons" / "one.html").write_text(text, "utf-8")
    page.goto(f"{page.url}lessons/one.html")
    expect(page.locator(".python-cell")).to_have_count(3)
    one, exercise, two = (cell(page, number) for number in (1, 2, 3))
    expect(one.locator(".cell_output")).to_have_text("as it was\n")
    press(two, "Run")
    ended(two, "^Cell 1, which is run first, fails$")
    expect(one.locator(".text")).to_have_text("a is 3\n")
    expect(one.get_by_role("alert")).to_have_text("NameError: name 'undefined' is not defined")
    press(one, "Reset")
    expect(one.locator(".cell_output")).to_have_text("as it was\n")
    press(two, "Run")
    ended(two, "^Done; cell 2 ran first$")
    expect(exercise.get_by_role("alert")).to_have_text("ZeroDivisionError: division by zero")
    expect(two.locator(".text")).to_have_text("two\n")
    expect(two.locator(".value")).to_have_text("4")
    page.add_script_tag(path=NODE_MODULES / "axe-core" / "axe.min.js")
    assert [one["id"] for one in page.evaluate("axe.run('.python-cell')")["violations"]] == []
