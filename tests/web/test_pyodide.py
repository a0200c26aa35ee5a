"""Doctests and lessons run under Pyodide, from the files that the page loads, but for what cannot be there."""

import gzip
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from web import packing
from web.build import ROOT, WEB, node

ABSENT = {
    "SciPy": "wanted SciPy",
    "a compiler": "wanted a C compiler",
    "integers of 64 bits as indices": "int32[",  # the source that is printed has the lines that make them shorter
    "what the line before would name": "NameError",
}
NOT_THERE = {  # by the name of the test, why each of its examples does not run
    "tour.md": ["integers of 64 bits as indices"],
    "cat_ad.objects.special_functions": ["SciPy"],
    "cat_ad.primitives.special": ["SciPy"],
    "cat_ad.staging.c.compiler": ["a compiler", "what the line before would name"],
}


@pytest.mark.timeout(900)  # a minute of work, of one process, on a machine that may be busy
def test_doctests_and_lessons_run_in_the_browsers_python(dist: Path, tmp_path: Path) -> None:
    """All modules are imported, all examples and cells run, and those that do not are these."""
    for name in ("python_stdlib.zip", "packages.tar"):
        packed = dist / "python" / f"{name}{packing.PACKED}"
        (tmp_path / name).write_bytes(gzip.decompress(packed.read_bytes()))
    for page in (ROOT / "README.md", *ROOT.glob("docs/*.md")):
        shutil.copy(page, tmp_path)
    shutil.copytree(ROOT / "docs" / "lessons", tmp_path / "lessons")
    program = Path(__file__).parent / "in_pyodide.py"
    files = tmp_path, tmp_path / "python_stdlib.zip", tmp_path / "packages.tar"
    command = [str(node()), str(WEB / "pyodide.mjs"), str(program), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads((tmp_path / "found.json").read_text("utf-8"))
    assert sum(told["run"].values()) > 900
    assert {"README.md", "tour.md"} <= told["run"].keys()
    assert {path.name for path in (ROOT / "docs" / "lessons").glob("[a-z]*.py")} <= told["run"].keys()
    found = {
        name: [next((why for why, said in ABSENT.items() if said in line), line) for line in lines]
        for name, lines in told["failures"].items()
    }
    assert found == NOT_THERE
