"""Layers: the parametrised arrows that models are made of.

Weights are drawn from the normal distribution of variance `scale**2` / inputs, so that with scale 1 outputs are as
large as inputs; biases start at zero. All are float64; a program that trains in float32 converts the parameters once.

>>> from cat_ad import Dim
>>> class Pixels(Dim, size=784): ...
>>> class Digits(Dim, size=10): ...
>>> weight, bias = linear(Pixels, Digits).init(np.random.default_rng(0))
>>> weight.shape, bias.shape
((10, 784), (10,))
"""

from __future__ import annotations

from math import sqrt
from typing import TypeVar, overload

import numpy as np

from cat_ad.arrows.composing import require_composable
from cat_ad.arrows.parametrised import P, Para, SomePara, para
from cat_ad.arrows.structure import identity
from cat_ad.arrows.terms import Arrow, SomeArrow
from cat_ad.categories.category import A
from cat_ad.errors import SpaceError, told
from cat_ad.objects.arrays import AnyArray
from cat_ad.objects.spaces import Dim, Float, Index, floats, product, require_dimension
from cat_ad.primitives.affine import affine
from cat_ad.primitives.arithmetic import add
from cat_ad.primitives.contractions import matvec
from cat_ad.primitives.indexing import lookup

E = TypeVar("E", bound=Dim)
I = TypeVar("I", bound=Dim)
O = TypeVar("O", bound=Dim)
V = TypeVar("V", bound=Dim)


def linear(i: type[I], o: type[O], scale: float = 1.0) -> Para[tuple[Float[O, I], Float[O]], Float[I], Float[O]]:
    """x -> W x + b, with parameters (W, b). Raises `SpaceError` unless both dimensions have a size."""
    outputs, inputs = sizes("linear", o, i)

    def init(rng: np.random.Generator) -> tuple[Float[O, I], Float[O]]:
        return normal(rng, scale / sqrt(inputs), outputs, inputs), normal(rng, 0.0, outputs)

    return para("linear", product(floats(o, i), floats(o)), affine(i, o), init)


def dense(i: type[I], o: type[O], scale: float = 1.0) -> Para[Float[O, I], Float[I], Float[O]]:
    """x -> W x, with parameter W. Raises `SpaceError` unless both dimensions have a size."""
    outputs, inputs = sizes("dense", o, i)
    return para("dense", floats(o, i), matvec(i, o), lambda rng: normal(rng, scale / sqrt(inputs), outputs, inputs))


def embedding(v: type[V], e: type[E], scale: float = 1.0) -> Para[Float[V, E], Index, Float[E]]:
    """An index to its row of a table, which is drawn with standard deviation `scale`. Sizes as in `linear`.

    The index is as in `lookup`: a negative one counts from the end.
    """
    rows, columns = sizes("embedding", v, e)
    return para("embedding", floats(v, e), lookup(v, e), lambda rng: normal(rng, scale, rows, columns))


@overload
def residual(f: Arrow[A, A]) -> Arrow[A, A]: ...
@overload
def residual(f: Para[P, A, A]) -> Para[P, A, A]: ...
def residual(f: SomeArrow | SomePara) -> SomeArrow | SomePara:
    """x -> f(x) + x. Raises `CompositionError` unless f ends where it begins."""
    require_composable("residual", f)
    return (f & identity(f.dom)) >> add(f.dom)


def normal(rng: np.random.Generator, deviation: float, *shape: int) -> AnyArray:
    """An array of this shape from the normal distribution of this standard deviation."""
    if not isinstance(rng, np.random.Generator):
        raise SpaceError(f"init: wanted a random generator, got {told(rng)}; numpy.random.default_rng(0) is one")
    return rng.standard_normal(shape) * deviation


def sizes(asked: str, *dims: type[Dim]) -> tuple[int, ...]:
    """The sizes of dimensions. Raises `SpaceError` if one has none."""
    for dim in dims:
        require_dimension(asked, dim)
        if dim.size is None:
            raise SpaceError(
                f"{asked}: wanted a size for {dim.__name__}, found none; write `class {dim.__name__}(Dim, size=...)`"
            )
    return tuple(dim.size or 0 for dim in dims)
