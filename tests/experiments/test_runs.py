"""The folder of a run: whole files or none, and no folder without a run."""

import errno
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.errors import InputError
from experiments.runs import FILES, new_folder, run_folder, table_csv, write, write_all
from experiments.training import Point, StepLoss


def test_files_are_written_whole_and_all_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "one", b"old")
    synced = []

    def full(file: int) -> None:
        synced.append(file)
        if len(synced) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(InputError, match=r"--out: .*found No space left on device; give a folder"):
        write_all(tmp_path, {"one": b"new", "two": b"new"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"one": b"old"}
    write_all(tmp_path, {"one": b"new", "two": b"new"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"one": b"new", "two": b"new"}


def test_a_folder_that_nothing_came_of_is_removed_with_those_made_for_it(tmp_path: Path) -> None:
    with run_folder(tmp_path / "a" / "b"):
        assert (tmp_path / "a" / "b").is_dir()
        assert list((tmp_path / "a" / "b").iterdir()) == []
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
    for folder in (tmp_path / "file", tmp_path / "file" / "in it", tmp_path / ("n" * 300)):
        with pytest.raises(InputError, match=r"--out: .*; give a folder that can be written"), run_folder(folder):
            pass
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_new_folders_are_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folders = []
    for _ in range(3):
        folders.append(new_folder("a_program"))
        folders[-1].mkdir(parents=True)
    assert len(set(folders)) == 3
    assert {folder.parent for folder in folders} == {Path("runs/a_program")}


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
