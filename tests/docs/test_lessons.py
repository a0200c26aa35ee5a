"""Each lesson runs, and what it says that mypy says, mypy says."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import docs.lessons

LESSONS = sorted(Path(docs.lessons.__path__[0]).glob("[a-z]*.py"))
CELL = re.compile(r"^# %%(.*)$", re.MULTILINE)
SAYS = re.compile(r"^ *# mypy: (.*)$")


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_runs(lesson: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(lesson), run_name="__main__")


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_the_cells_of_a_page_run_without_the_others(lesson: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one interpreter, in order, where there is nothing to draw with."""
    for absent in ("docs.pictures", "matplotlib", "discopy"):
        monkeypatch.setitem(sys.modules, absent, None)
    _, *cells = CELL.split(lesson.read_text("utf-8"))
    names: dict[str, object] = {"__name__": "__main__"}
    for head, body in zip(cells[::2], cells[1::2], strict=True):
        if 'tags=["run"]' in head or 'tags=["exercise"]' in head:
            exec(compile(body, lesson.name, "exec"), names)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_has_its_parts(lesson: Path) -> None:
    text = lesson.read_text("utf-8")
    assert text.startswith("# %% [markdown]\n# # ")
    assert text.count('tags=["exercise"]') == 3
    assert text.count("# mypy: ") >= 1
    assert sum(text.count(f"{maker}(") for maker in ("Frames", "picture", "diagram", "draw")) >= 2
    assert text.count("Frames(") >= 1


def test_mypy_says_what_the_lessons_say(tmp_path: Path) -> None:
    wanted = set[tuple[str, int, str]]()
    for lesson in LESSONS:
        lines = lesson.read_text("utf-8").splitlines()
        for number, line in enumerate(lines, 1):
            if said := SAYS.match(line):
                wanted.add((lesson.name, number - 1, said[1]))
        (tmp_path / lesson.name).write_text(
            "\n".join(re.sub(r"  # type: ignore\[[\w, -]+\]$", "", line) for line in lines), "utf-8"
        )
    root = Path(docs.lessons.__path__[0]).parent.parent
    command = [sys.executable, "-m", "mypy", "--config-file", "mypy.ini", "--hide-error-context", "--no-pretty"]
    found = subprocess.run(
        [*command, "--no-error-summary", *map(str, sorted(tmp_path.glob("*.py")))],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    errors = re.findall(r"([\w.]+\.py):(\d+): error: (.*?)(?:  \[[\w-]+\])?$", found.stdout, re.MULTILINE)
    assert {(name, int(number), said) for name, number, said in errors} == wanted, found.stdout + found.stderr
