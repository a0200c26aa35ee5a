"""Exercises to lesson 11: derivatives are arrows again."""

from __future__ import annotations

from collections.abc import Callable
from math import exp as e_to
from math import isclose
from numbers import Real
from typing import TypeAlias

from cat_ad import Arrow, Scalar, SpaceError, arrow, check, exp, sin
from docs.exercises import NotYet, exercise, told, want

Pair: TypeAlias = tuple[Scalar, Scalar]


@exercise(
    "Do the inner one first, with x as a letter: what is the derivative of x y² by y, at y = 2?",
    "It is 2 x y, which is 4 x at y = 2. So the outer function is x · 4 x. What is its derivative at 3?",
)
def nested(answer: float) -> str:
    """What is the derivative at x = 3 of x · (the derivative at y = 2 of x y²)?"""
    want(isinstance(answer, Real), f"{told(answer)} is no number.")
    want(answer != 16, "16 is what confusion gives: it adds the rate of x to that of y, and lets both answer to y.")
    want(
        answer != 12,
        "12 is the inner derivative, 2 x y, at (3, 2). The outer question remains: that x is in it, and changes too.",
    )
    want(answer != 36, "36 is the value at 3, x · 4 x. How fast does it change?")
    want(
        answer != 4,
        "4 is how fast the inner derivative, 4 x, changes with x. But it is multiplied by x, which changes as well.",
    )
    want(answer != 8, "8 is the derivative of x · 4 x at x = 1. And at 3?")
    want(answer == 24, f"{answer} is not it. Do the inner derivative first, with x as a letter.")
    return "x · 4 x has the derivative 8 x. To you x was a letter, and that is what it is to an arrow."


@arrow
def slanted(x: Scalar, y: Scalar) -> Scalar:
    """x² y + sin y, whose Hessian is ((2 y, 2 x), (2 x, -sin y))."""
    return x * x * y + sin(y)


@exercise(
    "The Hessian is the derivative of the gradient. `gradient_field(f)` is an arrow. What is its derivative, forward?",
    "`tangent(g)` takes (a, u) to g(a) and to the derivative of g at a along u. Only the second is wanted: `exr`.",
)
def hessian_times_vector(make: Callable[[Arrow[Pair, Scalar]], Arrow[tuple[Pair, Pair], Pair]]) -> str:
    """Of an arrow f to a number, make the arrow that takes (a, u) to the Hessian of f at a, times u."""
    found = make(slanted)
    at: Pair = check(tuple[Scalar, Scalar], (3.0, 0.0))
    right, up = (check(tuple[Scalar, Scalar], unit) for unit in ((1.0, 0.0), (0.0, 1.0)))
    want(callable(found), f"Yours gives {told(found)}, where an arrow is wanted. It is made once, for all a and u.")
    if isinstance(found, Arrow):
        dom: object = found.dom
        cod: object = found.cod
        want(
            dom == tuple[Pair, Pair],
            f"Yours is {found!r}: it should begin with a point and a direction, which are two pairs.",
        )
        want(
            cod != tuple[Pair, Pair],
            f"Yours is {found!r}: it ends in two pairs, the gradient and how it changes. Only the latter is wanted.",
        )
        want(cod == Pair, f"Yours is {found!r}: it should end in a pair, as the gradient does.")
    about = "At (3, 0), of x² y + sin y, where the Hessian is ((0, 6), (6, 0)),"
    try:
        of_up, of_right = numbers(found((at, up))), numbers(found((at, right)))
    except SpaceError as error:
        raise NotYet(f"Yours cannot be asked at a point and a direction, as a pair: {error}") from error
    want(
        not of_up == of_right == (0.0, 10.0),
        f"{about} yours makes (0, 10) of any step. That is the gradient, which does not look at the direction.",
    )
    want(of_up == (6.0, 0.0), f"{about} a step up should give (6, 0), and yours gives {told(of_up)}.")
    want(of_right == (0.0, 6.0), f"{about} a step right should give (0, 6), and yours gives {told(of_right)}.")
    got = found((check(tuple[Scalar, Scalar], (1.0, 2.0)), right))
    want(
        numbers(got) == (4.0, 2.0),
        f"Right at (3, 0), but at (1, 2) a step right should give (4, 2), and yours gives {told(numbers(got))}.",
    )
    return "The cost of a few gradients, whatever the size. (There or back is the same: a Hessian is symmetric.)"


def numbers(found: object) -> object:
    """A pair as numbers."""
    return tuple(map(float, found)) if isinstance(found, tuple) and len(found) == 2 else found


@arrow
def valley(x: Scalar) -> Scalar:
    """(x - 3)², with its least value at 3."""
    return (x - 3.0) ** 2


@arrow
def curved(x: Scalar) -> Scalar:
    """exp x - 2 x, with its least value at log 2."""
    return exp(x) - 2.0 * x


@exercise(
    "At a minimum the derivative is 0. So look for a zero, not of f, but of its derivative. How do you find a zero?",
    "Where g is straight, x - g(x) / g'(x) is its zero. Here g is the derivative of f: `gradient_field(f)`.",
)
def newton(step: Callable[[Arrow[Scalar, Scalar], Scalar], Scalar]) -> str:
    """Write a step of Newton's method to a minimum: of f and x, a better x. Of a parabola it finds it at once."""
    got = float(step(valley, check(Scalar, 5.0)))
    about = "Of (x - 3)², from 5, a step should lead to 3, where it is least. Yours leads to"
    want(
        got != 4.0,
        f"{about} 4. You look for a zero of f, x - f / f', and (x - 3)² happens to have one. At a minimum, f' is 0.",
    )
    want(
        got != 1.0,
        f"{about} 1: f' is 4 there, so that this was a step of gradient descent. Newton divides it by f''.",
    )
    want(
        got != -3.0, f"{about} -3: you multiply by f'', where a steep slope that curves much should give a short step."
    )
    want(got != 7.0, f"{about} 7: uphill.")
    want(got != 4.5, f"{about} 4.5: you divide f'' by f'. The other way round.")
    want(isclose(got, 3.0), f"{about} {got:.4g}.")
    got, better = float(step(curved, check(Scalar, 1.0))), 1 - (e_to(1) - 2) / e_to(1)
    want(
        isclose(got, better),
        f"Right for (x - 3)². But of exp x - 2 x, from 1, it should lead to {better:.4f}, and yours leads to "
        f"{got:.4f}: f'' is not 2 everywhere.",
    )
    return "A derivative of a derivative, and no new notion: gradient_field of gradient_field."
