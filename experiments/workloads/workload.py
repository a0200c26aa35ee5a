"""What a workload is: a loss, the same formula in NumPy, and arguments for both."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from cat_ad import Arrow, Scalar, stage, value_and_gradient
from cat_ad.objects.trees import leaves, tree_map

A = TypeVar("A")
Call: TypeAlias = Callable[[], object]
Numbers: TypeAlias = NDArray[np.float64]  # of any shape


class SomeWorkload(Protocol):
    """A workload, whatever its arguments are."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    @property
    def by_numpy(self) -> Callable[..., object]:
        """The loss, of a namespace and the parts of its arguments."""
        ...

    def at(self) -> tuple[object, ...]:
        """Its arguments, as arrays."""
        ...

    def slopes(self) -> tuple[float, list[Numbers]]:
        """The value there, and all slopes."""
        ...

    def calls(self) -> dict[str, Callable[[], Call]]:
        """How these are computed again, by way."""
        ...


@dataclass(frozen=True)
class Workload(Generic[A]):
    """`by_numpy(xp, *a)` is `loss(a)`, in the functions of NumPy or of a library that has the same."""

    name: str
    loss: Arrow[A, Scalar]
    by_numpy: Callable[..., object]
    arguments: Callable[[np.random.Generator], A]

    def at(self) -> tuple[object, ...]:
        """Its arguments, as arrays."""
        return tuple(tree_map(np.asarray, part) for part in self._parts())

    def _parts(self) -> tuple[object, ...]:
        drawn = self.arguments(np.random.default_rng(0))
        return drawn if isinstance(drawn, tuple) else (drawn,)

    def slopes(self) -> tuple[float, list[Numbers]]:
        """The value there, and all slopes."""
        value, slopes = value_and_gradient(self.loss)(self.arguments(np.random.default_rng(0)))
        return float(value), [np.asarray(slope) for slope in leaves(slopes)]

    def calls(self) -> dict[str, Callable[[], Call]]:
        """How these are computed again, by closures and as straight lines."""
        a, both = self.arguments(np.random.default_rng(0)), value_and_gradient(self.loss)
        staged = stage(both)
        return {"cat_ad": lambda: lambda: both(a), "staged": lambda: lambda: staged(a)}
