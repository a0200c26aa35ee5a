"""Is a primitive what it says it is: linear, bilinear, increasing or decreasing, elementwise?

Readers take these properties at their word. They are tried at numbers near the point and far from it; where f has no
value, nothing is known.

>>> from cat_ad import Scalar, check_derivative, primitive
>>> said = ["increasing"]
>>> f = primitive("square", Scalar, Scalar, lambda x: x * x, lambda x, y, k: k.scale(2 * x), properties=said)
>>> check_derivative(f, 3.0)
Traceback (most recent call last):
cat_ad.errors.DerivativeError: square: Scalar -> Scalar: wanted an increasing value, as it says, found one that ...
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cat_ad.arrows.generators import SomePrimitive
from cat_ad.derivatives.checking.coordinates import Coordinates, Rows
from cat_ad.derivatives.checking.point import Limits, Point, close
from cat_ad.objects.arrays import AnyArray
from cat_ad.objects.spaces import Dim, all_dimensions, dimensions
from cat_ad.objects.trees import leaves, tree_map, tree_of

SPANS = 0.1, 1.0, 10.0, 100.0  # how far pairs of points are spread, beside numbers of the point, and beside 1


def check_properties(p: Point, f: SomePrimitive, limits: Limits) -> None:
    """Raise `DerivativeError` where the primitive of a point has not a property that it says it has."""
    everywhere = np.full(p.inputs.size, True)
    if f.linear:
        _check_linear(p, "a linear value", everywhere, limits)
    if f.has("bilinear"):
        first = np.arange(p.inputs.size) < Coordinates(p.a[0]).size
        for part in first, ~first:
            _check_linear(p, "a bilinear value", part, limits)
    if f.has("increasing"):
        _check_monotone(p, "an increasing", 1.0, limits)
    if f.has("decreasing"):
        _check_monotone(p, "a decreasing", -1.0, limits)
    if f.has("elementwise"):
        for dim in all_dimensions(f.dom):
            _check_each_entry(p, f, dim)


def _check_linear(p: Point, wanted: str, part: npt.NDArray[np.bool_], limits: Limits) -> None:
    """In this part of its argument, the value at any u is the derivative at a of u."""
    u = p.rng.standard_normal(p.inputs.size)
    found = _value(p, np.where(part, u, p.row))
    if not close(found, p.push(p.inputs.tangent(np.where(part, u, 0.0))), p.tolerance, limits.derivative).all():
        p.refuse(f"wanted {wanted}, as it says, found another", "leave the property out")


def _check_monotone(p: Point, wanted: str, sign: float, limits: Limits) -> None:
    """Between points of which one is at least the other in each entry."""
    for span in SPANS:
        sizes = span * np.maximum(1.0, np.abs(p.row))
        lower = p.row + sizes * p.rng.uniform(-1.0, 1.0, p.row.shape)
        upper = lower + sizes * p.rng.uniform(0.0, 1.0, p.row.shape) * p.rng.choice(2, p.row.shape)
        for x, y in ((lower, upper), (p.row, p.row + sizes), (p.row - sizes, p.row)):
            before, after = _value(p, x), _value(p, y)
            largest = np.maximum(np.maximum(np.abs(before), np.abs(after)), limits.value)
            if (sign * (after - before) < -p.tolerance * largest).any():  # nan is none
                p.refuse(f"wanted {wanted} value, as it says, found one that is not", "leave the property out")


def _check_each_entry(p: Point, f: SomePrimitive, dim: type[Dim]) -> None:
    """The value at the first entries along a dimension, and at the last, is the first of the value, and the last."""
    for at in (slice(1), slice(-1, None)):
        some = _cut(f.dom, p.a, dim, at)
        try:
            found = leaves(f.value(some))
        except Exception as error:  # others' code
            p.refuse(
                f"wanted each entry by itself, as it says, found that of one along {dim.__name__} its value raises "
                f"{type(error).__name__}: {error}",
                "leave the property out",
            )
        for x, y in zip(found, leaves(_cut(f.cod, p.b, dim, at)), strict=True):
            if np.shape(x) != y.shape or not np.allclose(x, y, p.tolerance, 0.0, equal_nan=True):
                p.refuse(f"wanted each entry along {dim.__name__} by itself, as it says, found others", "leave it out")


def _cut(space: type, x: AnyArray, dim: type[Dim], at: slice) -> AnyArray:
    """Of each array, the entries there along a dimension."""

    def cut(array: type, y: AnyArray) -> AnyArray:
        return y[tuple([at if found is dim else slice(None) for found in dimensions(array)])]

    return tree_map(cut, tree_of(space), x)


def _value(p: Point, row: Rows) -> Rows:
    """The numbers of the value at a row; nan where it raises."""
    try:
        return p.value(p.inputs.value(row))
    except Exception:  # whatever it may be: f then is not defined there
        return np.full(p.outputs.size, np.nan)
