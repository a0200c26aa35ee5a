"""Answers to the exercises of lesson 4."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from docs.exercises import own_derivatives as asked
from docs.exercises.answers import Answers, Wrong
from docs.exercises.chain_rule import Differentiable

A = TypeVar("A")
B = TypeVar("B")


def linear(l: Callable[[A], B]) -> Differentiable[A, B]:
    """The value, and the map itself."""
    return lambda a: (l(a), l)


ANSWERS: tuple[Answers[Any], ...] = (  # Any: each exercise has answers of its own type
    Answers(
        asked.which_stay,
        {"exl", "dup", "swap", "add", "negate"},
        (
            Wrong(
                {"exl", "dup", "swap", "add", "negate", "mul"},
                "what is linear in each is linear",
                "It is linear in either",
            ),
            Wrong({"exl", "dup", "swap", "add", "negate", "shift 1"}, "straight is linear", "shift 1 makes 1 of 0"),
            Wrong({"add", "negate"}, "only arithmetic has derivatives", "It only moves numbers about"),
        ),
    ),
    Answers(
        asked.linear_function,
        linear,
        (
            Wrong(lambda l: lambda a: (l(a), lambda da: l(a)), "the derivative is the value", "at 6.0?"),
            Wrong(lambda l: lambda a: (l(a), cast(Any, l)(1.0)), "the derivative is a slope", "it waits for a step"),
            Wrong(
                lambda l: lambda a: (l(a), lambda da: cast(Any, l)(1.0) * da),
                "each linear map multiplies by a number",
                "l may take a pair",
            ),
        ),
    ),
    Answers(
        asked.derivative_of_affine,
        lambda at: lambda step: at[1] * step[0] + at[0] * step[1] + step[2],
        (
            Wrong(
                lambda at: lambda step: step[0] * step[1] + step[2],
                "a linear layer is its own derivative",
                "a product is not its own derivative",
            ),
            Wrong(lambda at: lambda step: at[0] * step[1] + step[2], "w is a constant", "training changes w"),
            Wrong(
                lambda at: lambda step: at[1] * step[0] + at[0] * step[1] + at[2],
                "what is added stays",
                "if nothing changes",
            ),
        ),
    ),
)
