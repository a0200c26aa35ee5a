"""Step 4: many heads and many layers. A place looks at several others at once, and again at what came of that.

The heads share the width, which in the types is now `Times[Heads, HeadDim]`. Each does what three arrows of step 3
said, and `attention` is the name of that. A block ends where it begins, so `stack` makes layers of it, each with
weights of its own. This is microgpt with a second layer, and the model of `gpt_names --layers 2`.

The loss is lower again, for twice the time. And here gradient descent is at its end: at twice the rate, at which step 3
would learn best, this model does not learn at all.

    python experiments/steps/step_4_heads_and_layers.py
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
    sgd,
    stack,
    value_and_gradient,
)
from experiments.data.as_sequences import sequences
from experiments.models.name_model import Batch
from experiments.models.sequence_model import SequenceModel, Time
from experiments.steps.common import Lesson, Names, Vocab, main

CONTEXT, WIDTH, HEADS, LAYERS = 16, 16, 4, 2
RATE = 0.5
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
    """Steps against the gradient, at a rate that falls to 0."""
    loss_and_gradient = value_and_gradient(loss.arrow)
    optimizer = sgd(lr=lambda step: RATE * (1 - step / steps))
    state = optimizer.init(params)
    for step in range(steps):
        yield params
        data = sequences(names.batch(step), CONTEXT)
        batch = check(loss.dom, (data.inputs, data.targets))
        _, (gradient, _) = loss_and_gradient((params, batch))
        state, params = optimizer.step(state, params, gradient)
    yield params


LESSON = Lesson(4, "many heads, two layers", model.init, train, SequenceModel(loss, model, CONTEXT))

if __name__ == "__main__":
    sys.exit(main(LESSON, __doc__))
