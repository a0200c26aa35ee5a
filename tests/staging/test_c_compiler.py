"""The C compiler is used once for each source, by however many processes, and reported where it does not work."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from subprocess import PIPE
from typing import Any

import numpy as np
import pytest

from cat_ad import StagingError, StagingWarning, staging
from cat_ad.staging.c import compiler as c_compiler
from cat_ad.staging.c import source as c_source
from cat_ad.staging.c.compiler import CompilerError, RejectedError, cache_folder, library, vector_bytes
from tests.support.in_c import assert_close, in_c

SOURCE = "int seven(void) { return 7; }\n"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "cat_ad" / "c"


def found(cache: Path) -> list[str]:
    """The names of the files in the cache."""
    return [path.name for path in cache.iterdir()]


def test_a_source_is_compiled_once(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And another source is another library."""
    assert library(SOURCE).seven() == 7
    (name,) = found(cache)
    assert name.endswith(".so")
    with monkeypatch.context() as patched:
        patched.setattr(c_compiler, "build", lambda *_: pytest.fail("compiled again"))
        assert library(SOURCE).seven() == 7
    assert library(SOURCE.replace("7", "8")).seven() == 8
    assert len(found(cache)) == 2


@pytest.mark.parametrize("processors", [1, 2, 3])
def test_a_long_program_is_compiled_in_parts(processors: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many at once as there are processors, and gives the same; an error in any of them is told."""
    monkeypatch.setattr(c_source, "PART", 3)
    monkeypatch.setattr(c_compiler, "FEW", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: processors)

    def f(x: Any) -> Any:
        for at in range(9):
            x = np.exp(-((x @ x.T)[:3] ** 2)) @ x + at / processors
        return x, np.sum(x, axis=0)

    x = np.linspace(0.1, 0.4, 12).reshape(3, 4)
    staged = in_c(f)
    assert_close(staged(x), f(x), 1e-12)
    assert len(c_compiler._units(staged.source)) == processors
    monkeypatch.setattr(c_source, "INLINE", "\n#error wrong\n")
    staging._notice.cache_clear()  # which is given once
    with pytest.warns(StagingWarning, match="error wrong"):
        assert_close(in_c(f)(x), f(x), 1e-12)


def test_another_compiler_or_processor_is_another_library(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `-march=native` means is part of the name."""
    library(SOURCE)
    monkeypatch.setattr(c_compiler, "identity", lambda: "another")
    library(SOURCE)
    assert len(found(cache)) == 2


def test_a_spoilt_library_is_compiled_again(cache: Path) -> None:
    """The file is there, but it is no library."""
    library(SOURCE)
    (name,) = found(cache)
    (cache / name).unlink()
    (cache / name).write_bytes(b"spoilt")
    assert library(SOURCE).seven() == 7


@pytest.mark.parametrize("part", [0.0, 0.3, 0.5, 0.99])
def test_a_library_that_is_cut_off_is_compiled_again(cache: Path, part: float) -> None:
    """The system would load half of one, and end the process when it is called."""
    library(SOURCE)
    (name,) = found(cache)
    whole = (cache / name).read_bytes()
    (cache / name).unlink()
    (cache / name).write_bytes(whole[: int(part * len(whole))])
    assert library(SOURCE).seven() == 7
    assert len((cache / name).read_bytes()) == len(whole)


ONE_OF_MANY = """
import sys
from cat_ad.staging.c.compiler import library
print("ready", flush=True)
print(library(sys.stdin.read()).seven())
"""


def test_processes_may_compile_at_once(cache: Path) -> None:
    """Each finds a whole library, and nothing else is left behind."""
    running = [
        subprocess.Popen([sys.executable, "-c", ONE_OF_MANY], stdin=PIPE, stdout=PIPE, text=True) for _ in range(3)
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write(SOURCE)
        process.stdin.close()
    for process in running:
        with process:
            assert process.stdout is not None
            assert process.stdout.read() == "7\n"
    assert len(found(cache)) == 1


def test_a_cache_that_cannot_be_written_to_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library lives as long as the process."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert library(SOURCE).seven() == 7


def test_a_user_without_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container: the library lives as long as the process."""
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", homeless)
    assert library(SOURCE).seven() == 7


def homeless() -> Path:
    """As `Path.home` has it."""
    raise RuntimeError("Could not determine home directory.")


def test_nowhere_to_compile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is said as if there were no compiler, so that NumPy runs instead."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    with pytest.raises(CompilerError, match="wanted to compile in the cache folder or a passing one"):
        library(SOURCE)


def test_the_cache_is_where_the_user_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`$XDG_CACHE_HOME` if that is a whole path, or `~/.cache`."""
    assert cache_folder().is_relative_to(tmp_path)
    for value in ("", "relative"):
        monkeypatch.setenv("XDG_CACHE_HOME", value)
        assert cache_folder() == Path.home() / ".cache" / "cat_ad" / "c"


def test_no_compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is said, with what to do."""
    monkeypatch.setenv("PATH", str(tmp_path))
    for ask in (lambda: library(SOURCE), vector_bytes):
        with pytest.raises(CompilerError, match="found no cc; install one, or"):
            ask()
    assert issubclass(CompilerError, StagingError)


@pytest.mark.parametrize(
    "script",
    [
        "#!/bin/sh\necho 'error: out of ideas' >&2; exit 3\n",
        "#!/bin/sh\nexit 3\n",
        "?",
        "#!/bin/sh\nprintf '\\377' >&2; exit 3\n",
    ],
)
def test_a_compiler_that_fails(script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is said, with its first error."""
    (tmp_path / "cc").write_text(script)
    (tmp_path / "cc").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CompilerError, match=r"fails \((error: out of ideas|exit status 3)\)|does not run"):
        library(SOURCE)


def test_a_source_that_is_no_c(cache: Path) -> None:
    """Is a fault of whoever wrote it, and leaves nothing behind."""
    with pytest.raises(RejectedError, match=r"error: .*: it takes other programs, so this is a fault of cat_ad"):
        library("this is no C")
    assert found(cache) == []


def test_a_compiler_that_takes_nothing_rejects_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that answers questions, but makes no library."""
    (tmp_path / "cc").write_text('#!/bin/sh\nfor part; do [ "$part" = -E ] && exit 0; done; exit 3\n')
    (tmp_path / "cc").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CompilerError, match="exit status 3") as caught:
        library(SOURCE)
    assert not isinstance(caught.value, RejectedError)


def test_the_length_of_vectors() -> None:
    """Of this processor."""
    assert vector_bytes() in (16, 32, 64)
    assert os.environ["XDG_CACHE_HOME"]
