"""Products of arrays that sum over shared indices: `dot`, `matvec`, `matmul`.

One bilinear primitive is all three, told by the indices of its two arguments and of its result, as in Einstein's
notation:

    dot "i,i->"        matvec "oi,i->o"        matmul "ij,jk->ik"

What the library makes of it is of this kind again. Its derivative at (u, v) sends (du, dv) to du.v + u.dv; the
transpose of that is two contractions again, w.v -> u and w.u -> v. And `each` only adds an index to those arguments
that have the new axis: a matrix shared by a batch gets its gradient summed over the batch, because that index is not
among its own.

>>> import numpy as np
>>> from cat_ad import Dim, each, matvec
>>> class I(Dim): ...
>>> class O(Dim): ...
>>> matvec(I, O)((np.ones((2, 3)), np.ones(3)))
array([3., 3.])
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import count, islice
from math import prod
from typing import TypeAlias, TypeVar, overload

from cat_ad.arrows.elements import Given
from cat_ad.arrows.generators import Lifted, Primitive, SomeLinear, SomeRule
from cat_ad.arrows.operations import Operation
from cat_ad.arrows.polymorphism import polymorphic
from cat_ad.arrows.spreading import pair
from cat_ad.arrows.terms import Arrow, SomeArrow
from cat_ad.categories.category import AnyHom
from cat_ad.objects.array_operations import inner_last
from cat_ad.objects.arrays import AnyArray, namespace, reshaped
from cat_ad.objects.spaces import Dim, Float, Scalar, floats, leading, product

I = TypeVar("I", bound=Dim)
J = TypeVar("J", bound=Dim)
K = TypeVar("K", bound=Dim)
N = TypeVar("N", bound=Dim)
O = TypeVar("O", bound=Dim)

OfTwo: TypeAlias = Callable[[Given, Given], Given]  # arrays, or elements

CONTRACTION = Operation("contraction", "bilinear", "batched derivative")


@overload
def dot(n: type[N], /) -> Arrow[tuple[Float[N], Float[N]], Scalar]: ...
@overload
def dot(x: Float[N], y: Float[N], /) -> Scalar: ...
@polymorphic()
def dot(n: type[N]) -> Arrow[tuple[Float[N], Float[N]], Scalar]:
    """The inner product of two vectors, as exact as a sum."""
    return contraction("dot", floats(n), floats(n), Scalar, "i", "i", "")


@overload
def matvec(i: type[I], o: type[O], /) -> Arrow[tuple[Float[O, I], Float[I]], Float[O]]: ...
@overload
def matvec(w: Float[O, I], x: Float[I], /) -> Float[O]: ...
@polymorphic()
def matvec(i: type[I], o: type[O]) -> Arrow[tuple[Float[O, I], Float[I]], Float[O]]:
    """A matrix applied to a vector; as exact as `matmul`."""
    return contraction("matvec", floats(o, i), floats(i), floats(o), "oi", "i", "o")


@overload
def matmul(i: type[I], j: type[J], k: type[K], /) -> Arrow[tuple[Float[I, J], Float[J, K]], Float[I, K]]: ...
@overload
def matmul(w: Float[I, J], x: Float[J, K], /) -> Float[I, K]: ...
@polymorphic()
def matmul(i: type[I], j: type[J], k: type[K]) -> Arrow[tuple[Float[I, J], Float[J, K]], Float[I, K]]:
    """The product of two matrices, as exact as BLAS: of n products, to n units in the last place of their sizes."""
    return contraction("matmul", floats(i, j), floats(j, k), floats(i, k), "ij", "jk", "ik")


@overload
def scaled(n: type[N], /) -> Arrow[tuple[Float[N], Scalar], Float[N]]: ...
@overload
def scaled(x: Float[N], c: Scalar, /) -> Float[N]: ...
@polymorphic()
def scaled(n: type[N]) -> Arrow[tuple[Float[N], Scalar], Float[N]]:
    """A vector times a number."""
    return contraction("scaled", floats(n), Scalar, floats(n), "i", "", "i")


def contraction(name: str, a: type, b: type, c: type, left: str, right: str, out: str) -> SomeArrow:
    """The primitive A x B -> C that multiplies along shared indices and sums over those that are not in `out`."""
    times, to_left, to_right = contract(left, right, out), contract(out, right, left), contract(out, left, right)

    def lift(dim: type[Dim], lifted: Lifted) -> SomeArrow:
        on_left, on_right = pair(lifted)
        (index,) = unused(1, left + right)
        return contraction(
            name,
            leading(dim, a) if on_left else a,
            leading(dim, b) if on_right else b,
            leading(dim, c),
            index + left if on_left else left,
            index + right if on_right else right,
            index + out,
        )

    return Primitive(
        product(a, b),
        c,
        name,
        lambda x: times(*x),
        bilinear(times, to_left, to_right),
        lift,
        operation=CONTRACTION,
        parameters=(left, right, out),
    )


def unused(many: int, indices: str) -> list[str]:
    """So many more indices; there are as many as characters, since an array may have more axes than letters."""
    return [*islice((i for i in map(chr, count(ord("a"))) if i not in indices), many)]


def bilinear(times: OfTwo, to_left: OfTwo, to_right: OfTwo) -> SomeRule:
    """The derivative of `times` at (u, v): du.v + u.dv; transposed, (w.v, w.u) by `to_left` and `to_right`."""

    def derivative(x: Given, y: Given, k: SomeLinear) -> AnyHom:
        u, v = x
        return k.join(
            k.linear_map(lambda du: times(du, v), lambda dw: to_left(dw, v)),
            k.linear_map(lambda dv: times(u, dv), lambda dw: to_right(dw, u)),
        )

    return derivative


def contract(left: str, right: str, out: str) -> Callable[[AnyArray, AnyArray], AnyArray]:
    """The contraction, which lets more leading axes of either argument through, or of both."""
    planned, axes_left, axes_right = _planned(left, right, out), len(left), len(right)

    def times(u: AnyArray, v: AnyArray) -> AnyArray:
        if u.ndim == axes_left and v.ndim == axes_right:
            return planned(u, v)
        more = unused(max(u.ndim - axes_left, v.ndim - axes_right), left + right)
        on_left, on_right = ("".join(more[len(more) - n :]) for n in (u.ndim - axes_left, v.ndim - axes_right))
        return _planned(on_left + left, on_right + right, "".join(more) + out)(u, v)

    return times


@lru_cache(maxsize=1024)
def _planned(left: str, right: str, out: str) -> Callable[[AnyArray, AnyArray], AnyArray]:
    """How to compute a contraction as one matrix product, planned once.

    An index that all three arrays have stays in front, and there is a product for each of its values. Of the others,
    those of `left` in `out` are the rows, those of `right` in `out` the columns, and the sum goes over the rest.
    """
    runs = _runs(left, right, out)
    if max(map(len, runs), default=0) > 1:
        return _with_runs_as_one(runs, left, right, out)
    batch = [i for i in out if i in left and i in right]
    rows = [i for i in out if i not in right]
    columns = [i for i in out if i not in left]
    summed = [i for i in left if i not in out]
    if rows and columns and out.index(rows[0]) > out.index(columns[0]):
        swapped = _planned(right, left, out)  # the result then comes in the order wanted
        return lambda u, v: swapped(v, u)
    if not batch and max(len(rows), len(columns), len(summed)) <= 1:
        return _of_matrices(left == "".join(rows + summed), right == "".join(summed + columns), rows, columns, summed)
    if not rows and not columns:
        by_row, by_row_too = _arranged(left, batch, summed), _arranged(right, batch, summed)
        return lambda u, v: inner_last(by_row(u), by_row_too(v))
    first, second = _arranged(left, batch, rows, summed), _arranged(right, batch, summed, columns)
    order = batch + rows + columns
    in_order = tuple(order.index(i) for i in out)

    def product(u: AnyArray, v: AnyArray) -> AnyArray:
        w = first(u) @ second(v) if summed else first(u) * second(v)
        w = reshaped(w, tuple(u.shape[left.index(i)] if i in left else v.shape[right.index(i)] for i in order))
        return w if in_order == tuple(range(len(order))) else namespace(w).permute_dims(w, in_order)

    return product


def _runs(left: str, right: str, out: str) -> list[str]:
    """The indices, in runs: those of a run stand together, in one order, in every array that has one of them."""
    runs: list[str] = []
    for index in dict.fromkeys(out + left):
        run = runs[-1] + index if runs else index
        if runs and all(run in indices or not set(run) & set(indices) for indices in (left, right, out)):
            runs[-1] = run
        else:
            runs.append(index)
    return runs


def _with_runs_as_one(runs: list[str], left: str, right: str, out: str) -> Callable[[AnyArray, AnyArray], AnyArray]:
    """The contraction with one index for each run, which moves no entry and leaves fewer axes to think of."""
    firsts = [run[0] for run in runs]
    fewer = _planned(*("".join(i for i in indices if i in firsts) for indices in (left, right, out)))
    shorten_left, shorten_right = _shortened(runs, left), _shortened(runs, right)
    places = [(0, left.index(i)) if i in left else (1, right.index(i)) for i in out]

    def product(u: AnyArray, v: AnyArray) -> AnyArray:
        w, shapes = fewer(shorten_left(u), shorten_right(v)), (u.shape, v.shape)
        return reshaped(w, tuple([shapes[argument][axis] for argument, axis in places]))

    return product


def _shortened(runs: list[str], indices: str) -> Callable[[AnyArray], AnyArray]:
    """Make one axis of each run."""
    here = sorted((indices.index(run), len(run)) for run in runs if run in indices)
    if all(length == 1 for _, length in here):
        return lambda x: x
    return lambda x: reshaped(x, tuple([prod(x.shape[start : start + length]) for start, length in here]))


def _of_matrices(
    left_in_order: bool, right_in_order: bool, rows: list[str], columns: list[str], summed: list[str]
) -> Callable[[AnyArray, AnyArray], AnyArray]:
    """The contraction of arrays of two axes at most, where `@` and `.T` say it all."""
    if not summed:
        return (lambda u, v: u[:, None] * v[None, :]) if rows and columns else lambda u, v: u * v
    if not rows and not columns:
        return inner_last
    if left_in_order:
        return (lambda u, v: u @ v) if right_in_order else lambda u, v: u @ v.T
    return (lambda u, v: u.T @ v) if right_in_order else lambda u, v: u.T @ v.T


def _arranged(indices: str, batch: list[str], *groups: list[str]) -> Callable[[AnyArray], AnyArray]:
    """Bring the axes into the order of `batch` and then the groups, and make each group one axis."""
    order = tuple(indices.index(i) for i in batch + [i for group in groups for i in group])

    def arrange(x: AnyArray) -> AnyArray:
        xp = namespace(x)
        if order != tuple(range(len(order))):
            x = xp.permute_dims(x, order)
        at, shape = len(batch), x.shape[: len(batch)]
        for group in groups:
            shape += (prod(x.shape[at : at + len(group)]),)
            at += len(group)
        return reshaped(x, shape)

    return arrange
