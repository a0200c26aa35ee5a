"""Checkpoints: what is written is read again, and nothing else is."""

from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pytest
from safetensors.numpy import save

from cat_ad import State
from cat_ad.objects.trees import leaves
from experiments.data.alphabet import A_TO_Z
from experiments.process.errors import InputError
from experiments.training.checkpoint import CHECKPOINT, read, written
from experiments.training.loop import Point, Training

Params: TypeAlias = tuple[npt.NDArray[np.float32], tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]


def params(seed: int) -> Params:
    """A tree of parameters, of which one lies in memory column by column."""
    rng = np.random.default_rng(seed)
    return np.asfortranarray(rng.random((3, 27), np.float32)), (rng.random(27), rng.random(3))


def training() -> Training[Params]:
    """A training with all its parts."""
    curve = (Point(0, 0.0, 3.25, 3.5), Point(7, 0.1, 1 / 3, 2.0))
    return Training(params(0), State(7, (params(1), params(2))), 0.1, curve)


@pytest.fixture
def content() -> bytes:
    """A checkpoint."""
    return written(training(), "a_program", {"seed": 3, "data": "names.txt"}, "0123", A_TO_Z)


def test_what_is_written_is_read_again(tmp_path: Path, content: bytes) -> None:
    (tmp_path / CHECKPOINT).write_bytes(content)
    checkpoint = read(tmp_path, "a_program")
    assert checkpoint.about["flags"] == {"seed": 3, "data": "names.txt"}
    assert checkpoint.about["vocabulary"] == ".abcdefghijklmnopqrstuvwxyz"
    assert checkpoint.about["names_sha256"] == "0123"
    again = checkpoint.training(params(9))
    assert (again.steps, again.seconds, again.curve) == (7, 0.1, training().curve)
    trees = (training().params, training().optimizer.moments), (again.params, again.optimizer.moments)
    for before, after in zip(*map(leaves, trees), strict=True):
        assert before.dtype == after.dtype
        assert np.array_equal(before, after)


def test_a_changed_bit_anywhere_is_found_out(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / CHECKPOINT
    for place in np.random.default_rng(0).integers(0, len(content), 200).tolist():
        path.write_bytes(content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :])
        with pytest.raises(InputError, match="give the folder of a run"):
            read(tmp_path, "a_program")


@pytest.mark.parametrize("length", [0, 1, 8, 500, -1])
def test_a_file_that_was_cut_is_found_out(tmp_path: Path, content: bytes, length: int) -> None:
    (tmp_path / CHECKPOINT).write_bytes(content[:length])
    with pytest.raises(InputError, match=r"found (no whole checkpoint|it damaged)"):
        read(tmp_path, "a_program")


def test_what_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    for name in ("", "none"):
        with pytest.raises(InputError, match="found No such file or directory; give the folder"):
            read(tmp_path / name, "a_program")
    path = tmp_path / CHECKPOINT
    path.write_bytes(save({"parameters.0": np.zeros(3)}))
    with pytest.raises(InputError, match="damaged, or not ours"):
        read(tmp_path, "a_program")
    path.unlink()
    path.mkdir()
    with pytest.raises(InputError, match="found Is a directory"):
        read(tmp_path, "a_program")


def test_a_run_of_another_program_or_model_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / CHECKPOINT).write_bytes(content)
    with pytest.raises(InputError, match="asked for a run of another; found one of a_program"):
        read(tmp_path, "another")
    wider = (np.zeros((4, 27)), params(0)[1])
    fewer = params(0)[0]
    for model in (wider, fewer):
        with pytest.raises(InputError, match="asked for the tensors of this model; found others"):
            read(tmp_path, "a_program").training(model)
