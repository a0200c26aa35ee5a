"""Answers to the exercises of lesson 9."""

from __future__ import annotations

from typing import Any, cast

from cat_ad import exp
from docs.exercises import duality as asked
from docs.exercises.answers import Answers, Wrong

ANSWERS: tuple[Answers[Any], ...] = (  # Any: each exercise has answers of its own type
    Answers(
        asked.transposes,
        asked.TRANSPOSED,
        (
            Wrong({**asked.TRANSPOSED, "dup": "exl"}, "the transpose is the inverse", "the transpose is no inverse"),
            Wrong({**asked.TRANSPOSED, "dup": "dup"}, "the way back copies too", "Its transpose goes the other way"),
            Wrong({**asked.TRANSPOSED, "exl": "inr"}, "to turn around is to mirror", "That is the wrong side"),
        ),
    ),
    Answers(
        asked.backwards,
        lambda x, d: exp(x) * d + x * exp(x) * d,
        (
            Wrong(lambda x, d: x * exp(x) * d, "there is one way back", "another wire to the dot, around the box"),
            Wrong(
                lambda x, d: (exp(x) * d) * (x * exp(x) * d), "what was multiplied is multiplied", "the way back adds"
            ),
            Wrong(lambda x, d: exp(x) + x * exp(x), "the way back is a slope", "You have written the slope"),
        ),
    ),
    Answers(
        asked.back_of_bias,
        lambda dy: (dy, dy.sum(axis=0)),
        (
            Wrong(cast(Any, lambda dy: (dy, dy)), "the derivative of + is 1", "rows for one bias"),
            Wrong(lambda dy: (dy, dy.mean(axis=0)), "over a batch one takes means", "you send back the mean"),
            Wrong(lambda dy: (dy, dy.sum(axis=1)), "any sum will do", "along the wrong axis"),
        ),
    ),
)
