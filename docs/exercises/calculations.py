"""Exercises to lesson 5: solve for the instance."""

from __future__ import annotations

from collections.abc import Callable, Collection

from cat_ad.calculations import Calculation, Equation
from cat_ad.calculations.laws import compose_at, dup_at, fork_by_dup
from cat_ad.calculations.paper.section_3 import chain_rule, cross_rule, linear_rule, with_derivative
from cat_ad.calculations.paper.section_3 import value_and_derivative_of_a_linear_function as linear_with_value
from cat_ad.calculations.paper.section_4 import functor
from cat_ad.calculations.terms import Term, as_term, normal
from cat_ad.calculations.vocabulary import D, D_plus, Differentiable, dup, variables
from cat_ad.errors import CalculationError, CompositionError, LawError, SpaceError
from docs.exercises import NotYet, exercise, told, want

f, g, h, a = variables("f g h a")

ADVICE = {
    "by another law, or by more than one": "The line is true. But one law must be enough for it: what comes between?",
    "in place of a, which is of A": "At which point is each derivative taken? That was lesson 2.",
    "to begin where the arrow before it ends": "∘ is written with what runs last on the left.",
    "which is not equal": "The line is false: for some functions, at some point, the two sides differ.",
    "wanted an Equation": "The reason of a step is the law itself, without quotes.",
    "is no step": "Write a line only where something happens.",
    "⊸": "Here A ⊸ B are the linear maps from A to B, and A → B all functions. A line is of the same kind as the last.",
}


def calculated(calculation: Callable[[], Calculation], *given: Term) -> Calculation:
    """What was calculated, if no line is refused: from the first of the given lines, and not these alone."""
    finished: object = calculation
    want(
        not isinstance(finished, Calculation),
        "Give the check the function, not what it returns: no parentheses.",
    )
    try:
        made = calculation()
    except (CalculationError, CompositionError, LawError, SpaceError) as error:
        advice = next((advice for sign, advice in ADVICE.items() if sign in str(error)), "")
        raise NotYet(f"A line is refused. {error}. {advice}".rstrip()) from error
    if not isinstance(made, Calculation):
        raise NotYet(f"Yours gives {told(made)}, where a calculation is wanted: return `calculate(...).by(...)`.")
    want(made.terms[0] == given[0], f"Begin with {given[0]}; yours begins with {made.terms[0]}.")
    if made.terms == given[: len(made.terms)]:
        raise NotImplementedError
    return made


def require_laws(made: Calculation, laws: Collection[Equation]) -> None:
    """Are there no other reasons?"""
    for law in made.equations:
        want(
            law in laws,
            f"Each line is right. But you used {law.name}, and are to come here from less: of "
            f"{', '.join(each.name for each in laws)}.",
        )


def came_to(made: Calculation) -> str:
    """How far it is."""
    lines = len(made.equations)
    return f"{'Each of your lines' if lines > 1 else 'Your line'} is right, and you have come to {made.terms[-1]}."


@exercise(
    "h ∘ g ∘ f is h ∘ g after f. So the rule, with h ∘ g in place of g, makes D (h ∘ g) (f a) ∘ D f a of it.",
    "Then use it for D (h ∘ g) at f a: that is D h (g (f a)) ∘ D g (f a). So three derivatives, at three points.",
)
def three_in_a_row(calculation: Callable[[], Calculation]) -> str:
    """Calculate D (h ∘ g ∘ f) a, until each derivative is of one function."""
    made = calculated(calculation, D(h @ g @ f)(a))
    require_laws(made, (chain_rule, compose_at))
    last = normal(made.terms[-1])
    want(
        last != normal(D(h)((g @ f)(a)) @ D(g)(f(a)) @ D(f)(a)),
        f"{came_to(made)} That is nearly all: what is (g ∘ f) a? `compose_at` says it.",
    )
    want(
        last == normal(D(h)(g(f(a))) @ D(g)(f(a)) @ D(f)(a)),
        f"{came_to(made)} Is there still a derivative of a composition? The rule can be used again.",
    )
    return "Three derivatives at three points, a, f a and g (f a): each function is differentiated where it is."


@exercise(
    "D⁺ dup a is a value, and a derivative: `with_derivative` says which. Then one law for each of the two.",
    "dup is linear, so that `linear_rule` makes dup of D dup a. And `dup_at` says what dup makes of a point.",
)
def solve_for_dup(calculation: Callable[[], Calculation]) -> str:
    """Solve for dup: calculate dup_D a, until no D⁺ and no D is in it, and nothing is left to compute."""
    made = calculated(calculation, dup[Differentiable](a), D_plus(dup)(a))
    require_laws(made, (functor.keeps(dup), with_derivative, linear_rule, dup_at, linear_with_value()))
    last = normal(made.terms[-1])
    want(
        last not in (normal(as_term((dup(a), D(dup)(a)))), normal(as_term(((a, a), D(dup)(a))))),
        f"{came_to(made)} What is D dup a? No rule of calculus is needed, but a theorem of lesson 4.",
    )
    want(
        last != normal(as_term((dup(a), dup))),
        f"{came_to(made)} The derivative is solved. In the value, dup a can be computed: `dup_at`.",
    )
    want(last == normal(as_term(((a, a), dup))), f"{came_to(made)} There is more to do.")
    return "dup_D a = ((a, a), dup): the copy, and beside it the map that copies steps. You have written an instance."


@exercise(
    "The fork is a composition, first dup and then f × g. So the chain rule takes D (f × g) at dup a, the pair (a, a).",
    "The lines have: D (f × g) (dup a) ∘ D dup a; dup for D dup a; (a, a) for dup a; D f a × D g a; and then a fork.",
)
def derivative_of_fork(calculation: Callable[[], Calculation]) -> str:
    """Show that D (f △ g) a = D f a △ D g a, from the chain rule, the cross rule and the linear rule."""
    made = calculated(calculation, D(f & g)(a), D((f * g) @ dup)(a))
    require_laws(made, (fork_by_dup, chain_rule, linear_rule, dup_at, cross_rule))
    last = normal(made.terms[-1])
    want(
        last != normal((D(f)(a) * D(g)(a)) @ dup),
        f"{came_to(made)} Two of one step, which dup copies: what is that called? Use `fork_by_dup` again.",
    )
    want(last == normal(D(f)(a) & D(g)(a)), f"{came_to(made)} It is to be D f a △ D g a.")
    return "A rule that is not in the list of axioms, and never has to be: section 4.5."
