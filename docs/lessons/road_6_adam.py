# %% [markdown]
# # Road 6: Adam, and a GPT of your own
#
# *Twenty minutes, and as long as you like after that. The idea: every weight walks at its own pace.*
#
# Explain it as if I were five. You walk down a long valley in fog. Its walls are steep, and its floor falls ever so
# gently towards the village. The rule so far was: the steeper, the longer the step. So you leap from wall to wall, and
# hardly move along the floor. If you make all steps shorter, you do not leap any more, but now the village is days away.
#
# Here is a better rule. Have a foot for each direction. Each remembers which way it has been pushed lately, and how hard
# it is pushed as a rule. If it is pushed the same way again and again, it takes a good step, however soft the pushes are;
# if it is pushed to and fro, it stays about where it is. That is **Adam**.
#
# ## The valley
#
# With x along the floor and y up the walls, let the height be (x² + 50 y²) / 2. It is an arrow, and so has a gradient:

# %% tags=["run"]
import experiments.process.threads  # for small matrices one thread is faster than two

# isort: split
import numpy as np

from cat_ad import Dim, Float, Optimizer, Scalar, adam, arrow, check, dot, sgd, value_and_gradient


class Plane(Dim, size=2):
    """Along the floor, and up the walls."""


@arrow
def height(place: Float[Plane], steepness: Float[Plane]) -> Scalar:
    return dot(place * place, steepness) / 2.0


steepness = check(Float[Plane], np.array([1.0, 50.0]))
height_and_gradient = value_and_gradient(height)


def walk(optimizer: Optimizer, steps: int = 60) -> list[Float[Plane]]:
    """The places on the way."""
    place = check(Float[Plane], np.array([-9.0, 1.0]))
    path, state = [place], optimizer.init(place)
    for _ in range(steps):
        _, (uphill, _) = height_and_gradient((place, steepness))
        state, place = optimizer.step(state, place, uphill)
        path.append(place)
    return path


walks = {
    "gradient descent, rate 0.005": walk(sgd(lr=0.005)),
    "gradient descent, rate 0.02": walk(sgd(lr=0.02)),
    "gradient descent, rate 0.039": walk(sgd(lr=0.039)),
    "gradient descent, rate 0.041": walk(sgd(lr=0.041)),
    "Adam, rate 0.5": walk(adam(lr=0.5)),
}
for name, path in walks.items():
    heights = [float(height(path[step], steepness)) for step in (0, 10, 30, 60)]
    print(f"{name:28}", *[f"{h:9.3f}" for h in heights])

# %% [markdown]
# The columns are the heights after 0, 10, 30 and 60 steps. With a rate of 0.005 you would walk for days, with 0.039 you
# leap from wall to wall, and with 0.041 you leap out of the valley. Adam can take a rate of 0.5. Look at the paths:

# %%
from matplotlib.figure import Figure

from docs.pictures import Frames, Picture, picture


def path_picture(path: list[Float[Plane]]) -> Picture:
    """The way, on a map of heights."""
    figure = Figure((5.5, 2.6), layout="constrained")
    axes = figure.subplots()
    x, y = np.meshgrid(np.linspace(-10, 4, 80), np.linspace(-2, 2, 80))
    axes.contour(x, y, (x**2 + 50 * y**2) / 2, levels=15, colors="lightgray", linewidths=0.8)
    axes.plot(*np.array(path).T, "o-", markersize=3, linewidth=1)
    axes.plot([0], [0], "k*", markersize=10)
    axes.set_xlim(-10, 4)
    axes.set_ylim(-2, 2)
    return picture(figure)


Frames("The rule", {name: path_picture(path) for name, path in walks.items()})

# %% [markdown]
# ## Adam
#
# Each weight has two running means: m of its gradient g, and v of its square.
#
# > m ← 0.9 m + 0.1 g &emsp; v ← 0.999 v + 0.001 g² &emsp; weight ← weight - rate · m / √v
#
# If g is the same in each step, then m / √v is 1 or -1: the step is as long as the rate, be g a hundred or a hundredth.
# If g changes its sign all the time, then m is near 0. (Both means begin at 0, for which Adam makes up: exercise 1.)
#
# Two numbers to remember for each weight, and two lines of arithmetic. In the programs, from step 4 to
# [`step_5_adam.py`](../../experiments/steps/step_5_adam.py), one line of the training changes (and the rate):

# %%
from inspect import getsource

from experiments.steps import step_4_heads_and_layers, step_5_adam

for program in (step_4_heads_and_layers, step_5_adam):
    print(*[line for line in getsource(program.train).splitlines() if "optimizer =" in line])

