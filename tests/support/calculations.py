"""All calculations of the paper and all laws that they begin with; and terms that are a little wrong."""

from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules

import numpy as np

from cat_ad.calculations import Equation, laws, paper, vocabulary
from cat_ad.calculations.terms import (
    APPLY,
    CROSS,
    FORK,
    JOIN,
    PAIR,
    PLUS,
    Applied,
    Composition,
    Operator,
    Term,
    Variable,
    composed,
    families,
    linear_variables,
    subterms,
    variables,
    variables_in,
)
from cat_ad.calculations.vocabulary import (
    Cont,
    Differentiable,
    cos,
    dup,
    exI,
    exl,
    exr,
    inI,
    inl,
    inr,
    jam,
    jamI,
    replI,
    sin,
)

SECTIONS = [import_module(f"{paper.__name__}.{module.name}") for module in iter_modules(paper.__path__)]
THEOREMS: dict[str, Callable[[], Equation]] = {
    f"{section.__name__.split('.')[-1]}.{name}": made
    for section in SECTIONS
    for name, made in vars(section).items()
    if hasattr(made, "cache_info") and made.__module__ == section.__name__
}
STATED: dict[str, Equation] = {
    name: equation
    for module in (laws, *SECTIONS)
    for name, equation in vars(module).items()
    if isinstance(equation, Equation)
}
PAIRS = (exl, exr), (inl, inr), (dup, jam), (sin, cos), (exI, jamI), (inI, replI)
OTHER: dict[Term, Term] = {word: other for pair in PAIRS for word, other in (pair, pair[::-1])}


def changed(term: Term, rng: np.random.Generator) -> Iterator[Term]:
    """Terms that differ from one in one place: parts exchanged or left out, another variable, another word."""
    for at in rng.permutation(len(subterms(term))):
        yield from _changed_at(term, int(at), [*variables_in(term)])


def _changed_at(term: Term, at: int, others: list[Variable]) -> Iterator[Term]:
    if at == 0:
        yield from _changed_here(term, others)
        return
    at -= 1
    for number, part in enumerate(term.parts):
        many = len(subterms(part))
        if at < many:
            for new in _changed_at(part, at, others):
                yield term.rebuilt((*term.parts[:number], new, *term.parts[number + 1 :]))
            return
        at -= many


def _changed_here(term: Term, others: list[Variable]) -> Iterator[Term]:
    if isinstance(term, Variable):
        yield from (other for other in others if other != term)
    elif term in OTHER:
        yield OTHER[term]
    elif isinstance(term, Composition):
        yield composed(term.parts[::-1])
        yield composed(term.parts[1:])
    elif isinstance(term, Applied) and len(term.parts) == 2:
        yield term.rebuilt(term.parts[::-1])


WORDS = [made for name in vocabulary.__all__ if isinstance(made := getattr(vocabulary, name), Applied)]
OPERATORS = [made for name in vocabulary.__all__ if isinstance(made := getattr(vocabulary, name), Operator)]
OPERATORS += [APPLY, APPLY, APPLY, CROSS, FORK, JOIN, PAIR, PLUS]
VARIABLES = [
    *variables("f g a b"),
    *linear_variables("l m"),
    *families("f a"),
    *variables("p", of=Cont),
    *variables("q", of=Differentiable),
]


def some_term(rng: np.random.Generator, depth: int) -> Term:
    """A term of whatever words, most of which do not fit."""
    if depth == 0 or rng.random() < 1 / 4:
        leaves = WORDS if rng.random() < 1 / 2 else VARIABLES
        return leaves[rng.integers(len(leaves))]
    if rng.random() < 1 / 4:
        return some_term(rng, depth - 1) @ some_term(rng, depth - 1)
    operator = OPERATORS[rng.integers(len(OPERATORS))]
    return Applied(operator, tuple([some_term(rng, depth - 1) for _ in operator.takes]))
