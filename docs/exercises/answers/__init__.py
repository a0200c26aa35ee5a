"""Solutions, and wrong answers: each is what learners give, what they mean by it, and what the check replies.

A module has the answers to the exercises of the module of its name, in `ANSWERS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from docs.exercises import Exercise

A = TypeVar("A")


@dataclass(frozen=True)
class Wrong(Generic[A]):
    """An answer, the misunderstanding behind it, and a part of what the check says of it."""

    answer: A
    misunderstanding: str
    reply: str


@dataclass(frozen=True)
class Answers(Generic[A]):
    """A right answer to an exercise, and three wrong ones."""

    exercise: Exercise[A]
    right: A
    wrong: tuple[Wrong[A], Wrong[A], Wrong[A]]
