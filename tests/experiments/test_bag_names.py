"""`python experiments/bag_names.py`: the same command line, another model."""

import json
from functools import partial
from itertools import count, permutations
from pathlib import Path

import numpy as np
import pytest

from cat_ad.objects.trees import leaves
from experiments.bag_names import ABOUT, NAMES, PROGRAM, Flags, bag
from experiments.commands.command_line import main
from experiments.models.window_model import WindowModel
from experiments.training.loop import train
from experiments.training.runs import FILES


def test_there_are_80_names() -> None:
    names = NAMES.split()
    assert len(set(names)) == len(names) == 80
    assert all(name.isascii() and name.islower() and name.isalpha() for name in names)


def test_the_model_has_two_tables_and_the_order_of_its_context_does_not_matter() -> None:
    model = bag(Flags())
    assert isinstance(model, WindowModel)
    params = model.init(np.random.default_rng(0))
    rows, columns = leaves(params)
    assert rows.shape == columns.shape == (27, 10)
    contexts = np.array([*permutations([1, 13, 13]), [1, 13, 5]])
    logits = model.logits(params, contexts)
    assert np.allclose(logits, rows[contexts].sum(axis=1) @ columns.T, atol=1e-6)
    assert np.allclose(logits[:6], logits[0], atol=1e-6)
    assert not np.allclose(logits[6], logits[0], atol=1e-2)


def test_a_second_of_training_and_then_samples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a clock that goes on by a part of it whenever it is asked, as at each step."""
    ticks = count()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("experiments.commands.jobs.train", partial(train, clock=lambda: next(ticks) / 8192))
    assert main(PROGRAM, ABOUT, []) == 0
    (folder,) = (tmp_path / "runs" / "bag_names").iterdir()
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    found = json.loads((folder / "metrics.json").read_text())
    assert (found["parameters"], found["names"], len(found["samples"])) == (540, 72, 20)
    assert (found["seconds"], found["steps"]) == (1, 8192)
    assert found["train_loss"] < 2.8


def test_it_samples_and_goes_on_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(tmp_path / "run")
    assert main(PROGRAM, ABOUT, ["--steps", "20", "--embedding", "4", "--out", folder]) == 0
    assert main(PROGRAM, ABOUT, ["--resume", folder, "--steps", "40"]) == 0
    assert json.loads((tmp_path / "run" / "metrics.json").read_text())["steps"] == 40
    capsys.readouterr()
    assert main(PROGRAM, ABOUT, ["sample", "--from", folder, "--count", "3", "--prefix", "an"]) == 0
    assert [line[:2] for line in capsys.readouterr().out.splitlines()] == ["an"] * 3
