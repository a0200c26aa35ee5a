"""Step 5: Adam. The model is that of step 4; what changes is how far each weight moves.

Gradient descent has one rate for all weights. It must be small enough for those on which the loss depends most, and is
then too small for the others. Adam (Kingma & Ba 2015) remembers for each weight the running means of its gradient and
of the square of that, and divides the one by the root of the other: so each weight moves by about the rate, whatever
the size of its gradient.

In as many steps and about as many seconds, this is the largest gain since step 1.

    python experiments/steps/step_5_adam.py
"""

import experiments.process.threads  # noqa: F401  (first: see experiments.process.start)

# isort: split
import sys
from collections.abc import Iterator
from typing import TypeAlias

from cat_ad import (
    Dim,
    Float,
    Int,
    Three,
    Times,
    adam,
    add,
    attention,
    check,
    cross_entropy,
    dense,
    each,
    embedding,
    exr,
    identity,
    masked_mean,
    positions,
    relu,
    residual,
    rms_norm,
    stack,
    value_and_gradient,
)
from experiments.data.as_sequences import sequences
from experiments.models.name_model import Batch
from experiments.models.sequence_model import SequenceModel, Time
from experiments.steps.common import Lesson, Names, Vocab, main

CONTEXT, WIDTH, HEADS, LAYERS = 16, 16, 4, 2
RATE = 0.015
SOFT = 0.3  # the scale of the first weights of what is added to the symbols


class Context(Dim, size=CONTEXT):
    """The places that there are."""


class Heads(Dim, size=HEADS):
    """The heads, which share the width."""


class HeadDim(Dim, size=WIDTH // HEADS):
    """The share of each."""


class Hidden(Dim, size=4 * WIDTH):
    """The hidden units."""


Width = Times[Heads, HeadDim]

norm = each(Time, rms_norm(Width))
attend = (
    norm
    >> each(Time, dense(Width, Times[Three, Width]))
    >> attention(Time, Heads, HeadDim)
    >> each(Time, dense(Width, Width, SOFT))
)
think = norm >> each(Time, dense(Width, Hidden) >> relu(Float[Hidden]) >> dense(Hidden, Width, SOFT))

symbols = each(Time, embedding(Vocab, Width))
places = positions(Time) >> each(Time, embedding(Context, Width, SOFT))
model = (
    (symbols & places)
    >> add(Float[Time, Width])
    >> norm
    >> stack(residual(attend) >> residual(think), LAYERS)
    >> each(Time, dense(Width, Vocab))
)
losses = each(Time, cross_entropy(Vocab)) & exr(Float[Time, Vocab], Int[Time])
loss = each(Batch, model * identity(Int[Time]) >> losses) >> masked_mean(Batch, Time)

Attend: TypeAlias = tuple[Float[Times[Three, Width], Width], Float[Width, Width]]
Think: TypeAlias = tuple[Float[Hidden, Width], Float[Width, Hidden]]
Tables: TypeAlias = tuple[Float[Vocab, Width], Float[Context, Width]]
Params: TypeAlias = tuple[tuple[Tables, tuple[tuple[Attend, Think], ...]], Float[Vocab, Width]]


def train(params: Params, names: Names, steps: int) -> Iterator[Params]:
    """Steps of Adam, at a rate that falls to 0."""
    loss_and_gradient = value_and_gradient(loss.arrow)
    optimizer = adam(lr=lambda step: RATE * (1 - step / steps))
    state = optimizer.init(params)
    for step in range(steps):
        yield params
        data = sequences(names.batch(step), CONTEXT)
        batch = check(loss.dom, (data.inputs, data.targets))
        _, (gradient, _) = loss_and_gradient((params, batch))
        state, params = optimizer.step(state, params, gradient)
    yield params


LESSON = Lesson(5, "Adam", model.init, train, SequenceModel(loss, model, CONTEXT))

if __name__ == "__main__":
    sys.exit(main(LESSON, __doc__))
