"""The flags of the programs, as typed dataclasses: tyro makes the command line of them, names and help included."""

import math
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Annotated, ClassVar

import tyro

from experiments.errors import InputError
from experiments.sampling import Request
from experiments.schedules import Budget, Schedule

LARGEST = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class TrainingFlags:
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
        """All but the folders: what to make the same flags of again."""
        return {key: value for key, value in asdict(self).items() if key not in ("out", "resume")}


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
        if field.name == "seed":
            if value < 0:
                raise InputError(f"{flag}: asked for {value}; give 0 or more")
        elif isinstance(value, int) and not 1 <= value <= LARGEST:
            raise InputError(f"{flag}: asked for {value}; give a whole number from 1 to {LARGEST}")
        elif isinstance(value, float) and not 0 < value < math.inf:
            raise InputError(f"{flag}: asked for {value}; give a number above 0")
    if isinstance(flags, SampleFlags):
        for flag, text in (("--prefix", flags.prefix), ("--explain", flags.explain)):
            if text and not (text.isascii() and text.isalpha()):
                raise InputError(f"{flag}: asked for {text!r}; give letters a-z only")
    if isinstance(flags, TrainingFlags) and None not in (flags.seconds, flags.steps):
        raise InputError("--seconds with --steps: asked for two ends of one run; give one of them")
