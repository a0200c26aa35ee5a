"""Checkpoints: all that a run needs to go on, in one safetensors file, which holds numbers and text but no code.

The tensors are the parameters and the moments of Adam; the metadata are JSON: which program made it, its flags and
vocabulary, how far it got, and a sha256 of everything, by which damage is found. There is no state of a random
generator to keep: see `experiments.process.randomness`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from cat_ad import State
from cat_ad.objects.trees import leaves, rebuilt
from experiments.data.alphabet import Alphabet
from experiments.data.parts import sha256
from experiments.process.errors import InputError, in_a_line, reason
from experiments.process.files import require_regular
from experiments.training.about import About, of_text, to_text
from experiments.training.loop import Point, Training

P = TypeVar("P")

Tensors: TypeAlias = dict[str, npt.NDArray[np.generic]]

CHECKPOINT = "model.safetensors"

DTYPES = "F32", "F64"
LONGEST_HEADER = 10_000_000  # bytes

_PARTS = ("parameters", "moments.0", "moments.1")
_GIVE = "give the folder of a run"


@dataclass(frozen=True)
class Checkpoint:
    """What was read, before it is known whether it fits a model. For `about`, see `experiments.training.about`."""

    about: About
    alphabet: Alphabet
    tensors: Tensors
    sha256: str

    def require_shapes(self, shapes: Sequence[tuple[int, ...]]) -> None:
        """Raise InputError unless these are the shapes of its parameters."""
        wanted = {f"{part}.{at}": shape for part in _PARTS for at, shape in enumerate(shapes)}
        if wanted != {name: tensor.shape for name, tensor in self.tensors.items()}:
            raise InputError("asked for the tensors of this model; found others; give a run of this program")

    def training(self, like: P) -> Training[P]:
        """The training where it stopped, with parameters of the structure and shapes of `like`.

        Raises InputError if these are not the tensors of such a model.
        """
        self.require_shapes([leaf.shape for leaf in leaves(like)])
        params, *moments = (_tree(like, self.tensors, part) for part in _PARTS)
        curve = tuple(Point(**point) for point in self.about["curve"])
        return Training(params, State(self.about["steps"], tuple(moments)), self.about["seconds"], curve)

    def require_names(self, names: Sequence[str], source: str) -> None:
        """Raise InputError unless these are the names that it was trained on."""
        if self.about["names_sha256"] != sha256(names):
            asked = "asked for the names that the run was trained on"
            raise InputError(f"{asked}; found others in {source!r}; give the run's own names with --data")


def written(
    training: Training[P], program: str, flags: Mapping[str, object], names_sha256: str, alphabet: Alphabet
) -> bytes:
    """A checkpoint as the content of a file."""
    metadata, tensors = _contents(training, program, flags, names_sha256, alphabet)
    return save(tensors, metadata | {"sha256": _sha256(metadata, tensors)})


def fingerprint(
    training: Training[P], program: str, flags: Mapping[str, object], names_sha256: str, alphabet: Alphabet
) -> str:
    """The sha256 of everything that `written` writes: the same for two trainings only if they go on in the same way."""
    return _sha256(*_contents(training, program, flags, names_sha256, alphabet))


def _contents(
    training: Training[P], program: str, flags: Mapping[str, object], names_sha256: str, alphabet: Alphabet
) -> tuple[dict[str, str], Tensors]:
    """Metadata and tensors."""
    about = {
        "program": program,
        "flags": flags,
        "vocabulary": alphabet.symbols,
        "names_sha256": names_sha256,
        "steps": training.steps,
        "seconds": training.seconds,
        "curve": [asdict(point) for point in training.curve],
    }
    tensors = {
        f"{part}.{at}": np.ascontiguousarray(leaf)  # safetensors writes memory as it lies
        for part, tree in zip(_PARTS, (training.params, *training.optimizer.moments), strict=True)
        for at, leaf in enumerate(leaves(tree))
    }
    return to_text(about), tensors


def read(folder: Path, program: str) -> Checkpoint:
    """The checkpoint of a run of this program. Raises InputError if there is none that is whole.

    It takes no more memory than the file does on disk. The flags in it are not checked yet.
    """
    path = folder / CHECKPOINT
    try:
        _require_header(path)
        with safe_open(path, framework="numpy") as file:
            metadata: dict[str, str] = file.metadata() or {}
            names: list[str] = list(file.keys())
            ours = "sha256" in metadata and all(file.get_slice(name).get_dtype() in DTYPES for name in names)
            tensors: Tensors = {name: file.get_tensor(name) for name in names} if ours else {}
    except OSError as error:
        raise InputError(f"asked for {str(path)!r}; found {reason(error)}; {_GIVE}") from None
    except (SafetensorError, ValueError):
        raise InputError(f"asked for {str(path)!r}; found no whole checkpoint; {_GIVE}") from None
    hash_of_all = metadata.pop("sha256", "")
    try:
        if hash_of_all != _sha256(metadata, tensors):
            raise ValueError("another hash")
        about = of_text(metadata)
        alphabet = Alphabet(about["vocabulary"])
    except ValueError:
        raise InputError(f"asked for {str(path)!r}; found it damaged, or not ours; {_GIVE}") from None
    if about["program"] != program:
        found = in_a_line(about["program"])
        raise InputError(f"asked for a run of {program}; found one of {found} in {str(folder)!r}; {_GIVE}")
    if not all(np.isfinite(tensor).all() for tensor in tensors.values()):
        raise InputError(f"asked for {str(path)!r}; found numbers that are not finite; give a run that learned")
    return Checkpoint(about, alphabet, tensors, hash_of_all)


def _require_header(path: Path) -> None:
    """Raise OSError unless there is a file, and ValueError if its header is longer than any of ours."""
    require_regular(path)
    with path.open("rb") as file:  # the error of the system is clearer than that of safetensors
        if int.from_bytes(file.read(8), "little") > LONGEST_HEADER:
            raise ValueError("a long header")


def _tree(like: P, tensors: Tensors, part: str) -> P:
    found: P = rebuilt(like, [tensors[f"{part}.{at}"] for at in range(len(leaves(like)))])
    return found


def _sha256(metadata: Mapping[str, str], tensors: Tensors) -> str:
    sha256 = hashlib.sha256(json.dumps(metadata, sort_keys=True).encode())
    for name in sorted(tensors):
        tensor = tensors[name]
        sha256.update(f"{name} {tensor.dtype} {tensor.shape}".encode() + tensor.tobytes())
    return sha256.hexdigest()
