"""The C compiler of the machine: it makes a library of a source, or takes one that it has made before from a cache.

The name of a library is a hash of all that decides what is in it: the source, the flags, and what the compiler says of
itself and of the processor (`-march=native`). It is written under another name and then moved there, so that nobody
finds a part of it, and two processes may compile at once. One that is cut off in spite of that is compiled again.

>>> add = library("int add(int x, int y) { return x + y; }").add
>>> add(2, 3)
5
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tempfile
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cat_ad.errors import StagingError

FLAGS = (
    *("-std=gnu11", "-O3", "-march=native", "-shared", "-fPIC"),
    *("-fno-math-errno", "-fno-trapping-math", "-ffp-contract=fast", "-fwrapv", "-fopenmp-simd", "-w"),
)
END = b"whole"  # of a library that was written to its end


class CompilerError(StagingError):
    """There is no C compiler, or it fails."""


class RejectedError(CompilerError):
    """The compiler works, but does not take the C that was written here: a fault of this library."""


def library(source: str) -> ctypes.CDLL:
    """The compiled source. Raises `CompilerError` where there is no compiler, or it fails."""
    name = sha256("\0".join((source, *FLAGS, identity())).encode()).hexdigest() + ".so"
    try:
        folder = cache_folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _kept(source, folder / name)
    except (OSError, RuntimeError):  # no home, or one that cannot be written to: once more, for this process alone
        return _passing(source)


def _kept(source: str, path: Path) -> ctypes.CDLL:
    """The library at this path; compiled first, if it is not there or cut off."""
    try:
        return _load(path)
    except OSError:
        build(source, path)
        return _load(path)


def _passing(source: str) -> ctypes.CDLL:
    """A library that no later process will find."""
    try:
        with tempfile.TemporaryDirectory() as home:
            build(source, path := Path(home) / "staged.so")
            return _load(path)
    except OSError as error:
        raise CompilerError(f"stage: wanted to compile in the cache folder or a passing one, but ({error})") from None


def _load(path: Path) -> ctypes.CDLL:
    """The library in this file, which ends as `build` left it. Raises OSError where it does not."""
    with path.open("rb") as file:  # the system would take one that was cut off, and fail when it is called
        file.seek(-min(len(END), path.stat().st_size), os.SEEK_END)
        if file.read() != END:
            raise OSError(f"{path} is cut off")
    return ctypes.CDLL(str(path))


def build(source: str, path: Path) -> None:
    """Write the library of this source there, all at once. Raises `CompilerError`, and `RejectedError` for a source."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".compiling-") as home:
        program, made = Path(home) / "staged.c", Path(home) / "staged.so"
        program.write_text(source, "utf-8")
        command = (_compiler(), *FLAGS, str(program), "-o", str(made), "-lm")
        try:
            _run(*command)
        except CompilerError as error:
            program.write_text("int nothing;\n", "utf-8")
            _run(*command)  # where this fails too, the fault is not in the source
            raise RejectedError(f"{error}: it takes other programs, so this is a fault of cat_ad; report it") from None
        with made.open("ab") as file:
            file.write(END)
        os.replace(made, path)


def cache_folder() -> Path:
    """Where libraries are kept: in the cache folder of the user."""
    home = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(home) if os.path.isabs(home) else Path.home() / ".cache") / "cat_ad" / "c"


def identity() -> str:
    """What the compiler says of itself, and of the processor that it compiles for. Raises `CompilerError`."""
    return _identity(_compiler())


@lru_cache
def _identity(compiler: str) -> str:
    return _run(compiler, "-march=native", "-dM", "-E", "-x", "c", os.devnull)


def vector_bytes() -> int:
    """How long the vectors of the processor are. Raises `CompilerError`."""
    macros = identity()
    return 64 if "__AVX512F__" in macros else 32 if "__AVX__" in macros else 16


def _compiler() -> str:
    """Where it is. Raises `CompilerError` if there is none."""
    found = shutil.which("cc")
    if found is None:
        raise CompilerError("stage: wanted a C compiler, found no cc; install one, or stage for NumPy")
    return found


def _run(compiler: str, *arguments: str) -> str:
    """What the compiler prints."""
    try:
        command, plain = (compiler, *arguments), {**os.environ, "LC_ALL": "C"}
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", env=plain, check=False)
    except OSError as error:
        raise CompilerError(f"stage: wanted a C compiler, but {compiler} does not run ({error})") from None
    if done.returncode:
        said = (line for line in done.stderr.splitlines() if "error" in line)
        reason = next(said, f"exit status {done.returncode}")
        raise CompilerError(f"stage: wanted a C compiler, but {compiler} fails ({reason})")
    return done.stdout


__all__ = ["CompilerError", "library", "vector_bytes"]
