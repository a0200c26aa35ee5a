"""Syntax: a linear map as it is written, in the notation of the paper (Elliott 2018, section 4.5).

An arrow of `Syntax()` is an expression: how a linear map is built, with nothing simplified, and nothing computed but
the numbers in it. So `D(Syntax())` writes a derivative at a point, as `expression` does:

>>> from cat_ad import Scalar, add, cos, exl, exr, mul, sin
>>> expression(mul(Scalar))((4.0, 3.0))
scale 3 ▽ scale 4
>>> left, right = exl(Scalar, Scalar), exr(Scalar, Scalar)
>>> magnitude_squared = (((left & left) >> mul(Scalar)) & ((right & right) >> mul(Scalar))) >> add(Scalar)
>>> derivative = expression(magnitude_squared)((3.0, 4.0))
>>> derivative
jam ∘ ((scale 3 ▽ scale 3) ∘ (exl △ exl) △ (scale 4 ▽ scale 4) ∘ (exr △ exr))

`∘` reads from right to left, last first: `compose(f, g)` is first f here, and is written `g ∘ f`. It binds tighter than
`△` (fork), `▽` (join), `×` (cross) and `+`, and these are told apart by parentheses.

Expressions are free: the two sides of a law are two different expressions. Only associativity holds, since compositions
are kept flat. And `e.to(k)` reads an expression in any category k of linear maps, as `f.to(k)` reads an arrow in a
cartesian one. A written derivative, read in k, is the derivative in k: for instance a matrix, or in the dual of
`Syntax()` an expression for reverse mode.

>>> from cat_ad import Dual, Matrices
>>> from cat_ad.linear_maps import dual, matrix
>>> shape, entries = matrix.function(derivative.to(Matrices()))((matrix.Axes(()), matrix.Axes(())))
>>> entries
array([[6., 8.]])
>>> expression_of(dual.turned(derivative.to(Dual(Syntax()))))
((inl ▽ inl) ∘ (scale 3 △ scale 3) ▽ (inr ▽ inr) ∘ (scale 4 △ scale 4)) ∘ dup

An arrow can be written too, as the paper does:

>>> expression_of(magnitude_squared.to(Syntax()))
addC ∘ (mulC ∘ (exl △ exl) △ mulC ∘ (exr △ exr))
>>> expression_of((mul(Scalar) >> (cos(Scalar) & sin(Scalar))).to(Syntax()))
(cosC △ sinC) ∘ mulC
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeAlias

from cat_ad.arrows.generators import Primitive
from cat_ad.arrows.given import HasArrow, call_of, require_arrow
from cat_ad.arrows.operations import Rules
from cat_ad.arrows.printing import Piece, printed
from cat_ad.arrows.terms import SomeArrow
from cat_ad.categories.biproduct import Linear
from cat_ad.categories.brands import branded, inverse_of
from cat_ad.categories.category import A, B, C, Hom, Indexed, K, SomeHom
from cat_ad.categories.indexed import require_family, size_of
from cat_ad.derivatives.chain_rule import D, Differentiable, E, function
from cat_ad.errors import InterpretationError, told
from cat_ad.objects.arrays import AnyArray
from cat_ad.objects.spaces import Dim, Scalar, Unit
from cat_ad.objects.tangents import Tangent
from cat_ad.objects.values import in_parts
from cat_ad.primitives.arithmetic import add, mul
from cat_ad.primitives.elementwise import cos, exp, negate, sin
from cat_ad.symbolic.bulk import derivative_of

if TYPE_CHECKING:
    from cat_ad.objects.array_types import Function


def expression(f: HasArrow[A, B]) -> Function[A, Expression[A, B]]:
    """The derivative of an arrow from A to B at a in A, as an expression.

    A bulk linear map is named after its primitive p: `D p`, or p itself if that is linear. On a product, a derivative
    joins one for each factor. The parts of a may be given side by side. Raises `SpaceError` for what is no arrow, and
    for a value outside A.

    >>> import numpy as np
    >>> from cat_ad import Dim, matvec, softmax, transpose
    >>> class I(Dim, size=2): ...
    >>> class J(Dim, size=3): ...
    >>> expression(softmax(I) * transpose(I, J))((np.zeros(2), np.zeros((2, 3))))
    D softmax × transpose
    >>> expression(matvec(I, J))(np.zeros((3, 2)), np.zeros(2))
    D matvec ▽ D matvec
    """
    f = require_arrow("expression", f)
    run = function(f.to(_Named(Syntax())))
    return in_parts(call_of("expression", f), f.dom, lambda a: expression_of(run(f.boundary(a))[1]))


# Expressions ---------------------------------------------------------------------------------------------------------


class Expression(ABC, Generic[A, B]):
    """An immutable term of the language of linear maps, from A to B. It prints as the paper writes it."""

    def to(self, k: Linear[K]) -> Hom[K, A, B]:
        """Read this expression in another category of linear maps: the functor that keeps all that is written.

        Raises `InterpretationError` for another kind of category, or where a primitive is not linear.
        """
        if not isinstance(k, Linear):
            raise InterpretationError(
                f"wanted a category of linear maps to read {self} in, got {k!r}; Additive() is one"
            )
        return self._in(k)

    @abstractmethod
    def _in(self, k: Linear[K]) -> Hom[K, A, B]:
        """This expression in k."""

    @abstractmethod
    def pieces(self) -> Sequence[Piece]:
        """How it is written: text, and expressions in it."""

    def __repr__(self) -> str:
        """The notation of the paper."""
        return printed(self)


SomeExpression: TypeAlias = Expression[Any, Any]  # Any: objects in the middle of a composition are forgotten


class _Reading(Protocol[A, B]):
    def __call__(self, k: Linear[K], /) -> Hom[K, A, B]: ...


@dataclass(frozen=True, eq=False, repr=False)
class _Word(Expression[A, B]):
    """An expression without parts."""

    text: str
    reading: _Reading[A, B]

    def _in(self, k: Linear[K]) -> Hom[K, A, B]:
        return self.reading(k)

    def pieces(self) -> Sequence[Piece]:
        return (self.text,)


@dataclass(frozen=True, eq=False, repr=False)
class _Composition(Expression[A, B]):
    """First to last, and printed last to first; kept flat, since composition is associative in every category."""

    path: tuple[SomeExpression, ...]

    def _in(self, k: Linear[K]) -> Hom[K, A, B]:
        return k.chain([part.to(k) for part in self.path])

    def pieces(self) -> Sequence[Piece]:
        last, *before = reversed(self.path)
        return [*_in_parentheses(last), *[piece for part in before for piece in (" ∘ ", *_in_parentheses(part))]]


class _Combination(Protocol):
    def __call__(self, k: Linear[K], f: SomeHom[K], g: SomeHom[K], /) -> SomeHom[K]: ...


@dataclass(frozen=True, eq=False, repr=False)
class _Operation(Expression[A, B]):
    """Two expressions with a symbol between them."""

    symbol: str
    left: SomeExpression
    right: SomeExpression
    combine: _Combination

    def _in(self, k: Linear[K]) -> Hom[K, A, B]:
        return self.combine(k, self.left.to(k), self.right.to(k))

    def pieces(self) -> Sequence[Piece]:
        return *_in_parentheses(self.left), f" {self.symbol} ", *_in_parentheses(self.right)


def _in_parentheses(part: SomeExpression) -> Sequence[Piece]:
    return ("(", part, ")") if isinstance(part, _Operation) else (part,)


@dataclass(frozen=True, eq=False, repr=False)
class _Family(Expression[A, B]):
    """One expression for each index of a dimension, side by side."""

    dim: type[Dim]
    parts: tuple[SomeExpression, ...]

    def _in(self, k: Linear[K]) -> Hom[K, A, B]:
        return k.cross_i(self.dim, [part.to(k) for part in self.parts])

    def pieces(self) -> Sequence[Piece]:
        first, *others = self.parts
        return ["crossI (", first, *[piece for part in others for piece in (", ", part)], ")"]


def _number(factor: AnyArray) -> str:
    """A number in short, in parentheses if it is negative; an array by its dtype and shape."""
    if getattr(factor, "shape", ()) == ():
        with suppress(TypeError):  # which a symbol raises: it has no number
            text = f"{float(factor):g}"
            return f"({text})" if text.startswith("-") else text
    return told(factor)


# The category --------------------------------------------------------------------------------------------------------


class Written:
    """The brand of expressions: `Hom[Written, A, B]` is an `Expression[A, B]`."""


def hom(e: Expression[A, B]) -> Hom[Written, A, B]:
    """An expression as an arrow of this category."""
    return branded(e)


expression_of = inverse_of(hom)


class Syntax(Linear[Written]):
    """Expressions for linear maps: they are free, and satisfy no law but that composition is associative."""

    rules: ClassVar[Rules[str]] = Rules()  # what is written for an arrow in place of its own name

    def __init__(self, bulk: str = "linear") -> None:
        """A bulk linear map is written as `bulk`."""
        self.bulk = bulk

    def id(self, a: type[A]) -> Hom[Written, A, A]:
        """`id`"""
        return _word("id", lambda k: k.id(a))

    def compose(self, f: Hom[Written, A, B], g: Hom[Written, B, C]) -> Hom[Written, A, C]:
        """`g ∘ f`"""
        return hom(_Composition(_path(f) + _path(g)))

    def chain(self, path: Sequence[SomeHom[Written]]) -> SomeHom[Written]:
        """All of them, the last one first."""
        return hom(_Composition(tuple([part for f in path for part in _path(f)])))

    def cross(self, f: Hom[Written, A, C], g: Hom[Written, B, E]) -> Hom[Written, tuple[A, B], tuple[C, E]]:
        """`f × g`"""
        return hom(_Operation("×", expression_of(f), expression_of(g), lambda k, f, g: k.cross(f, g)))

    def exl(self, a: type[A], b: type[B]) -> Hom[Written, tuple[A, B], A]:
        """`exl`"""
        return _word("exl", lambda k: k.exl(a, b))

    def exr(self, a: type[A], b: type[B]) -> Hom[Written, tuple[A, B], B]:
        """`exr`"""
        return _word("exr", lambda k: k.exr(a, b))

    def dup(self, a: type[A]) -> Hom[Written, A, tuple[A, A]]:
        """`dup`"""
        return _word("dup", lambda k: k.dup(a))

    def fork(self, f: Hom[Written, A, B], g: Hom[Written, A, C]) -> Hom[Written, A, tuple[B, C]]:
        """`f △ g`"""
        return hom(_Operation("△", expression_of(f), expression_of(g), lambda k, f, g: k.fork(f, g)))

    def it(self, a: type[A]) -> Hom[Written, A, Unit]:
        """`it`"""
        return _word("it", lambda k: k.it(a))

    def inl(self, a: type[A], b: type[B]) -> Hom[Written, A, tuple[A, B]]:
        """`inl`"""
        return _word("inl", lambda k: k.inl(a, b))

    def inr(self, a: type[A], b: type[B]) -> Hom[Written, B, tuple[A, B]]:
        """`inr`"""
        return _word("inr", lambda k: k.inr(a, b))

    def jam(self, a: type[A]) -> Hom[Written, tuple[A, A], A]:
        """`jam`"""
        return _word("jam", lambda k: k.jam(a))

    def join(self, f: Hom[Written, A, C], g: Hom[Written, B, C]) -> Hom[Written, tuple[A, B], C]:
        """`f ▽ g`"""
        return hom(_Operation("▽", expression_of(f), expression_of(g), lambda k, f, g: k.join(f, g)))

    def ti(self, a: type[A]) -> Hom[Written, Unit, A]:
        """`ti`"""
        return _word("ti", lambda k: k.ti(a))

    def zero(self, a: type[A], b: type[B]) -> Hom[Written, A, B]:
        """`0`"""
        return _word("0", lambda k: k.zero(a, b))

    def plus(self, a: type[A], f: Hom[Written, A, B], g: Hom[Written, A, B]) -> Hom[Written, A, B]:
        """`f + g`"""
        return hom(_Operation("+", expression_of(f), expression_of(g), lambda k, f, g: k.plus(a, f, g)))

    def scale(self, factor: AnyArray) -> Hom[Written, A, A]:
        """`scale 3`; of an array of numbers, its dtype and shape."""
        return _word(f"scale {_number(factor)}", lambda k: k.scale(factor))

    def linear_map(self, apply: Callable[[A], Tangent], adjoint: Callable[[B], Tangent]) -> Hom[Written, A, B]:
        """`linear`, or as this syntax was told to write it."""
        return _word(self.bulk, lambda k: k.linear_map(apply, adjoint))

    def cross_i(self, n: type[Dim], fs: Sequence[Hom[Written, A, B]]) -> SomeHom[Written]:
        """`crossI (f, g, ...)`"""
        require_family(n, fs)
        return hom(_Family(n, tuple(map(expression_of, fs))))

    def ex_i(self, n: type[Dim], a: type[A]) -> Sequence[Hom[Written, Indexed[A], A]]:
        """`exI 0`, `exI 1`, ..."""
        return [_word(f"exI {i}", lambda k, i=i: k.ex_i(n, a)[i]) for i in range(size_of(n))]

    def repl_i(self, n: type[Dim], a: type[A]) -> Hom[Written, A, Indexed[A]]:
        """`replI`"""
        return _word("replI", lambda k: k.repl_i(n, a))

    def in_i(self, n: type[Dim], a: type[A]) -> Sequence[Hom[Written, A, Indexed[A]]]:
        """`inI 0`, `inI 1`, ..."""
        return [_word(f"inI {i}", lambda k, i=i: k.in_i(n, a)[i]) for i in range(size_of(n))]

    def jam_i(self, n: type[Dim], a: type[A]) -> Hom[Written, Indexed[A], A]:
        """`jamI`"""
        return _word("jamI", lambda k: k.jam_i(n, a))

    def primitive(self, arrow: Primitive[A, B]) -> Hom[Written, A, B]:
        """Its name, as `mulC`, linear or not; but only one that is linear can be read in another category."""
        return _word(self.rules.of(arrow) or arrow.name, lambda k: arrow.to(k))


def _word(text: str, reading: _Reading[A, B]) -> Hom[Written, A, B]:
    return hom(_Word(text, reading))


def _path(f: SomeHom[Written]) -> tuple[SomeExpression, ...]:
    """What a composition is made of, first to last; of another expression, itself."""
    e = expression_of(f)
    return e.path if isinstance(e, _Composition) else (e,)


class _Named(D[Written]):
    """`D(Syntax())`, in which a bulk linear map is written as the derivative of its primitive."""

    def primitive(self, arrow: Primitive[A, B]) -> Hom[Differentiable[Written], A, B]:
        if arrow.parts and derivative_of(arrow):  # many maps in bulk, not one
            return arrow.parts().to(self)
        return D(Syntax(arrow.name if arrow.linear else f"D {arrow.name}")).primitive(arrow)


_numeric: tuple[SomeArrow, ...] = negate(Scalar), add(Scalar), mul(Scalar), sin(Scalar), cos(Scalar), exp(Scalar)
for _arrow in _numeric:  # which the paper names with a C (section 4.6)
    Syntax.rules[_arrow] = f"{_arrow}C"
