"""A list of names, as a program uses it: two parts, one to learn from and one to test with."""

import hashlib
from collections.abc import Sequence

from experiments.data.names import Split, split_names
from experiments.process.randomness import Purpose, generator


def dataset(names: Sequence[str], seed: int) -> Split:
    """Split the names. Raises DataError if there are too few."""
    return split_names(names, generator(seed, Purpose.SPLIT))


def sha256(names: Sequence[str]) -> str:
    """The hash of a list of names: it tells whether two are the same, order and repeats included."""
    return hashlib.sha256("\n".join(names).encode()).hexdigest()
