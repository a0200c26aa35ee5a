"""An arrow at a point, and how errors of it speak: what all parts of `check_derivative` share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn, TypeVar

import numpy as np
import numpy.typing as npt

from cat_ad.arrows.printing import describe
from cat_ad.arrows.terms import SomeArrow
from cat_ad.derivatives.checking.coordinates import Coordinates, Rows
from cat_ad.derivatives.forward_and_reverse import forward, reverse
from cat_ad.errors import DerivativeError
from cat_ad.objects.arrays import AnyArray
from cat_ad.objects.spaces import factors, is_array
from cat_ad.objects.tangents import Tangent
from cat_ad.objects.trees import tree_map

T = TypeVar("T")

WORK = 2**21  # entries of arguments and results that are looked at: the units of all spaces of up to 1,000 dimensions
FEWEST = 16  # units of larger ones
ROUNDING = 1e-13  # of a slope, beside the largest of its row and its column


@dataclass(frozen=True)
class Limits:
    """How much values and derivatives may differ: the tolerance, and how large numbers are that add up to them."""

    tolerance: float
    value: float = 0.0
    derivative: float = 0.0
    transposed: float = 0.0


class Point:
    """An arrow at a point in float64, with the units of its spaces that are tried."""

    def __init__(self, f: SomeArrow, a: AnyArray, rng: np.random.Generator, tolerance: float) -> None:
        """`a` is in float64; derivatives may differ by `tolerance` of their size."""
        self.f, self.a, self.rng, self.tolerance = f, a, rng, tolerance
        b, self._push = forward(f)(a)
        _, self._pull = reverse(f)(a)
        self.b = tree_map(np.asarray, b)
        self.inputs, self.outputs = Coordinates(a), Coordinates(self.b)
        self.row = self.inputs.of(a)
        self.largest = float(np.abs(self.row).max(initial=0.0))
        self.columns, self.rows = self._chosen(self.inputs.size), self._chosen(self.outputs.size)

    def value(self, a: AnyArray) -> Rows:
        """The numbers of f(a)."""
        return self.outputs.of(self.f.unchecked(a))

    def push(self, u: Tangent) -> Rows:
        """The derivative of u."""
        return called(self.f, lambda d: self.outputs.of(self._push(d)), u)

    def pull(self, v: Tangent) -> Rows:
        """The transposed derivative of v."""
        return called(self.f, lambda d: self.inputs.of(self._pull(d)), v)

    def _chosen(self, size: int) -> list[int]:
        """All units, or as many as the work allows."""
        many = max(FEWEST, WORK // (self.inputs.size + self.outputs.size + 1))
        return list(range(size)) if size <= many else sorted(self.rng.choice(size, many, replace=False).tolist())

    def matrix(self) -> Rows:
        """The columns of the derivative, by forward mode."""
        columns = [self.push(self.inputs.unit(i)) for i in self.columns]
        return np.stack(columns, axis=1) if columns else np.zeros((self.outputs.size, 0))

    def limits(self, matrix: Rows) -> Limits:
        """How large numbers are that add up to values and to derivatives in random directions."""
        sizes = np.where(np.isfinite(matrix), np.abs(matrix), 0.0)
        value = (sizes @ np.abs(self.row[self.columns])).max(initial=0.0)
        return Limits(self.tolerance, value, *(float(3.0 * sizes.sum(axis=i).max(initial=0.0)) for i in (1, 0)))

    def refuse(self, found: str, advice: str) -> NoReturn:
        """Raise the error that says what was found, and what to do."""
        refuse(self.f, found, advice)

    def differ(self, ways: str, one: float, other: float, where: str) -> NoReturn:
        """Raise the error of two ways to one number."""
        part = abs(one - other) / max(abs(one), abs(other))
        self.refuse(
            f"{ways} differ by {part:.1e} of their size, wanted at most {self.tolerance:.0e}: "
            f"{one:.3g} and {other:.3g} {where}",
            "look at the derivative that the primitive states, and whether f is smooth here",
        )


def refuse(f: SomeArrow, found: str, advice: str) -> NoReturn:
    """Raise the error of an arrow that says what was found, and what to do."""
    raise DerivativeError(f"{describe(f)}: {found}; {advice}")


def called(f: SomeArrow, derivative: Callable[[Tangent], T], tangent: Tangent) -> T:
    """The derivative of a tangent; what its rule raises is an error of the arrow."""
    try:
        return derivative(tangent)
    except Exception as error:  # a rule may raise anything
        raise DerivativeError(
            f"{describe(f)}: its derivative raises {type(error).__name__}: {error}; state {_form(f)}"
        ) from error


def _form(f: SomeArrow) -> str:
    """The words in which a derivative between such objects is stated."""
    from_pair, to_pair = (None if is_array(space) else len(factors(space)) == 2 for space in (f.dom, f.cod))
    if from_pair and to_pair is None:
        return "k.join(by the first of the pair, by the second), or k.linear(push, pull) on tuples, where None is zero"
    if to_pair and from_pair is None:
        return "k.fork(of the first of the pair, of the second), or k.linear(push, pull) on tuples, where None is zero"
    if from_pair is None and to_pair is None:
        return "k.scale(slope) entry by entry, from an array to one of its shape, or else k.linear_map(push, pull)"
    return "k.linear(push, pull) on tuples, where None is zero, or what is composed of joins and forks of pairs"


def close(x: Rows, y: Rows, tolerance: float, largest: Rows | float) -> npt.NDArray[np.bool_]:
    """Where they are alike, up to the tolerance, and to rounding beside the largest numbers near by."""
    near = np.abs(x - y) <= tolerance * np.maximum(np.abs(x), np.abs(y)) + ROUNDING * largest
    alike: npt.NDArray[np.bool_] = (near & np.isfinite(x) & np.isfinite(y)) | (x == y)
    return alike
