"""A model that reads a name from its beginning, and at each place predicts what comes next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any, Generic, TypeAlias, TypeVar

import numpy as np

from cat_ad import Dim, Float, Int, Machines, Para, Scalar, check, each
from cat_ad.arrows.terms import SomeArrow
from cat_ad.readings.machines import function
from experiments.data.alphabet import A_TO_Z, Alphabet, Codes
from experiments.data.as_sequences import sequences
from experiments.models.attention_pictures import attention_map, attention_weights
from experiments.models.name_model import Batch, Examples, Logits, NameModel, P, Reader, array_shapes
from experiments.process.files import as_file_name

MEASURED = 4096  # the most names that a loss is measured on: all test names of a list of 40,000,
MEASURED_SYMBOLS = 2_000_000  # and the most, times the symbols that each of their places has scores of
TOGETHER = 256  # how many of them are read at once


V = TypeVar("V", bound=Dim)


class Time(Dim):
    """The places of the symbols that are read."""


class Weights(Dim):
    """All weights of a model, one after the other."""


Pair: TypeAlias = tuple[Int[Batch, Time], Int[Batch, Time]]  # inputs and targets


def mean_loss_by_batches(
    loss: Para[P, Pair, Scalar], names: Sequence[str], context: int, alphabet: Alphabet = A_TO_Z
) -> Callable[[P], float]:
    """From parameters to the mean loss over all symbols of these names, in nats.

    Names of like length are read together, so that few places are padding.
    """
    data = sequences(names, context, alphabet)
    order = np.argsort(data.lengths, kind="stable")
    batches = [data.batch(order[start : start + TOGETHER]) for start in range(0, len(order), TOGETHER)]
    shares = np.array([np.count_nonzero(targets >= 0) for _, targets in batches]) / data.lengths.sum()
    return lambda params: float(shares @ [float(loss(params, check(loss.dom, batch))) for batch in batches])


@dataclass(frozen=True)
class SequenceModel(NameModel[Float[Weights], Pair], Generic[V]):
    """The arrow from the symbols of a name to scores for each next symbol, of which the loss of a batch is made.

    It reads `context` symbols at most, each as `width` numbers. `parameters` is the object of the arrays that its
    weights are, and `look` computes how much each place attends to each other from what attention is given.
    """

    loss_of_one: Para[Float[Weights], tuple[Int[Time], Int[Time]], Scalar]
    model: Para[Float[Weights], Int[Time], Float[Time, V]]
    parameters: type[Any]  # Any: its sizes come from flags
    context: int
    width: int
    look: SomeArrow

    def shapes(self) -> list[tuple[int, ...]]:
        """One vector of all weights."""
        return [(sum(map(prod, array_shapes(self.parameters))),)]

    def examples(self, names: Sequence[str], few_shapes: bool = False) -> Examples[Pair]:
        """Every name is an example. With few shapes, the lengths of batches are multiples of 8."""
        data, multiple = sequences(names, self.context, self.alphabet), 8 if few_shapes else 1

        def at(places: Codes) -> Pair:
            chosen: tuple[Any, Any] = data.batch(places, multiple)  # Any: NumPy's indexing forgets the dimensions
            return chosen

        return Examples(len(names), int(data.lengths.sum()), at)

    def measure(self, names: Sequence[str]) -> Callable[[Float[Weights]], float]:
        """Exact, but of the first 4,096 names at most, or of fewer if there are many symbols."""
        most = min(MEASURED, MEASURED_SYMBOLS // len(self.alphabet))
        return mean_loss_by_batches(self.loss, names[:most], self.context, self.alphabet)

    def reader(self, params: Float[Weights], count: int) -> Reader:
        """The same arrow read as a machine, which keeps the keys and values of earlier places."""
        machine = function(self._batched.arrow.to(Machines(Time)))
        state = machine.start

        def read(symbols: Codes) -> Logits:
            nonlocal state
            state, logits = machine.step(state, (params, check(Int[Batch, Time], symbols[:, None])))
            scores: Logits = logits[:, 0]
            return scores

        return read

    @property
    def longest(self) -> int:
        """As many letters as it reads symbols: it reads the boundary first, and need not read the last letter."""
        return self.context

    def pictures(self, params: Float[Weights], text: str) -> Mapping[str, bytes]:
        """Where each place looks, in each head of each layer; where there is one place, there is nothing to see."""
        if not text:
            return {}
        symbols = self.alphabet.boundary + text
        weights = attention_weights(self.model, self.look, params, self.alphabet.encode(symbols))
        return {f"attention_{as_file_name(text)}.png": attention_map(weights, symbols)}

    @cached_property
    def _batched(self) -> Para[Float[Weights], Int[Batch, Time], Float[Batch, Time, V]]:
        return each(Batch, self.model)


SomeSequenceModel: TypeAlias = SequenceModel[Any]  # Any: its symbols come from names, so no one outside can name them
