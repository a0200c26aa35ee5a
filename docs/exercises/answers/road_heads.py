"""Answers to the exercises of step 5 of the road."""

from __future__ import annotations

from typing import Any

from cat_ad import add, residual
from docs.exercises import road_heads as asked
from docs.exercises.answers import Answers, Wrong


def count(vocab: int, places: int, width: int, hidden: int, layers: int) -> int:
    """Two tables of symbols, one of places, and the layers."""
    attend, think = 4 * width * width, 2 * hidden * width
    return (2 * vocab + places) * width + layers * (attend + think)


ANSWERS: tuple[Answers[Any], ...] = (  # Any: each exercise has answers of its own type
    Answers(
        asked.how_many,
        count,
        (
            Wrong(
                lambda v, p, w, h, n: count(v, p, w, h, n) + 12 * n * w * w,
                "each of four heads has the whole width",
                "they share the width",
            ),
            Wrong(
                lambda v, p, w, h, n: count(v, p, w, h, 1),
                "layers are one block, done again",
                "as if layers shared their weights",
            ),
            Wrong(
                lambda v, p, w, h, n: count(v, p, w, h, n) - v * w,
                "symbols come in and go out by one table",
                "One table is missing",
            ),
        ),
    ),
    Answers(
        asked.in_heads,
        lambda x, heads: x.reshape(len(x), heads, -1).transpose(1, 0, 2),
        (
            Wrong(lambda x, heads: x.reshape(heads, len(x), -1), "a shape says it all", "but not what is in it"),
            Wrong(lambda x, heads: x.reshape(len(x), heads, -1), "the order of axes is taste", "places come first"),
            Wrong(
                lambda x, heads: x.T.reshape(heads, -1, len(x)),
                "to turn over is to bring heads first",
                "the last axis is that of places",
            ),
        ),
    ),
    Answers(
        asked.side_by_side,
        lambda attend, think: residual((attend & think) >> add(attend.dom)),
        (
            Wrong(
                lambda attend, think: residual(attend) >> residual(think),
                "a block is one after the other",
                "think reads what attend has found already",
            ),
            Wrong(
                lambda attend, think: (residual(attend) & residual(think)) >> add(attend.dom),
                "everything gets its residual",
                "Yours adds x twice",
            ),
            Wrong(
                lambda attend, think: attend * think >> add(attend.dom),
                "side by side is of one input",
                "it wants an input for each",
            ),
        ),
    ),
)
