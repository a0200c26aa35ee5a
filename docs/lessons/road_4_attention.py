# %% [markdown]
# # Road 4: attention
#
# *Twenty minutes. The idea: each letter asks a question of all that came before it, and listens to those who fit.*
#
# Explain it as if I were five. You are the last letter of a name that is not finished, and would like to know what comes
# next. Behind you stand the other letters. Each holds up a card: "I am a vowel", "I am the first". You ask a question:
# "is there a vowel near the end?" Everyone whose card fits your question speaks up, the louder the better it fits, and
# says what it knows. You hear them all at once, add it to what you know yourself, and make your guess. Nobody may look
# ahead: those who come later have not arrived yet.
#
# The question is called **query**, the card **key**, and what is said **value**. Each is some numbers that the letter
# makes of itself, by a matrix that is learned.
#
# The network of steps 2 and 3 read three letters, and forgot the fourth. Attention reads them all.
#
# ## By hand
#
# How well does a card fit? By the product of query and key. Softmax makes shares of these products, and what you hear is
# the mean of the values with these shares. For four letters with random queries, keys and values of 2 numbers:

# %% tags=["run"]
import numpy as np

q, k, v = np.random.default_rng(0).standard_normal((3, 4, 2))
fits = q @ k.T / np.sqrt(2)  # each place that asks, by each that answers
fits = np.where(np.tri(4), fits, -np.inf)  # no place may look ahead
shares_by_hand = np.exp(fits) / np.exp(fits).sum(axis=1, keepdims=True)
heard = shares_by_hand @ v

print("shares, a row for each place that looks:")
print(shares_by_hand.round(2))

# %% [markdown]
# The first place sees only itself, and listens to itself. Each row sums to 1.
#
# ## By arrows
#
# The same four lines. `scores` makes the products, `causal` hides the future, and softmax is done for each place.
# Beside them goes a wire with the values, and a matrix product brings both together:

# %% tags=["run"]
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
    exl,
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


class Time(Dim):
    """The places of a name: as long as it is."""


class Width(Dim, size=16):
    """The numbers that stand for a letter at its place."""


shares = scores(Time, Width) >> causal(Time) >> each(Time, softmax(Time))
listen = shares * identity(Float[Time, Width]) >> matmul(Time, Time, Width)

# %%
listen

# %% [markdown]
# The wires are, from the left, queries, keys and values. To make these three of what is known at each place takes one
# matrix, of three times the width; and what is heard goes through one more.
#
# ## Three things more
#
# - **Positions.** A mean does not know the order of what it is made of (exercise 2). So a second table has a row for each
#   place, which is added to that of the letter.
# - **Residuals.** What is heard is *added* to what was there. `residual(f)` is f(x) + x (exercise 3).
# - **Norms.** Sums grow, and so before they are read, rows are brought to one size: `rms_norm`.
#
# After listening, each place thinks by itself: that is the hidden layer of steps 2 and 3 again.


# %% tags=["run"]
class Vocab(Dim, size=27):
    """The boundary, and the letters a to z."""


class Places(Dim, size=16):
    """The places that there may be."""


class Hidden(Dim, size=64):
    """The hidden units."""


class Batch(Dim):
    """As many names as come."""


norm = each(Time, rms_norm(Width))
symbols = each(Time, embedding(Vocab, Width))
places = positions(Time) >> each(Time, embedding(Places, Width, 0.3))
rows = (symbols & places) >> add(Float[Time, Width]) >> norm

ask = norm >> each(Time, dense(Width, Times[Three, Width])) >> queries_keys_values(Time, Width)
attend = ask >> listen >> each(Time, dense(Width, Width, 0.3))
think = norm >> each(Time, dense(Width, Hidden) >> relu(Float[Hidden]) >> dense(Hidden, Width, 0.3))

model = rows >> residual(attend) >> residual(think) >> each(Time, dense(Width, Vocab))
losses = each(Time, cross_entropy(Vocab)) & exr(Float[Time, Vocab], Int[Time])
loss = each(Batch, model * identity(Int[Time]) >> losses) >> masked_mean(Batch, Time)

# %% [markdown]
# A name is now one example, with a target at each of its places, and all places predict at once. (Names of a batch are
# padded to the longest. `masked_mean` leaves out what is beyond the end.) The wires that pass by the boxes are the
# residuals:

# %%
residual(attend)

# %% [markdown]
# ## To learn
#
# As in step 3. The weights before steps 0, 20, 50, 100 and 200 are kept, to look at them.

# %% tags=["run"]
from experiments.data.alphabet import A_TO_Z
from experiments.data.as_sequences import sequences
from experiments.data.names import load_names, split_names

