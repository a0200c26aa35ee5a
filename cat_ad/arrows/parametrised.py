"""Parametrised arrows: the Para construction (Fong, Spivak & Tuyeras 2019; Cruttwell et al. 2022).

A `Para[P, A, B]` is an arrow from `tuple[P, A]` to B with a way to draw a first value of P. Composition collects
parameters, so weights thread themselves and a model is a pipeline:

    f: Para[P, A, B] >> g: Para[Q, B, C]    is a    Para[tuple[P, Q], A, C]

and likewise for `&` and `*`. A plain arrow may stand on either side, and adds no parameter.

>>> import numpy as np
>>> from cat_ad import Dim, Float, linear, tanh
>>> class Pixels(Dim, size=4): ...
>>> class Hidden(Dim, size=3): ...
>>> class Digits(Dim, size=2): ...
>>> model = linear(Pixels, Hidden) >> tanh(Float[Hidden]) >> linear(Hidden, Digits)
>>> model
linear >> tanh >> linear: Float[Pixels] -> Float[Digits]
>>> (weight, bias), _ = parameters = model.init(np.random.default_rng(0))
>>> weight.shape, bias.shape, model(parameters, np.ones(4)).shape
((3, 4), (3,), (2,))
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from itertools import accumulate
from operator import rshift
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, overload

import numpy as np
from typing_extensions import TypeForm

from cat_ad.arrows.composing import Composable, cannot, instead, misfit, named, unknown
from cat_ad.arrows.elements import Drawn, Given, is_general
from cat_ad.arrows.fitting import apply
from cat_ad.arrows.pictures import picture_of
from cat_ad.arrows.printing import CHAIN, CROSS, WHOLE, Operand, Piece, describe, held
from cat_ad.arrows.printing import named as name_of
from cat_ad.arrows.products import nest
from cat_ad.arrows.structure import assoc_l, assoc_r, exl, exr, identity, swap
from cat_ad.arrows.terms import Arrow, SomeArrow
from cat_ad.categories.category import A, B, C, Cartesian, D, Hom, K
from cat_ad.errors import SpaceError, called_as, require_made_of, told
from cat_ad.objects.ownership import own
from cat_ad.objects.spaces import UNIT, Unit, brief, factors, is_array, product, products, require_object
from cat_ad.objects.values import Boundary, after_parameters

if TYPE_CHECKING:
    from cat_ad.objects.array_types import OfParameters

P = TypeVar("P")
E = TypeVar("E")
Q = TypeVar("Q")


@dataclass(frozen=True, eq=False, repr=False)
class Para(Operand, Composable, Generic[P, A, B]):
    """An arrow from `tuple[P, A]` to B, and `init(rng)`, which draws parameters, as `draw` says.

    `name` is how it prints. `weave` makes the arrow when it is first needed, so that a long pipeline weaves one and not
    one for each of its beginnings. `stages` are the parametrised arrows that it is composed of; if it is not, none.
    """

    name: str
    parameters: type[P]
    dom: type[A]
    cod: type[B]
    draw: Callable[[np.random.Generator], P]
    weave: Callable[[], Arrow[tuple[P, A], B]]
    stages: tuple[SomePara, ...] = ()
    tightness: int = WHOLE

    @called_as("init(numpy.random.default_rng(0))")
    def init(self, rng: np.random.Generator) -> P:
        """Parameters, drawn."""
        return self.draw(rng)

    @property
    def arrow(self) -> Arrow[tuple[P, A], B]:
        """The arrow of parameters and input."""
        return self._woven

    @cached_property
    def _woven(self) -> Arrow[tuple[P, A], B]:
        return self.weave()

    def to(self, category: Cartesian[K]) -> Hom[K, tuple[P, A], B]:
        """Read the arrow of parameters and input in another category; see `Arrow.to`."""
        return self.arrow.to(category)

    @overload
    def __call__(self, parameters: P, a: A, /) -> B: ...
    @overload
    def __call__(self: Para[P, tuple[C, D], B], parameters: P, a: C, b: D, /) -> B: ...
    @overload
    def __call__(self: Para[P, tuple[C, D, E], B], parameters: P, a: C, b: D, c: E, /) -> B: ...
    @overload
    def __call__(self, a: A, /) -> B: ...
    @overload
    def __call__(self: Para[P, tuple[C, D], B], a: C, b: D, /) -> B: ...
    @overload
    def __call__(self: Para[P, tuple[C, D, E], B], a: C, b: D, c: E, /) -> B: ...
    @overload
    def __call__(self: Para[P, Unit, B], /) -> B: ...
    def __call__(self, *given: Given) -> Given:
        """The output, the caller's own, for parameters and an input that are checked as at the call of any arrow.

        Of an element alone, or of elements of its parts side by side, it is an element, for parameters that `model`
        collects.
        """
        if is_general(given) or (not given and self.dom == UNIT):
            return apply(self.arrow, self._at_elements(given))
        return self.at(*given)

    def _at_elements(self, given: tuple[Given, ...]) -> tuple[Given, Given]:
        """Parameters and input: drawn unless they are given, and the parts of the input in one or side by side."""
        x = given[0] if len(given) == 1 else given
        if _has_form(self.dom, x):
            return Drawn(self).whole, x
        if len(given) > 2:
            given = given[0], given[1:]
        return (given[0], given[1]) if len(given) == 2 else (Drawn(self).whole, x)

    @cached_property
    def at(self) -> OfParameters[P, A, B]:
        """The output for parameters and an input that are arrays, of which the parts may be given side by side."""

        def at(parameters: P, a: A) -> B:
            given = self.boundary((parameters, a))
            return own(self.arrow.unchecked(given), given)

        return after_parameters("model(parameters, x)", self.dom, at)

    @cached_property
    def boundary(self) -> Boundary[tuple[P, A]]:
        """The check of the arguments of a call."""
        return Boundary(lambda: f"{name_of(self)}(parameters, input)", self.arrow.dom)

    @overload
    def __rshift__(self, then: Para[Q, B, C]) -> Para[tuple[P, Q], A, C]: ...
    @overload
    def __rshift__(self, then: Arrow[B, C]) -> Para[P, A, C]: ...
    def __rshift__(self, then: Para[Q, B, C] | Arrow[B, C]) -> SomePara:
        """First this, then that; `CompositionError` unless this ends where that begins."""
        if not isinstance(then, Para | Arrow):
            return unknown(self, ">>", then)
        _require_path(self, then)
        if isinstance(then, Para):  # a pipeline on the right stays whole: its parameters are nested, P x (Q x R)
            return _pipeline((*_stages(self), *(_stages(then) if len(then.stages) < 2 else (then,))))
        *before, last = _stages(self)
        arrow = last.arrow >> then
        return _pipeline((*before, _para(last, f"{last} >> {then}", last.dom, then.cod, lambda: arrow, CHAIN)))

    def __rrshift__(self, first: Arrow[C, A]) -> Para[P, C, B]:
        """First a plain arrow, then this."""
        if not isinstance(first, Arrow):
            raise cannot(first, ">>", self)
        _require_path(first, self)
        stage, *after = _stages(self)
        arrow = identity(stage.parameters) * first >> stage.arrow
        return _pipeline((_para(stage, f"{first} >> {stage}", first.dom, stage.cod, lambda: arrow, CHAIN), *after))

    @overload
    def __and__(self, other: Para[Q, A, C]) -> Para[tuple[P, Q], A, tuple[B, C]]: ...
    @overload
    def __and__(self, other: Arrow[A, C]) -> Para[P, A, tuple[B, C]]: ...
    def __and__(self, other: Para[Q, A, C] | Arrow[A, C]) -> SomePara:
        """Both of one input."""
        if not isinstance(other, Para | Arrow):
            return unknown(self, "&", other)
        if self.dom != other.dom:
            raise misfit(_forked(name_of, self, other), "the first begins at", self.dom, "the second at", other.dom)
        text, cod = f"({_forked(str, self, other)})", product(self.cod, other.cod)
        if isinstance(other, Arrow):
            p = self.parameters
            return _para(self, text, self.dom, cod, lambda: self.arrow & (exr(p, self.dom) >> other))
        p, q, a = self.parameters, other.parameters, self.dom
        left, right = exl(p, q) * identity(a), exr(p, q) * identity(a)
        return _two(text, self, other, a, cod, lambda: (left >> self.arrow) & (right >> other.arrow))

    def __rand__(self, other: Arrow[A, C]) -> Para[P, A, tuple[C, B]]:
        """Both of one input, of which the first is a plain arrow."""
        if not isinstance(other, Arrow):
            raise cannot(other, "&", self)
        if self.dom != other.dom:
            raise misfit(_forked(name_of, other, self), "the first begins at", other.dom, "the second at", self.dom)
        text, cod = f"({_forked(str, other, self)})", product(other.cod, self.cod)
        return _para(self, text, self.dom, cod, lambda: (exr(self.parameters, self.dom) >> other) & self.arrow)

    @overload
    def __mul__(self, other: Para[Q, C, D]) -> Para[tuple[P, Q], tuple[A, C], tuple[B, D]]: ...
    @overload
    def __mul__(self, other: Arrow[C, D]) -> Para[P, tuple[A, C], tuple[B, D]]: ...
    def __mul__(self, other: Para[Q, C, D] | Arrow[C, D]) -> SomePara:
        """Side by side."""
        if not isinstance(other, Para | Arrow):
            return unknown(self, "*", other)
        text = _crossed(self, other)
        dom, cod = product(self.dom, other.dom), product(self.cod, other.cod)
        p, a, c = self.parameters, self.dom, other.dom
        if isinstance(other, Arrow):
            return _para(self, text, dom, cod, lambda: assoc_l(p, a, c) >> self.arrow * other, CROSS)
        q = other.parameters
        left, right = exl(p, q) * exl(a, c), exr(p, q) * exr(a, c)
        return _two(text, self, other, dom, cod, lambda: (left >> self.arrow) & (right >> other.arrow), CROSS)

    def __rmul__(self, other: Arrow[C, D]) -> Para[P, tuple[C, A], tuple[D, B]]:
        """Side by side, of which the first is a plain arrow."""
        if not isinstance(other, Arrow):
            raise cannot(other, "*", self)
        p, c, a = self.parameters, other.dom, self.dom
        past = assoc_l(p, c, a) >> swap(p, c) * identity(a) >> assoc_r(c, p, a)
        text, cod = _crossed(other, self), product(other.cod, self.cod)
        return _para(self, text, product(c, a), cod, lambda: past >> other * self.arrow, CROSS)

    def pieces(self) -> Sequence[Piece]:
        """Its name."""
        return (f"{self.name}",)

    def _repr_svg_(self) -> str | None:
        """What a notebook shows, if it can be drawn: the arrow of parameters and input."""
        return picture_of(self.arrow)


SomePara: TypeAlias = Para[Any, Any, Any]  # Any: a stage of a pipeline, whose objects are known to exist, not which


def para(
    name: str, parameters: TypeForm[P], arrow: Arrow[tuple[P, A], B], init: Callable[[np.random.Generator], P]
) -> Para[P, A, B]:
    """A parametrised arrow from an arrow of parameters and input, and an initialiser."""
    parameters = require_object("para", parameters)
    if not isinstance(arrow, Arrow):
        raise SpaceError(f"para: wanted an arrow from parameters and input, got {named(arrow)}; {instead(arrow)}")
    require_made_of("para", name, init=init)
    if len(factors(arrow.dom)) != 2 or factors(arrow.dom)[0] != parameters:
        raise SpaceError(f"para: wanted an arrow from tuple[{brief(parameters)}, ...], got {describe(arrow)}")
    return Para(name, parameters, factors(arrow.dom)[1], arrow.cod, init, lambda: arrow)


def parameter(a: TypeForm[A], init: Callable[[np.random.Generator], A]) -> Para[A, Unit, A]:
    """The parametrised arrow Unit -> A whose output is its parameter."""
    return para("parameter", a, exl(a, UNIT), init)


def in_a_row(block: Para[P, A, A], n: int) -> Para[tuple[P, ...], A, A]:
    """`block` n times over; see `cat_ad.derivatives.stacking`."""
    require_block(block)
    if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n < sys.maxsize:
        raise SpaceError(f"stack({name_of(block)}, {told(n)}): wanted one block or more, got {told(n)}")
    p: type[tuple[P, ...]] = products(*(block.parameters,) * n)
    return Para(
        f"stack({block}, {n})",
        p,
        block.dom,
        block.cod,
        lambda rng: tuple(block.init(rng) for _ in range(n)),
        lambda: nest(p) * identity(block.dom) >> _threaded((block,) * n),
    )


def require_block(block: object) -> None:
    """Raise `SpaceError` unless this is a parametrised arrow, `CompositionError` unless it ends where it begins."""
    if not isinstance(block, Para):
        raise SpaceError(f"stack: wanted a parametrised arrow, got {named(block)}; of a plain one, compose(f, f)")
    if block.cod != block.dom:
        raise misfit(f"{name_of(block)} with itself", "it ends in", block.cod, "and begins at", block.dom)


def _has_form(space: type, value: object) -> bool:
    """Has a value of elements the products that an object has?"""
    if not isinstance(value, tuple):
        return is_array(space)
    parts = factors(space)
    return not is_array(space) and len(parts) == len(value) and all(map(_has_form, parts, value))


# Weaving the arrow of a composition ----------------------------------------------------------------------------------


def _para(
    of: SomePara, name: str, dom: type, cod: type, weave: Callable[[], SomeArrow], tightness: int = WHOLE
) -> SomePara:
    """Another arrow with the same parameters."""
    return Para(name, of.parameters, dom, cod, of.draw, weave, tightness=tightness)


def _two(
    name: str, f: SomePara, g: SomePara, dom: type, cod: type, weave: Callable[[], SomeArrow], tightness: int = WHOLE
) -> SomePara:
    """An arrow with the parameters of both, f's drawn first."""
    p: type = product(f.parameters, g.parameters)
    return Para(name, p, dom, cod, lambda rng: (f.init(rng), g.init(rng)), weave, tightness=tightness)


