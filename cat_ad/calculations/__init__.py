"""Calculations: the paper says what an instance must be, and solves for it. Here each step of that is checked.

A calculation is a chain of terms (`cat_ad.calculations.terms`), each equal to the next by an equation. The derivative
of three functions in a row:

>>> from cat_ad.calculations.vocabulary import D, D_plus, exl, exr, variables
>>> f, g, h, a = variables("f g h a")
>>> chain_rule = Equation("the chain rule", "theorem 1", D(g @ f)(a), D(g)(f(a)) @ D(f)(a))
>>> start = calculate(D(h @ g @ f)(a))
>>> start.by(chain_rule, D(h @ g)(f(a)) @ D(f)(a)).by(chain_rule, D(h)(g(f(a))) @ D(g)(f(a)) @ D(f)(a))
  D (h ∘ g ∘ f) a
= { the chain rule, theorem 1 }
  D (h ∘ g) (f a) ∘ D f a
= { the chain rule, theorem 1 }
  D h (g (f a)) ∘ D g (f a) ∘ D f a

A step must use the equation that it gives, in either direction, at one place or more, which is decided by matching
(`cat_ad.calculations.matching`). Then both terms are evaluated, in every category of linear maps, and must be equal. Of
a step that does not follow, the error says what would:

>>> calculate(D(f @ f)(a)).by(chain_rule, D(f)(a) @ D(f)(a))
Traceback (most recent call last):
cat_ad.errors.CalculationError: step 1: the chain rule (theorem 1), D (g ∘ f) a = D g (f a) ∘ D f a, makes
D f (f a) ∘ D f a of D (f ∘ f) a; got D f a ∘ D f a, with a in place of f a, which is not equal (in Additive: ...)

To solve for an instance, begin where a functor is applied. That D⁺, the value with the derivative, is one says what
composing two of these is; what has been found for them is then how any p and q are composed, in the category D:

>>> is_functor = Equation("D⁺ is a functor", "section 4.1", D_plus(g @ f), D_plus(g) @ D_plus(f))
>>> definition = Equation("definition of D⁺", "section 3.1", D_plus(f)(a), (f(a), D(f)(a)))
>>> composition = Equation("composition", "section 4.1", (g @ f)(a), g(f(a)))
>>> value = Equation("the value", "section 3.1", f(a), exl(D_plus(f)(a)))
>>> derivative = Equation("the derivative", "section 3.1", D(f)(a), exr(D_plus(f)(a)))
>>> b = exl(D_plus(f)(a))
>>> solution = (
...     calculate((D_plus(g) @ D_plus(f))(a))
...     .by(is_functor, D_plus(g @ f)(a))
...     .by(definition, ((g @ f)(a), D(g @ f)(a)))
...     .by(chain_rule, ((g @ f)(a), D(g)(f(a)) @ D(f)(a)))
...     .by(composition, (g(f(a)), D(g)(f(a)) @ D(f)(a)))
...     .by(derivative, (g(f(a)), exr(D_plus(g)(f(a))) @ exr(D_plus(f)(a))))
...     .by(value, (exl(D_plus(g)(f(a))), exr(D_plus(g)(f(a))) @ exr(D_plus(f)(a))))
...     .by(value, (exl(D_plus(g)(b)), exr(D_plus(g)(b)) @ exr(D_plus(f)(a))))
... )
>>> from cat_ad.calculations.vocabulary import Differentiable
>>> p, q = variables("p q", of=Differentiable)
>>> print(solution.defines("the chain rule of D", "section 4.1", {D_plus(f): p, D_plus(g): q}))
the chain rule of D, section 4.1: (q ∘ p) a = (exl (q (exl (p a))), exr (q (exl (p a))) ∘ exr (p a))

All calculations of the paper are in `cat_ad.calculations.paper`, one section a file, and the laws that they begin with
in `cat_ad.calculations.laws`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from cat_ad.calculations.inference import Typed, Typing, fits
from cat_ad.calculations.matching import Found, difference, follows, rewritten, size
from cat_ad.calculations.mathematics import aligned, mathematics
from cat_ad.calculations.terms import (
    APPLY,
    IDENTITY,
    Given,
    Term,
    Variable,
    as_term,
    normal,
    operator_of,
    replaced,
    subterms,
    variables_in,
)
from cat_ad.calculations.trials import Trial, unequal
from cat_ad.calculations.vocabulary import BINDERS, depends
from cat_ad.errors import (
    CalculationError,
    CompositionError,
    InterpretationError,
    LawError,
    SpaceError,
    require_seed,
    told,
)


@dataclass(frozen=True, init=False, repr=False)
class Equation:
    """Two terms that are equal, whatever their variables are."""

    name: str
    source: str
    left: Term
    right: Term
    proof: Calculation | None = field(compare=False)
    typing: Typing = field(compare=False)
    sides: tuple[Typed, Typed] = field(compare=False)

    def __init__(self, name: str, source: str, left: Given, right: Given, proof: Calculation | None = None) -> None:
        """`name` says what it is, `source` where it is from, `proof` why it holds.

        Raises `SpaceError` for what is no term, nor a pair of terms, and `CompositionError` if their objects do not
        fit.
        """
        for text in (name, source):
            if not isinstance(text, str):
                raise SpaceError(f"Equation: wanted a name and a source, as texts, got {told(text)}")
        left, right, typing = as_term(left), as_term(right), Typing()
        sides = tuple(typing.together([left, right]))
        given = {"name": name, "source": source, "left": left, "right": right, "proof": proof}
        for part, value in {**given, "typing": typing, "sides": sides}.items():
            object.__setattr__(self, part, value)

    def justifies(self, before: Term, after: Term, context: Typing) -> bool:
        """Is `after` made of `before` by this, in either direction, at one place or more?"""
        return follows(self.left, self.right, before, after, lambda found: self.admits(found, context))

    def admits(self, found: Found, context: Typing) -> bool:
        """May these terms stand for the variables? They have fitting kinds, and no index that is another's."""
        if any(depends(found[variable]) for variable in self._bound if variable in found):
            return False
        return fits(context, [(term, self.typing.kinds[variable], variable.linear) for variable, term in found.items()])

    @cached_property
    def _bound(self) -> set[Variable]:
        """Variables without an index inside of what has one."""
        inside = [part for side in (self.left, self.right) for part in subterms(side) if operator_of(part) in BINDERS]
        return {variable for part in inside for variable in variables_in(part) if not variable.indexed}

    def check(self, seed: int = 0, samples: int = 3) -> None:
        """Raise `LawError` if the sides differ for random objects, arrows and points, in a category of linear maps."""
        require_seed("Equation.check", seed)
        if found := unequal(*self.sides, seed, samples):
            raise LawError(f"{self.statement} does not hold {found}")

    def __repr__(self) -> str:
        """The name and the equation."""
        return f"{self.reason}: {self.left} = {self.right}"

    def mathml(self) -> str:
        """The equation, for a page."""
        return mathematics(f"{self.left} = {self.right}")

    @property
    def reason(self) -> str:
        """The name and the source."""
        return ", ".join(filter(None, (self.name, self.source)))

    @property
    def statement(self) -> str:
        """What it says, in a sentence."""
        return f"{self.name}{f' ({self.source})' * bool(self.source)}, {self.left} = {self.right},"


