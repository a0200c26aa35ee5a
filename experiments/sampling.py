"""Sampling: names that a model invents, letter by letter, all of them at once.

The next symbol is drawn from softmax(logits / temperature): at temperature 1 as often as the model expects it, below 1
the likely ones more often, above 1 less. To draw, add Gumbel noise to each and take the largest (Gumbel 1954).

A model that always expects 'a', 'b' and 'c' alike:

>>> scores = np.full(27, -np.inf)
>>> scores[[BOUNDARY, *encode("abc")]] = 0
>>> logits = lambda contexts: np.tile(scores, (len(contexts), 1))
>>> names = sample_names(logits, 3, Request(count=4), np.random.default_rng(0))
>>> len(names), set("".join(names)) <= set("abc"), all(names)
(4, True, True)
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from experiments.names import BOUNDARY, SYMBOLS, Codes, decode, encode

LONGEST = 50  # letters that a name gets after its prefix, if it has not ended before


@dataclass(frozen=True, kw_only=True)
class Request:
    """Which names."""

    count: int = 20
    """How many names."""
    temperature: float = 1.0
    """Below 1 for likelier names, above 1 for stranger ones."""
    prefix: str = ""
    """The letters that each name begins with."""


def sample_names(
    logits: Callable[[Codes], npt.NDArray[np.floating]], context: int, request: Request, rng: np.random.Generator
) -> list[str]:
    """Draw names from a model that gives `logits`, (names, vocabulary), from the `context` symbols before.

    A name ends before the first boundary that is drawn; one without letters is never drawn. Raises DataError if a
    character of the prefix is no symbol.
    """
    start = np.concatenate([np.full(context, BOUNDARY), encode(request.prefix.lower())])
    symbols = np.tile(start, (request.count, 1))
    ended = np.zeros(request.count, dtype=bool)
    while not ended.all() and symbols.shape[1] < len(start) + LONGEST:
        scores = np.array(logits(symbols[:, -context:]), dtype=np.float64)
        if symbols.shape[1] == context:
            scores[:, BOUNDARY] = -np.inf
        drawn = np.where(ended, BOUNDARY, _draw(scores, request.temperature, rng))
        symbols = np.column_stack([symbols, drawn])
        ended |= drawn == BOUNDARY
    return [decode(row).partition(SYMBOLS[BOUNDARY])[0] for row in symbols[:, context:].tolist()]


def _draw(scores: npt.NDArray[np.float64], temperature: float, rng: np.random.Generator) -> Codes:
    """A symbol for each row. Less than the largest is at most 0, so a small temperature cannot make it infinite."""
    with np.errstate(over="ignore"):  # -inf is right for what is that much less likely
        tempered = (scores - scores.max(axis=1, keepdims=True)) / temperature
    drawn: Codes = np.argmax(tempered + rng.gumbel(size=scores.shape), axis=1)
    return drawn
