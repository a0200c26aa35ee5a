"""Answers to the exercises of lesson 2."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any, TypeVar, cast

from docs.exercises import chain_rule as asked
from docs.exercises.answers import Answers, Wrong
from docs.exercises.chain_rule import Curve, Differentiable

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")


def compose(f: Differentiable[A, B], g: Differentiable[B, C]) -> Differentiable[A, C]:
    """First f, then g."""

    def composed(a: A) -> tuple[C, Callable[[A], C]]:
        b, f_ = f(a)
        c, g_ = g(b)
        return c, lambda da: g_(f_(da))

    return composed


def chain(fs: Sequence[Curve]) -> Curve:
    """First to last."""
    return reduce(compose, fs, lambda a: (a, lambda da: da))


def at_the_start(f: Curve, g: Curve) -> Curve:
    """The derivative of g where f begins."""
    return lambda a: (g(f(a)[0])[0], lambda da: g(a)[1](f(a)[1](da)))


def again(f: Curve, g: Curve) -> Curve:
    """All right, but nothing is kept."""
    return lambda a: (g(f(a)[0])[0], lambda da: g(f(a)[0])[1](f(a)[1](da)))


def exchanged(f: Curve, g: Curve) -> Curve:
    """The maps in the order in which ∘ is written."""

    def composed(a: float) -> tuple[float, Callable[[float], float]]:
        b, f_ = f(a)
        c, g_ = g(b)
        return c, lambda da: f_(g_(da))

    return composed


ANSWERS: tuple[Answers[Any], ...] = (  # Any: each exercise has answers of its own type
    Answers(
        asked.which_numbers,
        (8.0, 30.0),
        (
            Wrong((8.0, 21.0), "both derivatives are taken at the point", "g is not at 2"),
            Wrong((4.0, 21.0), "everything happens at the point", "But g does not get 2"),
            Wrong((8.0, 13.0), "slopes in a row add", "13 is the sum"),
        ),
    ),
    Answers(
        asked.composition,
        compose,
        (
            Wrong(cast(Any, at_the_start), "both derivatives are taken at the point", "taken at 3.0, where f begins"),
            Wrong(cast(Any, exchanged), "maps run in the order in which ∘ is written", "Which map comes first?"),
            Wrong(cast(Any, again), "a value costs nothing, so ask again", "Run each once"),
        ),
    ),
    Answers(
        asked.chain_of_many,
        chain,
        (
            Wrong(lambda fs: reduce(compose, fs), "there is always a first function", "A chain of no functions"),
            Wrong(lambda fs: chain(fs[::-1]), "g ∘ f is written with g first", "which is the last function first"),
            Wrong(
                lambda fs: reduce(compose, fs, lambda a: (a, lambda da: 1.0)),
                "the derivative of a is the number 1",
                "makes 1",
            ),
        ),
    ),
)
