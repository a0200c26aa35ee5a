"""Whatever cannot be done is told in one line, with exit code 2, and leaves no run behind."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from experiments.bag_names import ABOUT as BAG_ABOUT
from experiments.bag_names import PROGRAM as BAG_NAMES
from experiments.commands.command_line import main
from experiments.mlp_names import ABOUT, PROGRAM
from tests.experiments.programs import run, some_names

Refuse = Callable[..., str]


@pytest.fixture
def refuse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Refuse:
    """Run mlp_names in an empty folder; its one line of complaint."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def complaint(*words: object, code: int = 2) -> str:
        capsys.readouterr()
        assert main(PROGRAM, ABOUT, [*map(str, words)]) == code
        out, err = capsys.readouterr()
        assert out == "" or code == 1
        assert err.startswith("mlp_names: ")
        assert err.count("\n") == 1
        assert err.endswith("\n")
        assert err[:-1].isprintable()
        assert list(folder.iterdir()) == []
        return err

    return complaint


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of 10 steps, beside the names it was trained on."""
    folder = tmp_path_factory.mktemp("finished")
    words = ["--data", str(some_names(folder)), "--steps", "10", "--hidden", "4", "--out", str(folder / "run")]
    assert main(PROGRAM, ABOUT, words) == 0
    return folder


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "no names"),
        (b"\n \n", "no names"),
        (b"ann\nbob\nzo\xeb\n", "bytes that are not UTF-8 on line 3"),
        (bytes(range(256)), "bytes that are not UTF-8 on line 2"),
        (b"ann\nj\x0bhn\n", r"the character '\x0b' (U+000B) on line 2"),
        ("ann\nbob\nzo\u202e\n".encode() * 4, r"the character '\u202e' (U+202E) on line 3"),
        (b"ann\n" + b"a" * 1_001, "a name of 1,001 letters on line 2 (1,000 are the most)"),
        ("\n".join(map(chr, range(0x4E00, 0x4E00 + 5_001))).encode(), "5,001 letters that differ (5,000 are the most)"),
        ("😀\n".encode() * 9 + b"\xff", "bytes that are not UTF-8 on line 10"),
        (b"ann\nbob\n", "--data: asked to keep 0.1 of the names for tests; found 2 distinct; give at least 10"),
        (b"ann\n" * 100, "found 1 distinct; give at least 10"),
        (None, "No such file or directory"),
    ],
)
def test_data(refuse: Refuse, tmp_path: Path, content: bytes | None, found: str) -> None:
    path = tmp_path / "names.txt"
    if content is not None:
        path.write_bytes(content)
    assert found in refuse("--data", path)


def test_data_that_may_never_end(refuse: Refuse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A device, a pipe, and a file that is too large to be one of names."""
    os.mkfifo(tmp_path / "pipe")
    for path in (Path("/dev/zero"), Path("/dev/null"), tmp_path / "pipe"):
        assert f"{str(path)!r}; found no regular file; give a text file" in refuse("--data", path)
    monkeypatch.setattr("experiments.data.names.LARGEST", 100)
    (tmp_path / "large").write_text("ann\n" * 26)
    assert "found more than 100 bytes; give a text file" in refuse("--data", tmp_path / "large")


@pytest.mark.parametrize("equals", [True, False])
@pytest.mark.parametrize("flag", ["--data", "--out", "--resume", "--from"])
def test_no_name_is_not_the_folder_here(refuse: Refuse, flag: str, equals: bool) -> None:
    """As of a variable of the shell that is not set."""
    words = ["sample"] * (flag == "--from") + ([f"{flag}="] if equals else [flag, ""])
    assert refuse(*words).startswith(f"mlp_names: {flag}: asked for ''; found no name in it; give one")


@pytest.mark.parametrize("flag", ["hidden", "embedding", "context", "batch", "steps"])
@pytest.mark.parametrize("size", [0, -1, 2**31])
def test_sizes(refuse: Refuse, flag: str, size: int) -> None:
    assert f"--{flag}: asked for {size}; give a whole number from 1" in refuse(f"--{flag}", size)


@pytest.mark.parametrize("flag", ["rate", "seconds"])
@pytest.mark.parametrize("number", ["0", "-1", "nan", "inf", "-inf"])
def test_numbers(refuse: Refuse, flag: str, number: str) -> None:
    assert f"--{flag}: asked for {float(number)}; give a number above 0" in refuse(f"--{flag}", number)


def test_flags_that_make_no_sense(refuse: Refuse) -> None:
    assert "give one of them" in refuse("--steps", 10, "--seconds", 10)
    assert "--seed: asked for -1; give 0 or more" in refuse("--seed", -1)


