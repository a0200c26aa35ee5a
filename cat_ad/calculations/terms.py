"""Terms: what equations are between, first-order and in the notation of the paper.

A term is a variable, an operator applied to terms, or a composition. In Python as on paper:

    f(a), f(a, b)           f a, f (a, b)       an arrow applied to a point, or to a pair of points
    g @ f                   g ∘ f               first f, then g
    f * g, f & g, f | g     f × g, f △ g, f ▽ g cross, fork and join
    f + g                   f + g               the sum of two arrows, or of two points

Composition is associative with `id` for its unit, in every category. So a composition is kept flat, and of two terms
which differ in no more than this, either may stand for the other (`normal`).

>>> f, g, h = variables("f g h")
>>> h @ (g @ f), (f & g @ f) * h
(h ∘ g ∘ f, (f △ g ∘ f) × h)
>>> normal(h @ (identity @ g)) == normal((h @ g))
True
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from cat_ad.calculations.kinds import LINEAR, Kind, Unknown, arrows
from cat_ad.errors import SpaceError, told

LOOSE, COMPOSED, APPLIED, WHOLE = range(4)  # how tightly a term holds together


class Term(ABC):
    """An immutable term, which prints as the paper writes it."""

    parts: tuple[Term, ...] = ()

    @property
    def tightness(self) -> int:
        """How tightly it holds together."""
        return WHOLE

    @abstractmethod
    def __str__(self) -> str:
        """The notation of the paper."""

    def rebuilt(self, parts: tuple[Term, ...]) -> Term:
        """The same of other parts."""
        return self

    def __call__(self, *points: Given) -> Term:
        """This, an arrow, applied to a point, or to a pair of points."""
        return Applied(APPLY, (self, as_term(points[0] if len(points) == 1 else points)))

    def __matmul__(self, before: Given) -> Term:
        """First the other, then this."""
        return Composition(path(self) + path(as_term(before)))

    def __mul__(self, other: Given) -> Term:
        """Side by side."""
        return CROSS(self, other)

    def __and__(self, other: Given) -> Term:
        """Both of one argument."""
        return FORK(self, other)

    def __or__(self, other: Given) -> Term:
        """The sum of this of the one and of the other of the other."""
        return JOIN(self, other)

    def __add__(self, other: Given) -> Term:
        """The sum."""
        return PLUS(self, other)

    def __repr__(self) -> str:
        """Likewise."""
        return str(self)


Given: TypeAlias = "Term | tuple[Given, ...]"  # a tuple is a pair


def as_term(given: object) -> Term:
    """The term that is given, or a pair of terms. Raises `SpaceError` for anything else."""
    if isinstance(given, tuple) and len(given) == 2:
        return PAIR(*given)
    if not isinstance(given, Term):
        raise SpaceError(f"wanted a term, or a pair of terms, got {told(given)}; variables('f g a') makes some")
    return given


@dataclass(frozen=True, repr=False)
class Variable(Term):
    """Any arrow, point or object; or of a category, if one is given. With an index, any family of these, one each i.

    A linear one is an arrow of every category of linear maps, and a function.
    """

    name: str
    category: Kind | None = None
    indexed: bool = False

    @property
    def linear(self) -> bool:
        """Is it linear?"""
        return self.category == LINEAR

    def __str__(self) -> str:
        """Its name."""
        return self.name + "ᵢ" * self.indexed


@dataclass(frozen=True, eq=False)
class Operator:
    """What makes a term of terms: how it is written, and of what kinds."""

    text: str
    takes: tuple[Kind, ...]
    gives: Kind
    write: Callable[..., tuple[str, int]]

    def __call__(self, *parts: Given) -> Applied:
        """The operator applied. Raises `SpaceError` for what are no terms, or not as many as it takes."""
        if len(parts) != len(self.takes):
            many = len(self.takes)
            raise SpaceError(f"{self.text}: wanted {many} term{'s' * (many != 1)}, got {len(parts)}")
        return Applied(self, tuple(map(as_term, parts)))

    def __repr__(self) -> str:
        """Its name."""
        return self.text


@dataclass(frozen=True, repr=False)
class Applied(Term):
    """An operator applied."""

    operator: Operator
    parts: tuple[Term, ...] = ()

    @property
    def tightness(self) -> int:
        """As its operator says."""
        return self.operator.write(self.operator.text, *self.parts)[1]

    def __str__(self) -> str:
        """As its operator says."""
        return self.operator.write(self.operator.text, *self.parts)[0]

    def rebuilt(self, parts: tuple[Term, ...]) -> Term:
        """The operator applied to others."""
        return Applied(self.operator, parts)

    def __getitem__(self, category: Operator) -> Applied:
        """A word such as `exl`, as that of a category: `exl[Cont]`."""
        require_category(f"{self}: wanted a category in brackets, as in {self}[Cont]", category)
        return category(self)


@dataclass(frozen=True, repr=False)
class Composition(Term):
    """Arrows one after the other, the last one first; of none it is the identity."""

    parts: tuple[Term, ...]

    @property
    def tightness(self) -> int:
        """As `∘`; but the identity is a word."""
        return COMPOSED if self.parts else WHOLE

    def __str__(self) -> str:
        """g ∘ f"""
        return " ∘ ".join([held(part, APPLIED) for part in self.parts]) or "id"

    def rebuilt(self, parts: tuple[Term, ...]) -> Term:
        """The composition of others."""
        return composed([inner for part in parts for inner in path(part)])


def require_category(wanted: str, given: object) -> None:
    """Raise `SpaceError` unless it is a category, such as `Cont`: what takes an arrow of it, and gives the same."""
    if not isinstance(given, Operator) or given.takes != (given.gives,):
        raise SpaceError(f"{wanted}, got {told(given)}")


def path(term: Term) -> tuple[Term, ...]:
    """The parts of a composition; of another term, itself."""
    return term.parts if isinstance(term, Composition) else (term,)


def composed(parts: list[Term] | tuple[Term, ...]) -> Term:
    """The composition of some arrows, which is the one if it is one."""
    return parts[0] if len(parts) == 1 else Composition(tuple(parts))


def normal(term: Term) -> Term:
    """The term without `id` in its compositions."""
    if isinstance(term, Applied) and term.operator is IDENTITY:
        return Composition(())
    return term.rebuilt(tuple(map(normal, term.parts)))


def replaced(term: Term, new: Mapping[Term, Term]) -> Term:
    """The term with others in place of some."""
    return new[term] if term in new else term.rebuilt(tuple([replaced(part, new) for part in term.parts]))


def subterms(term: Term) -> list[Term]:
    """A term, and all in it."""
    return [term, *[inner for part in term.parts for inner in subterms(part)]]


def operator_of(term: Term) -> Operator | None:
    """The operator of a term that is one applied."""
    return term.operator if isinstance(term, Applied) else None


def variables_in(term: Term) -> dict[Variable, None]:
    """The variables of a term, in order."""
    return {inner: None for inner in subterms(term) if isinstance(inner, Variable)}


# How terms are written -----------------------------------------------------------------------------------------------


def held(term: Term, least: int) -> str:
    """A term where it must hold together as tightly as this: in parentheses, if it does not."""
    return str(term) if term.tightness >= least else f"({term})"


def _infix(text: str, left: Term, right: Term) -> tuple[str, int]:
    return f"{held(left, COMPOSED)} {text} {held(right, COMPOSED)}", LOOSE


def _word(text: str) -> tuple[str, int]:
    return text, WHOLE


def _prefix(text: str, part: Term) -> tuple[str, int]:
    return f"{text} {held(part, WHOLE)}", APPLIED


def _call(text: str, f: Term, a: Term) -> tuple[str, int]:
    return f"{held(f, APPLIED)} {held(a, WHOLE)}", APPLIED


def _pair(text: str, left: Term, right: Term) -> tuple[str, int]:
    return f"({left}, {right})", WHOLE


def _suffix(text: str, part: Term) -> tuple[str, int]:
    return f"{held(part, WHOLE)}{text}", WHOLE


# The operators of Python ---------------------------------------------------------------------------------------------

_a, _b, _c, _d, _k = (Unknown() for _ in range(5))


def infix(text: str, left: Kind, right: Kind, gives: Kind) -> Operator:
    """A symbol between two terms."""
    return Operator(text, (left, right), gives, _infix)


def prefix(text: str, takes: Kind, gives: Kind) -> Operator:
    """A symbol before a term."""
    return Operator(text, (takes,), gives, _prefix)


def suffix(text: str, takes: Kind, gives: Kind) -> Operator:
    """A symbol after a term."""
    return Operator(text, (takes,), gives, _suffix)


def word(text: str, kind: Kind) -> Applied:
    """A term that is a symbol."""
    return Applied(Operator(text, (), kind, _word))


APPLY = Operator("apply", (arrows(_k, _a, _b), _a), _b, _call)  # of other categories than functions see `call`
PAIR = Operator("(,)", (_a, _b), _a * _b, _pair)
CROSS = infix("×", arrows(_k, _a, _c), arrows(_k, _b, _d), arrows(_k, _a * _b, _c * _d))
FORK = infix("△", arrows(_k, _a, _c), arrows(_k, _a, _d), arrows(_k, _a, _c * _d))
JOIN = infix("▽", arrows(_k, _a, _c), arrows(_k, _b, _c), arrows(_k, _a * _b, _c))
PLUS = infix("+", _a, _a, _a)
identity = word("id", arrows(_k, _a, _a))
IDENTITY = identity.operator


def variables(names: str, of: Operator | None = None) -> tuple[Variable, ...]:
    """Variables of these names: any arrows or points, of whatever objects they must be; or arrows of a category.

    Raises `SpaceError` for what is no text, or no category.
    """
    return _variables(names, of, indexed=False)


def families(names: str, of: Operator | None = None) -> tuple[Variable, ...]:
    """Likewise variables with an index, each one for each i."""
    return _variables(names, of, indexed=True)


def linear_variables(names: str) -> tuple[Variable, ...]:
    """Variables that are linear: of each an arrow in every category of linear maps, and a function."""
    return tuple([Variable(variable.name, LINEAR) for variable in variables(names)])


def linear_families(names: str) -> tuple[Variable, ...]:
    """Likewise with an index."""
    return tuple([Variable(variable.name, LINEAR, indexed=True) for variable in variables(names)])


def _variables(names: str, of: Operator | None, indexed: bool) -> tuple[Variable, ...]:
    if not isinstance(names, str) or not names.split():
        raise SpaceError(f"variables: wanted names in a text, as 'f g a', got {told(names)}")
    if of is not None:
        require_category("variables: wanted a category, as of=Cont", of)
    return tuple([Variable(name, None if of is None else of.gives.parts[0], indexed) for name in names.split()])