def calculate(term: Given) -> Calculation:
    """A calculation that begins with a term. Raises `SpaceError` for what is none, `CompositionError` if it is no good.

    `.by(equation, term)` goes on with a term that follows from the last one.
    """
    typing = Typing()
    return Calculation((typing.typed(as_term(term)),), (), typing, Trial(0))


TRIALS = 8  # of whether two terms are equal, before anyone is told that they are


@dataclass(frozen=True, eq=False)
class Calculation:
    """A chain of terms, each equal to the next by an equation."""

    typed: tuple[Typed, ...]
    equations: tuple[Equation, ...]
    typing: Typing = field(repr=False)
    trial: Trial = field(repr=False)

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms, first to last."""
        return tuple([typed.term for typed in self.typed])

    def by(self, equation: Equation, term: Given) -> Calculation:
        """One more term, which is the last one with an equation used, in either direction, at one place or more.

        Associativity, and composing with `id`, need no step. Raises `CalculationError` if the term is another,
        `CompositionError` if its objects do not fit, and `LawError` if the equation is found not to hold there.
        """
        if not isinstance(equation, Equation):
            raise SpaceError(f"by: wanted an Equation as the reason of a step, got {told(equation)}")
        term, number = as_term(term), len(self.typed)
        typing = Typing(dict(self.typing.kinds))
        try:
            typed = typing.typed(term, self.typed[0].kind)
        except CompositionError as error:
            raise CompositionError(f"step {number}: {error}") from None
        if not equation.justifies(self.terms[-1], term, typing):
            raise CalculationError(f"step {number}: {self._refusal(equation, typed)}")
        if found := self.trial.unequal(self.typed[-1], typed):
            raise LawError(f"step {number}: {equation.statement} does not hold {found}")
        return replace(self, typed=(*self.typed, typed), equations=(*self.equations, equation), typing=typing)

    def _refusal(self, equation: Equation, after: Typed) -> str:
        """What an equation makes of the last term, beside what it was said to make."""
        before = self.typed[-1]
        if normal(before.term) == normal(after.term):
            return (
                f"wanted another term than {before.term}, got {after.term}; "
                "to associate, or to compose with id, is no step"
            )
        try:
            found = unequal(before, after, samples=TRIALS)
            verdict = f"is not equal ({found})" if found else "is equal, but by another law, or by more than one"
        except InterpretationError as error:
            verdict = f"cannot be compared ({error})"
        options = self.options(equation)
        closest = min(options, key=lambda new: sum(map(size, difference(new, normal(after.term)))), default=None)
        if closest is None:
            says = f"says nothing of {before.term}, nor of a part of it; got {after.term}"
        else:
            wanted, got = difference(closest, normal(after.term))
            says = f"makes {closest} of {before.term}; got {after.term}"
            says += f", with {got} in place of {wanted}" * (wanted != closest)
        return f"{equation.statement} {says}, which {verdict}"

    def options(self, equation: Equation) -> list[Term]:
        """The terms that an equation makes of the last one, at one place: for who is stuck.

        >>> from cat_ad.calculations.laws import exl_of_fork
        >>> from cat_ad.calculations.vocabulary import exl, variables
        >>> f, g, h = variables("f g h")
        >>> calculate(exl @ (f & h) & exl @ (g & h)).options(exl_of_fork)
        [f △ exl ∘ (g △ h), exl ∘ (f △ h) △ g]
        """
        if not isinstance(equation, Equation):
            raise SpaceError(f"options: wanted an Equation, got {told(equation)}")
        last, identity = self.terms[-1], normal(IDENTITY())
        made = {
            new: identity in found.values()  # which it is at many places; only if it is at none else does that help
            for left, right in ((equation.left, equation.right), (equation.right, equation.left))
            if not isinstance(left, Variable)  # else it makes something of everything
            for found, new in rewritten(left, right, last)
            if variables_in(new).keys() <= self.typing.kinds.keys() and equation.admits(found, self.typing)
            if new != normal(last)
        }
        return [new for new, by_identity in made.items() if not by_identity or all(made.values())]

    def gives(self, term: Given) -> Calculation:
        """This, if it has come to a term; else raises `CalculationError`."""
        wanted, got = as_term(term), self.terms[-1]
        if normal(wanted) != normal(got):
            there, here = difference(normal(wanted), normal(got))
            raise CalculationError(
                f"wanted a calculation that gives {wanted}, and it has come to {got}, which has {here} in place of "
                f"{there}; go on by another step"
            )
        return self

    def proves(self, name: str, source: str = "", at: Given | None = None) -> Equation:
        """The first term is the last; or if both are arrows applied to a point `at`, the arrows are equal.

        Raises `CalculationError` unless they are, and the arrows say nothing of the point.
        """
        if at is None:
            return Equation(name, source, self.terms[0], self.terms[-1], self)
        sides = [term.parts[0] for term in (self.terms[0], self.terms[-1]) if self._applied(term, as_term(at))]
        if len(sides) < 2:
            raise CalculationError(
                f"{name}: wanted a calculation from an arrow applied to {at} to another, of which neither speaks of "
                f"{at} itself, got one from {self.terms[0]} to {self.terms[-1]}"
            )
        return Equation(name, source, sides[0], sides[1], self)

    def _applied(self, term: Term, at: Term) -> bool:
        is_call = operator_of(term) is APPLY and term.parts[1] == at
        return is_call and not variables_in(term.parts[0]).keys() & variables_in(at).keys()

    def defines(self, name: str, source: str, solved: Mapping[Term, Term]) -> Equation:
        """The same of any arrows in place of those that a functor gives: a definition that suffices for it to be one.

        `solved` says which arrow is what: {cont(f): p}. Raises `CalculationError` if a term speaks of f otherwise.
        """
        sides = [replaced(term, solved) for term in (self.terms[0], self.terms[-1])]
        known = {variable for image in solved for variable in variables_in(image)}
        for side in sides:
            if left_over := [str(variable) for variable in variables_in(side) if variable in known]:
                raise CalculationError(
                    f"{name}: wanted a calculation that speaks of {', '.join(map(str, solved))} only, and {side} has "
                    f"{', '.join(left_over)} by itself"
                )
        return Equation(name, source, sides[0], sides[1], self)

    def __str__(self) -> str:
        """Term by term, with the reason of each step, as in the paper."""
        lines = [f"  {self.terms[0]}"]
        for equation, term in zip(self.equations, self.terms[1:], strict=True):
            lines += [f"= {{ {equation.reason} }}", f"  {term}"]
        return "\n".join(lines)

    def __repr__(self) -> str:
        """Likewise."""
        return str(self)

    def mathml(self) -> str:
        """The same, aligned, for a page."""
        return aligned(self.terms, [equation.reason for equation in self.equations])

    def _repr_html_(self) -> str:
        return self.mathml()
