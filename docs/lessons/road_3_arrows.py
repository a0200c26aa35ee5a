# %% [markdown]
# # Road 3: the same network, as arrows
#
# *Twenty minutes. The idea: if each piece knows its own way back, then so does whatever is built of them.*
#
# Explain it as if I were five. You have bricks of a special kind. Each can do one small thing, and each also knows how to
# pass blame back through that thing. Snap two together, and the pair knows both: it does the first thing and then the
# second, and passes blame back through the second and then the first. So you build a tower as tall as you like, and
# never think of the way back. It comes with the bricks.
#
# In step 2 we wrote the way back by hand, line by line, and a mistake in one of them hardly showed. Here is the
# same network in bricks, which the library calls **arrows**:

# %% tags=["run"]
import numpy as np

from cat_ad import (
    Dim,
    Float,
    Index,
    Int,
    Para,
    Times,
    check,
    cross_entropy,
    dense,
    each,
    embedding,
    flatten,
    identity,
    mean,
    reverse,
    sgd,
    sin,
    tanh,
    value_and_gradient,
)
from experiments.data.as_windows import windows
from experiments.data.names import load_names, split_names

train, test = split_names(load_names(), np.random.default_rng(0))


class Vocab(Dim, size=27):
    """The boundary, and the letters a to z."""


class Context(Dim, size=3):
    """The letters that are read."""


class Emb(Dim, size=10):
    """The numbers that stand for a letter."""


class Hidden(Dim, size=64):
    """The hidden units."""


class Batch(Dim):
    """As many windows as come: it has no size."""


model = (
    each(Context, embedding(Vocab, Emb, 0.3))  # three rows of E
    >> flatten(Context, Emb)  # x, side by side
    >> dense(Times[Context, Emb], Hidden)  # a = W x
    >> tanh(Float[Hidden])  # h = tanh a
    >> dense(Hidden, Vocab)  # z = U h
)
loss = each(Batch, model * identity(Index) >> cross_entropy(Vocab)) >> mean(Float[Batch])

# %% [markdown]
# `>>` means *then*. `each(N, f)` does f for each of N things. `model * identity(Index)` is the model beside a wire that
# passes the target on unchanged. As a picture, from top to bottom: the three arrays of weights and the letters come in,
# and scores go out.

# %%
model.arrow

# %% [markdown]
# ## Snap
#
# Let us look into the joint of two bricks. `reverse(f)(a)` is the value of f at a, and beside it the way back, which
# takes a gradient by the value to a gradient by a. (In lesson 9 it is the dual of the derivative.) Of two arrows, sin of
# each number and then tanh of each, compare the way back of the pair with that of one after that of the other:

# %% tags=["run"]
f, g = sin(Float[Hidden]), tanh(Float[Hidden])
a = check(Float[Hidden], np.linspace(-2, 2, 64))
dc = check(Float[Hidden], np.ones(64))

b, f_back = reverse(f)(a)
c, g_back = reverse(g)(b)
value, back = reverse(f >> g)(a)

print("the same value:   ", np.allclose(value, c))
print("the same way back:", np.allclose(back(dc), f_back(g_back(dc))))

# %% [markdown]
# There: f, then g. Back: g, then f. This is the chain rule, and it stands in one place of the library, for all arrows
# that there are. Here it is written for derivatives of whatever kind k, so that `k.compose` is the step from f to g for
# derivatives forward, and from g to f for the dual ones:

# %%
from inspect import getsource

from cat_ad.derivatives.chain_rule import ChainRule

print(getsource(ChainRule.compose))

# %% [markdown]
# ## The same numbers
#
# Is it the same network? `value_and_gradient(loss)` composes what the bricks bring. Beside it, the gradient that
# [`step_1_by_hand.py`](../../experiments/steps/step_1_by_hand.py) has by hand, at the same weights:

# %%
from experiments.steps import step_1_by_hand

some = windows(train[:32], 3)
weights = model.init(np.random.default_rng(0))
by_arrows, ((dE, dW), dU) = value_and_gradient(loss)(weights, check(loss.dom, tuple(some)))
by_hand, ((dE_too, dW_too), dU_too) = step_1_by_hand.loss_and_gradient(weights, *some)

print("loss, by arrows and by hand:", by_arrows, by_hand)
print(
    "largest difference of the gradients:", max(abs(dE - dE_too).max(), abs(dW - dW_too).max(), abs(dU - dU_too).max())
)

# %% [markdown]
# ## To learn
#
# A step of training is as before: on 32 other names, the gradient, and a step against it. The optimizer `sgd` takes such
# steps (and exercise 3 shows that there is nothing to it). The program with all this is
# [`step_2_arrows.py`](../../experiments/steps/step_2_arrows.py).

# %% tags=["run"]
from experiments.data.as_windows import windows
from experiments.data.names import load_names

