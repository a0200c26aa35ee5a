"""Linear algebra beside LAPACK's own residuals, and where there is nothing to find."""

from collections.abc import Callable
from functools import reduce

import numpy as np
import pytest

import cat_ad as c
from cat_ad import Dim
from cat_ad.arrows.terms import SomeArrow
from cat_ad.primitives.linear_algebra import WORDS, eigenvectors
from tests.support.trees import Tree


class N(Dim):
    """Rows."""


class Batch(Dim):
    """Several."""


class More(Dim):
    """Of these."""


ORDER: list[Callable[[type[Dim]], SomeArrow]] = [c.solve, c.inverse, c.cholesky, c.log_determinant]


def positive(rng: np.random.Generator, n: int, dtype: type, batch: tuple[int, ...] = ()) -> Tree:
    """A matrix that is positive definite, of a condition that any dtype bears."""
    x = rng.normal(size=(*batch, n, n))
    return (np.eye(n) + x @ np.swapaxes(x, -1, -2) / max(n, 1)).astype(dtype)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 17])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_they_solve_what_they_say(dtype: type, n: int) -> None:
    """In the dtype of the matrix, of one and of several."""
    rng, eps = np.random.default_rng(n), 50 * float(np.finfo(dtype).eps) * (n + 1)
    for batch in ((), (4,), (0,), (2, 3)):
        a = positive(rng, n, dtype, batch)
        b: Tree = rng.normal(size=(*batch, n)).astype(dtype)
        solve, inverse, cholesky, log_determinant = (over(len(batch), f(N)) for f in ORDER)
        x, y, factor, size = solve((a, b)), inverse(a), cholesky(a), log_determinant(a)
        wide = a.astype(np.float64)
        assert {x.dtype, y.dtype, factor.dtype, size.dtype} == {np.dtype(dtype)}
        np.testing.assert_allclose((wide @ x[..., None])[..., 0], b, atol=eps)
        np.testing.assert_allclose(wide @ y, np.broadcast_to(np.eye(n), a.shape), atol=eps)
        np.testing.assert_allclose(factor.astype(np.float64) @ np.swapaxes(factor, -1, -2), a, atol=eps)
        np.testing.assert_array_equal(factor, np.tril(factor))
        np.testing.assert_allclose(size, np.linalg.slogdet(wide)[1], atol=eps)
        found = over(len(batch), c.symmetric_eigenvalues(N))(a)
        assert found.dtype == dtype
        np.testing.assert_allclose(found, np.linalg.eigvalsh(wide), atol=eps)


@pytest.mark.parametrize("exponent", [-500, -255, 0, 255, 510, 511])
def test_of_a_matrix_of_any_size_the_symmetric_part_is_itself(exponent: int) -> None:
    """Factor and eigenvalues are those of the matrix beside 1, scaled, though twice the matrix may be infinite."""
    a = positive(np.random.default_rng(0), 3, float)
    size = 4.0**exponent
    np.testing.assert_allclose(c.cholesky(N)(a * size), c.cholesky(N)(a) * np.sqrt(size), rtol=1e-13)
    np.testing.assert_allclose(c.symmetric_eigenvalues(N)(a * size), c.symmetric_eigenvalues(N)(a) * size, rtol=1e-13)


def over(many: int, f: SomeArrow) -> SomeArrow:
    """f over so many axes more."""
    return reduce(lambda f, dim: c.each(dim, f), [Batch, More][:many], f)


def test_without_an_inverse_there_is_nan_and_the_others_are_as_they_were() -> None:
    """In a batch, one matrix takes no other with it."""
    rng = np.random.default_rng(0)
    a, b = positive(rng, 3, np.float64, (3,)), rng.normal(size=(3, 3))
    a[1] = -np.ones((3, 3))
    solve, inverse, cholesky, log_determinant = (over(1, f(N)) for f in ORDER)
    for found, alone in (
        (solve((a, b)), c.solve(a[2], b[2])),
        (inverse(a), c.inverse(a[2])),
        (cholesky(a), c.cholesky(a[2])),
    ):
        assert np.isnan(found[1]).all()
        np.testing.assert_allclose(found[2], alone)
    assert log_determinant(a)[1] == -np.inf
    a[1] = np.nan
    found = over(1, c.symmetric_eigenvalues(N))(a)
    assert np.isnan(found[1]).all()
    np.testing.assert_allclose(found[2], np.linalg.eigvalsh(a[2]))


