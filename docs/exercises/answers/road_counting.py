"""Answers to the exercises of step 1 of the road."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from docs.exercises import road_counting as asked
from docs.exercises._arrays import Codes, Floats
from docs.exercises.answers import Answers, Wrong


def count(names: Sequence[str]) -> dict[str, int]:
    """Each pair of each name."""
    counts: dict[str, int] = {}
    for name in names:
        for one, other in pairwise(f".{name}."):
            counts[one + other] = counts.get(one + other, 0) + 1
    return counts


def shares(counts: Floats) -> Floats:
    """Each row over its sum."""
    rows: Floats = counts / counts.sum(axis=1, keepdims=True)
    return rows


def loss(p: Floats, before: Codes, after: Codes) -> float:
    """The mean surprise."""
    return float(-np.log(p[before, after]).mean())


ANSWERS: tuple[Answers[Any], ...] = (  # Any: each exercise has answers of its own type
    Answers(
        asked.count_the_pairs,
        count,
        (
            Wrong(
                lambda names: Counter(a + b for name in names for a, b in pairwise(name)),
                "a name is its letters",
                "that a name begins with e is worth knowing too",
            ),
            Wrong(
                lambda names: Counter(a + b for a, b in pairwise("." + "".join(names) + ".")),
                "a list of names is one text",
                "the order of the list says nothing",
            ),
            Wrong(
                lambda names: {a + b: 1 for name in names for a, b in pairwise(f".{name}.")},
                "to have seen is to have counted",
                "Do you add to what was counted",
            ),
        ),
    ),
    Answers(
        asked.shares_of_rows,
        shares,
        (
            Wrong(
                lambda counts: counts / counts.sum(),
                "a pair's probability is that of its second letter",
                "how probable a *pair* is",
            ),
            Wrong(
                lambda counts: counts / counts.sum(axis=1),
                "a vector of sums of rows divides rows",
                "lays a vector of shape (n,) along the *columns*",
            ),
            Wrong(
                lambda counts: counts / counts.sum(axis=0),
                "axis 0 is the rows, so that it sums over them",
                "In yours the columns sum to 1",
            ),
        ),
    ),
    Answers(
        asked.mean_surprise,
        loss,
        (
            Wrong(
                lambda p, before, after: -np.log(p[before, after]).sum(),
                "more data, more loss",
                "It grows with the number of names",
            ),
            Wrong(
                lambda p, before, after: -np.log(p[before, after].mean()),
                "mean and logarithm commute",
                "it must be told off for each surprise",
            ),
            Wrong(
                lambda p, before, after: -np.log(p).mean(),
                "the loss is of the table, whatever the names",
                "only what came counts",
            ),
        ),
    ),
)
