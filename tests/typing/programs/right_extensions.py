"""What a user adds: a primitive with its derivative, and a category to read arrows in."""

from typing import TypeVar, cast, reveal_type

import numpy as np

from cat_ad import Additive, D, Dim, Dual, Float, Matrices, Primitive, Residual, Scalar, Unit, check
from cat_ad import check_derivative, dense, dup, each, gradient, mul, primitive, sin, sub
from cat_ad.categories.biproduct import Linear
from cat_ad.categories.category import Cartesian, Hom


class Batch(Dim): ...


class Hidden(Dim, size=4): ...


A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
E = TypeVar("E")
K = TypeVar("K")


cube = primitive("cube", Scalar, Scalar, lambda x: x**3, lambda a, b, k: k.scale(3 * a**2))
reveal_type(cube)  # R: Arrow[Scalar, Scalar]


def _norm_rule(a: Float[Hidden], b: Scalar, k: Linear[K]) -> Hom[K, Float[Hidden], Scalar]:
    return k.linear_map(lambda u: (a * u).sum(-1) / b, lambda v: a * (v / b)[..., None])


norm = primitive("norm", Float[Hidden], Scalar, lambda x: np.sqrt((x * x).sum(-1)), _norm_rule)
reveal_type(norm)  # R: Arrow[Float[Hidden], Scalar]
norms = each(Batch, dense(Hidden, Hidden) >> norm)
reveal_type(norms)  # R: Para[Float[Hidden, Hidden], Float[Batch, Hidden], Float[Batch]]
weight = norms.init(np.random.default_rng(0))
check_derivative(norms.arrow, (weight, check(Float[Batch, Hidden], np.ones((3, 4)))))
reveal_type(gradient(norm)(check(Float[Hidden], np.ones(4))))  # R: Float[Hidden]


def _exp_and_itself(a: Scalar) -> tuple[Scalar, Scalar]:
    return (b := check(Scalar, np.exp(a))), b


growth = Residual(_exp_and_itself, lambda a, kept, k: k.scale(kept))
reveal_type(primitive("growth", Scalar, Scalar, growth.value, growth))  # R: Arrow[Scalar, Scalar]


class Count:
    """The brand of numbers of primitives."""


def _count(number: int) -> Hom[Count, A, B]:
    return cast(Hom[Count, A, B], number)


def number(arrow: Hom[Count, A, B]) -> int:
    """How many primitives an arrow has."""
    return cast(int, arrow)


class Counts(Cartesian[Count]):
    """An arrow from A to B is the number of its primitives."""

    def id(self, a: type[A]) -> Hom[Count, A, A]:
        """None."""
        return _count(0)

    def compose(self, f: Hom[Count, A, B], g: Hom[Count, B, C]) -> Hom[Count, A, C]:
        """Of both."""
        return _count(number(f) + number(g))

    def cross(self, f: Hom[Count, A, C], g: Hom[Count, B, E]) -> Hom[Count, tuple[A, B], tuple[C, E]]:
        """Of both."""
        return _count(number(f) + number(g))

    def fork(self, f: Hom[Count, A, B], g: Hom[Count, A, C]) -> Hom[Count, A, tuple[B, C]]:
        """Of both."""
        return _count(number(f) + number(g))

    def exl(self, a: type[A], b: type[B]) -> Hom[Count, tuple[A, B], A]:
        """None."""
        return _count(0)

    def exr(self, a: type[A], b: type[B]) -> Hom[Count, tuple[A, B], B]:
        """None."""
        return _count(0)

    def it(self, a: type[A]) -> Hom[Count, A, Unit]:
        """None."""
        return _count(0)

    def primitive(self, arrow: Primitive[A, B]) -> Hom[Count, A, B]:
        """One."""
        return _count(1)


square = dup(Scalar) >> mul(Scalar)
reveal_type(square.to(Counts()))  # R: Hom[Count, Scalar, Scalar]
reveal_type(number((square * sin(Scalar) >> sub(Scalar)).to(Counts())))  # R: int
reveal_type(norm.to(D(Dual(Additive()))))
# R: Hom[Differentiable[Opposite[AdditiveFunction]], Float[Hidden], Scalar]
reveal_type(norm.to(D(Matrices())))  # R: Hom[Differentiable[MatrixOfSize], Float[Hidden], Scalar]
