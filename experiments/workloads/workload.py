"""What a workload is: a loss, the same formula in NumPy, and arguments for both."""

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Generic, Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from cat_ad import Arrow, Scalar, stage, value_and_gradient
from cat_ad.objects.trees import leaves, tree_map

A = TypeVar("A")
S = TypeVar("S")
Call: TypeAlias = Callable[[], object]
Numbers: TypeAlias = NDArray[np.float64]  # of any shape
Integers: TypeAlias = NDArray[np.int64]


class SomeWorkload(Protocol):
    """A workload, whatever its arguments are."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    def slopes(self) -> tuple[float, list[Numbers]]:
        """The value, and a slope for each array of numbers."""
        ...

    def by(self, xp: ModuleType, arrays: Sequence[object]) -> object:
        """The value, by another library, of its arrays in place of those of numbers."""
        ...

    def arrays(self) -> list[Numbers]:
        """Those arrays of numbers."""
        ...

    def calls(self) -> dict[str, Callable[[], Call]]:
        """How value and slopes are computed again, by way."""
        ...


@dataclass(frozen=True)
class Workload(Generic[A]):
    """`by_numpy(xp, *a)` is `loss(a)`, in the functions of NumPy or of a library that has the same."""

    name: str
    loss: Arrow[A, Scalar]
    by_numpy: Callable[..., object]
    arguments: Callable[[np.random.Generator], A]

    def at(self) -> A:
        """Its arguments."""
        return self.arguments(np.random.default_rng(0))

    def slopes(self) -> tuple[float, list[Numbers]]:
        """The value, and a slope for each array of numbers; integers have none."""
        value, slopes = value_and_gradient(self.loss)(self.at())
        return float(value), [np.asarray(slope) for slope in leaves(slopes) if slope is not None]

    def arrays(self) -> list[Numbers]:
        """The arrays of numbers among its arguments, without those of integers."""
        return list(filter(_is_real, map(np.asarray, leaves(self.at()))))

    def by(self, xp: ModuleType, arrays: Sequence[object]) -> object:
        """The value, by another library, of its arrays in place of those of numbers."""
        rest = iter(arrays)
        parts: object = tree_map(lambda x: next(rest) if _is_real(np.asarray(x)) else np.asarray(x), self.at())
        assert isinstance(parts, tuple)
        return self.by_numpy(xp, *parts)

    def calls(self) -> dict[str, Callable[[], Call]]:
        """How value and slopes are computed again: by closures, as straight lines of NumPy, and as one call of C."""
        a, both = self.at(), value_and_gradient(self.loss)
        staged, in_c = stage(both), stage(both, target="c")
        return {"cat_ad": lambda: lambda: both(a), "staged": lambda: lambda: staged(a), "in C": lambda: lambda: in_c(a)}


def _is_real(x: Numbers) -> bool:
    return bool(np.issubdtype(x.dtype, np.floating))


def repeated(xp: ModuleType, times: int, step: Callable[[int, S], S], state: S) -> S:
    """The state after so many steps, which are numbered: in a loop of Python, or of JAX, which compiles it once."""
    if xp.__name__ == "jax.numpy":
        last: S = importlib.import_module("jax").lax.fori_loop(0, times, step, state)
        return last
    for at in range(times):
        state = step(at, state)
    return state
