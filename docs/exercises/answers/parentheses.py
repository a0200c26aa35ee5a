"""Answers to the exercises of lesson 7."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from docs.exercises import parentheses as asked
from docs.exercises.answers import Answers, Wrong

MODES: dict[str, asked.Mode] = {
    "a million weights to one loss": "reverse",
    "the time to where a thousand planets are": "forward",
    "a picture to ten numbers, and back to a picture": "from the waist",
    "one number to one, through a wide layer": "no difference",
}

ANSWERS: tuple[Answers[Any], ...] = (  # Any: each exercise has answers of its own type
    Answers(
        asked.cost_of_forward,
        lambda dims: dims[0] * sum(x * y for x, y in pairwise(dims[1:])),
        (
            Wrong(
                lambda dims: sum(x * y for x, y in pairwise(dims)) if len(dims) > 2 else 0,
                "to make a matrix is to apply it once",
                "what it takes to push one vector through",
            ),
            Wrong(
                lambda dims: sum(x * y * z for x, y, z in zip(dims, dims[1:], dims[2:], strict=False)),
                "a product depends on the two maps as they were given",
                "begins at place 0",
            ),
            Wrong(
                lambda dims: dims[-1] * sum(x * y for x, y in pairwise(dims[:-1])),
                "forward mode begins at the end, where one reads a formula from",
                "which is what reverse mode takes",
            ),
        ),
    ),
    Answers(
        asked.which_mode,
        MODES,
        (
            Wrong(
                {**MODES, "the time to where a thousand planets are": "reverse"},
                "reverse mode is the fast one",
                "one number to push, the time",
            ),
            Wrong(
                {**MODES, "a picture to ten numbers, and back to a picture": "no difference"},
                "between ends of the same size, both modes are best",
                "pull these ten back, and push them on",
            ),
            Wrong(
                {**MODES, "one number to one, through a wide layer": "from the waist"},
                "what happens in the middle decides, however wide it is",
                "Both ends have one number",
            ),
        ),
    ),
    Answers(
        asked.put_parentheses,
        ((0, 1), ((2, 3), 4)),
        (
            Wrong(((((0, 1), 2), 3), 4), "composing means from the first on", "This is forward mode"),
            Wrong(((0, ((1, 2), 3)), 4), "any inner parentheses help", "the last product must be as large"),
            Wrong(((2, 3), ((0, 1), 4)), "what is cheap may come first", "but maps may not"),
        ),
    ),
)
