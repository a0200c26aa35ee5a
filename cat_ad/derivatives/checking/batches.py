"""Is an arrow over a batch the loop over its rows, in value and derivative? What `check_derivative` asks of `each`.

A primitive acts on the last axes of arrays and lets leading axes through. One that is right for one example, and takes
sums over everything that it is given, is wrong for a batch:

>>> import numpy as np
>>> from cat_ad import Dim, Float, primitive
>>> class N(Dim): ...
>>> everything = primitive(
...     "softmax", Float[N], Float[N],
...     lambda x: np.exp(x) / np.sum(np.exp(x)),
...     lambda x, y, k: k.linear_map(lambda d: y * (d - np.sum(y * d)), lambda d: y * (d - np.sum(y * d))),
... )
>>> check_batches(everything, np.zeros(3), np.random.default_rng(0), Limits(1e-6))
Traceback (most recent call last):
cat_ad.errors.DerivativeError: softmax: Float[N] -> Float[N]: over a batch its value is not that of each row: ...

All arrays of the domain have the new axis at first, then only some, whether the rule for these is the primitive's own
(`lift`) or not, and at last all have two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from cat_ad.arrows.generators import Primitive
from cat_ad.arrows.lifting import lift
from cat_ad.arrows.printing import describe
from cat_ad.arrows.terms import SomeArrow
from cat_ad.derivatives.checking.coordinates import Coordinates
from cat_ad.derivatives.checking.point import Limits
from cat_ad.derivatives.forward_and_reverse import forward, reverse
from cat_ad.errors import DerivativeError
from cat_ad.objects.arrays import AnyArray
from cat_ad.objects.spaces import Dim, has_arrays
from cat_ad.objects.trees import leaves, rebuilt, tree_map, tree_of

T = TypeVar("T")

MASKS = 8  # ways to lift some arrays only
ROUNDING = 1e-11  # what may differ beside the largest number of an array, which is added up in another order


class Points(Dim):
    """The points of a batch."""


class Batches(Dim):
    """Batches of batches."""


def check_batches(f: SomeArrow, a: AnyArray, rng: np.random.Generator, limits: Limits) -> None:
    """Raise `DerivativeError` unless f over a few points near a, and its derivatives, are those at each."""
    if not has_arrays(f.dom):
        return
    everywhere = [True] * len(leaves(a))
    _check(f, a, Points, everywhere, rng, limits)
    if isinstance(f, Primitive):  # what is composed is lifted part by part
        for mask in _masks(len(leaves(a)), rng):
            _check(f, a, Points, mask, rng, limits)
        twice = tree_map(lambda x: np.stack([x, x]), a)
        _check(lift(Points, f, True), twice, Batches, everywhere, rng, limits)


def _masks(many: int, rng: np.random.Generator) -> list[list[bool]]:
    """Which arrays have the axis: each alone, and all others but it."""
    alone = [[i == j for j in range(many)] for i in range(many)] if many > 1 else []
    both = [*alone, *([not on for on in mask] for mask in alone if many > 2)]
    return [both[i] for i in rng.choice(len(both), MASKS, replace=False)] if len(both) > MASKS else both


def _check(
    f: SomeArrow, a: AnyArray, dim: type[Dim], mask: list[bool], rng: np.random.Generator, limits: Limits
) -> None:
    """f over one more axis of those arrays of which `mask` says so is the loop over a few points."""
    points = _points(f, a, mask, rng)
    at = rebuilt(a, [np.stack(rows) if on else rows[0] for on, rows in zip(mask, _by_leaf(points), strict=True)])
    over = _Over(f, lift(dim, f, rebuilt(tree_of(f.dom), mask)), limits.tolerance)
    values = [f.unchecked(point) for point in points]
    for found, wanted in zip(leaves(over.call("value", over.lifted.unchecked, at)), _by_leaf(values), strict=True):
        over.compare("value", found, np.stack(wanted), limits.value)

    inputs, together, outputs = Coordinates(a), Coordinates(at), Coordinates(values[0])
    has_axis = [on for on, x in zip(mask, leaves(a), strict=True) if x.dtype.kind == "f"]
    many, places = len(points), [*zip(together.slices, inputs.slices, has_axis, strict=True)]
    us, vs = rng.standard_normal((many, inputs.size)), rng.standard_normal((many, outputs.size))
    u = np.zeros(together.size)
    for here, where, on in places:
        u[here] = (us[:, where] if on else us[0, where]).ravel()
        us[:, where] = us[:, where] if on else us[0, where]

    (_, push), (_, pull) = (over.call("derivative", way(over.lifted), at) for way in (forward, reverse))
    ahead, back = forward(f), reverse(f)
    pushed = over.call("derivative", lambda d: outputs.of(push(d), many), together.tangent(u))
    pushes = np.stack([outputs.of(ahead(point)[1](inputs.tangent(u))) for point, u in zip(points, us, strict=True)])
    for where in outputs.slices:
        over.compare("derivative", pushed[:, where], pushes[:, where], limits.derivative)
    pulled = over.call("transposed derivative", lambda d: together.of(pull(d)), outputs.tangent(vs))
    pulls = np.stack([inputs.of(back(point)[1](outputs.tangent(v))) for point, v in zip(points, vs, strict=True)])
    for here, where, on in places:
        expected = pulls[:, where].ravel() if on else pulls[:, where].sum(axis=0)
        over.compare("transposed derivative", pulled[here], expected, limits.transposed)


@dataclass(frozen=True)
class _Over:
    """An arrow, and the same over a batch; how errors speak of them."""

    f: SomeArrow
    lifted: SomeArrow
    tolerance: float

    def call(self, what: str, compute: Callable[[AnyArray], T], at: AnyArray) -> T:
        """`compute(at)`, of which what it raises is an error of the arrow."""
        try:
            return compute(at)
        except Exception as error:
            raise self._wrong(f"its {what} raises {type(error).__name__}: {error}") from error

    def compare(self, what: str, found: AnyArray, rows: AnyArray, largest: float) -> None:
        """Two arrays are alike, up to the tolerance, and to rounding beside the largest number of both."""
        if np.shape(found) != rows.shape:
            raise self._wrong(f"its {what} has the shape {list(np.shape(found))}, wanted {list(rows.shape)}")
        x, y = np.asarray(found, np.float64), np.asarray(rows, np.float64)
        size = np.maximum(np.abs(x), np.abs(y))
        largest = size.max(initial=largest, where=np.isfinite(size))
        alike = (np.abs(x - y) <= self.tolerance * size + ROUNDING * largest) | (x == y) | (np.isnan(x) & np.isnan(y))
        if not alike.all():
            raise self._wrong(f"its {what} is not that of each row")

    def _wrong(self, found: str) -> DerivativeError:
        return DerivativeError(
            f"{describe(self.f)}: over a batch {found}; "
            "a primitive acts on the last axes and lets leading ones through: sum over axis=-1, index x[..., i]"
        )


def _points(f: SomeArrow, a: AnyArray, mask: list[bool], rng: np.random.Generator) -> list[AnyArray]:
    """A point and a few near it, which differ in the arrays of the mask, and at which f has a value."""
    near = [rebuilt(a, [_near(rng, x) if on else x for on, x in zip(mask, leaves(a), strict=True)]) for _ in range(2)]
    return [a, *([point for point in near if _has_value(f, point)] or [a])]


def _near(rng: np.random.Generator, x: AnyArray) -> AnyArray:
    """Numbers that are not far, and integers that are among those here, or zero."""
    if x.dtype.kind == "f":
        return x + 0.03 * np.where(x == 0, 1.0, x) * rng.uniform(-1.0, 1.0, x.shape)
    return rng.choice(np.append(x.ravel(), 0).astype(x.dtype), x.shape)


def _has_value(f: SomeArrow, a: AnyArray) -> bool:
    try:
        f.unchecked(a)
    except Exception:  # whatever it may be: f then is not defined there
        return False
    return True


def _by_leaf(trees: list[AnyArray]) -> list[tuple[AnyArray, ...]]:
    return list(zip(*map(leaves, trees), strict=True))