def test_eigenvalues_are_of_the_symmetric_part_and_their_second_slopes_jax_s() -> None:
    """And of equal eigenvalues slopes are finite: the sum of all is the trace."""
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    rng = np.random.default_rng(3)
    a: Tree = rng.normal(size=(4, 4))
    w: Tree = rng.normal(size=4)
    weighed: SomeArrow = c.symmetric_eigenvalues(N) >> c.arrow(lambda x: c.total(x * w), c.Float[N])

    def by_jax(a: Tree) -> Tree:
        return jax.numpy.linalg.eigvalsh((a + a.T) / 2) @ w

    assert weighed(a) == weighed((a + a.T) / 2)
    np.testing.assert_allclose(c.gradient(weighed)(a), jax.grad(by_jax)(a), atol=1e-13)
    np.testing.assert_allclose(c.hessian(weighed)(a), jax.hessian(by_jax)(a), atol=1e-12)
    trace: SomeArrow = c.symmetric_eigenvalues(N) >> c.total(N)
    unit: Tree = np.eye(3)
    np.testing.assert_allclose(c.gradient(trace)(unit), unit, atol=1e-15)
    assert not c.hessian(trace)(unit).any()


@pytest.mark.filterwarnings("ignore:stage. C calls Python")
@pytest.mark.parametrize("f", [*[f(N) for f in WORDS], eigenvectors(N)], ids=str)
def test_derivatives_of_three_orders_are_right(f: SomeArrow) -> None:
    """Of each, over a batch, which are arrows: so they are staged too; C calls Python for them."""
    rng = np.random.default_rng(1)
    a = positive(rng, 3, np.float64)
    x: Tree = (a, rng.normal(size=3)) if isinstance(f.dom, tuple) or str(f) == "solve" else a
    u: Tree = tuple(rng.normal(size=part.shape) for part in x) if isinstance(x, tuple) else rng.normal(size=a.shape)
    once: SomeArrow = c.tangent(f)
    twice: SomeArrow = c.tangent(once)
    for arrow, at in ((f, x), (once, (x, u)), (twice, ((x, u), (u, x))), (c.reverse_derivative(f), (x, f(x)))):
        c.check_derivative(arrow, at)
        np.testing.assert_array_equal(numbers(c.stage(lambda at, arrow=arrow: arrow(at))(at)), numbers(arrow(at)))
    np.testing.assert_allclose(numbers(c.stage(lambda at: once(at), "c")((x, u))), numbers(once((x, u))), 1e-11, 1e-11)


def numbers(x: Tree) -> Tree:
    """All numbers of a tree."""
    return np.concatenate([numbers(part) for part in x]) if isinstance(x, tuple) else np.ravel(x)


def test_a_quadratic_form_and_its_normaliser_are_one_line() -> None:
    """The logarithm of a Gaussian density, beside itself in NumPy."""

    @c.arrow
    def gaussian(precision: c.Float[N, N], x: c.Float[N]) -> c.Scalar:
        return 0.5 * (c.log_determinant(precision) - c.dot(x, c.matvec(precision, x)))

    rng = np.random.default_rng(2)
    a = positive(rng, 4, np.float64)
    x: Tree = rng.normal(size=4)
    assert np.isclose(gaussian((a, x)), 0.5 * (np.log(np.linalg.det(a)) - x @ a @ x))
    slopes: Tree = c.gradient(gaussian)((a, x))[0]
    np.testing.assert_allclose(slopes, 0.5 * (np.linalg.inv(a).T - np.outer(x, x)))
