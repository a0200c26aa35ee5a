"""A run that is killed, at whichever change of the disk: its files agree, and it goes on as if nothing had been.

A kill is an error at the k-th change, and at every change after it, so that no cleaning up changes anything either.
"""

import csv
import json
import os
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from experiments import bag_names
from experiments.training.checkpoint import read
from experiments.training.runs import FILES, LOSSES, METRICS, is_whole, run_folder
from tests.experiments.programs import call, metrics, tensors, train, without_art

CHANGES = "mkdir", "fsync", "replace", "unlink", "rmdir"  # of os
FLAGS = "--no-stage", "--embedding", 2, "--save-every", 2, "--steps"


class KilledError(BaseException):
    """At once, and for all."""


@pytest.fixture(autouse=True)
def _no_art(monkeypatch: pytest.MonkeyPatch) -> None:
    without_art(monkeypatch)


def killed(work: Callable[[], object]) -> Iterator[None]:
    """Do the work again and again, killed at its first change, at its second, until it comes to its end."""
    for last in count():
        changes = count()

        def until_then(
            change: Callable[..., Any], last: int = last, changes: Iterator[int] = changes
        ) -> Callable[..., Any]:
            def checked(*words: Any, **more: Any) -> Any:
                if next(changes) >= last:
                    raise KilledError
                return change(*words, **more)

            return checked

        with pytest.MonkeyPatch.context() as patched:
            for name in CHANGES:
                patched.setattr(os, name, until_then(getattr(os, name)))
            try:
                work()
            except KilledError:
                pass
            else:
                assert last > 15
                return
        yield


def require_agreement(folder: Path) -> int | None:
    """The steps of a run, of which all files that there are tell the same."""
    there = {file for file in FILES if (folder / file).exists()}
    if not there:
        return None
    about = read(folder, "bag_names").about
    if METRICS in there:
        assert metrics(folder)["steps"] == about["steps"]
        assert json.loads((folder / METRICS).read_text())["train_loss"] == about["curve"][-1]["train_loss"]
    if LOSSES in there:
        with (folder / LOSSES).open() as file:
            rows = [{key: json.loads(value) for key, value in row.items()} for row in csv.DictReader(file)]
        assert rows == about["curve"]
    steps: int = about["steps"]
    return steps


def require_end(folder: Path, whole: Path) -> None:
    """It came to what it would have, and nothing else is there once another run has begun."""
    with run_folder(folder.parent / "another"):
        pass
    assert sorted(os.listdir(folder)) == sorted(FILES)
    assert tensors(folder) == tensors(whole)
    assert metrics(folder) == metrics(whole)
    require_agreement(folder)


def go_on(folder: Path, *words: object) -> None:
    """Go on; or it had come to its end before it was killed, and is left as it is."""
    whole = is_whole(folder)
    assert call(bag_names, "--resume", folder, *words) == (2 if whole else 0)


def test_a_run_that_is_killed_can_begin_or_go_on(tmp_path: Path) -> None:
    whole, folder, found = train(bag_names, tmp_path / "whole", *FLAGS, 3), tmp_path / "run", set()
    for _ in killed(lambda: train(bag_names, folder, *FLAGS, 3)):
        steps = require_agreement(folder)
        found.add(steps)
        if steps is None:
            train(bag_names, folder, *FLAGS, 3)
        else:
            go_on(folder)
        require_end(folder, whole)
        shutil.rmtree(folder)
    assert found == {None, 2, 3}


def test_a_run_that_is_killed_while_it_goes_on_can_go_on(tmp_path: Path) -> None:
    flags = "--schedule", "constant", *FLAGS
    before, folder, found = train(bag_names, tmp_path / "before", *flags, 1), tmp_path / "run", set()
    whole = train(bag_names, tmp_path / "whole", *flags, 3)
    shutil.copytree(before, folder)
    for _ in killed(lambda: call(bag_names, "--resume", folder, "--steps", 3)):
        steps = require_agreement(folder)
        found.add(steps)
        if steps == 3:
            go_on(folder, "--steps", 3)
        else:
            assert call(bag_names, "--resume", folder, "--steps", 3) == 0
        require_end(folder, whole)
        shutil.rmtree(folder)
        shutil.copytree(before, folder)
    assert found == {1, 2, 3}
