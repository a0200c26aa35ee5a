"""Batches: each epoch is a new shuffle of all examples, cut into pieces of one size; what is left over is dropped.

The batch of a step is a function of the seed and the step, so a run can go on from any step.

>>> batch = shuffled_batches(examples=10, size=4, seed=0)
>>> [len(batch(step)) for step in (0, 1, 2)]
[4, 4, 4]
>>> len({*batch(0), *batch(1)})
8
"""

from collections.abc import Callable
from functools import lru_cache

from experiments.data.alphabet import Codes
from experiments.process.randomness import Purpose, generator


def shuffled_batches(examples: int, size: int, seed: int) -> Callable[[int], Codes]:
    """From a step to the places of its examples, 0..examples-1: `size` of them, or all if there are fewer."""
    size = min(size, examples)
    steps_per_epoch = examples // size

    @lru_cache(maxsize=1)
    def order(epoch: int) -> Codes:
        return generator(seed, Purpose.BATCHES, epoch).permutation(examples)

    def batch(step: int) -> Codes:
        epoch, place = divmod(step, steps_per_epoch)
        return order(epoch)[place * size : (place + 1) * size]

    return batch