# %% [markdown]
# ## A GPT of your own
#
# Now all of the road in one cell: the sizes, which are yours to choose, and 15 lines. It is the architecture of GPT-2.

# %% tags=["run"]
from cat_ad import (
    Int,
    Para,
    Three,
    Times,
    add,
    attention,
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
)


class Vocab(Dim, size=27):
    """The boundary, and the letters a to z."""


class Time(Dim):
    """The places of a name."""


class Batch(Dim):
    """As many names as come."""


class Places(Dim, size=16):
    """The places that there may be."""


class Heads(Dim, size=4):
    """The heads, which share the width."""


class HeadDim(Dim, size=6):
    """The share of each."""


class Hidden(Dim, size=96):
    """The hidden units."""


Width = Times[Heads, HeadDim]
norm = each(Time, rms_norm(Width))
attend = (
    norm
    >> each(Time, dense(Width, Times[Three, Width]))
    >> attention(Time, Heads, HeadDim)
    >> each(Time, dense(Width, Width, 0.3))
)
think = norm >> each(Time, dense(Width, Hidden) >> relu(Float[Hidden]) >> dense(Hidden, Width, 0.3))
symbols = each(Time, embedding(Vocab, Width))
places = positions(Time) >> each(Time, embedding(Places, Width, 0.3))
rows = (symbols & places) >> add(Float[Time, Width]) >> norm
gpt = rows >> stack(residual(attend) >> residual(think), 1) >> each(Time, dense(Width, Vocab))

# %%
gpt.arrow

# %% [markdown]
# And the loop. It is yours, too: nothing is hidden in a trainer. It takes any model from symbols to scores, whatever its
# parameters P are, and gives back parameters P: so says its type.

# %% tags=["run"]
from typing import TypeVar

from experiments.data.alphabet import A_TO_Z
from experiments.data.as_sequences import sequences
from experiments.data.names import load_names, split_names

P = TypeVar("P")
train, test = split_names(load_names(), np.random.default_rng(0))


def trained(
    model: Para[P, Int[Time], Float[Time, Vocab]], optimizer: Optimizer, steps: int, shown: tuple[int, ...] = ()
) -> P:
    """Parameters that have learned for so many steps."""
    losses = each(Time, cross_entropy(Vocab)) & exr(Float[Time, Vocab], Int[Time])
    loss = each(Batch, model * identity(Int[Time]) >> losses) >> masked_mean(Batch, Time)
    some = sequences(test[:500], 16)
    some_test = check(loss.dom, (some.inputs, some.targets))
    params = model.init(np.random.default_rng(0))
    state = optimizer.init(params)
    loss_and_gradient = value_and_gradient(loss)
    for step in range(steps):
        at = 32 * step % (len(train) - 32)
        names = sequences(train[at : at + 32], 16)
        _, gradient = loss_and_gradient(params, check(loss.dom, (names.inputs, names.targets)))
        state, params = optimizer.step(state, params, gradient)
        if step + 1 in shown:
            print(f"    after {step + 1:3} steps: loss on names never seen {loss(params, some_test):.3f}")
    return params


STEPS = 120
print("gradient descent")
trained(gpt, sgd(lr=lambda step: 0.5 * (1 - step / STEPS)), STEPS, (10, 50, 120))
print("Adam")
params = trained(gpt, adam(lr=lambda step: 0.02 * (1 - step / STEPS)), STEPS, (10, 50, 120))

# %% [markdown]
# ## To invent
#
# As in step 1: ask what comes next, draw, and go on until the boundary is drawn. The scores may be divided by a
# **temperature** before they become shares. Below 1 the likely letters become likelier, above 1 the unlikely ones:


# %% tags=["run"]
def expected(name: str, temperature: float = 1.0) -> list[float]:
    """How probable each symbol is after the beginning of a name."""
    scores = np.asarray(gpt(params, check(Int[Time], A_TO_Z.encode("." + name))))[-1]
    shares = np.exp((scores - scores.max()) / temperature)
    return [float(share) for share in shares / shares.sum()]


def invented(rng: np.random.Generator, temperature: float = 1.0) -> str:
    """A name."""
    name = ""
    while len(name) < 15:
        symbol = A_TO_Z.symbols[rng.choice(27, p=expected(name, temperature))]
        if symbol == "." and name:
            break
        name += symbol.strip(".")
    return name


for temperature in (0.3, 0.7, 1.0, 2.0):
    rng = np.random.default_rng(1)
    print(f"temperature {temperature}:", *[invented(rng, temperature) for _ in range(7)])


# %%
def bars(temperature: float) -> Picture:
    """What is expected after 'mar'."""
    figure = Figure((5.5, 2.2), layout="constrained")
    axes = figure.subplots()
    axes.bar([*A_TO_Z.symbols], expected("mar", temperature))
    axes.set_ylim(0, 1)
    axes.set_ylabel("probability after 'mar'")
    return picture(figure)


