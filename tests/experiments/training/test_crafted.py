"""Checkpoints that were damaged, or made to do harm: they are refused in one line, or are as good as the one they were.

Whoever makes one can make its sha256 too, so here it is right but where the file is damaged.
"""

import json
import os
import shutil
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from safetensors.numpy import save

from experiments import bag_names, gpt_names
from experiments.process.errors import InputError
from experiments.training.about import KINDS
from experiments.training.checkpoint import CHECKPOINT, Tensors, _sha256, read
from tests.experiments.programs import call, train, without_art

MUCH = 50_000_000  # bytes, for which no checkpoint of some thousand has a use

Metadata = dict[str, str]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A run of two programs."""
    folder = tmp_path_factory.mktemp("runs")
    return {
        "bag_names": train(bag_names, folder / "bag", "--no-stage", "--steps", 2),
        "gpt_names": train(gpt_names, folder / "gpt", "--no-stage", "--steps", 1, "--width", 8, "--context", 8),
    }


def parts(path: Path) -> tuple[Metadata, dict[str, Any], bytes]:
    """Metadata, header of the tensors, and their content, of a file of safetensors."""
    content = path.read_bytes()
    end = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:end])
    return header.pop("__metadata__"), header, content[end:]


def whole(metadata: Metadata, header: dict[str, Any], content: bytes) -> bytes:
    """The file of these parts."""
    text = json.dumps({"__metadata__": metadata, **header}).encode()
    return len(text).to_bytes(8, "little") + text + content


def signed(metadata: Metadata, tensors: Tensors) -> bytes:
    """A file with the right hash."""
    rest = {key: value for key, value in metadata.items() if key != "sha256"}
    return save(tensors, rest | {"sha256": _sha256(rest, tensors)})


@contextmanager
def little_memory() -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < MUCH
    finally:
        tracemalloc.stop()


@pytest.fixture
def used(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sample from a file and go on with it, in little memory: was it taken? Nothing else may happen."""
    without_art(monkeypatch)

    def use(program: Any, content: bytes) -> bool:
        folder = tmp_path / "run"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / CHECKPOINT).write_bytes(content)
        codes = []
        for words in (("sample", "--from", folder, "--count", 2), ("--resume", folder, "--steps", 3, "--no-stage")):
            capsys.readouterr()
            with little_memory():
                codes.append(call(program, *words))
            told = capsys.readouterr().err
            assert codes[-1] in ((0, 2) if words[0] == "sample" else (0, 1, 2))
            assert told.count("\n") == (codes[-1] != 0) or (codes == [0] and "names are not marked" in told)
            assert told.replace("\n", "").isprintable()
            assert len(told) < 1_000
        return codes[0] == 0

    return use


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(10**400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FLAGS = list(bag_names.Flags().settings())
many = settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(st.data())
def test_a_damaged_file_is_found_out(runs: dict[str, Path], data: st.DataObject) -> None:
    """Bytes changed, cut off, or added."""
    content, folder = (runs["bag_names"] / CHECKPOINT).read_bytes(), runs["bag_names"].parent
    start, stop = sorted(data.draw(st.tuples(*[st.integers(0, len(content)) | st.integers(0, 2_000)] * 2)))
    damaged = content[:start] + data.draw(st.binary(max_size=9)) + content[stop:]
    (folder / CHECKPOINT).write_bytes(damaged)
    with nullcontext() if damaged == content else pytest.raises(InputError, match="give the folder of a run"):
        read(folder, "bag_names")


@many
@given(st.sampled_from(sorted(KINDS)), anything)
@example("steps", 10**4000)
@example("curve", [{"steps": 0, "seconds": 0.0, "train_loss": 1.0}])
@example("curve", [{"steps": 0, "seconds": 0.0, "train_loss": float("nan"), "test_loss": 1.0}])
@example("program", "bag_names\n\x1b[31m" + "x" * 10_000)
def test_what_is_said_about_a_run_is_of_its_kind(used: Any, runs: dict[str, Path], key: str, value: object) -> None:
    metadata, _, _ = parts(runs["bag_names"] / CHECKPOINT)
    used(bag_names, signed(metadata | {key: json.dumps(value)}, tensors_of(runs["bag_names"])))
    used(bag_names, signed({**metadata, key: str(value)}, tensors_of(runs["bag_names"])))


@pytest.mark.parametrize(
    ("symbols", "fits"),
    [
        (".bcdefghijklmnopqrstuvwxyzé", True),
        ("." + "".join(map(chr, range(0x4E00, 0x4E00 + 26))), True),  # of others, but there are no names to tell by
        ("." + "".join(map(chr, range(0x4E00, 0x4E00 + 5_000))), False),
        ("." + "".join(map(chr, range(0x4E00, 0x4E00 + 5_001))), False),
        (".", False),
        (".aa" + "c" * 24, False),
        (".ba" + "cdefghijklmnopqrstuvwxyz", False),
        ("\nabcdefghijklmnopqrstuvwxyz", False),
        (".\x1babcdefghijklmnopqrstuvwxy", False),
        (".abcdefghijklmnopqrstuvwxy\ud800", False),
        (".abcdefghijklmnopqrstuvwxy\u202e", False),
        ("." + "é" * 1_000_000, False),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_an_alphabet_is_one_of_names_and_of_these_weights(
    used: Any, runs: dict[str, Path], symbols: str, fits: bool
) -> None:
    metadata, _, _ = parts(runs["bag_names"] / CHECKPOINT)
    crafted = metadata | {"vocabulary": json.dumps(symbols)}
    assert used(bag_names, signed(crafted, tensors_of(runs["bag_names"]))) == fits


@many
@given(st.sampled_from([*FLAGS, "out", "resume", "coordinator", "no such"]), anything)
@example("data", "/dev/zero")
@example("data", "a\0b")
@example("context", 10**9)
@example("context", 1_000)
@example("embedding", 10**7)
@example("embedding", 2**31 - 1)
@example("embedding", True)
@example("seconds", 1e300)
@example("rate", 1e300)
@example("seed", 10**4000)
@example("batch", 2**31 - 1)
@example("save_every", 1)
def test_flags_are_those_that_a_command_line_can_give(
    used: Any, runs: dict[str, Path], name: str, value: object
) -> None:
    metadata, _, _ = parts(runs["bag_names"] / CHECKPOINT)
    flags = json.loads(metadata["flags"]) | {name: value}
    taken = used(bag_names, signed(metadata | {"flags": json.dumps(flags)}, tensors_of(runs["bag_names"])))
    assert not (taken and name not in FLAGS)
    if taken:
        assert type(value) in (int, float, str, type(None))


@pytest.mark.parametrize("sizes", [{"width": 2**31 - 1, "heads": 1}, {"layers": 3}, {"context": 1_000}, {"heads": 3}])
def test_a_transformer_is_not_made_before_its_weights_are_seen_to_be_its_own(
    used: Any, runs: dict[str, Path], sizes: dict[str, int]
) -> None:
    metadata, _, _ = parts(runs["gpt_names"] / CHECKPOINT)
    flags = json.loads(metadata["flags"]) | sizes
    assert not used(gpt_names, signed(metadata | {"flags": json.dumps(flags)}, tensors_of(runs["gpt_names"])))


def tensors_of(folder: Path) -> Tensors:
    """Copies."""
    _, header, content = parts(folder / CHECKPOINT)
    return {
        name: np.frombuffer(content[slice(*about["data_offsets"])], np.float32).reshape(about["shape"])
        for name, about in header.items()
    }


@many
@given(st.data())
def test_tensors_are_those_of_the_model(used: Any, runs: dict[str, Path], data: st.DataObject) -> None:
    """Renamed, of other shapes, of other types, or left out; with numbers of all magnitudes."""
    metadata, header, _ = parts(runs["bag_names"] / CHECKPOINT)
    tensors, name = tensors_of(runs["bag_names"]), data.draw(st.sampled_from(sorted(header)))
    was = tensors.pop(name)
    kind = data.draw(st.sampled_from("efdilbB?"))
    shape = data.draw(st.sampled_from([was.shape, was.shape[::-1], (was.size,), (1, *was.shape), (), (0,)]))
    number = data.draw(st.sampled_from([0.0, -0.0, 1.0, 1e-45, 3e38, float("inf"), float("nan")]))
    with np.errstate(all="ignore"):
        tensors[data.draw(st.sampled_from([name, "parameters.2", "", "\n"]))] = np.full(shape, number).astype(kind)
    taken = used(bag_names, signed(metadata, tensors))
    fits = {name: tensor.shape for name, tensor in tensors.items()} == {n: tuple(header[n]["shape"]) for n in header}
    assert taken == (fits and kind in "fd" and bool(np.isfinite(np.array(number).astype(kind))))


DTYPES = "BF16", "F16", "F8_E4M3", "F8_E5M2", "I64", "BOOL", "U8", "F4", "C64", "no such", ""
SHAPES = [0], [2**62, 4], [-1], [1.5], "x"


@pytest.mark.parametrize(
    ("dtype", "shape"), [*((dtype, [0]) for dtype in DTYPES), *(("I64", shape) for shape in SHAPES[1:])], ids=str
)
def test_types_and_shapes_of_strangers(used: Any, runs: dict[str, Path], dtype: str, shape: object) -> None:
    metadata, header, content = parts(runs["bag_names"] / CHECKPOINT)
    stranger = {"dtype": dtype, "shape": shape, "data_offsets": [len(content), len(content)]}
    assert not used(bag_names, whole(metadata, header | {"stranger": stranger}, content))


def test_files_that_are_none(used: Any, runs: dict[str, Path], tmp_path: Path) -> None:
    for length in (0, 2**20, 2**40, 2**64 - 1):
        assert not used(bag_names, length.to_bytes(8, "little") + b"{}" + b" " * 1_000)
    for metadata in ({}, {"sha256": ""}, dict.fromkeys(KINDS, "[" * 100_000)):
        assert not used(bag_names, signed(metadata, {}))
    folder = tmp_path / "pipe"
    folder.mkdir()
    os.mkfifo(folder / CHECKPOINT)
    assert call(bag_names, "sample", "--from", folder) == 2
    (folder / CHECKPOINT).unlink()
    (folder / CHECKPOINT).symlink_to("/dev/zero")
    assert call(bag_names, "--resume", folder) == 2
