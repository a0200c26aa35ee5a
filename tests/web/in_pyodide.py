"""Run all doctests, and the cells of all lessons, in Pyodide, which runs this; `/build/found.json` has what fails."""

import doctest
import json
import pkgutil
import re
import traceback
from contextlib import redirect_stdout
from importlib import import_module
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

Raised: TypeAlias = tuple[type[BaseException], BaseException, TracebackType]

BUILD = Path("/build")
FLAGS = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
PACKAGES = "cat_ad", "docs", "web"
MARK = re.compile(r"^# %%(.*)\n", re.MULTILINE)  # of a cell of a lesson


class Runner(doctest.DocTestRunner):
    """Keeps what fails."""

    def __init__(self) -> None:
        """As pytest compares outputs here."""
        super().__init__(verbose=False, optionflags=FLAGS)
        self.wrong = dict[str, list[str]]()

    def report_failure(self, out: object, test: doctest.DocTest, example: doctest.Example, got: str) -> None:
        """Other output."""
        self.wrong.setdefault(test.name, []).append(f"{example.source.strip()} gives {got.strip()}")

    def report_unexpected_exception(
        self, out: object, test: doctest.DocTest, example: doctest.Example, exc_info: Raised
    ) -> None:
        """An error."""
        said = "".join(traceback.format_exception_only(*exc_info[:2])).strip()
        self.wrong.setdefault(test.name, []).append(f"{example.source.strip()} raises {said}")


def modules() -> list[str]:
    """Of all packages."""
    found = list[str]()
    for package in map(import_module, filter(find_spec, PACKAGES)):
        found += [package.__name__]
        found += [each.name for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    return found


def doctests() -> tuple[dict[str, int], dict[str, list[str]]]:
    """How many examples each test has, and which of them fail."""
    runner, run = Runner(), dict[str, int]()
    parser, tests = doctest.DocTestParser(), list[doctest.DocTest]()
    for page in sorted(BUILD.glob("*.md")):
        tests.append(parser.get_doctest(page.read_text("utf-8"), {"__name__": "__main__"}, page.name, None, 0))
    for name in modules():
        try:
            tests += doctest.DocTestFinder(exclude_empty=True).find(import_module(name))
        except ImportError as error:
            runner.wrong[name] = [f"import raises {type(error).__name__}: {error}"]
    for test in tests:
        if test.examples:
            runner.run(test)
            run[test.name] = len(test.examples)
    return run, runner.wrong


def cells(lesson: str) -> tuple[int, list[str]]:
    """How many cells of a lesson can be run, and which of them fail; other cells are for pictures, and only import."""
    from web.cell import run, run_imports

    names, wrong, count = {"__name__": "__main__"}, list[str](), 0
    _, *parts = MARK.split(lesson)
    marked = [*zip(parts[::2], parts[1::2], strict=True)]
    for mark, source in marked:
        if "[markdown]" not in mark and "tags" not in mark:
            run_imports(source, names)
    for _, source in (each for each in marked if re.search('"run"|"exercise"', each[0])):
        count += 1
        with redirect_stdout(StringIO()):
            failure = run(source.strip(), f"cell {count}", names).failure
        if failure:
            wrong.append(f"cell {count}, {failure.place}: {failure.message}")
    return count, wrong


def main() -> None:
    """Run them."""
    run, failures = doctests()
    for path in sorted((BUILD / "lessons").glob("[a-z]*.py")):
        run[path.name], wrong = cells(path.read_text("utf-8"))
        failures |= {path.name: wrong} if wrong else {}
    (BUILD / "found.json").write_text(json.dumps({"run": run, "failures": failures}), "utf-8")


if __name__ == "__main__":
    main()
