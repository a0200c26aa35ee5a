"""The page trains as the programs do: the same losses, names, curves and checkpoints."""

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from cat_ad import value_and_gradient
from cat_ad.objects.trees import leaves
from experiments import bag_names, gpt_names
from experiments.commands.program import first_parameters
from experiments.data.parts import dataset
from experiments.models.attention_pictures import attention_weights
from experiments.models.transformer import Transformer
from experiments.training.batches import shuffled_batches
from experiments.training.loop import Plan, begin, train
from experiments.training.schedules import Budget, factor
from experiments.training.staged_backend import Staged
from tests.experiments.programs import call
from tests.experiments.programs import train as trained
from tests.web.conftest import Answers, choice
from web.boxes import backpropagated, entries
from web.models import Choice

Capture = pytest.CaptureFixture[str]


def losses_of(of: Choice, steps: int, run: int, seed: int) -> list[float]:
    """The losses of the first steps of a run of the program, with the batches of the page."""
    flags = replace(of.flags, batch=of.batches[0], seed=seed)
    data = dataset(of.program.built_in(), seed)
    examples = of.model.examples(data.train)
    places, found = shuffled_batches(examples.count, flags.batch, seed), list[float]()
    plan: Plan[Any, Any] = Plan(  # Any: of this model
        loss=of.model.loss,
        batch=lambda step: examples.at(places(step)),
        rate=lambda progress: flags.rate * factor(flags.schedule, progress),
        budget=Budget(steps=run),
        measure=None,
    )
    start = begin(first_parameters(of.model, flags))
    train(plan, start, lambda *step: found.append(step[-1]), lambda: len(found) == steps, Staged())
    return found


@pytest.mark.parametrize(("name", "steps", "seed"), [("bag", 1_000, 3), ("mlp", 1_000, 0), ("gpt", 100, 0)])
def test_losses_are_those_of_the_program(answers: Answers, name: str, steps: int, seed: int) -> None:
    """To 1e-5, in float32.

    A GPT has kinks, those of `relu`: a unit that is within rounding of one has the gradient of one side or the other.
    So even two ways to compute it in NumPy differ in the third digit after some hundred steps; up to there they agree.
    """
    found = answers("train", name, steps, {"steps": 1_000, "seed": seed})
    np.testing.assert_allclose(found["losses"], losses_of(choice(name), steps, 1_000, seed), 0, 1e-5)
    assert len(found["curve"]) == 1 + 40 * steps // 1_000


def test_the_recipe_gives_the_losses_of_the_program(answers: Answers, tmp_path: Path) -> None:
    """A thousand of them to 1e-12, in float64."""
    folder = trained(gpt_names, tmp_path / "run", "--recipe", "microgpt")
    with (folder / "losses.csv").open() as file:
        expected = [float(row["loss"]) for row in csv.DictReader(file)]
    found = answers("train", "microgpt", 1_000, {}, str(tmp_path / "model.safetensors"))
    assert len(expected) == 1_000
    np.testing.assert_allclose(found["losses"], expected, 0, 1e-12)
    own, other = (load_file(path / "model.safetensors") for path in (tmp_path, folder))
    assert own.keys() == other.keys()
    for part, numbers in other.items():
        np.testing.assert_allclose(own[part], numbers, 0, 1e-11)


