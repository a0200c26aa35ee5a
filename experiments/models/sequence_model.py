"""A model that reads a name from its beginning, and at each place predicts what comes next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeAlias, TypeVar

import numpy as np

from cat_ad import Dim, Float, Int, Para, check, each
from cat_ad.objects.trees import tree_map
from experiments.data.alphabet import Codes
from experiments.data.as_sequences import sequences
from experiments.models.name_model import Batch, Examples, Logits, NameModel, P, Reader

TOGETHER = 256  # names that are read at once where a loss is measured

V = TypeVar("V", bound=Dim)


class Time(Dim):
    """The places of the symbols that are read."""


Pair: TypeAlias = tuple[Int[Batch, Time], Int[Batch, Time]]  # inputs and targets


@dataclass(frozen=True)
class SequenceModel(NameModel[P, Pair], Generic[P, V]):
    """The arrow from the symbols of a name, `context` at most, to scores for each next symbol."""

    model: Para[P, Int[Time], Float[Time, V]]
    context: int

    def examples(self, names: Sequence[str], few_shapes: bool = False) -> Examples[Pair]:
        """Every name is an example. With few shapes, the lengths of batches are multiples of 8."""
        data, multiple = sequences(names, self.context, self.alphabet), 8 if few_shapes else 1
        both = check(self.loss.dom, (data.inputs, data.targets))

        def at(places: Codes) -> Pair:
            longest = data.longest(places, multiple)
            return tree_map(lambda array: array[places, :longest], both)

        return Examples(len(names), int(data.lengths.sum()), at)

    def measure(self, names: Sequence[str]) -> Callable[[P], float]:
        """Exact. Names of like length are read together, so that few places are padding."""
        data, loss = sequences(names, self.context, self.alphabet), self.loss
        order = np.argsort(data.lengths, kind="stable")
        batches = [data.batch(order[start : start + TOGETHER]) for start in range(0, len(order), TOGETHER)]
        shares = np.array([np.count_nonzero(targets >= 0) for _, targets in batches]) / data.lengths.sum()
        return lambda params: float(shares @ [float(loss(params, check(loss.dom, batch))) for batch in batches])

    def reader(self, params: P, count: int) -> Reader:
        """It keeps all that it has read, and reads it again."""
        past = np.empty((count, 0), dtype=np.int64)

        def read(symbols: Codes) -> Logits:
            nonlocal past
            past = np.column_stack([past, symbols])
            scores: Logits = self._batched(params, check(self._batched.dom, past))[:, -1]
            return scores

        return read

    @property
    def longest(self) -> int:
        """As many letters as symbols that it reads: it reads the boundary too, but need not read the last letter."""
        return self.context

    @cached_property
    def _batched(self) -> Para[P, Int[Batch, Time], Float[Batch, Time, V]]:
        return each(Batch, self.model)
