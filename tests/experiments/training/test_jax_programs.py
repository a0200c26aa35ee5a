"""Training with JAX on one device: the losses of NumPy, what is refused, and going on from a checkpoint."""

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from experiments import bag_names, gpt_names, mlp_names
from experiments.process.randomness import Purpose, generator
from experiments.training.checkpoint import CHECKPOINT, read
from experiments.training.loop import Plan, begin, step_of, train
from experiments.training.schedules import Budget
from tests.experiments import programs
from tests.experiments.programs import (
    FLAGS,
    TO_ROUNDING,
    any_names,
    assert_same_losses,
    call,
    losses,
    some_names,
    tensors,
)

jax: Any = pytest.importorskip("jax", reason="pip install -e '.[jax]'")  # Any: it may not be there

from experiments.measuring.peers import cat_ad_mlp, jax_mlp  # noqa: E402
from experiments.training.jax_backend import Jax  # noqa: E402  (which needs JAX)

Capture = pytest.CaptureFixture[str]


# One device


@pytest.mark.parametrize(
    ("program", "dtype", "tolerance"), [(mlp_names, "float32", TO_ROUNDING), (gpt_names, "float64", 1e-12)]
)
def test_the_losses_are_those_of_numpy(tmp_path: Path, program: ModuleType, dtype: str, tolerance: float) -> None:
    flags = "--data", some_names(tmp_path), "--steps", 30, "--batch", 32, "--dtype", dtype, *FLAGS[program]
    runs = [programs.train(program, tmp_path / name, *flags, "--backend", name) for name in ("numpy", "jax")]
    assert_same_losses(runs[0], runs[1], tolerance)
    kinds = [{tensor.dtype.name for tensor in read(folder, program.PROGRAM.name).tensors.values()} for folder in runs]
    assert kinds == [{dtype}, {dtype}]


@pytest.mark.parametrize("program", [mlp_names, gpt_names])
def test_names_of_any_script_are_learned_as_by_numpy(tmp_path: Path, program: ModuleType) -> None:
    """And as by C."""
    flags = "--data", any_names(tmp_path), "--steps", 20, "--batch", 16, *FLAGS[program]
    ways = ("--backend", "numpy"), ("--backend", "jax"), ("--target", "c")
    runs = [programs.train(program, tmp_path / way[-1], *flags, *way) for way in ways]
    assert_same_losses(runs[0], runs[1], TO_ROUNDING)
    assert_same_losses(runs[0], runs[2], TO_ROUNDING)


def test_the_recipe_of_microgpt_is_compiled_in_float64(tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_text("\n".join("abcdefghijklmnop"))  # of one length, so that little is to be compiled
    flags = "--data", names, "--recipe", "microgpt", "--steps", 12
    runs = [programs.train(gpt_names, tmp_path / name, *flags, "--backend", name) for name in ("numpy", "jax")]
    ours, theirs = (np.loadtxt(folder / "losses.csv", delimiter=",", skiprows=1) for folder in runs)
    assert ours.shape == (12, 2)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)


def plan_of(program: ModuleType) -> tuple[Plan[Any, Any], Any]:  # Any: the parameters and batches of this program
    """A plan with batches of two shapes, and first parameters."""
    model = program.PROGRAM.model(program.Flags())
    examples = model.examples(["emma", "ada", "theodora", "maximiliane"] * 16, few_shapes=True)
    places = np.random.default_rng(0)
    plan = Plan(
        loss=model.loss,
        batch=lambda step: examples.at(
            places.integers(examples.count, size=1 if program is gpt_names else 1 + step % 2)
        ),
        rate=lambda progress: 0.01 * (1 - progress),
        budget=Budget(steps=20),
        measure=None,
    )
    return plan, model.init(generator(0, Purpose.PARAMETERS))


def test_a_step_is_compiled_once_for_each_shape_whatever_its_rate_and_number() -> None:
    """And of all names of a transformer there are two shapes."""
    plan, _ = plan_of(gpt_names)
    assert len({tuple(x.shape for x in plan.batch(number)) for number in range(12)}) == 2
    plan, params = plan_of(mlp_names)
    step, traced, shapes = step_of(plan), list[object](), set[object]()

    def noted(now: Any, batch: Any, rate: Any) -> Any:  # Any: of this program, or what stands for it in a trace
        traced.append(rate)
        return step(now, batch, rate)

    backend = Jax(precise=False)
    compiled, now = backend.compiled(noted), backend.put((begin(params).optimizer, params))
    for number in range(12):
        batch = plan.batch(number)
        shapes.add(tuple(x.shape for x in batch))
        _, now = compiled(now, batch, 0.01 / (1 + number))
    assert len(traced) == len(shapes) == 2
    assert backend.get(now)[0].steps == 12


