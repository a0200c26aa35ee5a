"""Whatever is pasted, dropped or typed gives one clear line in the page, and training goes on."""

import random
import string
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from experiments import gpt_names
from tests.experiments.programs import call
from tests.web.test_page import choose, press, steps

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"
DROP = """([name, bytes]) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(bytes)], name));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


def drop(page: Page, name: str, content: bytes) -> None:
    """A file, somewhere on the page."""
    page.evaluate(DROP, [name, [*content]])


def goes_on(page: Page) -> None:
    """It trains, still or again."""
    before = steps(page)
    page.wait_for_function(f"parseInt(document.querySelector('.figures dd').innerText.replace(/,/g, '')) > {before}")


def told(page: Page, text: str) -> None:
    """One message, in one line, with this in it; and what was opened before trains on."""
    message = page.locator("#messages .message")
    expect(message).to_contain_text(text)
    expect(message).to_have_count(1)
    assert "\n" not in message.locator("span").inner_text()
    goes_on(page)


def test_what_is_dropped_and_is_nothing_is_told(page: Page) -> None:
    """A picture, an empty file, a checkpoint that was cut off, and one that is none; a list of names is taken."""
    choose(page, "bag")
    with page.expect_download() as download:
        press(page, "Download")
    whole = Path(download.value.path()).read_bytes()
    page.get_by_label("Steps of a run").fill("1000000")
    press(page, "Train")
    drop(page, "cat.png", PNG)
    told(page, "asked for names from 'cat.png'; found bytes that are not UTF-8 on line 1; give a text file")
    drop(page, "empty.txt", b"")
    told(page, "asked for names from 'empty.txt'; found no names; give a text file")
    for cut in (0, 7, 9, len(whole) // 2, len(whole) - 1):
        drop(page, "model.safetensors", whole[:cut])
        told(page, "no whole checkpoint")
    drop(page, "model.safetensors", PNG)
    told(page, "no whole checkpoint")
    drop(page, "names.txt", "\n".join(f"mar{a}{b}" for a in "aeiou" for b in "bcdfg").encode())
    expect(page.locator("#names")).to_contain_text("names.txt: 23 to learn from, 2 to test with")
    drop(page, "model.safetensors", whole)
    expect(page.locator("#messages")).to_contain_text("names")  # they are not those that it learned from


def test_garbage_that_is_drawn_is_told_or_trained_on(page: Page) -> None:
    """Bytes, and letters of any kind: either one line says what to do, or it is a list of names."""
    choose(page, "bag")
    page.get_by_label("Steps of a run").fill("1000000")
    press(page, "Train")
    draw = random.Random(0)
    letters = string.printable + "äßéжλ中\u200b\ud7ff\U0001f600\u202e\x00"
    for size in (1, 3, 40, 400):
        text = "".join(draw.choice(letters) for _ in range(size))
        before = page.locator("#names .soft").first.inner_text()
        page.get_by_label("Paste a list").fill(text)
        press(page, "Use these")
        message = page.locator("#messages .message")
        expect(message).to_have_count(1)
        assert page.locator("#names .soft").first.inner_text() == before
        goes_on(page)


def test_a_larger_alphabet_is_told_what_to_do(page: Page) -> None:
    """In one line."""
    choose(page, "bag")
    page.get_by_label("Steps of a run").fill("1000000")
    press(page, "Train")
    page.get_by_label("Paste a list").fill("\n".join(f"{chr(0x3B1 + i)}{chr(0x430 + i)}" for i in range(20)))
    press(page, "Use these")
    told(
        page,
        "letters that differ (26 are the most on this page); leave out names with rare letters, or train a program",
    )


def test_what_stays_wrong_is_told_once(page: Page) -> None:
    """And not as often as the picture is drawn anew; it is told again to whoever writes it again."""
    choose(page, "bag")
    page.get_by_label("Steps of a run").fill("1000000")
    press(page, "Train")
    letters = page.get_by_label("After the letters")
    letters.fill("3")
    told(page, "found the letter “3”, which none of the names has")
    press(page, "Close this message")
    page.wait_for_timeout(500)
    goes_on(page)
    expect(page.locator("#messages .message")).to_have_count(0)
    letters.fill("e3")
    told(page, "found the letter “3”, which none of the names has")


def test_bad_names_leave_training_as_it_was(page: Page) -> None:
    """It goes on, with the same names."""
    choose(page, "bag")
    page.get_by_label("Steps of a run").fill("1000000")
    press(page, "Train")
    page.get_by_label("Paste a list").fill("ann\nb\x07ob")
    press(page, "Use these")
    told(page, "found the character '\\x07' (U+0007) on line 2")
    expect(page.locator("#names")).to_contain_text("built-in")


@pytest.mark.parametrize("seed", [0, 1])
def test_a_temperature_changes_what_is_drawn(page: Page, seed: int) -> None:
    """Low, and the likeliest letters repeat; high, and names differ."""
    choose(page, "mlp")
    press(page, "Step")
    names = page.get_by_role("list", name="Invented names").get_by_role("button")
    found = dict[str, set[str]]()
    for temperature in ("0.1", "2"):
        for _ in range(seed + 1):
            press(page, "Draw others")
        page.get_by_label("Temperature").fill(temperature)
        expect(page.locator("#invented output").first).to_have_text(f"{float(temperature):.2f}")
        page.wait_for_timeout(200)
        found[temperature] = {*names.all_inner_texts()}
    assert found["0.1"] != found["2"]
    page.get_by_label("Of the likeliest letters").fill("1")
    page.get_by_label("Of the likeliest letters").press("Enter")
    page.wait_for_function("new Set([...document.querySelectorAll('.name')].map((one) => one.textContent)).size === 1")


def test_a_program_samples_from_what_a_person_downloads(
    page: Page, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`experiments/gpt_names.py sample --from`, with a prefix."""
    choose(page, "gpt")
    press(page, "Train")
    goes_on(page)
    press(page, "Pause")
    with page.expect_download() as download:
        press(page, "Download")
    download.value.save_as(tmp_path / "model.safetensors")
    assert call(gpt_names, "sample", "--from", tmp_path, "--count", 5, "--prefix", "em") == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 5
    assert all(line.startswith("em") for line in said)


