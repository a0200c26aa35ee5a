"""Derivatives that are stated on generalised elements, where what a primitive states runs on arrays only.

A rule is given the primitive, which may have more axes than the one that the rule was registered for, and returns its
derivative rule: a function of the point x, the value y there, and k. Whatever that computes is an arrow, applied to
elements by `image`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, reduce
from typing import Protocol

from cat_ad.arrows.elements import image
from cat_ad.arrows.generators import SomeLinear, SomePrimitive, SomeRule
from cat_ad.arrows.lifting import lift
from cat_ad.arrows.operations import Rules
from cat_ad.arrows.terms import SomeArrow
from cat_ad.categories.category import AnyHom
from cat_ad.objects.arrays import AnyArray, namespace
from cat_ad.objects.spaces import Dim, Scalar, dimensions, factors, floats, is_array
from cat_ad.primitives.choice import row_largest, row_smallest, shares
from cat_ad.primitives.constants import full_like, number, one
from cat_ad.primitives.contractions import bilinear, contraction, dot, matmul, matvec, scaled
from cat_ad.primitives.layout import transpose
from cat_ad.primitives.lengths import direction, row_norm
from cat_ad.primitives.linear_algebra import (
    Rule,
    cholesky,
    cholesky_rule,
    differences,
    eigenvalues_rule,
    eigenvectors,
    eigenvectors_rule,
    inverse,
    inverse_rule,
    log_determinant,
    log_determinant_rule,
    lower_half,
    solve,
    solve_rule,
    symmetric_eigenvalues,
)
from cat_ad.primitives.multiplying import others, row_product
from cat_ad.primitives.probabilities import less, log_softmax, logsumexp, softmax
from cat_ad.primitives.reductions import total


class ElementsRule(Protocol):
    """How a primitive states its derivative on generalised elements."""

    def __call__(self, p: SomePrimitive, /) -> SomeRule:
        """The rule for the primitive itself, or for itself over more axes."""
        ...


def _contraction(p: SomePrimitive) -> SomeRule:
    (a, b), c, (left, right, out) = factors(p.dom), p.cod, p.parameters
    to_a = contraction(f"{out},{right}->{left}", c, b, a, out, right, left)
    to_b = contraction(f"{out},{left}->{right}", c, a, b, out, left, right)
    return bilinear(*[lambda u, v, f=f: image(f, (u, v)) for f in (p, to_a, to_b)])


def _logsumexp(p: SomePrimitive) -> SomeRule:
    return _weighted(p, softmax)


def _extreme(p: SomePrimitive) -> SomeRule:
    return _weighted(p, lambda n: shares(n, *p.parameters))


def _norm(p: SomePrimitive) -> SomeRule:
    return _weighted(p, direction)


def _direction(p: SomePrimitive) -> SomeRule:
    *more, n = dimensions(p.dom)
    length, along, across = _over(more, row_norm(n), dot(n), scaled(n))

    def rule(x: AnyArray, u: AnyArray, k: SomeLinear) -> AnyHom:
        inverse = namespace(x).inverse_or_zero(image(length, x))

        def symmetric(d: AnyArray) -> AnyArray:
            return image(across, (d - image(across, (u, image(along, (u, d)))), inverse))

        return k.linear_map(symmetric, symmetric)

    return rule


def _product(p: SomePrimitive) -> SomeRule:
    return _weighted(p, others)


def _weighted(p: SomePrimitive, of: Callable[[type[Dim]], SomeArrow]) -> SomeRule:
    """The derivative is the inner product with weights, which are an arrow."""
    *more, n = dimensions(p.dom)
    weights, along, across = _over(more, of(n), dot(n), scaled(n))

    def rule(x: AnyArray, y: AnyArray, k: SomeLinear) -> AnyHom:
        probabilities = image(weights, x)

        def with_weights(f: SomeArrow, d: AnyArray) -> AnyArray:
            return image(f, (probabilities, d))

        return k.linear_map(partial(with_weights, along), partial(with_weights, across))

    return rule


def _softmax(p: SomePrimitive) -> SomeRule:
    *more, n = dimensions(p.dom)
    along, from_each = _over(more, dot(n), less(n))

    def rule(x: AnyArray, y: AnyArray, k: SomeLinear) -> AnyHom:
        def symmetric(d: AnyArray) -> AnyArray:
            return y * image(from_each, (d, image(along, (y, d))))

        return k.linear_map(symmetric, symmetric)

    return rule


def _log_softmax(p: SomePrimitive) -> SomeRule:
    *more, n = dimensions(p.dom)
    along, from_each, across, whole = _over(more, dot(n), less(n), scaled(n), total(floats(n)))

    def rule(x: AnyArray, y: AnyArray, k: SomeLinear) -> AnyHom:
        probabilities = namespace(y).exp(y)

        def push(dx: AnyArray) -> AnyArray:
            return image(from_each, (dx, image(along, (probabilities, dx))))

        def pull(dy: AnyArray) -> AnyArray:
            return dy - image(across, (probabilities, image(whole, dy)))

        return k.linear_map(push, pull)

    return rule


def _over(dims: Sequence[type[Dim]], *arrows: SomeArrow) -> list[SomeArrow]:
    """The arrows over more axes in front."""
    return [reduce(lambda f, dim: lift(dim, f, True), reversed(dims), f) for f in arrows]


class _OnElements:
    """The words of `cat_ad.primitives.linear_algebra.Matrices`, of elements, over those axes that a primitive has."""

    def __init__(self, p: SomePrimitive) -> None:
        *more, n, _ = dimensions(p.dom if is_array(p.dom) else factors(p.dom)[0])
        matrix, vector = floats(n, n), floats(n)
        outer = contraction("outer", vector, vector, matrix, "i", "j", "ij")
        inner = contraction("inner", matrix, matrix, Scalar, "ij", "ij", "")
        times = contraction("times", matrix, Scalar, matrix, "ij", "", "ij")
        across = contraction("across", matrix, vector, matrix, "ij", "j", "ij")
        columns = contraction("columns", matrix, matrix, vector, "ij", "ij", "j")
        of_two = _over(more, matmul(n, n, n), matvec(n, n), outer, inner, times, solve(n), across, columns)
        self.product, self.of_vector, self.outer, self.inner, self.times, self.solved, *others = map(_of_two, of_two)
        self.across, self.columns = others
        of_one = _over(more, transpose(n, n), inverse(n), lower_half(n))
        of_one += _over(more, symmetric_eigenvalues(n), eigenvectors(n), differences(n))
        self.turned, self.inverse, self.lower, self.eigenvalues, self.eigenvectors, self.differences = [
            partial(image, f) for f in of_one
        ]

    def inverse_gaps(self, x: AnyArray) -> AnyArray:
        """1 / (x_j - x_i), but 0 where these are equal."""
        return namespace(x).inverse_or_zero(self.differences(x))


def _of_two(f: SomeArrow) -> Callable[[AnyArray, AnyArray], AnyArray]:
    return lambda x, y: image(f, (x, y))


def _in_words(rule: Rule) -> ElementsRule:
    """A rule of linear algebra, stated in words that elements have too."""
    return lambda p: partial(rule, _OnElements(p))


class _N(Dim):
    """The axis of the primitives that stand for their operations."""


RULES = Rules[ElementsRule]()
for constant in one(), number(Scalar, 0.0), full_like(Scalar, 0.0):
    RULES[constant] = lambda p: p.derivative  # which is zero, on elements too
RULES[dot(_N)] = _contraction
RULES[logsumexp(_N)] = _logsumexp
RULES[row_largest(_N)] = _extreme
RULES[row_smallest(_N)] = _extreme
RULES[row_norm(_N)] = _norm
RULES[direction(_N)] = _direction
RULES[row_product(_N)] = _product
RULES[softmax(_N)] = _softmax
RULES[log_softmax(_N)] = _log_softmax
RULES[solve(_N)] = _in_words(solve_rule)
RULES[inverse(_N)] = _in_words(inverse_rule)
RULES[log_determinant(_N)] = _in_words(log_determinant_rule)
RULES[cholesky(_N)] = _in_words(cholesky_rule)
RULES[symmetric_eigenvalues(_N)] = _in_words(eigenvalues_rule)
RULES[eigenvectors(_N)] = _in_words(eigenvectors_rule)
