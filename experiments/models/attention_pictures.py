"""Where attention looks: a picture for each head of each layer.

The weights inside a model are found by reading its arrow in one more category: plain functions that report what each
attention is given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from cat_ad import Hom, Primitive
from cat_ad.arrows.operations import Operation
from cat_ad.arrows.parametrised import SomePara
from cat_ad.arrows.terms import SomeArrow
from cat_ad.categories.category import A, B
from cat_ad.categories.functions import Function, Functions, function, hom
from cat_ad.derivatives.loops import as_loop
from cat_ad.learning.transformer import ATTENTION
from experiments.data.alphabet import Codes
from experiments.models.glyphs import drawn
from experiments.process.pictures import drawing, png

Weights: TypeAlias = npt.NDArray[np.floating]  # (heads, places that look, places looked at)


class Observing(Functions):
    """Plain functions, but each primitive of this operation first reports its argument."""

    def __init__(self, seen: Operation, tell: Callable[[object], None]) -> None:
        """`tell` is called with each argument."""
        self.seen = seen
        self.tell = tell

    def primitive(self, arrow: Primitive[A, B]) -> Hom[Function, A, B]:
        """Its value; of a loop, its steps read like this."""
        loop = as_loop(arrow)
        if loop:
            return hom(loop.through(function(loop.body.to(self))))
        if arrow.operation is not self.seen:
            return hom(arrow.value)

        def observed(a: A) -> B:
            self.tell(a)
            return arrow.value(a)

        return hom(observed)


def attention_weights(model: SomePara, look: SomeArrow, params: object, symbols: Codes) -> list[Weights]:
    """How much each place looks at each other when the model reads these symbols, layer by layer."""
    given: list[object] = []
    observed = function(model.arrow.to(Observing(ATTENTION, given.append)))
    observed((params, symbols))
    return [look(x) for x in given]


def attention_map(layers: Sequence[Weights], symbols: str) -> bytes:
    """The picture as a PNG: in each row a place that looks, in each column one looked at."""
    heads = len(layers[0])
    with drawing() as new:
        figure = new(figsize=(2.6 * heads + 0.6, 2.6 * len(layers) + 0.6), dpi=160, layout="constrained")
        panels = figure.subplots(len(layers), heads, squeeze=False)
        labels, fonts = drawn(symbols)
        turned = 90 if max(map(len, labels)) > 2 else 0  # of numbers, which are long
        for layer, weights in enumerate(layers):
            for head, weight in enumerate(weights):
                panel = panels[layer, head]
                panel.imshow(weight, cmap="Blues", vmin=0, vmax=1)
                panel.set_title(f"layer {layer + 1}, head {head + 1}", fontsize=9)
                panel.set_xticks(range(len(symbols)), labels, family=fonts, rotation=turned)
                panel.set_yticks(range(len(symbols)), labels, family=fonts)
                panel.tick_params(length=0, labelsize=9 if len(symbols) <= 12 and not turned else 6)
                if layer == len(layers) - 1:
                    panel.set_xlabel("looked at", fontsize=9)
                if head == 0:
                    panel.set_ylabel("looks, to predict the next", fontsize=9)
        figure.colorbar(panels[0, 0].images[0], ax=panels[:, -1], label="weight")
        return png(figure)
