"""Linear algebra of square matrices: `solve`, `inverse`, `log_determinant`, `cholesky`, `symmetric_eigenvalues`.

    x = A^-1 b      dx = A^-1 (db - dA x)             back: s = A^-T w for b, -s x^T for A
    Y = A^-1        dY = -Y dA Y
    y = log |det A| dy = <A^-T, dA>
    L L^T = A       dL = L P(L^-1 dA L^-T)            with P the lower triangle, its diagonal halved
    A V = V D       dD = the diagonal of V^T dA V     dV = V F(V^T dA V), which divides entry (i, j) by D_j - D_i

Each rule is stated once, in words that arrays have and elements too (`Matrices`): so there are derivatives of all
orders. Where A has no inverse, or no factor, results are nan, as of log(-1). For C there is no code, and `bounds` knows
nothing of results. (Giles 2008; Murray 2016.)

>>> import numpy as np
>>> from cat_ad import Dim
>>> class N(Dim): ...
>>> solve(N)((np.array([[2.0, 0.0], [0.0, 4.0]]), np.array([2.0, 2.0])))
array([1. , 0.5])
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeAlias, TypeVar, overload

from cat_ad.arrows.generators import Primitive, SomeLinear, SomePrimitive, linear_primitive
from cat_ad.arrows.operations import Operation
from cat_ad.arrows.polymorphism import polymorphic
from cat_ad.arrows.terms import Arrow, SomeArrow
from cat_ad.categories.biproduct import Linear
from cat_ad.categories.category import AnyHom, K, SomeHom
from cat_ad.objects.array_operations import inner_last
from cat_ad.objects.arrays import AnyArray, as_dtype, namespace, reshaped
from cat_ad.objects.matrix_operations import (
    cholesky_matrix,
    eigenvalues_of,
    eigenvectors_of,
    inverse_matrix,
    log_determinant_of,
    solve_matrix,
)
from cat_ad.objects.spaces import Dim, Float, Scalar, floats, product
from cat_ad.objects.trees import Tree
from cat_ad.primitives.lengths import inverse_or_zero

N = TypeVar("N", bound=Dim)

Pair: TypeAlias = tuple[AnyArray, AnyArray]


class Matrices(Protocol):
    """What the rules are stated in: of square matrices, and of vectors and numbers beside them."""

    def product(self, a: AnyArray, b: AnyArray, /) -> AnyArray: ...  # noqa: D102  (as named)
    def turned(self, a: AnyArray, /) -> AnyArray: ...  # noqa: D102
    def of_vector(self, a: AnyArray, x: AnyArray, /) -> AnyArray: ...  # noqa: D102
    def outer(self, x: AnyArray, y: AnyArray, /) -> AnyArray: ...  # noqa: D102
    def inner(self, a: AnyArray, b: AnyArray, /) -> AnyArray: ...  # noqa: D102
    def times(self, a: AnyArray, c: AnyArray, /) -> AnyArray: ...  # noqa: D102
    def solved(self, a: AnyArray, b: AnyArray, /) -> AnyArray: ...  # noqa: D102
    def inverse(self, a: AnyArray, /) -> AnyArray: ...  # noqa: D102
    def lower(self, a: AnyArray, /) -> AnyArray: ...  # noqa: D102
    def across(self, a: AnyArray, x: AnyArray, /) -> AnyArray: ...  # noqa: D102
    def columns(self, a: AnyArray, b: AnyArray, /) -> AnyArray: ...  # noqa: D102
    def eigenvalues(self, a: AnyArray, /) -> AnyArray: ...  # noqa: D102
    def eigenvectors(self, a: AnyArray, /) -> AnyArray: ...  # noqa: D102
    def inverse_gaps(self, x: AnyArray, /) -> AnyArray: ...  # noqa: D102


class OnArrays:
    """These words, of arrays over any leading axes."""

    def product(self, a: AnyArray, b: AnyArray) -> AnyArray:
        """A B."""
        return a @ b

    def turned(self, a: AnyArray) -> AnyArray:
        """The transpose."""
        return a.mT

    def of_vector(self, a: AnyArray, x: AnyArray) -> AnyArray:
        """A x."""
        return (a @ x[..., None])[..., 0]

    def outer(self, x: AnyArray, y: AnyArray) -> AnyArray:
        """x y^T."""
        return x[..., :, None] * y[..., None, :]

    def inner(self, a: AnyArray, b: AnyArray) -> AnyArray:
        """The sum of all products of two entries at one place."""
        return inner_last(_in_a_row(a), _in_a_row(b))

    def times(self, a: AnyArray, c: AnyArray) -> AnyArray:
        """A matrix times a number."""
        return a * c[..., None, None]

    def solved(self, a: AnyArray, b: AnyArray) -> AnyArray:
        """A^-1 b."""
        return solve_matrix(a, b[..., None])[..., 0]

    def inverse(self, a: AnyArray) -> AnyArray:
        """A^-1."""
        return inverse_matrix(a)

    def lower(self, a: AnyArray) -> AnyArray:
        """The lower triangle, with half the diagonal."""
        places = namespace(a).arange(a.shape[-1])
        above = places[:, None] - places[None, :]
        return a * ((as_dtype(above > 0, a.dtype) + as_dtype(above >= 0, a.dtype)) * 0.5)

    def across(self, a: AnyArray, x: AnyArray) -> AnyArray:
        """Each column times a number."""
        return a * x[..., None, :]

    def columns(self, a: AnyArray, b: AnyArray) -> AnyArray:
        """The inner product of each column with the same of another."""
        return inner_last(a.mT, b.mT)

    def eigenvalues(self, a: AnyArray) -> AnyArray:
        """Of the symmetric part."""
        return eigenvalues_of(_symmetric(a))

    def eigenvectors(self, a: AnyArray) -> AnyArray:
        """Likewise, as columns."""
        return eigenvectors_of(_symmetric(a))

    def inverse_gaps(self, x: AnyArray) -> AnyArray:
        """1 / (x_j - x_i), but 0 where these are equal."""
        return inverse_or_zero(_differences(x))


def _symmetric(a: AnyArray) -> AnyArray:
    return a * 0.5 + a.mT * 0.5  # halved first, since the sum may be infinite


def _differences(x: AnyArray) -> AnyArray:
    return x[..., None, :] - x[..., :, None]


def _in_a_row(a: AnyArray) -> AnyArray:
    return reshaped(a, (*a.shape[:-2], a.shape[-2] * a.shape[-1]))


ARRAYS = OnArrays()
Rule: TypeAlias = Callable[[Matrices, Tree, Tree, SomeLinear], AnyHom]  # a point, the value there, k, and an arrow of k


def solve_rule(m: Matrices, at: Pair, x: AnyArray, k: Linear[K]) -> SomeHom[K]:
    """Of A^-1 b, there and back."""
    a, turned = at[0], m.turned(at[0])

    def push(d: tuple[AnyArray | None, AnyArray | None]) -> AnyArray:
        moved = None if d[0] is None else -m.of_vector(d[0], x)
        side = moved if d[1] is None else d[1] if moved is None else d[1] + moved
        return m.solved(a, side)

    def pull(w: AnyArray) -> Pair:
        s = m.solved(turned, w)
        return -m.outer(s, x), s

    return k.linear(push, pull)


def inverse_rule(m: Matrices, a: AnyArray, y: AnyArray, k: Linear[K]) -> SomeHom[K]:
    """Of A^-1, there and back."""
    turned = m.turned(y)
    return k.linear_map(lambda d: -m.product(y, m.product(d, y)), lambda w: -m.product(turned, m.product(w, turned)))


def log_determinant_rule(m: Matrices, a: AnyArray, y: AnyArray, k: Linear[K]) -> SomeHom[K]:
    """Of log |det A|, there and back."""
    slopes = m.turned(m.inverse(a))
    return k.linear_map(lambda d: m.inner(slopes, d), lambda w: m.times(slopes, w))


def cholesky_rule(m: Matrices, a: AnyArray, factor: AnyArray, k: Linear[K]) -> SomeHom[K]:
    """Of L, there and back, of the symmetric part of what is pushed."""
    inverse = m.inverse(factor)
    turned, inverse_turned = m.turned(factor), m.turned(inverse)

    def half(d: AnyArray) -> AnyArray:
        return (d + m.turned(d)) * 0.5

    def push(d: AnyArray) -> AnyArray:
        return m.product(factor, m.lower(m.product(inverse, m.product(half(d), inverse_turned))))

    def pull(w: AnyArray) -> AnyArray:
        return half(m.product(inverse_turned, m.product(m.lower(m.product(turned, w)), inverse)))

    return k.linear_map(push, pull)


def eigenvalues_rule(m: Matrices, a: AnyArray, y: AnyArray, k: Linear[K]) -> SomeHom[K]:
    """Of the eigenvalues, there and back."""
    v = m.eigenvectors(a)
    turned = m.turned(v)
    return k.linear_map(lambda d: m.columns(v, m.product(d, v)), lambda w: m.product(m.across(v, w), turned))


def eigenvectors_rule(m: Matrices, a: AnyArray, v: AnyArray, k: Linear[K]) -> SomeHom[K]:
    """Of the eigenvectors, there and back, of the symmetric part of what is pushed."""
    turned, inverse_gaps = m.turned(v), m.inverse_gaps(m.eigenvalues(a))

    def push(d: AnyArray) -> AnyArray:
        return m.product(v, inverse_gaps * m.product(turned, m.product((d + m.turned(d)) * 0.5, v)))

    def pull(w: AnyArray) -> AnyArray:
        found = m.product(v, m.product(inverse_gaps * m.product(turned, w), turned))
        return (found + m.turned(found)) * 0.5

    return k.linear_map(push, pull)


def _primitive(name: str, dom: type, cod: type, value: Callable[[Tree], Tree], rule: Rule) -> SomePrimitive:
    its = OPERATIONS.setdefault(name, Operation(name))
    return Primitive(dom, cod, name, value, partial(rule, ARRAYS), operation=its, parameters=())


OPERATIONS = dict[str, Operation]()  # one of each name


@overload
def solve(n: type[N], /) -> Arrow[tuple[Float[N, N], Float[N]], Float[N]]: ...
@overload
def solve(a: Float[N, N], b: Float[N], /) -> Float[N]: ...
@polymorphic()
def solve(n: type[N]) -> SomeArrow:
    """The x with A x = b; nan where A has no inverse. Its derivative is A^-1 (db - dA x)."""
    return _primitive(*("solve", product(floats(n, n), floats(n)), floats(n), lambda x: ARRAYS.solved(*x), solve_rule))


@overload
def inverse(n: type[N], /) -> Arrow[Float[N, N], Float[N, N]]: ...
@overload
def inverse(a: Float[N, N], /) -> Float[N, N]: ...
@polymorphic()
def inverse(n: type[N]) -> SomeArrow:
    """The inverse Y of a matrix; nan where there is none. Its derivative is -Y dA Y."""
    return _primitive("inverse", floats(n, n), floats(n, n), inverse_matrix, inverse_rule)


@overload
def log_determinant(n: type[N], /) -> Arrow[Float[N, N], Scalar]: ...
@overload
def log_determinant(a: Float[N, N], /) -> Scalar: ...
@polymorphic()
def log_determinant(n: type[N]) -> SomeArrow:
    """log |det A|, whatever the sign; -inf where A has no inverse. Its slopes are the transposed inverse."""
    return _primitive("log_determinant", floats(n, n), Scalar, log_determinant_of, log_determinant_rule)


@overload
def cholesky(n: type[N], /) -> Arrow[Float[N, N], Float[N, N]]: ...
@overload
def cholesky(a: Float[N, N], /) -> Float[N, N]: ...
@polymorphic()
def cholesky(n: type[N]) -> SomeArrow:
    """The lower triangle L with L L^T = (A + A^T) / 2; nan where that is not positive definite.

    Its derivative is L P(L^-1 dS L^-T): dS is the symmetric part of dA, and P the lower triangle, its diagonal halved.
    """
    return _primitive(
        *("cholesky", floats(n, n), floats(n, n), lambda a: cholesky_matrix(_symmetric(a)), cholesky_rule)
    )


@overload
def symmetric_eigenvalues(n: type[N], /) -> Arrow[Float[N, N], Float[N]]: ...
@overload
def symmetric_eigenvalues(a: Float[N, N], /) -> Float[N]: ...
@polymorphic()
def symmetric_eigenvalues(n: type[N]) -> SomeArrow:
    """The eigenvalues of (A + A^T) / 2, which grow; nan where LAPACK finds none, as of a matrix with nan.

    The derivative of each is v^T dA v, with v its eigenvector; of equal ones, those that LAPACK gives. Its own
    derivative has quotients by differences of eigenvalues: one by 0 is left out, and one by a difference that is
    rounding alone is as large as that makes it.
    """
    return _primitive(
        *("symmetric_eigenvalues", floats(n, n), floats(n), lambda a: ARRAYS.eigenvalues(a), eigenvalues_rule)
    )


def eigenvectors(n: type[Dim]) -> SomeArrow:
    """The eigenvectors of (A + A^T) / 2, as columns, by which the derivative of its eigenvalues is stated."""
    return _primitive(
        *("eigenvectors", floats(n, n), floats(n, n), lambda a: ARRAYS.eigenvectors(a), eigenvectors_rule)
    )


def differences(n: type[Dim]) -> SomeArrow:
    """x_j - x_i at (i, j)."""
    return linear_primitive(
        *(floats(n), floats(n, n), "differences", _differences),
        lambda k: k.linear_map(_differences, lambda w: w.sum(axis=-2) - w.sum(axis=-1)),
        operation=OPERATIONS.setdefault("differences", Operation("differences", "constant derivative")),
        parameters=(),
    )


@polymorphic()
def lower_half(n: type[N]) -> Arrow[Float[N, N], Float[N, N]]:
    """The lower triangle, with half the diagonal: linear, and its own transpose."""
    return linear_primitive(
        *(floats(n, n), floats(n, n), "lower_half", ARRAYS.lower, lambda k: k.linear_map(ARRAYS.lower, ARRAYS.lower)),
        operation=OPERATIONS.setdefault("lower_half", Operation("lower_half", "constant derivative")),
        parameters=(),
    )


WORDS: tuple[Callable[[type[Dim]], SomeArrow], ...] = (
    *(solve, inverse, log_determinant, cholesky),
    symmetric_eigenvalues,
)
