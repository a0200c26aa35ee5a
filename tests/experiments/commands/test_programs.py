"""What the programs on names have in common: what they print and write, how they stop, go on, invent and explain."""

import csv
import json
import os
import pty
import re
import signal
import subprocess
from contextlib import nullcontext
from itertools import permutations
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from safetensors import safe_open

from experiments import bag_names, gpt_names, mlp_names
from experiments.commands import jobs
from experiments.data.alphabet import A_TO_Z, Alphabet
from experiments.data.names import load_names
from experiments.models.glyphs import visible
from experiments.models.sampling import Request, read_all, sample_names
from experiments.process.ctrl_c import Interrupts
from experiments.training.checkpoint import read
from experiments.training.runs import FILES
from tests.experiments.programs import ENVIRONMENT, any_names, call, command, metrics, run, some_names, tensors, train

SYMBOLS, encode = A_TO_Z.symbols, A_TO_Z.encode

KEYS = [
    *("parameters", "names", "windows", "steps", "seconds", "steps_per_second"),
    *("train_loss", "test_loss", "samples"),
]
PARAMETERS = {mlp_names: 7_721, gpt_names: 4_192}
SMALL = {mlp_names: ("--hidden", 16), bag_names: (), gpt_names: ("--width", 8)}

PROGRAMS = pytest.mark.parametrize("program", PARAMETERS, ids=lambda module: module.PROGRAM.name)
ALL = pytest.mark.parametrize("program", SMALL, ids=lambda module: module.PROGRAM.name)

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> dict[ModuleType, Path]:
    """A short run of each program, beside the names it was trained on."""
    folder = tmp_path_factory.mktemp("finished")
    flags = "--data", some_names(folder), "--steps", 60
    return {program: train(program, folder / program.PROGRAM.name, *flags, *SMALL[program]) for program in SMALL}


