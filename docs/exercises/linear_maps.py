"""Exercises to lesson 1: a derivative is a linear map."""

from __future__ import annotations

from collections.abc import Callable, Collection
from math import isclose
from typing import TypeAlias

from docs.exercises import exercise, told, want

Map: TypeAlias = Callable[[float], float]
Map2: TypeAlias = Callable[[tuple[float, float]], float]

POINTS = 3.0, -2.0, 0.5
STEPS = 1.0, -4.0, 0.25


@exercise(
    "Near a, the cube of a + da is a³ + 3a² da + 3a da² + da³. Which of these terms shrink faster than da?",
    "What is left is 3a² da. The answer to `derivative(a)` is a function: it waits for da.",
)
def derivative_of_cube(derivative: Callable[[float], Map]) -> str:
    """Write the derivative of a³: at each a, the linear map that is closest to what a small da adds."""
    for a in POINTS:
        linear = derivative(a)
        want(
            callable(linear),
            f"`derivative({a})` gives {told(linear)}. If that is a slope, say what it does to a step: a derivative at "
            "a point is a map, which takes da.",
        )
        for da in STEPS:
            got, exact = linear(da), (a + da) ** 3 - a**3
            want(
                not isclose(got, exact),
                f"`derivative({a})({da})` gives {got}, exactly what the cube grows by. But is that linear? Twice the "
                f"step gives {linear(2 * da)}, which is not twice as much.",
            )
            want(
                isclose(linear(2 * da), 2 * got),
                f"Twice the step must give twice as much, but at {a} a step of {da} gives {got}, and one of {2 * da} "
                f"gives {linear(2 * da)}. Is da in your formula, once?",
            )
            want(
                isclose(got, 3 * a * a * da),
                f"`derivative({a})({da})` is linear, but it gives {got}: zoom in, and the cube grows by {3 * a * a} "
                "for each da.",
            )
    return "3a² is how much the map stretches, and the map is what multiplies by it."


CANDIDATES: dict[str, Map] = {
    "2x": lambda x: 2 * x,
    "2x + 1": lambda x: 2 * x + 1,
    "|x|": abs,
    "0": lambda x: 0.0,
    "x²": lambda x: x * x,
    "-x / 3": lambda x: -x / 3,
}


@exercise(
    "f is linear if f(x + y) = f(x) + f(y), and f(s x) = s f(x), for all x, y, s. Try x = 0, and s = -1.",
    "A straight line through 0, and nothing else. There are three in the list.",
)
def which_are_linear(names: Collection[str]) -> str:
    """Which of 2x, 2x + 1, |x|, 0, x² and -x / 3 are linear maps of x? Give their names."""
    for name in names:
        want(name in CANDIDATES, f"There is no {name!r} among {', '.join(CANDIDATES)}.")
    want("2x + 1" not in names, "2x + 1 is a straight line, but at 0 it gives 1, where a linear map gives 0.")
    want("|x|" not in names, "|x| of -1 is 1, where a linear map would give -1, since it gives 1 at 1.")
    want("x²" not in names, "x² of 2 is 4, where a linear map would give 2, since it gives 1 at 1.")
    want("0" in names, "One is missing: the map that gives 0 for all x. 0 + 0 is 0, and so is s times 0.")
    want({"2x", "-x / 3"} <= {*names}, "One is missing: stretching, shrinking and turning around are all linear.")
    return "So a linear map of one number is a number: what it makes of 1."


@exercise(
    "Let a alone change, by da: how much more is a b? And now b alone?",
    "(a + da)(b + db) = a b + a db + b da + da db. Which term shrinks faster than the step?",
)
def derivative_of_product(derivative: Callable[[tuple[float, float]], Map2]) -> str:
    """Write the derivative of a b: at each (a, b), a linear map from a step (da, db) to how much the product grows."""
    for a, b in (3.0, 4.0), (-2.0, 0.5):
        linear = derivative((a, b))
        want(
            callable(linear),
            f"`derivative({(a, b)})` gives {told(linear)}. If that is the gradient, say what it does to a step "
            "(da, db).",
        )
        for da, db in (1.0, 0.0), (0.0, 1.0), (2.0, -1.0):
            got, wanted = linear((da, db)), b * da + a * db
            want(
                not (isclose(got, a * da + b * db) and not isclose(got, wanted)),
                f"If only a changes, by 1, then {a} · {b} grows by {b}; yours says {a}. Each step counts as much as "
                "the other factor is large.",
            )
            want(
                not isclose(got, da * db) or isclose(got, wanted),
                f"At {(a, b)} a step of {(da, db)} gives {got}, the product of the steps. That is the one term that "
                "shrinks faster than they do.",
            )
            want(isclose(got, wanted), f"At {(a, b)} a step of {(da, db)} gives {got}, where {wanted} is right.")
    return "The product rule, as one linear map of two steps: scale b ▽ scale a, says the paper (section 4.4)."
