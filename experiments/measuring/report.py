"""All that was measured, and on which machine; to JSON and back.

>>> row = Steps({"NumPy": 118.0, "cat_ad": 59.0}, "MLP", 32, "float32")
>>> row.ratio("cat_ad"), row.ratio("JAX")
(0.5, None)
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from experiments.measuring.turns import Timings
from experiments.process.errors import InputError
from experiments.process.threads import SETTINGS

BY_HAND = "NumPy"  # what the others are compared with
ARROWS, STAGED, STAGED_IN_C, ON_JAX = "cat_ad", "cat_ad, staged", "cat_ad, in C", "cat_ad, on JAX"
AUTOGRAD, TORCH, JAX = "HIPS autograd", "PyTorch", "JAX"
LIBRARIES = "numpy", "autograd", "torch", "jax"
BUSY = 0.5  # the load average of the last minute above which other programs disturb


@dataclass(frozen=True)
class Measured:
    """How long the ways to do one thing took, in microseconds."""

    microseconds: Timings

    def ratio(self, way: str) -> float | None:
        """The time of a way relative to NumPy by hand; `None` if it was not measured."""
        taken = self.microseconds.get(way)
        return None if taken is None else taken / self.microseconds[BY_HAND]


@dataclass(frozen=True)
class Steps(Measured):
    """A training step of a model."""

    model: str
    batch: int
    dtype: str


@dataclass(frozen=True)
class Growth(Measured):
    """The gradient of a chain of layers, of which one size is varied: its time, and the most memory it takes."""

    varied: str
    depth: int
    width: int
    batch: int
    megabytes: dict[str, float]

    @property
    def size(self) -> int:
        """The size that is varied."""
        return {"depth": self.depth, "width": self.width, "batch": self.batch}[self.varied]


@dataclass(frozen=True)
class Long:
    """A chain of one arrow repeated: the microseconds of a call, and of its value and pullback."""

    arrow: str
    length: int
    call: float
    reverse: float


@dataclass(frozen=True)
class Machine:
    """Where it was measured. The load is the load average of the minute before."""

    processor: str
    cores: int
    threads: str
    load: float
    versions: dict[str, str]

    @staticmethod
    def here() -> Machine:
        """This one, now."""
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
        threads = next(os.environ[name] for name in SETTINGS if name in os.environ)
        return Machine(_processor(), os.cpu_count() or 1, threads, round(load, 2), _versions())

    @property
    def busy(self) -> bool:
        """Did other programs run?"""
        return self.load > BUSY


@dataclass(frozen=True)
class Report:
    """Everything."""

    date: str
    machine: Machine
    rounds: int
    left_out: dict[str, str]
    steps: Sequence[Steps]
    growth: Sequence[Growth]
    long: Sequence[Long]

    def to_json(self) -> bytes:
        """As a file."""
        return (json.dumps(asdict(self), indent=2) + "\n").encode()

    @staticmethod
    def read(path: Path) -> Report:
        """From a file. Raises InputError if it has no report."""
        try:
            found = json.loads(path.read_bytes())
            found["machine"] = Machine(**found["machine"])
            for name, row in (("steps", Steps), ("growth", Growth), ("long", Long)):
                found[name] = [row(**fields) for fields in found[name]]
            return Report(**found)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "no figures of benchmark.py"
            raise InputError(f"--figures: asked for {str(path)!r}; found {reason}; measure first") from None


def _processor() -> str:
    """The model of the processor, where the system tells it."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text("utf-8").splitlines() if information.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def _versions() -> dict[str, str]:
    """Of Python, and of the libraries that are there."""
    found = {"python": platform.python_version()}
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found
