"""A model of names: what every program on names needs of it, whatever it reads and in whatever way.

The scores of a model, or logits, are log-probabilities up to a constant. `window_model` is one that reads a window of
symbols, `sequence_model` one that reads a name from its beginning.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from cat_ad import Dim, Para, Scalar
from cat_ad.objects.spaces import dimensions, factors, is_array
from cat_ad.objects.trees import tree_map
from experiments.data.alphabet import A_TO_Z, Alphabet, Codes

P = TypeVar("P")
X = TypeVar("X")

Logits: TypeAlias = npt.NDArray[np.floating]
Reader: TypeAlias = Callable[[Codes], Logits]
"""Reads one symbol of each name, (names,), after those it has read before, and scores the next, (names, vocabulary)."""


class Batch(Dim):
    """However many examples are taken together."""


@dataclass(frozen=True)
class Examples(Generic[X]):
    """How many examples there are, how many symbols to predict in them, and a function that makes batches of them."""

    count: int
    predictions: int
    at: Callable[[Codes], X]


def array_shapes(space: type) -> list[tuple[int, ...]]:
    """The shapes of the arrays of an object whose dimensions have sizes."""
    if is_array(space):
        return [tuple(dim.size or 0 for dim in dimensions(space))]
    return [shape for factor in factors(space) for shape in array_shapes(factor)]


@dataclass(frozen=True)
class Scorer(ABC, Generic[P]):
    """What parameters P are for: to score what comes next in a name. By that they are measured, and invent names.

    The scores are of the symbols of the alphabet, in their order.
    """

    alphabet: Alphabet = field(default=A_TO_Z, kw_only=True)

    @abstractmethod
    def measure(self, names: Sequence[str]) -> Callable[[P], float]:
        """From parameters to the mean loss over all symbols of these names, in nats."""

    @abstractmethod
    def reader(self, params: P, count: int) -> Reader:
        """A reader of so many names at once, which has read nothing."""

    @property
    @abstractmethod
    def longest(self) -> int | None:
        """How many letters a name can have, or `None` for no limit."""


@dataclass(frozen=True)
class NameModel(Scorer[P], Generic[P, X]):
    """The mean loss of a batch X as an arrow, and what can be done with its parameters P."""

    loss: Para[P, X, Scalar]

    def init(self, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32) -> P:
        """Initial parameters; float32 is precise enough for a network, and faster than float64."""
        return tree_map(lambda p: p.astype(dtype), self.loss.init(rng))

    def shapes(self) -> list[tuple[int, ...]]:
        """The shapes of the arrays of its parameters, none of which is made."""
        return array_shapes(self.loss.parameters)

    @abstractmethod
    def examples(self, names: Sequence[str], few_shapes: bool = False) -> Examples[X]:
        """The examples in these names; in batches of few shapes, if a step is compiled for each shape."""

    def pictures(self, params: P, text: str) -> Mapping[str, bytes]:
        """Pictures of how the model reads a text, by the names of their files."""
        return {}


SomeNameModel: TypeAlias = NameModel[Any, Any]  # Any: sizes come from flags, so no one outside can name these types
