# %% [markdown]
# # Road 5: heads and layers
#
# *Twenty minutes. The idea: what ends where it begins can be done again.*
#
# Explain it as if I were five. In step 4 the last letter asked one question, and heard all the answers at once, mixed
# together. It is as if it had one ear. Give it four small ears: one listens for vowels, one for how the name began, and
# two for things that we have no words for. Those are **heads**. And when everyone has listened, and has thought about
# it, do it all once more. Now each letter that answers has listened before, and knows more than its own name. Those are
# **layers**.
#
# ## Heads
#
# Heads share the width. Of 16 numbers, the first 4 belong to the first head, and so on. In the types of the library that
# is a product of two dimensions, `Times[Heads, HeadDim]`. The arrow `attention` cuts queries, keys and values into heads,
# does in each what step 4 did, and puts them side by side again:

# %% tags=["run"]
import numpy as np

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
from cat_ad.learning.transformer import attention_by_parts


class Time(Dim):
    """The places of a name."""


class Heads(Dim, size=4):
    """The heads, which share the width."""


class HeadDim(Dim, size=4):
    """The share of each."""


Width = Times[Heads, HeadDim]

x = check(Float[Time, Times[Three, Width]], np.random.default_rng(0).standard_normal((5, 48)))
whole, parts = attention(Time, Heads, HeadDim), attention_by_parts(Time, Heads, HeadDim)
print("from", whole.dom, "to", whole.cod)
print("the same as its parts:", np.allclose(whole(x), parts(x)))

# %%
parts

# %% [markdown]
# `attention` is one primitive, since that is faster; here it is drawn by its parts. Three wires are cut (`unflatten`)
# and turned, so that heads come first (`transpose`); then scores, softmax and means, in each head by itself; and the way
# back to rows.
#
# ## Layers
#
# Attention is followed by thinking, each with its residual. Together they are a **block**: from `Float[Time, Width]` to
# `Float[Time, Width]`. It ends where it begins, and so it can be stacked:


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
attend = (
    norm
    >> each(Time, dense(Width, Times[Three, Width]))
    >> attention(Time, Heads, HeadDim)
    >> each(Time, dense(Width, Width, 0.3))
)
think = norm >> each(Time, dense(Width, Hidden) >> relu(Float[Hidden]) >> dense(Hidden, Width, 0.3))
block = residual(attend) >> residual(think)

symbols = each(Time, embedding(Vocab, Width))
places = positions(Time) >> each(Time, embedding(Places, Width, 0.3))
rows = (symbols & places) >> add(Float[Time, Width]) >> norm
model = rows >> stack(block, 2) >> each(Time, dense(Width, Vocab))

losses = each(Time, cross_entropy(Vocab)) & exr(Float[Time, Vocab], Int[Time])
loss = each(Batch, model * identity(Int[Time]) >> losses) >> masked_mean(Batch, Time)

# %%
block

# %% [markdown]
# With one layer this is Karpathy's microgpt, and with more layers, a larger width and more text it is GPT-2: those 20
# lines are the whole architecture. (GPT-2 has biases and other norms.)
#
# Each layer of a stack has weights of its own. Of what kind, the type says: after `attend` and `think` come dots, since
# how many layers there are is a number, and no type.
#
# > `tuple[tuple[tuple[Float[Three × Width, Width], Float[Width, Width]], tuple[Float[Hidden, Width], Float[Width, Hidden]]], ...]`
#
# ## To learn
#
# As before. The rate begins at 1/2: at 1, which was good for one head in step 4, this model does not learn at all.

# %% tags=["run"]
from experiments.data.alphabet import A_TO_Z
from experiments.data.as_sequences import sequences
from experiments.data.names import load_names, split_names

train, test = split_names(load_names(), np.random.default_rng(0))
some = sequences(test[:500], 16)
some_test = check(loss.dom, (some.inputs, some.targets))

STEPS = 200
params = model.init(np.random.default_rng(0))
optimizer = sgd(lr=lambda step: 0.5 * (1 - step / STEPS))
state = optimizer.init(params)
loss_and_gradient = value_and_gradient(loss)
for step in range(STEPS + 1):
    if step in {0, 20, 50, 100, 200}:
        print(f"after {step:3} steps: loss on names never seen {loss(params, some_test):.3f}")
    names = sequences(train[32 * step : 32 * step + 32], 16)
    _, gradient = loss_and_gradient(params, check(loss.dom, (names.inputs, names.targets)))
    state, params = optimizer.step(state, params, gradient)