@pytest.fixture(scope="module")
def saved(answers: Answers, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Runs of the page and of the program, of the same model and settings: 60 steps of 120."""
    home = tmp_path_factory.mktemp("runs")
    (home / "page").mkdir()
    answers("train", "bag", 60, {"steps": 120}, str(home / "page" / "model.safetensors"))
    trained(bag_names, home / "program", "--steps", 60)
    return {"page": home / "page", "program": home / "program"}


def test_a_program_invents_with_a_checkpoint_of_the_page(
    answers: Answers, saved: dict[str, Path], capsys: Capture
) -> None:
    """The names that the page invents from the same seed, each marked."""
    assert call(bag_names, "sample", "--from", saved["page"], "--count", 12) == 0
    said = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [name for name, _ in said] == answers("train", "bag", 60, {"steps": 120})["invented"]
    assert {mark for _, mark in said} <= {"new", "memorised"}


def test_a_program_goes_on_from_a_checkpoint_of_the_page(
    answers: Answers, saved: dict[str, Path], tmp_path: Path
) -> None:
    """To where the page comes from there."""
    end, program = tmp_path / "model.safetensors", tmp_path / "program"
    answers("resume", str(saved["page"] / "model.safetensors"), 60, str(end))
    trained(bag_names, program, "--resume", saved["page"], "--steps", 120)
    own, other = load_file(end), load_file(program / "model.safetensors")
    assert own.keys() == other.keys()
    for part, numbers in other.items():
        np.testing.assert_allclose(own[part], numbers, 0, 1e-5)


def test_the_page_goes_on_from_a_checkpoint_of_a_program(
    answers: Answers, saved: dict[str, Path], tmp_path: Path
) -> None:
    """With its settings, to the numbers that the program comes to."""
    end = tmp_path / "model.safetensors"
    found = answers("resume", str(saved["page"] / "model.safetensors"), 60, str(end))
    assert (found["model"], found["steps"], found["settings"]["batch"]) == ("bag", 120, 128)
    straight = answers("train", "bag", 120, {"steps": 120})["losses"]
    np.testing.assert_allclose(found["losses"], straight[60:], 0, 1e-12)
    program = answers("opened", [str(saved["program"] / "model.safetensors")])
    assert program == [{"value": "bag"}]


def test_what_is_no_checkpoint_of_the_menu_is_refused(answers: Answers, saved: dict[str, Path], tmp_path: Path) -> None:
    """In a line that says what it is."""
    whole = (saved["program"] / "model.safetensors").read_bytes()
    (tmp_path / "cut").write_bytes(whole[:-5])
    (tmp_path / "no").write_bytes(b"no checkpoint")
    (tmp_path / "changed").write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    trained(bag_names, tmp_path / "other", "--steps", 1, "--embedding", 3)
    paths = [*(tmp_path / name for name in ("cut", "no", "changed")), tmp_path / "other" / "model.safetensors"]
    said = [found["error"] for found in answers("opened", [str(path) for path in paths])]
    assert ["no whole checkpoint" in text for text in said[:2]] == [True, True]
    assert "damaged" in said[2]
    assert "found a run of bag_names of other sizes" in said[3]


@pytest.mark.parametrize("name", ["mlp", "gpt"])
def test_a_look_inside_is_what_python_finds(answers: Answers, name: str) -> None:
    """The loss and gradient of one example, attention, and every box, on the way there and back."""
    of = choice(name)
    found, params = answers("look", name, "emma"), first_parameters(of.model, of.flags)
    encode, model = of.model.alphabet.encode, of.model
    example: Any = (encode("mma")[None], encode("."))  # Any: numbers of symbols, at any shape
    loss: Any = model.loss  # Any: a parametrised arrow
    assert found["attention"] == [] or name == "gpt"
    if isinstance(model, Transformer):
        loss, rest = model.loss_of_one, np.zeros(11, int)
        example = np.append(encode(".emma"), rest), np.append(encode("emma."), rest - 1)
        looks: Sequence[Any] = attention_weights(model.model, model.look, params, encode(".emma"))
        for layer, other in zip(found["attention"], looks, strict=True):
            rows = [[[*row, *[0] * (5 - len(row))] for row in head] for head in layer]
            np.testing.assert_allclose(rows, other, 0, 1e-6)
    error, slope = value_and_gradient(loss)(params, example)
    assert abs(found["loss"] - float(error)) < 1e-6
    np.testing.assert_allclose(found["slopes"], np.concatenate([x.ravel() for x in leaves(slope)]), 0, 1e-6)
    boxes, told = found["boxes"], backpropagated(loss.arrow, (params, example))[2]
    for box, other in zip(boxes, told, strict=True):
        assert box["arrow"] == other.arrow.name
        for part, arrays in entries(other).items():
            for numbers, array in zip(box[part], [x for x in arrays if x is not None or part == "slope"], strict=True):
                if array is not None:
                    np.testing.assert_allclose(numbers, np.ravel(array), 1e-5, 1e-6)
    for number, box in enumerate(boxes):  # where a wire was copied, what comes back is added
        for at, cotangent in enumerate(box["cotangent"]):
            copies = [
                np.array(slope, float)
                for other in boxes
                for wire, slope in zip(other["wires"], other["slope"], strict=True)
                if wire == [number, at] and slope is not None
            ]
            if copies:
                np.testing.assert_allclose(np.sum(copies, 0), cotangent, 1e-4, 1e-6)


def test_the_menu_has_what_a_page_needs(dist: Path) -> None:
    """Of each model, the size of its parameters and where they come from."""
    for entry in json.loads((dist / "menu.json").read_text("utf-8")):
        of = choice(entry["name"])
        size = sum(x.size for x in leaves(of.model.init(np.random.default_rng(0))))
        assert entry["size"] == size == sum(count for _, count, _ in entry["first"])
        assert (dist / entry["names"]).read_text("utf-8").splitlines() == [*of.program.built_in()]
