"""Answers to the exercises of lesson 5."""

from __future__ import annotations

from typing import Any

from cat_ad.calculations import Calculation, calculate
from cat_ad.calculations.laws import dup_at, fork_by_dup
from cat_ad.calculations.paper.section_3 import chain_rule, cross_rule, linear_rule, with_derivative
from cat_ad.calculations.paper.section_4 import derivative_of_a_fork, functor
from cat_ad.calculations.vocabulary import D, D_plus, Differentiable, dup, identity, variables
from docs.exercises import calculations as asked
from docs.exercises.answers import Answers, Wrong

f, g, h, a = variables("f g h a")


def three_in_a_row() -> Calculation:
    """Twice the chain rule."""
    return (
        calculate(D(h @ g @ f)(a))
        .by(chain_rule, D(h @ g)(f(a)) @ D(f)(a))
        .by(chain_rule, D(h)(g(f(a))) @ D(g)(f(a)) @ D(f)(a))
    )


def begun() -> Calculation:
    """What dup of D is, as far as the exercise gives it."""
    return calculate(dup[Differentiable](a)).by(functor.keeps(dup), D_plus(dup)(a))


def solve_for_dup() -> Calculation:
    """The value, and a linear map's own derivative."""
    return begun().by(with_derivative, (dup(a), D(dup)(a))).by(linear_rule, (dup(a), dup)).by(dup_at, ((a, a), dup))


def as_composition() -> Calculation:
    """The derivative of a fork, as far as the exercise gives it."""
    return calculate(D(f & g)(a)).by(fork_by_dup, D((f * g) @ dup)(a))


def derivative_of_fork() -> Calculation:
    """By dup, and side by side."""
    return (
        as_composition()
        .by(chain_rule, D(f * g)(dup(a)) @ D(dup)(a))
        .by(linear_rule, D(f * g)(dup(a)) @ dup)
        .by(dup_at, D(f * g)(a, a) @ dup)
        .by(cross_rule, (D(f)(a) * D(g)(a)) @ dup)
        .by(fork_by_dup, D(f)(a) & D(g)(a))
    )


ANSWERS: tuple[Answers[Any], ...] = (  # Any: each exercise has answers of its own type
    Answers(
        asked.three_in_a_row,
        three_in_a_row,
        (
            Wrong(
                lambda: calculate(D(h @ g @ f)(a)).by(chain_rule, D(h @ g)(a) @ D(f)(a)),
                "all derivatives are taken at a",
                "At which point is each derivative taken?",
            ),
            Wrong(
                lambda: calculate(D(h @ g @ f)(a)).by(chain_rule, D(h)(g(f(a))) @ D(g)(f(a)) @ D(f)(a)),
                "what is true may be written",
                "what comes between?",
            ),
            Wrong(
                lambda: calculate(D(h @ g @ f)(a)).by(chain_rule, D(h @ g)(f(a)) @ D(f)(a)),
                "a rule is used once",
                "The rule can be used again",
            ),
        ),
    ),
    Answers(
        asked.solve_for_dup,
        solve_for_dup,
        (
            Wrong(
                lambda: begun().by(with_derivative, (dup(a), D(dup)(a))),
                "D dup a is an answer",
                "What is D dup a?",
            ),
            Wrong(
                lambda: begun().by(with_derivative, (dup(a), D(dup)(a))).by(linear_rule, (dup(a), identity)),
                "what only copies has derivative 1",
                "A line is refused",
            ),
            Wrong(
                lambda: begun().by(with_derivative, (dup(a), D(dup)(a))).by(linear_rule, (dup(a), dup)),
                "dup a is computed",
                "dup a can be computed",
            ),
        ),
    ),
    Answers(
        asked.derivative_of_fork,
        derivative_of_fork,
        (
            Wrong(
                lambda: as_composition().by(chain_rule, D(f * g)(a) @ D(dup)(a)),
                "all derivatives are taken at a",
                "At which point is each derivative taken?",
            ),
            Wrong(
                lambda: calculate(D(f & g)(a)).by(derivative_of_a_fork(), D(f)(a) & D(g)(a)),
                "what is to be shown may be used",
                "are to come here from less",
            ),
            Wrong(
                lambda: (
                    as_composition()
                    .by(chain_rule, D(f * g)(dup(a)) @ D(dup)(a))
                    .by(linear_rule, D(f * g)(dup(a)) @ dup)
                    .by(cross_rule, (D(f)(a) * D(g)(a)) @ dup)
                ),
                "what can be computed is computed by itself",
                "what comes between?",
            ),
        ),
    ),
)
