"""`check_derivative`: does an arrow compute its derivative?

It is meant for primitives that you add, and holds for every arrow. At a point a, with b = f(a), entry by entry:

    value        is in the codomain, in the dtype of the argument, the same when computed twice, and writes to nothing
    forward      A e_i is the slope of f along e_i, by differences with their uncertainty (`cat_ad.differences`)
    linear       A u is the sum of u_i A e_i, also where parts of u are `None`, which is zero
    reverse      <e_j, A e_i> = <A* e_j, e_i>
    a batch      value, A and A* over an axis of points are those of each point, whichever arrays have the axis

>>> from cat_ad import Scalar, primitive, sin
>>> check_derivative(sin(Scalar), 1e8)
>>> wrong = primitive("square", Scalar, Scalar, lambda x: x * x, lambda a, b, k: k.scale(a))
>>> check_derivative(wrong, 3.0)
Traceback (most recent call last):
cat_ad.errors.DerivativeError: square: Float[()] -> Float[()]: forward mode and differences of the value differ by ...

What it cannot find: what is wrong at other points than a and those near it (another branch, another kind of index,
another dtype: check at several points, one of them in float32); an error that is less than the rounding of the values,
such as a slope of 1 beside a value of 1e17; a bend at which both sides have opposite slopes, as |x| at 0. It refuses
what is right where nobody can tell: where f bends within the rounding of its argument, as the sine of 1e15 does.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from math import inf
from typing import NoReturn, TypeVar

import numpy as np
import numpy.typing as npt

from cat_ad.arrays import AnyArray
from cat_ad.arrow import Arrow, SomeArrow, describe
from cat_ad.batches import Limits, Points, check_batches
from cat_ad.boundary import Boundary
from cat_ad.category import A, B
from cat_ad.coordinates import Coordinates, Rows
from cat_ad.differences import extrapolated, ladder, ladders, slopes
from cat_ad.errors import DerivativeError, require_number, require_seed
from cat_ad.lifting import lift
from cat_ad.linear.additive import Tangent
from cat_ad.modes import forward, require_arrow, reverse
from cat_ad.ownership import copied
from cat_ad.spaces import product
from cat_ad.trees import leaves, tree_map

T = TypeVar("T")

WORK = 2**21  # entries of arguments and results that are looked at: the units of all spaces of up to 1,000 dimensions
FEWEST = 16  # units of larger ones
DOUBT = 8.0  # how often its uncertainty a slope by differences may be off
ROUGH = 1e-8  # noise of values that is no rounding
ROUNDING = 1e-13  # of a slope, beside the largest of its row and its column
FEW = slice(2, 5)  # the steps that most slopes are confirmed by
MANY = 8  # arrays that are left out, one at a time


def check_derivative(f: Arrow[A, B], a: A, tolerance: float = 1e-6, seed: int = 0) -> None:
    """Raise `DerivativeError` unless value, forward and reverse mode and differences of the value agree at `a`.

    `tolerance` is relative to each slope. Of a space of some thousand dimensions and more, random units are tried, and
    random directions. Raises `SpaceError` where a or f(a) is outside its space.
    """
    require_arrow("check_derivative", f)
    require_number("check_derivative", "a tolerance of 0 or more", tolerance, 0.0, inf)
    require_seed("check_derivative", seed)
    rng = np.random.default_rng(seed)
    a = f.boundary(a)
    with np.errstate(all="ignore"):  # what is not finite is looked at
        _require_dtypes(f, copied(a), rng)
        check = _Check(f, tree_map(_in_float64, a), rng, tolerance)
        check.purity()
        matrix = check.matrix()
        check_batches(f, check.a, rng, check.limits(matrix))
        check.differences(matrix)
        check.reverse(matrix)
        check.linearity()


def _require_dtypes(f: Arrow[A, B], a: A, rng: np.random.Generator) -> None:
    """f(a) is in the codomain, and has the dtype of a, if that has one; so have the derivatives."""
    _, b = Boundary(lambda: describe(f), product(f.dom, f.cod))((a, f.unchecked(copied(a))))
    _, push = forward(f)(a)
    _, pull = reverse(f)(a)
    u, v = (tree_map(lambda x: _random(rng, x), at) for at in (a, b))
    wanted, results = _dtypes(a), {"value": b, "derivative": _called(f, push, u)}
    for what, tree in {**results, "transposed derivative": _called(f, pull, v)}.items():
        if len(wanted) == 1 and not _dtypes(tree) <= wanted:
            found = " and ".join(sorted(_dtypes(tree)))
            _refuse(f, f"wanted its {what} in {wanted.pop()}, as its argument, got {found}", "convert its constants")


def _dtypes(tree: object) -> set[str]:
    """Of the arrays of numbers."""
    return {str(x.dtype) for x in leaves(tree) if getattr(getattr(x, "dtype", None), "kind", "") == "f"}


class _Check:
    """An arrow at a point in float64, and what the steps of the check share."""

    def __init__(self, f: SomeArrow, a: AnyArray, rng: np.random.Generator, tolerance: float) -> None:
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
        return _called(self.f, lambda d: self.outputs.of(self._push(d)), u)

    def pull(self, v: Tangent) -> Rows:
        """The transposed derivative of v."""
        return _called(self.f, lambda d: self.inputs.of(self._pull(d)), v)

    def _chosen(self, size: int) -> list[int]:
        """All units, or as many as the work allows."""
        many = max(FEWEST, WORK // (self.inputs.size + self.outputs.size + 1))
        return list(range(size)) if size <= many else sorted(self.rng.choice(size, many, replace=False).tolist())

    def purity(self) -> None:
        """Computed twice, value and derivatives are the same, and nothing is written to."""
        u = self.inputs.tangent(self.rng.standard_normal(self.inputs.size))
        v = self.outputs.tangent(self.rng.standard_normal(self.outputs.size))
        point, value = copied(self.a), self.value(copied(self.a))
        ways = {"value": (self.value, self.a), "derivative": (self.push, u), "transposed derivative": (self.pull, v)}
        for what, (compute, at) in ways.items():
            kept = copied(at)
            first, second = compute(at), compute(at)
            if not (_same(at, kept) and _same(self.a, point)):
                _refuse(
                    self.f, f"wanted its {what} to leave its arguments as they are, found one changed", "copy first"
                )
            if not _same(first, second):
                _refuse(self.f, f"wanted its {what} to be the same when called again, found another", "keep no state")
        again = self.value(self.a)
        if not _same(value, again):
            _refuse(self.f, "wanted the same value after its derivatives were called, found another", "keep no state")
        if not np.allclose(self.outputs.of(self.b), value, self.tolerance, 0.0, equal_nan=True):
            _refuse(
                self.f,
                "wanted the value that is computed with its derivative to be its value, found another",
                "let both compute the same",
            )

    def matrix(self) -> Rows:
        """The columns of the derivative, by forward mode."""
        columns = [self.push(self.inputs.unit(i)) for i in self.columns]
        return np.stack(columns, axis=1) if columns else np.zeros((self.outputs.size, 0))

    def limits(self, matrix: Rows) -> Limits:
        """How large numbers are that add up to values and to derivatives in random directions."""
        sizes = np.where(np.isfinite(matrix), np.abs(matrix), 0.0)
        value = (sizes @ np.abs(self.row[self.columns])).max(initial=0.0)
        return Limits(self.tolerance, value, *(float(3.0 * sizes.sum(axis=i).max(initial=0.0)) for i in (1, 0)))

    def differences(self, matrix: Rows) -> None:
        """Each column is the slope of the value along its unit, and in a large space so it is along some directions."""
        for i, stated in zip(self.columns, matrix.T, strict=True):
            unit = np.arange(self.inputs.size) == i
            self._along(unit, stated, ladders(float(self.row[i])), partial(self.inputs.name, i))
        if len(self.columns) < self.inputs.size:
            v = self.outputs.tangent(self.rng.standard_normal(self.outputs.size))
            balance = 1.0 / np.maximum(1.0, np.abs(self.pull(v)))  # so that no entry hides another
            for weights in (1.0, np.abs(self.row), balance):
                u = self.rng.standard_normal(self.inputs.size) * weights
                self._along(u, self.push(self.inputs.tangent(u)), [ladder(0.5)], lambda: " in a random direction")

    def _along(self, u: Rows, stated: Rows, steps: list[Rows], name: Callable[[], str]) -> None:
        """The slopes along one direction: those that few steps do not confirm are looked at closely."""
        doubted = np.full(len(stated), True)
        for rungs in steps:
            (slope,), (change,) = extrapolated(rungs[FEW, None], *self._steps(u, rungs[FEW]))
            scale = np.maximum(np.abs(stated), np.abs(slope))
            doubted &= ~(np.isfinite(scale) & (np.maximum(abs(stated - slope), abs(change)) <= self.tolerance * scale))
        if not doubted.any():
            return
        places, stated = np.flatnonzero(doubted), stated[doubted]
        ahead, behind = (x[:, doubted] for x in self._steps(u, np.concatenate(steps)))
        found, uncertainty, roughness = slopes(steps, ahead, behind, self.largest)
        scale, off = np.maximum(np.abs(stated), np.abs(found)), np.abs(stated - found)
        unknown = ~np.isfinite(uncertainty)
        rough = (roughness > ROUGH) & (uncertainty > 0.01 * scale)
        wrong = ~(np.isfinite(stated) & (off <= self.tolerance * scale + DOUBT * uncertainty))
        for j in np.flatnonzero(unknown | rough | wrong)[:1]:
            where = f"for the result{self.outputs.name(int(places[j]))} by the argument{name()}"
            if unknown[j]:
                _refuse(self.f, f"wanted finite values around the point, found others {where}", "choose another point")
            if rough[j]:
                _refuse(
                    self.f, f"wanted a slope, found that differences settle on none {where}", "choose another point"
                )
            self._differ("forward mode and differences of the value", stated[j], found[j], where)

    def _steps(self, u: Rows, h: Rows) -> tuple[Rows, Rows]:
        """Values so many steps ahead and behind."""
        values = self._values(self.row + np.concatenate([h, -h])[:, None] * u)
        return values[: len(h)], values[len(h) :]

    def _values(self, points: Rows) -> Rows:
        """The value at each point, by the loop that `check_batches` has found it to be; nan where it raises."""
        try:
            return self.outputs.of(self.lifted.unchecked(self.inputs.value(points)), len(points))
        except Exception:  # at one of them, whatever it may be
            if len(points) == 1:
                return np.full((1, self.outputs.size), np.nan)
            return np.concatenate([self._values(point[None]) for point in points])

    @cached_property
    def lifted(self) -> SomeArrow:
        """The arrow over an axis of points."""
        return lift(Points, self.f, True)

    def reverse(self, matrix: Rows) -> None:
        """Reverse mode has the same matrix, transposed."""
        rows = [self.pull(self.outputs.unit(j)) for j in self.rows]
        by_reverse = np.stack([np.zeros(self.inputs.size), *rows])[1:, self.columns]
        by_forward = matrix[self.rows]
        largest = np.maximum(
            np.abs(by_forward).max(axis=0, initial=0.0)[None], np.abs(by_reverse).max(axis=1, initial=0.0)[:, None]
        )
        for j, i in np.argwhere(~_close(by_forward, by_reverse, self.tolerance, largest))[:1]:
            result, argument = self.outputs.name(self.rows[j]), self.inputs.name(self.columns[i])
            where = f"for the result{result} by the argument{argument}"
            self._differ("forward mode and reverse mode", by_forward[j, i], by_reverse[j, i], where)
        u, v = (self.rng.standard_normal(space.size) for space in (self.inputs, self.outputs))
        both: tuple[Rows, Rows] = (v * self.push(self.inputs.tangent(u)), u * self.pull(self.outputs.tangent(v)))
        one, other = (x.sum(keepdims=True) for x in both)
        if not _close(one, other, self.tolerance, float(sum(np.abs(x).sum() for x in (*both, u, v)))).all():
            self._differ("forward mode and reverse mode", one[0], other[0], "in random directions")

    def linearity(self) -> None:
        """Both are additive, also in tangents of which a part is `None`, and homogeneous."""
        maps = ("derivative", self.inputs, self.push), ("transposed derivative", self.outputs, self.pull)
        for what, space, apply in maps:
            u, w = self.rng.standard_normal((2, space.size))
            of_u, of_w = apply(space.tangent(u)), apply(space.tangent(w))
            ways = [(apply(space.tangent(u + w)), of_u + of_w), (apply(space.tangent(-3.0 * u)), -3.0 * of_u)]
            arrays = range(len(space.slices))
            for i in arrays[:MANY]:
                alone = apply(space.tangent(u, [i == j for j in arrays]))
                ways.append((of_u, alone + apply(space.tangent(u, [i != j for j in arrays]))))
            largest = float(max(np.abs(x).max(initial=1.0) for x in (of_u, of_w)))  # tangents are of the order of 1
            for found, wanted in ways:
                if not _close(found, wanted, self.tolerance, largest).all():
                    _refuse(
                        self.f,
                        f"wanted a linear {what}, where None is zero, found another",
                        "state one with f(u + v) = f(u) + f(v)",
                    )

    def _differ(self, ways: str, one: float, other: float, where: str) -> NoReturn:
        part = abs(one - other) / max(abs(one), abs(other))
        _refuse(
            self.f,
            f"{ways} differ by {part:.1e} of their size, wanted at most {self.tolerance:.0e}: "
            f"{one:.3g} and {other:.3g} {where}",
            "look at the derivative that the primitive states, and whether f is smooth here",
        )


def _refuse(f: SomeArrow, found: str, advice: str) -> NoReturn:
    raise DerivativeError(f"{describe(f)}: {found}; {advice}")


def _called(f: SomeArrow, derivative: Callable[[Tangent], T], tangent: Tangent) -> T:
    try:
        return derivative(tangent)
    except Exception as error:  # a rule may raise anything
        raise DerivativeError(
            f"{describe(f)}: its derivative raises {type(error).__name__}: {error}; "
            "it is an arrow of k, and a part of a tangent may be None, which is zero"
        ) from error


def _close(x: Rows, y: Rows, tolerance: float, largest: Rows | float) -> npt.NDArray[np.bool_]:
    """Where they are alike, up to the tolerance, and to rounding beside the largest numbers near by."""
    near = np.abs(x - y) <= tolerance * np.maximum(np.abs(x), np.abs(y)) + ROUNDING * largest
    close: npt.NDArray[np.bool_] = (near & np.isfinite(x) & np.isfinite(y)) | (x == y)
    return close


def _same(one: AnyArray, other: AnyArray) -> bool:
    """Trees of the same bytes."""
    pairs = zip(leaves(one), leaves(other), strict=True)
    return all(np.asarray(x).tobytes() == np.asarray(y).tobytes() for x, y in pairs)


def _in_float64(x: AnyArray) -> AnyArray:
    return np.array(x, np.float64) if x.dtype.kind == "f" else np.array(x)


def _random(rng: np.random.Generator, x: AnyArray) -> Tangent:
    return rng.standard_normal(x.shape).astype(x.dtype) if x.dtype.kind == "f" else None
