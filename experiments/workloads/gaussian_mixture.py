"""ADBench's Gaussian mixture: how likely points are, with a Wishart prior on the precisions of the components.

(Srajer, Kukelova & Fitzgibbon 2018, A benchmark of selected algorithmic differentiation tools.)
"""

from math import lgamma, log, pi
from types import ModuleType

import numpy as np

from cat_ad import Dim, Float, Scalar, arrow, check, dot, each, exp, logsumexp, lower_triangle, matvec, total
from experiments.workloads.workload import Numbers, Workload

SIZE, EXTRA, GAMMA = 4, 1, 1.0  # of a point; degrees of freedom beyond that; and the precision of the prior


FREEDOM = SIZE + EXTRA + 1
WISHART = FREEDOM * SIZE * (log(GAMMA) - 0.5 * log(2)) - (  # the logarithm of what makes the prior a distribution
    0.25 * SIZE * (SIZE - 1) * log(pi) + sum(lgamma(0.5 * (FREEDOM - j)) for j in range(SIZE))
)


class Points(Dim):
    """What is seen."""


class Components(Dim):
    """Normal distributions, which are mixed."""


class D(Dim, size=SIZE):
    """Coordinates of a point."""


class Below(Dim, size=SIZE * (SIZE - 1) // 2):
    """Entries below the diagonal of a matrix."""


@arrow
def likelihood(
    alphas: Float[Components],
    means: Float[Components, D],
    logs: Float[Components, D],
    below: Float[Components, Below],
    xs: Float[Points, D],
) -> Scalar:
    """The logarithm of how likely the points are, and the matrices, whose diagonals are given by their logarithms."""
    shares = logsumexp(alphas)

    def of_point(x: Float[D]) -> Scalar:
        def of_component(alpha: Scalar, mean: Float[D], log_diagonal: Float[D], rest: Float[Below]) -> Scalar:
            far = x - mean
            scaled = exp(log_diagonal) * far + matvec(lower_triangle(D, rest, strict=True), far)
            return alpha + total(log_diagonal) - 0.5 * dot(scaled, scaled)

        return logsumexp(each(Components, of_component)(alphas, means, logs, below)) - shares - 0.5 * SIZE * log(2 * pi)

    def prior(log_diagonal: Float[D], rest: Float[Below]) -> Scalar:
        squares = total(exp(2.0 * log_diagonal)) + dot(rest, rest)
        return 0.5 * GAMMA**2 * squares - EXTRA * total(log_diagonal) - WISHART

    return total(each(Points, of_point)(xs)) + total(each(Components, prior)(logs, below))


def by_numpy(xp: ModuleType, alphas: Numbers, means: Numbers, logs: Numbers, below: Numbers, xs: Numbers) -> object:
    """The same, with all matrices at once."""

    def log_sum_exp(x: Numbers, axis: int) -> Numbers:
        most = xp.amax(x, axis=axis, keepdims=True)
        y: Numbers = xp.log(xp.sum(xp.exp(x - most), axis=axis)) + xp.squeeze(most, axis)
        return y

    matrices = xp.einsum("kb,bij->kij", below, xp.asarray(PLACES))
    far = xs[:, None, :] - means[None, :, :]
    scaled = xp.exp(logs) * far + xp.einsum("kij,nkj->nki", matrices, far)
    main = alphas + xp.sum(logs, axis=1) - 0.5 * xp.sum(scaled**2, axis=2)
    points = log_sum_exp(main, 1) - log_sum_exp(alphas, 0) - 0.5 * SIZE * log(2 * pi)
    squares = xp.sum(xp.exp(2.0 * logs)) + xp.sum(below**2)
    return xp.sum(points) + 0.5 * GAMMA**2 * squares - EXTRA * xp.sum(logs) - WISHART * len(alphas)


def _places() -> Numbers:
    """For each entry below the diagonal, column by column, the matrix that has a 1 there."""
    columns, rows = np.triu_indices(SIZE, 1)
    places = np.zeros((len(rows), SIZE, SIZE))
    places[np.arange(len(rows)), rows, columns] = 1.0
    return places


PLACES = _places()


def arguments(
    rng: np.random.Generator,
) -> tuple[Float[Components], Float[Components, D], Float[Components, D], Float[Components, Below], Float[Points, D]]:
    """Three components, and twenty points."""
    return (
        check(Float[Components], rng.normal(size=3)),
        check(Float[Components, D], rng.normal(size=(3, SIZE))),
        check(Float[Components, D], rng.normal(size=(3, SIZE))),
        check(Float[Components, Below], rng.normal(size=(3, len(PLACES)))),
        check(Float[Points, D], rng.normal(size=(20, SIZE))),
    )


GAUSSIAN_MIXTURE = Workload("Gaussian mixture", likelihood, by_numpy, arguments)
