r"""What runs a cell of Python in the page: the value of its last line, and its errors as the library says them.

>>> names = {}
>>> run("a = 2\na + 3", "cell 1", names)
Result(shown=Shown(kind='text', text='5'), failure=None)
>>> run("b = a\nb.c", "cell 2", names).failure.message
"AttributeError: 'int' object has no attribute 'c'"
"""

from __future__ import annotations

import ast
import json
import linecache
import sys
import traceback
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from types import CodeType, TracebackType
from typing import Any, Literal, TypeAlias

Names: TypeAlias = dict[str, Any]  # Any: whatever a cell gives a name to

LONGEST = 20_000  # letters of a value that are shown


@dataclass(frozen=True)
class Shown:
    """A value as it is shown: text, or a picture or table in the page's own language."""

    kind: Literal["text", "svg", "html"]
    text: str


@dataclass(frozen=True)
class Failure:
    """An error: what is said of it, the last line of a cell that it came through, and all of it."""

    message: str
    place: str  # "line 3", or "cell 1, line 3" if that is another cell
    line: str  # as it is written there
    traceback: str


@dataclass(frozen=True)
class Result:
    """What a cell came to."""

    shown: Shown | None
    failure: Failure | None


def answer(source: str, cell: str) -> str:
    """What the page is told of a cell: its result in JSON. All cells share the names of one module."""
    return json.dumps(asdict(run(source, cell, vars(sys.modules["__main__"]))))


def imports(source: str) -> None:
    """Import for the cells what a text imports, but for what is not here; the rest of it is not run."""
    run_imports(source, vars(sys.modules["__main__"]))


def run(source: str, cell: str, names: Names) -> Result:
    """Run a cell, known by what it is called, among these names. Raises nothing, whatever the cell does."""
    file = f"<{cell}>"
    linecache.cache[file] = len(source), None, source.splitlines(keepends=True), file
    try:
        value = None
        for code in _parts(source, file):
            value = eval(code, names)
        shown = None if value is None else _shown(value)
        return Result(shown, None)
    except BaseException as error:  # a cell may say exit()
        return Result(None, _failure(error, file))
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()


def run_imports(source: str, names: Names) -> None:
    """Import what a text imports, but for what is not here; the rest of it is not run. Raises nothing."""
    try:
        statements = ast.parse(source).body
    except SyntaxError:
        return
    for statement in statements:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            run(ast.unparse(statement), "import", names)


def _parts(source: str, file: str) -> Iterator[CodeType]:
    """The code of a cell: its statements, and then its last line if that is an expression."""
    module = ast.parse(source, file)
    last = module.body[-1] if module.body else None
    if isinstance(last, ast.Expr) and not source.rstrip().endswith(";"):  # by which notebooks say: do not show it
        module.body.pop()
        yield compile(module, file, "exec", dont_inherit=True)
        yield compile(ast.Expression(last.value), file, "eval", dont_inherit=True)
    else:
        yield compile(module, file, "exec", dont_inherit=True)


def _shown(value: object) -> Shown:
    for kind in ("svg", "html"):
        method = getattr(value, f"_repr_{kind}_", None)
        if callable(method) and not isinstance(value, type) and (text := method()) is not None:
            return Shown(kind, str(text))
    return Shown("text", _clipped(repr(value)))


def _clipped(text: str) -> str:
    more = len(text) - LONGEST
    return text if more <= 0 else f"{text[:LONGEST]} ... and {more:,} letters more"


def _failure(error: BaseException, file: str) -> Failure:
    message = _clipped(
        "".join(traceback.format_exception_only(error)).strip().removeprefix(f"{type(error).__module__}.")
    )
    if isinstance(error, SyntaxError) and error.filename == file:
        line = (error.text or linecache.getline(file, error.lineno or 0)).rstrip()
        return Failure(f"{type(error).__name__}: {error.msg}", f"line {error.lineno}", line, message)
    frames = error.__traceback__ and error.__traceback__.tb_next  # without this file's own
    place, line = _place(frames, file)
    if isinstance(error, ModuleNotFoundError) and (error.name or "").partition(".")[0] not in ("cat_ad", "numpy"):
        message = f"{message}; here are only Python's own library, NumPy, cat_ad and what it needs"
    if isinstance(error, EOFError):
        message = f"{message}; a cell is given no input: write in it what you would answer"
    whole = "".join(traceback.format_exception(type(error), error, frames))
    return Failure(message, place, line, _clipped(whole.strip()))


def _place(frames: TracebackType | None, file: str) -> tuple[str, str]:
    """The last line of a cell that the error came through, and its text."""
    found = [
        (frame.f_code.co_filename, number)
        for frame, number in traceback.walk_tb(frames)
        if frame.f_code.co_filename.startswith("<cell ")
    ]
    if not found:
        return "", ""
    at, number = found[-1]
    cell = "" if at == file else f"{at[1:-1]}, "
    return f"{cell}line {number}", linecache.getline(at, number).strip()
