"""Experiments: what can be observed of an arrow of a category. Equal arrows agree in it.

Functions have no equality that a program could decide, so they are called at random values. What is made of functions
is taken apart: a derivative of `D(k)` is its value at a point and an arrow of k, which is looked at in turn.

>>> difference((1.0, None), (1.0, np.zeros(2)))
''
>>> difference((1, 2), (1, 3))
'the left is 2, the right 3'
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import isroutine
from typing import Any, TypeAlias

import numpy as np

from cat_ad.categories.category import AnyHom, Category, K
from cat_ad.derivatives import chain_rule
from cat_ad.derivatives.chain_rule import ChainRule
from cat_ad.errors import InterpretationError, told
from cat_ad.linear_maps import additive, beginning, continuation, dual, matrix
from cat_ad.linear_maps.additive import Additive
from cat_ad.linear_maps.beginning import Begin
from cat_ad.linear_maps.continuation import Cont
from cat_ad.linear_maps.dual import Dual
from cat_ad.linear_maps.matrix import Matrices
from cat_ad.objects.arrays import AnyArray
from cat_ad.objects.tangents import Tangent, applied
from cat_ad.objects.trees import tree_map
from cat_ad.readings import intervals, machines
from cat_ad.readings.intervals import Intervals
from cat_ad.readings.intervals.boxes import box, ends
from cat_ad.readings.laws.samples import Value, point, tangent
from cat_ad.readings.machines import MealyMachines
from cat_ad.symbolic import reverse_derivatives, tangent_functor
from cat_ad.symbolic.reverse_derivatives import Optics
from cat_ad.symbolic.tangent_functor import Tangents

SomeCategory: TypeAlias = Category[Any]  # Any: of any brand
Shown: TypeAlias = Any  # Any: trees of numbers, or what else can be compared
Experiment: TypeAlias = Callable[[Any, AnyHom, type, type, np.random.Generator], Shown]  # Any: of each its own


def shown(category: SomeCategory, f: AnyHom, a: type, b: type, rng: np.random.Generator) -> Shown:
    """What one experiment shows of an arrow from a to b; a user's own, if it has no `==`, is called at a value."""
    for form in type(category).__mro__:
        if form in EXPERIMENTS:
            return EXPERIMENTS[form](category, f, a, b, rng)
    return f(point(a, rng)) if callable(f) and not has_equality(f) else f


def has_equality(x: object) -> bool:
    """Does its class say when two are equal?"""
    return type(x).__eq__ is not object.__eq__ and not isroutine(x)


def _derivative(category: ChainRule[K], f: AnyHom, a: type, b: type, rng: np.random.Generator) -> Shown:
    value, linear = chain_rule.function(f)(point(a, rng))
    return value, shown(category.k, linear, a, b, rng)


def _additive(category: Additive, f: AnyHom, a: type, b: type, rng: np.random.Generator) -> Shown:
    return applied(additive.function(f), tangent(point(a, rng), rng))


def _dual(category: Dual[K], f: AnyHom, a: type, b: type, rng: np.random.Generator) -> Shown:
    return shown(category.k, dual.turned(f), b, a, rng)


def _matrix(category: Matrices, f: AnyHom, a: type, b: type, rng: np.random.Generator) -> Shown:
    return matrix.blocks(matrix.function(f), point(a, rng), point(b, rng))


def _continued(category: Cont[K], f: AnyHom, a: type, b: type, rng: np.random.Generator) -> Shown:
    last = category.k.linear(*_weighted(b, category.r, rng))
    return shown(category.k, continuation.function(f)(last), a, category.r, rng)


def _begun(category: Begin[K], f: AnyHom, a: type, b: type, rng: np.random.Generator) -> Shown:
    apply, adjoint = _weighted(a, category.r, rng)
    return shown(category.k, beginning.function(f)(category.k.linear(adjoint, apply)), category.r, b, rng)


def _weighted(a: type, b: type, rng: np.random.Generator) -> tuple[Callable[..., Tangent], Callable[..., Tangent]]:
    """A random linear map from a to b, and its adjoint: of rank one."""
    left, right = point(a, rng), point(b, rng)
    return lambda u: _times(_inner(left, u), right), lambda v: _times(_inner(right, v), left)


