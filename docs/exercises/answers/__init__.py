"""Solutions, and wrong answers: each is what learners give, what they mean by it, and what the check replies.

A module has the answers to the exercises of the module of its name, in `ANSWERS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Generic, TypeAlias, TypeVar

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


SomeAnswers: TypeAlias = Answers[Any]  # Any: each exercise has answers of its own type


def answers() -> dict[str, tuple[SomeAnswers, ...]]:
    """Those to all exercises, by the name of their topic."""
    topics = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
    return {topic: import_module(f"docs.exercises.answers.{topic}").ANSWERS for topic in topics}
