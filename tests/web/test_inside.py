"""What the page shows inside a model is what NumPy finds, and it is there for all who use the page."""

import re
from functools import cache

import numpy as np
from playwright.sync_api import Browser, Page, expect

from experiments.commands.program import first_parameters
from experiments.models.attention_pictures import attention_weights
from experiments.models.transformer import Transformer
from tests.web.conftest import Answers, choice
from tests.web.test_page import choose, press

MARGIN = 1e-9


def test_the_plane_is_that_of_the_singular_values(answers: Answers) -> None:
    """Of embeddings of any sizes: the axes up to their signs, and of the variance what they have."""
    generator = np.random.default_rng(0)
    for rows, width, size in ((27, 16, 1.0), (27, 64, 1e-3), (3, 10, 1e6), (5, 2, 1.0)):
        values = generator.standard_normal((rows, width)) * size * generator.uniform(0.5, 2, width)
        (found,) = answers("planes", [values.ravel().tolist()], rows)
        centred = values - values.mean(0)
        _, lengths, axes = np.linalg.svd(centred)
        own = np.array(found["axes"])
        np.testing.assert_allclose(own @ own.T, np.eye(2), 0, MARGIN)
        np.testing.assert_allclose(np.abs(np.sum(own * axes[:2], 1)), 1, 0, MARGIN)
        np.testing.assert_allclose(found["points"], centred @ own.T, 0, MARGIN * size)
        np.testing.assert_allclose(found["shares"], (lengths**2 / np.sum(lengths**2))[:2], 0, MARGIN)
        assert np.all(np.max(own, 1) == np.max(np.abs(own), 1))


def test_the_plane_does_not_flip_from_frame_to_frame(answers: Answers) -> None:
    """Whatever moves, each axis goes with the one before; and if all moves alike, nothing is seen to move."""
    generator = np.random.default_rng(1)
    frames = [generator.standard_normal((27, 16))]
    for _ in range(20):
        frames.append(frames[-1] + 0.3 * generator.standard_normal((27, 16)))
    found = answers("planes", [frame.ravel().tolist() for frame in frames], 27)
    axes = np.array([plane["axes"] for plane in found])
    assert np.all(np.sum(axes[1:] * axes[:-1], -1) >= 0)
    moved = frames[0] + generator.standard_normal(16)
    before, after = answers("planes", [frames[0].ravel().tolist(), moved.ravel().tolist()], 27)
    np.testing.assert_allclose(after["points"], before["points"], 0, MARGIN)


def test_a_histogram_is_that_of_numpy(answers: Answers) -> None:
    """In ranges around 0 that hold all numbers, and end at a number that is easily read."""
    generator = np.random.default_rng(2)
    lists = [generator.standard_normal(count) * size for count, size in ((500, 1.0), (27, 3e-5), (1, 40.0))]
    for values, found in zip(lists, answers("histograms", [x.tolist() for x in lists], 41), strict=True):
        reach, most = found["reach"], np.max(np.abs(values))
        assert most <= reach <= 2.5 * most
        assert f"{reach:e}"[0] in "125"
        counts, _ = np.histogram(values, 41, (-reach, reach))
        assert found["counts"] == counts.tolist()
    (none,) = answers("histograms", [[0.0, 0.0]], 3)
    assert none == {"reach": 1, "counts": [0, 2, 0]}


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
    assert "".join(text[0] for text in drawn).rstrip("■") == letters
    assert [text[-1] for text in drawn[:2]] == ["given", "given"]
    share = " ".join(drawn[2][-2:])
    expect(why.get_by_role("img")).to_have_attribute("aria-label", re.compile(f"Before {letters[2]}, most: head 1 at"))
    expect(why.get_by_label("Nearest names").get_by_role("listitem")).to_have_count(5)
    expect(why.locator(".marked")).to_have_attribute("aria-label", f"{letters[2]}: {share}")
    expect(why.get_by_role("status")).to_contain_text(f"{letters[2]} was drawn with {share}")
    tiles.first.focus()
    page.keyboard.press("Enter")
    expect(tiles.first).to_have_attribute("aria-pressed", "true")


def test_attention_of_a_word_is_read_square_by_square(page: Page) -> None:
    """By keyboard, with the numbers of Python; what is no word is told; a model without attention says so."""
    choose(page, "gpt")
    of, word = choice("gpt"), page.get_by_label("Of the word")
    word.fill("emma")
    assert isinstance(of.model, Transformer)
    params = first_parameters(of.model, of.flags)
    (weights,) = attention_weights(of.model.model, of.model.look, params, of.model.alphabet.encode(".emma"))
    heads = page.locator("#attention").get_by_role("img")
    expect(heads.nth(1)).to_have_attribute("aria-label", re.compile("head 2. Each letter looks most: e at"))
    heads.nth(1).focus()
    for key in ("ArrowDown", "ArrowUp", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    said = page.locator("#attention").get_by_role("status")
    expect(said).to_contain_text("m (letter 3) looks at m (letter 2) with")
    assert abs(float(said.inner_text().split()[-2]) - 100 * weights[1][3, 2]) < 0.51
    word.fill("emma ж")
    expect(page.locator("#messages")).to_contain_text("which none of the names has")
    choose(page, "bag")
    expect(page.locator("#attention")).to_contain_text("This model has no attention")


def test_weights_are_told_part_by_part(page: Page) -> None:
    """As text beside the pictures, with gradients once there are some."""
    choose(page, "bag")
    pictures = page.locator("#weights").get_by_role("img")
    expect(pictures).to_have_count(4)
    expect(pictures.nth(1)).to_have_attribute("aria-label", "letters, gradient: from -1 to 1, root mean square 0.0")
    press(page, "Step")
    page.locator("#weights").scroll_into_view_if_needed()
    expect(pictures.nth(1)).not_to_have_attribute("aria-label", re.compile("square 0.0$"))
    expect(page.locator("#plane").get_by_role("img")).to_have_attribute(
        "aria-label", re.compile("Nearest here: . and .")
    )


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
