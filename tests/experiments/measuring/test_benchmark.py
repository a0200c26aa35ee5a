"""The benchmark: who takes turns, what is written of it, and that the README says what was measured."""

import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from cat_ad.objects.trees import leaves
from experiments.measuring import benchmark
from experiments.measuring.growth import FORWARD, chain
from experiments.measuring.picture import OURS, growth_picture
from experiments.measuring.report import ARROWS, BY_HAND, STAGED, Growth, Long, Machine, Report, Steps
from experiments.measuring.steps import measure_gpt, ways
from experiments.measuring.tables import (
    END,
    START,
    Grid,
    growth_grid,
    long_grid,
    memory_grid,
    section,
    steps_grid,
    with_section,
)
from experiments.measuring.turns import Turns
from tests.experiments.measuring.ways_here import here
from tests.experiments.programs import ROOT

FIGURES, PICTURE = ROOT / "docs" / "benchmark.json", ROOT / "docs" / "pictures" / "growth.svg"
QUICK = (
    *("--rounds", "1", "--seconds", "0.0001", "--batches", "2", "--names", "1", "--depths", "2"),
    *("--widths", "4", "--examples", "2", "--lengths", "10"),
)
MACHINE = Machine("Difference Engine", 2, "1", 0.0, {"python": "3.11", "numpy": "2.0"})
REPORT = Report(
    date="1991-06-27",
    machine=MACHINE,
    rounds=3,
    left_out={"JAX": "No module named 'jax'"},
    steps=[
        Steps({BY_HAND: 200.0, ARROWS: 150.0}, "MLP", 4096, "float32"),
        Steps({BY_HAND: 1000.0, ARROWS: 900.0, "plain Python": 150_000.0}, "GPT", 1, "float64"),
        Steps({BY_HAND: 1000.0, ARROWS: 1250.0}, "GPT", 32, "float32"),
    ],
    growth=[
        Growth({"forward": 1.0, BY_HAND: 2.0, ARROWS: 3.0}, varied, 4, 64, 64, {BY_HAND: 1.0, ARROWS: 1.5})
        for varied in ("depth", "width", "batch")
    ],
    long=[Long("tanh", 1000, 100.0, 400.0)],
)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the program sets for JAX and PyTorch is not left behind, and nothing else runs."""
    for name, setting in benchmark.ONE_THREAD.items():
        monkeypatch.setenv(name, setting)
    monkeypatch.setattr(os, "getloadavg", lambda: (0.0, 0.0, 0.0), raising=False)


# The whole program


def test_it_measures_all_ways_that_are_here(tmp_path: Path, capsys: pytest.CaptureFixture[str], alone: None) -> None:
    """Each setting has every way, and what is left out is said with its reason; the file has all of it."""
    path = tmp_path / "new" / "figures.json"
    assert benchmark.main([*QUICK, "--out", str(path)]) == 0
    report, printed = Report.read(path), capsys.readouterr().out
    for row, model in zip(report.steps, ("mlp", "gpt"), strict=True):
        assert set(row.microseconds) - {"plain Python"} == {BY_HAND, *here(model)}
        assert min(row.microseconds.values()) > 0
    assert "plain Python" in report.steps[1].microseconds
    assert [(row.varied, row.size) for row in report.growth] == [("depth", 2), ("width", 4), ("batch", 2)]
    assert all({BY_HAND, ARROWS, STAGED} <= set(row.megabytes) < set(row.microseconds) for row in report.growth)
    assert len(report.long) == 4
    assert not set(report.left_out) & {BY_HAND, *here("mlp"), *here("gpt")}
    assert all(f"left out: {name} (" in printed for name in report.left_out)
    assert report.machine.cores == os.cpu_count()
    assert report.machine.versions["numpy"] == np.__version__
    assert report.to_json() == path.read_bytes()
    assert "relative to NumPy" in printed
    assert "warning" not in printed


def test_help_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    for words, said in ((["--help"], "--rounds"), (["publish", "--help"], "--figures")):
        with pytest.raises(SystemExit) as end:
            benchmark.main(words)
        assert end.value.code == 0
        assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--rounds", "0"], "--rounds: asked for 0; give a number above 0"),
        (["--seconds", "nan"], "--seconds: asked for nan; give a number above 0"),
        (["--batches", "32", "-1"], "--batches: asked for -1; give a number above 0"),
        (["--out", "."], "--out: asked to write to '.'; found a folder; give a file"),
        (["--out", "/dev/null/here.json"], "--out: asked to write to '/dev/null'; found"),
        (["publish", "--figures", "nowhere"], "--figures: asked for 'nowhere'; found No such file or directory"),
        (["publish", "--figures", "README.md"], "--figures: asked for 'README.md'; found no figures of benchmark.py"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_measured(
    words: list[str], why: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(benchmark, "_measured", None)
    assert benchmark.main(words) == 2
    assert capsys.readouterr().err.startswith(f"benchmark: {why}")


def test_ctrl_c_ends_it_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, alone: None) -> None:
    def interrupted(batch: int, turns: Turns) -> Steps:
        raise KeyboardInterrupt

    monkeypatch.setattr(benchmark, "measure_mlp", interrupted)
    assert benchmark.main([*QUICK, "--out", str(tmp_path / "new" / "figures.json")]) == 130
    assert not list(tmp_path.iterdir())


def test_a_busy_machine_is_told_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, alone: None
) -> None:
    """Before it measures, and in what is published."""
    monkeypatch.setattr(os, "getloadavg", lambda: (1.25, 0.0, 0.0), raising=False)
    monkeypatch.setattr(benchmark, "_measured", lambda flags, machine, *rest: replace(REPORT, machine=machine))
    assert benchmark.main([*QUICK, "--out", str(tmp_path / "figures.json")]) == 0
    assert capsys.readouterr().out.startswith("warning: other programs run (load average 1.25)")
    text = section(Report.read(tmp_path / "figures.json"))
    assert text.endswith("Other programs ran at the same time (load 1.2).")
    assert "Other programs" not in section(REPORT)


# What is measured


def test_a_batch_of_names_is_in_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    by_hand = ways("gpt", np.float32)[BY_HAND]
    monkeypatch.setattr("experiments.measuring.steps.ways", lambda model, dtype: {BY_HAND: by_hand})
    row = measure_gpt(2, Turns(rounds=1, seconds=1e-9))
    assert (row.model, row.batch, row.dtype, list(row.microseconds)) == ("GPT", 2, "float32", [BY_HAND])


def test_the_gradients_of_a_chain_are_one() -> None:
    """By hand, by closures, staged, and in other libraries."""
    turns = Turns(rounds=1, seconds=1e-9)
    calls = {name: make() for name, make in chain(depth=2, width=3, batch=5).items() if turns.take({name: make})}
    by_hand: Any = calls.pop(BY_HAND)()  # Any: trees of arrays
    value: Any = calls.pop(FORWARD)()
    assert {ARROWS, STAGED} <= set(calls)
    for name, call in calls.items():
        found: Any = call()
        if name in OURS:
            assert float(found[0]) == pytest.approx(float(value))
        slopes = found[1][0] if name in OURS else tuple(found)
        for one, other in zip(leaves(slopes), leaves(tuple(by_hand)), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-7)


# What is shown


def test_tables_are_ratios() -> None:
    assert steps_grid(REPORT).markdown().splitlines() == [
        "|  | NumPy (= 1) | cat_ad | plain Python |",
        "|--:|--:|--:|--:|",
        "| MLP, batch 4,096 | 200 µs | 0.75 |  |",
        "| GPT, one name, float64 | 1,000 µs | 0.90 | 150 |",
        "| GPT, 32 names | 1,000 µs | 1.25 |  |",
    ]
    assert steps_grid(REPORT).transposed().rows[1] == ("cat_ad", "0.75", "0.90", "1.25")
    assert growth_grid(REPORT).rows[1] == ["width 64", "1.50"]
    assert memory_grid(REPORT).rows[1] == ["width 64", "1.50", "0.375", "3.00"]
    assert long_grid(REPORT).rows == [("tanh", "1,000", "4.00", "0.40")]


@pytest.mark.parametrize("grid", [growth_grid, memory_grid, long_grid])
def test_a_narrow_screen_shows_every_word(grid: Callable[[Report], Grid]) -> None:
    """Of 80 columns."""
    with (console := Console(width=80)).capture() as shown:
        console.print(grid(Report.read(FIGURES)).printed())
    assert "…" not in shown.get()


def test_a_page_changes_between_its_marks_only() -> None:
    page = f"before\n{START}\nold\n{END}\nafter\n"
    new = with_section(page, "new")
    assert new == f"before\n{START}\nnew\n{END}\nafter\n"
    assert with_section(new, "new") == new


@pytest.mark.parametrize("page", ["", START, END, f"{END}\n{START}"])
def test_a_page_without_marks_is_refused(page: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And stays as it is."""
    (tmp_path / "page.md").write_text(page, "utf-8")
    (tmp_path / "figures.json").write_bytes(REPORT.to_json())
    assert published(tmp_path) == 2
    assert "found no such lines; add them to the page" in capsys.readouterr().err
    assert (tmp_path / "page.md").read_text("utf-8") == page
    assert not (tmp_path / "growth.svg").exists()


