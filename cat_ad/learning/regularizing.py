"""What keeps a deep model in bounds while it learns: normalization of a layer, and dropout.

>>> import numpy as np
>>> from cat_ad import Dim
>>> class Hidden(Dim, size=4): ...
>>> layer = layer_norm(Hidden)
>>> layer(layer.init(np.random.default_rng(0)), np.array([1.0, 2.0, 3.0, 4.0])).round(2)
array([-1.34, -0.45,  0.45,  1.34])
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from cat_ad.arrows.abstraction import arrow
from cat_ad.arrows.parametrised import Para, para
from cat_ad.arrows.terms import Arrow
from cat_ad.categories.category import A
from cat_ad.errors import require_number
from cat_ad.learning.layers import normal, sizes
from cat_ad.objects.spaces import Dim, Float, floats, product, require_object
from cat_ad.primitives.arithmetic import mul
from cat_ad.primitives.elementwise import scale
from cat_ad.primitives.normalization import rms_norm
from cat_ad.primitives.reductions import mean

N = TypeVar("N", bound=Dim)


def layer_norm(n: type[N], epsilon: float = 1e-5) -> Para[tuple[Float[N], Float[N]], Float[N], Float[N]]:
    """x -> g (x - m) / sqrt(mean((x - m)^2) + epsilon) + b, with m = mean(x) (Ba, Kiros & Hinton 2016).

    Parameters are (g, b), which begin at 1 and 0. Raises `SpaceError` unless N has a size, and for an epsilon below 0.
    """
    (many,) = sizes("layer_norm", n)
    parameters = product(floats(n), floats(n))

    def normalized(p: tuple[Float[N], Float[N]], x: Float[N]) -> Float[N]:
        gain, bias = p
        return gain * rms_norm(x - mean(x), epsilon) + bias

    def init(rng: np.random.Generator) -> tuple[Float[N], Float[N]]:
        zeros = normal(rng, 0.0, many)
        return zeros * 0.0 + 1.0, zeros * 0.0

    return para("layer_norm", parameters, arrow(normalized, parameters, floats(n)), init)


def dropout(a: type[A], rate: float) -> Arrow[tuple[A, A], A]:
    """(x, mask) to x mask / (1 - rate), for a mask of ones, and of zeros with this rate (Srivastava et al. 2014).

    The mask is data, drawn by whoever trains: `(rng.random(x.shape) >= rate).astype(x.dtype)`; where nothing is to be
    dropped, leave the arrow out. Raises `SpaceError` unless 0 <= rate < 1.
    """
    require_object("dropout", a)
    kept = 1.0 - require_number("dropout", "a rate from 0 to below 1", rate, 0.0, 1.0)
    return mul(a) >> scale(a, 1.0 / kept)
