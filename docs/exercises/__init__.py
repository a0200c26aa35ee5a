"""Exercises whose checks say what is not right, and why.

An exercise is a function that judges an answer: it returns what is to be learnt from a right one, and where something
is wrong, `want` says so. Its docstring is the question. A learner sees `check`, and if that does not help, `hint`:

>>> @exercise("What does a step of 1 to the right add?", "And a step of da?")
... def slope_of_line(slope: float) -> str:
...     \"\"\"By what does 2a + 1 change, if a changes by 1?\"\"\"
...     want(slope != 1, "You gave 1, which is the value at 0. How much more is the value at 1?")
...     want(slope == 2, f"You gave {slope}. What is the value at 0, and what at 1?")
...     return "The constant does not change, so that it adds nothing."
>>> slope_of_line.check(1.0)
Not yet. You gave 1, which is the value at 0. How much more is the value at 1?
>>> slope_of_line.check(2.0)
Right. The constant does not change, so that it adds nothing.
>>> slope_of_line.hint()
Hint 1 of 2: What does a step of 1 to the right add?

Solutions, and answers that are wrong in the ways in which learners are, with what the check replies to each, are in
[answers/](answers), which no lesson imports.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real
from typing import Generic, TypeVar

A = TypeVar("A")
FUNCTION = re.compile(r"<(?:function|bound method) [^\n]*? at 0x[0-9a-f]+>")  # which says nothing to a learner
OBJECT = re.compile(r"<(?:[\w.<>]*\.)?(\w+) object (?:\S+ )?at 0x[0-9a-f]+>")  # nor does where it is


class NotYet(Exception):
    """What is not right with an answer, and why."""


def want(true: object, reply: str) -> None:
    """Raises `NotYet`, with this reply to the learner, unless it is true."""
    if not true:
        raise NotYet(reply)


def told(value: object) -> str:
    """What a reply calls a value; a function has no text that says anything.

    >>> told((1.0, abs))
    '(1.0, a function)'
    """
    if type(value) is tuple:
        return f"({', '.join(map(told, value))})"
    return "a function" if callable(value) else repr(value)


def is_number(value: object) -> bool:
    """Is it one number, of Python or of NumPy?

    >>> from fractions import Fraction
    >>> import numpy as np
    >>> [is_number(x) for x in (1, np.float32(0.5), np.array(2.0), Fraction(1, 3), None, np.ones(1))]
    [True, True, True, True, False, False]
    """
    return isinstance(value, Real) or getattr(value, "shape", None) == ()


@dataclass(frozen=True)
class Exercise(Generic[A]):
    """A question about which there are answers of type A."""

    name: str
    question: str
    hints: tuple[str, ...]
    judge: Callable[[A], str]

    def reply(self, answer: A) -> str:
        """What the check says of an answer. Raises nothing, whatever the answer does."""
        return OBJECT.sub(r"a \1", FUNCTION.sub("a function", self._judged(answer)))

    def _judged(self, answer: A) -> str:
        try:
            return f"Right. {self.judge(answer)}"
        except NotYet as not_yet:
            return f"Not yet. {not_yet}"
        except NotImplementedError:
            return f"Your turn. {self.question}"
        except Exception as error:
            return f"Not yet. Your answer stops with {type(error).__name__}: {error}"

    def check(self, answer: A) -> None:
        """Print what the check says of an answer."""
        print(self.reply(answer))

    def hint(self, number: int = 1) -> None:
        """Print a hint; the first has number 1."""
        if 1 <= number <= len(self.hints):
            print(f"Hint {number} of {len(self.hints)}: {self.hints[number - 1]}")
        else:
            print(f"There are {len(self.hints)} hints: hint(1) is the first.")


def exercise(*hints: str) -> Callable[[Callable[[A], str]], Exercise[A]]:
    """A function that judges answers, as an exercise with these hints; its docstring is the question."""

    def made(judge: Callable[[A], str]) -> Exercise[A]:
        return Exercise(judge.__name__, " ".join((judge.__doc__ or "").split()), hints, judge)

    return made
