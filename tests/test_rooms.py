"""The house: imports lead up the list of rooms in CONTRIBUTING.md, and no module hides behind a public function."""

import ast
import re
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import cat_ad

ROOT = Path(__file__).parents[1]
ROOMS = re.findall(r"^\d+\. `cat_ad/(\w+)", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.MULTILINE)
FILES = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in (ROOT / "cat_ad").rglob("*.py")}
MODULES = {name.removesuffix(".__init__"): path for name, path in FILES.items()}


def imported(path: Path) -> set[str]:
    """The modules of this library that a file imports, inside functions and for checkers too."""
    found = set[str]()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.module, f"{path}: a relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names} & MODULES.keys() or {node.module}
    return {name for name in found if name.split(".")[0] == "cat_ad"}


@cache
def imports() -> dict[str, set[str]]:
    """What each module imports."""
    return {name: imported(path) for name, path in MODULES.items() if name != "cat_ad"}


def test_the_rooms_are_all_there() -> None:
    """Every folder and file beside `__init__` is in the list."""
    assert sorted(ROOMS) == sorted({name.split(".")[1] for name in imports()})


def test_no_import_leads_down() -> None:
    """Nor to the package itself, which imports all."""
    order = {room: at for at, room in enumerate(ROOMS)}
    down = [
        (name, other)
        for name, others in imports().items()
        for other in others
        if other == "cat_ad" or order[other.split(".")[1]] > order[name.split(".")[1]]
    ]
    assert not down


def test_targets_read_the_trace_and_none_a_later_one() -> None:
    """C calls what NumPy runs, and WebAssembly is C; not the other way."""
    order = ["trace", "numpy", "c", "wasm"]
    at = {
        name: order.index(name.split(".")[2])
        for name in imports()
        if re.match(r"cat_ad\.staging\.(?!_)\w+\.\w", name) and name.split(".")[2] in order
    }
    assert not [(name, other) for name in at for other in imports()[name] & at.keys() if at[other] > at[name]]


def test_no_import_leads_round() -> None:
    """A circle raises `CycleError`."""
    TopologicalSorter(imports()).prepare()


def test_no_module_has_the_name_of_a_public_function() -> None:
    """So that `import cat_ad.arrows.terms as t` finds the module, and a checker the function."""
    assert not {part for name in imports() for part in name.split(".")[1:]} & set(cat_ad.__all__)
