"""Forward mode beside differences of the value: does A e_i have the slopes of f along e_i?"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from cat_ad.arrows.lifting import lift
from cat_ad.arrows.terms import SomeArrow
from cat_ad.derivatives.checking.batches import Points
from cat_ad.derivatives.checking.coordinates import Rows
from cat_ad.derivatives.checking.differences import extrapolated, ladder, ladders, slopes
from cat_ad.derivatives.checking.point import Point

DOUBT = 8.0  # how often its uncertainty a slope by differences may be off
ROUGH = 1e-8  # noise of values that is no rounding
FEW = slice(2, 5)  # the steps that most slopes are confirmed by


def check_slopes(p: Point, matrix: Rows) -> None:
    """Each column is the slope of the value along its unit, and in a large space so it is along some directions."""
    lifted = lift(Points, p.f, True) if p.inputs.size else p.f  # many points are one call
    for i, stated in zip(p.columns, matrix.T, strict=True):
        unit = np.arange(p.inputs.size) == i
        _along(p, lifted, unit, stated, ladders(float(p.row[i])), partial(p.inputs.name, i))
    if len(p.columns) < p.inputs.size:
        v = p.outputs.tangent(p.rng.standard_normal(p.outputs.size))
        balance = 1.0 / np.maximum(1.0, np.abs(p.pull(v)))  # so that no entry hides another
        for weights in (1.0, np.abs(p.row), balance):
            u = p.rng.standard_normal(p.inputs.size) * weights
            _along(p, lifted, u, p.push(p.inputs.tangent(u)), [ladder(0.5)], lambda: " in a random direction")


def _along(p: Point, lifted: SomeArrow, u: Rows, stated: Rows, steps: list[Rows], name: Callable[[], str]) -> None:
    """The slopes along one direction: those that few steps do not confirm are looked at closely."""
    doubted = np.full(len(stated), True)
    for rungs in steps:
        (slope,), (change,) = extrapolated(rungs[FEW, None], *_steps(p, lifted, u, rungs[FEW]))
        scale = np.maximum(np.abs(stated), np.abs(slope))
        doubted &= ~(np.isfinite(scale) & (np.maximum(abs(stated - slope), abs(change)) <= p.tolerance * scale))
        if not doubted.any():
            return
    places, stated = np.flatnonzero(doubted), stated[doubted]
    ahead, behind = (x[:, doubted] for x in _steps(p, lifted, u, np.concatenate(steps)))
    found, uncertainty, roughness = slopes(steps, ahead, behind, p.largest)
    scale, off = np.maximum(np.abs(stated), np.abs(found)), np.abs(stated - found)
    unknown = ~np.isfinite(uncertainty)
    rough = (roughness > ROUGH) & (uncertainty > 0.01 * scale)
    wrong = ~(np.isfinite(stated) & (off <= p.tolerance * scale + DOUBT * uncertainty))
    for j in np.flatnonzero(unknown | rough | wrong)[:1]:
        where = f"for the result{p.outputs.name(int(places[j]))} by the argument{name()}"
        if unknown[j]:
            p.refuse(f"wanted finite values around the point, found others {where}", "choose another point")
        if rough[j]:
            p.refuse(f"wanted a slope, found that differences settle on none {where}", "choose another point")
        p.differ("forward mode and differences of the value", float(stated[j]), float(found[j]), where)


def _steps(p: Point, lifted: SomeArrow, u: Rows, h: Rows) -> tuple[Rows, Rows]:
    """Values so many steps ahead and behind."""
    values = _values(p, lifted, p.row + np.concatenate([h, -h])[:, None] * u)
    return values[: len(h)], values[len(h) :]


def _values(p: Point, lifted: SomeArrow, points: Rows) -> Rows:
    """The value at each point, by the loop that `check_batches` has found it to be; nan where it raises."""
    try:
        return p.outputs.of(lifted.unchecked(p.inputs.value(points)), len(points))
    except Exception:  # at one of them, whatever it may be
        if len(points) == 1:
            return np.full((1, p.outputs.size), np.nan)
        return np.concatenate([_values(p, lifted, point[None]) for point in points])
