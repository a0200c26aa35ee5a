"""Sequences: names as they are read by a model that goes from the first symbol to the last.

It reads the boundary and then the letters, and at each place should predict what comes next. Names differ in length, so
a batch is padded: past the end of a name there is no target, which is written -1.

>>> inputs, targets = sequences(["emma", "ava"], context=16).batch(np.array([0, 1]))
>>> targets
array([[ 5, 13, 13,  1,  0],
       [ 1, 22,  1,  0, -1]])
>>> [A_TO_Z.decode([after]) + " after " + A_TO_Z.decode(inputs[0, : at + 1]) for at, after in enumerate(targets[0])]
['e after .', 'm after .e', 'm after .em', 'a after .emm', '. after .emma']
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.data.alphabet import A_TO_Z, BOUNDARY, Alphabet, Codes
from experiments.process.errors import DataError

NONE = -1  # in place of a target


@dataclass(frozen=True)
class Sequences:
    """`inputs` and `targets`, both (names, places), and the number of targets of each name."""

    inputs: Codes
    targets: Codes
    lengths: Codes

    def batch(self, places: Codes) -> tuple[Codes, Codes]:
        """The names at these places, as long as the longest."""
        longest = self.longest(places)
        return self.inputs[places, :longest], self.targets[places, :longest]

    def longest(self, places: Codes, multiple: int = 1) -> int:
        """How long the longest of the names at these places is, rounded up to a multiple."""
        return -(-int(self.lengths[places].max(initial=0)) // multiple) * multiple


def sequences(names: Sequence[str], context: int, alphabet: Alphabet = A_TO_Z) -> Sequences:
    """The names in their order; those that are longer than the context are cut off.

    Raises DataError if a name has another character than the letters of the alphabet.
    """
    boundary = alphabet.boundary
    symbols = alphabet.encode("".join([name + boundary for name in names]))
    ends = np.flatnonzero(symbols == BOUNDARY)
    if len(ends) != len(names):
        raise DataError(
            f"sequences: asked for names; found {boundary!r}, the boundary, inside one; give it as two names"
        )
    lengths = np.diff(ends, prepend=-1)
    at = np.arange(min(context, lengths.max(initial=0)))
    inside = at < lengths[:, None]
    places = (ends - lengths + 1)[:, None] + at
    targets = np.where(inside, symbols[np.where(inside, places, 0)], NONE)
    inputs = np.where(inside, np.column_stack([np.full(len(names), BOUNDARY), targets[:, :-1]]), BOUNDARY)
    return Sequences(inputs, targets, np.minimum(lengths, len(at)))