# %% [markdown]
# Is it better? After as many steps at the same rate, one head in one layer comes to 2.325, four heads to 2.321, and two
# layers to this. So heads help, and layers more. But at *its* best rate, 1, one head came to 2.278, and this model cannot
# follow there. With three layers, it does not learn even at 1/2. There is more in it than these steps can find: what is
# missing is a better way to walk. That is step 6. A longer run is
# [`step_4_heads_and_layers.py`](../../experiments/steps/step_4_heads_and_layers.py).
#
# Do the heads look at different things? To see it, the model is read in one more category: plain functions that report
# what attention is given. Each picture is one head of one layer:

# %%
import numpy.typing as npt
from matplotlib.figure import Figure

from cat_ad.learning.transformer import attention_weights as look
from docs.pictures import Frames, Picture, picture
from experiments.models.attention_pictures import attention_weights

NAME = ".isabella"
seen = attention_weights(model, look(Time, Heads, HeadDim), params, A_TO_Z.encode(NAME))


def head(weights: npt.NDArray[np.floating]) -> Picture:
    """How much each letter looks at each other."""
    figure = Figure((3.6, 3.6), layout="constrained")
    axes = figure.subplots()
    axes.imshow(weights, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(NAME)), [*NAME])
    axes.set_yticks(range(len(NAME)), [*NAME])
    axes.set_xlabel("looked at")
    axes.set_ylabel("looks")
    return picture(figure)


Frames(
    "Layer and head",
    {f"layer {1 + i}, head {1 + j}": head(weights[j]) for i, weights in enumerate(seen) for j in range(4)},
)

# %% [markdown]
# ## The types
#
# There are four heads of four numbers, so that rows are 4 × 4 = 16 long. Say it the wrong way round, and all sizes fit:
# no library that looks at sizes alone could tell that the heads have been cut along the wrong lines. mypy can, for
# `Times[Heads, HeadDim]` and `Times[HeadDim, Heads]` are two dimensions:

# %% tags=["run"]
from cat_ad import CompositionError

ask = norm >> each(Time, dense(Width, Times[Three, Width]))
try:
    ask >> attention(
        Time,
        HeadDim,  # type: ignore[arg-type]
        # mypy: Argument 2 to "attention" has incompatible type "type[HeadDim]"; expected "type[Heads]"
        Heads,  # type: ignore[arg-type]
        # mypy: Argument 3 to "attention" has incompatible type "type[Heads]"; expected "type[HeadDim]"
    )
except CompositionError as error:
    print(error)

# %% [markdown]
# And what does not end where it begins cannot be stacked. There is no A from which to A it goes:

# %% tags=["run"]
try:
    stack(each(Time, dense(Width, Hidden)), 2)  # type: ignore[misc]
    # mypy: Cannot infer value of type parameter "A" of "stack"
except CompositionError as error:
    print(error)

# %% [markdown]
# ## Exercises
#
# **1.** How many parameters does a GPT have, with so many symbols, places, width, hidden units and layers? (That of this
# lesson, with these layers and no biases.)

# %% tags=["exercise"]
from docs.exercises.road_heads import how_many


def parameters(vocab: int, places: int, width: int, hidden: int, layers: int) -> int:
    raise NotImplementedError


how_many.check(parameters)

# %% [markdown]
# **2.** With NumPy: from rows (time, width) make heads (heads, time, width / heads). Each head gets its piece of every
# row, and the pieces lie side by side.

# %% tags=["exercise"]
from docs.exercises._arrays import Floats
from docs.exercises.road_heads import in_heads


def split(x: Floats, heads: int) -> Floats:
    raise NotImplementedError


in_heads.check(split)

# %% [markdown]
# **3.** The block above is one after the other: think reads what attend has found. Write a parallel block: x to
# x + attend(x) + think(x), where both read the same x.

# %% tags=["exercise"]
from typing import TypeVar

from cat_ad import Para
from docs.exercises.road_heads import side_by_side

A = TypeVar("A")
P = TypeVar("P")
Q = TypeVar("Q")


def parallel(attend: Para[P, A, A], think: Para[Q, A, A]) -> Para[tuple[P, Q], A, A]:
    raise NotImplementedError


side_by_side.check(parallel)

# %% [markdown]
# ---
# *Several heads, and layers of attention and thinking in turn, are Vaswani et al., Attention Is All You Need (2017); that
# half of it alone, which predicts what comes next, learns to write, is Radford et al. (GPT, 2018, and GPT-2, 2019). As one
# page of plain Python it is Karpathy's microgpt. Solutions: [answers/road_heads.py](../exercises/answers/road_heads.py).*
