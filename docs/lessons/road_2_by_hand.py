# %% [markdown]
# # Road 2: a gradient by hand
#
# *Twenty minutes. The idea: the way back is the way there, each line turned over, in the opposite order.*
#
# Explain it as if I were five. Children stand in a row and pass a message on. The first sees three letters of a name and
# whispers some numbers to the second, who mixes them and whispers to the third, who says aloud what letter comes next.
# The guess was not quite right. So the third turns around: "if you had said a little more of this, and less of that, I
# would have been less wrong". The second thinks what that means for what *it* heard, and turns around to the first. Each
# child talks only to its neighbours. And yet at the end all of them know what to do a little differently next time.
#
# What they whisper on the way back is the **gradient**, and the whispering is backpropagation.
#
# ## The way there
#
# Step 1 counted which letter follows which. It saw one letter, and its loss, the mean surprise, was 2.46. Now a network
# reads three. Each letter is a row of the table E; x is the three rows side by side; and
#
# > a = W x &emsp; h = tanh a &emsp; z = U h &emsp; loss = -log softmax(z)[target]
#
# z has a score for each symbol, and softmax makes shares of scores. All of it for a batch of windows at once:

# %% tags=["run"]
from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from docs.exercises._arrays import Codes, Floats
from experiments.data.as_windows import windows
from experiments.data.names import load_names, split_names

Params: TypeAlias = tuple[Floats, Floats, Floats]  # E, W, U
train, test = split_names(load_names(), np.random.default_rng(0))


def there(params: Params, contexts: Codes) -> Params:
    """x, h and the shares, for each window."""
    E, W, U = params
    x = E[contexts].reshape(-1, 30)  # three letters, ten numbers each
    h = np.tanh(x @ W.T)
    z = h @ U.T
    exponentials = np.exp(z - z.max(axis=1, keepdims=True))
    return x, h, exponentials / exponentials.sum(axis=1, keepdims=True)


def loss(params: Params, contexts: Codes, targets: Codes) -> float:
    """The mean surprise."""
    *_, p = there(params, contexts)
    return float(-np.log(p[np.arange(len(p)), targets]).mean())


rng = np.random.default_rng(0)
first: Params = (
    rng.standard_normal((27, 10)) * 0.3,
    rng.standard_normal((64, 30)) / np.sqrt(30),
    rng.standard_normal((27, 64)) / np.sqrt(64),
)
batch = windows(train[:32], 3)
print(f"{len(batch.targets)} windows in 32 names; before anything is learned, the loss is {loss(first, *batch):.3f}")

# %% [markdown]
# As it should be: log 27 is 3.296, and it knows nothing yet.
#
# ## The way back
#
# Write dz for the gradient of the loss by z: for each entry of z, how fast the loss grows with it. Suppose that we have
# it. What is dh? Since z = U h, a step of h becomes a step of z by U; and what multiplies from the other side, from dz to
# dh, is U **turned over**. So it goes line by line, upwards:
#
# | there | back | why |
# |---|---|---|
# | x = rows of E | dE: each row of dx goes to the row that was read | to where it came from |
# | a = W x | dW = da xᵀ, dx = Wᵀ da | linear in each factor |
# | h = tanh a | da = (1 - h²) dh | the slope of tanh |
# | z = U h | dU = dz hᵀ, dh = Uᵀ dz | linear in each factor |
# | loss | dz = p - one for what came | what was expected, less what came |
#
# Read the left from top to bottom, and the middle from bottom to top. In NumPy, where each window is a row:


# %% tags=["run"]
def back(params: Params, contexts: Codes, targets: Codes) -> Params:
    """The gradient of the loss by E, W and U."""
    _, W, U = params
    x, h, p = there(params, contexts)
    one_hot = np.eye(27)
    dz = (p - one_hot[targets]) / len(targets)
    dU, dh = dz.T @ h, dz @ U
    da = (1 - h**2) * dh
    dW, dx = da.T @ x, da @ W
    dE = one_hot[contexts.ravel()].T @ dx.reshape(-1, 10)
    return dE, dW, dU