def test_nothing_that_was_given_or_read_is_written_to() -> None:
    """Though a step reuses the memory of what it is given to change."""
    plan, params = plan_of(mlp_names)
    before = jax.tree.map(np.copy, params)
    backend = Jax(precise=False)
    trained = train(plan, begin(params), backend=backend)
    now = backend.put((trained.optimizer, trained.params))
    _, seen = backend.get(now)
    backend.compiled(step_of(plan))(now, plan.batch(0), 0.01)
    assert jax.tree.all(jax.tree.map(np.array_equal, before, params))
    assert jax.tree.all(jax.tree.map(np.array_equal, seen, trained.params))


# What cannot be


REFUSED: dict[str, tuple[tuple[object, ...], str]] = {
    "devices of NumPy": (("--devices", 4), "--devices: asked for more than one device; found --backend numpy"),
    "processes of NumPy": (("--coordinator", "localhost:1", "--processes", 2), "--coordinator: asked for more than"),
    "processes that do not meet": (("--backend", "jax", "--processes", 2), "give --coordinator HOST:PORT"),
    "a process too many": (
        ("--backend", "jax", "--coordinator", "localhost:1", "--processes", 2, "--process-id", 2),
        "--process-id: asked for 2; found --processes 2; give less than that",
    ),
    "processes with clocks": (
        ("--backend", "jax", "--coordinator", "localhost:1", "--processes", 2, "--seconds", 1),
        "found that each has a clock of its own; give --steps",
    ),
    "batches that cannot be shared": (
        ("--backend", "jax", "--devices", 4, "--batch", 50),
        "--devices: asked for 4 devices in all to share batches of 50; found 2 left over; give a --batch",
    ),
    "more devices than there are": (("--backend", "jax", "--devices", 64), "--devices: asked for 64; found "),
    "no place": (
        ("--backend", "jax", "--coordinator", "localhost", "--processes", 2, "--steps", 1),
        "--coordinator: asked for localhost; found no host and port in it; give HOST:PORT, such as 10.0.0.1:1234",
    ),
    "a coordinator that does not answer": (
        ("--backend", "jax", "--coordinator", "localhost:1", "--processes", 2, "--process-id", 1, "--steps", 1),
        "--coordinator: asked for localhost:1; found no answer in 1 seconds (Connection refused); start",
    ),
}


@pytest.mark.parametrize(("words", "complaint"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be(tmp_path: Path, capsys: Capture, words: tuple[object, ...], complaint: str) -> None:
    jax.devices()  # JAX has begun, so that nothing of this is left to those who come later
    names = some_names(tmp_path)
    assert call(mlp_names, "--data", names, "--batch", 64, "--out", tmp_path / "run", "--wait", 1, *words) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert complaint in err
    assert not (tmp_path / "run").exists()


def test_without_jax_it_says_how_to_get_it(tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.training.backend_choice.find_spec", lambda name: None)
    assert call(bag_names, "--backend", "jax", "--out", tmp_path / "run") == 2
    assert "found that it is not installed; pip install -e '.[jax]'" in capsys.readouterr().err


# Checkpoints


def test_a_run_goes_on_from_its_last_checkpoint_as_if_nothing_had_been(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the last bit, whatever stopped it in between; with any backend that is, here with NumPy."""
    flags = "--data", some_names(tmp_path), "--steps", 37, "--batch", 32, *FLAGS[mlp_names]
    whole = programs.train(mlp_names, tmp_path / "whole", *flags)

    class PowerCutError(Exception):
        """At any time."""

    def cut(loss: float, steps: int) -> None:
        if steps == 26:
            raise PowerCutError

    with monkeypatch.context() as patched:
        patched.setattr("experiments.training.loop._require_finite", cut)
        with pytest.raises(PowerCutError):
            call(mlp_names, *flags, "--save-every", 10, "--out", tmp_path / "run")
    assert [path.name for path in (tmp_path / "run").iterdir()] == [CHECKPOINT]
    assert read(tmp_path / "run", "mlp_names").about["steps"] == 20
    assert call(mlp_names, "--resume", tmp_path / "run", *flags[:2]) == 0
    assert tensors(tmp_path / "run") == tensors(whole)
    assert losses(tmp_path / "run") == losses(whole)


# Peers


def test_with_arrows_and_without_a_step_is_the_same() -> None:
    """What `benchmark` compares."""
    rng = np.random.default_rng(0)
    e, w1, b1, w2, b2 = (rng.normal(0, 0.3, shape) for shape in ((27, 10), (128, 30), (128,), (27, 128), (27,)))
    with jax.enable_x64(True):
        ours = cat_ad_mlp.make_step((e, w1, b1, w2, b2), 0.1, Jax(precise=True))
        theirs = jax_mlp.make_step((e, w1, b1, w2, b2), 0.1)
        for _ in range(3):
            contexts, targets = rng.integers(27, size=(9, 3)), rng.integers(27, size=9)
            assert abs(ours.run(contexts, targets) - theirs.run(contexts, targets)) < 1e-12
        for mine, yours in zip(ours.read(), theirs.read(), strict=True):
            np.testing.assert_allclose(mine, yours, rtol=0, atol=1e-12)
