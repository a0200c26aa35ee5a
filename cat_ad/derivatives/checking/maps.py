"""Are forward mode and reverse mode one linear map and its transpose?"""

from __future__ import annotations

import numpy as np

from cat_ad.derivatives.checking.coordinates import Rows
from cat_ad.derivatives.checking.point import Point, close

MANY = 8  # arrays that are left out, one at a time


def check_transpose(p: Point, matrix: Rows) -> None:
    """Reverse mode has the same matrix, transposed."""
    rows = [p.pull(p.outputs.unit(j)) for j in p.rows]
    by_reverse = np.stack([np.zeros(p.inputs.size), *rows])[1:, p.columns]
    by_forward = matrix[p.rows]
    largest = np.maximum(
        np.abs(by_forward).max(axis=0, initial=0.0)[None], np.abs(by_reverse).max(axis=1, initial=0.0)[:, None]
    )
    for j, i in np.argwhere(~close(by_forward, by_reverse, p.tolerance, largest))[:1]:
        result, argument = p.outputs.name(p.rows[j]), p.inputs.name(p.columns[i])
        where = f"for the result{result} by the argument{argument}"
        p.differ("forward mode and reverse mode", float(by_forward[j, i]), float(by_reverse[j, i]), where)
    u, v = (p.rng.standard_normal(space.size) for space in (p.inputs, p.outputs))
    both: tuple[Rows, Rows] = (v * p.push(p.inputs.tangent(u)), u * p.pull(p.outputs.tangent(v)))
    one, other = (x.sum(keepdims=True) for x in both)
    if not close(one, other, p.tolerance, float(sum(np.abs(x).sum() for x in (*both, u, v)))).all():
        p.differ("forward mode and reverse mode", one[0], other[0], "in random directions")


def check_linearity(p: Point) -> None:
    """Both are additive, also in tangents of which a part is `None`, and homogeneous."""
    maps = ("derivative", p.inputs, p.push), ("transposed derivative", p.outputs, p.pull)
    for what, space, apply in maps:
        u, w = p.rng.standard_normal((2, space.size))
        of_u, of_w = apply(space.tangent(u)), apply(space.tangent(w))
        ways = [(apply(space.tangent(u + w)), of_u + of_w), (apply(space.tangent(-3.0 * u)), -3.0 * of_u)]
        arrays = range(len(space.slices))
        for i in arrays[:MANY]:
            alone = apply(space.tangent(u, [i == j for j in arrays]))
            ways.append((of_u, alone + apply(space.tangent(u, [i != j for j in arrays]))))
        largest = float(max(np.abs(x).max(initial=1.0) for x in (of_u, of_w)))  # tangents are of the order of 1
        for found, wanted in ways:
            if not close(found, wanted, p.tolerance, largest).all():
                p.refuse(
                    f"wanted a linear {what}, where None is zero, found another",
                    "state one with f(u + v) = f(u) + f(v)",
                )