# %% [markdown]
# Here is the middle of it, drawn by the library: a = W x, then h = tanh a. First the way there, and below it the way
# back. It takes W and x once more, and dh, and ends in dW and dx. In the middle dh loses what tanh does not let through;
# the two boxes at the end are da xᵀ and Wᵀ da. A dot copies a wire.

# %% tags=["run"]
from cat_ad import Dim, Float, check, matvec, reverse_derivative, tanh


class Inputs(Dim, size=30):
    """The numbers of three letters."""


class Hidden(Dim, size=64):
    """The hidden units."""


layer = matvec(Inputs, Hidden) >> tanh(Float[Hidden])

# %%
layer

# %%
reverse_derivative(layer)

# %% [markdown]
# ## Is it right?
#
# It is easy to get a line wrong. So measure: make one weight a little larger and a little smaller, and see how much the
# loss changes. That is slow (two losses for each of 3,900 weights), but it needs no thought, and so tells whether the
# thought was right. Below it is tried for one weight of each array, and for a gradient with a mistake that many have
# made: 1 - h instead of 1 - h².


# %% tags=["run"]
def mistaken(params: Params, contexts: Codes, targets: Codes) -> Params:
    _, W, U = params
    x, h, p = there(params, contexts)
    one_hot = np.eye(27)
    dz = (p - one_hot[targets]) / len(targets)
    da = (1 - h) * (dz @ U)
    return one_hot[contexts.ravel()].T @ (da @ W).reshape(-1, 10), da.T @ x, dz.T @ h


def measured(part: int, place: tuple[int, int], small: float = 1e-5) -> float:
    """How fast the loss changes with one weight."""
    ahead, behind = [array.copy() for array in first], [array.copy() for array in first]
    ahead[part][place] += small
    behind[part][place] -= small
    return (loss((ahead[0], ahead[1], ahead[2]), *batch) - loss((behind[0], behind[1], behind[2]), *batch)) / (
        2 * small
    )


print("weight        measured   by hand   with 1 - h")
right, wrong = back(first, *batch), mistaken(first, *batch)
for part, name in enumerate("EWU"):
    place = (1, 4)
    print(
        f"{name}[1, 4] {measured(part, place):14.6f} {right[part][place]:9.6f}    {wrong[part][place]:9.6f}",
    )

# %% [markdown]
# U comes after tanh, so that for U the mistake does not matter. For the others it does.
#
# ## To learn
#
# The gradient points uphill. So take a step against it, again and again, each time on 32 other names. How long a step?
# The **rate** says so: too long, and it jumps over the valley, too short, and it takes for ever. Here it begins at 2 and
# falls to 0.


# %% tags=["run"]
def trained(gradient: Callable[[Params, Codes, Codes], Params], steps: int = 300) -> list[Params]:
    """The parameters before each step, and after the last."""
    path = [first]
    for step in range(steps):
        E, W, U = path[-1]
        dE, dW, dU = gradient(path[-1], *windows(train[32 * step : 32 * step + 32], 3))
        rate = 2 * (1 - step / steps)
        path.append((E - rate * dE, W - rate * dW, U - rate * dU))
    return path


some_test = windows(test[:500], 3)
path, mistaken_path = trained(back), trained(mistaken)
print("steps   loss on names never seen   with the mistake")
for step in (0, 10, 30, 100, 200, 300):
    print(f"{step:5}   {loss(path[step], *some_test):24.3f}   {loss(mistaken_path[step], *some_test):16.3f}")

# %% [markdown]
# Two things to see. The network that sees three letters is better than the table that saw one (2.46). And the mistake
# hardly shows: that network learns too, only a little less. Nobody would have noticed, had it not been measured.

# %%
from matplotlib.figure import Figure

from docs.pictures import Frames, Picture, picture

figure = Figure((5, 3), layout="constrained")
axes = figure.subplots()
shown = range(0, 301, 20)
axes.plot(shown, [loss(path[step], *some_test) for step in shown], label="by hand")
axes.plot(shown, [loss(mistaken_path[step], *some_test) for step in shown], "--", label="with the mistake")
axes.axhline(2.458, color="gray", linestyle=":", label="pairs, counted")
axes.set_ylim(2.2, 3.0)
axes.set_xlabel("steps of training")
axes.set_ylabel("mean surprise (nats)")
axes.legend()
picture(figure)

