"""The objects of terms, found by unification: nothing need be declared, and what does not fit is refused.

>>> from cat_ad.calculations.vocabulary import D, variables
>>> f, g, a = variables("f g a")
>>> print(Typing().typed(D(g @ f)(a)).kind)
A ⊸ C
>>> context = Typing()
>>> context.typed(D(g)(f(a)))
D g (f a): B ⊸ C
>>> print({str(variable): str(kind) for variable, kind in context.kinds.items()})
{'g': 'B → C', 'f': 'A → B', 'a': 'A'}
>>> context.typed(D(g)(a))
Traceback (most recent call last):
cat_ad.errors.CompositionError: D g a: wanted a point of B in place of a, which is of A
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, count
from string import ascii_uppercase

from cat_ad.calculations.kinds import FUNCTIONS, Kind, Mismatch, Unifier, Unknown, arrows, call, replaced, within
from cat_ad.calculations.terms import APPLY, Applied, Composition, Term, Variable
from cat_ad.errors import CompositionError

SOME = "⇝"  # the name of a category that an equation does not determine
NAMES = re.compile("[A-CE-MO-QS-Z]|A[0-9]+")  # of objects: D, N and R have a meaning


@dataclass(frozen=True, eq=False)
class Typed:
    """A term with its kind, and so its parts."""

    term: Term
    kind: Kind
    parts: tuple[Typed, ...] = ()

    def __repr__(self) -> str:
        """Both."""
        return f"{self.term}: {self.kind}"


@dataclass
class Typing:
    """What is known of the variables of a calculation: once they have objects, they keep them."""

    kinds: dict[Variable, Kind] = field(default_factory=dict)

    def typed(self, term: Term, kind: Kind | None = None) -> Typed:
        """A term with its kind, which is the given one. Raises `CompositionError` for what does not fit."""
        return self.together([term], kind)[0]

    def together(self, terms: list[Term], kind: Kind | None = None) -> list[Typed]:
        """Terms of one kind."""
        run = _Run(dict(self.kinds))
        wanted = Unknown() if kind is None else kind
        found = list[Typed]()
        for term in terms:
            found.append(run.typed(term))
            run.require(term, term, found[-1].kind, wanted)
        names = _names(run, found, self.kinds)
        self.kinds = {v: replaced(run.found.resolved(kind), names) for v, kind in run.kinds.items()}
        return [_named(run, typed, names) for typed in found]


def fits(context: Typing, wanted: Iterable[tuple[Term, Kind, bool]]) -> bool:
    """Are these terms of these kinds, in which names stand for any object? And those linear that must be?

    A linear map is a function, so it may stand for one.
    """
    run, names = _Run(dict(context.kinds)), dict[Kind, Kind]()
    for term, kind, linear in wanted:
        names |= {inner: Unknown() for inner in within(kind) if _is_open(inner) and inner not in names}
        kind = replaced(kind, names)
        is_function = not linear and kind.name == "arrows" and kind.parts[0] == FUNCTIONS
        if linear or is_function:
            kind = arrows(Unknown(), *kind.parts[1:])
        try:
            run.found.unify(run.typed(term).kind, kind)
        except (Mismatch, CompositionError):
            return False
        category = run.found.resolved(kind.parts[0]) if linear or is_function else kind
        if (linear and category.name in ("→", "D", SOME)) or (is_function and category.name not in ("→", "⊸", "?")):
            return False
    return True


def _is_open(kind: Kind) -> bool:
    return kind.name == SOME or bool(NAMES.fullmatch(kind.name))


class _Run:
    def __init__(self, kinds: dict[Variable, Kind]) -> None:
        self.kinds = kinds
        self.found = Unifier()

    def typed(self, term: Term) -> Typed:
        """A term, of which some kinds may be unknown still."""
        match term:
            case Variable():
                return Typed(term, self.of_variable(term))
            case Composition(parts):
                return self.of_path(term, [self.typed(part) for part in parts])
            case Applied(operator, parts):
                typed = tuple([self.typed(part) for part in parts])
                if operator is APPLY:
                    return self.of_call(term, *typed)
                fresh = {kind: Unknown() for taken in (*operator.takes, operator.gives) for kind in _unknown(taken)}
                for part, wanted in zip(typed, operator.takes, strict=True):
                    self.require(term, part.term, part.kind, replaced(wanted, fresh))
                return Typed(term, replaced(operator.gives, fresh), typed)
        raise NotImplementedError(term)

    def of_variable(self, variable: Variable) -> Kind:
        if variable not in self.kinds:
            category = variable.category
            fresh = {kind: Unknown() for kind in _unknown(category)} if category else {}
            is_arrow = category and arrows(replaced(category, fresh), Unknown(), Unknown())
            self.kinds[variable] = is_arrow or Unknown()
        kind = self.kinds[variable]
        return arrows(Unknown(), *kind.parts[1:]) if variable.linear else kind

    def of_path(self, term: Term, parts: list[Typed]) -> Typed:
        """A composition: each part begins where the one before it ends, and all are of one category."""
        category, at = Unknown(), Unknown()
        end: Kind = at
        for part in reversed(parts):
            to = Unknown()
            wanted = arrows(category, Unknown(), to)
            try:
                self.found.unify(part.kind, wanted)
            except Mismatch:
                found, wanted = self.said(part.kind, wanted)
                raise CompositionError(f"{term}: wanted {_a(wanted)} as {part.term}, which is {_of(found)}") from None
            begin = self.found.resolved(part.kind).parts[1]
            try:
                self.found.unify(begin, end)
            except Mismatch:
                begin, end = self.said(begin, end)
                raise CompositionError(
                    f"{term}: wanted {part.term} to begin where the arrow before it ends, in {end}, "
                    f"and it begins in {begin}"
                ) from None
            end = to
        return Typed(term, arrows(category, at, end), tuple(parts))

    def of_call(self, term: Term, f: Typed, a: Typed) -> Typed:
        """An arrow applied: a function, unless its category is known to be another."""
        category = Unknown()
        self.require(term, f.term, f.kind, arrows(category, Unknown(), Unknown()))
        if isinstance(self.found.resolved(category), Unknown):
            self.found.unify(category, FUNCTIONS)
        takes, gives = call(*self.found.resolved(f.kind).parts)
        self.require(term, a.term, a.kind, takes)
        return Typed(term, gives, (f, a))

    def require(self, term: Term, part: Term, found: Kind, wanted: Kind) -> None:
        """Raise `CompositionError` unless a part of a term is of the kind that is wanted there."""
        try:
            self.found.unify(found, wanted)
        except Mismatch:
            found, wanted = self.said(found, wanted)
            where = "there, and it" if part is term else f"in place of {part}, which"
            raise CompositionError(f"{term}: wanted {_a(wanted)} {where} is {_of(found)}") from None

    def said(self, *kinds: Kind) -> list[Kind]:
        """Kinds as errors say them: with names for what is unknown."""
        kinds = tuple(map(self.found.resolved, kinds))
        return [replaced(kind, _letters(kinds, self.kinds.values())) for kind in kinds]


def _a(kind: Kind) -> str:
    return f"an arrow {kind}" if kind.name == "arrows" else f"a point of {kind}"


def _of(kind: Kind) -> str:
    return f"an arrow {kind}" if kind.name == "arrows" else f"of {kind}"


def _unknown(kind: Kind) -> list[Kind]:
    return [inner for inner in within(kind) if isinstance(inner, Unknown)]


def all_in(typed: Typed) -> Iterator[Typed]:
    """A term, and all in it."""
    yield typed
    for part in typed.parts:
        yield from all_in(part)


def _names(run: _Run, found: list[Typed], before: dict[Variable, Kind]) -> Mapping[Kind, Kind]:
    """Names for all that is unknown still, those of the variables first."""
    of_variables = [run.kinds[variable] for variable in sorted(run.kinds, key=lambda variable: variable.name)]
    kinds = [*of_variables, *[part.kind for typed in found for part in all_in(typed)]]
    return _letters(map(run.found.resolved, kinds), before.values())


def _letters(kinds: Iterable[Kind], before: Iterable[Kind]) -> Mapping[Kind, Kind]:
    """Names for what is unknown in some kinds: letters that are not taken, but for categories one name."""
    inside = [inner for kind in kinds for inner in within(kind)]
    taken = {inner.name for kind in before for inner in within(kind)}
    letters = filter(NAMES.fullmatch, chain(ascii_uppercase, (f"A{number}" for number in count())))
    fresh = (Kind(name) for name in letters if name not in taken)
    categories = [inner.parts[0] for inner in inside if inner.name == "arrows"]
    names: dict[Kind, Kind] = {category: Kind(SOME) for category in categories if isinstance(category, Unknown)}
    for inner in inside:
        if isinstance(inner, Unknown) and inner not in names:
            names[inner] = next(fresh)
    return names


def _named(run: _Run, typed: Typed, names: Mapping[Kind, Kind]) -> Typed:
    kind = replaced(run.found.resolved(typed.kind), names)
    return Typed(typed.term, kind, tuple([_named(run, part, names) for part in typed.parts]))
