"""Checkpoints: all that a run needs to go on, in one safetensors file, which holds numbers and text but no code.

The tensors are the parameters and the moments of Adam; the metadata are JSON: which program made it, its flags and
vocabulary, how far it got, and a sha256 of everything, by which damage is found. There is no state of a random
generator to keep: see `experiments.randomness`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from cat_ad import State
from cat_ad.trees import leaves, tree_map
from experiments.errors import InputError
from experiments.names import SYMBOLS
from experiments.training import Point, Training

P = TypeVar("P")

Json: TypeAlias = Any  # Any: what `written` wrote: its types were checked there, and the sha256 vouches for it
Tensors: TypeAlias = dict[str, npt.NDArray[np.generic]]

CHECKPOINT = "model.safetensors"

_PARTS = ("parameters", "moments.0", "moments.1")
_GIVE = "give the folder of a run"


@dataclass(frozen=True)
class Checkpoint:
    """What was read, before it is known whether it fits a model. `about` has the keys that `written` gives it."""

    about: Mapping[str, Json]
    tensors: Tensors

    def training(self, like: P) -> Training[P]:
        """The training where it stopped, with parameters of the structure and shapes of `like`.

        Raises InputError if these are not the tensors of such a model.
        """
        shapes = {f"{part}.{at}": leaf.shape for part in _PARTS for at, leaf in enumerate(leaves(like))}
        if shapes != {name: tensor.shape for name, tensor in self.tensors.items()}:
            raise InputError("asked for the tensors of this model; found others; give a run of this program")
        params, *moments = (_tree(like, self.tensors, part) for part in _PARTS)
        curve = tuple(Point(**point) for point in self.about["curve"])
        return Training(params, State(self.about["steps"], tuple(moments)), self.about["seconds"], curve)


def written(training: Training[P], program: str, flags: Mapping[str, Json], names_sha256: str) -> bytes:
    """A checkpoint as the content of a file."""
    metadata, tensors = _contents(training, program, flags, names_sha256)
    return save(tensors, metadata | {"sha256": _sha256(metadata, tensors)})


def fingerprint(training: Training[P], program: str, flags: Mapping[str, Json], names_sha256: str) -> str:
    """The sha256 of everything that `written` writes: the same for two trainings only if they go on in the same way."""
    return _sha256(*_contents(training, program, flags, names_sha256))


def _contents(
    training: Training[P], program: str, flags: Mapping[str, Json], names_sha256: str
) -> tuple[dict[str, str], Tensors]:
    """Metadata and tensors."""
    about = {
        "program": program,
        "flags": flags,
        "vocabulary": SYMBOLS,
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
    return {key: json.dumps(value) for key, value in about.items()}, tensors


def read(folder: Path, program: str) -> Checkpoint:
    """The checkpoint of a run of this program. Raises InputError if there is none that is whole."""
    path = folder / CHECKPOINT
    try:
        path.open("rb").close()  # the error of the system is clearer than that of safetensors
        with safe_open(path, framework="numpy") as file:
            metadata: dict[str, str] = file.metadata() or {}
            tensors: Tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  (it is no mapping)
    except OSError as error:
        raise InputError(f"asked for {str(path)!r}; found {error.strerror or error}; {_GIVE}") from None
    except SafetensorError:
        raise InputError(f"asked for {str(path)!r}; found no whole checkpoint; {_GIVE}") from None
    sha256 = metadata.pop("sha256", "")
    if sha256 != _sha256(metadata, tensors):
        raise InputError(f"asked for {str(path)!r}; found it damaged, or not ours; {_GIVE}")
    about = {key: json.loads(value) for key, value in metadata.items()}
    if (about["program"], about["vocabulary"]) != (program, SYMBOLS):
        raise InputError(f"asked for a run of {program}; found one of {about['program']} in {str(folder)!r}; {_GIVE}")
    return Checkpoint(about, tensors)


def _tree(like: P, tensors: Tensors, part: str) -> P:
    numbered = iter(range(len(leaves(like))))
    return tree_map(lambda _: tensors[f"{part}.{next(numbered)}"], like)


def _sha256(metadata: Mapping[str, str], tensors: Tensors) -> str:
    sha256 = hashlib.sha256(json.dumps(metadata, sort_keys=True).encode())
    for name in sorted(tensors):
        tensor = tensors[name]
        sha256.update(f"{name} {tensor.dtype} {tensor.shape}".encode() + tensor.tobytes())
    return sha256.hexdigest()
