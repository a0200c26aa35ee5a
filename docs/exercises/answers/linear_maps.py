"""Answers to the exercises of lesson 1."""

from __future__ import annotations

from typing import Any, cast

from docs.exercises import linear_maps as asked
from docs.exercises.answers import Answers, Wrong

ANSWERS: tuple[Answers[Any], ...] = (  # Any: each exercise has answers of its own type
    Answers(
        asked.derivative_of_cube,
        lambda a: lambda da: 3 * a * a * da,
        (
            Wrong(cast(Any, lambda a: 3 * a * a), "a derivative is a number", "a derivative at a point is a map"),
            Wrong(lambda a: lambda da: 3 * a * a, "the map has no use for its argument", "Is da in your formula"),
            Wrong(lambda a: lambda da: (a + da) ** 3 - a**3, "the derivative is the change", "But is that linear?"),
        ),
    ),
    Answers(
        asked.which_are_linear,
        {"2x", "0", "-x / 3"},
        (
            Wrong({"2x", "2x + 1", "0", "-x / 3"}, "straight is linear", "at 0 it gives 1"),
            Wrong({"2x", "|x|", "0", "-x / 3"}, "straight on either side of 0 is linear", "|x| of -1 is 1"),
            Wrong({"2x", "-x / 3"}, "0 is no map", "the map that gives 0 for all x"),
        ),
    ),
    Answers(
        asked.derivative_of_product,
        lambda at: lambda step: at[1] * step[0] + at[0] * step[1],
        (
            Wrong(
                lambda at: lambda step: at[0] * step[0] + at[1] * step[1],
                "each variable is its own slope",
                "Each step counts as much as the other factor is large",
            ),
            Wrong(
                lambda at: lambda step: step[0] * step[1],
                "the derivative of a product is the product of the derivatives",
                "one term that shrinks faster",
            ),
            Wrong(cast(Any, lambda at: (at[1], at[0])), "the gradient is the derivative", "If that is the gradient"),
        ),
    ),
)
