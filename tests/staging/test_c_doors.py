"""What is loaded was compiled here: not what others planted, nor what is damaged. No compiler holds a program up."""

import os
import select
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cat_ad import StagingError, stage
from cat_ad.staging.c import compiler as c_compiler
from cat_ad.staging.c.cache import WORKING, private, require_sealed, seal, working
from cat_ad.staging.c.compiler import CompilerError, library

SEVEN, EIGHT = (f"int number(void) {{ return {number}; }}\n" for number in (7, 8))
ANOTHER = 12345  # a user
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder, nothing said, and an empty folder for what passes."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "passing").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "passing"))
    monkeypatch.setattr(c_compiler, "_too_slow", set())
    c_compiler._notice.cache_clear()
    return tmp_path / "cat_ad" / "c"


def kept(cache: Path, source: str) -> Path:
    """Where the library of this source is kept."""
    before = set(cache.iterdir()) if cache.exists() else set()
    library(source)
    (path,) = set(cache.iterdir()) - before
    return path


# Files


@given(st.data())
@settings(max_examples=100)
def test_a_file_with_any_byte_changed_is_refused(data: st.DataObject) -> None:
    """Or cut off, or longer, or with another name."""
    with tempfile.TemporaryDirectory() as home:
        made, path = Path(home, "made"), Path(home, "library.so")
        made.write_bytes(data.draw(st.binary(max_size=300)))
        seal(str(path), str(made))
        require_sealed(str(path))
        whole = path.read_bytes()
        at = data.draw(st.integers(0, len(whole) - 1))
        bit = bytes([whole[at] ^ 1 << data.draw(st.integers(0, 7))])
        found = data.draw(st.sampled_from([whole[:at] + bit + whole[at + 1 :], whole[:at], whole + bit, b""]))
        path.write_bytes(found)
        with pytest.raises(OSError, match="damaged"):
            require_sealed(str(path))
        path.rename(Path(home, "other.so"))
        Path(home, "other.so").write_bytes(whole)
        with pytest.raises(OSError, match="damaged"):
            require_sealed(str(Path(home, "other.so")))


def plant_link(path: Path, other: Path) -> None:
    path.symlink_to(other)


def plant_folder(path: Path, other: Path) -> None:
    path.mkdir()


def plant_pipe(path: Path, other: Path) -> None:
    os.mkfifo(path)


def plant_another(path: Path, other: Path) -> None:
    path.write_bytes(other.read_bytes())


def plant_open_to_others(path: Path, other: Path) -> None:
    path.write_bytes(b"")
    path.chmod(0o666)


def plant_foreign(path: Path, other: Path) -> None:
    path.write_bytes(b"")
    os.chown(path, ANOTHER, -1)


PLANTED = [plant_link, plant_folder, plant_pipe, plant_another, plant_open_to_others]


@pytest.mark.parametrize("plant", [*PLANTED, pytest.param(plant_foreign, marks=AS_ROOT)])
def test_what_is_planted_in_place_of_a_library_is_not_loaded(cache: Path, plant: Callable[[Path, Path], None]) -> None:
    """Whatever it is, and though it has the content that was kept: it is compiled again, and nothing waits."""
    path, other = kept(cache, SEVEN), kept(cache, EIGHT)
    whole = path.read_bytes()
    path.unlink()
    plant(path, other)
    if path.is_file() and not path.stat().st_size:
        path.write_bytes(whole)
    assert library(SEVEN).number() == 7
    assert path.is_dir() or (path.is_file() and not path.is_symlink() and path.stat().st_mode & 0o077 == 0)


# Folders


def test_folders_are_made_private_from_the_first_that_is_ours(cache: Path) -> None:
    """Whatever the mask of the user, and though they were open before."""
    before = os.umask(0)
    try:
        library(SEVEN)
        for folder in (cache.parent, cache):
            assert folder.stat().st_mode & 0o777 == 0o700
            folder.chmod(0o777)
        library(SEVEN)
        assert [folder.stat().st_mode & 0o777 for folder in (cache.parent, cache)] == [0o700, 0o700]
    finally:
        os.umask(before)


