"""Ctrl-C at any time: while a program imports it ends with 130, and without a traceback."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from experiments.process.start import is_a_module_here
from tests.experiments.programs import ENVIRONMENT, ROOT

EXPERIMENTS = ROOT / "experiments"
STEPS = EXPERIMENTS / "steps"
EVERY_PROGRAM = [
    *(EXPERIMENTS / f"{name}.py" for name in ("mlp_names", "gpt_names", "bag_names", "measuring/benchmark")),
    *(STEPS / "all.py", *sorted(STEPS.glob("step_*.py"))),
]
PROGRAMS = [
    *(EXPERIMENTS / "gpt_names.py", EXPERIMENTS / "measuring" / "benchmark.py"),
    *(EXPERIMENTS / "workloads" / "__main__.py", STEPS / "all.py"),
]
AT_EVERY = 40  # imports

# At some imports a child is forked, which is interrupted there: so one run of the program tries them all.
DRIVER = """
import os, runpy, signal, sys

program, every = sys.argv[1], int(sys.argv[2])
sys.argv = [program, "--help"]


class Interrupting:
    imports = tried = 0

    def find_spec(self, name, path, target=None):
        if name != "experiments.process.threads" and not self.imports:  # the first line of the program has not come
            return
        self.imports += 1
        if self.imports % every != 1:
            return
        child = os.fork()
        if not child:
            sys.meta_path.remove(self)
            signal.raise_signal(signal.SIGINT)
            return
        self.tried += 1
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code != 130:
            sys.stderr.write(f"exit {code} at the import of {name}")


sys.meta_path.insert(0, interrupting := Interrupting())
try:
    runpy.run_path(program, run_name="__main__")
except SystemExit as ended:
    sys.stderr.flush()
    os._exit(interrupting.tried if interrupting in sys.meta_path else ended.code)
"""


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_ctrl_c_at_any_import_ends_a_program_without_a_traceback(tmp_path: Path, program: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, program, str(AT_EVERY)],
        cwd=tmp_path,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.returncode > 5  # times
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("command", "found"),
    [
        (["python", "-m", "experiments.workloads", "rosenbrock"], True),
        (["python", "-X", "dev", "-m", "experiments"], True),
        (["python", "-m", "pytest", "tests/experiments"], False),
    ],
)
def test_a_program_that_python_looks_for_as_a_module_is_known(
    monkeypatch: pytest.MonkeyPatch, command: list[str], found: bool
) -> None:
    """While it is looked for, its place is not known, and the first of its arguments is `-m`."""
    monkeypatch.setattr(sys, "orig_argv", command)
    monkeypatch.setattr(sys, "argv", ["-m"])
    assert is_a_module_here() == found
    monkeypatch.setattr(sys, "argv", command[1:2])
    assert is_a_module_here() == (found and command[1] == "-m")
    monkeypatch.setattr(sys, "argv", ["program.py"])
    assert not is_a_module_here()


@pytest.mark.parametrize("program", EVERY_PROGRAM, ids=lambda path: path.stem)
def test_a_program_begins_with_what_sees_to_that(program: Path) -> None:
    _, first, *_ = ast.parse(program.read_text("utf-8")).body  # after its docstring
    assert ast.unparse(first) == "import experiments.process.threads"
