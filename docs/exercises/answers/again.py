"""Answers to the exercises of lesson 11."""

from __future__ import annotations

from typing import Any, cast

from cat_ad import Scalar, exl, exr, gradient, gradient_field, tangent
from docs.exercises import again as asked
from docs.exercises.answers import Answers, Wrong

Pair = tuple[Scalar, Scalar]

ANSWERS: tuple[Answers[Any], ...] = (  # Any: each exercise has answers of its own type
    Answers(
        asked.nested,
        24.0,
        (
            Wrong(16.0, "all rates are of one variable", "16 is what confusion gives"),
            Wrong(12.0, "what is inside is a number by then", "that x is in it, and changes too"),
            Wrong(36.0, "a derivative at 3 is a value at 3", "How fast does it change?"),
        ),
    ),
    Answers(
        asked.hessian_times_vector,
        lambda f: tangent(gradient_field(f)) >> exr(Pair, Pair),
        (
            Wrong(
                cast(Any, lambda f: tangent(gradient_field(f))),
                "the tangent of an arrow is its derivative",
                "Only the latter is wanted",
            ),
            Wrong(
                lambda f: tangent(gradient_field(f)) >> exl(Pair, Pair),
                "the derivative comes first",
                "which does not look at the direction",
            ),
            Wrong(
                cast(Any, gradient_field),
                "the gradient of an arrow is its Hessian",
                "begin with a point and a direction",
            ),
        ),
    ),
    Answers(
        asked.newton,
        lambda f, x: x - gradient_field(f)(x) / gradient(gradient_field(f))(x),
        (
            Wrong(lambda f, x: x - f(x) / gradient(f)(x), "Newton's method finds zeros of f", "At a minimum, f' is 0"),
            Wrong(lambda f, x: x - gradient(f)(x), "a step goes down the gradient", "a step of gradient descent"),
            Wrong(
                lambda f, x: x - gradient(f)(x) * gradient(gradient_field(f))(x),
                "more curvature, longer steps",
                "you multiply by f''",
            ),
        ),
    ),
)
