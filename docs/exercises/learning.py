"""Exercises to lesson 12: learning is one lens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import hypot, isclose
from typing import Any, Generic, TypeAlias, TypeVar

import numpy as np

from cat_ad import Lens, ParametricLens, Scalar, arrow, check, learning_rate, lens, sgd
from cat_ad.objects.spaces import product
from docs.exercises import NotYet, exercise, told, want

S = TypeVar("S")
A = TypeVar("A")

Weights: TypeAlias = tuple[Scalar, Scalar]


@dataclass(frozen=True)
class Way(Generic[S, A]):
    """A way there, and a way back that knows where it began."""

    get: Callable[[S], A]
    put: Callable[[S, A], S]


SomeWay: TypeAlias = Way[Any, Any]  # Any: between any two things

SQUARE = Way[float, float](lambda x: x * x, lambda x, d: 2 * x * d)
OBLONG = Way[float, float](lambda x: x * x + x, lambda x, d: (2 * x + 1) * d)
FIRST = Way[tuple[Any, Any], Any](lambda s: s[0], lambda s, a: (a, s[1]))


@exercise(
    "There: f.get, then g.get. Back: g comes first, and must be told where *it* began. Where was that?",
    "g began at f.get(s), so that g.put(f.get(s), c) is what f has to put back, at s.",
)
def composition_of_ways(compose: Callable[[SomeWay, SomeWay], SomeWay]) -> str:
    """Compose two lenses, first f, then g: what is get of both, and what is put?"""
    both = compose(SQUARE, OBLONG)
    want(isinstance(both, Way), f"`compose(f, g)` gives {told(both)}, where a Way is wanted, of a get and a put.")
    about = "Let f be the lens of x², and g that of x² + x."
    got = both.get(2.0)
    want(got != 36.0, f"{about} Through both, 2 should become 4, then 20. Your get makes it 36: it takes g first.")
    want(got == 20.0, f"{about} Through both, 2 should become 4, then 20. Your get makes it {told(got)}.")
    got = both.put(2.0, 1.0)
    want(
        got != 20.0,
        f"{about} The slope at 2 is 36, but your put makes 20 of 1. It asks g at 2, where f began. But g began at 4.",
    )
    want(got != 4.0, f"{about} The slope at 2 is 36, but your put makes 4 of 1, as f alone does. Where is g?")
    want(
        got not in (9.0, 5.0),
        f"{about} The slope at 2 is 36, but your put makes {got} of 1, as g alone does. Where is f?",
    )
    want(got == 36.0, f"{about} The slope at 2 is 36, but your put makes {told(got)} of 1.")
    about = (
        "Right for slopes, which are numbers, and may be multiplied in any order. But let f and g both be the first "
        "of a pair, so that get of ((1, 2), 3) is 1. To put 9 there should give ((9, 2), 3), and yours"
    )
    try:
        got = compose(FIRST, FIRST).put(((1.0, 2.0), 3.0), 9.0)
    except Exception as error:
        raise NotYet(f"{about} stops with {type(error).__name__}: {error}. f has to put what g gives back.") from error
    want(got == ((9.0, 2.0), 3.0), f"{about} gives {told(got)}. Which one must go back first?")
    return "The chain rule, and the way to change a place deep in a record: one formula."


M, LR = 0.9, 0.1


@exercise(
    "The velocity is made of the old one and of the gradient: v' = m v + g. Then x goes along v', and downhill.",
    "v' = 0.9 v + g, x' = x - 0.1 v', and both are returned: the velocity is what this optimiser remembers.",
)
def momentum(put: Callable[[tuple[float, float], float], tuple[float, float]]) -> str:
    """Write put of momentum: of ((v, x), g) the new velocity, 0.9 v + g, and the new x, 0.1 of that downhill."""
    found = put((2.0, 5.0), 10.0)
    want(
        isinstance(found, tuple | list) and len(found) == 2,
        f"put gives {told(found)}. It should give back what get was given, a pair of velocity and x: else the velocity "
        "is forgotten.",
    )
    v, x = found
    about = "Of v = 2, x = 5 and a gradient of 10"
    want(
        not (isclose(v, 3.82) and isclose(x, 11.8)), f"{about} you return x first. The pair is (v, x), there and back."
    )
    want(
        not isclose(v, 10.0),
        f"{about} your velocity becomes 10, the gradient alone. A velocity remembers: 0.9 of the old one is in it.",
    )
    want(
        not isclose(v, 2.8),
        f"{about} your velocity becomes 2.8, with the rate in it. Some do it so; here the rate is for x: v' = 0.9 v + "
        "g.",
    )
    want(
        not isclose(v, 2.0),
        f"{about} your velocity stays 2. Then nothing is ever learned of this gradient: put must return the new one.",
    )
    want(isclose(v, 11.8), f"{about} the velocity should be 0.9 · 2 + 10 = 11.8, and yours is {told(v)}.")
    want(not isclose(x, 4.8), f"{about} x becomes 4.8: you have gone along the old velocity. Use the new one, 11.8.")
    want(not isclose(x, 4.0), f"{about} x becomes 4: you have gone along the gradient, which is plain descent.")
    want(not isclose(x, 6.18), f"{about} x becomes 6.18: uphill. The gradient points to where the loss grows.")
    want(isclose(x, 3.82), f"{about} x should be 5 - 0.1 · 11.8 = 3.82, and yours is {told(x)}.")
    v, x = put((1.0, -2.0), -4.0)
    want(
        isclose(v, -3.1) and isclose(x, -1.69),
        f"{about} yours is right. But of v = 1, x = -2 and a gradient of -4 it should give (-3.1, -1.69), and yours "
        f"gives {told((v, x))}.",
    )
    return "It remembers, and so its get and put are a lens from (v, x) to x: any model has a port for that."


Run: TypeAlias = Callable[[Weights], tuple[Weights, Callable[[Weights], Weights]]]


@arrow
def steep(weights: Weights, x: Scalar) -> Scalar:
    """(5 w0 - 0.2 w1) x, whose gradient by the weights is (5 x, -0.2 x)."""
    up, down = weights
    return (5.0 * up - 0.2 * down) * x


@exercise(
    "There, weights pass as they are. Back, a gradient comes: a pair of numbers, each to be held between -1 and 1.",
    "`return weights, back`, where back(g) is a pair, of clip(g[0], -1.0, 1.0) and the same of g[1].",
)
def clipping(run: Run) -> str:
    """Write a lens that passes weights on, and holds each number of the gradient that comes back between -1 and 1."""
    at: Weights = check(tuple[Scalar, Scalar], (3.0, -7.0))
    found = run(at)
    want(
        isinstance(found, tuple | list) and len(found) == 2 and callable(found[1]),
        f"Of some weights yours gives {told(found)}, where two things are wanted: the weights for the model, and a "
        "function, the way back.",
    )
    there, back = found
    want(
        numbers(there) == (3.0, -7.0),
        f"Weights (3, -7) should reach the model as they are, and yours sends {told(numbers(there))}. It is the "
        "gradient that is too large.",
    )
    given: Weights = check(tuple[Scalar, Scalar], (5.0, -0.2))
    got = numbers(back(given))
    about = "A gradient of (5, -0.2) should come back as (1, -0.2)."
    want(isinstance(got, tuple), f"{about} Yours makes {told(got)} of it, which is no pair: write (..., ...).")
    want(got != (5.0, -0.2), f"{about} Yours lets it through.")
    want(
        got != (1.0, -1.0),
        f"{about} Yours makes it (1, -1), all signs and no sizes. What is small enough stays as it is.",
    )
    want(
        not (isinstance(got, tuple) and isclose(got[0], 5 / hypot(5, 0.2)) and isclose(got[1], -0.2 / hypot(5, 0.2))),
        f"{about} Yours makes it {got}: it shortens both together. That is done too, and keeps the direction, but each "
        "number for itself is asked here.",
    )
    want(got != (3.0, -7.0), f"{about} Yours sends back the weights.")
    want(got == (1.0, -0.2), f"{about} Yours makes it {told(got)}.")
    got = numbers(back(check(tuple[Scalar, Scalar], (-9.0, 0.5))))
    want(
        got == (-1.0, 0.5),
        f"Right above. But (-9, 0.5) should come back as (-1, 0.5), and yours is {told(got)}: it can be too far down "
        "too.",
    )
    got = numbers(back(check(tuple[Scalar, Scalar], (0.25, 7.0))))
    want(
        got == (0.25, 1.0), f"Each number is to be held. But (0.25, 7) should come back as (0.25, 1), not {told(got)}."
    )
    pair = product(Scalar, Scalar)
    clipped: Lens[Weights, Weights, Weights, Weights] = Lens("clipped", (pair, pair), (pair, pair), run)
    descent = sgd(0.5)
    step = ParametricLens(lens(steep)).along(clipped).along(descent.lens(pair)) >> learning_rate(1.0)
    try:
        (_, moved), _ = step.lens.put(((descent.init(at), at), check(Scalar, 1.0)), ())
    except Exception as error:
        raise NotYet(f"Alone it is right, but between an optimiser and a model it stops: {error}") from error
    want(
        isinstance(value := numbers(moved), tuple) and isclose(value[0], 2.5) and isclose(value[1], -6.9),
        f"Alone it is right, but in a step of training the weights come to {told(numbers(moved))}, not to (2.5, -6.9).",
    )
    return (
        "It was put between the optimiser and the model, neither of which knows: model.along(clipped).along(optimiser)."
    )


def numbers(found: object) -> object:
    """A pair as numbers, and an array as a list."""
    if isinstance(found, np.ndarray):
        return found.tolist()
    return tuple(map(float, found)) if isinstance(found, tuple) and len(found) == 2 else found
