"""`check_derivative`: does an arrow compute its derivative?

Three ways must agree at a point: forward mode, reverse mode, and central differences of the value, in float64 and in
random directions u, v:

    forward(u) = (f(a + h u) - f(a - h u)) / 2h        <v, forward(u)> = <reverse(v), u>

It is meant for primitives that you add, and holds for every arrow.

>>> from cat_ad import Scalar, primitive, sin
>>> check_derivative(sin(Scalar), 1.0)
>>> wrong = primitive("square", Scalar, Scalar, lambda x: x * x, lambda a, b, k: k.scale(a))
>>> check_derivative(wrong, 3.0)
Traceback (most recent call last):
cat_ad.errors.DerivativeError: square: Float[()] -> Float[()]: forward mode and differences of the value differ by ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import inf

import numpy as np

from cat_ad.arrays import AnyArray
from cat_ad.arrow import Arrow, describe
from cat_ad.boundary import check
from cat_ad.category import A, B
from cat_ad.errors import DerivativeError, require_number, require_seed
from cat_ad.linear.additive import Tangent
from cat_ad.modes import forward, require_arrow, reverse
from cat_ad.trees import leaves, tree_map


def check_derivative(f: Arrow[A, B], a: A, tolerance: float = 1e-6, seed: int = 0) -> None:
    """Raise `DerivativeError` unless forward mode, reverse mode and central differences agree at `a`.

    `tolerance` is relative. Each array of the domain is varied alone too, the tangents of the others being `None`,
    which finds a derivative that forgets about zeros. Raises `SpaceError` where a or f(a) is outside its space.
    """
    require_arrow("check_derivative", f)
    require_number("check_derivative", "a tolerance of 0 or more", tolerance, 0.0, inf)
    require_seed("check_derivative", seed)
    rng = np.random.default_rng(seed)
    a = tree_map(_in_float64, f.boundary(a))
    b, push = forward(f)(a)
    _, pull = reverse(f)(a)
    v = tree_map(lambda y: _direction(rng, y), check(f.cod, b))
    gradient = _called(f, pull, v)
    for u in _directions(rng, a):
        moved = _called(f, push, u)
        change = _central_difference(f, a, u)
        off = _norm(tree_map(_minus, moved, change)), _norm(moved) + _norm(change) + 1e-3 * _norm(b)
        _require(f, "forward mode and differences of the value", off, tolerance)
        by_forward, by_reverse = _inner(v, moved), _inner(gradient, u)
        off = abs(by_forward - by_reverse), _norm(v) * _norm(moved) + _norm(gradient) * _norm(u)
        _require(f, "forward mode and reverse mode", off, tolerance)


def _called(f: Arrow[A, B], derivative: Callable[[Tangent], Tangent], tangent: Tangent) -> Tangent:
    try:
        return derivative(tangent)
    except (TypeError, ValueError, IndexError, AttributeError) as error:
        raise DerivativeError(
            f"{describe(f)}: its derivative raises {type(error).__name__}: {error}; "
            "it is an arrow of k, and a part of a tangent may be None, which is zero"
        ) from error


def _require(f: Arrow[A, B], ways: str, off: tuple[float, float], tolerance: float) -> None:
    difference, size = off
    if not difference <= tolerance * size < np.inf:  # so that nan is refused
        raise DerivativeError(
            f"{describe(f)}: {ways} differ by {difference / size:.1e} of their size, wanted at most {tolerance:.0e}; "
            "look at the derivative that the primitive states, and whether f is smooth here"
        )


def _directions(rng: np.random.Generator, a: Tangent) -> Iterator[Tangent]:
    """A direction in which all arrays move, and for each array one in which it moves alone."""
    yield tree_map(lambda x: _direction(rng, x), a)
    many = len(leaves(a))
    for alone in range(many) if many > 1 else ():
        moves = iter([place == alone for place in range(many)])
        yield tree_map(lambda x, moves=moves: _direction(rng, x) if next(moves) else None, a)


def _direction(rng: np.random.Generator, x: AnyArray) -> Tangent:
    return np.asarray(rng.standard_normal(x.shape)) if x.dtype.kind == "f" else None


def _central_difference(f: Arrow[A, B], a: A, u: Tangent) -> Tangent:
    h = 1e-5
    ahead = f(tree_map(lambda x, d: x if d is None else x + h * d, a, u))
    behind = f(tree_map(lambda x, d: x if d is None else x - h * d, a, u))
    return tree_map(lambda x, y: (x - y) / (2 * h) if x.dtype.kind == "f" else None, ahead, behind)


def _in_float64(x: AnyArray) -> AnyArray:
    return x.astype(np.float64) if x.dtype.kind == "f" else x


def _minus(x: Tangent, y: Tangent) -> Tangent:
    return None if x is None else x - y


def _inner(x: Tangent, y: Tangent) -> float:
    """The inner product of two tangents of one space; `None` is zero."""
    if x is None or y is None:
        return 0.0
    if isinstance(x, tuple):
        return sum(map(_inner, x, y))
    return float(np.vdot(x, y))


def _norm(x: Tangent) -> float:
    return float(np.sqrt(_inner(x, x)))
