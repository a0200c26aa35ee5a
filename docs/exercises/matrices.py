"""Exercises to lesson 6: matrices are one representation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import cos, isclose, sin
from typing import TypeAlias

from docs.exercises import NotYet, exercise, told, want

Matrix: TypeAlias = list[list[float]]
LinearMap: TypeAlias = Callable[[list[float]], list[float]]
MatrixAt: TypeAlias = Callable[[float, float], Matrix]


def rows_of(given: object) -> Matrix:
    """A matrix as it was given, by rows of numbers; else a reply that says what it is."""
    try:
        rows = [[float(entry) for entry in row] for row in given]  # type: ignore[attr-defined] # it may be anything
    except (TypeError, ValueError) as error:
        raise NotYet(
            f"You gave {told(given)}, where a matrix is wanted: a list of rows, which are lists, as [[1.0, 2.0]]."
        ) from error
    want(rows and all(rows) and len({*map(len, rows)}) == 1, f"The rows of {rows} are not equally long, or empty.")
    return rows


def size(rows: Matrix) -> str:
    """By rows and columns, as one says it."""
    return f"{len(rows)}×{len(rows[0])}"


def same(rows: Matrix, others: Sequence[Sequence[float]]) -> bool:
    """Are they equal, but for rounding?"""
    return len(rows) == len(others) and all(
        len(row) == len(other) and all(isclose(x, y, abs_tol=1e-9) for x, y in zip(row, other, strict=True))
        for row, other in zip(rows, others, strict=True)
    )


def turned(rows: Matrix) -> Matrix:
    """With rows for columns."""
    return [list(column) for column in zip(*rows, strict=True)]


@exercise(
    "What does l make of [1.0, 0.0, 0.0]? That is one column of the matrix. Which, and how do you get the others?",
    "Make the list of columns first: l of each unit step. Row i has entry i of each column: see `zip(*columns)`.",
)
def matrix_by_questions(matrix_of: Callable[[LinearMap, int], Matrix]) -> str:
    """Write `matrix_of`: of a linear map from n numbers to some, make the matrix, asking the map only what it does."""

    def linear(x: list[float]) -> list[float]:
        want(
            hasattr(x, "__len__") and len(x) == 3,
            f"The map takes a list of n numbers, here 3, and you gave it {told(x)}.",
        )
        asked.append(list(x))
        return [x[0] + 2 * x[1], 3 * x[2]]

    asked = list[list[float]]()
    right = [[1.0, 2.0, 0.0], [0.0, 0.0, 3.0]]
    rows = rows_of(matrix_of(linear, 3))
    want(
        same(rows, right) or not same(rows, turned(right)),
        f"You have {rows}, in which what the map gives are the rows. It gives 2 numbers for 3, so there are 2 rows "
        "and 3 columns; and what it makes of a unit step is a column.",
    )
    want(
        not same(rows, [[1, 3, 3], [0, 0, 3]]),
        "Your second column is what the map makes of [1, 1, 0]. Was the 1 of the first question still in the list?",
    )
    want(asked or same(rows, right), "You did not ask the map anything: what does it make of [1.0, 0.0, 0.0]?")
    want(
        same(rows, right) or any(sum(map(abs, x)) == 1 for x in asked),
        f"You asked for {' and '.join(map(str, asked))}. Ask for one unit step after the other, as [1.0, 0.0, 0.0]: "
        "from a sum of columns nobody can tell them apart.",
    )
    want(
        len(rows) == 2 and len(rows[0]) == 3,
        f"Your matrix is {size(rows)}, and 2×3 is wanted: a row for each number that comes out.",
    )
    want(same(rows, right), f"Of [x + 2y, 3z] you have {rows}, and {right} is right.")
    rows = rows_of(matrix_of(lambda x: [5 * x[0], 7 * x[0]], 1))
    want(same(rows, [[5], [7]]), f"Of a map from 1 number to 2, [5x, 7x], you have {rows}; [[5.0], [7.0]] is right.")
    return "n questions, n columns: section 9 finds the matrix of any linear map so, and forward mode is just this."


@exercise(
    "How many numbers go in, and how many come out? So how many rows are there, and how many columns?",
    "One row, and two columns: what a step in a adds, and what a step in b adds, as in [[da to it, db to it]].",
)
def matrix_of_magnitude(matrix: MatrixAt) -> str:
    """Write the matrix of the derivative of a² + b² at (a, b), by hand, as a list of rows."""
    for a, b in (3.0, 4.0), (-0.5, 2.0):
        rows, right = rows_of(matrix(a, b)), [[2 * a, 2 * b]]
        at = f"At ({a:g}, {b:g}) you have {rows}"
        want(
            not same(rows, turned(right)),
            f"{at}: that is one column, and says that one number goes in. Two go in, side by side, and one comes out.",
        )
        want(
            not same(rows, [[2 * a, 0], [0, 2 * b]]),
            f"{at}: that is sqr × sqr, two numbers from two. Then they are added: jam is [[1, 1]]. Multiply by it.",
        )
        want(
            not same(rows, [[a, b]]),
            f"{at}. How fast does a² grow with a? dup copies a: it comes in twice.",
        )
        want(not same(rows, [[a * a, b * b]]), f"{at}: the values. By how much do they grow?")
        want(
            not same(rows, [[2 * a + 2 * b]]),
            f"{at}. The two are added when there is a step: 2a da + 2b db. In the matrix they stand apart.",
        )
        want(
            len(rows) == 1 and len(rows[0]) == 2,
            f"{at}, which is {size(rows)}. Two numbers go in, one comes out: 1×2.",
        )
        for entry, wanted, name in zip(rows[0], right[0], "ab", strict=True):
            want(isclose(entry, wanted), f"{at}. How fast does a² + b² grow with {name}? Not by {entry:g} a step.")
    return "[[2a, 2b]], a row: of a loss, it is what others call the gradient (and write as a column)."


@exercise(
    "There are two rows, for cos and for sin. Both have the same two factors, since both come after the product.",
    "(scale (-sin c) △ scale (cos c)) ∘ (scale b ▽ scale a), with c = a b: a column times a row.",
)
def matrix_of_cos_sin_prod(matrix: MatrixAt) -> str:
    """Write the matrix of the derivative of (a, b) to (cos (a b), sin (a b)), by hand, as a list of rows."""
    for a, b in (0.5, 3.0), (2.0, -1.5):
        c = a * b
        rows, right = rows_of(matrix(a, b)), [[-sin(c) * b, -sin(c) * a], [cos(c) * b, cos(c) * a]]
        at = f"At ({a:g}, {b:g})"
        want(
            len(rows) == len(rows[0]) == 2,
            f"{at} your matrix is {size(rows)}. Two numbers go in, and two come out: 2×2.",
        )
        want(
            not same(rows, turned(right)),
            f"{at} rows and columns are exchanged. The first row is what cos does: -sin (a b) times b, and times a.",
        )
        want(
            not same(rows, [row[::-1] for row in right]),
            f"{at} the columns are exchanged. If a grows by 1, then a b grows by b: the first column has b.",
        )
        want(
            not same(rows, [[-x for x in right[0]], right[1]]),
            f"{at} the first row has the wrong sign: of cos, the derivative is -sin.",
        )
        want(
            not same(rows, [[-sin(a) * b, -sin(b) * a], [cos(a) * b, cos(b) * a]]),
            f"{at} you took sin and cos of a and of b. Where is their derivative taken? They get a b: lesson 2.",
        )
        want(
            not same(rows, [[-sin(c), 0], [0, cos(c)]]) and not same(rows, [[-sin(c), -sin(c)], [cos(c), cos(c)]]),
            f"{at} you have what cos and sin do to a step of a b. But how large is that, if a grows, or b?",
        )
        want(
            not same(rows, right[::-1]),
            f"{at} the rows are exchanged: the first number that comes out is cos (a b).",
        )
        want(
            all(map(all, rows)),
            f"{at} there is a zero in your matrix. It says that no wire leads from there to here; but a and b both go "
            "into the product, and that into both.",
        )
        for row, wanted, result in zip(rows, right, ("cos (a b)", "sin (a b)"), strict=True):
            for entry, exact, name in zip(row, wanted, "ab", strict=True):
                want(
                    isclose(entry, exact),
                    f"{at} yours says that {result} grows by {entry:.4g} for each step of {name}, and it does by "
                    f"{exact:.4g}. The chain rule: how does it grow with a b, and how does that with {name}?",
                )
    return "A column times a row: four entries, made of two numbers and two. As a composition it was never larger."
