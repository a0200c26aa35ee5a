"""Step 2: the same network, as arrows. The backward pass disappears.

With it go the intermediate results that it used, the shapes and scales of the first weights, and the check of the
gradient. The model is a pipeline. Each arrow in it brings its own derivative, and the chain rule, which composes them,
is written once, in the library. mypy infers the types of the weights: where `Params` says another, or two layers do not
fit, it reports a type error.

The first weights and the batches are those of step 1, and so, but for rounding, are all the losses.

    python experiments/steps/step_2_arrows.py
"""

import experiments.process.threads  # noqa: F401  (first: see experiments.process.start)

# isort: split
import sys
from collections.abc import Iterator
from typing import TypeAlias

from cat_ad import (
    Dim,
    Float,
    Index,
    Times,
    check,
    cross_entropy,
    dense,
    each,
    embedding,
    flatten,
    identity,
    mean,
    sgd,
    tanh,
    value_and_gradient,
)
from experiments.data.as_windows import windows
from experiments.models.name_model import Batch
from experiments.models.window_model import WindowModel
from experiments.steps.common import Lesson, Names, Vocab, main

CONTEXT, EMB, HIDDEN = 3, 10, 64
RATE = 0.5


class Context(Dim, size=CONTEXT):
    """The symbols that are read."""


class Emb(Dim, size=EMB):
    """The numbers that stand for a symbol."""


class Hidden(Dim, size=HIDDEN):
    """The hidden units."""


model = (
    each(Context, embedding(Vocab, Emb))  # E
    >> flatten(Context, Emb)  # x
    >> dense(Times[Context, Emb], Hidden)  # W x
    >> tanh(Float[Hidden])  # h
    >> dense(Hidden, Vocab)  # z = U h
)
loss = each(Batch, model * identity(Index) >> cross_entropy(Vocab)) >> mean(Float[Batch])

Params: TypeAlias = tuple[tuple[Float[Vocab, Emb], Float[Hidden, Times[Context, Emb]]], Float[Vocab, Hidden]]


def train(params: Params, names: Names, steps: int) -> Iterator[Params]:
    """Steps against the gradient, at a rate that falls to 0."""
    loss_and_gradient = value_and_gradient(loss.arrow)
    optimizer = sgd(lr=lambda step: RATE * (1 - step / steps))
    state = optimizer.init(params)
    for step in range(steps):
        yield params
        batch = check(loss.dom, tuple(windows(names.batch(step), CONTEXT)))
        _, (gradient, _) = loss_and_gradient((params, batch))
        state, params = optimizer.step(state, params, gradient)
    yield params


LESSON = Lesson(2, "the same, as arrows", model.init, train, WindowModel(loss, model))

if __name__ == "__main__":
    sys.exit(main(LESSON, __doc__))