def test_a_reload_begins_anew(page: Page) -> None:
    """While it trains: nothing is left of it, and nothing fails."""
    press(page, "Train")
    goes_on(page)
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert steps(page) == 0
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_enabled()


def test_all_is_done_by_keyboard(page: Page) -> None:
    """Each button, field and picture is reached by Tab, in the order of the page, and none holds the focus."""
    page.locator("#readings").scroll_into_view_if_needed()
    expect(page.locator("#readings .frame").first).to_be_visible()
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    wanted = page.evaluate(
        """[...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
            .filter((one) => !one.disabled && one.checkVisibility()).length"""
    )
    seen = list[str]()
    for _ in range(wanted + 20):
        page.keyboard.press("Escape")  # by which one leaves an editor, in which Tab is a letter
        page.keyboard.press("Tab")
        at = page.evaluate("document.activeElement.closest('section, header, body > *')?.id || 'page'")
        if not seen or seen[-1] != at:
            seen.append(at)
        if at == "checkpoints":
            break
    parts = ["train", "loss", "invented", "why", "plane", "next", "settings", "attention", "weights"]
    order = [name for name in [*parts, "backward", "readings", "names", "checkpoints"] if name in seen]
    assert [name for name in seen if name in order] == order
    assert {"train", "invented", "next", "settings", "backward", "readings", "names", "checkpoints"} <= {*order}
    page.get_by_role("button", name="Download", exact=True).focus()
    with page.expect_download():
        page.keyboard.press("Enter")


@pytest.mark.parametrize("width", [390, 360])
def test_each_part_fits_a_phone(page: Page, width: int) -> None:
    """With all parts drawn, before training and at the largest numbers; labels do not lie on one another."""
    page.set_viewport_size({"width": width, "height": 844})
    for part in ("backward", "readings"):
        page.locator(f"#{part}").scroll_into_view_if_needed()
        expect(page.locator(f"#{part} svg, #{part} pre").first).to_be_visible()
    page.get_by_label("Steps of a run").fill("1000000")
    press(page, "Train")
    goes_on(page)
    press(page, "Pause")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide = page.evaluate(
        f"""[...document.querySelectorAll("section, section > *, .figures > div")]
            .filter((one) => one.getBoundingClientRect().right > {width}).map((one) => one.outerHTML.slice(0, 80))"""
    )
    assert wide == []
    over = page.evaluate(
        """() => {
            document.querySelector(".figures dd").textContent = "1,000,000 of 1,000,000";
            const boxes = [...document.querySelectorAll(".figures > div > *")].map((one) => {
                const range = document.createRange();
                range.selectNodeContents(one);
                return [one.tagName, range.getBoundingClientRect()];
            });
            return boxes.flatMap(([tag, a], i) => boxes.slice(i + 1)
                .filter(([other, b]) => tag === other && a.right > b.left && b.right > a.left));
        }"""
    )
    assert over == []
