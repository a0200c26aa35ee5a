"""One BLAS thread, unless the user asks for another number in any of the ways there are."""

import os
import subprocess
import sys

import pytest

from experiments.process.threads import SETTINGS
from tests.experiments.programs import ROOT

SHOW = f"import experiments.process.threads, os; print(*(os.environ.get(name) for name in {SETTINGS}))"


@pytest.mark.parametrize("theirs", [None, *SETTINGS])
def test_threads(theirs: str | None) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    if theirs is not None:
        environment[theirs] = "4"
    shown = subprocess.run(
        [sys.executable, "-c", SHOW], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    expected = ["1" if theirs is None else "4" if name == theirs else "None" for name in SETTINGS]
    assert shown.stdout.split() == expected


@pytest.mark.parametrize("program", ["mlp_names", "bag_names", "gpt_names", "measuring/benchmark"])
def test_a_program_sets_them_before_numpy_is_imported(program: str) -> None:
    text = (ROOT / "experiments" / f"{program}.py").read_text("utf-8")
    imports = [line.split()[1] for line in text.splitlines() if line.startswith(("import ", "from "))]
    own = [module for module in imports if module.partition(".")[0] in ("cat_ad", "experiments", "numpy")]
    assert own[0] == "experiments.process.threads"
