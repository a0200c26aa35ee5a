"""A transformer: a model that reads a name from its beginning, and that can show where each place looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Generic, TypeAlias

from cat_ad import Dim, Float, Int, Machines, Para, Scalar, check
from cat_ad.arrows.terms import SomeArrow
from cat_ad.readings.machines import function
from experiments.data.alphabet import Codes
from experiments.models.attention_pictures import attention_map, attention_weights
from experiments.models.name_model import Batch, Logits, Reader, array_shapes
from experiments.models.sequence_model import SequenceModel, Time, V
from experiments.process.files import as_file_name

MEASURED = 4096  # the most names that a loss is measured on: all test names of a list of 40,000,
MEASURED_SYMBOLS = 2_000_000  # and the most, times the symbols that each of their places has scores of


class Weights(Dim):
    """All weights of a model, one after the other."""


@dataclass(frozen=True)
class Transformer(SequenceModel[Float[Weights], V], Generic[V]):
    """Symbols become rows of `width` numbers; `parameters` is the object of its weights, as arrays.

    `loss_of_one` is the loss of a name that is read alone. `look` is the arrow from what attention is given to how much
    each place attends to each other.
    """

    loss_of_one: Para[Float[Weights], tuple[Int[Time], Int[Time]], Scalar]
    parameters: type[object]
    width: int
    look: SomeArrow

    def shapes(self) -> list[tuple[int, ...]]:
        """One vector of all weights."""
        return [(sum(map(prod, array_shapes(self.parameters))),)]

    def measure(self, names: Sequence[str]) -> Callable[[Float[Weights]], float]:
        """Exact, but of the first 4,096 names at most, or of fewer if there are many symbols."""
        return super().measure(names[: min(MEASURED, MEASURED_SYMBOLS // len(self.alphabet))])

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

    def pictures(self, params: Float[Weights], text: str) -> Mapping[str, bytes]:
        """Where each place looks, in each head of each layer; where there is one place, there is nothing to see."""
        if not text:
            return {}
        symbols = self.alphabet.boundary + text
        weights = attention_weights(self.model, self.look, params, self.alphabet.encode(symbols))
        return {f"attention_{as_file_name(text)}.png": attention_map(weights, symbols)}


SomeTransformer: TypeAlias = Transformer[Any]  # Any: its symbols come from names, so no one outside can name them
