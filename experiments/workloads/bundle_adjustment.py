"""ADBench's bundle adjustment: cameras and points in space that explain where the points were seen in pictures.

(Srajer, Kukelova & Fitzgibbon 2018, A benchmark of selected algorithmic differentiation tools.) What it asks for is the
Jacobian of each observation in the camera, the point and the weight that are its own: `jacobians`.
"""

from types import ModuleType
from typing import TypeAlias

import numpy as np

from cat_ad import (
    Dim,
    Float,
    Int,
    Plus,
    Scalar,
    arrow,
    check,
    cos,
    dot,
    each,
    equal,
    jacobian_field,
    roll,
    sin,
    split,
    sqrt,
    take,
    total,
    where,
)
from experiments.workloads.workload import Integers, Numbers, Workload


class Cameras(Dim):
    """Which took pictures."""


class Points(Dim):
    """In space."""


class Seen(Dim):
    """Observations: a point in the picture of a camera."""


class Flat(Dim, size=2):
    """Coordinates in a picture."""


class One(Dim, size=1):
    """A number of its own."""


Space: TypeAlias = Plus[Flat, One]
# How a camera is turned, where it is, its focal length, its centre in the picture, and two coefficients of its lens
Camera: TypeAlias = Plus[Space, Plus[Space, Plus[One, Plus[Flat, Plus[One, One]]]]]


def turned(r: Float[Space], x: Float[Space]) -> Float[Space]:
    """x, turned around r by an angle a, as long as r (Rodrigues 1840). At 0, sin(a)/a is 1, (1 - cos(a))/a^2 a half."""
    square = dot(r, r)
    safe: Scalar = where(equal(square, 0.0), 1.0, square)
    angle = sqrt(safe)
    along: Scalar = where(equal(square, 0.0), 0.5, (1.0 - cos(angle)) / safe)
    around: Scalar = where(equal(square, 0.0), 1.0, sin(angle) / angle)
    return x + around * (roll(r, -1) * roll(x, 1) - roll(r, 1) * roll(x, -1)) + along * (dot(r, x) * r - square * x)


def error(camera: Float[Camera], point: Float[Space], weight: Scalar, seen: Float[Flat]) -> Float[Flat]:
    """How far the point is in the picture from where it was seen, by its weight."""
    turn, untold = split(camera)
    place, lens = split(untold)
    focal, picture = split(lens)
    centre, bent = split(picture)
    k1, k2 = split(bent)
    across, depth = split(turned(turn, point - place))
    flat = across / total(depth)
    square = dot(flat, flat)
    return weight * (total(focal) * (1.0 + total(k1 * square + k2 * square**2)) * flat + centre - seen)


observation = arrow(error)
jacobians = each(Seen, jacobian_field(observation))


@arrow
def loss(
    cameras: Float[Cameras, Camera],
    points: Float[Points, Space],
    weights: Float[Seen],
    seen: Float[Seen, Flat],
    by: Int[Seen],
    of: Int[Seen],
) -> Scalar:
    """The squares of all errors; weights are to be near 1."""
    errors = each(Seen, error)(take(cameras, by), take(points, of), weights, seen)
    return total(errors**2) + total((1.0 - weights**2) ** 2)


def by_numpy(
    xp: ModuleType, cameras: Numbers, points: Numbers, weights: Numbers, seen: Numbers, by: Integers, of: Integers
) -> object:
    """The same, with all observations at once."""
    r, place, focal, centre, k1, k2 = (cameras[by][:, at] for at in (TURN, PLACE, FOCAL, CENTRE, FIRST, SECOND))
    x = points[of] - place
    square = xp.sum(r * r, axis=1)[:, None]
    safe = xp.where(square == 0.0, 1.0, square)
    angle = safe**0.5
    along = xp.where(square == 0.0, 0.5, (1.0 - xp.cos(angle)) / safe)
    around = xp.where(square == 0.0, 1.0, xp.sin(angle) / angle)
    crossed = r[:, [1, 2, 0]] * x[:, [2, 0, 1]] - r[:, [2, 0, 1]] * x[:, [1, 2, 0]]
    x = (1.0 - along * square) * x + around * crossed + along * xp.sum(r * x, axis=1)[:, None] * r
    flat = x[:, :2] / x[:, 2:]
    square = xp.sum(flat**2, axis=1)[:, None]
    errors = weights[:, None] * (focal * (1.0 + k1 * square + k2 * square**2) * flat + centre - seen)
    return xp.sum(errors**2) + xp.sum((1.0 - weights**2) ** 2)


TURN, PLACE, FOCAL, CENTRE, FIRST, SECOND = map(slice, (0, 3, 6, 7, 9, 10), (3, 6, 7, 9, 10, 11))


def arguments(
    rng: np.random.Generator,
) -> tuple[Float[Cameras, Camera], Float[Points, Space], Float[Seen], Float[Seen, Flat], Int[Seen], Int[Seen]]:
    """Three cameras, of which the first is not turned, and ten points, each seen by two of them."""
    cameras = 0.1 * rng.normal(size=(3, 11))
    cameras[0, TURN], cameras[:, FOCAL] = 0.0, 1.0
    return (
        check(Float[Cameras, Camera], cameras),
        check(Float[Points, Space], rng.normal((0.0, 0.0, 5.0), size=(10, 3))),
        check(Float[Seen], rng.random(20)),
        check(Float[Seen, Flat], rng.normal(size=(20, 2))),
        check(Int[Seen], np.arange(20) % 3),
        check(Int[Seen], np.arange(20) % 10),
    )


BUNDLE_ADJUSTMENT = Workload("bundle adjustment", loss, by_numpy, arguments)