@pytest.fixture(autouse=True)
def _no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of losses: it takes longer than a short training. Those of a run in a process of its own are drawn."""
    monkeypatch.setattr("experiments.commands.jobs.loss_picture", lambda losses, title: title.encode())


# A run


@PROGRAMS
def test_a_run_writes_its_folder_and_prints_what_came_of_it(tmp_path: Path, program: ModuleType) -> None:
    """The same for the same seed and steps, in another process too."""
    names, name, parameters = some_names(tmp_path), program.PROGRAM.name, PARAMETERS[program]
    done = run(tmp_path, name, "--data", names, "--steps", 30, "--seed", 5)
    assert (done.returncode, done.stderr) == (0, "")
    (folder,) = (tmp_path / "runs" / name).iterdir()
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)

    found = json.loads((folder / "metrics.json").read_text())
    assert list(found) == KEYS
    assert (found["parameters"], found["names"], found["steps"]) == (parameters, 108, 30)
    assert found["windows"] > 108
    assert found["steps_per_second"] == pytest.approx(30 / found["seconds"])
    assert 1.9 < found["train_loss"] < 3.2
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
    assert about["program"] == name
    defaults = program.PROGRAM.flags().settings()
    assert about["flags"] == defaults | {"data": str(names), "steps": 30, "seed": 5}

    lines = done.stdout.splitlines()
    assert lines[0].startswith(f"{parameters:,} parameters, 108 names, ")
    assert f"train loss {found['train_loss']:.4f}, test loss {found['test_loss']:.4f}" in lines
    marked = [line.split() for line in lines[-22:-2]]
    assert [words[0] for words in marked] == found["samples"]
    assert {words[1] for words in marked} <= {"new", "memorised"}
    assert lines[-1] == str(folder.relative_to(tmp_path))

    flags = "--data", names, "--steps", 30
    here, other = (train(program, tmp_path / str(seed), *flags, "--seed", seed) for seed in (5, 1))
    assert tensors(here) == tensors(folder) != tensors(other)
    assert metrics(here) == metrics(folder)


@PROGRAMS
def test_a_name_is_memorised_exactly_if_it_was_trained_on(tmp_path: Path, capsys: Capture, program: ModuleType) -> None:
    """Of 20 one-letter names, half of the alphabet and more, 18 are learned by heart and 2 are kept for the test."""
    names = tmp_path / "letters.txt"
    names.write_text("\n".join(SYMBOLS[1:21]))
    train(program, tmp_path / "run", "--data", names, "--steps", 200, "--batch", 18)
    capsys.readouterr()
    assert call(program, "sample", "--from", tmp_path / "run", "--count", 400, "--data", names) == 0
    marks = dict(line.split() for line in capsys.readouterr().out.splitlines())
    memorised = {name for name, mark in marks.items() if mark == "memorised"}
    assert len(memorised) == 18
    assert memorised < set(SYMBOLS[1:21])


@ALL
def test_staging_changes_no_number(tmp_path: Path, program: ModuleType) -> None:
    """A run is the same bit for bit, whether its steps are compiled or not; and it may go on the other way."""
    flags = "--data", some_names(tmp_path), "--batch", 50, *SMALL[program]
    staged = train(program, tmp_path / "staged", *flags, "--steps", 30)
    plain = train(program, tmp_path / "plain", *flags, "--steps", 20, "--no-stage")
    changed = train(program, tmp_path / "changed", "--resume", plain, "--steps", 30, "--stage", *flags[:2])
    whole = train(program, tmp_path / "whole", *flags, "--steps", 30, "--no-stage")
    assert tensors(staged) == tensors(whole)
    assert metrics(staged) == metrics(whole)
    assert len(tensors(changed)) == len(tensors(staged))


@PROGRAMS
def test_it_learns_the_names_of_makemore(
    reference: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: ModuleType
) -> None:
    """In 300 steps to below 2.35, from log 27 = 3.30; a table of the frequencies of pairs would get 2.45."""
    monkeypatch.setattr("experiments.training.loop.POINTS", 1)  # of the curve: each is measured on all names
    flags = "--data", reference / "names.txt", "--steps", 300, "--target", "c"  # in which it takes a third of the time
    found = metrics(train(program, tmp_path / "run", *flags))
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
    seconds = json.loads((tmp_path / "run" / "metrics.json").read_text())["seconds"]
    assert 2 <= seen.count(b"steps/s") <= 10 * seconds + 2  # at most ten times a second


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 10_000)
    except OSError:  # what Linux says at the end
        return b""


# Stopping and going on


@PROGRAMS
def test_ctrl_c_ends_training_and_the_run_goes_on_as_if_it_had_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, program: ModuleType
) -> None:
    names = some_names(tmp_path)
    flags = "--data", names, "--batch", 20, "--schedule", "constant", "--rate", 0.001
    kept = jobs._keep

    def pressed(folder: Path, content: bytes) -> None:
        kept(folder, content)
        if not stopped:
            stopped.append(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)

    stopped = list[int]()
    monkeypatch.setattr(jobs, "_keep", pressed)
    capsys.readouterr()
    assert call(program, *flags, "--steps", 10**8, "--out", tmp_path / "run", "--save-every", 3) == 0
    out, err = capsys.readouterr()
    assert err == ""
    folder = tmp_path / "run"
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    assert metrics(folder)["steps"] == 3
    assert len(json.loads((folder / "metrics.json").read_text())["samples"]) == 20
    assert "test loss" in out

    steps = 3 + 25
    assert call(program, "--resume", folder, "--steps", steps, "--data", names) == 0
    whole = train(program, tmp_path / "whole", *flags, "--steps", steps)
    assert tensors(folder) == tensors(whole)
    assert metrics(folder) == metrics(whole)


@PROGRAMS
def test_a_resumed_run_keeps_its_curve_and_can_be_written_elsewhere(tmp_path: Path, program: ModuleType) -> None:
    data = "--data", some_names(tmp_path)
    first = train(program, tmp_path / "first", *data, "--steps", 30, *SMALL[program])
    before = {path: path.read_bytes() for path in first.iterdir()}
    second = train(program, tmp_path / "second", "--resume", first, "--steps", 60, *data)
    assert {path: path.read_bytes() for path in first.iterdir()} == before
    rows = [(folder / "losses.csv").read_text().splitlines() for folder in (first, second)]
    assert rows[1][: len(rows[0])] == rows[0]
    assert rows[1][-1].startswith("60,")
    assert metrics(second)["steps"] == 60
    assert metrics(second)["parameters"] == metrics(first)["parameters"] < PARAMETERS[program]


@ALL
def test_a_run_can_be_stopped_before_its_first_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: ModuleType
) -> None:
    flags = "--data", some_names(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr("experiments.commands.jobs.interrupts", lambda: nullcontext(Interrupts(times=1)))
        folder = train(program, tmp_path / "run", *flags)
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    found = json.loads((folder / "metrics.json").read_text())
    assert (found["steps"], found["seconds"], found["steps_per_second"]) == (0, 0, 0)
    assert call(program, "--resume", folder, "--steps", 3, *flags) == 0
    assert tensors(folder) == tensors(train(program, tmp_path / "whole", *flags, "--steps", 3))


# Inventing


@PROGRAMS
def test_sampling_invents_names_without_training(
    finished: dict[ModuleType, Path], capsys: Capture, program: ModuleType
) -> None:
    folder, data = finished[program], finished[program].parent / "names.txt"
    flags = "sample", "--from", folder, "--count", 7, "--temperature", 0.8, "--prefix", "Em", "--data", data

    def invented(*more: object) -> str:
        capsys.readouterr()
        assert call(program, *flags, *more) == 0
        return capsys.readouterr().out

    lines = [line.split() for line in invented().splitlines()]
    assert len(lines) == 7
    for name, mark in lines:
        assert name.startswith("em")
        assert set(name) <= set(SYMBOLS[1:])
        assert mark in ("new", "memorised")
    assert invented("--top-k", 27) == invented() != invented("--seed", 1)


@ALL
def test_the_likeliest_alone_is_drawn_by_top_k_of_1_and_near_temperature_0(
    finished: dict[ModuleType, Path], capsys: Capture, program: ModuleType
) -> None:
    invented = []
    for flags in (("--top-k", 1), ("--temperature", 1e-9), ("--top-k", 1, "--temperature", 3, "--seed", 5)):
        capsys.readouterr()
        assert call(program, "sample", "--from", finished[program], "--count", 4, *flags) == 0
        invented.append(capsys.readouterr().out.splitlines())
    assert invented == [invented[0][:1] * 4] * 3


@PROGRAMS
def test_sampling_needs_no_names_but_cannot_mark_without(tmp_path: Path, capsys: Capture, program: ModuleType) -> None:
    names = some_names(tmp_path)
    folder = train(program, tmp_path / "run", "--data", names, "--steps", 30, *SMALL[program])
    for change in (lambda: names.write_text("\n".join(load_names()[120:240])), names.unlink):
        change()
        for data in ((), ("--data", names)):  # which fails if they were asked for
            capsys.readouterr()
            assert call(program, "sample", "--from", folder, "--count", 5, *data) == bool(data)
            out, err = capsys.readouterr()
            assert [line.isalpha() for line in out.splitlines()] == [True] * 5
            assert err.startswith(f"{program.PROGRAM.name}: names are not marked: asked for ")
            assert err.count("\n") == 1


def test_one_seed_lets_no_two_models_invent_the_same_names() -> None:
    """Nor two sizes of one, even if they expect the same; but one that has learned more draws as it did before."""
    models: list[tuple[ModuleType, dict[str, int]]] = [
        (bag_names, {}),
        (mlp_names, {}),
        (gpt_names, {}),
        (mlp_names, {"context": 4}),
        (mlp_names, {"hidden": 129}),
        (gpt_names, {"heads": 2}),
        (gpt_names, {"layers": 2}),
    ]

    def names(program: ModuleType, **flags: Any) -> tuple[str, ...]:
        chance = program.PROGRAM.chance(program.Flags(**flags), 5)
        return tuple(sample_names(lambda symbols: np.zeros((len(symbols), 27)), Request(), chance))

    invented = [names(program, **sizes) for program, sizes in models]
    assert len({name for some in invented for name in some if len(name) > 2}) == sum(
        len(name) > 2 for some in invented for name in some
    )
    assert names(gpt_names, steps=7, seed=3, rate=0.5, batch=3) == names(gpt_names)


# Any names


@ALL
def test_a_model_learns_the_letters_that_its_names_have(tmp_path: Path, capsys: Capture, program: ModuleType) -> None:
    """Of any script: they are saved with the run, and with them it goes on, invents and explains."""
    names, folder = any_names(tmp_path), tmp_path / "run"
    alphabet, flags = Alphabet.of(load_names(names)), ("--data", names, "--batch", 20, *SMALL[program])
    train(program, folder, *flags, "--steps", 30)
    saved = read(folder, program.PROGRAM.name)
    assert saved.alphabet == alphabet
    assert saved.about["vocabulary"] == alphabet.symbols
    assert set("".join(json.loads((folder / "metrics.json").read_text("utf-8"))["samples"])) <= set(alphabet.letters)

    capsys.readouterr()
    prefix = "e\u0301ZO\u0308"  # é, z, ö
    assert call(program, "sample", "--from", folder, "--data", names, "--prefix", prefix[2:3] + "oë", "--count", 9) == 0
    for line in capsys.readouterr().out.splitlines():
        assert line.startswith("zoë")
        assert set(line.removesuffix("new").removesuffix("memorised").rstrip()) <= set(alphabet.letters)
    assert call(program, "sample", "--from", folder, "--prefix", prefix) == 2
    assert "asked for 'e\u0301ZO\u0308'; found the character 'é' (U+00E9)" in capsys.readouterr().err

    for text in ("👩\u200d", "שָ", "j. r", "[b", "a/", "\u0645\u0631"):
        assert call(program, "sample", "--from", folder, "--explain", text, "--top-k", 30) == 0
        table, _, path = capsys.readouterr().out.partition("\n\n")
        title, symbols, shares = explained(table)
        assert title == f"after {text!r}"
        assert set(symbols) <= {"end", *map(visible, alphabet.letters)}
        assert len(set(symbols)) == len(symbols) == 30
        assert shares.sum() == pytest.approx(1, abs=30 * 5e-5)
        assert Path(path.strip()).parent == (folder if program is gpt_names else Path())

    assert call(program, "--resume", folder, "--steps", 40, "--data", names) == 0
    assert read(folder, program.PROGRAM.name).alphabet == alphabet


def test_a_run_of_before_goes_on_with_its_own_alphabet(tmp_path: Path, capsys: Capture) -> None:
    """Which was a to z, even if its names did without some of them."""
    names, flags = tmp_path / "names.txt", ("--hidden", 4, "--no-stage")
    names.write_text("\n".join(map("".join, permutations("abcd", 3))))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("experiments.data.alphabet.Alphabet.of", lambda names: A_TO_Z)
        folder = train(mlp_names, tmp_path / "run", "--data", names, "--steps", 5, *flags)
        whole = train(mlp_names, tmp_path / "whole", "--data", names, "--steps", 9, *flags)
    assert call(mlp_names, "--resume", folder, "--steps", 9, "--data", names) == 0
    assert read(folder, "mlp_names").alphabet == A_TO_Z
    assert metrics(folder)["parameters"] == metrics(whole)["parameters"]
    assert len(tensors(folder)) == len(tensors(whole))
    fresh = train(mlp_names, tmp_path / "fresh", "--data", names, "--steps", 9, *flags)
    assert read(fresh, "mlp_names").about["vocabulary"] == ".abcd"


def test_a_table_of_many_symbols_has_the_likeliest(tmp_path: Path, capsys: Capture) -> None:
    names = tmp_path / "names.txt"
    names.write_text("\n".join(chr(0x4E00 + number) for number in range(100)), "utf-8")
    folder = train(mlp_names, tmp_path / "run", "--data", names, "--steps", 3, "--hidden", 4)
    capsys.readouterr()
    assert call(mlp_names, "sample", "--from", folder, "--explain", "") == 0
    *rows, last = capsys.readouterr().out.rstrip().splitlines()[2:]
    assert len(rows) == 50
    *words, share = last.split()
    assert words == ["50", "others"]
    assert float(share) + sum(float(row.split()[1]) for row in rows) == pytest.approx(1, abs=101 * 5e-5)


# Explaining


def explained(text: str) -> tuple[str, list[str], npt.NDArray[np.float64]]:
    """The title, symbols and probabilities of a table that was printed, and nothing else."""
    title, header, *rows = (line.rstrip() for line in text.splitlines())
    assert header.split() == ["next", "probability"]
    cells = [row.split() for row in rows]
    assert all(abs(len("".join(bar)) - 40 * float(probability)) < 0.51 for _, probability, *bar in cells)
    return title, [row[0] for row in cells], np.array([float(row[1]) for row in cells])


def probabilities(program: ModuleType, folder: Path, text: str, temperature: float = 1) -> dict[str, float]:
    """What the model of a run expects after this text, by softmax."""
    saved = read(folder, program.PROGRAM.name)
    model = program.PROGRAM.model(program.PROGRAM.saved_flags(saved))
    params = saved.training(model.init(np.random.default_rng(0))).params
    (scores,) = read_all(model.reader(params, 1), encode("." + text)[None, :])
    shares = np.exp(scores / temperature)
    if not text:
        shares[0] = 0  # a name without letters is never drawn
    return dict(zip(["end", *SYMBOLS[1:]], shares / shares.sum(), strict=True))


@ALL
@pytest.mark.parametrize("text", ["", "em", "Em"])
def test_explaining_shows_how_likely_each_symbol_is(
    finished: dict[ModuleType, Path], tmp_path: Path, capsys: Capture, program: ModuleType, text: str
) -> None:
    folder = finished[program]
    expected = probabilities(program, folder, text.lower())
    capsys.readouterr()
    assert call(program, "sample", "--from", folder, "--explain", text) == 0
    table, _, path = capsys.readouterr().out.partition("\n\n")
    title, symbols, shares = explained(table)
    assert title == (f"after {text.lower()!r}" if text else "as the first letter")
    assert sorted(symbols) == sorted(symbol for symbol, share in expected.items() if share)
    assert shares.sum() == pytest.approx(1, abs=27 * 5e-5)
    assert np.all(np.diff(shares) <= 0)
    assert shares == pytest.approx([expected[symbol] for symbol in symbols], abs=5.1e-5)

    pictures = {folder / f"attention_{text.lower()}.png"} if program is gpt_names and text else set()
    assert {line for line in path.splitlines() if line} == {str(picture) for picture in pictures}
    assert {folder / name for name in FILES} | pictures <= set(folder.iterdir())
    assert all(picture.read_bytes().startswith(b"\x89PNG\r\n") for picture in pictures)


@PROGRAMS
def test_explaining_shows_what_is_drawn_at_this_temperature_of_the_likeliest(
    finished: dict[ModuleType, Path], capsys: Capture, program: ModuleType
) -> None:
    folder = finished[program]
    expected = probabilities(program, folder, "em", temperature=0.5)
    likeliest = sorted(expected, key=lambda symbol: -expected[symbol])[:3]
    total = sum(expected[symbol] for symbol in likeliest)
    capsys.readouterr()
    flags = "--explain", "em", "--temperature", 0.5, "--top-k", 3
    assert call(program, "sample", "--from", folder, *flags) == 0
    _, symbols, shares = explained(capsys.readouterr().out.partition("\n\n")[0])
    assert symbols == likeliest
    assert shares == pytest.approx([expected[symbol] / total for symbol in symbols], abs=5.1e-5)


# Help


@ALL
def test_help_tells_of_every_flag_and_of_sampling(capsys: Capture, program: ModuleType) -> None:
    shown = []
    for words in (["--help"], ["sample", "--help"]):
        with pytest.raises(SystemExit) as ended:
            call(program, *words)
        assert ended.value.code == 0
        shown.append(capsys.readouterr().out)
    flags = {
        mlp_names: "hidden embedding",
        bag_names: "embedding",
        gpt_names: "width heads layers recipe",
    }
    common = "data seconds steps seed batch rate schedule context out resume"
    assert all(f"--{flag}" in shown[0] for flag in f"{common} {flags[program]}".split())
    assert f"{program.PROGRAM.name}.py sample --help" in shown[0]
    asked = "from", "count", "temperature", "prefix", "top-k", "seed", "explain"
    assert all(f"--{flag}" in shown[1] for flag in asked)


def helped(capsys: Capture, program: ModuleType, *words: str) -> str:
    """What --help prints, without the lines around it."""
    capsys.readouterr()
    with pytest.raises(SystemExit):
        call(program, *words, "--help")
    return re.sub(r"[│─╭╮╰╯]|--{2,}", " ", capsys.readouterr().out)


@pytest.mark.parametrize("columns", [40, 43, 57, 80, 131, 200])
@ALL
def test_help_fits_a_terminal(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, program: ModuleType, columns: int
) -> None:
    """And says the same whatever its width."""
    for words in ([], ["sample"]):
        shown = []
        for width in (columns, 80):
            monkeypatch.setenv("COLUMNS", str(width))
            text = helped(capsys, program, *words)
            assert max(map(len, text.splitlines())) <= width
            shown.append(" ".join(text.split()))
        assert shown[0] == shown[1]
        usage = f"{program.PROGRAM.name}.py {'sample' if words else '[sample]'} [-h] [OPTIONS]"
        assert shown[0].startswith(f"usage: {usage}")


@ALL
def test_no_text_of_a_flag_is_broken_where_there_is_room(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, program: ModuleType
) -> None:
    """As one would be that goes on in the next line of the program. It stands beside its flag, or below a long one."""
    monkeypatch.setenv("COLUMNS", "400")
    for words in ([], ["sample"]):
        lines = re.findall(r"^  .*\S", helped(capsys, program, *words), re.MULTILINE)
        long = [line for line in lines if re.fullmatch(r"  -[^ ]+( [^ ]+)*", line)]
        assert sum(not line.startswith("  -") for line in lines) == len(long)


@ALL
def test_flags_come_in_the_order_in_which_they_are_needed_with_their_defaults(
    capsys: Capture, program: ModuleType
) -> None:
    def flags(*words: str) -> list[str]:
        return re.findall(r"^  --([a-z-]+)", helped(capsys, program, *words), re.MULTILINE)

    order = flags()
    sizes = {mlp_names: ["embedding", "hidden"], bag_names: ["embedding"]}
    own = sizes.get(program, ["width", "heads", "layers", "recipe"])
    devices = ["backend", "stage", "target", "devices", "coordinator", "processes", "process-id", "wait"]
    assert order[: 3 + len(own)] == ["steps", "seconds", "context", *own]
    assert order[-8:] == devices
    assert flags("sample") == ["from", "count", "prefix", "temperature", "top-k", "seed", "explain", "data"]

    default = program.PROGRAM.flags()
    text = " ".join(helped(capsys, program).split())
    assert text.count("(default: ") == len(order)
    assert f"How long to train, if --steps is not given. (default: {default.default_seconds:g})" in text
    assert f"Symbols that the model reads{' at most' * (program is gpt_names)}. (default: {default.context})" in text
    assert f"The peak of the learning rate. (default: {default.rate})" in text
    text = " ".join(helped(capsys, program, "sample").split())
    assert text.count("(default: ") + text.count("(required)") == 8


def test_a_flag_that_is_none_is_told_of_with_the_command_that_has_help(capsys: Capture) -> None:
    for words in ([], ["sample", "--from", "latest"]):
        with pytest.raises(SystemExit):
            call(mlp_names, *words, "--hiden", 3)
        said = " ".join(capsys.readouterr().err.replace("│", " ").split())
        assert f"run mlp_names.py {'sample ' * bool(words)}--help" in said


# The latest run


@pytest.mark.parametrize("program", [mlp_names, bag_names], ids=lambda module: module.PROGRAM.name)
def test_the_latest_run_is_that_of_the_program_whose_checkpoint_is_newest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, program: ModuleType
) -> None:
    monkeypatch.chdir(tmp_path)
    name, times = program.PROGRAM.name, {"c": 10, "a": 30, "b": 20}
    for folder, time in times.items():
        train(program, tmp_path / "runs" / name / folder, "--steps", 1 + time, "--data", some_names(tmp_path))
    train(gpt_names, tmp_path / "runs" / "gpt_names" / "d", "--steps", 1, "--width", 4, "--data", some_names(tmp_path))
    (tmp_path / "runs" / name / "e").mkdir()  # of a run that has just begun

    def sampled(folder: str) -> str:
        capsys.readouterr()
        assert call(program, "sample", "--from", folder) == 0
        return capsys.readouterr().out

    for newest in ("a", "b", "c"):
        for folder, time in (times | {newest: 40}).items():
            os.utime(tmp_path / "runs" / name / folder / "model.safetensors", (time, time))
        assert sampled("latest") == sampled(f"runs/{name}/{newest}")
    flags = "--steps", 15, "--data", "names.txt"
    assert call(program, "--resume", "latest", *flags) == 0  # it had 11, the others more
    assert metrics(tmp_path / "runs" / name / "c")["steps"] == 15


@pytest.mark.parametrize("words", [["sample", "--from", "latest"], ["--resume", "latest"]])
def test_where_there_is_no_run_there_is_no_latest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert call(mlp_names, *words) == 2
        assert capsys.readouterr() == (
            "",
            f"mlp_names: {words[-2]}: asked for the latest run of mlp_names; found none in 'runs/mlp_names'; "
            "train one, or give the folder of a run\n",
        )
        (tmp_path / "runs" / "mlp_names" / "empty").mkdir(parents=True, exist_ok=True)
