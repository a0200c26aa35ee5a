"""Windows: what a model of names reads, and what it should predict.

A name of n letters gives n + 1 windows: each letter, and the boundary after the last,
is the target of the `context` symbols before it, boundaries where the name has none.

>>> decode = A_TO_Z.decode
>>> data = windows(["emma"], context=3)
>>> for context, target in zip(data.contexts, data.targets):
...     print(decode([target]), "after", decode(context))
e after ...
m after ..e
m after .em
a after emm
. after mma

A model's prediction depends on the context alone, and contexts repeat. `tally` counts
the targets of each distinct context, so that the mean loss over all windows,

    mean over (c, t) of -log p(t | c)  =  sum over distinct c and t of
                                          -counts[c, t] log p(t | c) / counts.sum(),

is exact from one prediction for each distinct context:

>>> counted = tally(windows(["emma", "ava", "ada"], context=1))
>>> decode(counted.contexts[:, 0]), int(counted.counts.sum())
('.ademv', 13)
>>> uniform = np.zeros(counted.counts.shape)
>>> round(mean_loss(counted, uniform), 4), round(np.log(27).item(), 4)
(3.2958, 3.2958)
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from experiments.data.alphabet import A_TO_Z, BOUNDARY, Alphabet, Codes
from experiments.process.errors import DataError


class Windows(NamedTuple):
    """`contexts`, shape (windows, context), and `targets`, shape (windows,)."""

    contexts: Codes
    targets: Codes


class Tally(NamedTuple):
    """Distinct contexts in lexicographic order, and how often each target follows.

    `contexts` has shape (distinct, context), `counts` (distinct, vocabulary).
    """

    contexts: Codes
    counts: Codes


def windows(names: Sequence[str], context: int, alphabet: Alphabet = A_TO_Z) -> Windows:
    """All windows of `names`, in their order; a name is a word over the letters of the alphabet.

    Raises DataError if a name has another character, ValueError if `context` < 1.
    """
    if context < 1:
        raise ValueError(f"windows: asked for {context} symbols of context; found no window so short; give at least 1")
    boundary = alphabet.boundary
    targets = alphabet.encode("".join([name + boundary for name in names]))
    if np.count_nonzero(targets == BOUNDARY) != len(names):
        raise DataError(f"windows: asked for names; found {boundary!r}, the boundary, inside one; give it as two names")
    padded = np.concatenate([np.full(context, BOUNDARY), targets])
    before = sliding_window_view(padded, context)[:-1]
    # `before` reads on into earlier names. Keep a symbol only if it and all after it
    # are letters: what precedes a boundary belongs to another name.
    same_name = np.logical_and.accumulate(before[:, ::-1] != BOUNDARY, axis=1)[:, ::-1]
    return Windows(contexts=np.where(same_name, before, BOUNDARY), targets=targets)


def tally(data: Windows, vocabulary: int = len(A_TO_Z), most: int | None = None) -> Tally:
    """Count the targets of each distinct context; every code is in 0..vocabulary-1.

    If there are more than `most` contexts, count only the windows before the first with one too many. Raises ValueError
    for any other code.
    """
    contexts, targets = data
    for codes in data:
        if codes.size and not 0 <= np.min(codes) <= np.max(codes) < vocabulary:
            raise ValueError(
                f"tally: asked to count codes 0..{vocabulary - 1}; found "
                f"{np.min(codes)}..{np.max(codes)}; give the vocabulary's true size"
            )
    _, first, row = np.unique(_keys(contexts, vocabulary), return_index=True, return_inverse=True)
    distinct = len(first)
    if most is not None and distinct > most:
        end = np.sort(first)[most]
        return tally(Windows(contexts[:end], targets[:end]), vocabulary)
    counts = np.bincount(row * vocabulary + targets, minlength=distinct * vocabulary)
    return Tally(contexts=contexts[first], counts=counts.reshape(distinct, vocabulary))


def mean_loss(counted: Tally, logits: npt.ArrayLike) -> float:
    """The mean of -log p(target | context) over all windows tallied, in nats.

    `logits`, shape (distinct, vocabulary), has a row for each of `counted.contexts`;
    log-probabilities are logits too. A target never counted may have -inf. Raises
    ValueError if the shapes differ or nothing was counted.
    """
    scores = np.asarray(logits, dtype=np.float64)
    counts = counted.counts
    if scores.shape != counts.shape or not counts.size:
        raise ValueError(
            f"mean_loss: asked for the mean over counts of shape {counts.shape}; found "
            f"logits of shape {scores.shape}; give one row for each distinct context, "
            "and at least one"
        )
    peaks = scores.max(axis=1, keepdims=True)
    log_totals = peaks + np.log(np.exp(scores - peaks).sum(axis=1, keepdims=True))
    seen = counts > 0
    losses = (log_totals - scores)[seen]
    return float(losses @ counts[seen] / counts.sum())


def _keys(contexts: Codes, vocabulary: int) -> Codes:
    """A number for each row: equal only for equal rows, and ordered as the rows are.

    It is the row read as a numeral in base `vocabulary`. Before the numeral outgrows
    int64 (27**14 does), the prefixes read so far are replaced by their ranks.
    """
    keys = np.zeros(len(contexts), dtype=np.int64)
    bound = 1  # every key is below it
    for column in contexts.T:
        if bound * vocabulary > np.iinfo(np.int64).max:
            prefixes, keys = np.unique(keys, return_inverse=True)
            bound = len(prefixes)
        keys = keys * vocabulary + column
        bound *= vocabulary
    return keys
