"""Functions and derivatives with all that is linear: in the library, products of functions are not coproducts too.

>>> from cat_ad.categories.functions import function
>>> function(MAPS.join(MAPS.id(Scalar), MAPS.id(Scalar)))((1.0, 2.0))
3.0
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from cat_ad.categories import functions
from cat_ad.categories.functions import Functions
from cat_ad.derivatives import chain_rule
from cat_ad.derivatives.chain_rule import ChainRule
from cat_ad.linear_maps.additive import Additive
from cat_ad.linear_maps.beginning import Begin
from cat_ad.linear_maps.continuation import Cont
from cat_ad.linear_maps.dual import Dual
from cat_ad.linear_maps.matrix import Matrices
from cat_ad.objects.spaces import UNIT, Scalar
from cat_ad.objects.tangents import plus, stacked, summed
from cat_ad.objects.trees import tree_map
from cat_ad.readings.laws.samples import point
from cat_ad.symbolic.reverse_derivatives import Optics

Value: TypeAlias = Any  # Any: a point, or an arrow of some category
Space: TypeAlias = Any  # Any: an object of the library
SomeCategory: TypeAlias = Any  # Any: of any brand, with the structure that a term asks of it

CATEGORIES: tuple[SomeCategory, ...] = (
    Additive(),
    Matrices(),
    Dual(Additive()),
    Dual(Matrices()),
    *(f(k, Scalar) for f in (Cont, Begin) for k in (Additive(), Matrices())),
    Dual(Dual(Additive())),
    Dual(Cont(Additive(), Scalar)),
    Dual(Begin(Additive(), Scalar)),
)


def zeros(space: Space) -> Value:
    """The zero of an object."""
    return tree_map(np.zeros_like, point(space, np.random.default_rng(0)))


def _in_row(i: int, many: int, x: Value) -> Value:
    return stacked([x if at == i else None for at in range(many)])


def _added(pair: Value) -> Value:
    return plus(*pair)


class _Sums:
    """What jam makes of fork and cross."""

    def plus(self: SomeCategory, a: Space, f: Value, g: Value) -> Value:
        """The sum of two arrows from a."""
        return self.compose(self.fork(f, g), self.jam(a))

    def join(self: SomeCategory, f: Value, g: Value) -> Value:
        """The sum of f of the one and g of the other."""
        return self.compose(self.cross(f, g), self.jam(UNIT))

    def join_i(self: SomeCategory, n: Space, a: Space, fs: Sequence[Value]) -> Value:
        """The sum of each of its row."""
        return self.compose(self.cross_i(n, fs), self.jam_i(n, a))


class Maps(_Sums, Functions):
    """Functions."""

    def inl(self, a: Space, b: Space) -> Value:
        """(x, 0)"""
        return functions.hom(lambda x: (x, zeros(b)))

    def inr(self, a: Space, b: Space) -> Value:
        """(0, x)"""
        return functions.hom(lambda x: (zeros(a), x))

    def jam(self, a: Space) -> Value:
        """The sum."""
        return functions.hom(_added)

    def zero(self, a: Space, b: Space) -> Value:
        """Zero."""
        return functions.hom(lambda x: zeros(b))

    def scale(self, factor: Value) -> Value:
        """Times a number."""
        return functions.hom(lambda x: factor * x)

    def in_i(self, n: Space, a: Space) -> Sequence[Value]:
        """In one row, with zeros in the others."""
        return [functions.hom(partial(_in_row, i, n.size)) for i in range(n.size)]

    def jam_i(self, n: Space, a: Space) -> Value:
        """The sum of the rows."""
        return functions.hom(summed)


MAPS = Maps()


def _linear(name: str) -> Callable[..., Value]:
    """An operation of derivatives that gives what is linear: a function, which is its own derivative."""

    def made(category: ChainRule[Any], *given: Value) -> Value:  # Any: the brand of k
        value, derivative = (getattr(k, name)(*given) for k in (MAPS, category.k))
        many = isinstance(value, list)
        return list(map(category.linear, value, derivative)) if many else category.linear(value, derivative)

    return made


class Derivatives(_Sums, chain_rule.D[Any]):  # Any: the brand of k
    """D(k)"""

    inl, inr, jam, zero, scale = map(_linear, ("inl", "inr", "jam", "zero", "scale"))
    in_i, jam_i = map(_linear, ("in_i", "jam_i"))


class Pullbacks(_Sums, Optics):
    """Reverse derivatives, which are arrows."""

    inl, inr, jam, zero, scale = map(_linear, ("inl", "inr", "jam", "zero", "scale"))
