"""`each(N, f)`: an arrow for one example, over an axis of examples. Its meaning is the loop over that axis.

>>> import numpy as np
>>> from cat_ad import Dim, dot
>>> class I(Dim): ...
>>> class Batch(Dim): ...
>>> each(Batch, dot(I))((np.ones((2, 3)), np.ones((2, 3))))
array([3., 3.])

Parameters are shared by all examples:

>>> from cat_ad import linear
>>> class O(Dim, size=4): ...
>>> class Pixels(Dim, size=3): ...
>>> layer = each(Batch, linear(Pixels, O))
>>> parameters = layer.init(np.random.default_rng(0))
>>> layer(parameters, np.ones((5, 3))).shape
(5, 4)
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar, overload

from cat_ad.arrows.lifting import lift
from cat_ad.arrows.parametrised import P, Para, SomePara
from cat_ad.arrows.spreading import over
from cat_ad.arrows.terms import Arrow, SomeArrow
from cat_ad.errors import SpaceError, told
from cat_ad.objects.spaces import Dim, has_arrays, require_dimension, show

N = TypeVar("N", bound=Dim)

if TYPE_CHECKING:
    from typing import TypeVarTuple

    from cat_ad.objects.spaces import Array

    W = TypeVar("W")
    X = TypeVar("X")
    Y = TypeVar("Y")
    Z = TypeVar("Z")
    R = TypeVarTuple("R")
    S = TypeVarTuple("S")
    T = TypeVarTuple("T")
    U = TypeVarTuple("U")


@overload
def each(n: type[N], f: Arrow[Array[X, *S], Array[Z, *U]]) -> Arrow[Array[X, N, *S], Array[Z, N, *U]]: ...
@overload
def each(
    n: type[N], f: Arrow[tuple[Array[X, *S], Array[Y, *T]], Array[Z, *U]]
) -> Arrow[tuple[Array[X, N, *S], Array[Y, N, *T]], Array[Z, N, *U]]: ...
@overload
def each(n: type[N], f: Para[P, Array[X, *S], Array[Z, *U]]) -> Para[P, Array[X, N, *S], Array[Z, N, *U]]: ...
@overload
def each(
    n: type[N], f: Para[P, tuple[Array[X, *S], Array[Y, *T]], Array[Z, *U]]
) -> Para[P, tuple[Array[X, N, *S], Array[Y, N, *T]], Array[Z, N, *U]]: ...
@overload
def each(
    n: type[N], f: Arrow[Array[X, *S], tuple[Array[Y, *T], Array[Z, *U]]]
) -> Arrow[Array[X, N, *S], tuple[Array[Y, N, *T], Array[Z, N, *U]]]: ...
@overload
def each(
    n: type[N], f: Arrow[tuple[Array[W, *R], Array[X, *S]], tuple[Array[Y, *T], Array[Z, *U]]]
) -> Arrow[tuple[Array[W, N, *R], Array[X, N, *S]], tuple[Array[Y, N, *T], Array[Z, N, *U]]]: ...
@overload
def each(
    n: type[N], f: Para[P, Array[X, *S], tuple[Array[Y, *T], Array[Z, *U]]]
) -> Para[P, Array[X, N, *S], tuple[Array[Y, N, *T], Array[Z, N, *U]]]: ...
@overload
def each(
    n: type[N], f: Para[P, tuple[Array[W, *R], Array[X, *S]], tuple[Array[Y, *T], Array[Z, *U]]]
) -> Para[P, tuple[Array[W, N, *R], Array[X, N, *S]], tuple[Array[Y, N, *T], Array[Z, N, *U]]]: ...
def each(n: type[Dim], f: SomeArrow | SomePara) -> SomeArrow | SomePara:
    """f on each of N arguments; of a parametrised arrow, with one parameter for all.

    Raises `SpaceError` if the domain has no array to lift.
    """
    require_dimension("each", n)
    if not isinstance(f, Arrow | Para):
        raise SpaceError(f"each({n.__name__}, ...): wanted an arrow, got {told(f)}")
    if not has_arrays(f.dom):
        raise SpaceError(f"each({n.__name__}, ...): wanted an array to lift over {n.__name__}, found {show(f.dom)}")
    if isinstance(f, Arrow):
        return lift(n, f, True)
    return replace(
        f,
        name=f"each({n.__name__}, {f!r})",
        dom=over(n, f.dom, True),
        cod=over(n, f.cod, True),
        weave=lambda: lift(n, f.arrow, (False, True)),
        stages=(),
    )
