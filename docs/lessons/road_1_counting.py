# %% [markdown]
# # Road 1: counting pairs of letters
#
# *Twenty minutes, and no derivative yet. This is the first of six steps to a GPT: a program that invents names.*
#
# Explain it as if I were five. You have a long list of names. You go through it with a finger, and whenever you see a
# letter, you make a mark for the letter that comes after it. When you are done, you know that after q there is mostly
# a u, and that after an a the name often ends. To invent a name, close your eyes and point at one of the marks
# for how names begin. It says e, perhaps. Then point at one of the marks for what comes after e, and so on, until you
# hit a mark that says: the end.
#
# That is a language model. A GPT does nothing else when it writes: it asks what comes next, and draws. It only knows
# better what to expect.

# %% tags=["run"]
from collections.abc import Sequence

import numpy as np

from docs.exercises._arrays import Codes, Floats
from experiments.data.alphabet import A_TO_Z
from experiments.data.as_windows import windows
from experiments.data.names import load_names, split_names

train, test = split_names(load_names(), np.random.default_rng(0))
print(len(train), "names to learn from,", len(test), "to test with:", *train[:6])

# %% [markdown]
# A symbol is a number from 0 to 26. The symbol 0, written '.', is the boundary before and after each name, and a to z
# are 1 to 26. `windows(names, 1)` lists all pairs of neighbours, so that counting them takes two lines:


# %% tags=["run"]
def pairs(names: Sequence[str]) -> tuple[Codes, Codes]:
    """All symbols of the names, and what comes after each."""
    data = windows(names, 1)
    return data.contexts[:, 0], data.targets


def learned(names: Sequence[str]) -> Floats:
    """The probability of each symbol after each other one: its share of what was counted."""
    counts = np.ones((27, 27))  # each pair was seen once, we pretend, so that none is impossible
    np.add.at(counts, pairs(names), 1)
    shares: Floats = counts / counts.sum(axis=1, keepdims=True)
    return shares


p = learned(train)
for symbol in ".qa":
    row = p[A_TO_Z.encode(symbol)[0]]
    print(f"after {symbol!r}:", *[f"{A_TO_Z.symbols[i]} {row[i]:.0%}" for i in np.argsort(-row)[:5]])

# %% [markdown]
# The whole model is this table of 27 × 27 numbers. Each row says what to expect after one symbol. Move the slider and
# watch how much it knows after ten names, a hundred, and all:

# %%
from matplotlib.figure import Figure

from docs.pictures import Frames, Picture, picture


def table(names: Sequence[str]) -> Picture:
    """The table after these names."""
    figure = Figure((4.2, 4.2), layout="constrained")
    axes = figure.subplots()
    axes.imshow(learned(names), cmap="Blues", vmin=0, vmax=0.4)
    axes.set_xticks(range(27), A_TO_Z.symbols, fontsize=7)
    axes.set_yticks(range(27), A_TO_Z.symbols, fontsize=7)
    axes.set_xlabel("the symbol after")
    axes.set_ylabel("the symbol before")
    return picture(figure)


Frames("Names counted", {f"{n:,}": table(train[:n]) for n in (0, 10, 100, 1000, len(train))})

# %% [markdown]
# ## To invent
#
# Begin at the boundary. Look up its row, draw a symbol with these probabilities, look up the row of that one, and so on,
# until the boundary is drawn. (A boundary at once would be a name without letters.)


# %% tags=["run"]
def invented(p: Floats, rng: np.random.Generator) -> str:
    symbols = [0]
    while len(symbols) == 1 or symbols[-1] != 0:
        symbols.append(int(rng.choice(27, p=p[symbols[-1]])))
    return A_TO_Z.decode(symbols[1:-1])


rng = np.random.default_rng(3)
print("from the table: ", *[invented(p, rng) for _ in range(8)])
print("from no names:  ", *[invented(np.full((27, 27), 1 / 27), rng) for _ in range(4)])

# %% [markdown]
# Not names, but no longer noise either: you can say most of them aloud.
#
# ## How good is it?
#
# We want one number, to compare models by. Show the model a name that it has not seen, letter by letter. At each letter
# it had an expectation: it gave a probability p to the letter that really came. Its **surprise** is -log p. It is 0 if
# the model was certain and right, and grows without limit the less it expected what came. The **loss** of a model is its
# mean surprise.
#
# A model that knows nothing expects each of 27 symbols with probability 1/27, so that its loss is log 27 = 3.296. Every
# step of this road makes the loss smaller.


# %% tags=["run"]
def loss_on(p: Floats, names: Sequence[str]) -> float:
    return float(-np.log(p[pairs(names)]).mean())


losses = []
sizes = (1, 10, 100, 1000, 10_000, len(train))
print("names counted   loss on them   loss on names never seen")
for n in sizes:
    shares = learned(train[:n])
    losses.append((loss_on(shares, train[:n]), loss_on(shares, test)))
    print(f"{n:13,}   {losses[-1][0]:12.3f}   {losses[-1][1]:24.3f}")

