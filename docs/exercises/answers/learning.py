"""Answers to the exercises of lesson 12."""

from __future__ import annotations

from math import hypot
from typing import Any, cast

from cat_ad import Scalar, clip
from docs.exercises import learning as asked
from docs.exercises.answers import Answers, Wrong
from docs.exercises.learning import Way


def hold(d: Scalar) -> Scalar:
    """Between -1 and 1."""
    return clip(d, -1.0, 1.0)


ANSWERS: tuple[Answers[Any], ...] = (  # Any: each exercise has answers of its own type
    Answers(
        asked.composition_of_ways,
        lambda f, g: Way(lambda s: g.get(f.get(s)), lambda s, c: f.put(s, g.put(f.get(s), c))),
        (
            Wrong(
                lambda f, g: Way(lambda s: g.get(f.get(s)), lambda s, c: f.put(s, g.put(s, c))),
                "the chain rule takes both derivatives at one point",
                "But g began at 4",
            ),
            Wrong(
                lambda f, g: Way(lambda s: g.get(f.get(s)), lambda s, c: g.put(f.get(s), f.put(s, c))),
                "back, as there, f comes first",
                "Which one must go back first?",
            ),
            Wrong(
                lambda f, g: Way(lambda s: f.get(g.get(s)), lambda s, c: f.put(s, g.put(f.get(s), c))),
                "f of g is f and then g",
                "it takes g first",
            ),
        ),
    ),
    Answers(
        asked.momentum,
        lambda there, g: (0.9 * there[0] + g, there[1] - 0.1 * (0.9 * there[0] + g)),
        (
            Wrong(
                lambda there, g: (0.9 * there[0] + g, there[1] - 0.1 * there[0]),
                "first one moves, then one learns",
                "you have gone along the old velocity",
            ),
            Wrong(
                lambda there, g: (0.9 * there[0] + g, there[1] + 0.1 * (0.9 * there[0] + g)),
                "one follows the gradient",
                "uphill",
            ),
            Wrong(
                cast(Any, lambda there, g: there[1] - 0.1 * (0.9 * there[0] + g)),
                "an optimiser gives new weights, and no more",
                "else the velocity is forgotten",
            ),
        ),
    ),
    Answers(
        asked.clipping,
        lambda weights: (weights, lambda g: (hold(g[0]), hold(g[1]))),
        (
            Wrong(
                lambda weights: ((hold(weights[0]), hold(weights[1])), lambda g: g),
                "it is the weights that are held",
                "It is the gradient that is too large",
            ),
            Wrong(
                cast(Any, lambda weights: (weights, (hold(weights[0]), hold(weights[1])))),
                "a lens gives two values",
                "a function, the way back",
            ),
            Wrong(
                lambda weights: (weights, lambda g: cast(Any, (g[0] / hypot(*g), g[1] / hypot(*g)))),
                "to clip is to shorten the vector",
                "it shortens both together",
            ),
        ),
    ),
)