def test_publish_writes_table_and_picture(tmp_path: Path) -> None:
    """The same again for the same figures."""
    (tmp_path / "page.md").write_text(f"{START}\n{END}\n", "utf-8")
    (tmp_path / "figures.json").write_bytes(REPORT.to_json())
    contents = []
    for _ in range(2):
        assert published(tmp_path) == 0
        contents.append([(tmp_path / name).read_bytes() for name in ("page.md", "growth.svg")])
    assert contents[0] == contents[1]
    page, picture = (content.decode() for content in contents[0])
    assert page == f"{START}\n{section(REPORT)}\n{END}\n"
    assert all(f">{text}<" in picture for text in ("depth", "width", "batch", "NumPy by hand", "cat_ad"))
    assert STAGED not in picture


def test_without_a_picture_the_page_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(f"{START}\n{END}\n", "utf-8")
    (tmp_path / "figures.json").write_bytes(REPORT.to_json())
    (tmp_path / "growth.svg").mkdir()
    assert published(tmp_path) == 2
    assert (tmp_path / "page.md").read_text("utf-8") == f"{START}\n{END}\n"


def published(folder: Path) -> int:
    """The exit code of `publish` with the files of this folder."""
    words = "publish", "--figures", "figures.json", "--page", "page.md", "--picture", "growth.svg"
    return benchmark.main([str(folder / word) if "." in word else word for word in words])


