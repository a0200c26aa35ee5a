"""A model of names: a parametrised arrow from the symbols before to a score for each next one, and its loss.

The scores, or logits, are log-probabilities up to a constant. How many symbols the model reads is its own affair: the
dimension N.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from cat_ad import Dim, Float, Int, Para, Scalar, check, each
from cat_ad.trees import tree_map
from experiments.names import VOCABULARY, Codes
from experiments.windows import Tally, Windows, mean_loss

P = TypeVar("P")
N = TypeVar("N", bound=Dim)


class Vocab(Dim, size=VOCABULARY):
    """The symbols: the boundary, and the letters a-z."""


class Batch(Dim):
    """However many examples are taken together."""


@dataclass(frozen=True)
class NameModel(Generic[P, N]):
    """The arrow for one example, and the mean loss of a batch as an arrow."""

    model: Para[P, Int[N], Float[Vocab]]
    loss: Para[P, tuple[Int[Batch, N], Int[Batch]], Scalar]

    def init(self, rng: np.random.Generator) -> P:
        """First parameters, in float32: exact enough for a network, and faster than float64."""
        return tree_map(lambda p: p.astype(np.float32), self.model.init(rng))

    def examples(self, data: Windows) -> tuple[Int[Batch, N], Int[Batch]]:
        """Windows as the loss takes them. Raises SpaceError if they are not as long as the model reads."""
        return check(self.loss.dom, (data.contexts, data.targets))

    def batch(self, examples: tuple[Int[Batch, N], Int[Batch]], places: Codes) -> tuple[Int[Batch, N], Int[Batch]]:
        """Some of the examples."""
        contexts, targets = examples
        chosen: tuple[Any, Any] = contexts[places], targets[places]  # Any: NumPy's indexing forgets the dimensions
        return chosen

    def logits(self, params: P, contexts: Codes) -> npt.NDArray[np.floating]:
        """The scores after each context, shape (contexts, vocabulary)."""
        return self._batched(params, check(self._batched.dom, contexts))

    def mean_loss(self, params: P, counted: Tally) -> float:
        """The exact mean loss over all windows counted, in nats."""
        return mean_loss(counted, self.logits(params, counted.contexts))

    @cached_property
    def _batched(self) -> Para[P, Int[Batch, N], Float[Batch, Vocab]]:
        return each(Batch, self.model)


SomeNameModel: TypeAlias = NameModel[Any, Any]  # Any: sizes come from flags, so no one outside can name these types
