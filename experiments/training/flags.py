"""The flags of the programs, as typed dataclasses, of which tyro makes the command line, names and help included."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from pathlib import Path
from typing import Annotated, ClassVar, Literal, TypeVar, get_type_hints

import tyro
from beartype.door import is_bearable

from experiments.models.sampling import Request
from experiments.process.errors import InputError, in_a_line
from experiments.training.schedules import Budget, Schedule

LARGEST = 2**31 - 1
PATHS = "--data", "--out", "--resume", "--from", "--figures", "--page", "--picture"  # of files and folders
MOST_CONTEXT = 1_000  # symbols: no name is as long, and of a window a copy is made for each symbol of all names


def optional(metavar: str, default: str) -> object:
    """Of a flag without a value of its own: what stands for one in --help, and what holds without the flag."""
    return tyro.conf.arg(metavar=metavar, help_behavior_hint=f"(default: {default})")


@dataclass(frozen=True, kw_only=True)
class SizeFlags:
    """How long a training is, and how large a model; a program adds the sizes of its own model."""

    default_seconds: ClassVar[float] = 10.0

    steps: Annotated[int | None, optional("INT", "as many as take --seconds")] = None
    """How many steps to train; the same --seed and --steps give the same results."""
    seconds: Annotated[float | None, optional("FLOAT", f"{default_seconds:g}")] = None
    """How long to train, if --steps is not given."""
    context: int = 3
    """Symbols that the model reads."""


@dataclass(frozen=True, kw_only=True)
class LearningFlags:
    """What is learned, how, and where it is kept."""

    data: str = "built-in"
    """The names, in lower case: "built-in", "makemore" (downloaded once) or a text file, one a line, in any script."""
    seed: int = 0
    """Decides the split into train and test, the initial parameters, the batches and, for each model, the samples."""
    batch: int = 256
    """Examples in a step (all of them, if there are fewer)."""
    rate: float = 0.0125
    """The peak of the learning rate."""
    schedule: Schedule = "linear"
    """How the learning rate falls to 0 after a short warm-up; constant does neither."""
    out: Annotated[Path | None, optional("DIR", "a new one in runs/")] = None
    """Where to write the run."""
    resume: Annotated[Path | None, optional("DIR", "begin a new run")] = None
    """Go on with the run in DIR, or "latest" in runs/, with its flags; --steps and --seconds count from its start."""
    save_every: Annotated[int | None, optional("INT", "only at the end")] = None
    """Save a checkpoint after every INT steps too."""
    dtype: Literal["float32", "float64"] = "float32"
    """The type of the numbers of the model."""
    backend: Literal["numpy", "jax"] = "numpy"
    """What runs a step: NumPy, or JAX (pip install -e '.[jax]')."""


@dataclass(frozen=True, kw_only=True)
class DeviceFlags:
    """How and where a step runs. A run can go on elsewhere, so these are not among its settings."""

    stage: bool = True
    """With --backend numpy: compile the step to a straight line of operations, with the same results, in less time."""
    target: Literal["numpy", "c"] = "numpy"
    """What --stage compiles to: operations of NumPy, or C, which needs a C compiler, cc (without one, NumPy runs)."""
    devices: int = 1
    """Devices of this machine that share each batch, with --backend jax."""
    coordinator: Annotated[str | None, optional("HOST:PORT", "one process alone")] = None
    """Train with several processes, with --backend jax: where process 0 listens. Each has --devices of its own."""
    processes: int = 1
    """How many processes there are, with --coordinator."""
    process_id: int = 0
    """Which of the --processes this is, counted from 0."""
    wait: int = 60
    """Seconds to wait for the other processes to start, with --coordinator."""


@dataclass(frozen=True, kw_only=True)
class TrainingFlags(DeviceFlags, LearningFlags, SizeFlags):
    """The flags of every program that trains, in the order of --help: of a dataclass the last base comes first."""

    @property
    def budget(self) -> Budget:
        """What --steps and --seconds say."""
        seconds = self.default_seconds if self.seconds is None and self.steps is None else self.seconds
        return Budget(seconds, self.steps)

    def settings(self) -> dict[str, object]:
        """All but the folders and devices: what a checkpoint keeps, to make the same flags again."""
        return {key: value for key, value in asdict(self).items() if key not in ELSEWHERE}


ELSEWHERE = {"out", "resume", *(field.name for field in fields(DeviceFlags))}  # is no setting of a run

T = TypeVar("T", bound=TrainingFlags)


@dataclass(frozen=True, kw_only=True)
class SourceFlags:
    """Where a model is."""

    run: Annotated[Path, tyro.conf.arg(name="from", metavar="DIR")]
    """The folder of the run that trained the model, or "latest", for the newest in runs/."""


@dataclass(frozen=True, kw_only=True)
class SampleFlags(Request, SourceFlags):
    """The flags of `sample`."""

    seed: int = 0
    """Another seed gives other names."""
    explain: Annotated[str | None, optional("PREFIX", "invent names")] = None
    """Instead, show how likely each symbol is after these letters ("" for the first), and where a transformer looks."""
    data: Annotated[str | None, optional("STR", "the same, unless they were of a file")] = None
    """The names it was trained on, to mark them."""


def flag_of(field: str) -> str:
    """A field as it is written on the command line."""
    return f"--{field.replace('_', '-')}"


def of_settings(kind: type[T], settings: Mapping[str, object]) -> T:
    """The flags that have these settings. Raises InputError unless a command line can give them."""
    hints = get_type_hints(kind)
    kinds = {field.name: hints[field.name] for field in fields(kind) if field.name not in ELSEWHERE}
    for name, value in settings.items():
        if name not in kinds or isinstance(value, bool) or not is_bearable(value, kinds[name]):
            found = f"{flag_of(in_a_line(name))} {in_a_line(repr(value))}"
            raise InputError(f"asked for a run of this program; found one with {found}; train again")
    flags = _made(kind, settings)
    require_valid(flags)
    return flags


def _made(kind: Callable[..., T], settings: Mapping[str, object]) -> T:
    """Of settings that were checked."""
    return kind(**settings)


def require_no_empty(words: Sequence[str]) -> None:
    """Raise InputError for a file or folder without a name, as of a variable of the shell that is not set.

    To Python it would be the current folder.
    """
    pairs = [*pairwise(words), *((word[:-1], "") for word in words if word.endswith("="))]
    for flag in PATHS:
        if (flag, "") in pairs:
            raise InputError(f"{flag}: asked for ''; found no name in it; give one, or leave {flag} out")


def require_valid(flags: TrainingFlags | SampleFlags) -> None:
    """Raise InputError unless every flag has a possible value."""
    for field in fields(flags):
        flag, value = flag_of(field.name), getattr(flags, field.name)
        if field.name in ("seed", "process_id"):
            if value < 0:
                raise InputError(f"{flag}: asked for {value}; give 0 or more")
        elif type(value) is int and not 1 <= value <= LARGEST:
            raise InputError(f"{flag}: asked for {value}; give a whole number from 1 to {LARGEST}")
        elif isinstance(value, float) and not 0 < value < math.inf:
            raise InputError(f"{flag}: asked for {value}; give a number above 0, and a finite one")
        elif isinstance(value, str | Path) and "\0" in str(value):
            raise InputError(f"{flag}: asked for {str(value)!r}; found a character that ends a text; leave it out")
    if isinstance(flags, TrainingFlags) and flags.context > MOST_CONTEXT:
        raise InputError(f"--context: asked for {flags.context}; give at most {MOST_CONTEXT}")
    if isinstance(flags, TrainingFlags) and None not in (flags.seconds, flags.steps):
        raise InputError("--seconds with --steps: asked for two ends of one run; give one of them")


def require_devices(flags: TrainingFlags) -> None:
    """Raise InputError unless the flags agree on how a step is compiled, and on which devices there are."""
    if flags.target != "numpy" and (flags.backend != "numpy" or not flags.stage):
        other = "--no-stage" if flags.backend == "numpy" else f"--backend {flags.backend}"
        raise InputError(f"--target: asked for {flags.target}; found {other}, which has no target; leave one out")
    if flags.backend == "numpy" and (flags.devices > 1 or flags.coordinator is not None):
        flag = "--devices" if flags.coordinator is None else "--coordinator"
        raise InputError(f"{flag}: asked for more than one device; found --backend numpy; give --backend jax")
    if flags.coordinator is None and (flags.processes > 1 or flags.process_id > 0):
        raise InputError("--processes: asked for several; found no place to meet; give --coordinator HOST:PORT")
    if flags.process_id >= flags.processes:
        found = f"--processes {flags.processes}"
        raise InputError(f"--process-id: asked for {flags.process_id}; found {found}; give less than that")
    if flags.processes > 1 and flags.steps is None:
        raise InputError("--processes: asked for several; found that each has a clock of its own; give --steps")
