"""When does a term follow from another by an equation? By rewriting, at one place or at more.

An equation is between patterns. A pattern matches a term if that is the pattern with terms for its variables. Here
both terms of a step are known, so the two sides of an equation are matched with the two at once, and it does not matter
which side has variables that the other lacks. In a composition, which is flat, a variable may stand for a run of
arrows; also for none, which is the identity.

>>> from cat_ad.calculations.vocabulary import D, exl, variables
>>> f, g, h, a = variables("f g h a")
>>> follows(D(g @ f)(a), D(g)(f(a)) @ D(f)(a), D(h @ exl)(a), D(h)(exl(a)) @ D(exl)(a))
True
>>> follows(exl @ (f & g), f, h @ exl @ (f & g) @ exl, h @ f @ exl)
True
>>> follows(exl @ (f & g), f, h @ exl @ (f & g), h @ g)
False
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from cat_ad.calculations.terms import Composition, Term, Variable, composed, normal, path, subterms

Found: TypeAlias = dict[Variable, Term]  # what the variables of a pattern stand for
Test: TypeAlias = Callable[[Found], bool]


def matches(pattern: Term, term: Term, found: Found) -> Iterator[Found]:
    """All ways in which a pattern matches a term, both normal, if some variables are known already."""
    if isinstance(pattern, Variable):
        if pattern not in found:
            yield {**found, pattern: term}
        elif found[pattern] == term:
            yield found
    elif isinstance(pattern, Composition) or isinstance(term, Composition):
        yield from _along(path(pattern), path(term), found)
    elif pattern.rebuilt(()) == term.rebuilt(()):
        yield from _each(pattern.parts, term.parts, found)


def _each(patterns: tuple[Term, ...], terms: tuple[Term, ...], found: Found) -> Iterator[Found]:
    if not patterns:
        yield found
    else:
        for with_first in matches(patterns[0], terms[0], found):
            yield from _each(patterns[1:], terms[1:], with_first)


def _along(patterns: tuple[Term, ...], terms: tuple[Term, ...], found: Found) -> Iterator[Found]:
    if not patterns:
        if not terms:
            yield found
        return
    first, rest = patterns[0], patterns[1:]
    for many in range(len(terms) + 1) if isinstance(first, Variable) else (1,) if terms else ():
        for with_first in matches(first, composed(terms[:many]), found):
            yield from _along(rest, terms[many:], with_first)


def follows(left: Term, right: Term, before: Term, after: Term, test: Test = lambda found: True) -> bool:
    """Is one term the other with left = right used, in either direction, at one place or more?

    What stands for the variables must pass the test.
    """
    left, right = normal(left), normal(right)

    def here(one: Term, other: Term) -> bool:
        return any(
            test(found)
            for first, second in ((left, right), (right, left))
            for half in matches(first, one, {})
            for found in matches(second, other, half)
        )

    def places(one: Term, other: Term) -> bool:
        """Are they equal, but for places where the equation is used?"""
        if one == other or here(one, other):
            return True
        if isinstance(one, Composition) or isinstance(other, Composition):
            return along(path(one), path(other))
        alike = one.rebuilt(()) == other.rebuilt(()) and one.parts
        return bool(alike) and all(map(places, one.parts, other.parts))

    def along(ones: tuple[Term, ...], others: tuple[Term, ...]) -> bool:
        if not ones and not others:
            return True
        if ones and others and places(ones[0], others[0]) and along(ones[1:], others[1:]):
            return True
        runs = ((i, j) for i in range(len(ones) + 1) for j in range(len(others) + 1) if i + j > 0)
        return any(here(composed(ones[:i]), composed(others[:j])) and along(ones[i:], others[j:]) for i, j in runs)

    one, other = normal(before), normal(after)
    return places(one, other) and (one != other or left == right)


def rewritten(left: Term, right: Term, term: Term) -> Iterator[tuple[Found, Term]]:
    """All that left = right makes of a term, from left to right, at one place; and what its variables stand for."""
    left, right, term = normal(left), normal(right), normal(term)
    parts = path(term)
    runs = ((i, j) for i in range(len(parts)) for j in range(i + 1, len(parts) + 1))
    for i, j in runs if isinstance(term, Composition) else ((0, 1),):
        for found in matches(left, composed(parts[i:j]), {}):
            yield found, normal(composed([*parts[:i], *path(substituted(right, found)), *parts[j:]]))
    for at, part in enumerate(term.parts):
        for found, new in rewritten(left, right, part):
            yield found, normal(term.rebuilt((*term.parts[:at], new, *term.parts[at + 1 :])))


def substituted(term: Term, found: Found) -> Term:
    """A pattern with terms for its variables."""
    if isinstance(term, Variable):
        return found.get(term, term)
    return term.rebuilt(tuple([substituted(part, found) for part in term.parts]))


def difference(wanted: Term, got: Term) -> tuple[Term, Term]:
    """The smallest parts in which two terms differ, such that outside them the two are equal."""
    ones, others = path(wanted), path(got)
    if isinstance(wanted, Composition) or isinstance(got, Composition):
        while ones and others and ones[0] == others[0]:
            ones, others = ones[1:], others[1:]
        while ones and others and ones[-1] == others[-1]:
            ones, others = ones[:-1], others[:-1]
        one, other = composed(ones), composed(others)
        return (
            (one, other) if isinstance(one, Composition) or isinstance(other, Composition) else difference(one, other)
        )
    if wanted.rebuilt(()) == got.rebuilt(()):
        unlike = [(one, other) for one, other in zip(wanted.parts, got.parts, strict=True) if one != other]
        if len(unlike) == 1:
            return difference(*unlike[0])
    return wanted, got


def size(term: Term) -> int:
    """How large a term is."""
    return len(subterms(term))
