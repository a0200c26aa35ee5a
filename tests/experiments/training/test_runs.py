"""The folder of a run: whole files or none, one run at a time, and nothing that stays of one that came to nothing."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.process.errors import InputError
from experiments.process.files import UNFINISHED, put
from experiments.training.loop import Point, StepLoss
from experiments.training.runs import FILES, TakenError, new_folder, new_run_folder, run_folder, table_csv, write
from tests.experiments.programs import ENVIRONMENT


def contents(folder: Path) -> dict[str, bytes]:
    """The files in a folder, and in those in it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str) -> None:
    """And if not, then what it would have made untrue is still there."""
    put(tmp_path / "one", b"old")
    put(tmp_path / "two", b"of the old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(f"os.{failing}", full)
        with pytest.raises(InputError, match=r"--out: .*found No space left on device; give a folder"):
            write(tmp_path / "one", b"new")
        if failing == "fsync":
            with pytest.raises(OSError, match="No space"):
                put(tmp_path / "one", b"new", instead_of=[tmp_path / "two"])
        assert contents(tmp_path) == {"one": b"old", "two": b"of the old"}
    put(tmp_path / "one", b"new", instead_of=[tmp_path / "two"])
    assert contents(tmp_path) == {"one": b"new"}
    put(tmp_path / "gone" / "one", b"new")  # a folder that was removed is made again
    assert sorted(path.name for path in tmp_path.iterdir()) == ["gone", "one"]


def test_a_folder_that_nothing_came_of_is_removed_with_those_made_for_it(tmp_path: Path) -> None:
    with run_folder(tmp_path / "a" / "b") as folder:
        assert folder == tmp_path / "a" / "b"
        assert contents(folder) == {}
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(KeyError), run_folder(tmp_path / "a" / "b"):
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_a_file_in_it_stays(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    with run_folder(folder):
        write(folder / "file", b"")
    with run_folder(folder):
        pass
    assert [path.name for path in folder.iterdir()] == ["file"]


@pytest.mark.parametrize("file", FILES)
def test_a_run_is_written_over_only_by_going_on(tmp_path: Path, file: str) -> None:
    (tmp_path / file).touch()
    with pytest.raises(InputError, match=f"found {file} there; give another folder"), run_folder(tmp_path):
        pass
    with run_folder(tmp_path, over=tmp_path / "." / ".." / tmp_path.name):
        pass


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    for name in ("file", "file/in it", "n" * 300, f"new/{'n' * 300}", "loop", "loop/in it", "nul\0", "new/nul\0"):
        complaint = r"--out: .*; give a folder that can be written"
        with pytest.raises(InputError, match=complaint) as refused, run_folder(tmp_path / name):
            pass
        assert str(refused.value).isprintable()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "loop"]


# One run at a time


def test_of_two_runs_with_one_folder_one_is_refused_and_costs_the_other_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    with run_folder(folder), run_folder(tmp_path / "b"):
        for over, advice in (
            (None, "--out: .*; give another folder"),
            (folder, "--resume: .*; wait until it has ended"),
        ):
            refused = pytest.raises(TakenError, match=advice.replace("; ", "; found a run at work; "))
            with refused, run_folder(folder, over=over):
                pass
        with run_folder(folder, shared=True):  # as for the figures of benchmark, which may lie beside each other
            pass
        write(folder / "file", b"")
    with run_folder(folder):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_link_to_the_folder_of_another_run_is_that_folder(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("folder")
    with run_folder(tmp_path / "folder"), pytest.raises(TakenError), run_folder(tmp_path / "link"):
        pass


def test_new_folders_are_new_even_at_the_same_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("experiments.training.runs.time.strftime", lambda _: "now")
    with new_run_folder("a_program") as one, new_run_folder("a_program") as two:
        assert {one, two} == {Path("runs/a_program/now"), Path("runs/a_program/now-2")}
        assert new_folder("a_program") == Path("runs/a_program/now-3")
        names = iter([two, one, Path("runs/a_program/late")])
        monkeypatch.setattr("experiments.training.runs.new_folder", lambda _: next(names))
        with new_run_folder("a_program") as three:  # as if the others had not been there when it looked
            assert three == Path("runs/a_program/late")
    assert list(tmp_path.iterdir()) == []


HOLD = """
import sys
from pathlib import Path
from experiments.process.files import put
from experiments.training.runs import run_folder
with run_folder(Path(sys.argv[1])) as folder:
    if len(sys.argv) > 2:
        put(folder / "model.safetensors", b"saved")
        (folder / ".unfinished").mkdir()
        (folder / ".unfinished" / "model.safetensors.1").write_bytes(b"half")  # process 1 lives, but has no claim
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("saved", [(), ("saved",)])
def test_what_a_killed_process_leaves_blocks_nobody_and_is_cleared_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, saved: tuple[str, ...]
) -> None:
    """Of any kind, in that folder or beside it, in runs/ or elsewhere; but not while the process lives."""
    monkeypatch.chdir(tmp_path)
    killed, living = tmp_path / "runs" / "a_program" / "killed", tmp_path / "living"
    words = [sys.executable, "-c", HOLD]
    with (
        subprocess.Popen([*words, living], env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other,
        subprocess.Popen(
            [*words, killed, *saved], env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as process,
    ):
        for begun in (other, process):
            assert begun.stdout is not None
            begun.stdout.readline()
        with pytest.raises(TakenError), run_folder(killed):
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert (killed / UNFINISHED).exists()
        with run_folder(tmp_path / "another"):
            assert killed.exists() == bool(saved)
            assert not (killed / UNFINISHED).exists()
            assert (living / UNFINISHED).exists()
        other.send_signal(signal.SIGKILL)
        other.wait()
    with run_folder(living):
        assert contents(living) == {}
    living.rmdir()
    left = {"runs/a_program/killed/model.safetensors": b"saved"} if saved else {}
    assert contents(tmp_path) == left
    assert [path.name for path in tmp_path.iterdir()] == (["runs"] if saved else [])


def test_what_looks_unfinished_but_is_none_of_ours_does_not_stop_a_run(tmp_path: Path) -> None:
    """A pipe, a folder, and a link to what is elsewhere."""
    (tmp_path / "b" / UNFINISHED / "folder").mkdir(parents=True)
    os.mkfifo(tmp_path / "b" / UNFINISHED / "pipe")
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").touch()
    (tmp_path / "b" / UNFINISHED / "link").symlink_to(tmp_path / "kept" / "file")
    with run_folder(tmp_path / "a"):
        pass
    assert (tmp_path / "kept" / "file").exists()
    assert (tmp_path / "b" / UNFINISHED / "folder").exists()


# Tables


def test_the_curve_is_a_table() -> None:
    table = table_csv([Point(0, 0.0, 3.25, 3.5), Point(7, 0.5, 0.1, 2.0)])
    assert table == b"steps,seconds,train_loss,test_loss\n0,0.0,3.25,3.5\n7,0.5,0.1,2.0\n"


@given(st.lists(st.builds(StepLoss, st.integers(0), st.floats(allow_nan=False)), min_size=1))
def test_a_table_keeps_every_digit(losses: list[StepLoss]) -> None:
    header, *rows = table_csv(losses).decode().splitlines()
    assert header == "step,loss"
    cells = [row.split(",") for row in rows]
    assert [StepLoss(int(step), float(loss)) for step, loss in cells] == losses


def test_a_table_without_rows_is_empty() -> None:
    assert table_csv([]).strip() == b""