def test_the_readme_says_what_was_measured() -> None:
    """After `python experiments/measuring/benchmark.py publish`."""
    page = (ROOT / "README.md").read_text("utf-8")
    assert with_section(page, section(Report.read(FIGURES))) == page


def test_the_picture_shows_what_was_measured() -> None:
    """Its words and its lines; where a word stands to a hair depends on the version of Matplotlib."""
    kept, drawn = PICTURE.read_text("utf-8"), growth_picture(Report.read(FIGURES)).decode()
    assert words(kept) == words(drawn)
    assert lines(kept) == pytest.approx(lines(drawn), abs=0.5)


def words(svg: str) -> list[str]:
    """All that is written in a picture, in order."""
    return re.findall(r">([^<]*)</text>", svg)


def lines(svg: str) -> list[float]:
    """Where its lines go."""
    paths = " ".join(re.findall(r'<path d="([^"]*)" clip-path', svg))
    return [float(number) for number in re.findall(r"-?[0-9.]+", paths)]


def test_the_figures_are_whole() -> None:
    """Those of the README: nothing that is compared there is left out."""
    figures = json.loads(FIGURES.read_bytes())
    assert [(row["model"], row["batch"]) for row in figures["steps"]] == [
        *(("MLP", batch) for batch in (32, 64, 128, 512, 4096)),
        *(("GPT", names) for names in (1, 32, 64)),
    ]
