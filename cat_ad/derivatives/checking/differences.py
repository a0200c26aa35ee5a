"""Slopes by differences, each with its uncertainty: the oracle of `check_derivative`.

The slope of a function g of one number t at 0, by central differences of steps h, h/4, h/16, ..., extrapolated to no
step (Richardson 1911):

    D(h) = (g(h) - g(-h)) / 2h       E(h) = D(h/4) + (D(h/4) - D(h)) / 15       G(h) = E(h/4) + (E(h/4) - E(h)) / 255

A long step is wrong because g bends, and a short one because numbers are rounded. So steps go from much too long to
much too short, and the best is taken, for each entry of g by itself. They also tell how good that is. The difference
between G and E says how wrong E was. And noise of size n in the values is noise n/h in a slope: so the largest h
|E(h/4) - E(h)| of all shorter steps bounds the noise, and that over h is the uncertainty which noise leaves at h.

>>> steps = ladders(1e8)
>>> h = np.concatenate(steps)[:, None]
>>> slope, uncertainty, roughness = slopes(steps, np.sin(1e8 + h), np.sin(1e8 - h))
>>> bool(abs(slope[0] - np.cos(1e8)) < 1e-9), bool(uncertainty[0] < 1e-9)
(True, True)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cat_ad.derivatives.checking.coordinates import Rows

RUNGS = 12
FINE = 2.0**-16
BELOW = 4  # as many steps are there to show the noise only: of fewer, rounding may deceive
ROUNDING = 32 * float(np.finfo(np.float64).eps)  # of a value, relative to the largest number on the way to it
LEAST = 64 * float(np.finfo(np.float64).smallest_subnormal)


def ladder(longest: float) -> Rows:
    """Steps, each a quarter of the one before."""
    return np.asarray(longest * 0.25 ** np.arange(RUNGS), np.float64)


def ladders(number: float) -> list[Rows]:
    """The steps to take from a number: of the order of 1 and of its own, where most functions bend, and fine ones."""
    size = abs(number)
    if 2.0**-4 <= size <= 2.0**4 or not 2.0**-1000 <= size <= 2.0**1000:
        return [ladder(1.0), ladder(FINE)]
    own: float = 2.0 ** (np.floor(np.log2(size)) - 1)  # a power of two, so that adding a step to the number is exact
    if size < 1.0:
        return [ladder(1.0), ladder(own), ladder(own * FINE)]
    fine = [ladder(FINE)] if size < 2.0**12 else []  # beside which it is not rounded
    return [ladder(own), ladder(max(1.0, own * 2.0**-21)), *fine]


def extrapolated(h: Rows, ahead: Rows, behind: Rows) -> tuple[Rows, Rows]:
    """For each step but two, from values at steps h and -h: G(h), and its change from E(h/4)."""
    central = (ahead - behind) / (2.0 * h)
    once = central[1:] + (central[1:] - central[:-1]) / 15.0
    twice = once[1:] + (once[1:] - once[:-1]) / 255.0
    return twice, twice - once[1:]


def slopes(steps: Sequence[Rows], ahead: Rows, behind: Rows, size: float = 1.0) -> tuple[Rows, Rows, Rows]:
    """The slope at 0 of each entry of a function of one number, its uncertainty, and the roughness of the values.

    `ahead` and `behind` are rows of values at all steps h, and at -h. `size` is how large numbers grow on the way to
    them, as far as known: values that do not move at all may be lost in the rounding of such numbers. An uncertainty is
    infinite where values near 0 are not finite. The roughness is the noise in the values, relative to their size: at a
    jump it is large.
    """
    stops = np.cumsum([len(rungs) for rungs in steps])[:-1]
    rows = zip(steps, np.split(ahead, stops), np.split(behind, stops), strict=True)
    below, parts = np.zeros(ahead.shape[1]), []
    for rungs, there, back in reversed([*rows]):
        part, below = _candidates(rungs[:, None], there, back, size, below)
        parts.append(part)
    slope, noise, step = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    best = np.argmin(noise / step, axis=0)[None]
    slope, noise, step = (np.take_along_axis(x, best, axis=0)[0] for x in (slope, noise, step))
    largest = np.maximum(*(np.where(np.isfinite(x), np.abs(x), 0.0).max(axis=0) for x in (ahead, behind)))
    return slope, noise / step, noise / np.maximum(max(1.0, size), largest)


def _candidates(h: Rows, ahead: Rows, behind: Rows, size: float, below: Rows) -> tuple[tuple[Rows, Rows, Rows], Rows]:
    """For each step and entry: G, the noise in the values, and the step; and the noise seen at all steps.

    `below` is the noise seen at shorter steps than these.
    """
    twice, change = extrapolated(h, ahead, behind)
    apart = _finite(255.0 * h[:-2] * np.abs(change))
    seen = np.maximum.accumulate(np.concatenate([apart, below[None]])[::-1], axis=0)[::-1]
    largest = np.maximum(np.abs(ahead), np.abs(behind))[:-2]
    same = ahead == behind
    still = same[:-2] | same[1:-1] | same[2:]
    rounded = ROUNDING * np.where(still, np.maximum(max(1.0, size), largest), largest) + LEAST
    noise = _finite(np.maximum(np.maximum(apart / 255.0, seen[1:]), rounded))[:-BELOW]
    return (_finite(twice, 0.0)[:-BELOW], noise, np.broadcast_to(h[: len(noise)], noise.shape)), seen[0]


def _finite(x: Rows, instead: float = np.inf) -> Rows:
    return np.where(np.isfinite(x), x, instead)
