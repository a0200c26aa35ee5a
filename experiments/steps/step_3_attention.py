"""Step 3: attention. The model reads the whole name, and chooses at each place which earlier ones to look at.

A window forgets what has left it. Here each place makes of its row a query, a key and a value. Softmax makes shares of
the products of its query with the keys of the places up to its own, and what it takes from these places is the sum of
their values, weighted by the shares. All places do so at once, so a name is one example, with a target at each place.

It needs three things more. `positions`: what is looked at has no order, so a second table has a row for each place.
`residual`: what is found is added to what was there, and does not replace it. `rms_norm`: sums grow, so rows are
brought to one size before they are read. The hidden layer of steps 1 and 2 stays, and now comes after attention.

At the rate of step 2 the loss is lower, in more than twice the time. At the best rate of each, 2 there and 1 here, it
is 2.21 and not 2.22: names are short, and three symbols tell most of what comes next.

    python experiments/steps/step_3_attention.py
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
    causal,
    check,
    cross_entropy,
    dense,
    each,
    embedding,
    exr,
    identity,
    masked_mean,
    matmul,
    positions,
    queries_keys_values,
    relu,
    residual,
    rms_norm,
    scores,
    sgd,
    softmax,
    value_and_gradient,
)
from experiments.data.as_sequences import sequences
from experiments.models.name_model import Batch
from experiments.models.sequence_model import SequenceModel, Time
from experiments.steps.common import Lesson, Names, Vocab, main

CONTEXT, WIDTH = 16, 16
RATE = 0.5
SOFT = 0.3  # the scale of the first weights of what is added to the symbols


class Context(Dim, size=CONTEXT):
    """The places that there are."""


class Width(Dim, size=WIDTH):
    """The numbers that stand for a symbol at its place."""


class Hidden(Dim, size=4 * WIDTH):
    """The hidden units."""


norm = each(Time, rms_norm(Width))
shares = scores(Time, Width) >> causal(Time) >> each(Time, softmax(Time))  # of queries and keys
attend = (
    norm
    >> each(Time, dense(Width, Times[Three, Width]))
    >> queries_keys_values(Time, Width)
    >> shares * identity(Float[Time, Width])
    >> matmul(Time, Time, Width)  # of shares and values
    >> each(Time, dense(Width, Width, SOFT))
)
think = norm >> each(Time, dense(Width, Hidden) >> relu(Float[Hidden]) >> dense(Hidden, Width, SOFT))

symbols = each(Time, embedding(Vocab, Width))
places = positions(Time) >> each(Time, embedding(Context, Width, SOFT))
model = (
    (symbols & places)
    >> add(Float[Time, Width])
    >> norm
    >> residual(attend)
    >> residual(think)
    >> each(Time, dense(Width, Vocab))
)
losses = each(Time, cross_entropy(Vocab)) & exr(Float[Time, Vocab], Int[Time])
loss = each(Batch, model * identity(Int[Time]) >> losses) >> masked_mean(Batch, Time)

Attend: TypeAlias = tuple[Float[Times[Three, Width], Width], Float[Width, Width]]
Think: TypeAlias = tuple[Float[Hidden, Width], Float[Width, Hidden]]
Tables: TypeAlias = tuple[Float[Vocab, Width], Float[Context, Width]]
Params: TypeAlias = tuple[tuple[tuple[Tables, Attend], Think], Float[Vocab, Width]]


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


LESSON = Lesson(3, "one head of attention", model.init, train, SequenceModel(loss, model, CONTEXT))

if __name__ == "__main__":
    sys.exit(main(LESSON, __doc__))
