"""Mutants of the core: small changes that a test should notice. No part of `pytest`, for it takes hours.

    python tests/mutation.py --record                  once: which test runs which function, in some minutes
    python tests/mutation.py --sample 100 --seed 1     a hundred mutants of the whole core
    python tests/mutation.py cat_ad/learning/lenses.py          all of one file

A mutant is one change in the syntax tree of a module: another comparison, operator or number, the first two arguments
exchanged, a guard or a statement dropped. It is written to no file: a process of its own imports it, and runs the tests
that run the changed function, the quickest first, until one fails.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import json
import os
import random
import signal
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any, TypeAlias

import array_api_compat.numpy  # noqa: F401  (here, and so not in each process)
import beartype.door  # noqa: F401
import hypothesis.strategies
import jaxtyping  # noqa: F401
import pytest

ROOT = Path(__file__).parent.parent
RECORD = ROOT / "build" / "mutation.json"
APART = {"staging", "diagrams"}  # which are no part of the core
CORE = [str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("cat_ad/**/*.py")) if not APART & {*path.parts}]
OF_OTHERS = {f"tests/test_{name}.py" for name in ("typing", "style", "jax", "jax_models", "diagrams", "readme")}
TESTS = [str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("tests/test_*.py"))]
TESTS = [*(path for path in TESTS if path not in OF_OTHERS), *CORE]
TESTS += ["tests/primitives", "tests/differential", "tests/cost"]  # which take longest
PLAIN = ["-q", "-n0", "--assert=plain", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]

Site: TypeAlias = tuple[int, str, Callable[[], None]]
Functions: TypeAlias = dict[str, dict[str, float]]  # for each function the tests that run it, and their seconds

SWAPS = ["Lt LtE", "Gt GtE", "Eq NotEq", "Is IsNot", "In NotIn", "And Or", "Add Sub", "Mult Div", "BitAnd BitOr"]
OTHER = {one: other for pair in SWAPS for one, other in (pair.split(), pair.split()[::-1])}
OTHER |= {"FloorDiv": "Mult", "Mod": "Mult", "Pow": "Mult", "MatMult": "Mult"}
UNSEEN = {"annotation", "returns", "decorator_list", "bases", "exc"}  # what is for mypy, and the texts of errors


def sites(node: ast.AST) -> Iterator[Site]:
    """All changes in this tree: the line, what is changed, and how."""
    for name, value in ast.iter_fields(node):
        for at, child in enumerate(value if isinstance(value, list) else [value]):
            if name in UNSEEN or not isinstance(child, ast.AST) or _is_unseen(child):
                continue

            def put(new: ast.AST, name: str = name, at: int = at, value: object = value, old: ast.AST = child) -> None:
                ast.copy_location(new, old)
                if isinstance(value, list):
                    value[at] = new
                else:
                    setattr(node, name, new)

            line = getattr(child, "lineno", getattr(node, "lineno", 0))
            yield from ((line, what, change) for what, change in _changes(child, put))
            yield from sites(child)


def _is_unseen(node: ast.AST) -> bool:
    """Texts, imports, and what is for mypy alone."""
    text = ast.unparse(node) if isinstance(node, ast.If | ast.Assign) else ""
    return isinstance(node, ast.JoinedStr | ast.ImportFrom) or text.startswith(("if TYPE_CHECKING", "__all__"))


def _changes(node: ast.AST, put: Callable[[ast.AST], None]) -> Iterator[tuple[str, Callable[[], None]]]:
    if (name := type(node).__name__) in OTHER:
        yield f"{name} becomes {OTHER[name]}", lambda: put(getattr(ast, OTHER[name])())
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float):
        new = not node.value if isinstance(node.value, bool) else node.value + 1
        yield f"{node.value} becomes {new}", lambda: put(ast.Constant(new))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not dropped", lambda: put(node.operand)
    elif isinstance(node, ast.Call) and len(node.args) > 1 and not isinstance(node.args[0], ast.Starred):
        exchanged = [node.args[1], node.args[0], *node.args[2:]]
        yield "arguments exchanged", lambda: put(ast.Call(node.func, exchanged, node.keywords))
    elif isinstance(node, ast.If) and isinstance(node.body[-1], ast.Raise | ast.Return) and not node.orelse:
        yield "guard dropped", lambda: put(ast.Pass())
    elif isinstance(node, ast.AugAssign) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        yield "statement dropped", lambda: put(ast.Pass())


def function_of(tree: ast.AST, line: int) -> int:
    """The line of the innermost function around this line, or 0."""
    around = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.lineno <= line <= (n.end_lineno or 0)]
    return max((function.lineno for function in around), default=0)


def import_changed(change: Callable[[str, ast.Module], None]) -> None:
    """From now on, modules of the core are changed like this when they are imported."""
    loader: Any = SourceFileLoader  # Any: its methods are replaced
    plain = loader.get_code

    def changed(self: SourceFileLoader, name: str) -> Any:  # Any: code
        path = os.path.relpath(self.get_filename(name), ROOT)
        if path not in CORE:
            return plain(self, name)
        change(path, tree := ast.parse(self.get_data(self.get_filename(name))))
        return compile(ast.fix_missing_locations(tree), self.get_filename(name), "exec")

    loader.get_code = changed


class Quick:
    """A plugin that runs the tests that are chosen, in that order, and shrinks no counterexample of Hypothesis."""

    def __init__(self, tests: list[str], **settings: Any) -> None:  # Any: of Hypothesis
        """All of them if none is chosen."""
        self.order, self.settings = {test: at for at, test in enumerate(tests)}, settings

    def pytest_configure(self) -> None:
        """After the tests have chosen how Hypothesis runs."""
        phases = hypothesis.Phase.explicit, hypothesis.Phase.generate
        hypothesis.settings.register_profile(
            "quick", deadline=None, derandomize=True, database=None, phases=phases, **self.settings
        )
        hypothesis.settings.load_profile("quick")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """No others."""
        if self.order:
            items[:] = sorted((x for x in items if x.nodeid in self.order), key=lambda x: self.order[x.nodeid])


class Recorder:
    """A plugin that notes which functions each test runs; what runs while a file is imported, all tests of it run."""

    def __init__(self, most: float) -> None:
        """Nothing yet. Of a file, so many seconds of tests are run."""
        self.now, self.hits, self.seconds = "", defaultdict[str, set[str]](set), dict[str, float]()
        self.left = defaultdict[str, float](lambda: most)
        builtins.__dict__["_it_runs"] = lambda function: self.hits[function].add(self.now)

    def instrument(self, name: str, tree: ast.Module) -> None:
        """Let each function say that it runs."""
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                node.body.insert(bool(ast.get_docstring(node)), ast.parse(f"_it_runs('{name}:{node.lineno}')").body[0])

    def pytest_collectstart(self, collector: pytest.Collector) -> None:
        """What runs now is run by the file."""
        self.now = collector.nodeid.split("::")[0]

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """What runs now is run by the test."""
        self.now = item.nodeid
        if self.left[item.nodeid.split("::")[0]] < 0:
            pytest.skip("of this file, enough was run")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """How long it took."""
        if report.when == "call" and report.passed:
            self.seconds[report.nodeid] = report.duration
            self.left[report.nodeid.split("::")[0]] -= report.duration

    def found(self) -> Functions:
        """The tests of each function."""
        of_file = defaultdict[str, list[str]](list)
        for test in self.seconds:
            of_file[test.split("::")[0]].append(test)
        tests = {key: {t for one in hits for t in of_file.get(one, [one])} for key, hits in self.hits.items()}
        return {key: {t: self.seconds[t] for t in found if t in self.seconds} for key, found in tests.items()}


def lives(path: str, number: int, tests: dict[str, float], budget: float, limit: float) -> bool:
    """Do the tests of this mutant pass, as many as take so many seconds? It is killed, too, if they never end."""
    if not tests:
        return True
    child = os.fork()
    if not child:
        os.setpgid(0, 0)
        for output in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), output)
        import_changed(lambda name, tree: list(sites(tree))[number][2]() if name == path else None)
        chosen, spent = list[str](), 0.0
        for test in sorted(tests, key=tests.__getitem__):
            chosen += [test] if (spent := spent + tests[test]) < budget else []
        files = dict.fromkeys(test.split("::")[0] for test in chosen)
        os._exit(int(pytest.main([*PLAIN, "-x", *files], [Quick(chosen)])))
    signal.signal(signal.SIGALRM, lambda *_: os.killpg(child, signal.SIGKILL))
    signal.setitimer(signal.ITIMER_REAL, limit)
    _, status = os.waitpid(child, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    return status == 0


def nearest(path: str, tests: dict[str, float]) -> dict[str, float]:
    """Those of the three files that are called like this one, or have most of them: it is quick to read three files."""
    many = Counter(test.split("::")[0] for test in tests)
    files = sorted(many, key=lambda file: (Path(path).stem not in file, -many[file]))[:3]
    return {test: seconds for test, seconds in tests.items() if test.split("::")[0] in files}


def main() -> int:
    """See above."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", default=CORE, help="files of the core; all of them if none is given")
    parser.add_argument("--record", action="store_true", help="note which test runs which function, then end")
    parser.add_argument("--most", type=float, default=60.0, help="seconds of each file of tests when recording")
    parser.add_argument("--sample", type=int, help="so many mutants, drawn at random")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument("--budget", type=float, default=20.0, help="seconds of tests for a mutant, as recorded")
    parser.add_argument("--limit", type=float, default=200.0, help="seconds after which a mutant is killed")
    flags = parser.parse_args()
    os.chdir(ROOT)
    if flags.record:
        import_changed((recorder := Recorder(flags.most)).instrument)
        code = pytest.main([*PLAIN, *TESTS], [recorder, Quick([], max_examples=10)])
        RECORD.parent.mkdir(exist_ok=True)
        RECORD.write_text(json.dumps(recorder.found()))
        return int(code)
    functions: Functions = json.loads(RECORD.read_text())
    mutants = []
    for path in flags.paths:
        tree = ast.parse(Path(path).read_text(encoding="utf-8"))
        of_file = {t: s for key, tests in functions.items() if key.startswith(f"{path}:") for t, s in tests.items()}
        for number, (line, what, _) in enumerate(sites(tree)):
            at = function_of(tree, line)
            mutants.append((path, line, what, number, functions.get(f"{path}:{at}", {}) if at else of_file))
    if flags.sample:
        mutants = random.Random(flags.seed).sample(mutants, min(flags.sample, len(mutants)))
    lived = 0
    for done, (path, line, what, number, tests) in enumerate(mutants, 1):
        alive = all(lives(path, number, some, flags.budget, flags.limit) for some in (nearest(path, tests), tests))
        lived += alive
        end = "LIVES " if alive else "killed"
        print(f"{done}/{len(mutants)} {end} {path}:{line}: {what} ({len(tests)} tests)", flush=True)
    print(f"{len(mutants) - lived} of {len(mutants)} killed: {1 - lived / max(1, len(mutants)):.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
