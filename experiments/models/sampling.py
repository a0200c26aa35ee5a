"""Sampling: names that a model invents, letter by letter, all of them at once.

The next symbol is drawn from softmax(logits / temperature): at temperature 1 as often as the model expects it, below 1
the likely ones more often, above 1 less. To draw, add Gumbel noise to each and take the largest (Gumbel 1954).

A model that always expects 'a', 'b' and 'c' alike:

>>> scores = np.full(27, -np.inf)
>>> scores[[BOUNDARY, *A_TO_Z.encode("abc")]] = 0
>>> reader = lambda symbols: np.tile(scores, (len(symbols), 1))
>>> names = sample_names(reader, Request(count=4), np.random.default_rng(0))
>>> len(names), set("".join(names)) <= set("abc"), all(names)
(4, True, True)
"""

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np
import numpy.typing as npt
import tyro
from rich.cells import cell_len

from experiments.data.alphabet import A_TO_Z, BOUNDARY, Alphabet, Codes, normalised
from experiments.models.name_model import P, Reader, Scorer

LONGEST = 50  # letters that a name gets after its prefix at most
AT_A_TIME = 1_000  # names that are drawn together


@dataclass(frozen=True, kw_only=True)
class Request:
    """Which names."""

    count: int = 20
    """How many names."""
    prefix: str = ""
    """The letters that each name begins with."""
    temperature: float = 1.0
    """Below 1 for likelier names, above 1 for stranger ones."""
    top_k: Annotated[int | None, tyro.conf.arg(metavar="INT", help_behavior_hint="(default: all)")] = None
    """Draw from the INT likeliest symbols only."""


def invent(model: Scorer[P], params: P, request: Request, rng: np.random.Generator) -> Iterator[list[str]]:
    """Draw names from a model, some at a time. Raises what `sample_names` does."""
    for begun in range(0, request.count, AT_A_TIME):
        some = replace(request, count=min(AT_A_TIME, request.count - begun))
        yield sample_names(model.reader(params, some.count), some, rng, model.longest, model.alphabet)


def sample_names(
    read: Reader,
    request: Request,
    rng: np.random.Generator,
    longest: int | None = None,
    alphabet: Alphabet = A_TO_Z,
) -> list[str]:
    """Draw names from a model that reads `request.count` of them at once, none of more than `longest` letters.

    A name ends before the first boundary that is drawn; one without letters is never drawn. Raises DataError if a
    character of the prefix is no symbol.
    """
    prefix = alphabet.encode(normalised(request.prefix))
    end = min(len(prefix) + LONGEST, longest or math.inf)
    symbols = np.tile(np.append(BOUNDARY, prefix), (request.count, 1))
    scores = read_all(read, symbols)
    if not prefix.size:
        scores[:, BOUNDARY] = -np.inf
    ended = np.zeros(request.count, dtype=bool)
    while True:
        drawn = np.where(ended, BOUNDARY, _draw(tempered(scores, request), rng))
        symbols = np.column_stack([symbols, drawn])
        ended |= drawn == BOUNDARY
        if ended.all() or symbols.shape[1] > end:
            return [alphabet.decode(row).partition(alphabet.boundary)[0] for row in symbols[:, 1:].tolist()]
        scores = read_all(read, drawn[:, None])


def print_names(names: Sequence[str], known: Collection[str]) -> None:
    """Names, one a line, and of each whether it is new or was trained on."""
    memory, width = set(known), max(map(cell_len, names))
    for name in names:
        print(f"{name}{' ' * (width - cell_len(name))}  {'memorised' if normalised(name) in memory else 'new'}")


def read_all(read: Reader, symbols: Codes) -> npt.NDArray[np.float64]:
    """Have the symbols read one after the other, and score what comes next."""
    *_, scores = map(read, symbols.T)
    return np.array(scores, dtype=np.float64)


def tempered(scores: npt.NDArray[np.float64], request: Request) -> npt.NDArray[np.float64]:
    """The logits at this temperature, the largest 0, of the likeliest symbols; of the others -inf.

    Since none is above 0, a small temperature cannot make any of them plus infinity.
    """
    with np.errstate(over="ignore"):  # -inf is right for what is that much less likely
        lowered: npt.NDArray[np.float64] = (scores - scores.max(axis=1, keepdims=True)) / request.temperature
    if request.top_k is not None:
        others = np.argsort(-lowered, axis=1, kind="stable")[:, request.top_k :]
        np.put_along_axis(lowered, others, -np.inf, axis=1)
    return lowered


def _draw(logits: npt.NDArray[np.float64], rng: np.random.Generator) -> Codes:
    """A symbol for each row."""
    drawn: Codes = np.argmax(logits + rng.gumbel(size=logits.shape), axis=1)
    return drawn
