"""Every primitive beside its twin: the same function written in autograd.numpy, by a formula of its own."""

# autograd makes its functions at run time:
# pyright: reportAttributeAccessIssue=false, reportCallIssue=false

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

import autograd.numpy as anp
import autograd.scipy.special as special
import numpy as np
from hypothesis.vendor.pretty import RepresentationPrinter

import cat_ad as c
from cat_ad import Dim, Float, Scalar
from cat_ad.arrows.products import nest, unnest
from cat_ad.arrows.terms import SomeArrow
from cat_ad.objects.arrays import namespace
from cat_ad.objects.spaces import floats, products, truths
from cat_ad.primitives.affine import affine
from cat_ad.primitives.constants import full_like, number
from cat_ad.primitives.elementary import half_circle
from cat_ad.primitives.elementwise import over
from cat_ad.symbolic.jacobian_fields import units
from tests.support.trees import Tree


class I(Dim, size=2):  # noqa: E742  (a dimension, as everywhere)
    """Two."""


class J(Dim, size=3):
    """Three."""


class Other(Dim):
    """Open, as `Open` below, by another name."""


class Nine(Dim, size=9):
    """Two, two times three, and one."""


@dataclass(frozen=True)
class Twin:
    """An arrow and the same function in autograd.numpy.

    `domain` bounds the numbers for which it is tame, and `primitives` says of how many it is made.
    """

    arrow: SomeArrow
    twin: Callable[[Tree], Tree]
    domain: tuple[float, float] = (-1.0, 1.0)
    primitives: int = 1

    def then(self, other: Twin) -> Twin:
        """First this, then that."""
        return Twin(
            self.arrow >> other.arrow,
            lambda x: other.twin(self.twin(x)),
            self.domain,
            self.primitives + other.primitives,
        )

    def __repr__(self) -> str:
        """The arrow's."""
        return str(self.arrow)

    def _repr_pretty_(self, printer: RepresentationPrinter, cycle: bool) -> None:
        """Hypothesis prints the same, and not all that is inside."""
        printer.text(str(self))


def fork(*parts: Twin) -> Twin:
    """All of one argument."""
    arrow: SomeArrow = c.fork(*(part.arrow for part in parts))
    count = sum(part.primitives for part in parts)
    return Twin(arrow, lambda x: tuple(part.twin(x) for part in parts), primitives=count)


def cross(*parts: Twin) -> Twin:
    """Side by side."""
    arrow: SomeArrow = c.cross(*(part.arrow for part in parts))
    count = sum(part.primitives for part in parts)
    return Twin(arrow, lambda x: tuple(part.twin(y) for part, y in zip(parts, x, strict=True)), primitives=count)


def spread(space: type, along: Tree) -> Twin:
    """The arrow x -> x `along`, from Scalar to any array: a primitive of a user, who says so in the public words."""

    def outer(x: Tree) -> Tree:
        return x.reshape(x.shape + (1,) * along.ndim) * along

    made: SomeArrow = c.primitive(
        "spread",
        Scalar,
        space,
        outer,
        lambda x, y, k: k.linear_map(outer, lambda dy: (dy * along).sum(axis=tuple(range(-along.ndim, 0)))),
        constant_derivative=True,
    )
    return Twin(made, lambda x: x * along)


def between(space: type, low: float, high: float) -> Twin:
    """Entry by entry into an interval, in waves, so that no slope fades: another primitive of a user."""
    middle, half = (low + high) / 2, (high - low) / 2
    made: SomeArrow = c.primitive(
        "between",
        space,
        space,
        lambda x: middle + half * namespace(x).sin(x),
        lambda x, y, k: k.scale(half * namespace(x).cos(x)),
    )
    return Twin(made, lambda x: middle + half * anp.sin(x))


POSITIVE = (0.7, 1.4)


