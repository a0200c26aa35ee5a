"""Differentiable functions: the category `D(k)`, written once for every representation k of linear maps.

An arrow of D(k) from A to B is a function from a in A to the pair of f(a) and the derivative of f at a, an arrow of
k from A to B (Elliott 2018, sections 3 and 4). `compose` is the chain rule. A primitive states its own derivative.
Structure is linear, so its derivative is itself at every point (theorem 3). What is composed of linear arrows is linear
again; so that its derivative is made only once, it is kept as a `_Linear`.

    k                    D(k) gives
    Additive()           forward mode
    Dual(Additive())     reverse mode
    Matrices()           the Jacobian matrix
    Cont(k, R)           reverse mode, by continuations in k
    Begin(k, R)          forward mode, from a seed in k

Any other category will do too, if it has what the derivatives of an arrow ask for. A monoidal one with `scale` is
enough for an arrow without `exl`, `exr` and `dup`, whose primitives only compose, scale and cross.

>>> from cat_ad import Additive, Scalar, dup, mul
>>> from cat_ad.linear_maps import additive
>>> square = dup(Scalar) >> mul(Scalar)
>>> value, derivative = function(square.to(D(Additive())))(3.0)
>>> value, additive.function(derivative)(1.0)
(9.0, 6.0)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any, Generic, TypeAlias, TypeVar, cast

from cat_ad.arrows.generators import Primitive, Residual
from cat_ad.categories import functions
from cat_ad.categories.biproduct import Linear
from cat_ad.categories.brands import branded, inverse_of
from cat_ad.categories.category import A, B, C, Category, Hom, Indexed, K, SomeHom
from cat_ad.categories.functions import Function, Functions
from cat_ad.categories.indexed import CartesianI, require_family
from cat_ad.categories.wiring import Value, Wiring, WiringDiagram, wired
from cat_ad.derivatives.without_entries import lacks, without_entries
from cat_ad.errors import InterpretationError, MissingError, told
from cat_ad.objects.spaces import Dim, Unit
from cat_ad.objects.tangents import row, stacked

E = TypeVar("E")


class Differentiable(Generic[K]):
    """The brand of D(k): `Hom[Differentiable[K], A, B]` is a callable from A to `tuple[B, Hom[K, A, B]]`."""


def hom(f: Callable[[A], tuple[B, Hom[K, A, B]]]) -> Hom[Differentiable[K], A, B]:
    """A function that returns value and derivative, as an arrow of D(k)."""
    return branded(f)


function = inverse_of(hom)


@dataclass(frozen=True, slots=True)
class _Linear(Generic[K, A, B]):
    """A linear function: its derivative is itself everywhere (theorem 3), so it is made once and not at every call."""

    apply: Callable[[A], B]
    derivative: Hom[K, A, B]

    @property
    def value(self) -> Hom[Function, A, B]:
        return functions.hom(self.apply)

    def __call__(self, a: A) -> tuple[B, Hom[K, A, B]]:
        return self.apply(a), self.derivative


_Made: TypeAlias = Callable[[Any, Any, Any], Any]  # Any: a category, two of its arrows, and what it makes of them


class ChainRule(Wiring[Differentiable[K]]):
    """Functions with their derivatives in k, composed; a subclass says what a primitive is."""

    def __init__(self, k: Category[K]) -> None:
        """Derivatives are represented in `k`, which needs only as much structure as the arrows that are read."""
        if not isinstance(k, Category):
            raise InterpretationError(f"D: wanted a category of linear maps, got {told(k)}; Additive() is one")
        self.k = cast(Linear[K], k)  # if it lacks something, it says so when it is asked for that
        self._functions = Functions()

    def linear(self, value: Hom[Function, A, B], derivative: Hom[K, A, B]) -> Hom[Differentiable[K], A, B]:
        """A linear function, given as a function and in k."""
        return hom(_Linear(functions.function(value), derivative))

    def _once(self, made: _Made, f: object, g: object) -> SomeHom[Differentiable[K]] | None:
        """What is made of two linear functions, which is linear again; `None` unless both are linear."""
        if not (isinstance(f, _Linear) and isinstance(g, _Linear)):
            return None
        return self.linear(made(self._functions, f.value, g.value), made(self.k, f.derivative, g.derivative))

    def compose(self, f: Hom[Differentiable[K], A, B], g: Hom[Differentiable[K], B, C]) -> Hom[Differentiable[K], A, C]:
        """The chain rule: the derivative of (f ; g) at a is that of f at a, then that of g at f(a) (theorem 1)."""
        k, first, then = self.k, function(f), function(g)

        def run(a: A) -> tuple[C, Hom[K, A, C]]:
            b, f_derivative = first(a)
            c, g_derivative = then(b)
            return c, k.compose(f_derivative, g_derivative)

        return self._once(lambda k, f, g: k.compose(f, g), first, then) or hom(run)

    def chain(self, path: Sequence[SomeHom[Differentiable[K]]]) -> SomeHom[Differentiable[K]]:
        """The chain rule along a path, in one frame however long it is."""
        k, steps = self.k, [function(f) for f in self._merged(path)]
        if len(steps) <= 2:
            return super().chain([hom(step) for step in steps])

        def run(x: object) -> tuple[object, SomeHom[K]]:
            derivatives = []
            for step in steps:
                x, derivative = step(x)
                derivatives.append(derivative)
            return x, k.chain(derivatives)

        return hom(run)

    def _merged(self, path: Sequence[SomeHom[Differentiable[K]]]) -> list[SomeHom[Differentiable[K]]]:
        """The path with each run of linear arrows made one."""
        merged: list[SomeHom[Differentiable[K]]] = []
        for linear, run in groupby(path, lambda f: isinstance(function(f), _Linear)):
            if linear:
                steps = [step for f in run if isinstance(step := function(f), _Linear)]
                value = self._functions.chain([step.value for step in steps])
                merged.append(self.linear(value, self.k.chain([step.derivative for step in steps])))
            else:
                merged.extend(run)
        return merged

    def wire(self, diagram: WiringDiagram, boxes: Sequence[SomeHom[Differentiable[K]]]) -> SomeHom[Differentiable[K]]:
        """The chain rule along wires: the derivative of a diagram is the same diagram of the derivatives."""
        k, steps = self.k, [function(f) for f in boxes]
        linear = [step for step in steps if isinstance(step, _Linear)]
        if len(linear) == len(steps):
            value = self._functions.wire(diagram, [step.value for step in linear])
            return self.linear(value, wired(k, diagram, [step.derivative for step in linear]))

        def run(a: object) -> tuple[object, SomeHom[K]]:
            derivatives = list[SomeHom[K]]()

            def called(step: Callable[[Value], tuple[Value, SomeHom[K]]], x: Value) -> Value:
                b, derivative = step(x)
                derivatives.append(derivative)
                return b

            b = diagram.run([partial(called, step) for step in steps], a)
            return b, wired(k, diagram, derivatives)

        return hom(run)

    def cross(
        self, f: Hom[Differentiable[K], A, C], g: Hom[Differentiable[K], B, E]
    ) -> Hom[Differentiable[K], tuple[A, B], tuple[C, E]]:
        """The derivative of f * g at (a, b) is that of f at a, cross that of g at b (theorem 2)."""
        k, left, right = self.k, function(f), function(g)

        def run(x: tuple[A, B]) -> tuple[tuple[C, E], Hom[K, tuple[A, B], tuple[C, E]]]:
            c, f_derivative = left(x[0])
            d, g_derivative = right(x[1])
            return (c, d), k.cross(f_derivative, g_derivative)

        return self._once(lambda k, f, g: k.cross(f, g), left, right) or hom(run)

    def fork(
        self, f: Hom[Differentiable[K], A, B], g: Hom[Differentiable[K], A, C]
    ) -> Hom[Differentiable[K], A, tuple[B, C]]:
        """The derivative of f & g at a is that of f at a, fork that of g at a."""
        k, left, right = self.k, function(f), function(g)

        def run(a: A) -> tuple[tuple[B, C], Hom[K, A, tuple[B, C]]]:
            b, f_derivative = left(a)
            c, g_derivative = right(a)
            return (b, c), k.fork(f_derivative, g_derivative)

        return self._once(lambda k, f, g: k.fork(f, g), left, right) or hom(run)

    def id(self, a: type[A]) -> Hom[Differentiable[K], A, A]:
        """Linear."""
        return self.linear(self._functions.id(a), self.k.id(a))

    def exl(self, a: type[A], b: type[B]) -> Hom[Differentiable[K], tuple[A, B], A]:
        """Linear."""
        return self.linear(self._functions.exl(a, b), self.k.exl(a, b))

    def exr(self, a: type[A], b: type[B]) -> Hom[Differentiable[K], tuple[A, B], B]:
        """Linear."""
        return self.linear(self._functions.exr(a, b), self.k.exr(a, b))

    def dup(self, a: type[A]) -> Hom[Differentiable[K], A, tuple[A, A]]:
        """Linear."""
        return self.linear(self._functions.dup(a), self.k.dup(a))

    def it(self, a: type[A]) -> Hom[Differentiable[K], A, Unit]:
        """Linear."""
        return self.linear(self._functions.it(a), self.k.it(a))

    def swap(self, a: type[A], b: type[B]) -> Hom[Differentiable[K], tuple[A, B], tuple[B, A]]:
        """Linear."""
        return self.linear(self._functions.swap(a, b), self.k.swap(a, b))

    def assoc_l(
        self, a: type[A], b: type[B], c: type[C]
    ) -> Hom[Differentiable[K], tuple[A, tuple[B, C]], tuple[tuple[A, B], C]]:
        """Linear."""
        return self.linear(self._functions.assoc_l(a, b, c), self.k.assoc_l(a, b, c))

    def assoc_r(
        self, a: type[A], b: type[B], c: type[C]
    ) -> Hom[Differentiable[K], tuple[tuple[A, B], C], tuple[A, tuple[B, C]]]:
        """Linear."""
        return self.linear(self._functions.assoc_r(a, b, c), self.k.assoc_r(a, b, c))

    def __repr__(self) -> str:
        """Its name, and k."""
        return f"{type(self).__name__}({self.k!r})"


class D(ChainRule[K], CartesianI[Differentiable[K]]):
    """Functions of arrays with their derivatives in k."""

    def cross_i(self, n: type[Dim], fs: Sequence[Hom[Differentiable[K], A, B]]) -> SomeHom[Differentiable[K]]:
        """The derivative of a family side by side is that of each at its row, side by side (theorem 6)."""
        require_family(n, fs)
        k, steps = self.k, [function(f) for f in fs]

        def run(x: Value) -> tuple[Value, SomeHom[K]]:
            found = [step(row(x, i)) for i, step in enumerate(steps)]
            return stacked([b for b, _ in found]), k.cross_i(n, [derivative for _, derivative in found])

        return hom(run)

    def ex_i(self, n: type[Dim], a: type[A]) -> Sequence[Hom[Differentiable[K], Indexed[A], A]]:
        """Linear."""
        pairs = zip(self._functions.ex_i(n, a), self.k.ex_i(n, a), strict=True)
        return [self.linear(value, derivative) for value, derivative in pairs]

    def repl_i(self, n: type[Dim], a: type[A]) -> Hom[Differentiable[K], A, Indexed[A]]:
        """Linear."""
        return self.linear(self._functions.repl_i(n, a), self.k.repl_i(n, a))

    def primitive(self, arrow: Primitive[A, B]) -> Hom[Differentiable[K], A, B]:
        """Its value, and the derivative that it states."""
        k, value, derivative = self.k, arrow.value, arrow.derivative
        if arrow.linear and not arrow.has("constant derivative"):  # else its transpose wants the shapes at the point
            try:
                return self.linear(functions.hom(value), arrow.linear(k))
            except MissingError as error:
                lacks(arrow, error)

        if isinstance(derivative, Residual):
            both = derivative.within(k)

            def kept(a: A) -> tuple[B, Hom[K, A, B]]:
                try:
                    return both(a)
                except Exception as error:
                    return without_entries(arrow, a, k, error)

            return hom(kept)

        def run(a: A) -> tuple[B, Hom[K, A, B]]:
            b = value(a)
            try:
                return b, derivative(a, b, k)
            except Exception as error:
                return without_entries(arrow, a, k, error)

        return hom(run)