def test_sizes_for_which_there_is_no_memory(refuse: Refuse, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("experiments.commands.program.dataset", full)
    assert "asked for more memory than there is; give smaller sizes" in refuse()


@pytest.mark.parametrize("words", [["--hidden", "many"], ["--hiden", "3"], ["--steps"], ["--schedule", "up"], ["more"]])
def test_a_command_line_that_is_none(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(PROGRAM, ABOUT, words)
    assert ended.value.code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("flag", "wanted"), [("--steps", "a whole number"), ("--seconds", "a number")])
def test_what_is_no_number_is_told_so(flag: str, wanted: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(PROGRAM, ABOUT, [flag, "x"])
    said = capsys.readouterr().err
    assert f"{flag}: wanted {wanted}, got 'x'" in said
    assert "None" not in said


def test_a_folder_that_cannot_be_written(refuse: Refuse, finished: Path) -> None:
    names = finished / "names.txt"
    for folder in (names, names / "in it", Path("/proc/none")):
        assert "give a folder that can be written" in refuse("--data", names, "--steps", 10, "--out", folder)
    assert "there; give another folder" in refuse("--data", names, "--steps", 10, "--out", finished / "run")


def test_a_loss_that_is_not_finite_has_exit_code_1(refuse: Refuse, finished: Path) -> None:
    line = refuse("--data", finished / "names.txt", "--steps", 50, "--rate", 1e38, code=1)
    assert line.startswith("mlp_names: asked for a finite loss; found ")
    assert "try a smaller --rate" in line


# Samples


@pytest.mark.parametrize("flag", ["prefix", "explain"])
@pytest.mark.parametrize("prefix", ["e3", "zoé", "a b", ".", "em.", "😀", "e\u0301m", "../em", "\n", "\udcff"])
def test_prefixes(refuse: Refuse, finished: Path, flag: str, prefix: str) -> None:
    line = refuse("sample", "--from", finished / "run", f"--{flag}", prefix)
    assert f"--{flag}: asked for {prefix!r}; found the character " in line
    assert ", which none of the names of the run has; give letters of 'abcdefghijklmnopqrstuvwxyz'" in line


@pytest.mark.parametrize("temperature", ["0", "-0.5", "nan", "inf"])
def test_temperatures(refuse: Refuse, finished: Path, temperature: str) -> None:
    line = refuse("sample", "--from", finished / "run", "--temperature", temperature)
    assert f"--temperature: asked for {float(temperature)}; give a number above 0" in line


@pytest.mark.parametrize("flag", ["count", "top-k"])
@pytest.mark.parametrize("number", [0, -1, 2**31])
def test_counts(refuse: Refuse, finished: Path, flag: str, number: int) -> None:
    line = refuse("sample", "--from", finished / "run", f"--{flag}", number)
    assert f"--{flag}: asked for {number}; give a whole number from 1" in line


# Checkpoints


@pytest.mark.parametrize("use", [["sample", "--from"], ["--resume"]])
def test_checkpoints(refuse: Refuse, finished: Path, tmp_path: Path, use: list[str]) -> None:
    assert "No such file or directory; give the folder of a run" in refuse(*use, tmp_path / "none")
    copy = shutil.copytree(finished / "run", tmp_path / "copy")
    checkpoint = copy / "model.safetensors"
    content = checkpoint.read_bytes()
    checkpoint.write_bytes(content[:-1])
    assert "no whole checkpoint" in refuse(*use, copy)
    checkpoint.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert "damaged" in refuse(*use, copy)
    bag = ["--steps", "10", "--out", str(tmp_path / "bag")]
    assert main(BAG_NAMES, BAG_ABOUT, bag) == 0
    assert "asked for a run of mlp_names; found one of bag_names" in refuse(*use, tmp_path / "bag")


def test_runs_that_cannot_go_on(refuse: Refuse, finished: Path, tmp_path: Path) -> None:
    folder, data = finished / "run", ("--data", finished / "names.txt")
    assert "found 10 steps spent; give more --seconds or --steps" in refuse("--resume", folder, *data)
    assert "found 5 steps spent" in refuse("--resume", folder, "--steps", 5, *data)
    assert "names.txt'; give this file with --data" in refuse("--resume", folder, "--steps", 20)
    line = refuse("--resume", folder, "--steps", 20, "--hidden", 128, *data)
    assert "asked for --hidden 128; found that this run has 4; leave --hidden out" in line
    others = tmp_path / "others.txt"
    others.write_text((finished / "names.txt").read_text() + "\nxyz")
    assert "others.txt'; give the run's own names" in refuse("--resume", folder, "--steps", 20, "--data", others)


def test_no_traceback_in_a_process_of_its_own(tmp_path: Path) -> None:
    done = run(tmp_path, "mlp_names", "--data", "none.txt")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "mlp_names: asked for names from 'none.txt'; found No such file or directory; "
        "give a text file (UTF-8) with one name a line, with --data PATH\n"
    )
    assert list(tmp_path.iterdir()) == []
