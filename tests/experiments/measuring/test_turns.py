"""Taking turns: all have as many, and who cannot take part is left out, with the reason."""

import tracemalloc
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from cat_ad import Scalar, check, power, stage
from cat_ad.errors import StagingError
from experiments.measuring.turns import Call, Turns, peak


def test_all_take_as_many_turns() -> None:
    """One after the other, round after round."""
    seen: list[str] = []
    names = "a", "b", "c"

    def make(name: str) -> Callable[[], Call]:
        return lambda: lambda: seen.append(name)

    times = Turns(rounds=5, seconds=1e-9).take({name: make(name) for name in names})
    assert tuple(times) == names
    assert seen[6:] == [*names] * 5  # after the first call of each, and the one that says how many make a turn


@pytest.mark.parametrize("error", [ModuleNotFoundError("no such library"), StagingError("no such target\nreally")])
@pytest.mark.parametrize("when", ["made", "called"])
def test_who_cannot_take_part_is_left_out(error: Exception, when: str) -> None:
    def fail() -> Call:
        raise error

    turns = Turns(rounds=1, seconds=1e-9)
    times = turns.take({"here": lambda: lambda: None, "not here": fail if when == "made" else lambda: fail})
    assert list(times) == ["here"]
    assert turns.left_out == {"not here": str(error).splitlines()[0]}


def test_a_fault_is_no_reason_to_be_left_out() -> None:
    with pytest.raises(ZeroDivisionError):
        Turns(rounds=1, seconds=1e-9).take({"faulty": lambda: lambda: 1 / 0})


def test_of_a_library_that_is_missing_it_is_said_how_to_get_it() -> None:
    turns = Turns(rounds=1, seconds=1e-9)
    turns.take({"missing": lambda: import_module("no_such_library").step})
    assert turns.left_out == {"missing": "No module named 'no_such_library'; pip install no_such_library"}


@pytest.mark.filterwarnings("default")
def test_numpy_does_not_take_the_part_of_c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `stage` lets it where the compiler fails, with a warning."""
    compiler = tmp_path / "cc"
    compiler.write_text("#!/bin/sh\nexit 3\n")
    compiler.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    turns = Turns(rounds=1, seconds=1e-9)
    times = turns.take({"in C": lambda: partial(stage(power(Scalar, 3), "c"), check(Scalar, 2.0))})
    assert times == {}
    assert turns.left_out["in C"].endswith("fails (exit status 3); running NumPy instead")


def test_the_peak_counts_what_a_call_holds_and_what_is_kept() -> None:
    """Not what is made once and thrown away."""
    kept = []

    def make() -> Call:
        np.zeros(5_000_000)
        kept.append(np.zeros(1_000_000))
        return lambda: np.zeros(500_000).sum()

    assert peak(make) == pytest.approx(12.0, rel=0.01)
    assert not tracemalloc.is_tracing()