# %%
figure = Figure((5, 3), layout="constrained")
axes = figure.subplots()
axes.semilogx(sizes, losses, "o-", label=["names that were counted", "names never seen"])
axes.axhline(np.log(27), color="gray", linestyle=":", label="log 27: knows nothing")
axes.set_xlabel("names counted")
axes.set_ylabel("mean surprise (nats)")
axes.legend()
picture(figure)

# %% [markdown]
# After a hundred names the model knows these better than others: it has learned them, and not yet names. With more names
# the two come together, at 2.46. More names would not help, nor more patience: this is all that one letter tells of the
# next. To do better, a model has to look further back, and tables of three letters before would have 27⁴ entries, most of
# them never seen. That is why the next step is a network.
#
# [`step_0_bigrams.py`](../../experiments/steps/step_0_bigrams.py) is this model as a program (there they count from 0).
# All its learning is one function:

# %%
from inspect import getsource

from experiments.steps import step_0_bigrams

print(getsource(step_0_bigrams.train))

# %% [markdown]
# ## The types
#
# Here is the same model as an arrow of the library. It takes an index (`Index` is one integer) to its row of a table. A
# table of 27 rows is an `embedding`, and its rows are **scores**: logarithms of what to expect. `cross_entropy` turns
# scores into shares and takes the surprise at what came; `each(Batch, ...)` does so for each pair of a batch, and `mean`
# is their mean.

# %% tags=["run"]
from cat_ad import Dim, Float, Index, Para, check, cross_entropy, each, embedding, identity, mean, value_and_gradient


class Vocab(Dim, size=27):
    """The boundary, and the letters a to z."""


class Batch(Dim):
    """As many as come: it has no size."""


model: Para[Float[Vocab, Vocab], Index, Float[Vocab]] = embedding(Vocab, Vocab)
loss = each(Batch, model * identity(Index) >> cross_entropy(Vocab)) >> mean(Float[Batch])

few = train[:2000]
scores, batch = check(Float[Vocab, Vocab], np.log(learned(few))), check(loss.dom, pairs(few))
print("by the arrow: ", loss(scores, batch))
print("by hand:      ", loss_on(learned(few), few))

# %% [markdown]
# Read the type of `model` aloud: with parameters `Float[Vocab, Vocab]`, a table of 27 by 27 numbers, from an `Index` to
# `Float[Vocab]`, a score for each symbol. All that was said above in words, mypy knows. Here is the arrow as a picture:
# the table comes in from the left, symbols before from the middle, symbols after from the right.

# %%
loss.arrow

# %% [markdown]
# The loss wants to know what came. Whoever forgets that, hears of it twice. mypy says it before anything runs (`Int[()]`
# is what it calls an `Index`, and `Float[()]` a number), and the library when the arrows meet:

# %% tags=["run"]
from cat_ad import CompositionError

try:
    model >> cross_entropy(Vocab)  # type: ignore[operator]
    # mypy: Unsupported operand types for >> ("Para[Float[Vocab, Vocab], Int[()], Float[Vocab]]" and "Arrow[tuple[Float[Vocab], Int[()]], Float[()]]")
except CompositionError as error:
    print(error)

# %% [markdown]
# ## Why counting is right
#
# How do we know that shares of counts are the best table there is? Ask the derivative. Where a loss is lowest, a small
# step in any direction changes nothing: the gradient is 0.

# %% tags=["run"]
_, slope = value_and_gradient(loss)(scores, batch)
print(f"largest entry of the gradient, at the counted table: {abs(slope).max():.5f}")
_, slope = value_and_gradient(loss)(check(Float[Vocab, Vocab], np.zeros((27, 27))), batch)
print(f"and at a table that knows nothing:                   {abs(slope).max():.5f}")

# %% [markdown]
# (It is not 0 to the last digit because of the pairs that we pretended to have seen.) Counting finds the lowest point at
# once. No other model on this road can: the others will go downhill to it, step by step, by the gradient. Step 2 shows
# how that is done by hand.
#
# ## Exercises
#
# **1.** Count the pairs of neighbours in names, the '.' before and after each included.

# %% tags=["exercise"]
from docs.exercises.road_counting import count_the_pairs


def count(names: Sequence[str]) -> dict[str, int]:
    raise NotImplementedError


count_the_pairs.check(count)

# %% [markdown]
# **2.** From counts[before, after], make the probability of each letter after each other one.

# %% tags=["exercise"]
from docs.exercises.road_counting import shares_of_rows


def shares_of(counts: Floats) -> Floats:
    raise NotImplementedError


shares_of_rows.check(shares_of)

# %% [markdown]
# **3.** Write the loss: the mean of -log p[before, after] over all pairs that were seen.

# %% tags=["exercise"]
from docs.exercises.road_counting import mean_surprise


def loss_of(p: Floats, before: Codes, after: Codes) -> float:
    raise NotImplementedError


mean_surprise.check(loss_of)

# %% [markdown]
# ---
# *Markov counted the vowels and consonants of Eugene Onegin in 1913, to show that what is drawn need not be independent.
# Shannon drew text from counted pairs, and measured surprise, in A Mathematical Theory of Communication (1948). That
# each pair is given one count for free is Laplace's rule of succession (1814). Names, and pairs of their letters, as
# the first step to a transformer: Karpathy's makemore (2022). Solutions:
# [answers/road_counting.py](../exercises/answers/road_counting.py).*
