"""The C compiler of the machine: it makes a library of a source, or takes one that it has made before from a cache.

The name of a library is a hash of all that decides what is in it: the source, the flags, and what the compiler says of
itself and of the processor (`-march=native`). It is written under another name and then moved there, so that nobody
finds a part of it, and two processes may compile at once. A library that is damaged all the same is compiled again
(`cat_ad.staging.c.cache`).

A long source is compiled in parts, at the same time: as many as there are processors.

A compiler has ten seconds to say what it is, and a minute to compile. It is ended with all that it started. A program
that takes longer is not compiled again; nor is any other one if the compiler does not end with a program of nothing.

>>> add = library("int add(int x, int y) { return x + y; }", "add").add
>>> add(2, 3)
5
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from subprocess import DEVNULL, PIPE, STDOUT, Popen, TimeoutExpired
from threading import current_thread, main_thread
from time import monotonic

from cat_ad.errors import StagingError
from cat_ad.staging.c.cache import ForeignError, private, require_sealed, seal, working

FLAGS = (
    *("-std=gnu11", "-O3", "-march=native", "-fPIC"),
    *("-fno-math-errno", "-fno-trapping-math", "-ffp-contract=fast", "-fwrapv", "-fopenmp-simd", "-w"),
)
TO_ANSWER, TO_COMPILE = 10.0, 60.0  # seconds
MOST = 2**20  # bytes that a compiler may print
APART = '-DPART=__attribute__((visibility("hidden")))'
MADE = "staged.so"
FEW = 8  # parts, which are compiled together: so a compiler may make one function of them
UNIT = "\n/* A part, which needs what is before the first one. */\n"

_too_slow: set[str] = set()  # compilers and programs that did not end in time, and are not tried again


class CompilerError(StagingError):
    """There is no C compiler, or it fails."""


class RejectedError(CompilerError):
    """The compiler works, but does not take what was written: a fault of this library, or of a name in `names_in_c`."""


def library(source: str, *functions: str) -> ctypes.CDLL:
    """The compiled source, which has these functions.

    Raises `CompilerError` where there is no compiler, or it fails, takes too long, or makes no library; its subclass
    `RejectedError` where it rejects this source.
    """
    name = sha256("\0".join((source, *FLAGS, identity())).encode()).hexdigest() + ".so"
    try:
        with home_folder() as home:
            return _kept(source, functions, os.path.join(home, name))
    except ForeignError as error:
        instead = "compiling for this process alone"
        _notice(f"stage: wanted a folder for compiled libraries, but of {cache_folder()} {error.strerror}; {instead}")
    except (OSError, RuntimeError):  # no home, or one that cannot be written to: compile for this process alone
        pass
    return passing(source, functions)


def recalled(name: str) -> bytes:
    """What was kept in the cache under this name, or nothing."""
    with suppress(OSError, RuntimeError), home_folder() as home:
        return require_sealed(os.path.join(home, name))
    return b""


def keep(name: str, content: bytes) -> None:
    """Keep this in the cache, if there is one."""
    with suppress(OSError, RuntimeError), home_folder() as home, working(home) as folder:
        (made := Path(folder, name)).write_bytes(content)
        seal(os.path.join(home, name), str(made))


@contextmanager
def home_folder() -> Iterator[str]:
    """Where compiled libraries are kept, while it is open. Raises as `private`, or `RuntimeError` without a home."""
    folder = cache_folder()
    with private(folder.parents[1], *folder.parts[-2:]) as home:
        yield home


@lru_cache
def _notice(text: str) -> None:
    """Warn, once."""
    warnings.warn(text, UserWarning, stacklevel=9)


def _kept(source: str, functions: Sequence[str], path: str) -> ctypes.CDLL:
    """The library at this path; compiled first, if it is not there, or cannot be trusted."""
    with suppress(OSError):
        require_sealed(path)
        return ctypes.CDLL(path)
    with working(os.path.dirname(path)) as folder:
        made = build(source, functions, folder)
        with suppress(OSError):  # it is loaded
            seal(path, os.path.join(folder, MADE))
        return made


def passing(source: str, functions: Sequence[str]) -> ctypes.CDLL:
    """A library that no later process will find."""
    try:
        with working(tempfile.gettempdir()) as folder:
            return build(source, functions, folder)
    except OSError as error:
        raise CompilerError(f"stage: wanted to compile in the cache folder or a passing one, but ({error})") from None


def build(source: str, functions: Sequence[str], folder: str) -> ctypes.CDLL:
    """The library of this source, which is made in this folder, and has these functions. Raises as `library`."""
    compiler, made = _compiler(), os.path.join(folder, MADE)
    threads = ("-fopenmp",) if "#pragma omp parallel" in source else ()
    made_by = compiler, *FLAGS, *threads
    texts = _units(source)
    units = [f"staged{at or ''}.c" for at in range(len(texts))]
    for unit, text in zip(units, texts, strict=True):
        Path(folder, unit).write_text(text, "utf-8")
    program = sha256(source.encode()).hexdigest()
    try:
        if len(units) > 1:
            _run([(*made_by, APART, "-c", unit) for unit in units], TO_COMPILE, folder, program)
            units = [f"{unit[:-1]}o" for unit in units]
        _run([(*made_by, "-shared", *units, "-o", MADE, "-lm")], TO_COMPILE, folder, program)
    except CompilerError as error:
        Path(folder, "nothing.c").write_text("int nothing;\n", "utf-8")
        _run([(*made_by, "-shared", "nothing.c", "-o", MADE, "-lm")], TO_ANSWER, folder)  # is the fault in the source?
        if program in _too_slow:
            raise
        fault = "a fault of cat_ad, or of a name in names_in_c; report it, or correct the name"
        raise RejectedError(f"{error}: it takes other programs, so this is {fault}") from None
    with suppress(OSError):
        if os.path.isfile(made):  # the system would wait for a pipe
            found = ctypes.CDLL(made)
            if all(hasattr(found, name) for name in functions):
                return found
    raise CompilerError(f"stage: wanted a C compiler, but what {compiler} makes is no library of this machine")


def _units(source: str) -> list[str]:
    """The source, or, of a long one, so many parts as there are processors, each with what is before the first part."""
    head, *parts = source.split(UNIT)
    many = -(-len(parts) // (os.cpu_count() or 1)) if len(parts) > FEW else len(parts)
    return ["".join([head, *parts[at : at + many]]) for at in range(0, len(parts), many or 1)] or [source]


def cache_folder() -> Path:
    """Where libraries are kept: in the cache folder of the user."""
    home = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(home) if os.path.isabs(home) else Path.home() / ".cache") / "cat_ad" / "c"


def identity() -> str:
    """What the compiler says of itself, and of the processor that it compiles for. Raises `CompilerError`."""
    return _identity(_compiler())


@lru_cache
def _identity(compiler: str) -> str:
    return _run([(compiler, "-march=native", "-dM", "-E", "-x", "c", os.devnull)], TO_ANSWER)


def vector_bytes() -> int:
    """How long the vectors of the processor are. Raises `CompilerError`."""
    macros = identity()
    return 64 if "__AVX512F__" in macros else 32 if "__AVX__" in macros else 16


def _compiler() -> str:
    """Where it is. Raises `CompilerError` if there is none."""
    found = shutil.which("cc")
    if found is None:
        raise CompilerError("stage: wanted a C compiler, found no cc; install one, or stage for NumPy")
    return os.path.abspath(found)


def _run(commands: Sequence[Sequence[str]], limit: float, folder: str | None = None, program: str = "") -> str:
    """What a compiler prints to these commands, all at once, in this folder, within so many seconds."""
    compiler, processes, said = commands[0][0], list[Popen[bytes]](), list[str]()
    slow = CompilerError(f"stage: wanted a C compiler, but {compiler} takes too long")
    if _too_slow & {compiler, program}:
        raise slow
    known = os.environ | {"LC_ALL": "C"} | ({"TMPDIR": "."} if folder else {})
    try:  # each in a group of its own, so that all of it can be ended
        for each in commands:
            with _held():
                processes.append(
                    Popen(each, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, env=known, cwd=folder, process_group=0)
                )
        end = monotonic() + limit
        said = [_heard(process, end) for process in processes]
        status = next((process.returncode for process in processes if process.returncode), 0)
    except OSError as error:
        raise CompilerError(f"stage: wanted a C compiler, but {compiler} does not run ({error})") from None
    except TimeoutExpired:
        _too_slow.add(program or compiler)
        raise slow from None
    finally:
        for process in processes:
            _ended(process)
    if status:
        found = (line for text in said for line in text.splitlines() if "error" in line)
        reason = next(found, f"exit status {status}")
        raise CompilerError(f"stage: wanted a C compiler, but {compiler} fails ({reason})")
    return "".join(said)


@contextmanager
def _held() -> Iterator[None]:
    """Hold Ctrl-C back until the process that is started here is known: before that, nobody could end it."""
    if current_thread() is not main_thread() or signal.getsignal(signal.SIGINT) is None:
        yield
        return
    pressed = list[int]()
    before = signal.signal(signal.SIGINT, lambda number, frame: pressed.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if pressed:
        signal.raise_signal(signal.SIGINT)


def _ended(process: Popen[bytes]) -> None:
    """End the process, if it has not ended, and all that it started."""
    with process:
        if process.returncode is None:
            with suppress(OSError):  # some systems have no group of those that ended
                os.killpg(process.pid, signal.SIGKILL)


def _heard(process: Popen[bytes], end: float) -> str:
    """What it prints until it ends. Raises `TimeoutExpired`, also where it prints without end."""
    assert process.stdout
    said, pipe = b"", process.stdout.fileno()
    with DefaultSelector() as selector:
        selector.register(pipe, EVENT_READ)
        while len(said) < MOST and selector.select(max(0.0, end - monotonic())):
            part = os.read(pipe, 2**16)
            if not part:
                process.wait(max(0.0, end - monotonic()))
                return said.decode(errors="replace")
            said += part
    raise TimeoutExpired(process.args, 0)


__all__ = ["CompilerError", "library", "vector_bytes"]
