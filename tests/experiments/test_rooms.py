"""The rooms of the experiments: imports run one way, those within functions and for type checkers counted."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import experiments
from tests.experiments.programs import ROOT

ORDER = re.findall(r"^(\w+)(?:   |$)", experiments.__doc__ or "", re.MULTILINE)
MODULES = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in ROOT.glob("experiments/*/**/*.py")}
MODULES |= {f"experiments.{path.stem}": path for path in ROOT.glob("experiments/[!_]*.py")}


def imported(path: Path) -> Iterator[str]:
    """The modules of the experiments that a module imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith("experiments."):
            inside = [f"{node.module}.{alias.name}" for alias in node.names]
            whole = node.module if node.module in MODULES else f"{node.module}.__init__"
            yield from (name if name in MODULES else str(whole) for name in inside)


@cache
def imports() -> dict[str, set[str]]:
    """What each module imports."""
    return {module: set(imported(path)) for module, path in MODULES.items()}


def test_every_room_has_its_place() -> None:
    assert sorted(ORDER) == sorted({module.split(".")[1] for module in MODULES})


def test_imports_run_one_way() -> None:
    """From a room to those that stand above it, and within a room not round."""
    for module, others in imports().items():
        for other in others:
            (_, room, *_), (_, above, *_) = module.split("."), other.split(".")
            assert ORDER.index(above) <= ORDER.index(room), f"{module} imports {other}"
    TopologicalSorter(imports()).prepare()  # raises CycleError


def test_no_module_has_the_name_of_a_function_in_it() -> None:
    for module, path in MODULES.items():
        functions = [node.name for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)]
        assert module.rpartition(".")[2] not in functions
