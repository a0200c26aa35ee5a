"""What the six programs share: the names, how they are run, and the line that is printed.

A program is a `Lesson`: first parameters, a training, which is a stream of parameters, and a scorer, which measures
them and invents names by them, as in `mlp_names` and `gpt_names` (`experiments.models`).
"""

from __future__ import annotations

import math
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from cat_ad import Dim
from cat_ad.objects.trees import leaves
from experiments.data.alphabet import A_TO_Z
from experiments.data.names import load_names
from experiments.data.parts import dataset
from experiments.models.name_model import Scorer
from experiments.models.sampling import Request, invent, print_names
from experiments.process.errors import DivergenceError, InputError
from experiments.process.exit_codes import exit_code
from experiments.process.flag_words import parsed
from experiments.process.randomness import Purpose, generator
from experiments.training.batches import shuffled_batches

P = TypeVar("P")

BATCH = 32  # names of a step
INVENTED = 8  # names at the end
VOCABULARY = len(A_TO_Z)


class Vocab(Dim, size=VOCABULARY):
    """The symbols: the boundary, and the letters a to z."""


@dataclass(frozen=True, kw_only=True)
class Flags:
    """What every program can be told."""

    steps: int = 1_500
    """Steps of training, each of 32 names."""
    seed: int = 0
    """Decides the split, the first parameters, the batches and the names that are invented."""


@dataclass(frozen=True)
class Names:
    """Those to learn from, those to test with, and the batch of each step: the same for all programs."""

    train: tuple[str, ...]
    test: tuple[str, ...]
    batch: Callable[[int], list[str]]


def shipped_names(seed: int) -> Names:
    """The list in `data/`, split and shuffled by the seed; every name has its turn before one comes again."""
    data = dataset(load_names(), seed)
    places = shuffled_batches(len(data.train), BATCH, seed)
    return Names(data.train, data.test, lambda step: [data.train[place] for place in places(step).tolist()])


# Running a program ---------------------------------------------------------------------------------------------------


class Point(NamedTuple):
    """A point of the curve: after so many steps, in so many seconds."""

    steps: int
    seconds: float
    test_loss: float


@dataclass(frozen=True)
class Result:
    """What came of a lesson; losses are in nats a symbol, and seconds those of training alone."""

    number: int
    idea: str
    parameters: int
    steps: int
    seconds: float
    train_loss: float
    test_loss: float
    curve: tuple[Point, ...]
    invented: list[str]

    def __str__(self) -> str:
        """One line, which compares with those of other lessons."""
        return (
            f"step {self.number}  {self.idea:25} {self.parameters:5,} parameters  {self.steps:5,} steps  "
            f"{self.seconds:4.1f} s  train {self.train_loss:.4f}  test {self.test_loss:.4f}"
        )


class SomeLesson(ABC):
    """A step of the road, whatever its parameters are."""

    number: int
    idea: str

    @abstractmethod
    def run(self, flags: Flags, names: Names, points: int = 0) -> Result:
        """Train, measure and invent; on the way, measure the test loss at so many points at equal distances.

        Raises DivergenceError if the loss does not stay finite.
        """


@dataclass(frozen=True)
class Lesson(SomeLesson, Generic[P]):
    """One with parameters P. `train` yields those before each step of training, and those after the last."""

    number: int
    idea: str
    init: Callable[[np.random.Generator], P]
    train: Callable[[P, Names, int], Iterator[P]]
    model: Scorer[P]

    @np.errstate(all="ignore")  # NumPy's warnings: DivergenceError says it once
    def run(self, flags: Flags, names: Names, points: int = 0) -> Result:
        """See `SomeLesson`."""
        of_train, of_test = self.model.measure(names.train), self.model.measure(names.test)
        shown = {flags.steps * point // points for point in range(points)}
        curve: list[Point] = []
        params = first = self.init(generator(flags.seed, Purpose.PARAMETERS))
        steps, seconds = 0, 0.0
        for steps, (seconds, params) in enumerate(timed(self.train(first, names, flags.steps))):
            if steps in shown:
                curve.append(Point(steps, seconds, of_test(params)))
        train_loss, test_loss = of_train(params), of_test(params)
        if not math.isfinite(train_loss + test_loss):
            raise DivergenceError(
                f"asked for a finite loss; found {test_loss} after {steps:,} steps; try a smaller rate"
            )
        size = sum(leaf.size for leaf in leaves(params))
        rng = generator(flags.seed, Purpose.SAMPLES, drawer=f"{size} parameters")  # so two ways to write one draw alike
        (invented,) = invent(self.model, params, Request(count=INVENTED), rng)
        return Result(
            number=self.number,
            idea=self.idea,
            parameters=size,
            steps=steps,
            seconds=seconds,
            train_loss=train_loss,
            test_loss=test_loss,
            curve=(*curve, Point(steps, seconds, test_loss)),
            invented=invented,
        )


def timed(stream: Iterator[P]) -> Iterator[tuple[float, P]]:
    """All that a stream yields, each with the seconds that the stream took so far."""
    seconds, start = 0.0, perf_counter()
    for item in stream:
        seconds += perf_counter() - start
        yield seconds, item
        start = perf_counter()


def main(lesson: SomeLesson, about: str | None, arguments: Sequence[str] | None = None) -> int:
    """Run a lesson as the arguments say, print its line and the names it invents; return the exit code."""

    def work() -> None:
        flags = parsed(Flags, Path(sys.argv[0]).name, about, arguments)
        require_valid(flags)
        names = shipped_names(flags.seed)
        result = lesson.run(flags, names)
        print(f"{result}\n")
        print_names(result.invented, names.train)

    return exit_code(Path(sys.argv[0]).stem, work)


def require_valid(flags: Flags) -> None:
    """Raise InputError unless every flag has a possible value."""
    for flag, value, least in (("--steps", flags.steps, 1), ("--seed", flags.seed, 0)):
        if value < least:
            raise InputError(f"{flag}: asked for {value}; give {least} or more")
