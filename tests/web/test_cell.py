"""What a cell of the page comes to, and how its errors are told: `web/cell.py`, in the Python that runs the tests."""

from io import StringIO
from typing import Any

import pytest

from web.cell import LONGEST, Failure, Shown, run, run_imports

Names = dict[str, Any]  # Any: as a cell has them


def failure(source: str, names: Names | None = None, cell: str = "cell 1") -> Failure:
    """How it is told."""
    found = run(source, cell, {} if names is None else names)
    assert found.shown is None
    assert found.failure is not None
    return found.failure


def test_the_value_of_the_last_line_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """If that is an expression, is not None, and does not end in a semicolon; all of it runs once."""
    names: Names = {}
    assert run("print(1)\na = [1]\na.append(2)\na", "cell 1", names).shown == Shown("text", "[1, 2]")
    assert capsys.readouterr().out == "1\n"
    assert names["a"] == [1, 2]
    for source in ("b = 1", "a;", "None", "", "# nothing", "def f(): ..."):
        assert run(source, "cell 2", names).shown is None
    assert run("a.append(3);", "cell 3", names).failure is None
    assert names["a"] == [1, 2, 3]


def test_values_show_themselves() -> None:
    """As a picture, or as a table; a class does not, nor does one whose method gives nothing."""
    names: Names = {}
    run(
        "class P:\n    def _repr_svg_(self): return '<svg/>'\nclass T:\n    def _repr_html_(self): return '<b>1</b>'",
        "c",
        names,
    )
    run("class N(P):\n    def _repr_svg_(self): return None\n    def __repr__(self): return 'N'", "c", names)
    assert run("P()", "cell 1", names).shown == Shown("svg", "<svg/>")
    assert run("T()", "cell 1", names).shown == Shown("html", "<b>1</b>")
    assert run("N()", "cell 1", names).shown == Shown("text", "N")
    assert run("P", "cell 1", names).shown is not None
    shown = run("'x' * 30_000", "cell 1", names).shown
    assert shown is not None
    assert shown.text.endswith("x ... and 10,002 letters more")


def test_errors_are_the_librarys_own() -> None:
    """The message, and the line of the cell; the traceback has no line of what ran the cell."""
    names: Names = {}
    run("import numpy as np\nfrom cat_ad import Scalar, dup, mul\nsquare = dup(Scalar) >> mul(Scalar)", "cell 1", names)
    found = failure("print()\nsquare(np.ones(3))", names, "cell 2")
    assert found.message.startswith("SpaceError: dup >> mul: Scalar -> Scalar: wanted Scalar, got float64[3]")
    assert (found.place, found.line) == ("line 2", "square(np.ones(3))")
    assert '<cell 2>", line 2' in found.traceback
    assert "web/cell.py" not in found.traceback
    assert failure("dup(Scalar) >> dup(Scalar)", names).message.startswith("CompositionError: ")


def test_the_line_of_another_cell_is_named() -> None:
    """Where an error was raised in a function of that cell, as it was written when the cell ran."""
    names: Names = {}
    run("def half(x):\n    return 1 / x", "cell 1", names)
    found = failure("half(0)", names, "cell 2")
    assert (found.place, found.line) == ("cell 1, line 2", "return 1 / x")


@pytest.mark.parametrize(
    ("source", "message", "place"),
    [
        ("a = 1\nb = (", "SyntaxError: '(' was never closed", "line 2"),
        ("1\nawait f()", "SyntaxError: 'await' outside function", "line 2"),
        ("  a", "IndentationError: unexpected indent", "line 1"),
        ("import matplotlib_x", "ModuleNotFoundError: No module named 'matplotlib_x'; here are only", "line 1"),
        ("exit(3)", "SystemExit: 3", "line 1"),
        ("x", "NameError: name 'x' is not defined", "line 1"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", "line 1"),
        ("class A:\n    def __repr__(self): return 1 / 0\nA()", "ZeroDivisionError", "line 2"),
    ],
)
def test_whatever_a_cell_does_is_told(source: str, message: str, place: str) -> None:
    """And nothing is raised."""
    found = failure(source)
    assert found.message.startswith(message)
    assert found.place == place


def test_a_cell_that_asks_is_told_that_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what to do."""
    monkeypatch.setattr("sys.stdin", StringIO())
    assert failure("input()").message == (
        "EOFError: EOF when reading a line; a cell is given no input: write in it what you would answer"
    )


def test_the_line_of_a_mistake_is_shown_and_what_is_long_is_cut_off() -> None:
    """Whichever part of Python finds it; and by which number of letters."""
    assert failure("1\nawait f()").line == "await f()"
    found = failure(f"raise ValueError('x' * {10 * LONGEST})")
    for text in (found.message, found.traceback):
        assert len(text) < 2 * LONGEST
        assert text.endswith("letters more")


def test_only_the_imports_of_other_cells_are_run() -> None:
    """Those that can be: a page has cells that only its builder runs, with other packages."""
    names: Names = {}
    run_imports("import no_such_package\nfrom math import pi\nimport os.path as p\nx = 1\nprint(2)", names)
    assert names["pi"] > 3
    assert "p" in names
    assert "x" not in names
    run_imports("import (", names)
