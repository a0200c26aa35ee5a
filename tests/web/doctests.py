"""Run all doctests of the library in Pyodide, which runs this; what became of each is in `/build/doctests.json`."""

import doctest
import json
import pkgutil
import traceback
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

Raised: TypeAlias = tuple[type[BaseException], BaseException, TracebackType]

BUILD = Path("/build")
FLAGS = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
PACKAGES = "cat_ad", "docs", "web"


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


def main() -> None:
    """Run them."""
    runner, run = Runner(), dict[str, int]()
    text = (BUILD / "README.md").read_text("utf-8")
    tests = [doctest.DocTestParser().get_doctest(text, {"__name__": "__main__"}, "README.md", None, 0)]
    for name in modules():
        try:
            tests += doctest.DocTestFinder(exclude_empty=True).find(import_module(name))
        except ImportError as error:
            runner.wrong[name] = [f"import raises {type(error).__name__}: {error}"]
    for test in tests:
        if test.examples:
            runner.run(test)
            run[test.name] = len(test.examples)
    (BUILD / "doctests.json").write_text(json.dumps({"run": run, "failures": runner.wrong}), "utf-8")


if __name__ == "__main__":
    main()
