"""Answers to the exercises of lesson 8."""

from __future__ import annotations

from typing import Any, cast

from docs.exercises import continuations as asked
from docs.exercises.answers import Answers, Wrong

ANSWERS: tuple[Answers[Any], ...] = (  # Any: each exercise has answers of its own type
    Answers(
        asked.compose_continued,
        lambda f, g: lambda h: f(g(h)),
        (
            Wrong(lambda f, g: lambda h: g(f(h)), "what is applied first runs first", "what meets it first runs last"),
            Wrong(lambda f, g: f, "f knows already what comes next", "one of f and g is never asked"),
            Wrong(
                cast(Any, lambda f, g: lambda h: h(g(f))),
                "a continuation is called with maps",
                "Only these take values",
            ),
        ),
    ),
    Answers(
        asked.fork_continued,
        lambda f, g: lambda h: lambda u: f(lambda b: h((b, 0.0)))(u) + g(lambda c: h((0.0, c)))(u),
        (
            Wrong(lambda f, g: lambda h: f(lambda b: h((b, 0.0))), "one way on is enough", "one half is lost"),
            Wrong(
                lambda f, g: lambda h: lambda u: f(lambda b: h((b, 0.0)))(u) * g(lambda c: h((0.0, c)))(u),
                "a pair is a product, so one multiplies",
                "Linear maps are added",
            ),
            Wrong(
                lambda f, g: lambda h: lambda u: f(lambda b: h((b, b)))(u) + g(lambda c: h((c, c)))(u),
                "h wants a pair, and any will do",
                "let the second be zero",
            ),
        ),
    ),
    Answers(
        asked.gradient_of_continued,
        lambda t: (t(lambda v: v)((1.0, 0.0)), t(lambda v: v)((0.0, 1.0))),
        (
            Wrong(
                lambda t: (t(lambda v: 1.0)((1.0, 0.0)), t(lambda v: 1.0)((0.0, 1.0))),
                "backpropagation starts with 1, so the continuation is 1",
                "To do nothing is not to forget",
            ),
            Wrong(
                lambda t: (t(lambda v: v)((1.0, 1.0)), t(lambda v: v)((1.0, 1.0))),
                "a gradient is what a step in all directions gives",
                "Ask about one at a time",
            ),
            Wrong(
                cast(Any, lambda t: t(lambda v: v)),
                "the linear map is the gradient",
                "which is no pair of numbers",
            ),
        ),
    ),
)