def _stages(f: SomePara) -> tuple[SomePara, ...]:
    return f.stages or (f,)


def _forked(text: Callable[[SomePara | SomeArrow], str], f: SomePara | SomeArrow, g: SomePara | SomeArrow) -> str:
    """`f & g`, without its parentheses."""
    return f"{held(text(f), f.tightness, CROSS)} & {held(text(g), g.tightness, CROSS)}"


def _crossed(f: SomePara | SomeArrow, g: SomePara | SomeArrow) -> str:
    """`f * g`"""
    return f"{held(str(f), f.tightness, CROSS)} * {held(str(g), g.tightness, WHOLE)}"


def _require_path(f: SomePara | SomeArrow, g: SomePara | SomeArrow) -> None:
    if f.cod != g.dom:
        first, then = f if isinstance(f, Arrow) else _stages(f)[-1], g if isinstance(g, Arrow) else _stages(g)[0]
        raise misfit(f"{name_of(first)} >> {name_of(then)}", "the first ends in", f.cod, "the second begins at", g.dom)


def _pipeline(stages: Sequence[SomePara]) -> SomePara:
    """The composition of some stages, with parameters nested to the left.

    Of three stages the parameters are (P1 x P2) x P3; `assoc_r` makes P1 x (P2 x P3) of them, which `_threaded` takes.
    """
    if len(stages) == 1:
        return replace(stages[0], stages=tuple(stages))
    objects = [stage.parameters for stage in stages]

    def weave() -> SomeArrow:
        to_the_right: list[SomeArrow] = []
        inner = objects[-1]
        for left, middle in reversed([*zip(accumulate(objects, products), objects[1:-1], strict=False)]):
            to_the_right.append(assoc_r(left, middle, inner))
            inner = product(middle, inner)
        start = [reduce(rshift, to_the_right) * identity(stages[0].dom)] if to_the_right else []
        return reduce(rshift, [*start, _threaded(stages)])

    return Para(
        " >> ".join(f"({stage})" if stage.stages else stage.name for stage in stages),
        reduce(products, objects),
        stages[0].dom,
        stages[-1].cod,
        lambda rng: reduce(lambda before, stage: (before, stage.init(rng)), stages[1:], stages[0].init(rng)),
        weave,
        tuple(stages),
        CHAIN,
    )


def _threaded(stages: Sequence[SomePara]) -> SomeArrow:
    """The arrow of stages whose parameters are nested to the right, P1 x (P2 x P3), and input.

    Each step takes the first of what is left, ((p, rest), a) to (rest, (p, a)), and runs its stage on it: a flat
    chain, in which each parameter is passed on once, however many there are. The rests of three stages are P2 x P3, P3.
    """
    objects: list[type] = [stage.parameters for stage in reversed(stages)]
    rests = [*accumulate(objects, lambda rest, p: products(p, rest))][-2::-1]
    steps: list[SomeArrow] = []
    for stage, rest in zip(stages, rests, strict=False):
        p, a = stage.parameters, stage.dom
        steps += [swap(p, rest) * identity(a), assoc_r(rest, p, a), identity(rest) * stage.arrow]
    return reduce(rshift, [*steps, stages[-1].arrow])
