"""Step 0: counts. After each symbol, how often did each other one follow?

A step reads 32 names and counts their pairs of neighbours; the share of a pair among those that begin alike is its
probability. There is no gradient, and no rate to choose, and no model that sees one symbol only does better. But this
one never learns more than there is in one symbol.

    python experiments/steps/step_0_bigrams.py
"""

import experiments.process.threads  # noqa: F401  (first: see experiments.process.start)

# isort: split
import sys
from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from experiments.data.alphabet import Codes
from experiments.data.as_windows import windows
from experiments.models.name_model import Logits
from experiments.models.window_model import WindowScorer
from experiments.steps.common import VOCABULARY, Lesson, Names, main

CONTEXT = 1  # symbol

Counts: TypeAlias = npt.NDArray[np.float64]  # (symbol before, symbol)


def init(rng: np.random.Generator) -> Counts:
    """Every pair was seen once, so that none is impossible (Laplace 1814)."""
    return np.ones((VOCABULARY, VOCABULARY))


def logits(counts: Counts, contexts: Codes) -> Logits:
    """Log-probabilities up to a constant, which is all that scores are: p(b | a) = counts[a, b] / sum of counts[a]."""
    found: Logits = np.log(counts[contexts[:, 0]])
    return found


def train(counts: Counts, names: Names, steps: int) -> Iterator[Counts]:
    """Count."""
    for step in range(steps):
        yield counts
        contexts, targets = windows(names.batch(step), CONTEXT)
        seen = np.zeros_like(counts)
        np.add.at(seen, (contexts[:, 0], targets), 1)
        counts = counts + seen
    yield counts


LESSON = Lesson(0, "pairs, counted", init, train, WindowScorer(CONTEXT, logits))

if __name__ == "__main__":
    sys.exit(main(LESSON, __doc__))