def _inner(x: Value, u: Tangent) -> Tangent:
    if u is None:
        return 0.0
    return sum(map(_inner, x, u)) if isinstance(x, tuple) else np.sum(x * u) if x.dtype.kind == "f" else 0.0


def _times(factor: Tangent, x: Value) -> Tangent:
    return tree_map(lambda part: np.asarray(factor * part) if part.dtype.kind == "f" else None, x)


def _bounds(category: Intervals, f: AnyHom, a: type, b: type, rng: np.random.Generator) -> Shown:
    x = point(a, rng)
    return ends(intervals.function(f)(box(a, x, x)))


def _steps(category: MealyMachines, f: AnyHom, a: type, b: type, rng: np.random.Generator) -> Shown:
    machine = machines.function(f)
    state, first = machine.step(machine.start, point(a, rng))
    return first, machine.step(state, point(a, rng))[1]


def _pushed(category: Tangents, f: AnyHom, a: type, b: type, rng: np.random.Generator) -> Shown:
    return tangent_functor.read_off(f, a)((point(a, rng), point(a, rng)))


def _pulled(category: Optics, f: AnyHom, a: type, b: type, rng: np.random.Generator) -> Shown:
    return reverse_derivatives.read_off(f, a, b)((point(a, rng), point(b, rng)))


EXPERIMENTS: dict[type, Experiment] = {
    ChainRule: _derivative,
    Additive: _additive,
    Dual: _dual,
    Matrices: _matrix,
    Cont: _continued,
    Begin: _begun,
    Intervals: _bounds,
    MealyMachines: _steps,
    Tangents: _pushed,
    Optics: _pulled,
}


def difference(left: Shown, right: Shown, tolerance: float = 1e-9) -> str:
    """In words how two differ, or "". `None` is zero, and numbers may differ by this part of the largest.

    Raises `InterpretationError` for functions, of which nobody knows the domain.
    """
    if left is right:
        return ""
    if isinstance(left, tuple) or isinstance(right, tuple):
        return _parts(left, right, tolerance)
    if left is None or right is None:
        left, right = (
            np.zeros_like(y) if x is None and _is_numbers(y) else x for x, y in ((left, right), (right, left))
        )
    if _is_numbers(left) and _is_numbers(right):
        return _numbers(np.asarray(left), np.asarray(right), tolerance)
    if not (has_equality(left) or has_equality(right)):
        raise InterpretationError(
            f"check_laws: wanted arrows that can be compared, got {told(left)}, which has no ==; "
            "give equal=lambda f, g: ..., or call=lambda f, x: ..., the numbers that an arrow gives of a value"
        )
    return "" if bool(left == right) else unlike(left, right)


def _parts(left: Shown, right: Shown, tolerance: float) -> str:
    lefts, rights = (x if isinstance(x, tuple) else (None,) * len(y) for x, y in ((left, right), (right, left)))
    if len(lefts) != len(rights) or {type(x) for x in (left, right)} - {tuple, type(None)}:
        return unlike(left, right)
    return next((found for x, y in zip(lefts, rights, strict=True) if (found := difference(x, y, tolerance))), "")


def _is_numbers(x: Shown) -> bool:
    return isinstance(x, np.ndarray | np.generic | int | float | complex)


def _numbers(left: AnyArray, right: AnyArray, tolerance: float) -> str:
    if left.shape != right.shape:
        return unlike(left, right)
    if (left == right).all():
        return ""
    size = max(np.abs(left).max(initial=1.0), np.abs(right).max(initial=1.0))
    if np.allclose(left, right, 0.0, tolerance * size, equal_nan=True):
        return ""
    return (
        unlike(left, right)
        if left.shape == ()
        else f"both are {told(left)}, up to {np.abs(left - right).max():.2g} apart"
    )


def unlike(left: object, right: object) -> str:
    """The two sides, in words."""
    here, there = (x.item() if isinstance(x, np.ndarray | np.generic) and x.shape == () else x for x in (left, right))
    return f"the left is {told(here)}, the right {told(there)}"