Frames("Temperature", {f"{temperature:g}": bars(temperature) for temperature in (0.1, 0.3, 0.5, 1.0, 2.0, 5.0)})

# %% [markdown]
# ## The types
#
# An optimizer takes parameters P and a gradient P to parameters P. It is one for all models, so that P is found anew at
# each call: mypy sees `place` and says that P is `Float[Plane]`. Give it the height in place of the gradient, and there
# is no P that it could be. At run time two trees of arrays are found that are not alike:

# %% tags=["run"]
from cat_ad import SpaceError

optimizer = adam(lr=0.5)
place = check(Float[Plane], np.array([-9.0, 1.0]))
state = optimizer.init(place)
at_place, _ = height_and_gradient((place, steepness))
try:
    optimizer.step(state, place, at_place)  # type: ignore[misc]
    # mypy: Cannot infer value of type parameter "P" of "step" of "Optimizer"
except SpaceError as error:
    print(error)

# %% [markdown]
# ## Where the road ends
#
# On [the page](../page/index.html) (in a clone: `python -m web`) these very models learn in your browser, compiled from
# these arrows to WebAssembly: choose the GPT, press Train, and watch its loss, its letters in the plane and its maps of
# attention; give it names of your own; let it write, letter by letter, and ask it why. A GPT of two layers for a minute
# on your own machine is
#
# > `python experiments/gpt_names.py --layers 2 --width 32 --seconds 60`
#
# And the whole road, from counting to Adam, with a table of losses, is `python experiments/steps/all.py`.
#
# ## Exercises
#
# **1.** Write Adam: from the means m and v, the gradient g and t = 1, 2, ..., make the new m and v, and the move (what to
# add to the weights, at rate 1). m and v begin at 0, and so are too small at first: after t steps the weights of all
# gradients in m sum to 1 - 0.9^t only, and in v to 1 - 0.999^t. For the move, make up for that.

# %% tags=["exercise"]
from docs.exercises._arrays import Floats
from docs.exercises.road_adam import one_step


def adam_step(m: Floats, v: Floats, g: Floats, t: int) -> tuple[Floats, Floats, Floats]:
    raise NotImplementedError


one_step.check(adam_step)

# %% [markdown]
# **2.** From scores and a temperature, make the probabilities to draw with. (Also at 0.001.)

# %% tags=["exercise"]
from docs.exercises.road_adam import with_temperature


def tempered(scores: Floats, temperature: float) -> Floats:
    raise NotImplementedError


with_temperature.check(tempered)

# %% [markdown]
# **3.** Now yours: other heads, another width, another number of layers, at most 30,000 parameters. The check reads it,
# tries it, and trains it for forty steps. Here is a beginning, in which something is missing.

# %% tags=["exercise"]
from docs.exercises.road_adam import your_own


class MyHeads(Dim, size=2):
    """The heads."""


class MyHeadDim(Dim, size=12):
    """The share of each."""


Mine = Times[MyHeads, MyHeadDim]
my_norm = each(Time, rms_norm(Mine))
my_attend = (
    my_norm
    >> each(Time, dense(Mine, Times[Three, Mine]))
    >> attention(Time, MyHeads, MyHeadDim)
    >> each(Time, dense(Mine, Mine, 0.3))
)
my_think = my_norm >> each(Time, dense(Mine, Hidden) >> relu(Float[Hidden]) >> dense(Hidden, Mine, 0.3))
my_rows = each(Time, embedding(Vocab, Mine)) >> my_norm
mine = my_rows >> stack(residual(my_attend) >> residual(my_think), 2) >> each(Time, dense(Mine, Vocab))

your_own.check(mine)

# %% [markdown]
# When the check is content, let it learn for longer, `mine_params = trained(mine, adam(lr=0.01), 1000, (100, 1000))`, and
# have it invent names with `mine` and `mine_params` in the place of `gpt` and `params`. Nobody has trained that model
# before you.
#
# ---
# *Adam is Kingma and Ba's (2014), after Duchi, Hazan and Singer's Adagrad (2011), which has a pace for each weight, and
# Polyak's momentum (1964). That an optimizer is a lens, like the model (lesson 12), is Cruttwell et al. (2022). The GPT is
# Radford et al.'s (2018), and as a page of plain Python Karpathy's microgpt, whose thousand losses the programs here give
# to the last digits (`python experiments/gpt_names.py --recipe microgpt --data makemore`). Solutions:
# [answers/road_adam.py](../exercises/answers/road_adam.py).*
