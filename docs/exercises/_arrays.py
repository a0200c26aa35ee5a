"""What is wanted of an array, before it is asked what is in it."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from docs.exercises import NotYet, want

Floats: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int64]


def as_array(found: object, shape: tuple[int, ...], said: str) -> Floats:
    """What was found, as an array of finite numbers. Raises `NotYet` if it is none, or has another shape.

    >>> as_array([1, 2], (2,), "f(x)")
    array([1., 2.])
    >>> as_array(None, (2,), "f(x)")
    Traceback (most recent call last):
    docs.exercises.NotYet: f(x) gives None. Does the function end with `return`?
    """
    want(found is not None, f"{said} gives None. Does the function end with `return`?")
    try:
        array = np.asarray(found, np.float64)
    except (TypeError, ValueError):
        raise NotYet(f"{said} gives {found!r}, where numbers are wanted.") from None
    wanted = f"the shape {shape}" if shape else "one number"
    want(array.shape == shape, f"{said} has the shape {array.shape}, where {wanted} is wanted.")
    want(np.isfinite(array).all(), f"{said} has entries that are no finite numbers: {array}.")
    return array


def shape_of(found: object) -> tuple[int, ...] | None:
    """The shape of what was found, or `None` if its rows do not have one length."""
    try:
        return np.asarray(found).shape
    except ValueError:
        return None


def same(found: Floats | float, wanted: Floats | float) -> bool:
    """Are all numbers the same, but for rounding? Arrays of different shapes are not; one number may stand for all."""
    shapes = {np.shape(found), np.shape(wanted)} - {()}
    return len(shapes) < 2 and bool(np.allclose(found, wanted, rtol=1e-6, atol=1e-9))
