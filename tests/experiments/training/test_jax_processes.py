"""Training with JAX on several devices: the losses of one, also in two processes, of which one may be ended."""

import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

import numpy as np
import pytest

from experiments import bag_names, gpt_names, mlp_names
from experiments.process.errors import LostProcessError
from experiments.training.checkpoint import CHECKPOINT, read
from tests.experiments import programs
from tests.experiments.programs import (
    ENVIRONMENT,
    FLAGS,
    TO_ROUNDING,
    assert_same_losses,
    call,
    command,
    losses,
    metrics,
    run,
    some_names,
)

pytest.importorskip("jax", reason="pip install -e '.[jax]'")

from experiments.training.jax_backend import _together

Process = subprocess.Popen[str]
Start = Callable[..., list[Process]]


# Several devices


def test_four_devices_have_the_losses_of_one(tmp_path: Path) -> None:
    """Four virtual ones, in one process."""
    flags = "--data", some_names(tmp_path), "--steps", 30, "--batch", 32, *FLAGS[gpt_names]
    one = programs.train(gpt_names, tmp_path / "one", *flags)
    done = run(tmp_path, "gpt_names", *flags, "--backend", "jax", "--devices", 4, "--out", "four")
    assert (done.returncode, done.stderr) == (0, "")
    assert_same_losses(one, tmp_path / "four", TO_ROUNDING)


# Several processes


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("", 0)) as free:
        port: int = free.getsockname()[1]
        return port


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Start]:
    """Processes that train together, with flags of all and of each."""
    processes: list[Process] = []

    def start(
        *flags: object, own: Callable[[int], tuple[object, ...]] = lambda number: (), many: int = 2
    ) -> list[Process]:
        together = *flags, "--backend", "jax", "--coordinator", f"localhost:{free_port()}", "--processes", many
        words = [command("mlp_names", *together, "--process-id", number, *own(number)) for number in range(many)]
        pipe = subprocess.PIPE
        begun = [Process(w, cwd=tmp_path, env=ENVIRONMENT, stdout=pipe, stderr=pipe, text=True) for w in words]
        processes.extend(begun)
        return begun

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def until(true: Callable[[], bool], seconds: float) -> None:
    """Wait for something to become true."""
    end = monotonic() + seconds
    while not true():
        assert monotonic() < end, "it took too long"
        sleep(0.02)


def test_two_processes_go_on_with_the_losses_of_one_and_the_first_tells(tmp_path: Path, started: Start) -> None:
    data = "--data", some_names(tmp_path)
    flags = *data, "--batch", 32, "--schedule", "constant", *FLAGS[mlp_names]
    one = programs.train(mlp_names, tmp_path / "one", *flags, "--steps", 40)
    first = programs.train(mlp_names, tmp_path / "first", *flags, "--steps", 10)
    both = started("--resume", first, *data, "--steps", 40, "--out", "both")
    told = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert_same_losses(one, tmp_path / "both", TO_ROUNDING)
    said = [[line for line in out.splitlines() if not line.startswith("[Gloo]")] for out, _ in told]
    assert said[0][-1] == "both"
    assert said[1] == []


def test_processes_that_begin_differently_are_refused(tmp_path: Path, started: Start) -> None:
    """By each of them in one line, which shows no numbers."""
    flags = "--data", some_names(tmp_path), "--steps", 30, "--batch", 32, *FLAGS[mlp_names]
    for process in started(*flags, own=lambda number: ("--seed", number)):
        _, error = process.communicate(timeout=60)
        assert process.returncode == 2
        assert "--processes: asked for 2 that begin alike; found that they do not; give all of them" in error
        assert error.count("\n") == 1


def test_processes_with_other_devices_are_refused(tmp_path: Path, started: Start) -> None:
    """Before they are asked what else they have in common."""
    flags = "--data", some_names(tmp_path), "--steps", 30, "--batch", 32, *FLAGS[mlp_names]
    first, _ = started(*flags, own=lambda number: ("--devices", 2 - number))
    _, error = first.communicate(timeout=60)
    assert first.returncode == 2
    assert error.startswith("mlp_names: --devices: asked for 2 in each of 2 processes; found 3 in 2 processes; give")


def test_a_port_that_is_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("", 0)) as taken:
        place = f"localhost:{taken.getsockname()[1]}"
        words = "--backend", "jax", "--coordinator", place, "--processes", 2, "--steps", 1, "--out", tmp_path / "run"
        assert call(bag_names, *words) == 2
    assert f"--coordinator: asked for {place}; found Address already in use" in capsys.readouterr().err


def test_a_place_that_is_not_that_of_process_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """JAX would end it with a page of text, and after a while."""
    place = f"nowhere.invalid:{free_port()}"
    words = "--backend", "jax", "--coordinator", place, "--processes", 2, "--steps", 1, "--out", tmp_path / "run"
    assert call(bag_names, *words) == 2
    error = capsys.readouterr().err
    assert f"--coordinator: asked for {place}; found that this machine is not there (" in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("killed", [0, 1])
def test_when_one_is_killed_the_other_ends_and_nothing_is_lost(tmp_path: Path, started: Start, killed: int) -> None:
    """Within a minute and with a clear error; and what goes on from the last checkpoint comes where it would have.

    Whether it is killed or told to end by SIGTERM, which JAX would keep from it.
    """
    flags = "--data", some_names(tmp_path), "--batch", 32, "--schedule", "constant", *FLAGS[mlp_names]
    folder = tmp_path / "run"
    both = started(*flags, "--steps", 10**6, "--save-every", 10, "--out", "run")
    until((folder / CHECKPOINT).exists, 60)
    end = signal.SIGTERM if killed else signal.SIGKILL
    both[killed].send_signal(end)
    _, error = both[1 - killed].communicate(timeout=60)
    both[killed].communicate(timeout=10)
    assert both[killed].returncode == -end
    assert both[1 - killed].returncode not in (0, None)
    assert "found that another has ended" in error or "another task died" in error  # ours, or JAX's if it was faster
    steps = read(folder, "mlp_names").about["steps"]
    assert steps % 10 == 0
    more = "--steps", steps + 20
    assert call(mlp_names, "--resume", folder, *more, *flags[:2], "--backend", "numpy") == 0
    whole = programs.train(mlp_names, tmp_path / "whole", *flags, *more)
    assert metrics(folder)["steps"] == metrics(whole)["steps"]
    np.testing.assert_allclose(losses(folder)[-1], losses(whole)[-1], rtol=0, atol=10 * TO_ROUNDING)


def test_of_a_lost_process_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of its own, which the programs tell in one line; of a process that is alone it is what it is."""
    with pytest.raises(ValueError, match=r"^closed by peer\nand more$"), _together():
        raise ValueError("closed by peer\nand more")
    monkeypatch.setattr("jax.process_count", lambda: 2)
    complaint = r"^asked for 2 processes that train together; found that another has ended \(closed by peer\); start"
    with pytest.raises(LostProcessError, match=complaint), _together():
        raise ValueError("closed by peer\nand more")
