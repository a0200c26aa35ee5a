"""The programs of the README are right to mypy too, not only when they run."""

import doctest
from pathlib import Path

from mypy import api

README = Path(__file__).parents[1] / "README.md"


def test_mypy_accepts_the_readme(tmp_path: Path) -> None:
    examples = doctest.DocTestParser().get_examples(README.read_text("utf-8"))
    program = tmp_path / "readme.py"
    program.write_text("".join(example.source for example in examples), "utf-8")
    found, errors, status = api.run(["--strict", f"--cache-dir={tmp_path}", "--config-file=", str(program)])
    assert (found, errors, status) == ("Success: no issues found in 1 source file\n", "", 0)