def elementwise(a: Any) -> tuple[Twin, ...]:  # Any: an object of floats
    """The functions of one number or two, on arrays of an object."""
    one: list[Twin] = [
        Twin(c.negate(a), lambda x: -1.0 * x),
        Twin(c.scale(a, 1.5), lambda x: 1.5 * x),
        Twin(c.shift(a, 0.5), lambda x: x + 0.5),
        Twin(over(a, 0.7), lambda x: x / 0.7),
        Twin(c.zero(a), lambda x: 0.0 * x),
        Twin(full_like(a, 0.25), lambda x: 0.0 * x + 0.25),
        Twin(c.step(a), lambda x: anp.where(x > 0, 1.0, 0.0) + 0.0 * x),
        Twin(c.exp(a), anp.exp),
        Twin(c.log(a), anp.log, POSITIVE),
        Twin(c.sqrt(a), anp.sqrt, POSITIVE),
        Twin(c.reciprocal(a), lambda x: x**-1.0, POSITIVE),
        Twin(c.power(a, 3), lambda x: x * x * x),
        Twin(c.power(a, -1.5), lambda x: 1.0 / (x * anp.sqrt(x)), POSITIVE),
        Twin(c.sin(a), anp.sin),
        Twin(c.cos(a), anp.cos),
        Twin(c.tanh(a), lambda x: (anp.exp(2 * x) - 1) / (anp.exp(2 * x) + 1)),
        Twin(c.sigmoid(a), lambda x: 1 / (1 + anp.exp(-x))),
        Twin(c.log_sigmoid(a), lambda x: -anp.log(1 + anp.exp(-x))),
        Twin(c.softplus(a), lambda x: anp.log(1 + anp.exp(x))),
        Twin(c.relu(a), lambda x: anp.where(x > 0, x, 0.0)),
        Twin(c.log1p(a), lambda x: anp.log(1 + x), (-0.5, 1.0)),
        Twin(c.expm1(a), lambda x: anp.exp(x) - 1),
        Twin(c.sinh(a), lambda x: (anp.exp(x) - anp.exp(-x)) / 2),
        Twin(c.cosh(a), lambda x: (anp.exp(x) + anp.exp(-x)) / 2),
        Twin(c.arctan(a), anp.arctan),
        Twin(c.arcsin(a), anp.arcsin, (-0.8, 0.8)),
        Twin(c.arccos(a), anp.arccos, (-0.8, 0.8)),
        Twin(half_circle(a), lambda x: anp.sqrt(1 - x * x), (-0.8, 0.8)),
        Twin(c.silu(a), lambda x: x / (1 + anp.exp(-x))),
        Twin(c.erf(a), special.erf),
        Twin(c.erfc(a), lambda x: 1 - special.erf(x)),
        Twin(c.gelu(a), lambda x: x * (1 + special.erf(x / 2**0.5)) / 2),
        Twin(c.absolute(a), lambda x: anp.where(x > 0, x, -1.0 * x)),
        Twin(c.sign(a), lambda x: anp.sign(x) + 0.0 * x),
        Twin(c.clip(a, -0.4, 0.3), lambda x: anp.where(x < -0.4, -0.4, anp.where(x > 0.3, 0.3, x))),
    ]
    two = [
        Twin(c.add(a), lambda x: x[0] + x[1]),
        Twin(c.sub(a), lambda x: x[0] - x[1]),
        Twin(c.mul(a), lambda x: x[0] * x[1]),
        Twin(c.div(a), lambda x: x[0] / x[1], POSITIVE),
        Twin(c.hypot(a), lambda x: anp.sqrt(x[0] ** 2 + x[1] ** 2), POSITIVE),
        Twin(c.arctan2(a), lambda x: 2 * anp.arctan(x[0] / (anp.sqrt(x[0] ** 2 + x[1] ** 2) + x[1])), POSITIVE),
        Twin(c.power(a), lambda x: anp.exp(x[1] * anp.log(x[0])), POSITIVE),
        Twin(c.maximum(a), lambda x: anp.where(x[0] > x[1], x[0], x[1])),
        Twin(c.minimum(a), lambda x: anp.where(x[0] < x[1], x[0], x[1])),
        Twin(c.where(a), lambda x: anp.where(x[0], x[1], x[2])),
        Twin(c.less(a), lambda x: x[0] < x[1]),
        Twin(c.less_equal(a), lambda x: x[0] <= x[1]),
        Twin(c.greater(a), lambda x: x[0] > x[1]),
        Twin(c.greater_equal(a), lambda x: x[0] >= x[1]),
        Twin(c.equal(a), lambda x: x[0] == x[1]),
        Twin(c.not_equal(a), lambda x: x[0] != x[1]),
    ]
    return (*one, *two)


