"""The page in a browser, as a person uses it."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from experiments import bag_names
from tests.experiments.programs import call
from tests.web.conftest import choice
from web.build import NODE_MODULES

Capture = pytest.CaptureFixture[str]


def press(page: Page, name: str) -> None:
    """A button; of several of one name, the first, which is that of the training."""
    page.get_by_role("button", name=name, exact=True).first.click()


def choose(page: Page, name: str) -> None:
    """A model of the menu; the page has it when it shows the steps of its run."""
    page.get_by_label("Model", exact=True).select_option(name)
    expect(page.locator(".figures dd").first).to_have_text(f"0 of {choice(name).steps:,}")


def steps(page: Page) -> int:
    """How many were made."""
    return int(page.locator(".figures dd").first.inner_text().split(" of ")[0].replace(",", ""))


def test_a_person_trains_pauses_steps_and_begins_anew(page: Page) -> None:
    """To a lower loss; while it is paused nothing moves; and the seed of before gives the loss of before."""
    choose(page, "bag")
    page.get_by_label("Learning rate").fill("0.01")
    page.get_by_label("Steps of a run").fill("400")
    press(page, "Step")
    loss = page.locator(".figures dd").nth(1)
    expect(loss).not_to_have_text("–")
    first = loss.inner_text()
    press(page, "Resume")
    expect(page.locator("#messages")).to_contain_text("the run is finished: 400 steps")
    assert float(page.locator(".figures dd").nth(2).inner_text()) < 2.9
    assert page.get_by_role("button", name="Resume", exact=True).is_disabled()

    press(page, "Reset")
    expect(page.locator(".figures dd").first).to_have_text("0 of 400")
    press(page, "Step")
    expect(loss).to_have_text(first)
    page.get_by_label("Steps of a run").fill("1000000")
    press(page, "Resume")
    expect(page.locator(".figures dd").nth(3)).not_to_have_text("–")
    press(page, "Pause")
    expect(page.get_by_role("button", name="Resume", exact=True)).to_be_visible()
    before = steps(page)
    press(page, "Step")
    expect(page.locator(".figures dd").first).to_have_text(f"{before + 1:,} of 1,000,000")


def test_names_are_invented_and_marked(page: Page) -> None:
    """With a prefix and at another temperature; what a prefix cannot be is told, and training goes on."""
    choose(page, "mlp")
    names = page.get_by_label("Invented names").get_by_role("listitem")
    expect(names).to_have_count(14)
    prefix = page.get_by_label("Begins with")
    prefix.fill("zo")
    prefix.press("Enter")
    expect(names.first).to_contain_text("zo")
    assert all(text.startswith("zo") and text.endswith(("new", "known")) for text in names.all_inner_texts())
    press(page, "Train")
    prefix.fill("ж")
    prefix.press("Enter")
    expect(page.locator("#messages")).to_contain_text("found the letter “ж”, which none of the names has")
    before = steps(page)
    page.wait_for_function(f"parseInt(document.querySelector('.figures dd').innerText.replace(',', '')) > {before}")


def test_a_list_of_names_is_pasted(page: Page) -> None:
    """A bad one is refused in a line, and nothing is lost; a good one is split and trained on."""
    choose(page, "gpt")
    text = page.get_by_label("Paste a list")
    press(page, "Step")
    text.fill("ann\n" + "b" * 1001)
    press(page, "Use these")
    expect(page.locator("#messages")).to_contain_text("found a name of 1,001 letters on line 2")
    assert steps(page) == 1
    text.fill("\n".join(f"αλφα{letter}{other}" for letter in "βγδεζ" for other in "βγδεζ"))
    press(page, "Use these")
    expect(page.locator("#names")).to_contain_text("pasted.txt: 23 to learn from, 2 to test with")
    press(page, "Step")
    expect(page.locator(".figures dd").nth(1)).not_to_have_text("–")
    press(page, "Built-in names")
    expect(page.locator("#names")).to_contain_text("built-in: 26,658 to learn from")


def test_a_checkpoint_goes_to_a_program_and_back(page: Page, tmp_path: Path, capsys: Capture) -> None:
    """The program invents with it, and the page goes on from it."""
    choose(page, "bag")
    for _ in range(3):
        press(page, "Step")
    expect(page.locator(".figures dd").first).to_contain_text("3 of")
    with page.expect_download() as download:
        press(page, "Download")
    download.value.save_as(tmp_path / "model.safetensors")
    assert call(bag_names, "sample", "--from", tmp_path, "--count", 3) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3
    press(page, "Reset")
    expect(page.locator(".figures dd").first).to_contain_text("0 of")
    page.get_by_label("Go on from a file").set_input_files(tmp_path / "model.safetensors")
    expect(page.locator(".figures dd").first).to_contain_text("3 of")
    page.get_by_label("Go on from a file").set_input_files(
        {"name": "other.safetensors", "mimeType": "", "buffer": b"no checkpoint"}
    )
    expect(page.locator("#messages")).to_contain_text("found no whole checkpoint")


def test_settings_that_are_none_are_told(page: Page) -> None:
    """And those before stay."""
    rate = page.get_by_label("Learning rate")
    for wrong in ("-1", "0", ""):
        rate.fill(wrong)
        rate.press("Enter")
        expect(page.locator("#messages")).to_contain_text("give a number above 0")
        expect(rate).to_have_value("0.014")


def test_a_finished_run_goes_on_if_it_is_given_more_steps(page: Page) -> None:
    """And one of more steps than it may still make is finished."""
    choose(page, "bag")
    steps_of_a_run, done = page.get_by_label("Steps of a run"), page.locator(".figures dd").first
    steps_of_a_run.fill("20")
    press(page, "Train")
    expect(page.locator("#messages")).to_contain_text("the run is finished: 20 steps")
    for wanted in ("30", "40"):
        steps_of_a_run.fill(wanted)
        steps_of_a_run.press("Enter")
        press(page, "Resume")
        expect(done).to_have_text(f"{wanted} of {wanted}")
    steps_of_a_run.fill("50")
    steps_of_a_run.press("Enter")
    press(page, "Step")
    expect(done).to_have_text("41 of 50")
    steps_of_a_run.fill("30")
    steps_of_a_run.press("Enter")
    expect(page.get_by_role("button", name="Resume", exact=True)).to_be_disabled()


def test_a_setting_is_of_the_model_that_was_chosen_before_it(page: Page) -> None:
    """Though that is not there yet: what is shown, what trains and what is saved are the same."""
    choose(page, "bag")
    page.evaluate(
        """() => {
            const change = (input, value) => {
                input.value = value;
                input.dispatchEvent(new Event("change"));
            };
            change(document.querySelector("#train select"), "mlp");
            change(document.querySelector("#settings input"), "0.5");
        }"""
    )
    expect(page.locator(".figures dd").first).to_have_text(f"0 of {choice('mlp').steps:,}")
    expect(page.get_by_label("Learning rate")).to_have_value("0.5")
    expect(page.locator("#settings code")).to_contain_text("mlp_names.py")
    expect(page.locator("#settings code")).to_contain_text("--rate 0.5 --batch 32")
    with page.expect_download() as download:
        press(page, "Download")
    saved = Path(download.value.path()).read_bytes()
    flags = json.loads(json.loads(saved[8 : 8 + int.from_bytes(saved[:8], "little")])["__metadata__"]["flags"])
    assert (flags["rate"], flags["batch"], flags["steps"]) == (0.5, 32, choice("mlp").steps)


def test_it_fits_a_narrow_screen_and_has_dark_colours(page: Page) -> None:
    """Nothing is wider than the screen, and the choice of colours stays."""
    page.set_viewport_size({"width": 360, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    press(page, "Use dark colours")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_readers_of_screens_have_all_of_it(page: Page) -> None:
    """By the rules of axe-core: in light colours and in dark ones, before training and while a message is there."""
    page.add_script_tag(path=NODE_MODULES / "axe-core" / "axe.min.js")
    page.get_by_label("Learning rate").fill("-1")
    press(page, "Step")
    expect(page.locator("#messages")).to_contain_text("give a number above 0")
    page.locator("#backward").scroll_into_view_if_needed()
    expect(page.locator("#backward .diagrams svg").first).to_be_visible()
    for colours in ("dark", "light"):
        press(page, f"Use {colours} colours")
        found = page.evaluate("axe.run()")["violations"]
        assert not [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]


def test_it_works_by_keyboard_alone(page: Page) -> None:
    """From the first key on, with the focus in sight."""
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to training")).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Tab")
    train = page.get_by_role("button", name="Train", exact=True)
    expect(train).to_be_focused()
    assert train.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_focused()