def foreign(folder: Path, elsewhere: Path) -> None:
    folder.mkdir()
    os.chown(folder, ANOTHER, -1)


FOLDERS: list[Callable[[Path, Path], Any]] = [
    lambda folder, elsewhere: folder.symlink_to(elsewhere),
    lambda folder, elsewhere: folder.write_text(""),
    lambda folder, elsewhere: os.mkfifo(folder),
]


@pytest.mark.parametrize("make", [*FOLDERS, pytest.param(foreign, marks=AS_ROOT)])
@pytest.mark.parametrize("inner", [False, True])
def test_a_folder_that_is_not_ours_is_not_used(
    cache: Path, tmp_path: Path, make: Callable[[Path, Path], Any], inner: bool
) -> None:
    """Libraries are compiled for this process alone, with one notice, and nothing stays."""
    (elsewhere := tmp_path / "elsewhere").mkdir()
    if inner:
        cache.parent.mkdir()
    make(cache if inner else cache.parent, elsewhere)
    with pytest.warns(UserWarning, match="of .*; compiling for this process alone") as said:
        assert (library(SEVEN).number(), library(EIGHT).number()) == (7, 8)
    assert len(said) == 1
    assert list(elsewhere.iterdir()) == list((tmp_path / "passing").iterdir()) == []


def test_the_folder_that_was_checked_is_the_one_that_is_used(cache: Path) -> None:
    """Though another takes its name meanwhile."""
    library(SEVEN)
    if not os.path.isdir("/proc/self/fd"):
        pytest.skip("here a folder has no name but its own")
    with private(cache.parents[1], "cat_ad", "c") as home:
        cache.rename(cache.parent / "moved")
        cache.mkdir()
        assert len(os.listdir(home)) == 1


# What was left

WORK = """
import os, sys
from cat_ad.staging.c.cache import working
with working(sys.argv[1]) as folder:
    print(os.path.basename(folder), flush=True)
    sys.stdin.read()
"""


def test_what_a_process_leaves_that_was_ended_is_cleared_by_the_next_and_nothing_else(tmp_path: Path) -> None:
    """Also by the same number of a process; but no folder of one that lives, and no file of another name."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", WORK, str(tmp_path)]
    ended, living = (subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(2))
    with ended, living:
        assert ended.stdout
        assert living.stdout
        left, busy = ended.stdout.readline().strip(), living.stdout.readline().strip()
        ended.kill()
        ended.wait()
        (tmp_path / left / "staged.c").write_text("")
        (tmp_path / f"{WORKING}old").mkdir()
        (tmp_path / "other").mkdir()
        with working(str(tmp_path)) as mine:
            found = {path.name for path in tmp_path.iterdir()}
        assert found == {busy, "other", "passing", os.path.basename(mine)}
        living.communicate("")
    assert {path.name for path in tmp_path.iterdir()} == {"other", "passing"}


# Compilers


@pytest.fixture
def pulse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A pipe that ends when the last process ends that was begun by a compiler which holds it open."""
    os.mkfifo(tmp_path / "pulse")
    monkeypatch.setenv("PULSE", str(tmp_path / "pulse"))
    pipe = os.open(tmp_path / "pulse", os.O_RDONLY | os.O_NONBLOCK)
    yield pipe
    os.close(pipe)


def compiler(folder: Path, script: str) -> str:
    """The path with this compiler on it, before all others."""
    (folder / "bin").mkdir(exist_ok=True)
    (folder / "bin" / "cc").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "bin" / "cc").chmod(0o755)
    return f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"


