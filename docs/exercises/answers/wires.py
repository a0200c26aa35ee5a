"""Answers to the exercises of lesson 3."""

from __future__ import annotations

from math import sin
from typing import Any, TypeVar, cast

from cat_ad import Scalar, add, exl, exr, mul
from docs.exercises import wires as asked
from docs.exercises.answers import Answers, Wrong
from docs.exercises.chain_rule import Differentiable

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
E = TypeVar("E")

left, right = exl(Scalar, Scalar), exr(Scalar, Scalar)


def cross(f: Differentiable[A, C], g: Differentiable[B, E]) -> Differentiable[tuple[A, B], tuple[C, E]]:
    """Side by side."""

    def crossed(ab: tuple[A, B]) -> Any:  # Any: a pair of pairs of which mypy makes too much
        c, f_ = f(ab[0])
        e, g_ = g(ab[1])
        return (c, e), lambda step: (f_(step[0]), g_(step[1]))

    return crossed


def same_step(f: Any, g: Any) -> Any:  # Any: wrong answers have types that no right one has
    """Each map takes the first step."""
    return lambda ab: ((f(ab[0])[0], g(ab[1])[0]), lambda step: (f(ab[0])[1](step[0]), g(ab[1])[1](step[0])))


def added(f: Any, g: Any) -> Any:  # Any: likewise
    """The total change."""
    return lambda ab: ((f(ab[0])[0], g(ab[1])[0]), lambda step: f(ab[0])[1](step[0]) + g(ab[1])[1](step[1]))


def slopes(f: Any, g: Any) -> Any:  # Any: likewise
    """Two slopes, and no steps."""
    return lambda ab: ((f(ab[0])[0], g(ab[1])[0]), lambda step: (f(ab[0])[1](1.0), g(ab[1])[1](1.0)))


ANSWERS: tuple[Answers[Any], ...] = (  # Any: each exercise has answers of its own type
    Answers(
        asked.read_the_diagram,
        lambda a, b: sin(b) - a * b,
        (
            Wrong(lambda a, b: a * b - sin(b), "wires into a box have no order", "above it two wires cross"),
            Wrong(lambda a, b: sin(a) - a * b, "sin is of the first variable", "the dot is on the wire"),
            Wrong(lambda a, b: sin(b) - a, "a wire goes to one box", "A dot copies"),
        ),
    ),
    Answers(
        asked.draw_the_diagram,
        (add(Scalar) & right) >> mul(Scalar),
        (
            Wrong((add(Scalar) & left) >> mul(Scalar), "exl is what comes last", "exl takes the left one"),
            Wrong(
                cast(Any, add(Scalar) * right >> mul(Scalar)), "beside each other, with the same argument", "is `f & g`"
            ),
            Wrong(cast(Any, lambda a, b: (a + b) * b), "an arrow is any function", "boxes put together"),
        ),
    ),
    Answers(
        asked.side_by_side,
        cross,
        (
            Wrong(cast(Any, same_step), "there is one step", "let g_ have its own step"),
            Wrong(cast(Any, added), "a derivative of two arguments is a sum", "each with its own step: a pair"),
            Wrong(cast(Any, slopes), "the derivative is the two slopes", "each is to stretch its step"),
        ),
    ),
)
