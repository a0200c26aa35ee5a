"""Answers to the exercises of lesson 6."""

from __future__ import annotations

from math import cos, sin
from typing import Any

from docs.exercises import matrices as asked
from docs.exercises.answers import Answers, Wrong
from docs.exercises.matrices import LinearMap, Matrix


def columns(l: LinearMap, n: int) -> Matrix:
    """What the map makes of each unit step."""
    return [l([float(i == j) for i in range(n)]) for j in range(n)]


def matrix_of(l: LinearMap, n: int) -> Matrix:
    """With these for columns."""
    return [list(row) for row in zip(*columns(l, n), strict=True)]


def never_reset(l: LinearMap, n: int) -> Matrix:
    """One list, in which a 1 stays."""
    step = [0.0] * n
    found = []
    for j in range(n):
        step[j] = 1.0
        found.append(l(step))
    return [list(row) for row in zip(*found, strict=True)]


def cos_sin_prod(a: float, b: float) -> Matrix:
    """A column times a row."""
    return [[factor * b, factor * a] for factor in (-sin(a * b), cos(a * b))]


ANSWERS: tuple[Answers[Any], ...] = (  # Any: each exercise has answers of its own type
    Answers(
        asked.matrix_by_questions,
        matrix_of,
        (
            Wrong(columns, "a matrix is a list of what a map gives", "what the map gives are the rows"),
            Wrong(never_reset, "a question leaves no trace", "still in the list?"),
            Wrong(lambda l, n: [l([1.0] * n)], "one question is enough", "nobody can tell them apart"),
        ),
    ),
    Answers(
        asked.matrix_of_magnitude,
        lambda a, b: [[2 * a, 2 * b]],
        (
            Wrong(lambda a, b: [[2 * a], [2 * b]], "a gradient is a column", "one column"),
            Wrong(lambda a, b: [[2 * a, 0], [0, 2 * b]], "a matrix for two variables is square", "jam is [[1, 1]]"),
            Wrong(lambda a, b: [[a, b]], "a copy counts once", "it comes in twice"),
        ),
    ),
    Answers(
        asked.matrix_of_cos_sin_prod,
        cos_sin_prod,
        (
            Wrong(
                lambda a, b: [[-sin(a) * b, -sin(b) * a], [cos(a) * b, cos(b) * a]],
                "derivatives are taken at the variables",
                "They get a b",
            ),
            Wrong(
                lambda a, b: [list(row) for row in zip(*cos_sin_prod(a, b), strict=True)],
                "what comes out goes along a row",
                "rows and columns are exchanged",
            ),
            Wrong(
                lambda a, b: [[-sin(a * b) * a, -sin(a * b) * b], [cos(a * b) * a, cos(a * b) * b]],
                "a b grows by a with a",
                "the first column has b",
            ),
        ),
    ),
)