# %% [markdown]
# What has it learned? Each letter is ten numbers, a row of E. Of those ten directions, take the two in which the letters
# differ most at the end, and watch. Nobody told the network what a vowel is:

# %%
E_last = path[-1][0]
_, _, directions = np.linalg.svd(E_last - E_last.mean(axis=0))


def plane(step: int) -> Picture:
    """The letters after so many steps; vowels are orange."""
    E = path[step][0]
    places = (E - E.mean(axis=0)) @ directions[:2].T
    figure = Figure((3.6, 3.6), layout="constrained")
    axes = figure.subplots()
    for symbol, (x, y) in zip(".abcdefghijklmnopqrstuvwxyz", places, strict=True):
        color = "#d1730a" if symbol in "aeiouy" else "#2b5d8a"
        axes.text(x, y, symbol, color=color, ha="center", va="center", fontsize=12)
    axes.set_xlim(-1.4, 1.4)
    axes.set_ylim(-1.4, 1.4)
    return picture(figure)


Frames("Steps of training", {f"{step}": plane(step) for step in (0, 20, 50, 100, 200, 300)})

# %% [markdown]
# [`step_1_by_hand.py`](../../experiments/steps/step_1_by_hand.py) is this network as a program. It refuses to learn
# before its gradient has been measured:

# %%
from inspect import getsource

from experiments.steps import step_1_by_hand

print(getsource(step_1_by_hand.require_gradient))

# %% [markdown]
# ## The types
#
# What does a checker of types say of all this? Nothing. For NumPy, W, x and h are arrays, and the transposed product is
# an array as well as the right one. If the sizes do not fit, NumPy stops while it runs; if they happen to fit, nobody
# says anything at all.
#
# In this library an array may say what its axes are about. Here W leads from `Inputs` to `Hidden`, so that a product
# with a vector of `Hidden` cannot be meant. Whoever forgets to turn W over, hears it from mypy, be the sizes equal or not:

# %% tags=["run"]
weight = check(Float[Hidden, Inputs], first[1])
da = check(Float[Hidden], np.ones(64))

dx: Float[Inputs] = weight.T @ da
print("W.T @ da:", dx.shape)
try:
    weight @ da  # type: ignore[operator]
    # mypy: Unsupported operand types for @ ("Float[Hidden, Inputs]" and "Float[Hidden]")
except ValueError as error:
    print("W @ da:  ", error)

# %% [markdown]
# Still, somebody had to write each line back. Step 3 has the same network without them.
#
# ## Exercises
#
# **1.** Of shares p = softmax(z) and the target that came, make the gradient of -log p[target] by the scores z.

# %% tags=["exercise"]
from docs.exercises.road_by_hand import slope_of_surprise


def by_scores(p: Floats, target: int) -> Floats:
    raise NotImplementedError


slope_of_surprise.check(by_scores)

# %% [markdown]
# **2.** On the way there, h = tanh(a). On the way back, of h and the gradient dh make the gradient da.

# %% tags=["exercise"]
from docs.exercises.road_by_hand import back_through_tanh


def through_tanh(h: Floats, dh: Floats) -> Floats:
    raise NotImplementedError


back_through_tanh.check(through_tanh)

# %% [markdown]
# **3.** On the way there, z = U @ h. On the way back, of U, h and the gradient dz make the gradients (dU, dh). (Here of
# one window: h and dz are vectors.)

# %% tags=["exercise"]
from docs.exercises.road_by_hand import back_through_a_product


def through_product(U: Floats, h: Floats, dz: Floats) -> tuple[Floats, Floats]:
    raise NotImplementedError


back_through_a_product.check(through_product)

# %% [markdown]
# ---
# *A network that reads letters as rows of a table, and learns the table too, is Bengio, Ducharme, Vincent and Janvin, A
# Neural Probabilistic Language Model (2003). The way back, line by line, is Linnainmaa's (1970), and Rumelhart, Hinton and
# Williams (1986) showed what networks learn by it. Steps against the gradient are Cauchy's (1847), on a few examples
# each Robbins and Monro's (1951). The exercise of writing the way back by hand is Karpathy's, in makemore (2022). Solutions:
# [answers/road_by_hand.py](../exercises/answers/road_by_hand.py).*