REAL = 'case "$*" in *-dM*) exit 0;; esac\n'  # which answers what it is
HANGS = 'exec 3>"$PULSE"; trap "" INT TERM; sleep 1000 & wait; wait; sleep 1000'
SLOW = {"at once": HANGS, "when it compiles": REAL + HANGS, "which prints": 'exec 3>"$PULSE"; yes'}
WRONG = {
    "nothing": REAL,
    "garbage": REAL + "head -c 999 /dev/urandom > staged.so",
    "an empty file": REAL + ": > staged.so",
    "a pipe": REAL + "mkfifo staged.so",
    "a folder": REAL + "mkdir staged.so",
    "a link to a device": REAL + "ln -s /dev/zero staged.so",
    "another library": REAL + f"echo 'int none;' | {c_compiler._compiler()} -shared -xc - -o staged.so",
    "an object": REAL + f"echo 'int staged;' | {c_compiler._compiler()} -c -xc - -o staged.so",
}


def in_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    """NumPy runs instead, with one notice for however many functions."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        for at in range(3):
            assert stage(lambda x, at=at: x + at, "c")(np.ones(2)).tolist() == [1.0 + at] * 2
    assert len(said) == 1, [str(one.message) for one in said]
    assert str(one := said[0].message).endswith("; running NumPy instead"), one


@pytest.mark.parametrize("script", SLOW.values(), ids=SLOW)
def test_a_compiler_that_does_not_end_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pulse: int, script: str
) -> None:
    """In a stated time, once; what it was to compile is staged for NumPy."""
    monkeypatch.setenv("PATH", compiler(tmp_path, script))
    monkeypatch.setattr(c_compiler, "TO_ANSWER", 1.5)
    monkeypatch.setattr(c_compiler, "TO_COMPILE", 0.5)
    in_numpy(monkeypatch)
    os.set_blocking(pulse, True)
    assert select.select([pulse], [], [], 60)[0], "it goes on"
    assert os.read(pulse, 1) == b""


def test_a_program_that_takes_too_long(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is not tried again; others are compiled."""
    real = c_compiler._compiler()
    script = f'{REAL}case "$*" in *staged.c*) grep -q slow staged.c && exec sleep 1000;; esac\nexec {real} "$@"'
    monkeypatch.setenv("PATH", compiler(tmp_path, script))
    with monkeypatch.context() as patched:
        patched.setattr(c_compiler, "TO_COMPILE", 0.5)
        with pytest.raises(CompilerError, match="takes too long"):
            library(f"{SEVEN}/* slow */")
    with pytest.raises(CompilerError, match="takes too long"):
        library(f"{SEVEN}/* slow */")
    assert library(SEVEN, "number").number() == 7


@pytest.mark.parametrize("script", WRONG.values(), ids=WRONG)
def test_a_compiler_that_makes_something_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Is told of as one that fails, and what it makes is not kept."""
    monkeypatch.setenv("PATH", compiler(tmp_path, script))
    in_numpy(monkeypatch)
    with pytest.raises(CompilerError, match=r"what .* makes is no library of this machine"):
        library(SEVEN, "number")
    assert list((tmp_path / "cat_ad" / "c").iterdir()) == []
    assert issubclass(CompilerError, StagingError)


def test_ctrl_c_ends_a_compiler(tmp_path: Path, pulse: int) -> None:
    """And all that it started; the program ends as it does elsewhere."""
    environment = os.environ | {"PATH": compiler(tmp_path, 'exec 3>"$PULSE"; echo go >&3; ' + HANGS)}
    command = [sys.executable, "-c", f"from cat_ad.staging.c.compiler import library\nlibrary({SEVEN!r})"]
    os.set_blocking(pulse, True)
    with open(os.open(tmp_path / "pulse", os.O_WRONLY), "wb") as held:
        process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)
        with process:
            assert os.read(pulse, 3) == b"go\n"
            held.close()
            process.send_signal(signal.SIGINT)
            _, error = process.communicate()
    assert b"KeyboardInterrupt" in error
    assert process.returncode == -signal.SIGINT
    assert select.select([pulse], [], [], 60)[0], "it goes on"
    assert os.read(pulse, 1) == b""
