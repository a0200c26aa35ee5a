"""Running a program as its user does, with every warning an error."""

import os
import subprocess
import sys
from pathlib import Path

from experiments.names import load_names

ROOT = Path(__file__).parents[2]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}


def command(program: str, *arguments: object) -> list[str]:
    """The words of `python experiments/<program>.py ...`."""
    return [sys.executable, "-W", "error", str(ROOT / "experiments" / f"{program}.py"), *map(str, arguments)]


def run(folder: Path, program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run it in this folder to its end."""
    words = command(program, *arguments)
    return subprocess.run(words, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)


def some_names(folder: Path) -> Path:
    """A file of 300 names in this folder."""
    path = folder / "names.txt"
    path.write_text("\n".join(load_names()[:300]), "utf-8")
    return path
