"""`python experiments/steps/...`: six small programs, each one idea beyond the one before, whose losses compare."""

import re
import runpy
import sys
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from math import log
from pathlib import Path

import numpy as np
import pytest

from cat_ad import check, value_and_gradient
from cat_ad.objects.trees import leaves
from experiments.data.alphabet import A_TO_Z, Codes
from experiments.data.as_sequences import sequences
from experiments.data.as_windows import windows
from experiments.data.names import load_names
from experiments.steps import (
    common,
    step_0_bigrams,
    step_1_by_hand,
    step_2_arrows,
    step_3_attention,
    step_4_heads_and_layers,
    step_5_adam,
)
from experiments.steps.all import LESSONS, PICTURE
from experiments.steps.common import Flags, Names, Result, SomeLesson, main, shipped_names
from experiments.steps.road_picture import spread
from tests.experiments.programs import ROOT, run

encode = A_TO_Z.encode

MODULES = (step_0_bigrams, step_1_by_hand, step_2_arrows, step_3_attention, step_4_heads_and_layers, step_5_adam)
PROGRAMS = [module.__name__.rpartition(".")[2] for module in MODULES]
LINE = re.compile(
    r"step (\d)  (.+?) +([\d,]+) parameters +([\d,]+) steps +(\d+\.\d) s  train (\d\.\d{4})  test (\d\.\d{4})"
)


@pytest.fixture(scope="module")
def names() -> Names:
    """Those that every program has, unless told another seed."""
    return shipped_names(seed=0)


def result(lesson: SomeLesson, names: Names, steps: int) -> Result:
    """What comes of so many steps, measured with fewer names, which takes less time."""
    return lesson.run(Flags(steps=steps), replace(names, train=names.train[:1000], test=names.test[:1000]))


# The programs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("program", PROGRAMS)
def test_each_runs_alone(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    names: Names,
    program: str,
) -> None:
    """As the programs that they are, with fewer names to measure, which takes less time."""
    few = replace(names, train=names.train[:3000], test=names.test[:300])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(common, "shipped_names", lambda seed: few)
    monkeypatch.setattr(sys, "argv", [program, "--steps", "20", "--seed", "1"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / "experiments" / "steps" / f"{program}.py"), run_name="__main__")
    out, err = capsys.readouterr()
    assert (ended.value.code, err) == (0, "")
    line, empty, *invented = out.splitlines()
    found = LINE.fullmatch(line)
    assert found is not None
    assert f"step_{found[1]}" == program[:6]
    assert found[4] == "20"
    assert 2 < float(found[6]) < 3
    assert 2 < float(found[7]) < 3
    assert empty == ""
    assert len(invented) == 8
    assert all(re.fullmatch(r"[a-z]+ +(new|memorised)", row) for row in invented)
    assert list(tmp_path.iterdir()) == []