def tensors(i: type[Dim], j: type[Dim]) -> tuple[Twin, ...]:
    """The primitives that know the axes of their arrays."""
    matrix, vector = floats(i, j), floats(j)
    three = products(vector, Scalar, matrix)
    fixed = np.arange(6.0).reshape(2, 3) / 6
    return (
        Twin(c.dot(j), lambda x: anp.sum(x[0] * x[1])),
        Twin(c.matvec(j, i), lambda x: anp.sum(x[0] * x[1], axis=1)),
        Twin(c.matmul(i, i, j), lambda x: anp.sum(x[0][:, :, None] * x[1][None, :, :], axis=1)),
        Twin(c.matmul(i, j, i), lambda x: anp.einsum("ij,jk->ik", x[0], x[1])),
        Twin(affine(j, i), lambda x: anp.sum(x[0][0] * x[1], axis=1) + x[0][1]),
        Twin(c.total(matrix), lambda x: anp.sum(anp.sum(x, axis=0))),
        Twin(c.mean(matrix), lambda x: anp.sum(x) / x.size),
        Twin(c.mean(matrix, floats(i)), lambda x: anp.mean(x, axis=1)),
        Twin(c.product(j), _product),
        Twin(c.product(matrix, vector), lambda x: x[0] * x[1]),
        Twin(c.norm(j), lambda x: anp.sqrt(anp.sum(x * x))),
        Twin(c.norm(matrix), lambda x: anp.sqrt(anp.sum(x * x))),
        Twin(c.largest(matrix, floats(i)), lambda x: anp.max(x, axis=1)),
        Twin(c.largest(j), lambda x: x[anp.argmax(x)]),
        Twin(c.smallest(j), lambda x: x[anp.argmin(x)]),
        Twin(c.logsumexp(j), _log_sum_exp),
        Twin(c.softmax(j), lambda x: anp.exp(x) / anp.sum(anp.exp(x))),
        Twin(c.log_softmax(j), lambda x: x - _log_sum_exp(x)),
        Twin(c.cross_entropy(j), lambda x: _log_sum_exp(x[0]) - x[0][x[1]] if x[1] >= 0 else 0.0),
        Twin(c.transpose(i, j), lambda x: anp.einsum("ij->ji", x)),
        Twin(c.flatten(i, j), lambda x: anp.concatenate(list(x))),
        Twin(c.unflatten(i, j), lambda x: anp.stack(anp.split(x, 2))),
        Twin(c.concat(j, i), lambda x: anp.concatenate(x)),
        Twin(c.concat(i, i, j), lambda x: anp.concatenate(x)),
        Twin(c.split(i, Nine), lambda x: (x[:2], x[2:])),
        Twin(c.pad(I, j, J), lambda x: anp.concatenate([anp.zeros(2), x, anp.zeros(3)])),
        Twin(c.entry(i), lambda x: x[0][x[1]]),
        Twin(c.take(j, i), lambda x: x[0][x[1]]),
        Twin(c.take(i, j, j, i), lambda x: x[0][x[1]]),
        Twin(c.scatter(J, i), lambda x: anp.dot(np.eye(3)[x[1]].T, x[0])),
        Twin(c.scatter(J, i, j), lambda x: anp.dot(np.eye(3)[x[1]].T, x[0])),
        Twin(c.flip(j), lambda x: x[::-1]),
        Twin(c.roll(j, 1), lambda x: anp.concatenate([x[-1:], x[:-1]])),
        Twin(c.rename(j, Other), lambda x: 1.0 * x),
        Twin(c.lower(j), anp.tril),
        Twin(c.lower_triangle(I, J), lambda x: anp.array([[x[0], 0.0], [x[1], x[2]]])),
        Twin(c.lower_triangle(J, j, strict=True), _strictly_lower),
        Twin(c.cumulative_sum(j), lambda x: anp.dot(np.tril(np.ones((len(x), len(x)))), x)),
        Twin(c.windows(j, I, Other), lambda x: anp.stack([x[:-1], x[1:]], axis=1)),
        Twin(c.contraction(floats(i, j), floats(j), floats(i)), lambda x: anp.einsum("ij,j->i", *x)),
        Twin(c.contraction(floats(i, j), floats(j)), lambda x: anp.sum(x, axis=0)),
        Twin(c.lookup(i, j), lambda x: x[0][x[1]]),
        Twin(c.transpose(i, j, i), lambda x: anp.einsum("ijk->jik", x)),
        Twin(c.causal(j), _causal),
        Twin(c.masked_mean(j), _masked_mean),
        Twin(c.masked_mean(i, j), _masked_mean),
        Twin(c.rms_norm(j), lambda x: x / anp.sqrt(anp.mean(x**2) + 1e-5), POSITIVE),
        Twin(c.queries_keys_values(j, i), lambda x: (tuple(anp.split(x, 3, axis=1)[:2]), anp.split(x, 3, axis=1)[2])),
        Twin(c.attention(j, I, J), lambda x: _attention(x, heads=2)),
        Twin(c.unpack(Nine, products(floats(I), products(floats(I, J), Scalar))), _unpack),
        Twin(c.pack(Nine, products(floats(I), products(floats(I, J), Scalar))), _pack),
        Twin(c.constant(matrix, fixed), lambda x: fixed),
        Twin(number(matrix, 0.5), lambda x: 0.0 * anp.sum(x) + 0.5),
        Twin(units(matrix), lambda x: anp.reshape(anp.eye(x.size), x.shape * 2) + 0.0 * anp.sum(x)),
        Twin(c.scan(j, c.add(Scalar) >> c.sin(Scalar) >> c.dup(Scalar)), _scan),
        Twin(c.iterate(3, c.sin(matrix)), lambda x: anp.sin(anp.sin(anp.sin(x)))),
        Twin(nest(three), lambda x: (x[0], (x[1], x[2]))),
        Twin(unnest(three), lambda x: (x[0], x[1][0], x[1][1])),
    )


