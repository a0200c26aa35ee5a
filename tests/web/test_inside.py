"""What the page shows of a name is what it was drawn by, and it is there for all who use the page."""

import re
from functools import cache

from playwright.sync_api import Browser, Page, expect

from tests.web.conftest import Answers
from tests.web.test_page import choose, press


def test_the_nearest_names_are_those_of_the_fewest_edits(answers: Answers) -> None:
    """By the definition of Levenshtein's distance, in all its recursion."""

    @cache
    def distance(a: str, b: str) -> int:
        if not a or not b:
            return len(a) + len(b)
        replaced = distance(a[1:], b[1:]) + (a[0] != b[0])
        return min(replaced, distance(a[1:], b) + 1, distance(a, b[1:]) + 1)

    names = ["emma", "ella", "emily", "jo", "anna", "hannah", "em", "gemma"]
    texts = ["emma", "hanna", "", "zzz", "mme"]
    for text, found in zip(texts, answers("nearest", names, texts, len(names)), strict=True):
        assert [one["distance"] for one in found] == sorted(distance(text, name) for name in names)
        assert all(one["distance"] == distance(text, one["name"]) for one in found)
    assert answers("nearest", names, ["emma"], 2)[0] == [
        {"name": "emma", "distance": 0},
        {"name": "gemma", "distance": 1},
    ]


def test_a_letter_says_why(page: Page) -> None:
    """What it was drawn from, where each head looks, and names that are near."""
    choose(page, "gpt")
    page.get_by_label("Begins with").fill("zu")
    page.get_by_label("Begins with").press("Enter")
    name = page.get_by_label("Invented names").get_by_role("button").nth(2)
    expect(name).to_contain_text("zu")
    letters = name.inner_text()
    name.locator("span").nth(2).click()
    why = page.locator("#why")
    tiles = why.get_by_label("Letters of the name").get_by_role("button")
    expect(tiles.nth(2)).to_have_attribute("aria-pressed", "true")
    drawn = [text.split() for text in tiles.all_inner_texts()]
    assert "".join(text[0] for text in drawn).rstrip("∎") == letters
    assert [text[-1] for text in drawn[:2]] == ["given", "given"]
    share = " ".join(drawn[2][-2:])
    expect(why.get_by_role("img")).to_have_attribute("aria-label", re.compile(f"Before {letters[2]}, most: head 1 at"))
    expect(why.get_by_label("Nearest names").get_by_role("listitem")).to_have_count(5)
    expect(why.locator(".marked")).to_have_attribute("aria-label", f"{letters[2]}: {share}")
    expect(why.get_by_role("status")).to_contain_text(f"{letters[2]} was drawn with {share}")
    tiles.first.focus()
    page.keyboard.press("Enter")
    expect(tiles.first).to_have_attribute("aria-pressed", "true")


def test_nothing_moves_for_who_wants_no_motion_and_nothing_shifts(browser: Browser, page: Page) -> None:
    """A name is there at once with reduced motion, and else letter by letter; meanwhile the layout stays as it is."""
    expect(page.locator(".word .coming")).to_have_count(0, timeout=20_000)
    with browser.new_context(reduced_motion="reduce", viewport={"width": 1240, "height": 900}) as calm:
        other = calm.new_page()
        other.goto(page.url)
        expect(other.locator(".word button").first).to_be_visible()
        assert other.locator(".word .coming").count() == 0
    page.evaluate(
        """() => {
            window.shifted = [];
            const names = ({ sources }) => sources.map(({ node }) => node?.outerHTML ?? node?.textContent);
            new PerformanceObserver((list) => window.shifted.push(...list.getEntries().flatMap(names)))
                .observe({ type: "layout-shift" });
        }"""
    )
    press(page, "Train")
    press(page, "Draw others")
    expect(page.locator(".word .coming")).not_to_have_count(0)
    page.wait_for_function("parseInt(document.querySelector('.figures dd').innerText.replace(',', '')) > 50")
    assert page.evaluate("window.shifted") == []
