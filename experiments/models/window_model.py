"""A model that reads a window: a fixed number of symbols before the one that it predicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

import numpy as np

from cat_ad import Dim, Float, Int, Para, check, each
from cat_ad.objects.spaces import dimensions
from cat_ad.objects.trees import tree_map
from experiments.data.alphabet import BOUNDARY, Codes
from experiments.data.as_windows import mean_loss, tally, windows
from experiments.models.name_model import Batch, Examples, Logits, NameModel, P, Reader, Scorer

N = TypeVar("N", bound=Dim)
V = TypeVar("V", bound=Dim)

MOST_SCORES = 6_000_000  # scores on which a loss is measured: those of 220,000 distinct windows of a to z


@dataclass(frozen=True)
class WindowScorer(Scorer[P]):
    """The scores of what comes next, (windows, symbols), after windows of `context` symbols."""

    context: int
    logits: Callable[[P, Codes], Logits]

    def measure(self, names: Sequence[str]) -> Callable[[P], float]:
        """Exact, from one prediction for each distinct window; if there are too many, for the first of them only."""
        data, symbols = windows(names, self.context, self.alphabet), len(self.alphabet)
        counted = tally(data, symbols, MOST_SCORES // symbols)
        return lambda params: mean_loss(counted, self.logits(params, counted.contexts))

    def reader(self, params: P, count: int) -> Reader:
        """It keeps the window: the last symbols of each name."""
        window = np.full((count, self.context), BOUNDARY)

        def read(symbols: Codes) -> Logits:
            nonlocal window
            window = np.column_stack([window[:, 1:], symbols])
            return self.logits(params, window)

        return read

    @property
    def longest(self) -> None:
        """No limit."""


@dataclass(frozen=True)
class WindowModel(NameModel[P, tuple[Int[Batch, N], Int[Batch]]], Generic[P, N, V]):
    """The arrow from a window to the scores of what comes next. N has a size, and V that of the alphabet."""

    model: Para[P, Int[N], Float[V]]

    def examples(self, names: Sequence[str], few_shapes: bool = False) -> Examples[tuple[Int[Batch, N], Int[Batch]]]:
        """Every window is an example, and all batches have one shape."""
        data = check(self.loss.dom, tuple(windows(names, self._size, self.alphabet)))

        def at(places: Codes) -> tuple[Int[Batch, N], Int[Batch]]:
            return tree_map(lambda array: array[places], data)

        return Examples(len(data[1]), len(data[1]), at)

    def measure(self, names: Sequence[str]) -> Callable[[P], float]:
        """As a `WindowScorer` does."""
        return self._scorer.measure(names)

    def reader(self, params: P, count: int) -> Reader:
        """As a `WindowScorer` does."""
        return self._scorer.reader(params, count)

    @property
    def longest(self) -> None:
        """No limit."""

    def logits(self, params: P, contexts: Codes) -> Logits:
        """The scores after each context, shape (contexts, vocabulary)."""
        return self._batched(params, check(self._batched.dom, contexts))

    @cached_property
    def _scorer(self) -> WindowScorer[P]:
        return WindowScorer(self._size, self.logits, alphabet=self.alphabet)

    @cached_property
    def _batched(self) -> Para[P, Int[Batch, N], Float[Batch, V]]:
        return each(Batch, self.model)

    @property
    def _size(self) -> int:
        (window,) = dimensions(self.model.dom)
        return window.size or 0
