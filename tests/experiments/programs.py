"""Running a program as its user does, with every warning an error; or in this process, which is faster."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from safetensors.numpy import load_file

from experiments import bag_names, gpt_names, mlp_names
from experiments.commands.command_line import main
from experiments.data.names import load_names

ROOT = Path(__file__).parents[2]
FLAGS = {mlp_names: ("--hidden", 16), gpt_names: ("--width", 8), bag_names: ()}
TO_ROUNDING = 1e-5  # what float32 leaves of losses near 3 after some steps in which sums were made in another order
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}


def command(program: str, *arguments: object) -> list[str]:
    """The words of `python experiments/<program>.py ...`."""
    return [sys.executable, "-W", "error", str(ROOT / "experiments" / f"{program}.py"), *map(str, arguments)]


def run(folder: Path, program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run it in this folder to its end."""
    words = command(program, *arguments)
    return subprocess.run(words, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)


def call(program: ModuleType, *words: object) -> int:
    """The exit code of the program `experiments.<program>` with these words, in this process."""
    return main(program.PROGRAM, program.ABOUT, [*map(str, words)])


def train(program: ModuleType, folder: Path, *flags: object) -> Path:
    """The run of a training in this process. Its picture is none, since that takes longer than a short training."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("experiments.commands.jobs.loss_picture", lambda losses, title: title.encode())
        assert call(program, *flags, "--out", folder) == 0
    return folder


def without_art(patched: pytest.MonkeyPatch) -> None:
    """Let runs draw no picture and invent one name: most of the time of a short one."""
    patched.setattr("experiments.commands.jobs.loss_picture", lambda losses, title: title.encode())
    patched.setattr("experiments.commands.program.invent", lambda model, params, request, rng: iter([["ann"]]))


def some_names(folder: Path) -> Path:
    """A file of 120 names in this folder."""
    path = folder / "names.txt"
    path.write_text("\n".join(load_names()[:120]), "utf-8")
    return path


ANY_NAMES = (
    *("zoë", "jean-luc", "o'neil", "j. r.", "anna maria", "łukasz", "мария", "ελένη", "מרים", "שָׂרָה", "مريم", "क्षि"),
    *("علی\u200cرضا", "山田 太郎", "한지우", "ọ̀ṣun", "👩\u200d🚀", "❤\ufe0f", "[b]", "a/b", "$x$", "100%", "𐐼𐐯", "\\n"),
)


def any_names(folder: Path) -> Path:
    """A file of names in many scripts, and with all that can be in one."""
    path = folder / "any.txt"
    path.write_text("\r\n".join(["", *ANY_NAMES, *(f"{name}-{name}" for name in ANY_NAMES)]), "utf-8-sig")
    return path


def metrics(folder: Path) -> dict[str, float]:
    """The numbers of a run that do not depend on the clock."""
    read: dict[str, float] = json.loads((folder / "metrics.json").read_text())
    return {key: value for key, value in read.items() if not key.startswith("s") or key in ("steps", "samples")}


def tensors(folder: Path) -> dict[str, list[float]]:
    """The tensors of a run; two runs compare to the last bit."""
    return {name: tensor.ravel().tolist() for name, tensor in load_file(folder / "model.safetensors").items()}


def losses(folder: Path) -> list[list[float]]:
    """The train and test losses of a run; of one of 40 steps at most, after each of them."""
    with (folder / "losses.csv").open() as file:
        return [[float(row["train_loss"]), float(row["test_loss"])] for row in csv.DictReader(file)]


def assert_same_losses(one: Path, other: Path, tolerance: float) -> None:
    """Of two runs, after each step."""
    assert len(losses(one)) > 1
    np.testing.assert_allclose(losses(one), losses(other), rtol=0, atol=tolerance)
