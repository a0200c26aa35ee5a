"""The flags of the programs, as typed dataclasses: tyro makes the command line of them, names and help included."""

import math
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import tyro

from experiments.errors import InputError
from experiments.sampling import Request
from experiments.schedules import Budget, Schedule

LARGEST = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class DeviceFlags:
    """How and where a step runs. A run can go on elsewhere, so these are not among its settings."""

    stage: bool = True
    """Compile the step of NumPy to a straight line of operations, which gives the same (see cat_ad.stage)."""
    target: Literal["numpy", "c"] = "numpy"
    """What it is compiled to."""
    devices: int = 1
    """Devices of this machine that share each batch, with --backend jax."""
    coordinator: Annotated[str | None, tyro.conf.arg(metavar="HOST:PORT", help_behavior_hint="")] = None
    """Where process 0 of several listens, with --backend jax; each has --devices of its own."""
    processes: int = 1
    """How many processes there are, with --coordinator."""
    process_id: int = 0
    """Which of them this is, from 0."""
    wait: int = 60
    """Seconds to wait for the other processes at the beginning."""


@dataclass(frozen=True, kw_only=True)
class TrainingFlags(DeviceFlags):
    """What every program that trains can be told. A program adds the sizes of its model."""

    default_seconds: ClassVar[float] = 10.0

    data: str = "built-in"
    """The names: "built-in", "makemore" (downloaded once) or a text file with one name a line."""
    seconds: Annotated[float | None, tyro.conf.arg(metavar="FLOAT", help_behavior_hint="")] = None
    """How long to train, if no --steps are given."""
    steps: Annotated[int | None, tyro.conf.arg(metavar="INT", help_behavior_hint="")] = None
    """How many steps to train instead; the same seed and steps give the same numbers."""
    context: int
    """Symbols that the model reads."""
    seed: int = 0
    """Decides the split, the first parameters, the batches and the samples."""
    batch: int = 256
    """Examples a step (all of them, if there are fewer)."""
    rate: float = 0.0125
    """The peak of the learning rate."""
    schedule: Schedule = "linear"
    """How the learning rate falls, after a short warm-up."""
    backend: Literal["numpy", "jax"] = "numpy"
    """What runs a step: NumPy, or JAX, which compiles it."""
    dtype: Literal["float32", "float64"] = "float32"
    """The numbers that the model is made of."""
    save_every: Annotated[int | None, tyro.conf.arg(metavar="INT", help_behavior_hint="")] = None
    """Save a checkpoint after every so many steps too, and not only at the end."""
    out: Annotated[Path | None, tyro.conf.arg(metavar="DIR", help_behavior_hint="")] = None
    """Where to write the run, if not in runs/."""
    resume: Annotated[Path | None, tyro.conf.arg(metavar="DIR", help_behavior_hint="")] = None
    """Go on with the run in DIR, with its flags; --steps or --seconds then count from its beginning."""

    @property
    def budget(self) -> Budget:
        """What --steps and --seconds say."""
        seconds = self.default_seconds if self.seconds is None and self.steps is None else self.seconds
        return Budget(seconds, self.steps)

    def settings(self) -> dict[str, object]:
        """All but the folders and devices: what to make the same flags of again."""
        elsewhere = {"out", "resume", *(field.name for field in fields(DeviceFlags))}
        return {key: value for key, value in asdict(self).items() if key not in elsewhere}


@dataclass(frozen=True, kw_only=True)
class SampleFlags(Request):
    """What `sample` can be told."""

    run: Annotated[Path, tyro.conf.arg(name="from", metavar="DIR")]
    """The folder of the run that trained the model."""
    seed: int = 0
    """Another seed gives other names."""
    explain: Annotated[str | None, tyro.conf.arg(metavar="PREFIX", help_behavior_hint="")] = None
    """Instead, show how likely each symbol is after these letters ("" for the first), and how the model reads them."""


def require_valid(flags: TrainingFlags | SampleFlags) -> None:
    """Raise InputError unless every number is one that can be meant."""
    for field in fields(flags):
        flag, value = f"--{field.name.replace('_', '-')}", getattr(flags, field.name)
        if field.name in ("seed", "process_id"):
            if value < 0:
                raise InputError(f"{flag}: asked for {value}; give 0 or more")
        elif type(value) is int and not 1 <= value <= LARGEST:
            raise InputError(f"{flag}: asked for {value}; give a whole number from 1 to {LARGEST}")
        elif isinstance(value, float) and not 0 < value < math.inf:
            raise InputError(f"{flag}: asked for {value}; give a number above 0")
    if isinstance(flags, SampleFlags):
        for flag, text in (("--prefix", flags.prefix), ("--explain", flags.explain)):
            if text and not (text.isascii() and text.isalpha()):
                raise InputError(f"{flag}: asked for {text!r}; give letters a-z only")
    if isinstance(flags, TrainingFlags) and None not in (flags.seconds, flags.steps):
        raise InputError("--seconds with --steps: asked for two ends of one run; give one of them")


def require_devices(flags: TrainingFlags) -> None:
    """Raise InputError unless the flags agree on how a step is compiled, and on which devices there are."""
    if flags.target != "numpy" and (flags.backend != "numpy" or not flags.stage):
        other = "--no-stage" if flags.backend == "numpy" else f"--backend {flags.backend}"
        raise InputError(f"--target: asked for {flags.target}; found {other}, which is not staged; give one of them")
    if flags.backend == "numpy" and (flags.devices > 1 or flags.coordinator is not None):
        flag = "--devices" if flags.coordinator is None else "--coordinator"
        raise InputError(f"{flag}: asked for more than one device; found --backend numpy, which has one; give jax")
    if flags.coordinator is None and (flags.processes > 1 or flags.process_id > 0):
        raise InputError("--processes: asked for several; found no place where they meet; give --coordinator HOST:PORT")
    if flags.process_id >= flags.processes:
        found = f"--processes {flags.processes}"
        raise InputError(f"--process-id: asked for {flags.process_id}; found {found}; give less than that")
    if flags.processes > 1 and flags.steps is None:
        raise InputError("--processes: asked for several; found that each has a clock of its own; give --steps")
