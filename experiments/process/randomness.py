"""Where chance enters: a generator for each purpose, determined by the seed alone, or by the seed and who draws.

No generator lives through a run, so a run has no hidden state: seed and step are enough to go on.

>>> draw = generator(seed=0, purpose=Purpose.BATCHES, number=3).random
>>> draw() == generator(seed=0, purpose=Purpose.BATCHES, number=3).random()
True
"""

from enum import IntEnum

import numpy as np


class Purpose(IntEnum):
    """What is drawn."""

    SPLIT = 0
    PARAMETERS = 1
    BATCHES = 2
    SAMPLES = 3


def generator(seed: int, purpose: Purpose, number: int = 0, drawer: str = "") -> np.random.Generator:
    """The `number`-th generator for this purpose; each is independent of all others. `seed` is not negative.

    `drawer` says who draws, if each drawer is to have another generator.
    """
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(purpose, number, *drawer.encode())))
