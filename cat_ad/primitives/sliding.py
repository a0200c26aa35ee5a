"""Along an axis: the sums up to each place, and the windows that slide along it. Linear.

A convolution is `windows`, and then a product with the weights:

>>> import numpy as np
>>> from cat_ad import Dim, each, matvec, windows
>>> class Long(Dim, size=4): ...
>>> class Window(Dim, size=2): ...
>>> class Places(Dim, size=3): ...
>>> seen = windows(Long, Window, Places)(np.arange(4.0))
>>> seen
array([[0., 1.],
       [1., 2.],
       [2., 3.]])
>>> matvec(seen, np.array([-1.0, 1.0]))
array([1., 1., 1.])
"""

from __future__ import annotations

from typing import TypeVar, overload

from cat_ad.arrows.generators import linear_primitive
from cat_ad.arrows.operations import Operation
from cat_ad.arrows.polymorphism import known, polymorphic
from cat_ad.arrows.terms import Arrow
from cat_ad.errors import SpaceError
from cat_ad.objects.array_operations import cumulative_last
from cat_ad.objects.arrays import AnyArray, as_dtype, namespace, widened
from cat_ad.objects.spaces import Dim, Float, floats, require_dimension

L = TypeVar("L", bound=Dim)
N = TypeVar("N", bound=Dim)
P = TypeVar("P", bound=Dim)
W = TypeVar("W", bound=Dim)

CUMULATIVE_SUM = Operation("cumulative_sum")
WINDOWS = Operation("windows")


@overload
def cumulative_sum(n: type[N], /) -> Arrow[Float[N], Float[N]]: ...
@overload
def cumulative_sum(x: Float[N], /) -> Float[N]: ...
@polymorphic()
def cumulative_sum(n: type[N]) -> Arrow[Float[N], Float[N]]:
    """At each place the sum of the entries up to it, its own included; its transpose sums from each place on.

    In linear time.
    """
    return linear_primitive(
        floats(n),
        floats(n),
        "cumulative_sum",
        lambda x: cumulative_last(x),
        lambda k: k.linear_map(lambda d: cumulative_last(d), lambda d: cumulative_last(d[..., ::-1])[..., ::-1]),
        operation=CUMULATIVE_SUM,
        parameters=(),
    )


@overload
def windows(long: type[L], window: type[W], places: type[P], /) -> Arrow[Float[L], Float[P, W]]: ...
@overload
def windows(window: type[W], places: type[P], x: Float[L], /) -> Float[P, W]: ...
@polymorphic(
    instead="of a table, each(N, lambda row: windows(W, P, row))(x) goes along its last axis, and of transpose(x) "
    "along the other"
)
def windows(long: type[L], window: type[W], places: type[P]) -> Arrow[Float[L], Float[P, W]]:
    """All pieces of a row that are as long as a window, each beginning one place after the one before.

    There are L - W + 1 places. The transpose adds up what overlaps. Raises `SpaceError` unless the window has a size,
    and the places that many, where sizes are known.
    """
    for dim in (long, window, places):
        require_dimension("windows", dim)
    width = window.size or 0
    if not width:
        raise SpaceError(f"windows: wanted a size for {window.__name__}, found none; give it one")
    if known(long) and known(window) and known(places) and (long.size or 0) - width + 1 != places.size:
        raise SpaceError(
            f"windows: wanted {(long.size or 0) - width + 1} places of windows of {width} along {long.size}, "
            f"got {places.__name__} of {places.size}"
        )

    def pieces(x: AnyArray) -> AnyArray:
        many = x.shape[-1] - width + 1
        if many < 0:
            raise SpaceError(f"windows: wanted a row that is longer than the window of {width}, got {x.shape[-1]}")
        xp = namespace(x)
        if width <= many:
            return xp.stack([x[..., at : at + many] for at in range(width)], axis=-1)
        if not many:
            return xp.zeros((*x.shape[:-1], 0, width), dtype=x.dtype)
        return xp.stack([x[..., at : at + width] for at in range(many)], axis=-2)

    def overlapped(y: AnyArray) -> AnyArray:
        many, xp, wide = y.shape[-2], namespace(y), widened(y)
        rows = [wide[..., :, at] for at in range(width)] if width <= many else [wide[..., at, :] for at in range(many)]
        whole = xp.zeros((*y.shape[:-2], many + width - 1), dtype=wide.dtype)
        for at, row in enumerate(rows):
            before = xp.zeros((*row.shape[:-1], at), dtype=wide.dtype)
            after = xp.zeros((*row.shape[:-1], whole.shape[-1] - at - row.shape[-1]), dtype=wide.dtype)
            whole = whole + xp.concat([before, row, after], axis=-1)
        return as_dtype(whole, y.dtype)

    return linear_primitive(
        floats(long),
        floats(places, window),
        "windows",
        pieces,
        lambda k: k.linear_map(pieces, overlapped),
        operation=WINDOWS,
        parameters=(width,),
    )
