"""Recurrent layers: a state and an input to the next state and an output, which is what `scan` takes along a sequence.

>>> import numpy as np
>>> from cat_ad import Dim
>>> class Inputs(Dim, size=3): ...
>>> class State(Dim, size=4): ...
>>> cell = gru(Inputs, State)
>>> state, output = cell(cell.init(np.random.default_rng(0)), (np.zeros(4), np.ones(3)))
>>> bool(np.all(state == output)), state.shape
(True, (4,))
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import TypeAlias, TypeVar

import numpy as np

from cat_ad.arrows.abstraction import arrow
from cat_ad.arrows.parametrised import Para, para
from cat_ad.learning.layers import normal, sizes
from cat_ad.objects.spaces import Dim, Float, floats, products
from cat_ad.primitives.contractions import matvec
from cat_ad.primitives.elementwise import sigmoid, tanh

H = TypeVar("H", bound=Dim)
I = TypeVar("I", bound=Dim)

Gate: TypeAlias = tuple[Float[H, I], Float[H, H], Float[H]]  # of the input, of the state, and a bias


def gru(
    i: type[I], h: type[H]
) -> Para[tuple[Gate[H, I], Gate[H, I], Gate[H, I]], tuple[Float[H], Float[I]], tuple[Float[H], Float[H]]]:
    """(s, x) to (t, t): a gated recurrent unit (Cho et al. 2014), with gates r (reset), z (update) and n (new).

        r = sigmoid(Wr x + Ur s + br),  z = sigmoid(Wz x + Uz s + bz),  n = tanh(Wn x + Un (r s) + bn)
        t = z s + (1 - z) n

    Raises `SpaceError` unless both dimensions have a size.
    """
    parameters: type[tuple[Gate[H, I], Gate[H, I], Gate[H, I]]] = products(*[_gate(i, h)] * 3)
    at: type[tuple[Float[H], Float[I]]] = products(floats(h), floats(i))
    gate = _drawing("gru", i, h)

    def step(p: tuple[Gate[H, I], Gate[H, I], Gate[H, I]], at: tuple[Float[H], Float[I]]) -> tuple[Float[H], Float[H]]:
        (reset, update, new), (s, x) = p, at
        r, z = sigmoid(_through(reset, s, x)), sigmoid(_through(update, s, x))
        t = z * s + (1.0 - z) * tanh(_through(new, r * s, x))
        return t, t

    return para("gru", parameters, arrow(step, parameters, at), lambda rng: (gate(rng), gate(rng), gate(rng)))


def lstm(
    i: type[I], h: type[H]
) -> Para[
    tuple[Gate[H, I], Gate[H, I], Gate[H, I], Gate[H, I]],
    tuple[tuple[Float[H], Float[H]], Float[I]],
    tuple[tuple[Float[H], Float[H]], Float[H]],
]:
    """((s, c), x) to ((t, d), t): a long short-term memory (Hochreiter & Schmidhuber 1997; Gers et al. 2000).

    With gates i (input), f (forget), o (output) and g (new), as in `gru`, and a memory c beside the state:

        d = f c + i g,  t = o tanh(d)

    Raises `SpaceError` unless both dimensions have a size.
    """
    four = [_gate(i, h)] * 4
    parameters: type[tuple[Gate[H, I], Gate[H, I], Gate[H, I], Gate[H, I]]] = products(*four)
    at: type[tuple[tuple[Float[H], Float[H]], Float[I]]] = products(products(floats(h), floats(h)), floats(i))
    gate = _drawing("lstm", i, h)

    def step(
        p: tuple[Gate[H, I], Gate[H, I], Gate[H, I], Gate[H, I]], at: tuple[tuple[Float[H], Float[H]], Float[I]]
    ) -> tuple[tuple[Float[H], Float[H]], Float[H]]:
        (enter, forget, leave, new), ((s, c), x) = p, at
        kept = sigmoid(_through(forget, s, x)) * c
        d = kept + sigmoid(_through(enter, s, x)) * tanh(_through(new, s, x))
        t = sigmoid(_through(leave, s, x)) * tanh(d)
        return (t, d), t

    return para(
        "lstm", parameters, arrow(step, parameters, at), lambda rng: (gate(rng), gate(rng), gate(rng), gate(rng))
    )


def _through(gate: Gate[H, I], s: Float[H], x: Float[I]) -> Float[H]:
    """W x + U s + b"""
    w, u, b = gate
    return matvec(u, s) + (matvec(w, x) + b)


def _gate(i: type[I], h: type[H]) -> type[Gate[H, I]]:
    made: type[Gate[H, I]] = products(floats(h, i), floats(h, h), floats(h))
    return made


def _drawing(asked: str, i: type[I], h: type[H]) -> Callable[[np.random.Generator], Gate[H, I]]:
    """How a gate is drawn: weights as those of `linear`; biases are 0."""
    inputs, states = sizes(asked, i, h)
    return lambda rng: (
        normal(rng, 1 / sqrt(inputs), states, inputs),
        normal(rng, 1 / sqrt(states), states, states),
        normal(rng, 0.0, states),
    )
