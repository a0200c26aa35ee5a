"""Competitors take turns: how long a call of each takes, and how much memory.

All are measured in one run, round after round, so that what slows the machine slows all of them. A turn is many calls,
so that each has its own data in the caches, as in training. A figure is the median of its rounds, and what counts is
the ratio of two figures.
"""

import gc
import tracemalloc
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter
from typing import TypeAlias

from cat_ad.errors import StagingError, StagingWarning

Call: TypeAlias = Callable[[], object]
Timings: TypeAlias = dict[str, float]  # microseconds, by competitor

NOT_HERE = ImportError, StagingError, RuntimeError, StagingWarning
"""No such library or target; PyTorch without a compiler; and `stage` without one, which only warns."""


@dataclass(frozen=True)
class Turns:
    """How often the competitors take turns, and for how many seconds each; and who could not take part, and why."""

    rounds: int
    seconds: float
    left_out: dict[str, str] = field(default_factory=dict)

    def take(self, competitors: Mapping[str, Callable[[], Call]]) -> Timings:
        """The median time of a call of each, in microseconds. A call that cannot be made is left out."""
        calls = {name: call for name, make in competitors.items() if (call := self._begun(name, make))}
        many = {name: max(1, int(self.seconds / _seconds(call, 1))) for name, call in calls.items()}
        times: dict[str, list[float]] = {name: [] for name in calls}
        for _ in range(self.rounds):
            for name, call in calls.items():
                times[name].append(_seconds(call, many[name]))
        return {name: round(1e6 * median(taken), 3) for name, taken in times.items()}

    def _begun(self, name: str, make: Callable[[], Call]) -> Call | None:
        """The call, once it was called: the first time may compile. `None` if that fails, and the reason is noted."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", StagingWarning)
                call = make()
                call()
        except NOT_HERE as error:
            self.left_out[name] = _reason(error)
            return None
        return call


def _reason(error: Exception) -> str:
    """The first line of an error; if a library is missing, with how to install it."""
    first = next(iter(str(error).splitlines()), type(error).__name__)
    missing = isinstance(error, ModuleNotFoundError) and error.name
    return f"{first}; pip install {missing}" if missing else first


def _seconds(call: Call, many: int) -> float:
    """How long a call takes: the mean of so many, with garbage collection off, as in `timeit`."""
    gc.disable()  # when Python collects depends on all that lives in this program
    start = perf_counter()
    for _ in range(many):
        call()
    taken = perf_counter() - start
    gc.enable()
    return taken / many


def peak(make: Callable[[], Call]) -> float:
    """The most memory in use during a call, in megabytes, with what is kept from the call before."""
    tracemalloc.start()
    call = make()
    call()
    gc.collect()
    tracemalloc.reset_peak()
    call()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1e6
