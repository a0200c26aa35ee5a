"""Exercises to lesson 1: a derivative is a linear map."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from math import isclose
from typing import TypeAlias

from docs.exercises import NotYet, exercise, is_number, told, want

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
        try:
            linear = derivative(a)
        except TypeError as error:
            raise NotYet(
                "The point comes first, and alone: `derivative(a)` gives a function, which then takes da. Yours stops "
                f"with TypeError: {error}"
            ) from error
        want(
            callable(linear),
            f"`derivative({a})` gives {told(linear)}. If that is a slope, say what it does to a step: a derivative at "
            "a point is a map, which takes da.",
        )
        for da in STEPS:
            got, exact, call = linear(da), (a + da) ** 3 - a**3, f"`derivative({a})({da})`"
            want(is_number(got), f"{call} gives {told(got)}, where a number is wanted.")
            want(
                not isclose(got, exact),
                f"{call} gives {got}, exactly what the cube grows by. But is that linear? Twice the step gives "
                f"{linear(2 * da)}, which is not twice as much.",
            )
            want(
                not isclose(got, linear(0.0)) or got == 0,
                f"{call} gives {got}, and so does a step of 0. Is da in your formula?",
            )
            want(
                linear(0.0) == 0,
                f"At {a} a step of 0 gives {linear(0.0)}, and it should add nothing. The value at {a} is not part of "
                "what a step adds to it.",
            )
            want(
                isclose(linear(2 * da), 2 * got, abs_tol=1e-12),
                f"Twice the step must give twice as much, but at {a} a step of {da} gives {got}, and one of {2 * da} "
                f"gives {linear(2 * da)}. A linear map multiplies da by a number, and does nothing else.",
            )
            want(
                isclose(got, 3 * a * a * da, rel_tol=1e-12) or not isclose(got, 3 * a * a * da, rel_tol=1e-3),
                f"{call} gives {got}, which is near to {3 * a * a * da} and not the same. A quotient of small "
                "differences is never quite the derivative; find the formula.",
            )
            want(
                isclose(got, 3 * a * a * da),
                f"{call} is linear, but it gives {got}: zoom in at {a}, and the cube grows by {3 * a * a} for each da.",
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
    want(not isinstance(names, str | Mapping), 'Give the names in braces, as in {"2x", "x²"}.')
    names = {*names}
    for name in names:
        want(isinstance(name, str), f'{told(name)} is no text: give names in quotes, as in {{"2x", "x²"}}.')
        want(name in CANDIDATES, f"There is no {name!r} among {', '.join(map(repr, CANDIDATES))}.")
    want("2x + 1" not in names, "2x + 1 is a straight line, but at 0 it gives 1, where a linear map gives 0.")
    want("|x|" not in names, "|x| of -1 is 1, where a linear map would give -1, since it gives 1 at 1.")
    want("x²" not in names, "x² of 2 is 4, where a linear map would give 2, since it gives 1 at 1.")
    want({"2x", "-x / 3"} & {*names}, "Some are linear that stretch x: which make 0 of 0, and twice as much of 2x?")
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
        try:
            linear = derivative((a, b))
            still = linear((0.0, 0.0)) if callable(linear) else 0.0
        except TypeError as error:
            raise NotYet(
                "The point is one pair, and so is the step: `derivative((a, b))((da, db))`. Yours stops with "
                f"TypeError: {error}"
            ) from error
        want(
            callable(linear),
            f"`derivative({(a, b)})` gives {told(linear)}. If that is the gradient, say what it does to a step "
            "(da, db).",
        )
        want(is_number(still), f"A step gives {told(still)}, where one number is wanted: their sum.")
        want(
            still == 0,
            f"At {(a, b)} a step of (0, 0) gives {still}, and it should add nothing. The value is not part of what a "
            "step adds to it.",
        )
        from_a, from_b, both = linear((1.0, 0.0)), linear((0.0, 1.0)), linear((2.0, -1.0))
        want(
            (from_a, from_b) != (a, b),
            f"If only a changes, by 1, then {a} · {b} grows by {b}; yours says {a}. Each step counts as much as "
            "the other factor is large.",
        )
        want(
            from_a or from_b,
            f"At {(a, b)} neither (1, 0) nor (0, 1) gives anything. The product of the steps is the one term that "
            "shrinks faster than they do; what is left without it?",
        )
        for got, wanted, name in (from_a, b, "a"), (from_b, a, "b"):
            want(
                isclose(got, wanted),
                f"If only {name} changes, by 1, then {a} · {b} grows by {wanted}; yours says {got}.",
            )
        want(
            isclose(both, 2 * b - a),
            f"If either changes alone, yours is right. But at {(a, b)} a step of (2, -1) gives {both}, and twice the "
            f"one less the other is {2 * b - a}. Is there a term da db?",
        )
        for step in (-1.0, 0.0), (0.0, 2.0), (-3.0, -0.5), (0.25, 5.0):
            da, db = step
            want(
                isclose(linear(step), b * da + a * db),
                f"Steps of (1, 0) and (0, 1) are right. But at {(a, b)} a step of {step} gives {linear(step)}, where a "
                f"linear map, which keeps sums and multiples, gives {b * da + a * db}.",
            )
    return "The product rule, as one linear map of two steps: scale b ▽ scale a, says the paper (section 4.4)."
