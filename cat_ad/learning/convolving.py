"""Convolution: the same weights at all places of a row, or of an image by rows.

>>> import numpy as np
>>> from cat_ad import Dim
>>> class Long(Dim, size=6): ...
>>> class Window(Dim, size=3): ...
>>> class Places(Dim, size=4): ...
>>> class Red(Dim, size=1): ...
>>> class Features(Dim, size=2): ...
>>> layer = convolution(Long, Window, Places, Red, Features)
>>> layer(layer.init(np.random.default_rng(0)), np.ones((6, 1))).shape
(4, 2)
"""

from __future__ import annotations

from math import sqrt
from typing import TypeVar

import numpy as np

from cat_ad.arrows.abstraction import arrow
from cat_ad.arrows.batching import each
from cat_ad.arrows.parametrised import Para, para
from cat_ad.arrows.terms import SomeArrow
from cat_ad.learning.layers import normal, sizes
from cat_ad.objects.spaces import Dim, Float, floats, product
from cat_ad.primitives.layout import transpose
from cat_ad.primitives.named_sums import contraction
from cat_ad.primitives.sliding import windows

I = TypeVar("I", bound=Dim)
L = TypeVar("L", bound=Dim)
O = TypeVar("O", bound=Dim)
P = TypeVar("P", bound=Dim)
W = TypeVar("W", bound=Dim)


def convolution(
    long: type[L], window: type[W], places: type[P], i: type[I], o: type[O], scale: float = 1.0
) -> Para[tuple[Float[O, I, W], Float[O]], Float[L, I], Float[P, O]]:
    """x -> y, with y[p, o] = sum over (i, w) of K[o, i, w] x[p + w, i], + b[o]; the parameters are (K, b).

    Of channels I it makes channels O, at the L - W + 1 places where the window fits (`windows`). Weights are drawn as
    in `linear`. It is called a convolution, as others call it so; it does not turn the window around. Raises
    `SpaceError` unless the window and the channels have sizes.
    """
    outputs, inputs, width = sizes("convolution", o, i, window)
    kernel, patches = floats(o, i, window), floats(i, places, window)
    parameters = product(kernel, floats(o))
    slide = transpose(long, i) >> each(i, windows(long, window, places))
    weigh: SomeArrow = contraction(kernel, patches, floats(places, o))

    def convolve(p: tuple[Float[O, I, W], Float[O]], x: Float[L, I]) -> Float[P, O]:
        weights, bias = p
        y: Float[P, O] = weigh(weights, slide(x))
        return each(places, lambda row: row + bias, y)

    def init(rng: np.random.Generator) -> tuple[Float[O, I, W], Float[O]]:
        return normal(rng, scale / sqrt(inputs * width), outputs, inputs, width), normal(rng, 0.0, outputs)

    return para("convolution", parameters, arrow(convolve, parameters, floats(long, i)), init)