def matrices(n: type[Dim]) -> tuple[Twin, ...]:
    """Linear algebra, of triangles and of their products, which have inverses."""
    matrix, vector = floats(n, n), floats(n)
    triangle = Twin(c.causal(n, 0.0), lambda x: anp.tril(x), POSITIVE)
    with_turned: SomeArrow = c.identity(matrix) & c.transpose(n, n)
    square = triangle.then(Twin(with_turned >> c.matmul(n, n, n), lambda x: anp.dot(x, x.T), primitives=2))
    positive = square.then(Twin(c.power(matrix, 2), lambda x: x * x))  # by Schur's theorem on products
    with_vector = Twin(c.causal(n, 0.0) * c.identity(vector), lambda x: (anp.tril(x[0]), x[1]), POSITIVE)
    return (
        with_vector.then(Twin(c.solve(n), lambda x: anp.dot(anp.linalg.inv(x[0]), x[1]))),
        triangle.then(Twin(c.inverse(n), anp.linalg.inv)),
        triangle.then(Twin(c.log_determinant(n), lambda x: anp.log(anp.linalg.det(x)))),
        Twin(c.symmetric_eigenvalues(n), lambda x: anp.linalg.eigh((x + x.T) / 2)[0]),
        positive.then(Twin(c.cholesky(n), lambda x: anp.linalg.cholesky((x + x.T) / 2))),
    )


def _log_sum_exp(x: Tree) -> Tree:
    return anp.log(anp.sum(anp.exp(x)))


def _product(x: Tree) -> Tree:
    return reduce(operator.mul, [x[at] for at in range(len(x))], 1.0)


def _causal(x: Tree) -> Tree:
    return anp.tril(x) - 1e30 * anp.triu(anp.ones(x.shape), 1)


def _masked_mean(x: Tree) -> Tree:
    return anp.mean(x[0][x[1] >= 0])


def _attention(x: Tree, heads: int) -> Tree:
    """Place by place and head by head, each over the places up to its own."""
    parts = [anp.split(part, heads, axis=1) for part in anp.split(x, 3, axis=1)]
    rows = []
    for t in range(len(x)):
        means = []
        for q, k, v in zip(*parts, strict=True):
            weights = anp.exp(anp.dot(k[: t + 1], q[t]) / q.shape[1] ** 0.5)
            means.append(anp.dot(weights / anp.sum(weights), v[: t + 1]))
        rows.append(anp.concatenate(means))
    return anp.stack(rows)


def _strictly_lower(x: Tree) -> Tree:
    return anp.array([[0.0, 0.0, 0.0], [x[0], 0.0, 0.0], [x[1], x[2], 0.0]])


def _scan(x: Tree) -> Tree:
    """Each output is the state after it."""
    state, outputs = x[0], []
    for entry in x[1]:
        state = anp.sin(state + entry)
        outputs.append(state)
    return state, anp.stack(outputs)


def _unpack(x: Tree) -> Tree:
    return x[:2], (anp.stack((x[2:5], x[5:8])), x[8])


def _pack(x: Tree) -> Tree:
    return anp.concatenate([x[0], anp.reshape(x[1][0], -1), anp.reshape(x[1][1], 1)])


def integers(j: type[Dim]) -> tuple[Twin, ...]:
    """The primitives that have no numbers to differentiate."""
    mask = truths(j)
    return (
        Twin(c.positions(j), lambda x: np.arange(len(x))),
        Twin(c.logical_and(mask), lambda x: x[0] & x[1]),
        Twin(c.logical_or(mask), lambda x: x[0] | x[1]),
        Twin(c.logical_not(mask), lambda x: ~x),
    )


PRIMITIVES = (*elementwise(Float[I, J]), *tensors(I, J))
GAMMAS = (
    Twin(c.lgamma(Float[I, J]), special.gammaln, POSITIVE),
    Twin(c.digamma(Float[I, J]), lambda x: special.psi(x + 1) - 1 / x, POSITIVE),
)
MATRICES = (*matrices(J), *GAMMAS)  # of which there are no bounds, or no code in C
INTEGERS = integers(J)
EXTRA = tuple(twin for a in (Scalar, Float[J]) for twin in elementwise(a))  # of the other numbers of axes
STEPS: tuple[Twin, ...] = (*PRIMITIVES, *INTEGERS, *EXTRA, *elementwise(Float[I]))


class Open(Dim):
    """As long as its data."""


UNFLATTEN = next(f for f in PRIMITIVES if str(f) == "unflatten")  # whose codomain must have sizes
OPEN = (
    *elementwise(Float[I, Open]),
    *(f for f in tensors(I, Open) if str(f) != str(UNFLATTEN)),
    *integers(Open),
    UNFLATTEN,
)
