"""What terms mean: evaluated in a model, which has a category k of linear maps, in which A ⊸ B is read.

Functions are read in `Maps`, but for the argument of D. That is read in the category of derivatives in k: so
D (g ∘ f) a is what the library's own chain rule gives, and D g (f a) ∘ D f a what its composition of linear maps does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial, reduce
from typing import TypeAlias

import numpy as np

from cat_ad.arrows.products import fork
from cat_ad.arrows.structure import exl, exr, identity, it
from cat_ad.arrows.terms import SomeArrow
from cat_ad.calculations import vocabulary as v
from cat_ad.calculations.coordinates import dot, entries, image, of_entries, undot
from cat_ad.calculations.inference import Typed
from cat_ad.calculations.kinds import Kind
from cat_ad.calculations.maps import MAPS, Derivatives, Pullbacks, SomeCategory, Space, Value, zeros
from cat_ad.calculations.sampling import PLACES, N, Sample
from cat_ad.calculations.terms import (
    APPLY,
    CROSS,
    FORK,
    IDENTITY,
    JOIN,
    PAIR,
    PLUS,
    Applied,
    Composition,
    Operator,
    Variable,
)
from cat_ad.categories import functions
from cat_ad.categories.biproduct import Linear
from cat_ad.derivatives import chain_rule
from cat_ad.linear_maps import beginning, continuation, dual
from cat_ad.linear_maps.additive import Additive
from cat_ad.linear_maps.beginning import Begin
from cat_ad.linear_maps.continuation import Cont
from cat_ad.linear_maps.dual import Dual
from cat_ad.objects.spaces import Scalar, dimensions, factors, is_array
from cat_ad.objects.tangents import plus, row, stacked
from cat_ad.primitives.arithmetic import add, mul
from cat_ad.primitives.constants import constant
from cat_ad.primitives.contractions import matvec
from cat_ad.primitives.elementwise import cos, exp, sin
from cat_ad.primitives.reductions import total
from cat_ad.readings.laws.experiments import shown
from cat_ad.symbolic.reverse_derivatives import read_off


@dataclass(frozen=True, eq=False)
class Model:
    """Where terms are evaluated."""

    sample: Sample
    k: SomeCategory
    some: SomeCategory  # what a category is that no equation determines
    functions: SomeCategory = MAPS  # where functions are read
    index: int = 0

    def __repr__(self) -> str:
        """The category in which an equation is tried."""
        return "functions" if self.some is MAPS else repr(self.some)

    def value(self, typed: Typed) -> Value:
        """What a term means."""
        match typed.term:
            case Variable(indexed=indexed):
                drawn = self.sample.variables[typed.term]
                return self._read(typed.kind, drawn[self.index] if indexed else drawn)
            case Composition():
                k = self.of(typed)
                arrows = [self.value(part) for part in reversed(typed.parts)]
                return reduce(k.compose, arrows) if arrows else k.id(self.ends(typed)[0])
        assert isinstance(typed.term, Applied)
        return MEANINGS[typed.term.operator](self, typed, *typed.parts)

    def _read(self, kind: Kind, drawn: Value) -> Value:
        """What was drawn, with arrows in their category."""
        match kind.name, kind.parts:
            case "arrows", (category, *_):
                return drawn.to(self.category(category))
            case "×", parts:
                return tuple(map(self._read, parts, drawn))
        return drawn

    def category(self, category: Kind) -> SomeCategory:
        """The category of this name."""
        match category.name, category.parts:
            case "→", _:
                return self.functions
            case "⊸", _:
                return self.k
            case "D", _:
                return self.derivatives
            case "Dual", _:
                return Dual(self.k)
            case "Cont", (r,):
                return Cont(self.k, self.space(r))
            case "Begin", (r,):
                return Begin(self.k, self.space(r))
        return self.some

    @cached_property
    def derivatives(self) -> Derivatives:
        """D(k)"""
        return Derivatives(self.k)

    def of(self, arrow: Typed) -> SomeCategory:
        """The category of an arrow."""
        return self.category(arrow.kind.parts[0])

    def space(self, kind: Kind) -> Space:
        """The object of the library."""
        return self.sample.space(kind)

    def ends(self, arrow: Typed) -> tuple[Space, Space]:
        """Where an arrow begins, and where it ends."""
        return self.space(arrow.kind.parts[1]), self.space(arrow.kind.parts[2])

    def within(self, category: SomeCategory) -> Model:
        """The same, with functions read in another category."""
        return replace(self, functions=category)

    def each(self, typed: Typed) -> list[Value]:
        """What a term with an index means at each place."""
        return [replace(self, index=i).value(typed) for i in PLACES]

    def seen(self, kind: Kind, value: Value, rng: np.random.Generator) -> Value:
        """What an experiment shows of a value of a kind."""
        match kind.name, kind.parts:
            case "arrows", (category, a, b) if self.category(category) is MAPS:
                x = self._read(a, replace(self.sample, rng=rng).draw(a))
                return self.seen(b, functions.function(value)(x), rng)
            case "arrows", (category, a, b):
                return shown(self.category(category), value, self.space(a), self.space(b), rng)
            case "×", parts:
                return tuple([self.seen(part, inner, rng) for part, inner in zip(parts, value, strict=True)])
        return value


# What operators mean -------------------------------------------------------------------------------------------------

Meaning: TypeAlias = Callable[..., Value]  # of a model, a term and its parts


def _called(m: Model, t: Typed, f: Typed, a: Typed) -> Value:
    """An arrow applied to a point."""
    m = m.within(MAPS)
    arrow, x = m.value(f), m.value(a)
    match f.kind.parts[0].name:
        case "Cont":
            return continuation.function(arrow)(x)
        case "Begin":
            return beginning.function(arrow)(x)
        case "D":
            return chain_rule.function(arrow)(x)
        case "Dual":
            return image(m.k, dual.turned(arrow), x, zeros(m.space(t.kind)))
        case "⊸":
            return image(m.k, arrow, x, zeros(m.space(t.kind)))
    return functions.function(arrow)(x)


def _primitive(arrow: SomeArrow, m: Model, t: Typed) -> Value:
    """An arrow of the library."""
    return arrow.to(m.functions)


def _sum(m: Model, kind: Kind, x: Value, y: Value) -> Value:
    """The sum of two points or arrows."""
    match kind.name, kind.parts:
        case "arrows", (category, a, b) if m.category(category) is MAPS:
            return functions.hom(lambda u: _sum(m, b, x(u), y(u)))
        case "arrows", (category, a, _):
            return m.category(category).plus(m.space(a), x, y)
        case "×", parts:
            return tuple(map(partial(_sum, m), parts, x, y))
    return plus(x, y)


def _zero(m: Model, kind: Kind) -> Value:
    """The zero of a kind."""
    match kind.name, kind.parts:
        case "arrows", (category, _, b) if m.category(category) is MAPS:
            return functions.hom(lambda u: _zero(m, b))
        case "arrows", (category, a, b):
            return m.category(category).zero(m.space(a), m.space(b))
        case "×", parts:
            return tuple(map(partial(_zero, m), parts))
    return zeros(m.space(kind))


def _derivative(m: Model, t: Typed, f: Typed) -> Value:
    run = chain_rule.function(m.within(m.derivatives).value(f))
    return lambda a: run(a)[1]


def _as_dual(m: Model, t: Typed, f: Typed) -> Value:
    """dot⁻¹ ∘ f ∘ dot"""
    a, b = map(zeros, m.ends(t))
    continued = continuation.function(m.value(f))
    back: Value = functions.hom(lambda u: undot(m.k, continued(dot(m.k, u)), a))
    return dual.hom(of_entries(m.k, entries(Additive(), back, b, a), b, a))


def _gradient(m: Model, t: Typed, f: Typed) -> Value:
    """The reverse derivative, of 1."""
    a = m.space(f.kind.parts[1])
    with_one: SomeArrow = fork(identity(a), it(a) >> constant(Scalar, 1.0))
    return (with_one >> _pulled_back(m, f)).to(m.functions)


def _pulled_back(m: Model, f: Typed) -> SomeArrow:
    """The reverse derivative, as an arrow of the library."""
    return read_off(m.within(Pullbacks()).value(f), *m.ends(f))


def _adjoint(m: Model, t: Typed, f: Typed) -> Value:
    """A linear map, turned around; of functions with its derivative."""
    a, b = map(zeros, m.ends(t))
    found = entries(m.k, m.within(MAPS).value(f), b, a).T
    category = m.of(t)
    if isinstance(category, Linear):
        return of_entries(category, found, a, b)
    function, linear = of_entries(Additive(), found, a, b), of_entries(m.k, found, a, b)
    return function if category is MAPS else category.linear(function, linear)


def _constant(ends: tuple[Space, Space], value: Value, category: SomeCategory) -> Value:
    """The function that is one value everywhere."""
    if category is MAPS:
        return functions.hom(lambda x: value)
    a, b = ends
    if is_array(b):
        return (it(a) >> constant(b, value)).to(category)
    values = [_constant((a, part), x, category) for part, x in zip(factors(b), value, strict=True)]
    return category.fork(*values) if values else category.it(a)


def _inner(a: Space) -> SomeArrow:
    """The inner product of two values of a."""
    if is_array(a):
        of_arrays: SomeArrow = mul(a) >> total(a)
        return of_arrays
    left, right = factors(a)
    parts: list[SomeArrow] = [
        (side(left, right) * side(left, right)) >> _inner(part) for side, part in ((exl, left), (exr, right))
    ]
    return fork(*parts) >> add(Scalar)


def _matvec(m: Model, t: Typed) -> Value:
    (_, columns), rows = (list(map(m.space, t.kind.parts[1].parts)), m.ends(t)[1])
    return matvec(*dimensions(columns), *dimensions(rows)).to(m.functions)


MEANINGS: dict[Operator, Meaning] = {
    APPLY: _called,
    PAIR: lambda m, t, x, y: (m.value(x), m.value(y)),
    PLUS: lambda m, t, x, y: _sum(m, t.kind, m.value(x), m.value(y)),
    CROSS: lambda m, t, f, g: m.of(t).cross(m.value(f), m.value(g)),
    FORK: lambda m, t, f, g: m.of(t).fork(m.value(f), m.value(g)),
    JOIN: lambda m, t, f, g: m.of(t).join(m.value(f), m.value(g)),
    IDENTITY: lambda m, t: m.of(t).id(m.ends(t)[0]),
    v.zero.operator: lambda m, t: _zero(m, t.kind),
    v.scale: lambda m, t, s: m.of(t).scale(m.value(s)),
    v.negate.operator: lambda m, t: m.of(t).scale(-1.0),
    v.constant: lambda m, t, a: _constant(m.ends(t), m.within(MAPS).value(a), m.functions),
    v.inner.operator: lambda m, t: _inner(m.space(t.kind.parts[1].parts[0])).to(m.functions),
    v.D: _derivative,
    v.D_plus: lambda m, t, f: m.within(m.derivatives).value(f),
    v.R: lambda m, t, f: _pulled_back(m, f).to(m.functions),
    v.gradient: _gradient,
    v.cont: lambda m, t, f: m.of(t).before(m.value(f)),
    v.begin: lambda m, t, f: m.of(t).after(m.value(f)),
    v.as_dual: _as_dual,
    v.dual: lambda m, t, f: dual.hom(m.value(f)),
    v.adjoint: _adjoint,
    v.dot.operator: lambda m, t: partial(dot, m.k),
    v.undot.operator: lambda m, t: lambda f: undot(m.k, f, zeros(m.ends(t)[1])),
    v.crossI: lambda m, t, f: m.of(t).cross_i(N, m.each(f)),
    v.forkI: lambda m, t, f: m.of(t).fork_i(N, m.ends(t)[0], m.each(f)),
    v.joinI: lambda m, t, f: m.of(t).join_i(N, m.ends(t)[1], m.each(f)),
    v.exI.operator: lambda m, t: m.of(t).ex_i(N, m.ends(t)[1])[m.index],
    v.inI.operator: lambda m, t: m.of(t).in_i(N, m.ends(t)[0])[m.index],
    v.each: lambda m, t, a: stacked(m.each(a)),
    v.entry: lambda m, t, a: row(m.value(a), m.index),
    v.matvec.operator: _matvec,
    v.outer: lambda m, t, x, y: np.multiply.outer(m.value(x), m.value(y)),
    v.transposed: lambda m, t, x: m.value(x).T,
}
for _category in (v.Arrow, v.Cont, v.Begin, v.Dual, v.Differentiable):
    MEANINGS[_category] = lambda m, t, f: m.value(f)
for _word, _arrow in ((v.mul, mul(Scalar)), (v.sin, sin(Scalar)), (v.cos, cos(Scalar)), (v.exp, exp(Scalar))):
    MEANINGS[_word.operator] = partial(_primitive, _arrow)


def _means(word: Applied, meaning: Callable[[SomeCategory, Space, Space, list[Space], list[Space]], Value]) -> None:
    """What a word means in any category, by the objects where it begins and ends, and their factors."""

    def meant(m: Model, t: Typed) -> Value:
        of_dom, of_cod = (list(map(m.space, end.parts if end.name == "×" else ())) for end in t.kind.parts[1:])
        return meaning(m.of(t), *m.ends(t), of_dom, of_cod)

    MEANINGS[word.operator] = meant


_means(v.exl, lambda k, a, b, of_a, of_b: k.exl(*of_a))
_means(v.exr, lambda k, a, b, of_a, of_b: k.exr(*of_a))
_means(v.dup, lambda k, a, b, of_a, of_b: k.dup(a))
_means(v.it, lambda k, a, b, of_a, of_b: k.it(a))
_means(v.inl, lambda k, a, b, of_a, of_b: k.inl(*of_b))
_means(v.inr, lambda k, a, b, of_a, of_b: k.inr(*of_b))
_means(v.jam, lambda k, a, b, of_a, of_b: k.jam(b))
_means(v.ti, lambda k, a, b, of_a, of_b: k.zero(a, b))
_means(v.replI, lambda k, a, b, of_a, of_b: k.repl_i(N, a))
_means(v.jamI, lambda k, a, b, of_a, of_b: k.jam_i(N, b))
