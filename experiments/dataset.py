"""All that a program makes of a list of names: the two halves, their windows, and the exact loss of a model on each."""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from experiments.names import split_names
from experiments.randomness import Purpose, generator
from experiments.windows import Tally, Windows, tally, windows


class Dataset(NamedTuple):
    """`sha256` tells whether two lists of names are the same, order and repeats included."""

    train_names: frozenset[str]
    train: Windows
    train_counted: Tally
    test_counted: Tally
    sha256: str

    def mark(self, name: str) -> str:
        """Say whether a name is new or was trained on."""
        return "memorised" if name in self.train_names else "new"


def dataset(names: Sequence[str], seed: int, context: int) -> Dataset:
    """Split the names and read them through windows. Raises DataError if there are too few to split."""
    split = split_names(names, generator(seed, Purpose.SPLIT))
    train = windows(split.train, context)
    return Dataset(
        frozenset(split.train),
        train,
        tally(train),
        tally(windows(split.test, context)),
        hashlib.sha256("\n".join(names).encode()).hexdigest(),
    )
