"""Exercises to lesson 8: continuations."""

from __future__ import annotations

from collections.abc import Callable
from math import isclose
from typing import TypeAlias, TypeVar

from docs.exercises import exercise, told, want

A = TypeVar("A")
B = TypeVar("B")

Pair: TypeAlias = tuple[float, float]
To: TypeAlias = Callable[[A], float]  # a continuation: what will be made of a value, and in the end it is a number
Continued: TypeAlias = Callable[[To[B]], To[A]]  # of a map from A to B


def before(f: Callable[[A], B]) -> Continued[B, A]:
    """A map, as what it does to a continuation: it goes before."""
    return lambda h: lambda u: h(f(u))


def gathered(u: Pair) -> float:
    """u0 + 10 u1"""
    return u[0] + 10 * u[1]


def triple(u: float) -> float:
    """3 u"""
    return 3 * u


def double(u: float) -> float:
    """2 u"""
    return 2 * u


def quintuple(u: float) -> float:
    """5 u"""
    return 5 * u


def add_one(u: float) -> float:
    """Not linear, so that order is seen."""
    return u + 1


def hundredfold(u: float) -> float:
    """100 u"""
    return 100 * u


@exercise(
    "You have f: it wants a continuation from the middle. Who makes such a one, of a continuation from the end?",
    "g(h) goes on from the middle. Give that to f.",
)
def compose_continued(
    compose: Callable[[Continued[float, float], Continued[float, float]], Continued[float, float]],
) -> str:
    """Write compose(f, g), first f, then g, of maps that are given as what they do to continuations."""
    found = compose(before(triple), before(add_one))
    want(
        callable(found),
        f"`compose(f, g)` gives {told(found)}, where a function is wanted: one that waits for the continuation h.",
    )
    about = "Let f triple, g add 1, and h multiply by 100, so that 1 becomes 3, 4 and 400."
    got = asked(found, hundredfold, 1.0)
    want(
        got != 600.0,
        f"{about} Yours makes it 600: it adds first. In g(f(h)) the continuation meets f first, and what meets it "
        "first runs last.",
    )
    want(got not in (300.0, 200.0), f"{about} Yours makes it {got}: one of f and g is never asked.")
    want(got == 400.0, f"{about} Yours makes it {told(got)}.")
    return "f of what g makes of h: the last map meets h first, so that all parentheses are to the right. Reverse mode!"


@exercise(
    "What would h make of the first part alone, (b, 0)? And of (0, c)? It is linear, so that h((b, c)) is their sum.",
    "Two continuations: b to h((b, 0)), for f, and c to h((0, c)), for g. Of one u, add what both give.",
)
def fork_continued(
    fork: Callable[[Continued[float, float], Continued[float, float]], Continued[Pair, float]],
) -> str:
    """Write fork(f, g), u to the pair of f of u and g of u, of linear maps given as what they do to continuations."""
    found = fork(before(double), before(quintuple))
    want(callable(found), f"`fork(f, g)` gives {told(found)}, where a function is wanted, one that waits for h.")
    about = "Let f double, g multiply by 5, and h((b, c)) be b + 10 c, so that 1 becomes (2, 5), and that 52."
    got = asked(found, gathered, 1.0)
    want(got != 100.0, f"{about} Yours makes it 100: it multiplies what the two make. Linear maps are added.")
    want(
        got not in (2.0, 50.0),
        f"{about} Yours makes it {got}: one half is lost. A copy has two futures, and what they make is added.",
    )
    want(
        got not in (22.0, 55.0, 77.0),
        f"{about} Yours makes it {got}: it gave h one number for both parts. To ask h about the first part alone, "
        "let the second be zero.",
    )
    want(got != 25.0, f"{about} Yours makes it 25: f has gone before the second part, and g before the first.")
    want(isinstance(got, float) and isclose(got, 52.0), f"{about} Yours makes it {told(got)}.")
    calls = list[Pair]()

    def counting(u: Pair) -> float:
        calls.append(u)
        return gathered(u)

    asked(found, counting, 1.0)
    if len(calls) == 1:
        return "And h is called once, so that it will be called once after any number of forks."
    return (
        "Where a value was copied, what its futures make is added. But h is called twice, and after ten forks it would "
        "be a thousand times. What the library does about it is in the lesson."
    )


def asked(found: Continued[B, A], h: To[B], u: A) -> float:
    """What a map makes of u, with h to go on."""
    try:
        continuation = found(h)
        want(callable(continuation), f"Given h, yours makes {told(continuation)} of it, where a function is wanted.")
        return continuation(u)
    except TypeError as error:
        want(
            False,
            f"Something was given the wrong kind of thing ({error}). f and g take continuations, which are functions, "
            "and make continuations. Only these take values, such as u.",
        )
        raise


@exercise(
    "What is the end of the world for a map to numbers? Nothing remains to be done: h is the identity.",
    "start = t(lambda v: v) is the linear map itself. Now ask it about (1, 0), and about (0, 1).",
)
def gradient_of_continued(gradient: Callable[[Continued[float, Pair]], Pair]) -> str:
    """Write the gradient, two numbers, of a linear map to numbers, given as what it does to continuations."""
    got = gradient(before(gathered))
    about = "The map (x, y) to x + 10 y has the gradient (1, 10)."
    want(
        isinstance(got, tuple) and len(got) == 2 and all(isinstance(x, int | float) for x in got),
        f"{about} Yours gives {told(got)}, which is no pair of numbers: ask what the map makes of a step to the right, "
        "and what of a step up.",
    )
    want(got != (10.0, 1.0), f"{about} Yours has them the other way round. What is a step in x alone?")
    want(
        got != (11.0, 11.0),
        f"{about} Yours gives {got}: a step of (1, 1) changes both at once. Ask about one at a time.",
    )
    want(
        got != (1.0, 1.0),
        f"{about} Yours gives {got}: your continuation does not look at what it is given. To do nothing is not to "
        "forget: h(v) is v.",
    )
    want(got == (1.0, 10.0), f"{about} Yours gives {got}. Does your continuation do something to what it is given?")
    other = gradient(before(lambda u: triple(gathered(u))))
    want(other == (3.0, 30.0), f"Right for x + 10 y, but of 3 (x + 10 y) it is (3, 30), and yours says {told(other)}.")
    return "The identity starts it. In backpropagation that is the 1 with which the way back begins."
