"""Functions of numbers to fifty digits, by mpmath, and how many units in the last place a float is off."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isnan, nan
from typing import Any, TypeAlias

import numpy as np
from mpmath import mp, mpf

from tests.support.trees import Tree

Number: TypeAlias = Any  # Any: a number of mpmath, which has no types
DTYPES = np.float16, np.float32, np.float64

mp.dps = 50


def magnitudes(dtype: type, rng: np.random.Generator, many: int) -> Tree:
    """Numbers of both signs and all magnitudes that a dtype has: its edges, and some between."""
    info, ends = np.finfo(dtype), [0.0, 1.0, 0.5, 2.0, 17.0, 20.0, 88.0, 104.0, 709.0, 746.0, 3000.0, inf]
    eps, tiny, least, most = (float(x) for x in (info.eps, info.tiny, info.smallest_subnormal, info.max))
    ends += [1 + eps, 1 - eps, eps, eps / 2, tiny, tiny / 2, least, 3 * least, most, most / 2, most**0.5, tiny**0.5]
    spread = 2.0 ** rng.uniform(np.log2(least), np.log2(most), many)
    positive = np.concatenate([ends, spread, rng.uniform(0, 30, many)])
    with np.errstate(over="ignore"):
        return np.concatenate([positive, -positive]).astype(dtype)


def exactly(f: Callable[..., Number], *at: float) -> float | Number:
    """The value of f to fifty digits; or an infinity or nan."""
    try:
        return f(*map(mpf, at))
    except ZeroDivisionError:
        return nan


def units(found: float, exact: Number, dtype: type) -> float:
    """How far a number of this dtype is from the exact one, in units in the last place of that."""
    if isnan(exact) or isnan(found):
        return 0.0 if isnan(exact) and isnan(found) else inf
    info = np.finfo(dtype)
    most, least = mpf(float(info.max)), mpf(float(info.smallest_subnormal))
    end = most * (1 + mpf(float(info.eps)) / 4)  # from here on numbers are rounded to infinity
    exact, rounded = (min(max(mpf(x), -end), end) for x in (exact, found))
    return float(abs(rounded - exact) / max(unit(exact, dtype), least))


def unit(x: Number, dtype: type) -> Number:
    """The distance of two neighbours near x."""
    info = np.finfo(dtype)
    if not x:
        return mpf(float(info.smallest_subnormal))
    _, exponent = mp.frexp(x)
    return mpf(2) ** (max(int(exponent) - 1, int(info.minexp)) - int(info.nmant))
