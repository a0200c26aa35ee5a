"""What four type checkers say of the small programs in tests/typing/programs, right ones and wrong ones.

A program tells what is expected of its lines, with types as one writes them: `Scalar`, not `Float[()]`.

    wrong = ...         # E: [code] part    mypy reports an error of this code with this part; all report an error
    reveal_type(x)      # R: Scalar         all reveal this type

These comments may also stand below their line, one for each error; a long type goes on in the next. Nothing else may be
reported. Each checker runs once, over all programs.
"""

import doctest
import json
import re
import runpy
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pytest

ROOT = Path(__file__).parents[1]
PROGRAMS = sorted((ROOT / "tests" / "typing" / "programs").glob("*.py"))
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))]  # with examples that are typed
RIGHT = [program for program in PROGRAMS if program.name.startswith("right_")]
WRITTEN = {
    "*tuple[()]": "()",
    "Float[()]": "Scalar",
    "Int[()]": "Index",
    "Bool[()]": "Truth",
    "tuple[()]": "Unit",
    "TypeForm[": "type[",
}
UNSEEN = {  # lines of which a checker says something else: of a lambda, ty may lose what it returns
    "ty": (
        *("lambda_that_returns_an_array = ", "reveal_type(cube)"),
        "    reveal_type(each(Batch, lambda x: (exp(x), ",
    ),
}


class Remark(NamedTuple):
    """An error at a line, or the type that is revealed there."""

    line: int
    code: str  # of an error; "R" for a revealed type
    text: str


Remarks: TypeAlias = dict[str, list[Remark]]


def expected(program: Path) -> Iterator[Remark]:
    """What a program says in its comments."""
    at, revealed = 0, defaultdict[int, list[str]](list)
    for number, line in enumerate(program.read_text().splitlines(), 1):
        code, *comments = re.split(r" *# (?=[ER]: )", line)
        at = number if code else at
        for kind, error, text in re.findall(r"^([ER]): (?:\[(.*?)\] )?(.*)$", "\n".join(comments), re.MULTILINE):
            if kind == "E":
                yield Remark(at, error, text)
            else:
                revealed[at].append(text)
    yield from (Remark(at, "R", " ".join(texts)) for at, texts in revealed.items())


def reported(file: str, line: int, severity: str, code: str, text: str, to: Remarks) -> None:
    """Note a checker's message, if it is an error or reveals a type, with types as one writes them."""
    text = re.sub(r"\b(\w+\.)+(?=\w)|@\d+|\bdef (?=\()|, /(?=\))", "", text)  # modules, lines of classes, `def`, `/`
    for shown, written in WRITTEN.items():
        text = text.replace(shown, written)
    if revealed := re.fullmatch(r'.*(?:revealed type|type of ".*")(?: is|:) ["`]?(.*?)["`]?', text, re.DOTALL | re.I):
        to[Path(file).name].append(Remark(line, "R", revealed[1]))
    elif severity == "error":
        to[Path(file).name].append(Remark(line, code, text))


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a module of this Python at the root of the project."""
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)


def by_mypy(folder: Path) -> Remarks:
    """All that mypy says, of the examples on the pages too."""
    pages = []
    for page in PAGES:
        examples = doctest.DocTestParser().get_examples(page.read_text("utf-8"))
        pages.append(folder / f"page_{page.stem.replace('-', '_')}.py")
        pages[-1].write_text("".join(example.source for example in examples), "utf-8")
    settings = ("--config-file=tests/typing/mypy.ini", "--cache-dir=.mypy_cache/programs")  # kept of the last run
    checked = run("mypy", "--output=json", *settings, *map(str, (*PROGRAMS, *pages)))
    assert checked.returncode in (0, 1), checked.stdout + checked.stderr
    remarks: Remarks = defaultdict(list)
    for said in map(json.loads, checked.stdout.splitlines()):
        reported(said["file"], said["line"], said["severity"], said["code"], said["message"], remarks)
    return remarks


def by_pyright() -> Remarks:
    """All that pyright says."""
    started = run("pyright", "--version")
    if started.returncode:
        *_, reason = started.stderr.splitlines() or ["no reason given"]
        pytest.skip(f"pyright does not start: {reason}")
    checked = run("pyright", "--outputjson", "--pythonpath", sys.executable, "--project", "tests/typing")
    remarks: Remarks = defaultdict(list)
    for said in json.loads(checked.stdout)["generalDiagnostics"]:
        line = said["range"]["start"]["line"] + 1
        reported(said["file"], line, said["severity"], "error", said["message"], remarks)
    return remarks


def by_pyrefly() -> Remarks:
    """All that Pyrefly says, with its strictest settings; but that a method overrides one needs no decorator."""
    settings = ("--preset=strict", "--ignore=missing-override-decorator", "--python-version=3.11")
    here = ("--python-interpreter-path", sys.executable, "--search-path", str(ROOT))
    checked = run("pyrefly", "check", *settings, *here, "--output-format=json", *map(str, PROGRAMS))
    assert checked.returncode in (0, 1), checked.stderr
    remarks: Remarks = defaultdict(list)
    for said in json.loads(checked.stdout)["errors"]:
        reported(said["path"], said["line"], said["severity"], "error", said["concise_description"], remarks)
    return remarks


def by_ty() -> Remarks:
    """All that ty says."""
    settings = ("--python-version=3.11", "--error-on-warning", "--output-format=gitlab")
    checked = run("ty", "check", *settings, "--python", sys.executable, *map(str, PROGRAMS))
    assert checked.returncode in (0, 1), checked.stderr
    remarks: Remarks = defaultdict(list)
    for said in json.loads(checked.stdout):
        severity = "info" if said["severity"] == "info" else "error"
        at = said["location"]
        reported(at["path"], at["positions"]["begin"]["line"], severity, "error", said["description"], remarks)
    return remarks


def test_mypy(tmp_path: Path) -> None:
    """mypy reports what each program expects, and nothing else; and nothing of the examples on the pages."""
    said = by_mypy(tmp_path)
    for program in PROGRAMS:
        wanted = list(expected(program))

        def pinned(one: Remark, wanted: list[Remark] = wanted) -> Remark:
            wants = (want for want in wanted if want.code != "R" and want[:2] == one[:2] and want.text in one.text)
            return next(wants, one)

        assert Counter(map(pinned, said[program.name])) == Counter(wanted), program.name
    assert [remark for name, remarks in said.items() if name.startswith("page_") for remark in remarks] == []


@pytest.mark.parametrize("checker", [by_pyright, by_pyrefly, by_ty], ids=lambda checker: checker.__name__)
def test_checker(checker: Callable[[], Remarks]) -> None:
    """The others report errors on the same lines, and reveal the same types."""

    def pinned(remarks: Iterator[Remark] | list[Remark]) -> set[Remark]:
        return {said if said.code == "R" else Remark(said.line, "E", "") for said in remarks}

    said, unseen = checker(), UNSEEN.get(checker.__name__.removeprefix("by_"), ())
    for program in PROGRAMS:
        skipped = {at for at, line in enumerate(program.read_text().splitlines(), 1) if line.startswith(unseen)}
        found, wanted = pinned(said[program.name]), pinned(expected(program))
        assert {one for one in found ^ wanted if one.line not in skipped} == set(), program.name


@pytest.mark.parametrize("program", RIGHT, ids=lambda program: program.stem)
def test_right_programs_run(program: Path) -> None:
    """A right program does what its types say: it runs."""
    runpy.run_path(str(program))