def test_all_of_them_make_a_table_and_a_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], names: Names
) -> None:
    """With fewer names to measure."""
    few = replace(names, train=names.train[:3000], test=names.test[:300])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(common, "shipped_names", lambda seed: few)
    picture = tmp_path / "runs" / "steps" / PICTURE
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"of a run before")
    monkeypatch.setattr(sys, "argv", ["all", "--steps", "3"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / "experiments" / "steps" / "all.py"), run_name="__main__")
    out, err = capsys.readouterr()
    assert (ended.value.code, err) == (0, "")
    rows = [line.split() for line in out.splitlines() if line.strip()[:1].isdigit()]
    assert [row[0] for row in rows] == list("012345")
    assert all(row[-4] == "3" and 2 < float(row[-1]) < 4 for row in rows)
    assert rows[1][-2:] == rows[2][-2:]  # the same losses
    assert "…" not in out  # all of it fits
    assert list(picture.parent.iterdir()) == [picture]
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("lesson", LESSONS, ids=PROGRAMS)
def test_help_answers(lesson: SomeLesson, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(lesson, MODULES[lesson.number].__doc__, ["--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert f"Step {lesson.number}: " in shown
    assert "--steps" in shown
    assert "--seed" in shown


def test_help_of_all_answers(tmp_path: Path) -> None:
    done = run(tmp_path, "steps/all", "--help")
    assert done.returncode == 0
    assert "--out" in done.stdout


@pytest.mark.parametrize(("words", "found"), [(["--steps", "0"], "--steps: "), (["--seed", "-1"], "--seed: ")])
def test_what_cannot_be_done_is_told_in_one_line(
    words: list[str], found: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(step_0_bigrams.LESSON, None, words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert found in err
    assert err.count("\n") == 1


def test_a_rate_that_is_too_large_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], names: Names
) -> None:
    few = replace(names, train=names.train[:100], test=names.test[:100])
    monkeypatch.setattr(common, "shipped_names", lambda seed: few)
    monkeypatch.setattr(step_4_heads_and_layers, "RATE", 1e3)
    assert main(step_4_heads_and_layers.LESSON, None, ["--steps", "20"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "finite" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("program", [*PROGRAMS, "all"])
def test_a_program_sets_its_threads_before_numpy_is_imported(program: str) -> None:
    text = (ROOT / "experiments" / "steps" / f"{program}.py").read_text("utf-8")
    imports = [line.split()[1] for line in text.splitlines() if line.startswith(("import ", "from "))]
    own = [module for module in imports if module.partition(".")[0] in ("cat_ad", "experiments", "numpy")]
    assert own[0] == "experiments.process.threads"


# That their losses compare -------------------------------------------------------------------------------------------


def test_no_name_is_too_long_to_be_read_whole() -> None:
    assert max(map(len, load_names())) < step_3_attention.CONTEXT == step_5_adam.CONTEXT


def test_the_loss_of_a_model_of_names_is_the_mean_over_all_their_symbols(names: Names) -> None:
    some = names.test[:300]
    params = step_3_attention.model.init(np.random.default_rng(0))
    losses: list[float] = []
    for name in some:
        (inputs,), (targets,) = sequences([name], step_3_attention.CONTEXT).batch(np.array([0]))
        scores = np.array(step_3_attention.model(params, check(step_3_attention.model.dom, inputs)))
        losses += [float(np.logaddexp.reduce(row) - row[target]) for row, target in zip(scores, targets, strict=True)]
    assert len(losses) == len(windows(some, 3).targets)
    measured = step_3_attention.LESSON.model.measure(some)(params)
    assert measured == pytest.approx(np.mean(losses), rel=1e-12)


def test_a_name_that_is_read_letter_by_letter_is_scored_as_a_whole_one() -> None:
    model = step_4_heads_and_layers.model
    params = model.init(np.random.default_rng(0))
    symbols = encode(".emma")
    read = step_4_heads_and_layers.LESSON.model.reader(params, count=1)
    letters = [read(symbols[place, None])[0] for place in range(len(symbols))]
    assert np.allclose(letters, model(params, check(model.dom, symbols)))


def test_a_window_that_is_read_letter_by_letter_moves_on() -> None:
    params = step_1_by_hand.init(np.random.default_rng(0))
    read = step_1_by_hand.LESSON.model.reader(params, count=2)
    for symbols in (".e", "em", "mm", "ma"):
        scores = read(encode(symbols))
    expected = step_1_by_hand.forward(params, np.array([encode("emm"), encode("mma")]))[-1]
    assert np.allclose(scores, expected)


def test_every_name_has_its_turn_before_one_comes_again(names: Names) -> None:
    batches = len(names.train) // common.BATCH
    seen = [name for step in range(batches) for name in names.batch(step)]
    assert len(set(seen)) == len(seen) == batches * common.BATCH
    assert set(seen) <= set(names.train)
    assert names.batch(7) == shipped_names(seed=0).batch(7) != shipped_names(seed=1).batch(7)


# What each is about --------------------------------------------------------------------------------------------------


def test_the_loss_of_bigrams_has_a_closed_form(names: Names) -> None:
    """It is the mean of -log (pairs + 1) / (pairs that begin alike + 27)."""
    steps = 30
    learned, tested = (
        Counter(pair for name in some for pair in pairwise(f".{name}."))
        for some in ([name for step in range(steps) for name in names.batch(step)], names.test[:1000])
    )
    begun = Counter[str]()
    for (before, _), count in learned.items():
        begun[before] += count
    total = sum(-count * log((learned[pair] + 1) / (begun[pair[0]] + 27)) for pair, count in tested.items())
    found = result(step_0_bigrams.LESSON, names, steps)
    assert found.parameters == 27 * 27
    assert found.test_loss == pytest.approx(total / tested.total(), rel=1e-12)


def test_the_gradient_by_hand_is_that_of_the_arrows(names: Names) -> None:
    params = step_1_by_hand.init(np.random.default_rng(3))
    contexts, targets = windows(names.batch(5), step_1_by_hand.CONTEXT)
    loss, gradient = step_1_by_hand.loss_and_gradient(params, contexts, targets)
    arrows = step_2_arrows.loss
    by_arrows, (slope, _) = value_and_gradient(arrows.arrow)(check(arrows.arrow.dom, (params, (contexts, targets))))
    assert loss == pytest.approx(float(by_arrows), rel=1e-12)
    for ours, theirs in zip(leaves(gradient), leaves(slope), strict=True):
        assert np.allclose(ours, theirs, rtol=1e-10, atol=1e-14)


def test_a_gradient_that_is_wrong_is_found_before_anything_is_learned(
    monkeypatch: pytest.MonkeyPatch, names: Names
) -> None:
    right = step_1_by_hand.loss_and_gradient

    def wrong(params: step_1_by_hand.Params, contexts: Codes, targets: Codes) -> tuple[float, step_1_by_hand.Params]:
        loss, ((d_table, d_inner), d_outer) = right(params, contexts, targets)
        return loss, ((d_table, 1.001 * d_inner), d_outer)

    params = step_1_by_hand.init(np.random.default_rng(0))
    assert next(step_1_by_hand.train(params, names, 1)) is params
    monkeypatch.setattr(step_1_by_hand, "loss_and_gradient", wrong)
    with pytest.raises(ArithmeticError):
        next(step_1_by_hand.train(params, names, 1))


def test_from_one_start_the_network_by_hand_and_the_arrows_go_the_same_way(names: Names) -> None:
    steps = 100
    by_hand = step_1_by_hand.train(step_1_by_hand.init(np.random.default_rng(0)), names, steps)
    by_arrows = step_2_arrows.train(step_2_arrows.model.init(np.random.default_rng(0)), names, steps)
    places = 0
    for ours, theirs in zip(by_hand, by_arrows, strict=True):
        assert all(map(np.allclose, leaves(ours), leaves(theirs)))
        places += 1
    assert places == steps + 1
    one, other = (result(lesson, names, steps) for lesson in (step_1_by_hand.LESSON, step_2_arrows.LESSON))
    assert one.parameters == other.parameters == 3918
    assert one.train_loss == pytest.approx(other.train_loss, rel=1e-10)
    assert one.test_loss == pytest.approx(other.test_loss, rel=1e-10)
    assert one.invented == other.invented


def test_each_idea_that_changes_the_model_or_its_training_lowers_the_loss(names: Names) -> None:
    """In as many steps, even in a few."""
    lessons = step_2_arrows.LESSON, step_3_attention.LESSON, step_4_heads_and_layers.LESSON, step_5_adam.LESSON
    losses = [result(lesson, names, steps=100).test_loss for lesson in lessons]
    assert losses == sorted(losses, reverse=True)


def test_steps_4_and_5_differ_in_the_optimizer_only() -> None:
    texts = [(ROOT / "experiments" / "steps" / f"{program}.py").read_text("utf-8") for program in PROGRAMS[4:]]
    before, after = (text.partition('"""\n\nimport')[2].splitlines() for text in texts)
    changed = [line for line in before if line not in after]
    assert len(changed) == 5, changed  # an import, the rate, a docstring, the optimizer, the lesson


# The picture ---------------------------------------------------------------------------------------------------------


def test_labels_are_apart_and_near_to_where_they_belong() -> None:
    heights = [2.46, 2.28, 2.28, 2.25, 2.21, 2.14]
    moved = spread(heights, nearest=0.03)
    assert moved == sorted(moved, reverse=True)
    assert all(high - low > 0.0299 for high, low in pairwise(moved))
    assert np.allclose(moved, heights, atol=0.03)
    assert spread([1.0, 2.0], nearest=0.5) == [1.0, 2.0]
