"""`python experiments/mlp_names.py`: what it prints and writes, how it stops and how it goes on."""

import csv
import json
import os
import pty
import signal
import subprocess
from pathlib import Path
from time import sleep

import numpy as np
import numpy.typing as npt
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file

from cat_ad.trees import leaves
from experiments.command_line import main
from experiments.mlp_names import ABOUT, PROGRAM, Flags, mlp
from experiments.names import SYMBOLS, load_names
from experiments.runs import FILES
from tests.experiments.programs import ENVIRONMENT, command, run, some_names

KEYS = [
    *("parameters", "names", "windows", "steps", "seconds", "steps_per_second"),
    *("train_loss", "test_loss", "samples"),
]


def train(folder: Path, *flags: object) -> Path:
    """The run of a training in this process."""
    assert main(PROGRAM, ABOUT, [*map(str, flags), "--out", str(folder)]) == 0
    return folder


def metrics(folder: Path) -> dict[str, float]:
    """The numbers of a run that do not depend on the clock."""
    read: dict[str, float] = json.loads((folder / "metrics.json").read_text())
    return {key: value for key, value in read.items() if not key.startswith("s") or key in ("steps", "samples")}


def tensors(folder: Path) -> dict[str, list[float]]:
    """The tensors of a run; two runs compare to the last bit."""
    return {name: tensor.ravel().tolist() for name, tensor in load_file(folder / "model.safetensors").items()}


# The model


def test_the_model_has_7721_parameters_in_float32() -> None:
    arrays = leaves(mlp(Flags()).init(np.random.default_rng(0)))
    assert sum(array.size for array in arrays) == 7_721
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


def test_the_model_is_that_of_bengio_et_al() -> None:
    """Its logits are W tanh(V x + b) + c of the embedded context x, in NumPy."""
    flags = Flags(context=2, embedding=5, hidden=7)
    model = mlp(flags)
    params = model.init(np.random.default_rng(0))
    table, v, b, w, c = leaves(params)
    contexts = np.array([[0, 5], [13, 13], [26, 0]])
    expected: npt.NDArray[np.float64] = np.tanh(table[contexts].reshape(3, 10) @ v.T + b) @ w.T + c
    assert np.allclose(model.logits(params, contexts), expected, atol=1e-6)


# A run


