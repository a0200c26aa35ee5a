"""`check_derivative`: does an arrow compute its derivative?

It is meant for primitives that you add, and takes any arrow. At a point a, with b = f(a), entry by entry:

    value        is in the codomain, in the dtype of the argument, the same when computed twice, and writes to nothing
    forward      A e_i is the slope of f along e_i, by differences that know how uncertain they are
    linear       A u is the sum of u_i A e_i, also where parts of u are `None`, which is zero
    reverse      <e_j, A e_i> = <A* e_j, e_i>
    a batch      value, A and A* over an axis of points are those of each point, whichever arrays have the axis
    claims       of `primitive`: the composition of the parts is f, a constant derivative is, and so its properties

>>> from cat_ad import Scalar, primitive, sin
>>> check_derivative(sin(Scalar), 1e8)
>>> wrong = primitive("square", Scalar, Scalar, lambda x: x * x, lambda a, b, k: k.scale(a))
>>> check_derivative(wrong, 3.0)
Traceback (most recent call last):
cat_ad.errors.DerivativeError: square: Scalar -> Scalar: forward mode and differences of the value differ by ...

What it cannot find: what is wrong at other points than a and those near it (another branch, another kind of index,
another dtype: check at several points, one of them in float32); an error that is less than the rounding of the values,
such as a slope of 1 beside a value of 1e17; a bend at which both sides have opposite slopes, as |x| at 0. Where f bends
within the rounding of its argument, as the sine of 1e15 does, it refuses even what is right, since nobody can tell.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import TypeVar, overload

import numpy as np

from cat_ad.arrows.elements import OfGiven
from cat_ad.arrows.given import HasArrow, require_arrow
from cat_ad.categories.category import A, B, C, D
from cat_ad.derivatives.checking.batches import check_batches
from cat_ad.derivatives.checking.conduct import check_claims, check_dtypes, check_purity
from cat_ad.derivatives.checking.maps import check_linearity, check_transpose
from cat_ad.derivatives.checking.point import Point
from cat_ad.derivatives.checking.slopes import check_slopes
from cat_ad.errors import require_number, require_seed
from cat_ad.objects.arrays import AnyArray
from cat_ad.objects.ownership import copied
from cat_ad.objects.spaces import Scalar
from cat_ad.objects.trees import tree_map
from cat_ad.objects.values import Number, Numbers, in_parts, letters

E = TypeVar("E")
F = TypeVar("F")


@overload
def check_derivative(f: HasArrow[A, B], a: A, /, *, tolerance: float = 1e-6, seed: int = 0) -> None: ...
@overload
def check_derivative(f: HasArrow[Scalar, B], a: Number, /, *, tolerance: float = 1e-6, seed: int = 0) -> None: ...
@overload
def check_derivative(
    f: HasArrow[tuple[Scalar, Scalar], B], a: Numbers, /, *, tolerance: float = 1e-6, seed: int = 0
) -> None: ...
@overload
def check_derivative(f: HasArrow[tuple[C, D], B], a: C, b: D, /, *, tolerance: float = 1e-6, seed: int = 0) -> None: ...
@overload
def check_derivative(
    f: HasArrow[tuple[C, D, E], B], a: C, b: D, c: E, /, *, tolerance: float = 1e-6, seed: int = 0
) -> None: ...
@overload
def check_derivative(
    f: HasArrow[tuple[C, D, E, F], B], a: C, b: D, c: E, d: F, /, *, tolerance: float = 1e-6, seed: int = 0
) -> None: ...
@overload
def check_derivative(
    f: HasArrow[tuple[C, Scalar], B], a: C, b: Number, /, *, tolerance: float = 1e-6, seed: int = 0
) -> None: ...
@overload
def check_derivative(
    f: HasArrow[tuple[Scalar, C], B], a: Number, b: C, /, *, tolerance: float = 1e-6, seed: int = 0
) -> None: ...
@overload
def check_derivative(
    f: HasArrow[tuple[Scalar, Scalar], B], a: Number, b: Number, /, *, tolerance: float = 1e-6, seed: int = 0
) -> None: ...
@overload
def check_derivative(f: Callable[[A], B], a: A, /, *, tolerance: float = 1e-6, seed: int = 0) -> None: ...
@overload
def check_derivative(f: Callable[[C, D], B], a: C, b: D, /, *, tolerance: float = 1e-6, seed: int = 0) -> None: ...
def check_derivative(
    f: HasArrow[A, B] | Callable[..., B], /, *given: object, tolerance: float = 1e-6, seed: int = 0
) -> None:
    """Raise `DerivativeError` unless value, forward and reverse mode and differences of the value agree at a point.

    The parts of a point of a product may be given side by side, as at the call of an arrow.
    `tolerance` is relative to each slope. In a space of some thousand dimensions or more, some units are tried, and
    random directions. Raises `SpaceError` where it or its value is outside its space.
    """
    f = require_arrow("check_derivative", f)
    require_number("check_derivative", "a tolerance of 0 or more", tolerance, 0.0, inf)
    require_seed("check_derivative", seed)
    rng = np.random.default_rng(seed)
    whole: OfGiven = in_parts(f"check_derivative(f, {letters(f.dom)})", f.dom, lambda a: a)
    at = tree_map(np.asarray, f.boundary(whole(*given)))  # the same arrow on other arrays is the same
    with np.errstate(all="ignore"):  # what is not finite is looked at
        check_dtypes(f, copied(at), rng)
        p = Point(f, tree_map(_in_float64, at), rng, tolerance)
        check_purity(p)
        matrix = p.matrix()
        limits = p.limits(matrix)
        check_batches(f, p.a, rng, limits)
        check_slopes(p, matrix)
        check_transpose(p, matrix)
        check_linearity(p)
        check_claims(p, limits)


def _in_float64(x: AnyArray) -> AnyArray:
    return np.array(x, np.float64) if x.dtype.kind == "f" else np.array(x)