some_test = check(loss.dom, tuple(windows(test[:500], 3)))

STEPS = 300
params = model.init(np.random.default_rng(0))
optimizer = sgd(lr=lambda step: 2 * (1 - step / STEPS))
state = optimizer.init(params)
loss_and_gradient = value_and_gradient(loss)
curve = []
for step in range(STEPS + 1):
    if step in {0, 10, 30, 100, 200, 300}:
        curve.append((step, float(loss(params, some_test))))
        print(f"after {step:3} steps: loss on names never seen {curve[-1][1]:.3f}")
    batch = check(loss.dom, tuple(windows(train[32 * step : 32 * step + 32], 3)))
    _, gradient = loss_and_gradient(params, batch)
    state, params = optimizer.step(state, params, gradient)

# %% [markdown]
# To three digits these are the losses of step 2, with the same first weights and the same batches. What does the network
# expect, once it has learned? Move the slider along a name:

# %%
from matplotlib.figure import Figure

from docs.pictures import Frames, Picture, picture
from experiments.data.alphabet import A_TO_Z


def expected(window: str) -> Picture:
    """How probable each symbol is after three others."""
    scores = np.asarray(model(params, check(Int[Context], A_TO_Z.encode(window))))
    shares = np.exp(scores) / np.exp(scores).sum()
    figure = Figure((5.5, 2.2), layout="constrained")
    axes = figure.subplots()
    axes.bar([*A_TO_Z.symbols], shares)
    axes.set_ylim(0, 0.8)
    axes.set_ylabel("probability")
    return picture(figure)


Frames("After these letters", {window: expected(window) for window in ("...", "..e", ".em", "emi", "mil", "ily")})

# %% [markdown]
# ## The types
#
# Where are the weights? Nowhere in the pipeline, and in its type. An embedding has a table, a dense layer a matrix, and
# `>>` collects them, so that mypy infers this, which we need not write:

# %% tags=["run"]
typed: Para[
    tuple[tuple[Float[Vocab, Emb], Float[Hidden, Times[Context, Emb]]], Float[Vocab, Hidden]],  # E, W and U
    Int[Context],  # from three letters
    Float[Vocab],  # to a score for each
] = model
print(typed.parameters)

# %% [markdown]
# Now connect a layer to the wrong place: the last one to what the first one reads. The sizes are 30 and 64, but mypy
# does not look at sizes: it knows that `Hidden` comes out, and the embedded context is to go in. It says so at the
# word that is wrong. Without a checker, it is said when the bricks meet, before any number has been seen:

# %% tags=["run"]
from cat_ad import CompositionError

hidden = (
    each(Context, embedding(Vocab, Emb))
    >> flatten(Context, Emb)
    >> dense(Times[Context, Emb], Hidden)
    >> tanh(Float[Hidden])
)
try:
    hidden >> dense(Times[Context, Emb], Vocab)  # type: ignore[arg-type]
    # mypy: Argument 1 to "dense" has incompatible type "type[Times[Context, Emb]]"; expected "type[Hidden]"
except CompositionError as error:
    print(error)

# %% [markdown]
# ## Exercises
#
# **1.** A brick takes a to its value there and the way back, a function of a gradient by the value. Of two bricks make
# one: first f, then g.

# %% tags=["exercise"]
from docs.exercises.road_arrows import Brick, one_after_the_other


def then(f: Brick, g: Brick) -> Brick:
    raise NotImplementedError


one_after_the_other.check(then)

# %% [markdown]
# **2.** Make the network one layer deeper: after the 64 hidden units, 32 more, again with tanh. Its type is written
# already. What does it say that you need?

# %% tags=["exercise"]
from docs.exercises.road_arrows import deeper


class Second(Dim, size=32):
    """The units of the second hidden layer."""


def network() -> Para[
    tuple[
        tuple[tuple[Float[Vocab, Emb], Float[Hidden, Times[Context, Emb]]], Float[Second, Hidden]],
        Float[Vocab, Second],
    ],
    Int[Context],
    Float[Vocab],
]:
    raise NotImplementedError


deeper.check(network)

# %% [markdown]
# **3.** Without the library's optimizer: from parameters ((E, W), U), their gradient and a rate, make new parameters.

# %% tags=["exercise"]
from docs.exercises.road_arrows import Params, downhill


def step_of(params: Params, gradient: Params, rate: float) -> Params:
    raise NotImplementedError


downhill.check(step_of)

# %% [markdown]
# ---
# *That a derivative in reverse composes like the function does, with no tape and no graph, is Elliott's The simple
# essence of automatic differentiation (2018); Fong, Spivak and Tuyéras, Backprop as Functor (2019), say it of networks
# with their weights, and Cruttwell et al. (2022) of the optimizer too. Solutions:
# [answers/road_arrows.py](../exercises/answers/road_arrows.py).*