def test_a_run_writes_its_folder_and_prints_what_came_of_it(tmp_path: Path) -> None:
    names = some_names(tmp_path)
    done = run(tmp_path, "mlp_names", "--data", names, "--steps", 30, "--seed", 5)
    assert (done.returncode, done.stderr) == (0, "")
    (folder,) = (tmp_path / "runs" / "mlp_names").iterdir()
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)

    found = json.loads((folder / "metrics.json").read_text())
    assert list(found) == KEYS
    assert (found["parameters"], found["names"], found["steps"]) == (7_721, 270, 30)
    assert found["windows"] > 270
    assert found["steps_per_second"] == pytest.approx(30 / found["seconds"])
    assert 2 < found["train_loss"] < 3.2
    assert 2 < found["test_loss"] < 3.2

    with (folder / "losses.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["steps", "seconds", "train_loss", "test_loss"]
    assert [int(row["steps"]) for row in rows] == list(range(31))
    assert float(rows[-1]["test_loss"]) == found["test_loss"] < float(rows[0]["test_loss"])

    assert (folder / "loss.png").read_bytes().startswith(b"\x89PNG\r\n")
    with safe_open(folder / "model.safetensors", framework="numpy") as file:
        about = {key: json.loads(value) for key, value in file.metadata().items() if key != "sha256"}
    assert about["vocabulary"] == SYMBOLS
    assert about["program"] == "mlp_names"
    flags = about["flags"]
    assert (flags["hidden"], flags["embedding"], flags["context"], flags["seed"]) == (128, 10, 3, 5)

    lines = done.stdout.splitlines()
    assert lines[0].startswith("7,721 parameters, 270 names, ")
    assert f"train loss {found['train_loss']:.4f}, test loss {found['test_loss']:.4f}" in lines
    marked = [line.split() for line in lines[-22:-2]]
    assert [words[0] for words in marked] == found["samples"]
    assert {words[1] for words in marked} <= {"new", "memorised"}
    assert lines[-1] == str(folder.relative_to(tmp_path))


def test_a_name_is_memorised_exactly_if_it_was_trained_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of 20 one-letter names, half of the alphabet and more, 18 are learned by heart and 2 are kept for the test."""
    names = tmp_path / "letters.txt"
    names.write_text("\n".join(SYMBOLS[1:21]))
    train(tmp_path / "run", "--data", names, "--steps", 200, "--batch", 18)
    capsys.readouterr()
    assert main(PROGRAM, ABOUT, ["sample", "--from", str(tmp_path / "run"), "--count", "400"]) == 0
    marks = dict(line.split() for line in capsys.readouterr().out.splitlines())
    memorised = {name for name, mark in marks.items() if mark == "memorised"}
    assert len(memorised) == 18
    assert memorised < set(SYMBOLS[1:21])


def test_the_same_seed_and_steps_give_the_same_numbers_in_another_process(tmp_path: Path) -> None:
    flags = "--data", some_names(tmp_path), "--steps", 30, "--batch", 50
    here = train(tmp_path / "here", *flags)
    assert run(tmp_path, "mlp_names", *flags, "--out", "there").returncode == 0
    other = train(tmp_path / "other", *flags, "--seed", 1)
    assert tensors(here) == tensors(tmp_path / "there") != tensors(other)
    assert metrics(here) == metrics(tmp_path / "there")


def test_it_learns_the_names_of_makemore(reference: Path, tmp_path: Path) -> None:
    """In 300 steps to below 2.35, from log 27 = 3.30; a table of the frequencies of pairs would get 2.45."""
    folder = train(tmp_path / "run", "--data", reference / "names.txt", "--steps", 300)
    found = metrics(folder)
    assert found["names"] == 26_545
    assert found["test_loss"] < 2.35


def test_nothing_is_drawn_when_the_output_is_no_terminal_and_a_bar_when_it_is(tmp_path: Path) -> None:
    flags = "--data", some_names(tmp_path), "--seconds", 0.5, "--out", "run"
    terminal, end = pty.openpty()
    with subprocess.Popen(
        command("mlp_names", *flags), cwd=tmp_path, env=ENVIRONMENT | {"TERM": "xterm"}, stdout=end
    ) as process:
        os.close(end)
        seen = b""
        while chunk := _read(terminal):
            seen += chunk
    os.close(terminal)
    assert process.returncode == 0
    for part in (b"loss ", b"steps/s", b"s left", "━".encode()):
        assert part in seen
    assert 2 <= seen.count(b"steps/s") <= 7  # at most ten times a second


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 10_000)
    except OSError:  # what Linux says at the end
        return b""


# Stopping and going on


def test_ctrl_c_ends_training_and_the_run_goes_on_as_if_it_had_not(tmp_path: Path) -> None:
    names = some_names(tmp_path)
    flags = "--data", names, "--batch", 20, "--schedule", "constant", "--rate", 0.001
    words = command("mlp_names", *flags, "--steps", 10**8, "--out", "run")
    with subprocess.Popen(
        words, cwd=tmp_path, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("7,721 parameters")
        sleep(0.2)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    folder = tmp_path / "run"
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    stopped = metrics(folder)
    assert 0 < stopped["steps"] < 10**8
    assert len(json.loads((folder / "metrics.json").read_text())["samples"]) == 20
    assert "test loss" in out

    steps = int(stopped["steps"]) + 25
    assert main(PROGRAM, ABOUT, ["--resume", str(folder), "--steps", str(steps)]) == 0
    whole = train(tmp_path / "whole", *flags, "--steps", steps)
    assert tensors(folder) == tensors(whole)
    assert metrics(folder) == metrics(whole)


def test_a_resumed_run_keeps_its_curve_and_can_be_written_elsewhere(tmp_path: Path) -> None:
    first = train(tmp_path / "first", "--data", some_names(tmp_path), "--steps", 30, "--hidden", 16)
    before = {path: path.read_bytes() for path in first.iterdir()}
    second = train(tmp_path / "second", "--resume", first, "--steps", 60)
    assert {path: path.read_bytes() for path in first.iterdir()} == before
    rows = [(folder / "losses.csv").read_text().splitlines() for folder in (first, second)]
    assert rows[1][: len(rows[0])] == rows[0]
    assert rows[1][-1].startswith("60,")
    assert metrics(second)["steps"] == 60
    assert metrics(second)["parameters"] == metrics(first)["parameters"] < 7_721


# Sampling


def test_sampling_invents_names_without_training(tmp_path: Path) -> None:
    folder = train(tmp_path / "run", "--data", some_names(tmp_path), "--steps", 30)
    flags = "sample", "--from", folder, "--count", 7, "--temperature", 0.8, "--prefix", "Em"
    done = run(tmp_path, "mlp_names", *flags)
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.split() for line in done.stdout.splitlines()]
    assert len(lines) == 7
    for name, mark in lines:
        assert name.startswith("em")
        assert set(name) <= set(SYMBOLS[1:])
        assert mark in ("new", "memorised")
    assert run(tmp_path, "mlp_names", *flags).stdout == done.stdout
    assert run(tmp_path, "mlp_names", *flags, "--seed", 1).stdout != done.stdout


def test_sampling_needs_no_names_but_cannot_mark_without(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = some_names(tmp_path)
    folder = train(tmp_path / "run", "--data", names, "--steps", 30)
    for change in (lambda: names.write_text("\n".join(load_names()[300:600])), names.unlink):
        capsys.readouterr()
        change()
        assert main(PROGRAM, ABOUT, ["sample", "--from", str(folder), "--count", "5"]) == 0
        out, err = capsys.readouterr()
        assert [line.isalpha() for line in out.splitlines()] == [True] * 5
        assert err.startswith("mlp_names: names are not marked: asked for ")


def test_help_tells_of_every_flag_and_of_sampling(capsys: pytest.CaptureFixture[str]) -> None:
    shown = []
    for words in (["--help"], ["sample", "--help"]):
        with pytest.raises(SystemExit) as ended:
            main(PROGRAM, ABOUT, words)
        assert ended.value.code == 0
        shown.append(capsys.readouterr().out)
    flags = "data seconds steps seed batch rate schedule hidden embedding context out resume"
    assert all(f"--{flag}" in shown[0] for flag in flags.split())
    assert "mlp_names.py sample --help" in shown[0]
    assert all(f"--{flag}" in shown[1] for flag in ("from", "count", "temperature", "prefix", "seed"))