train, test = split_names(load_names(), np.random.default_rng(0))
some = sequences(test[:500], 16)
some_test = check(loss.dom, (some.inputs, some.targets))

STEPS = 200
params = model.init(np.random.default_rng(0))
optimizer = sgd(lr=lambda step: 1 - step / STEPS)
state = optimizer.init(params)
loss_and_gradient = value_and_gradient(loss)
kept = {}
for step in range(STEPS + 1):
    if step in {0, 20, 50, 100, 200}:
        kept[step] = params
        print(f"after {step:3} steps: loss on names never seen {loss(params, some_test):.3f}")
    names = sequences(train[32 * step : 32 * step + 32], 16)
    _, gradient = loss_and_gradient(params, check(loss.dom, (names.inputs, names.targets)))
    state, params = optimizer.step(state, params, gradient)

# %% [markdown]
# Lower than the window of three letters was after as many steps, and it is not done yet. A longer run is
# [`step_3_attention.py`](../../experiments/steps/step_3_attention.py). Honestly, names are short, and three letters tell
# most of what comes next: it is in longer texts that attention wins by far.
#
# Where does it look? Take the first part of the model, up to the shares. It has fewer parameters, and they are a part of
# the model's. Each row is a letter that looks, and each column one that is looked at. At first it looks where chance has
# it look; 200 steps later the last letters before it count for more than those far away, and it is still a blur:

# %%
from matplotlib.figure import Figure

from docs.pictures import Frames, Picture, picture

two = tuple[Float[Time, Width], Float[Time, Width]]
where = rows >> ask >> exl(two, Float[Time, Width]) >> shares


def looks(step: int, name: str = ".isabella") -> Picture:
    """The shares, with the weights before this step."""
    (((tables, (queries_keys_and_values, _)), _), _) = kept[step]
    found = where((tables, queries_keys_and_values), check(Int[Time], A_TO_Z.encode(name)))
    figure = Figure((3.6, 3.6), layout="constrained")
    axes = figure.subplots()
    axes.imshow(found, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(name)), [*name])
    axes.set_yticks(range(len(name)), [*name])
    axes.set_xlabel("looked at")
    axes.set_ylabel("looks")
    return picture(figure)


Frames("Steps of training", {f"{step}": looks(step) for step in kept})

# %% [markdown]
# ## The types
#
# `Time` has no size. A name of five letters and one of ten go through the same arrow, and mypy knows `Time` by its name
# all the same: scores are `Float[Time, Time]`. It is an old mistake to apply softmax along the wrong axis. NumPy does
# what it is told, and the model learns, only worse. Here the axis has a name, and softmax along `Width`, where each row
# has an entry for each *place*, is refused:

# %% tags=["run"]
from cat_ad import CompositionError

try:
    scores(Time, Width) >> each(Time, softmax(Width))  # type: ignore[arg-type]
    # mypy: Argument 1 to "softmax" has incompatible type "type[Width]"; expected "type[Time]"
except CompositionError as error:
    print(error)

# %% [markdown]
# What types do not see is a `causal` that is missing. The model then looks at the letter that it should predict, and its
# loss is wonderful, until it must invent, where there is nothing to look at. (So `attention`, in the next step, has it
# inside.)
#
# ## Exercises
#
# **1.** Write attention with NumPy: of queries, keys and values, a row for each place, make what each place finds. No
# place may look ahead.

# %% tags=["exercise"]
from docs.exercises._arrays import Floats
from docs.exercises.road_attention import one_head


def look(q: Floats, k: Floats, v: Floats) -> Floats:
    raise NotImplementedError


one_head.check(look)

# %% [markdown]
# **2.** A model with one head of attention, but without positions, expects something after 'mar'. After which other text
# does it expect exactly the same?

# %% tags=["exercise"]
from docs.exercises.road_attention import no_order

no_order.check("ram")

# %% [markdown]
# **3.** With `&`, `>>`, `identity` and `add`, write the residual of an arrow f: x to f(x) + x. (`f.dom` is the object
# that f begins at.)

# %% tags=["exercise"]
from typing import TypeVar

from cat_ad import Arrow
from docs.exercises.road_attention import around

A = TypeVar("A")


def around_it(f: Arrow[A, A]) -> Arrow[A, A]:
    raise NotImplementedError


around.check(around_it)

# %% [markdown]
# ---
# *Attention is Bahdanau, Cho and Bengio's (2014), for translation; that it is all you need, with queries, keys and values
# and positions in a table or in waves, is Vaswani et al. (2017). Residuals are He et al. (2015), and the norm by root mean
# squares Zhang and Sennrich (2019). Solutions: [answers/road_attention.py](../exercises/answers/road_attention.py).*
